//! The daily run over many services, in one process over throw-away databases:
//! `cargo xtask bench billing [--size 1000000]`.
//!
//! Every service belongs to a client of its own and is due: as many invoices, each numbered, taxed, posted to the ledger,
//! told of in the outbox, audited and mailed. Beside it, in the same run, the same finished rows are loaded with `COPY`
//! into tables with the same indexes and constraints.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::float_arithmetic, reason = "a benchmark")]

mod copy;
mod host;

use host::Host;
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let most: u32 = value("--services").map_or(1_000_000, |n| n.parse().unwrap());
    let sizes: Vec<u32> = [10_000, 100_000, 1_000_000].into_iter().filter(|n| *n < most).chain([most]).collect();
    let mut rows = vec![];
    for services in sizes {
        let row = measure(services).await;
        println!("{}", row.text());
        rows.push(row);
    }
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        println!("the last at {:.2} of the first", last.rate() / first.rate());
    }
    if let Some(path) = value("--json") {
        let report: Vec<_> = rows.iter().map(Row::json).collect();
        std::fs::write(path, serde_json::to_string_pretty(&report).unwrap()).unwrap();
    }
}

struct Row {
    services: u32,
    run: Duration,
    copy: Duration,
    again: Duration,
    /// Most memory that the process ever had, in KiB.
    peak: u64,
}

impl Row {
    fn rate(&self) -> f64 {
        f64::from(self.services) / self.run.as_secs_f64()
    }
    fn ratio(&self) -> f64 {
        self.copy.as_secs_f64() / self.run.as_secs_f64()
    }
    fn text(&self) -> String {
        format!(
            "{:>8} services: {:.1} s, {:.0} invoices/s; COPY of the same rows {:.1} s, ratio {:.2}; a second pass {:.3} s; peak memory {} MiB",
            self.services,
            self.run.as_secs_f64(),
            self.rate(),
            self.copy.as_secs_f64(),
            self.ratio(),
            self.again.as_secs_f64(),
            self.peak / 1024
        )
    }
    fn json(&self) -> serde_json::Value {
        json!({
            "services": self.services, "seconds": self.run.as_secs_f64(), "invoices_per_second": self.rate(),
            "copy_seconds": self.copy.as_secs_f64(), "ratio": self.ratio(),
            "second_pass_seconds": self.again.as_secs_f64(), "peak_kib": self.peak,
        })
    }
}

async fn measure(services: u32) -> Row {
    let host = Host::open(services).await;
    let start = Instant::now();
    let invoices = host.run().await;
    let run = start.elapsed();
    assert_eq!(invoices, i64::from(services), "every service is invoiced");
    let start = Instant::now();
    assert_eq!(host.run().await, 0, "nothing is invoiced twice");
    let again = start.elapsed();
    let peak = peak_memory();
    if services <= 10_000 {
        host.check().await;
    }
    let copy = copy::the_same_rows(&host).await;
    Row { services, run, copy, again, peak }
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
