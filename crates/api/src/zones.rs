//! DNS zones: those of services at their vendor, and those of domains at their registrar.

use axum::Json;
use innkeeper_app::{domains, services};
use innkeeper_domain::{DomainId, ServiceId};
use innkeeper_plugin_api::{DnsRecord, RecordType, Zone, ZoneChange};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::problem::{Answer, Problem};
use super::reply::Started;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(of_service, change_of_service)).routes(routes!(of_domain, change_of_domain))
}

/// A DNS record.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "www", "type": "A", "content": "192.0.2.1", "ttl": 3600, "priority": null}))]
struct Record {
    /// Name within the zone; `@` is the zone itself.
    name: String,
    /// `A`, `AAAA`, `MX`, `TXT` …
    #[serde(rename = "type")]
    kind: String,
    /// Without the priority.
    content: String,
    /// Seconds that others may keep it.
    ttl: u32,
    /// Of `MX` and `SRV`.
    #[serde(default)]
    priority: Option<u16>,
}

impl From<DnsRecord> for Record {
    fn from(record: DnsRecord) -> Self {
        let DnsRecord { name, kind, content, ttl, priority } = record;
        Self { name, kind: kind.to_string(), content, ttl, priority }
    }
}

/// A DNS zone.
#[derive(Serialize, ToSchema)]
struct DnsZone {
    #[schema(example = "example.com")]
    name: String,
    records: Vec<Record>,
    /// Types of record that can be set.
    #[schema(example = json!(["A", "AAAA", "MX", "TXT"]))]
    types: Vec<String>,
    /// How many more there are, of types that cannot be set here.
    #[schema(example = 0)]
    other_records: usize,
    /// Does the domain use the name servers that serve it? Null: unknown.
    in_use: Option<bool>,
}

fn view((zone, types): (Zone, Vec<RecordType>)) -> DnsZone {
    DnsZone {
        name: zone.name.to_string(),
        records: zone.records.into_iter().map(Record::from).collect(),
        types: types.iter().map(ToString::to_string).collect(),
        other_records: zone.others,
        in_use: zone.in_use,
    }
}

/// A change of a DNS zone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "add": [{"name": "www", "type": "A", "content": "192.0.2.1", "ttl": 3600, "priority": null}],
    "remove": [{"name": "www", "type": "A", "content": "192.0.2.99", "ttl": 3600, "priority": null}]}))]
struct ZoneInput {
    /// What is to be there. What is there already stays.
    #[serde(default)]
    add: Vec<Record>,
    /// What is to go, exactly as it stands there. What is gone already stays away.
    #[serde(default)]
    remove: Vec<Record>,
}

impl ZoneInput {
    /// As the use cases take it; refusals name the record that is wrong.
    fn change(self) -> Answer<ZoneChange> {
        Ok(ZoneChange { add: records("add", self.add)?, remove: records("remove", self.remove)? })
    }
}

fn records(list: &str, given: Vec<Record>) -> Answer<Vec<DnsRecord>> {
    let record = |(at, record): (usize, Record)| {
        let Record { name, kind, content, ttl, priority } = record;
        let kind = kind.parse().map_err(|_| Problem::field(format!("{list}.{at}.type"), "is no known type"))?;
        Ok(DnsRecord { name, kind, content, ttl, priority })
    };
    given.into_iter().enumerate().map(record).collect()
}

/// The DNS zone of a service, as its vendor has it
#[utoipa::path(get, path = "/services/{id}/zone", tag = "Services", responses((status = 200, body = DnsZone)))]
async fn of_service(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Json<DnsZone>> {
    Ok(Json(view(services::records(&app, &actor, id).await?)))
}

/// Change the DNS zone of an active service
///
/// All of it is one operation; the other records stay.
#[utoipa::path(post, path = "/services/{id}/zone", tag = "Services", request_body = ZoneInput,
    responses((status = 202, body = Started)))]
async fn change_of_service(
    Caller { app, actor }: Caller,
    Id(id): Id<ServiceId>,
    Body(new): Body<ZoneInput>,
) -> Answer<Started> {
    Ok(services::change_records(&app, &actor, id, new.change()?).await?.into())
}

/// The DNS zone of an active domain, as its registrar has it
#[utoipa::path(get, path = "/domains/{id}/zone", tag = "Domains", responses((status = 200, body = DnsZone)))]
async fn of_domain(Caller { app, actor }: Caller, Id(id): Id<DomainId>) -> Answer<Json<DnsZone>> {
    Ok(Json(view(domains::tools::zone(&app, &actor, id).await?)))
}

/// Change the DNS zone of an active domain
///
/// All of it is one operation; the other records stay.
#[utoipa::path(post, path = "/domains/{id}/zone", tag = "Domains", request_body = ZoneInput,
    responses((status = 202, body = Started)))]
async fn change_of_domain(
    Caller { app, actor }: Caller,
    Id(id): Id<DomainId>,
    Body(new): Body<ZoneInput>,
) -> Answer<Started> {
    Ok(domains::tools::change_zone(&app, &actor, id, new.change()?).await?.into())
}
