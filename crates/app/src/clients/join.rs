//! Somebody becomes a client by accepting an offer.

use innkeeper_db::clients;
use innkeeper_domain::{ClientId, Currency};

use super::{Details, create::created, details::Record, fields::Values, gated, logins};
use crate::{App, Checks, Result, Tx, tax};

/// The details as snapins let them through. Asked before the transaction.
pub(crate) async fn may_join(app: &App, known: &Details) -> Result<Details> {
    let (details, _) = gated::details(app, None, known, &Values::new()).await?;
    gated::login(app, &details.email, None).await?;
    Ok(details)
}

/// Makes the client, with a mail in which its owner chooses a password; the transaction holds its lock. Who has a login
/// may switch to the client from then on. What the host asks besides is not known.
pub(crate) async fn join(tx: &mut Tx<'_>, known: &Details, currency: Currency) -> Result<ClientId> {
    let mut checks = Checks::default();
    let details = known.checked(&mut checks);
    checks.finish()?;
    let record = Record { details, tax_exempt: false, currency: currency.code().to_owned(), notes: String::new() };
    let now = tx.now();
    let client = clients::insert(tx.conn(), &record.data(), now).await?;
    tx.lock_client(client).await?;
    tax::note(tx, client, &record.details.tax_number).await?;
    let user = logins::invite(tx, client, &record.details.email, true).await?;
    created(tx, client, Some(user), &record).await?;
    Ok(client)
}
