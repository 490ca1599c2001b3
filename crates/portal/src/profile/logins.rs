//! Who may sign in for the client.

use askama::Template;
use innkeeper_app::clients;
use innkeeper_domain::UserId;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other, sentence};
use innkeeper_web::view::{Chrome, Flash, Form, Moment, PortalSection};

#[derive(Template)]
#[template(path = "portal/profile/logins.html")]
struct Logins {
    chrome: Chrome,
    rows: Vec<Login>,
    form: Form,
}

struct Login {
    id: UserId,
    email: String,
    is_owner: bool,
    seen: Option<Moment>,
}

pub(super) async fn show(client: Client) -> PageResult {
    page(&view(&client, Form::new()).await?)
}

pub(super) async fn add(client: Client, posted: Posted) -> PageResult {
    match clients::add_login(&client.app, &client.actor, client.id()?, &posted.text("email")).await {
        Ok(_) => see_other("/profile/logins")
            .flash(Flash::success("Added. Whoever is new gets a mail to choose a password."))
            .ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&client, form).await?)
        }
    }
}

pub(super) async fn remove(client: Client, Id(id): Id<UserId>) -> PageResult {
    let done = match clients::remove_login(&client.app, &client.actor, client.id()?, id).await {
        Ok(()) => Flash::success("That login is removed and signed out."),
        Err(innkeeper_app::AppError::Conflict(text)) => Flash::danger(sentence(&text)),
        Err(other) => return Err(other.into()),
    };
    see_other("/profile/logins").flash(done).ok()
}

async fn view(client: &Client, form: Form) -> Result<Logins, Failure> {
    let now = client.app.now();
    let logins = clients::get(&client.app, &client.actor, client.id()?).await?.logins;
    Ok(Logins {
        chrome: client.chrome().await.title("Profile").in_portal(PortalSection::Profile),
        rows: logins
            .into_iter()
            .map(|login| Login {
                id: login.user_id,
                email: login.email,
                is_owner: login.is_owner,
                seen: login.last_login_at.map(|at| Moment::ago(&at, now)),
            })
            .collect(),
        form,
    })
}
