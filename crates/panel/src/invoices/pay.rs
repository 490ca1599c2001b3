//! Recording a payment that arrived.

use askama::Template;
use innkeeper_app::invoices::{self, InvoiceRow};
use innkeeper_app::payments::{self, RecordPayment};
use innkeeper_app::{AppError, Checks, calendar};
use innkeeper_domain::{Currency, InvoiceId, Money, Permission, state::InvoiceState};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Facts, Flash, Form};

use super::number;
use crate::amount::amount;

#[derive(Template)]
#[template(path = "admin/invoices/pay.html")]
struct Pay {
    chrome: Chrome,
    id: InvoiceId,
    currency: String,
    facts: Facts,
    methods: Vec<Choice>,
    form: Form,
}

pub(super) async fn show(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let invoice = invoices::get(&staff.app, &staff.actor, id).await?.invoice;
    if !matches!(invoice.state.0, InvoiceState::Unpaid | InvoiceState::WrittenOff) {
        return see_other(format!("/admin/invoices/{id}")).flash(Flash::info("Nothing is owed on this invoice.")).ok();
    }
    let currency: Currency = invoice.currency.parse().map_err(AppError::from)?;
    let form = Form::new()
        .with("amount", Money::new(invoice.total - invoice.paid, currency).to_decimal())
        .with("received_on", calendar::today(&staff.app).await?);
    page(&view(&staff, &invoice, form).await?)
}

pub(super) async fn record(staff: Staff, Id(id): Id<InvoiceId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let invoice = invoices::get(&staff.app, &staff.actor, id).await?.invoice;
    let recorded = match command(&invoice, &posted) {
        Ok(command) => payments::record(&staff.app, &staff.actor, command.clone()).await.map(|_| command.amount),
        Err(error) => Err(error),
    };
    match recorded {
        Ok(paid) => see_other(format!("/admin/invoices/{id}")).flash(Flash::success(thanks(&invoice, paid))).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, &invoice, form).await?)
        }
    }
}

/// What was typed, as far as it can be read.
fn command(invoice: &InvoiceRow, posted: &Posted) -> Result<RecordPayment, AppError> {
    let currency: Currency = invoice.currency.parse()?;
    let mut checks = Checks::default();
    let amount = checks.parse("amount", Money::parse(posted.get("amount"), currency));
    let day = posted.text("received_on").parse().map_err(|_| "must be a date");
    let day = checks.parse("received_on", day);
    checks.finish()?;
    let (Some(amount), Some(received_on)) = (amount, day) else {
        return Err(AppError::internal("a value that was read is gone"));
    };
    Ok(RecordPayment {
        purpose: invoice.id.into(),
        gateway: posted.text("gateway"),
        transaction_ref: posted.text("transaction_ref"),
        amount,
        received_on,
        note: posted.text("note"),
    })
}

fn thanks(invoice: &InvoiceRow, paid: Money) -> String {
    if invoice.state.0 == InvoiceState::WrittenOff {
        return "The payment is recorded. The invoice is written off, so all of it is the client's credit.".to_owned();
    }
    let rest = paid.minor() - (invoice.total - invoice.paid);
    match rest {
        0 => "The payment is recorded and the invoice is paid.".to_owned(),
        1.. => format!(
            "The payment is recorded and the invoice is paid. {} more than was owed stay as the client's credit.",
            amount(rest, &invoice.currency)
        ),
        _ => format!("The payment is recorded. {} are still to be paid.", amount(-rest, &invoice.currency)),
    }
}

async fn view(staff: &Staff, invoice: &InvoiceRow, form: Form) -> Result<Pay, Failure> {
    let methods = payments::methods(&staff.app).await?;
    let by_hand = methods.into_iter().filter(|method| method.recorded_by_staff);
    let title = number(invoice);
    let (label, owed) = match invoice.state.0 {
        InvoiceState::WrittenOff => ("Written off: what comes is credit", 0),
        _ => ("Still to pay", invoice.total - invoice.paid),
    };
    Ok(Pay {
        chrome: staff
            .chrome()
            .await
            .title("Record a payment")
            .in_admin(AdminSection::Invoices)
            .crumb("Invoices", "/admin/invoices")
            .crumb(title.as_str(), format!("/admin/invoices/{}", invoice.id)),
        id: invoice.id,
        currency: invoice.currency.clone(),
        facts: Facts::new()
            .row("Invoice", title)
            .row("Client", invoice.client_name.as_str())
            .row("Total", amount(invoice.total, &invoice.currency))
            .row("Paid so far", amount(invoice.paid, &invoice.currency))
            .row(label, amount(owed, &invoice.currency)),
        methods: by_hand.map(|method| Choice::new(method.gateway, method.name)).collect(),
        form,
    })
}
