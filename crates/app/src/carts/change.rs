//! Changing a cart. Only choices are taken; what they cost is never read from the client.

use innkeeper_db::{
    carts,
    custom_fields::{self, FieldFilter},
    pricing,
    promotions::{self, Buyer},
};
use innkeeper_domain::{CartId, CartItemId, ClientId, Currency, CycleId, DomainName, Permission, ProductId};
use innkeeper_hooks::payloads::{ValidateDomain, ValidateProduct};
use innkeeper_plugin_api::{Availability, FieldKind, PluginError, Role, Secret, field::faults};
use serde_json::json;
use std::collections::BTreeMap;

use super::{
    domain_answers::{checked, questions},
    parent::{Parent, possible},
    quote_for,
};
use crate::{
    Actor, App, AppError, Checks, Result, calendar,
    custom_fields::check_answers,
    domains, gates,
    options::{Selection, Shelf},
    sessions::throttle,
    tokens,
};

/// A product to be added.
#[derive(Clone, Debug)]
pub struct AddProduct {
    /// Which.
    pub product_id: ProductId,
    /// At which cycle.
    pub cycle_id: CycleId,
    /// The answers to the plugin's order fields, by key.
    pub fields: BTreeMap<String, String>,
    /// The answers to the product's custom fields, by key.
    pub custom_fields: BTreeMap<String, String>,
    /// What is chosen of its options.
    pub options: Selection,
    /// Of an add-on: what it is for.
    pub parent: Option<Parent>,
}

/// A domain to be added.
#[derive(Clone, Debug)]
pub struct AddDomain {
    /// Which.
    pub name: String,
    /// For how long; a transfer adds one year.
    pub years: i32,
    /// Transfer it to us instead of registering it.
    pub transfer: bool,
    /// The losing registrar's code.
    pub auth_code: Option<String>,
    /// Answers to what its registry asks, by key; empty: they are given later.
    pub answers: BTreeMap<String, String>,
}

/// Makes a cart and returns its token. Staff may make one for a client; a client's own is in its currency.
pub async fn create(app: &App, actor: &Actor, client: Option<ClientId>) -> Result<String> {
    let client = match client {
        Some(client) if actor.client_id() != Some(client) => {
            actor.require(Permission::OrdersWrite)?;
            Some(client)
        }
        _ => actor.client_id(),
    };
    let (token, hash) = tokens::fresh("")?;
    let mut tx = app.begin(actor).await?;
    let currency = innkeeper_db::orders::cart_currency(tx.conn(), client).await?;
    let currency = currency.ok_or_else(|| match client {
        Some(_) => AppError::NotFound("client"),
        None => AppError::conflict("no currency is set up yet"),
    })?;
    carts::insert(tx.conn(), &hash, client, &currency).await?;
    tx.commit().await?;
    Ok(token)
}

/// The cart that `actor` may change.
async fn mine(app: &App, actor: &Actor, token: &str) -> Result<(CartId, Currency)> {
    let view = super::view(app, actor, token).await?.ok_or(AppError::NotFound("cart"))?;
    Ok((view.id, view.quote.currency))
}

/// Adds a product. The plugin judges the answers; a product without a current price is refused.
pub async fn add_product(app: &App, actor: &Actor, token: &str, add: AddProduct) -> Result<CartItemId> {
    let (cart, currency) = mine(app, actor, token).await?;
    let mut conn = app.conn().await?;
    let offers = pricing::products(&mut conn, currency.code(), &[add.product_id.get()], &[add.cycle_id.get()]).await?;
    let product = offers.into_iter().find(|p| p.sellable);
    let product = product
        .ok_or_else(|| AppError::conflict("this product is not offered with that billing cycle: choose again"))?;
    if product.stock == Some(0) {
        return Err(AppError::conflict(format!("{} is sold out", product.name)));
    }
    let mut checks = Checks::default();
    match possible(&mut conn, cart, add.product_id).await? {
        None => checks.require(add.parent.is_none(), "parent", "is for add-ons only"),
        Some(possible) => {
            let fits = add.parent.is_some_and(|wanted| possible.iter().any(|(parent, _)| *parent == wanted));
            checks.require(fits, "parent", "must be something that this add-on is sold with");
        }
    }
    let asked = FieldFilter { product: Some(add.product_id), ..FieldFilter::default() };
    let asked = custom_fields::list(&mut conn, asked).await?;
    let custom = check_answers(&asked, &add.custom_fields, actor.is_staff(), "custom_fields", &mut checks);
    let shelf = Shelf::load(&mut conn, &[add.product_id.get()]).await?;
    for (option, why) in
        shelf.choose(add.product_id, (currency, add.cycle_id), &add.options).err().into_iter().flatten()
    {
        checks.require(false, &format!("options.{option}"), why);
    }
    let custom: BTreeMap<String, String> = custom.into_iter().map(|(id, answer)| (id.to_string(), answer)).collect();
    // The plugin is asked, and may take its time.
    drop(conn);
    let answers = match &product.plugin_id {
        Some(plugin) => Answers::check(app, plugin, add.fields.clone(), checks).await?,
        None => checks.finish().map(|()| Answers::default())?,
    };
    let answers = gated(app, actor, &add, product.plugin_id.as_deref(), answers).await?;
    let sealed = answers.password.as_ref().map(|p| app.cipher.seal(p.reveal())).transpose()?;
    let item = carts::NewItem {
        kind: "product",
        product_id: Some(product.product_id.get()),
        cycle_id: Some(product.cycle_id.get()),
        fields: &json!(answers.fields),
        custom_fields: &json!(custom),
        options: &add.options,
        password_sealed: sealed.as_deref(),
        domain: None,
        years: None,
        auth_code_sealed: None,
        parent_item: add.parent.and_then(Parent::item),
        parent: add.parent.and_then(Parent::service),
    };
    put(app, actor, cart, &item).await
}

/// The answers to the plugin's questions as the gate lets them through. The plugin judges them again.
async fn gated(app: &App, actor: &Actor, add: &AddProduct, plugin: Option<&str>, answers: Answers) -> Result<Answers> {
    let question = ValidateProduct {
        client_id: actor.client_id(),
        product_id: add.product_id,
        cycle_id: add.cycle_id,
        fields: answers.fields.clone(),
        custom_fields: add.custom_fields.clone(),
    };
    let (asked, _) = gates::ask(app, question).await?.parts();
    if let Some(plugin) = plugin.filter(|_| asked.fields != answers.fields) {
        app.check_order(plugin, &asked.fields, answers.password.as_ref()).await?;
    }
    Ok(Answers { fields: asked.fields, password: answers.password })
}

async fn put(app: &App, actor: &Actor, cart: CartId, item: &carts::NewItem<'_>) -> Result<CartItemId> {
    let mut tx = app.begin(actor).await?;
    let id = carts::add(tx.conn(), cart, item).await?;
    tx.commit().await?;
    Ok(id)
}

#[derive(Default)]
struct Answers {
    fields: BTreeMap<String, String>,
    password: Option<Secret>,
}

impl Answers {
    /// Keeps the answers to questions that were asked, in the form the plugin takes.
    async fn check(app: &App, plugin: &str, mut given: BTreeMap<String, String>, mut checks: Checks) -> Result<Self> {
        let mut answers = Self::default();
        let questions = app.order_fields(plugin).await?;
        for (key, fault) in faults(&questions, &given) {
            checks.require(false, &key, fault);
        }
        for field in questions {
            let answer = given.remove(&field.key).unwrap_or_default();
            checks.text(&field.key, &answer, longest(&field.kind), false);
            if field.role == Role::Password {
                answers.password = (!answer.is_empty()).then(|| Secret::new(answer));
            } else {
                answers.fields.insert(field.key, answer.trim().to_owned());
            }
        }
        checks.finish()?;
        app.check_order(plugin, &answers.fields, answers.password.as_ref()).await?;
        Ok(answers)
    }
}

/// Characters that an answer may have.
const fn longest(kind: &FieldKind) -> usize {
    match kind {
        FieldKind::Multiline | FieldKind::Several(_) => 20_000,
        _ => 200,
    }
}

/// Adds a domain, if it can be had.
pub async fn add_domain(app: &App, actor: &Actor, token: &str, add: AddDomain) -> Result<CartItemId> {
    let (cart, currency) = mine(app, actor, token).await?;
    let name: DomainName = add.name.parse().map_err(|e| AppError::invalid("name", e))?;
    let offers = pricing::tlds(&mut *app.conn().await?, currency.code(), &[name.tld().to_owned()]).await?;
    let tld = offers
        .into_iter()
        .next()
        .ok_or_else(|| AppError::invalid("name", format!("ends in .{}, which is not offered", name.tld())))?;
    let mut checks = Checks::default();
    let years = if add.transfer { 1 } else { add.years };
    let range = format!("must be between {} and {}", tld.min_years, tld.max_years);
    checks.require(add.transfer || (tld.min_years..=tld.max_years).contains(&years), "years", range);
    let code = add.auth_code.as_deref().map(str::trim).filter(|c| !c.is_empty());
    checks.require(
        !add.transfer || !tld.auth_code_required || code.is_some(),
        "auth_code",
        "is needed to transfer this domain",
    );
    checks.text("auth_code", code.unwrap_or(""), 200, false);
    checks.finish()?;
    let name = canonical(app, &tld.plugin_id, name).await?;
    let answers = match add.answers.is_empty() {
        true => BTreeMap::new(),
        false => checked(&questions(app, &tld.plugin_id, &name, add.transfer).await?, add.answers)?,
    };
    let question = ValidateDomain {
        client_id: actor.client_id(),
        option: if add.transfer { "transfer" } else { "register" }.to_owned(),
        sld: name.as_str().split_once('.').map_or("", |(sld, _)| sld).to_owned(),
        tld: name.tld().to_owned(),
        years,
    };
    gates::ask(app, question).await?;
    if !add.transfer {
        must_be_free(app, &name, &tld.plugin_id).await?;
    }
    let sealed = code.map(|c| app.cipher.seal(c)).transpose()?;
    let item = carts::NewItem {
        kind: if add.transfer { "domain_transfer" } else { "domain_register" },
        product_id: None,
        cycle_id: None,
        fields: &json!(answers),
        custom_fields: &json!({}),
        options: &Selection::new(),
        password_sealed: None,
        domain: Some(name.as_str()),
        years: Some(years),
        auth_code_sealed: sealed.as_deref(),
        parent_item: None,
        parent: None,
    };
    put(app, actor, cart, &item).await
}

/// The name as its registry writes it.
async fn canonical(app: &App, registrar: &str, name: DomainName) -> Result<DomainName> {
    let plugin = app.plugins.registrar(registrar)?;
    let spelt = app.ask_plugin(registrar, "canonical", move || plugin.canonical(&name)).await?;
    spelt.map_err(|e| AppError::invalid("name", e.public.unwrap_or(e.detail)))
}

/// Fails with a text that says what to do unless the registrar says that the name is free.
pub(crate) async fn must_be_free(app: &App, name: &DomainName, registrar: &str) -> Result<()> {
    match domains::availability(app, registrar, std::slice::from_ref(name)).await?.into_iter().next() {
        Some(Availability::Available) => Ok(()),
        Some(Availability::Premium { .. }) => {
            Err(AppError::conflict(format!("{name} is a premium name: ask us for an offer")))
        }
        Some(Availability::Taken) => Err(AppError::conflict(format!("{name} is taken: choose another name"))),
        Some(Availability::Unreachable) => {
            Err(PluginError::temporary(format!("the registry of {name} is not reachable"))
                .public(format!("We could not ask whether {name} is free. Please try again in a minute."))
                .into())
        }
        Some(Availability::Invalid { reason }) => Err(AppError::invalid("name", reason)),
        Some(Availability::Unsupported) | None => Err(AppError::conflict(format!("{name} cannot be registered here"))),
    }
}

/// Removes a choice.
pub async fn remove(app: &App, actor: &Actor, token: &str, item: CartItemId) -> Result<()> {
    let (cart, _) = mine(app, actor, token).await?;
    let mut tx = app.begin(actor).await?;
    if !carts::remove(tx.conn(), cart, item).await? {
        return Err(AppError::NotFound("cart item"));
    }
    tx.commit().await
}

/// Uses a code. `Invalid` if there is none such, or it is not for this cart.
pub async fn use_code(app: &App, actor: &Actor, token: &str, code: &str) -> Result<()> {
    let no = |why: &str| AppError::invalid("code", why);
    let view = super::view(app, actor, token).await?.ok_or(AppError::NotFound("cart"))?;
    throttle::take_address(app, "code", &actor.ip, throttle::CODES).await?;
    let mut tx = app.begin(actor).await?;
    let id = promotions::find(tx.conn(), code).await?.ok_or_else(|| no("is no code of ours"))?;
    let who =
        Buyer { client: view.client_id, currency: view.quote.currency, today: calendar::today_in(&mut tx).await? };
    let items = carts::items(tx.conn(), view.id).await?;
    let quote = quote_for(tx.conn(), who, &items, Some(id)).await?;
    if let Some(problem) = quote.promotion.and_then(|applied| applied.problem) {
        return Err(no(&problem));
    }
    carts::set_promotion(tx.conn(), view.id, Some(id)).await?;
    tx.commit().await?;
    throttle::give_back(app, "code", &actor.ip).await
}

/// Takes the code out of the cart.
pub async fn drop_code(app: &App, actor: &Actor, token: &str) -> Result<()> {
    let (cart, _) = mine(app, actor, token).await?;
    let mut tx = app.begin(actor).await?;
    carts::set_promotion(tx.conn(), cart, None).await?;
    tx.commit().await
}
