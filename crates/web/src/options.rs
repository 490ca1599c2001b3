//! What can be chosen with a product, as forms ask it.

use innkeeper_app::catalogue::{Offer, OrderForm};
use innkeeper_app::options::{OptionValue, ProductOption, Selection};
use innkeeper_domain::{Money, OptionKind, options::Chosen};

use crate::view::{Choice, Field, Form, price};

fn name(option: &ProductOption) -> String {
    format!("options.{}", option.row.id)
}

/// The controls of what is sold at an offer, named `options.<id>`. What nobody chose of stands on its first value or least
/// quantity.
pub fn controls(form: &Form, product: &OrderForm, offer: Option<&Offer>) -> Vec<Field> {
    let Some(offer) = offer else { return vec![] };
    let sold = product.shelf.sold(product.id, (offer.amount.currency(), offer.cycle_id));
    sold.iter().map(|option| control(form, option)).collect()
}

fn control(form: &Form, option: &ProductOption) -> Field {
    let (name, label) = (name(option), option.row.name.as_str());
    let first = option.values.first();
    match *option.row.kind {
        OptionKind::Choice => {
            let choice = |value: &OptionValue| (value.row.id.to_string(), value.row.name.clone(), asked(value));
            let values: Vec<_> = option.values.iter().map(choice).collect();
            let form = match (form.value(&name), values.first()) {
                ("", Some((first, ..))) => form.clone().with(&name, first),
                _ => form.clone(),
            };
            let radio = option.row.radio;
            let control = |(id, text, asked): (String, String, String)| match radio {
                true => Choice::new(id, text).help(asked),
                false => Choice::new(id, format!("{text} ({asked})")),
            };
            let choices: Vec<Choice> = values.into_iter().map(control).collect();
            if radio { form.radios(&name, label, &choices) } else { form.select(&name, label, &choices) }
        }
        OptionKind::YesNo => form.checkbox(&name, label).help(&first.map(asked).unwrap_or_default()),
        OptionKind::Quantity => {
            let least = option.row.least.unwrap_or(0);
            let form = if form.value(&name).is_empty() { form.clone().with(&name, least) } else { form.clone() };
            let field = form.number(&name, label).min(least).help(&tiers(option));
            match option.row.most {
                Some(most) => field.max(most),
                None => field,
            }
        }
    }
}

/// `+3.00 EUR, once 10.00 EUR`.
fn asked(value: &OptionValue) -> String {
    let Some(found) = value.prices.first() else { return String::new() };
    let money = |minor| price(Money::new(minor, *found.currency));
    match (found.amount, found.setup) {
        (0, 0) => "no extra charge".to_owned(),
        (amount, 0) => format!("+{}", money(amount)),
        (0, setup) => format!("once {}", money(setup)),
        (amount, setup) => format!("+{}, once {}", money(amount), money(setup)),
    }
}

/// What a unit costs, and from which one on less or more.
fn tiers(option: &ProductOption) -> String {
    let each = |value: &OptionValue| match value.row.above {
        0 => format!("Each {}", asked(value)),
        above => format!("beyond {above}: {}", asked(value)),
    };
    option.values.iter().map(each).collect::<Vec<_>>().join("; ")
}

/// What was chosen. What cannot be read fails at its field.
pub fn selection(form: &mut Form, product: &OrderForm) -> Selection {
    let mut selection = Selection::new();
    for option in product.shelf.of(product.id) {
        let name = name(option);
        let number = match (form.value(&name), *option.row.kind) {
            ("", _) => continue,
            (_, OptionKind::YesNo) => 1,
            (text, _) => match text.trim().parse() {
                Ok(number) => number,
                Err(_) => {
                    form.fail(&name, "Please enter a whole number.");
                    continue;
                }
            },
        };
        selection.insert(option.row.id, number);
    }
    selection
}

/// What the form chooses at an offer, as far as it can be sold.
pub fn chosen(form: &Form, product: &OrderForm, offer: &Offer) -> Vec<Chosen> {
    let selection = selection(&mut form.clone(), product);
    product.shelf.choose(product.id, (offer.amount.currency(), offer.cycle_id), &selection).unwrap_or_default()
}
