//! A node: the application, put together from the configuration, and its background work.

use anyhow::{Context, Result};
use innkeeper_app::{
    App, Options,
    clock::{Clock, SystemClock},
    events::{self, Pump},
    jobs::{self, Jobs},
    plugins::Registry,
    secrets::Cipher,
    signals,
};
use innkeeper_config::{Config, MailTransport, Tls};
use innkeeper_mail::{FileTransport, LogTransport, MemoryTransport, SmtpOptions, SmtpTls, SmtpTransport, Transport};
use std::{sync::Arc, time::Duration};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{database::Database, plugins, telemetry};

/// How often a node looks for work that nobody on it announced.
const POLL: Duration = Duration::from_millis(500);

/// Puts the application together.
pub fn app(config: &Config, database: &Database) -> Result<Arc<App>> {
    app_with(config, database, plugins::registry()?, Arc::new(SystemClock), mail(config)?)
}

/// The same with other plugins, another clock and another way to send mail.
pub fn app_with(
    config: &Config,
    database: &Database,
    plugins: Registry,
    clock: Arc<dyn Clock>,
    mail: Arc<dyn Transport>,
) -> Result<Arc<App>> {
    let options = Options {
        base_url: config.base_url(),
        plugin_timeout: Duration::from_secs(45),
        delivery_timeout: Duration::from_secs(20),
        request_lease: Duration::from_secs(config.worker.lease_seconds.into()),
        blind_retry: config.worker.blind_retry,
        vies_url: config.tax.vies_url.clone(),
        rates_url: config.currencies.rates_url.clone(),
    };
    let cipher = Cipher::new(&config.key()?);
    Ok(Arc::new(App::new(database.pool.clone(), clock, cipher, plugins, mail, options)))
}

/// How mail is sent.
pub fn mail(config: &Config) -> Result<Arc<dyn Transport>> {
    let settings = &config.mail;
    Ok(match settings.transport {
        MailTransport::Memory => Arc::new(MemoryTransport::default()),
        MailTransport::Log => Arc::new(LogTransport),
        MailTransport::File => Arc::new(FileTransport::new(&settings.from, &config.mail_directory()).context("mail")?),
        MailTransport::Smtp => {
            let smtp = &settings.smtp;
            let tls = match smtp.tls {
                Tls::Starttls => SmtpTls::StartTls,
                Tls::Tls => SmtpTls::Implicit,
                Tls::None => SmtpTls::None,
            };
            let credentials =
                smtp.username.clone().zip(smtp.password.as_ref().map(|password| password.expose().to_owned()));
            let authorities = smtp
                .ca_file
                .as_ref()
                .map(|file| std::fs::read(file).with_context(|| format!("mail.smtp.ca_file: {}", file.display())));
            let authorities = authorities.transpose()?;
            let options = SmtpOptions { host: smtp.host.clone(), port: smtp.port(), tls, credentials, authorities };
            Arc::new(SmtpTransport::new(&settings.from, options).context("mail")?)
        }
    })
}

/// The background work of this node.
pub struct Background {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Background {
    /// Starts job workers, the event pump and the schedule.
    pub async fn start(app: &Arc<App>, config: &Config) -> Result<Self> {
        events::sync(app).await?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let options = innkeeper_queue::Options {
            name: format!("{}-{}", std::process::id(), hex::encode(random::<4>()?)),
            concurrency: usize::from(config.worker.concurrency),
            lease: Duration::from_secs(config.worker.lease_seconds.into()),
            poll: POLL,
        };
        let (pool, wake) = (app.pool().clone(), app.job_wake().clone());
        tasks.spawn(innkeeper_queue::run(pool, Arc::new(Jobs(app.clone())), options, wake, stop.clone()));
        tasks.spawn(Pump::new(app.clone()).run(POLL, stop.clone()));
        tasks.spawn(signals::run(app.clone(), stop.clone()));
        let (scheduler, until) = (app.clone(), stop.clone());
        tasks.spawn(async move { jobs::schedule(&scheduler, until).await });
        telemetry::follow(app);
        let (follower, until) = (app.clone(), stop.clone());
        tasks.spawn(async move { innkeeper_app::plugins::watch(&follower, until).await });
        tasks.close();
        Ok(Self { stop, tasks })
    }

    /// Starts nothing new and waits for what runs.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}

/// Random bytes of the system.
pub fn random<const BYTES: usize>() -> Result<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("the system gives no random numbers: {e}"))?;
    Ok(bytes)
}

/// Cancelled when the program is asked to end: by Ctrl-C or SIGTERM. Asked twice it ends at once, and
/// leaves what was under way to the next start.
pub fn end() -> Result<CancellationToken> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let end = CancellationToken::new();
    let told = end.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if told.is_cancelled() {
                std::process::exit(130);
            }
            told.cancel();
        }
    });
    Ok(end)
}
