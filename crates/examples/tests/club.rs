//! The conformance kit against the example club.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use async_trait::async_trait;
use innkeeper_examples::club::{self, ClubSettings};
use innkeeper_plugin_api::{Plugin, ProductFilter, SettingValues};
use innkeeper_plugin_testkit::{SnapinFixture, SnapinVendor, Vendor, conformance};
use serde_json::json;
use std::time::Duration;

/// The club asks nobody outside.
struct Nobody;

#[async_trait]
impl Vendor for Nobody {
    fn settings(&self) -> SettingValues {
        SettingValues {
            plugin: json!({"points": 10, "banner": "Join our club", "reserved": ["club"], "screen": true,
                "throwaway": ["example.org"], "hostile": []}),
            ..SettingValues::default()
        }
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        vec![]
    }
    async fn requests(&self) -> u64 {
        0
    }
    async fn changes(&self) -> usize {
        0
    }
    async fn lose_next_answer(&self) {}
    async fn slow(&self, _: Duration) {}
    async fn unavailable(&self) {}
    async fn go_down(&self) {}
}

#[async_trait]
impl SnapinVendor for Nobody {
    async fn deliveries(&self) -> usize {
        0
    }
}

struct Fixture;

#[async_trait]
impl SnapinFixture for Fixture {
    type Vendor = Nobody;

    fn plugin(&self) -> Plugin {
        club::plugin(ProductFilter::All)
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec!["gates", "slots", "pages", "tasks", "screening"]
    }
    fn delivers(&self) -> bool {
        false
    }
    async fn start(&self) -> Nobody {
        Nobody
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: ClubSettings = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}

#[tokio::test]
async fn conforms() {
    conformance::snapin(&Fixture).await.assert_clean();
}
