//! Changes of an account.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, AccountChange, ChangeAccount, Created, Outcome::Done, Part, PluginCtx, PluginResult,
};

use crate::{accounts, client::Client, names, password, server::RabbitMq, settings::RabbitProduct};

#[async_trait]
impl ChangeAccount for RabbitMq {
    fn parts(&self) -> &'static [Part] {
        &[Part::Password, Part::Plan, Part::Addons]
    }

    async fn change(&self, ctx: &PluginCtx, account: &Account, change: &AccountChange) -> PluginResult<Created> {
        let (client, product) = (Client::new(ctx)?, RabbitProduct::read(ctx)?);
        let (parts, mut user) = accounts::ours(&client, account).await?;
        if let Some(password) = &change.password {
            names::check_password(password)?;
            let hash = password::hash(password, &ctx.idempotency_key);
            client.put(&parts.user_path(), &user.with_password(password, &hash)).await?;
        }
        if change.plan.is_some() && user.may_manage() != product.management {
            if change.password.is_some() {
                // With the hash of the new password.
                user = accounts::ours(&client, account).await?.1;
            }
            client.put(&parts.user_path(), &user.managing(product.management)).await?;
        }
        if change.plan.is_some() || change.addons.is_some() {
            let addons = change.addons.as_ref().unwrap_or(&account.addons);
            accounts::set_limits(&client, &parts.name, accounts::limits(&product, addons)).await?;
        }
        Ok(Done(accounts::created(&parts.name)))
    }
}
