//! How a plugin is called: on its own threads, in limited time, its panics caught, its answer measured,
//! and everything written down.

use chrono::{DateTime, Utc};
use innkeeper_plugin_api::{ErrorKind, PluginCtx, PluginError, Secret};
use serde_json::Value;
use std::{
    any::Any,
    fmt::{self, Debug, Write as _},
    future::{Future, poll_fn},
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tracing::Instrument as _;

use super::{
    exchange::Exchanges,
    host_services::DbHost,
    lane::{Entered, Lane},
    log::CallLog,
    mask::Masker,
    replay,
    store::{Budget, DbStore},
};
use crate::App;

/// The longest answer, measured by its `Debug` text, in bytes.
const LONGEST: usize = 8 << 20;
/// The longest text of an error, in bytes.
const LONGEST_ERROR: usize = 8 << 10;
/// How long a question may take that asks nobody else.
const AT_ONCE: Duration = Duration::from_secs(2);
/// After so long, a plugin that did not say what it is gets asked again.
const ASK_AGAIN: Duration = Duration::from_secs(30);

/// What a plugin is asked, for the log.
#[derive(Clone, Debug)]
pub struct Call {
    plugin: String,
    operation: &'static str,
    patience: Duration,
    about: Option<(&'static str, i64)>,
    argument: Value,
    secrets: Vec<Secret>,
}

impl Call {
    /// A call of `plugin`. `operation` is the name of the trait's method; it has `patience` to answer.
    pub fn new(plugin: &str, operation: &'static str, patience: Duration) -> Self {
        Self { plugin: plugin.to_owned(), operation, patience, about: None, argument: Value::Null, secrets: vec![] }
    }
    /// What it is about: `service`, `domain`, `event`, `server`, `invoice`.
    #[must_use]
    pub fn about(mut self, kind: &'static str, id: impl Into<i64>) -> Self {
        self.about = Some((kind, id.into()));
        self
    }
    /// What was asked, if a repetition of a reading call needs more than what it is about.
    #[must_use]
    pub fn argument(mut self, argument: Value) -> Self {
        self.argument = argument;
        self
    }
    /// A secret among the arguments: it is masked wherever it shows up.
    #[must_use]
    pub fn hiding(mut self, secret: Option<&Secret>) -> Self {
        self.secrets.extend(secret.cloned());
        self
    }
}

/// How a call ended.
enum Ended<T> {
    Answer(Result<T, PluginError>),
    TooLarge,
    Panic,
    /// Its time ran out; `began`: it was given a thread at all.
    Late {
        began: bool,
    },
    /// It was not let in.
    Busy(PluginError),
}

/// Seen by who waits for a call.
#[derive(Default)]
struct Progress {
    began: AtomicBool,
    /// It holds a thread right now.
    running: AtomicBool,
}

impl App {
    /// Asks a plugin and waits for at most the patience of `call`. A call that runs out of time or panics
    /// is `Unknown`: it may have done its work. Too many calls at once are `Temporary`. Dropping the
    /// returned future does not stop the call: one that has begun is seen to its end and written down.
    pub async fn call_plugin<T, F>(
        &self,
        call: Call,
        ctx: &PluginCtx,
        ask: impl FnOnce(PluginCtx) -> F + Send + 'static,
    ) -> Result<T, PluginError>
    where
        T: Debug + Send + 'static,
        F: Future<Output = Result<T, PluginError>> + Send + 'static,
    {
        let lane = self.lanes.get(&call.plugin)?;
        let correlation = crate::tokens::random::<8>().map(hex::encode).unwrap_or_default();
        let secrets = self.secrets_of(&call, ctx);
        let exchanges = Arc::new(Exchanges::default());
        let noted = Noted {
            log: self.call_log.clone(),
            lane: lane.clone(),
            key: ctx.idempotency_key.clone(),
            started_at: self.now(),
            started: Instant::now(),
            forced: replay::is_one(&correlation),
            secrets,
            exchanges: exchanges.clone(),
            correlation,
            call,
        };
        let entered = match self.let_in(&lane) {
            Ok(entered) => entered,
            Err(refused) => return noted.end(Ended::Busy(refused)),
        };
        let (place, permit) = entered;
        let budget = Budget::of(&lane);
        let store = DbStore { pool: self.pool.clone(), plugin: lane.id.clone(), budget: budget.clone() };
        let host = DbHost { pool: self.pool.clone(), plugin: lane.id.clone(), budget };
        let http = place.http.recorded(exchanges);
        let ctx = ctx.clone().for_call(http, noted.correlation.clone(), Arc::new(store), Arc::new(host));
        let span = tracing::info_span!(
            "plugin_call",
            plugin = lane.id,
            operation = noted.call.operation,
            correlation = noted.correlation
        );
        let work = async move {
            let _permit = permit;
            let answer = ask(ctx).await;
            if answer.as_ref().is_ok_and(is_too_large) { Ended::TooLarge } else { Ended::Answer(answer) }
        };
        let watched = watch(lane, place, noted.call.patience, work.instrument(span));
        let supervised = tokio::spawn(async move { noted.end(watched.await) });
        supervised.await.unwrap_or_else(|e| Err(PluginError::unknown(format!("the call was given up: {e}"))))
    }

    fn let_in(&self, lane: &Lane) -> Result<(Entered, tokio::sync::OwnedSemaphorePermit), PluginError> {
        let place = lane.enter()?;
        let permit = lane.calls.clone().try_acquire_owned();
        let full = |_| PluginError::temporary(format!("{} has too many calls under way", lane.id));
        Ok((place, permit.map_err(full)?))
    }

    /// Asks a plugin something that calls nobody: which fields, which gates, is this answer good. It runs on
    /// the plugin's threads all the same: it may panic or hang. `Unknown` if it does.
    pub async fn ask_plugin<T: Send + 'static>(
        &self,
        id: &str,
        question: &'static str,
        ask: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PluginError> {
        let lane = self.lanes.get(id)?;
        let place = lane.enter()?;
        let full = |_| PluginError::temporary(format!("{id} is busy with other questions"));
        let permit = lane.questions.clone().try_acquire_owned().map_err(full)?;
        let mut thread = place.handle.spawn_blocking(move || {
            let _permit = permit;
            ask()
        });
        match tokio::time::timeout(AT_ONCE, &mut thread).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => {
                tracing::error!(plugin = id, question, "a plugin panicked");
                Err(PluginError::unknown(format!("{id} panicked when it was asked for {question}")))
            }
            Err(_) => {
                tokio::spawn(async move {
                    lane.lose_thread(place.number, false).await;
                    let _ = thread.await;
                    lane.regain_thread();
                });
                Err(PluginError::unknown(format!("{id} hangs when it is asked for {question}")))
            }
        }
    }

    /// The same for what a plugin always answers alike (its fields, gates, abilities): asked once, then
    /// remembered. One that panics or hangs is asked again half a minute later, not at every page.
    pub async fn plugin_says<T: Clone + Send + Sync + 'static>(
        &self,
        id: &str,
        question: &'static str,
        ask: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PluginError> {
        let lane = self.lanes.get(id)?;
        let known = lane.said.lock().unwrap_or_else(PoisonError::into_inner).get(question).cloned();
        match known {
            Some((_, Ok(answer))) => {
                if let Some(answer) = answer.downcast_ref::<T>() {
                    return Ok(answer.clone());
                }
            }
            Some((at, Err(error))) if at.elapsed() < ASK_AGAIN => return Err(error),
            _ => {}
        }
        let answer = self.ask_plugin(id, question, ask).await;
        let kept = answer.clone().map(|answer| Arc::new(answer) as Arc<dyn Any + Send + Sync>);
        lane.said.lock().unwrap_or_else(PoisonError::into_inner).insert(question, (Instant::now(), kept));
        answer
    }

    /// What [`App::plugin_says`] has remembered.
    pub(crate) fn plugin_said<T: Clone + 'static>(&self, id: &str, question: &'static str) -> Option<T> {
        let lane = self.lanes.get(id).ok()?;
        let said = lane.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.get(question)?.1.as_ref().ok()?.downcast_ref::<T>().cloned()
    }

    fn secrets_of(&self, call: &Call, ctx: &PluginCtx) -> Vec<String> {
        let mut secrets: Vec<String> = call.secrets.iter().map(|s| s.reveal().clone()).collect();
        if let Ok(plugin) = self.plugins.get(&call.plugin) {
            let (schemas, values) = (&plugin.manifest.schemas, ctx.raw_settings());
            for (schema, values) in [
                (&schemas.plugin, &values.plugin),
                (&schemas.instance, &values.instance),
                (&schemas.product, &values.product),
            ] {
                if let Some(schema) = schema {
                    secrets.extend(super::schema::secrets(schema.as_value(), values));
                }
            }
        }
        secrets
    }
}

/// Runs a call on the plugin's threads and looks after it when its time is up.
async fn watch<T: Send + 'static>(
    lane: Arc<Lane>,
    place: Entered,
    patience: Duration,
    work: impl Future<Output = Ended<T>> + Send + 'static,
) -> Ended<T> {
    let progress = Arc::new(Progress::default());
    let seen = progress.clone();
    let mut work = Box::pin(work);
    let mut task = place.handle.spawn(poll_fn(move |cx| {
        seen.began.store(true, Ordering::Relaxed);
        seen.running.store(true, Ordering::Relaxed);
        let polled = work.as_mut().poll(cx);
        seen.running.store(false, Ordering::Relaxed);
        polled
    }));
    match tokio::time::timeout(patience, &mut task).await {
        Ok(Ok(ended)) => ended,
        Ok(Err(e)) if e.is_panic() => Ended::Panic,
        Ok(Err(_)) => Ended::Late { began: progress.began.load(Ordering::Relaxed) },
        Err(_) => {
            task.abort();
            let began = progress.began.load(Ordering::Relaxed);
            tokio::spawn(async move {
                if tokio::time::timeout(patience.min(AT_ONCE), &mut task).await.is_ok()
                    || !progress.running.load(Ordering::Relaxed)
                {
                    return;
                }
                lane.lose_thread(place.number, true).await;
                let _ = task.await;
                lane.regain_thread();
            });
            Ended::Late { began }
        }
    }
}

/// A call under way, as the log will have it.
struct Noted {
    log: Arc<CallLog>,
    lane: Arc<Lane>,
    call: Call,
    key: String,
    correlation: String,
    started_at: DateTime<Utc>,
    started: Instant,
    forced: bool,
    secrets: Vec<String>,
    exchanges: Arc<Exchanges>,
}

impl Noted {
    /// What the caller gets; what happened goes to the log.
    fn end<T>(self, ended: Ended<T>) -> Result<T, PluginError> {
        let id = &self.lane.id;
        let (word, answer) = match ended {
            Ended::Answer(Ok(answer)) => ("ok", Ok(answer)),
            Ended::Answer(Err(e)) => (kind_word(e.kind), Err(e)),
            Ended::TooLarge => {
                let text = format!("the answer of {id} is longer than {} MiB", LONGEST >> 20);
                ("too_large", Err(PluginError::unknown(text)))
            }
            Ended::Panic => ("panic", Err(PluginError::unknown(format!("{id} panicked")))),
            Ended::Late { began: true } => {
                let text = format!("{id} did not answer in {} s", self.call.patience.as_secs());
                ("timeout", Err(PluginError::unknown(text)))
            }
            Ended::Late { began: false } => {
                ("busy", Err(PluginError::temporary(format!("{id} is stuck in other calls: this one did not begin"))))
            }
            Ended::Busy(e) => ("busy", Err(e)),
        };
        let ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let masker = (answer.is_err() || self.keeps_exchanges(false)).then(|| Masker::new(&self.secrets));
        let answer = answer.map_err(|e| presentable(e, masker.as_ref()));
        let (operation, correlation) = (self.call.operation, self.correlation.as_str());
        match &answer {
            Ok(_) => tracing::debug!(plugin = id, operation, correlation, ms, "plugin answered"),
            Err(e) => {
                tracing::info!(plugin = id, operation, correlation, ms, outcome = word, error = %e, "plugin call failed");
            }
        }
        self.write(word, ms, answer.as_ref().err().map(|e| e.detail.clone()), masker);
        answer
    }

    fn keeps_exchanges(&self, failed: bool) -> bool {
        let level = self.lane.level.load(Ordering::Relaxed);
        self.forced || level >= 4 || (level == 3 && failed)
    }

    fn write(self, outcome: &'static str, ms: u64, error: Option<String>, masker: Option<Masker>) {
        let failed = error.is_some();
        self.log.count(&self.lane.id, self.call.operation, outcome, ms, self.started_at);
        let level = self.lane.level.load(Ordering::Relaxed);
        let wanted = self.forced || level >= 2 || (level == 1 && failed);
        if !wanted {
            return;
        }
        if !self.forced && !self.lane.written.take() {
            return self.log.lose(&self.lane.id, self.started_at);
        }
        let keep = self.keeps_exchanges(failed);
        let exchanges = masker.as_ref().filter(|_| keep).map(|m| self.exchanges.masked(m)).unwrap_or_default();
        let argument = match (&masker, self.call.argument) {
            (_, Value::Null) => Value::Null,
            (Some(masker), argument) => masker.value(&argument),
            (None, argument) => Masker::new(&self.secrets).value(&argument),
        };
        self.log.write(innkeeper_db::plugin_calls::NewCall {
            plugin_id: self.lane.id.clone(),
            operation: self.call.operation.to_owned(),
            subject: self.call.about.map(|(kind, _)| kind.to_owned()),
            subject_id: self.call.about.map(|(_, id)| id),
            correlation: self.correlation,
            idempotency_key: self.key,
            argument,
            started_at: self.started_at,
            ms: i64::try_from(ms).unwrap_or(i64::MAX),
            outcome,
            error,
            exchanges,
            exchange_count: self.exchanges.count(),
        });
    }
}

/// An error whose texts are of bearable length and hold no secret.
fn presentable(mut error: PluginError, masker: Option<&Masker>) -> PluginError {
    error.detail = tidy(&error.detail, masker);
    error.public = error.public.as_deref().map(|text| tidy(text, masker));
    error.code = error.code.as_deref().map(|text| tidy(text, masker));
    error
}

fn tidy(text: &str, masker: Option<&Masker>) -> String {
    let short = masker.map_or_else(|| super::mask::cut(text, LONGEST_ERROR), |m| m.cut(text, LONGEST_ERROR));
    short.replace('\0', "\u{fffd}")
}

/// The word of a kind of error.
pub(crate) fn kind_word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Declined => "declined",
        ErrorKind::Invalid => "invalid",
        ErrorKind::Config => "config",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::NotFound => "not_found",
        ErrorKind::Temporary => "temporary",
        _ => "unknown",
    }
}

/// Is an answer longer than any that is taken? Told by its `Debug` text, which every answer has; counting
/// stops at the limit.
fn is_too_large(answer: &impl Debug) -> bool {
    struct Left(usize);
    impl fmt::Write for Left {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    write!(Left(LONGEST), "{answer:?}").is_err()
}
