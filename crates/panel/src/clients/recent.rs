//! The newest things of a client, for its page.

use innkeeper_app::audit::{self, AuditFilter};
use innkeeper_app::domains::{self, DomainFilter};
use innkeeper_app::invoices::{self, InvoiceFilter};
use innkeeper_app::orders::{self, OrderFilter};
use innkeeper_app::services::{self, ServiceFilter};
use innkeeper_app::{AppError, calendar};
use innkeeper_domain::{ClientId, Permission};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::sentence;
use innkeeper_web::view::{Badge, Event, Moment, Timeline, Tone, icon};

use crate::{amount::amount, invoices as invoice_pages, orders as order_pages};

/// Rows of each kind.
const FEW: i64 = 5;

/// A few rows of one kind, with the way to all of them.
pub(super) struct Recent {
    pub title: &'static str,
    pub all: String,
    pub nothing: &'static str,
    pub rows: Vec<Row>,
}

/// One thing.
pub(super) struct Row {
    pub href: String,
    pub name: String,
    pub detail: String,
    pub state: Badge,
    pub price: String,
}

/// What the reader may see, kind by kind.
pub(super) async fn of(staff: &Staff, id: ClientId) -> Result<Vec<Recent>, AppError> {
    let mut kinds = vec![];
    if staff.may(Permission::ServicesRead) {
        kinds.push(services(staff, id).await?);
        kinds.push(domains(staff, id).await?);
    }
    if staff.may(Permission::InvoicesRead) {
        kinds.push(invoices(staff, id).await?);
    }
    if staff.may(Permission::OrdersRead) {
        kinds.push(orders(staff, id).await?);
    }
    Ok(kinds)
}

async fn services(staff: &Staff, id: ClientId) -> Result<Recent, AppError> {
    let filter = ServiceFilter { client: Some(id), limit: FEW, ..ServiceFilter::default() };
    let rows = services::list(&staff.app, &staff.actor, filter).await?.into_iter().map(|service| Row {
        href: format!("/admin/services/{}", service.id),
        name: service.label,
        detail: service.product_name,
        state: Badge::state(service.state.0.as_str()),
        price: amount(service.amount, &service.currency),
    });
    Ok(Recent {
        title: "Services",
        all: format!("/admin/services?client={id}"),
        nothing: "No services.",
        rows: rows.collect(),
    })
}

async fn domains(staff: &Staff, id: ClientId) -> Result<Recent, AppError> {
    let filter = DomainFilter { client: Some(id), limit: FEW, ..DomainFilter::default() };
    let rows = domains::list(&staff.app, &staff.actor, filter).await?.into_iter().map(|domain| Row {
        href: format!("/admin/domains/{}", domain.id),
        name: domain.name,
        detail: domain.expires_on.map(|day| format!("Expires {}", innkeeper_web::view::date(day))).unwrap_or_default(),
        state: Badge::state(domain.state.0.as_str()),
        price: amount(domain.amount, &domain.currency),
    });
    Ok(Recent {
        title: "Domains",
        all: format!("/admin/domains?client={id}"),
        nothing: "No domains.",
        rows: rows.collect(),
    })
}

async fn invoices(staff: &Staff, id: ClientId) -> Result<Recent, AppError> {
    let today = calendar::today(&staff.app).await?;
    let filter = InvoiceFilter { client: Some(id), limit: FEW, ..InvoiceFilter::default() };
    let rows = invoices::list(&staff.app, &staff.actor, filter).await?.into_iter().map(|invoice| Row {
        href: format!("/admin/invoices/{}", invoice.id),
        name: invoice_pages::number(&invoice),
        detail: invoice.due_on.map(|day| format!("Due {}", innkeeper_web::view::date(day))).unwrap_or_default(),
        state: invoice_pages::badge(&invoice, today),
        price: amount(invoice.total, &invoice.currency),
    });
    Ok(Recent {
        title: "Invoices",
        all: format!("/admin/invoices?client={id}"),
        nothing: "No invoices.",
        rows: rows.collect(),
    })
}

async fn orders(staff: &Staff, id: ClientId) -> Result<Recent, AppError> {
    let filter = OrderFilter { client: Some(id), limit: FEW, ..OrderFilter::default() };
    let rows = orders::list(&staff.app, &staff.actor, filter).await?.into_iter().map(|order| Row {
        href: format!("/admin/orders/{}", order.id),
        name: format!("Order {}", order.id),
        detail: innkeeper_web::view::date(order.created_at.date_naive()),
        state: order_pages::badge(order.state.0, &order.screening),
        price: amount(order.total, &order.currency),
    });
    Ok(Recent {
        title: "Orders",
        all: format!("/admin/orders?client={id}"),
        nothing: "No orders.",
        rows: rows.collect(),
    })
}

/// What was done to the client lately; nothing for those who may not read the audit log.
pub(super) async fn history(staff: &Staff, id: ClientId) -> Result<Option<Timeline>, AppError> {
    if !staff.may(Permission::SystemRead) {
        return Ok(None);
    }
    let filter =
        AuditFilter { subject: Some("client".into()), subject_id: Some(id.get()), limit: 8, ..AuditFilter::default() };
    let now = staff.app.now();
    let events = audit::log(&staff.app, &staff.actor, &filter).await?.into_iter().map(|row| Event {
        tone: Tone::Neutral,
        icon: icon("history"),
        title: sentence(&row.action.replace(['.', '_'], " ")),
        href: None,
        detail: row.actor,
        at: Moment::ago(&row.at, now),
    });
    let events: Vec<Event> = events.collect();
    Ok((!events.is_empty()).then(|| Timeline::new(events)))
}
