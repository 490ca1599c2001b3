//! What every registrar must do, against the simulator.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use innkeeper_plugin_api::domain::{DomainId, DomainName};
use innkeeper_plugin_api::{
    Contact, Contacts, DomainRef, Plugin, RegistrarOperation, Registration, Secret, SettingValues, Transfer,
    async_trait,
};
use innkeeper_plugin_testkit::{RegistrarFixture, RegistrarVendor, Vendor, conformance};
use innkeeper_registrar_dondominio::Settings;
use innkeeper_simulators::chaos::ChaosSettings;
use innkeeper_simulators::dondominio::{Options, Simulator, fixtures};
use serde_json::json;
use std::time::Duration;

/// Characters that no other text of a test holds.
const KEY: &str = "k3y-9f27c1d0";

struct Double(Simulator);

impl Double {
    fn settings_with(&self, key: &str) -> SettingValues {
        let plugin = json!({
            "api_user": "12345-SIM",
            "api_key": key,
            "endpoint": self.0.base_url(),
        });
        SettingValues { plugin, ..SettingValues::default() }
    }
}

#[async_trait]
impl Vendor for Double {
    fn settings(&self) -> SettingValues {
        self.settings_with(KEY)
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        Some(self.settings_with("guessed"))
    }
    fn secrets(&self) -> Vec<String> {
        vec![KEY.into()]
    }
    async fn requests(&self) -> u64 {
        self.0.requests()
    }
    async fn changes(&self) -> usize {
        self.0.journal().effects()
    }
    async fn lose_next_answer(&self) {
        self.0.chaos().lose_next_effect();
    }
    async fn slow(&self, delay: Duration) {
        let delay_effects_ms = u64::try_from(delay.as_millis()).unwrap();
        self.0.chaos().set(ChaosSettings { delay_effects_ms, ..ChaosSettings::default() });
    }
    async fn unavailable(&self) {
        self.0.chaos().set(ChaosSettings { unavailable: true, ..ChaosSettings::default() });
    }
    async fn go_down(&self) {
        self.0.stop().await;
    }
}

#[async_trait]
impl RegistrarVendor for Double {
    async fn effects(&self, operation: RegistrarOperation) -> usize {
        self.0.journal().done(match operation {
            RegistrarOperation::Register => "domain/create",
            RegistrarOperation::Renew => "domain/renew",
            RegistrarOperation::Transfer => "domain/transfer",
            RegistrarOperation::SetNameservers => "domain/updatenameservers",
            RegistrarOperation::SetContacts => "domain/updatecontacts",
        })
    }
    async fn occupy(&self, name: &DomainName) {
        self.0.take(name.as_str(), fixtures::AUTHCODE);
    }
    async fn finish_pending(&self) {
        // A transfer takes two steps.
        self.0.tick(0);
        self.0.tick(0);
    }
}

struct DonDominio;

#[async_trait]
impl RegistrarFixture for DonDominio {
    type Vendor = Double;

    fn plugin(&self) -> Plugin {
        innkeeper_registrar_dondominio::plugin()
    }
    async fn start(&self) -> Double {
        let options = Options { apipasswd: KEY.into(), ..Options::default() };
        Double(Simulator::start(options).await.unwrap())
    }
    fn registration(&self) -> Registration {
        Registration {
            domain: DomainRef {
                reference: "innkeeper-1".into(),
                domain_id: DomainId(1),
                name: "conformance.com".parse().unwrap(),
                remote_id: None,
                pending: None,
            },
            years: 1,
            nameservers: vec!["ns1.host.example".into(), "ns2.host.example".into()],
            contacts: Contacts {
                owner: Contact {
                    first_name: "Ana".into(),
                    last_name: "Núñez".into(),
                    company: String::new(),
                    id_number: "12345678Z".into(),
                    email: "ana@example.com".into(),
                    phone: "+34.600111222".into(),
                    address: "Calle Mayor 1\n2º B".into(),
                    city: "Madrid".into(),
                    state: "Madrid".into(),
                    postcode: "28001".into(),
                    country: "ES".into(),
                },
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
        let auth_code = Some(Secret::new(fixtures::AUTHCODE.into()));
        Some(Transfer { registration: self.registration(), auth_code })
    }
    fn unsupported(&self) -> Vec<RegistrarOperation> {
        vec![]
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec![
            "suggest",
            "transfer_progress",
            "transfer_lock",
            "auth_code",
            "contact_handles",
            "privacy",
            "auto_renew",
            "glue",
            "zone",
            "dnssec",
            "price_list",
            "inventory",
            "balance",
            "actions",
        ]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        format!("{:?}", serde_json::from_value::<Settings>(settings.plugin.clone()))
    }
}

#[tokio::test]
async fn keeps_the_rules_of_registrars() {
    conformance::registrar(&DonDominio).await.assert_clean();
}
