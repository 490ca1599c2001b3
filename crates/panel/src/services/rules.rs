//! A price of its own for a service, and the day until which it is spared.

use innkeeper_app::billing::{self, OwnTerms};
use innkeeper_app::services;
use innkeeper_app::{AppError, Checks};
use innkeeper_domain::{Currency, Money, ServiceId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Flash, Form};

use super::below;
use crate::rules::RulesPage;

pub(super) async fn show(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let terms = billing::own_terms(&staff.app, &staff.actor, id).await?;
    let spared = terms.spared_until.map(|day| day.to_string()).unwrap_or_default();
    let form = Form::new().with("amount", terms.amount.to_decimal()).with("spared_until", spared);
    page(&view(&staff, id, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let currency = billing::own_terms(&staff.app, &staff.actor, id).await?.amount.currency();
    let saved = match terms(&posted, currency) {
        Ok(terms) => billing::set_own_terms(&staff.app, &staff.actor, id, terms).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => {
            see_other(format!("/admin/services/{id}")).flash(Flash::success("The service's own terms are saved.")).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, id, form).await?)
        }
    }
}

fn terms(posted: &Posted, currency: Currency) -> Result<OwnTerms, AppError> {
    let mut checks = Checks::default();
    let amount = checks.parse("amount", Money::parse(posted.get("amount"), currency));
    let spared_until = match posted.text("spared_until").as_str() {
        "" => None,
        day => checks.parse("spared_until", day.parse().map_err(|_| "must be a date")),
    };
    checks.finish()?;
    let amount = amount.ok_or_else(|| AppError::internal("an amount that was read is gone"))?;
    Ok(OwnTerms { amount, spared_until })
}

async fn view(staff: &Staff, id: ServiceId, form: Form) -> Result<RulesPage, Failure> {
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    Ok(RulesPage {
        chrome: below(staff.chrome().await, &service, "Own terms"),
        intro: "They hold from the next period that is invoiced. What was invoiced stays as it is.",
        fields: vec![
            form.decimal("amount", "Price").unit(&service.currency).required().help("For each period, without tax."),
            form.date("spared_until", "Spared until").help("Until then it is not switched off for unpaid invoices."),
        ],
        form,
        back: format!("/admin/services/{id}"),
    })
}
