//! JSON-RPC: from a request body to a method and back.

use serde_json::{Value, json};

use super::{
    domains,
    error::{self, RpcError},
    machine::Machine,
    query::Row,
    session::Caller,
    users,
};
use crate::journal::{Journal, Outcome};

/// What a request carries besides its body.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The session cookie.
    pub cookie: String,
    /// The `X-Token` header.
    pub token: String,
}

/// The result of one method.
pub struct Answer {
    /// `result` of the response.
    pub result: Value,
    /// A new session cookie.
    pub cookie: Option<String>,
    /// Whether the server's data changed.
    pub changed: bool,
}

impl Answer {
    /// A result that changed nothing.
    pub fn of(result: Value) -> Self {
        Self { result, cookie: None, changed: false }
    }
}

/// The running account of a mass operation.
pub struct Mass<'a> {
    method: &'a str,
    journal: &'a Journal,
    results: Vec<Value>,
    errors: Vec<Value>,
    changed: bool,
}

impl<'a> Mass<'a> {
    fn new(method: &'a str, journal: &'a Journal) -> Self {
        Self { method, journal, results: Vec::new(), errors: Vec::new(), changed: false }
    }

    /// One item was carried out.
    pub fn done(&mut self, subject: &str, result: Option<Value>) {
        self.journal.record(self.method, subject, Outcome::Done);
        self.results.extend(result);
        self.changed = true;
    }

    /// One item was refused.
    pub fn refused(&mut self, subject: &str, index: usize, error: &RpcError) {
        let reason = error.reason();
        self.journal.record(self.method, subject, Outcome::Refused { reason });
        self.errors.push(error.of_item(index));
    }

    fn answer(self) -> Answer {
        Answer { result: json!({ "errors": self.errors, "result": self.results }), cookie: None, changed: self.changed }
    }
}

/// Works on one request body; returns the response object, a new cookie and whether the
/// data changed.
pub fn handle(machine: &Machine, credentials: &Credentials, body: &[u8]) -> Answer {
    let (id, outcome) = match parse(body) {
        Ok(request) => {
            let outcome = dispatch(machine, credentials, &request.method, &request.params);
            (request.id, outcome)
        }
        Err(error) => (Value::Null, Err(error)),
    };
    match outcome {
        Ok(answer) => Answer { result: json!({ "jsonrpc": "2.0", "id": id, "result": answer.result }), ..answer },
        Err(error) => Answer::of(json!({ "jsonrpc": "2.0", "id": id, "error": error.top_level() })),
    }
}

struct RpcRequest {
    id: Value,
    method: String,
    params: Row,
}

fn parse(body: &[u8]) -> Result<RpcRequest, RpcError> {
    let value: Value = serde_json::from_slice(body).map_err(|_| RpcError::new(error::PARSE_ERROR, "Parse error."))?;
    let invalid = || RpcError::new(error::INVALID_REQUEST, "Invalid request.");
    let request = value.as_object().ok_or_else(invalid)?;
    if request.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(invalid());
    }
    let method = request.get("method").and_then(Value::as_str);
    let params = match request.get("params") {
        None => Row::new(),
        Some(Value::Object(params)) => params.clone(),
        Some(_) => return Err(RpcError::params("params")),
    };
    Ok(RpcRequest {
        id: request.get("id").cloned().unwrap_or(Value::Null),
        method: method.ok_or_else(invalid)?.to_owned(),
        params,
    })
}

fn dispatch(machine: &Machine, credentials: &Credentials, method: &str, params: &Row) -> Result<Answer, RpcError> {
    match method {
        "Session.login" => return log_in(machine, params),
        "Version.getApiVersion" => return Ok(Answer::of(json!({ "apiVersion": 1 }))),
        "Version.getProductVersion" => return Ok(product_version()),
        _ => {}
    }
    let caller = machine.sessions().caller(&credentials.cookie, &credentials.token)?;
    let seats = machine.options.seats;
    match method {
        "Session.logout" => {
            machine.sessions().log_out(&credentials.cookie);
            Ok(Answer::of(json!({})))
        }
        "Session.whoAmI" => Ok(Answer::of(json!({ "userDetails": caller.details() }))),
        "Server.getVersion" => Ok(server_version()),
        "Server.findEntityByEmail" => domains::find_by_email(&machine.store(), params),
        "Domains.get" => domains::get(&machine.store(), &caller, params),
        "Domains.getUserCountInfo" => domains::user_count(&machine.store(), seats, params),
        "Domains.generatePassword" => domains::generate_password(&machine.store(), params),
        "Domains.getSettings" => Ok(domains::settings(&machine.store())),
        "UserTemplates.get" | "UserTemplates.getAvailable" => domains::templates(&machine.store(), params),
        "AccessPolicy.getGroupList" => Ok(Answer::of(json!({ "groups": machine.store().access_groups }))),
        "Users.get" => users::get(&machine.store(), &caller, params),
        "Users.getMailboxCount" => {
            let total = machine.store().users.len();
            Ok(Answer::of(json!({"count": {"active": total, "total": total}})))
        }
        "Users.create" | "Users.set" | "Users.remove" => change(machine, &caller, method, params),
        _ => Err(RpcError::about(error::UNKNOWN_METHOD, "Method %1 not found.", method)),
    }
}

fn change(machine: &Machine, caller: &Caller, method: &str, params: &Row) -> Result<Answer, RpcError> {
    use super::session::Role;
    if caller.role == Role::Auditor {
        return Err(RpcError::denied());
    }
    let mut mass = Mass::new(method, &machine.journal);
    let mut store = machine.store();
    let seats = machine.options.seats;
    match method {
        "Users.create" => users::create(&mut store, caller, seats, params, &mut mass)?,
        "Users.set" => users::set(&mut store, caller, seats, params, &mut mass)?,
        _ => users::remove(&mut store, caller, params, &mut mass)?,
    }
    let answer = mass.answer();
    if answer.changed {
        machine.persist(&store)?;
    }
    Ok(answer)
}

fn log_in(machine: &Machine, params: &Row) -> Result<Answer, RpcError> {
    let user_name = text_member(params, "userName")?;
    let password = text_member(params, "password")?;
    let application = member(params, "application")?.as_object();
    let application = application.ok_or_else(|| RpcError::params("application"))?;
    for name in ["name", "vendor", "version"] {
        text_member(application, name)?;
    }
    let store = machine.store();
    let (cookie, token) = machine.sessions().log_in(&store, &machine.options, user_name, password)?;
    Ok(Answer { cookie: Some(cookie), ..Answer::of(json!({ "token": token })) })
}

fn product_version() -> Answer {
    Answer::of(json!({"productVersion": {
        "productName": "Kerio Connect", "major": 10, "minor": 0, "revision": 8, "build": 9228,
        "order": 0, "releaseType": "Final", "displayNumber": "10.0.8",
    }}))
}

fn server_version() -> Answer {
    Answer::of(json!({
        "product": "Kerio Connect", "version": "10.0.8.9228",
        "major": 10, "minor": 0, "revision": 8, "build": 9228,
    }))
}

/// A required parameter.
///
/// # Errors
/// `-32602` when it is missing.
pub fn member<'a>(params: &'a Row, name: &str) -> Result<&'a Value, RpcError> {
    params.get(name).ok_or_else(|| RpcError::params(name))
}

/// A required text parameter.
///
/// # Errors
/// `-32602` when it is missing or not a string.
pub fn text_member<'a>(params: &'a Row, name: &str) -> Result<&'a str, RpcError> {
    let text = member(params, name)?.as_str();
    text.ok_or_else(|| RpcError::params(name))
}
