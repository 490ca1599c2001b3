//! The invoices that a client will get.

use chrono::{Months, NaiveDate};
use innkeeper_app::billing::{self, ComingInvoice};
use innkeeper_app::{calendar, clients};
use innkeeper_domain::ClientId;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::money::Amount;
use super::params::{Page, Params};
use super::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// How far to look ahead.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Ahead {
    /// The last day looked at, up to ten years from now; in a year if left out.
    #[serde(default, deserialize_with = "super::day::optional_day")]
    until: Option<NaiveDate>,
}

/// An invoice that does not exist yet.
#[derive(Serialize, ToSchema)]
struct Coming {
    /// The day on which it will be made.
    issued_on: NaiveDate,
    due_on: NaiveDate,
    subtotal: Amount,
    tax: Amount,
    total: Amount,
    /// What will be on it.
    #[schema(example = json!(["Web hosting (Monthly): site.example (2027-01-31 to 2027-02-27)"]))]
    lines: Vec<String>,
}

fn coming(invoice: ComingInvoice) -> Coming {
    Coming {
        issued_on: invoice.issued_on,
        due_on: invoice.due_on,
        subtotal: invoice.subtotal.into(),
        tax: invoice.tax.into(),
        total: invoice.total.into(),
        lines: invoice.lines,
    }
}

/// The invoices to come of a client, the next one first
///
/// Made by the daily run's own tasks on the data as it is, and undone: if everything stays as it is and is paid on time.
#[utoipa::path(get, path = "/clients/{id}/coming-invoices", tag = "Clients", params(Ahead),
    responses((status = 200, body = Page<Coming>)))]
async fn list(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Params(ahead): Params<Ahead>,
) -> Answer<Page<Coming>> {
    clients::get(&app, &actor, id).await?;
    let today = calendar::today(&app).await?;
    let until = ahead.until.unwrap_or_else(|| today.checked_add_months(Months::new(12)).unwrap_or(today));
    Ok(Page::whole(billing::preview(&app, &actor, id, until).await?, coming))
}
