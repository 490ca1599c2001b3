//! Writing mails: the texts that a batch needs are read once, compiled once for each language, and run in memory.

use innkeeper_db::{
    PgConnection,
    mail_templates::{self, TemplateRow},
    mails::NewMail,
    settings,
};
use innkeeper_domain::ClientId;
use minijinja::Value;
use serde_json::Value as Json;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    catalogue::{About, Notice, Vars, notices::Signature},
    engine::Sheet,
    language::{Style, chain},
};
use crate::{App, AppError, Result, Tx};

/// The company, as mails tell of it.
#[derive(Clone, Debug)]
pub(crate) struct House {
    /// Its name; its address on the web if it has none.
    pub company: String,
    pub email: String,
    /// How to pay, if the settings say so.
    pub instructions: Option<String>,
    pub base_url: String,
    /// For clients whose language has no text.
    pub language: String,
}

impl House {
    async fn load(conn: &mut PgConnection, base_url: &str) -> Result<Self> {
        let company = settings::get(conn, "company").await?;
        let mail = settings::get(conn, "mail").await?;
        let text = |from: &Option<Json>, key: &str| {
            from.as_ref().and_then(|c| c.get(key)).and_then(Json::as_str).unwrap_or_default().to_owned()
        };
        let some = |text: String| Some(text).filter(|t| !t.is_empty());
        Ok(Self {
            company: some(text(&company, "name")).unwrap_or_else(|| base_url.to_owned()),
            email: text(&company, "email"),
            instructions: some(text(&company, "payment_instructions")),
            base_url: base_url.to_owned(),
            language: some(text(&mail, "language")).unwrap_or_else(|| "en".to_owned()),
        })
    }
}

/// Whom a mail goes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct To<'a> {
    pub client: Option<ClientId>,
    /// How the text calls them; may be empty.
    pub name: &'a str,
    pub language: &'a str,
    pub recipients: &'a [String],
}

/// A mail as it leaves, and the language that was found for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    pub language: String,
    pub subject: String,
    pub body: String,
}

struct Written {
    key: &'static str,
    occasion: String,
    client: Option<ClientId>,
    recipients: Vec<String>,
    printed: Printed,
}

/// A text that was found and compiled.
struct Found {
    language: String,
    sheet: Sheet,
}

/// Writes a batch of mails.
pub(crate) struct Press {
    house: House,
    /// Texts of the host's own, by key and language.
    own: HashMap<(String, String), TemplateRow>,
    off: HashSet<String>,
    /// By key, language asked for, and whether the host's own texts count.
    found: HashMap<(&'static str, bool), HashMap<String, Arc<Found>>>,
    signatures: HashMap<String, String>,
    written: Vec<Written>,
}

impl Press {
    /// Reads what mails of these notices need.
    pub async fn load(tx: &mut Tx<'_>, notices: &[&'static About]) -> Result<Self> {
        let app = tx.app();
        Self::read(app, tx.conn(), notices).await
    }
    /// The same without a transaction.
    pub async fn read(app: &App, conn: &mut PgConnection, notices: &[&'static About]) -> Result<Self> {
        let mut keys: Vec<&str> = notices.iter().map(|about| about.key).collect();
        keys.push(Signature::ABOUT.key);
        let own = mail_templates::of_keys(conn, &keys).await?;
        Ok(Self {
            house: House::load(conn, app.base_url()).await?,
            own: own.into_iter().map(|row| ((row.key.clone(), row.language.clone()), row)).collect(),
            off: mail_templates::off(conn).await?.into_iter().collect(),
            found: HashMap::new(),
            signatures: HashMap::new(),
            written: vec![],
        })
    }
    /// The company.
    pub fn house(&self) -> &House {
        &self.house
    }

    /// Writes a mail to each recipient, unless its notice is switched off.
    pub fn write(&mut self, to: &To<'_>, occasion: String, notice: &dyn Notice) -> Result<()> {
        let key = notice.about().key;
        if self.off.contains(key) || to.recipients.is_empty() {
            return Ok(());
        }
        let printed = self.print(to.language, to.name, notice)?;
        self.written.push(Written { key, occasion, client: to.client, recipients: to.recipients.to_vec(), printed });
        Ok(())
    }

    /// Queues what was written, in one statement.
    pub async fn post(self, tx: &mut Tx<'_>) -> Result<()> {
        let to_each = |written: &Written| written.recipients.len();
        let mut mails = Vec::with_capacity(self.written.iter().map(to_each).sum());
        for written in &self.written {
            mails.extend(written.recipients.iter().map(|recipient| NewMail {
                template: written.key,
                language: &written.printed.language,
                occasion: &written.occasion,
                client_id: written.client.map(ClientId::get),
                recipient,
                subject: &written.printed.subject,
                body: &written.printed.body,
            }));
        }
        tx.mail(&mails).await
    }

    /// The text of a notice in the best language that there is. A text of the host's own that fails is passed over:
    /// a mail about money does not wait for a template.
    pub fn print(&mut self, language: &str, name: &str, notice: &dyn Notice) -> Result<Printed> {
        let about = notice.about();
        let found = self.find(about, language, true)?;
        match self.run(&found.sheet, &found.language, name, notice)? {
            Ok(printed) => Ok(printed),
            Err(fault) => {
                tracing::warn!(notice = about.key, language = found.language, fault, "a text of the host's own failed");
                let shipped = self.find(about, language, false)?;
                self.run(&shipped.sheet, &shipped.language, name, notice)?.map_err(AppError::internal)
            }
        }
    }

    /// Runs a sheet; what went wrong with it is told, and is not our fault.
    pub(super) fn run(
        &mut self,
        sheet: &Sheet,
        language: &str,
        name: &str,
        notice: &dyn Notice,
    ) -> Result<std::result::Result<Printed, String>> {
        let mut vars = notice.values(Style::of(language));
        self.common(&mut vars);
        if notice.about().is_mail() {
            vars.insert("name", Value::from(name));
            vars.insert("signature", Value::from(self.signature(language)?));
        }
        let ran =
            sheet.run(&vars).map_err(|(half, fault)| format!("{}, line {}: {}", half.as_str(), fault.line, fault.text));
        Ok(ran.map(|(subject, body)| Printed { language: language.to_owned(), subject, body }))
    }

    fn common(&self, vars: &mut Vars) {
        vars.insert("company", Value::from(self.house.company.as_str()));
        vars.insert("company_email", Value::from(self.house.email.as_str()));
        vars.insert("base_url", Value::from(self.house.base_url.as_str()));
    }

    fn signature(&mut self, language: &str) -> Result<String> {
        if let Some(known) = self.signatures.get(language) {
            return Ok(known.clone());
        }
        let printed = self.print(language, "", &Signature {})?;
        self.signatures.insert(language.to_owned(), printed.body.clone());
        Ok(printed.body)
    }

    fn find(&mut self, about: &'static About, language: &str, own: bool) -> Result<Arc<Found>> {
        let known = self.found.entry((about.key, own)).or_default();
        if let Some(found) = known.get(language) {
            return Ok(found.clone());
        }
        let candidates = chain(language, &self.house.language).into_iter();
        let found = candidates.filter_map(|tag| text_in(&self.own, about, tag, own)).next();
        let found = Arc::new(found.ok_or_else(|| AppError::internal(format!("there is no text of {}", about.key)))?);
        known.insert(language.to_owned(), found.clone());
        Ok(found)
    }
}

/// The host's own text in exactly this language, else the shipped one.
fn text_in(
    all: &HashMap<(String, String), TemplateRow>,
    about: &'static About,
    language: String,
    own: bool,
) -> Option<Found> {
    let written = own.then(|| all.get(&(about.key.to_owned(), language.clone()))).flatten();
    if let Some(row) = written {
        match Sheet::compile(about, &row.subject, &row.body) {
            Ok(sheet) => return Some(Found { language, sheet }),
            // It was fine when it was saved; the catalogue has changed since.
            Err(faults) => {
                tracing::warn!(notice = about.key, language, ?faults, "a text of the host's own cannot be used");
            }
        }
    }
    let (subject, body) = about.shipped(&language)?;
    let sheet = Sheet::compile(about, subject, body);
    sheet
        .map_err(|faults| tracing::error!(notice = about.key, language, ?faults, "a shipped text is broken"))
        .ok()
        .map(|sheet| Found { language, sheet })
}
