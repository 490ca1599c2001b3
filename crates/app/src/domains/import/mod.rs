//! The domains of a registrar's account that nobody here has, taken over together. The account is listed and each
//! domain's owner looked for among the clients; staff see what would be done, and have it carried out, or taken back.
//!
//! A job does it in steps. Each is one transaction that says how far it is, so one that dies goes on where it was, and
//! two at once do nothing twice.

mod judge;
mod read;
mod undo;
mod write;

use innkeeper_db::{clients as db_clients, domain_imports as db};
use innkeeper_domain::{
    ClientId, DomainImportId, ImportedDomainId, Permission,
    state::{DomainImportState, ImportedState},
};
use innkeeper_queue::NewJob;
use serde_json::json;
use std::time::{Duration, Instant};

use super::registrar::known;
use crate::{Actor, App, AppError, Result, Tx, jobs};

pub use db::{Counts, DomainImport, ImportedDomain};

const NOT_FOUND: AppError = AppError::NotFound("import");
/// For so long a job goes from step to step before it makes room for others.
const TURN: Duration = Duration::from_secs(20);

/// Has a registrar's account listed; clients that are to be created have this currency, or the default one. Nothing is
/// given to anybody before [`carry_out`].
pub async fn start(app: &App, actor: &Actor, registrar: &str, currency: Option<&str>) -> Result<DomainImportId> {
    may(actor)?;
    known(app, registrar)?;
    if !app.abilities_of(registrar).await?.contains(&"inventory") {
        return Err(AppError::conflict("this registrar does not list the domains of the account"));
    }
    let mut tx = app.begin(actor).await?;
    let currency = db_clients::currency(tx.conn(), currency).await?;
    let currency = currency.ok_or_else(|| AppError::invalid("currency", "must be one of the enabled currencies"))?;
    let made = db::insert(tx.conn(), registrar, currency.code(), &actor.name).await;
    let id = made.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("domain_import_open") => {
            AppError::conflict("an import of this registrar is open already: carry it out or discard it first")
        }
        _ => e.into(),
    })?;
    tx.audit("domain_import.start", "domain_import", id, json!({ "registrar": registrar })).await?;
    tx.enqueue(&job(id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// The latest imports of a registrar.
pub async fn list(app: &App, actor: &Actor, registrar: &str) -> Result<Vec<DomainImport>> {
    actor.require(Permission::ServersRead)?;
    known(app, registrar)?;
    Ok(db::list(&mut *app.conn().await?, registrar, 20).await?)
}

/// An import, and how far it is.
pub async fn get(app: &App, actor: &Actor, id: DomainImportId) -> Result<(DomainImport, Counts)> {
    actor.require(Permission::ServersRead)?;
    let mut conn = app.conn().await?;
    let import = db::get(&mut conn, id).await?.ok_or(NOT_FOUND)?;
    Ok((import, db::counts(&mut conn, id).await?))
}

/// The domains of an import after the row `after`, in the order of the registrar's list.
pub async fn rows(
    app: &App,
    actor: &Actor,
    id: DomainImportId,
    state: Option<ImportedState>,
    after: i64,
    limit: i64,
) -> Result<Vec<ImportedDomain>> {
    actor.require(Permission::ServersRead)?;
    actor.require(Permission::ClientsRead)?;
    let mut conn = app.conn().await?;
    db::get(&mut conn, id).await?.ok_or(NOT_FOUND)?;
    Ok(db::rows(&mut conn, id, state, after, limit).await?)
}

/// Staff decide whose a domain becomes; none: nobody's.
pub async fn decide(
    app: &App,
    actor: &Actor,
    id: DomainImportId,
    row: ImportedDomainId,
    client: Option<ClientId>,
) -> Result<()> {
    may(actor)?;
    let mut tx = app.begin(actor).await?;
    let import = db::lock(tx.conn(), id).await?.ok_or(NOT_FOUND)?;
    if *import.state != DomainImportState::Ready {
        return Err(AppError::conflict("this is decided while the import is looked at, before it is carried out"));
    }
    let state = db::rows(tx.conn(), id, None, row.get().saturating_sub(1), 1).await?.pop();
    state.filter(|found| found.id == row).ok_or(AppError::NotFound("domain of the import"))?;
    if let Some(client) = client {
        let found = db_clients::get(tx.conn(), None, client).await?;
        let open = found.is_some_and(|c| *c.state != innkeeper_domain::state::ClientState::Closed);
        if !open {
            return Err(AppError::invalid("client_id", "must be a client who is not closed"));
        }
    }
    let state = if client.is_some() { ImportedState::Match } else { ImportedState::Skipped };
    let verdict = db::Verdict { id: row, state, reason: "chosen by hand".into(), client };
    db::settle(tx.conn(), &[verdict]).await?;
    tx.audit("domain_import.decide", "domain_import", id, json!({ "row": row, "client_id": client })).await?;
    tx.commit().await
}

/// Has an import carried out, or the rest of one that was stopped.
pub async fn carry_out(app: &App, actor: &Actor, id: DomainImportId) -> Result<()> {
    move_to(app, actor, id, DomainImportState::Importing).await
}

/// Gives an import up before it is carried out, or stops it on the way.
pub async fn stop(app: &App, actor: &Actor, id: DomainImportId) -> Result<()> {
    let import = db::get(&mut *app.conn().await?, id).await?.ok_or(NOT_FOUND)?;
    let to = if *import.state == DomainImportState::Importing {
        DomainImportState::Done
    } else {
        DomainImportState::Discarded
    };
    move_to(app, actor, id, to).await
}

/// Has an import taken back: domains leave the clients, and clients that were created and have nothing else are closed.
pub async fn undo(app: &App, actor: &Actor, id: DomainImportId) -> Result<()> {
    move_to(app, actor, id, DomainImportState::Undoing).await
}

/// Has a step tried again that failed.
pub async fn again(app: &App, actor: &Actor, id: DomainImportId) -> Result<()> {
    may(actor)?;
    let mut tx = app.begin(actor).await?;
    let import = db::lock(tx.conn(), id).await?.ok_or(NOT_FOUND)?;
    if !is_moving(*import.state) {
        return Err(AppError::conflict("nothing of this import is under way"));
    }
    db::set_error(tx.conn(), id, None).await?;
    tx.enqueue(&job(id)).await?;
    tx.commit().await
}

async fn move_to(app: &App, actor: &Actor, id: DomainImportId, to: DomainImportState) -> Result<()> {
    may(actor)?;
    let mut tx = app.begin(actor).await?;
    let import = db::lock(tx.conn(), id).await?.ok_or(NOT_FOUND)?;
    if !import.state.can_become(to) {
        return Err(AppError::conflict(format!("an import that is {} cannot become {to}", import.state)));
    }
    let finished = (!is_moving(to)).then_some(tx.now());
    let set = db::set_state(tx.conn(), id, to, finished).await;
    set.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("domain_import_open") => AppError::conflict("another import of this registrar is open: end that first"),
        _ => e.into(),
    })?;
    tx.audit("domain_import.state", "domain_import", id, json!({ "from": import.state.as_str(), "to": to })).await?;
    if is_moving(to) {
        tx.enqueue(&job(id)).await?;
    }
    tx.commit().await
}

/// It creates clients and gives them domains.
fn may(actor: &Actor) -> Result<()> {
    actor.require(Permission::ServicesWrite)?;
    actor.require(Permission::ClientsWrite)
}

/// Does a job work on it?
pub fn is_moving(state: DomainImportState) -> bool {
    matches!(state, DomainImportState::Reading | DomainImportState::Importing | DomainImportState::Undoing)
}

fn job(id: DomainImportId) -> NewJob {
    NewJob::new(jobs::IMPORT_DOMAINS, json!({ "import_id": id })).unique(format!("domain.import:{id}"))
}

/// Goes on with an import for a while. What goes wrong outside is noted with it.
pub(crate) async fn work(app: &App, id: DomainImportId) -> Result<()> {
    let actor = Actor::system("domain import");
    let started = Instant::now();
    loop {
        match step(app, &actor, id).await {
            Ok(true) if started.elapsed() < TURN => {}
            Ok(true) => return again(app, &actor, id).await,
            Ok(false) => return Ok(()),
            Err(error) => {
                db::set_error(&mut *app.conn().await?, id, Some(&error.to_string())).await?;
                return Err(error);
            }
        }
    }
}

/// One step; whether there are more.
async fn step(app: &App, actor: &Actor, id: DomainImportId) -> Result<bool> {
    let import = db::get(&mut *app.conn().await?, id).await?.ok_or(NOT_FOUND)?;
    match *import.state {
        DomainImportState::Reading if !import.listed => read::page(app, actor, &import).await,
        DomainImportState::Reading => {
            if read::owners(app, actor, &import).await? {
                return Ok(true);
            }
            let mut tx = app.begin(actor).await?;
            let more = still(&mut tx, &import).await? && judge::some(&mut tx, &import).await?;
            tx.commit().await?;
            Ok(more)
        }
        DomainImportState::Importing | DomainImportState::Undoing => {
            let mut tx = app.begin(actor).await?;
            let more = still(&mut tx, &import).await?
                && match *import.state {
                    DomainImportState::Importing => write::some(&mut tx, &import).await?,
                    _ => undo::some(&mut tx, &import).await?,
                };
            tx.commit().await?;
            Ok(more)
        }
        _ => Ok(false),
    }
}

/// Takes the lock of an import; whether it still is as it was seen.
async fn still(tx: &mut Tx<'_>, seen: &DomainImport) -> Result<bool> {
    let now = db::lock(tx.conn(), seen.id).await?;
    Ok(now.is_some_and(|now| now.state == seen.state && now.cursor == seen.cursor && now.listed == seen.listed))
}

/// The import has come to an end of a kind.
async fn ended(tx: &mut Tx<'_>, id: DomainImportId, state: DomainImportState) -> Result<bool> {
    let at = tx.now();
    db::set_state(tx.conn(), id, state, Some(at)).await?;
    Ok(false)
}
