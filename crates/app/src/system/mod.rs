//! The machine room: events and their deliveries, jobs, effects, numbers.

mod effects;
mod events;
mod jobs;
mod metrics;
mod replays;
mod subscribers;

pub use effects::{ListEffects, get_effect, list_effects};
pub use events::{EventWithDeliveries, ListDeliveries, ListEvents, get_event, list_deliveries, list_events};
pub use innkeeper_db::{
    deliveries::DeliveryRow,
    effects::EffectSummary,
    events::EventRow,
    jobs::JobRow,
    metrics::MetricsRow,
    subscribers::{Start, SubscriberSummary},
};
pub use jobs::{job_counts, list_jobs, rerun_job};
pub use metrics::{Metrics, Thorough, metrics};
pub use replays::{Replay, ReplayEvent, count_replay, replay, replay_dead_deliveries, replay_delivery, replay_event};
pub use subscribers::{dropped_signals, get_subscriber, list_subscribers, retry_subscriber, start_subscriber};
