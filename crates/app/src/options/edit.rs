//! Options of a group: their values, and what these cost.

use chrono::NaiveDate;
use innkeeper_db::{
    PgConnection, currencies, cycles,
    options::{self as db, OptionFields, Prices, Values},
};
use innkeeper_domain::{
    BillingCycle, Currency, CycleId, OptionGroupId, OptionId, OptionKind, OptionValueId, Permission,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{HashMap, HashSet};

use super::{
    ProductOption, existing,
    groups::{found, with_values},
    told,
};
use crate::{
    Actor, App, AppError, Checks, Result,
    catalogue::{NewPrice, taken},
};

/// Values that an option may have, and units that may be bought of it.
const VALUES: usize = 50;
const UNITS: i32 = 1_000_000;

/// An option as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OptionInput {
    /// What clients read; unique in its group.
    pub name: String,
    /// How it is chosen. Cannot change later.
    pub kind: OptionKind,
    /// A choice is shown as a list of buttons, not as a drop-down.
    #[serde(default)]
    pub radio: bool,
    /// Of a quantity: the least, the most, and the step from the least on.
    #[serde(default)]
    pub least: Option<i32>,
    #[serde(default)]
    pub most: Option<i32>,
    #[serde(default)]
    pub step: Option<i32>,
    /// Lower comes first.
    #[serde(default)]
    pub position: i32,
    /// What the plugin is told of it: the key of a setting of the product, which counts in place of the product's own, of a
    /// quantity that the plugin sells on top, or of an answer. Empty: nothing.
    #[serde(default)]
    pub setting: String,
    /// The values of a choice, in their order; one of a yes or no: what the yes costs; the tiers of a quantity.
    pub values: Vec<ValueInput>,
}

/// A value or a tier as staff write it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ValueInput {
    /// One that there is; none: a new one.
    #[serde(default)]
    pub id: Option<OptionValueId>,
    /// What clients read of a value of a choice.
    #[serde(default)]
    pub name: String,
    /// Of a tier: what follows is the price of each unit beyond so many.
    #[serde(default)]
    pub above: i32,
    /// Not offered in the shop.
    #[serde(default)]
    pub hidden: bool,
    /// What the plugin is told; empty: the name, or 1 for yes.
    #[serde(default)]
    pub code: String,
    /// Its price, or that of a unit; without one in a currency and cycle it is not sold that way.
    #[serde(default)]
    pub prices: Vec<NewPrice>,
}

/// An option with its values.
pub async fn get(app: &App, actor: &Actor, id: OptionId) -> Result<ProductOption> {
    actor.require(Permission::CatalogueRead)?;
    one(&mut *app.conn().await?, id).await
}

/// Adds an option to a group.
pub async fn create(app: &App, actor: &Actor, group: OptionGroupId, input: OptionInput) -> Result<OptionId> {
    actor.require(Permission::CatalogueWrite)?;
    check_setting(app, group, &input).await?;
    let mut tx = app.begin(actor).await?;
    found(tx.conn(), group).await?;
    let (values, prices) = check(tx.conn(), &input, &[]).await?;
    let id = db::insert(tx.conn(), group, &fields(&input)).await.map_err(name_taken)?;
    let now = tx.now();
    db::set_values(tx.conn(), id, &values, &prices, now).await?;
    tx.audit("product_option.create", "product_option", id, json!({ "group": group, "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes an option; values that are left out are retired. Services keep what they were ordered with, and its price;
/// with `existing`, what they have of it is charged as it costs now, for periods that begin on that day or later.
pub async fn update(
    app: &App,
    actor: &Actor,
    id: OptionId,
    input: OptionInput,
    existing: Option<NaiveDate>,
) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let group = one(&mut *app.conn().await?, id).await?.row.group_id;
    check_setting(app, group, &input).await?;
    let mut tx = app.begin(actor).await?;
    db::lock(tx.conn(), id).await?;
    let before = one(tx.conn(), id).await?;
    if *before.row.kind != input.kind {
        return Err(AppError::invalid("kind", "cannot change: add another option instead"));
    }
    let known: Vec<OptionValueId> = before.values.iter().map(|value| value.row.id).collect();
    let (values, prices) = check(tx.conn(), &input, &known).await?;
    db::update(tx.conn(), id, &fields(&input)).await.map_err(name_taken)?;
    let now = tx.now();
    db::set_values(tx.conn(), id, &values, &prices, now).await?;
    if let Some(from) = existing {
        let option = one(tx.conn(), id).await?;
        existing::follow(&mut tx, &option, from).await?;
    }
    let detail = json!({ "before": written(before), "after": input, "existing": existing });
    tx.audit("product_option.update", "product_option", id, detail).await?;
    tx.commit().await
}

/// Takes an option off the shelf. Services that have it keep it.
pub async fn retire(app: &App, actor: &Actor, id: OptionId) -> Result<()> {
    shelve(app, actor, id, true).await
}

/// Offers a retired option again.
pub async fn bring_back(app: &App, actor: &Actor, id: OptionId) -> Result<()> {
    shelve(app, actor, id, false).await
}

async fn shelve(app: &App, actor: &Actor, id: OptionId, away: bool) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    db::lock(tx.conn(), id).await?;
    let row = db::find(tx.conn(), id).await?.ok_or(AppError::NotFound("option"))?;
    if row.retired_at.is_some() == away {
        return Ok(());
    }
    let at = away.then(|| tx.now());
    db::set_retired(tx.conn(), id, at).await.map_err(name_taken)?;
    let action = if away { "product_option.retire" } else { "product_option.bring_back" };
    tx.audit(action, "product_option", id, json!({})).await?;
    tx.commit().await
}

async fn one(conn: &mut PgConnection, id: OptionId) -> Result<ProductOption> {
    let row = db::find(conn, id).await?.ok_or(AppError::NotFound("option"))?;
    with_values(conn, vec![row]).await?.pop().ok_or(AppError::NotFound("option"))
}

/// Judges an option; its values and prices as they are stored. Fields of errors: `values.0.prices.1.amount`.
async fn check(conn: &mut PgConnection, input: &OptionInput, known: &[OptionValueId]) -> Result<(Values, Prices)> {
    let mut checks = Checks::default();
    checks.text("name", &input.name, 100, true);
    checks.text("setting", &input.setting, 100, false);
    check_quantity(input, &mut checks);
    check_values(input, known, &mut checks);
    let sold = Sold {
        cycles: cycles::all(conn).await?.iter().map(|cycle| (cycle.id, *cycle.cycle)).collect(),
        currencies: currencies::all(conn).await?.iter().map(|currency| *currency.code).collect(),
    };
    let (mut values, mut prices) = (Values::default(), Prices::default());
    for (i, value) in input.values.iter().enumerate() {
        sold.check(i, &value.prices, &mut checks);
        values.ids.push(value.id.map(OptionValueId::get));
        values.names.push(value.name.trim().to_owned());
        values.above.push(value.above);
        values.hidden.push(value.hidden);
        values.codes.push(value.code.trim().to_owned());
        for price in &value.prices {
            prices.of.push(i64::try_from(i + 1).map_err(AppError::internal)?);
            prices.currencies.push(price.currency.code().to_owned());
            prices.cycles.push(price.cycle_id.get());
            prices.amounts.push(price.amount);
            prices.setups.push(price.setup);
        }
    }
    checks.finish()?;
    Ok((values, prices))
}

/// Judges what the plugins of the group's products would be told.
async fn check_setting(app: &App, group: OptionGroupId, input: &OptionInput) -> Result<()> {
    let (key, mut checks) = (input.setting.trim(), Checks::default());
    let plugins = db::plugins(&mut *app.conn().await?, group).await?;
    for plugin in plugins.iter().filter(|_| !key.is_empty()) {
        told::ask(app, plugin).await?;
        for (i, value) in input.values.iter().enumerate() {
            let text = match (input.kind, value.code.trim()) {
                (OptionKind::Choice, "") => value.name.trim(),
                (OptionKind::Quantity, _) | (OptionKind::YesNo, "") => "1",
                (_, code) => code,
            };
            let fits = told::fits(app, plugin, key, text)?;
            checks.require(fits, &format!("values.{i}.code"), format!("is nothing that {plugin} takes for {key}"));
        }
    }
    checks.finish()
}

fn check_quantity(input: &OptionInput, checks: &mut Checks) {
    let bounds = [("least", input.least), ("most", input.most), ("step", input.step)];
    if input.kind != OptionKind::Quantity {
        for (field, bound) in bounds {
            checks.require(bound.is_none(), field, "is for a quantity only");
        }
        return;
    }
    for (field, bound) in bounds {
        let from = if field == "least" { 0 } else { 1 };
        let range = format!("must be between {from} and {UNITS}");
        checks.require(bound.is_some_and(|n| (from..=UNITS).contains(&n)), field, range);
    }
    checks.require(input.least <= input.most, "most", "must not be less than the least");
}

fn check_values(input: &OptionInput, known: &[OptionValueId], checks: &mut Checks) {
    let many = input.values.len();
    checks.require((1..=VALUES).contains(&many), "values", format!("must be 1 to {VALUES}"));
    checks.require(input.kind != OptionKind::YesNo || many <= 1, "values", "must be one: what the yes costs");
    let (mut names, mut ids, mut last) = (HashSet::new(), HashSet::new(), None);
    for (i, value) in input.values.iter().enumerate() {
        let field = |name: &str| format!("values.{i}.{name}");
        if let Some(id) = value.id {
            checks.require(known.contains(&id), &field("id"), "is no value of this option");
            checks.require(ids.insert(id), &field("id"), "is given twice");
        }
        let named = input.kind == OptionKind::Choice;
        checks.text(&field("name"), &value.name, 100, named);
        checks.text(&field("code"), &value.code, 200, false);
        let is_new = !named || names.insert(value.name.trim().to_lowercase());
        checks.require(is_new, &field("name"), "is the name of another value");
        match input.kind {
            OptionKind::Quantity => {
                let first = last.is_some() || value.above == 0;
                checks.require(first, &field("above"), "must be 0 for the first tier");
                let rises = last.is_none_or(|last| value.above > last);
                checks.require(rises, &field("above"), "must be more than that of the tier before");
                last = Some(value.above);
            }
            _ => checks.require(value.above == 0, &field("above"), "is for a quantity only"),
        }
    }
}

/// In what things can be sold.
struct Sold {
    cycles: HashMap<CycleId, BillingCycle>,
    currencies: HashSet<Currency>,
}

impl Sold {
    fn check(&self, value: usize, prices: &[NewPrice], checks: &mut Checks) {
        let mut seen = HashSet::new();
        for (i, price) in prices.iter().enumerate() {
            let field = |name: &str| format!("values.{value}.prices.{i}.{name}");
            let cycle = self.cycles.get(&price.cycle_id);
            checks.require(cycle.is_some(), &field("cycle_id"), "is not a billing cycle");
            let known = self.currencies.contains(&price.currency);
            checks.require(known, &field("currency"), "is not a currency of this business");
            checks.require(price.amount >= 0, &field("amount"), "must not be negative");
            checks.require(price.setup >= 0, &field("setup"), "must not be negative");
            let free = cycle == Some(&BillingCycle::Free);
            checks.require(!free || price.amount == 0, &field("amount"), "must be 0 for a free cycle");
            let fresh = seen.insert((price.currency, price.cycle_id));
            checks.require(fresh, &field("cycle_id"), "is given twice for this currency");
        }
    }
}

fn fields(input: &OptionInput) -> OptionFields<'_> {
    OptionFields {
        name: input.name.trim(),
        kind: input.kind,
        radio: input.radio,
        least: input.least,
        most: input.most,
        step: input.step,
        position: input.position,
        setting: input.setting.trim(),
    }
}

/// An option as staff would write it.
pub(super) fn written(option: ProductOption) -> OptionInput {
    let value = |value: super::OptionValue| ValueInput {
        id: Some(value.row.id),
        name: value.row.name,
        above: value.row.above,
        hidden: value.row.hidden,
        code: value.row.code,
        prices: value
            .prices
            .into_iter()
            .map(|p| NewPrice { currency: *p.currency, cycle_id: p.cycle_id, amount: p.amount, setup: p.setup })
            .collect(),
    };
    let row = option.row;
    OptionInput {
        name: row.name,
        kind: *row.kind,
        radio: row.radio,
        least: row.least,
        most: row.most,
        step: row.step,
        position: row.position,
        setting: row.setting,
        values: option.values.into_iter().map(value).collect(),
    }
}

fn name_taken(error: innkeeper_db::Error) -> AppError {
    taken(error, "product_option_name", "name", "is the name of another option of this group")
}
