//! Snapins: they listen to events, guard gates and fill slots.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use innkeeper_domain::EventId;
use innkeeper_hooks::slots::SlotAnswer;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Pages, PluginCtx, PluginError, Screening, Tasks, TestConnection, Verdict};

/// An event as it is delivered. The same `id` may arrive again: handlers are idempotent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventEnvelope {
    /// Unique id.
    pub id: EventId,
    /// Canonical name.
    pub name: String,
    /// Version of the payload.
    pub version: i32,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// What it is about: `invoice`, `service` …
    pub aggregate: String,
    /// Its id.
    pub aggregate_id: i64,
    /// Counts the events of this thing from 1, without gaps.
    pub sequence: i64,
    /// The payload, as in the catalogue.
    pub payload: Value,
}

/// A listener of a snapin. Each gets its own queue: one that fails holds up no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// Stable key within the snapin; empty if it has just one.
    pub key: String,
    /// What staff see in the event log.
    pub label: String,
    /// Canonical names; empty: every event.
    pub events: Vec<String>,
}

/// A snapin.
#[async_trait]
pub trait Snapin: Send + Sync {
    /// Its listeners, given its settings. Fails with `Config` if the settings are wrong.
    fn subscribers(&self, ctx: &PluginCtx) -> Result<Vec<Subscriber>, PluginError>;
    /// Handles an event for the listener `key`. An error is tried again with back-off.
    async fn on_event(&self, ctx: &PluginCtx, key: &str, event: &EventEnvelope) -> Result<(), PluginError>;

    /// Does it guard gates?
    fn gates(&self) -> Option<&dyn GateKeeper> {
        None
    }
    /// Does it fill slots?
    fn slots(&self) -> Option<&dyn SlotFiller> {
        None
    }
    /// Has it pages?
    fn pages(&self) -> Option<&dyn Pages> {
        None
    }
    /// Does it run by the clock?
    fn tasks(&self) -> Option<&dyn Tasks> {
        None
    }
    /// Does it screen orders?
    fn screening(&self) -> Option<&dyn Screening> {
        None
    }
    /// Can its settings be tried out?
    fn connection_test(&self) -> Option<&dyn TestConnection> {
        None
    }
}

/// The abilities that a snapin offers, by the names of their accessors.
pub(crate) fn offered(plugin: &dyn Snapin) -> Vec<&'static str> {
    let all = [
        ("gates", plugin.gates().is_some()),
        ("slots", plugin.slots().is_some()),
        ("pages", plugin.pages().is_some()),
        ("tasks", plugin.tasks().is_some()),
        ("screening", plugin.screening().is_some()),
        ("connection_test", plugin.connection_test().is_some()),
    ];
    all.into_iter().filter_map(|(name, offered)| offered.then_some(name)).collect()
}

/// Ability: guard gates.
#[async_trait]
pub trait GateKeeper: Send + Sync {
    /// Canonical names of the gates it guards, each with a priority: lower is asked first.
    fn gates(&self) -> Vec<(&'static str, i32)>;
    /// May the work go on? An error, a panic, or no answer in time counts as a refusal.
    async fn ask(&self, ctx: &PluginCtx, gate: &str, question: &Value) -> Result<Verdict, PluginError>;
}

/// Ability: fill slots.
#[async_trait]
pub trait SlotFiller: Send + Sync {
    /// Canonical names of the slots it fills.
    fn slots(&self) -> Vec<&'static str>;
    /// Its answer, of the kind that the slot takes; an error leaves it out.
    async fn fill(&self, ctx: &PluginCtx, slot: &str, context: &Value) -> Result<Option<SlotAnswer>, PluginError>;
}
