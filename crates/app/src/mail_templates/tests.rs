//! The catalogue, the engine's limits, and the editor.

use chrono::{DateTime, Utc};
use innkeeper_db::settings;
use innkeeper_domain::{InvoiceId, Permission};
use serde_json::json;
use std::collections::{BTreeMap, HashSet};

use super::{
    catalogue::{About, COMMON, Kind, notices},
    engine::Sheet,
    *,
};
use crate::{Actor, AppError, jobs, mailer, testing::TestApp};

const KEY: &str = "invoice_created";

fn draft(subject: &str, body: &str) -> Draft {
    Draft { subject: subject.into(), body: body.into() }
}

async fn write(t: &TestApp, by: &Actor, language: &str, body: &str) {
    let edited = get(t, by, KEY, language).await.unwrap().edited;
    let text = draft("Bill {{ number }}", body);
    save(t, by, KEY, language, &Save { text, edited }).await.unwrap();
}

/// What is told of a refused body.
fn refused(about: &'static About, body: &str) -> String {
    match edit::compile(about, &draft("x", body)) {
        Err(AppError::Invalid(fields)) => fields.into_iter().map(|f| f.message).collect::<Vec<_>>().join(" | "),
        Err(other) => panic!("{other:?}"),
        Ok(_) => String::new(),
    }
}

fn invoice_created() -> &'static About {
    find(KEY).unwrap()
}

#[tokio::test]
async fn every_notice_ships_whole_in_every_language() {
    let t = TestApp::new().await;
    let mut conn = t.conn().await.unwrap();
    let mut keys = HashSet::new();
    for about in notices::ALL {
        assert!(keys.insert(about.key), "{} is there twice", about.key);
        let mut names = HashSet::new();
        assert!(about.all_variables().all(|v| names.insert(v.name)), "{}: a name is there twice", about.key);
        let mut press = Press::read(&t, &mut conn, &[about]).await.unwrap();
        for (language, _) in SHIPPED {
            let at = format!("{} {language}", about.key);
            let (subject, body) = about.shipped(language).unwrap();
            if let Err(faults) = Sheet::compile(about, subject, body) {
                panic!("{at}: {faults:?}");
            }
            assert_eq!(about.is_mail(), !subject.is_empty(), "{at}");
            let printed = press.print(language, "Ada Lovelace", &*(about.example)()).unwrap();
            assert_eq!(printed.language, language, "{at}");
            let text = format!("{}\n{}", printed.subject, printed.body);
            assert!(!text.contains("\n\n\n") && !text.contains("{{") && !text.contains("{%"), "{at}: {text}");
            assert!(printed.body.ends_with("https://host.example"), "{at} is not signed: {text}");
            // A variable that no language uses is worth nothing to a host who looks for an example.
            for variable in about.variables.iter().filter(|v| language == "en" && v.kind != Kind::Number) {
                let used = subject.contains(variable.name) || body.contains(variable.name);
                assert!(used || variable.name == "name", "{at} does not use {}", variable.name);
            }
        }
    }
}

#[test]
fn what_is_empty_leaves_no_trace() {
    let about = find("invoice_created").unwrap();
    let (subject, body) = about.shipped("en").unwrap();
    let sheet = Sheet::compile(about, subject, body).ok().unwrap();
    let mut vars = (about.example)().values(language::Style::Plain);
    for common in COMMON {
        vars.insert(common.name, "…".into());
    }
    vars.insert("instructions", "".into());
    let (_, without) = sheet.run(&vars).ok().unwrap();
    assert!(without.contains("- Mailbox, March\n\nYou find it"), "{without}");
    vars.insert("instructions", "IBAN".into());
    let (_, with) = sheet.run(&vars).ok().unwrap();
    assert!(with.contains("- Mailbox, March\n\nIBAN\n\nYou find it"), "{with}");
}

#[test]
fn a_tag_leaves_no_line_and_eats_no_line_either() {
    let about = find("order_confirmation").unwrap();
    let text =
        "A{% if invoice %} B{% endif %}\nC\n  {% if invoice %}\n  D\n  {% endif %}\nE {% if total %}F{% endif %}\n\nG";
    let sheet = Sheet::compile(about, "x", text).ok().unwrap();
    let (_, body) = sheet.run(&(about.example)().values(language::Style::Plain)).ok().unwrap();
    assert_eq!(body, "A B\nC\n  D\nE F\n\nG");
}

#[test]
fn unknown_names_and_broken_tags_are_told_with_their_line() {
    let about = invoice_created();
    for (body, told) in [
        ("Hello\n{{ nmae }}", "line 2: there is no variable nmae"),
        ("{% if totl %}\n{{ number }}{% endif %}", "line 1: there is no variable totl"),
        ("{{ number.length }}", "line 1: there is nothing called .length here"),
        ("{{ lines }}", "line 1: a list is not printed as it is: go through it with for, or use join"),
        ("\n\n{% for x in number %}{{ x }}{% endfor %}", "line 3: only a list can be gone through with for"),
        (
            "{{ number|reverse }}",
            "line 1: there is no filter reverse; there are upper, lower, length, join, first, last",
        ),
        ("{{ lines|upper }}", "line 1: upper is for a text"),
        ("{{ number", "line 1: unexpected end of input, expected end of variable block"),
        ("{% if number %}", "line 1: unexpected end of input, expected end of block"),
        ("{% for x in lines %}{{ x }}{% endfor %}{{ x }}", "line 1: there is no variable x"),
    ] {
        assert_eq!(refused(about, body), told, "{body}");
    }
    let two = refused(about, "{{ a }}\n{{ b }}");
    assert_eq!(two, "line 1: there is no variable a; line 2: there is no variable b");
}

#[test]
fn what_could_hang_swell_or_reach_out_is_refused() {
    let about = invoice_created();
    for body in [
        "{% set x = number %}",
        "{% with x = number %}{{ x }}{% endwith %}",
        "{% macro f() %}{% endmacro %}",
        "{% include 'other' %}",
        "{% extends 'other' %}",
        "{% import 'other' as o %}",
        "{% block b %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape true %}x{% endautoescape %}",
        "{% for x in lines recursive %}{{ loop(lines) }}{% endfor %}",
        "{% for x in range(9999) %}x{% endfor %}",
        "{{ number * 99999999 }}",
        "{{ 'a' * 99999999 }}",
        "{{ number ~ number }}",
        "{{ number + number }}",
        "{{ 10 ** 99 }}",
        "{{ [number, number] }}",
        "{{ {'a': number} }}",
        "{{ number[0] }}",
        "{{ number[1:] }}",
        "{{ number.upper() }}",
        "{{ namespace() }}",
        "{{ debug() }}",
        "{{ lines|join(number) }}",
        "{{ self }}",
    ] {
        assert_ne!(refused(about, body), "", "{body}");
    }
    assert_ne!(refused(about, &"{% if number %}".repeat(30)), "");
    assert_ne!(refused(about, &"{{ number }}".repeat(500)), "");
    assert_ne!(refused(about, &format!("{{{{ {} }}}}", vec!["number"; 500].join(" and "))), "");
    assert_ne!(refused(about, &"{% elif number %}".repeat(300)), "");
}

#[test]
fn a_run_has_limits() {
    let about = invoice_created();
    let mut vars = (about.example)().values(language::Style::Plain);
    let nested =
        "{% for a in lines %}{% for b in lines %}{% for c in lines %}{{ b }}{% endfor %}{% endfor %}{% endfor %}";
    let silent = nested.replace("{{ b }}", "{% if a == b %}{% endif %}");
    vars.insert("lines", vec!["x".repeat(200); 200].into());
    for (body, told) in [(nested, "becomes too long"), (&silent, "does too much: a text may not take that long")] {
        let sheet = Sheet::compile(about, "x", body).ok().unwrap();
        assert_eq!(sheet.run(&vars).unwrap_err().1.text, told, "{body}");
    }
}

#[test]
fn values_are_values_and_never_templates() {
    let about = invoice_created();
    let sheet = Sheet::compile(about, "To {{ name }}", "{{ name }}|{{ lines|join }}").ok().unwrap();
    let mut vars = (about.example)().values(language::Style::Plain);
    let hostile = "{{ company }}{% include 'x' %}<b>\r\nBcc: eve@example.org\u{0}";
    vars.insert("name", hostile.into());
    let (subject, body) = sheet.run(&vars).ok().unwrap();
    assert_eq!(subject, "To {{ company }}{% include 'x' %}<b> Bcc: eve@example.org");
    assert!(body.starts_with("{{ company }}{% include 'x' %}<b>"), "{body}");
    let long = Sheet::compile(about, "{{ name }}", "x").ok().unwrap();
    vars.insert("name", "ü".repeat(5000).into());
    assert_eq!(long.run(&vars).ok().unwrap().0.chars().count(), 250);
}

#[tokio::test]
async fn a_client_gets_its_language_else_the_companys_else_english() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    write(&t, &admin, "fr", "Bonjour {{ name }}, {{ total }}, {{ due_on }}\n").await;
    let about = invoice_created();
    let print = async |language: &str| {
        let mut conn = t.conn().await.unwrap();
        let mut press = Press::read(&t, &mut conn, &[about]).await.unwrap();
        press.print(language, "Ada", &*(about.example)()).unwrap()
    };
    let french = print("fr-ca").await;
    assert_eq!(french.body, "Bonjour Ada, 25.41 EUR, 2027-03-31");
    assert_eq!((french.subject.as_str(), french.language.as_str()), ("Bill INV-2027-00042", "fr"));
    assert!(print("de-AT").await.body.contains("Betrag: 25,41 EUR\nFällig: 31.03.2027\n"));
    assert_eq!(print("it").await.language, "en");
    crate::settings::save_mail(&t, &admin, crate::settings::Mail { language: "ES".into() }).await.unwrap();
    assert_eq!((print("it").await.language, print("en").await.language), ("es".into(), "en".into()));
    let odd = crate::settings::Mail { language: "klingon".into() };
    assert!(matches!(crate::settings::save_mail(&t, &admin, odd).await, Err(AppError::Invalid(_))));
}

#[tokio::test]
async fn a_text_is_saved_over_the_one_that_was_read_and_no_other() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    let first = get(&t, &admin, KEY, "de").await.unwrap();
    assert!(first.edited.is_none() && first.ships && first.text.subject.starts_with("Rechnung"));
    write(&t, &admin, "de", "Hallo {{ name }}\r\n").await;
    let mine = get(&t, &admin, KEY, "de").await.unwrap();
    assert_eq!(mine.text.body, "Hallo {{ name }}");
    let stale = |edited: Option<DateTime<Utc>>| Save { text: draft("x", "y"), edited };
    for old in [first.edited, mine.edited.map(|at| at - chrono::TimeDelta::microseconds(1))] {
        let saved = save(&t, &admin, KEY, "de", &stale(old)).await;
        assert!(matches!(saved, Err(AppError::Conflict(_))), "{saved:?}");
    }
    write(&t, &admin, "de", "Servus {{ name }}").await;
    let reset_mine = reset(&t, &admin, KEY, "de", mine.edited).await;
    assert!(matches!(reset_mine, Err(AppError::Conflict(_))), "{reset_mine:?}");
    let newest = get(&t, &admin, KEY, "de").await.unwrap();
    assert_eq!(newest.text.body, "Servus {{ name }}");
    reset(&t, &admin, KEY, "de", newest.edited).await.unwrap();
    assert_eq!(get(&t, &admin, KEY, "de").await.unwrap().text, first.text);
    assert!(matches!(reset(&t, &admin, KEY, "de", None).await, Err(AppError::NotFound(_))));
    let audited: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_log WHERE subject = 'mail_template' ORDER BY id")
            .fetch_all(t.pool())
            .await
            .unwrap();
    assert_eq!(audited, ["mail_template.save", "mail_template.save", "mail_template.reset"]);
}

#[tokio::test]
async fn texts_are_for_staff_who_may() {
    let t = TestApp::new().await;
    let reader = t.staff("reader@host.example", &[Permission::SystemRead]).await;
    let ada = t.client("ada@example.org").await;
    let new = Save { text: draft("x", "y"), edited: None };
    assert!(list(&t, &reader).await.is_ok());
    for result in [
        save(&t, &reader, KEY, "de", &new).await,
        reset(&t, &reader, KEY, "de", None).await,
        set_enabled(&t, &reader, KEY, false).await,
        list(&t, &ada.actor).await.map(|_| ()),
        get(&t, &ada.actor, KEY, "de").await.map(|_| ()),
        preview(&t, &ada.actor, KEY, "de", None).await.map(|_| ()),
    ] {
        assert!(matches!(result, Err(AppError::Forbidden)), "{result:?}");
    }
    let admin = t.admin().await;
    for (key, language) in [("nothing", "de"), (KEY, "../x"), (KEY, "klingon")] {
        assert!(matches!(get(&t, &admin, key, language).await, Err(AppError::NotFound(_))), "{key} {language}");
    }
}

#[tokio::test]
async fn a_preview_shows_real_values_to_those_who_may_see_them() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    let text = draft("{{ name }}", "{{ email }} {{ company }}");
    let made_up = preview(&t, &admin, "welcome", "en", Some(&text)).await.unwrap();
    assert_eq!((made_up.of, made_up.body.as_str()), (None, "ada@example.com https://host.example"));
    let grace = t.client("grace@example.org").await;
    settings::put(&mut t.conn().await.unwrap(), "company", &json!({ "name": "Host" })).await.unwrap();
    let real = preview(&t, &admin, "welcome", "en", Some(&text)).await.unwrap();
    assert_eq!((real.of, real.body.as_str()), (Some(format!("client {}", grace.id)), "grace@example.org Host"));
    let reader = t.staff("reader@host.example", &[Permission::SystemRead]).await;
    assert_eq!(preview(&t, &reader, "welcome", "en", Some(&text)).await.unwrap().of, None);
    let wrong = preview(&t, &admin, "welcome", "en", Some(&draft("", "{{ x }}"))).await;
    assert!(matches!(wrong, Err(AppError::Invalid(_))), "{wrong:?}");
    for about in notices::ALL {
        let shown = preview(&t, &admin, about.key, "es", None).await.unwrap();
        assert!(!shown.body.is_empty(), "{}", about.key);
    }
}

#[tokio::test]
async fn a_notice_that_is_off_is_not_written_and_a_link_always_is() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    set_enabled(&t, &admin, "welcome", false).await.unwrap();
    let refused = set_enabled(&t, &admin, "password_reset", false).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    let ada = t.client("ada@example.org").await;
    let welcome = async || {
        let actor = Actor::system("test");
        let mut tx = t.begin(&actor).await.unwrap();
        mailer::welcome(&mut tx, ada.id).await.unwrap();
        tx.commit().await.unwrap();
        jobs::drain(&t.app).await.unwrap();
        t.mail.sent().len()
    };
    assert_eq!(welcome().await, 0);
    set_enabled(&t, &admin, "welcome", true).await.unwrap();
    assert_eq!(welcome().await, 1);
}

#[tokio::test]
async fn a_text_that_no_longer_works_is_passed_over() {
    let t = TestApp::new().await;
    let sql = "INSERT INTO mail_template (key, language, subject, body) VALUES
               ('invoice_created', 'en', 'x', '{{ gone }}'), ('late_fee', 'en', 'x', $1)";
    // Compiles, but is too much for a long list.
    let heavy =
        "{% for a in lines %}{% for b in lines %}{% for c in lines %}{{ a }}{% endfor %}{% endfor %}{% endfor %}";
    sqlx::query(sql).bind(heavy).execute(t.pool()).await.unwrap();
    let mut conn = t.conn().await.unwrap();
    let (created, fee) = (invoice_created(), find("late_fee").unwrap());
    let mut press = Press::read(&t, &mut conn, &[created, fee]).await.unwrap();
    let printed = press.print("en", "Ada", &*(created.example)()).unwrap();
    assert!(printed.body.starts_with("Hello Ada,\n\nthere is a new invoice"), "{}", printed.body);
    let lines = vec!["Late fee".to_owned(); 150];
    let day = chrono::NaiveDate::from_ymd_opt(2027, 3, 31).unwrap();
    let total = innkeeper_domain::Money::new(500, innkeeper_domain::Currency::EUR);
    let notice = notices::LateFee { number: "1".into(), total, due_on: day, lines, instructions: None };
    let printed = press.print("en", "Ada", &notice).unwrap();
    assert!(printed.body.contains("so we had to add a fee"), "{}", printed.body);
}

#[tokio::test]
async fn a_batch_writes_to_each_client_in_its_language() {
    let t = TestApp::new().await;
    let mut ids: Vec<InvoiceId> = vec![];
    sqlx::query("INSERT INTO number_series VALUES ('T', 301)").execute(t.pool()).await.unwrap();
    for (place, language) in ["en", "de", "es"].into_iter().enumerate() {
        let ada = t.client(&format!("{language}@example.org")).await;
        let sql = "UPDATE client SET language = $2 WHERE id = $1";
        sqlx::query(sql).bind(ada.id.get()).bind(language).execute(t.pool()).await.unwrap();
        let sql = "INSERT INTO invoice (client_id, state, currency, series, number, number_text, subtotal, total,
                                        issued_on, due_on, client_snapshot, seller_snapshot, digest)
                   SELECT $1, 'unpaid', 'EUR', 'T', n, 'T-' || n, 100, 100, '2027-03-01', '2027-03-31', '{}', '{}', ''
                   FROM generate_series($2::bigint, $2 + 99) n RETURNING id";
        let from = i64::try_from(place).unwrap() * 100 + 1;
        let new: Vec<i64> = sqlx::query_scalar(sql).bind(ada.id.get()).bind(from).fetch_all(t.pool()).await.unwrap();
        ids.extend(new.into_iter().map(InvoiceId));
    }
    let actor = Actor::system("test");
    let mut tx = t.begin(&actor).await.unwrap();
    mailer::invoices_created(&mut tx, &ids).await.unwrap();
    tx.commit().await.unwrap();
    let sql = "SELECT language || ' ' || recipient, count(DISTINCT body) FROM mail GROUP BY 1 ORDER BY 1";
    let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(t.pool()).await.unwrap();
    let expected = ["de de@example.org", "en en@example.org", "es es@example.org"].map(|who| (who.to_owned(), 100));
    assert_eq!(rows, expected);
}

/// The table of `docs/mail.md`.
fn reference() -> String {
    let row = |v: &Variable| {
        let empty = if v.optional { ", may be empty" } else { "" };
        format!("| `{}` | {}{empty} | {} |\n", v.name, v.kind.as_str(), v.about)
    };
    let head = "| variable | kind | what it holds |\n|---|---|---|\n";
    let mut text = format!("### In every text\n\n{head}{}", COMMON.iter().map(row).collect::<String>());
    for group in Group::ALL {
        for about in notices::ALL.iter().filter(|about| about.group == group) {
            let off = if about.secrecy == Secrecy::Usual { "" } else { " Cannot be switched off." };
            text += &format!("\n### {}: {} (`{}`)\n\n{}{off}\n", group.title(), about.title, about.key, about.sent);
            if !about.variables.is_empty() {
                text += &format!("\n{head}{}", about.variables.iter().map(row).collect::<String>());
            }
        }
    }
    text
}

#[test]
fn the_documented_notices_are_those_of_the_catalogue() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/mail.md");
    let page = std::fs::read_to_string(file).unwrap();
    let mark = "<!-- notices: written by a test, see mail_templates -->\n\n";
    let (head, found) = page.split_once(mark).unwrap();
    let now = reference();
    if std::env::var_os("INNKEEPER_BLESS").is_some() {
        std::fs::write(file, format!("{head}{mark}{now}")).unwrap();
        return;
    }
    assert!(found == now, "docs/mail.md is out of date: run this test with INNKEEPER_BLESS=1");
}

#[test]
fn every_key_of_a_mail_that_was_ever_written_is_still_known() {
    // Hooks of plugins and rows of old mails name them.
    let keys: BTreeMap<&str, ()> = notices::ALL.iter().map(|about| (about.key, ())).collect();
    for key in [
        "welcome",
        "password_reset",
        "order_confirmation",
        "invoice_created",
        "invoice_reminder",
        "payment_received",
        "confirm_payment",
        "service_active",
        "domain_active",
    ] {
        assert!(keys.contains_key(key), "{key}");
    }
}
