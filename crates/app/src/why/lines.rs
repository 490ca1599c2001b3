//! Why a line is what it is.

use innkeeper_db::why::LineFacts;
use innkeeper_domain::{DomainId, InvoiceId, Money, ServiceId, TaxRounding};
use rust_decimal::Decimal;

use super::{About, Reason, Why, on, says};
use crate::Result;

pub(super) fn of(line: &LineFacts, rounding: TaxRounding) -> Result<Why> {
    let mut reasons = vec![what(line)];
    reasons.extend(price(line));
    reasons.extend(discount(line));
    reasons.push(tax(line, rounding));
    Ok(Why { what: format!("{}: {}", line.description, Money::new(line.net, *line.currency)), reasons })
}

/// What it charges.
fn what(line: &LineFacts) -> Reason {
    let of = match (line.service_id, line.domain_id, line.corrects_id) {
        (_, _, Some(id)) => Some(About::Invoice(InvoiceId(id))),
        (Some(id), ..) => Some(About::Service(ServiceId(id))),
        (_, Some(id), _) => Some(About::Domain(DomainId(id))),
        _ => None,
    };
    Reason { text: sentence(line), about: of }
}

fn sentence(line: &LineFacts) -> String {
    let years = || if line.quantity == 1 { "a year".to_owned() } else { format!("{} years", line.quantity) };
    match line.kind.as_str() {
        "recurring" => period(line),
        "setup" => "The set-up fee, charged once.".into(),
        "one_time" => "Charged once.".into(),
        "domain_register" => format!("The domain's registration for {}.", years()),
        "domain_transfer" => format!("The domain's transfer, with {}.", years()),
        "domain_renew" => match line.renews_from {
            Some(day) => format!("The domain's renewal for {}, from its expiry on {}.", years(), on(day)),
            None => format!("The domain's renewal for {}.", years()),
        },
        "domain_grace" => "The fee for renewing the domain after its expiry.".into(),
        "domain_redemption" => "The fee for restoring the domain after its expiry.".into(),
        "change" => {
            "The product was changed during days that were invoiced: the difference for those that were left.".into()
        }
        "late_fee" => "An invoice was not paid in time: a share of what was owed on it.".into(),
        "usage" => match (line.period_start, &line.item_added) {
            (Some(month), Some(at)) => {
                let (month, day) = (month.format("%B %Y"), on(at.date_naive()));
                format!("What was measured of the service in {month}, reckoned on {day} with the prices of that month.")
            }
            _ => "What was measured of the service in a month.".into(),
        },
        "credit" => match &line.corrects_number {
            Some(number) => format!("A part of invoice {number} is taken back."),
            None => "A part of an invoice is taken back.".into(),
        },
        _ => match &line.item_added {
            Some(at) => format!("Noted down by hand on {}.", on(at.date_naive())),
            None => "Added by hand.".into(),
        },
    }
}

/// Which period it is, and what it is counted from.
fn period(line: &LineFacts) -> String {
    let (Some(start), Some(end), Some(anchor)) = (line.period_start, line.period_end, line.anchor) else {
        return "A period of the service.".into();
    };
    let range = format!("from {} to {}", on(start), on(end.pred_opt().unwrap_or(end)));
    if is_first_days(line) {
        return format!("The days {range}: a part of a period, up to the day on which the periods begin.");
    }
    let number = line.cycle.and_then(|cycle| cycle.0.index_of(anchor, start));
    match number {
        Some(0) => format!("The first period, {range}."),
        Some(n) => format!("Period {}, {range}: counted from {}, the day the first one began.", n + 1, on(anchor)),
        None => format!("A period {range}, in the rhythm that was paid before {}.", on(anchor)),
    }
}

/// Is it over the days before the first whole period?
fn is_first_days(line: &LineFacts) -> bool {
    line.begins_on.is_some() && line.begins_on == line.period_start
}

/// What was charged before anything was taken off.
fn price(line: &LineFacts) -> Option<Reason> {
    if line.kind != "recurring" || is_first_days(line) {
        return None;
    }
    let full = Money::new(line.net + line.discount, *line.currency);
    let whose = match (line.price_id, line.has_options) {
        (Some(_), _) => "the catalogue's price",
        (None, true) => "the price with the options of then",
        (None, false) => "a price of the service's own",
    };
    let less = if line.tax_included { ", less the tax in it" } else { "" };
    Some(says(format!("{full} was {whose}{less}.")))
}

fn discount(line: &LineFacts) -> Option<Reason> {
    let code = line.promotion.as_ref().filter(|_| line.discount > 0)?;
    let off = Money::new(line.discount, *line.currency);
    Some(says(match line.discounted_periods {
        Some(of) if line.kind == "recurring" || line.domain_id.is_some() => {
            format!("The code {code} takes {off} off: this is period {} of {of} with it.", line.discounted)
        }
        _ => format!("The code {code} takes {off} off."),
    }))
}

fn tax(line: &LineFacts, rounding: TaxRounding) -> Reason {
    if line.tax_rate.is_zero() {
        return says(match (line.kind.as_str(), line.taxable) {
            ("late_fee", _) => "Damages for a late payment are no supply: there is no tax on them.",
            (_, Some(false)) => "What it charges is not taxed.",
            _ => "No tax is charged on it.",
        });
    }
    let money = |minor| Money::new(minor, *line.currency);
    if line.kind == "credit" {
        return says(format!("{} of tax go back with it: their share of the line's tax.", money(line.tax)));
    }
    let rounded = match rounding {
        TaxRounding::Invoice => "Tax is rounded once for all lines with this rate, and split among them.",
        TaxRounding::Line => "Tax is rounded on each line.",
    };
    let how = if line.tax_included {
        format!("{} of tax are part of {}", money(line.tax), money(line.net + line.tax))
    } else {
        format!("{} of tax are added to {}", money(line.tax), money(line.net))
    };
    says(format!("{how}: {}. {rounded}", taxes(line)))
}

/// `VAT of 20 %`, `GST of 5 % (0.50 EUR) and QST of 9.975 % (1.00 EUR)`.
fn taxes(line: &LineFacts) -> String {
    let percent = |rate: Decimal| (rate * Decimal::ONE_HUNDRED).normalize();
    let Some(first) = line.tax1_rate else {
        return format!("{} of {} %", line.tax_name, percent(line.tax_rate));
    };
    let money = |minor| Money::new(minor, *line.currency);
    let also = if line.tax2_compound { ", which is on the first one, too" } else { "" };
    format!(
        "{} of {} % ({}) and {} of {} % ({}){also}",
        line.tax_name,
        percent(first),
        money(line.tax - line.tax2),
        line.tax2_name,
        percent(line.tax2_rate),
        money(line.tax2)
    )
}
