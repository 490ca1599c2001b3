//! Accounts: a user and a virtual host of the same name, each with our mark among its tags.
//!
//! The user is the claim on the name: it is made first and only if it is not there, and it goes last. The
//! permission on the virtual host comes last when an account is made: without it, the account is
//! unfinished.

use http::StatusCode;
use innkeeper_plugin_api::{Account, AccountState, Created, PluginError};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::{
    client::{Client, Part},
    names,
    settings::RabbitProduct,
    wire::{MARK, User, Vhost, VhostLimits},
};

/// Code of the quantity of connections that is sold on top.
pub(crate) const CONNECTIONS: &str = "CONNECTIONS";
/// Code of the quantity of queues that is sold on top.
pub(crate) const QUEUES: &str = "QUEUES";
/// RabbitMQ's names of the limits.
pub(crate) const MAX_CONNECTIONS: &str = "max-connections";
pub(crate) const MAX_QUEUES: &str = "max-queues";

/// What there is of an account.
pub(crate) struct Parts {
    pub name: String,
    /// The user, if it is ours.
    pub user: Option<User>,
    /// Somebody else has the name.
    pub taken: bool,
    /// The virtual host, if it is ours.
    pub vhost: Option<Vhost>,
    /// The user may use the virtual host.
    pub permitted: bool,
}

/// The tag that makes a user or a virtual host ours.
///
/// # Errors
/// `Config` when the reference cannot be a tag.
pub(crate) fn mark(reference: &str) -> Result<String, PluginError> {
    let mark = format!("{MARK}{reference}");
    // Tags are Erlang atoms, in a list separated by commas.
    if mark.len() > 255 || mark.contains([',', ' ']) {
        return Err(PluginError::config(format!("{mark} cannot be a tag")));
    }
    Ok(mark)
}

/// What an account is called.
pub(crate) fn created(name: &str) -> Created {
    Created::new(name, name, name)
}

/// Looks for the account: by the name that was made or ordered, else by our mark.
pub(crate) async fn look(client: &Client<'_>, account: &Account) -> Result<Parts, PluginError> {
    let mark = mark(&account.reference)?;
    let known = [account.remote_id.as_ref(), account.username.as_ref(), account.fields.get(names::USERNAME)];
    let known = known.into_iter().flatten().find(|name| !name.is_empty()).cloned();
    let name = match known {
        Some(name) => name,
        None => {
            let users: Vec<User> = client.get("/users?columns=name,tags").await?;
            let ours = users.into_iter().find(|user| user.has_mark(&mark));
            let Some(user) = ours else { return Ok(Parts::nothing(String::new())) };
            user.name
        }
    };
    parts(client, &name, &mark).await
}

/// What there is under a name.
pub(crate) async fn parts(client: &Client<'_>, name: &str, mark: &str) -> Result<Parts, PluginError> {
    let (user, vhost) = (user(client, name).await?, vhost(client, name).await?);
    if user.is_none() {
        is_the_api(client).await?;
    }
    let foreign = user.as_ref().is_some_and(|user| !user.has_mark(mark))
        || vhost.as_ref().is_some_and(|vhost| !vhost.tags.iter().any(|tag| tag == mark));
    let mut parts = Parts {
        user: user.filter(|user| user.has_mark(mark)),
        vhost: vhost.filter(|vhost| vhost.tags.iter().any(|tag| tag == mark)),
        taken: foreign,
        ..Parts::nothing(name.to_owned())
    };
    if parts.user.is_some() && parts.vhost.is_some() {
        let permission: Option<Value> = client.find(&parts.permission()).await?;
        parts.permitted = permission.is_some();
    }
    Ok(parts)
}

/// RabbitMQ says "there is no such object" of pages that it does not know, too: so a wrong address would
/// look like an account that is gone.
async fn is_the_api(client: &Client<'_>) -> Result<(), PluginError> {
    let who: Option<Value> = client.find("/whoami").await?;
    who.map(drop).ok_or_else(not_the_api)
}

/// Something answers at the address, and it is not what we look for.
pub(crate) fn not_the_api() -> PluginError {
    PluginError::config("is this the address of RabbitMQ's management plugin?")
}

pub(crate) async fn user(client: &Client<'_>, name: &str) -> Result<Option<User>, PluginError> {
    client.find(&format!("/users/{}", Part(name))).await
}

pub(crate) async fn vhost(client: &Client<'_>, name: &str) -> Result<Option<Vhost>, PluginError> {
    client.find(&format!("/vhosts/{}", Part(name))).await
}

/// The account's user, with all that belongs to it.
///
/// # Errors
/// `NotFound` when RabbitMQ has none of ours.
pub(crate) async fn ours(client: &Client<'_>, account: &Account) -> Result<(Parts, User), PluginError> {
    let parts = look(client, account).await?;
    match parts.user.clone() {
        Some(user) => Ok((parts, user)),
        None => Err(PluginError::not_found(format!("RabbitMQ has no user of ours for {}", account.reference))),
    }
}

impl Parts {
    fn nothing(name: String) -> Self {
        Self { name, user: None, taken: false, vhost: None, permitted: false }
    }

    /// Its state, but for connections that are still open.
    pub fn state(&self) -> AccountState {
        match (&self.user, &self.vhost) {
            (None, None) => AccountState::Absent,
            (Some(user), Some(_)) if self.permitted && user.is_off() => AccountState::Suspended,
            (Some(user), Some(_)) if self.permitted && !user.is_marked_off() => AccountState::Active,
            _ => AccountState::Unfinished,
        }
    }
    /// The path of its user.
    pub fn user_path(&self) -> String {
        format!("/users/{}", Part(&self.name))
    }
    /// The path of its virtual host.
    pub fn vhost_path(&self) -> String {
        format!("/vhosts/{}", Part(&self.name))
    }
    /// The path of its user's permission on its virtual host.
    pub fn permission(&self) -> String {
        format!("/permissions/{0}/{0}", Part(&self.name))
    }
    /// The path of its user's connections.
    pub fn connections(&self) -> String {
        format!("/connections/username/{}", Part(&self.name))
    }
}

/// The limits of a plan with what was bought on top.
pub(crate) fn limits(product: &RabbitProduct, addons: &BTreeMap<String, u64>) -> [(&'static str, Option<u64>); 2] {
    let sum = |limit: Option<u32>, code: &str| {
        limit.map(|limit| u64::from(limit).saturating_add(addons.get(code).copied().unwrap_or(0)))
    };
    [(MAX_CONNECTIONS, sum(product.max_connections, CONNECTIONS)), (MAX_QUEUES, sum(product.max_queues, QUEUES))]
}

/// The limits that the virtual host has.
pub(crate) async fn current_limits(client: &Client<'_>, name: &str) -> Result<BTreeMap<String, i64>, PluginError> {
    let all: Vec<VhostLimits> = client.get(&format!("/vhost-limits/{}", Part(name))).await?;
    Ok(all.into_iter().find(|limits| limits.vhost == name).map(|limits| limits.set()).unwrap_or_default())
}

/// Sets the limits that are not so already.
pub(crate) async fn set_limits(
    client: &Client<'_>,
    name: &str,
    wanted: [(&'static str, Option<u64>); 2],
) -> Result<(), PluginError> {
    let current = current_limits(client, name).await?;
    for (limit, wanted) in wanted {
        let path = format!("/vhost-limits/{}/{limit}", Part(name));
        let wanted = wanted.and_then(|wanted| i64::try_from(wanted).ok());
        match wanted {
            _ if wanted == current.get(limit).copied() => {}
            Some(value) => client.put(&path, &json!({"value": value})).await?,
            None => client.delete(&path).await?,
        }
    }
    Ok(())
}

/// The name is somebody else's.
pub(crate) fn taken(name: &str) -> PluginError {
    PluginError::declined(format!("{name} is on this broker already and is not ours"))
        .public("This user name is taken. Please choose another one.")
        .code(StatusCode::PRECONDITION_FAILED.as_u16())
}
