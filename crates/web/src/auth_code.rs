//! How the answer of a registrar that was asked for a transfer code is told.

use innkeeper_plugin_api::AuthCodeAnswer;

use crate::view::datetime;

/// The code, unless it was mailed.
pub fn code(answer: &AuthCodeAnswer) -> Option<&str> {
    match answer {
        AuthCodeAnswer::Code(code) | AuthCodeAnswer::Token { code, .. } => Some(code.reveal()),
        AuthCodeAnswer::Mailed(_) => None,
    }
}

/// What else there is to know; empty if nothing.
pub fn note(answer: &AuthCodeAnswer) -> String {
    match answer {
        AuthCodeAnswer::Code(_) => String::new(),
        AuthCodeAnswer::Token { until, .. } => format!("It is good until {}.", datetime(until)),
        AuthCodeAnswer::Mailed(to) => format!("The registrar sent the code to {to}."),
    }
}
