//! Looking at domains.

use innkeeper_db::{
    domains,
    services::{self, EffectView},
};
use innkeeper_domain::{DomainId, Permission};
use innkeeper_hooks::payloads::{BeforeGetContacts, BeforeGetNameservers, ContactsRead, NameserversRead};
use innkeeper_plugin_api::{Contacts, DomainInfo, Registrar};

use super::{DomainFilter, DomainRow};
use crate::{
    Actor, App, AppError, Result, effects,
    gates::{self, Decision},
    plugins::Call,
};

/// Operations shown on a domain's page.
const HISTORY: i64 = 20;

/// A domain with its latest operations.
#[derive(Clone, Debug)]
pub struct DomainView {
    /// The domain.
    pub domain: DomainRow,
    /// The latest operations, newest first. `error` is for staff, `public_error` for the client.
    pub effects: Vec<EffectView>,
    /// Can its registrar lock it?
    pub can_lock: bool,
    /// Can its registrar reveal the transfer code?
    pub has_auth_code: bool,
}

/// Domains, newest first: everybody's for staff, its own for a client.
pub async fn list(app: &App, actor: &Actor, filter: DomainFilter) -> Result<Vec<DomainRow>> {
    let owner = actor.owner(Permission::ServicesRead)?;
    Ok(domains::list(&mut *app.conn().await?, &DomainFilter { owner, ..filter }).await?)
}

/// One domain.
pub async fn get(app: &App, actor: &Actor, id: DomainId) -> Result<DomainView> {
    let owner = actor.owner(Permission::ServicesRead)?;
    let mut conn = app.conn().await?;
    let domain = domains::get(&mut conn, owner, id).await?.ok_or(AppError::NotFound("domain"))?;
    let mut effects = services::effects_of(&mut conn, "domain", id.get(), HISTORY).await?;
    if !actor.is_staff() {
        effects.iter_mut().for_each(|e| e.error = None);
    }
    drop(conn);
    let says = |r: &dyn Registrar| (r.transfer_lock().is_some(), r.auth_code().is_some());
    let (can_lock, has_auth_code) =
        app.registrar_says(&domain.plugin_id, "lock_and_code", says).await.unwrap_or((false, false));
    Ok(DomainView { domain, effects, can_lock, has_auth_code })
}

/// What the registrar says of a domain right now, with its name servers.
pub async fn live_info(app: &App, actor: &Actor, id: DomainId) -> Result<(DomainInfo, Vec<String>)> {
    let DomainRow { client_id, name, nameservers, .. } = get(app, actor, id).await?.domain;
    let asked = gates::ask(app, BeforeGetNameservers { domain_id: id, client_id, name: name.clone() }).await?;
    let ready = effects::ready_domain(app, id).await?;
    let patience = app.options.plugin_timeout;
    let call = |operation| Call::new(&ready.plugin_id, operation, patience).about("domain", id);
    let (plugin, about) = (ready.plugin.clone(), ready.domain.clone());
    let ask = move |ctx| async move { plugin.info(&ctx, &about).await };
    let info = app.call_plugin(call("info"), &ready.ctx, ask).await?;
    if let Decision::Skip { .. } = asked {
        return Ok((info, nameservers));
    }
    let (plugin, about) = (ready.plugin.clone(), ready.domain.clone());
    let ask = move |ctx| async move { plugin.nameservers(&ctx, &about).await };
    let servers = app.call_plugin(call("nameservers"), &ready.ctx, ask).await;
    let (succeeded, error) = (servers.is_ok(), servers.as_ref().err().map(|e| e.detail.clone()));
    app.tell(&NameserversRead { domain_id: id, client_id, name, registrar: ready.plugin_id, succeeded, error });
    Ok((info, servers?))
}

/// The contacts on record at the registrar.
pub async fn contacts(app: &App, actor: &Actor, id: DomainId) -> Result<Contacts> {
    let DomainRow { client_id, name, .. } = get(app, actor, id).await?.domain;
    let asked = gates::ask(app, BeforeGetContacts { domain_id: id, client_id, name: name.clone() }).await?;
    let ready = effects::ready_domain(app, id).await?;
    if let Decision::Skip { .. } = asked {
        return ready.contacts_on_record();
    }
    let (plugin, about) = (ready.plugin, ready.domain);
    let call = Call::new(&ready.plugin_id, "contacts", app.options.plugin_timeout).about("domain", id);
    let found = app.call_plugin(call, &ready.ctx, move |ctx| async move { plugin.contacts(&ctx, &about).await }).await;
    let (succeeded, error) = (found.is_ok(), found.as_ref().err().map(|e| e.detail.clone()));
    app.tell(&ContactsRead { domain_id: id, client_id, name, registrar: ready.plugin_id, succeeded, error });
    Ok(found?)
}
