//! Taking in what a gateway says of a payment: written down, and recorded once when it is paid.

use innkeeper_db::{
    effects,
    gateway_payments::{self, Told},
    gateway_subscriptions, invoices,
    payments::{self, NewPayment},
    refunds, todos,
};
use innkeeper_domain::{ClientId, GatewayPaymentId, InvoiceId, Money, PaymentId, state::InvoiceState};
use innkeeper_hooks::payloads::{GatewayReported, InvoicePending};
use innkeeper_plugin_api::{PaymentState, RemotePayment};

use super::record::book;
use crate::{Actor, App, AppError, Result, Tx};

/// Takes it in. What belongs to another installation that shares the account is left alone.
pub(crate) async fn take_in(app: &App, gateway: &str, remote: &RemotePayment) -> Result<()> {
    let Some(invoice) = meant_for(app, gateway, remote).await? else { return Ok(()) };
    let actor = Actor::system("payments");
    let mut tx = app.begin(&actor).await?;
    apply(&mut tx, gateway, remote, invoice).await?;
    tx.commit().await
}

/// The invoice that a payment is for. `Some(None)`: it names none of ours. `None`: it is another
/// installation's.
async fn meant_for(app: &App, gateway: &str, remote: &RemotePayment) -> Result<Option<Option<InvoiceId>>> {
    if let Some(reference) = &remote.reference {
        let own = app.reference("invoice", 0).await?;
        let own = own.strip_suffix('0').unwrap_or(&own);
        if let Some(id) = reference.strip_prefix(own) {
            return Ok(Some(id.parse().ok().map(InvoiceId)));
        }
        if is_foreign(reference) {
            return Ok(None);
        }
    }
    let mut conn = app.conn().await?;
    let opened = gateway_payments::invoice_of(&mut conn, gateway, &remote.id).await?;
    if opened.is_some() {
        return Ok(Some(opened));
    }
    match &remote.subscription {
        Some(id) => Ok(Some(gateway_subscriptions::invoice_of(&mut conn, gateway, id).await?)),
        None => Ok(Some(None)),
    }
}

/// `ab12cd34-invoice-17`, as every installation writes them.
fn is_foreign(reference: &str) -> bool {
    let Some((installation, id)) = reference.split_once("-invoice-") else { return false };
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

/// The same in a transaction that holds no lock of a client yet, or that of the invoice's.
pub(crate) async fn apply(
    tx: &mut Tx<'_>,
    gateway: &str,
    remote: &RemotePayment,
    invoice: Option<InvoiceId>,
) -> Result<()> {
    let mut whose = None;
    if let Some(invoice) = invoice
        && let Some(client) = invoices::client_of(tx.conn(), invoice).await?
    {
        tx.lock_client(client).await?;
        whose = Some((client, invoice));
    }
    let (code, minor) = (remote.amount.currency().code(), remote.amount.minor());
    let (known, new) = gateway_payments::lock(tx.conn(), gateway, &remote.id, (code, minor)).await?;
    let now = tx.now();
    let state = word(&remote.state);
    gateway_payments::tell(tx.conn(), known.id, &told(remote, whose), now).await?;
    if remote.refunded.minor() > known.refunded {
        given_back_there(tx, gateway, remote, known.payment_id.map(PaymentId)).await?;
    }
    if let (Some(subscription), Some((_, invoice))) = (&remote.subscription, whose) {
        gateway_subscriptions::keep(tx.conn(), gateway, subscription, invoice).await?;
    }
    // Told again and again by callbacks and polls: what follows from it, follows once.
    if !new && known.state == state {
        return Ok(());
    }
    if remote.state == PaymentState::Paid && known.payment_id.is_none() {
        collect(tx, gateway, remote, known.id, whose).await?;
    }
    changed(tx, gateway, remote, known.id, whose).await
}

fn told<'a>(remote: &'a RemotePayment, whose: Option<(ClientId, InvoiceId)>) -> Told<'a> {
    Told {
        client_id: whose.map(|(client, _)| client),
        invoice_id: whose.map(|(_, invoice)| invoice),
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
    whose: Option<(ClientId, InvoiceId)>,
) -> Result<()> {
    if let Some(known) = payments::by_ref(tx.conn(), gateway, &remote.id).await? {
        return Ok(gateway_payments::recorded(tx.conn(), id, known).await?);
    }
    let Some((client_id, invoice_id)) = whose else {
        let text = "It names no invoice of ours. Find out whose it is, record it by hand or give it back.";
        return todo(tx, gateway, remote, "names no invoice", text).await;
    };
    let invoice = invoices::lock(tx.conn(), invoice_id).await?.ok_or(AppError::NotFound("invoice"))?;
    if invoice.currency != remote.amount.currency().code() || !remote.amount.is_positive() {
        let text = format!("Invoice {invoice_id} is in {}. Nothing was recorded: give it back.", invoice.currency);
        return todo(tx, gateway, remote, "is not what the invoice asks for", &text).await;
    }
    let payment = NewPayment {
        client_id,
        gateway,
        transaction_ref: &remote.id,
        currency: &invoice.currency,
        amount: remote.amount.minor(),
        received_on: remote.paid_at.unwrap_or(tx.now()).date_naive(),
        note: remote.method.as_deref().unwrap_or_default(),
    };
    let payment_id = book(tx, &payment, invoice_id).await?;
    gateway_payments::recorded(tx.conn(), id, payment_id).await?;
    let owed = invoice.total - invoice.paid;
    if invoice.state.0 != InvoiceState::Unpaid {
        let text = format!(
            "Invoice {invoice_id} was {} already. The payment is kept as the client's credit: give it back if it was made by mistake.",
            invoice.state.as_str().replace('_', " ")
        );
        todo(tx, gateway, remote, "came for an invoice that was settled", &text).await?;
    } else if remote.amount.minor() < owed {
        let rest = Money::new(owed - remote.amount.minor(), remote.amount.currency());
        let text = format!("Invoice {invoice_id} asked for more: {rest} of it are still owed.");
        todo(tx, gateway, remote, "is less than the invoice asks for", &text).await?;
    }
    Ok(())
}

/// Tells what is new of a payment.
async fn changed(
    tx: &mut Tx<'_>,
    gateway: &str,
    remote: &RemotePayment,
    id: GatewayPaymentId,
    whose: Option<(ClientId, InvoiceId)>,
) -> Result<()> {
    if let (PaymentState::Pending, Some((client_id, invoice_id))) = (&remote.state, whose) {
        tx.emit(&InvoicePending { invoice_id, client_id }).await?;
    }
    if remote.state == PaymentState::ChargedBack {
        let invoice = whose.map_or_else(String::new, |(_, id)| format!(" of invoice {id}"));
        let text = format!(
            "The bank of the payer took the payment{invoice} back. The invoice still counts as paid: decide what becomes of it and of what was bought."
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
        invoice_id: whose.map(|(_, invoice)| invoice),
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
        assert!(is_foreign("ab12cd34-invoice-17"));
        for other in ["", "17", "invoice-17", "order-invoice-17", "ab12cd34-client-17", "ab12cd34-invoice-"] {
            assert!(!is_foreign(other), "{other}");
        }
    }
}
