//! The gateway's API: a function for each call, and which answer means what.

use http::Method;
use innkeeper_plugin_api::{ErrorKind, PaymentRequest, PluginCtx, PluginError, Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::settings::Settings;

/// The API.
pub(crate) struct Api<'a> {
    ctx: &'a PluginCtx,
    settings: Settings,
}

/// A payment, as the gateway has it.
#[derive(Deserialize)]
pub(crate) struct RemotePayment {
    /// Where the client pays.
    pub page: String,
}

#[derive(Serialize)]
struct NewPayment<'a> {
    amount: String,
    currency: &'a str,
    payer: &'a str,
}

impl<'a> Api<'a> {
    /// Reads the settings.
    pub fn new(ctx: &'a PluginCtx) -> Result<Self, PluginError> {
        Ok(Self { ctx, settings: Settings::read(ctx)? })
    }

    /// The payment of an invoice, made if there is none yet: so it may be asked for again and again.
    pub async fn payment_of(&self, request: &PaymentRequest) -> Result<RemotePayment, PluginError> {
        let number = utf8_percent_encode(&request.number, NON_ALPHANUMERIC);
        let url = format!("{}/v1/payments/{number}", self.settings.url.trim_end_matches('/'));
        let (amount, currency) = (request.amount.to_decimal(), request.amount.currency());
        let body = NewPayment { amount, currency: currency.code(), payer: &request.payer.name };
        // It does no harm to send it twice, so an answer that is lost is a reason to ask again.
        self.send(Request::new(Method::PUT, url).json(&body)?.read_only()).await?.json()
    }

    async fn send(&self, request: Request) -> Result<Response, PluginError> {
        let bearer = format!("Bearer {}", self.settings.token.reveal());
        let response = self.ctx.http.send(request.header("authorization", &bearer)?).await?;
        if response.status.is_success() { Ok(response) } else { Err(refusal(&response)) }
    }
}

/// What a status other than success means. Whatever is not known to have done nothing is `Unknown`.
fn refusal(response: &Response) -> PluginError {
    let status = response.status.as_u16();
    let kind = match status {
        400 | 422 => ErrorKind::Invalid,
        404 => ErrorKind::NotFound,
        402 | 409 => ErrorKind::Declined,
        429 | 503 => ErrorKind::Temporary,
        300..=499 => ErrorKind::Config,
        _ => ErrorKind::Unknown,
    };
    let said: String = response.text().chars().take(200).collect();
    PluginError::new(kind, format!("the gateway answered HTTP {status}: {said}")).code(status)
}
