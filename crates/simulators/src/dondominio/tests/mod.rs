//! The simulator from outside, over real HTTP.

mod changes;
mod orders;
mod wire;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Options, Simulator};

const FORM: &str = "application/x-www-form-urlencoded";

async fn started() -> Simulator {
    Simulator::start(Options::default()).await.unwrap()
}

/// Sends one request on a connection of its own; the whole answer as text,
/// empty when the connection broke before a byte came.
async fn exchange(sim: &Simulator, method: &str, path: &str, kind: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(sim.addr()).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: sim\r\nconnection: close\r\n\
         content-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

fn encode(fields: &[(&str, &str)]) -> String {
    let encode = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    let pairs = fields.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn body_of(answer: &str) -> Value {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    serde_json::from_str(body).unwrap()
}

/// Calls an action with good credentials.
async fn call(sim: &Simulator, action: &str, fields: &[(&str, &str)]) -> Value {
    let mut all = vec![("apiuser", "12345-SIM"), ("apipasswd", "simulated-key")];
    all.extend_from_slice(fields);
    let path = format!("/{action}/");
    body_of(&exchange(sim, "POST", &path, FORM, &encode(&all)).await)
}

/// The `responseData` of a call that must succeed.
async fn done(sim: &Simulator, action: &str, fields: &[(&str, &str)]) -> Value {
    let mut answer = call(sim, action, fields).await;
    assert_eq!(answer["success"], json!(true), "{action} {fields:?}: {answer}");
    answer["responseData"].take()
}

/// The error code of a call; 0 when it succeeded.
async fn code(sim: &Simulator, action: &str, fields: &[(&str, &str)]) -> i64 {
    let answer = call(sim, action, fields).await;
    assert_eq!(answer["success"], json!(answer["errorCode"] == json!(0)));
    answer["errorCode"].as_i64().unwrap()
}

/// A complete owner.
const OWNER: [(&str, &str); 11] = [
    ("ownerContactType", "individual"),
    ("ownerContactFirstName", "Ana"),
    ("ownerContactLastName", "Núñez"),
    ("ownerContactIdentNumber", "12345678Z"),
    ("ownerContactEmail", "ana@example.com"),
    ("ownerContactPhone", "+34.600111222"),
    ("ownerContactAddress", "Calle Mayor 1\r\n\r\n2º B"),
    ("ownerContactPostalCode", "28001"),
    ("ownerContactCity", "Madrid"),
    ("ownerContactState", "Madrid"),
    ("ownerContactCountry", "ES"),
];

/// An order for `name` with `extra` fields.
fn order<'a>(name: &'a str, extra: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("domain", name)];
    fields.extend_from_slice(&OWNER);
    fields.extend_from_slice(extra);
    fields
}

/// Registers a name and lets it become active.
async fn register(sim: &Simulator, name: &str) -> Value {
    done(sim, "domain/create", &order(name, &[])).await;
    status(sim, name).await
}

async fn status(sim: &Simulator, name: &str) -> Value {
    done(sim, "domain/getinfo", &[("domain", name), ("infoType", "status")]).await
}
