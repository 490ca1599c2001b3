//! What people are told, word by word.

use chrono::{NaiveDate, TimeDelta};
use innkeeper_domain::{InvoiceId, ServiceId};

use super::*;
use crate::{AppError, billing::testing::Host};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The first of March 2027; Ada in Austria has had a service since 31 January, whose first month is paid.
async fn host() -> (Host, crate::testing::TestClient) {
    let mut host = Host::open().await;
    host.app.clock.advance(day("2027-03-01").and_hms_opt(12, 0, 0).unwrap().and_utc() - host.app.now());
    host.today = day("2027-03-01");
    let ada = host.app.client("ada@example.com").await;
    sqlx::query("UPDATE client SET country = 'AT'").execute(host.app.pool()).await.unwrap();
    host.service(ada.id, 1, day("2027-01-31")).await;
    host.run("invoices").await;
    host.pay(1).await;
    host.run("invoices").await;
    (host, ada)
}

fn told(all: &[Why], what: &str) -> Vec<String> {
    let found = all.iter().find(|why| why.what.starts_with(what)).unwrap_or_else(|| panic!("{what}: {all:#?}"));
    found.reasons.iter().map(|reason| reason.text.clone()).collect()
}

#[tokio::test]
async fn an_invoice_explains_its_lines_its_day_and_its_state() {
    let (host, ada) = host().await;
    let late = invoice(&host.app, &ada.actor, InvoiceId(1)).await.unwrap();
    assert_eq!(
        told(&late, "Due on 1 Mar 2027"),
        ["What it charges begins on 31 Jan 2027, before the invoice was made: so it was due on the day it was made."]
    );
    assert_eq!(
        told(&late, "The invoice is paid"),
        ["Nothing is owed on it any more.", "12.00 EUR came on 1 Mar 2027 (test)."]
    );
    host.app.clock.advance(TimeDelta::days(4));
    host.run("reminders").await;
    let all = invoice(&host.app, &ada.actor, InvoiceId(2)).await.unwrap();
    assert_eq!(
        told(&all, "The invoice is unpaid"),
        ["12.00 EUR are still to be paid.", "It is 4 days late.", "A reminder was sent on 5 Mar 2027."]
    );
    assert_eq!(told(&all, "Tax"), ["Taxed by the rule of AT."]);
    let line = all.iter().find(|why| why.what.starts_with("Web")).unwrap();
    assert_eq!(line.what, "Web (Monthly): site.example: 10.00 EUR");
    let texts: Vec<_> = line.reasons.iter().map(|reason| reason.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "Period 2, from 28 Feb 2027 to 30 Mar 2027: counted from 31 Jan 2027, the day the first one began.",
            "10.00 EUR was the catalogue's price.",
            "2.00 EUR of tax are added to 10.00 EUR: VAT of 20 %. Tax is rounded once for all lines with this rate, and split among them."
        ]
    );
    assert_eq!(line.reasons[0].about, Some(About::Service(ServiceId(1))));
}

#[tokio::test]
async fn staff_see_what_happened_and_clients_only_their_own() {
    let (host, ada) = host().await;
    let all = invoice(&host.app, &host.admin, InvoiceId(1)).await.unwrap();
    let events = told(&all, "What happened");
    assert!(events[0].contains("Invoice-Create by system:daily"), "{events:?}");
    assert!(events.iter().any(|event| event.contains("Invoice-Paid")), "{events:?}");
    let own = invoice(&host.app, &ada.actor, InvoiceId(1)).await.unwrap();
    assert!(own.iter().all(|why| why.what != "What happened"));
    let eve = host.app.client("eve@example.com").await;
    for refused in
        [invoice(&host.app, &eve.actor, InvoiceId(1)).await, service(&host.app, &eve.actor, ServiceId(1)).await]
    {
        assert!(matches!(refused, Err(AppError::NotFound(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_service_says_what_comes_next_and_what_if_nobody_pays() {
    let (host, ada) = host().await;
    let why = async || service(&host.app, &ada.actor, ServiceId(1)).await.unwrap();
    let state = told(&why().await, "The service is active");
    assert_eq!(
        state[1..],
        ["Invoice INV-000002 is due on 1 Mar 2027.", "If it stays unpaid, the service is suspended on 8 Mar 2027."]
    );
    assert_eq!(
        told(&why().await, "It costs 10.00 EUR"),
        ["It is the catalogue's price when it was bought or last changed."]
    );
    let next = "Its next period begins on 31 Mar 2027";
    let counted = "It is period 3, counted from 31 Jan 2027, the day the first one began.";
    assert_eq!(told(&why().await, next), [counted, "It is invoiced once the period before it is paid."]);
    host.app.clock.advance(TimeDelta::days(7));
    host.run("suspensions").await;
    host.holds().await;
    let state = told(&why().await, "The service is suspended");
    assert_eq!(state[0], "An invoice was not paid in time. It is switched on again when it is.");
    assert_eq!(state[2], "If it stays unpaid, the service is terminated on 30 Apr 2027.");
    host.pay(2).await;
    assert_eq!(told(&why().await, next), [counted, "It is invoiced on 17 Mar 2027, 14 days before."]);
    for (sql, what) in [
        ("UPDATE service SET amount = 700", "It costs 7.00 EUR"),
        ("UPDATE service SET ends_on = '2027-03-31'", "It ends on 31 Mar 2027"),
    ] {
        sqlx::query(sql).execute(host.app.pool()).await.unwrap();
        told(&why().await, what);
    }
}
