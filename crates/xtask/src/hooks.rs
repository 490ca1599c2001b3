//! `cargo xtask hooks`: how much of the other systems' hooks the catalogue has, and whether the add-on
//! hooks are exactly as a copy of their documentation says.

use anyhow::{Context, bail};
use innkeeper_hooks::{
    CATALOGUE, Kind, System,
    foreign::{Counterpart, Foreign},
};
use std::{fs, path::Path};

/// Counts, or with a file the comparison.
pub(crate) fn run(seed: Option<&Path>) -> anyhow::Result<()> {
    match seed {
        None => counts(),
        Some(path) => compare(&fs::read_to_string(path).with_context(|| path.display().to_string())?)?,
    }
    Ok(())
}

fn counts() {
    let of = |kind: Kind| CATALOGUE.iter().filter(move |row| row.kind == kind);
    for kind in [Kind::Event, Kind::Gate, Kind::Slot] {
        let (all, pending) = (of(kind).count(), of(kind).filter(|row| row.pending.is_some()).count());
        println!("{:<6} {all:>4}, of them {pending} not fired yet", kind.as_str());
    }
    let transient = CATALOGUE.iter().filter(|row| row.transient).count();
    println!("rows   {:>4}, of them {transient} transient", CATALOGUE.len());
    for system in System::ALL {
        let rows: Vec<_> = system.hooks().iter().filter_map(|hook| row_of(system, hook)).collect();
        let pending = rows.iter().filter(|row| row.pending.is_some()).count();
        println!(
            "{:<10} {} of {} have a counterpart, of them {pending} not fired yet; {} have a reason",
            system.name(),
            rows.len(),
            system.hooks().len(),
            system.hooks().len() - rows.len()
        );
    }
}

fn row_of(system: System, hook: &Foreign) -> Option<&'static innkeeper_hooks::Entry> {
    match system.counterpart(hook.name)? {
        Counterpart::Row(named) => innkeeper_hooks::row(named.ours),
        Counterpart::None(_) => None,
    }
}

/// A hook of the copy.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    name: String,
    parameters: Vec<(String, String)>,
    answers: bool,
}

fn compare(copy: &str) -> anyhow::Result<()> {
    let said = parse(copy);
    if said.is_empty() {
        bail!("the file has no hooks: is it the copy of the documentation?");
    }
    let mut different = 0;
    for hook in &said {
        let ours = ours(&hook.name);
        let same = ours.as_ref() == Some(hook);
        let parameters: Vec<String> = hook.parameters.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
        let answer = if hook.answers { "answers" } else { "no answer" };
        println!("{} {}({}) {answer}", if same { "same     " } else { "DIFFERENT" }, hook.name, parameters.join(", "));
        if !same {
            different += 1;
            println!("          ours: {ours:?}");
        }
    }
    println!("{} hooks, {different} different", said.len());
    if different > 0 { bail!("the catalogue differs from the copy") } else { Ok(()) }
}

/// The same of the catalogue: names and order of the view that a plugin of theirs gets, types of the
/// values in it, and whether an answer is taken.
fn ours(name: &str) -> Option<Said> {
    let row = innkeeper_hooks::find(name)?;
    let view = innkeeper_hooks::alias::view(System::Whmcs, row.name, &(row.example)())?;
    let kind = |value: &serde_json::Value| match value {
        serde_json::Value::Number(number) if number.is_i64() => "int",
        serde_json::Value::Number(_) => "float",
        serde_json::Value::String(_) => "string",
        serde_json::Value::Bool(_) => "bool",
        _ => "array",
    };
    let parameters = view.parameters.iter().map(|(name, value)| (name.clone(), kind(value).to_owned())).collect();
    Some(Said { name: view.name.to_owned(), parameters, answers: row.kind == Kind::Slot })
}

/// A hook is a name alone on a line, a sentence, `Parameters` with a table, `Response` with a sentence,
/// and an example.
fn parse(copy: &str) -> Vec<Said> {
    let lines: Vec<&str> = copy.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let at: Vec<usize> = (0..lines.len()).filter(|at| lines.get(*at) == Some(&"Parameters")).collect();
    at.iter().filter_map(|at| hook(&lines, *at)).collect()
}

fn hook(lines: &[&str], parameters: usize) -> Option<Said> {
    // Above it stand the name and the sentence that says when.
    let name = lines.get(parameters.checked_sub(2)?)?;
    let rest = lines.get(parameters + 1..)?;
    let response = rest.iter().position(|line| *line == "Response")?;
    let table = rest.get(..response)?.iter().filter(|line| !line.starts_with("Variable "));
    let parameters = table.filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    });
    let answers = !rest.get(response + 1)?.starts_with("No response");
    Some(Said { name: (*name).to_owned(), parameters: parameters.collect(), answers })
}
