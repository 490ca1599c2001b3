//! The kit for server plugins.

mod abilities;
mod effects;
mod failures;
mod refusals;

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, Customer, Implementation, Plugin, Secret, ServerOperation, ServerPlugin, SettingValues,
    domain::{ClientId, ServiceId},
    server::Credentials,
};
use std::{collections::BTreeMap, sync::Arc};

use crate::{
    bench::Bench,
    expect::{Checked, ensure},
    report::Report,
    settings,
    vendor::Vendor,
};

/// A vendor's double on which accounts are made.
#[async_trait]
pub trait ServerVendor: Vendor {
    /// How often this operation took effect.
    async fn effects(&self, operation: ServerOperation) -> usize;
    /// Makes an account of the same name that somebody else owns.
    async fn occupy(&self, account: &Account);
    /// Whether somebody can log in to the account with this password.
    async fn accepts_password(&self, account: &Account, password: &Secret) -> bool;
    /// Whether the account works for whoever uses it. None: the double cannot tell.
    async fn works(&self, _account: &Account) -> Option<bool> {
        None
    }
    /// Makes an account that belongs to nobody yet, as staff would by hand; none: the plugin has no `Adoption`.
    async fn unclaimed(&self) -> Option<Orphan> {
        None
    }
    /// Adds to the account's zone a record of a type that the plugin cannot set; false: it has none.
    async fn plant_record(&self, _account: &Account) -> bool {
        false
    }
}

/// An account that was made by hand.
#[derive(Clone, Debug)]
pub struct Orphan {
    /// Its id, as the inventory tells it.
    pub remote_id: String,
    /// Its user name.
    pub username: String,
}

/// What the kit must know of a server plugin.
#[async_trait]
pub trait ServerFixture: Send + Sync {
    /// The double.
    type Vendor: ServerVendor;
    /// The plugin.
    fn plugin(&self) -> Plugin;
    /// Starts a fresh double.
    async fn start(&self) -> Self::Vendor;
    /// Good answers to the order fields, but the password.
    fn fields(&self) -> BTreeMap<String, String>;
    /// Two good passwords: the first, and one to change to.
    fn passwords(&self) -> (Secret, Secret);
    /// Answers and passwords that `check_order` must refuse.
    fn bad_orders(&self) -> Vec<(BTreeMap<String, String>, Option<Secret>)>;
    /// Credentials that a strict judgement must refuse.
    fn bad_credentials(&self) -> Vec<Credentials> {
        vec![]
    }
    /// The abilities that the plugin is meant to offer, by the names of their accessors.
    fn abilities(&self) -> Vec<&'static str>;
    /// `Debug` of the plugin's typed settings, read from these values.
    fn debug_settings(&self, settings: &SettingValues) -> String;
}

/// The plugin and its fixture, for one run.
pub(crate) struct Stage<'a, F: ServerFixture> {
    pub fixture: &'a F,
    pub plugin: Plugin,
    pub server: Arc<dyn ServerPlugin>,
    pub logs: crate::logs::Logs,
}

impl<F: ServerFixture> Stage<'_, F> {
    pub async fn bench(&self) -> Bench<F::Vendor> {
        let bench = Bench::new(self.fixture.start().await, self.logs.clone());
        let (first, second) = self.fixture.passwords();
        bench.guard([first.reveal().clone(), second.reveal().clone()]);
        bench
    }

    /// An account as the core hands it over before it exists.
    pub fn account(&self) -> Account {
        Account {
            reference: "conformance-service-1".to_owned(),
            service_id: ServiceId(1),
            remote_id: None,
            username: None,
            password: Some(self.fixture.passwords().0),
            fields: self.fixture.fields(),
            addons: BTreeMap::new(),
            addresses: vec![],
            nameservers: vec![],
            customer: Customer {
                client_id: ClientId(1),
                first_name: "Grace".to_owned(),
                last_name: "Hopper".to_owned(),
                company: String::new(),
                email: "grace@example.com".to_owned(),
                country: "ES".to_owned(),
                remote_user: None,
            },
            parent: None,
            pending: None,
        }
    }
}

/// Runs every check.
pub async fn server<F: ServerFixture>(fixture: &F) -> Report {
    let plugin = fixture.plugin();
    let mut report = Report::new(&plugin.manifest.id);
    let Implementation::Server(server) = plugin.implementation.clone() else {
        report.add("is a server plugin", Err(format!("it is a {}", plugin.kind().as_str())));
        return report;
    };
    let stage = Stage { fixture, plugin, server, logs: report.logs() };
    macro_rules! check {
        ($($name:literal: $check:path;)*) => {$(
            let result = $check(&stage).await;
            report.add($name, result);
        )*};
    }
    check! {
        "the settings and their schemas agree": schemas;
        "bad settings are Config before any request": refusals::bad_settings;
        "bad orders are Invalid": refusals::bad_orders;
        "wrong credentials are Config": refusals::wrong_credentials;
        "a name that somebody else has is Declined": refusals::occupied;
        "abilities are those declared": refusals::abilities;
        "the connection test works": effects::connection;
        "the same creation twice is one effect": effects::create_twice;
        "the whole life of an account": effects::life;
        "passwords can be changed": effects::change_password;
        "usage is reported": effects::usage;
        "a change of plan may be repeated": abilities::plan;
        "a zone is changed once and keeps the rest": abilities::zone;
        "actions run": abilities::actions;
        "the inventory knows the account": abilities::inventory;
        "an account made by hand is taken over once": abilities::adopt;
        "panels draw": abilities::panels;
        "sign-on gives links": abilities::sign_on;
        "credentials are judged": abilities::credentials;
        "quantities have codes of their own": abilities::addons;
        "a lost answer is settled by status": failures::lost_answers;
        "a late answer is settled by status": failures::late_answer;
        "a vendor that is down is Temporary": failures::down;
        "a vendor out of service is Temporary": failures::unavailable;
    }
    report
}

async fn schemas<F: ServerFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let (manifest, values) = (&stage.plugin.manifest, bench.vendor.settings());
    settings::manifest(&stage.plugin)?;
    settings::round_trip(manifest, &values)?;
    settings::secrets_marked(manifest, &values, &bench.vendor.secrets())?;
    bench.seen(stage.fixture.debug_settings(&values));
    bench.seen((&stage.plugin, stage.account()));
    let mut keys: Vec<String> = stage.server.order_fields().into_iter().map(|field| field.key).collect();
    keys.sort_unstable();
    let all = keys.len();
    keys.dedup();
    ensure!(keys.len() == all, "two order fields have the same key");
    Ok(())
}
