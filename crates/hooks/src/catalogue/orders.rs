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
    /// An order was placed that plugins are going to judge before anything in it is set up.
    event OrderToBeScreened = "PreFraudCheck", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
    }
    /// Plugins are about to judge an order.
    gate RunScreening = "RunFraudCheck", skip "nobody judges the order, and it goes on" {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
    }
    /// Plugins have judged an order.
    event OrderScreened = "AfterFraudCheck", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// Its invoice, if it has one.
        invoice_id: Option<InvoiceId> = Some(InvoiceId(9)),
        /// Its total, tax included.
        total: Money = money(2541),
        /// Is it held until staff decide?
        held: bool = true,
        /// The worst score: 0 harmless to 100 certain fraud.
        score: u8 = 60,
        /// Why, of all who judged it.
        reasons: Vec<String> = vec!["The address is one to throw away.".into()],
        /// Why plugins could not judge it.
        errors: Vec<String> = vec![],
    }
    /// An order was judged harmless: it goes on.
    event ScreeningPassed = "FraudCheckPassed", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// Its invoice, if it has one.
        invoice_id: Option<InvoiceId> = Some(InvoiceId(9)),
        /// Its total, tax included.
        total: Money = money(2541),
        /// The worst score: 0 harmless to 100 certain fraud.
        score: u8 = 5,
        /// Why, of all who judged it.
        reasons: Vec<String> = vec!["Nothing is known against this client.".into()],
    }
    /// An order is held until staff decide, even if it is paid: plugins doubt it, or none could judge it.
    event ScreeningFailed = "FraudCheckFailed", about "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// Its invoice, if it has one.
        invoice_id: Option<InvoiceId> = Some(InvoiceId(9)),
        /// Its total, tax included.
        total: Money = money(2541),
        /// The worst score: 0 harmless to 100 certain fraud.
        score: u8 = 60,
        /// Why, of all who judged it.
        reasons: Vec<String> = vec!["The address is one to throw away.".into()],
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
