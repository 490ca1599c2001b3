//! What the host knows and does for a plugin.

use super::{
    mask::cut,
    store::{Budget, Conn},
};
use innkeeper_db::{PgPool, clients, invoices, servers, services, todos};
use innkeeper_domain::{ClientId, InvoiceId, Money, ServerId, ServiceId};
use innkeeper_plugin_api::{
    PluginError, async_trait,
    host::{ClientView, Host, InvoiceView, ServerView, ServiceView},
};

/// The database as plugins see it.
pub(super) struct DbHost {
    pub pool: PgPool,
    pub plugin: String,
    pub budget: Budget,
}

#[async_trait]
impl Host for DbHost {
    async fn client(&self, id: ClientId) -> Result<Option<ClientView>, PluginError> {
        let read = move |mut conn: Conn| async move { clients::get(&mut conn, None, id).await };
        let row = self.budget.run(&self.pool, read).await?;
        Ok(row.map(|row| ClientView {
            id,
            first_name: row.first_name,
            last_name: row.last_name,
            company: row.company,
            email: row.email,
            phone: row.phone,
            country: row.country,
        }))
    }
    async fn service(&self, id: ServiceId) -> Result<Option<ServiceView>, PluginError> {
        let read = move |mut conn: Conn| async move { services::get(&mut conn, None, id).await };
        let row = self.budget.run(&self.pool, read).await?;
        Ok(row.map(|row| ServiceView {
            id,
            client_id: row.client_id,
            product: row.product_name,
            plugin: row.plugin_id,
            server_id: row.server_id.map(ServerId),
            label: row.label,
            state: row.state.to_string(),
            username: row.username,
        }))
    }
    async fn server(&self, id: ServerId) -> Result<Option<ServerView>, PluginError> {
        let read = move |mut conn: Conn| async move { servers::list(&mut conn, Some(id)).await };
        let row = self.budget.run(&self.pool, read).await?.pop();
        Ok(row.map(|row| ServerView { id, name: row.name, plugin: row.plugin_id, services: row.live_services }))
    }
    async fn invoice(&self, id: InvoiceId) -> Result<Option<InvoiceView>, PluginError> {
        let read = move |mut conn: Conn| async move { invoices::get(&mut conn, None, id).await };
        let Some(row) = self.budget.run(&self.pool, read).await? else { return Ok(None) };
        let currency = row.currency.parse().map_err(|e| PluginError::unknown(format!("invoice {id}: {e}")))?;
        Ok(Some(InvoiceView {
            id,
            client_id: row.client_id,
            number: row.number_text,
            state: row.state.to_string(),
            total: Money::new(row.total, currency),
            balance: Money::new(row.total - row.paid, currency),
            // A draft is not due yet.
            due_on: row.due_on.unwrap_or_else(|| row.created_at.date_naive()),
        }))
    }
    async fn notify_staff(&self, key: &str, title: &str, text: &str) -> Result<(), PluginError> {
        let plugin = self.plugin.clone();
        let (key, title, text) = (tidy(key, 200), tidy(title, 200), tidy(text, 4000));
        if key.is_empty() || title.trim().is_empty() {
            return Err(PluginError::invalid("a to-do needs a key and a title"));
        }
        let write = move |mut conn: Conn| async move { todos::put(&mut conn, &plugin, &key, &title, &text).await };
        self.budget.run(&self.pool, write).await
    }
}

/// Postgres takes no NUL.
fn tidy(text: &str, most: usize) -> String {
    cut(text, most).replace('\0', "")
}
