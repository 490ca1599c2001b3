//! The job that sends a queued mail.

use innkeeper_db::mails::{self, Ended, MailRow};
use innkeeper_domain::ClientId;
use innkeeper_hooks::payloads::{EmailPreLog, EmailPreSend};
use innkeeper_mail::{MailError, Message};
use innkeeper_queue::Failure;

use crate::{
    App, AppError, Result,
    gates::{self, Decision},
};

/// Stands where a text is not kept.
const NOT_KEPT: &str = "(not kept)";

/// Sends a mail, unless it was sent or a snapin holds it back. A repeat after a crash carries the same
/// `Message-ID`.
pub(crate) async fn send(app: &App, id: i64) -> std::result::Result<(), Failure> {
    let retry = |e: AppError| Failure::Retry(format!("{e:?}"), None);
    let found = async { Ok(mails::get(&mut *app.conn().await?, id).await?) };
    let Some(mail) = found.await.map_err(retry)? else { return Err(Failure::Dead(format!("there is no mail {id}"))) };
    if mail.state == "sent" || mail.state == "skipped" {
        return Ok(());
    }
    let question = match before(app, &mail).await.map_err(retry)? {
        Ok(question) => question,
        Err(reason) => {
            let ended = Ended { state: "skipped", error: Some(&reason), subject: &mail.subject, body: &mail.body };
            return mark(app, id, &ended).await.map_err(retry);
        }
    };
    let reference = app.reference("mail", id).await.map_err(retry)?;
    let EmailPreSend { subject, body, .. } = question;
    let message = Message { id: reference, to: mail.recipient.clone(), subject, body };
    match app.mail.send(&message).await {
        Ok(()) => {
            let (subject, body) = kept(app, &mail, message).await;
            let ended = Ended { state: "sent", error: None, subject: &subject, body: &body };
            mark(app, id, &ended).await.map_err(retry)
        }
        Err(MailError::Temporary(e)) => Err(Failure::Retry(e, None)),
        Err(e @ MailError::Rejected(_)) => {
            let reason = e.to_string();
            let ended = Ended { state: "failed", error: Some(&reason), subject: &message.subject, body: &message.body };
            mark(app, id, &ended).await.map_err(retry)?;
            Err(Failure::Dead(reason))
        }
    }
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
