//! Taking back a part of an invoice: a credit note.

use askama::Template;
use innkeeper_app::invoices::{self, CreditInvoice, CreditableLine, InvoiceRow};
use innkeeper_app::{AppError, Checks};
use innkeeper_domain::{Currency, InvoiceId, Money, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Field, Flash, Form};

use super::number;
use crate::amount::amount;

#[derive(Template)]
#[template(path = "admin/invoices/credit.html")]
struct Credit {
    chrome: Chrome,
    id: InvoiceId,
    form: Form,
    lines: Vec<Field>,
}

pub(super) async fn ask(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    let lines = invoices::creditable(&staff.app, &staff.actor, id).await?;
    let left = |form: Form, line: &CreditableLine| {
        form.with(&field(line), Money::new(line.left(), *line.currency).to_decimal())
    };
    let form = lines.iter().fold(Form::new(), left);
    page(&view(&staff, id, &lines, form).await?)
}

pub(super) async fn issue(staff: Staff, Id(id): Id<InvoiceId>, posted: Posted) -> PageResult {
    let lines = invoices::creditable(&staff.app, &staff.actor, id).await?;
    let issued = match command(id, &lines, &posted) {
        Ok(command) => invoices::credit(&staff.app, &staff.actor, command).await,
        Err(error) => Err(error),
    };
    match issued {
        Ok(note) => {
            see_other(format!("/admin/invoices/{note}")).flash(Flash::success("The credit note is issued.")).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, id, &lines, form).await?)
        }
    }
}

/// What was typed; a line with nothing in it stays.
fn command(invoice_id: InvoiceId, lines: &[CreditableLine], posted: &Posted) -> Result<CreditInvoice, AppError> {
    let mut checks = Checks::default();
    let mut wanted = vec![];
    for line in lines {
        let (name, currency): (String, Currency) = (field(line), *line.currency);
        let typed = posted.text(&name);
        if !typed.is_empty()
            && let Some(amount) = checks.parse(&name, Money::parse(&typed, currency))
            && !amount.is_zero()
        {
            wanted.push((line.id, amount));
        }
    }
    checks.require(!wanted.is_empty(), "", "Say how much of at least one line is taken back.");
    checks.finish()?;
    Ok(CreditInvoice { invoice_id, lines: wanted, reason: posted.text("reason") })
}

/// As the use case names it.
fn field(line: &CreditableLine) -> String {
    format!("lines.{}", line.id)
}

async fn view(staff: &Staff, id: InvoiceId, lines: &[CreditableLine], form: Form) -> Result<Credit, Failure> {
    staff.actor.require(Permission::InvoicesWrite)?;
    let invoice: InvoiceRow = invoices::get(&staff.app, &staff.actor, id).await?.invoice;
    let title = number(&invoice);
    let fields = lines.iter().filter(|line| line.left() > 0).map(|line| {
        let left = amount(line.left(), line.currency.code());
        form.decimal(&field(line), &line.description)
            .unit(line.currency.code())
            .help(&format!("At most {left}, without tax."))
    });
    Ok(Credit {
        chrome: staff
            .chrome()
            .await
            .title("Credit note")
            .in_admin(AdminSection::Invoices)
            .crumb("Invoices", "/admin/invoices")
            .crumb(title, format!("/admin/invoices/{id}")),
        id,
        lines: fields.collect(),
        form,
    })
}
