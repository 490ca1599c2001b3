//! The main job as people do it: a visitor in one browser, staff in another, against the shipped program.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_tests::{Browser, Demo, hooks};
use std::time::{Duration, Instant};

const EMAIL: &str = "grace@hopper.example";
const PASSWORD: &str = "a nanosecond of wire";
const DOMAIN: &str = "hopper-compilers.com";
const MAILBOX: &str = "grace";

#[tokio::test]
async fn a_visitor_orders_and_pays_and_staff_record_it() {
    let demo = Demo::start(env!("CARGO_BIN_EXE_innkeeper-under-test"));
    let visitor = Browser::open(demo.text("/base_url"), 1280, 900).await;
    choose_a_mailbox(&visitor).await;
    choose_a_domain(&visitor).await;
    sign_up(&visitor).await;
    let invoice = order(&visitor).await;
    visitor.reloads_until("/services", &["Waiting"]).await;

    let staff = Browser::open(demo.text("/base_url"), 1280, 900).await;
    staff.sign_in("/admin", demo.text("/staff/email"), demo.text("/staff/password")).await;
    record_the_transfer(&staff, &invoice).await;

    visitor.reloads_until(&invoice, &["Paid"]).await;
    visitor.reloads_until("/services", &[MAILBOX, "Active"]).await;
    visitor.reloads_until("/domains", &[DOMAIN, "Active"]).await;
    assert!(!visitor.text().await.contains("Waiting"));

    let mailboxes = demo.control("kerio", "users").await;
    let address = format!("{MAILBOX}@example.org");
    assert_eq!(mailboxes.as_array().unwrap().iter().filter(|m| m["address"] == address.as_str()).count(), 1);
    let registrar = demo.control("dondominio", "state").await;
    assert_eq!(registrar["domains"].as_array().unwrap().iter().filter(|d| d["name"] == DOMAIN).count(), 1);
    hear_everything(&demo).await;
    for (who, browser) in [("the visitor", &visitor), ("staff", &staff)] {
        assert_eq!(browser.console().await, Vec::<String>::new(), "in the console of {who}");
    }
    demo.end_and_audit();
}

async fn choose_a_mailbox(visitor: &Browser) {
    visitor.goto("/").await;
    visitor.click("a[href=\"/order/mailbox-basic\"]").await;
    visitor.sees(&["Mailbox name", "To pay first"]).await;
    visitor.fill("field.mailbox", MAILBOX).await;
    visitor.fill("field.first_name", "Grace").await;
    visitor.fill("field.last_name", "Hopper").await;
    visitor.fill("field.password", "Tr4velling-Owl").await;
    visitor.click("main form[method=post] button[type=submit]").await;
    visitor.sees(&["Mailbox Basic is in your cart.", "To pay now"]).await;
}

async fn choose_a_domain(visitor: &Browser) {
    visitor.goto("/order").await;
    visitor.fill("q", DOMAIN).await;
    visitor.click("main form[role=search] button").await;
    visitor.sees(&[DOMAIN, "Free"]).await;
    visitor.click("main form[action=\"/order/domains\"][method=post] button").await;
    visitor.sees(&["To pay now", DOMAIN, "Mailbox Basic"]).await;
}

async fn sign_up(visitor: &Browser) {
    visitor.click("a[href=\"/checkout\"]").await;
    visitor.click("a[href^=\"/signup\"]").await;
    visitor.sees(&["Create an account"]).await;
    for (name, value) in [
        ("first_name", "Grace"),
        ("last_name", "Hopper"),
        ("email", EMAIL),
        ("phone", "+34.600333444"),
        ("address1", "Calle Mayor 9"),
        ("postcode", "28013"),
        ("city", "Madrid"),
        ("region", "Madrid"),
        ("tax_number", "12345678Z"),
        ("password", PASSWORD),
    ] {
        visitor.fill(name, value).await;
    }
    visitor.choose("country", "ES").await;
    visitor.click("main form[action=\"/signup\"] button[type=submit]").await;
    visitor.sees(&["Welcome! Your account is ready.", "Who orders"]).await;
}

/// Orders, and reads how to pay. Gives the address of the invoice.
async fn order(visitor: &Browser) -> String {
    visitor.click("form[action=\"/checkout\"] button[type=submit]").await;
    visitor.sees(&["Your order is in", DOMAIN]).await;
    visitor.click("main a[href^=\"/invoices/\"][href$=\"/pay\"]").await;
    visitor.sees(&["Card (test)", "Test card"]).await;
    visitor.click("main a[href$=\"method=gateway-offline\"]").await;
    visitor.sees(&["Harbour Hosting SL", "ES91 2100 0418 4502 0005 1332"]).await;
    let invoice = visitor.path().await.strip_suffix("/pay").unwrap().to_owned();
    visitor.goto(&invoice).await;
    // €1.90 and €12.90, and 21 % of Spanish tax.
    visitor.sees(&["Mailbox Basic", DOMAIN, "IVA", "€17.91", "Unpaid"]).await;
    invoice
}

async fn record_the_transfer(staff: &Browser, invoice: &str) {
    staff.goto(&format!("/admin{invoice}")).await;
    staff.sees(&["Grace Hopper", DOMAIN]).await;
    staff.click("main a[href$=\"/pay\"]").await;
    staff.fill("transaction_ref", "2026-BANK-0042").await;
    staff.click("main form[method=post] button[type=submit]").await;
    staff.sees(&["The payment is recorded and the invoice is paid."]).await;
}

/// Deliveries come after the change; then all must be there, each once and in order.
async fn hear_everything(demo: &Demo) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !hooks::is_all_told(&demo.control("webhooks", "deliveries").await) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    hooks::assert_order_was_told(&demo.control("webhooks", "deliveries").await);
}
