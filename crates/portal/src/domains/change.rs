//! What a client may change about a domain.

use innkeeper_app::{AppError, billing, domains};
use innkeeper_domain::DomainId;
use innkeeper_web::auth_code;
use innkeeper_web::error::external_text;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other, sentence};
use innkeeper_web::view::{Cell, Flash};

use super::show::{ROOM, build, stored};

pub(super) async fn nameservers(client: Client, Id(id): Id<DomainId>, posted: Posted) -> PageResult {
    let (app, actor) = (&client.app, &client.actor);
    let servers: Vec<String> = (1..=ROOM).map(|n| posted.text(&format!("nameserver{n}"))).collect();
    match domains::set_nameservers(app, actor, id, &servers).await {
        Ok(_) => see_other(format!("/domains/{id}"))
            .flash(Flash::success("The new name servers are on their way to the registrar."))
            .ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&build(&client, domains::get(app, actor, id).await?, form, None, None).await)
        }
    }
}

pub(super) async fn lock(client: Client, Id(id): Id<DomainId>, posted: Posted) -> PageResult {
    let locked = posted.get("locked") == "yes";
    let done = match domains::set_lock(&client.app, &client.actor, id, locked).await {
        Ok(()) if locked => Flash::success("The domain is locked: it cannot be transferred away."),
        Ok(()) => Flash::warning("The domain is unlocked: whoever has its code can transfer it away."),
        Err(error) => Flash::danger(words(error)?),
    };
    see_other(format!("/domains/{id}")).flash(done).ok()
}

/// Shows the code on the page that answers: it must not lie about in a cookie or an address.
pub(super) async fn auth_code(client: Client, Id(id): Id<DomainId>) -> PageResult {
    let (app, actor) = (&client.app, &client.actor);
    match domains::auth_code(app, actor, id).await {
        Ok(answer) => {
            let view = domains::get(app, actor, id).await?;
            let form = stored(&view.domain.nameservers);
            let Some(code) = auth_code::code(&answer) else {
                return see_other(format!("/domains/{id}")).flash(Flash::success(auth_code::note(&answer))).ok();
            };
            page(&build(&client, view, form, None, Some(Cell::Code(code.to_owned()))).await)
        }
        Err(error) => see_other(format!("/domains/{id}")).flash(Flash::danger(words(error)?)).ok(),
    }
}

/// Invoices the late renewal of an expired domain.
pub(super) async fn late(client: Client, Id(id): Id<DomainId>) -> PageResult {
    match billing::renew_late(&client.app, &client.actor, id).await {
        Ok(invoice) => {
            let told = Flash::success("Here is the invoice. Once it is paid we ask for your domain.");
            see_other(format!("/invoices/{invoice}")).flash(told).ok()
        }
        Err(error) => see_other(format!("/domains/{id}")).flash(Flash::warning(words(error)?)).ok(),
    }
}

/// What a refusal says to the client; what is none stays a failure.
fn words(error: AppError) -> Result<String, AppError> {
    match error {
        AppError::External(error) => Ok(external_text(&error)),
        AppError::Conflict(text) => Ok(sentence(&text)),
        other => Err(other),
    }
}
