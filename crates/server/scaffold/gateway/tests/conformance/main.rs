//! The conformance kit, against a double of the gateway.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod double;

use async_trait::async_trait;
use double::{Double, TOKEN};
use innkeeper_gateway_scaffold_name::{Settings, plugin};
use innkeeper_plugin_api::{
    Plugin, SettingValues,
    domain::{Currency, Money},
};
use innkeeper_plugin_testkit::{GatewayFixture, Paper, conformance};
use serde_json::json;

struct Fixture(Double);

#[async_trait]
impl GatewayFixture for Fixture {
    // What the kit asks of a double of its own, `GatewayVendor`, matters once the plugin offers abilities.
    type Vendor = Paper;
    fn plugin(&self) -> Plugin {
        plugin()
    }
    async fn start(&self) -> Paper {
        let plugin = json!({"method_name": "Card", "url": self.0.url(), "token": TOKEN, "currencies": ["EUR"]});
        Paper(SettingValues { plugin, ..SettingValues::default() }, vec![TOKEN.to_owned()])
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec![]
    }
    fn amount(&self) -> Money {
        Money::new(1210, Currency::EUR)
    }
    fn declined_amounts(&self) -> Vec<Money> {
        vec![Money::new(1210, Currency::USD), Money::new(0, Currency::EUR), Money::new(-1, Currency::EUR)]
    }
    fn recorded_by_staff(&self) -> bool {
        true
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: Settings = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}

#[tokio::test]
async fn conforms() {
    let fixture = Fixture(Double::start().await);
    conformance::gateway(&fixture).await.assert_clean();
    // The kit asked for the page of one invoice, and more than once.
    assert_eq!(fixture.0.payments(), 1);
}
