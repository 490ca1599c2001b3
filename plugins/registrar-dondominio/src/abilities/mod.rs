//! The optional abilities.

mod actions;
mod dns;
mod glue;
mod inventory;
mod signing;
mod suggest;
mod transfer;

use innkeeper_plugin_api::{
    AuthCode, AuthCodeAnswer, DomainRef, ErrorKind, Outcome, PluginCtx, PluginError, PluginResult, Price, PriceList,
    Privacy, TransferLock, async_trait,
    domain::Money,
    registrar::{AutoRenew, Balance},
};
use serde_json::Value;

use crate::client::Client;
use crate::convert::{self, field, wire_name};
use crate::registrar::{DonDominio, ours};
use crate::replies::{AccountInfo, AuthcodeInfo, Zones};

/// Rows of the price list that are asked for at once.
const PAGE: usize = 100;
/// The vendor's word for a domain that it renews by itself.
pub(crate) const AUTOMATIC: &str = "autorenew";

#[async_trait]
impl TransferLock for DonDominio {
    async fn set_lock(&self, ctx: &PluginCtx, domain: &DomainRef, locked: bool) -> PluginResult<()> {
        let client = self.client(ctx)?;
        let name = wire_name(&domain.name)?;
        let status = ours(&client, &name).await?;
        match status.transfer_block {
            None => {
                let text = format!("The extension .{} has no transfer lock.", domain.name.tld());
                Err(PluginError::new(ErrorKind::Unsupported, text.clone()).public(text))
            }
            Some(now) if now == locked => Ok(Outcome::Done(())),
            Some(_) => update(&client, &name, "transferBlock", locked).await,
        }
    }
}

#[async_trait]
impl AuthCode for DonDominio {
    async fn auth_code(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<AuthCodeAnswer, PluginError> {
        let fields = vec![field("domain", wire_name(&domain.name)?)];
        let found: AuthcodeInfo = self.client(ctx)?.read("domain/getauthcode", &fields).await?;
        Ok(AuthCodeAnswer::Code(found.authcode))
    }
}

#[async_trait]
impl Privacy for DonDominio {
    async fn set_privacy(&self, ctx: &PluginCtx, domain: &DomainRef, hidden: bool) -> PluginResult<()> {
        update(&self.client(ctx)?, &wire_name(&domain.name)?, "whoisPrivacy", hidden).await
    }
}

#[async_trait]
impl AutoRenew for DonDominio {
    async fn set_auto_renew(&self, ctx: &PluginCtx, domain: &DomainRef, on: bool) -> PluginResult<()> {
        let client = self.client(ctx)?;
        let name = wire_name(&domain.name)?;
        let status = ours(&client, &name).await?;
        // One that shall expire (`letexpire`) is not renewed either.
        if status.renewal_mode.as_deref().map(|mode| mode == AUTOMATIC) == Some(on) {
            return Ok(Outcome::Done(()));
        }
        set_renewal(&client, &name, on).await?;
        Ok(Outcome::Done(()))
    }
}

/// Lets the vendor renew a domain by itself, or not.
pub(crate) async fn set_renewal(client: &Client<'_>, name: &str, on: bool) -> Result<(), PluginError> {
    let mode = if on { AUTOMATIC } else { "manual" };
    let fields = vec![field("domain", name), field("updateType", "renewalMode"), field("renewalMode", mode)];
    client.change::<Value>("domain/update", &fields).await.map(drop)
}

#[async_trait]
impl Balance for DonDominio {
    async fn balance(&self, ctx: &PluginCtx) -> Result<Money, PluginError> {
        let account: AccountInfo = self.client(ctx)?.read("account/info", &vec![]).await?;
        convert::money(account.balance, &account.currency).ok_or_else(|| {
            PluginError::temporary(format!("account/info: no amount: {} {}", account.balance, account.currency))
        })
    }
}

/// Sets one flag; the field is called like the type of the update.
async fn update(client: &Client<'_>, name: &str, flag: &str, on: bool) -> PluginResult<()> {
    let fields = vec![field("domain", name), field("updateType", flag), field(flag, on.to_string())];
    let _: Value = client.change("domain/update", &fields).await?;
    Ok(Outcome::Done(()))
}

#[async_trait]
impl PriceList for DonDominio {
    async fn prices(&self, ctx: &PluginCtx, tlds: &[String]) -> Result<Vec<Price>, PluginError> {
        let client = self.client(ctx)?;
        let account: AccountInfo = client.read("account/info", &vec![]).await?;
        let mut zones = Vec::new();
        for page in 1.. {
            let fields = vec![field("pageLength", PAGE.to_string()), field("page", page.to_string())];
            let found: Zones = client.read("account/zones", &fields).await?;
            let rows = found.zones.len();
            zones.extend(found.zones);
            if rows == 0 || zones.len() >= found.query.total {
                break;
            }
        }
        let mut prices = convert::prices(zones, &account.currency);
        prices.retain(|price| tlds.is_empty() || tlds.contains(&price.tld));
        Ok(prices)
    }
}
