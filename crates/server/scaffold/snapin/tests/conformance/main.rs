//! The conformance kit, against a double of the receiver; and what the gate and the slot answer.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod double;

use async_trait::async_trait;
use double::Double;
use innkeeper_plugin_api::{
    Http, Implementation, Plugin, PluginCtx, SettingValues, Snapin, Verdict,
    hooks::{
        Gate, Sample, Slot,
        payloads::{ClientAreaFooter, ValidateCheckout},
        slots::SlotAnswer,
    },
};
use innkeeper_plugin_testkit::{MemoryStore, SnapinFixture, conformance};
use innkeeper_snapin_scaffold_name::{Settings, plugin};
use serde_json::json;
use std::{sync::Arc, time::Duration};

struct Fixture;

#[async_trait]
impl SnapinFixture for Fixture {
    type Vendor = Double;

    fn plugin(&self) -> Plugin {
        plugin()
    }
    async fn start(&self) -> Double {
        Double::start().await
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec!["gates", "slots"]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: Settings = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}

#[tokio::test]
async fn conforms() {
    conformance::snapin(&Fixture).await.assert_clean();
}

/// A snapin and a context with these settings.
fn set_up(most_domains: u32) -> (Arc<dyn Snapin>, PluginCtx) {
    let Implementation::Snapin(snapin) = plugin().implementation else { panic!("it is no snapin") };
    let plugin = json!({"url": "https://receiver.example", "token": "token", "most_domains": most_domains,
        "footer": "{company} is a member."});
    let settings = SettingValues { plugin, ..SettingValues::default() };
    let (now, http) = ("2026-01-05T10:00:00Z".parse().unwrap(), Http::new(Duration::from_secs(1)));
    (snapin, PluginCtx::new(http, now, "test".to_owned(), settings, Arc::new(MemoryStore::default())))
}

#[tokio::test]
async fn an_order_of_too_many_domains_is_refused() {
    let mut cart = ValidateCheckout::sample();
    cart.domains = vec!["a.example".to_owned(), "b.example".to_owned()];
    for (most, allowed) in [(2, true), (1, false)] {
        let (snapin, ctx) = set_up(most);
        let question = serde_json::to_value(&cart).unwrap();
        let verdict = snapin.gates().unwrap().ask(&ctx, ValidateCheckout::NAME, &question).await.unwrap();
        assert_eq!(verdict == Verdict::Allow, allowed, "{verdict:?}");
    }
}

#[tokio::test]
async fn the_foot_of_the_portal_names_the_company() {
    let (snapin, ctx) = set_up(1);
    let page = ClientAreaFooter::sample();
    let context = serde_json::to_value(&page).unwrap();
    let answer = snapin.slots().unwrap().fill(&ctx, ClientAreaFooter::NAME, &context).await.unwrap();
    let Some(SlotAnswer::Blocks(blocks)) = answer else { panic!("{answer:?}") };
    assert_eq!(blocks[0].text, format!("{} is a member.", page.company));
}
