//! What a gate may be answered, and what the answers of other systems' hooks mean.

use serde_json::{Map, Value};

/// The answer of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Allow,
    /// Go on with these fields of the question replaced. Only those that the gate declares adjustable
    /// count, and only if they fit; the rest is left as it was and logged.
    Adjust(Map<String, Value>),
    /// Stop; the reason, for people.
    Refuse(String),
    /// Stop, for several reasons; none is like [`Verdict::Allow`].
    RefuseAll(Vec<String>),
    /// Treat the work as done without doing it. What that means stands with each gate in the catalogue;
    /// for a gate that has no such meaning it is like [`Verdict::Allow`].
    Skip,
}

impl Verdict {
    /// What a WHMCS hook meant by returning `answer`: the abort flags, texts and lists of texts of its
    /// validation hooks, or overrides by name (their names: see `hooks::alias`).
    pub fn of_whmcs(answer: &Value) -> Self {
        match answer {
            Value::String(reason) if !reason.is_empty() => Self::Refuse(reason.clone()),
            Value::Array(reasons) if !reasons.is_empty() => {
                Self::RefuseAll(reasons.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            }
            Value::Object(map) => of_map(map),
            _ => Self::Allow,
        }
    }

    /// Does it let the work go on?
    pub fn lets_go_on(&self) -> bool {
        match self {
            Self::Allow | Self::Adjust(_) => true,
            Self::RefuseAll(reasons) => reasons.is_empty(),
            Self::Refuse(_) | Self::Skip => false,
        }
    }
}

fn of_map(map: &Map<String, Value>) -> Verdict {
    let set = |flag: &str| match map.get(flag) {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::Number(number)) => number.as_i64() != Some(0),
        Some(Value::String(text)) => !text.is_empty() && text != "0",
        _ => false,
    };
    // An error says more than a flag beside it.
    if let Some(Value::String(reason)) = map.get("abortWithError") {
        return Verdict::Refuse(reason.clone());
    }
    if set("abortcmd") || set("abortCancel") || set("abortWithError") {
        return Verdict::Refuse("a hook stopped this".to_owned());
    }
    if ["abortWithSuccess", "abortsend", "abortLogging", "skipProcessing"].into_iter().any(set) {
        return Verdict::Skip;
    }
    const FLAGS: [&str; 7] = [
        "abortcmd",
        "abortCancel",
        "abortWithError",
        "abortWithSuccess",
        "abortsend",
        "abortLogging",
        "skipProcessing",
    ];
    let rest: Map<String, Value> =
        map.iter().filter(|(name, _)| !FLAGS.contains(&name.as_str())).map(|(n, v)| (n.clone(), v.clone())).collect();
    if rest.is_empty() { Verdict::Allow } else { Verdict::Adjust(rest) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_way_to_abort_is_understood() {
        let stopped = Verdict::Refuse("a hook stopped this".into());
        let two = Verdict::RefuseAll(vec!["too short".into(), "too plain".into()]);
        let overridden = json!({ "username": "ada" }).as_object().unwrap().clone();
        for (answer, meaning) in [
            (json!(null), Verdict::Allow),
            (json!([]), Verdict::Allow),
            (json!(""), Verdict::Allow),
            (json!({ "abortcmd": true }), stopped.clone()),
            (json!({ "abortcmd": false }), Verdict::Allow),
            (json!({ "abortcmd": 1 }), stopped.clone()),
            (json!({ "abortWithError": "no quota" }), Verdict::Refuse("no quota".into())),
            (json!({ "abortWithSuccess": true }), Verdict::Skip),
            (json!({ "abortCancel": true }), stopped),
            (json!({ "abortsend": true }), Verdict::Skip),
            (json!({ "abortLogging": true }), Verdict::Skip),
            (json!({ "skipProcessing": true }), Verdict::Skip),
            (json!("too short"), Verdict::Refuse("too short".into())),
            (json!(["too short", "too plain"]), two),
            (json!({ "username": "ada", "abortcmd": false }), Verdict::Adjust(overridden)),
        ] {
            assert_eq!(Verdict::of_whmcs(&answer), meaning, "{answer}");
        }
    }
}
