//! What of the cloud needs no host to be seen.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use innkeeper_examples::cloud;
use innkeeper_plugin_api::{
    Account, Http, Implementation, PluginCtx, ServerPlugin, SettingValues,
    domain::{ClientId, ServiceId},
    server::{Credentials, Customer, Strictness},
};
use innkeeper_plugin_testkit::MemoryStore;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

fn plugin() -> Arc<dyn ServerPlugin> {
    let Implementation::Server(plugin) = cloud::plugin().implementation else { panic!("it is a server plugin") };
    plugin
}

fn ctx(product: Value) -> PluginCtx {
    // As the program does at its start.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = SettingValues { product, instance: json!({ "region": "vie" }), ..SettingValues::default() };
    let (http, store) = (Http::new(Duration::from_secs(1)), Arc::new(MemoryStore::default()));
    PluginCtx::new(http, chrono::Utc::now(), "key".into(), settings, store)
}

fn account() -> Account {
    Account {
        reference: "ref".into(),
        service_id: ServiceId(1),
        remote_id: None,
        username: None,
        password: None,
        fields: BTreeMap::from([("host".into(), "web1".into()), ("empty".into(), String::new())]),
        addons: BTreeMap::from([("BACKUP".into(), 1)]),
        addresses: vec![],
        nameservers: vec![],
        customer: Customer {
            client_id: ClientId(1),
            first_name: "Ada".into(),
            last_name: "Lovelace".into(),
            company: String::new(),
            email: "ada@example.org".into(),
            country: "AT".into(),
            remote_user: None,
        },
        pending: None,
    }
}

#[tokio::test]
async fn a_name_is_mended_where_nobody_chose_it() {
    let plugin = plugin();
    let wanted = Credentials { username: "Root User!".into(), ..Credentials::default() };
    let judge = plugin.credentials().unwrap();
    let mended = judge.validate(&ctx(Value::Null), &wanted, Strictness::Normalise).await.unwrap();
    assert_eq!(mended.username, "rootuser");
    assert!(judge.validate(&ctx(Value::Null), &wanted, Strictness::Strict).await.is_err());
}

#[test]
fn an_option_is_the_products_then_a_quantity_then_an_answer() {
    let (account, ctx) = (account(), ctx(json!({ "size": "S", "n": 3, "none": null })));
    let option = |key: &str| account.option(&ctx, key);
    assert_eq!(option("size").as_deref(), Some("S"));
    assert_eq!(option("n").as_deref(), Some("3"));
    assert_eq!(option("BACKUP").as_deref(), Some("1"));
    assert_eq!(option("host").as_deref(), Some("web1"));
    assert_eq!((option("none"), option("empty"), option("other")), (None, None, None));
}
