//! localstripe on the loopback: a double of Stripe that is not ours, started through `launch.py`.

use innkeeper_plugin_api::{Http, Request};
use innkeeper_plugin_testkit::Daemon;
use serde_json::Value;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::Command,
    time::Duration,
};

pub const SECRET_KEY: &str = "sk_test_hunter2hunter2";
const LAUNCHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/launch.py");

pub struct Server {
    _daemon: Daemon,
    pub api: SocketAddr,
    http: Http,
}

impl Server {
    pub async fn start() -> Self {
        // Another test may have installed it; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Where the set-up of the tests puts it: beside the scratch directory of tests.
        let python = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../python/bin/python");
        assert!(python.is_file(), "localstripe is not installed: run `cargo xtask test --only setup`");
        let daemon = Daemon::start(|_| {
            let mut command = Command::new(&python);
            command.arg(LAUNCHER);
            Ok(command)
        });
        let daemon = daemon.unwrap();
        let port = || daemon.said().split_once("listening on ")?.1.split_once('.')?.0.parse::<u16>().ok();
        daemon.until(async || port().is_some()).await;
        let api = SocketAddr::from((Ipv4Addr::LOCALHOST, port().unwrap()));
        let server = Self { _daemon: daemon, api, http: Http::new(Duration::from_secs(10)) };
        server._daemon.until(async || server.ask("GET", "/v1/customers", &[]).await.is_some()).await;
        server
    }

    async fn ask(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Option<(u16, Value)> {
        let request = Request::new(method.parse().unwrap(), format!("http://{}{path}", self.api));
        let request = request.header("authorization", &format!("Bearer {SECRET_KEY}")).unwrap();
        let answer = self.http.send(request.form(form.iter().copied())).await.ok()?;
        Some((answer.status.as_u16(), answer.json().unwrap_or_default()))
    }

    /// A request that must work, beside the plugin.
    pub async fn tell(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Value {
        let (status, body) = self.ask(method, path, form).await.unwrap();
        assert_eq!(status, 200, "{method} {path}: {body}");
        body
    }

    /// Forgets everything.
    pub async fn clear(&self) {
        self.tell("DELETE", "/_config/data", &[]).await;
    }

    /// What a browser of somebody who pays makes of a card: its id.
    pub async fn card(&self, number: &str) -> String {
        let form = [
            ("type", "card"),
            ("card[number]", number),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2031"),
            ("card[cvc]", "123"),
        ];
        id(&self.tell("POST", "/v1/payment_methods", &form).await)
    }

    /// A customer stores a card.
    pub async fn store(&self, customer: &str, number: &str) -> String {
        let card = self.card(number).await;
        self.tell("POST", &format!("/v1/payment_methods/{card}/attach"), &[("customer", customer)]).await;
        card
    }

    /// An intent of this reference is made and paid with a card.
    pub async fn paid(&self, metadata: &[(&str, &str)], minor: i64, currency: &str, number: &str) -> String {
        let (card, minor) = (self.card(number).await, minor.to_string());
        let names: Vec<String> = metadata.iter().map(|(name, _)| format!("metadata[{name}]")).collect();
        let mut form =
            vec![("amount", minor.as_str()), ("currency", currency), ("payment_method", &card), ("confirm", "true")];
        form.extend(names.iter().zip(metadata).map(|(name, (_, value))| (name.as_str(), *value)));
        id(&self.tell("POST", "/v1/payment_intents", &form).await)
    }

    /// How many objects of a kind there are.
    pub async fn count(&self, path: &str, counts: impl Fn(&Value) -> bool) -> usize {
        let all = self.tell("GET", &format!("{path}?limit=100"), &[]).await;
        all["data"].as_array().unwrap().iter().filter(|item| counts(item)).count()
    }
}

pub fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}
