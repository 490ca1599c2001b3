//! A business of a given size, and who visits it.

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::State,
    http::Request,
    routing::get,
};
use innkeeper_app::{
    Actor,
    api_tokens::{self, NewToken, TokenOwner},
    passwords,
};
use innkeeper_db::scale::{self, Scale};
use innkeeper_domain::Permission;
use innkeeper_hooks::{
    Event,
    payloads::{ClientCreated, InvoiceCreated, InvoicePaid, OrderAccepted},
};
use serde_json::{Value, json};
use sqlx::{PgPool, Row as _};
use tower::ServiceExt as _;

use super::support::{Browser, PASSWORD, Site};

pub struct House {
    staff: Browser,
    client: Browser,
    token: String,
    router: Router,
    bare: Router,
    /// In the middle of all.
    id: i64,
    invoice: i64,
    own_invoice: i64,
    _site: Site,
}

impl House {
    pub async fn open(clients: u32) -> Self {
        let site = Site::new().await;
        fill(site.pool(), clients).await;
        let staff = site.staff(Permission::ALL).await;
        let middle = "SELECT c.id, u.email, (SELECT max(i.id) FROM invoice i WHERE i.client_id = c.id) AS own,
                             (SELECT max(id) / 2 FROM invoice) AS invoice
                      FROM client c JOIN client_user l ON l.client_id = c.id JOIN user_account u ON u.id = l.user_id
                      WHERE c.id >= (SELECT max(id) / 2 FROM client)
                        AND EXISTS (SELECT 1 FROM invoice i WHERE i.client_id = c.id) ORDER BY c.id LIMIT 1";
        let row = sqlx::query(middle).fetch_one(site.pool()).await.unwrap();
        let email: String = row.get("email");
        let mut client = site.visitor();
        let answer = client.post("/login", &[("email", &email), ("password", PASSWORD)]).await;
        assert_eq!(answer.location(), "/", "{}", answer.body);
        let token = token(&site).await;
        let bare = Router::new().route("/bare", get(one)).with_state((site.pool().clone(), row.get::<i64, _>("id")));
        Self {
            staff,
            client,
            token,
            router: site.router(),
            bare,
            id: row.get("id"),
            invoice: row.get("invoice"),
            own_invoice: row.get("own"),
            _site: site,
        }
    }

    /// What is asked for: who asks, and where.
    pub fn paths(&self) -> Vec<(&'static str, String)> {
        let Self { id, invoice, own_invoice, .. } = self;
        let path = str::to_owned;
        vec![
            ("panel: dashboard", path("/admin")),
            ("panel: clients", path("/admin/clients")),
            ("panel: clients with a name", path("/admin/clients?q=garcia")),
            ("panel: a client", format!("/admin/clients/{id}")),
            ("panel: invoices", path("/admin/invoices")),
            ("panel: unpaid invoices", path("/admin/invoices?state=unpaid")),
            ("panel: an invoice", format!("/admin/invoices/{invoice}")),
            ("panel: services", path("/admin/services")),
            ("panel: payments", path("/admin/payments")),
            ("panel: orders", path("/admin/orders")),
            ("panel: search", path("/admin/search?q=Town+12")),
            ("portal: home", path("/")),
            ("portal: services", path("/services")),
            ("portal: invoices", path("/invoices")),
            ("portal: an invoice", format!("/invoices/{own_invoice}")),
            ("api: clients", path("/api/v1/clients?limit=50")),
            ("api: a client", format!("/api/v1/clients/{id}")),
            ("api: invoices", path("/api/v1/invoices?limit=50")),
            ("api: an invoice", format!("/api/v1/invoices/{invoice}")),
        ]
    }

    /// Asks as the one whom `name` begins with; the status of the answer, which was read to its end.
    pub async fn ask(&mut self, name: &str, path: &str) -> u16 {
        let request = |path: &str| Request::builder().uri(path).header("host", "host.example");
        let (router, request) = match name.split(':').next() {
            Some("panel") => return self.staff.get(path).await.status.as_u16(),
            Some("portal") => return self.client.get(path).await.status.as_u16(),
            Some("api") => (&self.router, request(path).header("authorization", format!("Bearer {}", self.token))),
            _ => (&self.bare, request(path)),
        };
        let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        to_bytes(body, usize::MAX).await.unwrap();
        parts.status.as_u16()
    }
}

/// The least that an answer over the database can cost.
async fn one(State((pool, id)): State<(PgPool, i64)>) -> Json<Value> {
    let sql = "SELECT first_name, last_name, email FROM client WHERE id = $1";
    let row = sqlx::query(sql).bind(id).fetch_one(&pool).await.unwrap();
    let text = |name: &str| row.get::<String, _>(name);
    Json(json!({ "first_name": text("first_name"), "last_name": text("last_name"), "email": text("email") }))
}

/// A token that reads everything.
async fn token(site: &Site) -> String {
    let id = site.add_staff("api@host.example", Permission::ALL).await;
    let scopes = [Permission::ClientsRead, Permission::InvoicesRead].into_iter().collect();
    let new = NewToken { name: "bench".into(), owner: TokenOwner::Staff(id), scopes, expires_at: None };
    api_tokens::create(&site.app, &Actor::system("bench"), &new).await.unwrap().token
}

async fn fill(pool: &PgPool, clients: u32) {
    for sql in [
        "INSERT INTO product_group (name) VALUES ('Hosting')",
        "INSERT INTO product (group_id, name, slug) VALUES (1, 'Web', 'web'), (1, 'Mail', 'mail')",
        "INSERT INTO price (product_id, currency, cycle_id, amount)
         SELECT p.id, u.code, c.id, 900 * c.id FROM product p, currency u, (VALUES (1), (12)) c (id)",
        "INSERT INTO tld (name, plugin_id) VALUES ('com', 'quiet')",
        "INSERT INTO tld_price (tld_id, currency, register, renew, transfer) SELECT 1, code, 1200, 1200, 1200 FROM currency",
    ] {
        sqlx::query(sql).execute(pool).await.unwrap();
    }
    let password_hash = passwords::hash(PASSWORD).await.unwrap();
    let scale = Scale {
        clients,
        password_hash: &password_hash,
        gateway: "offline",
        client_created: ClientCreated::NAME,
        invoice_created: InvoiceCreated::NAME,
        invoice_paid: InvoicePaid::NAME,
        order_accepted: OrderAccepted::NAME,
    };
    let mut tx = pool.begin().await.unwrap();
    scale::fill(&mut tx, &scale).await.unwrap();
    tx.commit().await.unwrap();
    scale::analyze(&mut pool.acquire().await.unwrap()).await.unwrap();
}
