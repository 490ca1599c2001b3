//! Payloads of events: ids and values of the moment, never rows.

use chrono::NaiveDate;
use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Sample;

/// What an event is about.
pub(crate) trait Aggregate {
    fn aggregate(&self) -> (&'static str, i64);
}

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident of $kind:literal $id:ident { $($(#[$fdoc:meta])* $field:ident: $ty:ty = $sample:expr),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty),* }
        impl Aggregate for $name {
            fn aggregate(&self) -> (&'static str, i64) { ($kind, self.$id.get()) }
        }
        impl Sample for $name {
            fn sample() -> Self { Self { $($field: $sample),* } }
        }
    )*};
}

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}
fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 3, 31).unwrap_or_default()
}

payloads! {
    /// A new client.
    ClientCreated of "client" client_id {
        /// The client.
        client_id: ClientId = ClientId(17),
        /// Its first login, if it has one.
        user_id: Option<UserId> = Some(UserId(21)),
        /// Display name: the company's, else the person's.
        name: String = "Ada Lovelace".into(),
        /// Billing address of mail.
        email: String = "ada@example.org".into(),
        /// Currency of its invoices.
        currency: Currency = Currency::EUR,
    }
    /// Changed client details.
    ClientUpdated of "client" client_id {
        /// The client.
        client_id: ClientId = ClientId(17),
        /// Names of the fields that changed.
        changed: Vec<String> = vec!["phone".into()],
    }
    /// A login with a new password.
    PasswordChanged of "user" user_id {
        /// The login.
        user_id: UserId = UserId(21),
    }
    /// A login to the portal.
    UserLoggedIn of "user" user_id {
        /// The login.
        user_id: UserId = UserId(21),
        /// `password` or `autologin`.
        method: String = "password".into(),
    }
    /// A logout from the portal.
    UserLoggedOut of "user" user_id {
        /// The login.
        user_id: UserId = UserId(21),
    }
    /// A placed order.
    OrderPlaced of "order" order_id {
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
    /// A service of a new order.
    PackageOrdered of "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// The service.
        service_id: ServiceId = ServiceId(31),
        /// Its product.
        product_id: ProductId = ProductId(3),
    }
    /// An order whose invoice is paid.
    OrderPaid of "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
        /// The paid invoice.
        invoice_id: InvoiceId = InvoiceId(9),
    }
    /// An accepted order.
    OrderAccepted of "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
    }
    /// A cancelled order.
    OrderCancelled of "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
    }
    /// An order marked as fraud.
    OrderMarkedFraud of "order" order_id {
        /// The order.
        order_id: OrderId = OrderId(5),
        /// Who ordered.
        client_id: ClientId = ClientId(17),
    }
    /// An issued invoice.
    InvoiceCreated of "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// Its printed number.
        number: String = "INV-2027-00009".into(),
        /// Tax included.
        total: Money = money(2541),
        /// Day by which it should be paid.
        due: NaiveDate = date(),
    }
    /// A partly paid invoice.
    InvoicePartiallyPaid of "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// Paid so far.
        paid: Money = money(1000),
        /// Still owed.
        balance: Money = money(1541),
    }
    /// A paid invoice.
    InvoicePaid of "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// Tax included.
        total: Money = money(2541),
    }
    /// A voided invoice.
    InvoiceCancelled of "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it billed.
        client_id: ClientId = ClientId(17),
    }
    /// A recorded payment.
    PaymentRecorded of "client" client_id {
        /// The payment.
        payment_id: PaymentId = PaymentId(4),
        /// Who paid.
        client_id: ClientId = ClientId(17),
        /// The invoice it was meant for, if any.
        invoice_id: Option<InvoiceId> = Some(InvoiceId(9)),
        /// Id of the gateway plugin.
        gateway: String = "gateway-offline".into(),
        /// The gateway's own reference.
        transaction: String = "BANK-2027-03-30-118".into(),
        /// What came in.
        amount: Money = money(2541),
    }
    /// A name-server change.
    NameserversChanged of "domain" domain_id {
        /// The domain.
        domain_id: DomainId = DomainId(12),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Its name.
        name: String = "example.com".into(),
        /// The new name servers.
        nameservers: Vec<String> = vec!["ns1.example.net".into(), "ns2.example.net".into()],
    }
    /// A contact change at the registrar.
    DomainContactsChanged of "domain" domain_id {
        /// The domain.
        domain_id: DomainId = DomainId(12),
        /// Whose it is.
        client_id: ClientId = ClientId(17),
        /// Its name.
        name: String = "example.com".into(),
    }
}

macro_rules! service_events {
    ($($(#[$doc:meta])* $name:ident),* ; $($(#[$fdoc:meta])* $failed:ident),*) => {
        payloads! {
            $($(#[$doc])* $name of "service" service_id {
                /// The service.
                service_id: ServiceId = ServiceId(31),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its product.
                product_id: ProductId = ProductId(3),
                /// What it is called: a mailbox, a host name.
                label: String = "ada@example.com".into(),
            })*
            $($(#[$fdoc])* $failed of "service" service_id {
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
service_events! {
    /// A service that was created at its vendor.
    ModuleCreated,
    /// A service that became active.
    ServiceActivated,
    /// A suspended service.
    ModuleSuspended,
    /// An unsuspended service.
    ModuleUnsuspended,
    /// A terminated service.
    ModuleTerminated,
    /// A service with a new password.
    ModulePasswordChanged;
    /// A refused creation.
    ModuleCreateFailed,
    /// A refused suspension.
    ModuleSuspendFailed,
    /// A refused unsuspension.
    ModuleUnsuspendFailed,
    /// A refused termination.
    ModuleTerminateFailed,
    /// A refused password.
    ModuleChangePasswordFailed
}

macro_rules! domain_events {
    ($($(#[$doc:meta])* $name:ident),* ; $($(#[$fdoc:meta])* $failed:ident),*) => {
        payloads! {
            $($(#[$doc])* $name of "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Expiry at the registrar, once known.
                expires_on: Option<NaiveDate> = Some(date()),
            })*
            $($(#[$fdoc])* $failed of "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// The reason, for staff.
                error: String = "the name is taken".into(),
            })*
        }
    };
}
domain_events! {
    /// A registered domain.
    DomainRegistered,
    /// A domain that arrived by transfer.
    DomainTransferred,
    /// A renewed domain.
    DomainRenewed;
    /// A refused registration.
    DomainRegisterFailed,
    /// A refused transfer.
    DomainTransferFailed,
    /// A refused renewal.
    DomainRenewFailed
}
