//! One row per hook. The canonical name is Clientexec's where it has one, else WHMCS's; the other
//! system's name is the alias.

use schemars::{JsonSchema, Schema, schema_for};
use serde::{Serialize, de::DeserializeOwned};

use crate::{events::*, gates::*, slots::*};

/// What a hook is and what its subscribers may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A fact, after commit, delivered at least once to every subscriber, in order for one aggregate.
    Event,
    /// Asked before the work; may refuse it with a reason.
    Gate,
    /// Collects an answer of each subscriber.
    Slot,
}

/// An example value, for documentation and tests.
pub trait Sample {
    /// A believable payload.
    fn sample() -> Self;
}

/// The payload of an event.
pub trait Event: Serialize + DeserializeOwned + Send + Sync {
    /// Canonical name.
    const NAME: &'static str;
    /// The thing the event is about: its kind (`invoice`) and id. Deliveries keep this order.
    fn aggregate(&self) -> (&'static str, i64);
}
/// The question of a gate.
pub trait Gate: Serialize + DeserializeOwned + Send + Sync {
    /// Canonical name.
    const NAME: &'static str;
}
/// The context of a slot and the type of its answers.
pub trait Slot: Serialize + DeserializeOwned + Send + Sync {
    /// Canonical name.
    const NAME: &'static str;
    /// What each subscriber answers.
    type Answer: Serialize + DeserializeOwned + Send;
}

/// A row of the catalogue.
pub struct Entry {
    /// Canonical name.
    pub name: &'static str,
    /// The other systems' names for it.
    pub aliases: &'static [&'static str],
    /// Event, gate or slot.
    pub kind: Kind,
    /// When it fires.
    pub when: &'static str,
    /// Version it arrived in.
    pub since: &'static str,
    /// JSON Schema of the payload.
    pub schema: fn() -> Schema,
    /// Example payload.
    pub example: fn() -> serde_json::Value,
}

fn example<T: Sample + Serialize>() -> serde_json::Value {
    serde_json::to_value(T::sample()).unwrap_or_default()
}
fn schema<T: JsonSchema>() -> Schema {
    schema_for!(T)
}

macro_rules! catalogue {
    ($($kind:ident $payload:ident = $name:literal $(also $($alias:literal)+)? since $since:literal : $when:literal $(=> $answer:ty)?;)*) => {
        $(catalogue!(@impl $kind $payload $name $($answer)?);)*
        /// Every hook, in the order of the reference.
        pub static CATALOGUE: &[Entry] = &[$(Entry {
            name: $name,
            aliases: &[$($($alias),+)?],
            kind: Kind::$kind,
            when: $when,
            since: $since,
            schema: schema::<$payload>,
            example: example::<$payload>,
        }),*];
    };
    (@impl Event $payload:ident $name:literal) => {
        impl Event for $payload {
            const NAME: &'static str = $name;
            fn aggregate(&self) -> (&'static str, i64) { Aggregate::aggregate(self) }
        }
    };
    (@impl Gate $payload:ident $name:literal) => { impl Gate for $payload { const NAME: &'static str = $name; } };
    (@impl Slot $payload:ident $name:literal $answer:ty) => {
        impl Slot for $payload { const NAME: &'static str = $name; type Answer = $answer; }
    };
}

catalogue! {
    Event ClientCreated = "Client-Create" also "ClientAdd" since "0.1": "A client was created, by sign-up, staff or the API.";
    Event ClientUpdated = "Client-Update" also "ClientEdit" since "0.1": "A client's details changed.";
    Event PasswordChanged = "Client-PasswordChange" also "UserChangePassword" since "0.1": "A login of a client got a new password, by its owner or through a reset link.";
    Event UserLoggedIn = "UserLogin" since "0.1": "Somebody logged in to the portal, with a password or a signed link.";
    Event UserLoggedOut = "Account-Logoff" also "UserLogout" since "0.1": "Somebody logged out of the portal.";

    Gate ValidateCheckout = "ShoppingCartValidateCheckout" since "0.1": "A cart is about to become an order.";
    Event OrderPlaced = "AfterShoppingCartCheckout" since "0.1": "An order was placed: its services, domains and invoice exist.";
    Event PackageOrdered = "Order-NewPackage" since "0.1": "Once for each service of a new order.";
    Event OrderPaid = "OrderPaid" since "0.1": "The invoice of an order was paid in full.";
    Event OrderAccepted = "AcceptOrder" since "0.1": "An order was accepted, by payment or by staff: provisioning starts.";
    Event OrderCancelled = "CancelOrder" since "0.1": "Staff cancelled a pending order.";
    Event OrderMarkedFraud = "FraudOrder" since "0.1": "Staff marked a pending order as fraud.";

    Event InvoiceCreated = "Invoice-Create" also "InvoiceCreated" since "0.1": "An invoice was issued.";
    Event InvoicePartiallyPaid = "Invoice-PartiallyPaid" since "0.1": "A payment covered a part of an invoice.";
    Event InvoicePaid = "Invoice-Paid" also "InvoicePaid" since "0.1": "An invoice was paid in full. Exactly once for each invoice.";
    Event InvoiceCancelled = "InvoiceCancelled" since "0.1": "An unpaid invoice was voided, whoever did it and through whichever door.";
    Event PaymentRecorded = "AddTransaction" since "0.1": "A payment was recorded.";

    Gate BeforeModuleCreate = "PreModuleCreate" since "0.1": "A service is about to be created at its vendor.";
    Event ModuleCreated = "AfterModuleCreate" since "0.1": "A service was created at its vendor.";
    Event ModuleCreateFailed = "AfterModuleCreateFailed" since "0.1": "The vendor refused to create a service.";
    Event ServiceActivated = "UserPackage-Activate" since "0.1": "A service became active.";
    Gate BeforeModuleSuspend = "PreModuleSuspend" since "0.1": "A service is about to be suspended.";
    Event ModuleSuspended = "AfterModuleSuspend" since "0.1": "A service was suspended.";
    Event ModuleSuspendFailed = "AfterModuleSuspendFailed" since "0.1": "The vendor refused to suspend a service.";
    Gate BeforeModuleUnsuspend = "PreModuleUnsuspend" since "0.1": "A service is about to be unsuspended.";
    Event ModuleUnsuspended = "AfterModuleUnsuspend" since "0.1": "A service was unsuspended.";
    Event ModuleUnsuspendFailed = "AfterModuleUnsuspendFailed" since "0.1": "The vendor refused to unsuspend a service.";
    Gate BeforeModuleTerminate = "PreModuleTerminate" since "0.1": "A service is about to be terminated.";
    Event ModuleTerminated = "AfterModuleTerminate" since "0.1": "A service was removed at its vendor.";
    Event ModuleTerminateFailed = "AfterModuleTerminateFailed" since "0.1": "The vendor refused to terminate a service.";
    Gate BeforeModuleChangePassword = "PreModuleChangePassword" since "0.1": "A service is about to get a new password.";
    Event ModulePasswordChanged = "AfterModuleChangePassword" since "0.1": "A service got a new password. The password is not in the payload.";
    Event ModuleChangePasswordFailed = "AfterModuleChangePasswordFailed" since "0.1": "The vendor refused a new password.";

    Gate BeforeDomainRegister = "PreRegistrarRegisterDomain" since "0.1": "A domain is about to be registered.";
    Event DomainRegistered = "AfterRegistrarRegistration" since "0.1": "A domain was registered.";
    Event DomainRegisterFailed = "AfterRegistrarRegistrationFailed" since "0.1": "The registrar refused to register a domain.";
    Gate BeforeDomainTransfer = "PreRegistrarTransferDomain" since "0.1": "The transfer of a domain to us is about to start.";
    Event DomainTransferred = "AfterRegistrarTransfer" since "0.1": "A domain arrived with us.";
    Event DomainTransferFailed = "AfterRegistrarTransferFailed" since "0.1": "The registrar refused or ended a transfer.";
    Gate BeforeDomainRenew = "PreRegistrarRenewDomain" since "0.1": "A domain is about to be renewed.";
    Event DomainRenewed = "AfterRegistrarRenewal" since "0.1": "A domain was renewed.";
    Event DomainRenewFailed = "AfterRegistrarRenewalFailed" since "0.1": "The registrar refused to renew a domain.";
    Event NameserversChanged = "AfterRegistrarSaveNameservers" since "0.1": "A domain's name servers changed.";
    Event DomainContactsChanged = "AfterRegistrarSaveContactDetails" since "0.1": "A domain's contacts changed at the registrar.";

    Slot ClientAreaFooter = "ClientAreaFooterOutput" since "0.1": "The foot of every portal page is drawn." => TextBlock;
    Slot AdminHome = "AdminHomeWidgets" since "0.1": "The staff dashboard is drawn." => TextBlock;
}

/// The row of a canonical name or an alias.
pub fn find(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|e| e.name == name || e.aliases.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_aliases_are_unique() {
        let mut seen = HashSet::new();
        for entry in CATALOGUE {
            for name in std::iter::once(&entry.name).chain(entry.aliases) {
                assert!(seen.insert(*name), "{name} twice");
            }
        }
    }

    #[test]
    fn examples_hold_what_their_schema_requires() {
        for entry in CATALOGUE {
            let (schema, example) = ((entry.schema)(), (entry.example)());
            assert!(example.is_object(), "{}", entry.name);
            let required = schema.get("required").and_then(|r| r.as_array()).cloned().unwrap_or_default();
            for key in required {
                assert!(example.get(key.as_str().unwrap()).is_some(), "{} lacks {key}", entry.name);
            }
        }
    }

    #[test]
    fn aliases_are_found() {
        assert_eq!(find("InvoicePaid").unwrap().name, "Invoice-Paid");
        assert!(find("Nonsense").is_none());
    }
}
