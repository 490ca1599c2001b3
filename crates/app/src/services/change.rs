//! Changing an account at its vendor.

use innkeeper_db::{products, provisioning};
use innkeeper_domain::{EffectId, Permission, ProductId, ServiceId, state::ServiceState};
use innkeeper_plugin_api::{
    Part, ServerPlugin,
    server::{Addon, Credentials},
    view::Unit,
};
use serde_json::json;
use std::collections::BTreeMap;

use super::{
    act::{Act, act},
    credentials,
};
use crate::{
    Actor, App, AppError, Checks, Result,
    effects::{Kind, Wanted, WantedAddress},
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
    /// An address of its own, or the server's shared one.
    pub address: Option<WantedAddress>,
    /// Quantities on top of the plan, by code; those left out stay.
    pub addons: BTreeMap<String, u64>,
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
    /// Whether it has an address of its own.
    pub address: bool,
    /// The quantities on top of its plan, as they are.
    pub addons: Vec<(Addon, u64)>,
}

/// What staff can change about a service.
pub async fn changeable(app: &App, actor: &Actor, id: ServiceId) -> Result<Changeable> {
    actor.require(Permission::ServicesWrite)?;
    let service = super::get(app, actor, id).await?.service;
    let Some(plugin_id) = &service.plugin_id else { return Ok(Changeable::default()) };
    let offers =
        |plugin: &dyn ServerPlugin| (plugin.change().map_or(&[][..], |ability| ability.parts()), plugin.addons());
    let (parts, addons) = app.server_says(plugin_id, "parts", offers).await?;
    let can = |part| parts.contains(&part);
    let products = match can(Part::Plan) {
        true => products::of_plugin(&mut *app.conn().await?, Some(plugin_id), service.product_id).await?,
        false => vec![],
    };
    let target = provisioning::service(&mut *app.conn().await?, id).await?.ok_or(AppError::NotFound("service"))?;
    let bought: BTreeMap<String, u64> = serde_json::from_value(target.addons)?;
    let quantity = |addon: Addon| (bought.get(&addon.code).copied().unwrap_or(0), addon);
    let addons =
        if can(Part::Addons) { addons.into_iter().map(quantity).map(|(n, a)| (a, n)).collect() } else { vec![] };
    Ok(Changeable {
        username: can(Part::Username),
        domain: can(Part::Domain),
        products,
        address: can(Part::Address),
        addons,
    })
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
    checks.require(can.address || input.address.is_none(), "address", "cannot be changed at this vendor");
    let addons = quantities(&can.addons, &input.addons, &mut checks);
    let nothing = username.is_empty() && domain.is_empty() && input.product.is_none();
    let nothing = nothing && input.address.is_none() && addons.is_none();
    checks.require(!nothing, "", "nothing is to be changed");
    checks.finish()?;
    if !username.is_empty() {
        let service = super::get(app, actor, id).await?.service;
        let wanted = Credentials { username: username.to_owned(), ..Credentials::default() };
        credentials::judge(app, id, service.plugin_id.as_deref().unwrap_or_default(), "username", wanted).await?;
    }
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let wanted = Wanted {
        username: filled(username),
        domain: filled(domain),
        product_id: input.product,
        address: input.address,
        addons,
        ..Wanted::default()
    };
    let what = Act { kind: Kind::ServiceChange, from: &[ServiceState::Active], request: json!(wanted), secret: None };
    act(app, actor, id, None, what).await
}

/// All quantities as they are to be; none if nothing changes.
fn quantities(
    now: &[(Addon, u64)],
    wanted: &BTreeMap<String, u64>,
    checks: &mut Checks,
) -> Option<BTreeMap<String, u64>> {
    for (code, number) in wanted {
        let addon = now.iter().map(|(addon, _)| addon).find(|addon| addon.code == *code);
        let field = format!("addon.{code}");
        checks.require(addon.is_some(), &field, "is nothing that this vendor sells");
        let is_switch = addon.is_some_and(|addon| addon.unit == Unit::Switch);
        checks.require(!is_switch || *number <= 1, &field, "must be 0 or 1");
        checks.require(*number <= 1 << 50, &field, "is too large");
    }
    let all: BTreeMap<String, u64> =
        now.iter().map(|(a, old)| (a.code.clone(), wanted.get(&a.code).copied().unwrap_or(*old))).collect();
    let is_new = now.iter().any(|(addon, old)| all.get(&addon.code) != Some(old));
    is_new.then_some(all)
}
