//! What a snapin does by the clock, and how it screens orders.

use async_trait::async_trait;
use innkeeper_domain::OrderId;
use serde::{Deserialize, Serialize};
use std::{net::IpAddr, time::Duration};

use crate::{PluginCtx, PluginError, host::ClientView};

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its key within the snapin.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// How often it runs.
    pub every: Duration,
}

/// What a task did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskReport {
    /// Lines for staff, one for each thing done or skipped.
    pub lines: Vec<String>,
}

/// Ability: tasks by the clock. One node runs a task at a time; one that fails is tried again at its next turn.
#[async_trait]
pub trait Tasks: Send + Sync {
    /// All of them.
    fn tasks(&self) -> Vec<Task>;
    /// What the next run would do, a line for each thing.
    async fn preview(&self, ctx: &PluginCtx, task: &str) -> Result<Vec<String>, PluginError>;
    /// Runs one.
    async fn run(&self, ctx: &PluginCtx, task: &str) -> Result<TaskReport, PluginError>;
}

/// An order to be judged.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub client: ClientView,
    /// From where, if it is known.
    pub address: Option<IpAddr>,
    /// Domains in it.
    pub domains: Vec<String>,
}

/// What is to become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Let it pass.
    Accept,
    /// Staff look at it first.
    Review,
    /// Fraud.
    Reject,
}

/// A judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What to do.
    pub risk: Risk,
    /// 0 harmless to 100 certain.
    pub score: u8,
    /// Why, for staff.
    pub reasons: Vec<String>,
}

/// Ability: screen orders.
#[async_trait]
pub trait Screening: Send + Sync {
    /// Judges an order. An error leaves it to the others and to staff.
    async fn screen(&self, ctx: &PluginCtx, suspect: &Suspect) -> Result<Judgement, PluginError>;
}
