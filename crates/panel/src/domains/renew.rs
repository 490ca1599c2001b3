//! Renewing a domain at its registrar.

use askama::Template;
use innkeeper_app::domains::{self, DomainRow};
use innkeeper_app::{AppError, billing};
use innkeeper_domain::{DomainId, Permission};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form, Moment};

use super::below;
use crate::outcome::back;

/// The most years that any registry takes at once.
const LONGEST: u8 = 10;

#[derive(Template)]
#[template(path = "admin/domains/renew.html")]
struct Renew {
    chrome: Chrome,
    id: DomainId,
    name: String,
    expires: Option<Moment>,
    longest: u8,
    form: Form,
}

pub(super) async fn show(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    staff.actor.require(Permission::ServicesWrite)?;
    let domain = domains::get(&staff.app, &staff.actor, id).await?.domain;
    page(&view(&staff, domain, Form::new().with("years", 1)).await)
}

pub(super) async fn renew(staff: Staff, Id(id): Id<DomainId>, posted: Posted) -> PageResult {
    // What is no small number is refused by the use case, like every other number out of range.
    let years = posted.text("years").parse().unwrap_or(0);
    match domains::renew(&staff.app, &staff.actor, id, years).await {
        Ok(_) => see_other(format!("/admin/domains/{id}")).flash(Flash::success("The domain is being renewed.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            let domain = domains::get(&staff.app, &staff.actor, id).await?.domain;
            refused(&view(&staff, domain, form).await)
        }
    }
}

async fn view(staff: &Staff, domain: DomainRow, form: Form) -> Renew {
    Renew {
        chrome: below(staff.chrome().await, &domain, "Renew"),
        id: domain.id,
        expires: domain.expires_on.map(Moment::day),
        name: domain.name,
        longest: LONGEST,
        form,
    }
}

/// Invoices the late renewal of an expired domain.
pub(super) async fn late(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    match billing::renew_late(&staff.app, &staff.actor, id).await {
        Ok(invoice) => {
            let told = Flash::success("The late renewal is invoiced. Once it is paid the registrar is asked.");
            see_other(format!("/admin/invoices/{invoice}")).flash(told).ok()
        }
        Err(error) => back(format!("/admin/domains/{id}"), Err::<(), AppError>(error), ""),
    }
}
