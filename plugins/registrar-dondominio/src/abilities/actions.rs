//! What the vendor offers besides.

use std::collections::BTreeMap;

use innkeeper_plugin_api::{
    Action, Audience, DomainRef, Outcome, PluginCtx, PluginError, PluginResult, Protection, Report, async_trait,
    registrar::DomainActions, view::Value,
};

use crate::convert::{field, wire_name};
use crate::registrar::{DonDominio, find};
use crate::replies::History;

const VERIFY: &str = "verify";
const HISTORY: &str = "history";

#[async_trait]
impl DomainActions for DonDominio {
    fn actions(&self) -> Vec<Action> {
        let action = |key: &str, label: &str, audience| Action {
            key: key.to_owned(),
            label: label.to_owned(),
            audience,
            confirm: None,
            destructive: false,
            fields: vec![],
            protection: Protection::NaturalKey,
        };
        vec![
            action(VERIFY, "Send the owner's verification mail again", Audience::Client),
            action(HISTORY, "Show what the registrar recorded", Audience::Staff),
        ]
    }

    async fn available(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<String>, PluginError> {
        let Some(status) = find(&self.client(ctx)?, &wire_name(&domain.name)?).await? else { return Ok(vec![]) };
        let waits = matches!(status.owner_verification.as_deref(), Some("inprocess" | "failed"));
        Ok(waits.then(|| VERIFY.to_owned()).into_iter().chain([HISTORY.to_owned()]).collect())
    }

    async fn run(
        &self,
        ctx: &PluginCtx,
        domain: &DomainRef,
        action: &str,
        _: &BTreeMap<String, String>,
    ) -> PluginResult<Report> {
        let client = self.client(ctx)?;
        let fields = vec![field("domain", wire_name(&domain.name)?)];
        let report = match action {
            VERIFY => {
                let _: serde_json::Value = client.change("domain/resendverificationmail", &fields).await?;
                Report::message("The mail was sent to the owner again.")
            }
            HISTORY => {
                let found: History = client.read("domain/gethistory", &fields).await?;
                let line = |line: crate::replies::HistoryLine| {
                    let what = [line.title, line.message, line.user].into_iter().filter(|text| !text.is_empty());
                    (line.ts, Value::Text(what.collect::<Vec<_>>().join(" \u{b7} ")))
                };
                let data: Vec<_> = found.history.into_iter().map(line).collect();
                Report { message: format!("{} entries.", data.len()), data }
            }
            other => return Err(PluginError::unsupported(format!("there is no action {other}"))),
        };
        Ok(Outcome::Done(report))
    }

    async fn ran(&self, _: &PluginCtx, _: &DomainRef, _: &str) -> Result<Option<Report>, PluginError> {
        // The vendor does not tell which mails it sent.
        Ok(None)
    }
}
