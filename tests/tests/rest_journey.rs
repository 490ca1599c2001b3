//! The main job through the REST API alone, against the shipped program.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use chrono::Utc;
use innkeeper_tests::{Demo, hooks};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const DOMAIN: &str = "hopper-compilers.com";

/// A program with a token.
struct Api {
    base: String,
    token: String,
}

impl Api {
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = Client::new().request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, Some(body)).await;
        assert!(status.is_success(), "POST {path}: {status} {answer}");
        answer
    }

    /// Asks until the field has this value.
    async fn becomes(&self, path: &str, pointer: &str, value: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let body = self.get(path).await;
            if body.pointer(pointer).and_then(Value::as_str) == Some(value) {
                return body;
            }
            assert!(Instant::now() < deadline, "{path}: {pointer} is not {value}: {body}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

#[tokio::test]
async fn a_program_orders_for_a_new_client_and_records_the_payment() {
    let demo = Demo::start(env!("CARGO_BIN_EXE_innkeeper-under-test"));
    let base = demo.text("/base_url").to_owned();
    let staff = Api { base: base.clone(), token: demo.text("/api_token").to_owned() };
    let client = new_client(&staff).await;
    let scopes =
        json!(["clients:read", "orders:read", "orders:write", "services:read", "invoices:read", "catalogue:read"]);
    let token = json!({ "client_id": client, "name": "Own program", "scopes": scopes });
    let token = staff.post("/api-tokens", token).await["token"].as_str().unwrap().to_owned();
    let own = Api { base, token };

    let cart = fill_cart(&own).await;
    let order = own.post(&format!("/carts/{cart}/checkout"), json!({})).await;
    let again = own.post(&format!("/carts/{cart}/checkout"), json!({})).await;
    assert_eq!(order["id"], again["id"], "twice the same cart is one order");
    let (order, invoice) = (order["id"].as_i64().unwrap(), order["invoice_id"].as_i64().unwrap());
    let unpaid = own.get(&format!("/invoices/{invoice}")).await;
    assert_eq!(unpaid["total"]["minor"], 1791, "{unpaid}");
    let page = own.post(&format!("/invoices/{invoice}/payment-page/gateway-offline"), json!({})).await;
    assert!(page.to_string().contains("ES91 2100 0418 4502 0005 1332"), "{page}");

    let payment = json!({ "invoice_id": invoice, "gateway": "gateway-offline", "transaction_ref": "2026-BANK-0042",
        "amount": { "minor": 1791, "currency": "EUR" }, "received_on": Utc::now().date_naive() });
    let (status, _) = own.call(Method::POST, "/payments", Some(payment.clone())).await;
    assert_eq!(status, 403, "a client does not record its own payment");
    staff.post("/payments", payment.clone()).await;
    let (status, problem) = staff.call(Method::POST, "/payments", Some(payment)).await;
    assert!(status.is_client_error(), "the same transfer again: {problem}");

    own.becomes(&format!("/orders/{order}"), "/state", "active").await;
    let services = own.becomes("/services", "/data/0/state", "active").await;
    assert_eq!(services["data"].as_array().unwrap().len(), 1);
    let domains = own.becomes("/domains", "/data/0/state", "active").await;
    assert_eq!(domains["data"][0]["name"], DOMAIN);
    assert_eq!(own.get(&format!("/invoices/{invoice}")).await["state"], "paid");

    let mailboxes = demo.control("kerio", "users").await;
    assert_eq!(mailboxes.as_array().unwrap().iter().filter(|m| m["address"] == "grace@example.org").count(), 1);
    let registrar = demo.control("dondominio", "state").await;
    assert_eq!(registrar["domains"].as_array().unwrap().iter().filter(|d| d["name"] == DOMAIN).count(), 1);
    hear_everything(&demo).await;
    assert_eq!(staff.get("/violations").await["data"], json!([]));
    demo.end_and_audit();
}

async fn new_client(staff: &Api) -> i64 {
    let details = json!({ "first_name": "Grace", "last_name": "Hopper", "email": "grace@hopper.example",
        "phone": "+34.600333444", "address1": "Calle Mayor 9", "postcode": "28013", "city": "Madrid",
        "region": "Madrid", "country": "ES", "tax_number": "12345678Z" });
    let client = staff.post("/clients", json!({ "details": details, "password": "a nanosecond of wire" })).await;
    client["id"].as_i64().unwrap()
}

/// Searches a name, and puts it and a mailbox into a new cart. Gives the cart's token.
async fn fill_cart(own: &Api) -> String {
    let found = own.get(&format!("/domain-search?query={DOMAIN}")).await;
    let name = found["data"].as_array().unwrap().iter().find(|hit| hit["name"] == DOMAIN);
    assert_eq!(name.unwrap()["availability"], "available", "{found}");
    let cart = own.post("/carts", json!({})).await["token"].as_str().unwrap().to_owned();
    own.post(&format!("/carts/{cart}/domains"), json!({ "name": DOMAIN, "years": 1 })).await;
    let (product, cycle) = mailbox(own).await;
    let fields =
        json!({ "mailbox": "grace", "first_name": "Grace", "last_name": "Hopper", "password": "Tr4velling-Owl" });
    let product = json!({ "product_id": product, "cycle_id": cycle, "fields": fields });
    own.post(&format!("/carts/{cart}/products"), product).await;
    let cart_now = own.get(&format!("/carts/{cart}")).await;
    assert_eq!((&cart_now["subtotal"]["minor"], &cart_now["total"]["minor"]), (&json!(1480), &json!(1791)));
    cart
}

/// The product and cycle of the cheapest mailbox, as the shop window shows them.
async fn mailbox(own: &Api) -> (i64, i64) {
    let groups = own.get("/store/groups").await;
    let products = groups["data"].as_array().unwrap().iter().flat_map(|group| group["products"].as_array().unwrap());
    let product = products.clone().find(|product| product["name"] == "Mailbox Basic").unwrap();
    let offers = product["offers"].as_array().unwrap();
    let monthly = offers.iter().find(|offer| offer["amount"]["minor"] == 190).unwrap();
    (product["id"].as_i64().unwrap(), monthly["cycle_id"].as_i64().unwrap())
}

/// Deliveries come after the change; then all must be there, each once and in order.
async fn hear_everything(demo: &Demo) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !hooks::is_all_told(&demo.control("webhooks", "deliveries").await) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    hooks::assert_order_was_told(&demo.control("webhooks", "deliveries").await);
}
