//! The list. An entry is: what it is for, its key, group, whether it may be switched off, its title, when it is
//! sent; then its variables, each with its type, an example and what it holds.

use chrono::NaiveDate;
use innkeeper_domain::{Currency, Money};

use super::{About, Group, Notice, Secrecy, Variable, Vars, Worth};
use crate::mail_templates::language::Style;

macro_rules! notices {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $group:ident, $secrecy:ident, $title:literal, $sent:literal {
        $($field:ident: $type:ty = $example:expr, $about:literal;)*
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug)]
            pub(crate) struct $name { $(#[doc = $about] pub $field: $type),* }

            impl $name {
                /// What is known of it before it is written.
                pub(crate) const ABOUT: About = About {
                    key: $key,
                    group: Group::$group,
                    secrecy: Secrecy::$secrecy,
                    title: $title,
                    sent: $sent,
                    variables: &[$(Variable {
                        name: stringify!($field),
                        kind: <$type as Worth>::KIND,
                        optional: <$type as Worth>::OPTIONAL,
                        about: $about,
                    }),*],
                    shipped: [
                        ("en", include_str!(concat!("../../../../../templates/mail/en/", $key, ".txt"))),
                        ("de", include_str!(concat!("../../../../../templates/mail/de/", $key, ".txt"))),
                        ("es", include_str!(concat!("../../../../../templates/mail/es/", $key, ".txt"))),
                    ],
                    example: || Box::new($name { $($field: $example),* }),
                };
            }
            impl Notice for $name {
                fn about(&self) -> &'static About {
                    &Self::ABOUT
                }
                fn values(&self, style: Style) -> Vars {
                    let _ = style;
                    Vars::from([$((stringify!($field), self.$field.worth(style))),*])
                }
            }
        )*
        /// Every notice, in the order of the page.
        pub(crate) static ALL: &[&About] = &[$(&$name::ABOUT),*];
    };
}

fn text(text: &str) -> String {
    text.to_owned()
}
fn texts(all: &[&str]) -> Vec<String> {
    all.iter().copied().map(text).collect()
}
fn euro(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}
fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, month, day).unwrap_or_default()
}

notices! {
    /// To a new client.
    Welcome = "welcome", Account, Usual, "Welcome", "When a client signs up or is added." {
        email: String = text("ada@example.com"), "The client's address, with which it logs in";
    }
    /// To a login, with a link that sets its password.
    PasswordReset = "password_reset", Account, Secret, "Forgotten password", "When somebody asks for a new password." {
        email: String = text("ada@example.com"), "The address of the login";
        link: String = text("https://host.example/reset?token=…"), "Where the password is chosen; works once, for an hour";
    }
    /// To somebody who may log in for a client from now on.
    LoginInvitation = "login_invitation", Account, Secret, "Invitation", "When a login is made for somebody, who is to choose a password." {
        email: String = text("grace@example.com"), "The address of the login";
        link: String = text("https://host.example/reset?token=…"), "Where the password is chosen; works once, for an hour";
    }
    /// To a login whose password is another one now.
    PasswordChanged = "password_changed", Account, Always, "Password changed", "When the password of a login was changed." {
        email: String = text("ada@example.com"), "The address of the login";
    }
    /// To whoever placed an order.
    OrderConfirmation = "order_confirmation", Orders, Usual, "Order received", "When an order is placed." {
        order: i64 = 5, "The number of the order";
        items: Vec<String> = texts(&["Mailbox (ada@example.com)", "example.com"]), "What was ordered";
        total: Money = euro(2541), "What is to be paid now";
        invoice: Option<String> = Some(text("INV-2027-00042")), "The number of its invoice";
    }
    /// To whoever placed an order that staff cancelled.
    OrderCancelled = "order_cancelled", Orders, Usual, "Order cancelled", "When staff cancel an order; not when it is fraud." {
        order: i64 = 5, "The number of the order";
        items: Vec<String> = texts(&["Mailbox (ada@example.com)", "example.com"]), "What was ordered";
    }
    /// To everybody who gets a client's invoices, as are all about money.
    InvoiceCreated = "invoice_created", Invoices, Usual, "New invoice", "When an invoice over more than nothing is issued." {
        number: String = text("INV-2027-00042"), "The number of the invoice";
        total: Money = euro(2541), "Its total";
        due_on: NaiveDate = day(3, 31), "When it is due";
        lines: Vec<String> = texts(&["Mailbox, March"]), "What it is for";
        instructions: Option<String> = Some(text("IBAN AT61 1904 3002 3457 3201")), "How to pay, from the settings of the company";
    }
    /// Something to be paid that is no invoice yet.
    ProformaCreated = "proforma_created", Invoices, Usual, "New proforma", "When a proforma is issued, instead of “New invoice”." {
        number: String = text("PF-000031"), "The number of the proforma";
        total: Money = euro(2541), "Its total";
        due_on: NaiveDate = day(3, 31), "When it is due";
        lines: Vec<String> = texts(&["Mailbox, March"]), "What it is for";
        instructions: Option<String> = Some(text("IBAN AT61 1904 3002 3457 3201")), "How to pay, from the settings of the company";
    }
    /// The invoice that was a proforma.
    ProformaInvoiced = "proforma_invoiced", Invoices, Usual, "Invoice for a proforma", "When a proforma becomes an invoice: mostly because it is paid." {
        number: String = text("INV-2027-00042"), "The number of the invoice";
        proforma: String = text("PF-000031"), "The number that it had as a proforma";
        total: Money = euro(2541), "Its total";
        lines: Vec<String> = texts(&["Mailbox, March"]), "What it is for";
    }
    /// An invoice over a fee on another one.
    LateFee = "late_fee", Invoices, Usual, "Late fee", "When a late fee is invoiced, instead of “New invoice”." {
        number: String = text("INV-2027-00043"), "The number of the fee's invoice";
        total: Money = euro(500), "The fee";
        due_on: NaiveDate = day(4, 7), "When it is due";
        lines: Vec<String> = texts(&["Late fee for invoice INV-2027-00042"]), "What it is for";
        instructions: Option<String> = Some(text("IBAN AT61 1904 3002 3457 3201")), "How to pay, from the settings of the company";
    }
    /// Before an invoice is due, or on the day.
    InvoiceReminder = "invoice_reminder", Invoices, Usual, "Reminder before the due date", "On the days of the plan that are not after the due date." {
        number: String = text("INV-2027-00042"), "The number of the invoice";
        owed: Money = euro(2541), "What is still to be paid";
        due_on: NaiveDate = day(3, 31), "When it is due";
        days: i64 = 3, "Days until then";
        lines: Vec<String> = texts(&["Mailbox, March"]), "What it is for";
        instructions: Option<String> = Some(text("IBAN AT61 1904 3002 3457 3201")), "How to pay, from the settings of the company";
    }
    /// After it was due, for the first time.
    InvoiceOverdue = "invoice_overdue", Invoices, Usual, "First reminder of an overdue invoice", "On the first day of the plan after the due date." {
        number: String = text("INV-2027-00042"), "The number of the invoice";
        owed: Money = euro(2541), "What is still to be paid";
        due_on: NaiveDate = day(3, 31), "When it was due";
        days: i64 = 1, "Days since then";
        lines: Vec<String> = texts(&["Mailbox, March"]), "What it is for";
        instructions: Option<String> = Some(text("IBAN AT61 1904 3002 3457 3201")), "How to pay, from the settings of the company";
    }
    /// For the second time.
    InvoiceOverdueSecond = "invoice_overdue_second", Invoices, Usual, "Second reminder of an overdue invoice", "On the second day of the plan after the due date." {
        number: String = text("INV-2027-00042"), "The number of the invoice";
        owed: Money = euro(2541), "What is still to be paid";
        due_on: NaiveDate = day(3, 31), "When it was due";
        days: i64 = 5, "Days since then";
        lines: Vec<String> = texts(&["Mailbox, March"]), "What it is for";
        instructions: Option<String> = Some(text("IBAN AT61 1904 3002 3457 3201")), "How to pay, from the settings of the company";
    }
    /// For the third time, and each time after it.
    InvoiceOverdueThird = "invoice_overdue_third", Invoices, Usual, "Last reminders of an overdue invoice", "On the third day of the plan after the due date, and on those after it." {
        number: String = text("INV-2027-00042"), "The number of the invoice";
        owed: Money = euro(2541), "What is still to be paid";
        due_on: NaiveDate = day(3, 31), "When it was due";
        days: i64 = 10, "Days since then";
        lines: Vec<String> = texts(&["Mailbox, March"]), "What it is for";
        instructions: Option<String> = Some(text("IBAN AT61 1904 3002 3457 3201")), "How to pay, from the settings of the company";
    }
    /// An invoice that nobody has to pay any more.
    InvoiceCancelled = "invoice_cancelled", Invoices, Usual, "Invoice cancelled", "When staff void an invoice; not with its order." {
        number: String = text("INV-2027-00042"), "The number of the invoice";
        total: Money = euro(2541), "Its total";
        lines: Vec<String> = texts(&["Mailbox, March"]), "What it was for";
    }
    /// A document that takes a part of an invoice back.
    CreditNote = "credit_note", Invoices, Usual, "Credit note", "When a part of an invoice, or all of it, is taken back." {
        number: String = text("CN-2027-00003"), "The number of the credit note";
        total: Money = euro(1210), "What is taken back";
        invoices: Vec<String> = texts(&["INV-2027-00042"]), "The numbers of the invoices that it corrects";
        lines: Vec<String> = texts(&["Ended on 2027-03-16: Mailbox, March"]), "What is taken back, and why";
    }
    /// An offer.
    Quote = "quote", Invoices, Usual, "Quote", "When staff send a quote." {
        subject: String = text("A new site"), "What it is about";
        total: Money = euro(18410), "What it comes to without tax";
        valid_until: NaiveDate = day(3, 31), "The last day on which it can be accepted";
        lines: Vec<String> = texts(&["Moving your site"]), "What is offered";
        link: String = text("https://host.example/quotes/5"), "Where it is accepted or declined";
        pdf: String = text("https://host.example/quotes/5/pdf"), "Where it is a PDF";
    }
    /// An offer to somebody who is no client yet.
    QuoteLink = "quote_link", Invoices, Secret, "Quote with a link", "When staff send a quote to somebody who is no client yet." {
        subject: String = text("A new site"), "What it is about";
        total: Money = euro(18410), "What it comes to without tax";
        valid_until: NaiveDate = day(3, 31), "The last day on which it can be accepted";
        lines: Vec<String> = texts(&["Moving your site"]), "What is offered";
        link: String = text("https://host.example/offer?token=…"), "Where it is accepted or declined; works until that day";
        pdf: String = text("https://host.example/offer/pdf?token=…"), "Where it is a PDF";
    }
    /// Money has arrived.
    PaymentReceived = "payment_received", Payments, Usual, "Payment received", "When a payment is recorded." {
        amount: Money = euro(2541), "The amount";
        received_on: NaiveDate = day(3, 31), "When it arrived";
        reference: String = text("BANK-2027-0331"), "The payment's reference at the bank or gateway";
        invoices: Vec<String> = texts(&["INV-2027-00042"]), "The numbers of the invoices that it pays";
    }
    /// A stored way to pay was charged, and the bank wants the payer's word.
    ConfirmPayment = "confirm_payment", Payments, Usual, "Payment to be confirmed", "When the bank wants the client to confirm the charge of a stored card." {
        number: String = text("INV-2027-00042"), "The number of the invoice";
        amount: Money = euro(2541), "What was to be charged";
        link: String = text("https://host.example/invoices/42/pay?method=card"), "Where it is confirmed";
    }
    /// A stored way to pay was refused.
    ChargeFailed = "charge_failed", Payments, Usual, "Charge refused", "When the charge of a stored card was refused." {
        number: String = text("INV-2027-00042"), "The number of the invoice";
        amount: Money = euro(2541), "What was to be charged";
        reason: Option<String> = Some(text("The card was declined.")), "What the gateway says to the payer";
        link: String = text("https://host.example/invoices/42"), "Where it can be paid in another way";
    }
    /// Money went back.
    RefundGiven = "refund_given", Payments, Usual, "Refund", "When a gateway has given money back, or staff note that they have." {
        amount: Money = euro(2541), "The amount";
        reference: String = text("BANK-2027-0331"), "The reference of the payment that it is taken from";
        invoice: Option<String> = Some(text("INV-2027-00042")), "The number of the invoice that it was for";
    }
    /// The payer's bank took money back, or it is decided who keeps it. To the company.
    PaymentDisputed = "payment_disputed", Payments, Usual, "Payment disputed", "To your own address, when a payer's bank takes a payment back and when that is decided." {
        client: String = text("Ada Lovelace"), "The client";
        reference: String = text("pay_000041"), "The payment's reference at the gateway";
        amount: Money = euro(2541), "What is disputed";
        reason: Option<String> = Some(text("product not received")), "Why, in the gateway's words";
        won: bool = false, "It is decided: the money is here again";
        lost: bool = false, "It is decided: the money is gone for good";
        link: String = text("https://host.example/admin/disputes/3"), "Where it is looked at";
    }
    /// A service went live. Its password is not in it.
    ServiceActive = "service_active", Services, Usual, "Service ready", "When a service was set up." {
        product: String = text("Mailbox"), "The product";
        label: String = text("ada@example.com"), "What the service is called";
        username: Option<String> = Some(text("ada")), "The user name";
    }
    /// A service was switched off.
    ServiceSuspended = "service_suspended", Services, Usual, "Service suspended", "When a service was suspended." {
        product: String = text("Mailbox"), "The product";
        label: String = text("ada@example.com"), "What the service is called";
        overdue: bool = true, "Because of an unpaid invoice: payment lifts it";
    }
    /// A service was switched on again.
    ServiceUnsuspended = "service_unsuspended", Services, Usual, "Service on again", "When a suspended service was switched on again." {
        product: String = text("Mailbox"), "The product";
        label: String = text("ada@example.com"), "What the service is called";
    }
    /// A service is another product now, or paid in another rhythm.
    PlanChanged = "plan_changed", Services, Usual, "Service changed", "When a change of the product or of the rhythm takes effect." {
        product: String = text("Mailbox XL"), "The product";
        label: String = text("ada@example.com"), "What the service is called";
        from: String = text("Mailbox"), "The product until now; the same if only the rhythm changes";
        amount: Money = euro(1000), "What a period costs from now on, without tax";
        cycle: String = text("Monthly"), "How often that is charged";
    }
    /// A service is to cost another price.
    PriceChanged = "price_changed", Services, Usual, "New price", "When the price of a product is changed for services that exist already." {
        product: String = text("Mailbox"), "The product";
        label: String = text("ada@example.com"), "What the service is called";
        old: Money = euro(900), "What a period costs until then, without tax";
        new: Money = euro(1000), "What it costs from then on, without tax";
        cycle: String = text("Monthly"), "How often that is charged";
        starts_on: NaiveDate = day(3, 31), "The first day of the first period with the new price";
    }
    /// A service is to end later.
    ServiceEnds = "service_ends", Services, Usual, "End of a service noted", "When client or staff let a service end when what is paid is used up." {
        product: String = text("Mailbox"), "The product";
        label: String = text("ada@example.com"), "What the service is called";
        ends_on: NaiveDate = day(3, 31), "The day on which it ends";
    }
    /// A service is gone.
    ServiceTerminated = "service_terminated", Services, Usual, "Service ended", "When a service was terminated." {
        product: String = text("Mailbox"), "The product";
        label: String = text("ada@example.com"), "What the service is called";
        overdue: bool = false, "Because of an unpaid invoice";
    }
    /// A domain went live.
    DomainActive = "domain_active", Domains, Usual, "Domain registered or transferred", "When a domain was registered, or its transfer ended well." {
        domain: String = text("example.com"), "The domain";
        expires_on: Option<NaiveDate> = Some(day(3, 31)), "Until when it is registered";
        name_servers: Vec<String> = texts(&["ns1.example.net", "ns2.example.net"]), "Its name servers";
    }
    /// A domain goes on.
    DomainRenewed = "domain_renewed", Domains, Usual, "Domain renewed", "When a domain was renewed or restored." {
        domain: String = text("example.com"), "The domain";
        expires_on: Option<NaiveDate> = Some(day(3, 31)), "Until when it is registered";
    }
    /// Stands below every mail.
    Signature = "signature", Parts, Always, "Signature", "Stands where a text has {{ signature }}." {}
}
