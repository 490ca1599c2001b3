//! What Innkeeper does: one function per intention, grouped by area. Each asks for the permission it
//! needs, changes the database in one [`Tx`], and leaves outside effects to jobs.
//!
//! *How to add a use case*: a file in its area's folder, a function `(app, actor, command)`; check
//! the permission first, write through a [`Tx`], emit the hook, commit.

pub mod actor;
pub mod addons;
pub mod api_tokens;
pub mod audit;
pub mod autologin;
pub mod billable_items;
pub mod billing;
pub mod bundles;
pub mod calendar;
pub mod carts;
pub mod catalogue;
pub mod clients;
pub mod clock;
pub mod credit;
pub mod custom_fields;
pub mod daily;
pub mod dashboard;
pub mod domains;
pub mod effects;
mod error;
pub mod events;
pub mod exchange;
pub mod gates;
pub mod idempotency;
pub mod invoices;
pub mod jobs;
pub mod mail_templates;
pub mod mailer;
pub mod options;
pub mod orders;
pub mod pages;
pub mod passwords;
pub mod payments;
pub mod plan_changes;
pub mod plugin_settings;
pub mod plugins;
pub mod price_changes;
pub mod promotions;
pub mod quotes;
pub mod reports;
pub mod search;
pub mod secrets;
pub mod servers;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod signals;
pub mod slots;
pub mod staff;
pub mod system;
pub mod tasks;
pub mod tax;
#[cfg(test)]
mod testing;
pub mod tokens;
mod tx;
pub mod usage;
pub mod why;
mod zones;

use chrono::{DateTime, Utc};
use innkeeper_db::PgPool;
use innkeeper_plugin_api::Http;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::Notify;

pub use actor::{Actor, Identity};
pub use error::{AppError, Checks, FieldError, Result};
pub use tx::Tx;

use clock::Clock;
use innkeeper_mail::Transport;
use plugins::{CallLog, Lanes, LogLevels, Registry};
use secrets::Cipher;

/// A database that takes longer to say that it is there is not.
const READY_WITHIN: Duration = Duration::from_secs(3);

/// Everything the use cases need. One for a process.
pub struct App {
    pub(crate) pool: PgPool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cipher: Cipher,
    pub(crate) plugins: Registry,
    pub(crate) mail: Arc<dyn Transport>,
    pub(crate) http: Http,
    /// Who knows which VAT numbers are valid.
    pub(crate) vat_register: Arc<dyn tax::VatRegister>,
    /// The threads of each plugin.
    pub(crate) lanes: Arc<Lanes>,
    /// What plugins were asked.
    pub(crate) call_log: Arc<CallLog>,
    /// Who owns the log filter.
    pub(crate) on_levels: OnceLock<OnLevels>,
    pub(crate) options: Options,
    /// Transient events that wait to be told.
    pub(crate) signals: signals::Signals,
    /// Wake this node's workers and its event pump; other nodes poll.
    pub(crate) job_wake: Arc<Notify>,
    pub(crate) event_wake: Arc<Notify>,
    pub(crate) bus: events::Bus,
    /// Figures that were slow to count.
    pub(crate) figures: dashboard::Kept,
}

type OnLevels = Box<dyn Fn(&LogLevels) + Send + Sync>;

/// Settings of the process, from its configuration.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the site is reached, without a trailing slash.
    pub base_url: String,
    /// Longest time for one plugin call.
    pub plugin_timeout: Duration,
    /// Longest time for one delivery of an event.
    pub delivery_timeout: Duration,
    /// After this long without an answer, a request with an idempotency key may be worked on again,
    /// unless it has committed something.
    pub request_lease: Duration,
    /// Repeat a call whose outcome is unknown without asking first. Only for the control run of the
    /// crash test: it shows that the test would notice.
    pub blind_retry: bool,
    /// Where VAT numbers are asked after.
    pub vies_url: String,
    /// Where the European Central Bank publishes its exchange rates.
    pub rates_url: String,
}

impl App {
    /// Puts an application together.
    pub fn new(
        pool: PgPool,
        clock: Arc<dyn Clock>,
        cipher: Cipher,
        plugins: Registry,
        mail: Arc<dyn Transport>,
        options: Options,
    ) -> Self {
        let http = Http::new(options.plugin_timeout);
        let lanes = Arc::new(Lanes::new(&plugins, &pool, options.plugin_timeout));
        let call_log = Arc::new(CallLog::new(pool.clone(), lanes.clone()));
        Self {
            pool,
            clock,
            cipher,
            plugins,
            mail,
            vat_register: Arc::new(tax::Vies::new(http.clone(), &options.vies_url)),
            http,
            lanes,
            call_log,
            on_levels: OnceLock::new(),
            options,
            signals: Default::default(),
            job_wake: Arc::default(),
            event_wake: Arc::default(),
            bus: Default::default(),
            figures: Default::default(),
        }
    }
    /// The time, as this process sees it.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
    /// The plugins of this process.
    pub fn plugins(&self) -> &Registry {
        &self.plugins
    }
    /// The database, for the queue's workers.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
    /// Told of new jobs on this node.
    pub fn job_wake(&self) -> &Arc<Notify> {
        &self.job_wake
    }
    /// Where the site is reached.
    pub fn base_url(&self) -> &str {
        &self.options.base_url
    }
    /// How vendors know one of our things: unique over all installations, `ab12cd34-service-17`.
    pub(crate) async fn reference(&self, subject: &str, id: i64) -> Result<String> {
        let fresh = serde_json::Value::String(hex::encode(tokens::random::<4>()?));
        let stored = innkeeper_db::settings::get_or_put(&mut *self.conn().await?, "installation", &fresh).await?;
        let installation = stored.as_str().ok_or_else(|| AppError::internal("the installation id is no text"))?;
        Ok(format!("{installation}-{subject}-{id}"))
    }
    /// Whether requests can be served now: the database answers soon and takes writes.
    pub async fn ready(&self) -> Result<()> {
        let asked = async { Ok(innkeeper_db::health::writable(&mut *self.conn().await?).await?) };
        match tokio::time::timeout(READY_WITHIN, asked).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(AppError::internal("the database takes no writes")),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(AppError::internal("the database does not answer")),
        }
    }
    /// A connection for reading.
    pub(crate) async fn conn(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>> {
        Ok(self.pool.acquire().await?)
    }
    /// Opens a transaction in the name of `actor`.
    pub async fn begin<'a>(&'a self, actor: &'a Actor) -> Result<Tx<'a>> {
        Tx::begin(self, actor).await
    }
}
