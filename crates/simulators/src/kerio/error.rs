//! Kerio's two kinds of error: of a whole call and of one item of a mass operation.

use serde_json::{Value, json};

/// Session expired, or never logged in.
pub const NOT_LOGGED_IN: i64 = -32001;
/// The body is not JSON.
pub const PARSE_ERROR: i64 = -32700;
/// Not a JSON-RPC request.
pub const INVALID_REQUEST: i64 = -32600;
/// No such method.
pub const UNKNOWN_METHOD: i64 = -32601;
/// A parameter is missing or has the wrong shape.
pub const INVALID_PARAMS: i64 = -32602;
/// The catch-all: bad log-in, weak password.
pub const FAILED: i64 = 1000;
/// The name or address is taken.
pub const EXISTS: i64 = 1001;
/// No such item.
pub const NOT_THERE: i64 = 1002;
/// Licence or domain limit.
pub const LIMIT: i64 = 1003;
/// Not with these rights.
pub const DENIED: i64 = 1004;

/// An error with `%1`, `%2` placeholders in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcError {
    /// Negative: platform. Positive: application.
    pub code: i64,
    /// English text with placeholders.
    pub message: String,
    /// What goes into the placeholders.
    pub parameters: Vec<String>,
}

impl RpcError {
    /// An error without placeholders.
    pub fn new(code: i64, message: &str) -> Self {
        Self { code, message: message.to_owned(), parameters: Vec::new() }
    }

    /// An error whose `%1` is `parameter`.
    pub fn about(code: i64, message: &str, parameter: &str) -> Self {
        Self { parameters: vec![parameter.to_owned()], ..Self::new(code, message) }
    }

    /// A parameter is missing or has the wrong shape.
    pub fn params(name: &str) -> Self {
        Self::about(INVALID_PARAMS, "Invalid params: %1.", name)
    }

    /// The caller's role does not allow it.
    pub fn denied() -> Self {
        Self::new(DENIED, "Access denied.")
    }

    /// No session, or cookie and token do not belong together.
    pub fn not_logged_in() -> Self {
        Self::new(NOT_LOGGED_IN, "Session expired.")
    }

    /// The same answer for a wrong name, a wrong password and a locked account.
    pub fn bad_login() -> Self {
        Self::new(FAILED, "Username or password is not correct.")
    }

    /// The `error` member of a response.
    pub fn top_level(&self) -> Value {
        json!({
            "code": self.code,
            "message": self.message,
            "data": { "messageParameters": self.message_parameters() },
        })
    }

    /// One entry of `result.errors`.
    pub fn of_item(&self, index: usize) -> Value {
        json!({
            "inputIndex": index,
            "code": self.code,
            "message": self.message,
            "messageParameters": self.message_parameters(),
        })
    }

    /// For the journal: code and text with the placeholders filled.
    pub fn reason(&self) -> String {
        let mut text = self.message.clone();
        for (index, parameter) in self.parameters.iter().enumerate() {
            text = text.replace(&format!("%{}", index + 1), parameter);
        }
        format!("{}: {text}", self.code)
    }

    fn message_parameters(&self) -> Value {
        json!({ "positionalParameters": self.parameters, "plurality": 1 })
    }
}
