//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::{docs, example, operations, problem};

/// Tags in the order of the page, with a line each.
const TAGS: [(&str, &str); 18] = [
    ("Tokens", "Who you are, and tokens of this API."),
    ("Clients", "Who is billed, who gets their mail, who logs in for them."),
    ("Store", "What is on sale, as visitors see it."),
    ("Carts", "Choices, and ordering them."),
    ("Orders", "What was ordered."),
    ("Invoices", "Issued once, never edited."),
    ("Payments", "Money that arrived, and the ways to pay."),
    ("Services", "What clients have, and what can be done with it."),
    ("Domains", "Finding free names, and what can be done with those held."),
    ("Operations", "What happens at vendors in the background."),
    ("Catalogue", "Products, prices, extensions, tax rules, as staff see them."),
    ("Custom fields", "Questions that the host adds."),
    ("Servers", "Machines and accounts on which services are set up."),
    ("Plugins", "What is installed, and its settings."),
    ("Events", "What happened, who was told, and telling them again."),
    ("System", "Jobs, the audit log, the self-audit."),
    ("Staff", "Members of staff and their roles."),
    ("Autologin", "Links of other sites that log clients in."),
];
/// The rest of them.
const MORE_TAGS: [(&str, &str); 5] = [
    ("Settings", "Company, brand, automation, mail."),
    ("Mails", "What clients are written, in which words, and whether it arrived."),
    ("Overview", "Search, and the figures of the first page."),
    ("Reports", "What was sold, what recurs, what is owed, what tax is due; the ledger."),
    ("Document", "This description."),
];

const ABOUT: &str = "Everything that the portal and the panel can do. A token acts for one client or one member of \
staff, and its scopes narrow what that may do: things of others are answered like things that do not exist.\n\n\
Lists come newest first in pages: give `next` as `before` to go on. Bodies are JSON; fields that an operation does not \
know are refused. Money has both its decimal text and its minor units. Days and times are ISO 8601, times in UTC.\n\n\
Refusals are `application/problem+json` (RFC 9457). A POST with an `Idempotency-Key` is done once, however often it is \
sent.";

#[derive(OpenApi)]
#[openapi(components(schemas(problem::ProblemDetails)))]
struct Base;

/// The document of this build.
pub(super) struct Document {
    /// As JSON.
    pub(super) text: String,
    /// The same.
    pub(super) value: Value,
}

impl Document {
    pub(super) fn new() -> Self {
        let value = openapi();
        Self { text: format!("{value:#}\n"), value }
    }
}

/// The OpenAPI 3.1 document of the API.
pub fn openapi() -> Value {
    let all: OpenApiRouter<_> = OpenApiRouter::with_openapi(Base::openapi()).merge(operations()).merge(docs::routes());
    let mut value = serde_json::to_value(all.into_openapi()).unwrap_or_default();
    let tags: Vec<Value> =
        TAGS.iter().chain(&MORE_TAGS).map(|(name, text)| json!({ "name": name, "description": text })).collect();
    value["info"] = json!({ "title": "Innkeeper", "version": "1", "description": ABOUT });
    value["servers"] = json!([{ "url": "/api/v1" }]);
    value["tags"] = tags.into();
    value["security"] = json!([{ "token": [] }]);
    value["components"]["securitySchemes"] = json!({ "token": { "type": "http", "scheme": "bearer",
        "description": "A token of this API: `Authorization: Bearer ink_…`" } });
    let refused = json!({ "description": "Refused", "content": { "application/problem+json":
        { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    value["components"]["responses"] = json!({ "Problem": refused });
    let schemas = value["components"]["schemas"].clone();
    let paths = value.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                complete(path, method, operation, &schemas);
            }
        }
    }
    value
}

/// Adds what every operation has.
fn complete(path: &str, method: &str, operation: &mut Map<String, Value>, schemas: &Value) {
    operation.insert("operationId".into(), operation_id(path, method).into());
    let is_open = operation.get("security").is_some();
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            parameters.retain(|p| p["in"] != "path" || p["name"] != name);
            parameters.push(path_parameter(path, name));
        }
        if method == "post" {
            parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "Your name for this request: sent again, it is not done again.",
                "schema": { "type": "string", "maxLength": 255 }, "example": "0b9e2d5c-5f0c-4c8e-9a55-1d3f2e6a7b10" }));
        }
        parameters.iter_mut().for_each(describe_paging);
    }
    if operation.get("parameters").is_some_and(|p| p == &json!([])) {
        operation.remove("parameters");
    }
    if let Some(media) = operation.get_mut("requestBody").and_then(|b| b.pointer_mut("/content/application~1json")) {
        add_example(media, schemas);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, response) in responses.iter_mut() {
        if response.get("description").is_none_or(|text| text == "") {
            response["description"] = reason(status).into();
        }
        if let Some(media) = response.pointer_mut("/content/application~1json") {
            add_example(media, schemas);
        }
    }
    let refusals: &[&str] = match (is_open, method) {
        (true, _) => &[],
        (false, "get") => &["401", "403", "404", "422"],
        (false, _) => &["400", "401", "403", "404", "409", "413", "415", "422"],
    };
    for status in refusals.iter().chain(&["default"]) {
        responses.insert((*status).to_owned(), json!({ "$ref": "#/components/responses/Problem" }));
    }
}

/// `get_orders_id_`-like names are unique and stay the same: `orders.{id}.accept` by POST is
/// `post_orders_id_accept`.
fn operation_id(path: &str, method: &str) -> String {
    let plain = path.replace(['{', '}'], "").replace(['/', '-', '.'], "_");
    format!("{method}{plain}")
}

/// Ids are numbers; the tokens of carts, codes and plugins are texts.
fn path_parameter(path: &str, name: &str) -> Value {
    let is_text = name == "token" || name == "code" || name == "gateway";
    let is_text = is_text || path.starts_with("/plugins/") || path.starts_with("/subscribers/");
    let (schema, example) = match name {
        _ if !is_text => (json!({ "type": "integer", "format": "int64", "minimum": 1 }), json!(17)),
        "token" => (json!({ "type": "string" }), json!("r8mPEvqsVQj1hKfY0dDkVt1l2dYvPzE4k5m0s0Vq1ZI")),
        "code" => (json!({ "type": "string" }), json!("EUR")),
        "gateway" => (json!({ "type": "string" }), json!("gateway-offline")),
        _ => (json!({ "type": "string" }), json!("registrar-dondominio")),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema, "example": example })
}

fn describe_paging(parameter: &mut Value) {
    let text = match parameter["name"].as_str() {
        Some("limit") => "How many at most, 1 to 100; 50 if left out.",
        Some("before") => "`next` of the page before.",
        _ => return,
    };
    if parameter.get("description").is_none() {
        parameter["description"] = text.into();
    }
}

fn add_example(media: &mut Value, schemas: &Value) {
    if media.get("example").is_none()
        && let Some(schema) = media.get("schema")
    {
        let example = example::of(schema, schemas);
        media["example"] = example;
    }
}

fn reason(status: &str) -> String {
    let known = status.parse::<StatusCode>().ok().and_then(|s| s.canonical_reason());
    known.unwrap_or("Answer").to_owned()
}
