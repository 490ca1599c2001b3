//! Compiling and running texts, within limits.

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, syntax::SyntaxConfig};
use std::io::{self, Write};

use super::{
    catalogue::{About, Vars},
    check::{Fault, check},
};

/// Most steps of a run: some thousand lines of an invoice.
const FUEL: u64 = 50_000;
/// Most bytes of a run's output.
const MOST_OUTPUT: usize = 256 * 1024;
/// Most characters of a subject.
const MOST_SUBJECT: usize = 250;

/// A subject and a body, ready to be run.
pub(super) struct Sheet {
    env: Environment<'static>,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Subject,
    Body,
}

impl Half {
    /// The field of a form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
        }
    }
}

impl Sheet {
    /// Checks and compiles the texts of a notice. Everything that is wrong with them otherwise.
    pub fn compile(about: &About, subject: &str, body: &str) -> Result<Self, Vec<(Half, Fault)>> {
        let mut env = Environment::empty();
        let syntax = syntax();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|_| AutoEscape::None);
        env.set_fuel(Some(FUEL));
        env.add_filter("upper", upper);
        env.add_filter("lower", lower);
        env.add_filter("length", length);
        env.add_filter("join", join);
        env.add_filter("first", first);
        env.add_filter("last", last);
        let known = |name: &str| about.all_variables().find(|v| v.name == name).map(|v| v.kind);
        let mut faults = vec![];
        for (half, text) in [(Half::Subject, subject), (Half::Body, body)] {
            let text = inline_ends(text);
            let wrong = check(&text, &syntax, &known);
            if wrong.is_empty() {
                env.set_syntax(syntax.clone());
                if let Err(error) = env.add_template_owned(half.as_str(), text) {
                    faults.push((half, Fault::of(&error)));
                }
            }
            faults.extend(wrong.into_iter().map(|fault| (half, fault)));
        }
        if faults.is_empty() { Ok(Self { env }) } else { Err(faults) }
    }

    /// Both texts with these values: a subject of one line, and the body.
    pub fn run(&self, vars: &Vars) -> Result<(String, String), (Half, Fault)> {
        let values = Value::from_pairs(vars.iter().map(|(name, value)| (*name, value.clone())));
        let subject = self.half(Half::Subject, &values)?;
        Ok((one_line(&subject), self.half(Half::Body, &values)?))
    }

    fn half(&self, half: Half, values: &Value) -> Result<String, (Half, Fault)> {
        let mut out = Limited(vec![]);
        let ran = self.env.get_template(half.as_str());
        let ran = ran.and_then(|template| template.render_captured_to(values.clone(), &mut out).map(|_| ()));
        ran.map_err(|error| (half, told(&error)))?;
        Ok(String::from_utf8_lossy(&out.0).into_owned())
    }
}

fn told(error: &Error) -> Fault {
    match error.kind() {
        ErrorKind::OutOfFuel => Fault::new(error.line().unwrap_or(1), "does too much: a text may not take that long"),
        ErrorKind::WriteFailure => Fault::new(error.line().unwrap_or(1), "becomes too long"),
        _ => Fault::of(error),
    }
}

fn syntax() -> SyntaxConfig {
    let tags_leave_no_lines = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    // Only delimiters can be wrong, and those are the usual ones.
    tags_leave_no_lines.unwrap_or_default()
}

/// A tag that has a line for itself leaves no line behind. At the end of a line with other text, it must leave the
/// line's end alone, which the engine wants to be told with a plus sign.
fn inline_ends(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let line = |line: &str| match line.trim_end().strip_suffix("%}") {
        Some(rest) if !rest.ends_with(['-', '+']) && !is_alone(line) => format!("{rest}+%}}"),
        _ => line.to_owned(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Is the line one tag and nothing else?
fn is_alone(line: &str) -> bool {
    let inner = line.trim().strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}"));
    inner.is_some_and(|inner| !inner.contains("{%") && !inner.contains("{{"))
}

/// What may stand in a header: one line, and not too long.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(MOST_SUBJECT).collect()
}

/// Takes so much and no more.
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MOST_OUTPUT {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn upper(text: &str) -> String {
    text.to_uppercase()
}
fn lower(text: &str) -> String {
    text.to_lowercase()
}
fn length(list: Vec<Value>) -> usize {
    list.len()
}
fn join(list: Vec<Value>, between: Option<&str>) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(between.unwrap_or(", "))
}
fn first(list: Vec<Value>) -> Value {
    list.into_iter().next().unwrap_or_else(|| Value::from(""))
}
fn last(list: Vec<Value>) -> Value {
    list.into_iter().next_back().unwrap_or_else(|| Value::from(""))
}
