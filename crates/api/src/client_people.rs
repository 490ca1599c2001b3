//! Who gets a client's mail, and who logs in for it.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::clients::{self, ClientLogin, ContactRow, NewContact};
use innkeeper_domain::{ClientId, ContactId, UserId};
use innkeeper_web::AppState;
use innkeeper_web::extract::{Id, Ids};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::Page;
use super::problem::Answer;
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(contacts, add_contact))
        .routes(routes!(contact, update_contact, remove_contact))
        .routes(routes!(add_login))
        .routes(routes!(remove_login))
}

/// A contact: gets mail, does not log in.
#[derive(Serialize, ToSchema)]
pub(super) struct ClientContact {
    id: i64,
    client_id: i64,
    #[schema(example = "Charles Babbage")]
    name: String,
    #[schema(example = "charles@example.com")]
    email: String,
    phone: String,
    gets_invoices: bool,
    gets_support: bool,
}

impl From<ContactRow> for ClientContact {
    fn from(row: ContactRow) -> Self {
        let ContactRow { id, client_id, name, email, phone, gets_invoices, gets_support } = row;
        Self { id: id.get(), client_id: client_id.get(), name, email, phone, gets_invoices, gets_support }
    }
}

/// The contacts of a client
#[utoipa::path(get, path = "/clients/{id}/contacts", tag = "Clients",
    responses((status = 200, body = Page<ClientContact>)))]
async fn contacts(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Page<ClientContact>> {
    Ok(Page::whole(clients::contacts(&app, &actor, id).await?, ClientContact::from))
}

/// A contact
#[utoipa::path(get, path = "/contacts/{id}", tag = "Clients", responses((status = 200, body = ClientContact)))]
async fn contact(Caller { app, actor }: Caller, Id(id): Id<ContactId>) -> Answer<Json<ClientContact>> {
    Ok(Json(clients::contact(&app, &actor, id).await?.into()))
}

/// A contact as it comes in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Charles Babbage", "email": "charles@example.com", "gets_invoices": true}))]
struct ContactInput {
    name: String,
    email: String,
    #[serde(default)]
    phone: String,
    /// Gets invoices and receipts.
    #[serde(default)]
    gets_invoices: bool,
    /// Gets answers of support.
    #[serde(default)]
    gets_support: bool,
}

impl From<ContactInput> for NewContact {
    fn from(new: ContactInput) -> Self {
        let ContactInput { name, email, phone, gets_invoices, gets_support } = new;
        Self { name, email, phone, gets_invoices, gets_support }
    }
}

/// Add a contact to a client
#[utoipa::path(post, path = "/clients/{id}/contacts", tag = "Clients", request_body = ContactInput,
    responses((status = 201, body = Made)))]
async fn add_contact(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Body(new): Body<ContactInput>,
) -> Answer<Created<Made>> {
    Ok(Made::at("/contacts", clients::add_contact(&app, &actor, id, &new.into()).await?))
}

/// Change a contact
#[utoipa::path(put, path = "/contacts/{id}", tag = "Clients", request_body = ContactInput, responses((status = 204)))]
async fn update_contact(
    Caller { app, actor }: Caller,
    Id(id): Id<ContactId>,
    Body(new): Body<ContactInput>,
) -> Answer<Done> {
    clients::update_contact(&app, &actor, id, &new.into()).await?;
    Ok(Done)
}

/// Remove a contact
#[utoipa::path(delete, path = "/contacts/{id}", tag = "Clients", responses((status = 204)))]
async fn remove_contact(Caller { app, actor }: Caller, Id(id): Id<ContactId>) -> Answer<Done> {
    clients::remove_contact(&app, &actor, id).await?;
    Ok(Done)
}

/// A login of a client.
#[derive(Serialize, ToSchema)]
pub(super) struct Login {
    user_id: i64,
    #[schema(example = "ada@example.com")]
    email: String,
    /// Only staff remove the owner.
    is_owner: bool,
    disabled_at: Option<DateTime<Utc>>,
    last_login_at: Option<DateTime<Utc>>,
}

impl From<ClientLogin> for Login {
    fn from(row: ClientLogin) -> Self {
        let ClientLogin { user_id, email, is_owner, disabled_at, last_login_at } = row;
        Self { user_id: user_id.get(), email, is_owner, disabled_at, last_login_at }
    }
}

/// A login to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "charles@example.com"}))]
struct LoginInput {
    /// A new address gets a mail to choose a password.
    email: String,
}

/// Let somebody log in for a client
#[utoipa::path(post, path = "/clients/{id}/logins", tag = "Clients", request_body = LoginInput,
    responses((status = 201, body = Made)))]
async fn add_login(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Body(new): Body<LoginInput>,
) -> Answer<Created<Made>> {
    let user = clients::add_login(&app, &actor, id, &new.email).await?;
    Ok(Made::at(&format!("/clients/{id}/logins"), user))
}

/// No longer let somebody log in for a client
#[utoipa::path(delete, path = "/clients/{id}/logins/{user_id}", tag = "Clients", responses((status = 204)))]
async fn remove_login(Caller { app, actor }: Caller, Ids(client, user): Ids<ClientId, UserId>) -> Answer<Done> {
    clients::remove_login(&app, &actor, client, user).await?;
    Ok(Done)
}
