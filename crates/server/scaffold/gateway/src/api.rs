//! The gateway's API: a function for each call, and which answer means what.

use chrono::{DateTime, SecondsFormat, Utc};
use http::Method;
use innkeeper_plugin_api::{
    ErrorKind, PaymentRequest, PluginCtx, PluginError, Request, Response,
    domain::{Currency, Money},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::settings::Settings;

/// The API.
pub(crate) struct Api<'a> {
    ctx: &'a PluginCtx,
    settings: Settings,
}

/// A payment, as the gateway has it.
#[derive(Deserialize)]
pub(crate) struct Payment {
    pub id: String,
    /// Whatever its maker wrote there: ours is the mark of an invoice.
    pub reference: Option<String>,
    /// Where the client pays.
    pub page: String,
    amount: String,
    currency: Currency,
    pub state: State,
    pub paid_at: Option<DateTime<Utc>>,
}

/// State of a payment.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Open,
    Paid,
    GivenUp,
}

/// A part of a list.
#[derive(Deserialize)]
pub(crate) struct Part {
    pub payments: Vec<Payment>,
    pub next: Option<String>,
}

#[derive(Serialize)]
struct NewPayment<'a> {
    amount: String,
    currency: &'a str,
    description: &'a str,
    payer: &'a str,
    return_url: &'a str,
}

impl Payment {
    /// How much.
    pub fn amount(&self) -> Result<Money, PluginError> {
        let amount = Money::parse(&self.amount, self.currency);
        amount.map_err(|error| PluginError::temporary(format!("the amount of payment {}: {error}", self.id)))
    }
}

impl<'a> Api<'a> {
    /// Reads the settings.
    pub fn new(ctx: &'a PluginCtx) -> Result<Self, PluginError> {
        Ok(Self { ctx, settings: Settings::read(ctx)? })
    }

    /// The payment of an invoice, made if there is none yet: so it may be asked for again and again.
    pub async fn payment_of(&self, request: &PaymentRequest) -> Result<Payment, PluginError> {
        let body = NewPayment {
            amount: request.amount.to_decimal(),
            currency: request.amount.currency().code(),
            description: &request.number,
            payer: &request.payer.name,
            return_url: &request.return_url,
        };
        let url = self.url(&format!("/v1/references/{}", encoded(&request.reference)));
        self.read(Request::new(Method::PUT, url).json(&body)?).await
    }

    /// The payment with this id. `NotFound` if the gateway says that there is none.
    pub async fn payment(&self, id: &str) -> Result<Payment, PluginError> {
        self.read(Request::get(self.url(&format!("/v1/payments/{}", encoded(id))))).await
    }

    /// Payments that changed since then, from `cursor` on.
    pub async fn changed_since(&self, since: DateTime<Utc>, cursor: Option<&str>) -> Result<Part, PluginError> {
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let path = format!("/v1/payments?since={}&after={}", encoded(&since), encoded(cursor.unwrap_or_default()));
        self.read(Request::get(self.url(&path))).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.settings.url.trim_end_matches('/'))
    }

    /// Sends what does no harm to send twice: that an answer is lost is a reason to ask again, no more.
    async fn read<T: DeserializeOwned>(&self, request: Request) -> Result<T, PluginError> {
        let answer = self.send(request.read_only()).await.and_then(|response| response.json());
        answer.map_err(|error| match error.kind {
            ErrorKind::Unknown => PluginError { kind: ErrorKind::Temporary, ..error },
            _ => error,
        })
    }

    async fn send(&self, request: Request) -> Result<Response, PluginError> {
        let bearer = format!("Bearer {}", self.settings.token.reveal());
        let response = self.ctx.http.send(request.header("authorization", &bearer)?).await?;
        if response.status.is_success() { Ok(response) } else { Err(refusal(&response)) }
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
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
