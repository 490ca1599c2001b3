//! Extensions and tax rules.

use axum::Json;
use innkeeper_app::catalogue::TldInput as TldCommand;
use innkeeper_app::catalogue::{self, NewTldPrice, TaxRule, TaxRuleInput as TaxRuleCommand, Tld, TldPrice};
use innkeeper_domain::{Currency, Money, TaxRuleId, TldId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, AmountInput};
use super::params::{Page, entry};
use super::problem::{Answer, Problem};
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(set_prices))
        .routes(routes!(tax_rules, create_tax_rule))
        .routes(routes!(get_tax_rule, update_tax_rule, delete_tax_rule))
}

/// An extension with its current prices.
#[derive(Serialize, ToSchema)]
struct Extension {
    id: i64,
    /// Without its leading dot.
    #[schema(example = "com")]
    name: String,
    /// Id of the registrar plugin.
    #[schema(example = "registrar-dondominio")]
    plugin_id: String,
    min_years: i32,
    max_years: i32,
    /// Does a transfer need a code?
    auth_code_required: bool,
    /// On sale.
    enabled: bool,
    position: i32,
    prices: Vec<ExtensionPrice>,
}

/// Prices of an extension in one currency, for one year, without tax.
#[derive(Serialize, ToSchema)]
struct ExtensionPrice {
    register: Amount,
    renew: Amount,
    /// Adds a year.
    transfer: Amount,
}

fn extension(tld: Tld) -> Extension {
    let price = |p: TldPrice| {
        let amount = |minor| Money::new(minor, *p.currency).into();
        ExtensionPrice { register: amount(p.register), renew: amount(p.renew), transfer: amount(p.transfer) }
    };
    Extension {
        id: tld.row.id.get(),
        name: tld.row.name,
        plugin_id: tld.row.plugin_id,
        min_years: tld.row.min_years,
        max_years: tld.row.max_years,
        auth_code_required: tld.row.auth_code_required,
        enabled: tld.row.enabled,
        position: tld.row.position,
        prices: tld.prices.into_iter().map(price).collect(),
    }
}

/// Extensions, in the order of the shop
#[utoipa::path(get, path = "/tlds", tag = "Catalogue", responses((status = 200, body = Page<Extension>)))]
async fn list(Caller { app, actor }: Caller) -> Answer<Page<Extension>> {
    Ok(Page::whole(catalogue::list_tlds(&app, &actor).await?, extension))
}

/// An extension with its current prices
#[utoipa::path(get, path = "/tlds/{id}", tag = "Catalogue", responses((status = 200, body = Extension)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<TldId>) -> Answer<Json<Extension>> {
    Ok(Json(extension(catalogue::get_tld(&app, &actor, id).await?)))
}

/// An extension as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "com", "plugin_id": "registrar-dondominio", "min_years": 1, "max_years": 10,
    "auth_code_required": true, "enabled": true}))]
struct TldInput {
    name: String,
    plugin_id: String,
    min_years: i32,
    /// At most 10.
    max_years: i32,
    auth_code_required: bool,
    enabled: bool,
    #[serde(default)]
    position: i32,
}

impl From<TldInput> for TldCommand {
    fn from(new: TldInput) -> Self {
        let TldInput { name, plugin_id, min_years, max_years, auth_code_required, enabled, position } = new;
        Self { name, plugin_id, min_years, max_years, auth_code_required, enabled, position }
    }
}

/// Add an extension
///
/// It has no price yet, so nobody can buy it.
#[utoipa::path(post, path = "/tlds", tag = "Catalogue", request_body = TldInput,
    responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<TldInput>) -> Answer<Created<Made>> {
    Ok(Made::at("/tlds", catalogue::create_tld(&app, &actor, new.into()).await?))
}

/// Change an extension
#[utoipa::path(put, path = "/tlds/{id}", tag = "Catalogue", request_body = TldInput, responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<TldId>, Body(new): Body<TldInput>) -> Answer<Done> {
    catalogue::update_tld(&app, &actor, id, new.into()).await?;
    Ok(Done)
}

/// All prices that an extension is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"prices": [{"register": {"amount": "11.50", "currency": "EUR"},
    "renew": {"amount": "13.50", "currency": "EUR"}, "transfer": {"amount": "11.50", "currency": "EUR"}}]}))]
struct TldPricesInput {
    prices: Vec<TldPriceInput>,
}

/// Prices in one currency, for one year, without tax.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TldPriceInput {
    register: AmountInput,
    renew: AmountInput,
    transfer: AmountInput,
}

fn new_price((i, new): (usize, TldPriceInput)) -> Answer<NewTldPrice> {
    let currency = new.register.money(&format!("prices.{i}.register"))?.currency();
    let minor = |name: &str, input: &AmountInput| minor_in(currency, &format!("prices.{i}.{name}"), input);
    Ok(NewTldPrice {
        currency,
        register: minor("register", &new.register)?,
        renew: minor("renew", &new.renew)?,
        transfer: minor("transfer", &new.transfer)?,
    })
}

fn minor_in(currency: Currency, field: &str, input: &AmountInput) -> Answer<i64> {
    let money = input.money(field)?;
    if money.currency() == currency {
        Ok(money.minor())
    } else {
        Err(Problem::field(field, "must be in the currency of the registration"))
    }
}

/// Give an extension exactly these prices
#[utoipa::path(put, path = "/tlds/{id}/prices", tag = "Catalogue", request_body = TldPricesInput,
    responses((status = 204)))]
async fn set_prices(Caller { app, actor }: Caller, Id(id): Id<TldId>, Body(new): Body<TldPricesInput>) -> Answer<Done> {
    let new = new.prices.into_iter().enumerate().map(new_price).collect::<Answer<_>>()?;
    catalogue::set_tld_prices(&app, &actor, id, new).await?;
    Ok(Done)
}

/// A tax rule: country and region, else country, else everywhere.
#[derive(Serialize, ToSchema)]
struct TaxRuleEntry {
    id: i64,
    /// ISO 3166 alpha-2; empty: any.
    #[schema(example = "ES")]
    country: String,
    /// Empty: any.
    #[schema(example = "")]
    region: String,
    /// 1 or 2.
    level: i16,
    /// Of level 2: also on the tax of level 1.
    compound: bool,
    #[schema(example = "IVA")]
    name: String,
    /// In percent.
    #[schema(example = "21")]
    percent: String,
}

fn tax_rule(rule: TaxRule) -> TaxRuleEntry {
    let percent = (rule.rate.fraction() * Decimal::ONE_HUNDRED).normalize().to_string();
    let TaxRule { id, country, region, level, compound, name, .. } = rule;
    TaxRuleEntry { id: id.get(), country, region, level, compound, name, percent }
}

/// Tax rules, by country and region
#[utoipa::path(get, path = "/tax-rules", tag = "Catalogue", responses((status = 200, body = Page<TaxRuleEntry>)))]
async fn tax_rules(Caller { app, actor }: Caller) -> Answer<Page<TaxRuleEntry>> {
    Ok(Page::whole(catalogue::list_tax_rules(&app, &actor).await?, tax_rule))
}

/// A tax rule
#[utoipa::path(get, path = "/tax-rules/{id}", tag = "Catalogue", responses((status = 200, body = TaxRuleEntry)))]
async fn get_tax_rule(Caller { app, actor }: Caller, Id(id): Id<TaxRuleId>) -> Answer<Json<TaxRuleEntry>> {
    entry(catalogue::list_tax_rules(&app, &actor).await?, "tax rule", |rule| rule.id == id, tax_rule)
}

/// A tax rule as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"country": "ES", "name": "IVA", "percent": "21"}))]
struct TaxRuleInput {
    #[serde(default)]
    country: String,
    #[serde(default)]
    region: String,
    /// 1 (if left out) or 2: at each level the most exact rule counts.
    #[serde(default)]
    level: Option<i16>,
    /// Of level 2: also on the tax of level 1.
    #[serde(default)]
    compound: bool,
    /// As printed on invoices.
    name: String,
    /// In percent, as text.
    percent: String,
}

impl TaxRuleInput {
    fn command(self) -> Answer<TaxRuleCommand> {
        let percent = self.percent.parse().map_err(|_| Problem::field("percent", "must be a number such as 21"))?;
        let Self { country, region, compound, name, .. } = self;
        Ok(TaxRuleCommand { country, region, level: self.level.unwrap_or(1), compound, name, percent })
    }
}

/// Add a tax rule
#[utoipa::path(post, path = "/tax-rules", tag = "Catalogue", request_body = TaxRuleInput,
    responses((status = 201, body = Made)))]
async fn create_tax_rule(Caller { app, actor }: Caller, Body(new): Body<TaxRuleInput>) -> Answer<Created<Made>> {
    Ok(Made::at("/tax-rules", catalogue::create_tax_rule(&app, &actor, new.command()?).await?))
}

/// Change a tax rule, for invoices issued from now on
#[utoipa::path(put, path = "/tax-rules/{id}", tag = "Catalogue", request_body = TaxRuleInput,
    responses((status = 204)))]
async fn update_tax_rule(
    Caller { app, actor }: Caller,
    Id(id): Id<TaxRuleId>,
    Body(new): Body<TaxRuleInput>,
) -> Answer<Done> {
    catalogue::update_tax_rule(&app, &actor, id, new.command()?).await?;
    Ok(Done)
}

/// Remove a tax rule
#[utoipa::path(delete, path = "/tax-rules/{id}", tag = "Catalogue", responses((status = 204)))]
async fn delete_tax_rule(Caller { app, actor }: Caller, Id(id): Id<TaxRuleId>) -> Answer<Done> {
    catalogue::delete_tax_rule(&app, &actor, id).await?;
    Ok(Done)
}
