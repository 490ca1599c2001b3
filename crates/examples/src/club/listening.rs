//! The gate that the club guards, and the places that it fills.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    GateKeeper, PluginCtx, PluginError, SlotFiller, Verdict,
    hooks::{
        Gate as _, Slot as _,
        payloads::{AdminAreaHeader, ClientAreaFooter, ClientAreaHead, ClientAreaHeader, ValidateDomain},
        slots::{MetaTag, SlotAnswer, TextBlock},
    },
};
use serde_json::Value;

use super::{Club, ClubSettings};

#[async_trait]
impl GateKeeper for Club {
    fn gates(&self) -> Vec<(&'static str, i32)> {
        vec![(ValidateDomain::NAME, 100)]
    }
    async fn ask(&self, ctx: &PluginCtx, gate: &str, question: &Value) -> Result<Verdict, PluginError> {
        if gate != ValidateDomain::NAME {
            return Ok(Verdict::Allow);
        }
        let asked: ValidateDomain = serde_json::from_value(question.clone())
            .map_err(|e| PluginError::invalid(format!("no question about a domain: {e}")))?;
        let is_reserved = ClubSettings::of(ctx)?.reserved.iter().any(|name| name.eq_ignore_ascii_case(&asked.sld));
        Ok(match is_reserved {
            true => Verdict::Refuse(format!("{} is reserved for our club", asked.sld)),
            false => Verdict::Allow,
        })
    }
}

#[async_trait]
impl SlotFiller for Club {
    fn slots(&self) -> Vec<&'static str> {
        vec![ClientAreaHead::NAME, ClientAreaHeader::NAME, ClientAreaFooter::NAME, AdminAreaHeader::NAME]
    }
    async fn fill(&self, ctx: &PluginCtx, slot: &str, context: &Value) -> Result<Option<SlotAnswer>, PluginError> {
        let banner = ClubSettings::of(ctx)?.banner;
        if slot == ClientAreaHead::NAME {
            return Ok(Some(MetaTag { name: "club".into(), content: "open to all clients".into() }.into()));
        }
        if slot == ClientAreaHeader::NAME || slot == AdminAreaHeader::NAME {
            let block = TextBlock { title: String::new(), text: banner.clone(), link: None };
            return Ok((!banner.is_empty()).then(|| block.into()));
        }
        if slot != ClientAreaFooter::NAME {
            return Ok(None);
        }
        let seen: ClientAreaFooter = serde_json::from_value(context.clone())
            .map_err(|e| PluginError::invalid(format!("no context of the footer: {e}")))?;
        let Some(client) = seen.client_id else { return Ok(None) };
        let points = self.account(ctx, client).await?.points;
        let text = format!("You have {points} points in our club");
        let link = Some(format!("/plugins/{}/points", super::ID));
        Ok(Some(TextBlock { title: String::new(), text, link }.into()))
    }
}
