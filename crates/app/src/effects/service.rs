//! Effects on services: the calls, how to find out whether one happened, and what it changes.

use innkeeper_db::{
    addons::{Relative, parent_of},
    effects::EffectRow,
    provisioning::{self, ServiceTarget},
};
use innkeeper_domain::{ServiceId, state::ServiceState};
use innkeeper_hooks::payloads::*;
use innkeeper_plugin_api::{
    Account, AccountChange, AccountState, AccountStatus, Created, Customer, Outcome, Parent, Part, PluginCtx,
    PluginError, PluginResult, Report, Secret, ServerPlugin, ZoneChange,
};
use std::{collections::BTreeMap, sync::Arc};

use super::{
    Kind, action, addresses, change,
    run::{Look, still_current},
};
use crate::{
    App, AppError, Result, Tx,
    addons::{self, News},
    billing::OVERDUE,
    gates, mailer, options,
    plugins::{Call, Place},
};

/// What the vendor has now.
pub(crate) struct Made {
    pub remote_id: String,
    created: Option<Created>,
    report: Option<Report>,
    /// The snapin that took the work over; then the vendor was not called.
    pub skipped_by: Option<String>,
}

/// What a call did, besides happening.
#[derive(Debug, Default)]
pub(super) struct Did {
    pub created: Option<Created>,
    pub report: Option<Report>,
}

impl From<Created> for Did {
    fn from(created: Created) -> Self {
        Self { created: Some(created), report: None }
    }
}
impl From<Report> for Did {
    fn from(report: Report) -> Self {
        Self { created: None, report: Some(report) }
    }
}

/// A plugin, ready to be called about a service.
pub(crate) struct Ready {
    pub plugin_id: String,
    pub plugin: Arc<dyn ServerPlugin>,
    pub ctx: PluginCtx,
    pub account: Account,
}

async fn target(app: &App, id: ServiceId) -> Result<ServiceTarget> {
    provisioning::service(&mut *app.conn().await?, id).await?.ok_or(AppError::NotFound("service"))
}

/// Gets the plugin and the account of a service ready.
pub(crate) async fn ready(app: &App, id: ServiceId, effect: Option<&EffectRow>) -> Result<Ready> {
    let service = target(app, id).await?;
    let plugin_id = service.plugin_id.clone().ok_or(AppError::NotFound("plugin of the service"))?;
    let plugin = app.plugins.server(&plugin_id)?;
    let place = Place {
        instance: service.server_settings.as_ref(),
        product: Some(&service.product_settings),
        idempotency_key: effect.map(|e| e.key.as_str()),
    };
    let ctx = app.plugin_ctx(&plugin_id, place).await?;
    let new =
        effect.filter(|e| e.kind == Kind::ServiceChangePassword.as_str()).and_then(|e| e.request_sealed.as_deref());
    let sealed = new.or(service.password_sealed.as_deref());
    let password = sealed.map(|s| app.cipher.open(s)).transpose()?.map(Secret::new);
    let fields: BTreeMap<String, String> = serde_json::from_value(service.fields)?;
    let account = Account {
        reference: app.reference("service", id.get()).await?,
        service_id: id,
        remote_id: service.remote_id,
        username: service.username,
        password,
        fields,
        addons: serde_json::from_value(service.addons)?,
        addresses: service.pool.iter().filter_map(|address| address.parse().ok()).collect(),
        nameservers: service.nameservers.unwrap_or_default(),
        customer: Customer {
            client_id: service.client_id,
            first_name: service.first_name,
            last_name: service.last_name,
            company: service.company,
            email: service.email,
            country: service.country,
            remote_user: service.remote_user,
        },
        parent: parent_of(&mut *app.conn().await?, id).await?.map(parent),
        pending: effect.and_then(|e| e.pending_ref.clone()),
    };
    Ok(Ready { plugin_id, plugin, ctx, account })
}

fn parent(parent: Relative) -> Parent {
    let Relative { id, plugin_id, label, remote_id, username, .. } = parent;
    Parent { service_id: id, plugin_id, label, remote_id, username }
}

/// An add-on's account is made after that of its service.
async fn after_its_parent(app: &App, id: ServiceId) -> Result<()> {
    match parent_of(&mut *app.conn().await?, id).await? {
        Some(parent) if parent.state.0 == ServiceState::Pending => {
            Err(PluginError::temporary("the service that it belongs to is not set up yet").into())
        }
        _ => Ok(()),
    }
}

/// Makes the call.
pub(super) async fn call(
    app: &App,
    kind: Kind,
    effect: &EffectRow,
    fence: i64,
    id: ServiceId,
) -> Result<Outcome<Made>> {
    if kind == Kind::ServiceCreate {
        after_its_parent(app, id).await?;
    }
    let skipped_by = ask_gate(app, kind, effect, id).await?;
    let mut got = ready(app, id, Some(effect)).await?;
    if kind == Kind::ServiceCreate && skipped_by.is_none() {
        match addresses::take(app, &got, id).await? {
            Ok(()) => got = ready(app, id, Some(effect)).await?,
            Err(reason) => return Ok(Outcome::NeedsHuman { reason }),
        }
    }
    let Ready { plugin_id, plugin, ctx, account } = got;
    let known = account.remote_id.clone().unwrap_or_else(|| account.reference.clone());
    still_current(app, effect, fence).await?;
    if kind == Kind::ServiceChange {
        // Which answer holds the domain, and what is sold on top, has to be known when the outcome is written.
        app.order_fields(&plugin_id).await?;
        options::ask(app, &plugin_id).await?;
    }
    if skipped_by.is_some() {
        return Ok(Outcome::Done(Made { remote_id: known, created: None, report: None, skipped_by }));
    }
    let call = Call::new(&plugin_id, operation(kind), app.options.plugin_timeout)
        .about("service", id)
        .hiding(account.password.as_ref());
    let (mut change, mut action, mut records) = (None, None, None::<ZoneChange>);
    match kind {
        Kind::ServiceChange => change = Some(change::prepare(app, &ctx, effect).await?),
        Kind::ServiceAction => action = Some(action::prepare(app, effect)?),
        Kind::ServiceSetRecords => records = Some(serde_json::from_value(effect.request.clone())?),
        _ => {}
    }
    let call = action.iter().flat_map(|a| a.secrets.iter()).fold(call, |call, secret| call.hiding(Some(secret)));
    let lost = || PluginError::invalid("the operation says not what is to be done");
    let done = move |ctx: PluginCtx| async move {
        Ok(match kind {
            Kind::ServiceCreate => plugin.create(&ctx, &account).await?.map(Did::from),
            Kind::ServiceSuspend => plugin.suspend(&ctx, &account).await?.map(|()| Did::default()),
            Kind::ServiceUnsuspend => plugin.unsuspend(&ctx, &account).await?.map(|()| Did::default()),
            Kind::ServiceTerminate => plugin.terminate(&ctx, &account).await?.map(|()| Did::default()),
            Kind::ServiceChangePassword => {
                let password = account.password.clone().ok_or_else(|| PluginError::invalid("there is no password"))?;
                let ability = plugin.change().filter(|ability| ability.parts().contains(&Part::Password));
                let ability = ability.ok_or_else(|| PluginError::unsupported("this plugin cannot change passwords"))?;
                ability.change(&ctx, &account, &AccountChange::password(password)).await?.map(|_| Did::default())
            }
            Kind::ServiceChange => {
                change::call(&*plugin, &ctx, &account, change.ok_or_else(lost)?).await?.map(Did::from)
            }
            Kind::ServiceAction => {
                action::call(&*plugin, &ctx, &account, action.ok_or_else(lost)?).await?.map(Did::from)
            }
            Kind::ServiceSetRecords => {
                let ability = plugin.zone().ok_or_else(|| PluginError::unsupported("this plugin keeps no zones"))?;
                ability.change_zone(&ctx, &account, &records.ok_or_else(lost)?).await?.map(|()| Did::default())
            }
            Kind::ServiceAdopt => adopt(&*plugin, &ctx, &account).await?.map(Did::from),
            other => return Err(PluginError::unsupported(format!("{other} is no operation on a service"))),
        })
    };
    let outcome = app.call_plugin(call, &ctx, done).await?;
    Ok(outcome.map(|did| made(did, known)))
}

/// The method of the plugin that an operation calls.
fn operation(kind: Kind) -> &'static str {
    match kind {
        Kind::ServiceCreate => "create",
        Kind::ServiceSuspend => "suspend",
        Kind::ServiceUnsuspend => "unsuspend",
        Kind::ServiceTerminate => "terminate",
        Kind::ServiceAction => "action",
        Kind::ServiceAdopt => "adopt",
        Kind::ServiceSetRecords => "change_zone",
        _ => "change",
    }
}

/// What hooks call an operation beyond those that every plugin has.
fn action_word(kind: Kind, effect: &EffectRow) -> String {
    if kind == Kind::ServiceSetRecords { "set_records".to_owned() } else { action::key(effect).to_owned() }
}

/// Marks an account that was on the server already.
async fn adopt(plugin: &dyn ServerPlugin, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
    let ability = plugin.inventory().and_then(|ability| ability.adoption());
    let ability = ability.ok_or_else(|| PluginError::unsupported("this plugin cannot take accounts over"))?;
    ability.adopt(ctx, account).await
}

fn made(did: Did, known: String) -> Made {
    let Did { created, report } = did;
    Made { remote_id: created.as_ref().map_or(known, |c| c.remote_id.clone()), created, report, skipped_by: None }
}

/// Finds out whether it happened.
pub(super) async fn look(app: &App, kind: Kind, effect: &EffectRow, id: ServiceId) -> Result<Look<Made>> {
    use Kind::{ServiceAdopt, ServiceChange, ServiceChangePassword, ServiceSetRecords};
    if matches!(kind, ServiceChangePassword | ServiceChange | ServiceAdopt | ServiceSetRecords) {
        return Ok(Look::Repeat);
    }
    let Ready { plugin_id, plugin, ctx, account } = ready(app, id, Some(effect)).await?;
    let known = account.remote_id.clone().unwrap_or_else(|| account.reference.clone());
    let call = |operation| {
        Call::new(&plugin_id, operation, app.options.plugin_timeout)
            .about("service", id)
            .hiding(account.password.as_ref())
    };
    if kind == Kind::ServiceAction {
        let (plugin, account, key) = (plugin.clone(), account.clone(), action::key(effect).to_owned());
        let look = move |ctx| async move { action::look(&*plugin, &ctx, &account, &key).await };
        let ran = app.call_plugin(call("action_ran"), &ctx, look).await.map_err(as_unanswered)?;
        return match ran {
            Some(report) => Ok(Look::Done(made(report.into(), known))),
            None => kind.unseen(app, effect).await,
        };
    }
    let call = call("status");
    let look = app.call_plugin(call, &ctx, move |ctx| async move { plugin.status(&ctx, &account).await });
    let status: AccountStatus = look.await.map_err(as_unanswered)?;
    let happened = match kind {
        Kind::ServiceCreate => matches!(status.state, AccountState::Active | AccountState::Suspended),
        Kind::ServiceSuspend => status.state == AccountState::Suspended,
        Kind::ServiceUnsuspend => status.state == AccountState::Active,
        _ => status.state == AccountState::Absent,
    };
    Ok(if happened { Look::Done(made(Did { created: status.account, report: None }, known)) } else { Look::NotDone })
}

/// Asking changed nothing and settles nothing: whatever went wrong, we still do not know.
pub(super) fn as_unanswered(error: PluginError) -> AppError {
    AppError::External(PluginError::unknown(format!("asking the vendor failed: {}", error.detail)))
}

/// The snapin that takes the work over, if one does. What a snapin adjusts is written down before the
/// call, so that whoever looks for the account later looks for what was asked for.
async fn ask_gate(app: &App, kind: Kind, effect: &EffectRow, id: ServiceId) -> Result<Option<String>> {
    let service = target(app, id).await?;
    let (client_id, product_id, label) = (service.client_id, service.product_id, service.label.clone());
    macro_rules! ask {
        ($gate:ident) => {
            gates::ask(app, $gate { service_id: id, client_id, product_id, label }).await?.parts().1
        };
    }
    Ok(match kind {
        Kind::ServiceCreate => {
            let fields: BTreeMap<String, String> = serde_json::from_value(service.fields)?;
            let question = BeforeModuleCreate { service_id: id, client_id, product_id, label, fields };
            let (wanted, skipped_by) = gates::ask(app, question.clone()).await?.parts();
            if wanted != question {
                let fields = serde_json::to_value(&wanted.fields)?;
                provisioning::adjust_service(&mut *app.conn().await?, id, &wanted.label, &fields).await?;
            }
            skipped_by
        }
        Kind::ServiceSuspend => ask!(BeforeModuleSuspend),
        Kind::ServiceUnsuspend => ask!(BeforeModuleUnsuspend),
        Kind::ServiceTerminate => ask!(BeforeModuleTerminate),
        // Nothing is done to the account but that it is marked.
        Kind::ServiceAdopt => None,
        Kind::ServiceChange => ask!(BeforeModuleChange),
        Kind::ServiceAction | Kind::ServiceSetRecords => {
            let action = action_word(kind, effect);
            gates::ask(app, BeforeModuleCustom { service_id: id, client_id, product_id, label, action })
                .await?
                .parts()
                .1
        }
        _ => ask!(BeforeModuleChangePassword),
    })
}

macro_rules! tell {
    ($tx:expr, $service:expr, $event:ident $(, $field:ident: $value:expr)*) => {
        $tx.emit(&$event {
            service_id: $service.id,
            client_id: $service.client_id,
            product_id: $service.product_id,
            label: $service.label.clone(),
            $($field: $value,)*
        })
        .await?
    };
}

/// Writes down that it happened.
pub(super) async fn done(tx: &mut Tx<'_>, kind: Kind, effect: &EffectRow, id: ServiceId, made: &Made) -> Result<()> {
    let mut service = provisioning::service(tx.conn(), id).await?.ok_or(AppError::NotFound("service"))?;
    if let Some(created) = &made.created {
        service.label.clone_from(&created.label);
    }
    let skipped_by = made.skipped_by.clone();
    match kind {
        Kind::ServiceCreate => {
            let facts = made.created.as_ref().map(|c| (c.remote_id.as_str(), c.username.as_str(), c.label.as_str()));
            provisioning::activate_service(tx.conn(), id, facts).await?;
            keep_given(tx, id, made.created.as_ref()).await?;
            tell!(tx, service, ModuleCreated, skipped_by: skipped_by);
            tell!(tx, service, ServiceActivated);
            addons::tell(tx, id, News::Activated).await?;
            mailer::service_active(tx, id).await?;
        }
        Kind::ServiceSuspend | Kind::ServiceUnsuspend | Kind::ServiceTerminate => {
            let reason = effect.request.get("reason").and_then(|r| r.as_str()).unwrap_or("staff");
            switch(tx, kind, &service, reason, skipped_by).await?;
        }
        Kind::ServiceAdopt => {
            if let Some(c) = &made.created {
                let facts = (Some(c.remote_id.as_str()), Some(c.username.as_str()), Some(c.label.as_str()));
                provisioning::change_service(tx.conn(), id, facts, None, None).await?;
            }
        }
        Kind::ServiceChange => {
            change::done(tx, effect, &service, made.created.as_ref()).await?;
            keep_given(tx, id, made.created.as_ref()).await?;
            tell!(tx, service, ModuleChanged, skipped_by: skipped_by);
            addons::tell(tx, id, News::Edited).await?;
        }
        Kind::ServiceAction | Kind::ServiceSetRecords => {
            action::done(tx, effect, made.report.as_ref()).await?;
            tell!(tx, service, ModuleCustomRan, action: action_word(kind, effect), skipped_by: skipped_by);
        }
        Kind::ServiceChangePassword => {
            if let Some(sealed) = &effect.request_sealed {
                provisioning::set_service_password(tx.conn(), id, sealed).await?;
            }
            tell!(tx, service, ModulePasswordChanged, skipped_by: skipped_by);
        }
        _ => {}
    }
    Ok(())
}

/// Switches off, on or removes a service that has no vendor.
pub(crate) async fn switched(tx: &mut Tx<'_>, kind: Kind, id: ServiceId, reason: &str) -> Result<()> {
    let service = provisioning::service(tx.conn(), id).await?.ok_or(AppError::NotFound("service"))?;
    switch(tx, kind, &service, reason, None).await
}

async fn switch(
    tx: &mut Tx<'_>,
    kind: Kind,
    service: &ServiceTarget,
    reason: &str,
    skipped_by: Option<String>,
) -> Result<()> {
    match kind {
        Kind::ServiceSuspend => {
            provisioning::suspend_service(tx.conn(), service.id, reason).await?;
            tell!(tx, service, ModuleSuspended, skipped_by: skipped_by);
            mailer::service_suspended(tx, service.id, reason == OVERDUE).await?;
            addons::tell(tx, service.id, News::Suspended).await?;
        }
        Kind::ServiceUnsuspend if service.state.0 == ServiceState::Suspended => {
            provisioning::activate_service(tx.conn(), service.id, None).await?;
            tell!(tx, service, ModuleUnsuspended, skipped_by: skipped_by);
            mailer::service_unsuspended(tx, service.id).await?;
            addons::tell(tx, service.id, News::Unsuspended).await?;
        }
        Kind::ServiceTerminate => {
            provisioning::terminate_service(tx.conn(), service.id).await?;
            tell!(tx, service, ModuleTerminated, skipped_by: skipped_by);
            mailer::service_terminated(tx, service.id, reason == OVERDUE).await?;
            addons::tell(tx, service.id, News::Terminated).await?;
        }
        _ => {}
    }
    addons::lead(tx, service.id).await
}

/// Keeps what the vendor chose by itself.
async fn keep_given(tx: &mut Tx<'_>, id: ServiceId, created: Option<&Created>) -> Result<()> {
    let Some(created) = created else { return Ok(()) };
    let password = created.password.as_ref().map(|p| tx.app().cipher.seal(p.reveal())).transpose()?;
    let addresses: Vec<String> = created.addresses.iter().map(ToString::to_string).collect();
    let user = created.remote_user.as_deref();
    Ok(provisioning::keep_given(tx.conn(), id, &addresses, password.as_deref(), user).await?)
}

/// Tells that the vendor refused.
pub(super) async fn refused(tx: &mut Tx<'_>, kind: Kind, effect: &EffectRow, id: ServiceId, error: &str) -> Result<()> {
    let service = provisioning::service(tx.conn(), id).await?.ok_or(AppError::NotFound("service"))?;
    let error = error.to_owned();
    match kind {
        Kind::ServiceCreate => tell!(tx, service, ModuleCreateFailed, error: error),
        Kind::ServiceSuspend => tell!(tx, service, ModuleSuspendFailed, error: error),
        Kind::ServiceUnsuspend => tell!(tx, service, ModuleUnsuspendFailed, error: error),
        Kind::ServiceTerminate => tell!(tx, service, ModuleTerminateFailed, error: error),
        // The to-do of staff says it; no hook speaks of imports.
        Kind::ServiceAdopt => return Ok(()),
        Kind::ServiceChange => tell!(tx, service, ModuleChangeFailed, error: error),
        Kind::ServiceAction | Kind::ServiceSetRecords => {
            tell!(tx, service, ModuleCustomFailed, action: action_word(kind, effect), error: error)
        }
        _ => tell!(tx, service, ModuleChangePasswordFailed, error: error),
    };
    Ok(())
}
