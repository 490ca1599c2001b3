//! The start page: a shop window for visitors, an overview for clients.

use askama::Template;
use innkeeper_app::invoices::InvoiceFilter;
use innkeeper_app::services::ServiceFilter;
use innkeeper_app::{catalogue, clients, invoices, services};
use innkeeper_domain::state::InvoiceState;
use innkeeper_hooks::payloads::{ClientAlert, ClientAreaHomepage};
use innkeeper_web::Failure;
use innkeeper_web::extract::MaybeClient;
use innkeeper_web::places;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Empty, Form, Link, PortalSection, Stat, Tone, price};

use super::invoices::InvoiceLine;
use super::order::{ShopGroup, buyer_currency};
use super::plugins::{self, Tile};
use super::services::ServiceLine;

/// Rows of each short list.
const FEW: i64 = 5;

#[derive(Template)]
#[template(path = "portal/welcome.html")]
struct Welcome {
    chrome: Chrome,
    search: Form,
    tlds: Vec<(String, String)>,
    groups: Vec<ShopGroup>,
    empty: Empty,
}

#[derive(Template)]
#[template(path = "portal/home.html")]
struct Home {
    chrome: Chrome,
    stats: Vec<Stat>,
    invoices: Vec<InvoiceLine>,
    services: Vec<ServiceLine>,
    tiles: Vec<Tile>,
    empty: Empty,
}

pub(super) async fn show(who: MaybeClient) -> PageResult {
    match &who.session {
        Some(session) => {
            let name = session.user_name.clone();
            page(&home(&who, &name).await?)
        }
        None => page(&welcome(&who).await?),
    }
}

async fn welcome(who: &MaybeClient) -> Result<Welcome, Failure> {
    let currency = buyer_currency(who).await?;
    let (mut groups, mut tlds) = (vec![], vec![]);
    if let Some(currency) = currency {
        groups = ShopGroup::all(catalogue::storefront(&who.app, currency).await?);
        tlds = catalogue::storefront_tlds(&who.app, currency).await?;
    }
    let mut chrome = who.chrome().await;
    chrome.notes.extend(places::blocks(&who.app, &ClientAreaHomepage { client_id: None }).await);
    let (name, tagline) = (chrome.brand.name.clone(), chrome.brand.tagline.clone());
    Ok(Welcome {
        chrome: chrome.title(format!("Welcome to {name}")).subtitle(tagline),
        search: Form::new(),
        tlds: tlds.into_iter().take(6).map(|tld| (format!(".{}", tld.name), price(tld.register))).collect(),
        groups,
        empty: Empty::new("building-store", "Nothing is on sale yet", "Please come back soon."),
    })
}

async fn home(who: &MaybeClient, name: &str) -> Result<Home, Failure> {
    let (app, actor) = (&who.app, &who.actor);
    let id = actor.client_id().ok_or(innkeeper_app::AppError::Forbidden)?;
    let client = clients::get(app, actor, id).await?;
    let unpaid = InvoiceFilter { state: Some(InvoiceState::Unpaid), limit: FEW, ..InvoiceFilter::default() };
    let unpaid = invoices::list(app, actor, unpaid).await?;
    let latest = services::list(app, actor, ServiceFilter { limit: FEW, ..ServiceFilter::default() }).await?;
    let today = innkeeper_app::calendar::today(app).await?;
    let owed: Vec<String> = client.balances.iter().filter(|b| b.owed.is_positive()).map(|b| price(b.owed)).collect();
    let credit: Vec<String> =
        client.balances.iter().filter(|b| b.credit.is_positive()).map(|b| price(b.credit)).collect();
    let (count, none_owed) = (client.counts.unpaid_invoices, owed.is_empty());
    let to_pay = Stat::new("file-invoice", "To pay", if none_owed { "Nothing".to_owned() } else { owed.join(" + ") })
        .tone(if none_owed { Tone::Success } else { Tone::Warning })
        .note(match (count, credit.is_empty()) {
            (0, true) => "All invoices are settled".to_owned(),
            (_, false) => format!("You have a credit of {}", credit.join(" + ")),
            (1, _) => "1 open invoice".to_owned(),
            (more, _) => format!("{more} open invoices"),
        })
        .href("/invoices");
    let stats = vec![
        Stat::new("package", "Active services", client.counts.services.to_string()).tone(Tone::Info).href("/services"),
        Stat::new("world", "Active domains", client.counts.domains.to_string()).tone(Tone::Info).href("/domains"),
        to_pay,
    ];
    let first_name = client.client.first_name.as_str();
    let greeted = if first_name.is_empty() { name } else { first_name };
    let mut chrome = who.chrome().await.title(format!("Hello, {greeted}")).in_portal(PortalSection::Home);
    chrome.top.extend(places::blocks(app, &ClientAlert { client_id: id }).await);
    chrome.notes.extend(places::blocks(app, &ClientAreaHomepage { client_id: Some(id) }).await);
    Ok(Home {
        chrome,
        stats,
        invoices: InvoiceLine::all(unpaid, today),
        services: ServiceLine::all(latest),
        tiles: plugins::tiles(who).await?,
        empty: Empty::new(
            "package",
            "Nothing here yet",
            "Order something and it appears here, usually within a minute of your payment.",
        )
        .action(Link::to("/order", "See what we offer").primary().icon("shopping-cart-plus")),
    })
}
