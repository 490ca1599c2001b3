//! A host that knows one of everything, whatever its number.

use async_trait::async_trait;
use chrono::NaiveDate;
use innkeeper_plugin_api::{
    Host, PluginError,
    domain::{ClientId, Currency, InvoiceId, Money, ServerId, ServiceId},
    host::{ClientView, InvoiceView, ServerView, ServiceView},
};

/// Tells samples, and takes messages to staff without keeping them.
pub(crate) struct SampleHost;

/// The client that it tells of.
pub(crate) fn client(id: ClientId) -> ClientView {
    ClientView {
        id,
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        company: String::new(),
        email: "ada@example.org".into(),
        phone: "+43.1234567".into(),
        country: "AT".into(),
    }
}

#[async_trait]
impl Host for SampleHost {
    async fn client(&self, id: ClientId) -> Result<Option<ClientView>, PluginError> {
        Ok(Some(client(id)))
    }
    async fn service(&self, id: ServiceId) -> Result<Option<ServiceView>, PluginError> {
        Ok(Some(ServiceView {
            id,
            client_id: ClientId(1),
            product: "Mailbox".into(),
            plugin: None,
            server_id: None,
            label: "ada@example.org".into(),
            state: "active".into(),
            username: Some("ada".into()),
        }))
    }
    async fn server(&self, id: ServerId) -> Result<Option<ServerView>, PluginError> {
        Ok(Some(ServerView { id, name: "mail1".into(), plugin: "conformance".into(), services: 1 }))
    }
    async fn invoice(&self, id: InvoiceId) -> Result<Option<InvoiceView>, PluginError> {
        let total = Money::new(1200, Currency::EUR);
        Ok(Some(InvoiceView {
            id,
            client_id: ClientId(1),
            number: Some("2026-0001".into()),
            state: "unpaid".into(),
            total,
            balance: total,
            due_on: NaiveDate::default(),
        }))
    }
    async fn notify_staff(&self, _: &str, _: &str, _: &str) -> Result<(), PluginError> {
        Ok(())
    }
}
