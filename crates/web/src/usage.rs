//! What a service used, month by month, on its page.

use askama::Template;
use chrono::{DateTime, Utc};
use innkeeper_app::usage::{self, MonthView};
use innkeeper_app::{Actor, App, AppError};
use innkeeper_domain::ServiceId;

use crate::view::{Moment, price_in};

/// A card on the page of a service.
#[derive(Template)]
#[template(path = "components/usage.html")]
pub struct Usage {
    rows: Vec<Row>,
}

crate::component!(Usage);

struct Row {
    month: String,
    name: String,
    units: String,
    amount: String,
    /// Of a month that goes on: when the vendor told it.
    read: Option<Moment>,
}

impl Usage {
    /// Of a service. None: nothing of it is charged by use, or nothing was measured yet.
    pub async fn load(app: &App, actor: &Actor, service: ServiceId) -> Result<Option<Self>, AppError> {
        let months = usage::of_service(app, actor, service).await?;
        let rows: Vec<Row> = months.into_iter().map(|view| Row::new(view, app.now())).collect();
        Ok((!rows.is_empty()).then_some(Self { rows }))
    }
}

impl Row {
    fn new(view: MonthView, now: DateTime<Utc>) -> Self {
        Self {
            month: view.row.month.format("%B %Y").to_string(),
            name: view.name,
            units: format!("{} {}", view.units, view.unit),
            amount: price_in(view.amount.minor(), view.amount.currency().code()),
            read: view.row.closed_at.is_none().then(|| Moment::ago(&view.row.read_at, now)),
        }
    }
}
