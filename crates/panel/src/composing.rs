//! Lines in a form: rows of fields that work without a script. A row in which nothing is written is left out; a button
//! sends the form back with more of them.

use innkeeper_app::invoices::compose::{ComposedLine, LineInput, Preview};
use innkeeper_domain::{Currency, Money};
use innkeeper_web::extract::Posted;
use innkeeper_web::view::{Field, Form};

use crate::amount::shown;

/// Empty rows that are offered, and rows that are read.
const SPARE: usize = 3;
const MOST: usize = 110;

/// A row as it was typed.
#[derive(Default)]
struct Typed {
    description: String,
    quantity: String,
    amount: String,
    taxable: bool,
}

/// The fields of a row.
pub(super) struct LineFields {
    pub n: usize,
    pub description: Field,
    pub quantity: Field,
    pub amount: Field,
    pub taxable: Field,
}

/// The form as it was sent, with its rows moved together.
pub(super) fn form(posted: &Posted, others: &[&str]) -> Form {
    let form = others.iter().fold(Form::new(), |form, name| form.with(name, posted.get(name)));
    filled(form, typed(posted))
}

/// The form with the rows of lines that are kept.
pub(super) fn of(form: Form, lines: &[ComposedLine], currency: Currency) -> Form {
    let typed = lines.iter().map(|line| Typed {
        description: line.description.clone(),
        quantity: line.quantity.to_string(),
        amount: Money::new(line.amount, currency).to_decimal(),
        taxable: line.taxable,
    });
    filled(form, typed.collect())
}

/// The rows of a form: as many as have something in them, and spare ones.
pub(super) fn fields(form: &Form, currency: Currency) -> Vec<LineFields> {
    let rows = form.value("rows").parse::<usize>().unwrap_or(0).min(MOST) + SPARE;
    let row = |n: usize| LineFields {
        n,
        description: form.text(&name(n, "description"), "What").maxlength(500),
        quantity: form.number(&name(n, "quantity"), "How many").min(1),
        amount: form.decimal(&name(n, "amount"), "For each, without tax").unit(currency.code()),
        taxable: form.checkbox(&name(n, "taxable"), "Tax is added"),
    };
    (1..=rows).map(row).collect()
}

/// The lines that were typed; what cannot be read is marked at its field.
pub(super) fn read(posted: &Posted, form: &mut Form, currency: Currency) -> Option<Vec<LineInput>> {
    let mut lines = vec![];
    for (n, typed) in (1..).zip(typed(posted)) {
        let quantity = if typed.quantity.is_empty() { Ok(1) } else { typed.quantity.parse() };
        if quantity.is_err() {
            form.fail(&name(n, "quantity"), "Enter a whole number.");
        }
        let amount = Money::parse(&typed.amount, currency);
        if let Err(error) = &amount {
            form.fail(&name(n, "amount"), format!("Enter an amount: this is {error}."));
        }
        if let (Ok(quantity), Ok(amount)) = (quantity, amount) {
            lines.push(LineInput { description: typed.description, quantity, amount, taxable: typed.taxable });
        }
    }
    form.is_fine().then_some(lines)
}

/// The sum without tax, and each tax.
pub(super) fn sums(preview: &Preview) -> Vec<(String, String)> {
    let taxes = preview.taxes.iter().map(|tax| (format!("{} {}", tax.name, tax.rate), shown(tax.amount)));
    std::iter::once(("Without tax".to_owned(), shown(preview.subtotal))).chain(taxes).collect()
}

fn typed(posted: &Posted) -> Vec<Typed> {
    let row = |n: usize| Typed {
        description: posted.text(&name(n, "description")),
        quantity: posted.text(&name(n, "quantity")),
        amount: posted.text(&name(n, "amount")),
        taxable: posted.ticked(&name(n, "taxable")),
    };
    (1..=MOST).map(row).filter(|row| !(row.description.is_empty() && row.amount.is_empty())).collect()
}

fn filled(form: Form, rows: Vec<Typed>) -> Form {
    let count = rows.len();
    let spare = (0..SPARE).map(|_| Typed { taxable: true, ..Typed::default() });
    (1..).zip(rows.into_iter().chain(spare)).fold(form.with("rows", count), |form, (n, row)| {
        form.with(&name(n, "description"), row.description)
            .with(&name(n, "quantity"), row.quantity)
            .with(&name(n, "amount"), row.amount)
            .with(&name(n, "taxable"), row.taxable)
    })
}

/// As the use case names it.
fn name(n: usize, field: &str) -> String {
    format!("lines.{n}.{field}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_rows_are_left_out_and_the_others_move_together() {
        let posted = Posted::of(&[
            ("lines.2.description", "Work"),
            ("lines.2.amount", "60,00"),
            ("lines.2.taxable", "on"),
            ("lines.4.description", "Postage"),
            ("lines.4.quantity", "2"),
            ("lines.4.amount", "x"),
        ]);
        let mut form = form(&posted, &[]);
        assert!(read(&posted, &mut form, Currency::EUR).is_none());
        assert!(form.error("lines.2.amount").is_some());
        assert_eq!((form.value("lines.1.description"), form.value("lines.2.quantity")), ("Work", "2"));
        assert_eq!(fields(&form, Currency::EUR).len(), 5);
        assert_eq!(form.value("lines.3.taxable"), "true", "tax is the rule");
    }
}
