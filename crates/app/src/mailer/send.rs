//! The job that sends a queued mail.

use innkeeper_db::mails;
use innkeeper_mail::{MailError, Message};
use innkeeper_queue::Failure;

use crate::{App, AppError};

/// Sends a mail, unless it was sent. A repeat after a crash carries the same `Message-ID`.
pub(crate) async fn send(app: &App, id: i64) -> Result<(), Failure> {
    let retry = |e: AppError| Failure::Retry(format!("{e:?}"), None);
    let found = async { Ok(mails::get(&mut *app.conn().await?, id).await?) };
    let Some(mail) = found.await.map_err(retry)? else { return Err(Failure::Dead(format!("there is no mail {id}"))) };
    if mail.state == "sent" {
        return Ok(());
    }
    let reference = app.reference("mail", id).await.map_err(retry)?;
    let message = Message { id: reference, to: mail.recipient, subject: mail.subject, body: mail.body };
    let (outcome, error) = match app.mail.send(&message).await {
        Ok(()) => (Ok(()), None),
        Err(MailError::Temporary(e)) => return Err(Failure::Retry(e, None)),
        Err(e @ MailError::Rejected(_)) => (Err(Failure::Dead(e.to_string())), Some(e.to_string())),
    };
    let marked = async { Ok(mails::mark(&mut *app.conn().await?, id, error.as_deref()).await?) };
    marked.await.map_err(retry)?;
    outcome
}
