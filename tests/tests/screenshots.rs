//! Makes the pictures of the README and of `docs/screens.md` anew: `cargo test -p innkeeper-tests --test screenshots -- --ignored`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_tests::{Browser, Demo};
use std::path::Path;

const DESK: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (390, 780);
/// GitHub shows them beside the text; larger ones only make the page slow.
const LARGEST: usize = 200 * 1024;

#[tokio::test]
#[ignore = "writes docs/screenshots"]
async fn make_the_pictures_of_the_readme() {
    let demo = Demo::start(env!("CARGO_BIN_EXE_innkeeper-under-test"));
    let portal = Browser::open(demo.text("/base_url"), DESK.0, DESK.1).await;
    let panel = Browser::open(demo.text("/base_url"), DESK.0, DESK.1).await;
    take(&portal, "portal-shop", "/", "light", DESK).await;
    take(&portal, "portal-shop-phone", "/", "light", PHONE).await;
    fill_a_cart(&portal).await;
    portal.sign_in("", demo.text("/client/email"), demo.text("/client/password")).await;
    take(&portal, "portal-checkout", "/checkout", "light", DESK).await;
    portal.click("form[action=\"/checkout\"] button[type=submit]").await;
    portal.sees(&["Your order is in"]).await;
    let invoice = portal.first_of("/invoices").await;
    take(&portal, "portal-invoice", &invoice, "light", DESK).await;

    panel.sign_in("/admin", demo.text("/staff/email"), demo.text("/staff/password")).await;
    panel.goto(&format!("/admin{invoice}/pay")).await;
    panel.fill("transaction_ref", "2026-BANK-0042").await;
    panel.click("main form[method=post] button[type=submit]").await;
    panel.sees(&["The payment is recorded and the invoice is paid."]).await;
    portal.reloads_until("/services", &["ada.l@example.org"]).await;
    portal.reloads_until("/domains", &["analytical-engine.com"]).await;
    panel.reloads_until("/admin/events?name=UserPackage-Activate", &["1 delivered"]).await;

    let service = portal.first_of("/services").await;
    take(&portal, "portal-service", &service, "light", DESK).await;
    take(&portal, "portal-home-phone-dark", "/", "dark", PHONE).await;
    take(&panel, "panel-dashboard", "/admin", "light", DESK).await;
    take(&panel, "panel-dashboard-dark", "/admin", "dark", DESK).await;
    let client = format!("/admin/clients/{}", demo.sheet["client"]["client_id"]);
    take(&panel, "panel-client", &client, "light", DESK).await;
    take(&panel, "panel-events", "/admin/events", "light", DESK).await;
    take(&panel, "panel-coming", &format!("{client}/coming"), "light", DESK).await;
    take(&panel, "panel-invoice", &format!("/admin{invoice}"), "light", DESK).await;
    take(&panel, "panel-why", &format!("/admin{invoice}/why"), "light", DESK).await;
    take(&panel, "panel-forecast", "/admin/forecast", "light", DESK).await;
    take(&panel, "panel-income", "/admin/reports/income", "light", DESK).await;
    take(&panel, "panel-daily", "/admin/daily", "light", DESK).await;
}

async fn take(browser: &Browser, name: &str, path: &str, scheme: &str, (width, height): (u32, u32)) {
    let scale = if width < 600 { 2 } else { 1 };
    browser.emulate(width, height, scale, scheme).await;
    browser.goto(path).await;
    browser.settle().await;
    let picture = browser.screenshot().await;
    assert!(picture.len() <= LARGEST, "{name} has {} bytes", picture.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
}

async fn fill_a_cart(portal: &Browser) {
    portal.goto("/order/mailbox-business").await;
    for (name, value) in [("mailbox", "ada.l"), ("first_name", "Ada"), ("last_name", "Lovelace")] {
        portal.fill(&format!("field.{name}"), value).await;
    }
    portal.fill("field.password", "Tr4velling-Owl").await;
    portal.click("main form[method=post] button[type=submit]").await;
    portal.sees(&["To pay now"]).await;
    portal.goto("/order/domains?q=analytical-engine.com").await;
    portal.click("main form[action=\"/order/domains\"][method=post] button").await;
    portal.sees(&["analytical-engine.com", "To pay now"]).await;
}
