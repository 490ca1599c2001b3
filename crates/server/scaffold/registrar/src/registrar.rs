//! The operations. Each may be called again after any end of an earlier call, so each looks first.

use async_trait::async_trait;
use chrono::{Days, Months};
use innkeeper_plugin_api::{
    Availability, Contacts, DomainInfo, DomainRef, Outcome, PluginCtx, PluginError, PluginResult, Protection,
    Registered, Registrar, RegistrarOperation, Registration, RemoteDomainState, Renewal, Transfer, domain::DomainName,
};
use std::{collections::BTreeMap, time::Duration};

use crate::api::{Answer, Api, Order, Person, RemoteDomain, Role, State};

/// How long to wait before the registrar is asked again about something that takes days.
const HOUR: Duration = Duration::from_secs(3600);

/// Registries round the day of expiry, each in its own way.
const ROUNDING: Days = Days::new(2);

/// Domains at the registrar.
pub(crate) struct Domains;

#[async_trait]
impl Registrar for Domains {
    fn protection(&self, _: RegistrarOperation) -> Protection {
        // A domain is registered or under transfer once, a renewal names the expiry that it starts
        // from, and the rest sets an absolute state.
        Protection::NaturalKey
    }

    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let login = Api::new(ctx)?.login().await?;
        Ok(format!("{}, balance {}", login.name, login.balance))
    }

    async fn check(&self, ctx: &PluginCtx, names: &[DomainName]) -> Result<Vec<Availability>, PluginError> {
        let asked: Vec<&str> = names.iter().map(DomainName::as_str).collect();
        let answers = Api::new(ctx)?.check(&asked).await?;
        let meaning = |name: &&str| match answers.get(*name) {
            Some(Answer::Free) => Availability::Available,
            Some(Answer::Taken) => Availability::Taken,
            Some(Answer::NotSold) => Availability::Unsupported,
            None => Availability::Unreachable,
        };
        Ok(asked.iter().map(meaning).collect())
    }

    async fn register(&self, ctx: &PluginCtx, registration: &Registration) -> PluginResult<Registered> {
        let api = Api::new(ctx)?;
        let name = registration.domain.name.as_str();
        let found = match api.find(name).await? {
            Some(found) => found,
            None => api.register(&order(registration, &people(&registration.contacts), None)).await?,
        };
        Ok(registered(&found))
    }

    async fn renew(&self, ctx: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered> {
        let api = Api::new(ctx)?;
        let found = ours(&api, &renewal.domain).await?;
        let wanted = renewal.current_expiry.checked_add_months(Months::new(12 * u32::from(renewal.years)));
        let wanted = wanted.ok_or_else(|| PluginError::invalid("so far in the future nothing can be renewed"))?;
        if found.expires_on.checked_add_days(ROUNDING).is_some_and(|expiry| expiry >= wanted) {
            return Ok(registered(&found));
        }
        let name = renewal.domain.name.as_str();
        Ok(registered(&api.renew(name, renewal.years, renewal.current_expiry).await?))
    }

    async fn transfer(&self, ctx: &PluginCtx, transfer: &Transfer) -> PluginResult<Registered> {
        let api = Api::new(ctx)?;
        let registration = &transfer.registration;
        let found = match api.find(registration.domain.name.as_str()).await? {
            Some(found) => found,
            None => {
                let code = transfer.auth_code.as_ref().map(|code| code.reveal().as_str());
                api.transfer(&order(registration, &people(&registration.contacts), code)).await?
            }
        };
        Ok(registered(&found))
    }

    async fn info(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<DomainInfo, PluginError> {
        let Some(found) = Api::new(ctx)?.find(domain.name.as_str()).await? else { return Ok(DomainInfo::absent()) };
        let state = match found.state {
            State::Pending => RemoteDomainState::Pending,
            State::Active => RemoteDomainState::Active,
            State::Expired => RemoteDomainState::Expired,
            State::Redemption => RemoteDomainState::Redemption,
        };
        let expires_on = Some(found.expires_on);
        Ok(DomainInfo { state, remote_id: Some(found.id), expires_on, ..DomainInfo::absent() })
    }

    async fn nameservers(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<String>, PluginError> {
        Ok(ours(&Api::new(ctx)?, domain).await?.nameservers)
    }

    async fn set_nameservers(&self, ctx: &PluginCtx, domain: &DomainRef, nameservers: &[String]) -> PluginResult<()> {
        Api::new(ctx)?.set_nameservers(domain.name.as_str(), nameservers).await.map(Outcome::Done)
    }

    async fn contacts(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Contacts, PluginError> {
        let mut found = ours(&Api::new(ctx)?, domain).await?.contacts;
        let mut of = |role: Role| found.remove(&role).map(Into::into);
        let owner = of(Role::Owner).unwrap_or_default();
        Ok(Contacts { owner, admin: of(Role::Admin), tech: of(Role::Tech), billing: of(Role::Billing) })
    }

    async fn set_contacts(&self, ctx: &PluginCtx, domain: &DomainRef, contacts: &Contacts) -> PluginResult<()> {
        Api::new(ctx)?.set_contacts(domain.name.as_str(), &people(contacts)).await.map(Outcome::Done)
    }
}

/// The domain, which must be in our account.
async fn ours(api: &Api<'_>, domain: &DomainRef) -> Result<RemoteDomain, PluginError> {
    let found = api.find(domain.name.as_str()).await?;
    found.ok_or_else(|| PluginError::not_found(format!("{} is not in our account", domain.name)))
}

/// What a registration, transfer or renewal led to.
fn registered(found: &RemoteDomain) -> Outcome<Registered> {
    match found.state {
        State::Pending => Outcome::pending(&found.id, HOUR),
        _ => Outcome::Done(Registered { remote_id: found.id.clone(), expires_on: Some(found.expires_on) }),
    }
}

fn order<'a>(
    registration: &'a Registration,
    contacts: &'a BTreeMap<Role, Person>,
    auth_code: Option<&'a str>,
) -> Order<'a> {
    let Registration { domain, years, nameservers, .. } = registration;
    Order { name: domain.name.as_str(), years: *years, nameservers, contacts, auth_code }
}

/// The contacts that are given, by role.
fn people(contacts: &Contacts) -> BTreeMap<Role, Person> {
    let Contacts { owner, admin, tech, billing } = contacts;
    let others = [(Role::Admin, admin), (Role::Tech, tech), (Role::Billing, billing)];
    let others = others.into_iter().filter_map(|(role, contact)| Some((role, contact.as_ref()?)));
    [(Role::Owner, owner)].into_iter().chain(others).map(|(role, contact)| (role, contact.into())).collect()
}
