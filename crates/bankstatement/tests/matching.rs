//! The rules of matching, on made-up books and statements.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chrono::NaiveDate;
use innkeeper_bankstatement::{Direction, Entry, Open, Verdict, propose};
use innkeeper_domain::{Currency, Money};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn entry(reference: &str, remittance: &str, minor: i64, currency: Currency) -> Entry {
    Entry {
        line: 1,
        account: None,
        booked_on: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
        valued_on: None,
        amount: Money::new(minor, currency),
        direction: Direction::Credit,
        reversal: false,
        counterparty: None,
        iban: None,
        remittance: remittance.to_owned(),
        reference: reference.to_owned(),
    }
}

fn open(invoice: i64, minor: i64) -> Open {
    Open {
        invoice,
        number: format!("2026-{invoice:05}"),
        client: format!("C{:05}", invoice / 2),
        balance: Money::new(minor, Currency::EUR),
    }
}

fn verdict(remittance: &str, minor: i64, books: &[Open]) -> Verdict {
    let entries = [entry("a", remittance, minor, Currency::EUR)];
    propose(&entries, books, &BTreeSet::new()).remove(0).verdict
}

#[test]
fn what_is_beyond_doubt_is_matched_and_nothing_else() {
    let books = [open(40, 1210), open(41, 1210), open(42, 500), open(43, 700)];
    assert_eq!(verdict("Invoice 2026-00041", 1210, &books), Verdict::Pays(41));
    assert_eq!(verdict("RE 2026/00042 thank you", 500, &books), Verdict::Pays(42));
    assert_eq!(verdict("C00021", 500, &books), Verdict::Pays(42));
    assert_eq!(verdict("2026-00041", 1209, &books), Verdict::Unsure(vec![41], "another amount than is owed"));
    assert_eq!(
        verdict("2026-00042 and 2026-00043", 1200, &books),
        Verdict::Unsure(vec![42, 43], "several invoices are named")
    );
    assert_eq!(
        verdict("C00020", 1210, &books),
        Verdict::Unsure(vec![40, 41], "the client owes this amount more than once")
    );
    assert_eq!(verdict("C00021", 501, &books), Verdict::Unsure(vec![42, 43], "the client owes no such amount"));
    assert_eq!(
        verdict("C00020 C00021", 500, &books),
        Verdict::Unsure(vec![40, 41, 42, 43], "several clients are named")
    );
    assert_eq!(verdict("thank you", 1210, &books), Verdict::Unmatched);
}

#[test]
fn what_does_not_come_or_came_before_pays_nothing() {
    let books = [open(41, 1210)];
    let good = entry("a", "2026-00041", 1210, Currency::EUR);
    let dollars = entry("b", "2026-00041", 1210, Currency::USD);
    let debit = Entry { direction: Direction::Debit, reference: "c".into(), ..good.clone() };
    let reversed = Entry { reversal: true, reference: "d".into(), ..good.clone() };
    let judged = |entry: &Entry, known: &[&str]| {
        let known = known.iter().map(|known| (*known).to_owned()).collect();
        propose(std::slice::from_ref(entry), &books, &known).remove(0).verdict
    };
    assert_eq!(judged(&good, &[]), Verdict::Pays(41));
    assert_eq!(judged(&good, &["a"]), Verdict::Known);
    assert_eq!(judged(&dollars, &[]), Verdict::Unsure(vec![41], "another currency than the invoice's"));
    assert_eq!(judged(&debit, &[]), Verdict::NotIncoming);
    assert_eq!(judged(&reversed, &[]), Verdict::NotIncoming);
    let twice = [good.clone(), Entry { reference: "e".into(), ..good }];
    let both = propose(&twice, &books, &BTreeSet::new());
    assert!(both.iter().all(|p| p.verdict == Verdict::Unsure(vec![41], "several entries would pay this invoice")));
}

/// Few numbers and amounts, so that they meet often.
fn books() -> impl Strategy<Value = Vec<Open>> {
    prop::collection::btree_map(1_i64..30, 1_i64..6, 0..12)
        .prop_map(|all| all.into_iter().map(|(invoice, minor)| open(invoice, minor * 100)).collect())
}

fn statement() -> impl Strategy<Value = Vec<Entry>> {
    let words = prop_oneof![
        (1_i64..30).prop_map(|id| format!("2026-{id:05}")),
        (1_i64..30).prop_map(|id| format!("INV 2026/{id:05}.")),
        (0_i64..15).prop_map(|id| format!("C{id:05}")),
        Just("thanks".to_owned()),
        "[0-9 -]{0,12}",
    ];
    let remittance = prop::collection::vec(words, 0..3).prop_map(|words| words.join(" "));
    let one = (0_u8..40, remittance, 1_i64..6, any::<bool>(), prop::bool::weighted(0.9), prop::bool::weighted(0.1));
    let made = one.prop_map(|(reference, remittance, hundreds, euros, credit, reversal)| Entry {
        direction: if credit { Direction::Credit } else { Direction::Debit },
        reversal,
        ..entry(&reference.to_string(), &remittance, hundreds * 100, if euros { Currency::EUR } else { Currency::USD })
    });
    prop::collection::vec(made, 0..20)
}

proptest! {
    #[test]
    fn a_match_is_exact_and_no_invoice_and_no_reference_is_used_twice(
        books in books(), entries in statement(), known in prop::collection::btree_set((0_u8..40).prop_map(|n| n.to_string()), 0..10)
    ) {
        let balances: BTreeMap<i64, &Open> = books.iter().map(|open| (open.invoice, open)).collect();
        let proposals = propose(&entries, &books, &known);
        prop_assert_eq!(proposals.len(), entries.len());
        let (mut invoices, mut references) = (BTreeSet::new(), BTreeSet::new());
        for proposal in &proposals {
            if let Verdict::Pays(invoice) = proposal.verdict {
                let open = balances[&invoice];
                prop_assert_eq!(open.balance, proposal.entry.amount);
                prop_assert!(proposal.entry.direction == Direction::Credit && !proposal.entry.reversal);
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                let text = digits(&proposal.entry.remittance);
                prop_assert!(text.contains(&digits(&open.number)) || text.contains(&digits(&open.client)));
                prop_assert!(invoices.insert(invoice), "invoice {} twice", invoice);
                prop_assert!(references.insert(&proposal.entry.reference), "a reference twice");
                prop_assert!(!known.contains(&proposal.entry.reference));
            }
        }
    }

    #[test]
    fn the_same_statement_again_matches_nothing(books in books(), entries in statement()) {
        let known: BTreeSet<String> = entries.iter().map(|entry| entry.reference.clone()).collect();
        let again = propose(&entries, &books, &known);
        prop_assert!(again.iter().all(|proposal| proposal.verdict == Verdict::Known));
    }

    #[test]
    fn an_exact_payment_that_names_its_invoice_is_found(books in books(), noise in "[a-z ]{0,20}") {
        for open in &books {
            let entries = [entry("a", &format!("{noise} {} ", open.number), open.balance.minor(), Currency::EUR)];
            let judged = propose(&entries, &books, &BTreeSet::new()).remove(0).verdict;
            prop_assert_eq!(judged, Verdict::Pays(open.invoice));
        }
    }
}
