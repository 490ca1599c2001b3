//! Charging what a client has stored.

use askama::Template;
use innkeeper_app::payments::{self, ChargeInvoice};
use innkeeper_app::{AppError, invoices};
use innkeeper_domain::{InvoiceId, Permission, state::InvoiceState};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, see_other, sentence};
use innkeeper_web::view::{AdminSection, Chrome, Facts, Flash, PostButton};

use super::number;
use crate::amount::amount;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/invoices/charge.html")]
struct Charge {
    chrome: Chrome,
    facts: Facts,
    methods: Vec<Method>,
    problems: Vec<String>,
}

struct Method {
    label: String,
    gateway: String,
    is_default: bool,
    charge: PostButton,
}

pub(super) async fn show(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let invoice = invoices::get(&staff.app, &staff.actor, id).await?.invoice;
    if invoice.state.0 != InvoiceState::Unpaid {
        return see_other(format!("/admin/invoices/{id}")).flash(Flash::info("Nothing is owed on this invoice.")).ok();
    }
    let owed = amount(invoice.total - invoice.paid, &invoice.currency);
    let wallets = payments::wallets(&staff.app, &staff.actor, invoice.client_id).await?;
    let (mut methods, mut problems) = (vec![], vec![]);
    for wallet in wallets {
        if let Some(error) = &wallet.problem {
            problems.push(format!("{}: {}", wallet.name, sentence(&error.detail)));
        }
        methods.extend(wallet.methods.iter().map(|stored| {
            Method {
                label: stored.label.clone(),
                gateway: wallet.name.clone(),
                is_default: wallet.default.as_ref() == Some(&stored.id),
                charge: PostButton::new(&format!("/admin/invoices/{id}/charge"), "Charge")
                    .with("gateway", &wallet.gateway)
                    .with("method", &stored.id)
                    .small()
                    .about(&stored.label)
                    .confirm(&format!("Charge {owed} to {}?", stored.label)),
            }
        }));
    }
    let title = number(&invoice);
    page(&Charge {
        chrome: staff
            .chrome()
            .await
            .title("Charge a stored way to pay")
            .in_admin(AdminSection::Invoices)
            .crumb("Invoices", "/admin/invoices")
            .crumb(title.as_str(), format!("/admin/invoices/{id}")),
        facts: Facts::new().row("Invoice", title).row("Client", invoice.client_name.as_str()).row("Still to pay", owed),
        methods,
        problems,
    })
}

pub(super) async fn charge(staff: Staff, Id(id): Id<InvoiceId>, posted: Posted) -> PageResult {
    let command = ChargeInvoice { invoice_id: id, gateway: posted.text("gateway"), method: posted.text("method") };
    let result: Result<_, AppError> = payments::charge(&staff.app, &staff.actor, command).await;
    back(format!("/admin/invoices/{id}"), result, "The charge is on its way.")
}
