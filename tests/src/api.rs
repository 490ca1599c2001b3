//! A caller of the REST API that does not give up: it repeats each request, under the same idempotency
//! key, on whichever node answers.

use anyhow::{Result, bail};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// What became of a request.
pub enum Reply {
    /// Its answer.
    Answered(Value),
    /// It was carried out, but its answer was lost; what it made, if that is known.
    Lost(Value),
}

impl Reply {
    /// The id of what was made.
    fn id(&self) -> &Value {
        let (Reply::Answered(made) | Reply::Lost(made)) = self;
        &made["id"]
    }
}

/// The caller.
#[derive(Clone)]
pub struct Caller {
    client: reqwest::Client,
    nodes: Arc<Mutex<Vec<SocketAddr>>>,
    token: String,
    patience: Duration,
}

impl Caller {
    /// Calls `nodes` in turn, with an API token.
    pub fn new(nodes: Vec<SocketAddr>, token: String) -> Self {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { client, nodes: Arc::new(Mutex::new(nodes)), token, patience: Duration::from_secs(240) }
    }

    fn next(&self) -> SocketAddr {
        let mut nodes = self.nodes.lock().unwrap();
        nodes.rotate_left(1);
        nodes[0]
    }

    /// Posts until some node answers; a refusal is an error. `key` makes repeats harmless.
    pub async fn post(&self, path: &str, key: &str, body: Value) -> Result<Reply> {
        let (started, mut history) = (Instant::now(), vec![]);
        loop {
            let url = format!("http://{}/api/v1{path}", self.next());
            let request = self.client.post(&url).bearer_auth(&self.token).header("idempotency-key", key);
            let asked = request.json(&body).send().await;
            history.push(format!("{:?} {url}: {:?}", started.elapsed(), asked.as_ref().map(|answer| answer.status())));
            if let Ok(answer) = asked {
                let status = answer.status();
                let text = answer.text().await.unwrap_or_default();
                let value: Value = serde_json::from_str(&text).unwrap_or(json!(text));
                let detail = value["detail"].as_str().unwrap_or_default();
                match status {
                    _ if status.is_success() => return Ok(Reply::Answered(value)),
                    StatusCode::CONFLICT if detail.contains("answer was lost") => {
                        return Ok(Reply::Lost(value["made"].clone()));
                    }
                    // An unfinished twin.
                    StatusCode::CONFLICT if detail.contains("is being") => {}
                    // A vendor without answer, a node without database.
                    _ if status.is_server_error() => {}
                    _ => bail!("{path} {key} {body}: {status} {value} after {history:#?}"),
                }
            }
            if started.elapsed() > self.patience {
                bail!("{path}: no node answers");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Gets until some node answers.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let started = Instant::now();
        loop {
            let url = format!("http://{}/api/v1{path}", self.next());
            if let Ok(answer) = self.client.get(url).bearer_auth(&self.token).send().await {
                let status = answer.status();
                if status.is_success() {
                    return Ok(answer.json().await?);
                }
                if !status.is_server_error() {
                    bail!("{path}: {status} {}", answer.text().await.unwrap_or_default());
                }
            }
            if started.elapsed() > self.patience {
                bail!("{path}: no node answers");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The main job: a new client orders a mailbox, a naive thing and a domain, and the transfer is recorded.
    pub async fn main_job(&self, name: &str) -> Result<()> {
        let key = |step: &str| format!("{name}-{step}");
        let details = json!({"first_name": "Ada", "last_name": "King", "email": format!("{name}@example.net"),
            "phone": "+34.600111222", "address1": "Calle Mayor 1", "city": "Madrid", "region": "Madrid",
            "postcode": "28001", "country": "ES", "tax_number": "12345678Z"});
        let client = self.post("/clients", &key("client"), json!({"details": details})).await?;
        let cart = self.cart(client.id(), name).await?;
        let fields = json!({"mailbox": name, "first_name": "Ada", "last_name": "King", "password": "Tr4velling-Owl"});
        let product = json!({"product_id": 1, "cycle_id": 1, "fields": fields});
        self.post(&format!("/carts/{cart}/products"), &key("product"), product).await?;
        let naive = json!({"product_id": 2, "cycle_id": 1, "fields": {}});
        self.post(&format!("/carts/{cart}/products"), &key("naive"), naive).await?;
        let domain = json!({"name": format!("{name}.com"), "years": 1});
        self.post(&format!("/carts/{cart}/domains"), &key("domain"), domain).await?;
        let order = match self.post(&format!("/carts/{cart}/checkout"), &key("checkout"), json!({})).await? {
            Reply::Answered(order) => order,
            Reply::Lost(made) if made["kind"] == "order" => self.get(&format!("/orders/{}", made["id"])).await?,
            Reply::Lost(made) => bail!("the checkout of {name} made {made}, not an order"),
        };
        let payment = json!({"invoice_id": order["invoice_id"], "gateway": "gateway-offline",
            "transaction_ref": format!("BANK-{name}"), "received_on": chrono::Utc::now().date_naive(),
            "amount": {"minor": order["total"]["minor"], "currency": "EUR"}});
        self.post("/payments", &key("payment"), payment).await?;
        Ok(())
    }

    /// The token of a new cart. One whose token was lost stays empty, and is swept away in time.
    async fn cart(&self, client: &Value, name: &str) -> Result<String> {
        let mut key = format!("{name}-cart");
        loop {
            if let Reply::Answered(cart) = self.post("/carts", &key, json!({"client_id": client})).await? {
                return Ok(cart["token"].as_str().unwrap_or_default().to_owned());
            }
            key.push_str("-again");
        }
    }
}
