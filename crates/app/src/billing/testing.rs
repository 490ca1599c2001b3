//! A small host for tests of billing.

use chrono::NaiveDate;
use innkeeper_db::{
    ledger::{self, Entry},
    payments::NewPayment,
};
use innkeeper_domain::{ClientId, InvoiceId};

use crate::{
    Actor, calendar,
    daily::{self, Mode},
    jobs, payments,
    testing::TestApp,
};

/// Numbers that look random and are the same at every run.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % sides).unwrap()
    }
}

/// A host that sells hosting for 10.00 a month, with 20 % tax in Austria.
pub(crate) struct Host {
    pub app: TestApp,
    pub admin: Actor,
    pub today: NaiveDate,
}

impl Host {
    pub async fn open() -> Self {
        Self::over(TestApp::new().await).await
    }
    /// The same with the plugins of `app`.
    pub async fn over(app: TestApp) -> Self {
        for sql in [
            "INSERT INTO product_group (name) VALUES ('Hosting')",
            "INSERT INTO product (group_id, name, slug) VALUES (1, 'Web', 'web')",
            "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (1, 'EUR', 1, 1000), (1, 'EUR', 12, 10000)",
            "INSERT INTO tax_rule (country, name, rate) VALUES ('AT', 'VAT', 0.2)",
            "INSERT INTO setting (key, value) VALUES ('company', '{\"name\": \"Harbour\", \"time_zone\": \"Europe/Vienna\"}')",
        ] {
            sqlx::query(sql).execute(app.pool()).await.unwrap();
        }
        let admin = app.admin().await;
        let today = calendar::today(&app).await.unwrap();
        Self { app, admin, today }
    }
    /// An active service that is invoiced and paid up to its anchor.
    pub async fn service(&self, client: ClientId, cycle: i64, anchor: NaiveDate) -> i64 {
        sqlx::query_scalar(
            "INSERT INTO service (client_id, product_id, state, label, cycle_id, price_id, currency, amount, anchor, billed_through)
             SELECT $1, 1, 'active', 'site.example', $2, id, 'EUR', amount, $3, $3 FROM price
             WHERE product_id = 1 AND cycle_id = $2 RETURNING id",
        )
        .bind(client.get())
        .bind(cycle)
        .bind(anchor)
        .fetch_one(self.app.pool())
        .await
        .unwrap()
    }
    pub async fn run(&self, task: &str) -> daily::Counts {
        let today = calendar::today(&self.app).await.unwrap();
        daily::run(&self.app, &self.admin, task, today, Mode::Real).await.unwrap()
    }
    pub async fn rows<T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin>(
        &self,
        sql: &str,
    ) -> Vec<T> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_all(self.app.pool()).await.unwrap()
    }
    pub async fn holds(&self) {
        jobs::drain(&self.app.app).await.unwrap();
        let broken: Vec<String> = sqlx::query_scalar("SELECT rule || ': ' || detail FROM violations($1)")
            .bind(self.app.now())
            .fetch_all(self.app.pool())
            .await
            .unwrap();
        assert_eq!(broken, Vec::<String>::new());
    }
    pub async fn pay(&self, invoice: i64) {
        let total = self.rows::<i64>(&format!("SELECT total FROM invoice WHERE id = {invoice}")).await[0];
        self.pay_part(invoice, total).await;
    }
    pub async fn pay_part(&self, invoice: i64, amount: i64) {
        let client = self.rows::<i64>(&format!("SELECT client_id FROM invoice WHERE id = {invoice}")).await[0];
        let mut tx = self.app.begin(&self.admin).await.unwrap();
        tx.lock_client(ClientId(client)).await.unwrap();
        let reference = format!("for {invoice}");
        let payment = payment(ClientId(client), &reference, amount, self.today);
        payments::book(&mut tx, &payment, InvoiceId(invoice)).await.unwrap();
        tx.commit().await.unwrap();
    }
    /// Pays all that is owed.
    pub async fn pay_all(&self) {
        for invoice in self.rows("SELECT id FROM invoice WHERE state = 'unpaid' ORDER BY id").await {
            self.pay(invoice).await;
        }
    }
    /// Money arrives for nothing in particular: it stays as credit.
    pub async fn credit(&self, client: ClientId, reference: &str, amount: i64) {
        let mut tx = self.app.begin(&self.admin).await.unwrap();
        let new = payment(client, reference, amount, self.today);
        let id = innkeeper_db::payments::insert(tx.conn(), &new).await.unwrap();
        let entries = [
            Entry { account: "cash", client: None, amount },
            Entry { account: "client_credit", client: Some(client), amount: -amount },
        ];
        ledger::post(tx.conn(), &format!("payment:{id}"), "EUR", &entries).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn payment(client_id: ClientId, transaction_ref: &str, amount: i64, received_on: NaiveDate) -> NewPayment<'_> {
    let (gateway, currency) = ("test", "EUR");
    NewPayment { client_id, gateway, transaction_ref, currency, amount, received_on, note: "", collection_id: None }
}
