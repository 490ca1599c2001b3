//! From an order to the papers, and to the returns.

use innkeeper_domain::{ClientId, CycleId, InvoiceId, Money, OrderId, ProductId, state::InvoiceState};
use innkeeper_testkit::Judge;
use std::collections::BTreeMap;

use super::numbers::{Register, gives, union};
use crate::{
    billing::testing::Host,
    carts::{self, AddProduct},
    invoices::{self, CreditInvoice, Syntax},
    jobs, orders,
    reports::{self, Range},
    settings, tax,
};

/// Orders hosting for 10.00 a month.
async fn order(host: &Host, client: ClientId) -> OrderId {
    let app = &host.app;
    let actor = &host.admin;
    let token = carts::create(app, actor, Some(client)).await.unwrap();
    let add = AddProduct {
        parent: None,
        product_id: ProductId(1),
        cycle_id: CycleId(1),
        fields: BTreeMap::new(),
        custom_fields: BTreeMap::new(),
        options: BTreeMap::new(),
    };
    carts::add_product(app, actor, &token, add).await.unwrap();
    orders::checkout(app, actor, &token).await.unwrap()
}

async fn sums(host: &Host) -> Vec<String> {
    host.rows("SELECT subtotal || ' ' || tax || ' ' || total || ' ' || coalesce(tax_basis ->> 'reason', '') FROM invoice ORDER BY id")
        .await
}

/// This year and those around it.
fn always(host: &Host) -> Range {
    Range { from: host.today - chrono::Days::new(400), until: host.today + chrono::Days::new(400) }
}

async fn confirmed(host: &Host, client: ClientId) {
    let register = Register::open();
    register.knows();
    gives(host, client, "DE", "DE136695976").await;
    jobs::drain(&host.app.asking(&register.url)).await.unwrap();
}

#[tokio::test]
async fn reverse_charge_goes_from_the_order_to_the_papers() {
    let (host, client) = union(false).await;
    confirmed(&host, client).await;
    order(&host, client).await;
    assert_eq!(sums(&host).await, ["1000 0 1000 reverse_charge"]);
    let view = invoices::get(&host.app, &host.admin, InvoiceId(1)).await.unwrap();
    let said = tax::sentence(view.invoice.tax_basis.as_ref()).unwrap();
    assert!(said.starts_with("Reverse charge: DE136695976 of DE was valid in the register"), "{said}");
    assert!(said.contains("consultation WAPIAAAAX1"), "{said}");
    let (_, ubl) = invoices::xml(&host.app, &host.admin, InvoiceId(1), Syntax::Ubl).await.unwrap();
    assert!(ubl.contains(">AE<") && ubl.contains("DE136695976"), "{ubl}");
    let (_, pdf) = invoices::pdf(&host.app, &host.admin, InvoiceId(1)).await.unwrap();
    for verdict in Judge::find().judge(&[("i.ubl.xml".to_owned(), ubl.into_bytes()), ("i.pdf".to_owned(), pdf)]) {
        assert!(verdict.faults.is_empty(), "{}: {:?}", verdict.name, verdict.faults);
    }
    let sales = reports::union(&host.app, &host.admin, always(&host), true).await.unwrap();
    assert_eq!((sales.consumers.len(), sales.businesses.len()), (0, 1));
    assert_eq!((sales.businesses[0].number.as_str(), sales.businesses[0].net.minor()), ("DE136695976", 1000));
    host.holds().await;
}

#[tokio::test]
async fn a_consumer_pays_the_tax_of_its_state_and_a_credit_note_takes_it_back() {
    let (host, client) = union(false).await;
    gives(&host, client, "FI", "").await;
    order(&host, client).await;
    assert_eq!(sums(&host).await, ["1000 255 1255 consumer"]);
    let part = host.rows::<i64>("SELECT id FROM invoice_line").await[0];
    let credit = CreditInvoice {
        invoice_id: InvoiceId(1),
        lines: vec![(part.into(), Money::new(400, innkeeper_domain::Currency::EUR))],
        reason: "Late".into(),
    };
    invoices::credit(&host.app, &host.admin, credit).await.unwrap();
    assert_eq!(sums(&host).await[1], "-400 -102 -502 consumer");
    let sales = reports::union(&host.app, &host.admin, always(&host), true).await.unwrap();
    let row = &sales.consumers[0];
    assert_eq!((row.country.as_str(), row.net.minor(), row.tax.minor()), ("FI", 600, 153));
    assert_eq!(sales.in_euro.map(|(net, tax)| (net.minor(), tax.minor())), Some((600, 153)));
    host.holds().await;
}

#[tokio::test]
async fn a_price_with_tax_is_paid_to_the_cent_by_order_and_by_period() {
    let (host, client) = union(true).await;
    gives(&host, client, "FI", "").await;
    order(&host, client).await;
    host.pay_all().await;
    jobs::drain(&host.app.app).await.unwrap();
    sqlx::query("UPDATE service SET state = 'active'").execute(host.app.pool()).await.unwrap();
    host.app.clock.advance(chrono::TimeDelta::days(20));
    host.run("invoices").await;
    // 10.00 at 25.5 %: 7.97 and 2.03.
    assert_eq!(sums(&host).await, ["797 203 1000 consumer", "797 203 1000 consumer"]);
    // The same for a business in Germany: 10.00 less the 20 % of home.
    confirmed(&host, client).await;
    order(&host, client).await;
    assert_eq!(sums(&host).await.last().unwrap(), "833 0 833 reverse_charge");
}

#[tokio::test]
async fn two_taxes_stand_apart_on_the_papers_and_in_the_report() {
    let host = Host::open().await;
    for sql in [
        "UPDATE tax_rule SET country = 'CA', name = 'GST', rate = 0.05",
        "INSERT INTO tax_rule (country, region, level, compound, name, rate) VALUES ('CA', 'Quebec', 2, true, 'QST', 0.09975)",
        "UPDATE setting SET value = '{\"name\": \"Harbour\", \"time_zone\": \"Europe/Vienna\", \"country\": \"CA\"}'",
        "UPDATE price SET setup = 333 WHERE cycle_id = 1",
    ] {
        sqlx::query(sql).execute(host.app.pool()).await.unwrap();
    }
    let client = host.app.client("ada@example.com").await.id;
    sqlx::query("UPDATE client SET country = 'CA', region = 'quebec'").execute(host.app.pool()).await.unwrap();
    order(&host, client).await;
    // 13.33: 0.6665 is 0.67; 14.00 at 9.975 % is 1.3965.
    assert_eq!(sums(&host).await, ["1333 207 1540 rule"]);
    let view = invoices::get(&host.app, &host.admin, InvoiceId(1)).await.unwrap();
    let taxes = invoices::taxes(&view.lines, innkeeper_domain::Currency::EUR).unwrap();
    let seen: Vec<_> = taxes.iter().map(|t| (t.name.as_str(), t.base.minor(), t.tax.minor())).collect();
    assert_eq!(seen, [("GST", 1333, 67), ("QST", 1400, 140)]);
    assert!(invoices::obstacles(&view)[0].contains("two taxes"));
    let report = reports::tax(&host.app, &host.admin, always(&host)).await.unwrap();
    let rates: Vec<_> = report[0].rates.iter().map(|r| (r.name.as_str(), r.tax.minor())).collect();
    assert_eq!(rates, [("QST", 140), ("GST", 67)]);
    assert_eq!((report[0].tax.minor(), report[0].booked.minor()), (207, 207));
    // Taken back in two parts, each tax is taken back whole.
    for net in [500, 500] {
        let line = host.rows::<i64>("SELECT id FROM invoice_line WHERE net = 1000").await[0];
        let lines = vec![(line.into(), Money::new(net, innkeeper_domain::Currency::EUR))];
        let credit = CreditInvoice { invoice_id: InvoiceId(1), lines, reason: "Half".into() };
        invoices::credit(&host.app, &host.admin, credit).await.unwrap();
    }
    let left = host.rows::<i64>("SELECT sum(tax2)::bigint FROM invoice_line WHERE net = 1000 OR kind = 'credit'").await;
    assert_eq!((left[0], view.invoice.state.0), (0, InvoiceState::Unpaid));
    host.holds().await;
}

#[tokio::test]
async fn tax_rounded_on_each_line_holds() {
    let host = Host::open().await;
    sqlx::query("UPDATE price SET amount = 1003, setup = 333 WHERE cycle_id = 1")
        .execute(host.app.pool())
        .await
        .unwrap();
    let client = host.app.client("ada@example.com").await.id;
    for (rounding, prices_include_tax, wanted) in [
        // 10.03 and 3.33: 2.006 and 0.666; 13.36: 2.672.
        ("invoice", false, "1336 267 1603 rule"),
        ("line", false, "1336 268 1604 rule"),
        // 8.358 and 2.775; 11.133.
        ("invoice", true, "1113 223 1336 rule"),
        ("line", true, "1114 222 1336 rule"),
    ] {
        let tax = settings::Tax { rounding: rounding.parse().unwrap(), prices_include_tax, ..Default::default() };
        settings::save_tax(&host.app, &host.admin, tax).await.unwrap();
        order(&host, client).await;
        assert_eq!(sums(&host).await.last().unwrap(), wanted, "{rounding} {prices_include_tax}");
    }
    host.holds().await;
}

#[tokio::test]
async fn the_union_needs_a_home_and_its_rates() {
    let host = Host::open().await;
    let tax = settings::Tax { union_vat: true, ..Default::default() };
    let why = format!("{:?}", settings::save_tax(&host.app, &host.admin, tax.clone()).await.unwrap_err());
    assert!(why.contains("needs the company's country") && why.contains("needs a tax rule"), "{why}");
    let (host, _) = union(false).await;
    settings::save_tax(&host.app, &host.admin, tax).await.unwrap();
    assert_eq!(tax::add_union_rates(&host.app, &host.admin).await.unwrap(), 0);
}
