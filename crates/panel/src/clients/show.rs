//! A client's page: everything around it at one look.

use askama::Template;
use innkeeper_app::clients::{self, ClientRow, ClientView};
use innkeeper_domain::{ClientId, Permission, state::ClientState};
use innkeeper_hooks::payloads::{ClientActions, ClientFacts, ClientSummary};
use innkeeper_plugin_api::pages::About;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::places;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Facts, Moment, PostButton, Stat, Timeline, Tone};

use super::{name, recent, vat};
use crate::amount::shown;
use crate::listing::Tab;
use crate::plugins::tabs_on;

#[derive(Template)]
#[template(path = "admin/clients/show.html")]
struct Show {
    chrome: Chrome,
    tabs: Vec<Tab>,
    id: ClientId,
    state: Badge,
    stats: Vec<Stat>,
    facts: Facts,
    vat: Option<vat::Card>,
    custom: Option<Facts>,
    recent: Vec<recent::Recent>,
    contacts: Vec<Contact>,
    logins: Vec<Login>,
    notes: String,
    history: Option<Timeline>,
    may_edit: bool,
    may_order: bool,
    may_account: bool,
    may_invoice: bool,
    door: Option<PostButton>,
}

struct Contact {
    id: i64,
    name: String,
    email: String,
    gets: String,
}

struct Login {
    email: String,
    is_owner: bool,
    seen: Option<Moment>,
    remove: Option<PostButton>,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    let view = clients::get(&staff.app, &staff.actor, id).await?;
    let client = &view.client;
    let may_edit = staff.may(Permission::ClientsWrite);
    let mut chrome = staff.chrome().await.title(name(client)).in_admin(AdminSection::Clients);
    chrome.actions = places::links(&staff.app, &ClientActions { client_id: id }).await;
    chrome.notes.extend(places::blocks(&staff.app, &ClientSummary { client_id: id }).await);
    page(&Show {
        chrome: chrome.subtitle(format!("Client {id}")).crumb("Clients", "/admin/clients"),
        tabs: tabs_on(&staff, About::Client(id), "").await?,
        id,
        state: Badge::state(client.state.0.as_str()),
        stats: stats(&view, id),
        facts: places::facts(&staff.app, &told(client), facts(client, &staff)).await,
        vat: vat::card(&staff, id, may_edit).await?,
        custom: custom(&view),
        recent: recent::of(&staff, id).await?,
        contacts: contacts(&view),
        logins: logins(&view, &staff, may_edit),
        notes: client.notes.clone(),
        history: recent::history(&staff, id).await?,
        may_edit,
        may_account: staff.may(Permission::InvoicesRead),
        may_invoice: staff.may(Permission::InvoicesWrite),
        may_order: staff.may(Permission::OrdersWrite) && client.state.0 != ClientState::Closed,
        door: may_edit.then(|| door(client)),
    })
}

fn stats(view: &ClientView, id: ClientId) -> Vec<Stat> {
    let owed = view.balances.iter().filter(|b| !b.owed.is_zero()).map(|b| shown(b.owed));
    let credit = view.balances.iter().filter(|b| !b.credit.is_zero()).map(|b| shown(b.credit));
    let sum = |parts: Vec<String>| {
        if parts.is_empty() { shown(view.client.currency.0.zero()) } else { parts.join(" + ") }
    };
    let owes = owed.collect::<Vec<_>>();
    let tone = if owes.is_empty() { Tone::Neutral } else { Tone::Warning };
    let unpaid = match view.counts.unpaid_invoices {
        0 => "Nothing unpaid".to_owned(),
        1 => "1 unpaid invoice".to_owned(),
        n => format!("{n} unpaid invoices"),
    };
    vec![
        Stat::new("file-invoice", "Owes", sum(owes))
            .tone(tone)
            .note(unpaid)
            .href(format!("/admin/invoices?client={id}&state=unpaid")),
        Stat::new("cash", "Credit", sum(credit.collect())).note("Paid and not yet used"),
        Stat::new("package", "Live services", view.counts.services.to_string())
            .href(format!("/admin/services?client={id}")),
        Stat::new("world", "Active domains", view.counts.domains.to_string())
            .href(format!("/admin/domains?client={id}")),
    ]
}

fn facts(client: &ClientRow, staff: &Staff) -> Facts {
    let mut facts = Facts::new();
    if !client.company.is_empty() {
        facts = facts.row("Company", client.company.as_str());
    }
    let town = format!("{} {}", client.postcode, client.city);
    let lines = [client.address1.as_str(), &client.address2, town.trim(), &client.region, &client.country];
    let address: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    facts = facts
        .row("Name", format!("{} {}", client.first_name, client.last_name))
        .row("E-mail", client.email.as_str())
        .row("Telephone", client.phone.as_str())
        .row("Address", address.join(", "))
        .row("Tax number", client.tax_number.as_str());
    if client.tax_exempt {
        facts = facts.row("Tax", "Exempt");
    }
    facts
        .row("Currency", client.currency.0.code())
        .row("Language", client.language.as_str())
        .row("Client since", Moment::ago(&client.created_at, staff.app.now()))
}

fn told(client: &ClientRow) -> ClientFacts {
    ClientFacts {
        client_id: client.id,
        first_name: client.first_name.clone(),
        last_name: client.last_name.clone(),
        company: client.company.clone(),
        email: client.email.clone(),
        state: client.state.0.as_str().to_owned(),
    }
}

fn custom(view: &ClientView) -> Option<Facts> {
    let value = |kind: &str, value: Option<&str>| match (kind, value) {
        ("checkbox", Some("true")) => "Yes".to_owned(),
        ("checkbox", _) => "No".to_owned(),
        (_, value) => value.unwrap_or_default().to_owned(),
    };
    let rows = view.fields.iter();
    let facts = rows.fold(Facts::new(), |facts, f| facts.row(f.label.as_str(), value(&f.kind, f.value.as_deref())));
    (!view.fields.is_empty()).then_some(facts)
}

fn contacts(view: &ClientView) -> Vec<Contact> {
    let gets = |invoices, support| match (invoices, support) {
        (true, true) => "Invoices and support",
        (true, false) => "Invoices",
        (false, true) => "Support",
        (false, false) => "No mail",
    };
    let contact = |row: &clients::ContactRow| Contact {
        id: row.id.get(),
        name: row.name.clone(),
        email: row.email.clone(),
        gets: gets(row.gets_invoices, row.gets_support).to_owned(),
    };
    view.contacts.iter().map(contact).collect()
}

fn logins(view: &ClientView, staff: &Staff, may_edit: bool) -> Vec<Login> {
    let now = staff.app.now();
    let login = |row: &clients::ClientLogin| Login {
        email: row.email.clone(),
        is_owner: row.is_owner,
        seen: row.last_login_at.as_ref().map(|at| Moment::ago(at, now)),
        remove: may_edit.then(|| {
            PostButton::new(&format!("/admin/clients/{}/logins/{}/remove", view.client.id, row.user_id), "Remove")
                .small()
                .about(&row.email)
                .confirm(&format!(
                    "Remove the login {}? It is signed out and cannot act for this client any more.",
                    row.email
                ))
        }),
    };
    view.logins.iter().map(login).collect()
}

fn door(client: &ClientRow) -> PostButton {
    let id = client.id;
    if client.state.0 == ClientState::Active {
        PostButton::new(&format!("/admin/clients/{id}/close"), "Close client")
            .danger()
            .icon("archive")
            .confirm("Close this client? All its logins and tokens are shut out at once. You can reopen it later.")
    } else {
        PostButton::new(&format!("/admin/clients/{id}/reopen"), "Reopen").icon("lock-open")
    }
}
