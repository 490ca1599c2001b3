//! All that a registrar may offer besides.

use chrono::TimeDelta;
use innkeeper_plugin_api::{
    Action, Audience, Availability, DomainRef, Field, FieldKind, Level, Outcome, Page, PluginCtx, PluginError,
    PluginResult, Price, Protection, Registered, RemoteDomainState, Renewal, Report, Secret, Zone, ZoneChange,
    async_trait,
    dns::RecordType,
    domain::Money,
    registrar::{
        AuthCode, AuthCodeAnswer, AutoRenew, Balance, Delete, Dnssec, DnssecKey, DomainActions, DomainInventory,
        DomainZone, Glue, GlueHost, PriceList, Privacy, RemoteDomain, Restore, Suggest, Suggestion, TransferLock,
        TransferProgress, TransferState, TransferStep,
    },
    view::Value,
};
use std::collections::BTreeMap;

use super::{Held, Registry, RegistrySettings, State, TLDS, euros, later};

impl Registry {
    /// Changes a domain that is held.
    pub(super) async fn set(
        &self,
        ctx: &PluginCtx,
        domain: &DomainRef,
        change: impl FnOnce(&mut Held),
    ) -> PluginResult<()> {
        self.vendor
            .with(ctx, |world| {
                change(world.held(domain)?);
                Ok(())
            })
            .await?;
        Ok(Outcome::Done(()))
    }
    /// Looks at one.
    async fn see<T>(
        &self,
        ctx: &PluginCtx,
        domain: &DomainRef,
        look: impl FnOnce(&Held) -> T,
    ) -> Result<T, PluginError> {
        self.vendor.with(ctx, |world| Ok(look(world.held(domain)?))).await
    }
}

#[async_trait]
impl Suggest for Registry {
    async fn suggest(
        &self,
        _: &PluginCtx,
        term: &str,
        tlds: &[String],
        limit: usize,
    ) -> Result<Vec<Suggestion>, PluginError> {
        let wanted = |tld: &&str| tlds.is_empty() || tlds.iter().any(|one| one == tld);
        let tlds: Vec<&str> = TLDS.into_iter().filter(wanted).collect();
        let ideas = ["my-{}", "{}-online", "get-{}"].iter().map(|idea| idea.replace("{}", term));
        let names = ideas.flat_map(|label| tlds.iter().map(move |tld| format!("{label}.{tld}")).collect::<Vec<_>>());
        let valid = names.filter_map(|name| name.parse().ok());
        Ok(valid.map(|name| Suggestion { name, availability: Availability::Available }).take(limit).collect())
    }
}

#[async_trait]
impl TransferProgress for Registry {
    async fn step(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<TransferStep, PluginError> {
        self.see(ctx, domain, |held| match held.state {
            State::Arriving => TransferStep {
                state: TransferState::WaitsForOwner,
                detail: format!("A mail was sent to {}.", held.contacts.owner.email),
            },
            _ => TransferStep { state: TransferState::Done, detail: String::new() },
        })
        .await
    }
    async fn restart(&self, ctx: &PluginCtx, domain: &DomainRef, _: Option<&Secret>) -> PluginResult<()> {
        // The second mail is answered at once.
        self.set(ctx, domain, |held| held.state = State::Active).await
    }
}

#[async_trait]
impl TransferLock for Registry {
    async fn set_lock(&self, ctx: &PluginCtx, domain: &DomainRef, locked: bool) -> PluginResult<()> {
        self.set(ctx, domain, |held| held.locked = locked).await
    }
}

#[async_trait]
impl AuthCode for Registry {
    async fn auth_code(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<AuthCodeAnswer, PluginError> {
        let (code, email) =
            self.see(ctx, domain, |held| (held.code.clone(), held.contacts.owner.email.clone())).await?;
        // Each extension hands its codes out in its own way.
        Ok(match domain.name.tld() {
            "test" => AuthCodeAnswer::Mailed(email),
            _ => AuthCodeAnswer::Token { code: Secret::new(code), until: ctx.now + TimeDelta::days(7) },
        })
    }
}

#[async_trait]
impl Privacy for Registry {
    async fn set_privacy(&self, ctx: &PluginCtx, domain: &DomainRef, hidden: bool) -> PluginResult<()> {
        self.set(ctx, domain, |held| held.privacy = hidden).await
    }
}

#[async_trait]
impl AutoRenew for Registry {
    async fn set_auto_renew(&self, ctx: &PluginCtx, domain: &DomainRef, on: bool) -> PluginResult<()> {
        self.set(ctx, domain, |held| held.auto_renew = on).await
    }
}

#[async_trait]
impl Glue for Registry {
    async fn hosts(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<GlueHost>, PluginError> {
        self.see(ctx, domain, |held| held.hosts.clone()).await
    }
    async fn put_host(&self, ctx: &PluginCtx, domain: &DomainRef, host: &GlueHost) -> PluginResult<()> {
        self.set(ctx, domain, |held| {
            held.hosts.retain(|other| other.name != host.name);
            held.hosts.push(host.clone());
        })
        .await
    }
    async fn remove_host(&self, ctx: &PluginCtx, domain: &DomainRef, name: &str) -> PluginResult<()> {
        self.set(ctx, domain, |held| held.hosts.retain(|other| other.name != name)).await
    }
}

#[async_trait]
impl DomainZone for Registry {
    fn record_types(&self) -> &'static [RecordType] {
        use RecordType::{A, Aaaa, Cname, MailForward, Mx, Txt, Url};
        &[A, Aaaa, Cname, Mx, Txt, Url, MailForward]
    }
    async fn zone(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Zone, PluginError> {
        let (records, own) = self.see(ctx, domain, |held| (held.records.clone(), held.nameservers.is_empty())).await?;
        Ok(Zone { name: domain.name.clone(), records, others: 0, in_use: Some(own) })
    }
    async fn change_zone(&self, ctx: &PluginCtx, domain: &DomainRef, change: &ZoneChange) -> PluginResult<()> {
        self.set(ctx, domain, |held| held.records = change.apply(&held.records)).await
    }
}

#[async_trait]
impl Dnssec for Registry {
    async fn keys(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<DnssecKey>, PluginError> {
        self.see(ctx, domain, |held| held.keys.clone()).await
    }
    async fn set_keys(&self, ctx: &PluginCtx, domain: &DomainRef, keys: &[DnssecKey]) -> PluginResult<()> {
        self.set(ctx, domain, |held| held.keys = keys.to_vec()).await
    }
}

#[async_trait]
impl Delete for Registry {
    async fn delete(&self, ctx: &PluginCtx, domain: &DomainRef) -> PluginResult<()> {
        self.set(ctx, domain, |held| held.state = State::Deleted).await
    }
}

#[async_trait]
impl Restore for Registry {
    async fn restore(&self, ctx: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered> {
        let wanted = later(renewal.current_expiry, renewal.years)?;
        self.set(ctx, &renewal.domain, |held| {
            if held.state == State::Deleted {
                (held.state, held.expires_on) = (State::Active, wanted);
            }
        })
        .await?;
        Ok(Outcome::Done(Registered { remote_id: renewal.domain.name.to_string(), expires_on: Some(wanted) }))
    }
}

#[async_trait]
impl PriceList for Registry {
    async fn prices(&self, _: &PluginCtx, tlds: &[String]) -> Result<Vec<Price>, PluginError> {
        let mut prices = vec![];
        for tld in TLDS.into_iter().filter(|tld| tlds.is_empty() || tlds.iter().any(|wanted| wanted == tld)) {
            prices.push(Price {
                tld: tld.to_owned(),
                register: Some(euros(8)?),
                renew: Some(euros(9)?),
                transfer: Some(euros(7)?),
                restore: Some(euros(60)?),
                years: (1..=10).collect(),
            });
        }
        Ok(prices)
    }
}

/// Domains in a part of the list.
const PART: usize = 25;

#[async_trait]
impl DomainInventory for Registry {
    async fn domains(&self, ctx: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteDomain>, PluginError> {
        let after = cursor.unwrap_or_default().to_owned();
        let mut items = self
            .vendor
            .with(ctx, |world| {
                let rest = world.domains.iter().filter(|(name, _)| **name > after);
                let listed = rest.filter_map(|(name, held)| {
                    Some(RemoteDomain {
                        name: name.parse().ok()?,
                        remote_id: name.clone(),
                        state: match held.state {
                            State::Active => RemoteDomainState::Active,
                            State::Deleted => RemoteDomainState::Redemption,
                            State::Registering | State::Arriving => RemoteDomainState::Pending,
                        },
                        expires_on: Some(held.expires_on),
                        owner: None,
                    })
                });
                Ok(listed.take(PART + 1).collect::<Vec<_>>())
            })
            .await?;
        let more = items.len() > PART;
        items.truncate(PART);
        let next = items.last().filter(|_| more).map(|last| last.remote_id.clone());
        Ok(Page { items, next })
    }
}

#[async_trait]
impl Balance for Registry {
    async fn balance(&self, ctx: &PluginCtx) -> Result<Money, PluginError> {
        let settings: RegistrySettings = ctx.settings(Level::Plugin)?;
        euros(settings.balance.unwrap_or(100))
    }
}

#[async_trait]
impl DomainActions for Registry {
    fn actions(&self) -> Vec<Action> {
        let action = |key: &str, label: &str, audience| Action {
            key: key.to_owned(),
            label: label.to_owned(),
            audience,
            confirm: None,
            destructive: false,
            fields: vec![],
            protection: Protection::NaturalKey,
        };
        let resend = Action {
            fields: vec![Field::new("email", "Send to", FieldKind::Text)],
            ..action("verify", "Send the owner's verification again", Audience::Client)
        };
        let confirm = Some("Whoever knows the old code cannot move the domain any more.".to_owned());
        let code = Action { confirm, ..action("new-code", "New transfer code", Audience::Staff) };
        vec![resend, code]
    }
    async fn available(&self, _: &PluginCtx, _: &DomainRef) -> Result<Vec<String>, PluginError> {
        Ok(vec!["verify".to_owned(), "new-code".to_owned()])
    }
    async fn run(
        &self,
        ctx: &PluginCtx,
        domain: &DomainRef,
        action: &str,
        input: &BTreeMap<String, String>,
    ) -> PluginResult<Report> {
        if action == "verify" {
            let to = input.get("email").map_or("", String::as_str);
            return Ok(Outcome::Done(Report::message(format!("The mail was sent to {to}."))));
        }
        let code = format!("code-{}", ctx.idempotency_key);
        let kept = code.clone();
        self.set(ctx, domain, |held| held.code = kept).await?;
        let data = vec![("Transfer code".to_owned(), Value::Secret(Secret::new(code)))];
        Ok(Outcome::Done(Report { message: "There is a new code.".to_owned(), data }))
    }
    async fn ran(&self, _: &PluginCtx, _: &DomainRef, _: &str) -> Result<Option<Report>, PluginError> {
        Ok(None)
    }
}
