//! A real RabbitMQ broker on the loopback, with an Erlang port mapper of its own.

use innkeeper_plugin_api::{Http, Request, Response};
use innkeeper_plugin_testkit::{Daemon, free_ports, installed};
use serde_json::Value;
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    process::Command,
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

pub const ADMIN: &str = "staff";
pub const ADMIN_PASSWORD: &str = "Rabbit-Admin-1";
const PACKAGES: &str = "rabbitmq-server";

pub struct Broker {
    daemon: Daemon,
    pub api: SocketAddr,
    pub amqp: u16,
    http: Http,
}

impl Broker {
    pub async fn start() -> Self {
        // Another test may have installed it; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // The program in PATH insists on a user and on directories of the system; this is what it runs.
        let programs = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server"];
        let server = installed(PACKAGES, &programs);
        let mapper = installed(PACKAGES, &["/usr/bin/epmd", "/usr/lib/erlang/bin/epmd", "/usr/local/bin/epmd"]);
        let [api, amqp, nodes, names] = free_ports().unwrap();
        let daemon = Daemon::start(|directory| {
            let settings = format!(
                "listeners.tcp.1 = 127.0.0.1:{amqp}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {api}\n\
                 default_user = {ADMIN}\ndefault_pass = {ADMIN_PASSWORD}\nloopback_users = none\n\
                 collect_statistics_interval = 500\ndisk_free_limit.absolute = 1MB\n\
                 log.console = true\nlog.console.level = warning\nlog.file = false\n"
            );
            fs::write(directory.join("rabbitmq.conf"), settings)?;
            fs::write(directory.join("enabled_plugins"), "[rabbitmq_management].\n")?;
            fs::write(directory.join("environment"), "")?;
            let within = |name: &str| directory.join(name);
            let mut command = Command::new("sh");
            command
                .args(["-c", r#""$1" -port "$ERL_EPMD_PORT" -address 127.0.0.1 & exec "$2""#, "broker"])
                .args([mapper, server])
                .env("HOME", directory)
                .env("ERL_EPMD_PORT", names.to_string())
                .env("ERL_CRASH_DUMP", within("erl_crash.dump"))
                .env("RABBITMQ_NODENAME", "innkeeper@localhost")
                .env("RABBITMQ_DIST_PORT", nodes.to_string())
                .env("RABBITMQ_CONF_ENV_FILE", within("environment"))
                .env("RABBITMQ_CONFIG_FILE", within("rabbitmq.conf"))
                .env("RABBITMQ_ADVANCED_CONFIG_FILE", within("advanced.config"))
                .env("RABBITMQ_GENERATED_CONFIG_DIR", within("generated"))
                .env("RABBITMQ_SCHEMA_DIR", within("schema"))
                .env("RABBITMQ_ENABLED_PLUGINS_FILE", within("enabled_plugins"))
                .env("RABBITMQ_MNESIA_BASE", within("mnesia"))
                .env("RABBITMQ_LOG_BASE", within("logs"))
                .env("RABBITMQ_PID_FILE", within("pid"))
                .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
            Ok(command)
        });
        let api = SocketAddr::from((Ipv4Addr::LOCALHOST, api));
        let broker = Self { daemon: daemon.unwrap(), api, amqp, http: Http::new(Duration::from_secs(30)) };
        let ready = async || {
            let answer = broker.ask("GET", "/whoami", "").await;
            answer.is_some_and(|answer| answer.status == 200) && TcpStream::connect(("127.0.0.1", amqp)).await.is_ok()
        };
        broker.daemon.until(ready).await;
        broker
    }

    /// Waits for something that the broker only tells after a while.
    pub async fn until(&self, true_at_last: impl AsyncFn() -> bool) {
        self.daemon.until(true_at_last).await;
    }

    /// A request to the API that the plugin knows nothing of; none if there was no answer.
    pub async fn ask(&self, method: &str, path: &str, body: &str) -> Option<Response> {
        self.ask_as(ADMIN, ADMIN_PASSWORD, method, path, body).await
    }

    /// The same as another user.
    pub async fn ask_as(&self, user: &str, password: &str, method: &str, path: &str, body: &str) -> Option<Response> {
        let url = format!("http://{user}:{password}@{}/api{path}", self.api);
        let request = Request::new(method.parse().unwrap(), url).body(body.as_bytes().to_vec(), "application/json");
        self.http.send(request).await.ok()
    }

    /// A request that must have worked.
    pub async fn tell(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.ask(method, path, body).await.unwrap();
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.text());
        answer.json().unwrap_or_default()
    }

    /// Waits until so many connections of a virtual host are listed.
    pub async fn lists(&self, vhost: &str, connections: usize) {
        let path = format!("/vhosts/{vhost}/connections?columns=name");
        let started = Instant::now();
        while self.tell("GET", &path, "").await.as_array().map_or(0, Vec::len) != connections {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "there are never {connections} connections of {vhost}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Removes every user and every virtual host but the first.
    pub async fn clear(&self) {
        for (list, kept) in [("vhosts", "/"), ("users", ADMIN)] {
            for object in self.tell("GET", &format!("/{list}?columns=name"), "").await.as_array().unwrap() {
                let name = object["name"].as_str().unwrap();
                if name != kept {
                    self.tell("DELETE", &format!("/{list}/{name}"), "").await;
                }
            }
        }
    }
}
