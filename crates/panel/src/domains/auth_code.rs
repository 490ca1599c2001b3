//! The code with which a domain may leave. It is on the page that answers and nowhere else.

use askama::Template;
use innkeeper_app::{AppError, domains};
use innkeeper_domain::DomainId;
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
    code: Code,
}

pub(super) async fn reveal(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    let address = format!("/admin/domains/{id}");
    let domain = domains::get(&staff.app, &staff.actor, id).await?.domain;
    match domains::auth_code(&staff.app, &staff.actor, id).await {
        Ok(code) => page(&AuthCode {
            chrome: below(staff.chrome().await, &domain, "Transfer code"),
            id,
            name: domain.name,
            code: Code::text("Transfer code", code.reveal()),
        }),
        Err(error) => back(address, Err::<(), AppError>(error), ""),
    }
}
