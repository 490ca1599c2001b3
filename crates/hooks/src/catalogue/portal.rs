//! Places on the pages of the portal.

use chrono::NaiveDate;
use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::{date, hooks, money};
use crate::slots::{MenuLink, MetaTag, TextBlock};

macro_rules! portal_slots {
    ($($(#[doc = $doc:literal])* $payload:ident = $name:literal answers $answer:ty;)* ; $($rest:tt)*) => {
        hooks! {
            PORTAL = "Places on the portal's pages";
            $($(#[doc = $doc])*
            slot $payload = $name, answers $answer {
                /// The page's route: `/services/{id}`.
                page: String = "/services/{id}".into(),
                /// Who looks at it; none before login.
                client_id: Option<ClientId> = Some(ClientId(17)),
                /// The business, as on the page.
                company: String = "Example Hosting".into(),
                /// Address of the site, without a slash at the end.
                base_url: String = "https://my.example.com".into(),
                /// Language of the page.
                language: String = "en".into(),
                /// The day.
                today: NaiveDate = date(),
                /// Whether the site is served over HTTPS.
                secure: bool = true,
            })*
            $($rest)*
        }
    };
}

portal_slots! {
    /// The head of every portal page is drawn.
    ClientAreaHead = "ClientAreaHeadOutput" answers MetaTag;
    /// The menu of every portal page is drawn.
    ClientAreaMenu = "ClientAreaPrimaryNavbar" answers MenuLink;
    /// The top of every portal page is drawn, above its heading.
    ClientAreaHeader = "ClientAreaHeaderOutput" answers TextBlock;
    /// The end of every portal page's content is drawn.
    ClientAreaPage = "ClientAreaPage" answers TextBlock;
    /// The foot of every portal page is drawn.
    ClientAreaFooter = "ClientAreaFooterOutput" answers TextBlock;
    ;
    /// The portal's first page is drawn, for anybody.
    slot ClientAreaHomepage = "ClientAreaHomepage", answers TextBlock {
        /// Who looks at it; none before login.
        client_id: Option<ClientId> = Some(ClientId(17)),
    }
    /// The portal's first page is drawn for a client: what must be seen.
    slot ClientAlert = "ClientAlert", answers TextBlock {
        /// The client.
        client_id: ClientId = ClientId(17),
    }
    /// A service's page in the portal is drawn.
    slot ProductDetails = "ClientAreaProductDetailsOutput", answers TextBlock {
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Its product's name.
        product: String = "Mailbox".into(),
        /// Its plugin, if it has one.
        plugin_id: Option<String> = Some("server-kerio".into()),
        /// What it is called.
        label: String = "ada@example.com".into(),
        /// `pending`, `active`, `suspended` …
        state: String = "active".into(),
        /// Its user name at the vendor, once there is one.
        username: Option<String> = Some("ada".into()),
    }
    /// A domain's page in the portal is drawn.
    slot DomainDetails = "ClientAreaDomainDetailsOutput", answers TextBlock {
        /// The domain.
        domain_id: DomainId = DomainId(12),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Its name.
        name: String = "example.com".into(),
        /// `pending`, `active`, `expired` …
        state: String = "active".into(),
    }
    /// The cart is drawn.
    slot ViewCart = "ShoppingCartViewCartOutput", answers TextBlock {
        /// Whose it is; none before login.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// What is in it, as the client reads it.
        items: Vec<String> = vec!["Mailbox, monthly".into()],
        /// To be paid now, tax included.
        total: Money = money(2541),
    }
    /// The last page before ordering is drawn.
    slot CheckoutPage = "ShoppingCartCheckoutOutput", answers TextBlock {
        /// Who orders; none before login.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// What is ordered, as the client reads it.
        items: Vec<String> = vec!["Mailbox, monthly".into()],
        /// To be paid now, tax included.
        total: Money = money(2541),
    }
    /// The page of a placed order is drawn.
    slot OrderComplete = "ShoppingCartCheckoutCompletePage", answers TextBlock {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// Its invoice; none if everything is free.
        invoice_id: Option<InvoiceId> = Some(InvoiceId(9)),
        /// Whether it is paid.
        is_paid: bool = false,
        /// Its total, tax included.
        total: Money = money(2541),
    }
}
