//! The document of the API, for programs and for people.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use innkeeper_web::AppState;
use innkeeper_web::Failure;
use innkeeper_web::view::{Chrome, Code};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::document::Document;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(openapi_json)).routes(routes!(page))
}

/// This description, OpenAPI 3.1
#[utoipa::path(get, path = "/openapi.json", tag = "Document", security(()),
    responses((status = 200, body = Object, example = json!({"openapi": "3.1.0"}))))]
async fn openapi_json(Extension(document): Extension<Arc<Document>>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")],
        document.text.clone(),
    )
}

/// This description, to be read
#[utoipa::path(get, path = "/docs", tag = "Document", security(()),
    responses((status = 200, content_type = "text/html", body = String, example = "<!doctype html>…")))]
async fn page(
    State(state): State<AppState>,
    Extension(document): Extension<Arc<Document>>,
) -> Result<Html<String>, Failure> {
    let chrome = Chrome { brand: state.last_brand(), ..Chrome::default() };
    let chrome = chrome.title("REST API").subtitle("/api/v1");
    Ok(Html(DocsPage { chrome, about: about(&document.value), groups: groups(&document.value) }.render()?))
}

/// The page.
#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    chrome: Chrome,
    /// Paragraphs.
    about: Vec<String>,
    groups: Vec<Group>,
}

/// The operations of a tag.
struct Group {
    anchor: String,
    name: String,
    text: String,
    operations: Vec<Operation>,
}

struct Operation {
    anchor: String,
    method: String,
    path: String,
    summary: String,
    text: String,
    parameters: Vec<Parameter>,
    request: Option<Code>,
    answers: Vec<Shown>,
}

struct Parameter {
    name: String,
    place: String,
    required: bool,
    text: String,
}

/// An answer: its status, and an example if it has a body.
struct Shown {
    status: String,
    text: String,
    example: Option<Code>,
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn about(document: &Value) -> Vec<String> {
    text(&document["info"], "description").split("\n\n").map(str::to_owned).collect()
}

fn groups(document: &Value) -> Vec<Group> {
    let tags = document["tags"].as_array().into_iter().flatten();
    let paths = || document["paths"].as_object().into_iter().flatten();
    let group = |tag: &Value| {
        let name = text(tag, "name");
        let of_tag = |op: &Value| op["tags"].as_array().is_some_and(|tags| tags.iter().any(|t| *t == name.as_str()));
        let operations = paths().flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.filter(|(_, op)| of_tag(op)).map(|(method, op)| operation(path, method, op))
        });
        let operations = operations.collect();
        Group { anchor: name.to_lowercase().replace(' ', "-"), text: text(tag, "description"), operations, name }
    };
    tags.map(group).collect()
}

fn operation(path: &str, method: &str, value: &Value) -> Operation {
    let parameters = value["parameters"].as_array().into_iter().flatten().map(|p| Parameter {
        name: text(p, "name"),
        place: text(p, "in"),
        required: p["required"] == true,
        text: text(p, "description"),
    });
    let request = &value["requestBody"]["content"]["application/json"]["example"];
    let answers = value["responses"].as_object().into_iter().flatten();
    let answers = answers.filter(|(_, answer)| answer.get("$ref").is_none()).map(|(status, answer)| {
        let example = &answer["content"]["application/json"]["example"];
        Shown {
            status: status.clone(),
            text: text(answer, "description"),
            example: (!example.is_null()).then(|| Code::json(format!("Answer {status}"), example)),
        }
    });
    Operation {
        anchor: text(value, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(value, "summary"),
        text: text(value, "description"),
        parameters: parameters.collect(),
        request: (!request.is_null()).then(|| Code::json("Request", request)),
        answers: answers.collect(),
    }
}
