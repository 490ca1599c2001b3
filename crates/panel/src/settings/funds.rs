//! What clients may pay ahead.

use askama::Template;
use innkeeper_app::settings::{self, Funds, FundsLimit};
use innkeeper_app::{AppError, Checks};
use innkeeper_domain::{Currency, Money, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Field, Flash, Form};

use crate::listing::Tab;
use crate::sections;

const PAGE: &str = "/admin/settings/funds";

#[derive(Template)]
#[template(path = "admin/settings/funds.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    currencies: Vec<(Currency, Vec<Field>)>,
    may_write: bool,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    staff.actor.require(Permission::SystemRead)?;
    let funds = settings::funds(&staff.app).await?;
    let mut form = Form::new();
    for currency in settings::funds_currencies(&staff.app).await? {
        let Some(limit) = funds.limit(currency) else { continue };
        for (name, minor) in [("least", limit.least), ("most", limit.most), ("highest", limit.highest)] {
            form = form.with(&format!("{currency}.{name}"), Money::new(minor, currency).to_decimal());
        }
    }
    page(&view(&staff, form).await?)
}

pub(super) async fn save(staff: Staff, posted: Posted) -> PageResult {
    let saved = match read(&settings::funds_currencies(&staff.app).await?, &posted) {
        Ok(funds) => settings::save_funds(&staff.app, &staff.actor, funds).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => see_other(PAGE).flash(Flash::success("Saved.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, form).await?)
        }
    }
}

/// What was typed; a currency with nothing in any field is left out.
fn read(currencies: &[Currency], posted: &Posted) -> Result<Funds, AppError> {
    let mut checks = Checks::default();
    let mut funds = Funds::default();
    for &currency in currencies {
        let fields = ["least", "most", "highest"].map(|name| format!("{currency}.{name}"));
        if fields.iter().all(|field| posted.text(field).is_empty()) {
            continue;
        }
        let [least, most, highest] =
            fields.map(|field| checks.parse(&field, Money::parse(posted.get(&field), currency)).map(Money::minor));
        if let (Some(least), Some(most), Some(highest)) = (least, most, highest) {
            funds.limits.insert(currency.code().to_owned(), FundsLimit { least, most, highest });
        }
    }
    checks.finish()?;
    Ok(funds)
}

async fn view(staff: &Staff, form: Form) -> Result<Page, Failure> {
    let fields = |currency: Currency| {
        let amount = |name: &str, label: &str| form.decimal(&format!("{currency}.{name}"), label).unit(currency.code());
        vec![
            amount("least", "The least at one time"),
            amount("most", "The most at one time"),
            amount("highest", "The highest credit")
                .help("What a client has to its credit already and what it pays ahead are not more than this."),
        ]
    };
    let currencies = settings::funds_currencies(&staff.app)
        .await?
        .into_iter()
        .map(|currency| (currency, fields(currency)))
        .collect();
    Ok(Page {
        chrome: staff.chrome().await.title("Paying ahead").in_admin(AdminSection::Settings),
        tabs: sections::settings(PAGE),
        currencies,
        form,
        may_write: staff.may(Permission::SystemWrite),
    })
}
