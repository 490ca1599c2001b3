//! Tax rules.

use askama::Template;
use innkeeper_app::catalogue::{self, TaxRule, TaxRuleInput};
use innkeeper_app::tax;
use innkeeper_domain::{Permission, TaxRuleId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Empty, Flash, Form, PostButton};
use rust_decimal::Decimal;

use crate::listing::Tab;
use crate::outcome::back;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/extensions/tax.html")]
struct Tax {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    form: Form,
    levels: Vec<Choice>,
    /// The rule being changed; none: the form makes a new one.
    changed: Option<String>,
    /// Adds what ships with the program.
    add_rates: Option<PostButton>,
    may_write: bool,
}

struct Row {
    id: i64,
    place: String,
    name: String,
    rate: String,
    level: String,
    delete: PostButton,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    page(&view(&staff, None, Form::new()).await?)
}

pub(super) async fn show(staff: Staff, Id(id): Id<TaxRuleId>) -> PageResult {
    let rules = catalogue::list_tax_rules(&staff.app, &staff.actor).await?;
    let rule = rules.into_iter().find(|r| r.id == id).ok_or_else(Failure::missing)?;
    let percent = (rule.rate.fraction() * Decimal::ONE_HUNDRED).normalize();
    let form = Form::new().with("country", &rule.country).with("region", &rule.region).with("name", &rule.name);
    let form = form.with("level", rule.level).with("compound", rule.compound);
    page(&view(&staff, Some(id), form.with("percent", percent)).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match catalogue::create_tax_rule(&staff.app, &staff.actor, input).await {
            Ok(_) => return see_other("/admin/tax-rules").flash(Flash::success("The rule is made.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, None, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<TaxRuleId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match catalogue::update_tax_rule(&staff.app, &staff.actor, id, input).await {
            Ok(()) => return see_other("/admin/tax-rules").flash(Flash::success("The rule is saved.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, Some(id), form).await?)
}

pub(super) async fn add_union(staff: Staff) -> PageResult {
    let result = tax::add_union_rates(&staff.app, &staff.actor).await.map(|_| ());
    back("/admin/tax-rules", result, "The rates are added. They are those of 1 January 2026: check them.")
}

pub(super) async fn delete(staff: Staff, Id(id): Id<TaxRuleId>) -> PageResult {
    let result = catalogue::delete_tax_rule(&staff.app, &staff.actor, id).await;
    back("/admin/tax-rules", result, "The rule is removed.")
}

fn read(posted: &Posted, form: &mut Form) -> Option<TaxRuleInput> {
    let Ok(percent) = posted.text("percent").replace(',', ".").parse() else {
        form.fail("percent", "Enter a number such as 21 or 5.5.");
        return None;
    };
    let (country, region) = (posted.text("country"), posted.text("region"));
    // A form from before there were levels has none.
    let level = if posted.text("level") == "2" { 2 } else { 1 };
    let compound = posted.ticked("compound");
    Some(TaxRuleInput { country, region, level, compound, name: posted.text("name"), percent })
}

fn place(rule: &TaxRule) -> String {
    match (rule.country.as_str(), rule.region.as_str()) {
        ("", _) => "Everywhere else".to_owned(),
        (country, "") => country.to_owned(),
        (country, region) => format!("{region}, {country}"),
    }
}

async fn view(staff: &Staff, changed: Option<TaxRuleId>, form: Form) -> Result<Tax, Failure> {
    let rules = catalogue::list_tax_rules(&staff.app, &staff.actor).await?;
    let row = |rule: &TaxRule| Row {
        id: rule.id.get(),
        place: place(rule),
        name: rule.name.clone(),
        rate: rule.rate.to_string(),
        level: match (rule.level, rule.compound) {
            (2, true) => "2, also on level 1".to_owned(),
            (level, _) => level.to_string(),
        },
        delete: PostButton::new(&format!("/admin/tax-rules/{}/delete", rule.id), "Remove")
            .small()
            .danger()
            .icon("trash")
            .about(&place(rule))
            .confirm("Remove this tax rule? Invoices issued from now on are taxed without it."),
    };
    let known = |country: &str| rules.iter().any(|r| r.level == 1 && r.country == country && r.region.is_empty());
    let may_write = staff.may(Permission::CatalogueWrite);
    let lacks = may_write && tax::union_rates()?.iter().any(|rate| !known(&rate.country));
    let chrome = staff.chrome().await.title("Tax").in_admin(AdminSection::Products);
    Ok(Tax {
        chrome: chrome.subtitle("The most exact rule counts: region, then country, then everywhere."),
        tabs: sections::catalogue("/admin/tax-rules"),
        changed: changed.and_then(|id| rules.iter().find(|r| r.id == id)).map(place),
        rows: rules.iter().map(row).collect(),
        empty: Empty::new("percentage", "No tax", "Without a rule no tax is added to any invoice."),
        form,
        levels: vec![Choice::new("1", "1"), Choice::new("2", "2: a second tax")],
        add_rates: lacks.then(|| {
            PostButton::new("/admin/tax-rules/union", "Add the Union's standard rates").icon("percentage").confirm(
                "Add a rule with its standard rate for each member state of the European Union that has none? Rules that are there stay as they are.",
            )
        }),
        may_write,
    })
}
