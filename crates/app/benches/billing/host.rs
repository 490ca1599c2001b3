//! A host of a given size whose services are all due today.

use chrono::Utc;
use innkeeper_app::{
    Actor, App, Options, audit, calendar,
    clock::SystemClock,
    daily::{self, Mode},
    plugins::Registry,
    secrets::Cipher,
};
use innkeeper_db::PgPool;
use innkeeper_mail::MemoryTransport;
use innkeeper_testkit::TestDb;
use std::{sync::Arc, time::Duration};

pub struct Host {
    app: Arc<App>,
    db: TestDb,
}

impl Host {
    pub async fn open(services: u32) -> Self {
        let db = TestDb::new().await;
        let options = Options {
            base_url: "https://host.example".into(),
            plugin_timeout: Duration::from_secs(5),
            delivery_timeout: Duration::from_secs(5),
            request_lease: Duration::from_secs(60),
            blind_retry: false,
            vies_url: "http://127.0.0.1:9/vies".to_owned(),
            rates_url: "http://127.0.0.1:9/rates".to_owned(),
        };
        let mail = Arc::new(MemoryTransport::default());
        let app = Arc::new(App::new(
            db.pool().clone(),
            Arc::new(SystemClock),
            Cipher::new(&[7; 32]),
            Registry::default(),
            mail,
            options,
        ));
        let host = Self { app, db };
        host.fill(services).await;
        host
    }

    pub fn pool(&self) -> &PgPool {
        self.db.pool()
    }

    async fn fill(&self, services: u32) {
        for sql in [
            "INSERT INTO currency (code, is_default) VALUES ('EUR', true)",
            "INSERT INTO product_group (name) VALUES ('Hosting')",
            "INSERT INTO product (group_id, name, slug) VALUES (1, 'Web', 'web')",
            "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (1, 'EUR', 1, 1000)",
            "INSERT INTO tax_rule (country, name, rate) VALUES ('AT', 'VAT', 0.2)",
            "INSERT INTO setting (key, value) VALUES ('company', '{\"name\": \"Harbour\", \"address\": \"Quay 1\\n1010 Vienna\", \"country\": \"AT\"}')",
        ] {
            sqlx::query(sql).execute(self.pool()).await.unwrap();
        }
        sqlx::query(
            "INSERT INTO client (first_name, last_name, email, address1, city, postcode, country, currency)
             SELECT 'Ada', 'Client ' || n, 'ada' || n || '@example.com', 'Main Street ' || n, 'Vienna', '1010', 'AT', 'EUR'
             FROM generate_series(1, $1::int) n",
        )
        .bind(i32::try_from(services).unwrap())
        .execute(self.pool())
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO service (client_id, product_id, state, label, cycle_id, price_id, currency, amount, anchor, billed_through)
             SELECT id, 1, 'active', 'site' || id || '.example', 1, 1, 'EUR', 1000, $1, $1 FROM client",
        )
        .bind(Utc::now().date_naive())
        .execute(self.pool())
        .await
        .unwrap();
        sqlx::query("VACUUM ANALYZE").execute(self.pool()).await.unwrap();
    }

    /// The daily run; how many invoices it made.
    pub async fn run(&self) -> i64 {
        let today = calendar::today(&self.app).await.unwrap();
        let actor = Actor::system("bench");
        let counts = daily::run(&self.app, &actor, "invoices", today, Mode::Real).await.unwrap();
        counts.get("invoices").copied().unwrap_or_default()
    }

    /// The self-audit finds nothing.
    pub async fn check(&self) {
        let broken = audit::violations(&self.app, &Actor::system("bench")).await.unwrap();
        assert!(broken.is_empty(), "{broken:?}");
    }
}
