//! Setting a currency's exchange rate by hand.

use axum::extract::Path;
use innkeeper_app::{AppError, catalogue, exchange};
use innkeeper_domain::{Currency, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Flash, Form};
use rust_decimal::Decimal;

use crate::rules::RulesPage;

const BACK: &str = "/admin/currencies";

pub(super) async fn show(staff: Staff, Path(code): Path<String>) -> PageResult {
    page(&view(&staff, known(&code)?, None).await?)
}

pub(super) async fn save(staff: Staff, Path(code): Path<String>, posted: Posted) -> PageResult {
    let (currency, mut form) = (known(&code)?, posted.form());
    match posted.text("rate").replace(',', ".").parse::<Decimal>() {
        Ok(rate) => match exchange::set_rate(&staff.app, &staff.actor, currency, rate).await {
            Ok(()) => {
                return see_other(BACK).flash(Flash::success("The rate counts for what is issued from now on.")).ok();
            }
            Err(error) => form.refuse(error)?,
        },
        Err(_) => form.fail("rate", "Enter a number such as 1.0841."),
    }
    refused(&view(&staff, currency, Some(form)).await?)
}

fn known(code: &str) -> Result<Currency, Failure> {
    code.parse().map_err(|_| Failure::missing())
}

async fn view(staff: &Staff, currency: Currency, form: Option<Form>) -> Result<RulesPage, Failure> {
    staff.actor.require(Permission::CatalogueWrite)?;
    let all = catalogue::list_currencies(&staff.app, &staff.actor).await?;
    let other = all.iter().any(|row| *row.code == currency && !row.is_default);
    let home = all.iter().find(|row| row.is_default && other).ok_or(AppError::NotFound("currency"))?.code;
    let rates = exchange::rates(&staff.app, &staff.actor).await?;
    let now = rates.iter().find(|rate| *rate.currency == currency).map(|rate| rate.rate.normalize().to_string());
    let form = form.unwrap_or_else(|| Form::new().with("rate", now.unwrap_or_default()));
    Ok(RulesPage {
        chrome: staff
            .chrome()
            .await
            .title(format!("Rate of {currency}"))
            .in_admin(AdminSection::Products)
            .crumb("Currencies and cycles", BACK),
        intro: "It counts from today on, until there is a newer one. What was issued keeps the rate it has.",
        fields: vec![form.decimal("rate", &format!("1 {} is so many {currency}", *home)).required()],
        form,
        back: BACK.to_owned(),
    })
}
