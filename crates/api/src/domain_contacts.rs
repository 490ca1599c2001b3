//! The contacts of a domain at its registrar.

use axum::Json;
use innkeeper_app::domains;
use innkeeper_domain::DomainId;
use innkeeper_plugin_api::{Contact, Contacts};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::problem::Answer;
use super::reply::Started;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(contacts, set_contacts))
}

/// The contacts of a domain. A role that is null falls back to the owner.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DomainContacts {
    owner: DomainContact,
    #[serde(default)]
    #[schema(example = json!(null))]
    admin: Option<DomainContact>,
    #[serde(default)]
    #[schema(example = json!(null))]
    tech: Option<DomainContact>,
    #[serde(default)]
    #[schema(example = json!(null))]
    billing: Option<DomainContact>,
}

/// A contact of a domain.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"first_name": "Ada", "last_name": "Lovelace", "company": "", "id_number": "",
    "email": "ada@example.com", "phone": "+43.6601234567", "address": "Main Street 1", "city": "Vienna",
    "state": "Vienna", "postcode": "1010", "country": "AT"}))]
struct DomainContact {
    first_name: String,
    last_name: String,
    /// Empty for a person.
    #[serde(default)]
    company: String,
    /// Tax or identity number; may be empty.
    #[serde(default)]
    id_number: String,
    email: String,
    /// `+CC.NUMBER`.
    phone: String,
    /// Street and number; a second line after a line feed.
    address: String,
    city: String,
    /// State or province.
    #[serde(default)]
    state: String,
    postcode: String,
    /// ISO 3166 alpha-2.
    country: String,
}

impl From<Contact> for DomainContact {
    fn from(c: Contact) -> Self {
        let Contact {
            first_name,
            last_name,
            company,
            id_number,
            email,
            phone,
            address,
            city,
            state,
            postcode,
            country,
        } = c;
        Self { first_name, last_name, company, id_number, email, phone, address, city, state, postcode, country }
    }
}

impl From<DomainContact> for Contact {
    fn from(c: DomainContact) -> Self {
        let DomainContact {
            first_name,
            last_name,
            company,
            id_number,
            email,
            phone,
            address,
            city,
            state,
            postcode,
            country,
        } = c;
        Self { first_name, last_name, company, id_number, email, phone, address, city, state, postcode, country }
    }
}

/// The contacts on record at the registrar
#[utoipa::path(get, path = "/domains/{id}/contacts", tag = "Domains", responses((status = 200, body = DomainContacts)))]
async fn contacts(Caller { app, actor }: Caller, Id(id): Id<DomainId>) -> Answer<Json<DomainContacts>> {
    let Contacts { owner, admin, tech, billing } = domains::contacts(&app, &actor, id).await?;
    Ok(Json(DomainContacts {
        owner: owner.into(),
        admin: admin.map(Into::into),
        tech: tech.map(Into::into),
        billing: billing.map(Into::into),
    }))
}

/// Set the contacts at the registrar
#[utoipa::path(put, path = "/domains/{id}/contacts", tag = "Domains", request_body = DomainContacts,
    responses((status = 202, body = Started)))]
async fn set_contacts(
    Caller { app, actor }: Caller,
    Id(id): Id<DomainId>,
    Body(new): Body<DomainContacts>,
) -> Answer<Started> {
    let contacts = Contacts {
        owner: new.owner.into(),
        admin: new.admin.map(Into::into),
        tech: new.tech.map(Into::into),
        billing: new.billing.map(Into::into),
    };
    Ok(domains::set_contacts(&app, &actor, id, &contacts).await?.into())
}
