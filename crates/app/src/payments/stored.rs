//! Ways to pay that gateways keep for a client.

use innkeeper_db::{clients, gateway_customers};
use innkeeper_domain::{ClientId, Permission};
use innkeeper_plugin_api::{Outcome, PluginError, StoredMethod};
use serde_json::json;

use super::{
    ask::again,
    customer::customer,
    page::{Paying, methods, paying, usable},
    returned::hints,
};
use crate::{Actor, App, AppError, Result, plugins::Call};

/// What a gateway keeps for a client.
#[derive(Clone, Debug)]
pub struct Wallet {
    /// Id of the gateway plugin.
    pub gateway: String,
    /// Its name for clients.
    pub name: String,
    /// What is stored.
    pub methods: Vec<StoredMethod>,
    /// The one that is proposed first, if it is this gateway's.
    pub default: Option<String>,
    /// Why the gateway did not tell, for staff.
    pub problem: Option<PluginError>,
}

/// The client itself, or staff: anybody else finds nothing.
async fn allowed(app: &App, actor: &Actor, client: ClientId, permission: Permission) -> Result<()> {
    let owner = actor.owner(permission)?;
    if owner.is_some_and(|own| own != client) {
        return Err(AppError::NotFound("client"));
    }
    clients::get(&mut *app.conn().await?, owner, client).await?.map(|_| ()).ok_or(AppError::NotFound("client"))
}

/// What each gateway keeps for a client. One that does not answer is among them, with its problem.
pub async fn wallets(app: &App, actor: &Actor, client: ClientId) -> Result<Vec<Wallet>> {
    allowed(app, actor, client, Permission::InvoicesRead).await?;
    let known = gateway_customers::of_client(&mut *app.conn().await?, client).await?;
    let mut wallets = vec![];
    for method in methods(app).await? {
        if !app.abilities_of(&method.gateway).await.is_ok_and(|all| all.contains(&"stored_methods")) {
            continue;
        }
        let row = known.iter().find(|row| row.gateway == method.gateway);
        let told = match row.and_then(|row| row.remote_id.as_deref()) {
            Some(customer) => stored(app, &method.gateway, customer).await,
            None => Ok(vec![]),
        };
        let (methods, problem) = match told {
            Ok(methods) => (methods, None),
            Err(AppError::External(error)) => (vec![], Some(error)),
            Err(other) => return Err(other),
        };
        let default = row.and_then(|row| row.default_method.clone());
        wallets.push(Wallet { gateway: method.gateway, name: method.name, methods, default, problem });
    }
    Ok(wallets)
}

async fn stored(app: &App, gateway_id: &str, customer: &str) -> Result<Vec<StoredMethod>> {
    let gateway = usable(app, gateway_id).await?;
    let ctx = app.plugin_ctx(gateway_id, Default::default()).await?;
    let call = Call::new(gateway_id, "methods", app.options.plugin_timeout);
    let customer = customer.to_owned();
    let ask = move |ctx| async move { ability(&*gateway)?.methods(&ctx, &customer).await };
    Ok(app.call_plugin(call, &ctx, ask).await?)
}

pub(crate) fn ability(
    gateway: &dyn innkeeper_plugin_api::Gateway,
) -> std::result::Result<&dyn innkeeper_plugin_api::gateway::StoredMethods, PluginError> {
    gateway.stored_methods().ok_or_else(|| PluginError::unsupported("this gateway stores no ways to pay"))
}

/// A stored way to pay of this very client, with the gateway's id of the client. Somebody else's is not found.
pub(super) async fn own_method(
    app: &App,
    client: ClientId,
    gateway_id: &str,
    method: &str,
) -> Result<(String, StoredMethod)> {
    let known = gateway_customers::of_client(&mut *app.conn().await?, client).await?;
    let customer = known.into_iter().find(|row| row.gateway == gateway_id).and_then(|row| row.remote_id);
    let customer = customer.ok_or(AppError::NotFound("stored way to pay"))?;
    let found = stored(app, gateway_id, &customer).await?.into_iter().find(|known| known.id == method);
    Ok((customer, found.ok_or(AppError::NotFound("stored way to pay"))?))
}

/// How the client stores a way to pay with a gateway.
pub async fn setup(app: &App, actor: &Actor, client: ClientId, gateway_id: &str) -> Result<Paying> {
    allowed(app, actor, client, Permission::ClientsWrite).await?;
    let gateway = usable(app, gateway_id).await?;
    let who = customer(app, gateway_id, client).await?;
    let return_url = format!("{}/ways-to-pay/added/{gateway_id}", app.options.base_url);
    let ctx = app.plugin_ctx(gateway_id, Default::default()).await?;
    let call = Call::new(gateway_id, "setup_page", app.options.plugin_timeout).about("client", client);
    let back = return_url.clone();
    let ask = move |ctx| async move { ability(&*gateway)?.setup_page(&ctx, &who, &back).await };
    let page = app.call_plugin(call, &ctx, ask).await?;
    paying(app, gateway_id, page, return_url).await
}

/// The browser came back from storing one.
pub async fn stored_one(app: &App, actor: &Actor, client: ClientId, gateway_id: &str, query: &str) -> Result<()> {
    allowed(app, actor, client, Permission::ClientsWrite).await?;
    for payment in hints(app, gateway_id, query).await? {
        again(app, gateway_id, &payment).await?;
    }
    Ok(())
}

/// Proposes a stored way to pay first.
pub async fn make_default(app: &App, actor: &Actor, client: ClientId, gateway_id: &str, method: &str) -> Result<()> {
    allowed(app, actor, client, Permission::ClientsWrite).await?;
    let (_, method) = own_method(app, client, gateway_id, method).await?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    gateway_customers::set_default(tx.conn(), client, gateway_id, (&method.id, &method.label)).await?;
    let detail = json!({ "gateway": gateway_id, "method": method.label });
    tx.audit("payment_method.default", "client", client, detail).await?;
    tx.commit().await
}

/// Has the gateway forget a stored way to pay.
pub async fn forget(app: &App, actor: &Actor, client: ClientId, gateway_id: &str, method: &str) -> Result<()> {
    allowed(app, actor, client, Permission::ClientsWrite).await?;
    let (customer, method) = own_method(app, client, gateway_id, method).await?;
    let gateway = usable(app, gateway_id).await?;
    let ctx = app.plugin_ctx(gateway_id, Default::default()).await?;
    let call = Call::new(gateway_id, "forget", app.options.plugin_timeout).about("client", client);
    let id = method.id.clone();
    let ask = move |ctx| async move { ability(&*gateway)?.forget(&ctx, &customer, &id).await };
    let Outcome::Done(()) = app.call_plugin(call, &ctx, ask).await? else {
        return Err(AppError::conflict("the payment service works on it: look again in a few minutes"));
    };
    let mut tx = app.begin(actor).await?;
    gateway_customers::clear_default(tx.conn(), client, gateway_id, &method.id).await?;
    let detail = json!({ "gateway": gateway_id, "method": method.label });
    tx.audit("payment_method.forget", "client", client, detail).await?;
    tx.commit().await
}
