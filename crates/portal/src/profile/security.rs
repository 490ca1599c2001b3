//! Password and sessions.

use askama::Template;
use innkeeper_app::sessions;
use innkeeper_domain::SessionId;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::sessions_list::SessionRow;
use innkeeper_web::view::{Chrome, Flash, Form, PortalSection};

#[derive(Template)]
#[template(path = "portal/profile/security.html")]
struct Security {
    chrome: Chrome,
    form: Form,
    sessions: Vec<SessionRow>,
}

pub(super) async fn show(client: Client) -> PageResult {
    page(&view(&client, Form::new()).await?)
}

pub(super) async fn change_password(client: Client, posted: Posted) -> PageResult {
    let (current, new) = (posted.get("current_password"), posted.get("new_password"));
    match sessions::change_password(&client.app, &client.session, current, new).await {
        Ok(()) => see_other("/profile/security")
            .flash(Flash::success("Your password is changed. You are signed out everywhere else."))
            .ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&client, form).await?)
        }
    }
}

pub(super) async fn revoke(client: Client, Id(id): Id<SessionId>) -> PageResult {
    sessions::revoke(&client.app, &client.actor, id).await?;
    see_other("/profile/security").flash(Flash::success("That browser is signed out.")).ok()
}

async fn view(client: &Client, form: Form) -> Result<Security, Failure> {
    let sessions = sessions::list(&client.app, &client.actor).await?;
    Ok(Security {
        chrome: client.chrome().await.title("Profile").in_portal(PortalSection::Profile),
        form,
        sessions: SessionRow::all("", sessions, client.session.id, client.app.now()),
    })
}
