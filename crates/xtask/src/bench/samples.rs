//! What was measured.

use serde::Serialize;
use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

/// Samples of one benchmark, by what was measured, in the order first recorded.
#[derive(Default)]
pub(super) struct Samples(Vec<(String, Vec<Duration>)>);

impl Samples {
    /// Adds one sample of `what`.
    pub(super) fn record(&mut self, what: &str, took: Duration) {
        match self.0.iter_mut().find(|(known, _)| known == what) {
            Some((_, all)) => all.push(took),
            None => self.0.push((what.to_owned(), vec![took])),
        }
    }

    /// Does the work and adds the time it took.
    pub(super) async fn time<T, E>(&mut self, what: &str, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let begun = Instant::now();
        let result = work.await?;
        self.record(what, begun.elapsed());
        Ok(result)
    }

    /// A row for each thing measured.
    pub(super) fn rows(self, bench: &str) -> Vec<Row> {
        self.0
            .into_iter()
            .map(|(what, mut all)| {
                all.sort();
                let micros: Vec<u128> = all.iter().map(Duration::as_micros).collect();
                Row {
                    bench: bench.to_owned(),
                    what,
                    runs: micros.len(),
                    min_us: micros[0],
                    median_us: micros[micros.len() / 2],
                    max_us: micros[micros.len() - 1],
                }
            })
            .collect()
    }
}

/// A line of the table. Times in microseconds.
#[derive(Serialize)]
pub(super) struct Row {
    bench: String,
    what: String,
    runs: usize,
    min_us: u128,
    median_us: u128,
    max_us: u128,
}

impl Row {
    pub(super) fn heading() -> String {
        format!(
            "{:<20} {:<28} {:>5} {:>11} {:>11} {:>11}",
            "benchmark", "what", "runs", "min ms", "median ms", "max ms"
        )
    }
}

impl fmt::Display for Row {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |micros: u128| format!("{}.{}", micros / 1000, micros % 1000 / 100);
        write!(
            out,
            "{:<20} {:<28} {:>5} {:>11} {:>11} {:>11}",
            self.bench,
            self.what,
            self.runs,
            millis(self.min_us),
            millis(self.median_us),
            millis(self.max_us)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_order_their_samples() {
        let mut samples = Samples::default();
        for millis in [30, 10, 20] {
            samples.record("start", Duration::from_millis(millis));
        }
        let rows = samples.rows("x");
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].runs, rows[0].min_us, rows[0].median_us, rows[0].max_us), (3, 10_000, 20_000, 30_000));
    }
}
