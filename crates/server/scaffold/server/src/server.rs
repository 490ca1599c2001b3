//! The operations. Each may be called again after any end of an earlier call, so each looks first.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, AccountState, AccountStatus, Created, ErrorKind, Field, Outcome, PluginCtx, PluginError, PluginResult,
    Protection, Secret, ServerOperation, ServerPlugin,
};
use std::collections::BTreeMap;

use crate::{
    api::{Api, NewAccount, RemoteAccount},
    order,
    settings::ProductSettings,
};

/// Accounts on the server.
pub(crate) struct Accounts;

#[async_trait]
impl ServerPlugin for Accounts {
    fn protection(&self, _: ServerOperation) -> Protection {
        // The server refuses a second account of a name; the other operations set an absolute state.
        Protection::NaturalKey
    }

    fn order_fields(&self) -> Vec<Field> {
        order::fields()
    }

    fn check_order(&self, fields: &BTreeMap<String, String>, password: Option<&Secret>) -> Result<(), PluginError> {
        order::check(fields, password)
    }

    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let about = Api::new(ctx)?.about().await?;
        Ok(format!("{} {}", about.product, about.version))
    }

    async fn create(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let (api, product) = (Api::new(ctx)?, ProductSettings::read(ctx)?);
        let name = order::name(&account.fields)?;
        let password = account.password.as_ref().ok_or_else(|| PluginError::invalid("no password was ordered"))?;
        let made = match api.find(name).await? {
            Some(found) if is_ours(&found, account) => found,
            Some(_) => return Err(taken(name)),
            None => {
                let (password, plan, reference) = (password.reveal(), &product.plan, &account.reference);
                api.create(&NewAccount { name, password, plan, reference }).await.map_err(|error| match error.kind {
                    // Somebody was faster.
                    ErrorKind::Declined => taken(name),
                    _ => error,
                })?
            }
        };
        Ok(Outcome::Done(created(&made)))
    }

    async fn suspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        set_active(ctx, account, false).await
    }

    async fn unsuspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        set_active(ctx, account, true).await
    }

    async fn terminate(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let api = Api::new(ctx)?;
        if let Some(found) = ours(&api, account).await? {
            match api.delete(&found.name).await {
                Err(error) if error.kind != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(Outcome::Done(()))
    }

    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        let Some(found) = ours(&Api::new(ctx)?, account).await? else { return Ok(AccountStatus::absent()) };
        Ok(AccountStatus {
            state: if found.active { AccountState::Active } else { AccountState::Suspended },
            account: Some(created(&found)),
            details: vec![("Plan".to_owned(), found.plan)],
            usage: None,
        })
    }
}

async fn set_active(ctx: &PluginCtx, account: &Account, active: bool) -> PluginResult<()> {
    let api = Api::new(ctx)?;
    let found = ours(&api, account).await?;
    let found = found.ok_or_else(|| PluginError::not_found("the server has no account of this service"))?;
    if found.active != active {
        api.set_active(&found.name, active).await?;
    }
    Ok(Outcome::Done(()))
}

/// The account, if the server has one of its name and it bears our mark.
async fn ours(api: &Api<'_>, account: &Account) -> Result<Option<RemoteAccount>, PluginError> {
    let found = api.find(order::known_name(account)?).await?;
    Ok(found.filter(|found| is_ours(found, account)))
}

fn is_ours(found: &RemoteAccount, account: &Account) -> bool {
    found.reference == account.reference
}

fn taken(name: &str) -> PluginError {
    PluginError::declined(format!("the server has an account {name} that is not ours"))
        .public("This account name is taken. Please choose another one.")
}

fn created(account: &RemoteAccount) -> Created {
    Created::new(&account.id, &account.name, &account.name)
}
