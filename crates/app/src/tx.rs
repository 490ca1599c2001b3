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
    /// Where numbers of documents come from, if nobody is to wait for them.
    numbered_apart: Option<String>,
    inner: Transaction<'static, Postgres>,
}

impl<'a> Tx<'a> {
    pub(crate) async fn begin(app: &'a App, actor: &'a Actor) -> Result<Self> {
        let (about, activities, numbered_apart) = (None, vec![], None);
        Ok(Self { app, actor, now: app.now(), about, activities, numbered_apart, inner: app.pool.begin().await? })
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
    /// The series that only this transaction sees, if it numbers documents apart.
    pub(crate) fn numbered_apart(&self) -> Option<&str> {
        self.numbered_apart.as_deref()
    }
    /// Numbers documents from a series that only this transaction sees, so that nobody waits for it; its name. For a
    /// transaction that is never committed.
    pub(crate) fn number_apart(&mut self) -> Result<String> {
        let series = format!("preview-{}", hex::encode(crate::tokens::random::<8>()?));
        self.numbered_apart = Some(series.clone());
        Ok(series)
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
        let payload = serde_json::to_value(event)?;
        let tag = self.actor.tag();
        let row = new_event(event, &payload, (&tag, &self.actor.request_id), self.now);
        Ok(events::insert(&mut self.inner, &row).await?)
    }

    /// Writes many events of one name, with few statements.
    pub async fn emit_all<E: Event>(&mut self, told: &[E]) -> Result<()> {
        let payloads: Vec<Value> = told.iter().map(serde_json::to_value).collect::<std::result::Result<_, _>>()?;
        let tag = self.actor.tag();
        let by = (tag.as_str(), self.actor.request_id.as_str());
        let rows: Vec<_> = told.iter().zip(&payloads).map(|(e, payload)| new_event(e, payload, by, self.now)).collect();
        Ok(events::insert_all(&mut self.inner, &rows).await?)
    }

    /// Adds a job; its id. If one with the same key is unfinished, that one will see what this transaction commits.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<i64> {
        Ok(innkeeper_queue::enqueue(&mut self.inner, job).await?)
    }

    /// Queues mails; the same notice about the same occasion is written once.
    pub async fn mail(&mut self, mails: &[mails::NewMail<'_>]) -> Result<()> {
        let ids = mails::insert_all(&mut self.inner, mails).await?;
        let payloads: Vec<Value> = ids.into_iter().map(|id| json!({ "mail_id": id })).collect();
        Ok(innkeeper_queue::enqueue_all(&mut self.inner, crate::jobs::SEND_MAIL, &payloads).await?)
    }

    /// Writes an audit row.
    pub async fn audit(
        &mut self,
        action: &str,
        subject: &str,
        subject_id: impl Into<i64>,
        detail: Value,
    ) -> Result<()> {
        self.audit_all(action, subject, &[(subject_id.into(), detail)]).await
    }

    /// Writes audit rows of one action on many things.
    pub async fn audit_all(&mut self, action: &str, subject: &str, things: &[(i64, Value)]) -> Result<()> {
        let who = format!("{} ({})", self.actor.tag(), self.actor.name);
        if let Some((first, _)) = things.first() {
            self.about.get_or_insert_with(|| (subject.to_owned(), *first));
        }
        let (ip, request_id) = (&self.actor.ip, &self.actor.request_id);
        let rows: Vec<_> = things
            .iter()
            .map(|(id, detail)| audit::NewAudit {
                actor: &who,
                action,
                subject,
                subject_id: Some(*id),
                detail,
                ip,
                request_id,
            })
            .collect();
        audit::insert(&mut self.inner, &rows).await?;
        self.activities.extend(things.iter().map(|(subject_id, _)| ActivityLogged {
            action: action.to_owned(),
            subject: subject.to_owned(),
            subject_id: *subject_id,
            actor: who.clone(),
            client_id: self.actor.client_id(),
            ip: self.actor.ip.clone(),
        }));
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

/// As it is written; `by`: the actor's tag and the request.
fn new_event<'e, E: Event>(
    event: &E,
    payload: &'e Value,
    (actor, request_id): (&'e str, &'e str),
    now: DateTime<Utc>,
) -> events::NewEvent<'e> {
    debug_assert!(!E::TRANSIENT, "{} is never stored: tell it", E::NAME);
    let (aggregate, aggregate_id) = event.aggregate();
    events::NewEvent { name: E::NAME, version: E::VERSION, aggregate, aggregate_id, payload, actor, request_id, now }
}
