//! An application for tests: a database of its own, a clock that can be turned, mail in memory.

use chrono::{DateTime, TimeDelta, Utc};
use innkeeper_db::{PgPool, users};
use innkeeper_domain::{ClientId, Permission, StaffId, UserId};
use innkeeper_mail::{MemoryTransport, Transport};
use innkeeper_testkit::TestDb;
use std::{
    ops::Deref,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    Actor, App, Identity, Options, actor::CLIENT_PERMISSIONS, clock::Clock, passwords, plugins::Registry,
    secrets::Cipher,
};

/// The password of every account made here.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Where nobody answers.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A clock that stands still until it is turned.
pub(crate) struct HandClock(Mutex<DateTime<Utc>>);

impl HandClock {
    /// Turns it on.
    pub(crate) fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}
impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// An application over a fresh database with the currencies EUR (default) and USD. Gone when dropped.
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) mail: Arc<MemoryTransport>,
    _db: TestDb,
}

impl Deref for TestApp {
    type Target = App;
    fn deref(&self) -> &App {
        &self.app
    }
}

impl TestApp {
    /// Without plugins.
    pub(crate) async fn new() -> Self {
        Self::with(Registry::default()).await
    }
    /// With these plugins.
    pub(crate) async fn with(plugins: Registry) -> Self {
        let mail = Arc::new(MemoryTransport::default());
        Self::over(plugins, mail.clone(), mail).await
    }
    /// With another way to send mail.
    pub(crate) async fn sending(transport: Arc<dyn Transport>) -> Self {
        Self::over(Registry::default(), Arc::default(), transport).await
    }
    async fn over(plugins: Registry, mail: Arc<MemoryTransport>, transport: Arc<dyn Transport>) -> Self {
        let db = TestDb::new().await;
        sqlx::query("INSERT INTO currency (code, is_default) VALUES ('EUR', true), ('USD', false)")
            .execute(db.pool())
            .await
            .unwrap();
        let clock = Arc::new(HandClock(Mutex::new(Utc::now())));
        let app = node(db.pool().clone(), clock.clone(), plugins, transport, NOWHERE);
        Self { app, clock, mail, _db: db }
    }
    /// A second node over the same database.
    pub(crate) fn another_node(&self, plugins: Registry) -> Arc<App> {
        node(self.pool().clone(), self.clock.clone(), plugins, self.mail.clone(), NOWHERE)
    }
    /// A second node that asks `outside` after VAT numbers and exchange rates.
    pub(crate) fn asking(&self, outside: &str) -> Arc<App> {
        node(self.pool().clone(), self.clock.clone(), Registry::default(), self.mail.clone(), outside)
    }
    /// The database, for statements of a test.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.app.pool
    }
    /// A member of staff with these permissions, in a role of its own.
    pub(crate) async fn staff(&self, email: &str, permissions: &[Permission]) -> Actor {
        let words: Vec<String> = permissions.iter().map(ToString::to_string).collect();
        let mut conn = self.app.conn().await.unwrap();
        let role = innkeeper_db::staff::insert_role(&mut conn, email, &words).await.unwrap().unwrap();
        let hash = passwords::hash(PASSWORD).await.unwrap();
        let id = innkeeper_db::staff::insert(&mut conn, email, "Staff", &hash, role).await.unwrap().unwrap();
        actor(Identity::Staff(id), email, permissions)
    }
    /// A member of staff who may do everything.
    pub(crate) async fn admin(&self) -> Actor {
        self.staff("admin@host.example", Permission::ALL).await
    }
    /// An active client with one login (of the same address, with [`PASSWORD`]).
    pub(crate) async fn client(&self, email: &str) -> TestClient {
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO client (first_name, last_name, email, address1, city, postcode, country, currency)
             VALUES ('Ada', 'Lovelace', $1, 'Main Street 1', 'Vienna', '1010', 'AT', 'EUR') RETURNING id",
        )
        .bind(email)
        .fetch_one(self.pool())
        .await
        .unwrap();
        let hash = passwords::hash(PASSWORD).await.unwrap();
        let mut conn = self.app.conn().await.unwrap();
        let user_id = users::insert(&mut conn, email, &hash).await.unwrap().unwrap();
        users::link(&mut conn, ClientId(id), user_id, true).await.unwrap();
        let identity = Identity::Client { client_id: ClientId(id), user_id: Some(user_id) };
        TestClient { id: ClientId(id), user_id, actor: actor(identity, email, &CLIENT_PERMISSIONS) }
    }
    /// Somebody not logged in, from an address.
    pub(crate) fn visitor(&self, ip: &str) -> Actor {
        Actor::visitor(ip.to_owned(), "request-1".to_owned())
    }
}

fn node(pool: PgPool, clock: Arc<HandClock>, plugins: Registry, mail: Arc<dyn Transport>, outside: &str) -> Arc<App> {
    // The program does so when it starts.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options {
        base_url: "https://host.example".into(),
        plugin_timeout: Duration::from_secs(5),
        delivery_timeout: Duration::from_secs(5),
        request_lease: Duration::from_secs(60),
        blind_retry: false,
        vies_url: outside.to_owned(),
        rates_url: outside.to_owned(),
    };
    Arc::new(App::new(pool, clock, Cipher::new(&[7; 32]), plugins, mail, options))
}

/// A client and its login.
pub(crate) struct TestClient {
    pub(crate) id: ClientId,
    pub(crate) user_id: UserId,
    pub(crate) actor: Actor,
}

fn actor(identity: Identity, name: &str, permissions: &[Permission]) -> Actor {
    Actor {
        identity,
        name: name.to_owned(),
        permissions: permissions.iter().copied().collect(),
        ip: "192.0.2.1".into(),
        request_id: "request-1".into(),
    }
}

/// The staff id of an actor.
pub(crate) fn staff_id(actor: &Actor) -> StaffId {
    match actor.identity {
        Identity::Staff(id) => id,
        _ => panic!("not a member of staff"),
    }
}
