//! The first quarter of 2025 of a host in Vienna, told through the use cases.
//!
//! | day | what |
//! |---|---|
//! | 15 Jan | Ada (AT): 100.00 + 20 % for hosting = 120.00; paid by bank on 20 Jan |
//! | 31 Jan | Bert (DE): 50.00 + 19 % for hosting = 59.50; never paid |
//! | 10 Feb | Ada: .com 10.00 and work 5.00, + 20 % = 18.00; 10.00 paid by card on 12 Feb |
//! | 11 Feb | Ada: work 200.00 + 20 % = 240.00; voided on 2 Mar |
//! | 20 Feb | Carl (US): 30.00 USD for hosting, no tax; 40.00 USD paid by card on 21 Feb |
//! | 5 Mar | Ada gets 60.00 of her 120.00 back: 50.00 and 10.00 of tax |
//! | 1 Apr, 0:30 | Carl gets 5.00 USD of his credit back; in London it is still March |

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_db::{invoices::NewLine, payments::NewPayment};
use innkeeper_domain::{ClientId, Currency, DomainId, InvoiceId, Money, PaymentId, Rate, ServiceId, Treatment};

use super::day;
use crate::{
    Actor, invoices,
    payments::{self, RefundRequest},
    tax::ClientTax,
    testing::{TestApp, TestClient},
};

/// Who pays which tax, in percent.
const TAXES: [(&str, i64); 2] = [("AT", 20), ("DE", 19)];

pub(super) struct History {
    pub app: TestApp,
    pub admin: Actor,
    pub ada: TestClient,
    pub bert: TestClient,
    pub carl: TestClient,
}

/// A line: what it is for, its price in cents.
enum Sold {
    Hosting(i64, i64),
    Com(i64),
    Work(i64),
}

impl History {
    pub async fn told() -> Self {
        let history = Self::open().await;
        history.tell().await;
        let now = Utc::now();
        history.turn(now);
        history
    }

    async fn open() -> Self {
        let app = TestApp::new().await;
        let (ada, bert) = (app.client("ada@example.com").await, app.client("bert@example.com").await);
        let carl = app.client("carl@example.com").await;
        for sql in [
            "INSERT INTO setting (key, value) VALUES ('company', '{\"name\": \"Harbour\", \"time_zone\": \"Europe/Vienna\"}')",
            "UPDATE client SET country = 'DE', first_name = 'Bert', last_name = 'Brecht' WHERE email = 'bert@example.com'",
            "UPDATE client SET country = 'US', first_name = 'Carl', currency = 'USD' WHERE email = 'carl@example.com'",
            "INSERT INTO product_group (name) VALUES ('Hosting')",
            "INSERT INTO product (group_id, name, slug) VALUES (1, 'Web', 'web')",
            "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (1, 'EUR', 1, 1000), (1, 'USD', 1, 1000)",
            "INSERT INTO tld (name, plugin_id) VALUES ('com', 'names')",
            "INSERT INTO service (client_id, product_id, label, cycle_id, price_id, currency, amount, anchor)
             SELECT id, 1, 'site', 0, 1, currency, 1000, '2025-01-01' FROM client ORDER BY id",
            "INSERT INTO domain (client_id, name, tld_id, plugin_id, kind, years, currency, amount)
             SELECT id, 'ada.com', 1, 'names', 'register', 1, 'EUR', 1000 FROM client WHERE email = 'ada@example.com'",
        ] {
            sqlx::query(sql).execute(app.pool()).await.unwrap();
        }
        let admin = app.admin().await;
        Self { app, admin, ada, bert, carl }
    }

    async fn tell(&self) {
        let (ada, bert, carl) = (self.ada.id, self.bert.id, self.carl.id);
        let first = self.issue("2025-01-15", ada, Currency::EUR, &[Sold::Hosting(1, 10_000)]).await;
        let paid = self.pay("2025-01-20", ada, first, ("bank", "B-1", 12_000)).await;
        self.issue("2025-01-31", bert, Currency::EUR, &[Sold::Hosting(2, 5_000)]).await;
        let half = self.issue("2025-02-10", ada, Currency::EUR, &[Sold::Com(1_000), Sold::Work(500)]).await;
        self.pay("2025-02-12", ada, half, ("card", "C-1", 1_000)).await;
        let wrong = self.issue("2025-02-11", ada, Currency::EUR, &[Sold::Work(20_000)]).await;
        let dollars = self.issue("2025-02-20", carl, Currency::USD, &[Sold::Hosting(3, 3_000)]).await;
        let more = self.pay("2025-02-21", carl, dollars, ("card", "C-2", 4_000)).await;
        self.void("2025-03-02T09:00:00Z", wrong).await;
        self.refund("2025-03-05T09:00:00Z", paid, Money::new(6_000, Currency::EUR)).await;
        self.refund("2025-03-31T22:30:00Z", more, Money::new(500, Currency::USD)).await;
    }

    fn turn(&self, to: DateTime<Utc>) {
        self.app.clock.advance(to - self.app.now());
    }
    fn at_noon(&self, on: &str) -> NaiveDate {
        self.turn(day(on).and_hms_opt(11, 0, 0).unwrap().and_utc());
        day(on)
    }

    async fn issue(&self, on: &str, client: ClientId, currency: Currency, sold: &[Sold]) -> InvoiceId {
        self.at_noon(on);
        let country: String = sqlx::query_scalar("SELECT country FROM client WHERE id = $1")
            .bind(client.get())
            .fetch_one(self.app.pool())
            .await
            .unwrap();
        let percent = TAXES.iter().find(|(code, _)| *code == country).map_or(0, |(_, percent)| *percent);
        let lines = sold.iter().map(|one| line(one, percent)).collect();
        let mut tx = self.app.begin(&self.admin).await.unwrap();
        tx.lock_client(client).await.unwrap();
        let unknown = ClientTax::unknown();
        let id = invoices::issue(&mut tx, client, None, currency, lines, &unknown).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn pay(
        &self,
        on: &str,
        client_id: ClientId,
        invoice: InvoiceId,
        (gateway, transaction_ref, amount): (&str, &str, i64),
    ) -> PaymentId {
        let received_on = self.at_noon(on);
        let currency: String = sqlx::query_scalar("SELECT currency FROM invoice WHERE id = $1")
            .bind(invoice.get())
            .fetch_one(self.app.pool())
            .await
            .unwrap();
        let payment = NewPayment {
            client_id,
            gateway,
            transaction_ref,
            currency: &currency,
            amount,
            received_on,
            note: "",
            collection_id: None,
        };
        let mut tx = self.app.begin(&self.admin).await.unwrap();
        tx.lock_client(client_id).await.unwrap();
        let id = payments::book(&mut tx, &payment, invoice).await.unwrap();
        tx.commit().await.unwrap();
        // The database's own clock does not turn.
        self.date("UPDATE allocation SET created_at = $1 WHERE payment_id = $2", self.app.now(), id.get()).await;
        id
    }

    async fn void(&self, at: &str, invoice: InvoiceId) {
        let at = at.parse().unwrap();
        self.turn(at);
        invoices::void(&self.app, &self.admin, invoice).await.unwrap();
        self.date("UPDATE invoice SET voided_at = $1 WHERE id = $2", at, invoice.get()).await;
    }

    async fn refund(&self, at: &str, payment: PaymentId, amount: Money) {
        let at = at.parse().unwrap();
        self.turn(at);
        let remote = format!("R-{payment}");
        let effect: i64 = sqlx::query_scalar(
            "INSERT INTO effect (key, kind, subject, subject_id, plugin_id, state, provider_ref, finished_at, actor)
             SELECT $1, 'payment.refund', 'payment', id, gateway, 'succeeded', $1, now(), 'test' FROM payment WHERE id = $2
             RETURNING id",
        )
        .bind(&remote)
        .bind(payment.get())
        .fetch_one(self.app.pool())
        .await
        .unwrap();
        let request = RefundRequest { remote_id: remote.clone(), amount, note: String::new() };
        let mut tx = self.app.begin(&self.admin).await.unwrap();
        payments::given_back(&mut tx, Some(effect.into()), payment, &request, &remote).await.unwrap();
        tx.commit().await.unwrap();
        self.date("UPDATE refund SET created_at = $1 WHERE payment_id = $2", at, payment.get()).await;
    }

    async fn date(&self, sql: &'static str, at: DateTime<Utc>, id: i64) {
        sqlx::query(sql).bind(at).bind(id).execute(self.app.pool()).await.unwrap();
    }

    /// The sum of the ledger's entries on accounts of these kinds.
    pub async fn ledger(&self, kinds: &[&str], currency: &str, client: Option<ClientId>) -> i64 {
        sqlx::query_scalar(
            "SELECT coalesce(sum(e.amount), 0)::bigint FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
             WHERE a.kind = ANY($1) AND a.currency = $2 AND ($3::bigint IS NULL OR a.client_id = $3)",
        )
        .bind(kinds)
        .bind(currency)
        .bind(client.map(ClientId::get))
        .fetch_one(self.app.pool())
        .await
        .unwrap()
    }
}

fn line(sold: &Sold, percent: i64) -> NewLine<'static> {
    let (kind, net, service, domain) = match *sold {
        Sold::Hosting(service, net) => ("one_time", net, Some(ServiceId(service)), None),
        Sold::Com(net) => ("domain_register", net, None, Some(DomainId(1))),
        Sold::Work(net) => ("manual", net, None, None),
    };
    let treatment = Treatment::one(Rate::from_percent(percent.into()).unwrap());
    NewLine {
        service_id: service,
        domain_id: domain,
        tax_name: if percent == 0 { "" } else { "VAT" },
        treatment,
        tax: net * percent / 100,
        ..NewLine::new(kind, "something", Money::new(net, Currency::EUR))
    }
}
