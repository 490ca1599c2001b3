//! A new token. It is on the page that answers and nowhere else.

use std::collections::BTreeSet;

use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use innkeeper_app::api_tokens::{self, NewToken, TokenOwner};
use innkeeper_app::{AppError, Identity};
use innkeeper_domain::Permission;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Code, Form};

use crate::staff::choices;

#[derive(Template)]
#[template(path = "admin/api_tokens/new.html")]
struct New {
    chrome: Chrome,
    form: Form,
    scopes: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "admin/api_tokens/created.html")]
struct Created {
    chrome: Chrome,
    token: Code,
    example: Code,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    page(&view(&staff, Form::new()).await)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let Identity::Staff(id) = staff.actor.identity else { return Err(AppError::Forbidden.into()) };
    let made = match expiry(&posted) {
        Ok(expires_at) => {
            let scopes =
                posted.all("scopes").iter().filter_map(|word| word.parse().ok()).collect::<BTreeSet<Permission>>();
            let new = NewToken { name: posted.text("name"), owner: TokenOwner::Staff(id), scopes, expires_at };
            api_tokens::create(&staff.app, &staff.actor, &new).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(made) => {
            let base = staff.app.base_url();
            let example = format!("curl -H 'Authorization: Bearer {}' {base}/api/v1/clients", made.token);
            let chrome = staff.chrome().await.title("Your new token").in_admin(AdminSection::ApiTokens);
            page(&Created {
                chrome: chrome.crumb("API tokens", "/admin/api-tokens"),
                token: Code::text("API token", made.token),
                example: Code::text("Example of a call", example),
            })
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, form).await)
        }
    }
}

/// The end of the day chosen; none: never.
fn expiry(posted: &Posted) -> Result<Option<DateTime<Utc>>, AppError> {
    let Some(text) = posted.optional("expires_at") else { return Ok(None) };
    let day: NaiveDate = text.parse().map_err(|_| AppError::invalid("expires_at", "must be a date"))?;
    let next = day.succ_opt().unwrap_or(day);
    Ok(Some(next.and_time(NaiveTime::MIN).and_utc()))
}

async fn view(staff: &Staff, form: Form) -> New {
    let chrome = staff.chrome().await.title("New token").in_admin(AdminSection::ApiTokens);
    New { chrome: chrome.crumb("API tokens", "/admin/api-tokens"), form, scopes: choices(&staff.actor.permissions) }
}
