//! VAT numbers, against a register on this machine.

use chrono::TimeDelta;
use innkeeper_domain::{ClientId, VatNumber, VatState};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::{
    App, AppError,
    billing::testing::Host,
    clients::{self, UpdateClient},
    jobs,
    tax::{self, Answer, VatRegister, Vies},
};

/// A register that says what it is told to, and keeps what it was asked.
pub(super) struct Register {
    pub url: String,
    says: Arc<Mutex<(u16, Value)>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Register {
    pub(super) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/rest-api", listener.local_addr().unwrap());
        let says = Arc::new(Mutex::new((200, json!({}))));
        let asked = Arc::new(Mutex::new(vec![]));
        let (says_too, asked_too) = (says.clone(), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &says_too, &asked_too);
            }
        });
        Self { url, says, asked }
    }
    pub(super) fn says(&self, status: u16, body: Value) {
        *self.says.lock().unwrap() = (status, body);
    }
    pub(super) fn knows(&self) {
        self.says(
            200,
            json!({ "countryCode": "DE", "vatNumber": "136695976", "valid": true, "name": "Wind GmbH",
                    "requestIdentifier": "WAPIAAAAX1" }),
        );
    }
    fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }
}

/// One request to a connection.
fn answer(mut stream: TcpStream, says: &Mutex<(u16, Value)>, asked: &Mutex<Vec<Value>>) {
    let mut text = vec![];
    let mut part = [0; 4096];
    let body = loop {
        let read = stream.read(&mut part).unwrap();
        text.extend_from_slice(&part[..read]);
        let whole = String::from_utf8_lossy(&text).into_owned();
        if let Some(body) = whole.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str::<Value>(body).ok())
        {
            assert!(whole.starts_with("POST /rest-api/check-vat-number "), "{whole}");
            break body;
        }
        assert!(read > 0, "{whole}");
    };
    asked.lock().unwrap().push(body);
    let (status, body) = says.lock().unwrap().clone();
    let body = body.to_string();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n");
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
}

#[tokio::test]
async fn the_register_says_yes_no_or_nothing() {
    let host = Host::open().await;
    let register = Register::open();
    let vies = Vies::new(host.app.http.clone(), &register.url);
    let number: VatNumber = "DE136695976".parse().unwrap();
    let seller: VatNumber = "ATU13585627".parse().unwrap();
    register.knows();
    let (reference, holder) = ("WAPIAAAAX1".to_owned(), "Wind GmbH".to_owned());
    assert_eq!(vies.check(&number, Some(&seller)).await, Answer::Valid { reference, holder });
    let asked = json!({ "countryCode": "DE", "vatNumber": "136695976",
                        "requesterMemberStateCode": "AT", "requesterNumber": "U13585627" });
    assert_eq!(register.asked(), [asked]);
    register.says(200, json!({ "valid": false, "userError": "INVALID", "name": "---" }));
    assert_eq!(vies.check(&number, None).await, Answer::Invalid);
    for (status, body, why) in [
        (200, json!({ "valid": false, "userError": "MS_UNAVAILABLE" }), "MS_UNAVAILABLE"),
        (
            200,
            json!({ "actionSucceed": false, "errorWrappers": [{ "error": "MS_MAX_CONCURRENT_REQ" }] }),
            "MS_MAX_CONCURRENT_REQ",
        ),
        (500, json!({ "valid": true }), "the answer is not as agreed"),
        (503, json!("busy"), "HTTP 503"),
    ] {
        register.says(status, body);
        assert_eq!(vies.check(&number, None).await, Answer::Unavailable(why.to_owned()));
    }
    let nowhere = Vies::new(host.app.http.clone(), "http://127.0.0.1:9");
    assert!(matches!(nowhere.check(&number, None).await, Answer::Unavailable(_)));
}

/// A host in Austria that charges VAT of the Union, with a client in Germany.
pub(super) async fn union(prices_include_tax: bool) -> (Host, ClientId) {
    let host = Host::open().await;
    for sql in [
        "UPDATE setting SET value = '{\"name\": \"Harbour\", \"address\": \"Kai 1\", \"time_zone\": \"Europe/Vienna\",
            \"country\": \"AT\", \"tax_number\": \"ATU13585627\", \"email\": \"billing@harbour.example\"}' WHERE key = 'company'",
        "UPDATE tax_rule SET name = 'USt.'",
    ] {
        sqlx::query(sql).execute(host.app.pool()).await.unwrap();
    }
    assert_eq!(tax::add_union_rates(&host.app, &host.admin).await.unwrap(), 26);
    let tax = crate::settings::Tax { union_vat: true, prices_include_tax, ..Default::default() };
    crate::settings::save_tax(&host.app, &host.admin, tax).await.unwrap();
    let client = host.app.client("wind@example.com").await.id;
    (host, client)
}

/// Gives the client its details, as staff do.
pub(super) async fn gives(host: &Host, client: ClientId, country: &str, number: &str) {
    let details = clients::Details {
        first_name: "Ada".into(),
        last_name: "Wind".into(),
        company: "Wind GmbH".into(),
        email: "wind@example.com".into(),
        address1: "Deich 1".into(),
        city: "Husum".into(),
        postcode: "25813".into(),
        country: country.into(),
        tax_number: number.into(),
        language: "de".into(),
        ..Default::default()
    };
    let command = UpdateClient { details, staff: None, fields: Default::default() };
    clients::update(&host.app, &host.admin, client, &command).await.unwrap();
}

async fn state(host: &Host, client: ClientId) -> Option<VatState> {
    tax::get(&host.app, &host.admin, client).await.unwrap().map(|known| known.state)
}

/// Runs what waits, on a node that asks this register.
async fn drain(host: &Host, register: &Register) -> Arc<App> {
    let app = host.app.asking(&register.url);
    jobs::drain(&app).await.unwrap();
    app
}

#[tokio::test]
async fn a_number_is_checked_when_it_is_given_and_again_after_a_while() {
    let (host, client) = union(false).await;
    let register = Register::open();
    register.knows();
    assert_eq!(state(&host, client).await, None);
    gives(&host, client, "DE", "de 136 695 976").await;
    assert_eq!(state(&host, client).await, Some(VatState::Waiting));
    let app = drain(&host, &register).await;
    let known = tax::get(&app, &host.admin, client).await.unwrap().unwrap();
    assert_eq!(
        (known.state, known.reference.as_str(), known.holder.as_str()),
        (VatState::Valid, "WAPIAAAAX1", "Wind GmbH")
    );
    // Other details change nothing; another number is another question.
    gives(&host, client, "DE", "DE136695976").await;
    drain(&host, &register).await;
    assert_eq!(register.asked().len(), 1);
    host.app.clock.advance(TimeDelta::days(91));
    register.says(200, json!({ "valid": false, "userError": "INVALID" }));
    tax::refresh(&app).await.unwrap();
    drain(&host, &register).await;
    assert_eq!(state(&host, client).await, Some(VatState::Invalid));
    gives(&host, client, "DE", "DE13669597").await;
    drain(&host, &register).await;
    let known = tax::get(&app, &host.admin, client).await.unwrap().unwrap();
    assert_eq!((known.state, register.asked().len()), (VatState::Invalid, 2), "a wrong form is not asked after");
    gives(&host, client, "DE", "12/345").await;
    assert_eq!(state(&host, client).await, None);
    host.holds().await;
}

#[tokio::test]
async fn without_an_answer_a_number_counts_for_nothing_until_staff_vouch_for_it() {
    let (host, client) = union(false).await;
    let register = Register::open();
    register.says(200, json!({ "valid": false, "userError": "MS_UNAVAILABLE" }));
    gives(&host, client, "DE", "DE136695976").await;
    let app = drain(&host, &register).await;
    let known = tax::get(&app, &host.admin, client).await.unwrap().unwrap();
    assert_eq!((known.state, known.note.as_str()), (VatState::Waiting, "MS_UNAVAILABLE"));
    let nobody = host.app.staff("nobody@host.example", &[]).await;
    assert!(matches!(tax::confirm(&app, &nobody, client).await, Err(AppError::Forbidden)));
    let other = host.app.client("other@example.com").await;
    assert!(matches!(tax::get(&app, &other.actor, client).await, Err(AppError::NotFound(_))));
    tax::confirm(&app, &host.admin, client).await.unwrap();
    let known = tax::get(&app, &host.admin, client).await.unwrap().unwrap();
    assert_eq!((known.state, known.reference.as_str()), (VatState::Confirmed, host.admin.name.as_str()));
    assert_eq!(
        host.rows::<i64>("SELECT count(*) FROM audit_log WHERE action = 'client.confirm_vat_number'").await,
        [1]
    );
    host.holds().await;
}

#[tokio::test]
async fn numbers_from_before_are_read_and_asked_after_in_turn() {
    let (host, client) = union(false).await;
    let register = Register::open();
    register.says(503, json!("busy"));
    sqlx::query("UPDATE client SET country = 'DE', tax_number = 'DE 136695976'")
        .execute(host.app.pool())
        .await
        .unwrap();
    let app = host.app.asking(&register.url);
    tax::refresh(&app).await.unwrap();
    jobs::drain(&app).await.unwrap();
    tax::refresh(&app).await.unwrap();
    jobs::drain(&app).await.unwrap();
    assert_eq!((state(&host, client).await, register.asked().len()), (Some(VatState::Waiting), 1));
    host.app.clock.advance(TimeDelta::hours(2));
    register.knows();
    tax::refresh(&app).await.unwrap();
    jobs::drain(&app).await.unwrap();
    assert_eq!((state(&host, client).await, register.asked().len()), (Some(VatState::Valid), 2));
}
