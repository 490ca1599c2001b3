//! Pages and answers of a business of a given size, in one process over a throw-away database:
//! `cargo xtask bench pages [--size 1000000]`.
//!
//! Each is asked for many times, one after another. Beside them, in the same run, a handler that does nothing but one
//! query by primary key: what the machine, the router and the database cost by themselves.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::float_arithmetic, reason = "a benchmark")]

mod house;
#[path = "../../tests/support/mod.rs"]
mod support;

use house::House;
use serde_json::json;
use std::time::{Duration, Instant};

/// Times that each is asked for, after a few that do not count.
const TIMES: usize = 200;
const WARM: usize = 10;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let clients: u32 = value("--clients").map_or(1_000_000, |n| n.parse().unwrap());
    let mut house = House::open(clients).await;
    let bare = measure(&mut house, "bare handler, one query", "/bare").await;
    let mut rows = vec![bare];
    for (name, path) in house.paths() {
        rows.push(measure(&mut house, name, &path).await);
    }
    let base = rows[0].p50.as_secs_f64();
    for row in &rows {
        println!("{}", row.text(base));
    }
    if let Some(path) = value("--json") {
        let report: Vec<_> = rows.iter().map(|row| row.json(base)).collect();
        std::fs::write(path, serde_json::to_string_pretty(&report).unwrap()).unwrap();
    }
}

struct Row {
    name: String,
    p50: Duration,
    p99: Duration,
}

impl Row {
    fn text(&self, base: f64) -> String {
        format!(
            "{:<44} p50 {:>8.2} ms, p99 {:>8.2} ms, {:>6.1} times the bare handler",
            self.name,
            self.p50.as_secs_f64() * 1e3,
            self.p99.as_secs_f64() * 1e3,
            self.p50.as_secs_f64() / base
        )
    }
    fn json(&self, base: f64) -> serde_json::Value {
        json!({ "what": self.name, "p50_ms": self.p50.as_secs_f64() * 1e3, "p99_ms": self.p99.as_secs_f64() * 1e3,
                "ratio": self.p50.as_secs_f64() / base })
    }
}

async fn measure(house: &mut House, name: &str, path: &str) -> Row {
    let mut took = Vec::with_capacity(TIMES);
    for n in 0..WARM + TIMES {
        let start = Instant::now();
        let status = house.ask(name, path).await;
        if n >= WARM {
            took.push(start.elapsed());
        }
        assert_eq!(status, 200, "{path}");
    }
    took.sort_unstable();
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
    Row { name: name.to_owned(), p50: at(50), p99: at(99) }
}
