//! A product: its form and everything around it.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::catalogue::{self, Product, ProductInput, ProductRow};
use innkeeper_app::plugin_settings::{Near, vendor_choices};
use innkeeper_app::servers;
use innkeeper_domain::{AfterTerm, Permission, ProductId, SetupWhen, Terms};
use innkeeper_hooks::payloads::{AddonConfig, ProductFacts};
use innkeeper_plugin_api::PluginKind;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::places;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Facts, Flash, Form, PostButton, Tone};
use serde::Deserialize;
use serde_json::{Value, json};

use super::prices::{PriceLine, price_lines};
use crate::reading::{choice, number, optional_number, with_none};
use crate::schema_form::SchemaForm;

#[derive(Template)]
#[template(path = "admin/products/edit.html")]
struct Edit {
    chrome: Chrome,
    form: Form,
    groups: Vec<Choice>,
    plugins: Vec<Choice>,
    server_groups: Vec<Choice>,
    moments: Vec<Choice>,
    endings: Vec<Choice>,
    settings: Option<SchemaForm>,
    /// What plugins add.
    facts: Facts,
    /// Of a product that exists.
    aside: Option<Aside>,
    may_write: bool,
}

struct Aside {
    id: i64,
    slug: String,
    state: Badge,
    prices: Vec<PriceLine>,
    live_services: i64,
    is_addon: bool,
    retire: PostButton,
}

/// Which plugin a new product is for: its settings are part of the form.
#[derive(Deserialize)]
pub(super) struct For {
    #[serde(default)]
    plugin: String,
}

pub(super) async fn new(staff: Staff, Query(query): Query<For>) -> PageResult {
    staff.actor.require(Permission::CatalogueWrite)?;
    let form = Form::new()
        .with("setup_when", SetupWhen::Payment)
        .with("taxable", true)
        .with("position", 0)
        .with("terms.afterwards", AfterTerm::End)
        .with("plugin_id", &query.plugin);
    page(&view(&staff, None, form, &query.plugin, json!({})).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let (input, settings) = read(&staff, &posted, &mut form).await?;
    let result = match input {
        Some(input) => catalogue::create_product(&staff.app, &staff.actor, input).await,
        None => return refused(&view(&staff, None, form, posted.get("plugin_id"), settings).await?),
    };
    match result {
        Ok(id) => see_other(format!("/admin/products/{id}/prices"))
            .flash(Flash::success("The product is made. Give it prices, and it is on sale."))
            .ok(),
        Err(error) => {
            form.refuse(error)?;
            refused(&view(&staff, None, form, posted.get("plugin_id"), settings).await?)
        }
    }
}

pub(super) async fn show(staff: Staff, Id(id): Id<ProductId>) -> PageResult {
    let product = catalogue::get_product(&staff.app, &staff.actor, id).await?;
    let plugin = product.row.plugin_id.clone().unwrap_or_default();
    let (form, settings) = (filled(&product.row), product.row.settings.clone());
    page(&view(&staff, Some(product), form, &plugin, settings).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<ProductId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let (input, settings) = read(&staff, &posted, &mut form).await?;
    let result = match input {
        Some(input) => catalogue::update_product(&staff.app, &staff.actor, id, input).await,
        None => Ok(()),
    };
    match result {
        Ok(()) if form.is_fine() => {
            see_other(format!("/admin/products/{id}")).flash(Flash::success("The product is saved.")).ok()
        }
        result => {
            if let Err(error) = result {
                form.refuse(error)?;
            }
            let product = catalogue::get_product(&staff.app, &staff.actor, id).await?;
            refused(&view(&staff, Some(product), form, posted.get("plugin_id"), settings).await?)
        }
    }
}

/// What was typed, if all of it can be read, and the plugin's settings in any case.
async fn read(staff: &Staff, posted: &Posted, form: &mut Form) -> Result<(Option<ProductInput>, Value), Failure> {
    let plugin_id = posted.optional("plugin_id");
    let settings = match schema(staff, plugin_id.as_deref().unwrap_or_default()) {
        Some(schema) => SchemaForm::read(&schema, "settings", posted),
        None => json!({}),
    };
    let group_id = choice(posted, form, "group_id");
    let setup_when = choice(posted, form, "setup_when");
    let server_group_id = optional_number(posted, form, "server_group_id");
    let stock = optional_number(posted, form, "stock");
    let position = number(posted, form, "position");
    let terms = read_terms(posted, form);
    let (true, Some(group_id), Some(setup_when), Some(position), Some(terms)) =
        (form.is_fine(), group_id, setup_when, position, terms)
    else {
        return Ok((None, settings));
    };
    let input = ProductInput {
        group_id,
        name: posted.text("name"),
        slug: posted.text("slug"),
        description: posted.text("description"),
        plugin_id,
        settings: settings.clone(),
        server_group_id,
        setup_when,
        stock,
        taxable: posted.ticked("taxable"),
        hidden: posted.ticked("hidden"),
        position,
        terms,
    };
    Ok((Some(input), settings))
}

fn read_terms(posted: &Posted, form: &mut Form) -> Option<Terms> {
    Some(Terms {
        trial_days: optional_number(posted, form, "terms.trial_days"),
        periods: optional_number(posted, form, "terms.periods"),
        afterwards: match posted.get("terms.afterwards") {
            "" => AfterTerm::End,
            _ => choice(posted, form, "terms.afterwards")?,
        },
        billing_day: optional_number(posted, form, "terms.billing_day"),
        join_days: optional_number(posted, form, "terms.join_days"),
    })
}

fn schema(staff: &Staff, plugin: &str) -> Option<Value> {
    let plugin = staff.app.plugins().all().find(|p| p.manifest.id == plugin)?;
    plugin.manifest.schemas.product.as_ref().map(|schema| schema.as_value().clone())
}

fn filled(product: &ProductRow) -> Form {
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    Form::new()
        .with("group_id", product.group_id)
        .with("name", &product.name)
        .with("slug", &product.slug)
        .with("description", &product.description)
        .with("plugin_id", product.plugin_id.as_deref().unwrap_or_default())
        .with("server_group_id", number(product.server_group_id))
        .with("setup_when", product.setup_when)
        .with("stock", number(product.stock.map(i64::from)))
        .with("taxable", product.taxable)
        .with("hidden", product.hidden)
        .with("position", product.position)
        .with("terms.trial_days", number(product.trial_days.map(i64::from)))
        .with("terms.periods", number(product.term_periods.map(i64::from)))
        .with("terms.afterwards", product.after_term)
        .with("terms.billing_day", number(product.billing_day.map(i64::from)))
        .with("terms.join_days", number(product.join_days.map(i64::from)))
}

fn endings() -> Vec<Choice> {
    vec![Choice::new("end", "The service is terminated"), Choice::new("free", "It goes on and costs nothing more")]
}

/// On sale, hidden or retired.
pub(super) fn state(product: &ProductRow) -> Badge {
    match (product.retired_at, product.hidden) {
        (Some(_), _) => Badge::state("retired"),
        (None, true) => Badge::new(Tone::Neutral, "eye-off", "Hidden"),
        (None, false) => Badge::state("ok").saying("On sale"),
    }
}

async fn view(
    staff: &Staff,
    product: Option<Product>,
    form: Form,
    plugin: &str,
    settings: Value,
) -> Result<Edit, Failure> {
    let groups = catalogue::list_groups(&staff.app, &staff.actor).await?;
    // Those who may not see servers keep what is chosen.
    let server_groups = match staff.may(Permission::ServersRead) {
        true => servers::list_server_groups(&staff.app, &staff.actor).await?,
        false => vec![],
    };
    let title = product.as_ref().map_or_else(|| "New product".to_owned(), |p| p.row.name.clone());
    let chrome =
        staff.chrome().await.title(title).in_admin(AdminSection::Products).crumb("Products", "/admin/products");
    let facts = match &product {
        Some(Product { row, .. }) => {
            let facts = places::facts(&staff.app, &ProductFacts { product_id: row.id }, Facts::new()).await;
            match row.is_addon {
                true => places::facts(&staff.app, &AddonConfig { product_addon_id: row.id.get() }, facts).await,
                false => facts,
            }
        }
        None => Facts::new(),
    };
    Ok(Edit {
        chrome,
        facts,
        groups: with_none("Choose a group", groups.into_iter().map(|g| Choice::new(g.id.to_string(), g.name))),
        plugins: plugins(staff),
        server_groups: with_none("None", server_groups.into_iter().map(|g| Choice::new(g.id.to_string(), g.name))),
        moments: moments(),
        endings: endings(),
        settings: match schema(staff, plugin) {
            Some(schema) => {
                let near = Near::Group(form.value("server_group_id").parse().ok());
                let vendor = vendor_choices(&staff.app, &staff.actor, plugin, near, &schema).await?;
                Some(SchemaForm::new(&schema, "settings", &settings, &form, &vendor))
            }
            None => None,
        },
        form,
        aside: product.map(aside),
        may_write: staff.may(Permission::CatalogueWrite),
    })
}

fn plugins(staff: &Staff) -> Vec<Choice> {
    let servers = staff.app.plugins().all().filter(|p| p.kind() == PluginKind::Server);
    with_none("None: nothing is set up by itself", servers.map(|p| Choice::new(&p.manifest.id, &p.manifest.name)))
}

fn moments() -> Vec<Choice> {
    vec![
        Choice::new("payment", "When its first invoice is paid"),
        Choice::new("order", "As soon as it is ordered"),
        Choice::new("manual", "When staff accept the order"),
    ]
}

fn aside(product: Product) -> Aside {
    let id = product.row.id;
    let retire = if product.row.retired_at.is_some() {
        PostButton::new(&format!("/admin/products/{id}/bring-back"), "Put back on sale").icon("refresh")
    } else {
        PostButton::new(&format!("/admin/products/{id}/retire"), "Retire")
            .danger()
            .icon("archive")
            .confirm("Take this product out of sale? Services that clients have live on and renew.")
    };
    Aside {
        id: id.get(),
        slug: product.row.slug.clone(),
        state: state(&product.row),
        prices: price_lines(&product.prices),
        live_services: product.live_services,
        is_addon: product.row.is_addon,
        retire,
    }
}
