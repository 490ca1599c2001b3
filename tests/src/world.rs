//! A small host in one process: the application core, the four plugins, both vendors, a webhook receiver.

use chrono::{DateTime, Utc};
use innkeeper_app::{
    Actor, App, Identity, Options,
    actor::CLIENT_PERMISSIONS,
    carts::{self, AddDomain, AddProduct},
    clock::Clock,
    events, jobs, orders,
    payments::{self, RecordPayment},
    plugins::{Registry, seal},
    secrets::Cipher,
};
use innkeeper_db::PgPool;
use innkeeper_domain::{
    CartItemId, ClientId, Currency, CycleId, InvoiceId, Money, OrderId, PaymentId, Permission, ProductId, UserId,
};
use innkeeper_mail::MemoryTransport;
use innkeeper_simulators::chaos::ChaosSettings;
use innkeeper_simulators::{dondominio, kerio, receiver};
use innkeeper_testkit::TestDb;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// A clock that stands still until it is set.
pub struct HandClock(Mutex<DateTime<Utc>>);

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// The small host.
pub struct World {
    pub app: Arc<App>,
    pub kerio: kerio::Simulator,
    pub dondominio: dondominio::Simulator,
    pub webhooks: receiver::Receiver,
    pub mail: Arc<MemoryTransport>,
    pub product: ProductId,
    db: TestDb,
}

/// A client who can log in.
#[derive(Clone)]
pub struct Buyer {
    pub client: ClientId,
    pub actor: Actor,
}

fn cipher() -> Cipher {
    Cipher::new(&[42; 32])
}

fn registry() -> Registry {
    Registry::new([
        innkeeper_server_kerio::plugin(),
        innkeeper_registrar_dondominio::plugin(),
        innkeeper_gateway_offline::plugin(),
        innkeeper_snapin_webhooks::plugin(),
    ])
    .unwrap()
}

impl World {
    /// Opens the host, whose vendors answer.
    pub async fn open() -> Self {
        Self::open_with(ChaosSettings::default()).await
    }

    /// Opens the host, whose vendors misbehave.
    pub async fn open_with(chaos: ChaosSettings) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let db = TestDb::new().await;
        let options = kerio::Options { chaos: chaos.clone(), ..kerio::Options::default() };
        let kerio = kerio::Simulator::start(options).await.unwrap();
        let options = dondominio::Options {
            chaos: chaos.clone(),
            max_connections: 100,
            balance: 100_000_000,
            ..dondominio::Options::default()
        };
        let dondominio = dondominio::Simulator::start(options).await.unwrap();
        let options = receiver::Options { chaos, ..receiver::Options::default() };
        let webhooks = receiver::Receiver::start(options).await.unwrap();
        let mail = Arc::new(MemoryTransport::default());
        let app = Self::app_on(db.pool().clone(), mail.clone());
        let mut world = Self { app, kerio, dondominio, webhooks, mail, product: ProductId(0), db };
        world.furnish().await;
        events::sync(&world.app).await.unwrap();
        world
    }

    fn app_on(pool: PgPool, mail: Arc<MemoryTransport>) -> Arc<App> {
        let options = Options {
            base_url: "http://localhost".into(),
            plugin_timeout: Duration::from_secs(20),
            delivery_timeout: Duration::from_secs(10),
            request_lease: Duration::from_secs(60),
            blind_retry: false,
            vies_url: "http://127.0.0.1:9/vies".to_owned(),
            rates_url: "http://127.0.0.1:9/rates".to_owned(),
        };
        let clock = Arc::new(HandClock(Mutex::new(Utc::now())));
        Arc::new(App::new(pool, clock, cipher(), registry(), mail, options))
    }

    /// A second node over the same database.
    pub fn another_node(&self) -> Arc<App> {
        Self::app_on(self.pool().clone(), self.mail.clone())
    }

    /// Where the database is.
    pub fn database_url(&self) -> String {
        self.db.url().to_owned()
    }

    /// Sells a second product, made by the naive vendor at `url`.
    pub async fn sell_naive(&self, url: &str) {
        sqlx::query("INSERT INTO server (group_id, name, plugin_id, settings) VALUES (1, 'naive', 'server-naive', $1)")
            .bind(json!({"url": url}))
            .execute(self.pool())
            .await
            .unwrap();
        self.run(
            "INSERT INTO product (group_id, name, slug, plugin_id, server_group_id) VALUES (1, 'Naive', 'naive', 'server-naive', 1)",
        )
        .await;
        self.run("INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (2, 'EUR', 1, 100)").await;
    }

    /// A staff token of the REST API with every scope.
    pub async fn api_token(&self) -> String {
        let (token, hash) = innkeeper_app::tokens::fresh("ink_").unwrap();
        let all: Vec<String> = Permission::ALL.iter().map(ToString::to_string).collect();
        sqlx::query(
            "WITH r AS (INSERT INTO role (name, permissions) VALUES ('All', $1) RETURNING id),
             s AS (INSERT INTO staff (email, name, password_hash, role_id) SELECT 'staff@example.net', 'Staff', 'x', id FROM r RETURNING id)
             INSERT INTO api_token (name, token_hash, staff_id, scopes) SELECT 'test', $2, id, $1 FROM s",
        )
        .bind(all)
        .bind(hash)
        .execute(self.pool())
        .await
        .unwrap();
        token
    }

    pub fn pool(&self) -> &PgPool {
        self.db.pool()
    }

    async fn furnish(&mut self) {
        self.run("INSERT INTO currency (code, is_default) VALUES ('EUR', true)").await;
        self.run("INSERT INTO tax_rule (country, name, rate) VALUES ('ES', 'IVA', 0.21)").await;
        let endpoint = json!({"name": "main", "url": self.webhooks.url(), "secret": self.webhooks.secret()});
        self.plugin("snapin-webhooks", json!({"endpoints": [endpoint], "allow_private": true})).await;
        let registrar = json!({"api_user": dondominio::Options::default().apiuser,
            "api_key": dondominio::Options::default().apipasswd, "endpoint": self.dondominio.base_url()});
        self.plugin("registrar-dondominio", registrar).await;
        let bank = json!({"account_holder": "Example Hosting", "iban": "ES9121000418450200051332"});
        self.plugin("gateway-offline", bank).await;
        self.run("INSERT INTO server_group (name) VALUES ('Mail')").await;
        let server = json!({"host": "127.0.0.1", "port": self.kerio.addr().port(), "user": kerio::Options::default().admin_user,
            "password": kerio::Options::default().admin_password, "tls": "pinned", "certificate": self.kerio.certificate_pem()});
        let schemas = &self.app.plugins().get("server-kerio").unwrap().manifest.schemas;
        let sealed = seal(&cipher(), schemas.instance.as_ref().unwrap().as_value(), server, &Value::Null).unwrap();
        sqlx::query("INSERT INTO server (group_id, name, plugin_id, settings, capacity) VALUES (1, 'mail1', 'server-kerio', $1, 1000)")
            .bind(sealed)
            .execute(self.pool())
            .await
            .unwrap();
        self.run("INSERT INTO product_group (name) VALUES ('Mail')").await;
        self.run(
            "INSERT INTO product (group_id, name, slug, plugin_id, server_group_id, settings)
             VALUES (1, 'Mailbox', 'mailbox', 'server-kerio', 1, '{\"domain\": \"example.org\", \"quota_mb\": 5120}')",
        )
        .await;
        self.run("INSERT INTO price (product_id, currency, cycle_id, amount, setup) VALUES (1, 'EUR', 1, 500, 900)")
            .await;
        self.run(
            "INSERT INTO tld (name, plugin_id) VALUES ('com', 'registrar-dondominio'), ('es', 'registrar-dondominio')",
        )
        .await;
        self.run("INSERT INTO tld_price (tld_id, currency, register, renew, transfer) SELECT id, 'EUR', 1200, 1400, 1000 FROM tld").await;
        self.product = ProductId(1);
    }

    /// Runs a statement of set-up.
    pub async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(self.pool()).await.unwrap();
    }

    async fn plugin(&self, id: &str, settings: Value) {
        let schemas = &self.app.plugins().get(id).unwrap().manifest.schemas;
        let sealed = seal(&cipher(), schemas.plugin.as_ref().unwrap().as_value(), settings, &Value::Null).unwrap();
        sqlx::query("INSERT INTO plugin (id, settings) VALUES ($1, $2)")
            .bind(id)
            .bind(sealed)
            .execute(self.pool())
            .await
            .unwrap();
    }

    /// A client in Spain with a login.
    pub async fn buyer(&self, name: &str) -> Buyer {
        let email = format!("{name}@example.net");
        let client: i64 = sqlx::query_scalar(
            "INSERT INTO client (first_name, last_name, email, phone, address1, city, region, postcode, country, tax_number, currency)
             VALUES ($1, 'Lovelace', $2, '+34.600111222', 'Calle Mayor 1', 'Madrid', 'Madrid', '28001', 'ES', '12345678Z', 'EUR')
             RETURNING id",
        )
        .bind(name)
        .bind(&email)
        .fetch_one(self.pool())
        .await
        .unwrap();
        let user: i64 =
            sqlx::query_scalar("INSERT INTO user_account (email, password_hash) VALUES ($1, 'x') RETURNING id")
                .bind(&email)
                .fetch_one(self.pool())
                .await
                .unwrap();
        let identity = Identity::Client { client_id: ClientId(client), user_id: Some(UserId(user)) };
        let permissions = CLIENT_PERMISSIONS.into_iter().collect();
        let actor =
            Actor { identity, name: name.into(), permissions, ip: "192.0.2.1".into(), request_id: "test".into() };
        Buyer { client: ClientId(client), actor }
    }

    /// Orders a mailbox and a domain.
    pub async fn order(&self, buyer: &Buyer, mailbox: &str, domain: &str) -> OrderId {
        let cart = self.cart(buyer, mailbox, domain).await;
        orders::checkout(&self.app, &buyer.actor, &cart).await.unwrap()
    }

    /// Puts a mailbox and a domain into a cart.
    pub async fn cart(&self, buyer: &Buyer, mailbox: &str, domain: &str) -> String {
        let token = carts::create(&self.app, &buyer.actor, None).await.unwrap();
        self.add_mailbox(buyer, &token, mailbox, &[]).await.unwrap();
        let add =
            AddDomain { name: domain.into(), years: 1, transfer: false, auth_code: None, answers: Default::default() };
        carts::add_domain(&self.app, &buyer.actor, &token, add).await.unwrap();
        token
    }

    /// Puts a mailbox into a cart, with answers to the host's own questions.
    pub async fn add_mailbox(
        &self,
        buyer: &Buyer,
        token: &str,
        mailbox: &str,
        custom: &[(&str, &str)],
    ) -> innkeeper_app::Result<CartItemId> {
        let answers =
            [("mailbox", mailbox), ("first_name", "Ada"), ("last_name", "King"), ("password", "Tr4velling-Owl")];
        let fields: BTreeMap<String, String> = answers.map(|(k, v)| (k.into(), v.into())).into();
        let custom_fields = custom.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let options = BTreeMap::new();
        let product_id = self.product;
        let add = AddProduct { parent: None, product_id, cycle_id: CycleId(1), fields, custom_fields, options };
        carts::add_product(&self.app, &buyer.actor, token, add).await
    }

    /// The invoice of an order.
    pub async fn invoice(&self, order: OrderId) -> InvoiceId {
        let staff = Actor::system("test");
        InvoiceId(orders::get(&self.app, &staff, order).await.unwrap().invoice_id.unwrap())
    }

    /// Staff record a transfer over the whole of an invoice.
    pub async fn pay(&self, invoice: InvoiceId, reference: &str) -> innkeeper_app::Result<PaymentId> {
        let total: i64 = sqlx::query_scalar("SELECT total FROM invoice WHERE id = $1")
            .bind(invoice.get())
            .fetch_one(self.pool())
            .await
            .unwrap();
        let command = RecordPayment {
            purpose: invoice.into(),
            gateway: "gateway-offline".into(),
            transaction_ref: reference.into(),
            amount: Money::new(total, Currency::EUR),
            received_on: Utc::now().date_naive(),
            note: String::new(),
        };
        payments::record(&self.app, &Actor::system("test"), command).await
    }

    /// Lets every due job and delivery run.
    pub async fn drain(&self) {
        jobs::drain(&self.app).await.unwrap();
    }

    /// Makes everything that waits for a later time due now.
    pub async fn hurry(&self) {
        self.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
        // What a node is at work on needs no hurry, and waiting for its locks in another order would stop both.
        self.run(
            "UPDATE delivery SET run_at = now() WHERE id IN
                 (SELECT id FROM delivery WHERE state = 'pending' AND run_at IS NOT NULL FOR UPDATE SKIP LOCKED)",
        )
        .await;
        self.run("UPDATE subscriber SET retry_at = now() WHERE retry_at IS NOT NULL").await;
    }

    /// Broken rules. Should be none.
    pub async fn violations(&self) -> Vec<String> {
        let found = innkeeper_app::audit::violations(&self.app, &Actor::system("test")).await.unwrap();
        found.into_iter().map(|v| format!("{}: {}", v.rule, v.detail)).collect()
    }

    /// The state of something.
    pub async fn state(&self, sql: &'static str) -> Vec<String> {
        sqlx::query_scalar(sql).fetch_all(self.pool()).await.unwrap()
    }
}
