//! A draft: its lines, what they come to, and the button that makes it an invoice.

use askama::Template;
use innkeeper_app::clients;
use innkeeper_app::invoices::drafts::{self, DraftInput, DraftRow, DraftView};
use innkeeper_domain::{ClientId, Currency, InvoiceDraftId, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Flash, Form, PostButton};

use crate::amount::shown;
use crate::composing::{self, LineFields};
use crate::outcome::back;
use crate::reading::optional_number;

const OTHERS: [&str; 3] = ["due_days", "notes", "version"];

#[derive(Template)]
#[template(path = "admin/drafts/edit.html")]
struct Edit {
    chrome: Chrome,
    client_id: ClientId,
    client: String,
    form: Form,
    lines: Vec<LineFields>,
    /// Of a draft that is kept.
    kept: Option<Kept>,
    may_write: bool,
}

/// What a kept draft comes to.
struct Kept {
    sums: Vec<(String, String)>,
    total: String,
    issue: PostButton,
    delete: PostButton,
}

/// Whose draft, and in which currency.
struct Whose {
    client_id: ClientId,
    client: String,
    currency: Currency,
}

pub(super) async fn new(staff: Staff, Id(client): Id<ClientId>) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let whose = whose(&staff, client).await?;
    let form = composing::of(Form::new(), &[], whose.currency);
    page(&view(&staff, whose, None, form).await)
}

pub(super) async fn create(staff: Staff, Id(client): Id<ClientId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let whose = whose(&staff, client).await?;
    let mut form = composing::form(&posted, &OTHERS);
    if posted.ticked("more") {
        return page(&view(&staff, whose, None, form).await);
    }
    if let Some(input) = read(&posted, &mut form, whose.currency) {
        match drafts::create(&staff.app, &staff.actor, client, input).await {
            Ok(id) => return see_other(address(id)).flash(Flash::success("The draft is kept.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, whose, None, form).await)
}

pub(super) async fn show(staff: Staff, Id(id): Id<InvoiceDraftId>) -> PageResult {
    let draft = drafts::get(&staff.app, &staff.actor, id).await?;
    if let Some(invoice) = draft.row.invoice_id {
        return see_other(format!("/admin/invoices/{invoice}")).ok();
    }
    let row = &draft.row;
    let form = Form::new()
        .with("due_days", row.due_days.map(|days| days.to_string()).unwrap_or_default())
        .with("notes", &row.notes)
        .with("version", row.version);
    let form = composing::of(form, &draft.lines, *row.currency);
    page(&view(&staff, whose_is(row), Some(&draft), form).await)
}

pub(super) async fn save(staff: Staff, Id(id): Id<InvoiceDraftId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let draft = drafts::get(&staff.app, &staff.actor, id).await?;
    let mut form = composing::form(&posted, &OTHERS);
    if posted.ticked("more") {
        return page(&view(&staff, whose_is(&draft.row), Some(&draft), form).await);
    }
    if let Some(input) = read(&posted, &mut form, *draft.row.currency) {
        let seen = posted.text("version").parse().ok();
        match drafts::update(&staff.app, &staff.actor, id, seen, input).await {
            Ok(()) => return see_other(address(id)).flash(Flash::success("The draft is kept.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, whose_is(&draft.row), Some(&draft), form).await)
}

pub(super) async fn issue(staff: Staff, Id(id): Id<InvoiceDraftId>, posted: Posted) -> PageResult {
    let seen = posted.text("version").parse().ok();
    match drafts::issue(&staff.app, &staff.actor, id, seen).await {
        Ok(invoice) => {
            let done = Flash::success("It is issued, and the client gets it by mail.");
            see_other(format!("/admin/invoices/{invoice}")).flash(done).ok()
        }
        Err(error) => back(address(id), Err::<(), _>(error), ""),
    }
}

pub(super) async fn delete(staff: Staff, Id(id): Id<InvoiceDraftId>) -> PageResult {
    match drafts::delete(&staff.app, &staff.actor, id).await {
        Ok(()) => see_other("/admin/drafts").flash(Flash::success("The draft is thrown away.")).ok(),
        Err(error) => back(address(id), Err::<(), _>(error), ""),
    }
}

fn address(id: InvoiceDraftId) -> String {
    format!("/admin/drafts/{id}")
}

async fn whose(staff: &Staff, id: ClientId) -> Result<Whose, Failure> {
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    Ok(Whose { client_id: id, client: crate::clients::name(&client), currency: *client.currency })
}

fn whose_is(row: &DraftRow) -> Whose {
    Whose { client_id: row.client_id, client: row.client_name.clone(), currency: *row.currency }
}

fn read(posted: &Posted, form: &mut Form, currency: Currency) -> Option<DraftInput> {
    let due_days = optional_number(posted, form, "due_days");
    let lines = composing::read(posted, form, currency)?;
    Some(DraftInput { due_days, notes: posted.text("notes"), lines })
}

async fn view(staff: &Staff, whose: Whose, draft: Option<&DraftView>, form: Form) -> Edit {
    let title = draft.map_or_else(|| "New invoice".to_owned(), |draft| format!("Draft {}", draft.row.id));
    Edit {
        chrome: inside(staff.chrome().await.title(title)).crumb("Drafts", "/admin/drafts"),
        client_id: whose.client_id,
        client: whose.client,
        lines: composing::fields(&form, whose.currency),
        form,
        kept: draft.map(kept),
        may_write: staff.may(Permission::InvoicesWrite),
    }
}

fn kept(draft: &DraftView) -> Kept {
    let preview = &draft.preview;
    let address = address(draft.row.id);
    Kept {
        sums: composing::sums(preview),
        total: shown(preview.total),
        issue: PostButton::new(&format!("{address}/issue"), "Issue the invoice")
            .primary()
            .icon("file-invoice")
            .with("version", &draft.row.version.to_string())
            .confirm("Issue this invoice as it was kept? It gets its number, and the client gets it by mail."),
        delete: PostButton::new(&format!("{address}/delete"), "Throw away")
            .danger()
            .icon("trash")
            .confirm("Throw this draft away? It cannot be brought back."),
    }
}

/// A page below the invoices.
pub(crate) fn inside(chrome: Chrome) -> Chrome {
    chrome.in_admin(AdminSection::Invoices).crumb("Invoices", "/admin/invoices")
}
