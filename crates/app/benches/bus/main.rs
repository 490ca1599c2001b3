//! The event bus under load, in one process over a throw-away database:
//! `cargo xtask bench bus [--size 1000000]`.
//!
//! Twenty subscribers: eighteen keep a record of what they hear, one always fails, one never answers.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::float_arithmetic, reason = "a benchmark")]

mod ears;
mod load;

use ears::{Ears, HEALTHY};
use innkeeper_hooks::{Sample, payloads::ActionCalled};
use load::{Bench, percentile};
use serde_json::{Value, json};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Events of the comparison, and of the measurement of plain inserts, are fewer by this.
const PART: usize = 5;
/// Signals told in a round of the measurement in nanoseconds: short, so that other work on the machine misses
/// some rounds.
const SIGNALS: u32 = 100_000;
/// The fastest counts.
const ROUNDS: u32 = 200;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let events: usize = value("--events").map_or(1_000_000, |n| n.parse().unwrap());
    let part = (events / PART).max(1000);

    let plain = load::plain(events).await;
    let without = crowd(part, false).await;
    let with = crowd(part, true).await;
    let all = crowd(events, true).await;
    let (p50, p99, samples) = latency().await;
    let (tell, call) = nobody().await;

    let rate = |n: usize, took: Duration| n as f64 / took.as_secs_f64();
    let ratio = rate(events, all.took) / rate(events, plain);
    let millis = |took: Duration| (took.as_secs_f64() * 1e5).round() / 100.0;
    println!(
        "{events} events of {} things to {HEALTHY} healthy subscribers, one that fails, one that hangs",
        all.things
    );
    println!("  lost {}, out of order {}, heard twice {}", all.lost, all.disorder, all.twice);
    println!(
        "  written after {:.1} s, heard by all healthy after {:.1} s",
        all.written.as_secs_f64(),
        all.took.as_secs_f64()
    );
    println!("  {:.0} events/s, {:.0} deliveries/s", rate(events, all.took), rate(events * HEALTHY, all.took));
    println!("  plain inserts of the same rows: {:.0} rows/s; ratio {ratio:.2}", rate(events, plain));
    println!(
        "  rows left in delivery: {}, in the log of calls: {}; attempts of the failing: {}, of the hanging: {}",
        all.rows, all.calls, all.failed, all.hung
    );
    println!(
        "{part} events: the healthy are done after {:.2} s without and {:.2} s with the two bad ones",
        without.took.as_secs_f64(),
        with.took.as_secs_f64()
    );
    println!("commit to handler at 200 events/s, {samples} samples: p50 {} ms, p99 {} ms", millis(p50), millis(p99));
    println!("an event that nobody named: {tell:.2} ns; a direct call: {call:.2} ns");
    if let Some(path) = value("--json") {
        let report: Value = json!({
            "events": events, "things": all.things, "subscribers": HEALTHY + 2,
            "lost": all.lost, "out_of_order": all.disorder, "twice": all.twice, "delivery_rows": all.rows,
            "call_rows": all.calls,
            "events_per_second": rate(events, all.took), "plain_inserts_per_second": rate(events, plain), "ratio": ratio,
            "healthy_seconds": { "events": part, "without_bad": without.took.as_secs_f64(), "with_bad": with.took.as_secs_f64() },
            "latency_ms": { "p50": millis(p50), "p99": millis(p99) },
            "nobody_ns": { "tell": tell, "direct_call": call },
        });
        std::fs::write(path, serde_json::to_string_pretty(&report).unwrap()).unwrap();
    }
    assert_eq!((all.lost, all.disorder), (0, 0), "nothing lost, nothing out of order");
}

/// What came of a run.
struct Outcome {
    things: usize,
    written: Duration,
    took: Duration,
    lost: usize,
    disorder: usize,
    twice: usize,
    rows: i64,
    calls: i64,
    failed: usize,
    hung: usize,
}

/// Writes events while the bus runs, until every healthy subscriber has heard all of them.
async fn crowd(events: usize, bad: bool) -> Outcome {
    let things = (events / 20).max(1);
    let bench = Bench::start(Ears::new(things, bad)).await;
    let begun = Instant::now();
    bench.write(events, things).await;
    let written = begun.elapsed();
    bench.ears.all_heard(events).await;
    let took = begun.elapsed();
    let record = bench.ears.record(events, things);
    let (rows, calls) = bench.rows().await;
    let (failed, hung) = bench.ears.attempts();
    bench.stop().await;
    Outcome {
        things,
        written,
        took,
        lost: record.lost,
        disorder: record.disorder,
        twice: record.twice,
        rows,
        calls,
        failed,
        hung,
    }
}

/// From the end of the commit to the beginning of the handler, at a moderate rate.
async fn latency() -> (Duration, Duration, usize) {
    let events = 1000;
    let bench = Bench::start(Ears::new(events, true)).await;
    let commits = bench.drip(events, Duration::from_millis(5)).await;
    bench.ears.all_heard(events).await;
    let mut delays = bench.ears.delays(&commits);
    bench.stop().await;
    delays.sort();
    (percentile(&delays, 50), percentile(&delays, 99), delays.len())
}

/// Nanoseconds of an event that nobody named, and of a direct call.
async fn nobody() -> (f64, f64) {
    let bench = Bench::start(Ears::new(1, false)).await;
    let told = ActionCalled::sample();
    let tell = nanoseconds(|| bench.app.tell(black_box(&told)));
    let call = nanoseconds(|| direct(black_box(&told)));
    bench.stop().await;
    (tell, call)
}

/// Of one, in the fastest round.
fn nanoseconds(once: impl Fn()) -> f64 {
    let round = |_| {
        let begun = Instant::now();
        (0..SIGNALS).for_each(|_| once());
        begun.elapsed()
    };
    let fastest = (0..ROUNDS).map(round).min().unwrap();
    fastest.as_secs_f64() * 1e9 / f64::from(SIGNALS)
}

#[inline(never)]
fn direct(told: &ActionCalled) {
    black_box(told);
}
