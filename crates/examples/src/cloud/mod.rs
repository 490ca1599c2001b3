//! An example of a server plugin: a cloud that rents machines, and offers all that a server plugin may.
//!
//! What a host name begins with decides what becomes of it: `full-` (refused), `slow-` (built for a while,
//! with progress), `paper-` (somebody has to do something first).

mod abilities;
mod machine;
mod settings;

use innkeeper_plugin_api::{
    Account, AccountState, AccountStatus, ChangeAccount, Choices, Created, Field, FieldKind, Implementation, Level,
    Outcome, Plugin, PluginCtx, PluginError, PluginResult, Protection, ReportUsage, Role, Schemas, Secret,
    ServerOperation, ServerPlugin, async_trait,
    server::{
        AccountActions, AccountZone, Addon, AddressPool, ClientPanels, Inventory, SignOn, ValidateCredentials,
        WebConsole,
    },
    view::Unit,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

pub use settings::{CloudServer, MachinePlan};

use crate::vendor::Vendor;
use machine::{Machine, Power, World};

/// Id of the plugin.
pub const ID: &str = "example-cloud";

struct Cloud {
    vendor: Vendor<World>,
}

/// The plugin.
pub fn plugin() -> Plugin {
    let about = "An example: a cloud whose machines live in memory and that offers all that a server plugin may.";
    let schemas =
        Schemas { plugin: None, instance: Schemas::of::<CloudServer>(), product: Schemas::of::<MachinePlan>() };
    let cloud = Arc::new(Cloud { vendor: Vendor::default() });
    crate::plugin(ID, "Example cloud", about, schemas, Implementation::Server(cloud.clone())).with_choices(cloud)
}

/// How many gigabytes of disk can be bought on top, and whether backups are made.
const DISK: &str = "DISKSPACE";
const BACKUP: &str = "BACKUP";

impl Cloud {
    /// Changes the machine of an account.
    async fn set<T>(
        &self,
        ctx: &PluginCtx,
        account: &Account,
        change: impl FnOnce(&mut Machine) -> T,
    ) -> Result<T, PluginError> {
        self.vendor
            .with(ctx, |world| {
                let machine = world.machines.values_mut().find(|machine| machine.reference == account.reference);
                Ok(change(machine.ok_or_else(|| PluginError::not_found("there is no such machine"))?))
            })
            .await
    }
}

#[async_trait]
impl ServerPlugin for Cloud {
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }
    fn order_fields(&self) -> Vec<Field> {
        let images = [("debian-13", "Debian 13"), ("alpine-3", "Alpine 3")];
        let images = images.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
        let places = [("vie", "Vienna"), ("mad", "Madrid")];
        let places = places.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
        let key = Field::new("ssh_key", "SSH key", FieldKind::Text).role(Role::SshKey).optional();
        vec![
            Field::new("host", "Host name", FieldKind::Text).role(Role::Hostname).help("Such as web1.example.com."),
            Field::new("image", "System", FieldKind::Choice(images)).role(Role::OperatingSystem),
            Field::new("place", "Where", FieldKind::Choice(places)).role(Role::Location),
            Field::new("root", "Password of root", FieldKind::Password).role(Role::Password),
            key.help("For logins without a password."),
            Field::new("first_start", "For the first start", FieldKind::Multiline).role(Role::UserData).optional(),
        ]
    }
    fn check_order(&self, fields: &BTreeMap<String, String>, password: Option<&Secret>) -> Result<(), PluginError> {
        let invalid = |text: &str| Err(PluginError::invalid(text).public(text));
        let host = fields.get("host").map_or("", String::as_str);
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) {
            return invalid("The host name may have letters, digits, dots and hyphens.");
        }
        if password.is_some_and(|password| password.reveal().len() < 8) {
            return invalid("The password must have at least 8 letters.");
        }
        match fields.get("ssh_key").map(String::as_str) {
            Some(key) if !key.is_empty() && !key.starts_with("ssh-") => invalid("The SSH key must start with ssh-."),
            _ => Ok(()),
        }
    }
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let CloudServer { region, .. } = ctx.settings(Level::Instance)?;
        let count = self.vendor.with(ctx, |world| Ok(world.machines.len())).await?;
        Ok(format!("the example cloud in {region}, {count} machines"))
    }
    async fn create(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let plan: MachinePlan = ctx.settings(Level::Product)?;
        // A product may fix the host name; else the client chose it.
        let host = account.option(ctx, "host").unwrap_or_default();
        if host.starts_with("full-") {
            return Err(PluginError::declined("no capacity").public("There is no room for this machine now."));
        }
        if host.starts_with("paper-") && account.pending.is_none() {
            return Ok(Outcome::NeedsHuman { reason: "the data centre wants the client's identity first".to_owned() });
        }
        let is_slow = host.starts_with("slow-");
        let machine = self
            .vendor
            .with(ctx, |world| {
                let next = world.next_id();
                let known = world.machines.values().find(|machine| machine.reference == account.reference).cloned();
                let machine = known.unwrap_or_else(|| Machine::new(next, &host, account, &plan, is_slow));
                world.machines.insert(machine.id.clone(), machine.clone());
                Ok(machine)
            })
            .await?;
        Ok(match machine.power {
            Power::Building(done) => Outcome::Pending {
                reference: machine.id,
                check_after: Duration::from_secs(5),
                progress: format!("the machine is being built: {done} %"),
            },
            _ => Outcome::Done(machine.told()),
        })
    }
    async fn suspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        Ok(Outcome::Done(self.set(ctx, account, |machine| machine.locked = true).await?))
    }
    async fn unsuspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        Ok(Outcome::Done(self.set(ctx, account, |machine| machine.locked = false).await?))
    }
    async fn terminate(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let gone = |world: &mut World| {
            world.machines.retain(|_, machine| machine.reference != account.reference);
            Ok(())
        };
        self.vendor.with(ctx, gone).await?;
        Ok(Outcome::Done(()))
    }
    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        let look = |world: &mut World| {
            let found = world.machines.values_mut().find(|machine| machine.reference == account.reference);
            Ok(found.map(|machine| {
                machine.power = machine.power.later();
                machine.clone()
            }))
        };
        let Some(machine) = self.vendor.with(ctx, look).await? else { return Ok(AccountStatus::absent()) };
        let state = match (machine.power, machine.locked) {
            (Power::Building(_), _) => AccountState::Unfinished,
            (_, true) => AccountState::Suspended,
            (_, false) => AccountState::Active,
        };
        let networks = ctx.settings::<MachinePlan>(Level::Product).map_or_else(|_| vec![], |plan| plan.networks);
        let networks = if networks.is_empty() { "public".to_owned() } else { networks.join(", ") };
        let details = [("Power", machine.power.word()), ("System", &machine.image), ("Plan", &machine.plan)];
        let details = details.into_iter().chain([("Networks", networks.as_str())]);
        Ok(AccountStatus {
            state,
            details: details.map(|(label, text)| (label.to_owned(), text.to_owned())).collect(),
            usage: Some(machine.usage()),
            account: Some(machine.told()),
        })
    }
    fn addons(&self) -> Vec<Addon> {
        let addon = |code: &str, label: &str, unit| Addon { code: code.to_owned(), label: label.to_owned(), unit };
        vec![addon(DISK, "More disk", Unit::Bytes), addon(BACKUP, "Backups", Unit::Switch)]
    }

    fn change(&self) -> Option<&dyn ChangeAccount> {
        Some(self)
    }
    fn credentials(&self) -> Option<&dyn ValidateCredentials> {
        Some(self)
    }
    fn actions(&self) -> Option<&dyn AccountActions> {
        Some(self)
    }
    fn sign_on(&self) -> Option<&dyn SignOn> {
        Some(self)
    }
    fn console(&self) -> Option<&dyn WebConsole> {
        Some(self)
    }
    fn usage(&self) -> Option<&dyn ReportUsage> {
        Some(self)
    }
    fn inventory(&self) -> Option<&dyn Inventory> {
        Some(self)
    }
    fn panels(&self) -> Option<&dyn ClientPanels> {
        Some(self)
    }
    fn address_pool(&self) -> Option<&dyn AddressPool> {
        Some(self)
    }
    fn zone(&self) -> Option<&dyn AccountZone> {
        Some(self)
    }
}

#[async_trait]
impl Choices for Cloud {
    async fn choices(&self, ctx: &PluginCtx, _: Level, key: &str) -> Result<Vec<(String, String)>, PluginError> {
        let CloudServer { region, .. } = ctx.settings(Level::Instance)?;
        match (key, region.as_str()) {
            // A region that is out of order has no list: then the size is typed.
            ("size" | "networks", "nowhere") => Err(PluginError::temporary("the region does not answer")),
            ("networks", _) => {
                let all = [("public", "Public"), ("private", "Private"), ("storage", "Storage")];
                Ok(all.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec())
            }
            ("size", _) => Ok(["S", "M", "L"].map(|size| (size.to_owned(), format!("Size {size}"))).to_vec()),
            _ => Err(PluginError::invalid(format!("there are no choices for {key}"))),
        }
    }
}
