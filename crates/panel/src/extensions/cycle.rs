//! How long before a period of a cycle its invoice is made.

use innkeeper_app::{AppError, billing, catalogue};
use innkeeper_domain::{CycleId, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Flash, Form};

use crate::reading::optional_number;
use crate::rules::RulesPage;

const BACK: &str = "/admin/currencies";

pub(super) async fn show(staff: Staff, Id(id): Id<CycleId>) -> PageResult {
    page(&view(&staff, id, None).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<CycleId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let days = optional_number(&posted, &mut form, "invoice_days");
    if form.is_fine() {
        match billing::set_invoice_days(&staff.app, &staff.actor, id, days).await {
            Ok(()) => return see_other(BACK).flash(Flash::success("The cycle's own days are saved.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, id, Some(form)).await?)
}

async fn view(staff: &Staff, id: CycleId, form: Option<Form>) -> Result<RulesPage, Failure> {
    staff.actor.require(Permission::CatalogueWrite)?;
    let cycles = catalogue::list_cycles(&staff.app, &staff.actor).await?;
    let cycle = cycles.into_iter().find(|cycle| cycle.id == id).ok_or(AppError::NotFound("billing cycle"))?;
    let stored = cycle.invoice_days.map(|days| days.to_string()).unwrap_or_default();
    let form = form.unwrap_or_else(|| Form::new().with("invoice_days", stored));
    Ok(RulesPage {
        chrome: staff
            .chrome()
            .await
            .title(cycle.name)
            .in_admin(AdminSection::Products)
            .crumb("Currencies and cycles", BACK),
        intro: "How long before a period begins its invoice is made.",
        fields: vec![
            form.number("invoice_days", "Days before a period").min(0).max(365).help("Empty: as the settings say."),
        ],
        form,
        back: BACK.to_owned(),
    })
}
