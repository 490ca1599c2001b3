use chrono::{Days, Utc};
use std::collections::{BTreeMap, BTreeSet};

use super::history::History;
use crate::reports::{Range, books, books::part, next_bookings};

#[tokio::test]
async fn the_ledger_is_taken_out_in_parts_and_whole() {
    let history = History::told().await;
    let today = Utc::now().date_naive();
    let range = Range { from: today - Days::new(1), until: today + Days::new(1) };
    let books = books(&history.app, &history.admin, range).await.unwrap();
    let (mut cursor, mut all, mut parts) = (books.start, vec![], 0);
    while let Some((bookings, next)) = part(&history.app, cursor, 3).await.unwrap() {
        assert!(bookings.len() <= 3);
        all.extend(bookings);
        (cursor, parts) = (next, parts + 1);
    }
    // 5 invoices, 3 payments and their 3 uses, a void, 2 refunds.
    assert_eq!(books.transactions, 14);
    let keys: BTreeSet<&str> = all.iter().map(|b| b.key.as_str()).collect();
    assert_eq!(keys.len(), 14, "{keys:?}");
    assert!(parts > 5, "{parts}");
    let mut sums: BTreeMap<i64, i64> = BTreeMap::new();
    for booking in &all {
        *sums.entry(booking.transaction).or_default() += booking.amount.minor();
    }
    assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    let first: Vec<_> = all
        .iter()
        .filter(|b| b.key == "invoice:1")
        .map(|b| (b.account.as_str(), b.client.as_ref().map(|(id, _)| *id), b.amount.to_decimal()))
        .collect();
    let expected = BTreeMap::from([("receivable", "120.00"), ("income", "-100.00"), ("tax_payable", "-20.00")]);
    assert_eq!(
        first.iter().map(|(account, _, amount)| (*account, amount.as_str())).collect::<BTreeMap<_, _>>(),
        expected
    );
    assert!(first.iter().all(|(account, client, _)| client.is_some() == (*account == "receivable")));

    let whole = next_bookings(&history.app, &history.admin, books.start).await.unwrap().unwrap().0;
    assert_eq!(whole.len(), all.len());
    let before = Range { from: today - Days::new(30), until: today - Days::new(20) };
    let none = super::super::books(&history.app, &history.admin, before).await.unwrap();
    assert!(next_bookings(&history.app, &history.admin, none.start).await.unwrap().is_none());
}
