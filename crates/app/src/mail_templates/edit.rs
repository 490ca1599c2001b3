//! Changing the texts of mails.

use chrono::{DateTime, Utc};
use innkeeper_db::mail_templates as db;
use innkeeper_domain::Permission;
use serde_json::{Value, json};

use super::{
    catalogue::{About, Secrecy, find},
    check::Fault,
    engine::{Half, Sheet},
    press::Press,
    read::named,
};
use crate::{Actor, App, AppError, FieldError, Result, Tx};

/// Most characters of a subject, and of a body.
const MOST: (usize, usize) = (200, 20_000);
/// What is told to whom another was faster than.
const NEWER: &str = "somebody else has changed this text since you opened it: open it again to see theirs";

/// A text as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub subject: String,
    pub body: String,
}

/// A text to be saved.
#[derive(Clone, Debug)]
pub struct Save {
    pub text: Draft,
    /// When the text that it replaces was saved, as [`super::get`] told; none: there was none of the host's own.
    pub edited: Option<DateTime<Utc>>,
}

impl Draft {
    /// With line ends of one kind.
    fn plain(&self) -> Self {
        let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        Self { subject: plain(self.subject.trim()), body: plain(&self.body).trim_end().to_owned() }
    }
}

/// Compiles a draft, or says what is wrong with it.
pub(super) fn compile(about: &'static About, draft: &Draft) -> Result<(Draft, Sheet)> {
    let draft = draft.plain();
    let mut wrong = vec![];
    let mut require = |ok: bool, half: Half, text: String| {
        if !ok {
            wrong.push(FieldError { field: half.as_str().to_owned(), message: text });
        }
    };
    let lengths = (draft.subject.chars().count(), draft.body.chars().count());
    require(about.is_mail() != draft.subject.is_empty(), Half::Subject, empty_or_not(about).to_owned());
    require(!draft.subject.contains('\n'), Half::Subject, "must be one line".into());
    require(lengths.0 <= MOST.0, Half::Subject, format!("must have at most {} characters", MOST.0));
    require(!draft.body.trim().is_empty(), Half::Body, "must not be empty".into());
    require(lengths.1 <= MOST.1, Half::Body, format!("must have at most {} characters", MOST.1));
    for (half, text) in [(Half::Subject, &draft.subject), (Half::Body, &draft.body)] {
        let clean = !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
        require(clean, half, "must not contain control characters".into());
    }
    if !wrong.is_empty() {
        return Err(AppError::Invalid(wrong));
    }
    let sheet = Sheet::compile(about, &draft.subject, &draft.body).map_err(|faults| refusal(&faults))?;
    Ok((draft, sheet))
}

fn empty_or_not(about: &About) -> &'static str {
    if about.is_mail() { "must not be empty" } else { "must be empty: this is no mail, but a part of others" }
}

/// All faults of a half as one message of its field.
fn refusal(faults: &[(Half, Fault)]) -> AppError {
    let of = |half: Half| {
        let told: Vec<String> = faults
            .iter()
            .filter(|(of, _)| *of == half)
            .map(|(_, fault)| match half {
                Half::Subject => fault.text.clone(),
                Half::Body => format!("line {}: {}", fault.line, fault.text),
            })
            .collect();
        (!told.is_empty()).then(|| FieldError { field: half.as_str().to_owned(), message: told.join("; ") })
    };
    AppError::Invalid([Half::Subject, Half::Body].into_iter().filter_map(of).collect())
}

/// Saves a text of the host's own. What cannot be sent is refused with the line that is wrong; so is a text that
/// would replace a newer one. Needs `system:write`.
pub async fn save(app: &App, actor: &Actor, key: &str, language: &str, new: &Save) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let (about, language) = named(key, language)?;
    let (draft, sheet) = compile(about, &new.text)?;
    let mut tx = app.begin(actor).await?;
    let mut press = Press::load(&mut tx, &[about]).await?;
    let tried = press.run(&sheet, &language, "Ada Lovelace", &*(about.example)())?;
    let subject = tried.map_err(|fault| AppError::invalid("body", fault))?.subject;
    if about.is_mail() && subject.is_empty() {
        return Err(AppError::invalid("subject", "must not come out empty"));
    }
    let before = db::get(tx.conn(), about.key, &language).await?;
    if !db::put(tx.conn(), (about.key, &language), (&draft.subject, &draft.body), new.edited).await? {
        return Err(AppError::conflict(NEWER));
    }
    let before = before.map(|row| json!({ "subject": row.subject, "body": row.body }));
    let after = json!({ "subject": draft.subject, "body": draft.body });
    audit(&mut tx, "mail_template.save", about, &language, before, after).await?;
    tx.commit().await
}

/// Goes back to the text that ships with the program; in a language that it does not ship in, to the one that stands
/// in for it. `edited` as in [`Save`]; none: whatever was saved last. Needs `system:write`.
pub async fn reset(app: &App, actor: &Actor, key: &str, language: &str, edited: Option<DateTime<Utc>>) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let (about, language) = named(key, language)?;
    let mut tx = app.begin(actor).await?;
    let before = db::get(tx.conn(), about.key, &language).await?.ok_or(AppError::NotFound("text of your own"))?;
    if !db::delete(tx.conn(), about.key, &language, edited).await? {
        return Err(AppError::conflict(NEWER));
    }
    let before = json!({ "subject": before.subject, "body": before.body });
    audit(&mut tx, "mail_template.reset", about, &language, Some(before), Value::Null).await?;
    tx.commit().await
}

/// Switches a notice on or off. Those on which somebody's safety depends stay on. Needs `system:write`.
pub async fn set_enabled(app: &App, actor: &Actor, key: &str, enabled: bool) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let about = find(key).ok_or(AppError::NotFound("notice"))?;
    if !enabled && about.secrecy != Secrecy::Usual {
        return Err(AppError::conflict("this notice cannot be switched off"));
    }
    let mut tx = app.begin(actor).await?;
    db::set_enabled(tx.conn(), about.key, enabled).await?;
    tx.audit("mail_notice.switch", "mail_notice", 0, json!({ "key": about.key, "enabled": enabled })).await?;
    tx.commit().await
}

async fn audit(
    tx: &mut Tx<'_>,
    action: &str,
    about: &About,
    language: &str,
    before: Option<Value>,
    after: Value,
) -> Result<()> {
    let detail = json!({ "key": about.key, "language": language, "before": before, "after": after });
    tx.audit(action, "mail_template", 0, detail).await
}
