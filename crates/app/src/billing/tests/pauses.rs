//! Services that are paused: what was paid is kept, and nothing is invoiced meanwhile.

use chrono::{Days, NaiveDate, TimeDelta};
use innkeeper_domain::{ServiceId, state::ServiceState};

use crate::{
    AppError, billing,
    billing::testing::Host,
    calendar, jobs,
    services::{self, End},
    testing::TestClient,
};

/// A host with a client's service whose month began ten days ago and is paid.
async fn host() -> (Host, TestClient, ServiceId) {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    let id = ServiceId(host.service(ada.id, 1, host.today - Days::new(10)).await);
    host.run("invoices").await;
    host.pay_all().await;
    (host, ada, id)
}

async fn day(host: &Host, column: &str) -> NaiveDate {
    host.rows::<NaiveDate>(&format!("SELECT {column} FROM service")).await[0]
}

async fn advance(host: &Host, days: i64) {
    host.app.clock.advance(TimeDelta::days(days));
    jobs::drain(&host.app.app).await.unwrap();
}

#[tokio::test]
async fn what_is_paused_costs_nothing_and_its_paid_days_are_kept() {
    let (host, _, id) = host().await;
    let paid = day(&host, "paid_through").await;
    services::pause(&host.app, &host.admin, id, None).await.unwrap();
    jobs::drain(&host.app.app).await.unwrap();
    assert_eq!(host.rows::<String>("SELECT state || suspend_reason FROM service").await, ["suspendedpaused"]);
    for refused in [
        services::pause(&host.app, &host.admin, id, None).await,
        services::unsuspend(&host.app, &host.admin, id).await.map(drop),
        services::end(&host.app, &host.admin, id, End::PeriodEnd, "").await.map(drop),
        billing::renew(&host.app, &host.admin, id).await.map(drop),
    ] {
        assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    }
    // Ninety days later nothing was invoiced.
    advance(&host, 90).await;
    host.run("invoices").await;
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice").await, [1]);
    host.holds().await;

    // Two press at once: once it goes on.
    let (one, other) =
        tokio::join!(services::resume(&host.app, &host.admin, id), services::resume(&host.app, &host.admin, id));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_eq!(host.rows::<String>("SELECT state FROM service").await, [ServiceState::Active.as_str()]);
    let next = paid + Days::new(90);
    assert_eq!((day(&host, "billed_through").await, day(&host, "anchor").await), (next, next));
    assert_eq!(day(&host, "paid_through").await, paid, "what was paid is what it was");
    host.run("invoices").await;
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice").await, [1], "the days that were kept come first");
    host.holds().await;

    advance(&host, (next - calendar::today(&host.app).await.unwrap()).num_days()).await;
    host.run("invoices").await;
    let periods: Vec<String> = host.rows("SELECT period::text FROM invoice_line ORDER BY id").await;
    let begun = host.today - Days::new(10);
    let after = next.checked_add_months(chrono::Months::new(1)).unwrap();
    assert_eq!(periods, [format!("[{begun},{paid})"), format!("[{next},{after})")]);
    host.holds().await;
    // Taken back, it can be invoiced again from the same day.
    let invoice = host.rows::<i64>("SELECT max(id) FROM invoice").await[0];
    crate::invoices::void(&host.app, &host.admin, invoice.into()).await.unwrap();
    assert_eq!(day(&host, "billed_through").await, next);
    host.holds().await;
}

#[tokio::test]
async fn a_pause_ends_by_itself_on_its_day() {
    let (host, ada, id) = host().await;
    let paid = day(&host, "paid_through").await;
    let until = host.today + Days::new(5);
    let yesterday = services::pause(&host.app, &host.admin, id, Some(host.today)).await;
    assert!(matches!(yesterday, Err(AppError::Invalid(_))), "{yesterday:?}");
    services::pause(&host.app, &host.admin, id, Some(until)).await.unwrap();
    jobs::drain(&host.app.app).await.unwrap();
    let coming = billing::preview(&host.app, &ada.actor, ada.id, paid + Days::new(10)).await.unwrap();
    assert_eq!(coming.iter().map(|invoice| invoice.due_on).collect::<Vec<_>>(), [paid + Days::new(5)]);
    advance(&host, 4).await;
    host.run("resumptions").await;
    assert_eq!(host.rows::<String>("SELECT state FROM service").await, ["suspended"]);
    advance(&host, 1).await;
    assert_eq!(host.run("resumptions").await["resumed"], 1);
    assert_eq!(host.rows::<String>("SELECT state FROM service").await, ["active"]);
    assert_eq!(day(&host, "billed_through").await, paid + Days::new(5));
    host.holds().await;
}

#[tokio::test]
async fn what_is_not_paid_is_not_paused() {
    let (host, ada, id) = host().await;
    let refused = services::pause(&host.app, &ada.actor, id, None).await;
    assert!(matches!(refused, Err(AppError::Forbidden)), "{refused:?}");
    billing::renew(&host.app, &host.admin, id).await.unwrap();
    let refused = services::pause(&host.app, &host.admin, id, None).await.unwrap_err();
    assert!(matches!(&refused, AppError::Conflict(why) if why.contains("not paid")), "{refused:?}");
    let refused = services::resume(&host.app, &host.admin, id).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
}
