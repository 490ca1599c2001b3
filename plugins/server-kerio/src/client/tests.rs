use super::*;
use innkeeper_plugin_api::{Http, SettingValues};
use innkeeper_plugin_testkit::MemoryStore;
use innkeeper_simulators::kerio::{Options, Simulator};
use std::sync::Arc;

struct Desk {
    simulator: Simulator,
    ctx: PluginCtx,
    plugin: KerioPlugin,
    server: KerioServer,
}

async fn desk(options: Options, instance: impl FnOnce(&mut Value)) -> Desk {
    // Another test may have installed it; either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let simulator = Simulator::start(options).await.unwrap();
    let mut settings = json!({"host": "127.0.0.1", "port": simulator.addr().port(), "user": "admin",
        "password": "Kerio-Admin-1", "tls": "pinned", "certificate": simulator.certificate_pem()});
    instance(&mut settings);
    let settings = SettingValues { instance: settings, ..SettingValues::default() };
    let http = Http::new(Duration::from_secs(10));
    let now = "2026-01-05T10:00:00Z".parse().unwrap();
    let ctx = PluginCtx::new(http, now, "test".to_owned(), settings, Arc::new(MemoryStore::default()));
    let (plugin, server) = (KerioPlugin::read(&ctx).unwrap(), KerioServer::read(&ctx).unwrap());
    Desk { simulator, ctx, plugin, server }
}

impl Desk {
    async fn log_in(&self) -> Result<Client<'_>, PluginError> {
        Client::log_in(&self.ctx, &self.plugin, &self.server).await
    }
}

#[tokio::test]
async fn an_expired_session_is_opened_again_once() {
    let desk = desk(Options::default(), |_| ()).await;
    let mut client = desk.log_in().await.unwrap();
    assert_eq!(desk.simulator.expire_sessions(), 1);
    let who: Value = client.read("Session.whoAmI", &json!({})).await.unwrap();
    assert_eq!(who["userDetails"]["loginName"], "admin");
}

#[tokio::test]
async fn a_session_that_never_lasts_does_not_become_a_loop() {
    let options = Options { idle_timeout: Duration::ZERO, ..Options::default() };
    let desk = desk(options, |_| ()).await;
    let mut client = desk.log_in().await.unwrap();
    let error = client.read::<Value>("Session.whoAmI", &json!({})).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Temporary);
    assert_eq!(desk.simulator.chaos().requests(), 4, "log in, call, log in, call");
}

#[tokio::test]
async fn a_refused_log_in_is_not_repeated() {
    let desk = desk(Options::default(), |settings| settings["password"] = json!("wrong")).await;
    assert_eq!(desk.log_in().await.err().unwrap().kind, ErrorKind::Config);
    assert_eq!(desk.simulator.chaos().requests(), 1);
}

#[tokio::test]
async fn a_self_signed_certificate_passes_only_if_pinned_or_unchecked() {
    let strict = desk(Options::default(), |settings| settings["tls"] = json!("strict")).await;
    let error = strict.log_in().await.err().unwrap();
    assert_eq!(error.kind, ErrorKind::Config, "{error}");
    assert_eq!(strict.simulator.chaos().requests(), 0);
    let unchecked = desk(Options::default(), |settings| settings["tls"] = json!("insecure")).await;
    assert!(unchecked.log_in().await.is_ok());
}

#[tokio::test]
async fn another_servers_certificate_is_not_the_pinned_one() {
    let other = desk(Options::default(), |_| ()).await;
    let pem = other.simulator.certificate_pem().to_owned();
    let desk = desk(Options::default(), |settings| settings["certificate"] = json!(pem)).await;
    assert_eq!(desk.log_in().await.err().unwrap().kind, ErrorKind::Config);
}
