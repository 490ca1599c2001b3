//! The registrar's API: a function for each call, and which answer means what.

use chrono::NaiveDate;
use http::Method;
use innkeeper_plugin_api::{Contact, ErrorKind, PluginCtx, PluginError, Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, time::Duration};

use crate::settings::Settings;

/// The API.
pub(crate) struct Api<'a> {
    ctx: &'a PluginCtx,
    settings: Settings,
}

/// Our account there.
#[derive(Deserialize)]
pub(crate) struct Login {
    pub name: String,
    pub balance: String,
}

/// Whether a name is to be had.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Free,
    Taken,
    NotSold,
}

/// A domain of our account.
#[derive(Deserialize)]
pub(crate) struct RemoteDomain {
    pub id: String,
    pub state: State,
    pub expires_on: NaiveDate,
    pub nameservers: Vec<String>,
    pub contacts: BTreeMap<Role, Person>,
}

/// State of a domain.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Pending,
    Active,
    Expired,
    Redemption,
}

/// What a contact is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Owner,
    Admin,
    Tech,
    Billing,
}

/// A contact, as the registrar writes it.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Person {
    pub first_name: String,
    pub last_name: String,
    pub organization: String,
    pub tax_id: String,
    pub email: String,
    pub phone: String,
    pub street: String,
    pub city: String,
    pub state: String,
    pub zip: String,
    pub country: String,
}

/// A registration, or a transfer, to be made. No `Debug`: it may hold a transfer code.
#[derive(Serialize)]
pub(crate) struct Order<'a> {
    pub name: &'a str,
    pub years: u8,
    pub nameservers: &'a [String],
    pub contacts: &'a BTreeMap<Role, Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_code: Option<&'a str>,
}

#[derive(Serialize)]
struct Extension {
    years: u8,
    from: NaiveDate,
}

impl<'a> Api<'a> {
    /// Reads the settings.
    pub fn new(ctx: &'a PluginCtx) -> Result<Self, PluginError> {
        Ok(Self { ctx, settings: Settings::read(ctx)? })
    }

    /// Who we are there.
    pub async fn login(&self) -> Result<Login, PluginError> {
        self.read("/v1/login").await
    }

    /// Which of the names are to be had; one may be missing.
    pub async fn check(&self, names: &[&str]) -> Result<BTreeMap<String, Answer>, PluginError> {
        self.read(&format!("/v1/check?names={}", encoded(&names.join(",")))).await
    }

    /// A domain of our account; none if the registrar says that it is not there.
    pub async fn find(&self, name: &str) -> Result<Option<RemoteDomain>, PluginError> {
        match self.read(&domain(name)).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Registers. `Declined` if the name is taken.
    pub async fn register(&self, order: &Order<'_>) -> Result<RemoteDomain, PluginError> {
        self.change(Method::POST, "/v1/domains", order).await?.json()
    }

    /// Starts a transfer to us.
    pub async fn transfer(&self, order: &Order<'_>) -> Result<RemoteDomain, PluginError> {
        self.change(Method::POST, "/v1/transfers", order).await?.json()
    }

    /// Renews a domain that expires on `from`. `Declined` if it expires on another day.
    pub async fn renew(&self, name: &str, years: u8, from: NaiveDate) -> Result<RemoteDomain, PluginError> {
        self.change(Method::POST, &format!("{}/renewals", domain(name)), &Extension { years, from }).await?.json()
    }

    /// Sets the name servers; empty: the registrar's own.
    pub async fn set_nameservers(&self, name: &str, hosts: &[String]) -> Result<(), PluginError> {
        self.change(Method::PUT, &format!("{}/nameservers", domain(name)), &hosts).await.map(drop)
    }

    /// Sets the contacts.
    pub async fn set_contacts(&self, name: &str, contacts: &BTreeMap<Role, Person>) -> Result<(), PluginError> {
        self.change(Method::PUT, &format!("{}/contacts", domain(name)), contacts).await.map(drop)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.settings.url.trim_end_matches('/'))
    }

    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, PluginError> {
        let answer = self.send(Request::get(self.url(path))).await.and_then(|response| response.json());
        // Nothing was to change: an answer that makes no sense is a reason to ask again, no more.
        answer.map_err(|error| match error.kind {
            ErrorKind::Unknown => PluginError { kind: ErrorKind::Temporary, ..error },
            _ => error,
        })
    }

    async fn change(&self, method: Method, path: &str, body: &impl Serialize) -> Result<Response, PluginError> {
        self.send(Request::new(method, self.url(path)).json(body)?).await
    }

    async fn send(&self, request: Request) -> Result<Response, PluginError> {
        let bearer = format!("Bearer {}", self.settings.token.reveal());
        let request = request.header("authorization", &bearer)?.timeout(self.settings.timeout());
        let response = self.ctx.http.send(request).await?;
        if response.status.is_success() { Ok(response) } else { Err(refusal(&response)) }
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Path of a domain.
fn domain(name: &str) -> String {
    format!("/v1/domains/{}", encoded(name))
}

/// What a status other than success means. Whatever is not known to have done nothing is `Unknown`.
fn refusal(response: &Response) -> PluginError {
    let status = response.status.as_u16();
    let kind = match status {
        400 | 422 => ErrorKind::Invalid,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Declined,
        429 | 503 => ErrorKind::Temporary,
        300..=499 => ErrorKind::Config,
        _ => ErrorKind::Unknown,
    };
    let said: String = response.text().chars().take(200).collect();
    let error = PluginError::new(kind, format!("the registrar answered HTTP {status}: {said}")).code(status);
    let seconds = response.headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    match seconds {
        Some(seconds) => error.retry_after(Duration::from_secs(seconds)),
        None => error,
    }
}

impl From<&Contact> for Person {
    fn from(ours: &Contact) -> Self {
        let ours = ours.clone();
        Self {
            first_name: ours.first_name,
            last_name: ours.last_name,
            organization: ours.company,
            tax_id: ours.id_number,
            email: ours.email,
            phone: ours.phone,
            street: ours.address,
            city: ours.city,
            state: ours.state,
            zip: ours.postcode,
            country: ours.country,
        }
    }
}

impl From<Person> for Contact {
    fn from(theirs: Person) -> Self {
        Self {
            first_name: theirs.first_name,
            last_name: theirs.last_name,
            company: theirs.organization,
            id_number: theirs.tax_id,
            email: theirs.email,
            phone: theirs.phone,
            address: theirs.street,
            city: theirs.city,
            state: theirs.state,
            postcode: theirs.zip,
            country: theirs.country,
        }
    }
}
