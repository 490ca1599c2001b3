//! An example of a registrar: it sells `.example` and `.test`, and offers all that a registrar may.
//!
//! What a name begins with decides what becomes of it: `taken-`, `premium-`, `slow-` (a registration that
//! is worked on for a while), `paper-` (that wants a form signed).

mod abilities;
mod asked;
mod epp;
mod handles;

use chrono::{Months, NaiveDate};
use innkeeper_plugin_api::{
    Availability, Contact, Contacts, DnsRecord, DomainInfo, DomainRef, Field, Implementation, Level, Outcome, Plugin,
    PluginCtx, PluginError, PluginResult, Protection, Registered, Registrar, RegistrarOperation, Registration,
    RemoteDomainState, Renewal, Schemas, Secret, Transfer, async_trait,
    domain::{Currency, DomainName, Money},
    registrar::{
        AuthCode, AutoRenew, Balance, ContactHandles, Delete, Dnssec, DnssecKey, DomainActions, DomainInventory,
        DomainZone, ExtraService, Glue, GlueHost, PriceList, Privacy, Purpose, Restore, Suggest, TransferLock,
        TransferProgress,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::vendor::Vendor;

/// Id of the plugin.
pub const ID: &str = "example-registry";
/// The extensions on sale.
const TLDS: [&str; 2] = ["example", "test"];

/// Settings of the whole plugin.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrySettings {
    /// What is left on the account, in whole euros.
    #[schemars(title = "Balance")]
    pub balance: Option<i64>,
    /// A registry that is greeted over EPP when the connection is tested.
    #[schemars(title = "EPP host")]
    pub epp_host: Option<String>,
    /// Its port; 700 if left empty.
    #[schemars(title = "EPP port")]
    pub epp_port: Option<u16>,
    /// Our name there.
    #[schemars(title = "EPP user")]
    pub epp_user: Option<String>,
    /// Our password there.
    #[schemars(title = "EPP password")]
    pub epp_password: Option<Secret>,
    /// Its certificate as PEM, if no authority of this system signed it.
    #[schemars(title = "Certificate of the registry", extend("format" = "multiline"))]
    pub epp_trusted: Option<String>,
    /// Our certificate as PEM, if the registry wants one.
    #[schemars(title = "Our certificate", extend("format" = "multiline"))]
    pub epp_certificate: Option<String>,
    /// The key of our certificate, as PEM.
    #[schemars(title = "Key of our certificate")]
    pub epp_key: Option<Secret>,
}

/// A domain at the registry.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Held {
    reference: String,
    expires_on: NaiveDate,
    registered_on: NaiveDate,
    state: State,
    nameservers: Vec<String>,
    contacts: Contacts,
    locked: bool,
    privacy: bool,
    auto_renew: bool,
    code: String,
    hosts: Vec<GlueHost>,
    records: Vec<DnsRecord>,
    keys: Vec<DnssecKey>,
    /// What was asked for with it.
    extra: BTreeMap<String, String>,
    services: Vec<String>,
    /// How often it was asked how far it is.
    asked: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Registering,
    Arriving,
    Active,
    Deleted,
}

#[derive(Default, Serialize, Deserialize)]
struct World {
    domains: BTreeMap<String, Held>,
    /// Contacts on record, by their ids.
    #[serde(default)]
    people: BTreeMap<String, Contact>,
}

impl World {
    fn held(&mut self, domain: &DomainRef) -> Result<&mut Held, PluginError> {
        let held = self.domains.get_mut(domain.name.as_str());
        held.ok_or_else(|| PluginError::not_found(format!("{} is not in this account", domain.name)))
    }
}

/// The registrar.
struct Registry {
    vendor: Vendor<World>,
}

/// The plugin.
pub fn plugin() -> Plugin {
    let about = "An example: a registrar of .example and .test that lives in memory and offers all that one may.";
    let schemas = Schemas { plugin: Schemas::of::<RegistrySettings>(), ..Schemas::default() };
    let registrar = Registry { vendor: Vendor::default() };
    crate::plugin(ID, "Example registry", about, schemas, Implementation::Registrar(Arc::new(registrar)))
}

fn euros(amount: i64) -> Result<Money, PluginError> {
    let euro: Currency = "EUR".parse().map_err(|_| PluginError::config("there are no euros"))?;
    Ok(Money::new(amount * 100, euro))
}

fn later(day: NaiveDate, years: u8) -> Result<NaiveDate, PluginError> {
    day.checked_add_months(Months::new(12 * u32::from(years))).ok_or_else(|| PluginError::invalid("too many years"))
}

impl Registry {
    async fn take(&self, ctx: &PluginCtx, wanted: &Registration, state: State) -> PluginResult<Registered> {
        let (name, reference) = (wanted.domain.name.to_string(), wanted.domain.reference.clone());
        let today = ctx.now.date_naive();
        let expires_on = later(today, wanted.years)?;
        let held = self
            .vendor
            .with(ctx, |world| {
                if let Some(held) = world.domains.get(&name) {
                    return match held.reference == reference {
                        true => Ok(held.clone()),
                        false => Err(PluginError::declined("the name is taken").public("This name is taken.")),
                    };
                }
                let held = Held {
                    reference,
                    expires_on,
                    registered_on: today,
                    state,
                    nameservers: wanted.nameservers.clone(),
                    contacts: wanted.contacts.clone(),
                    locked: false,
                    privacy: wanted.privacy,
                    auto_renew: wanted.auto_renew,
                    code: format!("code-{}", wanted.domain.domain_id),
                    hosts: vec![],
                    records: vec![],
                    keys: vec![],
                    extra: wanted.extra.clone(),
                    services: wanted.services.iter().cloned().collect(),
                    asked: 0,
                };
                world.file_all(&held.contacts);
                world.domains.insert(name.clone(), held.clone());
                Ok(held)
            })
            .await?;
        Ok(match held.state {
            State::Active | State::Deleted => {
                Outcome::Done(Registered { remote_id: name, expires_on: Some(held.expires_on) })
            }
            State::Registering | State::Arriving => Outcome::Pending {
                reference: name,
                check_after: Duration::from_secs(5),
                progress: "the registry has the request".to_owned(),
            },
        })
    }
}

#[async_trait]
impl Registrar for Registry {
    fn protection(&self, _: RegistrarOperation) -> Protection {
        Protection::NaturalKey
    }
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let settings: RegistrySettings = ctx.settings(Level::Plugin)?;
        let greeted = epp::try_out(ctx, &settings).await?;
        let count = self.vendor.with(ctx, |world| Ok(world.domains.len())).await?;
        Ok(format!("{}, {count} domains", greeted.as_deref().unwrap_or("the example registry")))
    }
    async fn check(&self, ctx: &PluginCtx, names: &[DomainName]) -> Result<Vec<Availability>, PluginError> {
        let premium = Availability::Premium { price: Some(euros(900)?) };
        let judge = |world: &mut World| {
            let one = |name: &DomainName| match name.label() {
                _ if !TLDS.contains(&name.tld()) => Availability::Unsupported,
                _ if world.domains.contains_key(name.as_str()) => Availability::Taken,
                label if label.starts_with("taken") => Availability::Taken,
                label if label.starts_with("premium") => premium.clone(),
                _ => Availability::Available,
            };
            Ok(names.iter().map(one).collect())
        };
        self.vendor.with(ctx, judge).await
    }
    async fn register(&self, ctx: &PluginCtx, wanted: &Registration) -> PluginResult<Registered> {
        let label = wanted.domain.name.label();
        if label.starts_with("paper") && wanted.domain.pending.is_none() {
            return Ok(Outcome::NeedsHuman { reason: "the registry wants a signed form for this name".to_owned() });
        }
        let state = if label.starts_with("slow") { State::Registering } else { State::Active };
        self.take(ctx, wanted, state).await
    }
    async fn renew(&self, ctx: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered> {
        let wanted = later(renewal.current_expiry, renewal.years)?;
        let expires_on = self
            .vendor
            .with(ctx, |world| {
                let held = world.held(&renewal.domain)?;
                if held.expires_on != renewal.current_expiry && held.expires_on != wanted {
                    return Err(PluginError::declined(format!("it expires on {}", held.expires_on)));
                }
                held.expires_on = wanted;
                Ok(wanted)
            })
            .await?;
        Ok(Outcome::Done(Registered { remote_id: renewal.domain.name.to_string(), expires_on: Some(expires_on) }))
    }
    async fn transfer(&self, ctx: &PluginCtx, transfer: &Transfer) -> PluginResult<Registered> {
        if transfer.auth_code.is_none() {
            return Err(PluginError::invalid("no code").public("The code of the losing registrar is needed."));
        }
        self.take(ctx, &transfer.registration, State::Arriving).await
    }
    async fn info(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<DomainInfo, PluginError> {
        self.vendor
            .with(ctx, |world| {
                let Ok(held) = world.held(domain) else { return Ok(DomainInfo::absent()) };
                held.asked += 1;
                // The registry is done the second time that it is asked.
                if held.asked > 1 && held.state == State::Registering {
                    held.state = State::Active;
                }
                Ok(DomainInfo {
                    state: match held.state {
                        State::Registering | State::Arriving => RemoteDomainState::Pending,
                        State::Active => RemoteDomainState::Active,
                        State::Deleted => RemoteDomainState::Redemption,
                    },
                    remote_id: Some(domain.name.to_string()),
                    registered_on: Some(held.registered_on),
                    expires_on: Some(held.expires_on),
                    auto_renew: Some(held.auto_renew),
                    locked: Some(held.locked),
                    privacy: Some(held.privacy),
                })
            })
            .await
    }
    async fn nameservers(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<String>, PluginError> {
        self.vendor.with(ctx, |world| Ok(world.held(domain)?.nameservers.clone())).await
    }
    async fn set_nameservers(&self, ctx: &PluginCtx, domain: &DomainRef, nameservers: &[String]) -> PluginResult<()> {
        self.set(ctx, domain, |held| held.nameservers = nameservers.to_vec()).await
    }
    async fn contacts(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Contacts, PluginError> {
        self.vendor.with(ctx, |world| Ok(world.held(domain)?.contacts.clone())).await
    }
    async fn set_contacts(&self, ctx: &PluginCtx, domain: &DomainRef, contacts: &Contacts) -> PluginResult<()> {
        self.vendor
            .with(ctx, |world| {
                world.held(domain)?.contacts.clone_from(contacts);
                world.file_all(contacts);
                Ok(())
            })
            .await?;
        Ok(Outcome::Done(()))
    }

    fn attributes(&self, tld: &str, purpose: Purpose) -> Vec<Field> {
        asked::attributes(tld, purpose)
    }
    fn services(&self, tld: &str) -> Vec<ExtraService> {
        asked::services(tld)
    }
    fn canonical(&self, name: &DomainName) -> Result<DomainName, PluginError> {
        asked::canonical(name)
    }

    fn suggest(&self) -> Option<&dyn Suggest> {
        Some(self)
    }
    fn transfer_progress(&self) -> Option<&dyn TransferProgress> {
        Some(self)
    }
    fn transfer_lock(&self) -> Option<&dyn TransferLock> {
        Some(self)
    }
    fn auth_code(&self) -> Option<&dyn AuthCode> {
        Some(self)
    }
    fn contact_handles(&self) -> Option<&dyn ContactHandles> {
        Some(self)
    }
    fn privacy(&self) -> Option<&dyn Privacy> {
        Some(self)
    }
    fn auto_renew(&self) -> Option<&dyn AutoRenew> {
        Some(self)
    }
    fn glue(&self) -> Option<&dyn Glue> {
        Some(self)
    }
    fn zone(&self) -> Option<&dyn DomainZone> {
        Some(self)
    }
    fn dnssec(&self) -> Option<&dyn Dnssec> {
        Some(self)
    }
    fn delete(&self) -> Option<&dyn Delete> {
        Some(self)
    }
    fn restore(&self) -> Option<&dyn Restore> {
        Some(self)
    }
    fn price_list(&self) -> Option<&dyn PriceList> {
        Some(self)
    }
    fn inventory(&self) -> Option<&dyn DomainInventory> {
        Some(self)
    }
    fn balance(&self) -> Option<&dyn Balance> {
        Some(self)
    }
    fn actions(&self) -> Option<&dyn DomainActions> {
        Some(self)
    }
}
