//! All that a server plugin may offer besides.

use innkeeper_plugin_api::{
    Account, AccountChange, AccountState, Action, Audience, Block, ChangeAccount, Created, Field, FieldKind, Level,
    Outcome, Page, Part, PluginCtx, PluginError, PluginResult, Protection, Report, ReportUsage, Secret, UsageReport,
    View, Zone, ZoneChange, async_trait,
    dns::RecordType,
    server::{
        AccountActions, AccountZone, AddressChange, AddressNeed, AddressPool, Adoption, ClientPanels, Console,
        Credentials, Inventory, RemoteAccount, RemotePlan, ResellerChange, SignOn, SignOnTarget, Strictness,
        ValidateCredentials, WebConsole,
    },
    view::{Unit, Value},
};
use std::collections::BTreeMap;

use super::{
    Cloud, MachinePlan,
    machine::{Machine, Power},
};

#[async_trait]
impl ChangeAccount for Cloud {
    fn parts(&self) -> &'static [Part] {
        &[Part::Username, Part::Password, Part::Domain, Part::Address, Part::Plan, Part::Addons]
    }
    async fn change(&self, ctx: &PluginCtx, account: &Account, change: &AccountChange) -> PluginResult<Created> {
        let plan: MachinePlan = ctx.settings(Level::Product)?;
        if change.plan.as_ref().is_some_and(|plan| plan.reseller == ResellerChange::Remove) {
            let text = "A reseller's machine cannot become another's while it has accounts.";
            return Err(PluginError::declined("accounts of a reseller are left").public(text));
        }
        let change = |machine: &mut Machine| {
            if let Some(name) = &change.username {
                machine.user.clone_from(name);
            }
            if let Some(domain) = &change.domain {
                machine.host.clone_from(domain);
            }
            match change.address {
                Some(AddressChange::Dedicated(address)) => machine.addresses = vec![address],
                Some(AddressChange::Shared) => machine.addresses.clear(),
                None => {}
            }
            if let Some(old) = &change.plan {
                machine.plan.clone_from(&plan.size);
                machine.reseller = matches!(old.reseller, ResellerChange::Add | ResellerChange::Keep);
            }
            if let Some(addons) = &change.addons {
                machine.addons.clone_from(addons);
            }
            machine.told()
        };
        Ok(Outcome::Done(self.set(ctx, account, change).await?))
    }
    fn reseller(&self, ctx: &PluginCtx) -> bool {
        ctx.settings::<MachinePlan>(Level::Product).is_ok_and(|plan| plan.reseller)
    }
}

#[async_trait]
impl ValidateCredentials for Cloud {
    async fn validate(
        &self,
        _: &PluginCtx,
        wanted: &Credentials,
        strictness: Strictness,
    ) -> Result<Credentials, PluginError> {
        let plain: String =
            wanted.username.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(16).collect();
        match strictness {
            Strictness::Strict if plain != wanted.username => {
                let text = "A user name has at most 16 letters and digits, and no capitals.";
                Err(PluginError::invalid("user name").public(text))
            }
            _ => Ok(Credentials { username: plain, ..wanted.clone() }),
        }
    }
}

#[async_trait]
impl AccountActions for Cloud {
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
        let images = [("debian-13", "Debian 13"), ("alpine-3", "Alpine 3")];
        let images = images.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
        let rebuild = Action {
            destructive: true,
            fields: vec![Field::new("image", "System", FieldKind::Choice(images))],
            ..action("rebuild", "Build anew", Audience::Client)
        };
        let reboot = Action { protection: Protection::ProviderKey, ..action("reboot", "Reboot", Audience::Client) };
        let stop = Action {
            confirm: Some("What is not saved is lost.".to_owned()),
            ..action("stop", "Switch off", Audience::Client)
        };
        vec![
            reboot,
            action("start", "Switch on", Audience::Client),
            stop,
            action("rescue", "Start the rescue system", Audience::Client),
            rebuild,
            action("backup", "Make a backup", Audience::Client),
            action("move", "Move to another host", Audience::Staff),
        ]
    }
    async fn available(&self, ctx: &PluginCtx, account: &Account) -> Result<Vec<String>, PluginError> {
        let power = self.set(ctx, account, |machine| machine.power).await?;
        let now: &[&str] = match power {
            Power::Building(_) => &[],
            Power::On => &["reboot", "stop", "rescue", "rebuild", "backup", "move"],
            Power::Off => &["start", "rescue", "rebuild", "backup", "move"],
            Power::Rescue => &["reboot", "stop"],
        };
        Ok(now.iter().map(|key| (*key).to_owned()).collect())
    }
    async fn run(
        &self,
        ctx: &PluginCtx,
        account: &Account,
        action: &str,
        input: &BTreeMap<String, String>,
    ) -> PluginResult<Report> {
        let (key, now) = (ctx.idempotency_key.clone(), ctx.now);
        let run = |machine: &mut Machine| {
            machine.ran.push(key);
            match action {
                "start" | "reboot" => machine.power = Power::On,
                "stop" => machine.power = Power::Off,
                "rescue" => machine.power = Power::Rescue,
                "rebuild" => machine.image = input.get("image").cloned().unwrap_or_default(),
                "backup" => machine.backups.push(now.format("%Y-%m-%d %H:%M").to_string()),
                _ => {}
            }
            machine.told()
        };
        let told = self.set(ctx, account, run).await?;
        let mut report = Report::message(format!("{action} is done."));
        report.data.push(("Machine".to_owned(), told.remote_id.into()));
        report.data.extend(told.password.map(|password| ("Password of root".to_owned(), Value::Secret(password))));
        Ok(Outcome::Done(report))
    }
    async fn ran(&self, ctx: &PluginCtx, account: &Account, action: &str) -> Result<Option<Report>, PluginError> {
        let key = ctx.idempotency_key.clone();
        let ran = self.set(ctx, account, |machine| machine.ran.contains(&key)).await?;
        Ok(ran.then(|| Report::message(format!("{action} is done."))))
    }
}

#[async_trait]
impl SignOn for Cloud {
    fn targets(&self) -> Vec<(SignOnTarget, &'static str)> {
        vec![
            (SignOnTarget::Account, "Control panel"),
            (SignOnTarget::Reseller, "Reseller panel"),
            (SignOnTarget::Server, "Cloud console"),
        ]
    }
    fn is_for(&self, ctx: &PluginCtx, target: SignOnTarget, _: &Account) -> bool {
        target != SignOnTarget::Reseller || self.reseller(ctx)
    }
    async fn link(
        &self,
        ctx: &PluginCtx,
        target: SignOnTarget,
        account: Option<&Account>,
    ) -> Result<Secret, PluginError> {
        let place = match (target, account.and_then(|account| account.remote_id.as_deref())) {
            (SignOnTarget::Server, _) => "admin".to_owned(),
            (SignOnTarget::Reseller, Some(id)) => format!("resellers/{id}"),
            (SignOnTarget::Account, Some(id)) => format!("machines/{id}"),
            (_, None) => return Err(PluginError::not_found("the machine is not there yet")),
        };
        Ok(Secret::new(format!("https://cloud.example/{place}?once={}", ctx.correlation_id)))
    }
}

#[async_trait]
impl WebConsole for Cloud {
    async fn console(&self, ctx: &PluginCtx, account: &Account) -> Result<Console, PluginError> {
        let id = self.set(ctx, account, |machine| machine.id.clone()).await?;
        let url = Secret::new(format!("https://cloud.example/console/{id}?once={}", ctx.correlation_id));
        Ok(Console { url, password: Some(Secret::new(format!("vnc-{id}"))) })
    }
}

#[async_trait]
impl ReportUsage for Cloud {
    async fn usage(&self, ctx: &PluginCtx, remote_ids: &[String]) -> Result<Vec<UsageReport>, PluginError> {
        self.vendor
            .with(ctx, |world| {
                let found = remote_ids.iter().filter_map(|id| world.machines.get(id));
                let report = |machine: &Machine| UsageReport {
                    remote_id: machine.id.clone(),
                    usage: machine.usage(),
                    last_login: None,
                };
                Ok(found.map(report).collect())
            })
            .await
    }
}

#[async_trait]
impl Inventory for Cloud {
    async fn plans(&self, _: &PluginCtx) -> Result<Vec<RemotePlan>, PluginError> {
        let plan = |size: &str| RemotePlan { id: size.to_owned(), label: format!("Size {size}") };
        Ok(["S", "M", "L"].map(plan).to_vec())
    }
    async fn accounts(&self, ctx: &PluginCtx, _: Option<&str>) -> Result<Page<RemoteAccount>, PluginError> {
        let account = |machine: &Machine| RemoteAccount {
            remote_id: machine.id.clone(),
            username: machine.user.clone(),
            label: machine.host.clone(),
            email: String::new(),
            plan: Some(machine.plan.clone()),
            state: if machine.locked { AccountState::Suspended } else { AccountState::Active },
            address: machine.addresses.first().copied(),
            created_on: None,
        };
        let items = self.vendor.with(ctx, |world| Ok(world.machines.values().map(account).collect())).await?;
        Ok(Page { items, next: None })
    }
    fn adoption(&self) -> Option<&dyn Adoption> {
        Some(self)
    }
}

#[async_trait]
impl Adoption for Cloud {
    async fn adopt(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let id = account.remote_id.clone().unwrap_or_default();
        let mark = |world: &mut super::machine::World| {
            let machine = world.machines.get_mut(&id).ok_or_else(|| PluginError::not_found("no such machine"))?;
            machine.reference.clone_from(&account.reference);
            Ok(machine.told())
        };
        Ok(Outcome::Done(self.vendor.with(ctx, mark).await?))
    }
}

#[async_trait]
impl ClientPanels for Cloud {
    fn panels(&self) -> Vec<(&'static str, &'static str)> {
        vec![("backups", "Backups")]
    }
    async fn draw(&self, ctx: &PluginCtx, account: &Account, _: &str) -> Result<View, PluginError> {
        let backups = self.set(ctx, account, |machine| machine.backups.clone()).await?;
        let used = u64::try_from(backups.len()).unwrap_or(0);
        let rows = backups.into_iter().map(|backup| vec![backup.into()]).collect();
        let head = vec!["Made".to_owned()];
        Ok(View {
            blocks: vec![
                Block::Meter { label: "Backups".to_owned(), used, limit: Some(7), unit: Unit::Pieces },
                Block::Table { caption: "Backups".to_owned(), head, rows },
            ],
        })
    }
}

impl AddressPool for Cloud {
    fn need(&self, ctx: &PluginCtx) -> AddressNeed {
        let plan = ctx.settings::<MachinePlan>(Level::Product);
        AddressNeed { v4: plan.map_or(0, |plan| plan.addresses), v6: 0 }
    }
}

#[async_trait]
impl AccountZone for Cloud {
    fn record_types(&self) -> &'static [RecordType] {
        &[RecordType::A, RecordType::Aaaa, RecordType::Ptr, RecordType::Txt]
    }
    async fn zone(&self, ctx: &PluginCtx, account: &Account) -> Result<Zone, PluginError> {
        let (host, records) = self.set(ctx, account, |machine| (machine.host.clone(), machine.records.clone())).await?;
        let name = host.parse().map_err(|e| PluginError::invalid(format!("{host}: {e}")))?;
        Ok(Zone { name, records, others: 0, in_use: None })
    }
    async fn change_zone(&self, ctx: &PluginCtx, account: &Account, change: &ZoneChange) -> PluginResult<()> {
        let apply = |machine: &mut Machine| machine.records = change.apply(&machine.records);
        Ok(Outcome::Done(self.set(ctx, account, apply).await?))
    }
}
