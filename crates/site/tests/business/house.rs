//! A small host to work in.

use innkeeper_app::jobs;
use innkeeper_domain::{ClientId, Permission};
use innkeeper_plugin_api::Plugin;
use innkeeper_site::WebOptions;

use crate::support::{Browser, PASSWORD, Site};
use crate::toys::{HOSTILE, registry};

/// A host that sells a mailbox for 5.00 a month (set-up 9.00) and `.com` for 12.00 a year, without tax.
pub struct House {
    pub site: Site,
    /// May do everything.
    pub staff: Browser,
    pub client: ClientId,
}

impl House {
    pub async fn open() -> Self {
        Self::with([]).await
    }
    /// The same with more plugins.
    pub async fn with(more: impl IntoIterator<Item = Plugin>) -> Self {
        let site = Site::with(registry(more), WebOptions::default()).await;
        for sql in [
            "INSERT INTO server_group (name) VALUES ('Mail')",
            "INSERT INTO server (group_id, name, plugin_id) VALUES (1, 'mail1', 'mail')",
            "INSERT INTO product_group (name) VALUES ('Mail')",
            "INSERT INTO product (group_id, name, slug, plugin_id, server_group_id) VALUES (1, 'Mailbox', 'mailbox', 'mail', 1)",
            "INSERT INTO price (product_id, currency, cycle_id, amount, setup) VALUES (1, 'EUR', 1, 500, 900)",
            "INSERT INTO tld (name, plugin_id) VALUES ('com', 'names')",
            "INSERT INTO tld_price (tld_id, currency, register, renew, transfer) VALUES (1, 'EUR', 1200, 1400, 1000)",
        ] {
            sqlx::query(sql).execute(site.pool()).await.unwrap();
        }
        let client = site.add_client("ada@example.org").await;
        let staff = site.staff(Permission::ALL).await;
        Self { site, staff, client }
    }

    /// A browser in which Ada is logged in to the portal.
    pub async fn ada(&self) -> Browser {
        let mut ada = self.site.visitor();
        let fields = [("email", "ada@example.org"), ("password", PASSWORD)];
        assert_eq!(ada.post("/login", &fields).await.status, 303);
        ada
    }

    /// Runs a statement.
    pub async fn run(&self, sql: &str) {
        sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(self.site.pool()).await.unwrap();
    }
    /// The one value of a query, as text.
    pub async fn value(&self, sql: &str) -> String {
        let value: Option<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(self.site.pool()).await.unwrap();
        value.unwrap_or_default()
    }
    /// Lets every due job run.
    pub async fn drain(&self) {
        jobs::drain(&self.site.app).await.unwrap();
    }
    /// Gives client and products hostile names.
    pub async fn poison(&self) {
        for sql in [
            "UPDATE client SET first_name = $1, last_name = $1, company = $1, notes = $1, city = $1, address1 = $1",
            "UPDATE product SET name = $1, description = $1",
            "UPDATE product_group SET name = $1",
            "UPDATE server SET name = $1",
            "UPDATE service SET label = $1, username = $1, fields = jsonb_build_object('k', $1::text)",
            "UPDATE payment SET note = $1, transaction_ref = $1",
            "UPDATE invoice SET notes = $1",
            "UPDATE sales_order SET ip = $1",
            "UPDATE effect SET error = $1",
            "UPDATE contact SET name = $1",
            "UPDATE role SET name = $1 || name",
            "UPDATE staff SET name = $1",
            "UPDATE api_token SET name = $1",
            "UPDATE autologin_site SET name = $1",
        ] {
            sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).bind(HOSTILE).execute(self.site.pool()).await.unwrap();
        }
    }
    /// Orders a mailbox and a domain through the panel; the address of the order's page.
    pub async fn order(&mut self, mailbox: &str, domain: &str) -> String {
        let order = format!("/admin/clients/{}/order", self.client);
        let fields =
            [("product", "1"), ("cycle", "1"), ("answer.mailbox", mailbox), ("answer.password", "Tr4velling-Owl")];
        let added = self.staff.post(&format!("{order}/product"), &fields).await;
        let cart = added.location().split_once("cart=").expect(&added.body).1.to_owned();
        let fields = [("cart", cart.as_str()), ("name", domain), ("years", "1")];
        let added = self.staff.post(&format!("{order}/domain"), &fields).await;
        assert_eq!(added.status, 303, "{}", added.body);
        let cart_page = self.staff.get(added.location()).await;
        cart_page.shows("€26.00").shows(domain);
        let placed = self.staff.post(&format!("{order}/place"), &[("cart", &cart)]).await;
        assert!(placed.location().starts_with("/admin/orders/"), "{}", placed.location());
        placed.location().to_owned()
    }
    /// Orders both and pays, so that both are active: service 1 and domain 1.
    pub async fn busy() -> Self {
        let mut house = Self::open().await;
        house.order("ada", "ada.com").await;
        let paid = house.pay("T-1", "26.00").await;
        assert_eq!(paid.location(), "/admin/invoices/1", "{}", paid.body);
        house.drain().await;
        house.run("UPDATE domain SET registered_on = '2026-01-15', expires_on = '2027-01-15'").await;
        house
    }
    /// Records a payment on the first invoice.
    pub async fn pay(&mut self, reference: &str, amount: &str) -> crate::support::Answer {
        self.pay_invoice(1, reference, amount).await
    }
    /// The same of another invoice.
    pub async fn pay_invoice(&mut self, invoice: i64, reference: &str, amount: &str) -> crate::support::Answer {
        let fields = [
            ("gateway", "bank"),
            ("transaction_ref", reference),
            ("amount", amount),
            ("received_on", "2026-01-15"),
            ("note", ""),
        ];
        self.staff.post(&format!("/admin/invoices/{invoice}/pay"), &fields).await
    }
}
