//! Many at once on the same invoice and client: money that arrives, some of it told twice, money taken back, the invoice
//! withdrawn, the plan changed and changed back, the service ended and kept. Whatever wins, the books are right.
//!
//! `CROWD=1000` sets how many.

use futures_util::{StreamExt, stream};
use innkeeper_db::payments::NewPayment;
use innkeeper_domain::{ClientId, Currency, CycleId, InvoiceId, Money, ProductId, ServiceId};
use std::collections::BTreeMap;

use crate::{
    AppError, Result,
    billing::testing::Host,
    invoices::{self, CreditInvoice},
    options::Selection,
    payments,
    plan_changes::{self, Wanted, When},
    services::{self, End},
};

fn crowd() -> u64 {
    std::env::var("CROWD").ok().map_or(240, |n| n.parse().unwrap())
}

struct Crowd {
    host: Host,
    client: ClientId,
    service: ServiceId,
    invoice: InvoiceId,
}

impl Crowd {
    /// Two months of a service: one is paid, the other is not.
    async fn gather() -> Self {
        let host = Host::open().await;
        for sql in [
            "INSERT INTO product (group_id, name, slug) VALUES (1, 'Web Plus', 'plus')",
            "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (2, 'EUR', 1, 2500)",
        ] {
            sqlx::query(sql).execute(host.app.pool()).await.unwrap();
        }
        let client = host.app.client("ada@example.com").await.id;
        let service = ServiceId(host.service(client, 1, host.today - chrono::Days::new(10)).await);
        host.run("invoices").await;
        host.pay(1).await;
        sqlx::query("UPDATE billing_cycle SET invoice_days = 31").execute(host.app.pool()).await.unwrap();
        host.run("invoices").await;
        host.holds().await;
        Self { host, client, service, invoice: InvoiceId(2) }
    }

    /// Does what the `n`th of them wants.
    async fn act(&self, n: u64) -> Result<()> {
        let (app, admin) = (&self.host.app, &self.host.admin);
        match n % 12 {
            // Each of them is told twice.
            0..=5 => self.pay(&format!("transfer {}", n / 2)).await,
            6 | 7 => {
                let lines = invoices::creditable(app, admin, self.invoice).await?;
                let line = lines.first().ok_or(AppError::NotFound("line"))?.id;
                let lines = vec![(line, Money::new(3, Currency::EUR))];
                let command = CreditInvoice { invoice_id: self.invoice, lines, reason: "Sorry".into() };
                invoices::credit(app, admin, command).await.map(drop)
            }
            8 => invoices::void(app, admin, self.invoice).await,
            9 => {
                let product = ProductId(1 + i64::try_from(n / 12 % 2).unwrap());
                let wanted =
                    Wanted { product, cycle: CycleId(1), options: Selection::new(), when: When::Now, code: None };
                let quote = plan_changes::quote(app, admin, self.service, wanted.clone()).await?;
                plan_changes::order(app, admin, self.service, wanted, quote.total).await.map(drop)
            }
            10 => match plan_changes::cancel(app, admin, self.service).await {
                Err(AppError::Conflict(_)) => {
                    services::end(app, admin, self.service, End::PeriodEnd, "").await.map(drop)
                }
                other => other,
            },
            _ => services::keep(app, admin, self.service).await,
        }
    }

    /// Money arrives, as callbacks and staff book it.
    async fn pay(&self, transaction_ref: &str) -> Result<()> {
        let mut tx = self.host.app.begin(&self.host.admin).await?;
        tx.lock_client(self.client).await?;
        let payment = NewPayment {
            client_id: self.client,
            gateway: "test",
            transaction_ref,
            currency: "EUR",
            amount: 7,
            received_on: self.host.today,
            note: "",
            collection_id: None,
        };
        payments::book(&mut tx, &payment, self.invoice).await?;
        tx.commit().await
    }

    async fn number(&self, sql: &str) -> i64 {
        self.host.rows(sql).await[0]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_on_one_invoice_leaves_the_books_right() {
    let crowd = &Crowd::gather().await;
    let all = self::crowd();
    let outcomes: Vec<(u64, Result<()>)> = stream::iter(0..all)
        .map(|n| async move { (n, crowd.act(n).await) })
        .buffer_unordered(all as usize)
        .collect()
        .await;
    let mut counts: BTreeMap<(&str, u64), u64> = BTreeMap::new();
    for (n, outcome) in outcomes {
        let word = match outcome {
            Ok(()) => "done",
            Err(AppError::Conflict(_) | AppError::Invalid(_)) => "refused",
            Err(error) => panic!("{n}: {error:?}"),
        };
        *counts.entry((word, n % 12)).or_default() += 1;
    }
    println!("{all} at once: {counts:?}");
    crowd.host.holds().await;
    let recorded = counts.iter().filter(|((word, n), _)| *word == "done" && *n < 6).map(|(_, n)| n).sum::<u64>();
    let kept = crowd.number("SELECT count(*) FROM payment WHERE transaction_ref LIKE 'transfer%'").await;
    assert_eq!((u64::try_from(kept).unwrap(), recorded > 0), (recorded, true), "what was acknowledged is there, once");
    let told = crowd.number("SELECT count(*) FROM event WHERE name = 'Invoice-Paid' AND aggregate_id = 2").await;
    assert!(told <= 1, "paid {told} times");
    let over = crowd
        .number(
            "SELECT count(*) FROM invoice i WHERE total < (SELECT sum(amount) FROM allocation WHERE invoice_id = i.id)",
        )
        .await;
    assert_eq!(over, 0, "never more than is owed");
}
