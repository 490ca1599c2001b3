//! Actions of plugins, as the doors offer and report them.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::services::EffectView;
use innkeeper_plugin_api::{Action, server::SignOnTarget};
use serde_json::Value;

use crate::plugin_view::link;
use crate::view::{Cell, Facts, PostButton};

/// The button that leads to an action below the page at `base`: it runs at once, unless there is
/// something to ask first, which is asked on a page of its own.
pub enum ActionButton {
    /// Runs at once.
    Run(PostButton),
    /// Asks first: address and text.
    Ask(String, String),
}

impl ActionButton {
    /// The button of an action.
    pub fn new(action: &Action, base: &str) -> Self {
        let address = format!("{base}/actions/{}", action.key);
        match asks(action) {
            true => Self::Ask(address, action.label.clone()),
            false => Self::Run(PostButton::new(&address, &action.label).small()),
        }
    }
}

/// Is there something to ask before it runs?
pub fn asks(action: &Action) -> bool {
    action.destructive || action.confirm.is_some() || !action.fields.is_empty()
}

/// What the page says before an action runs.
pub fn question(action: &Action) -> String {
    match (&action.confirm, action.destructive) {
        (Some(text), _) => text.clone(),
        (None, true) => "This destroys data, and it cannot be undone.".to_owned(),
        (None, false) => String::new(),
    }
}

/// What an operation brought to light: its message, and its data.
pub struct Finding {
    /// Which operation.
    pub effect: innkeeper_domain::EffectId,
    /// The action.
    pub label: String,
    /// Its line.
    pub message: String,
    /// Its data.
    pub facts: Facts,
    /// There are secrets in it, which this viewer may see.
    pub has_secrets: bool,
}

impl Finding {
    /// The latest one among these operations, for the viewer with this tag.
    pub fn latest(effects: &[EffectView], viewer: &str) -> Option<Self> {
        let effect = effects.iter().find(|effect| effect.result.is_some())?;
        let result = effect.result.as_ref()?;
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let data = result.get("data").and_then(Value::as_array).into_iter().flatten();
        let facts = data.fold(Facts::new(), |facts, row| {
            let cell = match text(row, "url") {
                url if url.is_empty() => Cell::Text(text(row, "text")),
                url => link(text(row, "text"), url),
            };
            facts.row(text(row, "label"), cell)
        });
        Some(Self {
            effect: effect.id,
            label: text(&effect.request, "label"),
            message: text(result, "message"),
            facts,
            has_secrets: effect.has_secrets && effect.actor == viewer,
        })
    }
}

/// The secrets that an action brought to light, for whoever ran it.
#[derive(Template)]
#[template(path = "components/secrets.html")]
pub struct Secrets {
    facts: Facts,
    back: String,
}

crate::component!(Secrets);

impl Secrets {
    /// As (label, value), with a way back to the page at `back`.
    pub fn new(found: Vec<(String, String)>, back: impl Into<String>) -> Self {
        let facts = found.into_iter().fold(Facts::new(), |facts, (label, value)| facts.row(label, Cell::Code(value)));
        Self { facts, back: back.into() }
    }
}

/// The buttons that lead into the vendor's panel, below the page at `base`.
pub fn sign_on_buttons(targets: &[(SignOnTarget, &'static str)], base: &str) -> Vec<PostButton> {
    let button = |(target, label): &(SignOnTarget, &'static str)| {
        let (word, _) = TARGETS.iter().find(|(_, one)| one == target)?;
        Some(PostButton::new(&format!("{base}/sign-on/{word}"), label).icon("external-link"))
    };
    targets.iter().filter_map(button).collect()
}

/// Where a button of [`sign_on_buttons`] leads; `NotFound` for any other word.
pub fn sign_on_target(word: &str) -> Result<SignOnTarget, AppError> {
    let found = TARGETS.iter().find(|(one, _)| *one == word);
    found.map(|(_, target)| *target).ok_or(AppError::NotFound("sign-on"))
}

/// What people can sign on to from the page of a service, by the word of its address.
const TARGETS: [(&str, SignOnTarget); 2] = [("account", SignOnTarget::Account), ("reseller", SignOnTarget::Reseller)];
