//! The newest thing that a notice could be about, to show what its text looks like.

use innkeeper_db::{
    PgConnection,
    notices::{self, InvoiceNotice},
};
use innkeeper_domain::{ClientId, Money};

use super::{invoices, name_of, orders, payments, services};
use crate::{
    Result,
    mail_templates::{
        House, Notice,
        notices::{
            ChargeFailed, ConfirmPayment, CreditNote, DomainActive, DomainRenewed, InvoiceCancelled, InvoiceCreated,
            InvoiceOverdue, InvoiceOverdueSecond, InvoiceOverdueThird, InvoiceReminder, LateFee, OrderCancelled,
            OrderConfirmation, PaymentReceived, ProformaCreated, ProformaInvoiced, RefundGiven, ServiceActive,
            ServiceSuspended, ServiceTerminated, ServiceUnsuspended, Welcome,
        },
    },
};

/// A notice with real values.
pub(crate) struct Newest {
    /// How its text calls the client.
    pub name: String,
    pub notice: Box<dyn Notice>,
    /// What it is about, for people: `invoice INV-2027-00042`.
    pub of: String,
}

/// The notice of `key` about the newest thing that it could be about, as it would be sent today. None: there is no
/// such thing, or its values are secret.
pub(crate) async fn newest(conn: &mut PgConnection, key: &str, house: &House) -> Result<Option<Newest>> {
    let ids = notices::newest(conn).await?;
    if of_invoice(key) {
        let Some(id) = ids.invoice else { return Ok(None) };
        let found = notices::invoices(conn, &[id]).await?.into_iter().next();
        return Ok(found.and_then(|invoice| about_invoice(key, &invoice, house)));
    }
    if key == CreditNote::ABOUT.key {
        let Some(id) = ids.credit_note else { return Ok(None) };
        let found = invoices::credited(conn, id).await?;
        return Ok(found.map(|(note, notice)| Newest {
            name: note.client_name,
            of: format!("credit note {}", note.number),
            notice: Box::new(notice),
        }));
    }
    let (client, notice, of): (ClientId, Box<dyn Notice>, String) = if is(key, &[Welcome::ABOUT.key]) {
        let Some(id) = ids.client else { return Ok(None) };
        let Some(to) = notices::addressee(conn, id).await? else { return Ok(None) };
        (id, Box::new(Welcome { email: to.email }), format!("client {id}"))
    } else if is(key, &[OrderConfirmation::ABOUT.key, OrderCancelled::ABOUT.key]) {
        let Some(id) = ids.order else { return Ok(None) };
        let Some(order) = notices::order(conn, id).await? else { return Ok(None) };
        let client = order.client_id;
        let notice: Box<dyn Notice> = match key == OrderConfirmation::ABOUT.key {
            true => Box::new(orders::confirmation(id, order)),
            false => Box::new(orders::cancelled(id, order)),
        };
        (client, notice, format!("order {id}"))
    } else if is(key, &[PaymentReceived::ABOUT.key, RefundGiven::ABOUT.key]) {
        let Some(id) = ids.payment else { return Ok(None) };
        let Some(payment) = notices::payment(conn, id).await? else { return Ok(None) };
        let received = payments::received(&payment);
        let (amount, reference) = (received.amount, received.reference.clone());
        let notice: Box<dyn Notice> = match key == PaymentReceived::ABOUT.key {
            true => Box::new(received),
            false => Box::new(RefundGiven { amount, reference, invoice: payment.invoices.first().cloned() }),
        };
        (payment.client_id, notice, format!("payment {id}"))
    } else if is(key, &[DomainActive::ABOUT.key, DomainRenewed::ABOUT.key]) {
        let Some(id) = ids.domain else { return Ok(None) };
        let Some(domain) = notices::domain(conn, id).await? else { return Ok(None) };
        let (client, of) = (domain.client_id, format!("domain {}", domain.name));
        let notice: Box<dyn Notice> = match key == DomainActive::ABOUT.key {
            true => Box::new(services::registered(domain)),
            false => Box::new(services::renewed(domain)),
        };
        (client, notice, of)
    } else {
        let Some(id) = ids.service else { return Ok(None) };
        let Some(service) = notices::service(conn, id).await? else { return Ok(None) };
        let Some(notice) = about_service(key, &service) else { return Ok(None) };
        (service.client_id, notice, format!("service {}", service.label))
    };
    let to = notices::addressee(conn, client).await?;
    Ok(to.map(|to| Newest { name: name_of(&to), notice, of }))
}

fn is(key: &str, any: &[&str]) -> bool {
    any.contains(&key)
}

fn of_invoice(key: &str) -> bool {
    is(
        key,
        &[
            InvoiceCreated::ABOUT.key,
            ProformaCreated::ABOUT.key,
            ProformaInvoiced::ABOUT.key,
            LateFee::ABOUT.key,
            InvoiceReminder::ABOUT.key,
            InvoiceOverdue::ABOUT.key,
            InvoiceOverdueSecond::ABOUT.key,
            InvoiceOverdueThird::ABOUT.key,
            InvoiceCancelled::ABOUT.key,
            ConfirmPayment::ABOUT.key,
            ChargeFailed::ABOUT.key,
        ],
    )
}

fn about_invoice(key: &str, invoice: &InvoiceNotice, house: &House) -> Option<Newest> {
    let owed = Money::new(invoice.total - invoice.paid, *invoice.currency);
    let steps = [
        (InvoiceReminder::ABOUT.key, -3, None),
        (InvoiceOverdue::ABOUT.key, 1, Some(0)),
        (InvoiceOverdueSecond::ABOUT.key, 5, Some(1)),
        (InvoiceOverdueThird::ABOUT.key, 10, Some(2)),
    ];
    let notice: Box<dyn Notice> = if let Some((_, step, overdue)) = steps.iter().find(|(of, ..)| *of == key) {
        invoices::reminding(invoice, house, *step, *overdue)
    } else if is(key, &[InvoiceCancelled::ABOUT.key]) {
        Box::new(invoices::cancelled(invoice))
    } else if is(key, &[ConfirmPayment::ABOUT.key]) {
        Box::new(payments::confirming(invoice, &house.base_url, "card", owed))
    } else if is(key, &[ChargeFailed::ABOUT.key]) {
        Box::new(payments::failed(invoice, &house.base_url, owed, None))
    } else if is(key, &[ProformaInvoiced::ABOUT.key]) {
        invoice.proforma.as_ref()?;
        Box::new(invoices::invoiced(invoice))
    } else {
        let notice = invoices::created(invoice, house);
        // The newest invoice may be a fee or a proforma, or may be none.
        Some(notice).filter(|notice| notice.about().key == key)?
    };
    Some(Newest { name: invoice.client_name.clone(), notice, of: format!("invoice {}", invoice.number) })
}

fn about_service(key: &str, service: &notices::ServiceNotice) -> Option<Box<dyn Notice>> {
    Some(if is(key, &[ServiceActive::ABOUT.key]) {
        Box::new(services::active(service))
    } else if is(key, &[ServiceSuspended::ABOUT.key]) {
        Box::new(services::suspended(service, true))
    } else if is(key, &[ServiceUnsuspended::ABOUT.key]) {
        Box::new(services::unsuspended(service))
    } else if is(key, &[ServiceTerminated::ABOUT.key]) {
        Box::new(services::terminated(service, false))
    } else {
        return None;
    })
}
