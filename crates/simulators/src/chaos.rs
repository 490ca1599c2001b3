//! Trouble on demand: answers that get lost, delays and an unavailable vendor, the same in
//! every simulator and switchable while it runs.
//!
//! Losing an answer means that the request is carried out and the connection then breaks
//! without a single byte of response: the case that provisioning code must never mistake
//! for "it did not happen".

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

/// What goes wrong. The default is: nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChaosSettings {
    /// Of 1000 answers, how many are lost; picked by the seeded generator.
    pub lose_answer_permille: u16,
    /// The answers to this many of the next calls that changed something are lost. Counts down.
    pub lose_next_effects: u32,
    /// Milliseconds that a request waits before it is carried out.
    pub delay_ms: u64,
    /// Milliseconds that the answer waits after the request was carried out.
    pub delay_answer_ms: u64,
    /// The same, but only where the call changed something.
    pub delay_effects_ms: u64,
    /// Answer 503 to everything and carry nothing out.
    pub unavailable: bool,
}

/// Put on a response (as an extension) by a simulator whose call changed its state, so that
/// [`ChaosSettings::lose_next_effects`] hits a change and not a log-in or a query.
#[derive(Clone, Copy, Debug)]
pub struct ChangedSomething;

/// The switchboard of one simulator. Clones share it.
#[derive(Clone, Debug)]
pub struct Chaos(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    settings: ChaosSettings,
    random: u64,
    lost: u64,
    requests: u64,
}

impl Chaos {
    /// Starts with `settings`; two switchboards with the same seed lose the same answers.
    #[must_use]
    pub fn new(seed: u64, settings: ChaosSettings) -> Self {
        Self(Arc::new(Mutex::new(Inner { settings, random: seed, lost: 0, requests: 0 })))
    }

    /// Replaces the settings from the next request on.
    pub fn set(&self, settings: ChaosSettings) {
        self.inner().settings = settings;
    }

    /// Loses the answer to the next call that changes something.
    pub fn lose_next_effect(&self) {
        self.inner().settings.lose_next_effects += 1;
    }

    /// The settings as they are now (`lose_next_effects` counts down).
    #[must_use]
    pub fn settings(&self) -> ChaosSettings {
        self.inner().settings.clone()
    }

    /// How many answers were lost so far.
    #[must_use]
    pub fn lost_answers(&self) -> u64 {
        self.inner().lost
    }

    /// How many requests arrived so far, whatever became of them.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.inner().requests
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn loses(&self, changed_something: bool) -> bool {
        let mut inner = self.inner();
        let dice = splitmix64(&mut inner.random) % 1000;
        let mut lost = dice < u64::from(inner.settings.lose_answer_permille);
        if changed_something && inner.settings.lose_next_effects > 0 {
            inner.settings.lose_next_effects -= 1;
            lost = true;
        }
        inner.lost += u64::from(lost);
        lost
    }
}

/// Sebastiano Vigna's SplitMix64: small, seedable, good enough to pick victims.
fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The middleware: `router.layer(axum::middleware::from_fn_with_state(chaos, apply))`.
/// Layer it over the vendor's routes only, never over the control endpoints.
pub async fn apply(State(chaos): State<Chaos>, request: Request, next: Next) -> Response {
    let settings = {
        let mut inner = chaos.inner();
        inner.requests += 1;
        inner.settings.clone()
    };
    if settings.unavailable {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    pause(settings.delay_ms).await;
    // Vendors carry on when the client hangs up; so the work runs apart from the connection.
    let work = tokio::spawn(next.run(request));
    let Ok(response) = work.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let changed = response.extensions().get::<ChangedSomething>().is_some();
    if chaos.loses(changed) {
        tracing::debug!(changed, "chaos: answer lost");
        return broken_connection();
    }
    pause(settings.delay_answer_ms).await;
    if changed {
        pause(settings.delay_effects_ms).await;
    }
    response
}

async fn pause(milliseconds: u64) {
    if milliseconds > 0 {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}

/// A response whose body fails before its head is flushed: hyper then closes the connection
/// and the peer sees no byte of it.
fn broken_connection() -> Response {
    let failure = std::io::Error::other("answer lost on purpose");
    let body = futures_util::stream::once(std::future::ready(Err::<Bytes, _>(failure)));
    Response::new(Body::from_stream(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(seed: u64, permille: u16) -> Vec<bool> {
        let chaos = Chaos::new(seed, ChaosSettings { lose_answer_permille: permille, ..ChaosSettings::default() });
        (0..2000).map(|_| chaos.loses(false)).collect()
    }

    #[test]
    fn the_same_seed_loses_the_same_answers() {
        assert_eq!(losses(7, 50), losses(7, 50));
        assert_ne!(losses(7, 50), losses(8, 50));
    }

    #[test]
    fn about_as_many_answers_are_lost_as_asked_for() {
        let lost = losses(7, 50).into_iter().filter(|lost| *lost).count();
        assert!((60..=140).contains(&lost), "{lost} of 2000 at 5 %");
        assert!(losses(7, 0).into_iter().all(|lost| !lost));
    }

    #[test]
    fn the_next_effect_is_lost_and_queries_before_it_are_not() {
        let chaos = Chaos::new(1, ChaosSettings::default());
        chaos.lose_next_effect();
        assert!(!chaos.loses(false));
        assert!(chaos.loses(true));
        assert!(!chaos.loses(true));
        assert_eq!(chaos.lost_answers(), 1);
    }
}
