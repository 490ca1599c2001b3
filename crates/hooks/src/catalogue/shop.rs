//! What is sold, and where it is set up.

use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::hooks;

hooks! {
    SHOP = "Products, extensions and servers";

    /// A product was added, changed, retired or brought back.
    event ProductEdited = "ProductEdit", about "product" product_id {
        /// The product.
        product_id: ProductId = ProductId(3),
        /// `create`, `update`, `prices`, `retire` or `bring_back`.
        action: String = "update".into(),
        /// Its group.
        group_id: ProductGroupId = ProductGroupId(1),
        /// Its name.
        name: String = "Mailbox".into(),
        /// Its text in the shop.
        description: String = "A mailbox with 5 GB".into(),
        /// The server plugin that sets it up, if any.
        plugin_id: Option<String> = Some("server-kerio".into()),
        /// The group of servers it is set up on, if any.
        server_group_id: Option<ServerGroupId> = Some(ServerGroupId(1)),
        /// `order`, `payment` or `manual`.
        setup_when: String = "payment".into(),
        /// How many may still be sold; none: any number.
        stock: Option<i32> = Some(40),
        /// Is tax added?
        taxable: bool = true,
        /// Left out of the shop.
        hidden: bool = false,
        /// No longer sold.
        retired: bool = false,
    }
    /// A server was added.
    event ServerAdded = "ServerAdd", about "server" server_id {
        /// The server.
        server_id: ServerId = ServerId(2),
        /// Its name.
        name: String = "mail1".into(),
        /// Its plugin.
        plugin_id: String = "server-kerio".into(),
    }
    /// A server was changed, or switched on or off.
    event ServerEdited = "ServerEdit", about "server" server_id {
        /// The server.
        server_id: ServerId = ServerId(2),
        /// Its name.
        name: String = "mail1".into(),
        /// Its plugin.
        plugin_id: String = "server-kerio".into(),
        /// May new services be put on it?
        enabled: bool = true,
    }
    /// An extension was added.
    event TldAdded = "TopLevelDomainAdd", about "tld" tld_id {
        /// The extension.
        tld_id: TldId = TldId(1),
        /// Its name, without a dot in front.
        name: String = "com".into(),
        /// Its registrar plugin.
        plugin_id: String = "registrar-dondominio".into(),
        /// Does a transfer need a code?
        auth_code_required: bool = true,
    }
    /// An extension was changed.
    event TldEdited = "TopLevelDomainUpdate", about "tld" tld_id {
        /// The extension.
        tld_id: TldId = TldId(1),
        /// Its name, without a dot in front.
        name: String = "com".into(),
        /// Its registrar plugin.
        plugin_id: String = "registrar-dondominio".into(),
        /// Does a transfer need a code?
        auth_code_required: bool = true,
        /// On sale.
        enabled: bool = true,
        /// The names of all extensions that changed: this one.
        modified: Vec<String> = vec!["com".into()],
    }
    /// The prices of an extension changed.
    event TldPriced = "TopLevelDomainPricingUpdate", about "tld" tld_id {
        /// The extension.
        tld_id: TldId = TldId(1),
        /// Its name, without a dot in front.
        name: String = "com".into(),
    }
}
