//! The job that sends a queued mail.

use innkeeper_db::mails::{self, Ended, MailRow};
use innkeeper_domain::{ClientId, state::MailState};
use innkeeper_hooks::payloads::{EmailPreLog, EmailPreSend};
use innkeeper_mail::{MailError, Message};
use innkeeper_queue::Failure;

use super::log::is_secret;
use crate::{
    App, AppError, Result,
    gates::{self, Decision},
};

/// Stands where a text is not kept.
pub(super) const NOT_KEPT: &str = "(not kept)";

/// Sends a mail, unless it was sent or a snapin holds it back. A repeat after a crash carries the same
/// `Message-ID`. `last`: if the mail server does not take it now, nobody will try again.
pub(crate) async fn send(app: &App, id: i64, last: bool) -> std::result::Result<(), Failure> {
    let retry = |e: AppError| Failure::Retry(format!("{e:?}"), None);
    let found = async { Ok(mails::get(&mut *app.conn().await?, id).await?) };
    let Some(mail) = found.await.map_err(retry)? else { return Err(Failure::Dead(format!("there is no mail {id}"))) };
    if mail.state == MailState::Sent.as_str() || mail.state == MailState::Skipped.as_str() {
        return Ok(());
    }
    let question = match before(app, &mail).await.map_err(retry)? {
        Ok(question) => question,
        Err(reason) => {
            let ended = ended(&mail, MailState::Skipped, (&mail.subject, &mail.body), Some(&reason));
            return mark(app, id, &Ended { tried: false, ..ended }).await.map_err(retry);
        }
    };
    let reference = app.reference("mail", id).await.map_err(retry)?;
    let EmailPreSend { subject, body, .. } = question;
    let message = Message { id: reference, to: mail.recipient.clone(), subject, body };
    let error = match app.mail.send(&message).await {
        Ok(()) => {
            let (subject, body) = kept(app, &mail, message).await;
            let ended = ended(&mail, MailState::Sent, (&subject, &body), None);
            return mark(app, id, &ended).await.map_err(retry);
        }
        Err(error) => error,
    };
    let temporary = matches!(error, MailError::Temporary(_));
    let reason = error.to_string();
    if temporary && !last {
        let noted = async { Ok(mails::note_attempt(&mut *app.conn().await?, id, &reason).await?) };
        noted.await.map_err(retry)?;
        return Err(Failure::Retry(reason, None));
    }
    // What a later attempt sends is what was written, not what a snapin made of it this time.
    let ended = ended(&mail, MailState::Failed, (&mail.subject, &mail.body), Some(&reason));
    mark(app, id, &ended).await.map_err(retry)?;
    Err(Failure::Dead(reason))
}

/// What is noted of an attempt. The text of a link that lets its reader in is not kept: it would be a second copy of
/// what is otherwise stored as a hash only.
fn ended<'a>(
    mail: &MailRow,
    state: MailState,
    (subject, body): (&'a str, &'a str),
    error: Option<&'a str>,
) -> Ended<'a> {
    let body = if is_secret(&mail.template) { NOT_KEPT } else { body };
    Ended { state, error, subject, body, tried: true }
}

async fn mark(app: &App, id: i64, ended: &Ended<'_>) -> Result<()> {
    Ok(mails::mark(&mut *app.conn().await?, id, ended).await?)
}

/// The mail as the gate lets it through, or why it is held back. A snapin that cannot be asked delays it.
async fn before(app: &App, mail: &MailRow) -> Result<std::result::Result<EmailPreSend, String>> {
    let question = EmailPreSend {
        mail_id: mail.id,
        template: mail.template.clone(),
        client_id: mail.client_id.map(ClientId),
        related_id: mail.occasion.rsplit(':').next().and_then(|id| id.parse().ok()),
        recipient: mail.recipient.clone(),
        subject: mail.subject.clone(),
        body: mail.body.clone(),
    };
    match gates::ask(app, question).await {
        Ok(Decision::Go(question)) => Ok(Ok(question)),
        Ok(Decision::Skip { by, .. }) => Ok(Err(format!("held back by {by}"))),
        Err(AppError::External(e)) if !gates::could_not_be_asked(&e) => Ok(Err(e.detail)),
        Err(other) => Err(other),
    }
}

/// What the log keeps of a sent mail. It went out already: a snapin that fails changes nothing.
async fn kept(app: &App, mail: &MailRow, sent: Message) -> (String, String) {
    let question = EmailPreLog {
        mail_id: mail.id,
        client_id: mail.client_id.map(ClientId),
        sent_at: app.now().to_rfc3339(),
        recipient: sent.to,
        subject: sent.subject.clone(),
        body: sent.body.clone(),
    };
    match gates::ask(app, question).await {
        Ok(Decision::Go(question)) => (question.subject, question.body),
        Ok(Decision::Skip { question, .. }) => (question.subject, NOT_KEPT.to_owned()),
        Err(error) => {
            tracing::warn!(%error, mail = mail.id, "a mail is logged as it was sent");
            (sent.subject, sent.body)
        }
    }
}
