//! One meter: new prices of its units, and retiring it.

use askama::Template;
use innkeeper_app::catalogue;
use innkeeper_app::usage::{self, Meter};
use innkeeper_domain::{MeterId, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Facts, Field, Flash, Form, Moment, PostButton};

use super::meters::{PRICE_HELP, filled, measured, price_fields, priced, read_prices, refuse_prices};
use crate::reading::optional_day;

#[derive(Template)]
#[template(path = "admin/products/meter.html")]
struct Page {
    chrome: Chrome,
    facts: Facts,
    past: Vec<(String, Moment)>,
    form: Form,
    prices: Vec<Field>,
    price_help: &'static str,
    back: String,
    retire: Option<PostButton>,
}

pub(super) async fn show(staff: Staff, Id(id): Id<MeterId>) -> PageResult {
    let meter = usage::get_meter(&staff.app, &staff.actor, id).await?;
    let form = filled(&meter.prices);
    page(&view(&staff, &meter, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<MeterId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let starts_on = optional_day(&posted, &mut form, "starts_on");
    let prices = read_prices(&staff, &posted, &mut form).await?;
    if form.is_fine() {
        match usage::set_prices(&staff.app, &staff.actor, id, &prices, starts_on).await {
            Ok(()) => {
                let done = Flash::success("The prices are saved. Months before keep theirs.");
                return see_other(format!("/admin/meters/{id}")).flash(done).ok();
            }
            Err(error) => refuse_prices(&staff, &mut form, error).await?,
        }
    }
    let meter = usage::get_meter(&staff.app, &staff.actor, id).await?;
    refused(&view(&staff, &meter, form).await?)
}

pub(super) async fn retire(staff: Staff, Id(id): Id<MeterId>) -> PageResult {
    let product = usage::retire_meter(&staff.app, &staff.actor, id).await?;
    let done = Flash::success("It is not measured any more. Months that were not invoiced are not charged.");
    see_other(format!("/admin/products/{product}/meters")).flash(done).ok()
}

async fn view(staff: &Staff, meter: &Meter, form: Form) -> Result<Page, Failure> {
    let row = &meter.row;
    let product = catalogue::get_product(&staff.app, &staff.actor, row.product_id).await?.row;
    let back = format!("/admin/products/{}/meters", row.product_id);
    let may = staff.may(Permission::CatalogueWrite);
    let question = "Measure this no more? What was used since the last invoice is not charged.";
    Ok(Page {
        chrome: staff
            .chrome()
            .await
            .title(row.name.as_str())
            .in_admin(AdminSection::Products)
            .crumb("Products", "/admin/products")
            .crumb(product.name.as_str(), format!("/admin/products/{}", row.product_id))
            .crumb("Usage", back.as_str()),
        facts: Facts::new()
            .row("Counted", format!("{}: {}", measured(*row.measure), row.metric))
            .row("Unit", format!("{}: {} of what the plugin counts", row.unit, row.unit_size))
            .row("Charged since", Moment::day(row.starts_on)),
        past: meter.prices.iter().map(|price| (priced(price), Moment::day(price.starts_on))).collect(),
        prices: if may { price_fields(staff, &form).await? } else { vec![] },
        price_help: PRICE_HELP,
        form,
        back,
        retire: may.then(|| {
            let address = format!("/admin/meters/{}/retire", row.id);
            PostButton::new(&address, "Measure no more").danger().icon("archive").confirm(question)
        }),
    })
}
