//! What the options of a product cost: a price, or units at prices that depend on how many there are.

use serde::{Deserialize, Serialize};

use crate::{MoneyError, OptionId, OptionValueId};

/// What a buyer chose of one option, and what it cost then: a service keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    pub option_id: OptionId,
    /// Of a choice or a yes.
    pub value_id: Option<OptionValueId>,
    /// How many; 1 of what is not counted.
    pub units: u32,
    /// The option as clients read it: `RAM`.
    pub name: String,
    /// `4 GB`, `Yes`, `3`.
    pub value: String,
    /// For each period, in minor units.
    pub amount: i64,
    /// Once, in minor units.
    pub setup: i64,
    /// What the plugin is told: the key of its setting, and the value.
    pub setting: Option<(String, String)>,
}

impl Chosen {
    /// Is it how many of something?
    pub fn is_counted(&self) -> bool {
        self.value_id.is_none()
    }
}

/// What all of them cost.
pub fn cost(chosen: &[Chosen]) -> Result<Cost, MoneyError> {
    chosen.iter().try_fold(Cost::default(), |sum, one| sum.plus(Cost { amount: one.amount, setup: one.setup }))
}

/// `, RAM: 4 GB, Addresses: 3`: follows the name of the product; empty where nothing was chosen.
pub fn described(chosen: &[Chosen]) -> String {
    chosen.iter().map(|one| format!(", {}: {}", one.name, one.value)).collect()
}

/// What something costs, in minor units of one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// For each period.
    pub amount: i64,
    /// Once.
    pub setup: i64,
}

impl Cost {
    /// Both together.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        let sum = |a: i64, b: i64| a.checked_add(b).ok_or(MoneyError::Overflow);
        Ok(Self { amount: sum(self.amount, other.amount)?, setup: sum(self.setup, other.setup)? })
    }
    /// So many of it.
    pub fn times(self, units: u32) -> Result<Self, MoneyError> {
        let product = |each: i64| each.checked_mul(units.into()).ok_or(MoneyError::Overflow);
        Ok(Self { amount: product(self.amount)?, setup: product(self.setup)? })
    }
}

/// What each unit costs beyond the first `above`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Units that are cheaper or dearer than this one's.
    pub above: u32,
    /// Of one unit.
    pub each: Cost,
}

/// What `units` cost: each the price of the tier that it falls into. The tiers stand in order, the first one above 0.
pub fn graduated(units: u32, tiers: &[Tier]) -> Result<Cost, MoneyError> {
    let ends = tiers.iter().skip(1).map(|next| next.above).chain([u32::MAX]);
    tiers.iter().zip(ends).try_fold(Cost::default(), |sum, (tier, end)| {
        sum.plus(tier.each.times(units.min(end).saturating_sub(tier.above))?)
    })
}

/// Which quantities may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The least.
    pub min: u32,
    /// The most.
    pub max: u32,
    /// From the least on, in steps of so many.
    pub step: u32,
}

impl Steps {
    /// May `units` be chosen?
    pub fn hold(self, units: u32) -> bool {
        (self.min..=self.max).contains(&units) && (units - self.min).checked_rem(self.step) == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_tiers() -> impl Strategy<Value = Vec<Tier>> {
        prop::collection::btree_map(1_u32..60, (0_i64..10_000, 0_i64..10_000), 0..5).prop_map(|rest| {
            let first = [(0, (700, 100))];
            let tier = |(above, (amount, setup))| Tier { above, each: Cost { amount, setup } };
            first.into_iter().chain(rest).map(tier).collect()
        })
    }

    proptest! {
        #[test]
        fn units_cost_what_each_of_them_costs(tiers in any_tiers(), units in 0_u32..100) {
            let mut sum = Cost::default();
            for unit in 1..=units {
                let tier = tiers.iter().rev().find(|tier| tier.above < unit).unwrap();
                sum = sum.plus(tier.each).unwrap();
            }
            prop_assert_eq!(graduated(units, &tiers), Ok(sum));
        }
        #[test]
        fn more_units_never_cost_less(tiers in any_tiers(), units in 0_u32..100) {
            let (fewer, more) = (graduated(units, &tiers).unwrap(), graduated(units + 1, &tiers).unwrap());
            prop_assert!(fewer.amount <= more.amount && fewer.setup <= more.setup);
        }
        #[test]
        fn a_quantity_is_the_least_and_whole_steps(min in 0_u32..20, over in 0_u32..50, step in 1_u32..9, units in 0_u32..80) {
            let steps = Steps { min, max: min + over, step };
            let all: Vec<u32> = (min..=min + over).step_by(step.try_into().unwrap()).collect();
            prop_assert_eq!(steps.hold(units), all.contains(&units));
        }
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let tiers = [Tier { above: 0, each: Cost { amount: i64::MAX, setup: 0 } }];
        assert_eq!(graduated(1, &tiers), Ok(Cost { amount: i64::MAX, setup: 0 }));
        assert_eq!(graduated(2, &tiers), Err(MoneyError::Overflow));
        assert!(!Steps { min: 0, max: 9, step: 0 }.hold(3));
    }
}
