//! The panel's pages for the catalogue, servers, plugins, settings and the machine room.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

#[path = "support/plugins.rs"]
mod plugins;
mod support;

use innkeeper_domain::Permission;
use innkeeper_site::WebOptions;
use support::{Browser, Site};

/// Every page that can be opened on an empty database.
const PAGES: [&str; 26] = [
    "/admin",
    "/admin/search?q=ada",
    "/admin/products",
    "/admin/products/new",
    "/admin/products/new?plugin=quiet",
    "/admin/product-groups",
    "/admin/extensions",
    "/admin/extensions/new",
    "/admin/tax-rules",
    "/admin/currencies",
    "/admin/servers",
    "/admin/servers/new?plugin=quiet",
    "/admin/server-groups",
    "/admin/plugins",
    "/admin/plugins/ears",
    "/admin/plugins/quiet",
    "/admin/events",
    "/admin/subscribers",
    "/admin/jobs",
    "/admin/jobs?state=dead",
    "/admin/effects?state=needs_human",
    "/admin/audit/check",
    "/admin/settings",
    "/admin/settings/automation",
    "/admin/settings/brand",
    "/admin/settings/custom-fields",
];

async fn site() -> Site {
    Site::with(plugins::registry(), WebOptions::default()).await
}

/// A product with plugin settings, and the browser of who made it.
async fn with_product(site: &Site) -> Browser {
    let mut staff = site.staff(Permission::ALL).await;
    staff.post("/admin/product-groups", &[("name", "Mail"), ("position", "0")]).await;
    staff.post("/admin/server-groups", &[("name", "All"), ("fill", "least_full")]).await;
    let product = [
        ("name", "Mailbox"),
        ("group_id", "1"),
        ("plugin_id", "quiet"),
        ("server_group_id", "1"),
        ("setup_when", "payment"),
        ("position", "0"),
        ("taxable", "on"),
        ("settings.quota", "500"),
    ];
    let made = staff.post("/admin/products/new", &product).await;
    assert_eq!(made.location(), "/admin/products/1/prices", "{}", made.body);
    staff
}

#[tokio::test]
async fn every_page_opens_for_those_who_may_and_for_nobody_else() {
    let site = site().await;
    let mut staff = site.staff(Permission::ALL).await;
    let mut nobody = site.staff(&[]).await;
    for path in PAGES {
        let page = staff.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        let refused = nobody.get(path).await.status;
        assert_eq!(refused.as_u16(), if path == "/admin" { 200 } else { 403 }, "{path}");
    }
    for path in
        ["/admin/products/1", "/admin/servers/1", "/admin/extensions/1", "/admin/plugins/none", "/admin/events/999"]
    {
        assert_eq!(staff.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_product_is_made_priced_and_retired() {
    let site = site().await;
    let mut staff = with_product(&site).await;
    let typed = [("amount.EUR.1", "4,50"), ("setup.EUR.1", "10"), ("amount.USD.12", "x"), ("setup.USD.3", "1")];
    let wrong = staff.post("/admin/products/1/prices", &typed).await;
    assert_eq!(wrong.status, 422);
    wrong.shows("not an amount").shows("A set-up fee needs a price").shows(r#"value="4,50""#);
    let saved = staff.post("/admin/products/1/prices", &typed[..2]).await;
    assert_eq!(saved.location(), "/admin/products/1", "{}", saved.body);
    staff.get("/admin/products/1").await.shows("€4.50").shows("€10.00 to set up").shows("On sale");

    staff.post("/admin/products/1/prices", &[("amount.EUR.1", "5")]).await;
    staff.get("/admin/products/1/prices").await.shows("Former prices").shows("€4.50").shows(r#"value="5.00""#);
    staff.post("/admin/products/1/retire", &[]).await;
    staff.get("/admin/products/1").await.shows("Put back on sale");
    staff.get("/admin/products?state=all").await.shows("Mailbox");
    staff.get("/admin/search?q=mailb").await.shows("/admin/products/1");
    staff.get("/admin/audit").await.shows("product.set_prices").shows("product.retire");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field() {
    let site = site().await;
    let mut staff = with_product(&site).await;
    let product = [
        ("name", ""),
        ("group_id", "1"),
        ("slug", "Not A Slug"),
        ("plugin_id", "quiet"),
        ("server_group_id", ""),
        ("setup_when", "payment"),
        ("position", "0"),
        ("settings.quota", "0"),
    ];
    let answer = staff.post("/admin/products/1", &product).await;
    assert_eq!(answer.status, 422);
    for id in ["f-name-error", "f-slug-error", "f-server-group-id-error", "f-settings-quota-error"] {
        answer.shows(id);
    }
    staff.get("/admin/products/1").await.shows(r#"value="Mailbox""#).shows(r#"value="500""#);
    for (path, fields, said) in [
        ("/admin/tax-rules", vec![("country", "Spain"), ("name", "VAT"), ("percent", "21")], "two-letter"),
        ("/admin/tax-rules", vec![("name", "VAT"), ("percent", "much")], "Enter a number"),
        ("/admin/currencies/add", vec![("code", "EURO")], "three letters"),
        ("/admin/cycles", vec![("name", "Monthly"), ("count", "1"), ("unit", "month")], "name of another cycle"),
        ("/admin/settings", vec![("name", ""), ("invoice_due_days", "14")], "Must not be empty"),
        ("/admin/settings/automation", vec![("cart_days", "0")], "from 1 to 365"),
        (
            "/admin/settings/custom-fields",
            vec![("key", "A B"), ("label", "x"), ("kind", "choice"), ("position", "0")],
            "at least one choice",
        ),
        ("/admin/server-groups", vec![("name", "All"), ("fill", "least_full")], "name of another group"),
    ] {
        let answer = staff.post(path, &fields).await;
        assert_eq!(answer.status, 422, "{path}");
        answer.shows(said);
    }
}

#[tokio::test]
async fn a_server_is_set_up_and_tried_and_its_key_is_never_shown() {
    let site = site().await;
    let mut staff = site.staff(Permission::ALL).await;
    staff.post("/admin/server-groups", &[("name", "All"), ("fill", "least_full")]).await;
    let server = |key: &'static str| {
        vec![
            ("plugin_id", "quiet"),
            ("name", "one"),
            ("group_id", "1"),
            ("enabled", "on"),
            ("settings.host", "mail.example"),
            ("settings.key", key),
        ]
    };
    staff.post("/admin/servers/new", &server("")).await.shows("f-settings-key-error");
    assert_eq!(staff.post("/admin/servers/new", &server("sesame")).await.location(), "/admin/servers/1");
    let page = staff.get("/admin/servers/1").await;
    page.shows("Leave empty to keep it").shows("mail.example");
    assert!(!page.body.contains("sesame"));

    staff.post("/admin/servers/1/test", &[]).await;
    staff.get("/admin/servers/1").await.shows("It answers: mail.example opens.");
    let mut kept = server("");
    kept.push(("settings.key.kept", "••••••••"));
    assert_eq!(staff.post("/admin/servers/1", &kept).await.location(), "/admin/servers/1");
    staff.post("/admin/servers/1/test", &[]).await;
    staff.get("/admin/servers/1").await.shows("mail.example opens");
    staff.post("/admin/servers/1", &server("wrong")).await;
    staff.post("/admin/servers/1/test", &[]).await;
    staff.get("/admin/servers/1").await.shows("The key does not fit.");
}

#[tokio::test]
async fn a_plugins_list_grows_and_shrinks_without_javascript() {
    let site = site().await;
    let mut staff = site.staff(Permission::ALL).await;
    let two = [
        ("settings.listeners.0.name", "left"),
        ("settings.listeners.0.secret", "left-secret"),
        ("settings.listeners.1.name", "right"),
        ("settings.listeners.1.secret", "right-secret"),
        ("settings.listeners.2.name", ""),
        ("settings.listeners.2.secret", ""),
    ];
    assert_eq!(staff.post("/admin/plugins/ears", &two).await.location(), "/admin/plugins/ears");
    let page = staff.get("/admin/plugins/ears").await;
    page.shows(r#"value="right""#).shows("settings.listeners.2.name");
    assert!(!page.body.contains("right-secret"));

    let without_left = [
        ("settings.listeners.0.name", "left"),
        ("settings.listeners.0.secret.kept", "•••••••• 0"),
        ("settings.listeners.0.remove", "on"),
        ("settings.listeners.1.name", "right"),
        ("settings.listeners.1.secret.kept", "•••••••• 1"),
    ];
    assert_eq!(staff.post("/admin/plugins/ears", &without_left).await.location(), "/admin/plugins/ears");
    staff.get("/admin/subscribers").await.shows("right").shows("Listens");
    let stored: String = sqlx::query_scalar("SELECT settings #>> '{listeners,0,name}' FROM plugin")
        .fetch_one(site.pool())
        .await
        .unwrap();
    assert_eq!(stored, "right");

    let refused = staff.post("/admin/plugins/ears", &[("settings.listeners.0.name", "x")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("f-settings-listeners-0-secret-error").shows(r#"value="x""#);
    let short = [("settings.listeners.0.name", "x"), ("settings.listeners.0.secret", "abc")];
    staff
        .post("/admin/plugins/ears", &short)
        .await
        .shows("The settings are refused by the plugin: the secret of x is too short.");
    staff.post("/admin/plugins/ears/disable", &[]).await;
    staff.get("/admin/plugins").await.shows("Off");
}

#[tokio::test]
async fn what_failed_is_found_and_started_again() {
    let site = site().await;
    let mut staff = site.staff(Permission::ALL).await;
    let ear = [("settings.listeners.0.name", "left"), ("settings.listeners.0.secret", "left-secret")];
    staff.post("/admin/plugins/ears", &ear).await;
    sqlx::query("INSERT INTO job (kind, state, last_error) VALUES ('mail.send', 'dead', 'no route')")
        .execute(site.pool())
        .await
        .unwrap();
    let event: i64 = sqlx::query_scalar(
        "WITH e AS (INSERT INTO event (aggregate, aggregate_id, sequence, name, payload, actor)
                    VALUES ('invoice', 7, 1, 'Invoice-Paid', '{\"invoice_id\": 7}', 'system:test') RETURNING id)
         INSERT INTO delivery (subscriber_id, event_id, aggregate, aggregate_id, sequence, state, last_error)
         SELECT 'ears:left', id, 'invoice', 7, 1, 'dead', 'nobody is at home' FROM e RETURNING event_id",
    )
    .fetch_one(site.pool())
    .await
    .unwrap();
    let event = format!("/admin/events/{event}");

    staff.get("/admin").await.shows("2 failures wait for you");
    staff.get("/admin/jobs?state=dead").await.shows("no route").shows("Run again");
    staff.post("/admin/jobs/1/rerun", &[]).await;
    staff.get("/admin/jobs?state=dead").await.shows("Nothing was given up");
    staff.get("/admin/events?aggregate=invoice&id=7").await.shows("Invoice-Paid").shows("1 failed");
    staff.get(&event).await.shows("nobody is at home").shows("invoice_id");
    staff.post("/admin/deliveries/1/replay", &[("back", event.as_str())]).await;
    staff.get(&event).await.shows("Pending");
    staff.post("/admin/deliveries/1/replay", &[("back", "//evil.example")]).await;
    let looker = &mut site.staff(&[Permission::SystemRead]).await;
    assert!(!looker.get(&event).await.body.contains("Send again"));
    assert_eq!(looker.post("/admin/jobs/1/rerun", &[]).await.status, 403);
}

#[tokio::test]
async fn settings_are_kept_and_written_down() {
    let site = site().await;
    let mut staff = site.staff(Permission::ALL).await;
    let company = [
        ("name", "Hotel & Co"),
        ("address", "Main Street 1\nVienna"),
        ("email", "desk@host.example"),
        ("country", "at"),
        ("time_zone", "Europe/Vienna"),
        ("invoice_due_days", "7"),
    ];
    assert_eq!(staff.post("/admin/settings", &company).await.location(), "/admin/settings");
    staff.get("/admin/settings").await.shows("Hotel &#38; Co").shows(r#"value="AT""#).shows("Europe/Vienna");
    staff.post("/admin/settings/automation", &[("cart_days", "3")]).await;
    let automation = innkeeper_app::settings::automation(&site.app).await.unwrap();
    assert_eq!((automation.accept_paid_orders, automation.cart_days), (false, 3));
    let field = [
        ("label", "Your shoe size"),
        ("key", "shoe"),
        ("kind", "number"),
        ("position", "0"),
        ("shown_to_client", "on"),
    ];
    staff.post("/admin/settings/custom-fields", &field).await;
    staff.get("/admin/settings/custom-fields").await.shows("Your shoe size").shows("Clients answer");
    staff.post("/admin/settings/custom-fields/1/delete", &[]).await;
    staff.get("/admin/settings/custom-fields").await.shows("No custom fields");
    staff.get("/admin/audit?action=settings.").await.shows("settings.save").shows("Hotel");
}
