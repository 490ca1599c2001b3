//! Mail to clients.

use innkeeper_domain::Permission;
use serde::{Deserialize, Serialize};

use crate::{Actor, App, Checks, Result, mail_templates};

/// Mail to clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mail {
    /// For clients in whose language there is no text, as a tag such as `de`.
    pub language: String,
}

impl Default for Mail {
    fn default() -> Self {
        Self { language: "en".into() }
    }
}

/// Mail to clients.
pub async fn mail(app: &App) -> Result<Mail> {
    super::read(app, "mail").await
}

/// Changes it, for mails written from now on.
pub async fn save_mail(app: &App, actor: &Actor, mut mail: Mail) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let mut checks = Checks::default();
    let tag = mail_templates::parse_language(&mail.language).ok_or("must be a language code such as en");
    if let Some(tag) = checks.parse("language", tag) {
        mail.language = tag;
    }
    checks.finish()?;
    super::save(app, actor, "mail", &mail).await
}
