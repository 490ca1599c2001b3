//! The machine room: events and their deliveries, jobs, effects, numbers.

mod effects;
mod events;
mod jobs;
mod metrics;

pub use effects::{ListEffects, get_effect, list_effects};
pub use events::{
    EventWithDeliveries, ListDeliveries, ListEvents, get_event, list_deliveries, list_events, list_subscribers,
    replay_dead_deliveries, replay_delivery,
};
pub use innkeeper_db::{
    deliveries::{DeliveryRow, SubscriberSummary},
    effects::EffectSummary,
    events::EventRow,
    jobs::JobRow,
    metrics::MetricsRow,
};
pub use jobs::{job_counts, list_jobs, rerun_job};
pub use metrics::{Metrics, Thorough, metrics};
