//! Add-ons of services, and licences: names and parameters as plugins of other systems know them.

use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::hooks;
use crate::slots::Fact;

const NEVER_DELETED: &str = "services are ended, never deleted";
const NO_LICENSING: &str = "licences are not sold yet";

macro_rules! addon_events {
    ($($(#[doc = $doc:literal])* $payload:ident = $name:literal),* $(,)? ; $($rest:tt)*) => {
        hooks! {
            ADDONS = "Add-ons of services";
            $($(#[doc = $doc])*
            event $payload = $name, about "service" service_id {
                /// The add-on of the service: a service of its own.
                addon_id: i64 = 41,
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// The service it belongs to.
                service_id: ServiceId = ServiceId(31),
                /// The add-on as it is sold: a product.
                product_addon_id: i64 = 6,
            })*
            $($rest)*
        }
    };
}
addon_events! {
    /// An add-on became active that was not before.
    AddonActivated = "AddonActivated",
    /// An add-on became active by the payment of its invoice or with its order; after it was provisioned and its mail was written.
    AddonActivation = "AddonActivation",
    /// An add-on was added to a service.
    AddonAdded = "AddonAdd",
    /// An add-on was cancelled with its order.
    AddonCancelled = "AddonCancelled",
    /// An add-on was changed at its vendor, or given a price of its own; changes of its state are not told here.
    AddonEdited = "AddonEdit",
    /// An add-on was renewed by the payment of an invoice.
    AddonRenewed = "AddonRenewal",
    /// An add-on was suspended.
    AddonSuspended = "AddonSuspended",
    /// An add-on was terminated.
    AddonTerminated = "AddonTerminated",
    /// An add-on was unsuspended.
    AddonUnsuspended = "AddonUnsuspended",
    /// An add-on was marked as fraud with its order.
    AddonMarkedFraud = "AddonFraud",
    ;
    /// An add-on of a service was deleted.
    event AddonDeleted = "AddonDeleted", about "addon" addon_id, pending NEVER_DELETED {
        /// The add-on of the service.
        addon_id: i64 = 41,
    }
    /// The page of an add-on as it is sold is drawn for staff.
    slot AddonConfig = "AddonConfig", answers Fact {
        /// The add-on as it is sold: a product.
        product_addon_id: i64 = 6,
    }
    /// An add-on as it is sold was saved.
    event AddonConfigSaved = "AddonConfigSave", about "product_addon" product_addon_id {
        /// The add-on as it is sold: a product.
        product_addon_id: i64 = 6,
    }
    /// An add-on as it is sold was retired.
    event ProductAddonDeleted = "ProductAddonDelete", about "product_addon" product_addon_id {
        /// The add-on as it is sold: a product.
        product_addon_id: i64 = 6,
    }
    /// The change of an add-on to another one was done.
    event AddonUpgraded = "AfterAddonUpgrade", about "upgrade" upgrade_id {
        /// The upgrade.
        upgrade_id: i64 = 14,
    }
}

hooks! {
    LICENSING = "Licences";

    /// A licence is given out anew, so that it may be bound to another place.
    event LicenceReissued = "LicensingAddonReissue", about "service" service_id, pending NO_LICENSING {
        /// The licence.
        licence_id: i64 = 52,
        /// The service it came with.
        service_id: ServiceId = ServiceId(31),
        /// The add-on it came with; 0 if it came with the service.
        addon_id: i64 = 41,
    }
    /// A licence is checked from afar and the reply is about to be sent: what is answered is added to it.
    slot LicenceVerified = "LicensingAddonVerify", answers Fact, pending NO_LICENSING {
        /// The licence.
        licence_id: i64 = 52,
        /// The service it came with.
        service_id: ServiceId = ServiceId(31),
        /// The reply so far, as XML.
        reply: String = "<status>Active</status>".into(),
    }
}
