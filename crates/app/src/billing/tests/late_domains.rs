//! Domains after their expiry: what having them back costs, once, and what is sent when it is paid.

use chrono::{Days, TimeDelta};
use innkeeper_domain::{Currency, DomainId, InvoiceId, LatePhase, TldId};

use crate::{
    Actor, AppError,
    billing::{follow_up, renew_late, testing::Host},
    catalogue::{LateFee, LateRules, late_rules, set_late_rules},
    domains::late,
    testing::TestClient,
};

fn rules(grace_days: i32, redemption_days: i32, fees: &[(i64, Option<i64>)]) -> LateRules {
    let fee = |(grace, redemption): &(i64, Option<i64>)| LateFee {
        currency: Currency::EUR,
        grace: *grace,
        redemption: *redemption,
    };
    LateRules {
        grace_days: Some(grace_days),
        redemption_days: Some(redemption_days),
        fees: fees.iter().map(fee).collect(),
    }
}

/// A host that sells `.example` for 12.00 a year, and a domain of Ada's that expired so many days ago.
async fn host(days_ago: u64) -> (Host, TestClient, DomainId) {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    for sql in [
        "INSERT INTO tld (name, plugin_id) VALUES ('example', 'nobody')",
        "INSERT INTO tld_price (tld_id, currency, register, renew, transfer) VALUES (1, 'EUR', 1000, 1200, 1000)",
    ] {
        sqlx::query(sql).execute(host.app.pool()).await.unwrap();
    }
    sqlx::query(
        "INSERT INTO domain (client_id, name, tld_id, plugin_id, kind, state, years, currency, amount, expires_on)
         VALUES ($1, 'ada.example', 1, 'nobody', 'register', 'active', 1, 'EUR', 1200, $2)",
    )
    .bind(ada.id.get())
    .bind(host.today - Days::new(days_ago))
    .execute(host.app.pool())
    .await
    .unwrap();
    (host, ada, DomainId(1))
}

/// The same, 30 days of grace for 5.00 and 30 of redemption for 80.00.
async fn with_rules(days_ago: u64) -> (Host, TestClient, DomainId) {
    let (host, ada, id) = host(days_ago).await;
    set_late_rules(&host.app, &host.admin, TldId(1), rules(30, 30, &[(500, Some(8000))])).await.unwrap();
    (host, ada, id)
}

fn days_go_by(host: &Host, days: i64) {
    host.app.clock.advance(TimeDelta::days(days));
}

async fn lines(host: &Host) -> Vec<String> {
    host.rows("SELECT kind || ' ' || invoice_id || ' ' || net || ' ' || tax FROM invoice_line ORDER BY id").await
}

async fn sent(host: &Host) -> Vec<String> {
    host.rows("SELECT kind || ' ' || (request ->> 'years') FROM effect ORDER BY id").await
}

async fn paid(host: &Host, invoice: InvoiceId) {
    host.pay(invoice.get()).await;
    follow_up(&host.app, invoice).await.unwrap();
}

/// Nothing contradicts itself; no job is run, as there is no registrar.
async fn is_sound(host: &Host) {
    let broken: Vec<String> =
        sqlx::query_scalar("SELECT rule || ': ' || detail FROM violations($1) WHERE rule ~ '^(C7|M)'")
            .bind(host.app.now() + TimeDelta::minutes(20))
            .fetch_all(host.app.pool())
            .await
            .unwrap();
    assert_eq!(broken, Vec::<String>::new());
}

async fn refused(host: &Host, actor: &Actor, id: DomainId, why: &str) {
    let refused = renew_late(&host.app, actor, id).await.unwrap_err();
    assert!(matches!(&refused, AppError::Conflict(text) if text.contains(why)), "{refused:?}");
}

#[tokio::test]
async fn in_grace_the_renewal_and_its_fee_are_one_invoice_and_taxed() {
    let (host, ada, id) = with_rules(30).await;
    let shown = late(&host.app, &ada.actor, id).await.unwrap().unwrap();
    assert_eq!((shown.phase, shown.grace_until), (LatePhase::Grace, host.today));
    assert_eq!(shown.total().unwrap().unwrap().minor(), 1700);
    let invoice = renew_late(&host.app, &ada.actor, id).await.unwrap();
    let tax: Vec<(i64, i64)> =
        sqlx::query_as("SELECT subtotal, tax FROM invoice").fetch_all(host.app.pool()).await.unwrap();
    let renewed = host.rows::<i64>("SELECT tax FROM invoice_line ORDER BY id").await;
    assert_eq!(tax, [(1700, renewed[0] + renewed[1])]);
    refused(&host, &ada.actor, id, "is invoiced").await;
    assert_eq!(sent(&host).await, Vec::<String>::new());
    paid(&host, invoice).await;
    follow_up(&host.app, invoice).await.unwrap();
    assert_eq!(sent(&host).await, ["domain.renew 1"], "once");
    refused(&host, &ada.actor, id, "under way").await;
    is_sound(&host).await;
}

#[tokio::test]
async fn in_redemption_it_is_restored_and_afterwards_lost() {
    let (host, ada, id) = with_rules(31).await;
    let shown = late(&host.app, &ada.actor, id).await.unwrap().unwrap();
    assert_eq!((shown.phase, shown.total().unwrap().unwrap().minor()), (LatePhase::Redemption, 9200));
    let invoice = renew_late(&host.app, &host.admin, id).await.unwrap();
    paid(&host, invoice).await;
    assert_eq!(sent(&host).await, ["domain.restore 1"]);
    is_sound(&host).await;

    let (host, ada, id) = with_rules(61).await;
    let shown = late(&host.app, &ada.actor, id).await.unwrap().unwrap();
    assert_eq!((shown.phase, shown.can_order), (LatePhase::Lost, false));
    refused(&host, &ada.actor, id, "lost").await;
    assert_eq!(lines(&host).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_open_renewal_stays_and_waits_for_the_fee() {
    let (host, ada, id) = with_rules(0).await;
    host.run("domain_renewals").await;
    days_go_by(&host, 5);
    let fee = renew_late(&host.app, &ada.actor, id).await.unwrap();
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM invoice WHERE state = 'unpaid'").await, [2]);
    paid(&host, InvoiceId(1)).await;
    assert_eq!(sent(&host).await, Vec::<String>::new(), "the fee is not paid");
    is_sound(&host).await;
    paid(&host, fee).await;
    assert_eq!(sent(&host).await, ["domain.renew 1"]);
    is_sound(&host).await;
}

#[tokio::test]
async fn who_pays_an_old_renewal_late_is_sent_the_fee() {
    let (host, _, _) = with_rules(0).await;
    host.run("domain_renewals").await;
    days_go_by(&host, 40);
    paid(&host, InvoiceId(1)).await;
    follow_up(&host.app, InvoiceId(1)).await.unwrap();
    assert_eq!(sent(&host).await, Vec::<String>::new());
    assert_eq!(
        host.rows::<String>("SELECT kind FROM invoice_line ORDER BY id").await,
        ["domain_renew", "domain_redemption"]
    );
    is_sound(&host).await;
    paid(&host, InvoiceId(2)).await;
    assert_eq!(sent(&host).await, ["domain.restore 1"]);
    is_sound(&host).await;
}

#[tokio::test]
async fn a_grace_fee_counts_towards_restoring() {
    let (host, ada, id) = with_rules(5).await;
    let first = renew_late(&host.app, &ada.actor, id).await.unwrap();
    days_go_by(&host, 35);
    let second = renew_late(&host.app, &ada.actor, id).await.unwrap();
    assert_eq!(host.rows::<i64>("SELECT net FROM invoice_line ORDER BY id").await, [1200, 500, 7500]);
    paid(&host, second).await;
    assert_eq!(sent(&host).await, Vec::<String>::new());
    paid(&host, first).await;
    assert_eq!(sent(&host).await, ["domain.restore 1"]);
}

#[tokio::test]
async fn two_at_once_are_charged_one_fee() {
    let (host, ada, id) = with_rules(5).await;
    let (one, other) = tokio::join!(renew_late(&host.app, &ada.actor, id), renew_late(&host.app, &host.admin, id));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_eq!(
        host.rows::<String>("SELECT kind FROM invoice_line ORDER BY id").await,
        ["domain_renew", "domain_grace"]
    );
}

#[tokio::test]
async fn without_rules_all_is_as_before() {
    let (host, ada, id) = host(0).await;
    assert_eq!(late_rules(&host.app, &host.admin, TldId(1)).await.unwrap(), LateRules::default());
    host.run("domain_renewals").await;
    days_go_by(&host, 100);
    assert!(late(&host.app, &ada.actor, id).await.unwrap().is_none());
    refused(&host, &ada.actor, id, "not late").await;
    paid(&host, InvoiceId(1)).await;
    assert_eq!(sent(&host).await, ["domain.renew 1"]);
    is_sound(&host).await;
}

#[tokio::test]
async fn nobody_orders_for_others_nor_what_has_not_expired() {
    let (host, ada, id) = with_rules(0).await;
    refused(&host, &ada.actor, id, "not late").await;
    days_go_by(&host, 1);
    let eve = host.app.client("eve@example.com").await;
    assert!(matches!(renew_late(&host.app, &eve.actor, id).await, Err(AppError::NotFound(_))));
    assert!(matches!(late(&host.app, &eve.actor, id).await, Err(AppError::NotFound(_))));
    set_late_rules(&host.app, &host.admin, TldId(1), rules(0, 30, &[(0, None)])).await.unwrap();
    refused(&host, &ada.actor, id, "cannot be restored").await;
}

#[tokio::test]
async fn rules_are_checked() {
    let (host, ada, _) = host(0).await;
    let mut half = rules(30, 30, &[]);
    half.redemption_days = None;
    let wrong = [
        (half, "redemption_days"),
        (rules(-1, 30, &[]), "grace_days"),
        (rules(30, 366, &[]), "redemption_days"),
        (rules(30, 30, &[(-1, None)]), "fees.0.grace"),
        (rules(30, 30, &[(0, Some(i64::MAX))]), "fees.0.redemption"),
        (rules(30, 30, &[(0, None), (0, None)]), "fees.1.currency"),
    ];
    for (rules, field) in wrong {
        let refused = set_late_rules(&host.app, &host.admin, TldId(1), rules).await.unwrap_err();
        assert!(
            matches!(&refused, AppError::Invalid(fields) if fields.iter().any(|f| f.field == field)),
            "{refused:?}"
        );
    }
    let refused = set_late_rules(&host.app, &ada.actor, TldId(1), rules(1, 1, &[])).await;
    assert!(matches!(refused, Err(AppError::Forbidden)), "{refused:?}");
    let good = rules(30, 0, &[(500, None)]);
    set_late_rules(&host.app, &host.admin, TldId(1), good.clone()).await.unwrap();
    assert_eq!(late_rules(&host.app, &host.admin, TldId(1)).await.unwrap(), good);
}
