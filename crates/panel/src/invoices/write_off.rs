//! Writing an invoice off, with the reason.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::invoices::{self, InvoiceRow};
use innkeeper_domain::{InvoiceId, Permission, state::InvoiceState};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Flash, Form};

use super::number;
use crate::amount::amount;

#[derive(Template)]
#[template(path = "admin/invoices/write_off.html")]
struct WriteOff {
    chrome: Chrome,
    id: InvoiceId,
    owed: String,
    form: Form,
}

pub(super) async fn ask(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let invoice = invoices::get(&staff.app, &staff.actor, id).await?.invoice;
    if invoice.state.0 != InvoiceState::Unpaid {
        return see_other(address(id)).flash(Flash::info("Nothing is owed on this invoice.")).ok();
    }
    page(&view(&staff, &invoice, Form::new()).await)
}

pub(super) async fn write_off(staff: Staff, Id(id): Id<InvoiceId>, posted: Posted) -> PageResult {
    match invoices::write_off(&staff.app, &staff.actor, id, &posted.text("reason")).await {
        Ok(()) => see_other(address(id)).flash(Flash::success("The invoice is written off.")).ok(),
        Err(error @ AppError::Invalid(_)) => {
            let mut form = posted.form();
            form.refuse(error)?;
            let invoice = invoices::get(&staff.app, &staff.actor, id).await?.invoice;
            refused(&view(&staff, &invoice, form).await)
        }
        Err(error) => crate::outcome::back(address(id), Err::<(), _>(error), ""),
    }
}

fn address(id: InvoiceId) -> String {
    format!("/admin/invoices/{id}")
}

async fn view(staff: &Staff, invoice: &InvoiceRow, form: Form) -> WriteOff {
    WriteOff {
        chrome: staff
            .chrome()
            .await
            .title("Write off")
            .in_admin(AdminSection::Invoices)
            .crumb("Invoices", "/admin/invoices")
            .crumb(number(invoice), address(invoice.id)),
        id: invoice.id,
        owed: amount(invoice.total - invoice.paid, &invoice.currency),
        form,
    }
}
