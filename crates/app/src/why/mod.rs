//! Why? Every line of an invoice, its due date and its state, and how a service is charged, in sentences with links to
//! what led there. The facts are read from what was stored when it was decided, not worked out again.

mod due;
mod lines;
mod service;
mod state;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use innkeeper_db::{events, why as db};
use innkeeper_domain::{DomainId, EventId, InvoiceId, OrderId, PaymentId, Permission, ServiceId};

use crate::{Actor, App, AppError, Identity, Result, calendar, invoices, services, settings, tax};

/// Events of one thing that are shown.
const EVENTS: i64 = 50;

/// Something, and why it is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// What is explained: `Due on 3 Mar 2027`.
    pub what: String,
    /// One sentence each.
    pub reasons: Vec<Reason>,
}

/// A sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What it says.
    pub text: String,
    /// What it speaks of, to be looked at.
    pub about: Option<About>,
}

/// What a sentence speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A service.
    Service(ServiceId),
    /// A domain.
    Domain(DomainId),
    /// An order.
    Order(OrderId),
    /// An invoice or a credit note.
    Invoice(InvoiceId),
    /// A payment.
    Payment(PaymentId),
    /// Something that happened; for staff only.
    Event(EventId),
}

/// Explains an invoice or a credit note: its state, its due date, each of its lines and, to staff, what happened.
pub async fn invoice(app: &App, actor: &Actor, id: InvoiceId) -> Result<Vec<Why>> {
    let view = invoices::get(app, actor, id).await?;
    let today = calendar::today(app).await?;
    let mut conn = app.conn().await?;
    let lines = db::lines(&mut conn, id).await?;
    let steps = db::steps(&mut conn, id).await?;
    let mut all = vec![state::of(&view, &steps, today)?];
    all.extend(due::of(&view.invoice, &lines));
    let sentence = tax::sentence(view.invoice.tax_basis.as_ref());
    all.extend(sentence.map(|sentence| Why { what: "Tax".into(), reasons: vec![says(sentence)] }));
    let rounding = *view.invoice.tax_rounding;
    all.extend(lines.iter().map(|line| lines::of(line, rounding)).collect::<Result<Vec<_>>>()?);
    drop(conn);
    all.extend(happened(app, actor, "invoice", id.get()).await?);
    Ok(all)
}

/// Explains a service: its state, its price, its next period and, to staff, what happened.
pub async fn service(app: &App, actor: &Actor, id: ServiceId) -> Result<Vec<Why>> {
    let view = services::get(app, actor, id).await?;
    let rules = settings::billing(app).await?;
    let today = calendar::today(app).await?;
    let mut conn = app.conn().await?;
    let facts = db::service(&mut conn, id).await?.ok_or(AppError::NotFound("service"))?;
    let owed = db::owed(&mut conn, id).await?;
    drop(conn);
    let mut all = service::of(&view.service, &facts, &owed, &rules, today)?;
    all.extend(happened(app, actor, "service", id.get()).await?);
    Ok(all)
}

/// The events of a thing, oldest first: names and people that are not for clients' eyes.
async fn happened(app: &App, actor: &Actor, aggregate: &str, id: i64) -> Result<Option<Why>> {
    if !matches!(actor.identity, Identity::Staff(_)) || actor.require(Permission::SystemRead).is_err() {
        return Ok(None);
    }
    let filter = events::EventFilter {
        aggregate: Some(aggregate),
        aggregate_id: Some(id),
        limit: EVENTS,
        ..events::EventFilter::default()
    };
    let rows = events::list(&mut *app.conn().await?, &filter).await?;
    let reasons: Vec<Reason> = rows
        .into_iter()
        .rev()
        .map(|event| {
            let at = event.occurred_at.format("%-d %b %Y, %H:%M UTC");
            Reason { text: format!("{at}: {} by {}", event.name, event.actor), about: Some(About::Event(event.id)) }
        })
        .collect();
    Ok((!reasons.is_empty()).then(|| Why { what: "What happened".into(), reasons }))
}

/// A sentence about nothing that has a page.
fn says(text: impl Into<String>) -> Reason {
    Reason { text: text.into(), about: None }
}

/// A sentence about something.
fn about(text: impl Into<String>, about: About) -> Reason {
    Reason { text: text.into(), about: Some(about) }
}

/// `3 Mar 2027`.
fn on(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// `one day`, `12 days`.
fn days(n: i64) -> String {
    if n == 1 { "one day".into() } else { format!("{n} days") }
}
