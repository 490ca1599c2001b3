//! The account at a registrar: what is left on it, what it costs, and the domains that it holds.

use innkeeper_db::imports::{self, KnownDomain};
use innkeeper_domain::{ClientId, DomainId, Money, Permission};
use innkeeper_plugin_api::{
    Page, PluginCtx, PluginError, Price, Registrar, RemoteDomainState, registrar::RemoteDomain,
};
use serde_json::json;
use std::{future::Future, sync::Arc};

use crate::{Actor, App, AppError, Result, plugins::Call};

/// A domain of the registrar's account, and ours if it lives here.
#[derive(Clone, Debug)]
pub struct ListedDomain {
    /// As the registrar tells it.
    pub domain: RemoteDomain,
    /// Ours.
    pub known: Option<KnownDomain>,
}

/// How a domain of the registrar's account becomes a client's.
#[derive(Clone, Debug)]
pub struct ImportDomain {
    /// Its name.
    pub name: String,
    /// The cursor of the part of the list that it is in.
    pub cursor: Option<String>,
    /// Whose it becomes.
    pub client: ClientId,
}

pub(super) fn known(app: &App, registrar: &str) -> Result<Arc<dyn Registrar>> {
    app.plugins.registrar(registrar).map_err(|_| AppError::NotFound("registrar"))
}

pub(super) async fn ask<T, F>(
    app: &App,
    registrar: &str,
    operation: &'static str,
    ask: impl FnOnce(Arc<dyn Registrar>, PluginCtx) -> F + Send + 'static,
) -> Result<T>
where
    T: std::fmt::Debug + Send + 'static,
    F: Future<Output = std::result::Result<T, PluginError>> + Send + 'static,
{
    let plugin = known(app, registrar)?;
    let ctx = app.plugin_ctx(registrar, Default::default()).await?;
    let call = Call::new(registrar, operation, app.options.plugin_timeout);
    Ok(app.call_plugin(call, &ctx, move |ctx| ask(plugin, ctx)).await?)
}

pub(super) fn lacks(what: &str) -> PluginError {
    PluginError::unsupported(format!("this registrar has no {what}"))
}

/// What is left to spend; none: the registrar does not say.
pub async fn balance(app: &App, actor: &Actor, registrar: &str) -> Result<Option<Money>> {
    actor.require(Permission::ServersRead)?;
    known(app, registrar)?;
    if !app.abilities_of(registrar).await?.contains(&"balance") {
        return Ok(None);
    }
    let tell = |plugin: Arc<dyn Registrar>, ctx| async move {
        plugin.balance().ok_or_else(|| lacks("balance"))?.balance(&ctx).await
    };
    ask(app, registrar, "balance", tell).await.map(Some)
}

/// The registrar's prices of all extensions that the account may sell.
pub async fn registrar_prices(app: &App, actor: &Actor, registrar: &str) -> Result<Vec<Price>> {
    actor.require(Permission::ServersRead)?;
    let tell = |plugin: Arc<dyn Registrar>, ctx| async move {
        plugin.price_list().ok_or_else(|| lacks("price list"))?.prices(&ctx, &[]).await
    };
    ask(app, registrar, "prices", tell).await
}

/// A part of the domains of the account.
pub async fn registrar_domains(
    app: &App,
    actor: &Actor,
    registrar: &str,
    cursor: Option<&str>,
) -> Result<Page<ListedDomain>> {
    actor.require(Permission::ServersRead)?;
    let cursor = cursor.map(str::to_owned);
    let list = move |plugin: Arc<dyn Registrar>, ctx| async move {
        plugin.inventory().ok_or_else(|| lacks("list of domains"))?.domains(&ctx, cursor.as_deref()).await
    };
    let found = ask(app, registrar, "domains", list).await?;
    let names: Vec<String> = found.items.iter().map(|domain| domain.name.to_string()).collect();
    let known = imports::known_domains(&mut *app.conn().await?, &names).await?;
    let listed = |domain: RemoteDomain| {
        let known = known.iter().find(|one| one.name == domain.name.as_str()).cloned();
        ListedDomain { domain, known }
    };
    Ok(Page { items: found.items.into_iter().map(listed).collect(), next: found.next })
}

/// Makes a domain that the registrar's account holds a client's. Nothing is changed at the registrar.
pub async fn import_domain(app: &App, actor: &Actor, registrar: &str, input: ImportDomain) -> Result<DomainId> {
    actor.require(Permission::ServicesWrite)?;
    let listed = registrar_domains(app, actor, registrar, input.cursor.as_deref()).await?;
    let found = listed.items.into_iter().find(|one| one.domain.name.as_str() == input.name);
    let found = found.ok_or_else(|| AppError::conflict("the registrar does not list this domain any more"))?;
    let lives = || AppError::conflict("this domain is a client's already");
    if found.known.is_some() {
        return Err(lives());
    }
    if !matches!(found.domain.state, RemoteDomainState::Active | RemoteDomainState::Expired) {
        return Err(AppError::conflict("this domain is neither active nor just expired at the registrar"));
    }
    let RemoteDomain { name, remote_id, expires_on, .. } = found.domain;
    let mut tx = app.begin(actor).await?;
    let parts = (name.as_str(), name.tld());
    let made = imports::insert_domain(tx.conn(), input.client, registrar, parts, &remote_id, expires_on).await;
    let made = made.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("domain_live_name") => lives(),
        _ => e.into(),
    })?;
    let no_price = "there is no such client, or the extension has no price in the client's currency";
    let id = made.ok_or_else(|| AppError::conflict(no_price))?;
    tx.audit("domain.import", "domain", id, json!({ "registrar": registrar, "remote_id": remote_id })).await?;
    tx.commit().await?;
    Ok(id)
}
