//! Who may open what, what hostile text becomes, and what holds for the markup of every page.

use innkeeper_domain::Permission;

use crate::house::House;
use crate::support::Site;

/// Every page of this part of the panel; client, order, invoice, service, domain are number 1.
const PAGES: &[&str] = &[
    "/admin/clients",
    "/admin/clients?q=ada&state=active",
    "/admin/clients/new",
    "/admin/clients/1",
    "/admin/clients/1/edit",
    "/admin/clients/1/contacts/new",
    "/admin/clients/1/contacts/1",
    "/admin/clients/1/logins/new",
    "/admin/clients/1/coming",
    "/admin/services/1/pause",
    "/admin/products/1/addon",
    "/admin/currencies/USD/rate",
    "/admin/products/1/meters",
    "/admin/meters/1",
    "/admin/clients/1/items",
    "/admin/clients/1/credit",
    "/admin/clients/1/draft",
    "/admin/clients/1/quote",
    "/admin/clients/1/statement",
    "/admin/clients/1/order",
    "/admin/clients/1/order/product?product=1",
    "/admin/orders",
    "/admin/orders?state=pending",
    "/admin/orders/1",
    "/admin/invoices",
    "/admin/invoices?state=overdue",
    "/admin/invoices/1",
    "/admin/invoices/1/why",
    "/admin/invoices/1/merge",
    "/admin/invoices/1/split",
    "/admin/drafts",
    "/admin/drafts/1",
    "/admin/quotes",
    "/admin/quotes/new",
    "/admin/quotes/1",
    "/admin/payments",
    "/admin/payments/statement",
    "/admin/collections",
    "/admin/disputes",
    "/admin/collections/1",
    "/admin/settings/funds",
    "/admin/reports",
    "/admin/reports/income",
    "/admin/reports/recurring",
    "/admin/reports/receivables",
    "/admin/reports/promotions",
    "/admin/reports/tax",
    "/admin/reports/oss",
    "/admin/settings/tax",
    "/admin/reports/ledger",
    "/admin/services",
    "/admin/services/1",
    "/admin/services/1?live=1",
    "/admin/services/1/live",
    "/admin/services/1/why",
    "/admin/services/1/suspend",
    "/admin/services/1/terminate",
    "/admin/services/1/password",
    "/admin/domains",
    "/admin/domains/1",
    "/admin/domains/1?live=1",
    "/admin/domains/1/nameservers",
    "/admin/domains/1/contacts",
    "/admin/domains/1/renew",
    "/admin/promotions",
    "/admin/promotions/new",
    "/admin/bundles",
    "/admin/option-groups",
    "/admin/option-groups/1",
    "/admin/option-groups/1/new",
    "/admin/options/1",
    "/admin/staff",
    "/admin/staff/1",
    "/admin/roles/1",
    "/admin/settings/numbers",
    "/admin/settings/mail",
    "/admin/settings/mail?language=fr",
    "/admin/settings/mail/invoice_created/de",
    "/admin/mails",
    "/admin/mails?state=failed",
    "/admin/mails/1",
];

async fn full() -> House {
    let mut house = House::busy().await;
    let contact = [("name", "Bea"), ("email", "bea@example.org"), ("gets_invoices", "on")];
    house.staff.post("/admin/clients/1/contacts/new", &contact).await;
    let line = [("lines.1.description", "<script>alert(1)</script>"), ("lines.1.amount", "60")];
    house.staff.post("/admin/clients/1/draft", &line).await;
    let offer = [("subject", "<script>alert(1)</script>"), ("valid_until", "2099-12-31")];
    house.staff.post("/admin/clients/1/quote", &[&offer[..], &line].concat()).await;
    house.run("INSERT INTO collection (client_id, currency, amount) VALUES (1, 'EUR', 500)").await;
    for sql in [
        "INSERT INTO meter (product_id, metric, name, unit, unit_size, measure, starts_on)
         VALUES (1, 'disk', 'Space', 'GB', 1000000000, 'highest', '2026-01-01')",
        r#"INSERT INTO meter_price VALUES (1, 'EUR', '2026-01-01', '[{"above": 5, "each": "0.10"}]')"#,
    ] {
        house.run(sql).await;
    }
    house.staff.post("/admin/option-groups", &[("name", "<b>Machines</b>"), ("products", "1")]).await;
    let option =
        [("name", "RAM"), ("kind", "choice"), ("position", "0"), ("name.0", "<i>4 GB</i>"), ("amount.0.EUR.1", "3")];
    house.staff.post("/admin/option-groups/1/new", &option).await;
    house.staff.post("/admin/api-tokens/new", &[("name", "t"), ("scopes", "clients:read")]).await;
    house.staff.post("/admin/autologin", &[("name", "shop")]).await;
    house
}

#[tokio::test]
async fn every_page_opens_for_staff_who_may_and_for_nobody_else() {
    let mut house = full().await;
    let mut nobody = house.site.staff(&[]).await;
    for &path in PAGES {
        let page = house.staff.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        assert_eq!(nobody.get(path).await.status, 403, "{path}");
        let led = house.site.visitor().get(path).await;
        assert!(led.location().starts_with("/admin/login?next="), "{path}: {}", led.location());
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let mut house = House::open().await;
    for area in ["clients", "orders", "invoices", "services", "domains", "staff"] {
        for id in ["99", "0", "x", "-1", "1e9", "99999999999999999999", "%3Cscript%3E"] {
            let path = format!("/admin/{area}/{id}");
            assert_eq!(house.staff.get(&path).await.status, 404, "{path}");
        }
    }
    for path in [
        "/admin/orders/99/accept",
        "/admin/invoices/99/void",
        "/admin/invoices/99/pay",
        "/admin/services/99/create",
        "/admin/services/99/suspend",
        "/admin/domains/99/lock",
        "/admin/domains/99/auth-code",
        "/admin/clients/99/close",
        "/admin/clients/99/logins/1/remove",
        "/admin/clients/1/contacts/99/remove",
        "/admin/api-tokens/99/revoke",
        "/admin/autologin/99/disable",
    ] {
        let answer = house.staff.post(path, &[("reason", "x")]).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.location());
    }
}

#[tokio::test]
async fn hostile_text_never_becomes_markup() {
    let mut house = full().await;
    house.poison().await;
    let mut shown = 0;
    for path in PAGES.iter().copied().chain(["/admin/api-tokens", "/admin/autologin"]) {
        let page = house.staff.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("<script>alert"), "{path}: {}", page.body);
        shown += usize::from(page.body.contains("&#60;script&#62;alert"));
    }
    assert!(shown > 25, "only {shown} pages show the hostile sample");
}

#[tokio::test]
async fn labels_and_errors_lead_to_their_fields() {
    let mut house = full().await;
    for &path in PAGES {
        let page = house.staff.get(path).await.body;
        let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{path}: an id stands twice");
        for target in page.split(" for=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.contains(&target), "{path}: for={target} leads nowhere");
        }
        if !path.ends_with("/live") {
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
        }
    }
}

#[tokio::test]
async fn who_may_only_read_is_offered_nothing_to_press() {
    let house = House::busy().await;
    let mut reader = house
        .site
        .staff(&[Permission::ClientsRead, Permission::OrdersRead, Permission::ServicesRead, Permission::InvoicesRead])
        .await;
    for path in ["/admin/clients/1", "/admin/orders/1", "/admin/invoices/1", "/admin/services/1", "/admin/domains/1"] {
        let page = reader.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let content = page.body.split("<main").nth(1).unwrap_or_default();
        assert!(!content.contains("method=\"post\""), "{path} offers a form: {content}");
        for verb in ["/edit", "/pay\"", "/suspend", "/terminate", "/renew", "/order\""] {
            assert!(!content.contains(verb), "{path} offers {verb}");
        }
    }
    for (path, fields) in [
        ("/admin/clients/1/close", &[][..]),
        ("/admin/clients/1/edit", &[("first_name", "Eve")]),
        ("/admin/orders/1/accept", &[]),
        ("/admin/invoices/1/void", &[]),
        ("/admin/invoices/1/merge", &[("invoices", "2"), ("sure", "on")]),
        ("/admin/invoices/1/split", &[("lines", "1"), ("sure", "on")]),
        ("/admin/services/1/suspend", &[("reason", "x")]),
        ("/admin/services/1/terminate", &[("sure", "on")]),
        ("/admin/domains/1/unlock", &[]),
        ("/admin/domains/1/auth-code", &[]),
        ("/admin/effects/1/retry", &[]),
        ("/admin/autologin", &[("name", "x")]),
        ("/admin/roles/new", &[("name", "x")]),
    ] {
        let answer = reader.post(path, fields).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.location());
    }
}

#[tokio::test]
async fn the_menu_holds_what_its_reader_may_open() {
    let site = Site::new().await;
    let mut billing = site.staff(&[Permission::InvoicesRead]).await;
    let page = billing.get("/admin/invoices").await;
    page.shows("href=\"/admin/payments\"");
    assert!(!page.body.contains("href=\"/admin/staff\"") && !page.body.contains("href=\"/admin/clients\""));
}
