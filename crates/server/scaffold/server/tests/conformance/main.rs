//! The conformance kit, against a double of the vendor.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod double;

use async_trait::async_trait;
use double::Double;
use innkeeper_plugin_api::{Plugin, Secret, SettingValues};
use innkeeper_plugin_testkit::{ServerFixture, conformance};
use innkeeper_server_scaffold_name::{PluginSettings, ProductSettings, ServerSettings, plugin};
use std::collections::BTreeMap;

struct Fixture;

#[async_trait]
impl ServerFixture for Fixture {
    type Vendor = Double;

    fn plugin(&self) -> Plugin {
        plugin()
    }
    async fn start(&self) -> Double {
        Double::start().await
    }
    fn fields(&self) -> BTreeMap<String, String> {
        named("grace1906")
    }
    fn passwords(&self) -> (Secret, Secret) {
        (Secret::new("Tr4velling-Owl".to_owned()), Secret::new("Sl33ping-Bear".to_owned()))
    }
    fn bad_orders(&self) -> Vec<(BTreeMap<String, String>, Option<Secret>)> {
        let names = ["", "ab", "1906grace", "Grace", "grace hopper", "grace/../root"];
        let mut orders: Vec<_> = names.map(|name| (named(name), None)).into();
        orders.push((named("grace1906"), Some(Secret::new("short".to_owned()))));
        orders
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec![]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let plugin: PluginSettings = serde_json::from_value(settings.plugin.clone()).unwrap();
        let server: ServerSettings = serde_json::from_value(settings.instance.clone()).unwrap();
        let product: ProductSettings = serde_json::from_value(settings.product.clone()).unwrap();
        format!("{plugin:?} {server:?} {product:?}")
    }
}

fn named(name: &str) -> BTreeMap<String, String> {
    [("name".to_owned(), name.to_owned())].into()
}

#[tokio::test]
async fn conforms() {
    conformance::server(&Fixture).await.assert_clean();
}
