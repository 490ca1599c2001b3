//! What the kit must know of the paper registrar.

use async_trait::async_trait;
use chrono::NaiveDate;
use innkeeper_plugin_api::{
    Contact, Contacts, DomainRef, Implementation, Manifest, Plugin, RegistrarOperation, Registration, Schemas,
    SettingValues, Transfer,
    domain::{DomainId, DomainName},
};
use innkeeper_plugin_testkit::{RegistrarFixture, RegistrarVendor, Vendor};
use serde_json::json;
use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use crate::{
    paper::{Flaw, Paper, Settings},
    world::{Entry, KEY, Line, World},
};

pub struct Fixture {
    world: Arc<Mutex<World>>,
    flaw: Option<Flaw>,
}

impl Fixture {
    pub fn with(flaw: Option<Flaw>) -> Self {
        Self { world: Arc::default(), flaw }
    }
}

pub struct Books(Arc<Mutex<World>>);

impl Books {
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }
}

#[async_trait]
impl Vendor for Books {
    fn settings(&self) -> SettingValues {
        SettingValues { plugin: json!({ "key": KEY }), ..SettingValues::default() }
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        Some(SettingValues { plugin: json!({"key": format!("not-{KEY}")}), ..SettingValues::default() })
    }
    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned()]
    }
    async fn requests(&self) -> u64 {
        self.world().requests
    }
    async fn changes(&self) -> usize {
        self.world().effects.values().sum()
    }
    async fn lose_next_answer(&self) {
        self.world().line = Line::LosesNextChange;
    }
    async fn slow(&self, delay: Duration) {
        self.world().line = if delay.is_zero() { Line::Good } else { Line::Slow };
    }
    async fn unavailable(&self) {
        self.world().line = Line::Down;
    }
    async fn go_down(&self) {
        self.world().line = Line::Down;
    }
}

#[async_trait]
impl RegistrarVendor for Books {
    async fn effects(&self, operation: RegistrarOperation) -> usize {
        let name = match operation {
            RegistrarOperation::Register => "register",
            RegistrarOperation::Renew => "renew",
            RegistrarOperation::Transfer => "transfer",
            RegistrarOperation::SetNameservers => "nameservers",
            RegistrarOperation::SetContacts => "contacts",
        };
        self.world().effects.get(name).copied().unwrap_or_default()
    }
    async fn occupy(&self, name: &DomainName) {
        let entry = Entry {
            ours: false,
            live: true,
            expires_on: NaiveDate::from_ymd_opt(2027, 1, 1).unwrap(),
            nameservers: vec![],
            contacts: Contacts::default(),
        };
        self.world().domains.insert(name.as_str().to_owned(), entry);
    }
    async fn finish_pending(&self) {
        self.world().domains.values_mut().for_each(|entry| entry.live = true);
    }
}

#[async_trait]
impl RegistrarFixture for Fixture {
    type Vendor = Books;

    fn plugin(&self) -> Plugin {
        Plugin::new(
            Manifest {
                id: "registrar-paper".to_owned(),
                name: "Paper".to_owned(),
                version: "1".to_owned(),
                description: "Keeps its books in memory.".to_owned(),
                links: vec![],
                schemas: Schemas { plugin: Schemas::of::<Settings>(), ..Schemas::default() },
            },
            Implementation::Registrar(Arc::new(Paper { world: self.world.clone(), flaw: self.flaw })),
        )
    }
    async fn start(&self) -> Books {
        *self.world.lock().unwrap() = World::default();
        Books(self.world.clone())
    }
    fn registration(&self) -> Registration {
        Registration {
            domain: DomainRef {
                reference: "conformance-domain-1".to_owned(),
                domain_id: DomainId(1),
                name: "kit.example".parse().unwrap(),
                remote_id: None,
                pending: None,
            },
            years: 1,
            nameservers: vec!["ns1.example.net".to_owned(), "ns2.example.net".to_owned()],
            contacts: Contacts {
                owner: Contact { email: "grace@example.com".to_owned(), ..Contact::default() },
                ..Contacts::default()
            },
            privacy: false,
            auto_renew: false,
            services: [].into(),
            premium_price: None,
            extra: [].into(),
        }
    }
    fn transfer(&self) -> Option<Transfer> {
        Some(Transfer { registration: self.registration(), auth_code: None })
    }
    fn unsupported(&self) -> Vec<RegistrarOperation> {
        vec![RegistrarOperation::SetContacts]
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec![]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: Settings = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}
