//! What of the cloud and of the authority needs no host to be seen.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use innkeeper_examples::{certificates, cloud};
use innkeeper_plugin_api::{
    Account, AccountState, Http, Implementation, Outcome, Plugin, PluginCtx, ServerPlugin, SettingValues,
    domain::{ClientId, ServiceId},
    server::{Credentials, Customer, Strictness},
};
use innkeeper_plugin_testkit::MemoryStore;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

fn plugin() -> Arc<dyn ServerPlugin> {
    server(cloud::plugin())
}

fn server(plugin: Plugin) -> Arc<dyn ServerPlugin> {
    let Implementation::Server(plugin) = plugin.implementation else { panic!("it is a server plugin") };
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
        parent: None,
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

#[tokio::test]
async fn a_certificate_is_ordered_issued_and_revoked() {
    let (plugin, ctx) = (server(certificates::plugin()), ctx(Value::Null));
    let request =
        |inner: &str| format!("-----BEGIN CERTIFICATE REQUEST-----\n{inner}\n-----END CERTIFICATE REQUEST-----");
    let order = |inner: &str| BTreeMap::from([("request".to_owned(), request(inner))]);
    for bad in ["", "no base64!", "AAAA", "MAMCAQ=="] {
        assert!(plugin.check_order(&order(bad), None).is_err(), "{bad}");
    }
    assert!(plugin.check_order(&order("MAMCAQE="), None).is_ok(), "a sequence as long as it says");

    let fields = [("domain", "example.com"), ("approver", "admin")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let account = Account { fields: fields.into(), ..account() };
    let actions = plugin.actions().unwrap();
    let Outcome::Pending { progress, .. } = plugin.create(&ctx, &account).await.unwrap() else { panic!("at once") };
    assert!(progress.contains("admin@example.com"), "{progress}");
    assert_eq!(actions.available(&ctx, &account).await.unwrap(), ["resend"]);
    let Outcome::Done(sent) = actions.run(&ctx, &account, "resend", &BTreeMap::new()).await.unwrap() else {
        panic!("not sent")
    };
    assert!(sent.message.contains("admin@example.com"));
    assert_eq!(plugin.status(&ctx, &account).await.unwrap().state, AccountState::Unfinished);
    assert_eq!(plugin.status(&ctx, &account).await.unwrap().state, AccountState::Active);
    assert!(matches!(plugin.create(&ctx, &account).await.unwrap(), Outcome::Done(_)), "ordered once");
    assert_eq!(actions.available(&ctx, &account).await.unwrap(), ["show"]);
    plugin.terminate(&ctx, &account).await.unwrap();
    assert_eq!(plugin.status(&ctx, &account).await.unwrap().state, AccountState::Absent);
}
