//! Documents that nobody thought of.

use innkeeper_domain::{Currency, Money};
use innkeeper_einvoice::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::corpus::*;

/// So many valid drafts, the same ones in every run.
pub fn drafts(count: usize) -> Vec<Draft> {
    let mut runner = TestRunner::deterministic();
    let strategy = any_draft();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// Any text that is something when cleaned.
fn text() -> impl Strategy<Value = String> {
    "\\PC{0,30}".prop_map(|text| format!("x{text}"))
}

fn vat(out_of_scope: bool) -> BoxedStrategy<Vat> {
    if out_of_scope {
        return Just(Vat::untaxed(Category::OutOfScope)).boxed();
    }
    let untaxed =
        [Category::ZeroRated, Category::Exempt, Category::ReverseCharge, Category::IntraCommunity, Category::Export];
    prop_oneof![
        3 => prop::sample::select(vec![taxed(2100), taxed(1000), taxed(400), taxed(550), taxed(2137)]),
        1 => prop::sample::select(untaxed.map(Vat::untaxed).to_vec()),
    ]
    .boxed()
}

fn any_line(currency: Currency, out_of_scope: bool) -> impl Strategy<Value = Line> {
    let unit = prop::sample::select(Unit::ALL.to_vec());
    let quantity = (-50_000_i64..500_000, 0_u32..4).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    let off = prop::option::of((0_i64..10_000, text(), any::<bool>()));
    (text(), text(), quantity, unit, 0_i64..1_000_000, 1_i64..5, off, vat(out_of_scope)).prop_map(
        move |(name, description, quantity, unit, price, per, off, vat)| {
            let adjustments: Vec<LineAdjustment> = off
                .into_iter()
                .map(|(minor, reason, added)| LineAdjustment {
                    change: if added { Change::Charge } else { Change::Allowance },
                    amount: Money::new(minor, currency),
                    reason,
                })
                .collect();
            let per = Decimal::from(per);
            let gross = (quantity * Decimal::from(price) / per)
                .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
            let net = adjustments.iter().fold(i64::try_from(gross).unwrap(), |net, one| match one.change {
                Change::Allowance => net - one.amount.minor(),
                Change::Charge => net + one.amount.minor(),
            });
            let (price, net) = (Money::new(price, currency), Money::new(net, currency));
            Line { description, quantity, unit, per, adjustments, net, ..line(&name, price, vat) }
        },
    )
}

fn any_draft() -> impl Strategy<Value = Draft> {
    let currency = prop::sample::select(vec!["EUR", "USD", "JPY", "CZK"]);
    let kind = prop::sample::select(vec![Kind::Invoice, Kind::CreditNote, Kind::Corrective]);
    (currency, any::<bool>(), kind).prop_flat_map(|(code, out_of_scope, kind)| {
        let currency: Currency = code.parse().unwrap();
        let lines = prop::collection::vec(any_line(currency, out_of_scope), 1..9);
        let adjustment =
            (0_i64..5000, text(), any::<bool>(), vat(out_of_scope)).prop_map(move |(minor, reason, added, vat)| {
                Adjustment {
                    change: if added { Change::Charge } else { Change::Allowance },
                    amount: Money::new(minor, currency),
                    reason,
                    vat,
                }
            });
        let adjustments = prop::collection::vec(adjustment, 0..3);
        (lines, adjustments, text(), prop::collection::vec(text(), 0..3), 0_i64..1000).prop_map(
            move |(lines, adjustments, name, notes, prepaid)| {
                let mut draft = summed(Draft { adjustments, ..draft(lines) });
                draft.kind = kind;
                draft.notes = notes;
                draft.buyer.name = name;
                draft.delivered = Some(day(5, 3));
                draft.delivered_to = "FR".into();
                if out_of_scope {
                    (draft.seller.vat_id, draft.buyer.vat_id) = (String::new(), String::new());
                }
                paid(draft, prepaid)
            },
        )
    })
}
