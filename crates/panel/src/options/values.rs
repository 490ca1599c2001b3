//! The values of an option in its form: each with a table of prices.

use innkeeper_app::AppError;
use innkeeper_app::catalogue::{self, CycleRow, NewPrice};
use innkeeper_app::options::{OptionValue, ValueInput};
use innkeeper_domain::{Currency, Money};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::view::{Field, Form};

use crate::reading::{optional_amount, optional_number};

/// Values that a form may have, and empty ones shown to be filled in.
const MOST: usize = 50;
const EMPTY: usize = 3;

/// A value in the form.
pub(super) struct Value {
    pub number: usize,
    pub id: Field,
    pub name: Field,
    pub above: Field,
    pub code: Field,
    pub hidden: Field,
    pub gone: Option<Field>,
    pub rows: Vec<Line>,
}

/// Its price in a currency and cycle.
pub(super) struct Line {
    pub label: String,
    pub amount: Field,
    pub setup: Field,
}

/// The currencies and cycles that a value may have prices in.
pub(super) struct Cells {
    cycles: Vec<CycleRow>,
    currencies: Vec<Currency>,
}

/// Where values and prices stood in the form: the number of each value, and the cells of its prices.
pub(super) struct Places(Vec<(usize, Vec<(String, String)>)>);

fn names(value: usize, currency: Currency, cycle: i64) -> (String, String) {
    (format!("amount.{value}.{currency}.{cycle}"), format!("setup.{value}.{currency}.{cycle}"))
}

/// A form with the values that an option has.
pub(super) fn filled(mut form: Form, values: &[OptionValue]) -> Form {
    for (i, value) in values.iter().enumerate() {
        form = form
            .with(&format!("id.{i}"), value.row.id)
            .with(&format!("name.{i}"), &value.row.name)
            .with(&format!("above.{i}"), value.row.above)
            .with(&format!("hidden.{i}"), value.row.hidden)
            .with(&format!("code.{i}"), &value.row.code);
        for price in &value.prices {
            let (amount, setup) = names(i, *price.currency, price.cycle_id.get());
            form = form.with(&amount, Money::new(price.amount, *price.currency).to_decimal());
            if price.setup > 0 {
                form = form.with(&setup, Money::new(price.setup, *price.currency).to_decimal());
            }
        }
    }
    form
}

impl Cells {
    pub(super) async fn load(staff: &Staff) -> Result<Self, Failure> {
        let currencies = catalogue::list_currencies(&staff.app, &staff.actor).await?;
        Ok(Self {
            cycles: catalogue::list_cycles(&staff.app, &staff.actor).await?,
            currencies: currencies.iter().map(|row| *row.code).collect(),
        })
    }

    fn all(&self) -> impl Iterator<Item = (Currency, &CycleRow)> {
        self.currencies.iter().flat_map(|currency| self.cycles.iter().map(|cycle| (*currency, cycle)))
    }

    /// The values that were typed in, without empty ones and those that are to go.
    pub(super) fn read(&self, posted: &Posted, form: &mut Form) -> (Vec<ValueInput>, Places) {
        let (mut values, mut places) = (vec![], vec![]);
        for i in 0..MOST {
            if posted.ticked(&format!("gone.{i}")) {
                continue;
            }
            let (prices, cells) = self.prices(i, posted, form);
            let value = ValueInput {
                id: optional_number(posted, form, &format!("id.{i}")),
                name: posted.text(&format!("name.{i}")),
                above: optional_number(posted, form, &format!("above.{i}")).unwrap_or(0),
                hidden: posted.ticked(&format!("hidden.{i}")),
                code: posted.text(&format!("code.{i}")),
                prices,
            };
            if value.id.is_some() || !value.name.is_empty() || !value.prices.is_empty() {
                values.push(value);
                places.push((i, cells));
            }
        }
        (values, Places(places))
    }

    fn prices(&self, value: usize, posted: &Posted, form: &mut Form) -> (Vec<NewPrice>, Vec<(String, String)>) {
        let (mut prices, mut cells) = (vec![], vec![]);
        for (currency, cycle) in self.all() {
            let (amount_field, setup_field) = names(value, currency, cycle.id.get());
            let amount = optional_amount(posted, form, &amount_field, currency);
            let setup = optional_amount(posted, form, &setup_field, currency);
            match (amount, setup) {
                (Some(amount), setup) => {
                    prices.push(NewPrice { currency, cycle_id: cycle.id, amount, setup: setup.unwrap_or(0) });
                    cells.push((amount_field, setup_field));
                }
                (None, Some(_)) => form.fail(&amount_field, "A set-up fee needs a price beside it; 0 is a price."),
                (None, None) => {}
            }
        }
        (prices, cells)
    }

    /// The values of a form, and empty ones after them.
    pub(super) fn show(&self, form: &Form) -> Vec<Value> {
        let is_used = |i: &usize| {
            let own = ["id", "name", "above"].map(|name| format!("{name}.{i}"));
            let cells = self.all().map(|(currency, cycle)| names(*i, currency, cycle.id.get()).0);
            own.into_iter().chain(cells).any(|name| !form.value(&name).is_empty())
        };
        let used = (0..MOST).rev().find(is_used).map_or(0, |last| last + 1);
        (0..MOST.min(used + EMPTY)).map(|i| self.value(form, i)).collect()
    }

    fn value(&self, form: &Form, i: usize) -> Value {
        let id = format!("id.{i}");
        let line = |(currency, cycle): (Currency, &CycleRow)| {
            let (amount, setup) = names(i, currency, cycle.id.get());
            let label = |what: &str| format!("{what} of value {}, {}, {currency}", i + 1, cycle.name);
            Line {
                label: format!("{}, {currency}", cycle.name),
                amount: form.decimal(&amount, &label("Price")).unit(currency.code()),
                setup: form.decimal(&setup, &label("Set-up fee")).unit(currency.code()),
            }
        };
        let stays = form.value(&id).is_empty();
        Value {
            number: i + 1,
            name: form.text(&format!("name.{i}"), "Name").maxlength(100).help("Of one of several: what clients read."),
            above: form
                .number(&format!("above.{i}"), "Units before")
                .min(0)
                .help("Of how many: the price counts for each unit beyond so many."),
            code: form
                .text(&format!("code.{i}"), "Value of the setting")
                .code()
                .maxlength(200)
                .help("What the plugin is told; empty: the name, or 1 for yes."),
            hidden: form.checkbox(&format!("hidden.{i}"), "Leave it out of the shop"),
            gone: (!stays).then(|| form.checkbox(&format!("gone.{i}"), "Take it off the shelf for good")),
            rows: self.all().map(line).collect(),
            id: form.hidden(&id),
        }
    }
}

impl Places {
    /// `values.1.prices.0.amount` is the cell that the first price of the second value stood in.
    pub(super) fn refuse(&self, form: &mut Form, error: AppError) -> Result<(), Failure> {
        let mut by_number = Form::new();
        by_number.refuse(error)?;
        for field in ["", "name", "kind", "least", "most", "step", "setting", "values"] {
            if let Some(text) = by_number.error(field) {
                let shown = if field == "values" { "" } else { field };
                form.fail(shown, text);
            }
        }
        for (i, (place, cells)) in self.0.iter().enumerate() {
            for name in ["id", "name", "above", "code"] {
                if let Some(text) = by_number.error(&format!("values.{i}.{name}")) {
                    let shown = if name == "id" { "name" } else { name };
                    form.fail(&format!("{shown}.{place}"), text);
                }
            }
            for (k, (amount, setup)) in cells.iter().enumerate() {
                for name in ["amount", "cycle_id", "currency", "setup"] {
                    if let Some(text) = by_number.error(&format!("values.{i}.prices.{k}.{name}")) {
                        form.fail(if name == "setup" { setup } else { amount }, text);
                    }
                }
            }
        }
        Ok(())
    }
}
