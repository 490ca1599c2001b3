//! One invoice.

use askama::Template;
use innkeeper_app::calendar;
use innkeeper_app::invoices::{self, InvoiceRow, InvoiceView, LineRow, Syntax};
use innkeeper_app::payments::{self, DisputeFilter, GatewayPaymentRow, PaymentRow};
use innkeeper_app::tax;
use innkeeper_domain::{InvoiceId, Money, Permission, state::InvoiceState};
use innkeeper_hooks::payloads::InvoiceControls;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::places;
use innkeeper_web::reply::{self, PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Cell, Chrome, Facts, FootNote, Moment, PostButton, Tone, date_range};
use rust_decimal::Decimal;

use super::{badge, title};
use crate::amount::amount;
use crate::disputes::Row;
use crate::operations::Operations;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/invoices/show.html")]
struct Show {
    chrome: Chrome,
    id: InvoiceId,
    state: Badge,
    facts: Facts,
    lines: Vec<Line>,
    /// Label and amount below the lines.
    sums: Vec<(String, String)>,
    /// Why it was taxed so.
    taxed: Option<String>,
    payments: Vec<Payment>,
    disputes: Vec<Row>,
    /// What gateways say.
    at_gateways: Vec<AtGateway>,
    void: Option<PostButton>,
    /// Makes an invoice of a proforma.
    to_invoice: Option<PostButton>,
    is_proforma: bool,
    may_write_off: bool,
    may_split: bool,
    may_merge: bool,
    may_credit: bool,
    may_pay: bool,
    /// What still comes is the client's credit.
    is_written_off: bool,
    /// Could something that the client has stored be charged?
    may_charge: bool,
    operations: Option<Operations>,
    notes: String,
    /// Why it cannot be an e-invoice; empty if it is one.
    obstacles: Vec<String>,
}

struct Line {
    description: String,
    period: String,
    href: Option<String>,
    quantity: i32,
    tax: String,
    net: String,
}

struct Payment {
    id: i64,
    day: Moment,
    reference: String,
    method: String,
    note: String,
    amount: String,
}

struct AtGateway {
    id: String,
    gateway: String,
    at: Moment,
    state: Badge,
    note: String,
    amount: String,
}

impl AtGateway {
    fn new(row: GatewayPaymentRow, now: chrono::DateTime<chrono::Utc>) -> Self {
        Self {
            at: Moment::ago(&row.created_at, now),
            state: match row.state.as_str() {
                "paid" if row.payment_id.is_none() => Badge::new(Tone::Danger, "alert-triangle", "Paid, not recorded"),
                "paid" => Badge::state("paid"),
                "open" => Badge::state("pending").saying("Waits for the payer"),
                "charged_back" => Badge::new(Tone::Danger, "alert-triangle", "Charged back"),
                "rejected" => Badge::state("refused").saying("Rejected"),
                _ => Badge::state("pending").saying("On its way"),
            },
            note: row.reason.or(row.method).unwrap_or_default(),
            amount: amount(row.amount, &row.currency),
            id: row.remote_id,
            gateway: row.gateway,
        }
    }
}

pub(super) async fn pdf(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    Ok(reply::pdf(invoices::pdf(&staff.app, &staff.actor, id).await?))
}

pub(super) async fn cii(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    Ok(reply::xml(invoices::xml(&staff.app, &staff.actor, id, Syntax::Cii).await?))
}

pub(super) async fn ubl(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    Ok(reply::xml(invoices::xml(&staff.app, &staff.actor, id, Syntax::Ubl).await?))
}

pub(super) async fn show(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    let view = invoices::get(&staff.app, &staff.actor, id).await?;
    let today = calendar::today(&staff.app).await?;
    let at_gateways = payments::at_gateways(&staff.app, &staff.actor, id).await?;
    let filter = DisputeFilter { invoice: Some(id), limit: 20, ..DisputeFilter::default() };
    let disputes = payments::disputes(&staff.app, &staff.actor, filter).await?;
    let InvoiceView { invoice, lines, payments, .. } = &view;
    let unpaid = invoice.state.0 == InvoiceState::Unpaid;
    let may_decide = staff.may(Permission::PaymentsWrite);
    let is_written_off = invoice.state.0 == InvoiceState::WrittenOff;
    let may_pay = (unpaid || is_written_off) && may_decide;
    let address = format!("/admin/invoices/{id}");
    let effects = payments::charges(&staff.app, &staff.actor, id).await?;
    let may_void = unpaid && invoice.paid == 0 && staff.may(Permission::InvoicesWrite);
    let is_free = may_void && invoice.order_id.is_none();
    let void = may_void.then(|| {
        PostButton::new(&format!("/admin/invoices/{id}/void"), "Void").danger().icon("ban").confirm(
            "Void this invoice? Nothing is owed on it any more. Its number stays used, and its periods may be invoiced again.",
        )
    });
    let to_invoice = staff.may(Permission::InvoicesWrite).then(|| {
        PostButton::new(&format!("/admin/invoices/{id}/invoice"), "Make it an invoice").icon("file-invoice").confirm(
            "Make an invoice of this proforma? It gets the next number and is in the books from today on, paid or not.",
        )
    });
    let mut chrome = staff.chrome().await.title(title(invoice)).in_admin(AdminSection::Invoices);
    chrome.notes.extend(controls(&staff, invoice).await);
    page(&Show {
        chrome: chrome.subtitle(invoice.client_name.as_str()).crumb("Invoices", "/admin/invoices"),
        id,
        state: badge(invoice, today),
        facts: facts(&view, &staff),
        lines: lines.iter().map(|row| line(row, &invoice.currency)).collect(),
        sums: sums(&view),
        taxed: tax::sentence(invoice.tax_basis.as_ref()),
        payments: payments.iter().map(payment).collect(),
        disputes: disputes.into_iter().map(Row::new).collect(),
        at_gateways: at_gateways.into_iter().map(|row| AtGateway::new(row, staff.app.now())).collect(),
        void,
        to_invoice: to_invoice.filter(|_| unpaid && invoice.is_proforma),
        is_proforma: invoice.is_proforma,
        may_credit: matches!(invoice.state.0, InvoiceState::Unpaid | InvoiceState::Paid)
            && !invoice.is_proforma
            && staff.may(Permission::InvoicesWrite),
        may_write_off: unpaid && !invoice.is_proforma && staff.may(Permission::InvoicesWrite),
        may_split: is_free && lines.len() > 1,
        may_merge: is_free,
        may_pay,
        is_written_off,
        may_charge: unpaid && may_decide && payments::any_stored(&staff.app).await?,
        operations: (!effects.is_empty()).then(|| Operations::new(&effects, &address, may_decide, staff.app.now())),
        notes: invoice.notes.clone(),
        obstacles: invoices::obstacles(&view),
    })
}

/// What plugins add.
async fn controls(staff: &Staff, invoice: &InvoiceRow) -> Vec<FootNote> {
    let Ok(currency) = invoice.currency.parse() else { return vec![] };
    let amount = |minor| Money::new(minor, currency);
    let slot = InvoiceControls {
        invoice_id: invoice.id,
        client_id: invoice.client_id,
        subtotal: amount(invoice.subtotal),
        tax: amount(invoice.tax),
        total: amount(invoice.total),
        balance: amount(invoice.total - invoice.paid),
    };
    places::blocks(&staff.app, &slot).await
}

fn facts(view: &InvoiceView, staff: &Staff) -> Facts {
    let invoice = &view.invoice;
    let mut facts = Facts::new()
        .row("Client", Cell::Link(format!("/admin/clients/{}", invoice.client_id), invoice.client_name.clone()));
    if let Some(order) = invoice.order_id {
        facts = facts.row("Order", Cell::Link(format!("/admin/orders/{order}"), format!("Order {order}")));
    }
    if let Some(day) = invoice.issued_on {
        facts = facts.row("Issued", Moment::day(day));
    }
    if let Some(proforma) = &view.proforma {
        facts = facts.row("Proforma", proforma.number.as_str()).row("Asked for", Moment::day(proforma.issued_on));
    }
    if let Some(day) = invoice.due_on {
        facts = facts.row("Due", Moment::day(day));
    }
    if let Some(at) = &invoice.paid_at {
        facts = facts.row("Paid", Moment::ago(at, staff.app.now()));
    }
    if let Some(written_off) = &view.written_off {
        facts = facts
            .row("Written off", Moment::ago(&written_off.created_at, staff.app.now()))
            .row("Why", written_off.reason.as_str());
    }
    if let Some((_, rate)) = view.tax_in_books() {
        facts = facts.row("Exchange rate", rate);
    }
    for (id, number) in &view.related {
        let label = if invoice.state.0 == InvoiceState::Credit { "Corrects invoice" } else { "Credit note" };
        facts = facts.row(label, Cell::Link(format!("/admin/invoices/{id}"), number.clone()));
    }
    for other in &view.moved {
        let label = if other.is_newer { "Replaced by" } else { "In place of" };
        facts = facts.row(label, Cell::Link(format!("/admin/invoices/{}", other.id), other.number.clone()));
    }
    facts
}

fn line(row: &LineRow, currency: &str) -> Line {
    let period = row.period_start.zip(row.period_end);
    let service = row.service_id.map(|id| format!("/admin/services/{id}"));
    Line {
        description: row.description.clone(),
        period: period.map(|(start, end)| date_range(start, end.pred_opt().unwrap_or(end))).unwrap_or_default(),
        href: service.or_else(|| row.domain_id.map(|id| format!("/admin/domains/{id}"))),
        quantity: row.quantity,
        tax: if row.tax_rate.is_zero() {
            String::new()
        } else {
            let percent = |rate: Decimal| (rate * Decimal::ONE_HUNDRED).normalize();
            let first = format!("{} {} %", row.tax_name, percent(row.tax1_rate.unwrap_or(row.tax_rate)));
            match row.tax2_rate.is_zero() {
                true => first,
                false => format!("{first}, {} {} %", row.tax2_name, percent(row.tax2_rate)),
            }
        },
        net: amount(row.net, currency),
    }
}

fn sums(view: &InvoiceView) -> Vec<(String, String)> {
    let invoice = &view.invoice;
    let shown = |minor| amount(minor, &invoice.currency);
    let taxes = invoice.currency.parse().ok().and_then(|currency| invoices::taxes(&view.lines, currency).ok());
    let taxes = taxes.unwrap_or_default();
    let mut sums = vec![("Subtotal".to_owned(), shown(invoice.subtotal))];
    if let [_, _, ..] = taxes.as_slice() {
        sums.extend(taxes.iter().map(|tax| (format!("{} {}", tax.name, tax.rate), shown(tax.tax.minor()))));
    }
    sums.push(("Tax".to_owned(), shown(invoice.tax)));
    if let Some((tax, _)) = view.tax_in_books().filter(|(tax, _)| !tax.is_zero()) {
        sums.push((format!("Tax in {}", tax.currency()), crate::amount::shown(tax)));
    }
    sums.extend([("Total".to_owned(), shown(invoice.total))]);
    if invoice.paid > 0 {
        sums.push(("Paid".to_owned(), shown(invoice.paid)));
    }
    if invoice.state.0 == InvoiceState::Unpaid {
        sums.push(("Still to pay".to_owned(), shown(invoice.total - invoice.paid)));
    }
    if let Some(written_off) = &view.written_off {
        sums.push(("Written off".to_owned(), shown(written_off.amount)));
        if written_off.tax > 0 {
            sums.push(("Tax in it".to_owned(), shown(written_off.tax)));
        }
    }
    sums
}

fn payment(row: &PaymentRow) -> Payment {
    Payment {
        id: row.id.get(),
        day: Moment::day(row.received_on),
        reference: row.transaction_ref.clone(),
        method: row.gateway.clone(),
        note: row.note.clone(),
        amount: amount(row.amount, &row.currency),
    }
}

pub(super) async fn invoice(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    let result = invoices::invoice_proforma(&staff.app, &staff.actor, id).await;
    back(format!("/admin/invoices/{id}"), result, "It is an invoice now.")
}

pub(super) async fn void(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    let result = invoices::void(&staff.app, &staff.actor, id).await;
    back(format!("/admin/invoices/{id}"), result, "The invoice is void.")
}
