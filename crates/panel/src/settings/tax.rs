//! How tax is charged.

use askama::Template;
use innkeeper_app::settings::{self, Tax};
use innkeeper_domain::{Permission, TaxRounding};
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Flash, Form};

use crate::listing::Tab;
use crate::reading::number;
use crate::sections;

const PAGE: &str = "/admin/settings/tax";

#[derive(Template)]
#[template(path = "admin/settings/tax.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    roundings: Vec<Choice>,
    may_write: bool,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    staff.actor.require(Permission::SystemRead)?;
    let tax = settings::tax(&staff.app).await?;
    let form = Form::new()
        .with("prices_include_tax", tax.prices_include_tax)
        .with("rounding", tax.rounding)
        .with("union_vat", tax.union_vat)
        .with("below_threshold", tax.below_threshold)
        .with("recheck_days", tax.recheck_days);
    page(&view(&staff, form).await)
}

pub(super) async fn save(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let rounding = posted.text("rounding").parse::<TaxRounding>();
    if let Err(wrong) = &rounding {
        form.fail("rounding", wrong.to_string());
    }
    if let (Some(recheck_days), Ok(rounding)) = (number(&posted, &mut form, "recheck_days"), rounding) {
        let tax = Tax {
            prices_include_tax: posted.ticked("prices_include_tax"),
            rounding,
            union_vat: posted.ticked("union_vat"),
            below_threshold: posted.ticked("below_threshold"),
            recheck_days,
        };
        match settings::save_tax(&staff.app, &staff.actor, tax).await {
            Ok(()) => return see_other(PAGE).flash(Flash::success("Saved, for invoices issued from now on.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, form).await)
}

async fn view(staff: &Staff, form: Form) -> Page {
    Page {
        chrome: staff.chrome().await.title("Tax").in_admin(AdminSection::Settings),
        tabs: sections::settings(PAGE),
        form,
        roundings: vec![
            Choice::new("invoice", "Once for each rate").help("On the sum of the lines that have it."),
            Choice::new("line", "On each line"),
        ],
        may_write: staff.may(Permission::SystemWrite),
    }
}
