//! Steps two and three: the call, and its outcome.

use innkeeper_db::effects::{self, EffectRow, Outcome as Settled};
use innkeeper_domain::{DomainId, EffectId, InvoiceId, PaymentId, ServiceId, state::EffectState};
use innkeeper_plugin_api::{ErrorKind, Outcome, PluginError};
use innkeeper_queue::Failure;
use std::time::Duration;

use super::{Kind, domain, payment, plan::job, service};
use crate::{Actor, App, AppError, Result, plugins::kind_word};

/// Then an effect that never got an answer waits for a person.
const MAX_ATTEMPTS: i32 = 10;

/// What an attempt learnt: done, with what to write down; or pending; or an error.
pub(super) type Attempt<T> = std::result::Result<Outcome<T>, PluginError>;

/// What a look at the vendor learnt.
pub(super) enum Look<T> {
    /// It did happen.
    Done(T),
    /// The vendor works on it.
    Pending,
    /// It did not happen.
    NotDone,
    /// It cannot be seen; repeating it is harmless.
    Repeat,
    /// It cannot be seen, and repeating it may do it twice: a person decides.
    Unseen,
}

/// What happened, and what the vendor made.
pub(super) enum Made {
    Service(service::Made),
    Domain(domain::Made),
    Payment(payment::Made),
}

/// Runs an effect: the body of its job.
pub(crate) async fn run(app: &App, id: EffectId) -> std::result::Result<(), Failure> {
    let attempted = attempt(app, id).await;
    attempted.unwrap_or_else(|e| Err(Failure::Retry(format!("{e:?}"), None)))
}

async fn attempt(app: &App, id: EffectId) -> Result<std::result::Result<(), Failure>> {
    let Some((effect, fence, ask_first)) = let_through(app, id).await? else { return Ok(Ok(())) };
    let kind: Kind = effect.kind.parse()?;
    let outcome =
        if ask_first { look_then_call(app, kind, &effect, fence).await } else { call(app, kind, &effect, fence).await };
    // Trouble of ours (the database went away) leaves the effect as it is: the next attempt asks.
    let outcome = match outcome {
        Ok(done) => Ok(done),
        Err(AppError::External(e)) => Err(e),
        Err(other) => return Err(other),
    };
    settle(app, kind, &effect, fence, outcome).await
}

/// Opens an attempt. `None`: nothing is left to do.
async fn let_through(app: &App, id: EffectId) -> Result<Option<(EffectRow, i64, bool)>> {
    let mut tx = app.pool.begin().await?;
    let Some(effect) = effects::lock(&mut tx, id).await? else { return Ok(None) };
    let ask_first = match effect.state.0 {
        EffectState::Planned => false,
        EffectState::Sent | EffectState::Unknown => !app.options.blind_retry,
        EffectState::Pending => true,
        EffectState::Succeeded | EffectState::Failed | EffectState::NeedsHuman => return Ok(None),
    };
    let state = if ask_first { effect.state.0 } else { EffectState::Sent };
    let fence = effects::let_through(&mut tx, id, state).await?;
    tx.commit().await?;
    Ok(Some((effect, fence, ask_first)))
}

async fn look_then_call(app: &App, kind: Kind, effect: &EffectRow, fence: i64) -> Result<Outcome<Made>> {
    let look = match subject(effect)? {
        Target::Service(id) => service::look(app, kind, effect, id).await?.map(Made::Service),
        Target::Domain(id) => domain::look(app, kind, effect, id).await?.map(Made::Domain),
        Target::Invoice(id) => payment::look_at_charge(app, effect, id).await?.map(Made::Payment),
        Target::Payment(id) => payment::look_at_refund(app, effect, id).await?.map(Made::Payment),
        // Ending twice is ending once.
        Target::Subscription(_) => Look::Repeat,
    };
    match look {
        Look::Done(made) => Ok(Outcome::Done(made)),
        Look::Pending => Ok(Outcome::pending(effect.pending_ref.clone().unwrap_or_default(), Duration::from_secs(60))),
        Look::Unseen if effect.attempts > 0 => Ok(Outcome::NeedsHuman {
            reason:
                "no answer came, and the vendor cannot tell whether it was done: look there, then try again or give up"
                    .to_owned(),
        }),
        // A person looked and said that it is to be tried again.
        Look::NotDone | Look::Repeat | Look::Unseen => {
            effects::mark_sent(&mut *app.conn().await?, effect.id, fence).await?;
            call(app, kind, effect, fence).await
        }
    }
}

async fn call(app: &App, kind: Kind, effect: &EffectRow, fence: i64) -> Result<Outcome<Made>> {
    Ok(match subject(effect)? {
        Target::Service(id) => service::call(app, kind, effect, fence, id).await?.map(Made::Service),
        Target::Domain(id) => domain::call(app, kind, effect, fence, id).await?.map(Made::Domain),
        Target::Invoice(id) => payment::charge(app, effect, fence, id).await?.map(Made::Payment),
        Target::Payment(id) => payment::refund(app, effect, fence, id).await?.map(Made::Payment),
        Target::Subscription(id) => payment::end_subscription(app, effect, fence, id).await?.map(Made::Payment),
    })
}

/// Asked right before the call: a process that stalled and was overtaken stops here.
pub(super) async fn still_current(app: &App, effect: &EffectRow, fence: i64) -> Result<()> {
    match effects::fence(&mut *app.conn().await?, effect.id).await? == fence {
        true => Ok(()),
        false => Err(PluginError::temporary("a newer attempt took over").into()),
    }
}

enum Target {
    Service(ServiceId),
    Domain(DomainId),
    Invoice(InvoiceId),
    Payment(PaymentId),
    /// A gateway's, which pays for this service.
    Subscription(ServiceId),
}

fn subject(effect: &EffectRow) -> Result<Target> {
    match effect.subject.as_str() {
        "service" if effect.kind == Kind::SubscriptionEnd.as_str() => {
            Ok(Target::Subscription(ServiceId(effect.subject_id)))
        }
        "service" => Ok(Target::Service(ServiceId(effect.subject_id))),
        "domain" => Ok(Target::Domain(DomainId(effect.subject_id))),
        "invoice" => Ok(Target::Invoice(InvoiceId(effect.subject_id))),
        "payment" => Ok(Target::Payment(PaymentId(effect.subject_id))),
        other => Err(AppError::internal(format!("effect on a {other}"))),
    }
}

/// Step three. If the attempt was fenced out, what it learnt is dropped: a newer one knows better.
async fn settle(
    app: &App,
    kind: Kind,
    effect: &EffectRow,
    fence: i64,
    outcome: Attempt<Made>,
) -> Result<std::result::Result<(), Failure>> {
    let actor = Actor::system("effects");
    let mut tx = app.begin(&actor).await?;
    // Whoever plans another one holds the client's lock and waits for this effect: the same order here.
    match subject(effect)? {
        Target::Invoice(id) => {
            let client = payment::client_of_invoice(&mut tx, id).await?;
            tx.lock_client(client).await?;
        }
        Target::Payment(id) => {
            let client = payment::client_of_payment(&mut tx, id).await?;
            tx.lock_client(client).await?;
        }
        Target::Service(_) | Target::Domain(_) | Target::Subscription(_) => {}
    }
    let verdict = judge(kind, effect.attempts + 1, &outcome);
    let note = skipped_by(&outcome).map(|by| format!("done by hand, says {by}: the vendor was not called"));
    if !effects::settle(tx.conn(), effect.id, fence, &verdict.row(&outcome, note.as_deref())).await? {
        return Ok(Ok(()));
    }
    // What is pending was answered before: now it is only looked at again.
    if let (Target::Domain(id), false) = (subject(effect)?, effect.state.0 == EffectState::Pending) {
        domain::answered(&mut tx, kind, id, &outcome, verdict.refused).await?;
    }
    match (&outcome, subject(effect)?) {
        (Ok(Outcome::Done(Made::Service(made))), Target::Service(id)) => {
            service::done(&mut tx, kind, effect, id, made).await?;
        }
        (Ok(Outcome::Done(Made::Domain(made))), Target::Domain(id)) => {
            domain::done(&mut tx, kind, effect, id, made).await?;
        }
        (Ok(Outcome::Done(Made::Payment(made))), Target::Invoice(id)) => {
            payment::charge_done(&mut tx, effect, id, made).await?;
        }
        (Ok(Outcome::Done(Made::Payment(made))), Target::Payment(id)) => {
            payment::refund_done(&mut tx, effect, id, made).await?;
        }
        (Ok(Outcome::Done(_)), Target::Subscription(_)) => payment::subscription_ended(&mut tx, effect).await?,
        (Ok(Outcome::Pending { .. }), Target::Domain(id)) => domain::pending(&mut tx, kind, id).await?,
        (Err(e), Target::Service(id)) if verdict.refused => {
            service::refused(&mut tx, kind, effect, id, &e.detail).await?;
        }
        (Err(e), Target::Domain(id)) if verdict.refused => {
            domain::refused(&mut tx, kind, effect, id, &e.detail).await?;
        }
        (Err(e), Target::Invoice(id)) if verdict.refused && e.kind == ErrorKind::Declined => {
            payment::charge_refused(&mut tx, effect, id, e.public.as_deref()).await?;
        }
        _ => {}
    }
    tx.commit().await?;
    Ok(verdict.next)
}

/// The snapin that took the work over.
fn skipped_by(outcome: &Attempt<Made>) -> Option<&str> {
    match outcome {
        Ok(Outcome::Done(Made::Service(made))) => made.skipped_by.as_deref(),
        Ok(Outcome::Done(Made::Domain(made))) => made.skipped_by.as_deref(),
        _ => None,
    }
}

struct Verdict {
    state: EffectState,
    /// A refusal that subscribers hear of.
    refused: bool,
    next: std::result::Result<(), Failure>,
}

impl Verdict {
    fn row<'a>(&self, outcome: &'a Attempt<Made>, note: Option<&'a str>) -> Settled<'a> {
        let error = outcome.as_ref().err();
        Settled {
            state: self.state,
            provider_ref: match outcome {
                Ok(Outcome::Done(Made::Service(made))) => Some(made.remote_id.as_str()),
                Ok(Outcome::Done(Made::Domain(made))) => Some(made.remote_id.as_str()),
                Ok(Outcome::Done(Made::Payment(made))) => Some(made.remote_id.as_str()),
                _ => None,
            },
            pending_ref: match outcome {
                Ok(Outcome::Pending { reference, .. }) => Some(reference.as_str()),
                _ => None,
            },
            error_kind: error.map(|e| kind_word(e.kind)),
            error: match outcome {
                Ok(Outcome::NeedsHuman { reason }) => Some(reason.as_str()),
                Ok(Outcome::Pending { progress, .. }) if !progress.is_empty() => Some(progress.as_str()),
                _ => error.map(|e| e.detail.as_str()).or(note),
            },
            public_error: error.and_then(|e| e.public.as_deref()),
        }
    }
}

fn judge(kind: Kind, attempts: i32, outcome: &Attempt<Made>) -> Verdict {
    let again = |error: &str, after: Duration| Err(Failure::Retry(error.to_owned(), Some(after)));
    match outcome {
        Ok(Outcome::Done(_)) => Verdict { state: EffectState::Succeeded, refused: false, next: Ok(()) },
        Ok(Outcome::Pending { check_after, .. }) => {
            Verdict { state: EffectState::Pending, refused: false, next: again("the vendor works on it", *check_after) }
        }
        Ok(Outcome::NeedsHuman { .. }) => Verdict { state: EffectState::NeedsHuman, refused: false, next: Ok(()) },
        Err(e) => {
            let wait = back_off(attempts).max(e.retry_after.unwrap_or_default());
            match e.kind {
                ErrorKind::Temporary | ErrorKind::Unknown if attempts >= MAX_ATTEMPTS => {
                    Verdict { state: EffectState::NeedsHuman, refused: false, next: Ok(()) }
                }
                // Nothing happened in this attempt; whether an earlier one did is what asking tells.
                ErrorKind::Temporary if attempts == 1 => {
                    Verdict { state: EffectState::Planned, refused: false, next: again(&e.detail, wait) }
                }
                ErrorKind::Temporary | ErrorKind::Unknown => {
                    Verdict { state: EffectState::Unknown, refused: false, next: again(&e.detail, wait) }
                }
                _ => {
                    let state = if kind.is_owed() { EffectState::NeedsHuman } else { EffectState::Failed };
                    Verdict { state, refused: true, next: Ok(()) }
                }
            }
        }
    }
}

/// 1, 2, 4 … seconds, at most five minutes.
fn back_off(attempts: i32) -> Duration {
    let exponent = u32::try_from((attempts - 1).clamp(0, 9)).unwrap_or(0);
    Duration::from_secs(2_u64.saturating_pow(exponent).min(300))
}

impl<T> Look<T> {
    pub(super) fn map<U>(self, f: impl FnOnce(T) -> U) -> Look<U> {
        match self {
            Self::Done(made) => Look::Done(f(made)),
            Self::Pending => Look::Pending,
            Self::NotDone => Look::NotDone,
            Self::Repeat => Look::Repeat,
            Self::Unseen => Look::Unseen,
        }
    }
}

/// Gives every open effect a job again. None should lack one; if one does, it is not lost.
pub(crate) async fn sweep(app: &App) -> Result<()> {
    let actor = Actor::system("effects");
    let mut tx = app.begin(&actor).await?;
    for id in effects::without_job(tx.conn()).await? {
        tx.enqueue(&job(EffectId(id))).await?;
    }
    tx.commit().await
}
