//! Changes of a mailbox: its password, its plan, what was bought on top.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, AccountChange, ChangeAccount, Created, Outcome::Done, Part, PluginCtx, PluginError, PluginResult,
};
use serde_json::{Map, Value};

use crate::{
    client::Client,
    convert,
    mailbox::Mailboxes,
    server::{Kerio, Settings},
    settings::KerioProduct,
    wire::User,
};

#[async_trait]
impl ChangeAccount for Kerio {
    fn parts(&self) -> &'static [Part] {
        &[Part::Password, Part::Plan, Part::Addons]
    }

    async fn change(&self, ctx: &PluginCtx, account: &Account, change: &AccountChange) -> PluginResult<Created> {
        let settings = Settings::read(ctx)?;
        if let Some(plan) = &change.plan {
            same_domain(&plan.from, &settings.product)?;
        }
        let mut client = settings.log_in(ctx).await?;
        let result = apply(&mut client, &settings.product, account, change).await;
        client.log_out().await;
        result.map(Done)
    }
}

/// A mailbox cannot move to another mail domain: its address would be another one.
fn same_domain(from: &Value, to: &KerioProduct) -> Result<(), PluginError> {
    let from = from.get("domain").and_then(Value::as_str).unwrap_or_default();
    if from.eq_ignore_ascii_case(&to.domain) {
        return Ok(());
    }
    Err(PluginError::declined(format!("a mailbox of {from} cannot move to {}", to.domain))
        .public("This plan is for another mail domain. Please order a new mailbox."))
}

async fn apply(
    client: &mut Client<'_>,
    product: &KerioProduct,
    account: &Account,
    change: &AccountChange,
) -> Result<Created, PluginError> {
    let mut mailboxes = Mailboxes::open(client, &product.domain).await?;
    let user = mailboxes.ours(account).await?;
    let mut pattern = Map::new();
    if let Some(password) = &change.password {
        mailboxes.check_password(account, password)?;
        pattern.insert("password".to_owned(), password.reveal().as_str().into());
    }
    if change.plan.is_some() || change.addons.is_some() {
        let template = mailboxes.template_of(product).await?;
        let bought = change.addons.as_ref().unwrap_or(&account.addons);
        let quota = convert::quota(product, template.as_ref(), bought);
        fits(&user, quota)?;
        if change.plan.is_some() {
            pattern.extend(convert::of_template(template.as_ref()));
        }
        pattern.insert("diskSizeLimit".to_owned(), convert::size_limit(quota));
    }
    mailboxes.set(&user, &Value::Object(pattern)).await?;
    Ok(convert::created_as(&user, &product.domain))
}

/// A mailbox becomes no smaller than the mail in it. One that is too full already may stay as it is.
fn fits(user: &User, quota: Option<u64>) -> Result<(), PluginError> {
    let Some(wanted) = quota else { return Ok(()) };
    let (used, limit) = convert::megabytes(user);
    if wanted >= used || limit.is_some_and(|limit| wanted >= limit) {
        return Ok(());
    }
    let text =
        format!("The mailbox holds {used} MB of mail, and would have {wanted} MB. Please delete some mail first.");
    Err(PluginError::declined(text.clone()).public(text))
}
