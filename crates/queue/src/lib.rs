//! Jobs over Postgres: claim, lease, heartbeat, retry, schedule, dead letters. Knows no job by name.
//!
//! A job is claimed with `SKIP LOCKED` and leased. A worker that dies or stalls loses the lease: the
//! job becomes a new attempt, and the attempt number fences the old one out of writing its outcome.
//! A job may therefore run twice; what it does must bear that.

mod engine;
mod schedule;
mod worker;

pub use engine::{Claimed, NewJob, dead, enqueue, enqueue_all, finish, heartbeat, reclaim_expired, rerun, retry_later};
pub use schedule::take_turn;
pub use worker::{Failure, Handler, Options, run, run_until_idle};
