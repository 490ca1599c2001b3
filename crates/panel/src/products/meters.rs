//! What is measured of a product's services and charged by the month.

use askama::Template;
use innkeeper_app::usage::{self, Meter, MeterInput, PriceRow};
use innkeeper_app::{AppError, FieldError, catalogue};
use innkeeper_domain::{Currency, Measure, Permission, ProductId, UsagePrice};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Field, Flash, Form, Moment};

use crate::reading::{choice, number, optional_day};

pub(super) const PRICE_HELP: &str = "Like 100: 0.10 | 500: 0.08: the first 100 units of a month are included, \
     each of the next 400 costs 0.10, each beyond 500 costs 0.08. Empty: not charged in this currency.";

#[derive(Template)]
#[template(path = "admin/products/meters.html")]
struct Meters {
    chrome: Chrome,
    meters: Vec<Row>,
    form: Form,
    measures: Vec<Choice>,
    /// What the plugin tells.
    metrics: String,
    prices: Vec<Field>,
    price_help: &'static str,
    may_write: bool,
}

struct Row {
    href: String,
    name: String,
    measured: String,
    prices: Vec<(String, Moment)>,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ProductId>) -> PageResult {
    page(&view(&staff, id, Form::new().with("unit_size", 1)).await?)
}

pub(super) async fn add(staff: Staff, Id(id): Id<ProductId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let (unit_size, measure) = (number(&posted, &mut form, "unit_size"), choice(&posted, &mut form, "measure"));
    let starts_on = optional_day(&posted, &mut form, "starts_on");
    let prices = read_prices(&staff, &posted, &mut form).await?;
    if let (true, Some(unit_size), Some(measure)) = (form.is_fine(), unit_size, measure) {
        let (metric, name, unit) = (posted.text("metric"), posted.text("name"), posted.text("unit"));
        let input = MeterInput { metric, name, unit, unit_size, measure, starts_on, prices };
        match usage::add_meter(&staff.app, &staff.actor, id, input).await {
            Ok(_) => {
                let done = Flash::success("It is measured now. Each month is invoiced when it is over.");
                return see_other(format!("/admin/products/{id}/meters")).flash(done).ok();
            }
            Err(error) => refuse_prices(&staff, &mut form, error).await?,
        }
    }
    refused(&view(&staff, id, form).await?)
}

async fn view(staff: &Staff, id: ProductId, form: Form) -> Result<Meters, Failure> {
    let product = catalogue::get_product(&staff.app, &staff.actor, id).await?.row;
    let meters = usage::list_meters(&staff.app, &staff.actor, id).await?;
    let about = "What clients pay for by how much they used. It is counted in calendar months.";
    Ok(Meters {
        chrome: staff
            .chrome()
            .await
            .title("Usage")
            .subtitle(about)
            .in_admin(AdminSection::Products)
            .crumb("Products", "/admin/products")
            .crumb(product.name.as_str(), format!("/admin/products/{id}")),
        meters: meters.iter().map(Row::new).collect(),
        prices: price_fields(staff, &form).await?,
        price_help: PRICE_HELP,
        form,
        measures: Measure::ALL.iter().map(|word| Choice::new(word.as_str(), measured(*word))).collect(),
        metrics: usage::metrics(&staff.app, &staff.actor, id).await?.join(", "),
        may_write: staff.may(Permission::CatalogueWrite),
    })
}

/// What counts of a month, in words.
pub(super) const fn measured(measure: Measure) -> &'static str {
    match measure {
        Measure::Highest => "The most at once",
        Measure::Added => "All that was added",
    }
}

impl Row {
    fn new(meter: &Meter) -> Self {
        let row = &meter.row;
        let size = if row.unit_size == 1 { String::new() } else { format!(" of {}", row.unit_size) };
        Self {
            href: format!("/admin/meters/{}", row.id),
            name: row.name.clone(),
            measured: format!("{}: {}, in {}{size}", measured(*row.measure), row.metric, row.unit),
            prices: meter.prices.iter().map(|price| (priced(price), Moment::day(price.starts_on))).collect(),
        }
    }
}

/// `EUR: 100 included, then 0.10 each, 0.08 each beyond 500`.
pub(super) fn priced(row: &PriceRow) -> String {
    let mut parts = vec![];
    for (i, tier) in row.tiers.tiers().iter().enumerate() {
        if i == 0 && tier.above > 0 {
            parts.push(format!("{} included", tier.above));
        }
        parts.push(match (i, tier.above, tier.each.is_zero()) {
            (0, 0, true) => "included".to_owned(),
            (0, 0, false) => format!("{} each", tier.each),
            (0, ..) => format!("then {} each", tier.each),
            (_, above, _) => format!("{} each beyond {above}", tier.each),
        });
    }
    format!("{}: {}", *row.currency, parts.join(", "))
}

fn name_of(currency: Currency) -> String {
    format!("price.{currency}")
}

async fn used(staff: &Staff) -> Result<Vec<Currency>, Failure> {
    let all = catalogue::list_currencies(&staff.app, &staff.actor).await?;
    Ok(all.iter().filter(|row| row.enabled).map(|row| *row.code).collect())
}

/// A field for each currency in use.
pub(super) async fn price_fields(staff: &Staff, form: &Form) -> Result<Vec<Field>, Failure> {
    let field = |currency: &Currency| form.text(&name_of(*currency), &format!("Price of a unit, {currency}")).code();
    Ok(used(staff).await?.iter().map(field).collect())
}

/// What was typed into them.
pub(super) async fn read_prices(
    staff: &Staff,
    posted: &Posted,
    form: &mut Form,
) -> Result<Vec<(Currency, UsagePrice)>, Failure> {
    let mut prices = vec![];
    for currency in used(staff).await? {
        let name = name_of(currency);
        let Some(text) = posted.optional(&name) else { continue };
        match text.parse() {
            Ok(price) => prices.push((currency, price)),
            Err(wrong) => form.fail(&name, format!("This {wrong}.")),
        }
    }
    Ok(prices)
}

/// Marks what was refused; what is wrong with the prices as a whole at the first one.
pub(super) async fn refuse_prices(staff: &Staff, form: &mut Form, error: AppError) -> Result<(), Failure> {
    let first = used(staff).await?.first().map(|currency| name_of(*currency));
    let there = |field: FieldError| match (field.field.as_str(), &first) {
        ("prices", Some(first)) => FieldError { field: first.clone(), ..field },
        _ => field,
    };
    form.refuse(match error {
        AppError::Invalid(fields) => AppError::Invalid(fields.into_iter().map(there).collect()),
        other => other,
    })?;
    Ok(())
}

/// A form with the prices that count last.
pub(super) fn filled(prices: &[PriceRow]) -> Form {
    prices.iter().fold(Form::new(), |form, row| form.with(&name_of(*row.currency), &*row.tiers))
}
