//! `demo.json`: everything a script needs to drive a demo.

use anyhow::{Context, Result};
use innkeeper_app::{Actor, App, clients};
use innkeeper_domain::ClientId;
use serde::Serialize;
use std::path::PathBuf;

use super::{keys::Keys, people, vendors::Vendors};

/// How to get in, everywhere.
#[derive(Debug, Serialize)]
pub struct Sheet {
    /// Where the site is.
    pub base_url: String,
    /// Opens the panel.
    pub staff: StaffLogin,
    /// Opens the portal.
    pub client: ClientLogin,
    /// Opens the API, with all scopes.
    pub api_token: String,
    /// Signs login links.
    pub autologin_key: AutologinKey,
    /// The vendors.
    pub simulators: Simulators,
}

/// A login of staff.
#[derive(Debug, Serialize)]
pub struct StaffLogin {
    pub email: String,
    pub password: String,
}

/// A login of a client.
#[derive(Debug, Serialize)]
pub struct ClientLogin {
    pub email: String,
    pub password: String,
    pub client_id: ClientId,
}

/// The key of a site that signs login links.
#[derive(Debug, Serialize)]
pub struct AutologinKey {
    pub key_id: String,
    pub key: String,
}

/// Where the simulators are.
#[derive(Debug, Serialize)]
pub struct Simulators {
    pub kerio: Kerio,
    pub dondominio: Dondominio,
    pub webhooks: Webhooks,
}

/// The simulated Kerio Connect.
#[derive(Debug, Serialize)]
pub struct Kerio {
    pub api: String,
    pub control: String,
    pub user: String,
    pub password: String,
    pub certificate_file: PathBuf,
}

/// The simulated DonDominio.
#[derive(Debug, Serialize)]
pub struct Dondominio {
    pub api: String,
    pub control: String,
    pub user: String,
    pub password: String,
}

/// The webhook receiver.
#[derive(Debug, Serialize)]
pub struct Webhooks {
    pub url: String,
    pub control: String,
    pub secret: String,
}

/// Writes down how to get in.
pub async fn write_down(app: &App, vendors: &Vendors, keys: Keys) -> Result<Sheet> {
    let filter = clients::ClientFilter { text: Some(people::CLIENT_EMAIL.into()), limit: 1, ..Default::default() };
    let found = clients::list(app, &Actor::system("demo"), &filter).await?.pop();
    let client = found.context("the demo's client is gone: remove the data directory to start afresh")?;
    let login = |email: &str, password: &str| (email.to_owned(), password.to_owned());
    let (email, password) = login(people::STAFF_EMAIL, people::STAFF_PASSWORD);
    let staff = StaffLogin { email, password };
    let (email, password) = login(people::CLIENT_EMAIL, people::CLIENT_PASSWORD);
    Ok(Sheet {
        base_url: app.base_url().to_owned(),
        staff,
        client: ClientLogin { email, password, client_id: client.id },
        api_token: keys.api_token,
        autologin_key: AutologinKey { key_id: keys.autologin_key_id, key: keys.autologin_key },
        simulators: vendors.sheet(),
    })
}
