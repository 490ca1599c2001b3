//! One function for each mail.

use askama::Template;
use innkeeper_db::{
    mails::NewMail,
    notices::{self, Addressee, DomainNotice, InvoiceNotice, OrderNotice, PaymentNotice, ServiceNotice},
    settings,
};
use innkeeper_domain::{ClientId, DomainId, EffectId, InvoiceId, Money, OrderId, PaymentId, ServiceId};
use serde_json::Value;
use std::collections::HashMap;

use crate::{AppError, Result, Tx, tokens};

#[derive(Template)]
#[template(path = "email/welcome.txt")]
struct Welcome<'a> {
    name: &'a str,
    email: &'a str,
    company: &'a str,
    base_url: &'a str,
}

/// To a new client.
pub(crate) async fn welcome(tx: &mut Tx<'_>, id: ClientId) -> Result<()> {
    let frame = Frame::load(tx, id).await?;
    let Frame { name, company, base_url, to } = &frame;
    let body = Welcome { name, email: &to.email, company, base_url }.render();
    let subject = format!("Welcome to {company}");
    queue(tx, &frame, &Mail { template: "welcome", occasion: format!("client:{id}"), subject }, body, false).await
}

#[derive(Template)]
#[template(path = "email/password_reset.txt")]
struct PasswordReset<'a> {
    email: &'a str,
    link: &'a str,
    company: &'a str,
    base_url: &'a str,
}

/// To a login, with the token of a link that sets its password.
pub(crate) async fn password_reset(tx: &mut Tx<'_>, client: Option<ClientId>, email: &str, token: &str) -> Result<()> {
    let (company, base_url) = (company(tx).await?, tx.app().base_url().to_owned());
    let link = format!("{base_url}/reset?token={token}");
    let body = PasswordReset { email, link: &link, company: &company, base_url: &base_url }.render();
    tx.mail(&[NewMail {
        template: "password_reset",
        occasion: &hex::encode(tokens::hash(token)),
        client_id: client.map(ClientId::get),
        recipient: email,
        subject: &format!("Your password at {company}"),
        body: &body.map_err(AppError::internal)?,
    }])
    .await
}

#[derive(Template)]
#[template(path = "email/order_confirmation.txt")]
struct OrderConfirmation<'a> {
    name: &'a str,
    id: OrderId,
    order: &'a OrderNotice,
    total: Money,
    company: &'a str,
    base_url: &'a str,
}

/// To whoever placed an order.
pub(crate) async fn order_confirmation(tx: &mut Tx<'_>, id: OrderId) -> Result<()> {
    let order = notices::order(tx.conn(), id).await?.ok_or(AppError::NotFound("order"))?;
    let frame = Frame::load(tx, order.client_id).await?;
    let Frame { name, company, base_url, .. } = &frame;
    let total = Money::new(order.total, *order.currency);
    let body = OrderConfirmation { name, id, order: &order, total, company, base_url }.render();
    let subject = format!("Your order {id} at {company}");
    let mail = Mail { template: "order_confirmation", occasion: format!("order:{id}"), subject };
    queue(tx, &frame, &mail, body, false).await
}

#[derive(Template)]
#[template(path = "email/invoice_created.txt")]
struct InvoiceCreated<'a> {
    name: &'a str,
    invoice: &'a InvoiceNotice,
    total: Money,
    /// How to pay, as set by the company; may be empty.
    instructions: &'a str,
    company: &'a str,
    base_url: &'a str,
}

/// About each invoice, to everybody who gets its client's invoices.
pub(crate) async fn invoices_created(tx: &mut Tx<'_>, ids: &[InvoiceId]) -> Result<()> {
    let invoices = notices::invoices(tx.conn(), ids).await?;
    let house = House::load(tx).await?;
    let mut mails = Vec::with_capacity(invoices.len());
    for invoice in &invoices {
        let House { instructions, company, base_url } = &house;
        let total = Money::new(invoice.total, *invoice.currency);
        let mail = InvoiceCreated { name: &invoice.client_name, invoice, total, instructions, company, base_url };
        let subject = format!("Invoice {} of {company}", invoice.number);
        mails.push((invoice, format!("invoice:{}", invoice.id), subject, mail.render().map_err(AppError::internal)?));
    }
    to_payers(tx, "invoice_created", &mails).await
}

#[derive(Template)]
#[template(path = "email/invoice_reminder.txt")]
struct InvoiceReminder<'a> {
    name: &'a str,
    invoice: &'a InvoiceNotice,
    owed: Money,
    overdue: bool,
    instructions: &'a str,
    company: &'a str,
    base_url: &'a str,
}

/// Reminds of invoices, each at a step of the plan: days after the due date, negative before.
pub(crate) async fn invoice_reminders(tx: &mut Tx<'_>, steps: &[(InvoiceId, i32)]) -> Result<()> {
    let ids: Vec<InvoiceId> = steps.iter().map(|(id, _)| *id).collect();
    let invoices = notices::invoices(tx.conn(), &ids).await?;
    let steps: HashMap<InvoiceId, i32> = steps.iter().copied().collect();
    let house = House::load(tx).await?;
    let mut mails = Vec::with_capacity(invoices.len());
    for invoice in &invoices {
        let House { instructions, company, base_url } = &house;
        let step = steps.get(&invoice.id).copied().unwrap_or_default();
        let owed = Money::new(invoice.total - invoice.paid, *invoice.currency);
        let (name, overdue) = (invoice.client_name.as_str(), step > 0);
        let mail = InvoiceReminder { name, invoice, owed, overdue, instructions, company, base_url };
        let what = if overdue { "is overdue" } else { "will be due" };
        let subject = format!("Invoice {} of {company} {what}", invoice.number);
        let occasion = format!("reminder:{step}:{}", invoice.id);
        mails.push((invoice, occasion, subject, mail.render().map_err(AppError::internal)?));
    }
    to_payers(tx, "invoice_reminder", &mails).await
}

/// Queues mails, each with its occasion, subject and body, to everybody who gets the invoice's.
async fn to_payers(
    tx: &mut Tx<'_>,
    template: &'static str,
    mails: &[(&InvoiceNotice, String, String, String)],
) -> Result<()> {
    let to_each = |(invoice, occasion, subject, body)| {
        let invoice: &InvoiceNotice = invoice;
        invoice.recipients.iter().map(move |recipient| NewMail {
            template,
            occasion,
            client_id: Some(invoice.client_id.get()),
            recipient,
            subject,
            body,
        })
    };
    let new: Vec<NewMail<'_>> = mails.iter().flat_map(|(i, o, s, b)| to_each((i, o, s, b))).collect();
    tx.mail(&new).await
}

/// What every mail about money has.
struct House {
    /// How to pay; may be empty.
    instructions: String,
    company: String,
    base_url: String,
}

impl House {
    async fn load(tx: &mut Tx<'_>) -> Result<Self> {
        let stored = settings::get(tx.conn(), "company").await?;
        let instructions = text_of(stored.as_ref(), "payment_instructions").to_owned();
        Ok(Self { instructions, company: company(tx).await?, base_url: tx.app().base_url().to_owned() })
    }
}

#[derive(Template)]
#[template(path = "email/payment_received.txt")]
struct PaymentReceived<'a> {
    name: &'a str,
    payment: &'a PaymentNotice,
    amount: Money,
    company: &'a str,
    base_url: &'a str,
}

/// To everybody who gets a client's invoices.
pub(crate) async fn payment_received(tx: &mut Tx<'_>, id: PaymentId) -> Result<()> {
    let payment = notices::payment(tx.conn(), id).await?.ok_or(AppError::NotFound("payment"))?;
    let frame = Frame::load(tx, payment.client_id).await?;
    let Frame { name, company, base_url, .. } = &frame;
    let amount = Money::new(payment.amount, *payment.currency);
    let body = PaymentReceived { name, payment: &payment, amount, company, base_url }.render();
    let subject = format!("Your payment to {company}");
    let mail = Mail { template: "payment_received", occasion: format!("payment:{id}"), subject };
    queue(tx, &frame, &mail, body, true).await
}

#[derive(Template)]
#[template(path = "email/confirm_payment.txt")]
struct ConfirmPayment<'a> {
    name: &'a str,
    number: &'a str,
    amount: Money,
    invoice_id: InvoiceId,
    gateway: &'a str,
    company: &'a str,
    base_url: &'a str,
}

/// To everybody who gets a client's invoices: a stored way to pay was charged, and the bank wants the payer's word.
pub(crate) async fn confirm_payment(
    tx: &mut Tx<'_>,
    invoice_id: InvoiceId,
    gateway: &str,
    amount: Money,
    charge: EffectId,
) -> Result<()> {
    let invoices = notices::invoices(tx.conn(), &[invoice_id]).await?;
    let invoice = invoices.first().ok_or(AppError::NotFound("invoice"))?;
    let House { company, base_url, .. } = &House::load(tx).await?;
    let (name, number) = (invoice.client_name.as_str(), invoice.number.as_str());
    let mail = ConfirmPayment { name, number, amount, invoice_id, gateway, company, base_url };
    let body = mail.render().map_err(AppError::internal)?;
    let subject = format!("Please confirm your payment to {company}");
    to_payers(tx, "confirm_payment", &[(invoice, format!("charge:{charge}"), subject, body)]).await
}

#[derive(Template)]
#[template(path = "email/service_active.txt")]
struct ServiceActive<'a> {
    name: &'a str,
    service: &'a ServiceNotice,
    company: &'a str,
    base_url: &'a str,
}

/// To the client of a service that went live. Its password is not in it.
pub(crate) async fn service_active(tx: &mut Tx<'_>, id: ServiceId) -> Result<()> {
    let service = notices::service(tx.conn(), id).await?.ok_or(AppError::NotFound("service"))?;
    let frame = Frame::load(tx, service.client_id).await?;
    let Frame { name, company, base_url, .. } = &frame;
    let body = ServiceActive { name, service: &service, company, base_url }.render();
    let subject = format!("{} is ready: {}", service.product, service.label);
    let mail = Mail { template: "service_active", occasion: format!("service:{id}"), subject };
    queue(tx, &frame, &mail, body, false).await
}

#[derive(Template)]
#[template(path = "email/domain_active.txt")]
struct DomainActive<'a> {
    name: &'a str,
    domain: &'a DomainNotice,
    company: &'a str,
    base_url: &'a str,
}

/// To the client of a domain that went live.
pub(crate) async fn domain_active(tx: &mut Tx<'_>, id: DomainId) -> Result<()> {
    let domain = notices::domain(tx.conn(), id).await?.ok_or(AppError::NotFound("domain"))?;
    let frame = Frame::load(tx, domain.client_id).await?;
    let Frame { name, company, base_url, .. } = &frame;
    let body = DomainActive { name, domain: &domain, company, base_url }.render();
    let subject = format!("{} is yours", domain.name);
    let mail = Mail { template: "domain_active", occasion: format!("domain:{id}"), subject };
    queue(tx, &frame, &mail, body, false).await
}

/// What every mail to a client has.
struct Frame {
    to: Addressee,
    name: String,
    company: String,
    base_url: String,
}

impl Frame {
    async fn load(tx: &mut Tx<'_>, id: ClientId) -> Result<Self> {
        let to = notices::addressee(tx.conn(), id).await?.ok_or(AppError::NotFound("client"))?;
        let name = format!("{} {}", to.first_name, to.last_name);
        Ok(Self { to, name, company: company(tx).await?, base_url: tx.app().base_url().to_owned() })
    }
}

/// The name of the house, as set in the settings; else its address.
async fn company(tx: &mut Tx<'_>) -> Result<String> {
    let stored = settings::get(tx.conn(), "company").await?;
    let name = text_of(stored.as_ref(), "name");
    Ok(if name.is_empty() { tx.app().base_url().to_owned() } else { name.to_owned() })
}

fn text_of<'a>(company: Option<&'a Value>, key: &str) -> &'a str {
    company.and_then(|c| c.get(key)).and_then(Value::as_str).unwrap_or_default()
}

struct Mail {
    template: &'static str,
    occasion: String,
    subject: String,
}

async fn queue(tx: &mut Tx<'_>, frame: &Frame, mail: &Mail, body: askama::Result<String>, billing: bool) -> Result<()> {
    let body = body.map_err(AppError::internal)?;
    let client = frame.to.client_id;
    let recipients = match billing {
        true => notices::billing_addresses(tx.conn(), client).await?,
        false => vec![frame.to.email.clone()],
    };
    let mails: Vec<NewMail<'_>> = recipients
        .iter()
        .map(|recipient| NewMail {
            template: mail.template,
            occasion: &mail.occasion,
            client_id: Some(client.get()),
            recipient,
            subject: &mail.subject,
            body: &body,
        })
        .collect();
    tx.mail(&mails).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use innkeeper_db::Text;
    use innkeeper_domain::Currency;

    const DAY: NaiveDate = NaiveDate::from_ymd_opt(2027, 3, 31).unwrap();
    const BASE: &str = "https://host.example";

    fn order() -> OrderNotice {
        let items = vec!["Mail (ada@example.com)".into(), "example.com".into()];
        let invoice = Some("INV-2027-00009".into());
        OrderNotice { client_id: ClientId(1), currency: Text(Currency::EUR), total: 2541, invoice, items }
    }
    fn confirm(order: &OrderNotice) -> String {
        let total = Money::new(order.total, *order.currency);
        let mail = OrderConfirmation { name: "Ada", id: OrderId(5), order, total, company: "Host", base_url: BASE };
        mail.render().unwrap()
    }

    #[test]
    fn an_order_lists_what_is_in_it() {
        let head =
            "Hello Ada,\n\nthank you for your order 5:\n\n- Mail (ada@example.com)\n- example.com\n\nTo be paid now: ";
        let foot = "\nYou see what becomes of it here:\n\n  https://host.example\n\n--\nHost\nhttps://host.example";
        let total = Money::new(2541, Currency::EUR);
        assert_eq!(confirm(&order()), format!("{head}{total}\nInvoice: INV-2027-00009\n{foot}"));
        let free = OrderNotice { invoice: None, ..order() };
        assert_eq!(confirm(&free), format!("{head}{total}\n{foot}"));
    }

    #[test]
    fn an_invoice_says_what_is_owed_and_how_to_pay() {
        let invoice = InvoiceNotice {
            id: InvoiceId(9),
            client_id: ClientId(1),
            client_name: "Ada Lovelace".into(),
            recipients: vec!["ada@example.com".into()],
            number: "INV-2027-00009".into(),
            currency: Text(Currency::EUR),
            total: 2541,
            paid: 0,
            due_on: DAY,
            lines: vec!["Mail, March".into()],
        };
        let total = Money::new(2541, Currency::EUR);
        let mail = |instructions| {
            let mail =
                InvoiceCreated { name: "Ada", invoice: &invoice, total, instructions, company: "Host", base_url: BASE };
            mail.render().unwrap()
        };
        let head = format!(
            "Hello Ada,\n\nthere is a new invoice for you:\n\nNumber: INV-2027-00009\nAmount: {total}\nDue:    2027-03-31\n\n- Mail, March\n"
        );
        let foot =
            "\nYou find it in your account:\n\n  https://host.example/invoices\n\n--\nHost\nhttps://host.example";
        assert_eq!(mail(""), format!("{head}{foot}"));
        assert_eq!(mail("IBAN AT61"), format!("{head}\nIBAN AT61\n{foot}"));
    }

    #[test]
    fn a_service_and_a_domain_say_where_they_are() {
        let service = ServiceNotice {
            client_id: ClientId(1),
            product: "Mail".into(),
            label: "ada@example.com".into(),
            username: Some("ada".into()),
        };
        let body = ServiceActive { name: "Ada", service: &service, company: "Host", base_url: BASE }.render().unwrap();
        assert!(body.contains("is ready:\n\nMail: ada@example.com\nUser name: ada\n\nIts password"), "{body}");
        let domain = DomainNotice {
            client_id: ClientId(1),
            name: "example.com".into(),
            expires_on: Some(DAY),
            nameservers: vec!["ns1.example.net".into(), "ns2.example.net".into()],
        };
        let body = DomainActive { name: "Ada", domain: &domain, company: "Host", base_url: BASE }.render().unwrap();
        let middle = "is yours now.\nIt is registered until 2027-03-31.\nName server: ns1.example.net\nName server: ns2.example.net\n\nYou manage";
        assert!(body.contains(middle), "{body}");
    }
}
