//! Charts, drawn on the server as SVG without any inline style.
//!
//! The drawing stretches to its box; axis labels are HTML beside it, so text
//! keeps its size on a phone. Colours come from CSS classes and follow light
//! and dark. Every chart carries a description and its numbers as a table.

mod axes;
mod donut;
mod scale;
mod sparkline;

pub use axes::{Chart, Series, Shape};
pub use donut::{Donut, Slice};
pub use sparkline::Sparkline;

/// How many colours there are before they repeat.
const COLOURS: usize = 6;

/// The number of the colour class of the `index`th series: 1 to 6.
fn colour(index: usize) -> usize {
    index % COLOURS + 1
}
