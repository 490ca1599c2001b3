//! One invoice.

use askama::Template;
use innkeeper_app::invoices::{self, InvoiceRow, InvoiceView, LineRow, Syntax};
use innkeeper_app::payments::{self, GatewayPaymentRow};
use innkeeper_domain::state::InvoiceState;
use innkeeper_domain::{InvoiceId, Money};
use innkeeper_web::extract::{Client, Id};
use innkeeper_web::reply::{self, PageResult, page};
use innkeeper_web::view::{Badge, Cell, Chrome, Facts, Moment, PortalSection, countries, date_range, price, price_in};
use serde_json::Value;

use super::{badge, number};

#[derive(Template)]
#[template(path = "portal/invoices/show.html")]
struct Show {
    chrome: Chrome,
    id: InvoiceId,
    state: Badge,
    facts: Facts,
    buyer: Vec<String>,
    seller: Vec<String>,
    lines: Vec<Line>,
    sums: Vec<(String, String)>,
    balance: String,
    payments: Vec<Payment>,
    /// What gateways say of payments that are not here.
    unsettled: Vec<Unsettled>,
    is_payable: bool,
    is_proforma: bool,
    /// Is there one for machines?
    is_e_invoice: bool,
}

struct Line {
    description: String,
    period: String,
    quantity: i32,
    tax: String,
    net: String,
}

struct Payment {
    day: Moment,
    reference: String,
    amount: String,
}

struct Unsettled {
    day: Moment,
    state: Badge,
    note: String,
    /// Where the payer has to do something.
    link: Option<String>,
    amount: String,
}

impl Unsettled {
    fn new(row: GatewayPaymentRow) -> Self {
        Self {
            day: Moment::day(row.created_at.date_naive()),
            state: match row.state.as_str() {
                "open" => Badge::state("pending").saying("Waits for you"),
                "charged_back" => Badge::state("refunded").saying("Taken back by the bank"),
                "rejected" => Badge::state("refused").saying("Rejected"),
                _ => Badge::state("pending").saying("On its way"),
            },
            note: row.reason.or(row.method).unwrap_or_default(),
            link: row.action_url.filter(|_| row.state == "open"),
            amount: price_in(row.amount, &row.currency),
        }
    }
}

pub(super) async fn show(client: Client, Id(id): Id<InvoiceId>) -> PageResult {
    let view = invoices::get(&client.app, &client.actor, id).await?;
    let today = innkeeper_app::calendar::today(&client.app).await?;
    let at_gateways = payments::at_gateways(&client.app, &client.actor, id).await?;
    let is_e_invoice = invoices::obstacles(&view).is_empty();
    let in_books = view.tax_in_books();
    let InvoiceView { invoice, lines, payments, related, moved, proforma, .. } = view;
    let amount = |minor: i64| price_in(minor, &invoice.currency);
    let title = match invoice.number_text {
        Some(_) if invoice.state.0 == InvoiceState::Credit => format!("Credit note {}", number(&invoice)),
        Some(_) if invoice.is_proforma => format!("Proforma invoice {}", number(&invoice)),
        Some(_) => format!("Invoice {}", number(&invoice)),
        None => number(&invoice),
    };
    let facts = match proforma {
        Some(before) => facts(&invoice).row("Proforma", before.number),
        None => facts(&invoice),
    };
    let facts = related.into_iter().fold(facts, |facts, (id, number)| {
        let label = if invoice.state.0 == InvoiceState::Credit { "Corrects invoice" } else { "Credit note" };
        facts.row(label, Cell::Link(format!("/invoices/{id}"), number))
    });
    page(&Show {
        chrome: client.chrome().await.title(title).crumb("Invoices", "/invoices").in_portal(PortalSection::Invoices),
        id,
        state: badge(&invoice, today),
        facts: moved.into_iter().fold(facts, |facts, other| {
            let label = if other.is_newer { "Replaced by" } else { "In place of" };
            facts.row(label, Cell::Link(format!("/invoices/{}", other.id), other.number))
        }),
        buyer: party(invoice.client_snapshot.as_ref()),
        seller: party(invoice.seller_snapshot.as_ref()),
        sums: sums(&invoice, &lines, in_books),
        lines: lines.iter().map(|line| Line::new(line, &invoice.currency)).collect(),
        balance: amount(invoice.total - invoice.paid),
        payments: payments
            .iter()
            .map(|p| Payment {
                day: Moment::day(p.received_on),
                reference: p.transaction_ref.clone(),
                amount: price_in(p.amount, &p.currency),
            })
            .collect(),
        unsettled: at_gateways.into_iter().filter(|p| p.state != "paid").map(Unsettled::new).collect(),
        is_e_invoice,
        is_proforma: invoice.is_proforma && invoice.state.0 == InvoiceState::Unpaid,
        is_payable: invoice.state.0 == InvoiceState::Unpaid && invoice.total > invoice.paid,
    })
}

pub(super) async fn pdf(client: Client, Id(id): Id<InvoiceId>) -> PageResult {
    Ok(reply::pdf(invoices::pdf(&client.app, &client.actor, id).await?))
}

pub(super) async fn cii(client: Client, Id(id): Id<InvoiceId>) -> PageResult {
    Ok(reply::xml(invoices::xml(&client.app, &client.actor, id, Syntax::Cii).await?))
}

pub(super) async fn ubl(client: Client, Id(id): Id<InvoiceId>) -> PageResult {
    Ok(reply::xml(invoices::xml(&client.app, &client.actor, id, Syntax::Ubl).await?))
}

impl Line {
    fn new(line: &LineRow, currency: &str) -> Self {
        let period = match (line.period_start, line.period_end) {
            // A period ends on the day before the next one starts.
            (Some(start), Some(end)) => date_range(start, end.pred_opt().unwrap_or(end)),
            _ => String::new(),
        };
        let percent = (line.tax_rate * rust_decimal::Decimal::ONE_HUNDRED).normalize();
        Self {
            description: line.description.clone(),
            period,
            quantity: line.quantity,
            tax: if line.tax == 0 { String::new() } else { format!("{percent} %") },
            net: price_in(line.net, currency),
        }
    }
}

fn facts(invoice: &InvoiceRow) -> Facts {
    let mut facts = Facts::new();
    if let Some(day) = invoice.issued_on {
        facts = facts.row("Issued", Moment::day(day));
    }
    if let Some(day) = invoice.due_on {
        facts = facts.row("Due", Moment::day(day));
    }
    if let Some(at) = &invoice.paid_at {
        facts = facts.row("Paid", Moment::day(at.date_naive()));
    }
    if let Some(order) = invoice.order_id {
        facts = facts.row("Order", Cell::Link(format!("/orders/{order}"), order.to_string()));
    }
    facts
}

/// Subtotal, each tax, total, what was paid.
fn sums(invoice: &InvoiceRow, lines: &[LineRow], in_books: Option<(Money, String)>) -> Vec<(String, String)> {
    let amount = |minor: i64| price_in(minor, &invoice.currency);
    let mut sums = vec![];
    if invoice.tax != 0 {
        sums.push(("Without tax".to_owned(), amount(invoice.subtotal)));
        let taxes = invoice.currency.parse().ok().and_then(|currency| invoices::taxes(lines, currency).ok());
        for tax in taxes.into_iter().flatten().filter(|tax| !tax.tax.is_zero()) {
            let percent = (tax.rate.fraction() * rust_decimal::Decimal::ONE_HUNDRED).normalize();
            sums.push((format!("{} {percent} %", tax.name), amount(tax.tax.minor())));
        }
        if let Some((tax, rate)) = in_books {
            sums.push((format!("Tax in {} ({rate})", tax.currency()), price(tax)));
        }
    }
    sums.push(("Total".to_owned(), amount(invoice.total)));
    if invoice.paid != 0 {
        sums.push(("Paid".to_owned(), amount(-invoice.paid)));
    }
    sums
}

/// Name and address as they were when the invoice was issued, line by line.
fn party(snapshot: Option<&Value>) -> Vec<String> {
    let Some(party) = snapshot else { return vec![] };
    let text = |key: &str| party.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let mut lines = vec![
        text("company"),
        text("name"),
        format!("{} {}", text("first_name"), text("last_name")),
        text("address"),
        text("address1"),
        text("address2"),
        format!("{} {}", text("postcode"), text("city")),
        text("region"),
        countries::name(&text("country")).to_owned(),
        text("tax_number"),
    ];
    lines.retain(|line| !line.trim().is_empty());
    // The seller's address is written as one text of several lines, mostly with the country.
    let mut lines: Vec<String> =
        lines.iter().flat_map(|line| line.lines()).map(|line| line.trim().to_owned()).collect();
    lines.dedup();
    lines
}
