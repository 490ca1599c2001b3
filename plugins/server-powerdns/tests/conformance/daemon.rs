//! A real PowerDNS server on the loopback, with an empty SQLite database.

use innkeeper_plugin_api::{Http, Request, Response};
use innkeeper_plugin_testkit::{Daemon, free_ports, installed};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    process::Command,
    time::Duration,
};
use tokio::net::UdpSocket;

pub const API_KEY: &str = "Sesame-77";
const PACKAGES: &str = "pdns-server pdns-backend-sqlite3 sqlite3";

pub struct Server {
    _daemon: Daemon,
    pub api: SocketAddr,
    dns: SocketAddr,
    http: Http,
}

impl Server {
    pub async fn start() -> Self {
        // Another test may have installed it; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let program = installed(PACKAGES, &["/usr/sbin/pdns_server", "/usr/local/sbin/pdns_server"]);
        let sqlite = installed(PACKAGES, &["/usr/bin/sqlite3", "/usr/local/bin/sqlite3"]);
        let schema = installed(PACKAGES, &["/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"]);
        let [dns, api] = free_ports().unwrap();
        let daemon = Daemon::start(|directory| {
            let made =
                Command::new(sqlite).arg("zones.db").stdin(fs::File::open(schema)?).current_dir(directory).status()?;
            assert!(made.success(), "the database was not made: {made}");
            let here = directory.display();
            let settings = format!(
                "launch=gsqlite3\ngsqlite3-database={here}/zones.db\ngsqlite3-dnssec=yes\ngsqlite3-pragma-synchronous=0\n\
                 local-address=127.0.0.1\nlocal-port={dns}\nsocket-dir={here}\nguardian=no\ndaemon=no\n\
                 disable-syslog=yes\nsecurity-poll-suffix=\ndefault-soa-edit=\n\
                 api=yes\napi-key={API_KEY}\nwebserver=yes\nwebserver-address=127.0.0.1\nwebserver-port={api}\n\
                 webserver-allow-from=127.0.0.1\n"
            );
            fs::write(directory.join("pdns.conf"), settings)?;
            let mut command = Command::new(program);
            command.arg(format!("--config-dir={here}"));
            Ok(command)
        });
        let on = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let http = Http::new(Duration::from_secs(10));
        let server = Self { _daemon: daemon.unwrap(), api: on(api), dns: on(dns), http };
        server._daemon.until(async || server.ask("GET", "", "").await.is_some_and(|answer| answer.status == 200)).await;
        server
    }

    /// A request to the API that the plugin knows nothing of; none if there was no answer.
    pub async fn ask(&self, method: &str, path: &str, body: &str) -> Option<Response> {
        let url = format!("http://{}/api/v1/servers/localhost{path}", self.api);
        let request = Request::new(method.parse().unwrap(), url).header("x-api-key", API_KEY).unwrap();
        self.http.send(request.body(body.as_bytes().to_vec(), "application/json")).await.ok()
    }

    /// The same, and it must have worked.
    pub async fn tell(&self, method: &str, path: &str, body: &str) -> serde_json::Value {
        let answer = self.ask(method, path, body).await.unwrap();
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.text());
        answer.json().unwrap_or_default()
    }

    /// Removes every zone.
    pub async fn clear(&self) {
        for zone in self.tell("GET", "/zones", "").await.as_array().unwrap() {
            self.tell("DELETE", &format!("/zones/{}", zone["id"].as_str().unwrap()), "").await;
        }
    }

    /// Asks the name server itself for addresses: the code of its answer (0 good, 3 no such name, 5 refused)
    /// and how many there are.
    pub async fn resolve(&self, name: &str) -> (u8, u16) {
        let mut query = vec![0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in name.split('.') {
            query.push(u8::try_from(label.len()).unwrap());
            query.extend(label.bytes());
        }
        query.extend([0, 0, 1, 0, 1]);
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        socket.connect(self.dns).await.unwrap();
        socket.send(&query).await.unwrap();
        let mut answer = [0; 512];
        let received = tokio::time::timeout(Duration::from_secs(10), socket.recv(&mut answer)).await;
        assert!(received.unwrap().unwrap() >= 12 && answer[..2] == query[..2]);
        (answer[3] & 0x0f, u16::from_be_bytes([answer[6], answer[7]]))
    }
}
