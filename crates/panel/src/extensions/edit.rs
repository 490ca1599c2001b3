//! One extension: its rules and its prices.

use askama::Template;
use innkeeper_app::catalogue::{self, NewTldPrice, Tld, TldInput};
use innkeeper_domain::{Currency, Money, Permission, TldId};
use innkeeper_plugin_api::PluginKind;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Field, Flash, Form};

use super::late::LateForm;
use crate::reading::{number, optional_amount, with_none};

#[derive(Template)]
#[template(path = "admin/extensions/edit.html")]
pub(super) struct Edit {
    chrome: Chrome,
    form: Form,
    registrars: Vec<Choice>,
    /// Of an extension that exists.
    prices: Option<Prices>,
    late: Option<LateForm>,
    may_write: bool,
}

struct Prices {
    id: i64,
    form: Form,
    rows: Vec<Line>,
}

struct Line {
    currency: String,
    cells: [Field; 3],
}

const PRICES: [(&str, &str); 3] = [("register", "Registration"), ("renew", "Renewal"), ("transfer", "Transfer")];

pub(super) async fn new(staff: Staff) -> PageResult {
    staff.actor.require(Permission::CatalogueWrite)?;
    let form = Form::new()
        .with("min_years", 1)
        .with("max_years", 10)
        .with("auth_code_required", true)
        .with("enabled", true)
        .with("position", 0);
    page(&view(&staff, None, form, None).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match catalogue::create_tld(&staff.app, &staff.actor, input).await {
            Ok(id) => {
                let done = Flash::success("The extension is there. Give it prices, and it is on sale.");
                return see_other(format!("/admin/extensions/{id}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, None, form, None).await?)
}

pub(super) async fn show(staff: Staff, Id(id): Id<TldId>) -> PageResult {
    let tld = catalogue::get_tld(&staff.app, &staff.actor, id).await?;
    let form = filled(&tld);
    page(&view(&staff, Some(&tld), form, None).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<TldId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match catalogue::update_tld(&staff.app, &staff.actor, id, input).await {
            Ok(()) => return see_other("/admin/extensions").flash(Flash::success("The extension is saved.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    let tld = catalogue::get_tld(&staff.app, &staff.actor, id).await?;
    refused(&view(&staff, Some(&tld), form, None).await?)
}

pub(super) async fn save_prices(staff: Staff, Id(id): Id<TldId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let prices = read_prices(&staff, &posted, &mut form).await?;
    if form.is_fine() {
        match catalogue::set_tld_prices(&staff.app, &staff.actor, id, prices).await {
            Ok(()) => return see_other("/admin/extensions").flash(Flash::success("The prices are saved.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    let tld = catalogue::get_tld(&staff.app, &staff.actor, id).await?;
    let details = filled(&tld);
    refused(&view(&staff, Some(&tld), details, Some(form)).await?)
}

/// The page with what was posted of the time after the expiry.
pub(super) async fn with_late(staff: &Staff, tld: &Tld, late: Form) -> Result<Edit, Failure> {
    let mut page = view(staff, Some(tld), filled(tld), None).await?;
    page.late = Some(LateForm::of(staff, tld.row.id, Some(late)).await?);
    Ok(page)
}

fn read(posted: &Posted, form: &mut Form) -> Option<TldInput> {
    let (min_years, max_years) = (number(posted, form, "min_years"), number(posted, form, "max_years"));
    let position = number(posted, form, "position");
    Some(TldInput {
        name: posted.text("name"),
        plugin_id: posted.text("plugin_id"),
        min_years: min_years?,
        max_years: max_years?,
        auth_code_required: posted.ticked("auth_code_required"),
        enabled: posted.ticked("enabled"),
        position: position?,
    })
}

/// A row counts if anything was typed into it; then all of it is needed.
async fn read_prices(staff: &Staff, posted: &Posted, form: &mut Form) -> Result<Vec<NewTldPrice>, Failure> {
    let mut prices = vec![];
    for currency in catalogue::list_currencies(&staff.app, &staff.actor).await? {
        let currency = *currency.code;
        let names = PRICES.map(|(name, _)| format!("{name}.{currency}"));
        if names.iter().all(|name| posted.text(name).is_empty()) {
            continue;
        }
        let [register, renew, transfer] = names.map(|name| {
            if posted.text(&name).is_empty() {
                form.fail(&name, "Give all three prices of a currency, or none; 0 is a price.");
            }
            optional_amount(posted, form, &name, currency)
        });
        if let (Some(register), Some(renew), Some(transfer)) = (register, renew, transfer) {
            prices.push(NewTldPrice { currency, register, renew, transfer });
        }
    }
    Ok(prices)
}

fn filled(tld: &Tld) -> Form {
    let row = &tld.row;
    Form::new()
        .with("name", &row.name)
        .with("plugin_id", &row.plugin_id)
        .with("min_years", row.min_years)
        .with("max_years", row.max_years)
        .with("auth_code_required", row.auth_code_required)
        .with("enabled", row.enabled)
        .with("position", row.position)
}

async fn view(staff: &Staff, tld: Option<&Tld>, form: Form, prices: Option<Form>) -> Result<Edit, Failure> {
    let registrars = staff.app.plugins().all().filter(|p| p.kind() == PluginKind::Registrar);
    let title = tld.map_or_else(|| "New extension".to_owned(), |t| format!(".{}", t.row.name));
    let chrome = staff.chrome().await.title(title).in_admin(AdminSection::Products);
    let prices = match tld {
        Some(tld) => Some(price_table(staff, tld, prices).await?),
        None => None,
    };
    let late = match tld {
        Some(tld) => Some(LateForm::of(staff, tld.row.id, None).await?),
        None => None,
    };
    Ok(Edit {
        chrome: chrome.crumb("Domain extensions", "/admin/extensions"),
        form,
        registrars: with_none("Choose a registrar", registrars.map(|p| Choice::new(&p.manifest.id, &p.manifest.name))),
        prices,
        late,
        may_write: staff.may(Permission::CatalogueWrite),
    })
}

async fn price_table(staff: &Staff, tld: &Tld, posted: Option<Form>) -> Result<Prices, Failure> {
    let stored = || {
        tld.prices.iter().fold(Form::new(), |form, p| {
            let text = |minor| Money::new(minor, *p.currency).to_decimal();
            form.with(&format!("register.{}", p.currency), text(p.register))
                .with(&format!("renew.{}", p.currency), text(p.renew))
                .with(&format!("transfer.{}", p.currency), text(p.transfer))
        })
    };
    let form = posted.unwrap_or_else(stored);
    let line = |currency: Currency| Line {
        currency: currency.code().to_owned(),
        cells: PRICES.map(|(name, label)| {
            form.decimal(&format!("{name}.{currency}"), &format!("{label}, {currency}")).unit(currency.code())
        }),
    };
    let currencies = catalogue::list_currencies(&staff.app, &staff.actor).await?;
    let rows = currencies.iter().map(|c| line(*c.code)).collect();
    Ok(Prices { id: tld.row.id.get(), rows, form })
}
