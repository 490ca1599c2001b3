//! What a text looks like with real values.

use innkeeper_db::PgConnection;
use innkeeper_domain::Permission;

use super::{
    catalogue::About,
    edit::{Draft, compile},
    press::Press,
    read::named,
};
use crate::{Actor, App, AppError, Result, mailer};

/// A mail that is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub subject: String,
    pub body: String,
    /// The language of the text.
    pub language: String,
    /// What its values are of, `invoice INV-2027-00042`; none: the examples.
    pub of: Option<String>,
}

/// What reading of real things needs.
const REAL: [Permission; 4] =
    [Permission::ClientsRead, Permission::OrdersRead, Permission::InvoicesRead, Permission::ServicesRead];

/// A notice in a language, with the values of the newest thing that it could be about, or with its examples if there is
/// none (or the caller may not see it). `draft`: a text that is not saved; else the one that is sent now. Needs
/// `system:read`.
pub async fn preview(app: &App, actor: &Actor, key: &str, language: &str, draft: Option<&Draft>) -> Result<Preview> {
    actor.require(Permission::SystemRead)?;
    let (about, language) = named(key, language)?;
    let draft = draft.map(|draft| compile(about, draft)).transpose()?;
    let mut conn = app.conn().await?;
    let mut press = Press::read(app, &mut conn, &[about]).await?;
    let real = match REAL.iter().all(|needed| actor.permissions.contains(needed)) {
        true => newest(&mut conn, about, &press).await?,
        false => None,
    };
    let (name, notice, of) = match real {
        Some(found) => (found.name, found.notice, Some(found.of)),
        None => ("Ada Lovelace".to_owned(), (about.example)(), None),
    };
    let printed = match &draft {
        Some((_, sheet)) => {
            press.run(sheet, &language, &name, &*notice)?.map_err(|fault| AppError::invalid("body", fault))?
        }
        None => press.print(&language, &name, &*notice)?,
    };
    Ok(Preview { subject: printed.subject, body: printed.body, language: printed.language, of })
}

async fn newest(conn: &mut PgConnection, about: &About, press: &Press) -> Result<Option<mailer::Newest>> {
    mailer::newest(conn, about.key, press.house()).await
}
