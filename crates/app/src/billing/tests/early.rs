//! Renewing a service before its time.

use chrono::{Days, Months};
use innkeeper_domain::ServiceId;

use crate::{
    Actor, AppError, Result,
    billing::{self, NextPeriod, testing::Host},
    services,
};

/// What the page of a service offers to invoice.
async fn offered(host: &Host, actor: &Actor, id: ServiceId) -> Result<Option<NextPeriod>> {
    let view = services::get(&host.app, actor, id).await?;
    Ok(billing::next_period(&view.service, host.today))
}

#[tokio::test]
async fn the_next_period_is_invoiced_early_and_once() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    let begins = host.today + Days::new(20);
    let id = ServiceId(host.service(ada.id, 12, begins).await);
    let next = offered(&host, &ada.actor, id).await.unwrap().unwrap();
    assert_eq!((next.period.start, next.amount.minor()), (begins, 10_000));
    // Two press at once: the second finds a period that is not paid.
    let (one, other) =
        tokio::join!(billing::renew(&host.app, &ada.actor, id), billing::renew(&host.app, &host.admin, id));
    let invoice = one.as_ref().or(other.as_ref()).unwrap();
    let refused = if one.is_ok() { &other } else { &one };
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    let due: Vec<chrono::NaiveDate> = host.rows("SELECT due_on FROM invoice").await;
    assert_eq!(due, [begins], "due when the period begins");
    assert!(offered(&host, &ada.actor, id).await.unwrap().is_none());
    host.run("invoices").await;
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice_line").await, [1], "the daily run does not do it again");

    host.pay(invoice.get()).await;
    let second = billing::renew(&host.app, &ada.actor, id).await.unwrap();
    host.pay(second.get()).await;
    let through: Vec<chrono::NaiveDate> = host.rows("SELECT paid_through FROM service").await;
    assert_eq!(through, [begins + Months::new(24)]);
    for _ in 0..8 {
        let next = billing::renew(&host.app, &ada.actor, id).await.unwrap();
        host.pay(next.get()).await;
    }
    let refused = billing::renew(&host.app, &ada.actor, id).await.unwrap_err();
    assert!(matches!(&refused, AppError::Conflict(why) if why.contains("ten years")), "{refused:?}");
    host.holds().await;
}

#[tokio::test]
async fn nobody_renews_what_is_not_theirs_or_has_no_next_period() {
    let host = Host::open().await;
    let (ada, eve) = (host.app.client("ada@example.com").await, host.app.client("eve@example.com").await);
    let id = ServiceId(host.service(ada.id, 1, host.today + Days::new(20)).await);
    assert!(matches!(billing::renew(&host.app, &eve.actor, id).await, Err(AppError::NotFound(_))));
    assert!(matches!(offered(&host, &eve.actor, id).await, Err(AppError::NotFound(_))));
    for sql in [
        "UPDATE service SET ends_on = billed_through",
        "UPDATE service SET ends_on = NULL, state = 'suspended', suspend_reason = 'abuse'",
    ] {
        sqlx::query(sql).execute(host.app.pool()).await.unwrap();
        assert!(offered(&host, &ada.actor, id).await.unwrap().is_none());
        let refused = billing::renew(&host.app, &ada.actor, id).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    }
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice").await, [0]);
}
