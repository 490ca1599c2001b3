use innkeeper_plugin_api::PluginKind;
use serde_json::{Value, json};

use super::*;
use crate::{AppError, servers::testing::registry, system::list_subscribers, testing::TestApp};

fn ears(names: &[(&str, &str)]) -> Value {
    json!({ "listeners": names.iter().map(|(name, secret)| json!({"name": name, "secret": secret})).collect::<Vec<_>>() })
}

#[tokio::test]
async fn saving_a_snapin_brings_its_subscribers_and_keeps_moved_secrets() {
    let app = TestApp::with(registry()).await;
    let admin = app.admin().await;
    assert!(!list_plugins(&app, &admin).await.unwrap()[0].missing.is_empty(), "listeners are required");
    let ready_snapins = async || ready(&app, PluginKind::Snapin).await.unwrap();
    assert!(ready_snapins().await.is_empty());
    save_plugin(&app, &admin, "listener", ears(&[("left", "one"), ("right", "two")])).await.unwrap();
    let enabled = |subscribers: Vec<innkeeper_db::subscribers::SubscriberSummary>| {
        subscribers.into_iter().filter(|s| s.enabled).map(|s| s.id).collect::<Vec<_>>()
    };
    let ids = enabled(list_subscribers(&app, &admin).await.unwrap());
    assert_eq!(ids, ["listener:left", "listener:right"]);
    assert_eq!(ready_snapins().await, ["listener"]);
    assert!(ready(&app, PluginKind::Gateway).await.unwrap().is_empty());

    let shown = get_plugin(&app, &admin, "listener").await.unwrap().settings;
    let only_right = json!({ "listeners": [shown["listeners"][1]] });
    save_plugin(&app, &admin, "listener", only_right).await.unwrap();
    assert_eq!(enabled(list_subscribers(&app, &admin).await.unwrap()), ["listener:right"]);
    let stored: Value = sqlx::query_scalar("SELECT settings FROM plugin").fetch_one(app.pool()).await.unwrap();
    let sealed = stored["listeners"][0]["secret"].as_str().unwrap();
    assert_eq!(app.cipher.open(sealed).unwrap(), "two");

    enable_plugin(&app, &admin, "listener", false).await.unwrap();
    assert!(enabled(list_subscribers(&app, &admin).await.unwrap()).is_empty());
    assert!(ready_snapins().await.is_empty(), "switched off");
}

#[tokio::test]
async fn what_the_schema_or_the_plugin_refuses_is_not_saved() {
    let app = TestApp::with(registry()).await;
    let admin = app.admin().await;
    for (settings, field) in [
        (json!({"listeners": [], "volume": 3}), "settings.volume"),
        (json!({"listeners": "all"}), "settings.listeners"),
        (ears(&[("left", "")]), "settings.listeners.0.secret"),
        (ears(&[("deaf", "x")]), "settings"),
    ] {
        let Err(AppError::Invalid(wrong)) = save_plugin(&app, &admin, "listener", settings).await else {
            panic!("{field} was saved")
        };
        assert_eq!(wrong[0].field, field);
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM plugin").fetch_one(app.pool()).await.unwrap();
    assert_eq!(rows, 0);
    assert!(matches!(test_plugin(&app, &admin, "listener").await, Err(AppError::Conflict(_))));
    assert!(matches!(get_plugin(&app, &admin, "nobody").await, Err(AppError::NotFound(_))));
}
