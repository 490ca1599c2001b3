//! The operations.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, AccountStatus, ChangeAccount, Created, Field,
    Outcome::Done,
    PluginCtx, PluginError, PluginResult, Protection, ReportUsage, Secret, ServerOperation, ServerPlugin, UsageReport,
    server::{Addon, ClientPanels, SignOn},
    view::Unit,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

use crate::{
    client::{CallError, Client},
    convert,
    mailbox::{Found, Mailboxes},
    order,
    settings::{KerioPlugin, KerioProduct, KerioServer},
    wire::{Fault, User},
};

/// Kerio Connect.
pub(crate) struct Kerio;

/// The settings of a call about an account: all of them are read before anything is sent.
pub(crate) struct Settings {
    plugin: KerioPlugin,
    pub server: KerioServer,
    pub product: KerioProduct,
}

impl Settings {
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        Ok(Self { plugin: KerioPlugin::read(ctx)?, server: KerioServer::read(ctx)?, product: KerioProduct::read(ctx)? })
    }

    pub(crate) async fn log_in<'a>(&'a self, ctx: &'a PluginCtx) -> Result<Client<'a>, PluginError> {
        Client::log_in(ctx, &self.plugin, &self.server).await
    }
}

#[async_trait]
impl ServerPlugin for Kerio {
    /// A login name is unique in its mail domain, and the other operations set an absolute state.
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }

    fn order_fields(&self) -> Vec<Field> {
        order::fields()
    }

    fn check_order(&self, fields: &BTreeMap<String, String>, password: Option<&Secret>) -> Result<(), PluginError> {
        order::check(fields, password)
    }

    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let (plugin, server) = (KerioPlugin::read(ctx)?, KerioServer::read(ctx)?);
        let mut client = Client::log_in(ctx, &plugin, &server).await?;
        let result = introduce(&mut client).await;
        client.log_out().await;
        result
    }

    async fn create(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let settings = Settings::read(ctx)?;
        let account = convert::named(account);
        order::check(&account.fields, account.password.as_ref())?;
        let mut client = settings.log_in(ctx).await?;
        let result = create(&mut client, &settings, &account).await;
        client.log_out().await;
        result.map(Done)
    }

    async fn suspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        self.update(ctx, account, |user| user.is_enabled, json!({"isEnabled": false})).await
    }

    async fn unsuspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        self.update(ctx, account, |user| !user.is_enabled, json!({"isEnabled": true})).await
    }

    async fn terminate(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let settings = Settings::read(ctx)?;
        let mut client = settings.log_in(ctx).await?;
        let result = remove(&mut client, &settings.product, account).await;
        client.log_out().await;
        result.map(Done)
    }

    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        let settings = Settings::read(ctx)?;
        let mut client = settings.log_in(ctx).await?;
        let result = Mailboxes::open(&mut client, &settings.product.domain).await;
        let result = match result {
            Ok(mut mailboxes) => mailboxes.find(account).await,
            Err(error) => Err(error),
        };
        client.log_out().await;
        Ok(match result? {
            Found::Ours(user) => convert::status(&user, &settings.product.domain, &settings.server),
            Found::Foreign | Found::Nothing => AccountStatus::absent(),
        })
    }

    fn change(&self) -> Option<&dyn ChangeAccount> {
        Some(self)
    }

    fn addons(&self) -> Vec<Addon> {
        vec![Addon { code: convert::SPACE.to_owned(), label: "Mailbox space".to_owned(), unit: Unit::Bytes }]
    }

    fn sign_on(&self) -> Option<&dyn SignOn> {
        Some(self)
    }

    fn panels(&self) -> Option<&dyn ClientPanels> {
        Some(self)
    }

    fn usage(&self) -> Option<&dyn ReportUsage> {
        Some(self)
    }
}

#[async_trait]
impl ReportUsage for Kerio {
    async fn usage(&self, ctx: &PluginCtx, remote_ids: &[String]) -> Result<Vec<UsageReport>, PluginError> {
        let (plugin, server) = (KerioPlugin::read(ctx)?, KerioServer::read(ctx)?);
        let mut client = Client::log_in(ctx, &plugin, &server).await?;
        let users = Mailboxes::everywhere(&mut client).await;
        client.log_out().await;
        let wanted: HashSet<&String> = remote_ids.iter().collect();
        Ok(users?.iter().filter(|user| wanted.contains(&user.id)).filter_map(convert::usage_report).collect())
    }
}

impl Kerio {
    /// Sets fields of our mailbox, unless `needed` says that they are so already.
    async fn update(
        &self,
        ctx: &PluginCtx,
        account: &Account,
        needed: fn(&User) -> bool,
        pattern: Value,
    ) -> PluginResult<()> {
        let settings = Settings::read(ctx)?;
        let mut client = settings.log_in(ctx).await?;
        let result = set(&mut client, &settings.product, account, needed, &pattern).await;
        client.log_out().await;
        result.map(Done)
    }
}

async fn introduce(client: &mut Client<'_>) -> Result<String, PluginError> {
    let version: Value = client.read("Server.getVersion", &json!({})).await?;
    let who: Value = client.read("Session.whoAmI", &json!({})).await?;
    let text = |value: &Value, path: &str| value.pointer(path).and_then(Value::as_str).unwrap_or("?").to_owned();
    let role = text(&who, "/userDetails/effectiveRole/userRole");
    let name = text(&who, "/userDetails/loginName");
    if !["FullAdmin", "AccountAdmin", "BuiltInAdmin", "BuiltInDomainAdmin"].contains(&role.as_str()) {
        return Err(PluginError::config(format!("{name} is {role} and may not manage accounts")));
    }
    Ok(format!("{} {}, logged in as {name} ({role})", text(&version, "/product"), text(&version, "/version")))
}

async fn create(client: &mut Client<'_>, settings: &Settings, account: &Account) -> Result<Created, PluginError> {
    let product = &settings.product;
    let mut mailboxes = Mailboxes::open(client, &product.domain).await?;
    match mailboxes.find(account).await? {
        Found::Ours(user) => return Ok(convert::created_as(&user, &product.domain)),
        Found::Foreign => return Err(taken(account, product)),
        Found::Nothing => {}
    }
    let password = account.password.as_ref().ok_or_else(|| PluginError::invalid("there is no password"))?;
    mailboxes.check_password(account, password)?;
    let template = mailboxes.template_of(product).await?;
    let user = convert::new_user(&mailboxes.domain.id, account, password, product, template.as_ref())?;
    let refused = match mailboxes.client.change("Users.create", &json!({"users": [user]})).await {
        Ok(result) => match result.pointer("/0/id").and_then(Value::as_str) {
            Some(id) => return Ok(convert::created(id, &convert::login_name(account)?, &product.domain)),
            None => PluginError::unknown("Users.create was answered without an id, and there is no mailbox"),
        },
        // Another attempt of ours may have come first; or the name is one of somebody's addresses.
        Err(CallError::Refused(Fault { code: Fault::EXISTS, .. })) => taken(account, product),
        Err(error) => return Err(error.into_change_error("Users.create")),
    };
    match mailboxes.find(account).await.map_err(after_change)? {
        Found::Ours(user) => Ok(convert::created_as(&user, &product.domain)),
        Found::Foreign | Found::Nothing => Err(refused),
    }
}

/// Something may have been done already: "nothing happened" would be a lie.
fn after_change(error: PluginError) -> PluginError {
    PluginError::unknown(format!("the mailbox may exist: {}", error.detail))
}

fn taken(account: &Account, product: &KerioProduct) -> PluginError {
    let name = convert::login_name(account).unwrap_or_default();
    PluginError::declined(format!("{name}@{} exists already and is not ours", product.domain))
        .public("This mailbox name is taken. Please choose another one.")
        .code(Fault::EXISTS)
}

async fn set(
    client: &mut Client<'_>,
    product: &KerioProduct,
    account: &Account,
    needed: fn(&User) -> bool,
    pattern: &Value,
) -> Result<(), PluginError> {
    let mut mailboxes = Mailboxes::open(client, &product.domain).await?;
    let user = mailboxes.ours(account).await?;
    if needed(&user) { mailboxes.set(&user, pattern).await } else { Ok(()) }
}

async fn remove(client: &mut Client<'_>, product: &KerioProduct, account: &Account) -> Result<(), PluginError> {
    let mut mailboxes = Mailboxes::open(client, &product.domain).await?;
    let Found::Ours(user) = mailboxes.find(account).await? else { return Ok(()) };
    let request = json!({
        "userId": user.id,
        "method": if product.keep_mailbox { "UDeleteUser" } else { "UDeleteFolder" },
        "removeReferences": true,
        "targetUserId": "",
        "mode": "DSModeDelete",
    });
    match mailboxes.client.change("Users.remove", &json!({"requests": [request]})).await {
        Ok(_) | Err(CallError::Refused(Fault { code: Fault::NOT_THERE, .. })) => Ok(()),
        Err(error) => Err(error.into_change_error("Users.remove")),
    }
}
