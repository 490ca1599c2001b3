//! `Users.*`.

use serde_json::{Value, json};

use super::{
    error::{self, RpcError},
    fields,
    query::{self, Row},
    rpc::{Answer, Mass, member, text_member},
    session::Caller,
    store::{self, Store, StoredUser},
};

use super::policy;

/// `Users.get`: the users of one domain.
///
/// # Errors
/// `-32602` without a domain, 1002 for an unknown one, 1004 without rights.
pub fn get(store: &Store, caller: &Caller, params: &Row) -> Result<Answer, RpcError> {
    let domain_id = text_member(params, "domainId")?;
    if store.domain(domain_id).is_none() {
        return Err(RpcError::about(error::NOT_THERE, "Domain %1 does not exist.", domain_id));
    }
    if !caller.may_read(domain_id) {
        return Err(RpcError::denied());
    }
    let rows =
        store.users.iter().filter(|user| user.text("domainId") == domain_id).map(|user| user.fields.clone()).collect();
    let (list, total) = query::run(
        params.get("query"),
        rows,
        &["loginName", "fullName", "description"],
        &["isWritableByMe", "password"],
    )?;
    Ok(Answer::of(json!({ "list": list, "totalItems": total })))
}

/// `Users.create`: item by item.
///
/// # Errors
/// `-32602` when an item lacks a required field or has one of the wrong shape; 1004 for
/// callers who may change nobody. Everything else is an error of its item.
pub fn create(
    store: &mut Store,
    caller: &Caller,
    seats: Option<usize>,
    params: &Row,
    mass: &mut Mass<'_>,
) -> Result<(), RpcError> {
    let sent = list_member(params, "users")?;
    let mut drafts = Vec::with_capacity(sent.len());
    for item in sent {
        let draft = fields::writable(item, true)?;
        for required in ["loginName", "domainId", "password"] {
            text_member(&draft, required)?;
        }
        drafts.push(draft);
    }
    for (index, draft) in drafts.into_iter().enumerate() {
        let subject = store.address(&draft);
        match create_one(store, caller, seats, draft) {
            Ok(id) => mass.done(&subject, Some(json!({"inputIndex":index,"id":id}))),
            Err(error) => mass.refused(&subject, index, &error),
        }
    }
    Ok(())
}

fn create_one(store: &mut Store, caller: &Caller, seats: Option<usize>, mut draft: Row) -> Result<String, RpcError> {
    let password = take_text(&mut draft, "password").unwrap_or_default();
    let domain_id = store::text(&draft, "domainId").to_owned();
    let login_name = store::text(&draft, "loginName").to_owned();
    let domain = store
        .domain(&domain_id)
        .ok_or_else(|| RpcError::about(error::NOT_THERE, "Domain %1 does not exist.", &domain_id))?;
    if !caller.may_manage(&domain_id) {
        return Err(RpcError::denied());
    }
    if !valid_login(&login_name) {
        return Err(RpcError::about(error::FAILED, "User name %1 is not valid.", &login_name));
    }
    check_addresses(store, &draft, &domain_id, &login_name)?;
    policy::check_password(domain, &password, &draft, &[])?;
    if draft.get("isEnabled") != Some(&Value::Bool(false)) {
        policy::check_seats(store, &domain_id, seats)?;
    }
    let id = store::new_user_id(&domain_id);
    let mut row = fields::defaults();
    row.extend(draft);
    row.insert("id".to_owned(), json!(id));
    if let Some(role) = row.get("role").cloned() {
        row.insert("effectiveRole".to_owned(), role);
    }
    // A user of the same name finds the mail folder that an earlier one left behind.
    if let Some(folder) = store.kept_folders.remove(&store.address(&row)) {
        row.extend(folder);
    }
    store.users.push(StoredUser { fields: row, passwords: vec![password] });
    Ok(id)
}

/// `Users.set`: one pattern for many users.
///
/// # Errors
/// `-32602` for a malformed pattern. Everything else is an error of its item.
pub fn set(
    store: &mut Store,
    caller: &Caller,
    seats: Option<usize>,
    params: &Row,
    mass: &mut Mass<'_>,
) -> Result<(), RpcError> {
    let pattern = fields::writable(member(params, "pattern")?, false)?;
    for (index, id) in ids(params, "userIds")?.into_iter().enumerate() {
        let subject = subject_of(store, &id);
        match set_one(store, caller, seats, &id, pattern.clone()) {
            Ok(()) => mass.done(&subject, None),
            Err(error) => mass.refused(&subject, index, &error),
        }
    }
    Ok(())
}

fn set_one(
    store: &mut Store,
    caller: &Caller,
    seats: Option<usize>,
    id: &str,
    mut pattern: Row,
) -> Result<(), RpcError> {
    let position = managed(store, caller, id)?;
    let user = &store.users[position];
    let domain_id = user.text("domainId").to_owned();
    let password = take_text(&mut pattern, "password");
    if let (Some(password), Some(domain)) = (&password, store.domain(&domain_id)) {
        policy::check_password(domain, password, &user.fields, &user.passwords)?;
    }
    if pattern.get("isEnabled") == Some(&Value::Bool(true)) && !user.is_enabled() {
        policy::check_seats(store, &domain_id, seats)?;
    }
    for address in addresses(&pattern) {
        if store.address_taken(&domain_id, address, Some(id)) {
            return Err(RpcError::about(error::EXISTS, "Address %1 already exists.", address));
        }
    }
    let user = &mut store.users[position];
    if let Some(role) = pattern.get("role").cloned() {
        pattern.insert("effectiveRole".to_owned(), role);
    }
    user.fields.extend(pattern);
    if let Some(password) = password {
        user.passwords.insert(0, password);
    }
    Ok(())
}

/// `Users.remove`: with the mailbox folder, without it, or moving it to another user.
///
/// # Errors
/// `-32602` for a malformed request. Everything else is an error of its item.
pub fn remove(store: &mut Store, caller: &Caller, params: &Row, mass: &mut Mass<'_>) -> Result<(), RpcError> {
    let requests = list_member(params, "requests")?;
    for request in requests {
        let request = request.as_object().ok_or_else(|| RpcError::params("requests"))?;
        let method = text_member(request, "method")?;
        let known = ["UDeleteUser", "UDeleteFolder", "UMoveFolder"].contains(&method);
        let mode = text_member(request, "mode")?;
        if !known || !["DSModeDeactivate", "DSModeDelete"].contains(&mode) {
            return Err(RpcError::params("requests"));
        }
        text_member(request, "userId")?;
        text_member(request, "targetUserId")?;
    }
    for (index, request) in requests.iter().filter_map(Value::as_object).enumerate() {
        let subject = subject_of(store, store::text(request, "userId"));
        match remove_one(store, caller, request) {
            Ok(()) => mass.done(&subject, None),
            Err(error) => mass.refused(&subject, index, &error),
        }
    }
    Ok(())
}

fn remove_one(store: &mut Store, caller: &Caller, request: &Row) -> Result<(), RpcError> {
    let id = store::text(request, "userId");
    let position = managed(store, caller, id)?;
    let method = store::text(request, "method");
    if method == "UMoveFolder" {
        managed(store, caller, store::text(request, "targetUserId"))?;
    }
    let user = store.users.remove(position);
    if method == "UDeleteUser" {
        let mut folder = user.fields.clone();
        folder.retain(|name, _| name.starts_with("consumed"));
        store.kept_folders.insert(store.address(&user.fields), folder);
    }
    Ok(())
}

fn managed(store: &Store, caller: &Caller, id: &str) -> Result<usize, RpcError> {
    let position =
        store.user_position(id).ok_or_else(|| RpcError::about(error::NOT_THERE, "User %1 does not exist.", id))?;
    if caller.may_manage(store.users[position].text("domainId")) { Ok(position) } else { Err(RpcError::denied()) }
}

fn subject_of(store: &Store, id: &str) -> String {
    store.user_position(id).map_or_else(|| id.to_owned(), |position| store.address(&store.users[position].fields))
}

fn check_addresses(store: &Store, draft: &Row, domain_id: &str, login_name: &str) -> Result<(), RpcError> {
    if store.address_taken(domain_id, login_name, None) {
        return Err(RpcError::about(error::EXISTS, "User %1 already exists.", login_name));
    }
    for address in addresses(draft) {
        if store.address_taken(domain_id, address, None) {
            return Err(RpcError::about(error::EXISTS, "Address %1 already exists.", address));
        }
    }
    Ok(())
}

fn addresses(row: &Row) -> impl Iterator<Item = &str> {
    let addresses = row.get("emailAddresses").and_then(Value::as_array);
    addresses.into_iter().flatten().filter_map(Value::as_str)
}

fn valid_login(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && !name.ends_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c))
}

fn take_text(row: &mut Row, name: &str) -> Option<String> {
    match row.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn list_member<'a>(params: &'a Row, name: &str) -> Result<&'a Vec<Value>, RpcError> {
    let list = member(params, name)?.as_array();
    list.ok_or_else(|| RpcError::params(name))
}

fn ids(params: &Row, name: &str) -> Result<Vec<String>, RpcError> {
    list_member(params, name)?
        .iter()
        .map(|id| id.as_str().map(str::to_owned))
        .collect::<Option<_>>()
        .ok_or_else(|| RpcError::params(name))
}
