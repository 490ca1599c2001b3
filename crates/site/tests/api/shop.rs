//! A small business, built through the API alone.

use innkeeper_app::actor::CLIENT_PERMISSIONS;
use innkeeper_app::api_tokens::TokenOwner;
use innkeeper_app::plugins::Registry;
use innkeeper_domain::{ClientId, Permission};
use innkeeper_site::WebOptions;
use serde_json::json;

use crate::client::Api;
use crate::support::Site;

/// A business with one product that is set up nowhere.
pub struct Shop {
    pub site: Site,
    pub admin: Api,
    pub product: i64,
    pub cycle: i64,
}

/// A client with one of everything.
pub struct Customer {
    pub api: Api,
    pub id: i64,
    pub contact: i64,
    pub cart: String,
    pub order: i64,
    pub invoice: i64,
    pub service: i64,
    pub domain: i64,
}

impl Shop {
    pub async fn open() -> Self {
        Self::with(Registry::default()).await
    }
    /// The same with plugins.
    pub async fn with(plugins: Registry) -> Self {
        let site = Site::with(plugins, WebOptions::default()).await;
        let admin = Api::staff(&site, Permission::ALL).await;
        let group = admin.post("/product-groups", json!({ "name": "Mail" })).await.id();
        let cycles = admin.get("/cycles").await.good();
        let monthly = cycles["data"].as_array().unwrap().iter().find(|c| c["unit"] == "month" && c["count"] == 1);
        let cycle = monthly.unwrap()["id"].as_i64().unwrap();
        let product = json!({ "group_id": group, "name": "Mailbox", "setup_when": "payment", "taxable": true });
        let product = admin.post("/products", product).await.id();
        let price = json!({ "cycle_id": cycle, "amount": { "amount": "4.90", "currency": "EUR" },
            "setup": { "minor": 1000, "currency": "EUR" } });
        admin.put(&format!("/products/{product}/prices"), json!({ "prices": [price] })).await.good();
        Self { site, admin, product, cycle }
    }

    /// A token of a client that may do all that clients may.
    pub async fn client(&self, email: &str) -> (ClientId, Api) {
        let id = self.site.add_client(email).await;
        (id, Api::of(&self.site, TokenOwner::Client(id), &CLIENT_PERMISSIONS).await)
    }

    /// A client that orders a product; its domain is put into the database, for want of a registrar.
    pub async fn customer(&self, name: &str) -> Customer {
        let (id, api) = self.client(&format!("{name}@example.org")).await;
        let contact = json!({ "name": "Charles Babbage", "email": "charles@example.org" });
        let contact = api.post(&format!("/clients/{id}/contacts"), contact).await.id();
        let cart = self.cart(&api).await;
        let order = api.post(&format!("/carts/{cart}/checkout"), json!({})).await;
        assert_eq!(order.header("location"), format!("/api/v1/orders/{}", order.body["id"]));
        let order = order.good();
        let service = api.get("/services").await.good();
        let domain: i64 = sqlx::query_scalar(
            "WITH t AS (INSERT INTO tld (name, plugin_id) VALUES ('example', 'none')
                        ON CONFLICT (name) DO UPDATE SET position = 0 RETURNING id)
             INSERT INTO domain (client_id, name, tld_id, plugin_id, kind, state, years, currency, amount)
             SELECT $1, $2, t.id, 'none', 'register', 'pending', 1, 'EUR', 900 FROM t RETURNING id",
        )
        .bind(id.get())
        .bind(format!("{name}.example"))
        .fetch_one(self.site.pool())
        .await
        .unwrap();
        Customer {
            id: id.get(),
            contact,
            order: order["id"].as_i64().unwrap(),
            invoice: order["invoice_id"].as_i64().unwrap(),
            service: service["data"][0]["id"].as_i64().unwrap(),
            domain,
            cart: self.cart(&api).await,
            api,
        }
    }

    /// The token of a cart with one product.
    async fn cart(&self, api: &Api) -> String {
        let cart = api.post("/carts", json!({})).await.good();
        let cart = cart["token"].as_str().unwrap().to_owned();
        let item = json!({ "product_id": self.product, "cycle_id": self.cycle });
        api.post(&format!("/carts/{cart}/products"), item).await.id();
        cart
    }
}

#[tokio::test]
async fn an_order_through_the_api_alone() {
    let shop = Shop::open().await;
    let ada = shop.customer("ada").await;
    let cart = ada.api.get(&format!("/carts/{}", ada.cart)).await.good();
    assert_eq!(cart["total"], json!({ "amount": "14.90", "minor": 1490, "currency": "EUR" }));
    let invoice = ada.api.get(&format!("/invoices/{}", ada.invoice)).await.good();
    assert_eq!((&invoice["state"], &invoice["total"]["minor"]), (&json!("unpaid"), &json!(1490)));
    assert_eq!(invoice["lines"].as_array().unwrap().len(), 2);
    let lines: Vec<&str> = invoice["lines"].as_array().unwrap().iter().filter_map(|l| l["kind"].as_str()).collect();
    assert_eq!(lines, ["recurring", "setup"]);
    // The client may not accept it; staff may.
    ada.api.post(&format!("/orders/{}/accept", ada.order), json!({})).await.problem(403);
    shop.admin.post(&format!("/orders/{}/accept", ada.order), json!({})).await.good();
    assert_eq!(ada.api.get(&format!("/orders/{}", ada.order)).await.good()["state"], "active");
    let coming = ada.api.get(&format!("/clients/{}/coming-invoices", ada.id)).await.good();
    let totals: Vec<_> = coming["data"].as_array().unwrap().iter().map(|i| i["total"]["minor"].as_i64()).collect();
    assert_eq!(totals, [Some(490); 12], "one for each month of the next year");
    let found = shop.admin.get("/search?q=ada%40example.org").await.good();
    assert_eq!(found["data"][0]["kind"], "client");
    assert_eq!(shop.admin.get("/violations").await.good()["data"], json!([]));
}
