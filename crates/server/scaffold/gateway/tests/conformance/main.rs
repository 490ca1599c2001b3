//! The conformance kit, against a double of the gateway.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod double;

use async_trait::async_trait;
use double::Double;
use innkeeper_gateway_scaffold_name::{Settings, plugin};
use innkeeper_plugin_api::{
    Plugin, SettingValues,
    domain::{Currency, Money},
};
use innkeeper_plugin_testkit::{GatewayFixture, conformance};

struct Fixture;

#[async_trait]
impl GatewayFixture for Fixture {
    type Vendor = Double;

    fn plugin(&self) -> Plugin {
        plugin()
    }
    async fn start(&self) -> Double {
        Double::start().await
    }
    fn amount(&self) -> Money {
        Money::new(1210, Currency::EUR)
    }
    fn declined_amounts(&self) -> Vec<Money> {
        vec![Money::new(1210, Currency::USD), Money::new(0, Currency::EUR), Money::new(-1, Currency::EUR)]
    }
    fn recorded_by_staff(&self) -> bool {
        false
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec!["payments"]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: Settings = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}

#[tokio::test]
async fn conforms() {
    conformance::gateway(&Fixture).await.assert_clean();
}
