use innkeeper_domain::{ClientId, Currency};

use super::{day, history::History};
use crate::AppError;
use crate::reports::{DebtorQuery, Owed, ageing, debtors};

#[tokio::test]
async fn what_is_owed_is_told_by_how_late_it_is_on_any_day() {
    let history = History::told().await;
    for (on, expected) in [
        // Only the first invoice was there, and not yet paid.
        ("2025-01-18", Owed { not_due: 12_000, total: 12_000, ..Owed::default() }),
        // Paid; Bert's of the day is due in a fortnight.
        ("2025-01-31", Owed { not_due: 5_950, total: 5_950, ..Owed::default() }),
        // Ada's 8.00 is due on 24 Feb, and her 240.00, not yet voided, a day later.
        ("2025-02-24", Owed { not_due: 24_800, to_30: 5_950, total: 30_750, ..Owed::default() }),
        // Voided; Bert is 34 days late, Ada 24.
        ("2025-03-20", Owed { to_30: 800, to_60: 5_950, total: 6_750, ..Owed::default() }),
        ("2025-04-30", Owed { to_90: 6_750, total: 6_750, ..Owed::default() }),
        ("2025-06-30", Owed { older: 6_750, total: 6_750, ..Owed::default() }),
    ] {
        let all = ageing(&history.app, &history.admin, day(on)).await.unwrap();
        assert_eq!(all.iter().map(|a| (a.currency, a.owed)).collect::<Vec<_>>(), [(Currency::EUR, expected)], "{on}");
    }
    assert_eq!(ageing(&history.app, &history.admin, day("2024-12-31")).await.unwrap(), []);
    assert_eq!(history.ledger(&["receivable"], "EUR", None).await, 6_750, "the ledger says the same");
    let tomorrow = history.app.now().date_naive() + chrono::Days::new(2);
    assert!(matches!(ageing(&history.app, &history.admin, tomorrow).await, Err(AppError::Invalid(_))));
}

#[tokio::test]
async fn debtors_come_in_parts_who_owes_most_first() {
    let history = History::told().await;
    let next = async |after| {
        let query = DebtorQuery { day: day("2025-03-20"), currency: Currency::EUR, after, limit: 1 };
        let found = debtors(&history.app, &history.admin, query).await.unwrap();
        found.into_iter().next().map(|d| (d.client_id, d.name, d.owed.total))
    };
    let (bert, ada) = (history.bert.id, history.ada.id);
    assert_eq!(next(None).await, Some((bert, "Bert Brecht".to_owned(), 5_950)));
    assert_eq!(next(Some((5_950, bert))).await, Some((ada, "Ada Lovelace".to_owned(), 800)));
    assert_eq!(next(Some((800, ada))).await, None);
    // Of those who owe the same, the younger comes first.
    assert_eq!(next(Some((800, ClientId(ada.get() + 1)))).await.map(|d| d.0), Some(ada));
}
