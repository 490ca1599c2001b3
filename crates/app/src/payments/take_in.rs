//! Taking in what a gateway says of a payment: written down, and recorded once when it is paid.

use innkeeper_db::{
    collections, effects,
    gateway_payments::{self, Told},
    gateway_subscriptions, invoices,
    payments::{self, NewPayment},
    refunds, todos,
};
use innkeeper_domain::{ClientId, CollectionId, GatewayPaymentId, InvoiceId, Money, PaymentId};
use innkeeper_hooks::payloads::{GatewayReported, InvoicePending};
use innkeeper_plugin_api::{PaymentState, RemotePayment};

use super::{
    Purpose,
    disputes::{self, Recorded},
    number_of,
    record::{book, client_of, owed},
};
use crate::{Actor, App, AppError, Result, Tx};

/// Takes it in. What belongs to another installation that shares the account is left alone.
pub(crate) async fn take_in(app: &App, gateway: &str, remote: &RemotePayment) -> Result<()> {
    let Some(purpose) = meant_for(app, gateway, remote).await? else { return Ok(()) };
    let actor = Actor::system("payments");
    let mut tx = app.begin(&actor).await?;
    apply(&mut tx, gateway, remote, purpose).await?;
    tx.commit().await
}

/// What a payment is for. `Some(None)`: it names nothing of ours. `None`: it is another installation's.
async fn meant_for(app: &App, gateway: &str, remote: &RemotePayment) -> Result<Option<Option<Purpose>>> {
    if let Some(reference) = &remote.reference {
        if let Some(id) = own_id(app, "invoice", reference).await? {
            return Ok(Some(id.map(|id| Purpose::Invoice(InvoiceId(id)))));
        }
        if let Some(id) = own_id(app, "collection", reference).await? {
            return Ok(Some(id.map(|id| Purpose::Collection(CollectionId(id)))));
        }
        if is_foreign(reference) {
            return Ok(None);
        }
    }
    let mut conn = app.conn().await?;
    let opened = gateway_payments::purpose_of(&mut conn, gateway, &remote.id).await?;
    if opened.is_some() {
        return Ok(Some(opened));
    }
    match &remote.subscription {
        Some(id) => Ok(Some(gateway_subscriptions::invoice_of(&mut conn, gateway, id).await?.map(Purpose::Invoice))),
        None => Ok(Some(None)),
    }
}

/// The id in a reference to a thing of this installation. `Some(None)`: it is no id.
async fn own_id(app: &App, subject: &str, reference: &str) -> Result<Option<Option<i64>>> {
    let own = app.reference(subject, 0).await?;
    let own = own.strip_suffix('0').unwrap_or(&own);
    Ok(reference.strip_prefix(own).map(|id| id.parse().ok()))
}

/// `ab12cd34-invoice-17`, as every installation writes them.
fn is_foreign(reference: &str) -> bool {
    let parts = reference.split_once("-invoice-").or_else(|| reference.split_once("-collection-"));
    let Some((installation, id)) = parts else { return false };
    installation.len() == 8
        && installation.bytes().all(|b| b.is_ascii_hexdigit())
        && !id.is_empty()
        && id.bytes().all(|b| b.is_ascii_digit())
}

fn word(state: &PaymentState) -> &'static str {
    match state {
        PaymentState::Paid => "paid",
        PaymentState::Pending => "pending",
        PaymentState::ActionNeeded { .. } => "open",
        PaymentState::Rejected { .. } => "rejected",
        PaymentState::ChargedBack => "charged_back",
    }
}

/// The same in a transaction that holds no lock of a client yet, or that of whom it bills.
pub(crate) async fn apply(
    tx: &mut Tx<'_>,
    gateway: &str,
    remote: &RemotePayment,
    purpose: Option<Purpose>,
) -> Result<()> {
    let mut whose = None;
    if let Some(purpose) = purpose {
        match client_of(tx, purpose).await {
            Ok(client) => {
                tx.lock_client(client).await?;
                whose = Some((client, purpose));
            }
            Err(AppError::NotFound(_)) => {}
            Err(other) => return Err(other),
        }
    }
    let (code, minor) = (remote.amount.currency().code(), remote.amount.minor());
    let (known, new) = gateway_payments::lock(tx.conn(), gateway, &remote.id, (code, minor)).await?;
    let now = tx.now();
    let state = word(&remote.state);
    gateway_payments::tell(tx.conn(), known.id, &told(remote, whose), now).await?;
    if remote.refunded.minor() > known.refunded {
        given_back_there(tx, gateway, remote, known.payment_id.map(PaymentId)).await?;
    }
    if let (Some(subscription), Some((_, Purpose::Invoice(invoice)))) = (&remote.subscription, whose) {
        gateway_subscriptions::keep(tx.conn(), gateway, subscription, invoice).await?;
    }
    // Told again and again by callbacks and polls: what follows from it, follows once.
    let is_news = new || known.state != state;
    if is_news && remote.state == PaymentState::Paid && known.payment_id.is_none() {
        collect(tx, gateway, remote, known.id, whose).await?;
    }
    let recorded = gateway_payments::recorded_as(tx.conn(), known.id).await?;
    if let (Some((client, _)), Some(payment)) = (whose, recorded) {
        disputes::take_in(tx, gateway, remote, Recorded { client, told: known.id, payment }).await?;
    }
    if !is_news {
        return Ok(());
    }
    changed(tx, gateway, remote, known.id, whose).await
}

/// The client, and what the payment is for; none: it names nothing of ours.
type Whose = Option<(ClientId, Purpose)>;

fn told<'a>(remote: &'a RemotePayment, whose: Whose) -> Told<'a> {
    Told {
        client_id: whose.map(|(client, _)| client),
        purpose: whose.map(|(_, purpose)| purpose),
        currency: remote.amount.currency().code(),
        amount: remote.amount.minor(),
        state: word(&remote.state),
        reason: match &remote.state {
            PaymentState::Rejected { reason } => Some(reason),
            _ => None,
        },
        action_url: match &remote.state {
            PaymentState::ActionNeeded { url } => url.as_deref().filter(|url| url.starts_with("https://")),
            _ => None,
        },
        method: remote.method.as_deref(),
        subscription: remote.subscription.as_deref(),
        fee: remote.fee.map(Money::minor),
        refunded: remote.refunded.minor(),
    }
}

/// Records a payment that was made. What does not fit the invoice is not lost: it stays as credit or waits
/// for staff.
async fn collect(
    tx: &mut Tx<'_>,
    gateway: &str,
    remote: &RemotePayment,
    id: GatewayPaymentId,
    whose: Whose,
) -> Result<()> {
    if let Some(known) = payments::by_ref(tx.conn(), gateway, &remote.id).await? {
        return Ok(gateway_payments::recorded(tx.conn(), id, known).await?);
    }
    let Some((client_id, purpose)) = whose else {
        let text = "It names no invoice of ours. Find out whose it is, record it by hand or give it back.";
        return todo(tx, gateway, remote, "names no invoice", text).await;
    };
    let (name, currency, is_ahead) = asked_for(tx, purpose).await?;
    if currency != remote.amount.currency().code() || !remote.amount.is_positive() {
        let text = format!("{name} is in {currency}. Nothing was recorded: give it back.");
        return todo(tx, gateway, remote, "is not what the invoice asks for", &text).await;
    }
    let owed: i64 = owed(tx, purpose).await?.iter().map(|one| one.amount).sum();
    let payment = NewPayment {
        client_id,
        gateway,
        transaction_ref: &remote.id,
        currency: &currency,
        amount: remote.amount.minor(),
        received_on: remote.paid_at.unwrap_or(tx.now()).date_naive(),
        note: remote.method.as_deref().unwrap_or_default(),
        collection_id: purpose.collection(),
    };
    let payment_id = book(tx, &payment, purpose).await?;
    gateway_payments::recorded(tx.conn(), id, payment_id).await?;
    if is_ahead {
        return Ok(());
    }
    if owed == 0 {
        let text = format!(
            "{name} was settled already. The payment is kept as the client's credit: give it back if it was made by mistake."
        );
        todo(tx, gateway, remote, "came for an invoice that was settled", &text).await?;
    } else if remote.amount.minor() < owed {
        let rest = Money::new(owed - remote.amount.minor(), remote.amount.currency());
        let text = format!("{name} asked for more: {rest} of it are still owed.");
        todo(tx, gateway, remote, "is less than the invoice asks for", &text).await?;
    }
    Ok(())
}

/// What people call it, its currency, and whether it is money ahead.
async fn asked_for(tx: &mut Tx<'_>, purpose: Purpose) -> Result<(String, String, bool)> {
    match purpose {
        Purpose::Invoice(id) => {
            let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
            Ok((format!("Invoice {id}"), invoice.currency, false))
        }
        Purpose::Collection(id) => {
            let known = collections::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("collection"))?;
            Ok((number_of(id), known.currency, known.is_ahead))
        }
    }
}

/// Tells what is new of a payment.
async fn changed(
    tx: &mut Tx<'_>,
    gateway: &str,
    remote: &RemotePayment,
    id: GatewayPaymentId,
    whose: Whose,
) -> Result<()> {
    if let (PaymentState::Pending, Some((client_id, purpose))) = (&remote.state, whose) {
        let invoices = match purpose {
            Purpose::Invoice(id) => vec![id],
            Purpose::Collection(id) => collections::invoices(tx.conn(), id).await?,
        };
        for invoice_id in invoices {
            tx.emit(&InvoicePending { invoice_id, client_id }).await?;
        }
    }
    if remote.state == PaymentState::ChargedBack {
        let invoice = whose.map_or_else(String::new, |(_, purpose)| match purpose {
            Purpose::Invoice(id) => format!(" of invoice {id}"),
            Purpose::Collection(id) => format!(" {}", number_of(id)),
        });
        let text = format!(
            "The bank of the payer took the payment{invoice} back. What it paid is owed again: decide what becomes of what was bought, and answer the dispute at the gateway."
        );
        todo(tx, gateway, remote, "was charged back", &text).await?;
    }
    let data = match &remote.state {
        PaymentState::Rejected { reason } => reason.clone(),
        _ => remote.method.clone().unwrap_or_default(),
    };
    tx.emit(&GatewayReported {
        gateway_payment_id: id,
        client_id: whose.map(|(client, _)| client),
        invoice_id: whose.and_then(|(_, purpose)| purpose.invoice()),
        gateway: gateway.to_owned(),
        transaction: remote.id.clone(),
        amount: remote.amount,
        result: word(&remote.state).to_owned(),
        data,
    })
    .await?;
    Ok(())
}

/// More was given back than before. If it was not us, staff have to book it.
async fn given_back_there(
    tx: &mut Tx<'_>,
    gateway: &str,
    remote: &RemotePayment,
    payment: Option<PaymentId>,
) -> Result<()> {
    let Some(id) = payment else { return Ok(()) };
    let parts = refunds::parts(tx.conn(), id).await?.ok_or(AppError::NotFound("payment"))?;
    if remote.refunded.minor() <= parts.refunded - parts.taken
        || effects::is_live(tx.conn(), "payment", id.get()).await?
    {
        return Ok(());
    }
    let text = format!("The gateway gave {} of payment {id} back. It is not booked: see to it.", remote.refunded);
    todo(tx, gateway, remote, "was given back at the gateway", &text).await
}

/// Something for staff to look at; once for each payment and problem.
async fn todo(tx: &mut Tx<'_>, gateway: &str, remote: &RemotePayment, what: &str, text: &str) -> Result<()> {
    let title = format!("Payment {} over {} {what}", cut(&remote.id), remote.amount);
    Ok(todos::put(tx.conn(), gateway, &format!("{what}: {}", cut(&remote.id)), &title, text).await?)
}

fn cut(id: &str) -> String {
    id.chars().filter(|c| !c.is_control()).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn another_installations_reference_is_known_by_its_shape() {
        assert!(is_foreign("ab12cd34-invoice-17") && is_foreign("ab12cd34-collection-3"));
        for other in ["", "17", "invoice-17", "order-invoice-17", "ab12cd34-client-17", "ab12cd34-invoice-"] {
            assert!(!is_foreign(other), "{other}");
        }
    }
}
