//! A word-sized line.

use std::fmt::Write as _;

use askama::Template;

const STEP: usize = 10;
const HEIGHT: i128 = 100;

/// A line without axes, for a tile. `label` says what it shows to those who do
/// not see it.
#[derive(Debug, Clone, Template)]
#[template(path = "charts/sparkline.html")]
pub struct Sparkline {
    label: String,
    width: usize,
    line: String,
    area: String,
}

component!(Sparkline);

impl Sparkline {
    /// Draws the values from the smallest to the largest; fewer than two draw
    /// nothing.
    pub fn new(label: impl Into<String>, values: &[i64]) -> Self {
        let least = values.iter().copied().min().map_or(0, i128::from);
        let most = values.iter().copied().max().map_or(0, i128::from);
        let mut line = String::new();
        for (index, value) in values.iter().enumerate().filter(|_| values.len() > 1) {
            let command = if index == 0 { 'M' } else { 'L' };
            let y = match most - least {
                0 => HEIGHT / 2,
                span => (most - i128::from(*value)) * HEIGHT / span,
            };
            let _ = write!(line, "{command}{} {y}", index * STEP);
        }
        let width = values.len().saturating_sub(1) * STEP;
        let area = if line.is_empty() { String::new() } else { format!("{line}L{width} {HEIGHT}L0 {HEIGHT}Z") };
        Self { label: label.into(), width: width.max(1), line, area }
    }
}

#[cfg(test)]
mod tests {
    use super::Sparkline;

    #[test]
    fn the_line_fills_its_height() {
        let spark = Sparkline::new("Orders", &[5, 10, 0]);
        assert_eq!(spark.line, "M0 50L10 0L20 100");
        assert_eq!(spark.width, 20);
    }

    #[test]
    fn flat_or_missing_values_draw_without_dividing_by_zero() {
        assert_eq!(Sparkline::new("x", &[7, 7]).line, "M0 50L10 50");
        assert_eq!(Sparkline::new("x", &[7]).line, "");
        assert_eq!(Sparkline::new("x", &[i64::MIN, i64::MAX]).line, "M0 100L10 0");
    }
}
