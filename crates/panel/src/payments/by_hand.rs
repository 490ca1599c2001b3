//! Noting that something was given back by hand.

use innkeeper_app::payments::{self, PaymentRow};
use innkeeper_domain::{Money, PaymentId, Permission};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Flash, Form};

use super::show::command;
use crate::amount::shown;
use crate::rules::RulesPage;

pub(super) async fn show(staff: Staff, Id(id): Id<PaymentId>) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let payment = payments::get(&staff.app, &staff.actor, id).await?;
    let left = payments::refundable(&staff.app, &staff.actor, id).await?.by_hand;
    page(&view(&staff, &payment, left, Form::new().with("amount", left.to_decimal())).await)
}

pub(super) async fn save(staff: Staff, Id(id): Id<PaymentId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let payment = payments::get(&staff.app, &staff.actor, id).await?;
    match note(&staff, &payment, &posted).await {
        Ok(()) => see_other(format!("/admin/payments/{id}")).flash(Flash::success("The refund is noted.")).ok(),
        Err(error) => {
            let left = payments::refundable(&staff.app, &staff.actor, id).await?.by_hand;
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, &payment, left, form).await)
        }
    }
}

async fn note(staff: &Staff, payment: &PaymentRow, posted: &Posted) -> innkeeper_app::Result<()> {
    let command = command(payment, posted)?;
    payments::refund_by_hand(&staff.app, &staff.actor, command, posted.get("reference")).await
}

async fn view(staff: &Staff, payment: &PaymentRow, left: Money, form: Form) -> RulesPage {
    let back = format!("/admin/payments/{}", payment.id);
    let most = format!("At most {}.", shown(left));
    RulesPage {
        chrome: staff
            .chrome()
            .await
            .title("Given back by hand")
            .in_admin(AdminSection::Payments)
            .crumb("Payments", "/admin/payments")
            .crumb(payment.transaction_ref.as_str(), back.as_str()),
        intro: "By bank transfer or in cash. Make the transfer first: this only notes it in the books, and tells the \
                client. Where a gateway can give the money back, let it.",
        fields: vec![
            form.decimal("amount", "Amount").required().unit(&payment.currency).help(&most),
            form.text("reference", "Reference").required().code().maxlength(200).help("Each is noted once."),
            form.textarea("note", "Note").rows(2).help("Only staff see it."),
        ],
        form,
        back,
    }
}
