//! Why a line is what it is.

use innkeeper_db::why::LineFacts;
use innkeeper_domain::{DomainId, InvoiceId, Money, ServiceId};
use rust_decimal::Decimal;

use super::{About, Reason, Why, on, says};
use crate::Result;

pub(super) fn of(line: &LineFacts) -> Result<Why> {
    let mut reasons = vec![what(line)];
    reasons.extend(price(line));
    reasons.extend(discount(line));
    reasons.push(tax(line));
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
        "change" => {
            "The product was changed during days that were invoiced: the difference for those that were left.".into()
        }
        "late_fee" => "An invoice was not paid in time: a share of what was owed on it.".into(),
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
    let number = line.cycle.and_then(|cycle| cycle.0.index_of(anchor, start));
    match number {
        Some(0) => format!("The first period, {range}."),
        Some(n) => format!("Period {}, {range}: counted from {}, the day the first one began.", n + 1, on(anchor)),
        None => format!("A period {range}, in the rhythm that was paid before {}.", on(anchor)),
    }
}

/// What was charged before anything was taken off.
fn price(line: &LineFacts) -> Option<Reason> {
    if line.kind != "recurring" {
        return None;
    }
    let full = Money::new(line.net + line.discount, *line.currency);
    Some(says(match line.price_id {
        Some(_) => format!("{full} was the catalogue's price."),
        None => format!("{full} was a price of the service's own."),
    }))
}

fn discount(line: &LineFacts) -> Option<Reason> {
    let code = line.promotion.as_ref().filter(|_| line.discount > 0)?;
    let off = Money::new(line.discount, *line.currency);
    Some(says(match line.discounted_periods {
        Some(of) if line.kind == "recurring" => {
            format!("The code {code} takes {off} off: this is period {} of {of} with it.", line.discounted)
        }
        _ => format!("The code {code} takes {off} off."),
    }))
}

fn tax(line: &LineFacts) -> Reason {
    let money = |minor| Money::new(minor, *line.currency);
    if line.tax_rate.is_zero() {
        return says(match (line.kind.as_str(), line.taxable) {
            ("late_fee", _) => "Damages for a late payment are no supply: there is no tax on them.".to_owned(),
            (_, Some(false)) => "What it charges is not taxed.".to_owned(),
            _ if line.tax_exempt => "The client is exempt from tax.".to_owned(),
            _ if line.country.is_empty() => "No tax rule fits a client without a country.".to_owned(),
            _ => format!("No tax rule fits {}.", line.country),
        });
    }
    let rate = (line.tax_rate * Decimal::ONE_HUNDRED).normalize();
    if line.kind == "credit" {
        return says(format!(
            "{} of {} ({rate} %) goes back with it: its share of the line's tax.",
            line.tax_name,
            money(line.tax)
        ));
    }
    says(format!(
        "{} of {rate} % on {}: {}. Tax is rounded once for all lines with this rate, and split among them.",
        line.tax_name,
        money(line.net),
        money(line.tax)
    ))
}
