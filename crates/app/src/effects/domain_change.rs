//! Changes of a domain at its registrar that set what is wanted, whatever was there before: repeating one
//! changes nothing.

use innkeeper_db::{effects::EffectRow, provisioning};
use innkeeper_domain::state::DomainState;
use innkeeper_hooks::payloads::{DomainChanged, DomainContactsChanged, DomainDeletionRequested, RecordsChanged};
use innkeeper_plugin_api::{
    DomainRef, PluginCtx, PluginError, PluginResult, Registered, Registrar, Renewal, Report, ZoneChange,
    registrar::{DnssecKey, GlueHost, Handles},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Result, Tx};

/// What is to be different, as an effect keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub(crate) enum DomainWanted {
    /// The owner hidden in whois, or shown.
    Privacy { hidden: bool },
    /// Renewed by the registrar by itself, or not.
    AutoRenew { on: bool },
    /// Contacts that the registrar has on record, in these roles.
    Handles { handles: Handles },
    /// A host below the domain, as it is here.
    PutHost { host: GlueHost },
    /// No such host.
    RemoveHost { name: String },
    /// These changes of the zone.
    Records { change: ZoneChange },
    /// These keys, all of them.
    Keys { keys: Vec<DnssecKey> },
    /// Given back to the registry.
    Delete,
}

impl DomainWanted {
    /// The word for it in events.
    fn part(&self) -> &'static str {
        match self {
            Self::Privacy { .. } => "privacy",
            Self::AutoRenew { .. } => "auto_renew",
            Self::Handles { .. } => "contacts",
            Self::PutHost { .. } | Self::RemoveHost { .. } => "hosts",
            Self::Records { .. } => "records",
            Self::Keys { .. } => "dnssec",
            Self::Delete => "deletion",
        }
    }
}

/// What an effect asks for.
pub(super) fn wanted(effect: &EffectRow) -> std::result::Result<DomainWanted, PluginError> {
    serde_json::from_value(effect.request.clone()).map_err(|e| PluginError::invalid(format!("the change: {e}")))
}

pub(super) async fn call(
    registrar: &dyn Registrar,
    ctx: &PluginCtx,
    domain: &DomainRef,
    wanted: &DomainWanted,
) -> PluginResult<()> {
    let lacks = |what: &str| PluginError::unsupported(format!("this registrar has no {what}"));
    match wanted {
        DomainWanted::Privacy { hidden } => {
            let ability = registrar.privacy().ok_or_else(|| lacks("whois privacy"))?;
            ability.set_privacy(ctx, domain, *hidden).await
        }
        DomainWanted::AutoRenew { on } => {
            let ability = registrar.auto_renew().ok_or_else(|| lacks("renewal by itself"))?;
            ability.set_auto_renew(ctx, domain, *on).await
        }
        DomainWanted::Handles { handles } => {
            let ability = registrar.contact_handles().ok_or_else(|| lacks("contacts by id"))?;
            ability.use_handles(ctx, domain, handles).await
        }
        DomainWanted::PutHost { host } => {
            registrar.glue().ok_or_else(|| lacks("hosts"))?.put_host(ctx, domain, host).await
        }
        DomainWanted::RemoveHost { name } => {
            registrar.glue().ok_or_else(|| lacks("hosts"))?.remove_host(ctx, domain, name).await
        }
        DomainWanted::Records { change } => {
            registrar.zone().ok_or_else(|| lacks("zones"))?.change_zone(ctx, domain, change).await
        }
        DomainWanted::Keys { keys } => {
            registrar.dnssec().ok_or_else(|| lacks("signed domains"))?.set_keys(ctx, domain, keys).await
        }
        DomainWanted::Delete => registrar.delete().ok_or_else(|| lacks("deletion"))?.delete(ctx, domain).await,
    }
}

/// Writes down that it is so now.
pub(super) async fn done(
    tx: &mut Tx<'_>,
    effect: &EffectRow,
    target: &provisioning::DomainTarget,
    skipped_by: Option<String>,
) -> Result<()> {
    let wanted = wanted(effect)?;
    let (domain_id, client_id, name) = (target.id, target.client_id, target.name.clone());
    let registrar = target.plugin_id.clone();
    let part = wanted.part().to_owned();
    match wanted {
        DomainWanted::Records { change } => {
            let change = json!(change);
            tx.emit(&RecordsChanged { domain_id, client_id, name, registrar, change, skipped_by }).await?;
        }
        DomainWanted::Handles { .. } => {
            provisioning::set_contacts(tx.conn(), domain_id, &Value::Null).await?;
            tx.emit(&DomainContactsChanged { domain_id, client_id, name, skipped_by }).await?;
        }
        DomainWanted::Delete => {
            let facts = provisioning::DomainFacts { state: Some(DomainState::Cancelled), ..Default::default() };
            provisioning::update_domain(tx.conn(), domain_id, &facts).await?;
            tx.emit(&DomainDeletionRequested { domain_id, client_id, name, registrar, skipped_by }).await?;
        }
        _ => {
            tx.emit(&DomainChanged { domain_id, client_id, name, registrar, part }).await?;
        }
    }
    Ok(())
}

/// Runs an action of the registrar plugin's own.
pub(super) async fn act(
    registrar: &dyn Registrar,
    ctx: &PluginCtx,
    domain: &DomainRef,
    wanted: super::action::Prepared,
) -> PluginResult<Report> {
    let ability = registrar.actions().ok_or_else(|| PluginError::unsupported("this registrar has no actions"))?;
    ability.run(ctx, domain, &wanted.key, &wanted.input).await
}

/// What an action did, if the registrar can tell.
pub(super) async fn acted(
    registrar: &dyn Registrar,
    ctx: &PluginCtx,
    domain: &DomainRef,
    key: &str,
) -> std::result::Result<Option<Report>, PluginError> {
    let ability = registrar.actions().ok_or_else(|| PluginError::unsupported("this registrar has no actions"))?;
    ability.ran(ctx, domain, key).await
}

/// Restores a deleted domain.
pub(super) async fn restore(registrar: &dyn Registrar, ctx: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered> {
    let ability = registrar.restore().ok_or_else(|| PluginError::unsupported("this registrar restores nothing"))?;
    ability.restore(ctx, renewal).await
}
