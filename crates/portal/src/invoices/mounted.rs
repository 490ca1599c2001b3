//! Fields that a payment gateway draws on our page.

use askama::Template;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Response;
use innkeeper_app::{AppError, payments::Paying};
use innkeeper_plugin_api::{HostedForm, PaymentPage};
use innkeeper_web::{Failure, security};
use serde_json::{Map, Value};

/// The place where the gateway's script mounts them.
#[derive(Template)]
#[template(path = "portal/invoices/mounted.html")]
pub(crate) struct Mounted {
    /// Address of the script: for the page's [`Chrome::script`](innkeeper_web::view::Chrome).
    pub(crate) script: String,
    /// A JSON object.
    settings: String,
    origins: Vec<String>,
}

innkeeper_web::component!(Mounted);

impl Mounted {
    /// The fields of a page, if it has such.
    pub(crate) fn of(paying: &Paying) -> Option<Self> {
        let (PaymentPage::Hosted(HostedForm { origins, data, .. }), Some(script)) = (&paying.page, &paying.script)
        else {
            return None;
        };
        let mut settings: Map<String, Value> =
            data.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
        settings.insert("return_url".to_owned(), Value::String(paying.return_url.clone()));
        let settings = Value::Object(settings).to_string();
        Some(Self { script: script.clone(), settings, origins: origins.clone() })
    }

    /// Lets the page that holds them load what the gateway needs, and no other page.
    pub(crate) fn let_in(form: Option<&Self>, mut page: Response) -> Result<Response, Failure> {
        if let Some(form) = form {
            let policy = security::policy_with(&form.origins).map_err(AppError::internal)?;
            page.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        Ok(page)
    }
}
