//! The worked cases of `docs/cases`, each row against the program.

use chrono::{NaiveDate, TimeDelta};
use innkeeper_db::{Text, plan_changes::Charged};
use innkeeper_domain::{
    BillingCycle, Currency, Discount, Exchange, InvoiceLineId, LateDays, LateFees, LatePhase, Money, Rate, TaxRounding,
    Terms, TimeUnit, Treatment, UsagePrice, invoice,
    options::{Cost, Tier, graduated},
    state::InvoiceState,
    usage::units,
};
use rust_decimal::Decimal;

use crate::{
    billing::{late_fees, testing::Host},
    daily::{Mode, run},
    invoices::{tax_in, tax_share},
    plan_changes::{Price, difference},
    settings::LateFee,
};

/// The rows of a file, without its head; at least `least`.
fn rows(file: &str, least: usize) -> Vec<csv::StringRecord> {
    let path = format!("{}/../../docs/cases/{file}", env!("CARGO_MANIFEST_DIR"));
    let rows: Vec<_> = csv::Reader::from_path(path).unwrap().records().map(Result::unwrap).collect();
    assert!(rows.len() >= least, "{file}: {} rows", rows.len());
    rows
}

fn cents(text: &str) -> i64 {
    Money::parse(text, Currency::EUR).unwrap().minor()
}
fn euro(text: &str) -> Money {
    Money::parse(text, Currency::EUR).unwrap()
}
fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn percent(text: &str) -> Rate {
    Rate::from_percent(text.parse().unwrap()).unwrap()
}
/// `1.00 + 2.00`.
fn sums(text: &str) -> Vec<i64> {
    text.split(" + ").map(cents).collect()
}

#[test]
fn worked_cases_of_periods() {
    for row in rows("periods.csv", 70) {
        let unit: TimeUnit = row[2].parse().unwrap();
        let cycle = BillingCycle::Every { count: row[1].parse().unwrap(), unit };
        let period = cycle.period(day(&row[0]), row[3].parse().unwrap()).unwrap();
        assert_eq!((period.start, period.end), (day(&row[4]), day(&row[5])), "{row:?}");
        assert_eq!(cycle.next_period(day(&row[0]), Some(period.start)), Some(period), "found again: {row:?}");
    }
}

#[test]
fn worked_cases_of_tax() {
    for row in rows("tax.csv", 45) {
        let lines: Vec<invoice::Line> = row[0]
            .split(" + ")
            .map(|line| {
                let (net, rate) = line.split_once(" at ").unwrap();
                invoice::Line { amount: euro(net), tax: Treatment::one(percent(rate.trim_end_matches(" %"))) }
            })
            .collect();
        let totals = invoice::totals(Currency::EUR, TaxRounding::Invoice, &lines).unwrap();
        let each: Vec<i64> = totals.lines.iter().map(|line| line.tax.minor()).collect();
        assert_eq!(each, sums(&row[1]), "{row:?}");
        assert_eq!(
            [totals.subtotal, totals.tax, totals.total],
            [euro(&row[2]), euro(&row[3]), euro(&row[4])],
            "{row:?}"
        );
    }
}

#[test]
fn worked_cases_of_promotions() {
    for row in rows("promotions.csv", 18) {
        let discount = match &row[0] {
            "percent" => Discount::Percent(percent(&row[1])),
            "amount" => Discount::Amount(cents(&row[1])),
            "price" => Discount::Price(cents(&row[1])),
            other => panic!("{other}"),
        };
        let (price, off) = (cents(&row[2]), discount.off_price(cents(&row[2])));
        assert_eq!((off, price - off), (cents(&row[3]), cents(&row[4])), "{row:?}");
    }
}

#[test]
fn worked_cases_of_first_days() {
    for row in rows("first_days.csv", 17) {
        let terms = Terms { billing_day: Some(row[1].parse().unwrap()), ..Terms::default() };
        let cycle = BillingCycle::Every { count: row[2].parse().unwrap(), unit: TimeUnit::Month };
        let first = terms.first_days(cycle, day(&row[0])).unwrap();
        assert_eq!((first.days.days(), first.of), (row[4].parse().unwrap(), row[5].parse().unwrap()), "{row:?}");
        assert_eq!((first.part(euro(&row[3])).unwrap(), first.days.end), (euro(&row[6]), day(&row[7])), "{row:?}");
    }
}

#[test]
fn worked_cases_of_options() {
    for row in rows("options.csv", 16) {
        let tier = |text: &str| {
            let (above, each) = text.split_once(": ").unwrap();
            Tier { above: above.parse().unwrap(), each: Cost { amount: cents(each), setup: 0 } }
        };
        let tiers: Vec<Tier> = row[0].split(" | ").map(tier).collect();
        assert_eq!(graduated(row[1].parse().unwrap(), &tiers).unwrap().amount, cents(&row[2]), "{row:?}");
    }
}

#[test]
fn worked_cases_of_changes() {
    for row in rows("plan_changes.csv", 32) {
        let line = Charged {
            id: InvoiceLineId(1),
            kind: "recurring".to_owned(),
            net: cents(&row[2]),
            left: cents(&row[2]),
            state: Text(InvoiceState::Paid),
            start: day(&row[0]),
            end: day(&row[1]),
            of: i32::try_from((day(&row[1]) - day(&row[0])).num_days()).unwrap(),
            discount_kind: None,
            discount_percent: None,
            discount_amount: None,
        };
        let price = Price { amount: euro(&row[3]), less: &|_| Ok(None), other_cycle: None };
        let found = difference(&price, &[line], day(&row[4])).unwrap();
        assert_eq!(found.amount, euro(&row[7]), "{row:?}");
        let why = format!("{} of {} days of {} instead of {}", &row[5], &row[6], &row[3], &row[2]);
        assert_eq!(found.why, why, "{row:?}");
        let line = invoice::Line { amount: found.amount, tax: Treatment::one(percent(&row[8])) };
        let totals = invoice::totals(Currency::EUR, TaxRounding::Invoice, &[line]).unwrap();
        assert_eq!((totals.tax, totals.total), (euro(&row[9]), euro(&row[10])), "{row:?}");
    }
}

#[test]
fn worked_cases_of_credit_notes() {
    for row in rows("credit_notes.csv", 15) {
        let (net, tax, mut taken, mut before) = (cents(&row[0]), cents(&row[1]), 0, 0);
        let parts = sums(&row[2]);
        let found: Vec<i64> = parts
            .iter()
            .map(|part| {
                taken += part;
                let now = tax_share(taken, tax, net);
                std::mem::replace(&mut before, now).abs_diff(now).try_into().unwrap()
            })
            .collect();
        assert_eq!((taken, &found), (net, &sums(&row[3])), "{row:?}");
    }
}

#[test]
fn worked_cases_of_late_fees() {
    for row in rows("late_fees.csv", 15) {
        let basis_points = (row[1].parse::<Decimal>().unwrap() * Decimal::ONE_HUNDRED).try_into().unwrap();
        let fee = LateFee { days: 1, basis_points, at_least: cents(&row[2]) };
        assert_eq!(late_fees::of(&fee, cents(&row[0])), Some(cents(&row[3])), "{row:?}");
    }
}

#[test]
fn worked_cases_of_late_domains() {
    for row in rows("late_domains.csv", 18) {
        let days = LateDays { grace: row[1].parse().unwrap(), redemption: row[2].parse().unwrap() };
        let some = |text: &str| (!text.is_empty()).then(|| cents(text));
        let fees = LateFees { grace: cents(&row[3]), redemption: some(&row[4]) };
        let phase = days.phase(day(&row[0]), day(&row[6]));
        assert_eq!(phase.map_or("none", LatePhase::as_str), &row[7], "{row:?}");
        assert_eq!(phase.and_then(|phase| fees.fee(phase, &row[5] == "yes")), some(&row[8]), "{row:?}");
    }
}

#[test]
fn worked_cases_of_exchange() {
    for row in rows("exchange.csv", 16) {
        let (home, currency): (Currency, Currency) = (row[0].parse().unwrap(), row[1].parse().unwrap());
        let rate = Exchange::new(home, currency, row[2].parse().unwrap()).unwrap();
        let in_books = rate.to_home(Money::parse(&row[3], currency).unwrap()).unwrap();
        assert_eq!(in_books, Money::parse(&row[4], home).unwrap(), "{row:?}");
    }
}

#[test]
fn worked_cases_of_usage() {
    for row in rows("usage.csv", 16) {
        let (currency, price): (Currency, UsagePrice) = (row[0].parse().unwrap(), row[1].parse().unwrap());
        let used = units(row[3].parse().unwrap(), row[2].parse().unwrap());
        assert_eq!(used, row[4].parse::<u64>().unwrap(), "{row:?}");
        assert_eq!(price.of(used, currency).unwrap(), Money::parse(&row[5], currency).unwrap(), "{row:?}");
    }
}

#[test]
fn worked_cases_of_write_offs() {
    for row in rows("write_offs.csv", 15) {
        let [total, tax, owed] = [0, 1, 2].map(|column| cents(&row[column]));
        assert_eq!(tax_in(owed, total, tax), cents(&row[3]), "{row:?}");
    }
}

#[tokio::test]
async fn worked_cases_of_due_dates() {
    let host = Host::open().await;
    host.app.clock.advance(TimeDelta::days(1000));
    let client = host.app.client("ada@example.com").await.id;
    for row in rows("due_dates.csv", 26) {
        let service = host.service(client, 1, day(&row[0])).await;
        sqlx::query("UPDATE billing_cycle SET invoice_days = $1::int")
            .bind(row[1].parse::<i32>().unwrap())
            .execute(host.app.pool())
            .await
            .unwrap();
        run(&host.app, &host.admin, "invoices", day(&row[2]), Mode::Real).await.unwrap();
        let due: Vec<NaiveDate> = sqlx::query_scalar(
            "SELECT i.due_on FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id WHERE l.service_id = $1",
        )
        .bind(service)
        .fetch_all(host.app.pool())
        .await
        .unwrap();
        assert_eq!(due, row[3].parse::<NaiveDate>().into_iter().collect::<Vec<_>>(), "{row:?}");
        // What was not invoiced must not be found by the next case.
        sqlx::query("UPDATE service SET state = 'terminated'").execute(host.app.pool()).await.unwrap();
    }
}
