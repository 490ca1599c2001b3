//! What the host knows and does for a plugin: read models instead of SQL, and messages to staff.

use async_trait::async_trait;
use chrono::NaiveDate;
use innkeeper_domain::{ClientId, InvoiceId, Money, ServerId, ServiceId};
use serde::{Deserialize, Serialize};

use crate::PluginError;

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientView {
    /// Its id.
    pub id: ClientId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Company; may be empty.
    pub company: String,
    /// Billing address of mail.
    pub email: String,
    /// `+CC.NUMBER`; may be empty.
    pub phone: String,
    /// ISO 3166 alpha-2.
    pub country: String,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceView {
    /// Its id.
    pub id: ServiceId,
    /// Whose it is.
    pub client_id: ClientId,
    /// Name of its product.
    pub product: String,
    /// The plugin that provisions it, if one does.
    pub plugin: Option<String>,
    /// The server it is on.
    pub server_id: Option<ServerId>,
    /// What it is called.
    pub label: String,
    /// `pending`, `active`, `suspended` …
    pub state: String,
    /// User name at the vendor, once known.
    pub username: Option<String>,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerView {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Its plugin.
    pub plugin: String,
    /// Live services on it.
    pub services: i64,
}

/// An invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceView {
    /// Its id.
    pub id: InvoiceId,
    /// Whose it is.
    pub client_id: ClientId,
    /// Its printed number, once issued.
    pub number: Option<String>,
    /// `draft`, `unpaid`, `paid` …
    pub state: String,
    /// With tax.
    pub total: Money,
    /// Still owed.
    pub balance: Money,
    /// Last day to pay.
    pub due_on: NaiveDate,
}

/// Knows nothing and tells nobody: for test kits.
pub(crate) struct NoHost;

#[async_trait]
impl Host for NoHost {
    async fn client(&self, _: ClientId) -> Result<Option<ClientView>, PluginError> {
        Ok(None)
    }
    async fn service(&self, _: ServiceId) -> Result<Option<ServiceView>, PluginError> {
        Ok(None)
    }
    async fn server(&self, _: ServerId) -> Result<Option<ServerView>, PluginError> {
        Ok(None)
    }
    async fn invoice(&self, _: InvoiceId) -> Result<Option<InvoiceView>, PluginError> {
        Ok(None)
    }
    async fn notify_staff(&self, _: &str, _: &str, _: &str) -> Result<(), PluginError> {
        Ok(())
    }
}

/// What the host offers. Reading fails with `Temporary` if the database cannot be reached.
#[async_trait]
pub trait Host: Send + Sync {
    /// The client, if there is one.
    async fn client(&self, id: ClientId) -> Result<Option<ClientView>, PluginError>;
    /// The service, if there is one.
    async fn service(&self, id: ServiceId) -> Result<Option<ServiceView>, PluginError>;
    /// The server, if there is one.
    async fn server(&self, id: ServerId) -> Result<Option<ServerView>, PluginError>;
    /// The invoice, if there is one.
    async fn invoice(&self, id: InvoiceId) -> Result<Option<InvoiceView>, PluginError>;
    /// Tells staff, on their to-do list. The same `key` again while the first is open changes its text.
    async fn notify_staff(&self, key: &str, title: &str, text: &str) -> Result<(), PluginError>;
}
