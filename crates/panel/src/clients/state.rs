//! Closing and reopening a client.

use innkeeper_app::clients;
use innkeeper_domain::{ClientId, state::ClientState};
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::PageResult;

use crate::outcome::back;

pub(super) async fn close(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    let result = clients::set_state(&staff.app, &staff.actor, id, ClientState::Closed).await;
    back(format!("/admin/clients/{id}"), result, "The client is closed. Nobody can log in for it any more.")
}

pub(super) async fn reopen(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    let result = clients::set_state(&staff.app, &staff.actor, id, ClientState::Active).await;
    back(format!("/admin/clients/{id}"), result, "The client is open again.")
}
