//! Addresses of its own for an account, from the pool of its server.

use innkeeper_db::{addresses, provisioning};
use innkeeper_domain::ServiceId;
use innkeeper_plugin_api::server::AddressNeed;

use super::service::Ready;
use crate::{App, AppError, Result};

/// Takes what the account needs, unless it has it. The reason, for staff, if the pool has not enough.
pub(super) async fn take(app: &App, ready: &Ready, id: ServiceId) -> Result<std::result::Result<(), String>> {
    let (plugin, ctx) = (ready.plugin.clone(), ready.ctx.clone());
    let need = move || plugin.address_pool().map(|pool| pool.need(&ctx)).unwrap_or_default();
    let need = app.ask_plugin(&ready.plugin_id, "address_need", need).await?;
    if need == AddressNeed::default() {
        return Ok(Ok(()));
    }
    let mut tx = app.pool.begin().await?;
    let service = provisioning::service(&mut tx, id).await?.ok_or(AppError::NotFound("service"))?;
    let Some(server) = service.server_id else {
        return Ok(Err("the service is on no server that could give it an address".to_owned()));
    };
    for (family, need) in [(4, need.v4), (6, need.v6)] {
        let has = addresses::take(&mut tx, id, server, family, i64::from(need)).await?;
        if has < i64::from(need) {
            // Dropping the transaction gives back what was taken.
            let text =
                format!("the server has too few free IPv{family} addresses: add some to its pool, then try again");
            return Ok(Err(text));
        }
    }
    tx.commit().await?;
    Ok(Ok(()))
}
