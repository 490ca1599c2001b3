//! One live intent for each invoice: whoever wants to collect uses the one that there is, or ends it before
//! another is made. Which one there is, the plugin's store remembers.

use innkeeper_plugin_api::{ErrorKind, PaymentRequest, PluginCtx, PluginError};
use serde::{Deserialize, Serialize};
use serde_json::{from_value, to_value};

use crate::{
    client::{Client, Failure, Form},
    convert::{is_intent, is_kept},
    money::to_stripe,
    settings::Methods,
    wire::{Intent, Status},
};

/// What is remembered of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Opened {
    /// The latest intent.
    intent: String,
    /// How many there were before: the same invoice and amount may need more than one in time.
    turn: u32,
}

/// What can be done with the latest intent of an invoice.
pub(crate) enum Latest {
    /// There is none that could still be paid.
    None,
    /// It can be paid, or given up.
    Live(Intent),
    /// Its money is on its way, or here and not booked yet.
    UnderWay(Intent),
}

/// The fields that every intent has.
pub(crate) fn fields(request: &PaymentRequest, key: &str) -> Result<Form, PluginError> {
    Ok(vec![
        ("amount", to_stripe(request.amount)?.to_string()),
        ("currency", request.amount.currency().code().to_ascii_lowercase()),
        ("description", format!("{} {}", request.invoice_id.map_or("Payment", |_| "Invoice"), request.number)),
        ("metadata[innkeeper_reference]", request.reference.clone()),
        ("metadata[innkeeper_key]", key.to_owned()),
    ])
}

/// With what an intent is read.
pub(crate) const EXPANDED: &str = "latest_charge.balance_transaction";

impl Client<'_> {
    /// An intent as it is now.
    pub async fn intent(&self, id: &str) -> Result<Intent, PluginError> {
        if !is_intent(id) {
            return Err(PluginError::not_found(format!("{id:?} is no id of a payment intent")));
        }
        self.get(&format!("/v1/payment_intents/{id}"), vec![("expand[]", EXPANDED.to_owned())]).await
    }

    /// The latest intent of what `request` asks for.
    pub async fn latest(&self, request: &PaymentRequest) -> Result<Latest, PluginError> {
        let Some(opened) = opened(self.ctx, &request.reference).await? else { return Ok(Latest::None) };
        let intent = match self.intent(&opened.intent).await {
            Ok(intent) => intent,
            Err(e) if e.kind == ErrorKind::NotFound => return Ok(Latest::None),
            Err(e) => return Err(e),
        };
        Ok(match intent.status {
            Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction => {
                Latest::Live(intent)
            }
            Status::Canceled => Latest::None,
            // The same is still owed, so the host has not heard of it.
            Status::Succeeded if is_kept(&intent) && self.fits(&intent, request)? => Latest::UnderWay(intent),
            Status::Succeeded => Latest::None,
            Status::Processing | Status::RequiresCapture | Status::Other => Latest::UnderWay(intent),
        })
    }

    /// Whether an intent asks for what `request` does.
    pub fn fits(&self, intent: &Intent, request: &PaymentRequest) -> Result<bool, PluginError> {
        let code = request.amount.currency().code();
        Ok(intent.amount == to_stripe(request.amount)? && intent.currency.eq_ignore_ascii_case(code))
    }

    /// Ends an intent, so that nobody can pay it any more. `Declined` if it was paid, or is being paid.
    pub async fn give_up(&self, intent: &Intent) -> Result<(), PluginError> {
        let path = format!("/v1/payment_intents/{}/cancel", intent.id);
        match self.post::<Intent>(&path, &vec![], &format!("cancel:{}", intent.id)).await {
            Ok(_) => Ok(()),
            Err(failure) if failure.error.kind == ErrorKind::Invalid => match self.intent(&intent.id).await?.status {
                Status::Canceled => Ok(()),
                Status::Succeeded | Status::Processing => Err(under_way(&intent.id)),
                _ => Err(failure.error),
            },
            Err(failure) => Err(failure.error),
        }
    }

    /// The intent that the payer pays on the page: the latest if it fits, else a new one.
    pub async fn to_be_paid(&self, request: &PaymentRequest) -> Result<Intent, PluginError> {
        let before = opened(self.ctx, &request.reference).await?;
        match self.latest(request).await? {
            Latest::UnderWay(intent) => return Ok(intent),
            Latest::Live(intent) if self.fits(&intent, request)? => return Ok(intent),
            Latest::Live(intent) => self.give_up(&intent).await?,
            Latest::None => {}
        }
        let turn = before.as_ref().map_or(0, |known| known.turn.saturating_add(1));
        let key = format!("{}:{turn}", self.ctx.idempotency_key);
        let intent: Intent = self.post("/v1/payment_intents", &self.page_fields(request, &key)?, &key).await?;
        // Somebody who looked at the page at the same time may have been faster.
        let now = opened(self.ctx, &request.reference).await?;
        if now != before && now.as_ref().is_none_or(|now| now.intent != intent.id) {
            self.give_up(&intent).await?;
            return Err(PluginError::temporary("another payment of this invoice was begun at the same time")
                .public("Please load this page again."));
        }
        remember(self.ctx, &request.reference, &Opened { intent: intent.id.clone(), turn }).await?;
        Ok(intent)
    }

    fn page_fields(&self, request: &PaymentRequest, key: &str) -> Result<Form, PluginError> {
        let mut form = fields(request, key)?;
        form.push(match self.settings.methods {
            Methods::Cards => ("payment_method_types[]", "card".to_owned()),
            Methods::Dashboard => ("automatic_payment_methods[enabled]", "true".to_owned()),
        });
        Ok(form)
    }

    /// Makes an intent that is confirmed at once, and remembers it whatever became of it.
    pub async fn confirmed(&self, request: &PaymentRequest, form: &Form, key: &str) -> Result<Intent, Failure> {
        let turn = opened(self.ctx, &request.reference).await?.map_or(0, |known| known.turn.saturating_add(1));
        let intent = match self.post::<Intent>("/v1/payment_intents", form, key).await {
            Ok(intent) => intent,
            // A refusal leaves an intent that can be paid by other means.
            Err(Failure { intent: Some(intent), error }) if error.kind == ErrorKind::Declined => *intent,
            Err(failure) => return Err(failure),
        };
        remember(self.ctx, &request.reference, &Opened { intent: intent.id.clone(), turn }).await?;
        Ok(intent)
    }
}

/// Nothing is to be collected beside it.
pub(crate) fn under_way(id: &str) -> PluginError {
    let text = format!("a payment of this invoice is under way at Stripe: {id}");
    PluginError::declined(text).public("A payment of this invoice is under way already.")
}

fn place(reference: &str) -> String {
    format!("intent/{reference}")
}

async fn opened(ctx: &PluginCtx, reference: &str) -> Result<Option<Opened>, PluginError> {
    Ok(ctx.store.get(&place(reference)).await?.and_then(|value| from_value(value).ok()))
}

async fn remember(ctx: &PluginCtx, reference: &str, opened: &Opened) -> Result<(), PluginError> {
    let value = to_value(opened).map_err(|e| PluginError::unknown(e.to_string()))?;
    ctx.store.put(&place(reference), value).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{KEY, REFERENCE};
    use innkeeper_plugin_api::{
        Payer,
        domain::{ClientId, Currency, InvoiceId, Money},
    };

    #[test]
    fn an_intent_carries_what_is_read_from_it_again() {
        let payer = Payer {
            reference: "ab12cd34-client-7".to_owned(),
            client_id: ClientId(7),
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            country: "AT".to_owned(),
            customer: None,
        };
        let request = PaymentRequest {
            reference: "ab12cd34-invoice-41".to_owned(),
            invoice_id: Some(InvoiceId(41)),
            number: "2026-00041".to_owned(),
            amount: Money::new(1210, Currency::EUR),
            payer,
            return_url: "https://host.example/invoices/41/paid/gateway-stripe".to_owned(),
        };
        let form = fields(&request, "key-1").unwrap();
        for (name, value) in [(REFERENCE, "ab12cd34-invoice-41"), (KEY, "key-1")] {
            assert!(form.iter().any(|(n, v)| *n == format!("metadata[{name}]") && v == value), "{name}");
        }
        assert!(form.contains(&("amount", "1210".to_owned())) && form.contains(&("currency", "eur".to_owned())));
    }
}
