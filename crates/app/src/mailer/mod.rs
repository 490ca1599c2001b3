//! Mail to clients: written in the transaction it tells of, sent by a job.
//!
//! Its texts are those of [`crate::mail_templates`]; how to add a mail is told there. A function here reads what the
//! mail tells of, and writes it with an occasion, so that the same notice is not written twice.

mod account;
mod invoices;
mod log;
mod newest;
mod orders;
mod payments;
mod quotes;
mod send;
mod services;
#[cfg(test)]
mod tests;

pub use log::{MailEntry, MailFilter, WholeMail, get, list, retry, unsent};

pub(crate) use account::{login_invitation, password_changed, password_reset, welcome};
pub(crate) use invoices::{
    Reminder, credit_note, invoice_cancelled, invoice_reminders, invoices_created, proforma_invoiced,
};
pub(crate) use newest::{Newest, newest};
pub(crate) use orders::{order_cancelled, order_confirmation};
pub(crate) use payments::{charge_failed, confirm_payment, disputed, payment_received, refund_given};
pub(crate) use quotes::{quote_link, quote_sent};
pub(crate) use send::send;
pub(crate) use services::{
    domain_active, domain_renewed, plan_changed, price_changed, service_active, service_ends, service_suspended,
    service_terminated, service_unsuspended,
};

use innkeeper_db::notices::{self, Addressee};
use innkeeper_domain::ClientId;

use crate::{
    Result, Tx,
    mail_templates::{Notice, Press, To},
};

/// Whom of a client a mail is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Client,
    /// Everybody who gets its invoices.
    Payers,
}

/// How a text calls a client.
fn name_of(to: &Addressee) -> String {
    format!("{} {}", to.first_name, to.last_name)
}

/// Writes one notice to a client; to nobody if the client is erased.
async fn tell(tx: &mut Tx<'_>, client: ClientId, whom: For, occasion: String, notice: &dyn Notice) -> Result<()> {
    let Some(to) = notices::addressee(tx.conn(), client).await? else { return Ok(()) };
    let recipients = match whom {
        For::Payers => notices::billing_addresses(tx.conn(), client).await?,
        For::Client => vec![to.email.clone()],
    };
    let mut press = Press::load(tx, &[notice.about()]).await?;
    let name = name_of(&to);
    let to = To { client: Some(client), name: &name, language: &to.language, recipients: &recipients };
    press.write(&to, occasion, notice)?;
    press.post(tx).await
}
