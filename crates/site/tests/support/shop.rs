//! A furnished shop: products, extensions, tax, a way to pay.

use innkeeper_app::payments::{RecordPayment, record};
use innkeeper_app::plugins::Registry;
use innkeeper_app::{Actor, jobs};
use innkeeper_domain::{Currency, InvoiceId, Money};
use innkeeper_site::WebOptions;

use super::{Site, vendors};

const FURNITURE: [&str; 9] = [
    "INSERT INTO plugin (id) VALUES ('server-fake'), ('registrar-fake'), ('gateway-fake')",
    "INSERT INTO tax_rule (country, name, rate) VALUES ('AT', 'VAT', 0.20)",
    "INSERT INTO server_group (name) VALUES ('Mail')",
    "INSERT INTO server (group_id, name, plugin_id, capacity) VALUES (1, 'mail1', 'server-fake', 100)",
    "INSERT INTO product_group (name, description) VALUES ('Mail', 'Mailboxes on our own servers, with spam filter and calendar.'), ('Help', '')",
    "INSERT INTO product (group_id, name, slug, description, plugin_id, server_group_id) VALUES
     (1, 'Mailbox', 'mailbox', E'5 GB for mail, calendar and contacts.\\nWorks with every phone and mail program.', 'server-fake', 1),
     (1, 'Mailbox Plus', 'mailbox-plus', E'50 GB and an archive of ten years.\\nFor people who never delete anything.', 'server-fake', 1)",
    "INSERT INTO product (group_id, name, slug, description, stock) VALUES
     (2, 'Moving in', 'moving-in', 'We bring your old mail along, in one evening.', NULL),
     (2, 'Sold-out thing', 'sold-out', 'There was one, and it is gone.', 0)",
    "INSERT INTO price (product_id, currency, cycle_id, amount, setup)
     SELECT p.id, 'EUR', c.id, v.amount, v.setup FROM (VALUES
       ('mailbox', 'month', 1, 500, 900), ('mailbox', 'year', 1, 5000, 0), ('mailbox-plus', 'month', 1, 900, 0),
       ('moving-in', '', 0, 4900, 0), ('sold-out', '', 0, 100, 0)) AS v (slug, unit, count, amount, setup)
     JOIN product p ON p.slug = v.slug
     JOIN billing_cycle c ON CASE WHEN v.unit = '' THEN c.kind = 'one_time' ELSE c.unit = v.unit AND c.count = v.count END",
    "WITH t AS (INSERT INTO tld (name, plugin_id, min_years, max_years) VALUES
       ('com', 'registrar-fake', 1, 10), ('org', 'registrar-fake', 1, 5), ('net', 'registrar-fake', 1, 10),
       ('es', 'registrar-fake', 1, 3) RETURNING id)
     INSERT INTO tld_price (tld_id, currency, register, renew, transfer) SELECT id, 'EUR', 1200, 1400, 1000 FROM t",
];

impl Site {
    /// A site with a shop in it.
    pub async fn shop() -> Self {
        let site = Self::with(Registry::new(vendors::all()).unwrap(), WebOptions::default()).await;
        for sql in FURNITURE {
            sqlx::query(sql).execute(site.pool()).await.unwrap();
        }
        site
    }

    /// Lets every due job run.
    pub async fn work(&self) {
        jobs::drain(&self.app).await.unwrap();
    }

    /// Staff record a transfer over the whole of an invoice, and everything that follows happens.
    pub async fn pay(&self, invoice: InvoiceId) {
        let total: i64 = sqlx::query_scalar("SELECT total FROM invoice WHERE id = $1")
            .bind(invoice.get())
            .fetch_one(self.pool())
            .await
            .unwrap();
        let command = RecordPayment {
            purpose: invoice.into(),
            gateway: "gateway-fake".to_owned(),
            transaction_ref: format!("transfer-{invoice}"),
            amount: Money::new(total, Currency::EUR),
            received_on: self.app.now().date_naive(),
            note: String::new(),
        };
        record(&self.app, &Actor::system("test"), command).await.unwrap();
        self.work().await;
    }
}
