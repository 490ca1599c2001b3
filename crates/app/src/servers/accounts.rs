//! What a server has: its accounts, which of them are services of ours, and taking over those that are not.

use chrono::NaiveDate;
use innkeeper_db::imports::{self, KnownAccount, NewImport};
use innkeeper_domain::{ClientId, CycleId, Permission, ProductId, ServerId, ServiceId};
use innkeeper_plugin_api::{
    AccountState, Page, PluginCtx, PluginError, Secret, ServerPlugin,
    server::{RemoteAccount, SignOn, SignOnTarget},
};
use serde_json::json;
use std::sync::Arc;

use crate::{
    Actor, App, AppError, Result, effects,
    plugins::{Call, Place},
    services::checked_link,
};

pub use innkeeper_db::imports::Plan;

/// An account of a server, and the service that stands for it.
#[derive(Clone, Debug)]
pub struct ListedAccount {
    /// As the vendor tells it.
    pub account: RemoteAccount,
    /// The service, if there is one.
    pub service: Option<KnownAccount>,
}

/// How an account becomes a service.
#[derive(Clone, Debug)]
pub struct ImportInput {
    /// The vendor's id of the account.
    pub remote_id: String,
    /// The cursor of the part of the list that it is in.
    pub cursor: Option<String>,
    /// Whose it becomes.
    pub client: ClientId,
    /// As what, with which cycle.
    pub plan: (ProductId, CycleId),
    /// First day that is charged.
    pub first_day: NaiveDate,
}

/// What a plugin offers on the page of a server.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    /// Does it list the accounts of a server?
    pub lists_accounts: bool,
    /// Can it take over those that nobody's service stands for?
    pub takes_over: bool,
    /// The text of the button that leads to the vendor's panel, if it can log people in there.
    pub sign_on: Option<&'static str>,
    /// Do its accounts need addresses of their own?
    pub has_pool: bool,
}

/// What a plugin offers on the page of a server: nothing, if it does not say.
pub async fn server_offers(app: &App, actor: &Actor, plugin_id: &str) -> Result<Offers> {
    actor.require(Permission::ServersRead)?;
    let offers = |plugin: &dyn ServerPlugin| {
        let targets = plugin.sign_on().map_or(vec![], |ability| ability.targets());
        let to_server = targets.into_iter().find(|(target, _)| *target == SignOnTarget::Server);
        Offers {
            lists_accounts: plugin.inventory().is_some(),
            takes_over: plugin.inventory().is_some_and(|ability| ability.adoption().is_some()),
            sign_on: to_server.map(|(_, label)| label),
            has_pool: plugin.address_pool().is_some(),
        }
    };
    Ok(app.server_says(plugin_id, "server_page", offers).await.unwrap_or_default())
}

pub(super) struct Ready {
    pub plugin_id: String,
    pub plugin: Arc<dyn ServerPlugin>,
    pub ctx: PluginCtx,
}

impl Ready {
    pub fn call(&self, app: &App, operation: &'static str, id: ServerId) -> Call {
        Call::new(&self.plugin_id, operation, app.options.plugin_timeout).about("server", id)
    }
}

pub(super) async fn ready(app: &App, id: ServerId) -> Result<Ready> {
    let stored = innkeeper_db::plugins::server_settings(&mut *app.conn().await?, id.get()).await?;
    let (plugin_id, settings) = stored.ok_or(AppError::NotFound("server"))?;
    let plugin = app.plugins.server(&plugin_id)?;
    let ctx = app.plugin_ctx(&plugin_id, Place { instance: Some(&settings), ..Place::default() }).await?;
    Ok(Ready { plugin_id, plugin, ctx })
}

/// A part of the accounts of a server, as its vendor lists them.
pub async fn list_accounts(
    app: &App,
    actor: &Actor,
    id: ServerId,
    cursor: Option<&str>,
) -> Result<Page<ListedAccount>> {
    actor.require(Permission::ServersRead)?;
    let Ready { plugin_id, plugin, ctx } = ready(app, id).await?;
    let cursor = cursor.map(str::to_owned);
    let list = move |ctx| async move {
        let ability = plugin.inventory().ok_or_else(|| PluginError::unsupported("this plugin cannot list accounts"))?;
        ability.accounts(&ctx, cursor.as_deref()).await
    };
    let call = Call::new(&plugin_id, "accounts", app.options.plugin_timeout).about("server", id);
    let found = app.call_plugin(call, &ctx, list).await?;
    let ids: Vec<String> = found.items.iter().map(|account| account.remote_id.clone()).collect();
    let known = imports::known(&mut *app.conn().await?, id, &ids).await?;
    let listed = |account: RemoteAccount| {
        let service = known.iter().find(|one| one.remote_id == account.remote_id).cloned();
        ListedAccount { account, service }
    };
    Ok(Page { items: found.items.into_iter().map(listed).collect(), next: found.next })
}

/// What accounts of a server can become.
pub async fn import_plans(app: &App, actor: &Actor, id: ServerId) -> Result<Vec<Plan>> {
    actor.require(Permission::ServersRead)?;
    let plugin = super::get_server(app, actor, id).await?.plugin_id;
    Ok(imports::plans(&mut *app.conn().await?, &plugin).await?)
}

/// Makes an account that is on the server already a service. The vendor marks it as ours; nothing else is
/// changed there, and no hook of a creation fires.
pub async fn import_account(app: &App, actor: &Actor, id: ServerId, input: ImportInput) -> Result<ServiceId> {
    actor.require(Permission::ServicesWrite)?;
    let plugin_id = super::get_server(app, actor, id).await?.plugin_id;
    // Asked before a service is made: one that its plugin cannot mark would stand there for an account that is not ours.
    let takes_over = |plugin: &dyn ServerPlugin| plugin.inventory().is_some_and(|ability| ability.adoption().is_some());
    if !app.server_says(&plugin_id, "takes_over", takes_over).await? {
        return Err(AppError::conflict("the plugin of this server cannot take accounts over"));
    }
    let listed = list_accounts(app, actor, id, input.cursor.as_deref()).await?;
    let found = listed.items.into_iter().find(|one| one.account.remote_id == input.remote_id);
    let found = found.ok_or_else(|| AppError::conflict("the server does not list this account any more"))?;
    let taken = || AppError::conflict("a service stands for this account already");
    if found.service.is_some() {
        return Err(taken());
    }
    let (product, cycle) = input.plan;
    let account = found.account;
    let import = NewImport {
        server: id,
        client: input.client,
        product,
        cycle,
        anchor: input.first_day,
        remote_id: &account.remote_id,
        username: &account.username,
        label: &account.label,
        suspended: (account.state == AccountState::Suspended).then_some("imported"),
    };
    let mut tx = app.begin(actor).await?;
    let made = imports::insert(tx.conn(), &import).await.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("service_remote") => taken(),
        _ => e.into(),
    })?;
    let no_price = "there is no such client, or the product has no price in the client's currency";
    let service = made.ok_or_else(|| AppError::conflict(no_price))?;
    let plan = effects::Plan {
        kind: effects::Kind::ServiceAdopt,
        subject: effects::Subject::Service(service),
        plugin_id: &plugin_id,
        request: json!({}),
        secret: None,
    };
    effects::plan(&mut tx, &app.cipher, &plan).await?;
    let told = json!({ "server": id, "remote_id": account.remote_id });
    tx.audit("service.import", "service", service, told).await?;
    tx.commit().await?;
    Ok(service)
}

/// A link into the vendor's panel of the whole server. That it was made is in the audit log; the link is not.
pub async fn sign_on(app: &App, actor: &Actor, id: ServerId) -> Result<Secret> {
    actor.require(Permission::ServersWrite)?;
    let Ready { plugin_id, plugin, ctx } = ready(app, id).await?;
    let mint = move |ctx| async move {
        let to_server =
            |ability: &&dyn SignOn| ability.targets().iter().any(|(target, _)| *target == SignOnTarget::Server);
        let ability = plugin.sign_on().filter(to_server);
        let ability = ability.ok_or_else(|| PluginError::unsupported("this plugin has no sign-on to servers"))?;
        ability.link(&ctx, SignOnTarget::Server, None).await
    };
    let call = Call::new(&plugin_id, "sign_on", app.options.plugin_timeout).about("server", id);
    let link = checked_link(app.call_plugin(call, &ctx, mint).await?)?;
    let mut tx = app.begin(actor).await?;
    tx.audit("server.sign_on", "server", id, json!({})).await?;
    tx.commit().await?;
    Ok(link)
}
