//! One payment, and giving it back.

use askama::Template;
use innkeeper_app::payments::{self, DisputeFilter, PaymentRow, RefundPayment, Refundable};
use innkeeper_app::{AppError, Checks, services::EffectView};
use innkeeper_domain::{Money, PaymentId, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Cell, Chrome, Facts, Flash, Form, Moment};

use crate::amount::amount;
use crate::disputes::Row;
use crate::operations::Operations;

#[derive(Template)]
#[template(path = "admin/payments/show.html")]
struct Show {
    chrome: Chrome,
    id: PaymentId,
    facts: Facts,
    refunds: Vec<Refund>,
    operations: Operations,
    disputes: Vec<Row>,
    /// How much can be given back, in words; none: nothing, or the viewer may not.
    left: Option<String>,
    /// It can be noted that something was given back by hand.
    by_hand: bool,
    currency: String,
    form: Form,
}

struct Refund {
    day: Moment,
    reference: String,
    note: String,
    amount: String,
}

pub(super) async fn show(staff: Staff, Id(id): Id<PaymentId>) -> PageResult {
    let payment = payments::get(&staff.app, &staff.actor, id).await?;
    let left = payments::refundable(&staff.app, &staff.actor, id).await?;
    let form = Form::new().with("amount", left.left.to_decimal());
    page(&view(&staff, payment, left, form).await?)
}

pub(super) async fn refund(staff: Staff, Id(id): Id<PaymentId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let payment = payments::get(&staff.app, &staff.actor, id).await?;
    let planned = match command(&payment, &posted) {
        Ok(command) => payments::refund(&staff.app, &staff.actor, command).await,
        Err(error) => Err(error),
    };
    match planned {
        Ok(_) => see_other(format!("/admin/payments/{id}")).flash(Flash::success("The refund is on its way.")).ok(),
        Err(error) => {
            let left = payments::refundable(&staff.app, &staff.actor, id).await?;
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, payment, left, form).await?)
        }
    }
}

pub(super) fn command(payment: &PaymentRow, posted: &Posted) -> Result<RefundPayment, AppError> {
    let mut checks = Checks::default();
    let sum = checks.parse("amount", Money::parse(posted.get("amount"), payment.currency.parse()?));
    checks.finish()?;
    let amount = sum.ok_or_else(|| AppError::internal("a value that was read is gone"))?;
    Ok(RefundPayment { payment_id: payment.id, amount, note: posted.text("note") })
}

async fn view(staff: &Staff, payment: PaymentRow, known: Refundable, form: Form) -> Result<Show, Failure> {
    let (id, may) = (payment.id, staff.may(Permission::PaymentsWrite));
    let effects: Vec<EffectView> = payments::operations(&staff.app, &staff.actor, id).await?;
    let filter = DisputeFilter { payment: Some(id), limit: 20, ..DisputeFilter::default() };
    let disputes = payments::disputes(&staff.app, &staff.actor, filter).await?;
    let mut facts = Facts::new()
        .row("Client", Cell::Link(format!("/admin/clients/{}", payment.client_id), payment.client_name))
        .row("Method", payment.gateway)
        .row("Received", Moment::day(payment.received_on))
        .row("Amount", amount(payment.amount, &payment.currency));
    if let Some(invoice) = payment.invoice_id {
        let number = payment.invoice_number.unwrap_or_default();
        facts = facts.row("Invoice", Cell::Link(format!("/admin/invoices/{invoice}"), number));
    }
    if let Some(id) = payment.collection_id {
        let number = payments::number_of(id.into());
        facts = facts.row("Together or ahead", Cell::Link(format!("/admin/collections/{id}"), number));
    }
    let refund = |row: payments::RefundRow| Refund {
        day: Moment::day(row.created_at.date_naive()),
        reference: row.remote_id,
        note: row.note,
        amount: amount(row.amount, &row.currency),
    };
    Ok(Show {
        chrome: staff
            .chrome()
            .await
            .title(format!("Payment {}", payment.transaction_ref))
            .in_admin(AdminSection::Payments)
            .crumb("Payments", "/admin/payments"),
        id,
        facts,
        left: (may && known.left.is_positive()).then(|| {
            format!("At most {}, through the gateway that took it.", amount(known.left.minor(), &payment.currency))
        }),
        by_hand: may && known.by_hand.is_positive(),
        disputes: disputes.into_iter().map(Row::new).collect(),
        refunds: known.refunds.into_iter().map(refund).collect(),
        operations: Operations::new(&effects, &format!("/admin/payments/{id}"), may, staff.app.now()),
        currency: payment.currency,
        form,
    })
}
