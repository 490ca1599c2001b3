//! VAT numbers of clients: what is known of them, asking the register, confirming by hand.

use chrono::{DateTime, TimeDelta, Utc};
use innkeeper_db::{
    clients,
    vat_numbers::{self as db, Found, VatNumberRow},
};
use innkeeper_domain::{ClientId, Permission, VatNumber, VatState};
use innkeeper_queue::NewJob;
use serde_json::json;

use super::Answer;
use crate::{Actor, App, AppError, Result, Tx, jobs, settings};

/// Numbers that one turn of the schedule sets going.
const BATCH: i64 = 200;
/// The register is asked again after a number without an answer after so long.
const AGAIN: TimeDelta = TimeDelta::hours(1);

/// What is known of a client's VAT number.
#[derive(Clone, Debug)]
pub struct VatNumberView {
    /// With the letters of its country.
    pub number: String,
    /// What is known.
    pub state: VatState,
    /// The register's number of the consultation, or who confirmed it.
    pub reference: String,
    /// The name that the register has.
    pub holder: String,
    /// Why there is no answer, or why it is not valid.
    pub note: String,
    /// When it was last said what it is.
    pub checked_at: Option<DateTime<Utc>>,
}

/// What is known of a client's VAT number; none: it has none of the Union. A client may look at its own.
pub async fn get(app: &App, actor: &Actor, client: ClientId) -> Result<Option<VatNumberView>> {
    let owner = actor.owner(Permission::ClientsRead)?;
    let mut conn = app.conn().await?;
    clients::get(&mut conn, owner, client).await?.ok_or(AppError::NotFound("client"))?;
    Ok(db::get(&mut conn, client).await?.map(view))
}

fn view(row: VatNumberRow) -> VatNumberView {
    VatNumberView {
        number: row.number,
        state: row.state.0,
        reference: row.reference,
        holder: row.holder,
        note: row.note,
        checked_at: row.checked_at,
    }
}

/// The client has this tax number now. One with the letters of a member state is asked after by a job.
pub(crate) async fn note(tx: &mut Tx<'_>, client: ClientId, tax_number: &str) -> Result<()> {
    let Some(letters) = VatNumber::letters(tax_number) else { return Ok(db::clear(tx.conn(), client).await?) };
    let (state, why) = match letters.parse::<VatNumber>() {
        Ok(_) => (VatState::Waiting, String::new()),
        Err(wrong) => (VatState::Invalid, wrong.to_string()),
    };
    if db::set(tx.conn(), client, &letters, state, &why).await? && state == VatState::Waiting {
        tx.enqueue(&job(client)).await?;
    }
    Ok(())
}

fn job(client: ClientId) -> NewJob {
    NewJob::new(jobs::CHECK_VAT_NUMBER, json!({ "client_id": client })).unique(format!("vat:{client}"))
}

/// Staff have the register asked again, now.
pub async fn check(app: &App, actor: &Actor, client: ClientId) -> Result<()> {
    actor.require(Permission::ClientsWrite)?;
    let known = db::get(&mut *app.conn().await?, client).await?;
    let known = known.ok_or_else(|| AppError::conflict("the client has no VAT number of the European Union"))?;
    if known.number.parse::<VatNumber>().is_err() {
        return Err(AppError::conflict("the number has not the form of a VAT number of its country"));
    }
    ask(app, actor, client).await
}

/// The job's part: asks after the number that the client has now, if VAT of the Union is charged.
pub(crate) async fn recheck(app: &App, client: ClientId) -> Result<()> {
    if !settings::tax(app).await?.union_vat {
        return Ok(());
    }
    ask(app, &Actor::system("schedule"), client).await
}

/// Asks with no transaction open; what was found is written if the client still has that number.
async fn ask(app: &App, actor: &Actor, client: ClientId) -> Result<()> {
    let Some(known) = db::get(&mut *app.conn().await?, client).await? else { return Ok(()) };
    let Ok(number) = known.number.parse::<VatNumber>() else { return Ok(()) };
    let seller = settings::company(app).await?.tax_number.parse::<VatNumber>().ok();
    let answer = app.vat_register.check(&number, seller.as_ref()).await;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let (now, which) = (tx.now(), (client, known.number.as_str()));
    let found = match &answer {
        Answer::Valid { reference, holder } => Found { state: VatState::Valid, reference, holder, note: "" },
        Answer::Invalid => {
            Found { state: VatState::Invalid, reference: "", holder: "", note: "the register does not know it" }
        }
        Answer::Unavailable(why) => {
            db::unanswered(tx.conn(), which, why, now).await?;
            return tx.commit().await;
        }
    };
    if db::found(tx.conn(), which, found, now).await? && found.state != known.state.0 {
        let told = json!({ "number": known.number, "state": found.state, "reference": found.reference });
        tx.audit("client.vat_number", "client", client, told).await?;
    }
    tx.commit().await
}

/// Staff vouch for the client's number: it counts like one that the register knows.
pub async fn confirm(app: &App, actor: &Actor, client: ClientId) -> Result<()> {
    actor.require(Permission::ClientsWrite)?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let known = db::get(tx.conn(), client).await?;
    let known = known.ok_or_else(|| AppError::conflict("the client has no VAT number of the European Union"))?;
    let found = Found { state: VatState::Confirmed, reference: &actor.name, holder: "", note: "" };
    let now = tx.now();
    db::found(tx.conn(), (client, &known.number), found, now).await?;
    tx.audit("client.confirm_vat_number", "client", client, json!({ "number": known.number })).await?;
    tx.commit().await
}

/// Sets a look at numbers going whose last answer is old, or that have none; also reads numbers from before they were
/// checked.
pub(crate) async fn refresh(app: &App) -> Result<()> {
    let tax = settings::tax(app).await?;
    if !tax.union_vat {
        return Ok(());
    }
    let actor = Actor::system("schedule");
    let now = app.now();
    for (client, number) in db::unread(&mut *app.conn().await?, BATCH).await? {
        let mut tx = app.begin(&actor).await?;
        tx.lock_client(client).await?;
        note(&mut tx, client, &number).await?;
        tx.commit().await?;
    }
    let mut tx = app.begin(&actor).await?;
    let valid = now - TimeDelta::days(tax.recheck_days.into());
    for client in db::stale(tx.conn(), now - AGAIN, valid, BATCH).await? {
        tx.enqueue(&job(client)).await?;
    }
    tx.commit().await
}
