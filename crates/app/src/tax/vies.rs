//! The register of VAT numbers: VIES, the service of the European Commission.

use async_trait::async_trait;
use innkeeper_domain::VatNumber;
use innkeeper_plugin_api::{Http, http::Request};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Member states answer slowly, or not at all.
const PATIENCE: Duration = Duration::from_secs(15);
/// Most characters kept of what the register says.
const MOST: usize = 200;

/// What a register says of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is valid.
    Valid {
        /// The number of the consultation: evidence for a tax office. Empty if the register gave none.
        reference: String,
        /// Whose it is, if the register tells.
        holder: String,
    },
    /// It is not.
    Invalid,
    /// Nobody knows now: why.
    Unavailable(String),
}

/// Whoever knows which VAT numbers are valid.
#[async_trait]
pub trait VatRegister: Send + Sync {
    /// Asks after a number, on behalf of a seller with the number `requester`.
    async fn check(&self, number: &VatNumber, requester: Option<&VatNumber>) -> Answer;
}

/// The service of the Commission at a base address.
pub struct Vies {
    http: Http,
    base: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    valid: Option<bool>,
    #[serde(default)]
    request_identifier: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    user_error: Option<String>,
    #[serde(default)]
    error_wrappers: Vec<ErrorWrapper>,
}

#[derive(Deserialize)]
struct ErrorWrapper {
    #[serde(default)]
    error: String,
}

impl Vies {
    /// At `base`, without a trailing slash.
    pub fn new(http: Http, base: &str) -> Self {
        Self { http, base: base.trim_end_matches('/').to_owned() }
    }

    async fn ask(&self, number: &VatNumber, requester: Option<&VatNumber>) -> Result<Answer, String> {
        let mut body = json!({ "countryCode": number.prefix(), "vatNumber": number.digits() });
        if let Some(seller) = requester {
            body["requesterMemberStateCode"] = seller.prefix().into();
            body["requesterNumber"] = seller.digits().into();
        }
        let request = Request::post(format!("{}/check-vat-number", self.base)).json(&body);
        let request = request.map_err(|e| e.to_string())?.read_only().timeout(PATIENCE);
        let response = self.http.send(request).await.map_err(|e| e.to_string())?;
        let reply: Reply = response.json().map_err(|_| format!("HTTP {}", response.status.as_u16()))?;
        Ok(judged(reply, response.status.is_success()))
    }
}

#[async_trait]
impl VatRegister for Vies {
    async fn check(&self, number: &VatNumber, requester: Option<&VatNumber>) -> Answer {
        self.ask(number, requester).await.unwrap_or_else(|why| Answer::Unavailable(clip(&why)))
    }
}

/// What a reply means. Anything but a plain yes or no is no answer.
fn judged(reply: Reply, success: bool) -> Answer {
    let error = reply.error_wrappers.first().map(|e| e.error.clone()).filter(|e| !e.is_empty());
    let error = error.or(reply.user_error.filter(|e| !matches!(e.as_str(), "" | "VALID" | "INVALID")));
    match (success, error.as_deref(), reply.valid) {
        (true, None, Some(true)) => Answer::Valid {
            reference: clip(&reply.request_identifier.unwrap_or_default()),
            // Member states that do not tell the name write dashes.
            holder: reply.name.filter(|name| name != "---").map(|name| clip(&name)).unwrap_or_default(),
        },
        (true, None, Some(false)) => Answer::Invalid,
        // The number itself was refused.
        (_, Some("INVALID_INPUT"), _) => Answer::Invalid,
        (_, error, _) => Answer::Unavailable(clip(error.unwrap_or("the answer is not as agreed"))),
    }
}

fn clip(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MOST).collect()
}
