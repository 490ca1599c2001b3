use innkeeper_domain::{Currency, Permission};

use super::{day, history::History, range};
use crate::reports::{DebtorQuery, ageing, books, debtors, income, recurring, statement, tax};
use crate::{Actor, AppError, Result};

async fn all(history: &History, actor: &Actor) -> Vec<(&'static str, Result<()>)> {
    let (app, days) = (&history.app, range("2025-01-01", "2025-03-31"));
    let query = DebtorQuery { day: day("2025-03-31"), currency: Currency::EUR, after: None, limit: 1 };
    vec![
        ("income", income(app, actor, days).await.map(drop)),
        ("recurring", recurring(app, actor, days).await.map(drop)),
        ("ageing", ageing(app, actor, query.day).await.map(drop)),
        ("debtors", debtors(app, actor, query).await.map(drop)),
        ("tax", tax(app, actor, days).await.map(drop)),
        ("books", books(app, actor, days).await.map(drop)),
    ]
}

#[tokio::test]
async fn reports_are_for_staff_with_their_permission() {
    let history = History::told().await;
    let mut others = Permission::ALL.to_vec();
    others.retain(|p| *p != Permission::ReportsRead);
    let clerk = history.app.staff("clerk@host.example", &others).await;
    let accountant = history.app.staff("accountant@host.example", &[Permission::ReportsRead]).await;
    for actor in [&clerk, &history.ada.actor, &history.app.visitor("192.0.2.7")] {
        for (report, result) in all(&history, actor).await {
            assert!(matches!(result, Err(AppError::Forbidden)), "{report} for {}: {result:?}", actor.name);
        }
    }
    for (report, result) in all(&history, &accountant).await {
        assert!(result.is_ok(), "{report}: {result:?}");
    }
}

#[tokio::test]
async fn a_client_sees_its_own_account_and_no_other() {
    let history = History::told().await;
    let (app, days) = (&history.app, range("2025-01-01", "2025-03-31"));
    let own = statement(app, &history.ada.actor, history.ada.id, days).await.unwrap();
    assert_eq!(own.accounts[0].closing.minor(), 800);
    let foreign = statement(app, &history.bert.actor, history.ada.id, days).await;
    assert!(matches!(foreign, Err(AppError::NotFound("client"))), "{foreign:?}");
    let accountant = app.staff("accountant@host.example", &[Permission::ReportsRead]).await;
    let without = statement(app, &accountant, history.ada.id, days).await;
    assert!(matches!(without, Err(AppError::Forbidden)), "{without:?}");
}

#[tokio::test]
async fn a_range_that_makes_no_sense_is_refused() {
    let history = History::told().await;
    for days in
        [range("2025-03-02", "2025-03-01"), range("2015-01-01", "2025-01-01"), range("0001-01-01", "0001-01-02")]
    {
        let (app, admin) = (&history.app, &history.admin);
        let refusals = [
            income(app, admin, days).await.map(drop),
            recurring(app, admin, days).await.map(drop),
            tax(app, admin, days).await.map(drop),
            books(app, admin, days).await.map(drop),
            statement(app, admin, history.ada.id, days).await.map(drop),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Err(AppError::Invalid(_))), "{refusal:?}");
        }
    }
}
