//! Effects on domains: the calls, how to find out whether one happened, and what it changes.

use chrono::NaiveDate;
use innkeeper_db::{
    effects::EffectRow,
    provisioning::{self, DomainFacts, DomainTarget},
};
use innkeeper_domain::{DomainId, DomainName, state::DomainState};
use innkeeper_hooks::payloads::*;
use innkeeper_plugin_api::{
    Contact, Contacts, DomainInfo, DomainRef, Outcome, PluginCtx, PluginError, Registered, Registrar, Registration,
    RemoteDomainState, Renewal, Report, Secret, Transfer,
};
use std::{collections::BTreeMap, sync::Arc};

use super::{
    Kind, action, domain_change,
    run::{Attempt, Look, still_current},
    service::as_unanswered,
};
use crate::{
    App, AppError, Result, Tx, gates,
    plugins::{Call, Place},
};

/// Where a request says which snapin took it over before it was planned.
pub(crate) const SKIPPED_BY: &str = "skipped_by";

/// What the registrar has now.
pub(crate) struct Made {
    pub remote_id: String,
    expires_on: Option<NaiveDate>,
    report: Option<Report>,
    /// The snapin that took the work over; then the registrar was not called.
    pub skipped_by: Option<String>,
}

/// A registrar, ready to be called about a domain.
pub(crate) struct Ready {
    pub plugin_id: String,
    pub plugin: Arc<dyn Registrar>,
    pub ctx: PluginCtx,
    pub domain: DomainRef,
    target: DomainTarget,
}

/// Gets the registrar and the domain ready.
pub(crate) async fn ready(app: &App, id: DomainId, effect: Option<&EffectRow>) -> Result<Ready> {
    let target = provisioning::domain(&mut *app.conn().await?, id).await?.ok_or(AppError::NotFound("domain"))?;
    let plugin = app.plugins.registrar(&target.plugin_id)?;
    let place = Place { idempotency_key: effect.map(|e| e.key.as_str()), ..Place::default() };
    let ctx = app.plugin_ctx(&target.plugin_id, place).await?;
    let name: DomainName =
        target.name.parse().map_err(|e| AppError::internal(format!("stored domain {}: {e}", target.name)))?;
    let domain = DomainRef {
        reference: app.reference("domain", id.get()).await?,
        domain_id: id,
        name,
        remote_id: target.remote_id.clone(),
        pending: effect.and_then(|e| e.pending_ref.clone()),
    };
    Ok(Ready { plugin_id: target.plugin_id.clone(), plugin, ctx, domain, target })
}

impl Ready {
    /// Its contacts as we know them: those that were set here, else the client's own details.
    pub(crate) fn contacts_on_record(&self) -> Result<Contacts> {
        contacts(&self.target)
    }
}

/// The contacts to register with: those of the domain, else the client's own details.
fn contacts(target: &DomainTarget) -> Result<Contacts> {
    // JSON's null: other contacts were put there by their ids, and only the registrar knows them.
    if let Some(stored) = target.contacts.as_ref().filter(|stored| !stored.is_null()) {
        return Ok(serde_json::from_value(stored.clone())?);
    }
    let lines = [target.address1.as_str(), target.address2.as_str()];
    let owner = Contact {
        first_name: target.first_name.clone(),
        last_name: target.last_name.clone(),
        company: target.company.clone(),
        id_number: target.tax_number.clone(),
        email: target.email.clone(),
        phone: target.phone.clone(),
        address: lines.into_iter().filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n"),
        city: target.city.clone(),
        state: target.region.clone(),
        postcode: target.postcode.clone(),
        country: target.country.clone(),
    };
    Ok(Contacts { owner, ..Contacts::default() })
}

fn registration(ready: &Ready) -> Result<Registration> {
    let extra: BTreeMap<String, String> = serde_json::from_value(ready.target.extra.clone())?;
    Ok(Registration {
        domain: ready.domain.clone(),
        years: u8::try_from(ready.target.years).unwrap_or(1),
        nameservers: ready.target.nameservers.clone(),
        contacts: contacts(&ready.target)?,
        privacy: ready.target.privacy,
        auto_renew: false,
        services: ready.target.services.iter().cloned().collect(),
        premium_price: None,
        extra,
    })
}

/// The part of the request that says how long: `{"years": 1, "from": "2027-03-31"}`.
fn renewal(effect: &EffectRow, domain: &DomainRef) -> Result<Renewal> {
    let wrong = || AppError::internal("a renewal without years or expiry");
    let years = years_of(effect).and_then(|y| u8::try_from(y).ok());
    let from = effect.request.get("from").and_then(|d| d.as_str()).and_then(|d| d.parse().ok());
    Ok(Renewal { domain: domain.clone(), years: years.ok_or_else(wrong)?, current_expiry: from.ok_or_else(wrong)? })
}

fn years_of(effect: &EffectRow) -> Option<i32> {
    effect.request.get("years").and_then(serde_json::Value::as_i64).and_then(|years| i32::try_from(years).ok())
}

/// Makes the call.
pub(super) async fn call(app: &App, kind: Kind, effect: &EffectRow, fence: i64, id: DomainId) -> Result<Outcome<Made>> {
    let ready = ready(app, id, Some(effect)).await?;
    let skipped_by = ask_gate(app, kind, effect, &ready).await?;
    let Ready { plugin, ctx, domain, target, .. } = &ready;
    let known = target.remote_id.clone().unwrap_or_else(|| target.name.clone());
    still_current(app, effect, fence).await?;
    if skipped_by.is_some() {
        // By hand means as asked: a renewal moves the expiry by its years.
        let expires_on = match kind {
            Kind::DomainRenew | Kind::DomainRestore => later(&renewal(effect, domain)?),
            _ => None,
        };
        return Ok(Outcome::Done(Made { remote_id: known, expires_on, report: None, skipped_by }));
    }
    let same = Made { remote_id: known, expires_on: None, report: None, skipped_by: None };
    let call = |operation| Call::new(&ready.plugin_id, operation, app.options.plugin_timeout).about("domain", id);
    let (plugin, domain) = (plugin.clone(), domain.clone());
    let outcome = match kind {
        Kind::DomainRegister => {
            let registration = registration(&ready)?;
            let ask = move |ctx| async move { plugin.register(&ctx, &registration).await };
            app.call_plugin(call("register"), ctx, ask).await?.map(made)
        }
        Kind::DomainTransfer => {
            let code = target.auth_code_sealed.as_deref().map(|s| app.cipher.open(s)).transpose()?;
            let transfer = Transfer { registration: registration(&ready)?, auth_code: code.map(Secret::new) };
            let call = call("transfer").hiding(transfer.auth_code.as_ref());
            let ask = move |ctx| async move { plugin.transfer(&ctx, &transfer).await };
            app.call_plugin(call, ctx, ask).await?.map(made)
        }
        Kind::DomainRenew => {
            let renewal = renewal(effect, &domain)?;
            let ask = move |ctx| async move { plugin.renew(&ctx, &renewal).await };
            app.call_plugin(call("renew"), ctx, ask).await?.map(made)
        }
        Kind::DomainSetNameservers => {
            let wanted = nameservers(effect)?;
            let ask = move |ctx| async move { plugin.set_nameservers(&ctx, &domain, &wanted).await };
            app.call_plugin(call("set_nameservers"), ctx, ask).await?.map(|()| same)
        }
        Kind::DomainSetContacts => {
            let wanted: Contacts = serde_json::from_value(effect.request.clone())?;
            let ask = move |ctx| async move { plugin.set_contacts(&ctx, &domain, &wanted).await };
            app.call_plugin(call("set_contacts"), ctx, ask).await?.map(|()| same)
        }
        Kind::DomainRestore => {
            let renewal = renewal(effect, &domain)?;
            let ask = move |ctx| async move { domain_change::restore(&*plugin, &ctx, &renewal).await };
            app.call_plugin(call("restore"), ctx, ask).await?.map(made)
        }
        Kind::DomainChange => {
            let wanted = domain_change::wanted(effect)?;
            let ask = move |ctx| async move { domain_change::call(&*plugin, &ctx, &domain, &wanted).await };
            app.call_plugin(call("change"), ctx, ask).await?.map(|()| same)
        }
        Kind::DomainAction => {
            let wanted = action::prepare(app, effect)?;
            let call = wanted.secrets.iter().fold(call("action"), |call, secret| call.hiding(Some(secret)));
            let ask = move |ctx| async move { domain_change::act(&*plugin, &ctx, &domain, wanted).await };
            app.call_plugin(call, ctx, ask).await?.map(|report| Made { report: Some(report), ..same })
        }
        other => return Err(PluginError::unsupported(format!("{other} is no operation on a domain")).into()),
    };
    Ok(outcome)
}

fn made(registered: Registered) -> Made {
    Made { remote_id: registered.remote_id, expires_on: registered.expires_on, report: None, skipped_by: None }
}

/// The expiry after a renewal.
fn later(renewal: &Renewal) -> Option<NaiveDate> {
    renewal.current_expiry.checked_add_months(chrono::Months::new(u32::from(renewal.years) * 12))
}

fn nameservers(effect: &EffectRow) -> Result<Vec<String>> {
    Ok(serde_json::from_value(effect.request.get("nameservers").cloned().unwrap_or_default())?)
}

/// Finds out whether it happened.
pub(super) async fn look(app: &App, kind: Kind, effect: &EffectRow, id: DomainId) -> Result<Look<Made>> {
    if matches!(kind, Kind::DomainSetNameservers | Kind::DomainSetContacts | Kind::DomainChange) {
        return Ok(Look::Repeat);
    }
    if kind == Kind::DomainAction {
        return look_at_action(app, effect, id).await;
    }
    let Ready { plugin_id, plugin, ctx, domain, .. } = ready(app, id, Some(effect)).await?;
    let call = Call::new(&plugin_id, "info", app.options.plugin_timeout).about("domain", id);
    let asked = domain.clone();
    let ask = move |ctx| async move { plugin.info(&ctx, &asked).await };
    let info = app.call_plugin(call, &ctx, ask).await.map_err(as_unanswered)?;
    let expires_on = info.expires_on;
    let made = |info: DomainInfo| {
        let remote_id = info.remote_id.unwrap_or_else(|| domain.name.to_string());
        Made { remote_id, expires_on, report: None, skipped_by: None }
    };
    Ok(match (kind, &info.state) {
        (Kind::DomainRenew | Kind::DomainRestore, _) => {
            let from = renewal(effect, &domain)?.current_expiry;
            if expires_on.is_some_and(|now| now > from) { Look::Done(made(info)) } else { Look::NotDone }
        }
        (_, RemoteDomainState::Active | RemoteDomainState::Expired | RemoteDomainState::Redemption) => {
            Look::Done(made(info))
        }
        (_, RemoteDomainState::Pending) => Look::Pending,
        (_, RemoteDomainState::Failed(reason)) if effect.pending_ref.is_some() => {
            return Err(PluginError::declined(reason.clone()).into());
        }
        (_, RemoteDomainState::PendingDelete) => Look::Pending,
        (_, RemoteDomainState::Absent | RemoteDomainState::TransferredAway | RemoteDomainState::Failed(_)) => {
            Look::NotDone
        }
    })
}

/// Finds out whether an action ran.
async fn look_at_action(app: &App, effect: &EffectRow, id: DomainId) -> Result<Look<Made>> {
    let Ready { plugin_id, plugin, ctx, domain, .. } = ready(app, id, Some(effect)).await?;
    let known = domain.remote_id.clone().unwrap_or_else(|| domain.name.to_string());
    let call = Call::new(&plugin_id, "action_ran", app.options.plugin_timeout).about("domain", id);
    let key = action::key(effect).to_owned();
    let ask = move |ctx| async move { domain_change::acted(&*plugin, &ctx, &domain, &key).await };
    let ran = app.call_plugin(call, &ctx, ask).await.map_err(as_unanswered)?;
    match ran {
        Some(report) => {
            Ok(Look::Done(Made { remote_id: known, expires_on: None, report: Some(report), skipped_by: None }))
        }
        None => Kind::DomainAction.unseen(app, effect).await,
    }
}

/// The snapin that takes the work over, if one does. Changes of name servers and contacts were asked for
/// when they were planned.
async fn ask_gate(app: &App, kind: Kind, effect: &EffectRow, ready: &Ready) -> Result<Option<String>> {
    let (domain_id, client_id, name) = (ready.target.id, ready.target.client_id, ready.target.name.clone());
    let years = u8::try_from(ready.target.years).unwrap_or(1);
    Ok(match kind {
        Kind::DomainRegister => {
            gates::ask(app, BeforeDomainRegister { domain_id, client_id, name, years }).await?.parts().1
        }
        Kind::DomainTransfer => {
            gates::ask(app, BeforeDomainTransfer { domain_id, client_id, name, years }).await?.parts().1
        }
        Kind::DomainRenew => {
            let years = renewal(effect, &ready.domain)?.years;
            gates::ask(app, BeforeDomainRenew { domain_id, client_id, name, years }).await?.parts().1
        }
        _ => effect.request.get(SKIPPED_BY).and_then(|by| by.as_str()).map(str::to_owned),
    })
}

/// Writes down that it happened.
pub(super) async fn done(tx: &mut Tx<'_>, kind: Kind, effect: &EffectRow, id: DomainId, made: &Made) -> Result<()> {
    let target = provisioning::domain(tx.conn(), id).await?.ok_or(AppError::NotFound("domain"))?;
    let (domain_id, client_id, name) = (id, target.client_id, target.name.clone());
    let (registrar, skipped_by, expires_on) = (target.plugin_id.clone(), made.skipped_by.clone(), made.expires_on);
    let mut years = target.years;
    let today = tx.now().date_naive();
    match kind {
        Kind::DomainRegister | Kind::DomainTransfer => {
            let registered_on =
                (kind == Kind::DomainRegister).then(|| registration_day(&target, expires_on).unwrap_or(today));
            let facts = DomainFacts {
                state: Some(DomainState::Active),
                remote_id: Some(&made.remote_id),
                registered_on,
                expires_on,
            };
            provisioning::update_domain(tx.conn(), id, &facts).await?;
            if kind == Kind::DomainRegister {
                tx.emit(&DomainRegistered { domain_id, client_id, name, years, registrar, expires_on, skipped_by })
                    .await?;
            } else {
                tx.emit(&DomainTransferred { domain_id, client_id, name, years, registrar, expires_on, skipped_by })
                    .await?;
            }
            crate::mailer::domain_active(tx, id).await?;
        }
        Kind::DomainRenew | Kind::DomainRestore => {
            let facts = DomainFacts { state: Some(DomainState::Active), expires_on, ..DomainFacts::default() };
            provisioning::update_domain(tx.conn(), id, &facts).await?;
            years = years_of(effect).unwrap_or(years);
            tx.emit(&DomainRenewed { domain_id, client_id, name, years, registrar, expires_on, skipped_by }).await?;
            crate::mailer::domain_renewed(tx, id, effect.id).await?;
        }
        Kind::DomainSetNameservers => {
            let nameservers = nameservers(effect)?;
            provisioning::set_nameservers(tx.conn(), id, &nameservers).await?;
            tx.emit(&NameserversChanged { domain_id, client_id, name, nameservers, skipped_by }).await?;
        }
        Kind::DomainChange => domain_change::done(tx, effect, &target, skipped_by).await?,
        Kind::DomainAction => {
            action::done(tx, effect, made.report.as_ref()).await?;
            let part = format!("action {}", action::key(effect));
            tx.emit(&DomainChanged { domain_id, client_id, name, registrar, part }).await?;
        }
        _ => {
            let contacts: Contacts = serde_json::from_value(effect.request.clone())?;
            provisioning::set_contacts(tx.conn(), id, &serde_json::to_value(contacts)?).await?;
            tx.emit(&DomainContactsChanged { domain_id, client_id, name, skipped_by }).await?;
        }
    }
    Ok(())
}

/// The day from which the registrar counts: its expiry less the years bought.
fn registration_day(target: &DomainTarget, expires_on: Option<NaiveDate>) -> Option<NaiveDate> {
    let months = u32::try_from(target.years).ok()?.checked_mul(12)?;
    expires_on?.checked_sub_months(chrono::Months::new(months))
}

/// Writes down that the registrar works on it.
pub(super) async fn pending(tx: &mut Tx<'_>, kind: Kind, id: DomainId) -> Result<()> {
    let state = match kind {
        Kind::DomainRegister => DomainState::Registering,
        Kind::DomainTransfer => DomainState::Transferring,
        _ => return Ok(()),
    };
    let facts = DomainFacts { state: Some(state), ..DomainFacts::default() };
    Ok(provisioning::update_domain(tx.conn(), id, &facts).await?)
}

/// Tells that the registrar refused.
pub(super) async fn refused(tx: &mut Tx<'_>, kind: Kind, effect: &EffectRow, id: DomainId, error: &str) -> Result<()> {
    let target = provisioning::domain(tx.conn(), id).await?.ok_or(AppError::NotFound("domain"))?;
    let years = years_of(effect).unwrap_or(target.years);
    let (domain_id, client_id, name, registrar) = (id, target.client_id, target.name, target.plugin_id);
    let error = error.to_owned();
    match kind {
        Kind::DomainRegister => {
            tx.emit(&DomainRegisterFailed { domain_id, client_id, name, years, registrar, error }).await?
        }
        Kind::DomainTransfer => {
            tx.emit(&DomainTransferFailed { domain_id, client_id, name, years, registrar, error }).await?
        }
        Kind::DomainRenew => {
            tx.emit(&DomainRenewFailed { domain_id, client_id, name, years, registrar, error }).await?
        }
        _ => return Ok(()),
    };
    Ok(())
}

/// Tells that the registrar, or a gate before it, answered to a request, whatever it said. What brought no
/// answer is not told: nobody knows yet.
pub(super) async fn answered(
    tx: &mut Tx<'_>,
    kind: Kind,
    id: DomainId,
    outcome: &Attempt<super::run::Made>,
    refused: bool,
) -> Result<()> {
    if outcome.is_err() && !refused {
        return Ok(());
    }
    let target = provisioning::domain(tx.conn(), id).await?.ok_or(AppError::NotFound("domain"))?;
    let (domain_id, client_id, name, registrar) = (id, target.client_id, target.name, target.plugin_id);
    let (succeeded, error) = (outcome.is_ok(), outcome.as_ref().err().map(|e| e.detail.clone()));
    match kind {
        Kind::DomainRegister => {
            tx.emit(&RegisterAnswered { domain_id, client_id, name, registrar, succeeded, error }).await?
        }
        Kind::DomainTransfer => {
            tx.emit(&TransferAnswered { domain_id, client_id, name, registrar, succeeded, error }).await?
        }
        Kind::DomainRenew => {
            tx.emit(&RenewAnswered { domain_id, client_id, name, registrar, succeeded, error }).await?
        }
        _ => return Ok(()),
    };
    Ok(())
}
