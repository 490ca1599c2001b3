//! What a real mail server gets, and what becomes of its refusals. The server is aiosmtpd, of others.

use innkeeper_domain::{MailId, state::MailState};
use innkeeper_mail::{SmtpOptions, SmtpTls, SmtpTransport};
use innkeeper_plugin_testkit::Daemon;
use serde_json::Value;
use std::{env, fs, process::Command, sync::Arc};

use super::super::*;
use crate::{Actor, AppError, jobs, testing::TestApp};

const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/smtp/server.py");
const HOST: &str = "127.0.0.1";

/// The mail server.
struct Server {
    daemon: Daemon,
    /// The certificate that it shows.
    certificate: String,
}

impl Server {
    async fn start() -> Self {
        // Where the set-up of the tests puts it: in the build directory, in which the running test is, too.
        let test = env::current_exe().unwrap();
        let python = test.ancestors().map(|place| place.join("python/bin/python")).find(|python| python.is_file());
        let python = python.expect("aiosmtpd is not installed: run `cargo xtask test --only setup`");
        let own = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
        let daemon = Daemon::start(|place| {
            fs::write(place.join("cert.pem"), own.cert.pem())?;
            fs::write(place.join("key.pem"), own.signing_key.serialize_pem())?;
            let mut command = Command::new(&python);
            command.arg(SERVER).arg("cert.pem").arg("key.pem");
            Ok(command)
        });
        let server = Self { daemon: daemon.unwrap(), certificate: own.cert.pem() };
        server.daemon.until(async || !server.said("listening").is_empty()).await;
        server
    }
    /// What it told of this kind, in order.
    fn said(&self, event: &str) -> Vec<Value> {
        let lines = self.daemon.said();
        let told = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        told.filter(|told| told["event"] == event).collect()
    }
    fn options(&self, password: &str) -> SmtpOptions {
        let port = self.said("listening")[0]["port"].as_u64().unwrap();
        SmtpOptions {
            host: HOST.into(),
            port: u16::try_from(port).unwrap(),
            tls: SmtpTls::StartTls,
            credentials: Some(("innkeeper".into(), password.into())),
            authorities: Some(self.certificate.clone().into_bytes()),
        }
    }
    async fn app(&self, password: &str) -> TestApp {
        let transport = SmtpTransport::new("Fine Hösting <billing@host.example>", self.options(password)).unwrap();
        TestApp::sending(Arc::new(transport)).await
    }
}

/// Writes a welcome to a client of this address; the mail's id.
async fn welcome_to(t: &TestApp, email: &str) -> MailId {
    let client = t.client(email).await;
    let sql = "UPDATE client SET first_name = 'Zoë', last_name = 'Łukasz', language = 'de' WHERE id = $1";
    sqlx::query(sql).bind(client.id.get()).execute(t.pool()).await.unwrap();
    let company = serde_json::json!({ "name": "Fine Hösting", "email": "help@host.example" });
    innkeeper_db::settings::put(&mut t.conn().await.unwrap(), "company", &company).await.unwrap();
    let actor = Actor::system("test");
    let mut tx = t.begin(&actor).await.unwrap();
    welcome(&mut tx, client.id).await.unwrap();
    tx.commit().await.unwrap();
    let sql = "SELECT id FROM mail WHERE recipient = $1";
    let id: i64 = sqlx::query_scalar(sql).bind(email).fetch_one(t.pool()).await.unwrap();
    MailId(id)
}

/// Lets due jobs run, and those that wait for a later attempt.
async fn run(t: &TestApp) {
    sqlx::query("UPDATE job SET run_at = now() WHERE state = 'ready'").execute(t.pool()).await.unwrap();
    jobs::drain(&t.app).await.unwrap();
}

async fn entry(t: &TestApp, id: MailId) -> (MailState, i32, String) {
    let entry = get(t, &Actor::system("test"), id).await.unwrap().entry;
    (entry.state.0, entry.attempts, entry.last_error.unwrap_or_default())
}

#[tokio::test]
async fn a_mail_arrives_once_whole_and_encrypted() {
    let server = Server::start().await;
    let t = server.app("s3cret").await;
    assert_eq!(t.app.mail.check().await.unwrap(), "the SMTP server answers");
    let id = welcome_to(&t, "zoe@example.org").await;
    run(&t).await;
    run(&t).await;
    let messages = server.said("message");
    assert_eq!(messages.len(), 1);
    let message = &messages[0];
    assert_eq!((&message["tls"], message["login"].as_str()), (&Value::Bool(true), Some("innkeeper")));
    assert_eq!(message["sender"], "billing@host.example");
    assert_eq!(message["to"], serde_json::json!(["zoe@example.org"]));
    let text = message["text"].as_str().unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ");
    let header = |name: &str| {
        let lines: Vec<&str> = head.lines().filter_map(|line| line.strip_prefix(&format!("{name}: "))).collect();
        assert_eq!(lines.len(), 1, "{name} in {head}");
        lines[0].to_owned()
    };
    assert_eq!(header("To"), "zoe@example.org");
    assert!(header("From").ends_with("<billing@host.example>"), "{head}");
    assert!(header("Message-ID").contains(&format!("-mail-{id}@host.example")), "{head}");
    assert_eq!(header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert!(!header("Date").is_empty());
    // RFC 2047: nothing but ASCII in a header.
    assert_eq!(header("Subject"), "Willkommen bei Fine =?utf-8?b?SMO2c3Rpbmc=?=");
    let encoding = header("Content-Transfer-Encoding");
    assert_eq!(encoding, "quoted-printable", "{text}");
    assert!(body.contains("Guten Tag Zo=C3=AB =C5=81ukasz,"), "{body}");
    assert_eq!(entry(&t, id).await, (MailState::Sent, 1, String::new()));
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again() {
    let server = Server::start().await;
    let t = server.app("s3cret").await;
    let id = welcome_to(&t, "busy@example.org").await;
    jobs::drain(&t.app).await.unwrap();
    let (state, attempts, error) = entry(&t, id).await;
    assert_eq!((state, attempts), (MailState::Queued, 1));
    assert!(error.contains("451") && error.contains("Try again later"), "{error}");
    // Not before its time.
    jobs::drain(&t.app).await.unwrap();
    assert_eq!(server.said("refused").len(), 1);
    run(&t).await;
    run(&t).await;
    run(&t).await;
    assert_eq!((server.said("refused").len(), server.said("message").len()), (2, 1));
    let (state, attempts, error) = entry(&t, id).await;
    assert_eq!((state, attempts, error.as_str()), (MailState::Sent, 3, ""));
}

#[tokio::test]
async fn what_is_refused_for_ever_fails_with_the_servers_words_and_can_be_sent_again() {
    let server = Server::start().await;
    let t = server.app("s3cret").await;
    let admin = t.admin().await;
    let id = welcome_to(&t, "nobody@example.org").await;
    run(&t).await;
    run(&t).await;
    assert_eq!(server.said("refused").len(), 1);
    let (state, attempts, error) = entry(&t, id).await;
    assert_eq!((state, attempts), (MailState::Failed, 1));
    assert!(error.contains("550") && error.contains("There is nobody of that name"), "{error}");
    let whole = get(&t, &admin, id).await.unwrap();
    assert!(whole.may_retry && whole.body.contains("Guten Tag Zoë Łukasz"), "{}", whole.body);
    let failed = MailFilter { state: Some(MailState::Failed), limit: 10, ..MailFilter::default() };
    assert_eq!(list(&t, &admin, &failed).await.unwrap().len(), 1);
    let sql = "UPDATE mail SET recipient = 'somebody@example.org'";
    sqlx::query(sql).execute(t.pool()).await.unwrap();
    retry(&t, &admin, id).await.unwrap();
    let twice = retry(&t, &admin, id).await;
    assert!(matches!(twice, Err(AppError::Conflict(_))), "{twice:?}");
    run(&t).await;
    let message = &server.said("message")[0];
    assert!(message["text"].as_str().unwrap().contains("Guten Tag Zo=C3=AB"), "{message}");
    assert_eq!(entry(&t, id).await, (MailState::Sent, 2, String::new()));
    assert_eq!(unsent(&t, &admin).await.unwrap(), (0, 0));
}

#[tokio::test]
async fn a_wrong_password_or_certificate_delays_mail_and_loses_none() {
    let server = Server::start().await;
    let t = server.app("wrong").await;
    let id = welcome_to(&t, "zoe@example.org").await;
    jobs::drain(&t.app).await.unwrap();
    assert_eq!(server.said("kept out").len(), 1);
    let (state, attempts, error) = entry(&t, id).await;
    assert_eq!((state, attempts), (MailState::Queued, 1), "{error}");
    assert!(error.contains("535"), "{error}");
    let stranger = SmtpOptions { authorities: None, ..server.options("s3cret") };
    let transport = SmtpTransport::new("billing@host.example", stranger).unwrap();
    let t = TestApp::sending(Arc::new(transport)).await;
    let id = welcome_to(&t, "zoe@example.org").await;
    // The last attempt of its job: nobody tries again by itself.
    sqlx::query("UPDATE job SET max_attempts = 1").execute(t.pool()).await.unwrap();
    jobs::drain(&t.app).await.unwrap();
    let (state, _, error) = entry(&t, id).await;
    assert_eq!(state, MailState::Failed);
    assert!(error.to_lowercase().contains("certificate"), "{error}");
    assert!(server.said("message").is_empty());
}
