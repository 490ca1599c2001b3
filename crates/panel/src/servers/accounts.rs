//! The accounts of a server: which are services, and taking over those that are not. And the way into its own panel.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::AppError;
use innkeeper_app::servers::{self, ImportInput, ListedAccount, Plan, ServerRow};
use innkeeper_domain::{ClientId, CycleId, Permission, ProductId, ServerId};
use innkeeper_plugin_api::AccountState;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, leaving, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Cell, Choice, Chrome, Empty, Facts, Flash, Form};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/servers/accounts.html")]
struct Accounts {
    chrome: Chrome,
    rows: Vec<Row>,
    empty: Empty,
    next: Option<String>,
    may_import: bool,
}

struct Row {
    name: String,
    username: String,
    plan: String,
    state: Badge,
    service: Option<Cell>,
    /// Where it is taken over.
    import: String,
}

#[derive(Deserialize)]
pub(super) struct At {
    cursor: Option<String>,
}

pub(super) async fn list(staff: Staff, Id(id): Id<ServerId>, Query(at): Query<At>) -> PageResult {
    let server = servers::get_server(&staff.app, &staff.actor, id).await?;
    let found = servers::list_accounts(&staff.app, &staff.actor, id, at.cursor.as_deref()).await?;
    let offers = servers::server_offers(&staff.app, &staff.actor, &server.plugin_id).await?;
    let row = |listed: ListedAccount| row(listed, id, at.cursor.as_deref());
    page(&Accounts {
        chrome: below(&staff, &server, "Accounts").await,
        rows: found.items.into_iter().map(row).collect(),
        empty: Empty::new("users", "No accounts", "There is nothing on this server yet."),
        next: found.next.map(|next| format!("/admin/servers/{id}/accounts?{}", query(&[("cursor", &next)]))),
        may_import: offers.takes_over && staff.may(Permission::ServicesWrite),
    })
}

fn row(ListedAccount { account, service }: ListedAccount, id: ServerId, cursor: Option<&str>) -> Row {
    let query = query(&[("account", account.remote_id.as_str()), ("cursor", cursor.unwrap_or_default())]);
    Row {
        state: match account.state {
            AccountState::Active => Badge::state("active"),
            AccountState::Suspended => Badge::state("suspended"),
            AccountState::Absent | AccountState::Unfinished => Badge::state("unknown"),
        },
        service: service.map(|known| Cell::Link(format!("/admin/services/{}", known.service_id), known.client_name)),
        import: format!("/admin/servers/{id}/import?{query}"),
        name: account.label,
        username: account.username,
        plan: account.plan.unwrap_or_default(),
    }
}

/// The query of an address.
fn query(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

#[derive(Template)]
#[template(path = "admin/servers/import.html")]
struct Import {
    chrome: Chrome,
    id: ServerId,
    facts: Facts,
    form: Form,
    plans: Vec<Choice>,
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    account: String,
    #[serde(default)]
    cursor: String,
}

pub(super) async fn ask(staff: Staff, Id(id): Id<ServerId>, Query(which): Query<Which>) -> PageResult {
    staff.actor.require(Permission::ServicesWrite)?;
    let form = Form::new().with("account", &which.account).with("cursor", &which.cursor);
    page(&view(&staff, id, form).await?)
}

pub(super) async fn import(staff: Staff, Id(id): Id<ServerId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match servers::import_account(&staff.app, &staff.actor, id, input).await {
            Ok(service) => {
                let done = Flash::success("The account is a service now. It is being marked on the server.");
                return see_other(format!("/admin/services/{service}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, id, form).await?)
}

fn read(posted: &Posted, form: &mut Form) -> Option<ImportInput> {
    let client = posted.get("client").trim().parse::<ClientId>().ok();
    let plan = posted
        .get("plan")
        .split_once('/')
        .and_then(|(product, cycle)| Some((product.parse::<ProductId>().ok()?, cycle.parse::<CycleId>().ok()?)));
    let first_day = posted.get("first_day").parse().ok();
    for (name, missing, text) in [
        ("client", client.is_none(), "Type the client's number."),
        ("plan", plan.is_none(), "Choose what it becomes."),
        ("first_day", first_day.is_none(), "Choose a day."),
    ] {
        if missing {
            form.fail(name, text);
        }
    }
    Some(ImportInput {
        remote_id: posted.get("account").to_owned(),
        cursor: posted.optional("cursor"),
        client: client?,
        plan: plan?,
        first_day: first_day?,
    })
}

async fn view(staff: &Staff, id: ServerId, form: Form) -> Result<Import, AppError> {
    let server = servers::get_server(&staff.app, &staff.actor, id).await?;
    let plans = servers::import_plans(&staff.app, &staff.actor, id).await?;
    let plan = |plan: &Plan| {
        let value = format!("{}/{}", plan.product_id, plan.cycle_id);
        Choice::new(value, format!("{}, {}", plan.product, plan.cycle.to_lowercase()))
    };
    let none = Choice::new("", "Please choose");
    Ok(Import {
        chrome: below(staff, &server, "Take over an account").await,
        id,
        facts: Facts::new().row("Account", Cell::Code(form.value("account").to_owned())),
        plans: std::iter::once(none).chain(plans.iter().map(plan)).collect(),
        form,
    })
}

#[derive(Template)]
#[template(path = "admin/servers/sign_on.html")]
struct SignOn {
    chrome: Chrome,
    id: ServerId,
    link: String,
}

/// Leads into the server's own panel.
pub(super) async fn sign_on(staff: Staff, Id(id): Id<ServerId>) -> PageResult {
    let server = servers::get_server(&staff.app, &staff.actor, id).await?;
    let link = servers::sign_on(&staff.app, &staff.actor, id).await?;
    let chrome = below(&staff, &server, "On to the control panel").await;
    leaving(&SignOn { chrome, id, link: link.reveal().clone() }, link.reveal())
}

async fn below(staff: &Staff, server: &ServerRow, title: &str) -> Chrome {
    staff
        .chrome()
        .await
        .title(title)
        .in_admin(AdminSection::Servers)
        .crumb("Servers", "/admin/servers")
        .crumb(server.name.as_str(), format!("/admin/servers/{}", server.id))
}
