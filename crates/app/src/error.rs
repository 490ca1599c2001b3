//! What a use case may answer instead of its result. No HTTP words: `web` has the two renderings.

use innkeeper_plugin_api::PluginError;
use std::fmt::Display;

/// The result of a use case.
pub type Result<T> = std::result::Result<T, AppError>;

/// A field that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field as the command calls it.
    pub field: String,
    /// What is wrong, as a phrase after the field's label ("must …", "is …").
    pub message: String,
}

/// Why a use case did nothing.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or it is somebody else's: the two look the same.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The actor may not do that.
    #[error("you may not do that")]
    Forbidden,
    /// The credentials are wrong or the account is closed.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The input is wrong.
    #[error("the input is not valid")]
    Invalid(Vec<FieldError>),
    /// The input is fine, but the state of things does not allow it. The text says what to do.
    #[error("{0}")]
    Conflict(String),
    /// Too many attempts; seconds to wait.
    #[error("too many attempts: try again in {0} seconds")]
    TooMany(u64),
    /// A plugin refused or failed.
    #[error("{0}")]
    External(PluginError),
    /// Our own fault.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// One refused field.
    pub fn invalid(field: impl Into<String>, message: impl Display) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), message: message.to_string() }])
    }
    /// A conflict with a text that says what to do.
    pub fn conflict(text: impl Into<String>) -> Self {
        Self::Conflict(text.into())
    }
    /// Something of ours that should never happen.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<innkeeper_db::Error> for AppError {
    fn from(error: innkeeper_db::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}
impl From<PluginError> for AppError {
    fn from(error: PluginError) -> Self {
        Self::External(error)
    }
}
impl From<serde_json::Error> for AppError {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}
impl From<innkeeper_domain::MoneyError> for AppError {
    fn from(error: innkeeper_domain::MoneyError) -> Self {
        Self::Conflict(error.to_string())
    }
}

/// Collects refused fields, so that a form shows all of them at once.
#[derive(Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Refuses `field` unless `ok`.
    pub fn require(&mut self, ok: bool, field: &str, message: impl Display) {
        if !ok {
            self.0.push(FieldError { field: field.to_owned(), message: message.to_string() });
        }
    }
    /// A parsed value, or a refusal of `field`.
    pub fn parse<T, E: Display>(&mut self, field: &str, parsed: std::result::Result<T, E>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(e) => {
                self.require(false, field, e);
                None
            }
        }
    }
    /// Refuses text that is empty, longer than `max` characters, or holds control characters.
    pub fn text(&mut self, field: &str, text: &str, max: usize, required: bool) {
        self.require(!required || !text.trim().is_empty(), field, "must not be empty");
        self.require(text.chars().count() <= max, field, format_args!("must have at most {max} characters"));
        let clean = !text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t');
        self.require(clean, field, "must not contain control characters");
    }
    /// Fails if anything was refused.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(AppError::Invalid(self.0)) }
    }
}
