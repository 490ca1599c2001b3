//! `Domains.*`, `UserTemplates.*`, `AccessPolicy.*` and what `Server.*` knows about addresses.

use serde_json::{Value, json};

use super::{
    error::{self, RpcError},
    query::{self, Row},
    rpc::{Answer, text_member},
    session::{Caller, Role},
    store::{self, Store},
};

/// `Domains.get`. Auditors get 1000, account administrators only their own domain.
///
/// # Errors
/// See above, and `-32602` for a malformed query.
pub fn get(store: &Store, caller: &Caller, params: &Row) -> Result<Answer, RpcError> {
    if caller.role == Role::Auditor {
        return Err(RpcError::new(error::FAILED, "Operation failed."));
    }
    let visible = store.domains.iter();
    let visible = visible.filter(|row| caller.may_manage(store::text(row, "id")));
    let (list, total) = query::run(params.get("query"), visible.cloned().collect(), &["name", "description"], &[])?;
    Ok(Answer::of(json!({ "list": list, "totalItems": total })))
}

/// `Domains.getUserCountInfo`: disabled users are not counted.
///
/// # Errors
/// 1002 for an unknown domain.
pub fn user_count(store: &Store, seats: Option<usize>, params: &Row) -> Result<Answer, RpcError> {
    let domain = known_domain(store, params)?;
    let own = domain.get("userMaxCount").and_then(Value::as_i64);
    let own = own.and_then(|count| usize::try_from(count).ok());
    let (limit, kind) = match (own, seats) {
        (Some(own), Some(seats)) if own > seats => (Some(seats), "LicenseLimit"),
        (Some(own), _) => (Some(own), "DomainLimit"),
        (None, seats) => (seats, "LicenseLimit"),
    };
    let current = store.enabled_users(Some(store::text(domain, "id")));
    Ok(Answer::of(json!({"countInfo": {
        "currentUsers": current,
        "allowedUsers": {
            "isUnlimited": limit.is_none(), "allowedUsers": limit.unwrap_or(0),
            "limit": limit.unwrap_or(0), "limitType": kind,
        },
    }})))
}

/// `Domains.generatePassword`: one that satisfies the domain's policy.
///
/// # Errors
/// 1002 for an unknown domain.
pub fn generate_password(store: &Store, params: &Row) -> Result<Answer, RpcError> {
    let domain = known_domain(store, params)?;
    let minimum = domain.get("passwordMinimumLength").and_then(Value::as_u64);
    let length = usize::try_from(minimum.unwrap_or(8)).unwrap_or(8).max(12);
    let password = format!("Kq7-{}", store::random_hex(length));
    Ok(Answer::of(json!({ "password": password })))
}

/// `Domains.getSettings`.
pub fn settings(store: &Store) -> Answer {
    let primary = store.domains.first().map_or("localhost", |row| store::text(row, "name"));
    Answer::of(json!({"setting": {
        "hostname": format!("mail.{primary}"), "publicFoldersPerDomain": true, "serverId": "simulated",
    }}))
}

/// `UserTemplates.get`, or `getAvailable` for one domain.
///
/// # Errors
/// `-32602` for a malformed query.
pub fn templates(store: &Store, params: &Row) -> Result<Answer, RpcError> {
    let domain_id = params.get("domainId").and_then(Value::as_str);
    let rows = store.templates.iter().filter(|row| {
        let scope = store::text(row, "domainId");
        scope.is_empty() || domain_id.is_none_or(|id| id == scope)
    });
    let (list, total) = query::run(params.get("query"), rows.cloned().collect(), &["name", "description"], &[])?;
    Ok(Answer::of(json!({ "userTemplateList": list, "totalItems": total })))
}

/// `Server.findEntityByEmail`: who already has these addresses.
///
/// # Errors
/// `-32602` for malformed parameters, 1002 for an unknown domain.
pub fn find_by_email(store: &Store, params: &Row) -> Result<Answer, RpcError> {
    let domain_id = store::text(known_domain(store, params)?, "id");
    let addresses = params.get("addresses").and_then(Value::as_array);
    let addresses = addresses.ok_or_else(|| RpcError::params("addresses"))?;
    let taken: Vec<Value> = addresses
        .iter()
        .filter_map(Value::as_str)
        .filter(|address| store.address_taken(domain_id, address, None))
        .map(|address| {
            json!({"kind":"EntityUser","name":address,"collisionAddress":address,
                "win":true,"isPattern":false})
        })
        .collect();
    Ok(Answer::of(json!({ "entities": taken })))
}

fn known_domain<'a>(store: &'a Store, params: &Row) -> Result<&'a Row, RpcError> {
    let id = text_member(params, "domainId")?;
    store.domain(id).ok_or_else(|| RpcError::about(error::NOT_THERE, "Domain %1 does not exist.", id))
}
