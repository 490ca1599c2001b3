//! Statements of the bank: uploaded, looked at, recorded once.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use innkeeper_domain::Permission;

use crate::house::House;
use crate::support::{Answer, Browser};

const PAGE: &str = "/admin/payments/statement";

/// Sends a file with these fields, as a browser does.
async fn upload(from: &mut Browser, file: &str, fields: &[(&str, &str)]) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--frontier\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += &format!(
        "--frontier\r\ncontent-disposition: form-data; name=\"file\"; filename=\"s.txt\"\r\n\r\n{file}\r\n--frontier--\r\n"
    );
    let request = Request::builder()
        .method(Method::POST)
        .uri(PAGE)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier");
    from.send(request.body(Body::from(body)).unwrap()).await
}

/// The box of the page, as the browser sends it.
fn ticked(page: &Answer) -> String {
    let (_, rest) =
        page.body.split_once("name=\"pay\" value=\"").unwrap_or_else(|| panic!("no match in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

fn statement(number: &str) -> String {
    format!(
        ":20:X\n:25:AT611904300234573201\n:60F:C250301EUR0,00\n:61:2503020302C26,00NTRFNONREF//B-1\n\
         :86:166?00GUTSCHRIFT?20SVWZ+Invoice {number}?32ADA\n:61:2503020302C5,00NTRFNONREF//B-2\n:86:thanks for all\n\
         :61:2503020302D9,00NCHGNONREF//B-3\n:86:fee\n:62F:C250302EUR22,00\n"
    )
}

#[tokio::test]
async fn a_transfer_is_matched_looked_at_and_recorded_once() {
    let mut house = House::open().await;
    house.order("ada", "ada.com").await;
    let number = house.value("SELECT number_text FROM invoice WHERE id = 1").await;
    house.staff.get("/admin/payments").await.shows(PAGE);
    house.staff.get(PAGE).await.shows("type=\"file\"");
    let file = statement(&number);
    let page = upload(&mut house.staff, &file, &[("gateway", "bank")]).await;
    page.shows("Pays").shows(&number).shows("Names nothing that is owed").shows("Went out");
    assert_eq!(house.value("SELECT count(*)::text FROM payment").await, "0", "nothing before staff agree");
    let fields = [("gateway", "bank"), ("pay", &*ticked(&page))];
    let recorded = house.staff.post("/admin/payments/statement/record", &fields).await;
    assert_eq!(recorded.location(), "/admin/payments");
    house.staff.get("/admin/payments").await.shows("1 payment is recorded.");
    assert_eq!(house.value("SELECT state FROM invoice WHERE id = 1").await, "paid");
    // The same file, and the same form, once more.
    let again = upload(&mut house.staff, &file, &[("gateway", "bank")]).await;
    again.shows("Recorded before");
    assert!(!again.body.contains("name=\"pay\""));
    house.staff.post("/admin/payments/statement/record", &fields).await;
    house.staff.get("/admin/payments").await.shows("0 payments are recorded. Not recorded: B-1/");
    assert_eq!(house.value("SELECT count(*)::text FROM payment").await, "1");
    assert_eq!(house.value("SELECT string_agg(rule || ': ' || detail, '; ') FROM violations()").await, "");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_in_which_line() {
    let mut house = House::open().await;
    for (file, text) in [
        (":20:X\n:60F:C250301EUR0,00\n:61:nonsense\n", "Line 3: the entry"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "no XML that is read here"),
        ("a;b\n1;2\n", "neither CAMT.053 nor MT940"),
        ("", "The file is empty."),
    ] {
        let page = upload(&mut house.staff, file, &[("gateway", "bank")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{file}");
        page.shows(text);
    }
    let mut looker = house.site.staff(&[Permission::InvoicesRead]).await;
    assert_eq!(upload(&mut looker, &statement("1"), &[("gateway", "bank")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(looker.get(PAGE).await.status, StatusCode::FORBIDDEN);
    let sneaked = [("gateway", "bank"), ("pay", "1|2600|EUR|2025-03-02|B-9")];
    let refused = looker.post("/admin/payments/statement/record", &sneaked).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_columns_of_a_csv_are_kept_for_the_next_time() {
    let mut house = House::open().await;
    house.order("ada", "ada.com").await;
    let number = house.value("SELECT number_text FROM invoice WHERE id = 1").await;
    let file = format!("Day;Sum;Words\n02.03.2025;26,00;Invoice {number}\n");
    let fields = [
        ("gateway", "bank"),
        ("delimiter", ";"),
        ("skip", "0"),
        ("decimal", ","),
        ("date_format", "%d.%m.%Y"),
        ("csv_currency", "EUR"),
        ("booked_on", "Day"),
        ("amount", "Sum"),
        ("remittance", "Words"),
    ];
    upload(&mut house.staff, &file, &fields).await.shows("Pays").shows(&number);
    house.staff.get(PAGE).await.shows("value=\"Words\"");
    let wrong = [&fields[..8], &[("remittance", "Elsewhere")]].concat();
    upload(&mut house.staff, &file, &wrong).await.shows("there is no column");
}
