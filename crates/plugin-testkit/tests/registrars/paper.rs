//! A registrar plugin that keeps its books in memory, sound or with a flaw.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    AuthCode, AuthCodeAnswer, Availability, Contacts, DomainInfo, DomainRef, ErrorKind, Level, Outcome, PluginCtx,
    PluginError, PluginResult, Protection, Registered, Registrar, RegistrarOperation, Registration, RemoteDomainState,
    Renewal, Secret, Transfer, domain::DomainName,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::world::{Entry, World, renewed};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    RenewsBlindly,
    UnknownIsDeclined,
    DownIsAbsent,
    ClaimsForeign,
    ShowsItsKey,
    OffersMore,
}

/// Settings of the paper registrar.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Opens the books.
    pub key: Secret,
}

pub struct Paper {
    pub world: Arc<Mutex<World>>,
    pub flaw: Option<Flaw>,
}

impl Paper {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    /// Opens the books with the key of the settings.
    fn open(&self, ctx: &PluginCtx) -> Result<MutexGuard<'_, World>, PluginError> {
        let settings: Settings = ctx.settings(Level::Plugin)?;
        let mut world = self.world.lock().unwrap();
        world.ask(settings.key.reveal()).map_err(|mut error| {
            if self.has(Flaw::ShowsItsKey) {
                error.detail = format!("{}: {}", error.detail, settings.key.reveal());
            }
            error
        })?;
        Ok(world)
    }

    fn told(&self, result: Result<(), PluginError>) -> Result<(), PluginError> {
        result.map_err(|mut error| {
            if self.has(Flaw::UnknownIsDeclined) && error.kind == ErrorKind::Unknown {
                error.kind = ErrorKind::Declined;
            }
            error
        })
    }

    fn enter(&self, ctx: &PluginCtx, registration: &Registration, transfer: bool) -> PluginResult<Registered> {
        let mut world = self.open(ctx)?;
        let name = registration.domain.name.as_str();
        match world.domains.get(name) {
            Some(known) if known.ours => return Ok(Outcome::Done(registered(name, known))),
            Some(_) if !transfer && !self.has(Flaw::ClaimsForeign) => {
                return Err(PluginError::declined("the name is taken"));
            }
            _ => {}
        }
        let entry = Entry {
            ours: true,
            live: !transfer,
            expires_on: renewed(ctx.now.date_naive(), registration.years),
            nameservers: registration.nameservers.clone(),
            contacts: registration.contacts.clone(),
        };
        let result = registered(name, &entry);
        world.domains.insert(name.to_owned(), entry);
        self.told(world.changed(if transfer { "transfer" } else { "register" }))?;
        Ok(Outcome::Done(result))
    }
}

fn registered(name: &str, entry: &Entry) -> Registered {
    Registered { remote_id: name.to_owned(), expires_on: Some(entry.expires_on) }
}

fn ours<'a>(world: &'a mut World, domain: &DomainRef) -> Result<&'a mut Entry, PluginError> {
    let entry = world.domains.get_mut(domain.name.as_str()).filter(|entry| entry.ours);
    entry.ok_or_else(|| PluginError::not_found("no such domain of ours"))
}

#[async_trait]
impl Registrar for Paper {
    fn protection(&self, _: RegistrarOperation) -> Protection {
        Protection::NaturalKey
    }
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        self.open(ctx).map(|_| "the books are open".to_owned())
    }
    async fn check(&self, ctx: &PluginCtx, names: &[DomainName]) -> Result<Vec<Availability>, PluginError> {
        let world = self.open(ctx)?;
        let taken = |name: &DomainName| world.domains.contains_key(name.as_str());
        Ok(names.iter().map(|name| if taken(name) { Availability::Taken } else { Availability::Available }).collect())
    }
    async fn register(&self, ctx: &PluginCtx, registration: &Registration) -> PluginResult<Registered> {
        self.enter(ctx, registration, false)
    }
    async fn renew(&self, ctx: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered> {
        let mut world = self.open(ctx)?;
        let entry = ours(&mut world, &renewal.domain)?;
        let already = entry.expires_on > renewal.current_expiry;
        if !already || self.has(Flaw::RenewsBlindly) {
            entry.expires_on = renewed(entry.expires_on, renewal.years);
            let result = registered(renewal.domain.name.as_str(), entry);
            self.told(world.changed("renew"))?;
            return Ok(Outcome::Done(result));
        }
        Ok(Outcome::Done(registered(renewal.domain.name.as_str(), entry)))
    }
    async fn transfer(&self, ctx: &PluginCtx, transfer: &Transfer) -> PluginResult<Registered> {
        self.enter(ctx, &transfer.registration, true)
    }
    async fn info(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<DomainInfo, PluginError> {
        let mut world = match self.open(ctx) {
            Err(error) if error.kind == ErrorKind::Temporary && self.has(Flaw::DownIsAbsent) => {
                return Ok(DomainInfo::absent());
            }
            opened => opened?,
        };
        let Ok(entry) = ours(&mut world, domain) else { return Ok(DomainInfo::absent()) };
        let state = if entry.live { RemoteDomainState::Active } else { RemoteDomainState::Pending };
        let remote_id = Some(domain.name.as_str().to_owned());
        Ok(DomainInfo { state, remote_id, expires_on: Some(entry.expires_on), ..DomainInfo::absent() })
    }
    async fn nameservers(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<String>, PluginError> {
        Ok(ours(&mut *self.open(ctx)?, domain)?.nameservers.clone())
    }
    async fn set_nameservers(&self, ctx: &PluginCtx, domain: &DomainRef, nameservers: &[String]) -> PluginResult<()> {
        let mut world = self.open(ctx)?;
        ours(&mut world, domain)?.nameservers = nameservers.to_vec();
        world.changed("nameservers").map(Outcome::Done)
    }
    async fn contacts(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Contacts, PluginError> {
        Ok(ours(&mut *self.open(ctx)?, domain)?.contacts.clone())
    }
    async fn set_contacts(&self, ctx: &PluginCtx, _: &DomainRef, _: &Contacts) -> PluginResult<()> {
        let _: Settings = ctx.settings(Level::Plugin)?;
        Err(PluginError::unsupported("contacts are written in ink"))
    }
    fn auth_code(&self) -> Option<&dyn AuthCode> {
        self.has(Flaw::OffersMore).then_some(self)
    }
}

#[async_trait]
impl AuthCode for Paper {
    async fn auth_code(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<AuthCodeAnswer, PluginError> {
        ours(&mut *self.open(ctx)?, domain)?;
        Ok(AuthCodeAnswer::Code(Secret::new("transfer-code-1".to_owned())))
    }
}
