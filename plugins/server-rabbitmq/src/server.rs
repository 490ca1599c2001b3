//! The operations.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, AccountState, AccountStatus, ChangeAccount, Created, Field,
    Outcome::{self, Done},
    PluginCtx, PluginError, PluginResult, Protection, ReportUsage, Secret, ServerOperation, ServerPlugin,
    server::{AccountActions, Addon, ClientPanels, Inventory, ValidateCredentials},
    view::Unit,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

use crate::{
    accounts::{self, CONNECTIONS, Parts, QUEUES},
    client::Client,
    measure, names,
    settings::RabbitProduct,
    wire::{self, Connection},
};

/// When to look again for connections that are being closed.
const CLOSING: Duration = Duration::from_secs(5);

/// RabbitMQ.
pub(crate) struct RabbitMq;

#[async_trait]
impl ServerPlugin for RabbitMq {
    /// A user is made only if there is none of its name; all else sets an absolute state.
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }

    fn order_fields(&self) -> Vec<Field> {
        names::fields()
    }

    fn check_order(&self, fields: &BTreeMap<String, String>, password: Option<&Secret>) -> Result<(), PluginError> {
        names::check(fields, password)
    }

    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let client = Client::new(ctx)?;
        let who: Value = client.find("/whoami").await?.ok_or_else(accounts::not_the_api)?;
        let tags = who.get("tags").map(ToString::to_string).unwrap_or_default();
        let user = &client.server.user;
        if !tags.contains("administrator") {
            return Err(PluginError::config(format!("{user} is no administrator: its tags are {tags}")));
        }
        let overview: Value = client.get("/overview").await?;
        let text = |key: &str| overview.get(key).and_then(Value::as_str).unwrap_or("?").to_owned();
        Ok(format!("RabbitMQ {}, cluster {}, logged in as {user}", text("rabbitmq_version"), text("cluster_name")))
    }

    async fn create(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let (client, product) = (Client::new(ctx)?, RabbitProduct::read(ctx)?);
        names::check_name(account.fields.get(names::USERNAME).map_or("", String::as_str))?;
        let mark = accounts::mark(&account.reference)?;
        let parts = accounts::look(&client, account).await?;
        if parts.taken {
            return Err(accounts::taken(&parts.name));
        }
        if parts.user.is_none() {
            let password = account.password.as_ref().ok_or_else(|| PluginError::invalid("there is no password"))?;
            names::check_password(password)?;
            claim(&client, &parts, &wire::new_user(password, &mark, product.management), &mark).await?;
        }
        if !parts.permitted {
            furnish(&client, &parts, &product, account, &mark).await?;
        }
        Ok(Done(accounts::created(&parts.name)))
    }

    async fn suspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let (client, _) = (Client::new(ctx)?, RabbitProduct::read(ctx)?);
        let (parts, user) = accounts::ours(&client, account).await?;
        if !user.is_off() {
            client.put(&parts.user_path(), &user.off()).await?;
        }
        if open_connections(&client, &parts).await? == 0 {
            return Ok(Done(()));
        }
        client.delete(&parts.connections()).await?;
        match open_connections(&client, &parts).await? {
            0 => Ok(Done(())),
            open => Ok(Outcome::Pending {
                reference: "connections".to_owned(),
                check_after: CLOSING,
                progress: format!("{open} connections are being closed"),
            }),
        }
    }

    async fn unsuspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let (client, _) = (Client::new(ctx)?, RabbitProduct::read(ctx)?);
        let (parts, user) = accounts::ours(&client, account).await?;
        if user.is_marked_off() {
            client.put(&parts.user_path(), &user.on()).await?;
        }
        Ok(Done(()))
    }

    async fn terminate(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let (client, _) = (Client::new(ctx)?, RabbitProduct::read(ctx)?);
        let parts = accounts::look(&client, account).await?;
        if parts.vhost.is_some() {
            client.delete(&parts.vhost_path()).await?;
        }
        if parts.user.is_some() {
            client.delete(&parts.user_path()).await?;
        }
        Ok(Done(()))
    }

    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        let (client, _) = (Client::new(ctx)?, RabbitProduct::read(ctx)?);
        let parts = accounts::look(&client, account).await?;
        let mut state = parts.state();
        if state == AccountState::Absent {
            return Ok(AccountStatus::absent());
        }
        if state == AccountState::Suspended && open_connections(&client, &parts).await? > 0 {
            state = AccountState::Unfinished;
        }
        let usage = if parts.vhost.is_some() { Some(measure::one(&client, &parts.name).await?) } else { None };
        let details = [
            ("Host", client.server.amqp_host().to_owned()),
            ("Port", client.server.amqp_port().to_string()),
            ("Virtual host", parts.name.clone()),
            ("User name", parts.name.clone()),
        ];
        let details = details.into_iter().map(|(label, value)| (label.to_owned(), value)).collect();
        Ok(AccountStatus { state, account: Some(accounts::created(&parts.name)), details, usage })
    }

    fn addons(&self) -> Vec<Addon> {
        let addon =
            |code: &str, label: &str| Addon { code: code.to_owned(), label: label.to_owned(), unit: Unit::Pieces };
        vec![addon(CONNECTIONS, "Connections"), addon(QUEUES, "Queues")]
    }

    fn change(&self) -> Option<&dyn ChangeAccount> {
        Some(self)
    }
    fn credentials(&self) -> Option<&dyn ValidateCredentials> {
        Some(self)
    }
    fn actions(&self) -> Option<&dyn AccountActions> {
        Some(self)
    }
    fn usage(&self) -> Option<&dyn ReportUsage> {
        Some(self)
    }
    fn inventory(&self) -> Option<&dyn Inventory> {
        Some(self)
    }
    fn panels(&self) -> Option<&dyn ClientPanels> {
        Some(self)
    }
}

/// Makes the user, which claims the name.
async fn claim(client: &Client<'_>, parts: &Parts, body: &Value, mark: &str) -> Result<(), PluginError> {
    if client.make(&parts.user_path(), body).await? {
        return Ok(());
    }
    // Somebody was faster; perhaps another attempt of ours.
    let user = accounts::user(client, &parts.name).await?;
    if user.is_some_and(|user| user.has_mark(mark)) { Ok(()) } else { Err(accounts::taken(&parts.name)) }
}

/// Makes the virtual host with its limits, and lets the user in at last.
async fn furnish(
    client: &Client<'_>,
    parts: &Parts,
    product: &RabbitProduct,
    account: &Account,
    mark: &str,
) -> Result<(), PluginError> {
    let name = &parts.name;
    if parts.vhost.is_none() && !client.make(&parts.vhost_path(), &json!({"tags": mark})).await? {
        let vhost = accounts::vhost(client, name).await?;
        if !vhost.is_some_and(|vhost| vhost.tags.iter().any(|tag| tag == mark)) {
            // Declined means that nothing happened: the claim is given back.
            client.delete(&parts.user_path()).await?;
            return Err(accounts::taken(name));
        }
    }
    accounts::set_limits(client, name, accounts::limits(product, &account.addons)).await?;
    client.put(&parts.permission(), &json!({"configure": ".*", "write": ".*", "read": ".*"})).await
}

async fn open_connections(client: &Client<'_>, parts: &Parts) -> Result<usize, PluginError> {
    let open: Option<Vec<Connection>> = client.find(&parts.connections()).await?;
    Ok(open.map_or(0, |open| open.len()))
}
