//! What a registrar offers besides the operations that all have: a page for each ability, drawn as a view of
//! blocks whose forms and buttons lead back here. Everything that is changed is an effect.

mod actions;
mod ending;
mod handles;
mod hosts;
mod privacy;
mod records;
mod signing;
mod transfer;

use innkeeper_domain::{DomainId, EffectId, Permission, state::DomainState};
use innkeeper_plugin_api::{
    Field, PluginCtx, PluginError, RecordType, Registrar, View, Zone, ZoneChange, field::faults,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, future::Future, sync::Arc};

use super::{DomainRow, act::act};
use crate::{
    Actor, App, AppError, Checks, Result,
    effects::{self, DomainWanted, Kind, ReadyDomain},
    plugins::Call,
    zones,
};

/// A page about one of a registrar's abilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// DNS records.
    Records,
    /// Hosts below the name.
    Hosts,
    /// Keys that sign the zone.
    Signing,
    /// Contacts that the registrar has on record: staff alone.
    Handles,
    /// Whois privacy; for staff renewal by the registrar, too.
    Privacy,
    /// How far the transfer to us is.
    Transfer,
    /// Actions of the plugin's own.
    Actions,
    /// Deleting and restoring: staff alone.
    Ending,
}

impl Tool {
    const ALL: [Self; 8] = [
        Self::Records,
        Self::Hosts,
        Self::Signing,
        Self::Handles,
        Self::Privacy,
        Self::Transfer,
        Self::Actions,
        Self::Ending,
    ];

    /// The word in its address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Records => "dns",
            Self::Hosts => "hosts",
            Self::Signing => "dnssec",
            Self::Handles => "contact-ids",
            Self::Privacy => "privacy",
            Self::Transfer => "transfer",
            Self::Actions => "actions",
            Self::Ending => "ending",
        }
    }

    /// Its title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Records => "DNS records",
            Self::Hosts => "Own name servers",
            Self::Signing => "DNSSEC",
            Self::Handles => "Contacts by id",
            Self::Privacy => "Privacy",
            Self::Transfer => "Transfer",
            Self::Actions => "More at the registrar",
            Self::Ending => "Delete or restore",
        }
    }

    /// The abilities of which one is needed, by the names of their accessors.
    const fn abilities(self) -> &'static [&'static str] {
        match self {
            Self::Records => &["zone"],
            Self::Hosts => &["glue"],
            Self::Signing => &["dnssec"],
            Self::Handles => &["contact_handles"],
            Self::Privacy => &["privacy", "auto_renew"],
            Self::Transfer => &["transfer_progress"],
            Self::Actions => &["actions"],
            Self::Ending => &["delete", "restore"],
        }
    }

    fn fits(self, state: DomainState, is_staff: bool) -> bool {
        match self {
            Self::Transfer => state == DomainState::Transferring,
            Self::Ending => {
                is_staff && matches!(state, DomainState::Active | DomainState::Expired | DomainState::Cancelled)
            }
            Self::Handles => is_staff && state == DomainState::Active,
            Self::Actions => matches!(state, DomainState::Active | DomainState::Expired),
            _ => state == DomainState::Active,
        }
    }
}

/// What an action of such a page leads to.
enum Step {
    /// A change at the registrar.
    Change(DomainWanted),
    /// Another effect: its kind, what it is asked, and what of that is secret.
    Effect(Kind, Value, Option<String>),
    /// It is done already.
    Done,
}

/// The tools that fit a domain now.
pub async fn tools(app: &App, actor: &Actor, domain: &DomainRow) -> Vec<Tool> {
    let offered = app.abilities_of(&domain.plugin_id).await.unwrap_or_default();
    let fits = |tool: &Tool| {
        tool.abilities().iter().any(|ability| offered.contains(ability)) && tool.fits(domain.state.0, actor.is_staff())
    };
    Tool::ALL.into_iter().filter(fits).collect()
}

/// A domain whose registrar is ready to be asked, and the tool that was opened.
pub struct Open {
    /// The domain.
    pub domain: DomainRow,
    /// The tool.
    pub tool: Tool,
    ready: ReadyDomain,
    is_staff: bool,
}

/// Opens a tool of a domain: for staff, and for the client whose domain it is.
pub async fn open(app: &App, actor: &Actor, id: DomainId, key: &str) -> Result<Open> {
    actor.owner(Permission::ServicesWrite)?;
    let domain = super::get(app, actor, id).await?.domain;
    let found = tools(app, actor, &domain).await.into_iter().find(|tool| tool.key() == key);
    let tool = found.ok_or(AppError::NotFound("page"))?;
    Ok(Open { ready: effects::ready_domain(app, id).await?, domain, tool, is_staff: actor.is_staff() })
}

impl Open {
    /// What it shows now, as the registrar says.
    pub async fn draw(&self, app: &App) -> Result<View> {
        match self.tool {
            Tool::Records => records::draw(app, self).await,
            Tool::Hosts => hosts::draw(app, self).await,
            Tool::Signing => signing::draw(app, self).await,
            Tool::Handles => handles::draw(app, self).await,
            Tool::Privacy => privacy::draw(app, self).await,
            Tool::Transfer => transfer::draw(app, self).await,
            Tool::Actions => actions::draw(app, self).await,
            Tool::Ending => ending::draw(app, self).await,
        }
    }

    /// What one of its actions asks; `NotFound` if there is none of this name.
    pub async fn fields(&self, app: &App, action: &str) -> Result<Vec<Field>> {
        let found = match self.tool {
            Tool::Records => records::fields(app, self, action).await?,
            Tool::Hosts => hosts::fields(action),
            Tool::Signing => signing::fields(action),
            Tool::Handles => handles::fields(action),
            Tool::Privacy => privacy::fields(action, self.is_staff),
            Tool::Transfer => transfer::fields(action),
            Tool::Actions => actions::fields(app, self, action).await?,
            Tool::Ending => ending::fields(action),
        };
        found.ok_or(AppError::NotFound("action"))
    }

    /// Runs an action with these answers; the effect that does it, unless it is done already.
    pub async fn run(
        &self,
        app: &App,
        actor: &Actor,
        action: &str,
        input: &BTreeMap<String, String>,
    ) -> Result<Option<EffectId>> {
        let mut checks = Checks::default();
        for (key, fault) in faults(&self.fields(app, action).await?, input) {
            checks.require(false, &key, fault);
        }
        checks.finish()?;
        let step = match self.tool {
            Tool::Records => records::run(app, self, action, input).await?,
            Tool::Hosts => hosts::run(self, action, input)?,
            Tool::Signing => signing::run(app, self, action, input).await?,
            Tool::Handles => handles::run(input)?,
            Tool::Privacy => privacy::run(action, input)?,
            Tool::Transfer => transfer::run(app, actor, self, input).await?,
            Tool::Actions => actions::run(app, self, action, input).await?,
            Tool::Ending => ending::run(app, self, action).await?,
        };
        self.take(app, actor, step).await
    }

    /// Does what a step says.
    async fn take(&self, app: &App, actor: &Actor, step: Step) -> Result<Option<EffectId>> {
        match step {
            Step::Change(wanted) => self.plan(app, actor, Kind::DomainChange, json!(wanted), None).await.map(Some),
            Step::Effect(kind, request, secret) => {
                self.plan(app, actor, kind, request, secret.as_deref()).await.map(Some)
            }
            Step::Done => Ok(None),
        }
    }

    async fn plan(
        &self,
        app: &App,
        actor: &Actor,
        kind: Kind,
        request: Value,
        secret: Option<&str>,
    ) -> Result<EffectId> {
        let owner = actor.owner(Permission::ServicesWrite)?;
        act(app, actor, self.domain.id, owner, kind, &[self.domain.state.0], request, secret).await
    }

    /// Asks the registrar.
    async fn ask<T, F>(
        &self,
        app: &App,
        operation: &'static str,
        ask: impl FnOnce(Arc<dyn Registrar>, PluginCtx, innkeeper_plugin_api::DomainRef) -> F + Send + 'static,
    ) -> Result<T>
    where
        T: std::fmt::Debug + Send + 'static,
        F: Future<Output = std::result::Result<T, PluginError>> + Send + 'static,
    {
        let ReadyDomain { plugin_id, plugin, ctx, domain, .. } = &self.ready;
        let call = Call::new(plugin_id, operation, app.options.plugin_timeout).about("domain", self.domain.id);
        let (plugin, domain) = (plugin.clone(), domain.clone());
        Ok(app.call_plugin(call, ctx, move |ctx| ask(plugin, ctx, domain)).await?)
    }
}

/// The DNS zone of a domain at its registrar, with the types of record that can be set, for programs.
pub async fn zone(app: &App, actor: &Actor, id: DomainId) -> Result<(Zone, Vec<RecordType>)> {
    let open = open(app, actor, id, Tool::Records.key()).await?;
    let elsewhere = || AppError::conflict("the records of this domain are looked after elsewhere");
    let zone = records::read(app, &open).await?.ok_or_else(elsewhere)?;
    Ok((zone, records::types(app, &open).await?))
}

/// Adds records to that zone and removes others, as one operation.
pub async fn change_zone(app: &App, actor: &Actor, id: DomainId, change: ZoneChange) -> Result<EffectId> {
    let open = open(app, actor, id, Tool::Records.key()).await?;
    let change = zones::checked(change, &records::types(app, &open).await?)?;
    let step = records::planned(app, &open, change).await?;
    open.take(app, actor, step).await?.ok_or_else(|| AppError::internal("a change of records is no operation"))
}

/// The secrets that an action brought to light, as (label, value): for whoever ran it. Revealing is audited.
pub async fn reveal_result(app: &App, actor: &Actor, id: DomainId, effect: EffectId) -> Result<Vec<(String, String)>> {
    super::get(app, actor, id).await?;
    effects::reveal_result(app, actor, ("domain", id.get()), effect).await
}

/// The error of an ability that went away since the page was drawn.
fn gone() -> PluginError {
    PluginError::unsupported("this registrar does not offer that (any more)")
}

fn text<'a>(input: &'a BTreeMap<String, String>, key: &str) -> &'a str {
    input.get(key).map_or("", |text| text.trim())
}
