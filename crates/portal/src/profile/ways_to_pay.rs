//! The ways to pay that payment services keep for a client.

use askama::Template;
use axum::extract::{Path, RawQuery};
use innkeeper_app::AppError;
use innkeeper_app::payments::{self, Wallet};
use innkeeper_plugin_api::PaymentPage;
use innkeeper_web::error::external_text;
use innkeeper_web::extract::{Client, Posted};
use innkeeper_web::reply::{PageResult, leaving, page, see_other, sentence};
use innkeeper_web::view::{Chrome, Empty, Flash, PortalSection, PostButton};

use crate::invoices::mounted::Mounted;

const HERE: &str = "/ways-to-pay";

#[derive(Template)]
#[template(path = "portal/profile/ways_to_pay.html")]
struct Ways {
    chrome: Chrome,
    wallets: Vec<View>,
    none: Empty,
}

struct View {
    name: String,
    methods: Vec<Method>,
    problem: Option<String>,
    add: String,
}

struct Method {
    label: String,
    expires: String,
    is_default: bool,
    make_default: PostButton,
    forget: PostButton,
}

#[derive(Template)]
#[template(path = "portal/profile/way_to_pay.html")]
struct Add {
    chrome: Chrome,
    text: String,
    lines: Vec<(String, String)>,
    link: Option<String>,
    form: Option<Mounted>,
}

pub(super) async fn show(client: Client) -> PageResult {
    let wallets = payments::wallets(&client.app, &client.actor, client.id()?).await?;
    page(&Ways {
        chrome: client.chrome().await.title("Profile").in_portal(PortalSection::Profile),
        wallets: wallets.into_iter().map(View::new).collect(),
        none: Empty::new("credit-card", "Nothing can be stored", "You choose how to pay with each invoice."),
    })
}

impl View {
    fn new(wallet: Wallet) -> Self {
        let button = |verb: &str, label: &str, id: &str| {
            PostButton::new(&format!("{HERE}/{verb}"), label)
                .with("gateway", &wallet.gateway)
                .with("method", id)
                .small()
        };
        let method = |stored: &innkeeper_plugin_api::StoredMethod| Method {
            label: stored.label.clone(),
            expires: stored.expires.map(|(year, month)| format!("{month:02}/{year}")).unwrap_or_default(),
            is_default: wallet.default.as_ref() == Some(&stored.id),
            make_default: button("default", "Use by default", &stored.id).about(&stored.label),
            forget: button("forget", "Forget", &stored.id)
                .danger()
                .about(&stored.label)
                .confirm("Forget this way to pay? Our payment service removes it for good."),
        };
        Self {
            methods: wallet.methods.iter().map(method).collect(),
            problem: wallet.problem.as_ref().map(external_text),
            add: format!("{HERE}/add/{}", wallet.gateway),
            name: wallet.name,
        }
    }
}

pub(super) async fn add(client: Client, Path(gateway): Path<String>) -> PageResult {
    let paying = match payments::setup(&client.app, &client.actor, client.id()?, &gateway).await {
        Ok(paying) => paying,
        Err(AppError::External(error)) => return see_other(HERE).flash(Flash::warning(external_text(&error))).ok(),
        Err(AppError::Conflict(why)) => return see_other(HERE).flash(Flash::warning(sentence(&why))).ok(),
        Err(other) => return Err(other.into()),
    };
    let form = Mounted::of(&paying);
    let mut chrome = client.chrome().await.title("Store a way to pay").crumb("Ways to pay", HERE);
    chrome.script = form.as_ref().map(|form| form.script.clone());
    let (text, lines, link) = match paying.page {
        PaymentPage::Instructions { text, lines } => (text, lines, None),
        PaymentPage::Redirect { url, .. } => ("Go on at our payment service.".to_owned(), vec![], Some(url)),
        PaymentPage::Hosted(_) => ("What you enter goes to our payment service alone.".to_owned(), vec![], None),
    };
    let view = Add { chrome: chrome.in_portal(PortalSection::Profile), text, lines, link, form };
    match &view.link {
        Some(url) => leaving(&view, url),
        None => Mounted::let_in(view.form.as_ref(), page(&view)?),
    }
}

/// The browser comes back from the gateway.
pub(super) async fn added(client: Client, Path(gateway): Path<String>, RawQuery(query): RawQuery) -> PageResult {
    let query = query.unwrap_or_default();
    payments::stored_one(&client.app, &client.actor, client.id()?, &gateway, &query).await?;
    see_other(HERE).ok()
}

pub(super) async fn make_default(client: Client, posted: Posted) -> PageResult {
    let (gateway, method) = (posted.get("gateway"), posted.get("method"));
    let result = payments::make_default(&client.app, &client.actor, client.id()?, gateway, method).await;
    after(result, "It is proposed first from now on.")
}

pub(super) async fn forget(client: Client, posted: Posted) -> PageResult {
    let (gateway, method) = (posted.get("gateway"), posted.get("method"));
    let result = payments::forget(&client.app, &client.actor, client.id()?, gateway, method).await;
    after(result, "It is forgotten.")
}

fn after(result: Result<(), AppError>, done: &str) -> PageResult {
    let flash = match result {
        Ok(()) => Flash::success(done),
        Err(AppError::External(error)) => Flash::warning(external_text(&error)),
        Err(AppError::Conflict(why)) => Flash::warning(sentence(&why)),
        Err(other) => return Err(other.into()),
    };
    see_other(HERE).flash(flash).ok()
}
