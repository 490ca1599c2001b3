//! What the types cannot say.

use crate::error::Error;
use crate::schema::{Config, MailTransport, Tls};
use url::Url;

impl Config {
    /// Checks every value; reports all problems at once.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        let mut problems = Vec::new();
        problems.extend(self.base_url.as_deref().and_then(base_url_problem));
        if self.data_dir.as_os_str().is_empty() {
            problems.push("data_dir: must not be empty".to_owned());
        }
        if let Some(url) = &self.database.url {
            problems.extend(database_url_problem(url.expose()));
        }
        if !(2..=1000).contains(&self.database.max_connections) {
            problems.push("database.max_connections: must be between 2 and 1000".to_owned());
        }
        if !(1..=256).contains(&self.worker.concurrency) {
            problems.push("worker.concurrency: must be between 1 and 256".to_owned());
        }
        if !(2..=600).contains(&self.worker.lease_seconds) {
            problems.push("worker.lease_seconds: must be between 2 and 600".to_owned());
        }
        if self.log.level.trim().is_empty() {
            problems.push("log.level: must not be empty; `off` says nothing".to_owned());
        }
        self.mail_problems(&mut problems);
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid { problems }) }
    }

    fn mail_problems(&self, problems: &mut Vec<String>) {
        let mail = &self.mail;
        if !mail.from.contains('@') {
            problems.push(format!("mail.from: `{}` has no e-mail address", mail.from));
        }
        let smtp = &mail.smtp;
        if mail.transport == MailTransport::Smtp && smtp.host.trim().is_empty() {
            problems.push("mail.smtp.host: needed when mail.transport is \"smtp\"".to_owned());
        }
        if smtp.port == Some(0) {
            problems.push("mail.smtp.port: 0 is not a port".to_owned());
        }
        if smtp.username.is_some() != smtp.password.is_some() {
            problems.push("mail.smtp: username and password go together".to_owned());
        }
        if smtp.password.is_some() && smtp.tls == Tls::None && !is_this_machine(&smtp.host) {
            problems.push("mail.smtp.tls: a password is not sent unencrypted to another machine".to_owned());
        }
    }
}

fn base_url_problem(text: &str) -> Option<String> {
    let wrong = |why: &str| Some(format!("base_url: `{text}` {why}"));
    let Ok(url) = Url::parse(text) else {
        return wrong("is not a URL such as https://my.example.com");
    };
    if !matches!(url.scheme(), "http" | "https") {
        return wrong("must begin with http:// or https://");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return wrong("names no host");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return wrong("must end after the host: the site lives at the root of its address");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("must not hold a user name");
    }
    None
}

/// Says nothing of the URL itself: there is a password in it.
fn database_url_problem(text: &str) -> Option<String> {
    let good = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql"));
    (!good).then(|| "database.url: is not a URL such as postgres://user:password@host/database".to_owned())
}

fn is_this_machine(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}
