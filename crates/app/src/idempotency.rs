//! The same request twice is one effect: a key given by the caller names it.
//!
//! A request first claims its key (insert, or nothing if it is known) under a lease. While it works,
//! every [`Tx`](crate::Tx) that commits marks the key **in its own transaction**, and only if the
//! attempt still holds it. So the record and the work commit together: after a crash the key is either
//! unmarked, and once the lease has run out the next repeat does the work; or it is marked, and no repeat
//! ever does it again, though its answer may be lost. An attempt that sleeps past its lease and wakes
//! cannot commit any more. A refusal that changed nothing gives the key back. Calls to plugins that a use
//! case makes outside a transaction are not covered; such use cases set absolute states.

use chrono::{DateTime, Utc};
use innkeeper_db::{
    PgConnection,
    idempotency::{self, Key, StoredAnswer},
};
use std::{future::Future, sync::Arc};

use crate::{Actor, App, AppError, Result};

tokio::task_local! {
    /// The claim on behalf of which this task works.
    static CLAIM: Claim;
}

/// The right to work on a request.
#[derive(Clone, Debug)]
pub struct Claim(Arc<Held>);

#[derive(Debug)]
struct Held {
    actor: String,
    key: String,
    attempt: i32,
}

/// What was answered the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The address of what was made.
    pub location: Option<String>,
    /// The text of the answer.
    pub body: String,
}

/// What the work of a request made or changed: what its audit row names first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The kind of thing, such as `client`.
    pub kind: String,
    /// Its id.
    pub id: i64,
}

/// What to do with a request.
#[derive(Debug)]
pub enum Start {
    /// Work on it, then [`Claim::finish`].
    Work(Claim),
    /// Answer the same again.
    Replay(Answer),
    /// The same key with another request.
    Different,
    /// Somebody works on it right now.
    Busy,
    /// It was done, but the process ended before its answer was kept.
    AnswerLost(Option<Made>),
}

/// Claims `key` for a request of `actor`. `request` is its digest.
pub async fn start(app: &App, actor: &Actor, key: &str, request: &str) -> Result<Start> {
    let actor = actor.tag();
    let id = Key { actor: &actor, key };
    let (now, sealed) = (app.now(), app.cipher.seal(request)?);
    let mut conn = app.conn().await?;
    let until = now + app.options.request_lease;
    let claim = |attempt| Start::Work(Claim(Arc::new(Held { actor: actor.clone(), key: key.to_owned(), attempt })));
    if let Some(attempt) = idempotency::claim(&mut conn, id, &sealed, now, until).await? {
        return Ok(claim(attempt));
    }
    // Given back between the two statements: the caller tries again.
    let Some(known) = idempotency::get(&mut conn, id).await? else { return Ok(Start::Busy) };
    if app.cipher.open(&known.request_sealed)? != request {
        return Ok(Start::Different);
    }
    if let (Some(status), Some(answer)) = (known.status, known.answer_sealed) {
        let status = u16::try_from(status).map_err(AppError::internal)?;
        let body = app.cipher.open(&answer)?;
        return Ok(Start::Replay(Answer { status, location: known.location, body }));
    }
    if known.leased_until > now {
        return Ok(Start::Busy);
    }
    if known.committed_at.is_some() {
        let made = known.made_kind.zip(known.made_id).map(|(kind, id)| Made { kind, id });
        return Ok(Start::AnswerLost(made));
    }
    let attempt = idempotency::take_over(&mut conn, id, now, until).await?;
    Ok(attempt.map_or(Start::Busy, claim))
}

impl Claim {
    /// Runs `work`; what it commits is marked with the key.
    pub async fn run<F: Future>(&self, work: F) -> F::Output {
        CLAIM.scope(self.clone(), work).await
    }

    /// Keeps an answer for repeats. `changed_nothing`: a refusal; if nothing was committed, the key is given back.
    pub async fn finish(self, app: &App, answer: &Answer, changed_nothing: bool) -> Result<()> {
        let id = self.id();
        let mut conn = app.conn().await?;
        if changed_nothing && idempotency::release(&mut conn, id, self.0.attempt).await? {
            return Ok(());
        }
        let sealed = app.cipher.seal(&answer.body)?;
        let stored = StoredAnswer {
            status: i32::from(answer.status),
            location: answer.location.as_deref(),
            answer_sealed: &sealed,
        };
        Ok(idempotency::finish(&mut conn, id, self.0.attempt, &stored).await?)
    }

    fn id(&self) -> Key<'_> {
        Key { actor: &self.0.actor, key: &self.0.key }
    }
}

/// Marks the key on behalf of which this task works, if there is one. Fails if another attempt took it over.
pub(crate) async fn mark(conn: &mut PgConnection, made: Option<(&str, i64)>, now: DateTime<Utc>) -> Result<()> {
    let Ok(claim) = CLAIM.try_with(Clone::clone) else { return Ok(()) };
    match idempotency::mark(conn, claim.id(), claim.0.attempt, made, now).await? {
        true => Ok(()),
        false => Err(AppError::conflict("this request is being repeated under the same key: ask again")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{billing::testing::Host, carts, orders, testing::TestApp};
    use chrono::TimeDelta;
    use serde_json::json;
    use std::collections::BTreeMap;

    async fn audit(test: &TestApp, actor: &Actor) -> Result<()> {
        let mut tx = test.app.begin(actor).await?;
        tx.audit("test", "test", 1, json!({})).await?;
        tx.commit().await
    }
    async fn audits(test: &TestApp) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM audit_log WHERE action = 'test'").fetch_one(test.pool()).await.unwrap()
    }
    async fn claimed(test: &TestApp, actor: &Actor) -> Claim {
        match start(&test.app, actor, "k", "r").await.unwrap() {
            Start::Work(claim) => claim,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_repeat_gets_the_answer_and_another_request_a_refusal() {
        let test = TestApp::new().await;
        let actor = test.admin().await;
        let claim = claimed(&test, &actor).await;
        assert!(matches!(start(&test.app, &actor, "k", "r").await.unwrap(), Start::Busy));
        let answer = Answer { status: 201, location: Some("/x/1".into()), body: "{\"token\":\"t\"}".into() };
        claim.finish(&test.app, &answer, false).await.unwrap();
        assert!(matches!(start(&test.app, &actor, "k", "r").await.unwrap(), Start::Replay(a) if a == answer));
        assert!(matches!(start(&test.app, &actor, "k", "s").await.unwrap(), Start::Different));
        let stored: String =
            sqlx::query_scalar("SELECT answer_sealed FROM idempotent_request").fetch_one(test.pool()).await.unwrap();
        assert!(!stored.contains("token"));
    }

    #[tokio::test]
    async fn a_crash_before_the_commit_frees_the_key_and_one_after_it_does_not() {
        let test = TestApp::new().await;
        let actor = test.admin().await;
        let first = claimed(&test, &actor).await;
        let lease = TimeDelta::from_std(test.app.options.request_lease).unwrap();
        test.clock.advance(lease);
        let second = claimed(&test, &actor).await;
        // The first attempt wakes up: too late.
        assert!(matches!(first.run(audit(&test, &actor)).await, Err(AppError::Conflict(_))));
        assert_eq!(audits(&test).await, 0);
        second.run(audit(&test, &actor)).await.unwrap();
        assert!(matches!(start(&test.app, &actor, "k", "r").await.unwrap(), Start::Busy));
        test.clock.advance(lease);
        let made = Some(Made { kind: "test".into(), id: 1 });
        assert!(matches!(start(&test.app, &actor, "k", "r").await.unwrap(), Start::AnswerLost(m) if m == made));
        assert_eq!(audits(&test).await, 1);
    }

    #[tokio::test]
    async fn a_key_that_was_given_back_is_not_that_of_who_slept() {
        let test = TestApp::new().await;
        let actor = test.admin().await;
        let sleeper = claimed(&test, &actor).await;
        test.clock.advance(TimeDelta::from_std(test.app.options.request_lease).unwrap());
        let refusal = Answer { status: 409, location: None, body: "{}".into() };
        claimed(&test, &actor).await.finish(&test.app, &refusal, true).await.unwrap();
        let third = claimed(&test, &actor).await;
        assert!(matches!(sleeper.run(audit(&test, &actor)).await, Err(AppError::Conflict(_))));
        third.run(audit(&test, &actor)).await.unwrap();
        assert_eq!(audits(&test).await, 1);
    }

    #[tokio::test]
    async fn a_cart_is_not_made_twice() {
        let test = TestApp::new().await;
        let actor = test.admin().await;
        let claim = claimed(&test, &actor).await;
        claim.run(carts::create(&test.app, &actor, None)).await.unwrap();
        test.clock.advance(TimeDelta::from_std(test.app.options.request_lease).unwrap());
        assert!(matches!(start(&test.app, &actor, "k", "r").await.unwrap(), Start::AnswerLost(None)));
    }

    #[tokio::test]
    async fn who_lost_the_answer_to_a_checkout_is_told_of_the_order() {
        let host = Host::open().await;
        let ada = host.app.client("ada@example.com").await;
        // The order is the first one, its invoice is not.
        host.service(ada.id, 1, host.today).await;
        host.run("invoices").await;
        let token = carts::create(&host.app, &ada.actor, None).await.unwrap();
        let add = carts::AddProduct {
            product_id: 1.into(),
            cycle_id: 1.into(),
            fields: BTreeMap::new(),
            custom_fields: BTreeMap::new(),
            options: BTreeMap::new(),
            parent: None,
        };
        carts::add_product(&host.app, &ada.actor, &token, add).await.unwrap();
        let claim = claimed(&host.app, &ada.actor).await;
        claim.run(orders::checkout(&host.app, &ada.actor, &token)).await.unwrap();
        host.app.clock.advance(TimeDelta::from_std(host.app.options.request_lease).unwrap());
        let made = Some(Made { kind: "order".into(), id: 1 });
        assert!(
            matches!(start(&host.app, &ada.actor, "k", "r").await.unwrap(), Start::AnswerLost(found) if found == made)
        );
    }

    #[tokio::test]
    async fn a_refusal_gives_the_key_back_unless_something_was_committed() {
        let test = TestApp::new().await;
        let actor = test.admin().await;
        let refusal = Answer { status: 422, location: None, body: "{}".into() };
        claimed(&test, &actor).await.finish(&test.app, &refusal, true).await.unwrap();
        let claim = claimed(&test, &actor).await;
        claim.run(audit(&test, &actor)).await.unwrap();
        claim.finish(&test.app, &refusal, true).await.unwrap();
        assert!(matches!(start(&test.app, &actor, "k", "r").await.unwrap(), Start::Replay(a) if a == refusal));
    }
}
