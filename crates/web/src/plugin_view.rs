//! What plugins show, drawn in the style of our pages. Whatever they say is text: it is escaped here.

use askama::Template;
use innkeeper_plugin_api::server::Metric;
use innkeeper_plugin_api::view::{Block, Tone as PluginTone, Unit, Value, View};

use crate::questions;
use crate::view::{Cell, Facts, Field, Form, PostButton, Tone, bytes, decimal_bytes};

/// The longest text, and the most rows of a table, that are drawn: what a plugin sends beyond is cut off.
const TEXT: usize = 20_000;
const ROWS: usize = 1_000;

/// A view of a plugin.
#[derive(Template)]
#[template(path = "components/plugin_view.html")]
pub struct PluginView {
    parts: Vec<Part>,
}

crate::component!(PluginView);

enum Part {
    Heading(String),
    Text(String),
    Notice { tone: Tone, text: String },
    Facts(Facts),
    Table { caption: String, head: Vec<String>, rows: Vec<Vec<(String, Cell)>>, more: bool },
    Meter { label: String, used: u64, limit: Option<u64>, text: String },
    Form { action: String, form: Form, fields: Vec<Field>, submit: String },
}

impl PluginView {
    /// Draws a view whose forms post to `<base>/<action>`, its questions in `language` as far as they are translated.
    pub fn new(view: View, base: &str, language: &str) -> Self {
        Self::refused(view, (base, ""), language, "", &Form::new())
    }

    /// Draws it with what was filled into the form of `action`, which was refused. Forms post to
    /// `<base>/<action><query>`.
    pub fn refused(view: View, at: (&str, &str), language: &str, action: &str, filled: &Form) -> Self {
        let parts = view.blocks.into_iter().map(|block| part(block, at, language, action, filled)).collect();
        Self { parts }
    }
}

fn part(block: Block, at: (&str, &str), language: &str, refused: &str, filled: &Form) -> Part {
    match block {
        Block::Heading(text) => Part::Heading(cut(text)),
        Block::Text(text) => Part::Text(cut(text)),
        Block::Notice { tone, text } => Part::Notice { tone: colour(tone), text: cut(text) },
        Block::Facts(rows) => {
            let rows = rows.into_iter().take(ROWS);
            Part::Facts(rows.fold(Facts::new(), |facts, (label, value)| facts.row(cut(label), cell(value, at))))
        }
        Block::Table { caption, head, rows } => Part::Table {
            more: rows.len() > ROWS,
            rows: rows.into_iter().take(ROWS).map(|row| titled(&head, row, at)).collect(),
            caption: cut(caption),
            head,
        },
        Block::Meter { label, used, limit, unit } => {
            let text = match limit {
                Some(limit) => format!("{} of {}", quantity(used, unit), quantity(limit, unit)),
                None => quantity(used, unit),
            };
            Part::Meter { label: cut(label), used, limit, text }
        }
        Block::Form { action, fields, submit } => {
            let form = if action == refused { filled.clone() } else { Form::new() };
            let fields = questions::controls(&form, "field", &fields, language);
            Part::Form { action: format!("{}/{action}{}", at.0, at.1), form, fields, submit: cut(submit) }
        }
    }
}

/// Each value with the title of its column, for narrow screens.
fn titled(head: &[String], row: Vec<Value>, at: (&str, &str)) -> Vec<(String, Cell)> {
    head.iter().cloned().zip(row.into_iter().map(|value| cell(value, at))).collect()
}

/// A value of a plugin as a cell. A secret is something to copy; a button posts where forms do.
fn cell(value: Value, (base, query): (&str, &str)) -> Cell {
    match value {
        Value::Text(text) => Cell::Text(cut(text)),
        Value::Secret(secret) => Cell::Code(cut(secret.reveal().clone())),
        Value::Link { text, url } => link(text, url),
        Value::Button { action, label, input, confirm } => {
            let button = PostButton::new(&format!("{base}/{action}{query}"), &cut(label)).small();
            let button = input.iter().fold(button, |button, (key, value)| button.with(&format!("field.{key}"), value));
            Cell::Button(confirm.iter().fold(button, |button, question| button.confirm(question)))
        }
    }
}

/// A link, if it leads to a web address or to a page of ours; else its text.
pub fn link(text: String, url: String) -> Cell {
    let is_ours = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    match is_ours || url.starts_with("https://") {
        true => Cell::Link(url, cut(text)),
        false => Cell::Text(cut(text)),
    }
}

/// A quantity as a person reads it.
pub fn quantity(number: u64, unit: Unit) -> String {
    match unit {
        Unit::Bytes => bytes(number),
        Unit::DecimalBytes => decimal_bytes(number),
        Unit::Pieces => number.to_string(),
        Unit::Switch if number == 0 => "No".to_owned(),
        Unit::Switch => "Yes".to_owned(),
    }
}

/// A metric as a person reads it: `3 of 10`.
pub fn metric(metric: &Metric) -> String {
    let used = quantity(metric.quantity, metric.unit);
    metric.limit.map_or(used.clone(), |limit| format!("{used} of {}", quantity(limit, metric.unit)))
}

const fn colour(tone: PluginTone) -> Tone {
    match tone {
        PluginTone::Info => Tone::Info,
        PluginTone::Success => Tone::Success,
        PluginTone::Warning => Tone::Warning,
        PluginTone::Danger => Tone::Danger,
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_plugin_says_is_text() {
        let hostile = "<script>alert(1)</script>";
        let view = View {
            blocks: vec![
                Block::Heading(hostile.into()),
                Block::Facts(vec![(hostile.into(), hostile.into())]),
                Block::Table { caption: hostile.into(), head: vec![hostile.into()], rows: vec![vec![hostile.into()]] },
                Block::Facts(vec![(
                    "x".into(),
                    Value::Link { text: "here".into(), url: "javascript:alert(1)".into() },
                )]),
            ],
        };
        let drawn = PluginView::new(view, "/x", "en").render().unwrap();
        assert!(!drawn.contains("<script>") && !drawn.contains("javascript:"), "{drawn}");
        assert!(drawn.contains("here"));
    }

    #[test]
    fn what_is_too_long_is_cut_off() {
        let view = View { blocks: vec![Block::Text("x".repeat(100_000_000))] };
        assert!(PluginView::new(view, "/x", "en").render().unwrap().len() < 30_000);
        let rows = vec![vec![Value::from("y")]; 5_000];
        let view = View { blocks: vec![Block::Table { caption: "t".into(), head: vec!["h".into()], rows }] };
        assert!(PluginView::new(view, "/x", "en").render().unwrap().matches("<tr>").count() <= ROWS + 1);
    }

    #[test]
    fn quantities_have_units() {
        assert_eq!(quantity(1, Unit::Switch), "Yes");
        assert_eq!(quantity(2048, Unit::Bytes), "2\u{a0}KiB");
        assert_eq!(quantity(5_000_000_000, Unit::DecimalBytes), "5\u{a0}GB");
        assert_eq!(quantity(7, Unit::Pieces), "7");
    }
}
