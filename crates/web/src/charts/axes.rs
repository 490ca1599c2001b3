//! Bar, line and area charts: values over labelled steps.

use std::fmt::Write as _;

use askama::Template;

use super::colour;
use super::scale::{HEIGHT, Scale};

/// Width of one step in drawing units.
const BAND: usize = 100;

/// How the values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Bars side by side.
    Bars,
    /// Lines with dots.
    Lines,
    /// Lines filled down to zero.
    Area,
}

/// Values of one kind, one for each label of the chart.
#[derive(Debug, Clone)]
pub struct Series {
    /// What they are, for the legend.
    pub name: String,
    /// The values: counts, or amounts in minor units.
    pub values: Vec<i64>,
}

impl Series {
    /// A named series.
    pub fn new(name: impl Into<String>, values: Vec<i64>) -> Self {
        Self { name: name.into(), values }
    }
}

/// A finished chart.
#[derive(Debug, Clone, Template)]
#[template(path = "charts/axes.html")]
pub struct Chart {
    id: String,
    title: String,
    description: String,
    shape: Shape,
    width: usize,
    ticks: Vec<Tick>,
    labels: Vec<String>,
    series: Vec<Drawn>,
    rows: Vec<Row>,
}

component!(Chart);

#[derive(Debug, Clone)]
struct Tick {
    y: i128,
    zero: bool,
    text: String,
}

#[derive(Debug, Clone)]
struct Drawn {
    name: String,
    colour: usize,
    bars: Vec<Bar>,
    line: String,
    area: String,
    dots: String,
}

#[derive(Debug, Clone)]
struct Bar {
    x: usize,
    y: i128,
    width: usize,
    height: i128,
}

/// One step: its label, where its hover area begins, and its values as text.
#[derive(Debug, Clone)]
struct Row {
    label: String,
    x: usize,
    texts: Vec<String>,
}

impl Chart {
    /// Draws a chart. `id` must be unique on the page; `value` writes a value
    /// in full, `axis` writes it short.
    pub fn new(
        shape: Shape,
        id: &str,
        title: &str,
        labels: Vec<String>,
        series: &[Series],
        (value, axis): (impl Fn(i64) -> String, impl Fn(i64) -> String),
    ) -> Self {
        let scale = Scale::holding(series.iter().flat_map(|s| s.values.iter().copied()));
        let rows = rows(&labels, series, &value);
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            description: describe(&labels, series, &value),
            shape,
            width: (labels.len() * BAND).max(1),
            ticks: scale
                .ticks()
                .into_iter()
                .map(|tick| Tick { y: scale.y(tick), zero: tick == 0, text: axis(tick) })
                .collect(),
            series: series
                .iter()
                .enumerate()
                .map(|(index, one)| draw(one, index, series.len(), labels.len(), scale))
                .collect(),
            labels,
            rows,
        }
    }

    fn has_legend(&self) -> bool {
        self.series.len() > 1
    }
}

fn draw(series: &Series, index: usize, of: usize, steps: usize, scale: Scale) -> Drawn {
    let values = &series.values[..series.values.len().min(steps)];
    let line = points(values, scale);
    Drawn {
        name: series.name.clone(),
        colour: colour(index),
        bars: bars(values, index, of, scale),
        area: area(&line, values.len(), scale),
        dots: dots(values, scale),
        line,
    }
}

fn bars(values: &[i64], index: usize, of: usize, scale: Scale) -> Vec<Bar> {
    let (margin, gap) = (16, if of > 1 { 4 } else { 0 });
    let width = (BAND - 2 * margin) / of;
    let zero = scale.y(0);
    values
        .iter()
        .enumerate()
        .map(|(step, value)| {
            let y = scale.y(*value);
            Bar {
                x: step * BAND + margin + index * width,
                y: y.min(zero),
                width: width.saturating_sub(gap).max(1),
                height: (zero - y).abs(),
            }
        })
        .collect()
}

fn middle(step: usize) -> usize {
    step * BAND + BAND / 2
}

fn points(values: &[i64], scale: Scale) -> String {
    let mut path = String::new();
    for (step, value) in values.iter().enumerate() {
        let command = if step == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{} {}", middle(step), scale.y(*value));
    }
    path
}

fn area(line: &str, steps: usize, scale: Scale) -> String {
    if steps < 2 {
        return String::new();
    }
    let zero = scale.y(0).min(HEIGHT);
    format!("{line}L{} {zero}L{} {zero}Z", middle(steps - 1), middle(0))
}

/// Dots as strokes of no length: they stay round when the drawing is stretched.
fn dots(values: &[i64], scale: Scale) -> String {
    let mut path = String::new();
    for (step, value) in values.iter().enumerate() {
        let _ = write!(path, "M{} {}h0", middle(step), scale.y(*value));
    }
    path
}

fn rows(labels: &[String], series: &[Series], value: &impl Fn(i64) -> String) -> Vec<Row> {
    labels
        .iter()
        .enumerate()
        .map(|(step, label)| Row {
            label: label.clone(),
            x: step * BAND,
            texts: series
                .iter()
                .map(|one| one.values.get(step).map_or_else(|| "–".to_owned(), |v| value(*v)))
                .collect(),
        })
        .collect()
}

/// The chart in one sentence: what the eye would take from it first.
fn describe(labels: &[String], series: &[Series], value: &impl Fn(i64) -> String) -> String {
    let (Some(first), Some(last)) = (labels.first(), labels.last()) else {
        return "No data.".to_owned();
    };
    let mut text = format!("{first} to {last}.");
    for one in series {
        let steps = || one.values.iter().zip(labels);
        let most = steps().max_by_key(|(v, _)| **v);
        let least = steps().min_by_key(|(v, _)| **v);
        if let (Some((high, at)), Some((low, there))) = (most, least) {
            let _ = write!(text, " {}: highest {} ({at}), lowest {} ({there}).", one.name, value(*high), value(*low));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(shape: Shape, series: &[Series]) -> String {
        let labels = ["Sep", "Oct", "<Nov>"].map(str::to_owned).to_vec();
        let text = |v: i64| format!("€{v}");
        Chart::new(shape, "income", "Income & more", labels, series, (text, text)).to_string()
    }

    #[test]
    fn a_bar_reaches_from_zero_to_its_value() {
        let html = chart(Shape::Bars, &[Series::new("Paid", vec![100, 50, -100])]);
        // The axis runs from 100 to -100: zero lies in the middle.
        assert!(html.contains(r#"x="16" y="0" width="68" height="500""#));
        assert!(html.contains(r#"x="116" y="250" width="68" height="250""#));
        assert!(html.contains(r#"x="216" y="500" width="68" height="500""#));
    }

    #[test]
    fn bars_of_several_series_stand_side_by_side() {
        let html = chart(Shape::Bars, &[Series::new("Paid", vec![4, 4, 4]), Series::new("Due", vec![2, 2, 2])]);
        assert!(html.contains(r#"x="16" y="0" width="30""#));
        assert!(html.contains(r#"x="50" y="500" width="30""#));
        assert!(html.contains("chart-legend"));
    }

    #[test]
    fn a_line_goes_through_the_middle_of_each_step() {
        let html = chart(Shape::Lines, &[Series::new("Paid", vec![0, 2, 4])]);
        assert!(html.contains(r#"d="M50 1000L150 500L250 0""#));
        let html = chart(Shape::Area, &[Series::new("Paid", vec![0, 2, 4])]);
        assert!(html.contains(r#"d="M50 1000L150 500L250 0L250 1000L50 1000Z""#));
    }

    #[test]
    fn a_reader_without_eyes_gets_the_same_numbers() {
        let html = chart(Shape::Bars, &[Series::new("Paid", vec![1, 2, 3])]);
        assert!(html.contains(r#"role="img""#));
        assert!(html.contains("<title id=\"income-title\">Income &#38; more</title>"));
        assert!(html.contains("highest €3 (&#60;Nov&#62;)"));
        assert!(html.contains("<th scope=\"row\">Sep</th>"));
        assert!(html.contains("<td class=\"amount\">€1</td>"));
        assert!(!html.contains("<Nov>"));
    }

    #[test]
    fn no_data_and_too_much_data_are_drawn_too() {
        let text = |v: i64| v.to_string();
        let empty = Chart::new(Shape::Bars, "c", "C", Vec::new(), &[], (text, text));
        assert!(empty.to_string().contains("No data."));
        let html = chart(Shape::Lines, &[Series::new("Paid", vec![1; 9])]);
        assert!(!html.contains("M350 "));
        let html = chart(Shape::Bars, &[Series::new("Paid", vec![i64::MAX])]);
        assert!(html.contains("€9223372036854775807"));
    }

    #[test]
    fn nothing_is_styled_inline() {
        for shape in [Shape::Bars, Shape::Lines, Shape::Area] {
            let html = chart(shape, &[Series::new("Paid", vec![1, 2, 3])]);
            assert!(!html.contains("style="));
        }
    }
}
