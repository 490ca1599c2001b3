//! A snapin that listens to everything, guards every gate and fills every slot, and writes down which.

use innkeeper_plugin_api::{
    hooks::{self, CATALOGUE, Entry, Kind, slots::*},
    tasks::{Judgement, Risk, Suspect},
    *,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use crate::toys::HOSTILE;

/// What fired, and what the gates are to be answered.
#[derive(Default)]
pub struct Notes {
    fired: Mutex<BTreeMap<String, Value>>,
    verdicts: Mutex<BTreeMap<&'static str, Verdict>>,
}

impl Notes {
    /// Canonical names of all that fired.
    pub fn fired(&self) -> BTreeSet<String> {
        self.fired.lock().unwrap().keys().cloned().collect()
    }
    /// The latest payload of a hook.
    pub fn latest(&self, name: &str) -> Value {
        self.fired.lock().unwrap().get(name).cloned().unwrap_or_default()
    }
    /// Answers a gate this way from now on.
    pub fn answer(&self, gate: &'static str, verdict: Verdict) {
        self.verdicts.lock().unwrap().insert(gate, verdict);
    }
    /// Lets everything through again.
    pub fn allow_all(&self) {
        self.verdicts.lock().unwrap().clear();
    }
    fn note(&self, name: &str, payload: &Value) {
        self.fired.lock().unwrap().insert(name.to_owned(), payload.clone());
    }
}

struct Recorder(Arc<Notes>);

fn of(kind: Kind) -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().copied().filter(move |row| row.kind == kind)
}

#[async_trait]
impl Snapin for Recorder {
    fn subscribers(&self, _: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        let events = of(Kind::Event).map(|row| row.name.to_owned()).collect();
        Ok(vec![Subscriber { key: "all".into(), label: "Everything".into(), events }])
    }
    async fn on_event(&self, _: &PluginCtx, _: &str, event: &EventEnvelope) -> Result<(), PluginError> {
        self.0.note(&event.name, &event.payload);
        Ok(())
    }
    fn gates(&self) -> Option<&dyn GateKeeper> {
        Some(self)
    }
    fn slots(&self) -> Option<&dyn SlotFiller> {
        Some(self)
    }
    fn screening(&self) -> Option<&dyn Screening> {
        Some(self)
    }
}

/// Doubts `eva.com`.
#[async_trait]
impl Screening for Recorder {
    async fn screen(&self, _: &PluginCtx, suspect: &Suspect) -> Result<Judgement, PluginError> {
        let doubt = suspect.domains.iter().any(|name| name == "eva.com");
        let (risk, score) = if doubt { (Risk::Review, 60) } else { (Risk::Accept, 0) };
        Ok(Judgement { risk, score, reasons: vec![HOSTILE.into()] })
    }
}

#[async_trait]
impl GateKeeper for Recorder {
    fn gates(&self) -> Vec<(&'static str, i32)> {
        of(Kind::Gate).map(|row| (row.name, 0)).collect()
    }
    async fn ask(&self, _: &PluginCtx, gate: &str, question: &Value) -> Result<Verdict, PluginError> {
        self.0.note(gate, question);
        Ok(self.0.verdicts.lock().unwrap().get(gate).cloned().unwrap_or(Verdict::Allow))
    }
}

#[async_trait]
impl SlotFiller for Recorder {
    fn slots(&self) -> Vec<&'static str> {
        of(Kind::Slot).map(|row| row.name).collect()
    }
    async fn fill(&self, _: &PluginCtx, slot: &str, context: &Value) -> Result<Option<SlotAnswer>, PluginError> {
        self.0.note(slot, context);
        let text = format!("{slot} {HOSTILE}");
        let schema = hooks::row(slot).and_then(|row| row.answer).map(|answer| answer());
        let kind = schema.and_then(|schema| schema.get("title").and_then(Value::as_str).map(str::to_owned));
        Ok(match kind.as_deref() {
            Some("MenuLink") => Some(MenuLink { label: text, href: "https://example.com/".into() }.into()),
            Some("Fact") => Some(Fact { label: slot.into(), value: text }.into()),
            Some("MetaTag") => Some(MetaTag { name: "generator".into(), content: text }.into()),
            Some("SearchHit") => {
                Some(SearchHit { title: text, detail: String::new(), href: "javascript:alert(1)".into() }.into())
            }
            _ => Some(TextBlock { title: slot.into(), text, link: Some("javascript:alert(1)".into()) }.into()),
        })
    }
}

/// The snapin `recorder` and what it writes down.
pub fn recorder() -> (Plugin, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let plugin = crate::toys::plugin("recorder", Implementation::Snapin(Arc::new(Recorder(notes.clone()))));
    (plugin, notes)
}
