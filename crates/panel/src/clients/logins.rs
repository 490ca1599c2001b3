//! Who logs in for a client.

use askama::Template;
use innkeeper_app::clients;
use innkeeper_domain::{ClientId, Permission, UserId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Ids, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form};

use super::below;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/clients/login.html")]
struct Login {
    chrome: Chrome,
    client: ClientId,
    form: Form,
}

pub(super) async fn new(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    staff.actor.require(Permission::ClientsWrite)?;
    page(&view(&staff, id, Form::new()).await?)
}

pub(super) async fn add(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    match clients::add_login(&staff.app, &staff.actor, id, posted.get("email")).await {
        Ok(_) => see_other(format!("/admin/clients/{id}")).flash(Flash::success("The login is added.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, id, form).await?)
        }
    }
}

pub(super) async fn remove(staff: Staff, Ids(id, user): Ids<ClientId, UserId>) -> PageResult {
    let result = clients::remove_login(&staff.app, &staff.actor, id, user).await;
    back(format!("/admin/clients/{id}"), result, "The login is removed and signed out.")
}

async fn view(staff: &Staff, id: ClientId, form: Form) -> Result<Login, Failure> {
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    Ok(Login { chrome: below(staff.chrome().await, &client, "New login"), client: id, form })
}
