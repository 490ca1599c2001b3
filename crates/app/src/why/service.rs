//! Why a service is in its state, costs what it costs, and is charged when it is.

use chrono::{Days, NaiveDate};
use innkeeper_db::why::{OwedInvoice, ServiceFacts};
use innkeeper_domain::{Currency, Money, OrderId, state::ServiceState};

use super::{About, Reason, Why, about, days, on, says};
use crate::{Result, billing::OVERDUE, services::ServiceRow, settings::Billing};

pub(super) fn of(
    service: &ServiceRow,
    facts: &ServiceFacts,
    owed: &[OwedInvoice],
    rules: &Billing,
    today: NaiveDate,
) -> Result<Vec<Why>> {
    let mut all = vec![state(service, facts, owed, rules, today)];
    if matches!(service.state.0, ServiceState::Active | ServiceState::Suspended) {
        all.push(price(service, facts)?);
        all.extend(next(service, facts, rules));
    }
    Ok(all)
}

fn state(service: &ServiceRow, facts: &ServiceFacts, owed: &[OwedInvoice], rules: &Billing, today: NaiveDate) -> Why {
    let mut reasons = match (service.state.0, &service.suspend_reason) {
        (ServiceState::Suspended, Some(reason)) if reason == OVERDUE => {
            vec![says("An invoice was not paid in time. It is switched on again when it is.")]
        }
        (ServiceState::Suspended, _) if service.paused_on.is_some() => {
            vec![says("It is paused: nothing is invoiced, and the days that were paid for are kept.")]
        }
        (ServiceState::Suspended, Some(reason)) if !reason.is_empty() => {
            vec![says(format!("It was suspended: {reason}"))]
        }
        (ServiceState::Suspended, _) => vec![says("It was suspended by hand.")],
        (ServiceState::Pending, _) => vec![says("It waits for its order or for its first payment.")],
        (ServiceState::Active, _) => match service.activated_at {
            Some(at) => vec![says(format!("It was set up on {}.", on(at.date_naive())))],
            None => vec![says("It is in use.")],
        },
        (state, _) => vec![says(format!("It is {state}: nothing is charged any more."))],
    };
    if let Some(order) = service.order_id {
        reasons.push(about("It came with an order.", About::Order(OrderId(order))));
    }
    reasons.extend(owed.iter().map(|invoice| {
        let word = if invoice.due_on < today { "was" } else { "is" };
        about(format!("Invoice {} {word} due on {}.", invoice.number, on(invoice.due_on)), About::Invoice(invoice.id))
    }));
    reasons.extend(owed.first().and_then(|first| threat(service, facts, rules, first)));
    Why { what: format!("The service is {}", service.state), reasons }
}

/// What happens if the invoice that was due first stays unpaid.
fn threat(service: &ServiceRow, facts: &ServiceFacts, rules: &Billing, owed: &OwedInvoice) -> Option<Reason> {
    let (own, rule, becomes) = match (service.state.0, service.suspend_reason.as_deref()) {
        (ServiceState::Active, _) => (facts.suspend_after, rules.suspend_after, "suspended"),
        (ServiceState::Suspended, Some(OVERDUE)) => (facts.terminate_after, rules.terminate_after, "terminated"),
        _ => return None,
    };
    if !facts.auto_suspend {
        return Some(says("The client's services are never switched off by rule."));
    }
    let after = own.or(rule.map(i32::from)).and_then(|after| u64::try_from(after).ok());
    let Some(day) = after.and_then(|after| owed.due_on.checked_add_days(Days::new(after))) else {
        return Some(says(format!("It is never {becomes} by rule.")));
    };
    let day = facts.spared_until.and_then(|spared| spared.succ_opt()).map_or(day, |free| day.max(free));
    Some(says(format!("If it stays unpaid, the service is {becomes} on {}.", on(day))))
}

fn price(service: &ServiceRow, facts: &ServiceFacts) -> Result<Why> {
    let currency: Currency = service.currency.parse()?;
    let money = |minor| Money::new(minor, currency);
    let (amount, list) = (money(service.amount), money(facts.list_amount));
    let mut reasons = vec![if service.amount - facts.options_amount == facts.list_amount {
        let with = if facts.options.is_empty() { "" } else { ", and its options" };
        says(format!("It is the catalogue's price when it was bought or last changed{with}."))
    } else {
        says(format!("It is a price of its own: the catalogue's was {list}."))
    }];
    reasons.extend(
        facts
            .options
            .iter()
            .map(|one| says(format!("{} of it is for {}: {}.", money(one.amount), one.name, one.value))),
    );
    if let Some(code) = &facts.promotion {
        let left = facts.promised_periods.map(|periods| i64::from(periods) - facts.had_periods);
        reasons.extend(match left {
            None => Some(says(format!("The code {code} takes something off every period."))),
            Some(left @ 1..) => Some(says(format!("The code {code} takes something off {left} more periods."))),
            Some(_) => None,
        });
    }
    Ok(Why { what: format!("It costs {amount} ({})", service.cycle_name), reasons })
}

/// When its next period begins, and when that is invoiced; none: it does not recur.
fn next(service: &ServiceRow, facts: &ServiceFacts, rules: &Billing) -> Option<Why> {
    let from = service.billed_through.filter(|_| facts.cycle.0.is_recurring())?;
    if let Some(end) = service.ends_on.filter(|end| *end <= from) {
        let reasons = vec![says("It is to end then, so no further period is invoiced.")];
        return Some(Why { what: format!("It ends on {}", on(end)), reasons });
    }
    if service.term_until.is_some_and(|until| until <= from) {
        let reasons = vec![says("All the periods that it was sold for are invoiced.")];
        return Some(Why { what: "No further period is charged".into(), reasons });
    }
    if service.paused_on.is_some() {
        let kept = match service.paused_until {
            Some(day) => format!("It goes on by itself on {}.", on(day)),
            None => "It goes on when staff say so.".into(),
        };
        return Some(Why { what: "No period is charged while it is paused".into(), reasons: vec![says(kept)] });
    }
    let was_paused = service.covered_until == from && service.paid_through.is_some_and(|paid| paid < from);
    let number = facts.cycle.0.index_of(service.anchor, from);
    let counted = match number {
        _ if was_paused => "It begins later than what was paid ended: it was paused for so many days.".to_owned(),
        Some(0) => "It is the first one.".to_owned(),
        Some(n) => format!("It is period {}, counted from {}, the day the first one began.", n + 1, on(service.anchor)),
        None => format!("It is counted from {}.", on(service.anchor)),
    };
    let ahead = facts.invoice_days.unwrap_or(rules.invoice_days.into());
    let is_open = service.covered_until < from && !rules.continuous;
    let when = if is_open {
        "It is invoiced once the period before it is paid.".to_owned()
    } else {
        let day = u64::try_from(ahead).ok().and_then(|n| from.checked_sub_days(Days::new(n))).unwrap_or(from);
        format!("It is invoiced on {}, {} before.", on(day), days(ahead.into()))
    };
    Some(Why { what: format!("Its next period begins on {}", on(from)), reasons: vec![says(counted), says(when)] })
}
