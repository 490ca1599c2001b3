//! A registry that speaks EPP over TLS and knows us by our certificate.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use innkeeper_examples::registry;
use innkeeper_plugin_api::{ErrorKind, Http, Implementation, PluginCtx, PluginError, SettingValues};
use innkeeper_plugin_testkit::MemoryStore;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// A registry, and what it was sent.
struct Registry {
    port: u16,
    settings: Value,
    heard: tokio::sync::mpsc::UnboundedReceiver<String>,
}

/// Starts one that takes one session, with these answers after its greeting.
async fn start(answers: &'static [u16]) -> Registry {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let CertifiedKey { cert: server, signing_key: server_key } =
        generate_simple_self_signed(["localhost".into()]).unwrap();
    let CertifiedKey { cert: ours, signing_key: our_key } = generate_simple_self_signed(["innkeeper".into()]).unwrap();
    let mut known = RootCertStore::empty();
    known.add(ours.der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(known)).build().unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
    let config = ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![server.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, heard) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else { return };
        let mut say = "<epp><greeting><svID>Registry of .example</svID></greeting></epp>".to_owned();
        let mut answers = answers.iter();
        loop {
            stream.write_u32(u32::try_from(say.len()).unwrap() + 4).await.unwrap();
            stream.write_all(say.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            let Ok(length) = stream.read_u32().await else { return };
            let mut frame = vec![0; usize::try_from(length).unwrap() - 4];
            stream.read_exact(&mut frame).await.unwrap();
            tell.send(String::from_utf8(frame).unwrap()).unwrap();
            let Some(code) = answers.next() else { return };
            say = format!("<epp><response><result code=\"{code}\"><msg/></result></response></epp>");
        }
    });
    let settings = json!({
        "epp_host": "localhost", "epp_port": port, "epp_user": "us&them", "epp_password": "se<cret",
        "epp_trusted": server.pem(), "epp_certificate": ours.pem(), "epp_key": our_key.serialize_pem(),
    });
    Registry { port, settings, heard }
}

async fn try_out(settings: Value) -> Result<String, PluginError> {
    let Implementation::Registrar(plugin) = registry::plugin().implementation else { panic!("it is a registrar") };
    let settings = SettingValues { plugin: settings, ..SettingValues::default() };
    let (http, store) = (Http::new(Duration::from_secs(10)), Arc::new(MemoryStore::default()));
    plugin.test_connection(&PluginCtx::new(http, chrono::Utc::now(), "key".into(), settings, store)).await
}

#[tokio::test]
async fn a_registry_is_greeted_over_tls_with_our_certificate() {
    let mut registry = start(&[1000, 1500]).await;
    assert_eq!(try_out(registry.settings.clone()).await.unwrap(), "Registry of .example, 0 domains");
    let login = registry.heard.recv().await.unwrap();
    assert!(login.contains("<clID>us&amp;them</clID><pw>se&lt;cret</pw>"), "{login}");
    assert!(registry.heard.recv().await.unwrap().contains("<logout/>"));
}

#[tokio::test]
async fn a_registry_that_refuses_or_falls_silent_is_told_apart() {
    let refused = try_out(start(&[2200]).await.settings).await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_deref()), (ErrorKind::Config, Some("2200")));
    let silent = try_out(start(&[]).await.settings).await.unwrap_err();
    assert_eq!(silent.kind, ErrorKind::Unknown, "{silent}");
    let mut settings = start(&[1000]).await.settings;
    settings["epp_trusted"] = Value::Null;
    let stranger = try_out(settings).await.unwrap_err();
    assert_eq!(stranger.kind, ErrorKind::Temporary, "a certificate that nobody vouches for: {stranger}");
    let registry = start(&[1000]).await;
    let mut settings = registry.settings;
    settings["epp_certificate"] = json!("no PEM");
    assert_eq!(try_out(settings).await.unwrap_err().kind, ErrorKind::Config, "port {}", registry.port);
}
