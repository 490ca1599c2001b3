//! Step one: the intent and its job, in the caller's transaction. And what staff do with effects that wait for them.

use innkeeper_db::effects;
use innkeeper_domain::{EffectId, Permission};
use innkeeper_queue::NewJob;
use serde_json::{Value, json};

use super::{Kind, Subject};
use crate::{Actor, App, AppError, Result, Tx, jobs, secrets::Cipher, tokens};

/// An effect to be planned.
pub struct Plan<'a> {
    /// What is to happen.
    pub kind: Kind,
    /// To what.
    pub subject: Subject,
    /// Through which plugin.
    pub plugin_id: &'a str,
    /// Arguments that are no secrets.
    pub request: Value,
    /// An argument that is one.
    pub secret: Option<&'a str>,
}

/// Records the intent. `Conflict` if another operation on the same thing is under way.
pub async fn plan(tx: &mut Tx<'_>, cipher: &Cipher, plan: &Plan<'_>) -> Result<EffectId> {
    let (subject, subject_id) = plan.subject.parts();
    let sealed = plan.secret.map(|s| cipher.seal(s)).transpose()?;
    let key = format!("{}:{subject_id}:{}", plan.kind, hex::encode(tokens::random::<12>()?));
    let actor = tx.actor().tag();
    let effect = effects::NewEffect {
        key: &key,
        kind: plan.kind.as_str(),
        subject,
        subject_id,
        plugin_id: plan.plugin_id,
        request: &plan.request,
        request_sealed: sealed.as_deref(),
        actor: &actor,
    };
    let id = effects::insert(tx.conn(), &effect).await.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("effect_one_live") => {
            AppError::conflict("another operation on this is still under way: wait until it is done")
        }
        _ => e.into(),
    })?;
    tx.enqueue(&job(id)).await?;
    Ok(id)
}

/// The job of an effect.
pub(super) fn job(id: EffectId) -> NewJob {
    let mut job = NewJob::new(jobs::RUN_EFFECT, json!({ "effect_id": id })).unique(format!("effect:{id}"));
    // The effect counts its own attempts and ends as `needs_human`.
    job.max_attempts = 1000;
    job
}

/// What deciding on an effect needs: who may move money, or who runs services.
async fn may_decide(app: &App, actor: &Actor, id: EffectId) -> Result<()> {
    let subject = effects::subject_of(&mut *app.conn().await?, id).await?;
    actor.require(match subject.as_deref() {
        Some("invoice" | "payment") => Permission::PaymentsWrite,
        _ => Permission::ServicesWrite,
    })
}

/// Staff let an effect that waits for them run again. It starts by asking the vendor what is there.
pub async fn retry(app: &App, actor: &Actor, id: EffectId) -> Result<()> {
    may_decide(app, actor, id).await?;
    let mut tx = app.begin(actor).await?;
    let resumed = effects::resume(tx.conn(), id).await.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("effect_one_live") => AppError::conflict("another operation on this is under way: wait until it is done"),
        _ => e.into(),
    })?;
    if !resumed {
        return Err(AppError::conflict("this operation does not wait for a decision"));
    }
    tx.enqueue(&job(id)).await?;
    tx.audit("effect.retry", "effect", id, json!({})).await?;
    tx.commit().await
}

/// Staff give up an effect that waits for them: it counts as refused.
pub async fn give_up(app: &App, actor: &Actor, id: EffectId) -> Result<()> {
    may_decide(app, actor, id).await?;
    let mut tx = app.begin(actor).await?;
    if !effects::give_up(tx.conn(), id).await? {
        return Err(AppError::conflict("this operation does not wait for a decision"));
    }
    tx.audit("effect.give_up", "effect", id, json!({})).await?;
    tx.commit().await
}
