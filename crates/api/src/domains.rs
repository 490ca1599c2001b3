//! Domains: finding free ones, ours, and the operations at their registrar.

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::domains::{self, DomainFilter, DomainRow, SearchHit};
use innkeeper_app::{AppError, catalogue};
use innkeeper_domain::DomainId;
use innkeeper_domain::state::DomainState;
use innkeeper_plugin_api::{AuthCodeAnswer, Availability, DomainInfo, RemoteDomainState};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, currency};
use super::params::{Page, Params, Part};
use super::problem::Answer;
use super::reply::{Done, Started};
use super::services::Operation;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(search))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(info))
        .routes(routes!(register))
        .routes(routes!(renew))
        .routes(routes!(set_nameservers))
        .routes(routes!(set_lock))
        .routes(routes!(auth_code))
        .merge(super::domain_contacts::routes())
        .merge(super::late_domains::routes())
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// A whole name, or a word that is tried with the first extensions on sale.
    #[param(example = "example")]
    query: String,
    /// Currency of the prices; the default one if left out.
    #[param(example = "EUR")]
    currency: Option<String>,
}

/// A name and what it costs.
#[derive(Serialize, ToSchema)]
struct FoundName {
    #[schema(example = "example.com")]
    name: String,
    /// `available`, `premium`, `taken`, `unsupported`, `invalid`, or `unreachable` if the registrar did not answer.
    #[schema(example = "available")]
    availability: &'static str,
    /// Price of the shortest registration.
    register: Amount,
    /// Price of a year's renewal.
    renew: Amount,
    /// Price of a transfer.
    transfer: Amount,
    /// Shortest registration in years.
    min_years: i32,
    /// Longest registration in years.
    max_years: i32,
}

fn hit(hit: SearchHit) -> FoundName {
    let availability = match hit.answer {
        Availability::Available => "available",
        Availability::Premium { .. } => "premium",
        Availability::Taken => "taken",
        Availability::Unreachable => "unreachable",
        Availability::Unsupported => "unsupported",
        Availability::Invalid { .. } => "invalid",
    };
    FoundName {
        name: hit.name.to_string(),
        availability,
        register: hit.register.into(),
        renew: hit.renew.into(),
        transfer: hit.transfer.into(),
        min_years: hit.min_years,
        max_years: hit.max_years,
    }
}

/// Is a name to be had, and at which price?
#[utoipa::path(get, path = "/domain-search", tag = "Domains", params(SearchQuery),
    responses((status = 200, body = Page<FoundName>)))]
async fn search(Caller { app, .. }: Caller, Params(query): Params<SearchQuery>) -> Answer<Page<FoundName>> {
    let money = match &query.currency {
        Some(code) => currency(code, "currency")?,
        None => catalogue::default_currency(&app).await?,
    };
    Ok(Page::whole(domains::search(&app, &query.query, money).await?, hit))
}

/// A domain.
#[derive(Serialize, ToSchema)]
struct Domain {
    id: i64,
    client_id: i64,
    client_name: String,
    order_id: Option<i64>,
    #[schema(example = "example.com")]
    name: String,
    /// Id of the registrar plugin.
    #[schema(example = "registrar-dondominio")]
    plugin_id: String,
    /// `register` or `transfer`: how it came.
    #[schema(example = "register")]
    kind: String,
    /// `pending`, `registering`, `transferring`, `active`, `expired`, `cancelled` …
    #[schema(example = "active")]
    state: &'static str,
    /// For how long it was registered.
    years: i32,
    /// A year's renewal, without tax.
    amount: Amount,
    auto_renew: bool,
    /// Empty: the registrar's own.
    nameservers: Vec<String>,
    registered_on: Option<NaiveDate>,
    expires_on: Option<NaiveDate>,
    created_at: DateTime<Utc>,
}

impl TryFrom<DomainRow> for Domain {
    type Error = AppError;
    fn try_from(row: DomainRow) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id.get(),
            client_id: row.client_id.get(),
            client_name: row.client_name,
            order_id: row.order_id,
            name: row.name,
            plugin_id: row.plugin_id,
            kind: row.kind,
            state: row.state.as_str(),
            years: row.years,
            amount: Amount::of(row.amount, &row.currency)?,
            auto_renew: row.auto_renew,
            nameservers: row.nameservers,
            registered_on: row.registered_on,
            expires_on: row.expires_on,
            created_at: row.created_at,
        })
    }
}

/// A domain with its latest operations.
#[derive(Serialize, ToSchema)]
struct DomainDetails {
    #[serde(flatten)]
    domain: Domain,
    /// Newest first, at most 20.
    operations: Vec<Operation>,
    /// Can its registrar lock it?
    can_lock: bool,
    /// Can its registrar reveal the transfer code?
    has_auth_code: bool,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DomainQuery {
    /// Of this client.
    client_id: Option<i64>,
    /// From this order.
    order_id: Option<i64>,
    /// In this state.
    #[param(value_type = Option<String>)]
    state: Option<DomainState>,
    /// With this in the name.
    text: Option<String>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Domains, newest first
#[utoipa::path(get, path = "/domains", tag = "Domains", params(DomainQuery),
    responses((status = 200, body = Page<Domain>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<DomainQuery>) -> Answer<Page<Domain>> {
    let part = Part::new(query.limit, query.before)?;
    let filter = DomainFilter {
        client: query.client_id.map(Into::into),
        order: query.order_id.map(Into::into),
        state: query.state,
        text: query.text,
        before: part.before,
        limit: part.fetch(),
        ..DomainFilter::default()
    };
    part.page(domains::list(&app, &actor, filter).await?, |row| row.id.get(), |row| Ok(row.try_into()?))
}

/// A domain with its latest operations
#[utoipa::path(get, path = "/domains/{id}", tag = "Domains", responses((status = 200, body = DomainDetails)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<DomainId>) -> Answer<Json<DomainDetails>> {
    let view = domains::get(&app, &actor, id).await?;
    Ok(Json(DomainDetails {
        domain: view.domain.try_into()?,
        operations: view.effects.into_iter().map(Operation::from).collect(),
        can_lock: view.can_lock,
        has_auth_code: view.has_auth_code,
    }))
}

/// What the registrar says of a domain right now.
#[derive(Serialize, ToSchema)]
struct LiveDomain {
    /// `absent`, `pending`, `active`, `expired` or `failed`.
    #[schema(example = "active")]
    state: &'static str,
    registered_on: Option<NaiveDate>,
    expires_on: Option<NaiveDate>,
    /// Renewed by the registrar by itself? Null: unknown.
    auto_renew: Option<bool>,
    /// Locked against transfer? Null: the extension has no lock.
    locked: Option<bool>,
    /// Is its owner hidden in whois? Null: unknown.
    privacy: Option<bool>,
    nameservers: Vec<String>,
}

fn live(info: DomainInfo, nameservers: Vec<String>) -> LiveDomain {
    LiveDomain {
        state: remote_word(&info.state),
        registered_on: info.registered_on,
        expires_on: info.expires_on,
        auto_renew: info.auto_renew,
        locked: info.locked,
        privacy: info.privacy,
        nameservers,
    }
}

pub(super) fn remote_word(state: &RemoteDomainState) -> &'static str {
    match state {
        RemoteDomainState::Absent => "absent",
        RemoteDomainState::Pending => "pending",
        RemoteDomainState::Active => "active",
        RemoteDomainState::Expired => "expired",
        RemoteDomainState::Redemption => "redemption",
        RemoteDomainState::PendingDelete => "pending_delete",
        RemoteDomainState::TransferredAway => "transferred_away",
        RemoteDomainState::Failed(_) => "failed",
    }
}

/// What the registrar says of a domain right now
#[utoipa::path(get, path = "/domains/{id}/info", tag = "Domains", responses((status = 200, body = LiveDomain)))]
async fn info(Caller { app, actor }: Caller, Id(id): Id<DomainId>) -> Answer<Json<LiveDomain>> {
    let (info, nameservers) = domains::live_info(&app, &actor, id).await?;
    Ok(Json(live(info, nameservers)))
}

/// Register or transfer a pending domain
///
/// For staff, when no order does it.
#[utoipa::path(post, path = "/domains/{id}/register", tag = "Domains", responses((status = 202, body = Started)))]
async fn register(Caller { app, actor }: Caller, Id(id): Id<DomainId>) -> Answer<Started> {
    Ok(domains::register(&app, &actor, id).await?.into())
}

/// A renewal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"years": 1}))]
struct DomainRenewal {
    /// Years to add.
    years: u8,
}

/// Renew a domain
#[utoipa::path(post, path = "/domains/{id}/renew", tag = "Domains", request_body = DomainRenewal,
    responses((status = 202, body = Started)))]
async fn renew(Caller { app, actor }: Caller, Id(id): Id<DomainId>, Body(new): Body<DomainRenewal>) -> Answer<Started> {
    Ok(domains::renew(&app, &actor, id, new.years).await?.into())
}

/// Name servers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"nameservers": ["ns1.example.net", "ns2.example.net"]}))]
struct Nameservers {
    /// 2 to 13 host names; none: the registrar's own.
    nameservers: Vec<String>,
}

/// Set the name servers of a domain
#[utoipa::path(put, path = "/domains/{id}/nameservers", tag = "Domains", request_body = Nameservers,
    responses((status = 202, body = Started)))]
async fn set_nameservers(
    Caller { app, actor }: Caller,
    Id(id): Id<DomainId>,
    Body(new): Body<Nameservers>,
) -> Answer<Started> {
    Ok(domains::set_nameservers(&app, &actor, id, &new.nameservers).await?.into())
}

/// The transfer lock.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"locked": true}))]
struct Lock {
    locked: bool,
}

/// Lock or unlock a domain against transfer
#[utoipa::path(put, path = "/domains/{id}/lock", tag = "Domains", request_body = Lock, responses((status = 204)))]
async fn set_lock(Caller { app, actor }: Caller, Id(id): Id<DomainId>, Body(new): Body<Lock>) -> Answer<Done> {
    domains::set_lock(&app, &actor, id, new.locked).await?;
    Ok(Done)
}

/// A transfer code.
#[derive(Serialize, ToSchema)]
struct AuthCode {
    /// The code; none if the registrar mailed it.
    #[schema(example = "Ab3$x9Kq")]
    auth_code: Option<String>,
    /// It is good until then; none: for as long as the registrar says.
    until: Option<DateTime<Utc>>,
    /// Where the registrar mailed it.
    mailed_to: Option<String>,
}

/// Reveal the code with which a domain may leave
///
/// That it was revealed is in the audit log.
#[utoipa::path(post, path = "/domains/{id}/auth-code", tag = "Domains", responses((status = 200, body = AuthCode)))]
async fn auth_code(Caller { app, actor }: Caller, Id(id): Id<DomainId>) -> Answer<Json<AuthCode>> {
    Ok(Json(match domains::auth_code(&app, &actor, id).await? {
        AuthCodeAnswer::Code(code) => AuthCode { auth_code: Some(code.reveal().clone()), until: None, mailed_to: None },
        AuthCodeAnswer::Token { code, until } => {
            AuthCode { auth_code: Some(code.reveal().clone()), until: Some(until), mailed_to: None }
        }
        AuthCodeAnswer::Mailed(to) => AuthCode { auth_code: None, until: None, mailed_to: Some(to) },
    }))
}
