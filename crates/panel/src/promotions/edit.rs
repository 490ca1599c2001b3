//! A promotion: its form, and who used it.

use askama::Template;
use innkeeper_app::calendar;
use innkeeper_app::catalogue::{self, ListProducts};
use innkeeper_app::promotions::{self, PromotionInput, StoredPromotion, UseRow};
use innkeeper_domain::{Currency, DiscountKind, Money, Permission, PromotionClients, PromotionFor, PromotionId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Field, Flash, Form, Moment, PostButton};

use super::list::state;
use crate::outcome::back;
use crate::reading::{choice, optional_amount, optional_day, optional_number};

/// Uses shown beside the form, and products that can be chosen.
const SHOWN: i64 = 20;
const PRODUCTS: i64 = 500;

#[derive(Template)]
#[template(path = "admin/promotions/edit.html")]
struct Edit {
    chrome: Chrome,
    form: Form,
    kinds: Vec<Choice>,
    counts_for: Vec<Choice>,
    clients: Vec<Choice>,
    amounts: Vec<Field>,
    products: Vec<Choice>,
    tlds: Vec<Choice>,
    cycles: Vec<Choice>,
    /// Of a promotion that exists.
    aside: Option<Aside>,
    may_write: bool,
}

struct Aside {
    state: Badge,
    uses: Vec<Used>,
    total: String,
    retire: PostButton,
}

struct Used {
    what: String,
    href: String,
    client: String,
    at: Moment,
    released: bool,
}

pub(super) async fn new(staff: Staff) -> PageResult {
    staff.actor.require(Permission::CatalogueWrite)?;
    let form = Form::new()
        .with("kind", DiscountKind::Percent)
        .with("counts_for", PromotionFor::Orders)
        .with("clients", PromotionClients::All)
        .with("periods", 1);
    page(&view(&staff, None, form).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&staff, &posted, &mut form).await? {
        match promotions::create(&staff.app, &staff.actor, input).await {
            Ok(id) => {
                let done = Flash::success("The promotion is made: its code counts from now on.");
                return see_other(format!("/admin/promotions/{id}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, None, form).await?)
}

pub(super) async fn show(staff: Staff, Id(id): Id<PromotionId>) -> PageResult {
    let promotion = promotions::get(&staff.app, &staff.actor, id).await?;
    let form = filled(&promotion.input);
    page(&view(&staff, Some(promotion), form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<PromotionId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&staff, &posted, &mut form).await? {
        match promotions::update(&staff.app, &staff.actor, id, input).await {
            Ok(()) => {
                let done = Flash::success("The promotion is saved. What services were promised stays as it was.");
                return see_other(format!("/admin/promotions/{id}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    let promotion = promotions::get(&staff.app, &staff.actor, id).await?;
    refused(&view(&staff, Some(promotion), form).await?)
}

pub(super) async fn retire(staff: Staff, Id(id): Id<PromotionId>) -> PageResult {
    let result = promotions::retire(&staff.app, &staff.actor, id).await;
    back(format!("/admin/promotions/{id}"), result, "Nobody can use the code any more.")
}

pub(super) async fn bring_back(staff: Staff, Id(id): Id<PromotionId>) -> PageResult {
    let result = promotions::bring_back(&staff.app, &staff.actor, id).await;
    back(format!("/admin/promotions/{id}"), result, "The code counts again.")
}

/// What was typed, if all of it can be read.
async fn read(staff: &Staff, posted: &Posted, form: &mut Form) -> Result<Option<PromotionInput>, Failure> {
    let percent = match posted.optional("percent").map(|text| text.replace(',', ".").parse()) {
        Some(Ok(percent)) => Some(percent),
        Some(Err(_)) => {
            form.fail("percent", "Enter a number such as 20 or 12.5.");
            None
        }
        None => None,
    };
    let mut amounts = vec![];
    for currency in catalogue::list_currencies(&staff.app, &staff.actor).await? {
        let typed = optional_amount(posted, form, &amount_name(*currency.code), *currency.code);
        amounts.extend(typed.map(|minor| Money::new(minor, *currency.code)));
    }
    let (kind, clients) = (choice(posted, form, "kind"), choice(posted, form, "clients"));
    let counts_for = choice(posted, form, "counts_for");
    let periods = optional_number(posted, form, "periods");
    let max_uses = optional_number(posted, form, "max_uses");
    let (starts_on, ends_on) = (optional_day(posted, form, "starts_on"), optional_day(posted, form, "ends_on"));
    let (true, Some(kind), Some(clients), Some(counts_for)) = (form.is_fine(), kind, clients, counts_for) else {
        return Ok(None);
    };
    Ok(Some(PromotionInput {
        code: posted.text("code"),
        note: posted.text("note"),
        kind,
        percent,
        amounts,
        periods,
        starts_on,
        ends_on,
        max_uses,
        counts_for,
        clients,
        once_per_client: posted.ticked("once_per_client"),
        one_item: posted.ticked("one_item"),
        products: ids(posted, "products"),
        tlds: ids(posted, "tlds"),
        cycles: ids(posted, "cycles"),
        requires: ids(posted, "requires"),
    }))
}

fn ids<T: From<i64>>(posted: &Posted, name: &str) -> Vec<T> {
    posted.all(name).iter().filter_map(|id| id.parse::<i64>().ok()).map(T::from).collect()
}

fn amount_name(currency: Currency) -> String {
    format!("amount.{currency}")
}

fn filled(input: &PromotionInput) -> Form {
    let chosen = |name: &str, ids: Vec<i64>| {
        ids.into_iter().map(move |id| (name.to_owned(), id.to_string())).collect::<Vec<_>>()
    };
    let lists = [
        chosen("products", input.products.iter().map(|id| id.get()).collect()),
        chosen("tlds", input.tlds.iter().map(|id| id.get()).collect()),
        chosen("cycles", input.cycles.iter().map(|id| id.get()).collect()),
        chosen("requires", input.requires.iter().map(|id| id.get()).collect()),
    ];
    let text = |value: Option<String>| value.unwrap_or_default();
    let mut form = Form::posted(lists.concat())
        .with("code", &input.code)
        .with("note", &input.note)
        .with("kind", input.kind)
        .with("percent", text(input.percent.map(|percent| percent.to_string())))
        .with("periods", text(input.periods.map(|n| n.to_string())))
        .with("starts_on", text(input.starts_on.map(|day| day.to_string())))
        .with("ends_on", text(input.ends_on.map(|day| day.to_string())))
        .with("max_uses", text(input.max_uses.map(|n| n.to_string())))
        .with("counts_for", input.counts_for)
        .with("clients", input.clients)
        .with("once_per_client", input.once_per_client)
        .with("one_item", input.one_item);
    for amount in &input.amounts {
        form = form.with(&amount_name(amount.currency()), amount.to_decimal());
    }
    form
}

async fn view(staff: &Staff, promotion: Option<StoredPromotion>, form: Form) -> Result<Edit, Failure> {
    let (app, actor) = (&staff.app, &staff.actor);
    let choose = |id: i64, name: String| Choice::new(id.to_string(), name);
    let sold = ListProducts { group_id: None, text: String::new(), retired: false, before: None, limit: PRODUCTS };
    let products = catalogue::list_products(app, actor, sold).await?;
    let tlds = catalogue::list_tlds(app, actor).await?;
    let cycles = catalogue::list_cycles(app, actor).await?;
    let currencies = catalogue::list_currencies(app, actor).await?;
    let title = promotion.as_ref().map_or_else(|| "New promotion".to_owned(), |p| p.row.code.clone());
    let chrome = staff.chrome().await.title(title).in_admin(AdminSection::Products);
    let amount = |currency: Currency| {
        form.decimal(&amount_name(currency), &format!("Amount in {currency}")).unit(currency.code())
    };
    Ok(Edit {
        chrome: chrome.crumb("Promotions", "/admin/promotions"),
        kinds: vec![
            Choice::new("percent", "A share of the price off"),
            Choice::new("amount", "An amount off"),
            Choice::new("price", "Another price instead"),
            Choice::new("setup", "No set-up fee"),
        ],
        counts_for: vec![
            Choice::new("orders", "Orders"),
            Choice::new("changes", "Changes of plan"),
            Choice::new("both", "Orders and changes of plan"),
        ],
        clients: vec![
            Choice::new("all", "Everybody"),
            Choice::new("new", "Who orders for the first time"),
            Choice::new("existing", "Who has ordered before"),
        ],
        amounts: currencies.iter().map(|row| amount(*row.code)).collect(),
        products: products.into_iter().map(|p| choose(p.id.get(), p.name)).collect(),
        tlds: tlds.into_iter().map(|t| choose(t.row.id.get(), format!(".{}", t.row.name))).collect(),
        cycles: cycles.into_iter().map(|c| choose(c.id.get(), c.name)).collect(),
        form,
        aside: match promotion {
            Some(promotion) => Some(aside(staff, &promotion).await?),
            None => None,
        },
        may_write: staff.may(Permission::CatalogueWrite),
    })
}

async fn aside(staff: &Staff, promotion: &StoredPromotion) -> Result<Aside, Failure> {
    let row = &promotion.row;
    let uses = promotions::uses(&staff.app, &staff.actor, row.id, None, SHOWN).await?;
    let used = |row: UseRow| Used {
        what: row.order_id.map_or_else(|| "A change of plan".to_owned(), |id| format!("Order {id}")),
        href: match (row.order_id, row.service_id) {
            (Some(id), _) => format!("/admin/orders/{id}"),
            (None, id) => format!("/admin/services/{}", id.unwrap_or_default()),
        },
        client: row.client_name,
        at: Moment::exact(&row.used_at),
        released: row.released_at.is_some(),
    };
    let address = format!("/admin/promotions/{}", row.id);
    Ok(Aside {
        state: state(row, calendar::today(&staff.app).await?),
        total: match (row.uses, row.max_uses) {
            (uses, Some(most)) => format!("{uses} of {most} times"),
            (1, None) => "once".to_owned(),
            (uses, None) => format!("{uses} times"),
        },
        uses: uses.into_iter().map(used).collect(),
        retire: if row.retired_at.is_some() {
            PostButton::new(&format!("{address}/bring-back"), "Put back on offer").icon("refresh")
        } else {
            PostButton::new(&format!("{address}/retire"), "Retire")
                .danger()
                .icon("archive")
                .confirm("End this promotion? Nobody can use its code any more. Services that have it keep it.")
        },
    })
}
