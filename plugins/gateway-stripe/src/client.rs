//! Stripe's API: requests, and which answer means what.

use http::Method;
use innkeeper_plugin_api::{ErrorKind, PluginCtx, PluginError, Request, Response};
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::form_urlencoded::Serializer;

use crate::{
    settings::StripeSettings,
    wire::{ApiError, ErrorBody, Intent},
};

/// The version of the API that this code was written for; whatever the account's default is.
const API_VERSION: &str = "2024-06-20";

/// The fields of a request.
pub(crate) type Form = Vec<(&'static str, String)>;

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) struct Failure {
    /// For the host.
    pub error: PluginError,
    /// The intent that a refused confirmation leaves behind.
    pub intent: Option<Box<Intent>>,
}

impl From<Failure> for PluginError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}
impl From<PluginError> for Failure {
    fn from(error: PluginError) -> Self {
        Self { error, intent: None }
    }
}

/// The API of one account.
pub(crate) struct Client<'a> {
    pub ctx: &'a PluginCtx,
    pub settings: StripeSettings,
}

impl<'a> Client<'a> {
    /// Reads the settings.
    pub fn new(ctx: &'a PluginCtx) -> Result<Self, PluginError> {
        Ok(Self { ctx, settings: StripeSettings::read(ctx)? })
    }

    /// Reads an object, or a list. `path` begins with `/v1/`. `NotFound` only if Stripe says so.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, query: Form) -> Result<T, PluginError> {
        let query = Serializer::new(String::new()).extend_pairs(query).finish();
        let separator = if query.is_empty() { "" } else { "?" };
        let request = Request::get(format!("{}{path}{separator}{query}", self.settings.api()));
        Ok(self.send(&Method::GET, path, request).await?)
    }

    /// Changes something. The same `key` changes it once: Stripe keeps its answer for a day at least.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, form: &Form, key: &str) -> Result<T, Failure> {
        let request = Request::post(format!("{}{path}", self.settings.api()))
            .form(form.iter().map(|(name, value)| (*name, value.as_str())))
            .header("idempotency-key", key)?;
        self.send(&Method::POST, path, request).await
    }

    /// Removes an object.
    pub async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, PluginError> {
        let request = Request::new(Method::DELETE, format!("{}{path}", self.settings.api()));
        Ok(self.send(&Method::DELETE, path, request).await?)
    }

    async fn send<T: DeserializeOwned>(&self, method: &Method, path: &str, request: Request) -> Result<T, Failure> {
        let request = request
            .header("authorization", &format!("Bearer {}", self.settings.secret_key.reveal()))?
            .header("stripe-version", API_VERSION)?;
        let response = self.ctx.http.send(request).await?;
        if !response.status.is_success() {
            return Err(refusal(method, path, &response));
        }
        response.json().map_err(|unreadable: PluginError| {
            let text = format!("{method} {path}: {}", unreadable.detail);
            let reads = method == Method::GET;
            if reads { PluginError::temporary(text) } else { PluginError::unknown(text) }.into()
        })
    }
}

/// Which kind of failure an answer is. A server error upon a change may stand for a change: Stripe keeps even
/// such an answer under the key and repeats it, so only a look at what there is can settle it.
fn kind(method: &Method, status: u16, said: &ApiError) -> ErrorKind {
    let reads = method == Method::GET;
    match (status, said.kind.as_deref(), said.code.as_deref()) {
        (_, _, Some("amount_too_small" | "amount_too_large")) => ErrorKind::Declined,
        // The key was used with other fields: something was asked for under it.
        (400, Some("idempotency_error"), _) => ErrorKind::Unknown,
        (402, ..) | (_, Some("card_error"), _) => ErrorKind::Declined,
        (401 | 403, ..) => ErrorKind::Config,
        (404, ..) => ErrorKind::NotFound,
        (409 | 429, ..) => ErrorKind::Temporary,
        (400 | 405..=499, ..) => ErrorKind::Invalid,
        (300..=399, ..) => ErrorKind::Config,
        _ if reads => ErrorKind::Temporary,
        _ => ErrorKind::Unknown,
    }
}

/// What a payer may read: Stripe's texts about cards are written for payers, the others are not.
fn public(status: u16, said: &ApiError) -> Option<String> {
    match said.code.as_deref() {
        Some("amount_too_small") => Some("This amount is too small to be paid this way.".to_owned()),
        Some("amount_too_large") => Some("This amount is too large to be paid this way.".to_owned()),
        _ if status == 402 || said.is_of_card() => said.message.clone(),
        _ => None,
    }
}

fn refusal(method: &Method, path: &str, response: &Response) -> Failure {
    let status = response.status.as_u16();
    let said = serde_json::from_slice::<ErrorBody>(&response.body).unwrap_or_default().error;
    let mut detail = format!("Stripe answered {method} {path} with HTTP {status}");
    let parts = [("code", &said.code), ("decline code", &said.decline_code), ("field", &said.param)];
    for (name, value) in parts {
        if let Some(value) = value {
            detail.push_str(&format!(", {name} {value}"));
        }
    }
    if let Some(message) = &said.message {
        detail.push_str(&format!(": {message}"));
    }
    let mut error = PluginError::new(kind(method, status, &said), detail);
    error.public = public(status, &said);
    error.code = said.decline_code.or(said.code).or(said.kind);
    let wait = response.headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    error.retry_after = wait.map(Duration::from_secs);
    Failure { error, intent: said.payment_intent }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, StatusCode};

    fn told(method: &Method, status: u16, body: &str) -> PluginError {
        let mut headers = HeaderMap::new();
        if status == 429 {
            headers.insert("retry-after", "7".parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        let response = Response { status, headers, body: body.as_bytes().to_vec().into() };
        refusal(method, "/v1/x", &response).error
    }
    fn error(kind: &str, code: &str) -> String {
        format!(r#"{{"error":{{"type":"{kind}","code":"{code}","message":"Because."}}}}"#)
    }

    #[test]
    fn every_refusal_lands_in_its_kind() {
        let invalid = "invalid_request_error";
        for (status, body, write, read) in [
            (402, error("card_error", "card_declined"), ErrorKind::Declined, ErrorKind::Declined),
            (400, error("card_error", "incorrect_cvc"), ErrorKind::Declined, ErrorKind::Declined),
            (400, error(invalid, "parameter_missing"), ErrorKind::Invalid, ErrorKind::Invalid),
            (400, error(invalid, "amount_too_small"), ErrorKind::Declined, ErrorKind::Declined),
            (400, error("idempotency_error", ""), ErrorKind::Unknown, ErrorKind::Unknown),
            (401, error(invalid, ""), ErrorKind::Config, ErrorKind::Config),
            (403, error(invalid, ""), ErrorKind::Config, ErrorKind::Config),
            (404, error(invalid, "resource_missing"), ErrorKind::NotFound, ErrorKind::NotFound),
            (409, error(invalid, "lock_timeout"), ErrorKind::Temporary, ErrorKind::Temporary),
            (409, error("idempotency_error", "idempotency_key_in_use"), ErrorKind::Temporary, ErrorKind::Temporary),
            (429, error(invalid, "rate_limit"), ErrorKind::Temporary, ErrorKind::Temporary),
            (301, String::new(), ErrorKind::Config, ErrorKind::Config),
            (500, error("api_error", ""), ErrorKind::Unknown, ErrorKind::Temporary),
            (503, "<html>".to_owned(), ErrorKind::Unknown, ErrorKind::Temporary),
        ] {
            assert_eq!(told(&Method::POST, status, &body).kind, write, "{status} {body}");
            assert_eq!(told(&Method::GET, status, &body).kind, read, "{status} {body}");
        }
        assert_eq!(told(&Method::GET, 429, "").retry_after, Some(Duration::from_secs(7)));
    }

    #[test]
    fn payers_read_what_is_written_for_them() {
        let declined = told(&Method::POST, 402, &error("card_error", "card_declined"));
        assert_eq!((declined.public.as_deref(), declined.code.as_deref()), (Some("Because."), Some("card_declined")));
        let small = told(&Method::POST, 400, &error("invalid_request_error", "amount_too_small"));
        assert_eq!(small.public.as_deref(), Some("This amount is too small to be paid this way."));
        assert_eq!(told(&Method::POST, 400, &error("invalid_request_error", "x")).public, None);
    }
}
