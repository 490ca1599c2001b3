//! Looking at services.

use innkeeper_db::{custom_fields, services};
use innkeeper_domain::{Permission, ServiceId};
use innkeeper_plugin_api::{AccountState, Action, Part, ServerPlugin, Usage, server::SignOnTarget};

use super::{EffectView, ServiceFilter, ServiceRow, actions::allowed, sign_on};
use crate::{Actor, App, AppError, Result, effects, plugins::Call};

/// Operations shown on a service's page.
const HISTORY: i64 = 20;

/// A service with its latest operations.
#[derive(Clone, Debug)]
pub struct ServiceView {
    /// The service.
    pub service: ServiceRow,
    /// The answers to custom fields, as (label, answer).
    pub answers: Vec<(String, String)>,
    /// The latest operations, newest first. `error` is for staff, `public_error` for the client.
    pub effects: Vec<EffectView>,
    /// Can its plugin set passwords?
    pub can_change_password: bool,
    /// Can its plugin change anything else about it?
    pub can_change: bool,
    /// Actions of its plugin that the viewer may run; whether they make sense now, the vendor says.
    pub actions: Vec<Action>,
    /// Panels of its plugin, as (key, title).
    pub panels: Vec<(&'static str, &'static str)>,
    /// Does its plugin keep its DNS zone?
    pub has_zone: bool,
    /// Has it a console?
    pub has_console: bool,
    /// Name servers of its server.
    pub nameservers: Vec<String>,
    /// Where its plugin can log people in now, with the text of the button.
    pub sign_on: Vec<(SignOnTarget, &'static str)>,
}

/// Services, newest first: everybody's for staff, its own for a client.
pub async fn list(app: &App, actor: &Actor, filter: ServiceFilter) -> Result<Vec<ServiceRow>> {
    let owner = actor.owner(Permission::ServicesRead)?;
    Ok(services::list(&mut *app.conn().await?, &ServiceFilter { owner, ..filter }).await?)
}

/// One service.
pub async fn get(app: &App, actor: &Actor, id: ServiceId) -> Result<ServiceView> {
    let owner = actor.owner(Permission::ServicesRead)?;
    let mut conn = app.conn().await?;
    let service = services::get(&mut conn, owner, id).await?.ok_or(AppError::NotFound("service"))?;
    let mut effects = services::effects_of(&mut conn, "service", id.get(), HISTORY).await?;
    if !actor.is_staff() {
        effects.iter_mut().for_each(|e| e.error = None);
    }
    let answers = custom_fields::answers(&mut conn, id).await?.into_iter();
    let answers = answers.filter(|a| actor.is_staff() || a.shown_to_client).map(|a| (a.label, a.value)).collect();
    let server = service.server_id.map(innkeeper_domain::ServerId);
    let service_nameservers = match server {
        Some(server) => innkeeper_db::servers::nameservers(&mut conn, server).await?,
        None => vec![],
    };
    drop(conn);
    let plugin = service.plugin_id.clone();
    let mut view = ServiceView {
        service,
        answers,
        effects,
        can_change_password: false,
        can_change: false,
        actions: vec![],
        panels: vec![],
        has_zone: false,
        has_console: false,
        nameservers: service_nameservers,
        sign_on: vec![],
    };
    // A plugin that does not say what it can do takes nothing from the page but its buttons.
    if let Some(plugin) = plugin
        && let Ok((parts, actions, panels, targets, (has_zone, has_console))) =
            app.server_says(&plugin, "service_page", offers).await
    {
        view.can_change_password = parts.contains(&Part::Password);
        let staff_change = [Part::Username, Part::Domain, Part::Plan, Part::Address, Part::Addons];
        view.can_change = parts.iter().any(|part| staff_change.contains(part));
        view.actions = allowed(actions, actor);
        view.panels = panels;
        view.has_zone = has_zone;
        view.has_console = has_console;
        view.sign_on = sign_on::offered(app, &view.service, targets).await;
    }
    Ok(view)
}

type Offers =
    (&'static [Part], Vec<Action>, Vec<(&'static str, &'static str)>, Vec<(SignOnTarget, &'static str)>, (bool, bool));

/// What a plugin offers on the page of a service.
fn offers(plugin: &dyn ServerPlugin) -> Offers {
    (
        plugin.change().map_or(&[], |c| c.parts()),
        plugin.actions().map_or(vec![], |a| a.actions()),
        plugin.panels().map_or(vec![], |p| p.panels()),
        plugin.sign_on().map_or(vec![], |s| s.targets()),
        (plugin.zone().is_some(), plugin.console().is_some()),
    )
}

/// What the vendor says of a service right now.
#[derive(Clone, Debug)]
pub struct LiveStatus {
    /// Its state there.
    pub state: AccountState,
    /// Facts for the client, as (label, value).
    pub details: Vec<(String, String)>,
    /// How much is used.
    pub usage: Option<Usage>,
}

/// Asks the vendor. `None` if the service has no plugin.
pub async fn live_status(app: &App, actor: &Actor, id: ServiceId) -> Result<Option<LiveStatus>> {
    if get(app, actor, id).await?.service.plugin_id.is_none() {
        return Ok(None);
    }
    let ready = effects::ready_service(app, id).await?;
    let (plugin, account) = (ready.plugin, ready.account);
    let call = Call::new(&ready.plugin_id, "status", app.options.plugin_timeout)
        .about("service", id)
        .hiding(account.password.as_ref());
    let ask = move |ctx| async move { plugin.status(&ctx, &account).await };
    let status = app.call_plugin(call, &ready.ctx, ask).await?;
    Ok(Some(LiveStatus { state: status.state, details: status.details, usage: status.usage }))
}
