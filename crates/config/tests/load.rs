//! Files and variables, right and wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_config::{Config, Error, LogFormat, MailTransport};
use std::fs;

/// Loads `file` as a file, with these variables.
fn load(file: &str, variables: &[(&str, &str)]) -> Result<Config, Error> {
    let scratch = tempfile::tempdir().map_err(|source| Error::Read { path: "scratch".into(), source })?;
    let path = scratch.path().join("innkeeper.toml");
    fs::write(&path, file).map_err(|source| Error::Read { path: path.clone(), source })?;
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(&path), variables)
}

fn complaint(file: &str, variables: &[(&str, &str)]) -> String {
    match load(file, variables) {
        Ok(config) => panic!("accepted: {config:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_empty_file_and_no_file_are_the_defaults() {
    assert_eq!(load("", &[]).unwrap(), Config::default());
    assert_eq!(Config::load(None, []).unwrap(), Config::default());
}

#[test]
fn variables_override_the_file_and_the_file_the_defaults() {
    let file = "listen = '127.0.0.1:1'\n[database]\nurl = 'postgres://file/x'\nmax_connections = 9\n";
    let config = load(
        file,
        &[
            ("INNKEEPER_DATABASE__URL", "postgres://variable/x"),
            ("INNKEEPER_MAIL__SMTP__PORT", "2525"),
            ("INNKEEPER_MAIL__TRANSPORT", "memory"),
            ("INNKEEPER_WORKER__RUN_IN_SERVE", "false"),
            ("INNKEEPER_SECURITY__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
            ("INNKEEPER_LOG__FORMAT", "json"),
            ("INNKEEPER_POSTGRES_BIN", "/somewhere"),
            ("OTHER", "ignored"),
        ],
    )
    .unwrap();
    assert_eq!(config.listen.port(), 1);
    assert_eq!(config.database.url.unwrap().expose(), "postgres://variable/x");
    assert_eq!(config.database.max_connections, 9);
    assert_eq!(config.mail.smtp.port(), 2525);
    assert_eq!(config.mail.transport, MailTransport::Memory);
    assert!(!config.worker.run_in_serve);
    assert!(config.security.trusted_proxies[0].contains("10.1.2.3".parse().unwrap()));
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn an_unknown_key_is_named_with_its_file() {
    for (file, key) in [("listne = 'x'", "listne"), ("[mail.smtp]\nhots = 'x'", "hots"), ("[dtabase]", "dtabase")] {
        let text = complaint(file, &[]);
        assert!(text.contains(key) && text.contains("innkeeper.toml"), "{text}");
    }
}

#[test]
fn an_unknown_or_mistyped_variable_is_named() {
    for (variable, value) in [
        ("INNKEEPER_DATABASE_URL", "postgres://x/y"),
        ("INNKEEPER_DATABASE__URI", "postgres://x/y"),
        ("INNKEEPER_DATABASE", "x"),
        ("INNKEEPER_LISTEN", "everywhere"),
        ("INNKEEPER_WORKER__CONCURRENCY", "many"),
        ("INNKEEPER_WORKER__CONCURRENCY", "-1"),
        ("INNKEEPER_WORKER__RUN_IN_SERVE", "maybe"),
        ("INNKEEPER_MAIL__TRANSPORT", "pigeon"),
    ] {
        let text = complaint("", &[(variable, value)]);
        assert!(text.contains(variable), "{variable}: {text}");
    }
}

#[test]
fn values_that_make_no_sense_are_named_all_at_once() {
    for (file, key) in [
        ("listen = 'localhost'", "listen"),
        ("listen = '127.0.0.1:99999'", "listen"),
        ("base_url = 'ftp://example.com'", "base_url"),
        ("base_url = 'example.com'", "base_url"),
        ("base_url = 'https://example.com/shop'", "base_url"),
        ("[database]\nurl = 'mysql://a/b'", "database.url"),
        ("[database]\nmax_connections = 1", "database.max_connections"),
        ("[security]\ntrusted_proxies = ['proxy']", "proxy"),
        ("[mail]\ntransport = 'smtp'", "mail.smtp.host"),
        ("[mail]\nfrom = 'nobody'", "mail.from"),
        ("[mail.smtp]\nusername = 'a'", "mail.smtp"),
        ("[mail.smtp]\nhost = 'mx'\nusername = 'a'\npassword = 'b'\ntls = 'none'", "mail.smtp.tls"),
        ("[worker]\nconcurrency = 0", "worker.concurrency"),
    ] {
        let text = complaint(file, &[]);
        assert!(text.contains(key), "{key}: {text}");
    }
    let both = complaint("[mail]\nfrom = 'nobody'\n[worker]\nconcurrency = 0", &[]);
    assert!(both.contains("mail.from") && both.contains("worker.concurrency"), "{both}");
}

#[test]
fn secrets_are_not_shown() {
    let file = "[database]\nurl = 'postgres://a:hunter2@h/d'\n[mail.smtp]\nusername = 'u'\npassword = 'hunter2'";
    let shown = format!("{:?}", load(file, &[]).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
    let mistyped = complaint("[mail.smtp]\n\npasswrod = 'hunter2'", &[]);
    assert!(!mistyped.contains("hunter2") && mistyped.contains("line 3"), "{mistyped}");
    let wrong = complaint("[database]\nurl = 'mysql://a:hunter2@h/d'", &[]);
    assert!(!wrong.contains("hunter2"), "{wrong}");
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::load(Some("nowhere.toml".as_ref()), []).unwrap_err();
    assert!(error.to_string().contains("nowhere.toml"), "{error}");
}
