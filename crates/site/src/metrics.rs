//! Numbers for a monitor, in the text format of Prometheus.

use std::fmt::Write as _;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use innkeeper_app::Actor;
use innkeeper_app::system::{Metrics, metrics};
use innkeeper_web::AppState;
use innkeeper_web::Failure;
use innkeeper_web::request::RequestInfo;
use serde::Deserialize;

/// `?thorough=true` adds what reads whole tables.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    thorough: bool,
}

/// Only this machine may ask: there is no login here, and the numbers tell how business goes.
pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(request): Extension<RequestInfo>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    if !request.is_local {
        return Err(Failure::missing());
    }
    let lost = state.app.lost_calls();
    let numbers = metrics(&state.app, &Actor::system("metrics"), wanted.thorough).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text(&numbers, lost)).into_response())
}

fn text(metrics: &Metrics, lost: u64) -> String {
    let row = &metrics.row;
    let dropped = i64::try_from(metrics.dropped_signals).unwrap_or(i64::MAX);
    let mut out = String::new();
    for (name, help, value) in [
        ("effects_open", "Operations at vendors that are not finished.", row.open_effects),
        ("effects_oldest_open_seconds", "Age of the oldest of them.", row.oldest_open_effect_seconds),
        ("effects_needing_human", "Operations that wait for a person.", row.effects_needing_human),
        ("events_waiting", "Events not yet in the feed.", row.events_waiting),
        ("events_oldest_waiting_seconds", "Age of the oldest of them.", row.oldest_waiting_event_seconds),
        (
            "deliveries_pending",
            "Deliveries that failed and are tried again, or wait behind one.",
            row.pending_deliveries,
        ),
        ("deliveries_oldest_due_seconds", "How long the oldest of them is due.", row.oldest_due_delivery_seconds),
        ("deliveries_dead", "Deliveries given up.", row.dead_deliveries),
        ("subscribers_failing", "Subscribers of events that fail as a whole.", row.failing_subscribers),
        ("signals_dropped", "Transient events this node dropped: their listeners were too slow.", dropped),
        ("events_unread_max", "Events that the slowest subscriber has not read.", row.furthest_behind),
        ("jobs_ready", "Jobs that wait for a worker.", row.ready_jobs),
        ("jobs_running", "Jobs that a worker has.", row.running_jobs),
        ("jobs_dead", "Jobs given up.", row.dead_jobs),
        ("jobs_oldest_due_seconds", "How long the oldest waiting job is due.", row.oldest_due_job_seconds),
    ] {
        gauge(&mut out, name, help);
        let _ = writeln!(out, "innkeeper_{name} {value}");
    }
    gauge(&mut out, "plugin_calls_not_kept", "Calls of plugins that this process counted, but did not write down.");
    let _ = writeln!(out, "innkeeper_plugin_calls_not_kept {lost}");
    if let Some(thorough) = &metrics.thorough {
        gauge(&mut out, "ledger_imbalance", "What the ledger is off by, in minor units; 0 is well.");
        let _ = writeln!(out, "innkeeper_ledger_imbalance {}", thorough.ledger_imbalance);
        gauge(&mut out, "violations", "Broken rules of the self-audit; none is well.");
        for (rule, count) in &thorough.violations {
            let _ = writeln!(out, "innkeeper_violations{{rule=\"{}\"}} {count}", rule.replace(['"', '\\', '\n'], "_"));
        }
        let total: u64 = thorough.violations.values().sum();
        gauge(&mut out, "violations_total", "All of them together.");
        let _ = writeln!(out, "innkeeper_violations_total {total}");
    }
    out
}

fn gauge(out: &mut String, name: &str, help: &str) {
    let _ = writeln!(out, "# HELP innkeeper_{name} {help}\n# TYPE innkeeper_{name} gauge");
}
