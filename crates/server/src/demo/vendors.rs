//! The simulators: inside this process, with state that outlives it and ports that stay.

use anyhow::{Context, Result};
use innkeeper_simulators::{dondominio, kerio, receiver};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

use super::{place::write_private, sheet};

/// What the registrar's account can spend, in cents: enough for every test anybody runs.
const BALANCE: i64 = 100_000_000;

/// The ports of an earlier start; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Ports {
    kerio: u16,
    kerio_control: u16,
    dondominio: u16,
    webhooks: u16,
    webhooks_control: u16,
}

/// The running simulators.
pub struct Vendors {
    kerio: kerio::Simulator,
    kerio_login: (String, String),
    certificate_file: PathBuf,
    dondominio: dondominio::Simulator,
    dondominio_login: (String, String),
    receiver: receiver::Receiver,
}

impl Vendors {
    /// Starts them where they were, or on other ports where those are taken.
    pub async fn start(data_dir: &Path) -> Result<Self> {
        let directory = data_dir.join("simulators");
        fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
        let ports_file = directory.join("ports.json");
        let known = fs::read(&ports_file).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let known: Ports = known.unwrap_or_default();
        let mail = kerio::Options {
            listen: free(known.kerio),
            control_listen: free(known.kerio_control),
            state_file: Some(directory.join("kerio.json")),
            ..kerio::Options::default()
        };
        let kerio_login = (mail.admin_user.clone(), mail.admin_password.clone());
        let kerio = kerio::Simulator::start(mail).await.context("the Kerio simulator")?;
        let certificate_file = directory.join("kerio.pem");
        fs::write(&certificate_file, kerio.certificate_pem())?;
        let names = dondominio::Options {
            listen: free(known.dondominio),
            state_file: Some(directory.join("dondominio.json")),
            balance: BALANCE,
            ..dondominio::Options::default()
        };
        let dondominio_login = (names.apiuser.clone(), names.apipasswd.clone());
        let dondominio = dondominio::Simulator::start(names).await.context("the DonDominio simulator")?;
        let hooks = receiver::Options {
            listen: free(known.webhooks),
            control_listen: free(known.webhooks_control),
            ..receiver::Options::default()
        };
        let receiver = receiver::Receiver::start(hooks).await.context("the webhook receiver")?;
        let vendors = Self { kerio, kerio_login, certificate_file, dondominio, dondominio_login, receiver };
        let ports = vendors.ports()?;
        if ports != known {
            write_private(&ports_file, &serde_json::to_vec(&ports)?)?;
        }
        Ok(vendors)
    }

    fn ports(&self) -> Result<Ports> {
        let webhooks = reqwest::Url::parse(&self.receiver.url())?;
        Ok(Ports {
            kerio: self.kerio.addr().port(),
            kerio_control: self.kerio.control_addr().port(),
            dondominio: self.dondominio.addr().port(),
            webhooks: webhooks.port().unwrap_or_default(),
            webhooks_control: self.receiver.control_addr().port(),
        })
    }

    /// Settings of the Kerio server.
    pub fn kerio_settings(&self) -> serde_json::Value {
        serde_json::json!({
            "host": self.kerio.addr().ip(), "port": self.kerio.addr().port(),
            "user": self.kerio_login.0, "password": self.kerio_login.1,
            "tls": "pinned", "certificate": self.kerio.certificate_pem(),
        })
    }

    /// Settings of the registrar.
    pub fn dondominio_settings(&self) -> serde_json::Value {
        serde_json::json!({
            "api_user": self.dondominio_login.0, "api_key": self.dondominio_login.1,
            "endpoint": self.dondominio.base_url(),
        })
    }

    /// Settings of the endpoint that gets the events.
    pub fn webhook_endpoint(&self) -> serde_json::Value {
        serde_json::json!({ "name": "demo", "url": self.receiver.url(), "secret": self.receiver.secret(), "events": [] })
    }

    /// Where they are and how to get in.
    pub fn sheet(&self) -> sheet::Simulators {
        let control = |address: SocketAddr| format!("http://{address}/_sim/");
        let base = self.dondominio.base_url();
        sheet::Simulators {
            kerio: sheet::Kerio {
                api: format!("https://{}/admin/api/jsonrpc/", self.kerio.addr()),
                control: control(self.kerio.control_addr()),
                user: self.kerio_login.0.clone(),
                password: self.kerio_login.1.clone(),
                certificate_file: self.certificate_file.clone(),
            },
            dondominio: sheet::Dondominio {
                control: format!("{base}/_sim/"),
                api: base,
                user: self.dondominio_login.0.clone(),
                password: self.dondominio_login.1.clone(),
            },
            webhooks: sheet::Webhooks {
                url: self.receiver.url(),
                control: control(self.receiver.control_addr()),
                secret: self.receiver.secret().to_owned(),
            },
        }
    }

    /// Stops them.
    pub async fn stop(&self) {
        self.kerio.stop().await;
        self.dondominio.stop().await;
        self.receiver.stop().await;
    }
}

/// The address with this port if it can be had, else with any.
fn free(port: u16) -> SocketAddr {
    let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match TcpListener::bind(wanted) {
        Ok(_) => wanted,
        Err(_) => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
    }
}
