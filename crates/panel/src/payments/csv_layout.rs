//! The part of the form that says how a bank writes its CSV.

use innkeeper_app::payments::statement::{Amounts, Columns, CsvLayout};
use innkeeper_app::{AppError, Checks};
use innkeeper_web::extract::Posted;
use innkeeper_web::view::{Choice, Form};

/// Between the headings of several columns.
const AND: char = '+';

pub(super) fn delimiters() -> Vec<Choice> {
    [(";", "Semicolon"), (",", "Comma"), ("tab", "Tab")].map(|(value, label)| Choice::new(value, label)).into()
}

pub(super) fn decimals() -> Vec<Choice> {
    [(",", "1.234,56"), (".", "1,234.56")].map(|(value, label)| Choice::new(value, label)).into()
}

pub(super) fn dates() -> Vec<Choice> {
    let known = [
        ("%d.%m.%Y", "31.12.2026"),
        ("%Y-%m-%d", "2026-12-31"),
        ("%d/%m/%Y", "31/12/2026"),
        ("%m/%d/%Y", "12/31/2026"),
        ("%d-%m-%Y", "31-12-2026"),
        ("%Y%m%d", "20261231"),
        ("%d.%m.%y", "31.12.26"),
    ];
    known.map(|(value, label)| Choice::new(value, label)).into()
}

/// The form, filled in as last time.
pub(super) fn form(layout: Option<&CsvLayout>) -> Form {
    let Some(layout) = layout else { return Form::new().with("skip", 0) };
    let columns = &layout.columns;
    let text = |name: &Option<String>| name.clone().unwrap_or_default();
    let (one, credit, debit) = match &columns.amount {
        Amounts::Signed(name) => (name.as_str(), "", ""),
        Amounts::Split { credit, debit } => ("", credit.as_str(), debit.as_str()),
    };
    Form::new()
        .with("delimiter", if layout.delimiter == '\t' { "tab".to_owned() } else { layout.delimiter.to_string() })
        .with("skip", layout.skip)
        .with("decimal", layout.decimal)
        .with("date_format", &layout.date_format)
        .with("csv_currency", layout.currency.map(|currency| currency.code()).unwrap_or_default())
        .with("booked_on", &columns.booked_on)
        .with("valued_on", text(&columns.valued_on))
        .with("amount", one)
        .with("credit", credit)
        .with("debit", debit)
        .with("currency", text(&columns.currency))
        .with("counterparty", text(&columns.counterparty))
        .with("iban", text(&columns.iban))
        .with("remittance", columns.remittance.join(&format!(" {AND} ")))
        .with("reference", text(&columns.reference))
}

/// The layout; none if no column of dates is named.
pub(super) fn read(posted: &Posted) -> Result<Option<CsvLayout>, AppError> {
    let Some(booked_on) = posted.optional("booked_on") else { return Ok(None) };
    let mut checks = Checks::default();
    let skip = checks.parse("skip", posted.text("skip").parse::<usize>().map_err(|_| "must be a number"));
    let currency = posted.optional("csv_currency").map(|code| code.to_uppercase().parse());
    let currency = checks.parse("csv_currency", currency.transpose());
    let amount = match (posted.optional("amount"), posted.optional("credit"), posted.optional("debit")) {
        (Some(one), None, None) => Ok(Amounts::Signed(one)),
        (None, Some(credit), Some(debit)) => Ok(Amounts::Split { credit, debit }),
        _ => Err("name one column of amounts, or one for what came and one for what went"),
    };
    let amount = checks.parse("amount", amount);
    checks.finish()?;
    let (Some(skip), Some(currency), Some(amount)) = (skip, currency, amount) else {
        return Err(AppError::internal("a value that was read is gone"));
    };
    let remittance = posted.text("remittance");
    let remittance = remittance.split(AND).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    Ok(Some(CsvLayout {
        delimiter: match posted.get("delimiter") {
            "tab" => '\t',
            other => other.chars().next().unwrap_or(';'),
        },
        skip,
        decimal: posted.get("decimal").chars().next().unwrap_or(','),
        date_format: posted.text("date_format"),
        currency,
        columns: Columns {
            booked_on,
            valued_on: posted.optional("valued_on"),
            amount,
            currency: posted.optional("currency"),
            account: None,
            counterparty: posted.optional("counterparty"),
            iban: posted.optional("iban"),
            remittance: remittance.collect(),
            reference: posted.optional("reference"),
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_read_as_it_is_shown() {
        let sent = [
            ("delimiter", "tab"),
            ("skip", "2"),
            ("decimal", "."),
            ("date_format", "%Y-%m-%d"),
            ("csv_currency", "gbp"),
            ("booked_on", "Date"),
            ("credit", "In"),
            ("debit", "Out"),
            ("remittance", "Text + More"),
        ];
        let layout = read(&Posted::of(&sent)).unwrap().unwrap();
        assert_eq!((layout.delimiter, layout.skip, layout.columns.remittance.len()), ('\t', 2, 2));
        let shown = form(Some(&layout));
        for (name, value) in sent {
            assert!(shown.value(name).eq_ignore_ascii_case(value), "{name}: {}", shown.value(name));
        }
        assert_eq!(read(&Posted::of(&[])).unwrap(), None);
        for wrong in [
            [("booked_on", "Date"), ("skip", "x"), ("amount", "A")],
            [("booked_on", "Date"), ("skip", "0"), ("credit", "In")],
        ] {
            assert!(read(&Posted::of(&wrong)).is_err(), "{wrong:?}");
        }
    }
}
