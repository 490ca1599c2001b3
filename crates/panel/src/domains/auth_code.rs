//! The code with which a domain may leave. It is on the page that answers and nowhere else.

use askama::Template;
use innkeeper_app::{AppError, domains};
use innkeeper_domain::DomainId;
use innkeeper_web::auth_code;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Code};

use super::below;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/domains/auth_code.html")]
struct AuthCode {
    chrome: Chrome,
    id: DomainId,
    name: String,
    /// The code itself, unless it was mailed.
    code: Option<Code>,
    /// What else there is to know: until when it is good, where it was sent.
    note: String,
}

pub(super) async fn reveal(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    let address = format!("/admin/domains/{id}");
    let domain = domains::get(&staff.app, &staff.actor, id).await?.domain;
    match domains::auth_code(&staff.app, &staff.actor, id).await {
        Ok(answer) => page(&AuthCode {
            chrome: below(staff.chrome().await, &domain, "Transfer code"),
            id,
            name: domain.name,
            code: auth_code::code(&answer).map(|code| Code::text("Transfer code", code)),
            note: auth_code::note(&answer),
        }),
        Err(error) => back(address, Err::<(), AppError>(error), ""),
    }
}
