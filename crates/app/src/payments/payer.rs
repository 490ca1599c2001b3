//! A client as gateways see it.

use innkeeper_db::clients;
use innkeeper_domain::ClientId;
use innkeeper_plugin_api::Payer;

use crate::{App, AppError, Result};

/// The client, for a gateway.
pub(super) async fn payer(app: &App, id: ClientId) -> Result<Payer> {
    let client = clients::get(&mut *app.conn().await?, None, id).await?.ok_or(AppError::NotFound("client"))?;
    let person = format!("{} {}", client.first_name, client.last_name);
    Ok(Payer {
        reference: app.reference("client", id.get()).await?,
        client_id: id,
        name: if client.company.is_empty() { person } else { client.company },
        email: client.email,
        country: client.country,
        customer: None,
    })
}
