//! Places on the pages of the panel.

use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::{hooks, money};
use crate::slots::{Fact, MenuLink, MetaTag, TextBlock};

macro_rules! panel_slots {
    ($($(#[doc = $doc:literal])* $payload:ident = $name:literal answers $answer:ty;)* ; $($rest:tt)*) => {
        hooks! {
            PANEL = "Places on the panel's pages";
            $($(#[doc = $doc])*
            slot $payload = $name, answers $answer {
                /// The page's route: `/admin/clients/{id}`.
                page: String = "/admin/clients/{id}".into(),
                /// Who looks at it.
                staff_id: StaffId = StaffId(1),
                /// Their address.
                email: String = "grace@example.com".into(),
                /// What they may do: `clients:read` …
                permissions: Vec<String> = vec!["clients:read".into()],
            })*
            $($rest)*
        }
    };
}

panel_slots! {
    /// The head of every page of the panel is drawn.
    AdminAreaHead = "AdminAreaHeadOutput" answers MetaTag;
    /// The top of every page of the panel is drawn, above its heading.
    AdminAreaHeader = "AdminAreaHeaderOutput" answers TextBlock;
    /// The end of the content of every page of the panel is drawn.
    AdminAreaPage = "AdminAreaPage" answers TextBlock;
    /// The foot of every page of the panel is drawn.
    AdminAreaFooter = "AdminAreaFooterOutput" answers TextBlock;
    ;
    /// The staff dashboard is drawn.
    slot AdminHome = "AdminHomepage", answers TextBlock {
        /// Who looks at it.
        staff_id: StaffId = StaffId(1),
    }
    /// A client's page in the panel is drawn.
    slot ClientSummary = "AdminAreaClientSummaryPage", answers TextBlock {
        /// The client.
        client_id: ClientId = ClientId(17),
    }
    /// The buttons of a client's page in the panel are drawn.
    slot ClientActions = "AdminAreaClientSummaryActionLinks", answers MenuLink {
        /// The client.
        client_id: ClientId = ClientId(17),
    }
    /// The facts of a client's page in the panel are drawn.
    slot ClientFacts = "AdminClientProfileTabFields", answers Fact {
        /// The client.
        client_id: ClientId = ClientId(17),
        /// First name.
        first_name: String = "Ada".into(),
        /// Last name.
        last_name: String = "Lovelace".into(),
        /// Company; may be empty.
        company: String = String::new(),
        /// Where mail goes.
        email: String = "ada@example.org".into(),
        /// `active`, `inactive` or `closed`.
        state: String = "active".into(),
    }
    /// The facts of a service's page in the panel are drawn.
    slot ServiceFacts = "AdminClientServicesTabFields", answers Fact {
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
    }
    /// The facts of a domain's page in the panel are drawn.
    slot DomainFacts = "AdminClientDomainsTabFields", answers Fact {
        /// The domain.
        domain_id: DomainId = DomainId(12),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
    }
    /// A product's page in the panel is drawn.
    slot ProductFacts = "AdminProductConfigFields", answers Fact {
        /// The product.
        product_id: ProductId = ProductId(3),
    }
    /// An invoice's page in the panel is drawn.
    slot InvoiceControls = "AdminInvoicesControlsOutput", answers TextBlock {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// Without tax.
        subtotal: Money = money(2100),
        /// Its tax.
        tax: Money = money(441),
        /// Tax included.
        total: Money = money(2541),
        /// Still owed.
        balance: Money = money(2541),
    }
    /// An order's page in the panel is drawn.
    slot OrderDetails = "ViewOrderDetailsPage", answers TextBlock {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// Its total, tax included.
        total: Money = money(2541),
        /// Its invoice, if it has one.
        invoice_id: Option<InvoiceId> = Some(InvoiceId(9)),
    }
}
