//! The price table of a product: a row for each cycle, a column pair for each currency.

use askama::Template;
use axum::extract::{Path, Query};
use innkeeper_app::AppError;
use innkeeper_app::catalogue::{self, CycleRow, NewPrice, PriceRow, Product};
use innkeeper_app::exchange::{self, RateRow};
use innkeeper_app::price_changes::{self, PriceChangeRow};
use innkeeper_domain::{BillingCycle, Currency, Exchange, Money, MoneyError, Permission, PriceChangeId, ProductId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Field, Flash, Form, Link, Moment, PostButton};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::amount::shown;
use crate::outcome::back;
use crate::reading::{optional_amount, optional_day};

#[derive(Template)]
#[template(path = "admin/products/prices.html")]
struct Prices {
    chrome: Chrome,
    form: Form,
    tables: Vec<Table>,
    changes: Vec<Change>,
    history: Vec<Past>,
    may_write: bool,
}

/// The prices in one currency.
struct Table {
    currency: String,
    rows: Vec<Line>,
    /// Reckons them by the rate: what it says.
    reckon: Option<Link>,
}

struct Line {
    cycle: String,
    amount: Field,
    setup: Field,
}

/// A new price that services wait for.
struct Change {
    cycle: String,
    old: String,
    new: String,
    from: Moment,
    services: i64,
    told: i64,
    withdraw: PostButton,
}

/// A price that is no longer asked.
struct Past {
    cycle: String,
    amount: String,
    setup: String,
    until: Option<Moment>,
}

/// A current price in words.
pub(super) struct PriceLine {
    pub cycle: String,
    pub amount: String,
    pub setup: Option<String>,
}

/// Current prices in words.
pub(super) fn price_lines(prices: &[PriceRow]) -> Vec<PriceLine> {
    let line = |p: &PriceRow| PriceLine {
        cycle: p.cycle_name.clone(),
        amount: shown(Money::new(p.amount, *p.currency)),
        setup: (p.setup > 0).then(|| shown(Money::new(p.setup, *p.currency))),
    };
    prices.iter().map(line).collect()
}

/// `?reckon=USD`: the prices of that currency are reckoned by its rate. They are shown, not saved.
#[derive(Deserialize)]
pub(super) struct Wanted {
    reckon: Option<String>,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ProductId>, Query(wanted): Query<Wanted>) -> PageResult {
    let product = catalogue::get_product(&staff.app, &staff.actor, id).await?;
    let rates = exchange::rates(&staff.app, &staff.actor).await?;
    let rate = rates.iter().find(|rate| wanted.reckon.as_deref() == Some(rate.currency.code()));
    let form = filled(&product.prices, rate.and_then(RateRow::exchange)).map_err(AppError::from)?;
    let mut prices = view(&staff, &product, form).await?;
    if let Some(rate) = rate {
        let text = format!(
            "The prices in {} are those in {} at {}. Round them as you like: nothing is saved yet.",
            *rate.currency,
            *rate.home,
            rate.rate.normalize()
        );
        prices.chrome.flash.push(Flash::info(&text));
    }
    page(&prices)
}

/// The current prices; those of a rate's currency as the default currency's are by that rate.
fn filled(prices: &[PriceRow], rate: Option<Exchange>) -> Result<Form, MoneyError> {
    let of = |price: &PriceRow| [price.amount, price.setup].map(|minor| Money::new(minor, *price.currency));
    let mut cells: BTreeMap<_, _> =
        prices.iter().map(|price| (names(*price.currency, price.cycle_id.get()), of(price))).collect();
    if let Some(rate) = rate {
        for price in prices.iter().filter(|price| *price.currency == rate.home()) {
            let [amount, setup] = of(price);
            let reckoned = [rate.from_home(amount)?, rate.from_home(setup)?];
            cells.insert(names(rate.currency(), price.cycle_id.get()), reckoned);
        }
    }
    Ok(cells.into_iter().fold(Form::new(), |form, ((name, setup_name), [amount, setup])| {
        let form = form.with(&name, amount.to_decimal());
        if setup.is_positive() { form.with(&setup_name, setup.to_decimal()) } else { form }
    }))
}

pub(super) async fn save(staff: Staff, Id(id): Id<ProductId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let (prices, origins) = read(&staff, &posted, &mut form).await?;
    let existing = optional_day(&posted, &mut form, "existing");
    if form.is_fine() {
        match catalogue::set_prices(&staff.app, &staff.actor, id, prices, existing).await {
            Ok(()) => {
                let done = Flash::success(match existing {
                    None => "The prices are saved. Whoever bought at an old price keeps it.",
                    Some(_) => {
                        "The prices are saved. Whoever pays an old one is told by mail, and pays the new one then."
                    }
                });
                return see_other(format!("/admin/products/{id}")).flash(done).ok();
            }
            Err(error) => refuse(&mut form, error, &origins)?,
        }
    }
    let product = catalogue::get_product(&staff.app, &staff.actor, id).await?;
    refused(&view(&staff, &product, form).await?)
}

/// The fields of a price: amount and set-up fee.
fn names(currency: Currency, cycle: i64) -> (String, String) {
    (format!("amount.{currency}.{cycle}"), format!("setup.{currency}.{cycle}"))
}

/// The prices typed in, and the cell each of them stood in.
async fn read(
    staff: &Staff,
    posted: &Posted,
    form: &mut Form,
) -> Result<(Vec<NewPrice>, Vec<(String, String)>), Failure> {
    let (mut prices, mut origins) = (vec![], vec![]);
    let cycles = catalogue::list_cycles(&staff.app, &staff.actor).await?;
    for currency in catalogue::list_currencies(&staff.app, &staff.actor).await? {
        for cycle in &cycles {
            let currency = *currency.code;
            let (amount_field, setup_field) = names(currency, cycle.id.get());
            let amount = optional_amount(posted, form, &amount_field, currency);
            let setup = optional_amount(posted, form, &setup_field, currency);
            match (amount, setup) {
                (Some(amount), setup) => {
                    prices.push(NewPrice { currency, cycle_id: cycle.id, amount, setup: setup.unwrap_or(0) });
                    origins.push((amount_field, setup_field));
                }
                (None, Some(_)) => form.fail(&amount_field, "A set-up fee needs a price beside it; 0 is a price."),
                (None, None) => {}
            }
        }
    }
    Ok((prices, origins))
}

/// `prices.3.amount` is the cell that the fourth price stood in.
fn refuse(form: &mut Form, error: AppError, origins: &[(String, String)]) -> Result<(), Failure> {
    let mut by_number = Form::new();
    by_number.refuse(error)?;
    for field in ["", "existing"] {
        if let Some(text) = by_number.error(field) {
            form.fail(field, text);
        }
    }
    for (i, (amount, setup)) in origins.iter().enumerate() {
        for name in ["amount", "cycle_id", "currency", "setup"] {
            if let Some(text) = by_number.error(&format!("prices.{i}.{name}")) {
                form.fail(if name == "setup" { setup } else { amount }, text);
            }
        }
    }
    Ok(())
}

async fn view(staff: &Staff, product: &Product, form: Form) -> Result<Prices, Failure> {
    let cycles = catalogue::list_cycles(&staff.app, &staff.actor).await?;
    let currencies = catalogue::list_currencies(&staff.app, &staff.actor).await?;
    let history = catalogue::list_prices(&staff.app, &staff.actor, product.row.id, true).await?;
    let changes = price_changes::of_product(&staff.app, &staff.actor, product.row.id).await?;
    let may_write = staff.may(Permission::CatalogueWrite);
    let rates = if may_write { exchange::rates(&staff.app, &staff.actor).await? } else { vec![] };
    let id = product.row.id;
    let chrome = staff.chrome().await.title("Prices").subtitle(&product.row.name).in_admin(AdminSection::Products);
    let past = |p: &PriceRow| Past {
        cycle: p.cycle_name.clone(),
        amount: shown(Money::new(p.amount, *p.currency)),
        setup: shown(Money::new(p.setup, *p.currency)),
        until: p.retired_at.map(|at| Moment::exact(&at)),
    };
    Ok(Prices {
        chrome: chrome.crumb("Products", "/admin/products").crumb(&product.row.name, format!("/admin/products/{id}")),
        tables: currencies
            .iter()
            .map(|c| table(*c.code, &cycles, &form, rates.iter().find(|r| r.currency == c.code)))
            .collect(),
        form,
        changes: changes.into_iter().map(|row| change(id, row)).collect(),
        history: history.iter().filter(|p| p.retired_at.is_some()).map(past).collect(),
        may_write,
    })
}

fn change(product: ProductId, row: PriceChangeRow) -> Change {
    let price = |minor| shown(Money::new(minor, *row.currency));
    Change {
        old: price(row.old),
        new: price(row.new),
        from: Moment::day(row.takes_effect),
        services: row.services,
        told: row.told,
        withdraw: PostButton::new(
            &format!("/admin/products/{product}/prices/{}/withdraw", row.id),
            "Keep the old price",
        )
        .confirm("Let these services keep their price? Clients who were told of the new one are not told of this."),
        cycle: row.cycle_name,
    }
}

pub(super) async fn withdraw(staff: Staff, Path((product, change)): Path<(ProductId, PriceChangeId)>) -> PageResult {
    let result = price_changes::withdraw(&staff.app, &staff.actor, product, change).await;
    back(format!("/admin/products/{product}/prices"), result, "These services keep their price.")
}

fn table(currency: Currency, cycles: &[CycleRow], form: &Form, rate: Option<&RateRow>) -> Table {
    let line = |cycle: &CycleRow| {
        let (amount, setup) = names(currency, cycle.id.get());
        let label = |what: &str| format!("{what}, {}, {currency}", cycle.name);
        let per = match *cycle.cycle {
            BillingCycle::Free => "Always 0",
            _ => "Price",
        };
        Line {
            cycle: cycle.name.clone(),
            amount: form.decimal(&amount, &label(per)).unit(currency.code()),
            setup: form.decimal(&setup, &label("Set-up fee")).unit(currency.code()),
        }
    };
    let reckon = rate.map(|rate| Link::to(format!("?reckon={currency}"), format!("From {} by the rate", *rate.home)));
    Table {
        currency: format!("{} ({})", currency.name(), currency.code()),
        rows: cycles.iter().map(line).collect(),
        reckon,
    }
}
