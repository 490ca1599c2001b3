use super::{history::History, range};
use crate::reports::{Account, statement};

fn items(account: &Account) -> Vec<(String, &'static str, &str, i64, i64)> {
    let item = |i: &'_ crate::reports::Item| (i.day.to_string(), i.kind.as_str(), i.amount.minor(), i.balance.minor());
    account
        .items
        .iter()
        .map(|i| {
            let (day, kind, amount, balance) = item(i);
            (day, kind, i.reference.as_str(), amount, balance)
        })
        .collect()
}

#[tokio::test]
async fn an_account_goes_from_what_was_owed_to_what_is_owed() {
    let history = History::told().await;
    let (app, admin, ada) = (&history.app, &history.admin, history.ada.id);
    let seen = statement(app, admin, ada, range("2025-01-18", "2025-03-31")).await.unwrap();
    assert_eq!((seen.client.as_str(), seen.accounts.len()), ("Ada Lovelace", 1));
    let account = &seen.accounts[0];
    assert_eq!(account.opening.minor(), 12_000);
    let expected = [
        ("2025-01-20", "payment", "B-1", -12_000, 0),
        ("2025-02-10", "invoice", "INV-000003", 1_800, 1_800),
        ("2025-02-11", "invoice", "INV-000004", 24_000, 25_800),
        ("2025-02-12", "payment", "C-1", -1_000, 24_800),
        ("2025-03-02", "void", "INV-000004", -24_000, 800),
        ("2025-03-05", "reversal", "INV-000001", -6_000, -5_200),
        ("2025-03-05", "refund", "B-1", 6_000, 800),
    ];
    let expected =
        expected.map(|(day, kind, reference, amount, balance)| (day.into(), kind, reference, amount, balance));
    assert_eq!(items(account), expected);
    assert_eq!(account.closing.minor(), 800);

    let empty = statement(app, admin, ada, range("2024-01-01", "2024-12-31")).await.unwrap();
    assert!(empty.accounts.is_empty(), "nothing had happened yet");
    let later = statement(app, admin, ada, range("2025-05-01", "2025-05-31")).await.unwrap();
    assert_eq!((later.accounts[0].opening, later.accounts[0].items.len()), (account.closing, 0));
}

#[tokio::test]
async fn what_is_owed_in_the_end_is_what_the_ledger_says() {
    let history = History::told().await;
    for (client, currency, expected) in
        [(history.ada.id, "EUR", 800), (history.bert.id, "EUR", 5_950), (history.carl.id, "USD", -500)]
    {
        let seen = statement(&history.app, &history.admin, client, range("2025-01-01", "2025-04-30")).await.unwrap();
        assert_eq!((seen.accounts[0].currency.code(), seen.accounts[0].closing.minor()), (currency, expected));
        let ledger = history.ledger(&["receivable", "client_credit"], currency, Some(client)).await;
        assert_eq!(ledger, expected, "{client}");
    }
}
