//! A Stripe that answers what it is told to, once each and in order, and writes down what it was asked: for what
//! localstripe does not have.

use innkeeper_gateway_stripe::plugin;
use innkeeper_plugin_api::{
    Charge, Gateway, Http, Implementation, Payer, PaymentRequest, PluginCtx, SettingValues,
    domain::{ClientId, Currency, InvoiceId, Money},
};
use innkeeper_plugin_testkit::MemoryStore;
use serde_json::{Value, json};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub const REFERENCE: &str = "ab12cd34-invoice-41";
pub const WEBHOOK_SECRET: &str = "whsec_0123456789";

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `POST /v1/payment_intents`, with the query.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The fields of the form.
    pub fields: Vec<(String, String)>,
}

impl Asked {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct State {
    answers: Vec<(String, u16, String)>,
    asked: Vec<Asked>,
}

pub struct Canned {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    store: Arc<MemoryStore>,
}

impl Canned {
    pub async fn start() -> Self {
        // Another test may have installed it; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (addr, state) = (listener.local_addr().unwrap(), Arc::<Mutex<State>>::default());
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                answer(client, &shared).await;
            }
        });
        Self { addr, state, store: Arc::default() }
    }

    /// What it answers to the next request of this kind, such as `GET /v1/disputes`.
    pub fn will(&self, request: &str, status: u16, body: Value) {
        self.state.lock().unwrap().answers.push((request.to_owned(), status, body.to_string()));
    }

    /// What it was asked since the last time; every answer must have been used.
    pub fn asked(&self) -> Vec<Asked> {
        let mut state = self.state.lock().unwrap();
        assert!(state.answers.is_empty(), "never asked for: {:?}", state.answers);
        std::mem::take(&mut state.asked)
    }

    /// The same without queries and fields.
    pub fn lines(&self) -> Vec<String> {
        let plain = |asked: Asked| asked.line.split('?').next().unwrap().to_owned();
        self.asked().into_iter().map(plain).collect()
    }

    pub fn ctx(&self, key: &str) -> PluginCtx {
        let plugin = json!({
            "publishable_key": "pk_test_1", "secret_key": "sk_test_hunter2", "webhook_secret": WEBHOOK_SECRET,
            "api_url": format!("http://{}", self.addr),
        });
        let values = SettingValues { plugin, ..SettingValues::default() };
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        PluginCtx::new(Http::new(Duration::from_secs(5)), now, key.to_owned(), values, self.store.clone())
    }
}

async fn answer(mut client: TcpStream, state: &Mutex<State>) {
    let mut bytes = vec![];
    let (head, body) = loop {
        if client.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned()));
    let fields = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let kind = line.split('?').next().unwrap_or_default().to_owned();
    let (status, body) = {
        let mut state = state.lock().unwrap();
        state.asked.push(Asked { line, headers: headers.collect(), fields });
        let place = state.answers.iter().position(|(request, ..)| *request == kind);
        place.map(|place| state.answers.remove(place)).map_or_else(
            || (404, error("invalid_request_error", "resource_missing", json!({})).to_string()),
            |(_, status, body)| (status, body),
        )
    };
    let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    client.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.ok();
}

/// The body of a refusal.
pub fn error(kind: &str, code: &str, more: Value) -> Value {
    let mut error = json!({ "type": kind, "code": code, "message": "Because." });
    error.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "error": error })
}

/// An intent over 12.10 EUR for [`REFERENCE`].
pub fn intent(id: &str, status: &str, more: Value) -> Value {
    let mut intent = json!({
        "id": id, "object": "payment_intent", "status": status, "amount": 1210, "currency": "eur",
        "amount_received": if status == "succeeded" { 1210 } else { 0 }, "client_secret": format!("{id}_secret_x"),
        "metadata": { "innkeeper_reference": REFERENCE }, "latest_charge": null, "last_payment_error": null,
    });
    intent.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    intent
}

/// A charge of an intent.
pub fn charge(more: Value) -> Value {
    let mut charge = json!({
        "id": "ch_1", "object": "charge", "created": 1_772_366_400, "amount_refunded": 0, "disputed": false,
        "payment_method_details": { "type": "card", "card": { "brand": "visa", "last4": "4242" } },
        "balance_transaction": { "id": "txn_1", "fee": 48, "currency": "eur" },
    });
    charge.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    charge
}

pub fn gateway() -> Arc<dyn Gateway> {
    let Implementation::Gateway(gateway) = plugin().implementation else { panic!("not a gateway") };
    gateway
}

pub fn request(minor: i64, customer: Option<&str>) -> PaymentRequest {
    PaymentRequest {
        reference: REFERENCE.to_owned(),
        invoice_id: Some(InvoiceId(41)),
        number: "2026-00041".to_owned(),
        amount: Money::new(minor, Currency::EUR),
        payer: Payer {
            reference: "ab12cd34-client-7".to_owned(),
            client_id: ClientId(7),
            name: "Grace Hopper".to_owned(),
            email: "grace@example.org".to_owned(),
            country: "AT".to_owned(),
            customer: customer.map(str::to_owned),
        },
        return_url: "https://host.example/invoices/41/paid/gateway-stripe".to_owned(),
    }
}

pub fn to_charge(minor: i64) -> Charge {
    Charge { request: request(minor, Some("cus_1")), method: "pm_1".to_owned() }
}
