//! Reports: as pages, as files, and for the client.

use axum::http::{StatusCode, header};
use innkeeper_domain::Permission;

use crate::house::House;
use crate::support::{Answer, Browser};

/// A file's rows; every cell of these is without quotes.
async fn rows(from: &mut Browser, path: &str) -> Vec<Vec<String>> {
    let file = from.get(path).await;
    assert_eq!(file.status, StatusCode::OK, "{path}: {}", file.body);
    assert_eq!(file.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8", "{path}");
    let named = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(named.starts_with("attachment; filename=\"") && named.ends_with(".csv\""), "{named}");
    let text = file.body.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("no mark: {}", file.body));
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn what_was_sold_is_shown_and_saved() {
    let mut house = House::busy().await;
    let page = house.staff.get("/admin/reports/income?range=month").await;
    page.shows("€26.00").shows("1 invoice").shows("Mailbox").shows(".com");
    page.shows("/admin/reports/sold.csv?range=month&#38;currency=EUR");
    let sold = rows(&mut house.staff, "/admin/reports/sold.csv?range=month").await;
    assert_eq!(sold[0], ["kind", "id", "name", "currency", "lines", "net"]);
    assert_eq!(sold[1], ["product", "1", "Mailbox", "EUR", "2", "14.00"]);
    assert_eq!(sold[2], ["domain", "1", ".com", "EUR", "1", "12.00"]);
}

#[tokio::test]
async fn what_came_in_is_shown_on_its_day() {
    // The payment was received in January 2026.
    let mut house = House::busy().await;
    let income = rows(&mut house.staff, "/admin/reports/income.csv?from=2026-01-15&until=2026-01-15").await;
    assert_eq!(income[1], ["2026-01-15", "EUR", "0", "0.00", "0.00", "26.00", "0.00", "0.00"]);
    house.staff.get("/admin/reports/income?from=2026-01-15&until=2026-01-15").await.shows("bank");
}

#[tokio::test]
async fn what_recurs_is_shown() {
    let mut house = House::busy().await;
    let page = house.staff.get("/admin/reports/recurring").await;
    page.shows("€5.00").shows("1 service, 1 client").shows("Not enough data");
}

#[tokio::test]
async fn what_is_owed_is_shown() {
    let mut house = House::busy().await;
    house.staff.get("/admin/reports/receivables").await.shows("Nobody owed anything");
}

#[tokio::test]
async fn tax_is_shown_beside_the_ledger() {
    let mut house = House::busy().await;
    house.staff.get("/admin/reports/tax").await.shows("Austria").shows("No tax").shows("Agrees");
}

#[tokio::test]
async fn the_overview_leads_to_the_forecast() {
    let mut house = House::busy().await;
    house.staff.get("/admin/reports").await.shows("€5.00").shows("nothing is late").shows("/admin/forecast");
}

#[tokio::test]
async fn the_ledger_is_sent_as_a_file() {
    let mut house = House::busy().await;
    house.staff.get("/admin/reports/ledger").await.shows("3 transactions").shows("Download CSV");
    let ledger = rows(&mut house.staff, "/admin/reports/ledger.csv").await;
    assert_eq!(ledger[0][..4], ["transaction", "booked_at", "key", "account"]);
    let sides: Vec<_> =
        ledger[1..].iter().map(|r| (r[2].as_str(), r[3].as_str(), r[7].as_str(), r[8].as_str())).collect();
    assert_eq!(sides.len(), 6, "{sides:?}");
    assert!(sides.contains(&("invoice:1", "receivable", "26.00", "")), "{sides:?}");
    assert!(sides.contains(&("invoice:1", "income", "", "26.00")), "{sides:?}");
    assert!(sides.contains(&("payment:1", "cash", "26.00", "")), "{sides:?}");
}

#[tokio::test]
async fn a_client_and_staff_see_the_account() {
    let mut house = House::busy().await;
    let days = "from=2026-01-01&until=2035-12-31";
    let seen = |page: &Answer| {
        page.shows("Nothing to be paid").shows("Invoice INV-000001").shows("Payment T-1").shows("Closing balance");
    };
    let client = house.client;
    let page = house.staff.get(&format!("/admin/clients/{client}/statement?{days}")).await;
    seen(&page);
    page.shows("href=\"/admin/payments/1\"");
    let mut ada = house.ada().await;
    let page = ada.get(&format!("/invoices/statement?{days}")).await;
    seen(&page);
    assert!(!page.body.contains("/admin/"));
    let file = rows(&mut ada, &format!("/invoices/statement.csv?{days}")).await;
    let kinds: Vec<_> = file.iter().map(|r| (r[1].as_str(), r[4].as_str(), r[5].as_str())).collect();
    let expected = [
        ("kind", "amount", "balance"),
        ("opening", "", "0.00"),
        ("payment", "-26.00", "-26.00"),
        ("invoice", "26.00", "0.00"),
        ("closing", "", "0.00"),
    ];
    assert_eq!(kinds, expected, "the payment is dated before the invoice");
    let eve = house.site.visitor().get("/invoices/statement").await;
    assert_eq!(eve.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_client_and_staff_see_what_is_to_come() {
    let mut house = House::busy().await;
    house.run("UPDATE domain SET expires_on = current_date + 200").await;
    let page = house.staff.get("/admin/clients/1/coming").await;
    // Twelve months of the mailbox, and a year of the domain.
    page.shows("€74.00").shows("Mailbox (Monthly)").shows("ada.com");
    assert_eq!(page.body.matches("<th scope=\"row\">").count(), 13);
    let mut ada = house.ada().await;
    ada.get("/invoices/coming?months=3").await.shows("€15.00").shows("Mailbox (Monthly)");
    let invoices = house.value("SELECT count(*)::text FROM invoice").await;
    assert_eq!(invoices, "1", "looking makes nothing");
    assert_eq!(house.staff.get("/admin/clients/99/coming").await.status, StatusCode::NOT_FOUND);
    let (_, mut nobody) = house.site.client("eve@example.org").await;
    nobody.get("/invoices/coming").await.shows("Nothing is to come");
}

#[tokio::test]
async fn days_that_make_no_sense_are_told_at_their_field() {
    let mut house = House::open().await;
    for report in ["reports/income", "reports/recurring", "reports/tax", "reports/ledger", "clients/1/statement"] {
        for (query, told) in [
            ("from=2026-02-30&until=2026-03-01", "Must be a day such as 2026-01-31."),
            ("from=2026-03-02&until=2026-03-01", "Must not be before the first day."),
            ("from=2006-03-02&until=2026-03-01", "Must be within 10 years of the first day."),
            ("from=&until=2026-03-01", "Must be a day such as 2026-01-31."),
        ] {
            let page = house.staff.get(&format!("/admin/{report}?{query}")).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{report}?{query}");
            page.shows(told);
            let file = house.staff.get(&format!("/admin/{report}.csv?{query}")).await;
            assert_eq!(file.status, StatusCode::UNPROCESSABLE_ENTITY, "{report}.csv?{query}");
        }
    }
    let page = house.staff.get("/admin/reports/receivables?day=2126-01-01").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Must not be in the future.");
}

#[tokio::test]
async fn what_a_client_is_called_is_no_formula() {
    let mut house = House::open().await;
    house.order("ada", "ada.com").await;
    house.run("UPDATE client SET company = '=HYPERLINK(\"http://evil.example\")'").await;
    let mut clerk = house.site.staff(&[Permission::ReportsRead]).await;
    for file in ["receivables", "ledger"] {
        let body = clerk.get(&format!("/admin/reports/{file}.csv")).await.body;
        assert!(body.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""), "{file}: {body}");
    }
    let mut other = house.site.staff(&[Permission::InvoicesRead, Permission::ClientsRead]).await;
    for report in ["", "/income", "/sold.csv", "/ledger.csv", "/receivables.csv"] {
        assert_eq!(other.get(&format!("/admin/reports{report}")).await.status, StatusCode::FORBIDDEN, "{report}");
    }
}
