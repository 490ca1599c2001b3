//! Parts of a whole.

use askama::Template;

use super::colour;

/// The ring's length in drawing units.
const ROUND: i128 = 1000;

/// A part of the whole. Negative values count as nothing.
#[derive(Debug, Clone)]
pub struct Slice {
    /// What it is.
    pub label: String,
    /// How much of it there is.
    pub value: i64,
}

impl Slice {
    /// A labelled part.
    pub fn new(label: impl Into<String>, value: i64) -> Self {
        Self { label: label.into(), value }
    }
}

/// A ring of parts with a legend that holds the numbers.
#[derive(Debug, Clone, Template)]
#[template(path = "charts/donut.html")]
pub struct Donut {
    id: String,
    title: String,
    total: String,
    caption: String,
    arcs: Vec<Arc>,
}

component!(Donut);

#[derive(Debug, Clone)]
struct Arc {
    label: String,
    text: String,
    percent: i128,
    colour: usize,
    length: i128,
    rest: i128,
    offset: i128,
}

impl Donut {
    /// Draws a ring. `id` must be unique on the page; `caption` stands below
    /// the total in the middle; `value` writes a value in full.
    pub fn new(id: &str, title: &str, caption: &str, slices: &[Slice], value: impl Fn(i64) -> String) -> Self {
        let amount = |slice: &Slice| i128::from(slice.value.max(0));
        let total: i128 = slices.iter().map(amount).sum();
        let mut before = 0;
        let mut arcs = Vec::with_capacity(slices.len());
        for (index, slice) in slices.iter().enumerate() {
            // Ends are rounded, not lengths: the arcs close the ring exactly.
            let start = part(before, total);
            before += amount(slice);
            let length = part(before, total) - start;
            arcs.push(Arc {
                label: slice.label.clone(),
                text: value(slice.value.max(0)),
                percent: (amount(slice) * 200 + total).checked_div(total * 2).unwrap_or(0),
                colour: colour(index),
                length,
                rest: ROUND - length,
                offset: -start,
            });
        }
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            total: value(i64::try_from(total).unwrap_or(i64::MAX)),
            caption: caption.to_owned(),
            arcs,
        }
    }
}

fn part(amount: i128, total: i128) -> i128 {
    (amount * ROUND).checked_div(total).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn donut(values: &[i64]) -> Donut {
        let slices: Vec<_> = values.iter().map(|v| Slice::new("<x>", *v)).collect();
        Donut::new("d", "States", "services", &slices, |v| v.to_string())
    }

    #[test]
    fn arcs_follow_each_other_and_close_the_ring() {
        let ring = donut(&[1, 1, 1]);
        let lengths: Vec<_> = ring.arcs.iter().map(|arc| arc.length).collect();
        assert_eq!(lengths.iter().sum::<i128>(), ROUND);
        assert_eq!(ring.arcs[1].offset, -lengths[0]);
        assert_eq!(ring.arcs[0].percent, 33);
        assert_eq!(ring.total, "3");
    }

    #[test]
    fn nothing_at_all_is_an_empty_ring() {
        let ring = donut(&[0, -5]);
        assert!(ring.arcs.iter().all(|arc| arc.length == 0 && arc.percent == 0));
        assert_eq!(ring.total, "0");
    }

    #[test]
    fn the_legend_holds_the_numbers_and_escapes_labels() {
        let html = donut(&[3, 1]).to_string();
        assert!(html.contains("&#60;x&#62;"));
        assert!(html.contains("75"));
        assert!(!html.contains("style="));
        assert!(html.contains(r#"role="img""#));
    }
}
