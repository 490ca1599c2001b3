//! What a buyer chose of a product's options, judged and priced.

use innkeeper_db::{PgConnection, options as db};
use innkeeper_domain::{
    Currency, CycleId, OptionGroupId, OptionId, OptionKind, OptionValueId, ProductId,
    options::{Chosen, Cost, Steps, Tier, graduated},
};
use std::collections::BTreeMap;

use super::{OptionValue, ProductOption, groups::with_values};
use crate::Result;

/// What was chosen of each option: the id of a value of a choice; 1 for yes, 0 for no; how many. What is left out is the
/// first value, no, or the least quantity.
pub type Selection = BTreeMap<OptionId, i64>;

/// The options of some products, with their values and prices.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    having: Vec<(ProductId, OptionGroupId)>,
    options: Vec<ProductOption>,
}

impl Shelf {
    /// Loads what is on offer with these products.
    pub(crate) async fn load(conn: &mut PgConnection, products: &[i64]) -> Result<Self> {
        if products.is_empty() {
            return Ok(Self::default());
        }
        let (having, rows) = db::of_products(conn, products).await?;
        Ok(Self { having, options: with_values(conn, rows).await? })
    }
    /// The options of a product.
    pub fn of(&self, product: ProductId) -> impl Iterator<Item = &ProductOption> {
        self.options.iter().filter(move |option| self.having.contains(&(product, option.row.group_id)))
    }
    /// Those that are sold in a currency and rhythm, with the values and prices of which that is true.
    pub fn sold(&self, product: ProductId, at: (Currency, CycleId)) -> Vec<ProductOption> {
        self.of(product).filter_map(|option| sold(option, at)).collect()
    }
    /// What a selection comes to, or what is wrong with it, by option.
    pub fn choose(
        &self,
        product: ProductId,
        at: (Currency, CycleId),
        selection: &Selection,
    ) -> std::result::Result<Vec<Chosen>, Vec<(OptionId, String)>> {
        self.pick(self.sold(product, at), vec![], selection)
    }
    /// What becomes of what a service has, at the product and rhythm that it has: what `wanted` says nothing of stays, at
    /// its price and even if it is not sold any more. The rest is picked and priced anew.
    pub fn change(
        &self,
        product: ProductId,
        at: (Currency, CycleId),
        has: &[Chosen],
        wanted: &Selection,
    ) -> std::result::Result<Vec<Chosen>, Vec<(OptionId, String)>> {
        let kind = |id| self.of(product).find(|option| option.row.id == id).map(|option| *option.row.kind);
        let stays = |one: &&Chosen| match wanted.get(&one.option_id) {
            None => true,
            Some(number) => kind(one.option_id).is_some_and(|kind| number_of(kind, one) == *number),
        };
        let kept: Vec<Chosen> = has.iter().filter(stays).cloned().collect();
        let is_left = |option: &ProductOption| {
            wanted.contains_key(&option.row.id) && !kept.iter().any(|one| one.option_id == option.row.id)
        };
        let left = self.sold(product, at).into_iter().filter(is_left).collect();
        self.pick(left, kept, wanted)
    }
    /// What somebody who has this would choose of a product: the same, as far as it is sold.
    pub fn alike(&self, product: ProductId, at: (Currency, CycleId), has: &[Chosen]) -> Selection {
        let mut selection = Selection::new();
        for option in self.sold(product, at) {
            let number =
                has.iter().find(|one| one.option_id == option.row.id).map(|one| number_of(*option.row.kind, one));
            if let Some(number) = number.filter(|number| pick(&option, Some(*number)).is_ok()) {
                selection.insert(option.row.id, number);
            }
        }
        selection
    }
    /// Adds what is picked of `options` to what is kept.
    fn pick(
        &self,
        options: Vec<ProductOption>,
        kept: Vec<Chosen>,
        selection: &Selection,
    ) -> std::result::Result<Vec<Chosen>, Vec<(OptionId, String)>> {
        let is_known = |id: OptionId| {
            options.iter().any(|option| option.row.id == id) || kept.iter().any(|one| one.option_id == id)
        };
        let strangers = selection.iter().filter(|(id, number)| **number != 0 && !is_known(**id));
        let mut wrong: Vec<(OptionId, String)> =
            strangers.map(|(id, _)| (*id, "is not sold with this product and billing cycle".to_owned())).collect();
        let mut chosen = kept.clone();
        for option in &options {
            match pick(option, selection.get(&option.row.id).copied()) {
                Ok(one) => chosen.extend(one),
                Err(why) => wrong.push((option.row.id, why)),
            }
        }
        // In the order of the form; what is not on offer any more last.
        let place = |one: &Chosen| self.options.iter().position(|option| option.row.id == one.option_id);
        chosen.sort_by_key(|one| place(one).unwrap_or(usize::MAX));
        if wrong.is_empty() { Ok(chosen) } else { Err(wrong) }
    }
}

/// What a [`Selection`] has for it.
pub fn number_of(kind: OptionKind, one: &Chosen) -> i64 {
    match kind {
        OptionKind::Choice => one.value_id.map_or(0, OptionValueId::get),
        OptionKind::YesNo => 1,
        OptionKind::Quantity => one.units.into(),
    }
}

/// What somebody who has this of an option would pay for it today in a currency and rhythm; none: it is not sold so.
pub(super) fn price_of(
    option: &ProductOption,
    at: (Currency, CycleId),
    (value, units): (Option<i64>, i32),
) -> Option<i64> {
    let number = match *option.row.kind {
        OptionKind::Choice => value?,
        OptionKind::YesNo => 1,
        OptionKind::Quantity => units.into(),
    };
    let chosen = pick(&sold(option, at)?, Some(number)).ok()??;
    Some(chosen.amount)
}

/// An option with the values and prices of one currency and rhythm; none: it is not sold that way.
fn sold(option: &ProductOption, (currency, cycle): (Currency, CycleId)) -> Option<ProductOption> {
    let mut values: Vec<OptionValue> = option.values.clone();
    for value in &mut values {
        value.prices.retain(|price| *price.currency == currency && price.cycle_id == cycle);
    }
    let on_sale = |value: &OptionValue| !value.prices.is_empty() && !value.row.hidden;
    let complete = values.iter().all(on_sale);
    values.retain(on_sale);
    // Each tier of a quantity needs its price.
    let is_sold = !values.is_empty() && (complete || *option.row.kind != OptionKind::Quantity);
    is_sold.then(|| ProductOption { row: option.row.clone(), values })
}

fn cost(value: &OptionValue) -> Cost {
    value.prices.first().map_or(Cost::default(), |price| Cost { amount: price.amount, setup: price.setup })
}

/// What is bought of one option; none: nothing.
fn pick(option: &ProductOption, number: Option<i64>) -> std::result::Result<Option<Chosen>, String> {
    let row = &option.row;
    let one = |value_id, units, text: &str, cost: Cost, told: &str| Chosen {
        option_id: row.id,
        value_id,
        units,
        name: row.name.clone(),
        value: text.to_owned(),
        amount: cost.amount,
        setup: cost.setup,
        setting: (!row.setting.is_empty()).then(|| (row.setting.clone(), told.to_owned())),
    };
    let first = option.values.first().ok_or("is not sold any more")?;
    let told = |value: &OptionValue, otherwise: &str| match value.row.code.as_str() {
        "" => otherwise.to_owned(),
        code => code.to_owned(),
    };
    match *row.kind {
        OptionKind::Choice => {
            let wanted = |value: &&OptionValue| number.is_none_or(|id| value.row.id.get() == id);
            let value = option.values.iter().find(wanted).ok_or("is not sold with this value: choose another")?;
            let name = &value.row.name;
            Ok(Some(one(Some(value.row.id), 1, name, cost(value), &told(value, name))))
        }
        OptionKind::YesNo => match number.unwrap_or(0) {
            0 => Ok(None),
            1 => Ok(Some(one(Some(first.row.id), 1, "Yes", cost(first), &told(first, "1")))),
            _ => Err("must be 1 for yes or 0 for no".to_owned()),
        },
        OptionKind::Quantity => quantity(option, number).map(|found| {
            let (units, cost) = found?;
            Some(one(None, units, &units.to_string(), cost, &units.to_string()))
        }),
    }
}

/// So many, and what they cost.
fn quantity(option: &ProductOption, number: Option<i64>) -> std::result::Result<Option<(u32, Cost)>, String> {
    let [min, max, step] = [option.row.least, option.row.most, option.row.step]
        .map(|bound| bound.and_then(|n| u32::try_from(n).ok()).unwrap_or(0));
    let units = u32::try_from(number.unwrap_or(min.into())).ok().filter(|n| Steps { min, max, step }.hold(*n));
    let units = units.ok_or_else(|| match step {
        1 => format!("must be between {min} and {max}"),
        _ => format!("must be between {min} and {max}, in steps of {step}"),
    })?;
    if units == 0 {
        return Ok(None);
    }
    let tier = |value: &OptionValue| Tier { above: u32::try_from(value.row.above).unwrap_or(0), each: cost(value) };
    let tiers: Vec<Tier> = option.values.iter().map(tier).collect();
    Ok(Some((units, graduated(units, &tiers).map_err(|e| e.to_string())?)))
}
