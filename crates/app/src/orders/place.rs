//! Checkout: one transaction makes the order, its services and domains, and its invoice.

use innkeeper_db::{
    carts::{self, CartItemRow},
    custom_fields,
    invoices::NewLine,
    orders::{self, Buyer, NewDomain, NewService},
    pricing,
    promotions::{Buyer as Who, User},
};
use innkeeper_domain::{
    CartItemId, ClientId, Currency, DomainId, DomainName, InvoiceId, OrderId, Permission, PromotionId, ServiceId,
    options::cost,
};
use innkeeper_hooks::payloads::{OrderPlaced, OrderToBeScreened, PackageOrdered, ValidateCheckout};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

use crate::{
    Actor, App, AppError, Result, Tx,
    addons::{self, News},
    calendar,
    carts::{Quote, answers, quote_for, wishes},
    gates, invoices, mailer,
    options::{self, Told},
    tokens,
};

/// Orders a cart. Twice the same cart is once: the second time returns the same order.
pub async fn checkout(app: &App, actor: &Actor, token: &str) -> Result<OrderId> {
    actor.owner(Permission::OrdersWrite)?;
    let hash = tokens::hash(token);
    match before_the_work(app, actor, token, &hash).await {
        Ok(None) => {}
        Ok(Some(order)) => return Ok(order),
        // A twin of this request may have ordered meanwhile: then the domain is taken, but by this order.
        Err(refused) => return ordered(app, actor, &hash).await?.ok_or(refused),
    }
    let screening = if super::screen::screeners(app).await?.is_empty() { "none" } else { "waiting" };
    let mut tx = app.begin(actor).await?;
    let (cart, ordered) = carts::lock(tx.conn(), &hash).await?.ok_or(AppError::NotFound("cart"))?;
    if let Some(order) = ordered {
        return Ok(order);
    }
    let client = cart.client_id.map(ClientId).ok_or_else(|| AppError::conflict("log in before you order"))?;
    tx.lock_client(client).await?;
    let buyer = orders::buyer(tx.conn(), client).await?.filter(|b| b.state != "closed").ok_or(AppError::Forbidden)?;
    let items = carts::items(tx.conn(), cart.id).await?;
    let today = calendar::today_in(&mut tx).await?;
    let currency: Currency = buyer.currency.parse()?;
    let who = Who { client: Some(client), currency, today };
    let quote = quote_for(tx.conn(), who, &items, cart.promotion_id.map(PromotionId)).await?;
    check(&items, &quote)?;
    let order =
        orders::insert(tx.conn(), client, currency.code(), quote.total.minor(), Some(cart.id), &actor.ip, screening)
            .await?;
    // Before the invoice's: what is audited first is what a repeat of the request is told that it made.
    tx.audit("order.place", "order", order, json!({ "total": quote.total })).await?;
    if let Some(applied) = &quote.promotion {
        applied.promotion.take(&mut tx, client, User::Order(order)).await?;
    }
    let placed = Placing { app, client, order, buyer: &buyer, quote: &quote }.items(&mut tx, &items).await?;
    let invoice =
        if quote.lines.is_empty() { None } else { Some(bill(&mut tx, client, order, &quote, &placed).await?) };
    announce(&mut tx, client, order, invoice, &quote, &placed).await?;
    tx.commit().await?;
    Ok(order)
}

/// What asks the outside and therefore happens before the transaction: the registrars and the gate.
async fn before_the_work(app: &App, actor: &Actor, token: &str, hash: &[u8]) -> Result<Option<OrderId>> {
    let Some(view) = crate::carts::view(app, actor, token).await? else {
        return ordered(app, actor, hash).await?.map(Some).ok_or(AppError::NotFound("cart"));
    };
    let client_id = view.client_id.ok_or_else(|| AppError::conflict("log in before you order"))?;
    let items = carts::items(&mut *app.conn().await?, view.id).await?;
    if let Some(item) = view.items.iter().find(|item| item.is_unanswered) {
        return Err(AppError::conflict(format!(
            "the registry asks for more about {}: answer it in the cart",
            item.title
        )));
    }
    check(&items, &view.quote)?;
    for plugin in items.iter().filter_map(|item| view.quote.product(item)?.plugin_id.as_deref()) {
        options::ask(app, plugin).await?;
    }
    for item in items.iter().filter(|i| i.kind == "domain_register") {
        let (Some(name), Some(tld)) = (item.domain.as_deref(), view.quote.tld(item)) else { continue };
        let name: DomainName = name.parse().map_err(AppError::internal)?;
        crate::carts::must_be_free(app, &name, &tld.plugin_id).await?;
    }
    let question = ValidateCheckout {
        client_id,
        product_ids: items.iter().filter_map(|i| i.product_id).map(Into::into).collect(),
        domains: items.iter().filter_map(|i| i.domain.clone()).collect(),
        total: view.quote.total,
    };
    gates::ask(app, question).await?;
    Ok(None)
}

/// The order that the actor's own cart became.
async fn ordered(app: &App, actor: &Actor, hash: &[u8]) -> Result<Option<OrderId>> {
    let locked = carts::lock(&mut *app.conn().await?, hash).await?;
    let mine = locked.filter(|(cart, _)| actor.is_staff() || cart.client_id.map(ClientId) == actor.client_id());
    Ok(mine.and_then(|(_, order)| order))
}

fn check(items: &[CartItemRow], quote: &Quote) -> Result<()> {
    if items.is_empty() {
        return Err(AppError::conflict("the cart is empty"));
    }
    match quote.problem() {
        Some(problem) => Err(AppError::conflict(format!("{problem}: remove it from the cart"))),
        None => Ok(()),
    }
}

/// What each choice became.
#[derive(Default)]
struct Placed {
    services: Vec<(CartItemId, ServiceId, i64)>,
    domains: Vec<(CartItemId, DomainId)>,
}

struct Placing<'a> {
    app: &'a App,
    client: ClientId,
    order: OrderId,
    buyer: &'a Buyer,
    quote: &'a Quote,
}

impl Placing<'_> {
    async fn items(&self, tx: &mut Tx<'_>, items: &[CartItemRow]) -> Result<Placed> {
        let mut placed = Placed::default();
        self.take_stock(tx, items).await?;
        // An add-on was chosen after what it is for.
        for item in items {
            if item.kind == "product" {
                let parent = self.parent(tx, item, &placed).await?;
                let (id, product) = self.service(tx, item, parent).await?;
                placed.services.push((item.id, id, product));
            } else {
                placed.domains.push((item.id, self.domain(tx, item).await?));
            }
        }
        Ok(placed)
    }

    /// The service that an add-on is for.
    async fn parent(&self, tx: &mut Tx<'_>, item: &CartItemRow, placed: &Placed) -> Result<Option<ServiceId>> {
        if let Some(parent) = item.parent_item_id {
            let found = placed.services.iter().find(|(item, ..)| item.get() == parent);
            return Ok(Some(found.ok_or_else(|| AppError::internal("an add-on came before its product"))?.1));
        }
        let (Some(parent), Some(product)) = (item.parent_id, item.product_id) else { return Ok(None) };
        let parent = ServiceId(parent);
        match innkeeper_db::addons::candidates(tx.conn(), self.client, product.into(), Some(parent)).await? {
            found if !found.is_empty() => Ok(Some(parent)),
            _ => Err(AppError::conflict("an add-on in the cart cannot be had for its service any more: remove it")),
        }
    }

    async fn take_stock(&self, tx: &mut Tx<'_>, items: &[CartItemRow]) -> Result<()> {
        let mut wanted: HashMap<i64, i32> = HashMap::new();
        for product in items.iter().filter_map(|i| i.product_id) {
            *wanted.entry(product).or_default() += 1;
        }
        let mut wanted: Vec<_> = wanted.into_iter().collect();
        wanted.sort_unstable();
        for (product, quantity) in wanted {
            if !pricing::take_stock(tx.conn(), product.into(), quantity).await? {
                return Err(AppError::conflict("a product in the cart is sold out: remove it from the cart"));
            }
        }
        Ok(())
    }

    async fn service(
        &self,
        tx: &mut Tx<'_>,
        item: &CartItemRow,
        parent: Option<ServiceId>,
    ) -> Result<(ServiceId, i64)> {
        let product = self.quote.product(item).ok_or_else(|| AppError::internal("a priced product is gone"))?;
        let server = match (&product.plugin_id, product.server_group_id) {
            (Some(plugin), Some(group)) => {
                Some(pricing::assign_server(tx.conn(), group, plugin).await?.ok_or_else(|| {
                    AppError::conflict(format!("{} is sold out: no server has room for it", product.name))
                })?)
            }
            _ => None,
        };
        // What is asked first is what the client knows it by, until the vendor gives it a name.
        let label = answers(self.app, product.plugin_id.as_deref(), item).into_iter().next();
        // What is free, or charged by the day, comes before the first period.
        let first = self.quote.first_days(item);
        let options = self.quote.options(item.id);
        let told = Told::of(self.app, product.plugin_id.as_deref(), options)?;
        let mut fields: BTreeMap<String, String> = serde_json::from_value(item.fields.clone())?;
        fields.extend(told.fields);
        let anchor = self.quote.trial_until(item.id).or(first.map(|first| first.days.end)).unwrap_or(self.quote.today);
        let service = NewService {
            client_id: self.client,
            order_id: self.order,
            parent,
            product_id: product.product_id,
            server_id: server,
            label: label.as_deref().unwrap_or(&product.name),
            cycle_id: product.cycle_id,
            price_id: product.price_id,
            currency: &self.buyer.currency,
            amount: self.quote.cost(item.id, product)?.amount,
            options,
            options_amount: cost(options)?.amount,
            settings: &json!(told.settings),
            addons: &json!(told.addons),
            anchor,
            begins_on: first.map(|first| first.days.start),
            term: product.terms().until(*product.cycle, anchor).map(|until| (until, *product.after_term)),
            fields: &json!(fields),
            password_sealed: item.password_sealed.as_deref(),
        };
        let id = orders::insert_service(tx.conn(), &service).await?;
        custom_fields::answer(tx.conn(), id, &item.custom_fields).await?;
        if let Some(applied) = &self.quote.promotion {
            applied.promotion.promise(tx, item, self.quote, id).await?;
        }
        tx.emit(&PackageOrdered {
            order_id: self.order,
            client_id: self.client,
            service_id: id,
            product_id: product.product_id,
        })
        .await?;
        addons::tell(tx, id, News::Added).await?;
        Ok((id, product.product_id.get()))
    }

    async fn domain(&self, tx: &mut Tx<'_>, item: &CartItemRow) -> Result<DomainId> {
        let tld = self.quote.tld(item).ok_or_else(|| AppError::internal("a priced extension is gone"))?;
        let name = item.domain.as_deref().unwrap_or_default();
        let wishes = wishes(item);
        let domain = NewDomain {
            client_id: self.client,
            order_id: self.order,
            name,
            tld_id: tld.tld_id,
            plugin_id: &tld.plugin_id,
            kind: if item.kind == "domain_transfer" { "transfer" } else { "register" },
            years: item.years.unwrap_or(1),
            currency: &self.buyer.currency,
            amount: tld.renew,
            auth_code_sealed: item.auth_code_sealed.as_deref(),
            extra: &wishes.extra,
            services: &wishes.services,
            privacy: wishes.privacy,
        };
        let id = orders::insert_domain(tx.conn(), &domain).await.map_err(|e| match innkeeper_db::conflict(&e) {
            Some("domain_live_name") => {
                AppError::conflict(format!("{name} was just ordered by somebody else: remove it from the cart"))
            }
            _ => AppError::from(e),
        })?;
        if let Some(applied) = &self.quote.promotion {
            applied.promotion.promise_domain(tx, item, self.quote, id).await?;
        }
        Ok(id)
    }
}

async fn bill(tx: &mut Tx<'_>, client: ClientId, order: OrderId, quote: &Quote, placed: &Placed) -> Result<InvoiceId> {
    let services: HashMap<CartItemId, ServiceId> = placed.services.iter().map(|(item, id, _)| (*item, *id)).collect();
    let domains: HashMap<CartItemId, DomainId> = placed.domains.iter().copied().collect();
    let lines: Vec<NewLine<'_>> = quote
        .lines
        .iter()
        .map(|line| NewLine {
            service_id: services.get(&line.item).copied(),
            domain_id: domains.get(&line.item).copied(),
            period: line.period,
            price_id: line.price_id,
            tld_price_id: line.tld_price_id,
            quantity: line.quantity,
            discount: line.discount,
            treatment: line.treatment,
            tax_name: &line.tax_name,
            tax2_name: &line.tax2_name,
            ..NewLine::new(line.kind, line.description.as_str(), line.amount)
        })
        .collect();
    invoices::issue(tx, client, Some(order), quote.currency, lines, &quote.taxed_as).await
}

async fn announce(
    tx: &mut Tx<'_>,
    client_id: ClientId,
    order_id: OrderId,
    invoice_id: Option<InvoiceId>,
    quote: &Quote,
    placed: &Placed,
) -> Result<()> {
    tx.emit(&OrderPlaced {
        order_id,
        client_id,
        invoice_id,
        service_ids: placed.services.iter().map(|(_, id, _)| *id).collect(),
        domain_ids: placed.domains.iter().map(|(_, id)| *id).collect(),
        total: quote.total,
    })
    .await?;
    match super::screen::holds(tx, order_id).await? {
        true => {
            tx.emit(&OrderToBeScreened { order_id, client_id }).await?;
            tx.enqueue(&super::screen::job(order_id)).await?
        }
        false => tx.enqueue(&super::fulfil::job(order_id)).await?,
    };
    mailer::order_confirmation(tx, order_id).await
}
