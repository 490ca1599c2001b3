//! The plugin at a simulator, for tests of one behaviour each.

#![allow(dead_code, reason = "each test file uses its part")]

use innkeeper_plugin_api::domain::DomainId;
use innkeeper_plugin_api::{
    Contact, Contacts, DomainInfo, DomainRef, Http, Implementation, Outcome, PluginCtx, PluginResult, Registered,
    Registrar, Registration, Secret, SettingValues, Transfer,
};
use innkeeper_plugin_testkit::MemoryStore;
use innkeeper_simulators::dondominio::{Options, Simulator};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// A simulator and the plugin that talks to it.
pub struct Bench {
    pub sim: Simulator,
    pub plugin: Arc<dyn Registrar>,
    settings: Value,
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(Options::default(), json!({})).await
    }

    /// With options of the simulator and settings beside the usual ones.
    pub async fn with(options: Options, extra: Value) -> Self {
        // Installed already by another test of this process: as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (user, key) = (options.apiuser.clone(), options.apipasswd.clone());
        let sim = Simulator::start(options).await.unwrap();
        let mut settings = json!({"api_user": user, "api_key": key, "endpoint": sim.base_url()});
        for (name, value) in extra.as_object().unwrap() {
            settings[name] = value.clone();
        }
        let Implementation::Registrar(plugin) = innkeeper_registrar_dondominio::plugin().implementation else {
            panic!("not a registrar");
        };
        Self { sim, plugin, settings }
    }

    /// The same simulator with other settings beside the usual ones.
    pub fn set(&mut self, name: &str, value: Value) {
        self.settings[name] = value;
    }

    pub fn ctx(&self) -> PluginCtx {
        let http = Http::new(Duration::from_secs(10));
        let settings = SettingValues { plugin: self.settings.clone(), ..SettingValues::default() };
        PluginCtx::new(http, chrono::Utc::now(), "effect-1".into(), settings, Arc::new(MemoryStore::default()))
    }

    pub async fn register(&self, name: &str) -> PluginResult<Registered> {
        self.plugin.register(&self.ctx(), &registration(name)).await
    }

    /// Registers a name that must come through at once.
    pub async fn registered(&self, name: &str) -> Registered {
        match self.register(name).await.unwrap() {
            Outcome::Done(registered) => registered,
            other => panic!("{name}: {other:?}"),
        }
    }

    pub async fn transfer(&self, name: &str, code: Option<&str>) -> PluginResult<Registered> {
        let auth_code = code.map(|code| Secret::new(code.to_owned()));
        self.plugin.transfer(&self.ctx(), &Transfer { registration: registration(name), auth_code }).await
    }

    pub async fn info(&self, name: &str) -> DomainInfo {
        self.plugin.info(&self.ctx(), &domain(name)).await.unwrap()
    }
}

pub fn domain(name: &str) -> DomainRef {
    DomainRef {
        reference: "innkeeper-1".into(),
        domain_id: DomainId(1),
        name: name.parse().unwrap(),
        remote_id: None,
        pending: None,
    }
}

pub fn person() -> Contact {
    Contact {
        first_name: "Ana".into(),
        last_name: "Núñez".into(),
        company: String::new(),
        id_number: "12345678Z".into(),
        email: "ana@example.com".into(),
        phone: "+34.600111222".into(),
        address: "Calle Mayor 1".into(),
        city: "Madrid".into(),
        state: "Madrid".into(),
        postcode: "28001".into(),
        country: "ES".into(),
    }
}

pub fn registration(name: &str) -> Registration {
    Registration::new(domain(name), 1, Contacts { owner: person(), ..Contacts::default() })
}
