//! The conformance kit, against a double of the registrar.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod double;

use async_trait::async_trait;
use double::Double;
use innkeeper_plugin_api::{
    Contact, Contacts, DomainRef, Plugin, RegistrarOperation, Registration, Secret, SettingValues, Transfer,
    domain::DomainId,
};
use innkeeper_plugin_testkit::{RegistrarFixture, conformance};
use innkeeper_registrar_scaffold_name::{Settings, plugin};

struct Fixture;

#[async_trait]
impl RegistrarFixture for Fixture {
    type Vendor = Double;

    fn plugin(&self) -> Plugin {
        plugin()
    }
    async fn start(&self) -> Double {
        Double::start().await
    }
    fn registration(&self) -> Registration {
        let domain = DomainRef {
            reference: "conformance-domain-1".to_owned(),
            domain_id: DomainId(1),
            name: "kit.example".parse().unwrap(),
            remote_id: None,
            pending: None,
        };
        let owner = Contact {
            first_name: "Grace".to_owned(),
            last_name: "Hopper".to_owned(),
            email: "grace@example.com".to_owned(),
            country: "ES".to_owned(),
            ..Contact::default()
        };
        let nameservers = ["ns1.example.net", "ns2.example.net"].map(str::to_owned).into();
        Registration { nameservers, ..Registration::new(domain, 1, Contacts { owner, ..Contacts::default() }) }
    }
    fn transfer(&self) -> Option<Transfer> {
        let auth_code = Some(Secret::new("Tr4nsfer-Code".to_owned()));
        Some(Transfer { registration: self.registration(), auth_code })
    }
    fn unsupported(&self) -> Vec<RegistrarOperation> {
        vec![]
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec![]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: Settings = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}

#[tokio::test]
async fn conforms() {
    conformance::registrar(&Fixture).await.assert_clean();
}
