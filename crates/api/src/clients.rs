//! Clients.

use std::collections::BTreeMap;

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::clients::{
    self, ClientEntry, ClientFilter, ClientView, Details, NewClient, StaffDetails, UpdateClient,
};
use innkeeper_domain::ClientId;
use innkeeper_domain::state::ClientState;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::client_people::{ClientContact, Login};
use super::money::Amount;
use super::params::{Page, Params, Part};
use super::problem::Answer;
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(set_state))
        .merge(super::client_people::routes())
}

/// A client in a list.
#[derive(Serialize, ToSchema)]
struct ClientSummary {
    id: i64,
    /// `active`, `inactive` or `closed`.
    #[schema(example = "active")]
    state: &'static str,
    /// The company's name, else the person's.
    #[schema(example = "Ada Lovelace")]
    name: String,
    #[schema(example = "ada@example.com")]
    email: String,
    #[schema(example = "AT")]
    country: String,
    #[schema(example = "EUR")]
    currency: &'static str,
    /// Services that are active or suspended.
    services: i64,
    created_at: DateTime<Utc>,
}

fn summary(row: ClientEntry) -> ClientSummary {
    ClientSummary {
        id: row.id.get(),
        state: row.state.as_str(),
        name: row.name,
        email: row.email,
        country: row.country,
        currency: row.currency.code(),
        services: row.services,
        created_at: row.created_at,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ClientQuery {
    /// With this in the name, company or address.
    text: Option<String>,
    /// In this state.
    #[param(value_type = Option<String>)]
    state: Option<ClientState>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Clients, newest first
#[utoipa::path(get, path = "/clients", tag = "Clients", params(ClientQuery),
    responses((status = 200, body = Page<ClientSummary>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<ClientQuery>) -> Answer<Page<ClientSummary>> {
    let part = Part::new(query.limit, query.before)?;
    let filter = ClientFilter { text: query.text, state: query.state, before: part.before, limit: part.fetch() };
    part.page(clients::list(&app, &actor, &filter).await?, |row| row.id.get(), |row| Ok(summary(row)))
}

/// Name and address of a client.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"first_name": "Ada", "last_name": "Lovelace", "company": "", "email": "ada@example.com",
    "phone": "+43.6601234567", "address1": "Main Street 1", "address2": "", "city": "Vienna", "region": "",
    "postcode": "1010", "country": "AT", "tax_number": "", "language": "en"}))]
pub(super) struct Address {
    first_name: String,
    last_name: String,
    /// Then it is the name on invoices.
    #[serde(default)]
    company: String,
    /// Where mail goes.
    email: String,
    /// International.
    #[serde(default)]
    phone: String,
    #[serde(default)]
    address1: String,
    #[serde(default)]
    address2: String,
    #[serde(default)]
    city: String,
    /// State, province, county.
    #[serde(default)]
    region: String,
    #[serde(default)]
    postcode: String,
    /// ISO 3166 alpha-2.
    country: String,
    /// VAT or other tax number.
    #[serde(default)]
    tax_number: String,
    /// Of mail; empty: `en`.
    #[serde(default)]
    language: String,
}

impl From<Details> for Address {
    fn from(d: Details) -> Self {
        Self {
            first_name: d.first_name,
            last_name: d.last_name,
            company: d.company,
            email: d.email,
            phone: d.phone,
            address1: d.address1,
            address2: d.address2,
            city: d.city,
            region: d.region,
            postcode: d.postcode,
            country: d.country,
            tax_number: d.tax_number,
            language: d.language,
        }
    }
}

impl From<Address> for Details {
    fn from(a: Address) -> Self {
        Self {
            first_name: a.first_name,
            last_name: a.last_name,
            company: a.company,
            email: a.email,
            phone: a.phone,
            address1: a.address1,
            address2: a.address2,
            city: a.city,
            region: a.region,
            postcode: a.postcode,
            country: a.country,
            tax_number: a.tax_number,
            language: a.language,
        }
    }
}

/// A client.
#[derive(Serialize, ToSchema)]
struct Client {
    id: i64,
    /// `active`, `inactive` or `closed`.
    #[schema(example = "active")]
    state: &'static str,
    details: Address,
    #[schema(example = "EUR")]
    currency: &'static str,
    tax_exempt: bool,
    /// For staff; empty for clients.
    notes: String,
    logins: Vec<Login>,
    contacts: Vec<ClientContact>,
    balances: Vec<ClientBalance>,
    orders: i64,
    /// Active or suspended.
    services: i64,
    /// Active.
    domains: i64,
    unpaid_invoices: i64,
    fields: Vec<FieldAnswer>,
    created_at: DateTime<Utc>,
}

/// What a client owes and has in one currency.
#[derive(Serialize, ToSchema)]
struct ClientBalance {
    owed: Amount,
    credit: Amount,
}

/// A custom field with its answer.
#[derive(Serialize, ToSchema)]
struct FieldAnswer {
    #[schema(example = "birthday")]
    key: String,
    #[schema(example = "Birthday")]
    label: String,
    /// `text`, `number`, `date`, `choice` or `checkbox`.
    #[schema(example = "date")]
    kind: String,
    required: bool,
    #[schema(example = "1815-12-10")]
    value: Option<String>,
}

impl From<ClientView> for Client {
    fn from(view: ClientView) -> Self {
        let c = view.client;
        let details = Address {
            first_name: c.first_name,
            last_name: c.last_name,
            company: c.company,
            email: c.email,
            phone: c.phone,
            address1: c.address1,
            address2: c.address2,
            city: c.city,
            region: c.region,
            postcode: c.postcode,
            country: c.country,
            tax_number: c.tax_number,
            language: c.language,
        };
        let balance = |b: clients::Balance| ClientBalance { owed: b.owed.into(), credit: b.credit.into() };
        let answer = |f: clients::ClientField| FieldAnswer {
            key: f.key,
            label: f.label,
            kind: f.kind,
            required: f.required,
            value: f.value,
        };
        Self {
            id: c.id.get(),
            state: c.state.as_str(),
            details,
            currency: c.currency.code(),
            tax_exempt: c.tax_exempt,
            notes: c.notes,
            logins: view.logins.into_iter().map(Login::from).collect(),
            contacts: view.contacts.into_iter().map(ClientContact::from).collect(),
            balances: view.balances.into_iter().map(balance).collect(),
            orders: view.counts.orders,
            services: view.counts.services,
            domains: view.counts.domains,
            unpaid_invoices: view.counts.unpaid_invoices,
            fields: view.fields.into_iter().map(answer).collect(),
            created_at: c.created_at,
        }
    }
}

/// A client
#[utoipa::path(get, path = "/clients/{id}", tag = "Clients", responses((status = 200, body = Client)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Json<Client>> {
    Ok(Json(clients::get(&app, &actor, id).await?.into()))
}

/// A client to be created.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClientInput {
    details: Address,
    /// Of its invoices; the default one if left out.
    #[serde(default)]
    #[schema(example = "EUR")]
    currency: Option<String>,
    /// Pays no tax.
    #[serde(default)]
    tax_exempt: bool,
    /// For staff.
    #[serde(default)]
    notes: String,
    /// Answers to custom fields, by key.
    #[serde(default)]
    #[schema(example = json!({}))]
    fields: BTreeMap<String, String>,
    /// Also makes a login of the client's address: with this password, or, if empty, with a mail that
    /// lets its owner choose one. Left out: no login.
    #[serde(default)]
    #[schema(example = "correct horse battery")]
    password: Option<String>,
}

/// Create a client
#[utoipa::path(post, path = "/clients", tag = "Clients", request_body = ClientInput,
    responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<ClientInput>) -> Answer<Created<Made>> {
    let ClientInput { details, currency, tax_exempt, notes, fields, password } = new;
    let new = NewClient { details: details.into(), currency, tax_exempt, notes, fields, password };
    Ok(Made::at("/clients", clients::create(&app, &actor, &new).await?))
}

/// A client's new details.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClientUpdate {
    /// All of name and address: what is left out becomes empty.
    details: Address,
    /// What staff decide; left out: as it is.
    #[serde(default)]
    staff: Option<ClientTerms>,
    /// Answers to custom fields, by key; those left out stay.
    #[serde(default)]
    #[schema(example = json!({}))]
    fields: BTreeMap<String, String>,
}

/// What staff decide about a client.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClientTerms {
    /// Fixed once something was ordered or invoiced.
    #[schema(example = "EUR")]
    currency: String,
    tax_exempt: bool,
    notes: String,
}

/// Change a client's details
#[utoipa::path(put, path = "/clients/{id}", tag = "Clients", request_body = ClientUpdate, responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<ClientId>, Body(new): Body<ClientUpdate>) -> Answer<Done> {
    let staff = new.staff.map(|s| StaffDetails { currency: s.currency, tax_exempt: s.tax_exempt, notes: s.notes });
    let command = UpdateClient { details: new.details.into(), staff, fields: new.fields };
    clients::update(&app, &actor, id, &command).await?;
    Ok(Done)
}

/// The state of a client.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"state": "inactive"}))]
struct ClientStateInput {
    /// `active`, `inactive` or `closed`.
    #[schema(value_type = String)]
    state: ClientState,
}

/// Move a client to another state
///
/// Closing ends its sessions and shuts its logins and tokens out.
#[utoipa::path(put, path = "/clients/{id}/state", tag = "Clients", request_body = ClientStateInput,
    responses((status = 204)))]
async fn set_state(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Body(new): Body<ClientStateInput>,
) -> Answer<Done> {
    clients::set_state(&app, &actor, id, new.state).await?;
    Ok(Done)
}
