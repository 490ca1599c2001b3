//! One of them, and recording money that arrived for it.

use askama::Template;
use innkeeper_app::payments::{self, CollectionRow, RecordPayment};
use innkeeper_app::{AppError, Checks, calendar};
use innkeeper_domain::{CollectionId, Money, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Cell, Choice, Chrome, Facts, Flash, Form, Moment};

use super::badge;
use crate::amount::shown;

#[derive(Template)]
#[template(path = "admin/collections/show.html")]
struct Show {
    chrome: Chrome,
    state: Badge,
    facts: Facts,
    invoices: Vec<(i64, String)>,
    may_record: bool,
    methods: Vec<Choice>,
    currency: &'static str,
    form: Form,
}

pub(super) async fn show(staff: Staff, Id(id): Id<CollectionId>) -> PageResult {
    let row = payments::collection(&staff.app, &staff.actor, id).await?;
    let form = Form::new()
        .with("amount", Money::new(row.amount, *row.currency).to_decimal())
        .with("received_on", calendar::today(&staff.app).await?);
    page(&view(&staff, row, form).await?)
}

pub(super) async fn record(staff: Staff, Id(id): Id<CollectionId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let row = payments::collection(&staff.app, &staff.actor, id).await?;
    let recorded = match command(&row, &posted) {
        Ok(command) => payments::record(&staff.app, &staff.actor, command).await,
        Err(error) => Err(error),
    };
    match recorded {
        Ok(_) => {
            let done = "The payment is recorded. What the invoices leave of it is the client's credit.";
            see_other(format!("/admin/collections/{id}")).flash(Flash::success(done)).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, row, form).await?)
        }
    }
}

/// What was typed, as far as it can be read.
fn command(row: &CollectionRow, posted: &Posted) -> Result<RecordPayment, AppError> {
    let mut checks = Checks::default();
    let amount = checks.parse("amount", Money::parse(posted.get("amount"), *row.currency));
    let day = checks.parse("received_on", posted.text("received_on").parse().map_err(|_| "must be a date"));
    checks.finish()?;
    let (Some(amount), Some(received_on)) = (amount, day) else {
        return Err(AppError::internal("a value that was read is gone"));
    };
    Ok(RecordPayment {
        purpose: row.id.into(),
        gateway: posted.text("gateway"),
        transaction_ref: posted.text("transaction_ref"),
        amount,
        received_on,
        note: posted.text("note"),
    })
}

async fn view(staff: &Staff, row: CollectionRow, form: Form) -> Result<Show, Failure> {
    let by_hand = payments::methods(&staff.app).await?.into_iter().filter(|method| method.recorded_by_staff);
    let mut facts = Facts::new()
        .row("Client", Cell::Link(format!("/admin/clients/{}", row.client_id), row.client_name.clone()))
        .row("Begun", Moment::exact(&row.created_at))
        .row("Asked for", shown(Money::new(row.amount, *row.currency)));
    if let Some(payment) = row.payment_id {
        facts = facts.row("Payment", Cell::Link(format!("/admin/payments/{payment}"), payment.to_string()));
    }
    Ok(Show {
        chrome: staff
            .chrome()
            .await
            .title(payments::number_of(row.id))
            .in_admin(AdminSection::Payments)
            .crumb("Payments", "/admin/payments")
            .crumb("Together and ahead", "/admin/collections"),
        state: badge(&row),
        facts,
        may_record: row.state != "paid" && staff.may(Permission::PaymentsWrite),
        methods: by_hand.map(|method| Choice::new(method.gateway, method.name)).collect(),
        currency: row.currency.code(),
        invoices: row.invoices.into_iter().zip(row.numbers).collect(),
        form,
    })
}
