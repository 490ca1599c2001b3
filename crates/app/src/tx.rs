//! A transaction in somebody's name: state, events, jobs, mail and audit rows commit together or not at all.

use chrono::{DateTime, Utc};
use innkeeper_db::{PgConnection, audit, events, mails};
use innkeeper_domain::{ClientId, EventId};
use innkeeper_hooks::{Event, payloads::ActivityLogged};
use innkeeper_queue::NewJob;
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use crate::{Actor, App, Result};

/// An open transaction. Dropped without [`Tx::commit`] it changes nothing.
#[must_use = "a transaction that is not committed changes nothing"]
pub struct Tx<'a> {
    app: &'a App,
    actor: &'a Actor,
    now: DateTime<Utc>,
    /// What the first audit row is about.
    about: Option<(String, i64)>,
    /// Audit rows that are told of after commit.
    activities: Vec<ActivityLogged>,
    inner: Transaction<'static, Postgres>,
}

impl<'a> Tx<'a> {
    pub(crate) async fn begin(app: &'a App, actor: &'a Actor) -> Result<Self> {
        Ok(Self { app, actor, now: app.now(), about: None, activities: vec![], inner: app.pool.begin().await? })
    }
    /// The connection, for statements of `db`.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
    /// The application it belongs to.
    pub(crate) fn app(&self) -> &'a App {
        self.app
    }
    /// The time of this transaction.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }
    /// Who acts.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// Takes the lock of a client until commit: everything that touches its balance holds it.
    pub async fn lock_client(&mut self, client: ClientId) -> Result<()> {
        Ok(innkeeper_db::locks::client(&mut self.inner, client).await?)
    }

    /// Writes an event of the catalogue.
    pub async fn emit<E: Event>(&mut self, event: &E) -> Result<EventId> {
        debug_assert!(!E::TRANSIENT, "{} is never stored: tell it", E::NAME);
        let payload = serde_json::to_value(event)?;
        let (aggregate, aggregate_id) = event.aggregate();
        let row = events::NewEvent {
            name: E::NAME,
            version: E::VERSION,
            aggregate,
            aggregate_id,
            payload: &payload,
            actor: &self.actor.tag(),
            request_id: &self.actor.request_id,
            now: self.now,
        };
        Ok(events::insert(&mut self.inner, &row).await?)
    }

    /// Adds a job; its id. If one with the same key is unfinished, that one will see what this transaction commits.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<i64> {
        Ok(innkeeper_queue::enqueue(&mut self.inner, job).await?)
    }

    /// Queues a mail; the same notice about the same occasion is written once.
    pub async fn mail(&mut self, mail: &mails::NewMail<'_>) -> Result<()> {
        if let Some(id) = mails::insert(&mut self.inner, mail).await? {
            self.enqueue(&NewJob::new(crate::jobs::SEND_MAIL, json!({ "mail_id": id }))).await?;
        }
        Ok(())
    }

    /// Writes an audit row.
    pub async fn audit(
        &mut self,
        action: &str,
        subject: &str,
        subject_id: impl Into<i64>,
        detail: Value,
    ) -> Result<()> {
        let subject_id = subject_id.into();
        self.about.get_or_insert_with(|| (subject.to_owned(), subject_id));
        let row = audit::NewAudit {
            actor: &format!("{} ({})", self.actor.tag(), self.actor.name),
            action,
            subject,
            subject_id: Some(subject_id),
            detail: &detail,
            ip: &self.actor.ip,
            request_id: &self.actor.request_id,
        };
        audit::insert(&mut self.inner, &row).await?;
        self.activities.push(ActivityLogged {
            action: action.to_owned(),
            subject: subject.to_owned(),
            subject_id,
            actor: row.actor.to_owned(),
            client_id: self.actor.client_id(),
            ip: self.actor.ip.clone(),
        });
        Ok(())
    }

    /// Commits and wakes the workers. Work on a request with an idempotency key marks the key in the
    /// same transaction.
    pub async fn commit(mut self) -> Result<()> {
        let about = self.about.as_ref().map(|(kind, id)| (kind.as_str(), *id));
        crate::idempotency::mark(&mut self.inner, about, self.now).await?;
        self.inner.commit().await?;
        self.app.job_wake.notify_one();
        self.app.event_wake.notify_one();
        for activity in &self.activities {
            self.app.tell(activity);
        }
        Ok(())
    }
}
