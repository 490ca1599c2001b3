//! Changing an account at its vendor.

use innkeeper_db::products;
use innkeeper_domain::{EffectId, Permission, ProductId, ServiceId, state::ServiceState};
use innkeeper_plugin_api::{Part, ServerPlugin};
use serde_json::json;

use super::act::{Act, act};
use crate::{
    Actor, App, Checks, Result,
    effects::{Kind, Wanted},
};

/// What is to be different; empty: it stays.
#[derive(Clone, Debug, Default)]
pub struct ChangeInput {
    /// The new user name.
    pub username: String,
    /// The new main domain.
    pub domain: String,
    /// The new product: another of the same plugin.
    pub product: Option<ProductId>,
}

/// What can be changed about a service.
#[derive(Clone, Debug, Default)]
pub struct Changeable {
    /// Its user name.
    pub username: bool,
    /// Its main domain.
    pub domain: bool,
    /// The other products of its plugin, as (id, name): it may become one of these.
    pub products: Vec<(ProductId, String)>,
}

/// What staff can change about a service.
pub async fn changeable(app: &App, actor: &Actor, id: ServiceId) -> Result<Changeable> {
    actor.require(Permission::ServicesWrite)?;
    let service = super::get(app, actor, id).await?.service;
    let Some(plugin_id) = &service.plugin_id else { return Ok(Changeable::default()) };
    let parts = |plugin: &dyn ServerPlugin| plugin.change().map_or(&[][..], |ability| ability.parts());
    let parts = app.server_says(plugin_id, "parts", parts).await?;
    let can = |part| parts.contains(&part);
    let products = match can(Part::Plan) {
        true => products::of_plugin(&mut *app.conn().await?, plugin_id, service.product_id).await?,
        false => vec![],
    };
    Ok(Changeable { username: can(Part::Username), domain: can(Part::Domain), products })
}

/// Changes a service at its vendor. Prices stay as they are: what is charged is the business of billing.
pub async fn change(app: &App, actor: &Actor, id: ServiceId, input: ChangeInput) -> Result<EffectId> {
    let can = changeable(app, actor, id).await?;
    let (username, domain) = (input.username.trim(), input.domain.trim());
    let mut checks = Checks::default();
    checks.require(can.username || username.is_empty(), "username", "cannot be changed at this vendor");
    checks.require(can.domain || domain.is_empty(), "domain", "cannot be changed at this vendor");
    checks.text("username", username, 100, false);
    checks.text("domain", domain, 253, false);
    if let Some(product) = input.product {
        let known = can.products.iter().any(|(other, _)| *other == product);
        checks.require(known, "product", "is no other product of this plugin");
    }
    let nothing = username.is_empty() && domain.is_empty() && input.product.is_none();
    checks.require(!nothing, "", "nothing is to be changed");
    checks.finish()?;
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let wanted = Wanted { username: filled(username), domain: filled(domain), product_id: input.product };
    let what = Act { kind: Kind::ServiceChange, from: &[ServiceState::Active], request: json!(wanted), secret: None };
    act(app, actor, id, None, what).await
}
