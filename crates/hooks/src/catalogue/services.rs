//! Services and the calls to their server plugins.

use chrono::NaiveDate;
use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::row::{date, hooks};

macro_rules! service_gates {
    ($($(#[doc = $doc:literal])* $payload:ident = $name:literal),* $(,)?) => {
        hooks! {
            GATES = "Services: before a call to the server plugin";
            /// A service is about to be created at its vendor.
            gate BeforeModuleCreate = "PreModuleCreate", adjusts [label, fields], skip "the service becomes active as if made by hand: the vendor is not called" {
                /// The service.
                service_id: ServiceId = ServiceId(31),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its product.
                product_id: ProductId = ProductId(3),
                /// What it is called: a mailbox, a host name.
                label: String = "ada@example.com".into(),
                /// Answers to the plugin's questions by key, without the password.
                fields: BTreeMap<String, String> = BTreeMap::from([("mailbox".into(), "ada".into())]),
            }
            $($(#[doc = $doc])*
            gate $payload = $name, skip "the service changes its state as if it had worked: the vendor is not called" {
                /// The service.
                service_id: ServiceId = ServiceId(31),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its product.
                product_id: ProductId = ProductId(3),
                /// What it is called: a mailbox, a host name.
                label: String = "ada@example.com".into(),
            })*
        }
    };
}
service_gates! {
    /// A service is about to be suspended.
    BeforeModuleSuspend = "PreModuleSuspend",
    /// A service is about to be unsuspended.
    BeforeModuleUnsuspend = "PreModuleUnsuspend",
    /// A service is about to be terminated.
    BeforeModuleTerminate = "PreModuleTerminate",
    /// A service is about to get a new password.
    BeforeModuleChangePassword = "PreModuleChangePassword",
    /// An account is about to be changed at its vendor: its name, its domain, its plan.
    BeforeModuleChange = "PreModuleChangePackage",
}

macro_rules! service_done {
    ($($(#[doc = $doc:literal])* $payload:ident = $name:literal),* $(,)?) => {
        hooks! {
            DONE = "Services: after a call that worked";
            $($(#[doc = $doc])*
            event $payload = $name, about "service" service_id {
                /// The service.
                service_id: ServiceId = ServiceId(31),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its product.
                product_id: ProductId = ProductId(3),
                /// What it is called: a mailbox, a host name.
                label: String = "ada@example.com".into(),
                /// The snapin that took the work over by answering "skip" to the gate; then the vendor was not called.
                skipped_by: Option<String> = None,
            })*
        }
    };
}
service_done! {
    /// A service was created at its vendor.
    ModuleCreated = "AfterModuleCreate",
    /// A service was suspended.
    ModuleSuspended = "AfterModuleSuspend",
    /// A service was unsuspended.
    ModuleUnsuspended = "AfterModuleUnsuspend",
    /// A service was removed at its vendor.
    ModuleTerminated = "AfterModuleTerminate",
    /// A service got a new password. The password is not in the payload.
    ModulePasswordChanged = "AfterModuleChangePassword",
    /// An account was changed at its vendor: its name, its domain, its plan.
    ModuleChanged = "AfterModuleChangePackage",
}

macro_rules! service_failed {
    ($($(#[doc = $doc:literal])* $payload:ident = $name:literal),* $(,)?) => {
        hooks! {
            FAILED = "Services: after a call that was refused";
            $($(#[doc = $doc])*
            event $payload = $name, about "service" service_id {
                /// The service.
                service_id: ServiceId = ServiceId(31),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its product.
                product_id: ProductId = ProductId(3),
                /// What it is called: a mailbox, a host name.
                label: String = "ada@example.com".into(),
                /// The reason, for staff.
                error: String = "the mail domain does not exist".into(),
            })*
        }
    };
}
service_failed! {
    /// The vendor, or a gate, refused to create a service.
    ModuleCreateFailed = "AfterModuleCreateFailed",
    /// The vendor, or a gate, refused to suspend a service.
    ModuleSuspendFailed = "AfterModuleSuspendFailed",
    /// The vendor, or a gate, refused to unsuspend a service.
    ModuleUnsuspendFailed = "AfterModuleUnsuspendFailed",
    /// The vendor, or a gate, refused to terminate a service.
    ModuleTerminateFailed = "AfterModuleTerminateFailed",
    /// The vendor, or a gate, refused a new password.
    ModuleChangePasswordFailed = "AfterModuleChangePasswordFailed",
    /// The vendor, or a gate, refused to change an account.
    ModuleChangeFailed = "AfterModuleChangePackageFailed",
}

hooks! {
    OTHER = "Services: the rest";

    /// An action of a plugin's own is about to run on a service.
    gate BeforeModuleCustom = "PreModuleCustom", skip "the operation counts as done: the vendor is not called" {
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Its product.
        product_id: ProductId = ProductId(3),
        /// What it is called: a mailbox, a host name.
        label: String = "ada@example.com".into(),
        /// Key of the action.
        action: String = "reboot".into(),
    }

    /// An action of a plugin's own ran on a service.
    event ModuleCustomRan = "AfterModuleCustom", about "service" service_id {
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Its product.
        product_id: ProductId = ProductId(3),
        /// What it is called: a mailbox, a host name.
        label: String = "ada@example.com".into(),
        /// Key of the action.
        action: String = "reboot".into(),
        /// The snapin that took the work over; then the vendor was not called.
        skipped_by: Option<String> = None,
    }

    /// The vendor, or a gate, refused an action of a plugin's own.
    event ModuleCustomFailed = "AfterModuleCustomFailed", about "service" service_id {
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Its product.
        product_id: ProductId = ProductId(3),
        /// What it is called: a mailbox, a host name.
        label: String = "ada@example.com".into(),
        /// Key of the action.
        action: String = "reboot".into(),
        /// What was said.
        error: String = "the server is full".into(),
    }

    /// Another product or rhythm was ordered for a service. It may wait for a payment or for its day.
    event PlanChangeOrdered = "UserPackage-ChangeOrdered", about "service" service_id {
        /// The change.
        change_id: i64 = 5,
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// What it is to be.
        product_id: ProductId = ProductId(4),
        /// How often it is to be paid.
        cycle_id: CycleId = CycleId(12),
    }
    /// A service was changed to another product or rhythm; the vendor is told in an operation of its own.
    event PlanChanged = "AfterProductUpgrade", about "service" service_id {
        /// The change.
        change_id: i64 = 5,
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// What it is now.
        product_id: ProductId = ProductId(4),
        /// How often it is paid now.
        cycle_id: CycleId = CycleId(12),
    }
    /// Somebody asked that a service ends, now or later.
    event EndRequested = "CancellationRequest", about "service" service_id {
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Why; may be empty.
        reason: String = "We moved to another host".into(),
        /// `Immediate` or `End of Billing Period`.
        kind: String = "End of Billing Period".into(),
        /// The day on which it ends.
        ends_on: NaiveDate = date(),
    }
    /// Staff paused a service: it is switched off and costs nothing meanwhile.
    event ServicePaused = "ServicePaused", about "service" service_id {
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// The day on which it goes on by itself; none: when staff say so.
        until: Option<NaiveDate> = Some(date()),
    }
    /// A paused service goes on.
    event ServiceResumed = "ServiceResumed", about "service" service_id {
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Its next period begins on this day.
        next_on: NaiveDate = date(),
    }
    /// A service became active.
    event ServiceActivated = "UserPackage-Activate", about "service" service_id {
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Its product.
        product_id: ProductId = ProductId(3),
        /// What it is called: a mailbox, a host name.
        label: String = "ada@example.com".into(),
    }
}
