//! Carts and orders.

use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::row::{hooks, money};

hooks! {
    ORDERS = "Carts and orders";

    /// A product is about to be put into a cart.
    gate ValidateProduct = "ShoppingCartValidateProductUpdate", adjusts [fields] {
        /// Whose cart it is; none before login.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// The product.
        product_id: ProductId = ProductId(3),
        /// Its billing cycle.
        cycle_id: CycleId = CycleId(1),
        /// Answers to the plugin's questions by key, without the password.
        fields: BTreeMap<String, String> = BTreeMap::from([("mailbox".into(), "ada".into())]),
        /// Answers to custom fields by key.
        custom_fields: BTreeMap<String, String> = BTreeMap::new(),
    }
    /// A domain is about to be put into a cart.
    gate ValidateDomain = "ShoppingCartValidateDomain" {
        /// Whose cart it is; none before login.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// `register` or `transfer`.
        option: String = "register".into(),
        /// The name before the first dot.
        sld: String = "example".into(),
        /// The extension, without a dot in front.
        tld: String = "com".into(),
        /// Years asked for.
        years: i32 = 1,
    }
    /// A cart is about to become an order.
    gate ValidateCheckout = "ShoppingCartValidateCheckout" {
        /// Who orders.
        client_id: ClientId = ClientId(17),
        /// Products in the cart, with repetitions.
        product_ids: Vec<ProductId> = vec![ProductId(3)],
        /// Domains in the cart.
        domains: Vec<String> = vec!["example.com".into()],
        /// To be paid now, tax included.
        total: Money = money(2541),
    }
    /// An order was placed: its services, domains and invoice exist.
    event OrderPlaced = "AfterShoppingCartCheckout", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// Its invoice; none if everything is free.
        invoice_id: Option<InvoiceId> = Some(InvoiceId(9)),
        /// Services ordered.
        service_ids: Vec<ServiceId> = vec![ServiceId(31)],
        /// Domains ordered.
        domain_ids: Vec<DomainId> = vec![DomainId(12)],
        /// To be paid now, tax included.
        total: Money = money(2541),
    }
    /// Once for each service of a new order.
    event PackageOrdered = "Order-NewPackage", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Its product.
        product_id: ProductId = ProductId(3),
    }
    /// The invoice of an order was paid in full.
    event OrderPaid = "OrderPaid", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// The paid invoice.
        invoice_id: InvoiceId = InvoiceId(9),
    }
    /// An order was accepted, by payment or by staff: provisioning starts.
    event OrderAccepted = "AcceptOrder", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
    }
    /// Staff cancelled a pending order.
    event OrderCancelled = "CancelOrder", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
    }
    /// Staff marked a pending order as fraud.
    event OrderMarkedFraud = "FraudOrder", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
    }
}
