//! What the broker has.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, AccountState, Created,
    Outcome::Done,
    Page, PluginCtx, PluginError, PluginResult,
    server::{Adoption, Inventory, RemoteAccount, RemotePlan},
};
use serde_json::json;
use std::collections::BTreeSet;

use crate::{
    accounts,
    client::Client,
    server::RabbitMq,
    wire::{MARK, User, Vhost},
};

/// Accounts told at once.
const PAGE: usize = 500;

#[async_trait]
impl Inventory for RabbitMq {
    /// RabbitMQ has no plans: limits are set for each virtual host.
    async fn plans(&self, ctx: &PluginCtx) -> Result<Vec<RemotePlan>, PluginError> {
        Client::new(ctx)?;
        Ok(vec![])
    }

    /// Users with a virtual host of their own name: nothing else can be an account here.
    async fn accounts(&self, ctx: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteAccount>, PluginError> {
        let client = Client::new(ctx)?;
        let vhosts: Vec<Vhost> = client.get("/vhosts?columns=name,tags").await?;
        let vhosts: BTreeSet<String> = vhosts.into_iter().map(|vhost| vhost.name).collect();
        let mut users: Vec<User> = client.get("/users?columns=name,tags,password_hash").await?;
        users.retain(|user| vhosts.contains(&user.name) && cursor.is_none_or(|last| user.name.as_str() > last));
        users.sort_by(|a, b| a.name.cmp(&b.name));
        let more = users.len() > PAGE;
        users.truncate(PAGE);
        let next = users.last().filter(|_| more).map(|last| last.name.clone());
        Ok(Page { items: users.iter().map(remote).collect(), next })
    }
    fn adoption(&self) -> Option<&dyn Adoption> {
        Some(self)
    }
}

#[async_trait]
impl Adoption for RabbitMq {
    async fn adopt(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let (client, mark) = (Client::new(ctx)?, accounts::mark(&account.reference)?);
        let name = account.remote_id.as_deref().ok_or_else(|| PluginError::invalid("no account is named"))?;
        let missing = || PluginError::not_found(format!("RabbitMQ has no user and virtual host {name}"));
        let user = accounts::user(&client, name).await?.ok_or_else(missing)?;
        let vhost = accounts::vhost(&client, name).await?.ok_or_else(missing)?;
        let of_vhost = vhost.tags.iter().map(String::as_str).find(|tag| tag.starts_with(MARK));
        if let Some(other) = user.mark().or(of_vhost).filter(|other| *other != mark) {
            return Err(PluginError::declined(format!("{name} belongs to another service: {other}")));
        }
        let parts = accounts::parts(&client, name, &mark).await?;
        if parts.vhost.is_none() {
            let tags: Vec<&str> = vhost.tags.iter().map(String::as_str).chain([mark.as_str()]).collect();
            let body = json!({"description": vhost.description, "tags": tags.join(",")});
            client.put(&parts.vhost_path(), &body).await?;
        }
        if parts.user.is_none() {
            client.put(&parts.user_path(), &user.marked(&mark)).await?;
        }
        Ok(Done(accounts::created(name)))
    }
}

fn remote(user: &User) -> RemoteAccount {
    RemoteAccount {
        remote_id: user.name.clone(),
        username: user.name.clone(),
        label: user.name.clone(),
        email: String::new(),
        plan: None,
        state: if user.is_off() { AccountState::Suspended } else { AccountState::Active },
        address: None,
        created_on: None,
    }
}
