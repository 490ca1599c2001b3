//! What a service may become, and with which options.

use innkeeper_db::{
    plan_changes::{self as db, Offer, Terms},
    services,
};
use innkeeper_domain::{MoneyError, Permission, ServiceId, options::cost};
use innkeeper_plugin_api::{Part, ServerPlugin};

use crate::{
    Actor, App, AppError, Checks, Result, Tx,
    options::{self, Selection, Shelf},
};

/// What a service may become.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    /// With the options that it has, as far as they are sold there: first itself, if it has a choice, then by product and
    /// length.
    pub offers: Vec<Offer>,
    /// What can be chosen with them.
    pub shelf: Shelf,
}

/// The parts of an account that its vendor can change; none: there is no vendor, and all can be changed.
pub(super) type Able = Option<&'static [Part]>;

pub(super) fn can(able: Able, part: Part) -> bool {
    able.is_none_or(|parts| parts.contains(&part))
}

/// What a service may become: for its client, what its product leads to. Empty: nothing.
pub async fn offers(app: &App, actor: &Actor, id: ServiceId) -> Result<Offers> {
    let able = able(app, actor, id).await?;
    let mut tx = app.begin(actor).await?;
    let owner = actor.owner(Permission::ServicesWrite)?;
    let terms = db::terms(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    match terms.billed_through {
        Some(_) => possible(&mut tx, &terms, able).await,
        None => Ok(Offers::default()),
    }
}

/// What the vendor of a service can change.
pub(super) async fn able(app: &App, actor: &Actor, id: ServiceId) -> Result<Able> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let service = services::get(&mut *app.conn().await?, owner, id).await?;
    let Some(plugin) = service.ok_or(AppError::NotFound("service"))?.plugin_id else { return Ok(None) };
    options::ask(app, &plugin).await?;
    let parts = |plugin: &dyn ServerPlugin| plugin.change().map_or(&[][..], |change| change.parts());
    Ok(Some(app.server_says(&plugin, "can_change", parts).await?))
}

/// What a service may become: for its client, what its product leads to; where the vendor cannot change plans, another
/// rhythm.
pub(super) async fn possible(tx: &mut Tx<'_>, terms: &Terms, able: Able) -> Result<Offers> {
    let by_client = tx.actor().owner(Permission::ServicesWrite)?.is_some();
    let mut found = db::offers(tx.conn(), terms.id, by_client).await?;
    found.retain(|offer| can(able, Part::Plan) || offer.product_id == terms.product_id);
    let products: Vec<i64> =
        found.iter().map(|offer| offer.product_id).chain([terms.product_id]).map(|id| id.get()).collect();
    let shelf = Shelf::load(tx.conn(), &products).await?;
    let own = (!shelf.sold(terms.product_id, (*terms.currency, terms.cycle_id)).is_empty()).then(|| terms.own());
    let others = found.into_iter().filter_map(|offer| with_options(&shelf, terms, offer, &Selection::new()).ok());
    Ok(Offers { offers: own.into_iter().chain(others).collect(), shelf })
}

/// An offer with what is wanted of its options. What `wanted` says nothing of is as the service has it: at its price if
/// the product and rhythm stay, else as far as it is sold, at today's.
pub(super) fn with_options(shelf: &Shelf, terms: &Terms, to: Offer, wanted: &Selection) -> Result<Offer> {
    let at = (*terms.currency, to.cycle_id);
    let chosen = if (to.product_id, to.cycle_id) == (terms.product_id, terms.cycle_id) {
        shelf.change(to.product_id, at, &terms.options, wanted)
    } else {
        let mut all = shelf.alike(to.product_id, at, &terms.options);
        all.extend(wanted);
        shelf.choose(to.product_id, at, &all)
    };
    let mut checks = Checks::default();
    for (option, why) in chosen.as_ref().err().into_iter().flatten() {
        checks.require(false, &format!("options.{option}"), why.as_str());
    }
    checks.finish()?;
    let chosen = chosen.unwrap_or_default();
    let more = cost(&chosen)?.amount - cost(&to.options)?.amount;
    // A price of its own may be less than what its options cost.
    let amount = to.amount.checked_add(more).ok_or(MoneyError::Overflow)?.max(0);
    Ok(Offer { amount, options: chosen.into(), ..to })
}
