//! Actions beyond those that every plugin has.

use async_trait::async_trait;
use http::Method;
use innkeeper_plugin_api::{
    Account, Action, Audience, Outcome::Done, PluginCtx, PluginError, PluginResult, Protection, Report,
    server::AccountActions,
};
use serde_json::json;
use std::collections::BTreeMap;

use crate::{
    client::Client,
    server::PowerDns,
    suspension,
    wire::{CryptoKey, Zone},
    zones,
};

const SIGN: &str = "dnssec-on";
const UNSIGN: &str = "dnssec-off";
const EXPORT: &str = "export";
const NOTIFY: &str = "notify";

#[async_trait]
impl AccountActions for PowerDns {
    fn actions(&self) -> Vec<Action> {
        let action = |key: &str, label: &str, audience| Action {
            key: key.to_owned(),
            label: label.to_owned(),
            audience,
            confirm: None,
            destructive: false,
            fields: vec![],
            // Signed is signed, and asking or notifying twice does no harm.
            protection: Protection::NaturalKey,
        };
        let warning = "Remove the DS records at the registrar first and wait for a day: until then, others \
                       take the domain for forged. The keys are destroyed.";
        let unsign = action(UNSIGN, "Switch DNSSEC off", Audience::Client);
        vec![
            action(SIGN, "Sign with DNSSEC", Audience::Client),
            Action { confirm: Some(warning.to_owned()), destructive: true, ..unsign },
            action(EXPORT, "Show the zone file", Audience::Client),
            action(NOTIFY, "Notify the secondaries", Audience::Staff),
        ]
    }

    async fn available(&self, ctx: &PluginCtx, account: &Account) -> Result<Vec<String>, PluginError> {
        let zone = zones::ours(&Client::new(ctx)?, account).await?;
        let on = !suspension::is_off(&zone);
        let all = [
            (SIGN, on && !zone.dnssec),
            (UNSIGN, on && zone.dnssec),
            (EXPORT, true),
            (NOTIFY, on && ["Master", "Producer"].contains(&zone.kind.as_str())),
        ];
        Ok(all.into_iter().filter(|(_, makes_sense)| *makes_sense).map(|(key, _)| key.to_owned()).collect())
    }

    async fn run(
        &self,
        ctx: &PluginCtx,
        account: &Account,
        action: &str,
        _: &BTreeMap<String, String>,
    ) -> PluginResult<Report> {
        if ![SIGN, UNSIGN, EXPORT, NOTIFY].contains(&action) {
            return Err(PluginError::unsupported(format!("there is no action {action}")));
        }
        let client = Client::new(ctx)?;
        let zone = zones::ours(&client, account).await?;
        let path = format!("/zones/{}", zone.id);
        match action {
            SIGN | UNSIGN => {
                let wanted = action == SIGN;
                if zone.dnssec != wanted {
                    client.change(Method::PUT, &path, Some(&json!({"dnssec": wanted}))).await?;
                }
                signing(&client, &zone, wanted).await.map(Done)
            }
            EXPORT => {
                let text = client.text(&format!("{path}/export")).await?;
                Ok(Done(Report { message: String::new(), data: vec![("Zone file".to_owned(), text.into())] }))
            }
            _ => {
                client.change(Method::PUT, &format!("{path}/notify"), None::<&()>).await?;
                Ok(Done(Report::message("The secondaries are being notified.")))
            }
        }
    }

    async fn ran(&self, ctx: &PluginCtx, account: &Account, action: &str) -> Result<Option<Report>, PluginError> {
        let wanted = match action {
            SIGN => true,
            UNSIGN => false,
            _ => return Ok(None),
        };
        let client = Client::new(ctx)?;
        let zone = zones::ours(&client, account).await?;
        if zone.dnssec == wanted { signing(&client, &zone, wanted).await.map(Some) } else { Ok(None) }
    }
}

async fn signing(client: &Client<'_>, zone: &Zone, signed: bool) -> Result<Report, PluginError> {
    if !signed {
        return Ok(Report::message("The zone is not signed any more."));
    }
    let records = ds_records(client, zone).await?.into_iter();
    let data = records.map(|record| ("DS record".to_owned(), record.into())).collect();
    Ok(Report { message: "The zone is signed. Hand a DS record to the registrar.".to_owned(), data })
}

/// The DS records of the zone's keys.
pub(crate) async fn ds_records(client: &Client<'_>, zone: &Zone) -> Result<Vec<String>, PluginError> {
    let keys: Vec<CryptoKey> = client.get(&format!("/zones/{}/cryptokeys", zone.id)).await?;
    Ok(keys.into_iter().filter(|key| key.active).flat_map(|key| key.ds).collect())
}
