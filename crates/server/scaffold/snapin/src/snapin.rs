//! What it listens to, what it guards, and what it shows.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    EventEnvelope, GateKeeper, PluginCtx, PluginError, SlotFiller, Snapin, Subscriber, Verdict,
    hooks::{
        Event, Gate, Slot,
        payloads::{ClientAreaFooter, InvoicePaid, ValidateCheckout},
        slots::{SlotAnswer, TextBlock},
    },
};
use serde_json::Value;

use crate::{api, settings::Settings};

/// Key of the listener.
const PAYMENTS: &str = "payments";

/// The snapin.
pub(crate) struct Teller;

#[async_trait]
impl Snapin for Teller {
    fn subscribers(&self, ctx: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        let label = format!("payments → {}", Settings::read(ctx)?.url);
        Ok(vec![Subscriber { key: PAYMENTS.to_owned(), label, events: vec![InvoicePaid::NAME.to_owned()] }])
    }

    async fn on_event(&self, ctx: &PluginCtx, key: &str, event: &EventEnvelope) -> Result<(), PluginError> {
        if key != PAYMENTS {
            return Err(PluginError::config(format!("there is no listener {key}")));
        }
        api::tell(ctx, &Settings::read(ctx)?, event).await
    }

    fn gates(&self) -> Option<&dyn GateKeeper> {
        Some(self)
    }

    fn slots(&self) -> Option<&dyn SlotFiller> {
        Some(self)
    }
}

#[async_trait]
impl GateKeeper for Teller {
    fn gates(&self) -> Vec<(&'static str, i32)> {
        vec![(ValidateCheckout::NAME, 50)]
    }

    async fn ask(&self, ctx: &PluginCtx, _: &str, question: &Value) -> Result<Verdict, PluginError> {
        let Some(most) = Settings::read(ctx)?.most_domains else { return Ok(Verdict::Allow) };
        let cart: ValidateCheckout = read(question)?;
        if cart.domains.len() > usize::try_from(most).unwrap_or(usize::MAX) {
            return Ok(Verdict::Refuse(format!("An order may have {most} domains at most.")));
        }
        Ok(Verdict::Allow)
    }
}

#[async_trait]
impl SlotFiller for Teller {
    fn slots(&self) -> Vec<&'static str> {
        vec![ClientAreaFooter::NAME]
    }

    async fn fill(&self, ctx: &PluginCtx, _: &str, context: &Value) -> Result<Option<SlotAnswer>, PluginError> {
        let settings = Settings::read(ctx)?;
        let Some(line) = settings.footer() else { return Ok(None) };
        let page: ClientAreaFooter = read(context)?;
        let text = line.replace("{company}", &page.company);
        Ok(Some(TextBlock { text, ..TextBlock::default() }.into()))
    }
}

/// A payload as its type. That it does not fit would be a mistake of the host.
fn read<T: serde::de::DeserializeOwned>(payload: &Value) -> Result<T, PluginError> {
    serde_json::from_value(payload.clone()).map_err(|error| PluginError::invalid(error.to_string()))
}
