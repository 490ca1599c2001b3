//! Changing an account: its user name, its domain, its plan.

use innkeeper_db::{
    addresses,
    effects::EffectRow,
    provisioning::{self, Bought, ServiceTarget},
};
use innkeeper_domain::{ProductId, ServiceId};
use innkeeper_plugin_api::{
    Account, AccountChange, Created, PluginCtx, PluginError, PluginResult, Role, ServerPlugin,
    server::{AddressChange, PlanChange, ResellerChange},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, net::IpAddr};

use crate::{
    App, Result, Tx,
    options::{Different, NewOptions},
    plugins::Place,
};

/// What is to be different, as an effect keeps it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Wanted {
    /// The new user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The new main domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The new product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<ProductId>,
    /// An address of its own, or the shared one again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<WantedAddress>,
    /// The new quantities, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addons: Option<BTreeMap<String, u64>>,
    /// Other options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<NewOptions>,
}

/// Which address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WantedAddress {
    /// One of its own, from the pool of its server.
    Own,
    /// The server's shared one.
    Shared,
}

fn wanted(effect: &EffectRow) -> std::result::Result<Wanted, PluginError> {
    serde_json::from_value(effect.request.clone()).map_err(|e| PluginError::invalid(format!("the change: {e}")))
}
pub(super) async fn call(
    plugin: &dyn ServerPlugin,
    ctx: &PluginCtx,
    account: &Account,
    prepared: Prepared,
) -> PluginResult<Created> {
    let ability = plugin.change().ok_or_else(|| PluginError::unsupported("this plugin cannot change accounts"))?;
    let Prepared { mut change, new, fields } = prepared;
    let Some(new) = new else { return ability.change(ctx, account, &change).await };
    let account = &Account { fields: fields.unwrap_or_else(|| account.fields.clone()), ..account.clone() };
    let new = new.for_call(ctx.http.clone(), ctx.correlation_id.clone(), ctx.store.clone(), ctx.host.clone());
    let reseller = ResellerChange::between(ability.reseller(ctx), ability.reseller(&new));
    change.plan = Some(PlanChange { from: ctx.raw_settings().product.clone(), reseller });
    ability.change(&new, account, &change).await
}

/// A change, and the context with the settings of the new plan, if there is one.
pub(super) struct Prepared {
    change: AccountChange,
    new: Option<PluginCtx>,
    /// The new answers, if they are others.
    fields: Option<BTreeMap<String, String>>,
}

/// Reads what the change needs, before the plugin is called.
pub(super) async fn prepare(
    app: &App,
    ctx: &PluginCtx,
    effect: &EffectRow,
) -> std::result::Result<Prepared, PluginError> {
    let wanted = wanted(effect)?;
    let service = target(app, effect).await?;
    let different = different(app, &service, wanted.options.as_ref())?;
    let address = match wanted.address {
        Some(WantedAddress::Own) => Some(AddressChange::Dedicated(own(app, effect).await?)),
        Some(WantedAddress::Shared) => Some(AddressChange::Shared),
        None => None,
    };
    let change = AccountChange {
        username: wanted.username,
        domain: wanted.domain,
        address,
        addons: different.addons.clone().or(wanted.addons),
        ..AccountChange::default()
    };
    let new = match wanted.product_id.is_some() || different.is_plan() {
        true => Some(with_plan_of(app, ctx, &effect.plugin_id, service, wanted.product_id, different.settings).await?),
        false => None,
    };
    Ok(Prepared { change, new, fields: different.fields })
}

async fn target(app: &App, effect: &EffectRow) -> std::result::Result<ServiceTarget, PluginError> {
    let lost = |e: crate::AppError| PluginError::temporary(format!("the service cannot be read: {e}"));
    let mut conn = app.conn().await.map_err(lost)?;
    let service = provisioning::service(&mut conn, ServiceId(effect.subject_id)).await.map_err(|e| lost(e.into()))?;
    service.ok_or_else(|| PluginError::invalid("the service is gone"))
}

/// What other options mean for the account.
fn different(
    app: &App,
    service: &ServiceTarget,
    options: Option<&NewOptions>,
) -> std::result::Result<Different, PluginError> {
    let lost = |e| PluginError::temporary(format!("the options cannot be read: {e}"));
    options.map_or(Ok(Different::default()), |options| options.of(app, service).map_err(lost))
}

/// An address of its own: the one that it has, else a free one of the pool.
async fn own(app: &App, effect: &EffectRow) -> std::result::Result<IpAddr, PluginError> {
    let lost = |e: innkeeper_db::Error| PluginError::temporary(format!("the pool cannot be read: {e}"));
    let mut tx = app.pool.begin().await.map_err(lost)?;
    let id = ServiceId(effect.subject_id);
    let service = provisioning::service(&mut tx, id).await.map_err(lost)?;
    let server = service.and_then(|service| service.server_id);
    let server = server.ok_or_else(|| PluginError::invalid("the service is on no server"))?;
    let has = addresses::take(&mut tx, id, server, 4, 1).await.map_err(lost)?;
    let service = provisioning::service(&mut tx, id).await.map_err(lost)?;
    let first = service.and_then(|service| service.pool.first()?.parse().ok());
    match first {
        Some(address) if has > 0 => {
            tx.commit().await.map_err(lost)?;
            Ok(address)
        }
        _ => Err(PluginError::config("the server has no free address: add some to its pool")),
    }
}

/// The context with the settings of another product or other options; what is none is as it is.
async fn with_plan_of(
    app: &App,
    ctx: &PluginCtx,
    plugin_id: &str,
    service: ServiceTarget,
    product: Option<ProductId>,
    own: Option<Map<String, Value>>,
) -> std::result::Result<PluginCtx, PluginError> {
    let lost = |e: crate::AppError| PluginError::temporary(format!("the new product cannot be read: {e}"));
    let mut conn = app.conn().await.map_err(lost)?;
    let product = product.unwrap_or(service.product_id);
    let found = provisioning::product_settings(&mut conn, product).await.map_err(|e| lost(e.into()))?;
    drop(conn);
    let (_, mut settings) = found.ok_or_else(|| PluginError::invalid("the new product is gone"))?;
    let own = own.or_else(|| service.settings.as_object().cloned()).unwrap_or_default();
    if let Some(settings) = settings.as_object_mut() {
        settings.extend(own);
    }
    let place = Place { product: Some(&settings), ..Place::default() };
    let opened = app.plugin_ctx(plugin_id, place).await.map_err(lost)?;
    Ok(ctx.clone().with_product(opened.raw_settings().product.clone()))
}

/// Writes down what it is now: as the vendor says, or as it was wanted where a snapin did it.
pub(super) async fn done(
    tx: &mut Tx<'_>,
    effect: &EffectRow,
    service: &ServiceTarget,
    created: Option<&Created>,
) -> Result<()> {
    let wanted = wanted(effect)?;
    let answer = wanted.domain.as_ref().and_then(|domain| Some(json!({ domain_key(tx, service)?: domain })));
    let facts = match created {
        Some(made) => (Some(made.remote_id.as_str()), Some(made.username.as_str()), Some(made.label.as_str())),
        None => (None, wanted.username.as_deref(), None),
    };
    provisioning::change_service(tx.conn(), service.id, facts, wanted.product_id, answer.as_ref()).await?;
    if wanted.address == Some(WantedAddress::Shared) {
        addresses::release(tx.conn(), service.id).await?;
    }
    let different = match &wanted.options {
        Some(options) => options.of(tx.app(), service)?,
        None => Different::default(),
    };
    let settings = different.settings.map(Value::from);
    let fields = different.fields.map(|all| json!(all));
    let addons = different.addons.or(wanted.addons).map(|all| json!(all));
    let bought = Bought { settings: settings.as_ref(), fields: fields.as_ref(), addons: addons.as_ref() };
    Ok(provisioning::set_bought(tx.conn(), service.id, bought).await?)
}

/// The key of the answer that holds the domain.
fn domain_key(tx: &Tx<'_>, service: &ServiceTarget) -> Option<String> {
    let asked = tx.app().known_order_fields(service.plugin_id.as_deref()?)?;
    asked.into_iter().find(|field| field.role == Role::Domain).map(|field| field.key)
}
