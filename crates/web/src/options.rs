//! What can be chosen with a product, as forms ask it.

use innkeeper_app::catalogue::{Offer, OrderForm};
use innkeeper_app::options::{OptionValue, ProductOption, Selection, number_of};
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
    sold.iter().map(|option| control(form, option, None)).collect()
}

/// The same of what is sold with what a service may become, standing on what it `has`; `asked`: the form is not new, so
/// what is not ticked in it is a no.
pub fn controls_having(form: &Form, sold: &[ProductOption], has: &[Chosen], asked: bool) -> Vec<Field> {
    let control = |option: &ProductOption| {
        let one = has.iter().find(|one| one.option_id == option.row.id);
        let (name, kind) = (name(option), *option.row.kind);
        let is_told = !form.value(&name).is_empty() || asked && kind == OptionKind::YesNo;
        match one.filter(|_| !is_told) {
            Some(one) => control(&form.clone().with(&name, number_of(kind, one)), option, Some(one)),
            None => control(form, option, one),
        }
    };
    sold.iter().map(control).collect()
}

/// `has`: what the service has of it, which may stay even if it is not sold any more.
fn control(form: &Form, option: &ProductOption, has: Option<&Chosen>) -> Field {
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
            let kept = has.and_then(|one| Some((one.value_id?, one)));
            let kept = kept.filter(|(id, _)| !option.values.iter().any(|value| value.row.id == *id));
            let kept = kept.map(|(id, one)| (id.to_string(), one.value.clone(), "as it is".to_owned()));
            let choices: Vec<Choice> = values.into_iter().chain(kept).map(control).collect();
            if radio { form.radios(&name, label, &choices) } else { form.select(&name, label, &choices) }
        }
        OptionKind::YesNo => form.checkbox(&name, label).help(&first.map(asked).unwrap_or_default()),
        OptionKind::Quantity => {
            let least = i64::from(option.row.least.unwrap_or(0));
            let lowest = has.map_or(least, |one| least.min(one.units.into()));
            let form = if form.value(&name).is_empty() { form.clone().with(&name, least) } else { form.clone() };
            let field = form.number(&name, label).min(lowest).help(&tiers(option));
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
pub fn selection<'a>(form: &mut Form, options: impl Iterator<Item = &'a ProductOption>) -> Selection {
    let mut selection = Selection::new();
    for option in options {
        let name = name(option);
        let number = match (form.value(&name), *option.row.kind) {
            ("", OptionKind::YesNo) => 0,
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

/// What a form says of these, to be sent again.
pub fn hidden(form: &Form, options: &[ProductOption]) -> Vec<Field> {
    let names = options.iter().map(name);
    names.filter(|name| !form.value(name).is_empty()).map(|name| form.hidden(&name)).collect()
}

/// What the form chooses at an offer, as far as it can be sold.
pub fn chosen(form: &Form, product: &OrderForm, offer: &Offer) -> Vec<Chosen> {
    let selection = selection(&mut form.clone(), product.shelf.of(product.id));
    product.shelf.choose(product.id, (offer.amount.currency(), offer.cycle_id), &selection).unwrap_or_default()
}
