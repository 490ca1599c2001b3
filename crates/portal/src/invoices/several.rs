//! Choosing invoices that are paid together.

use askama::Template;
use innkeeper_app::invoices::{self, InvoiceFilter, InvoiceRow};
use innkeeper_app::{calendar, payments};
use innkeeper_domain::{InvoiceId, state::InvoiceState};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Client, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Badge, Chrome, Empty, Form, Moment, PortalSection, price_in};
use std::collections::BTreeMap;

use super::{badge, number};

/// Invoices to choose from.
const MOST: i64 = 100;

#[derive(Template)]
#[template(path = "portal/invoices/several.html")]
struct Several {
    chrome: Chrome,
    form: Form,
    /// One form for each currency.
    currencies: Vec<(String, Vec<Row>)>,
    empty: Empty,
}

struct Row {
    id: InvoiceId,
    number: String,
    due: Option<Moment>,
    state: Badge,
    owed: String,
    ticked: bool,
}

pub(super) async fn show(client: Client) -> PageResult {
    page(&view(&client, Form::new(), None).await?)
}

pub(super) async fn begin(client: Client, posted: Posted) -> PageResult {
    let chosen: Vec<InvoiceId> = posted.all("invoices").iter().filter_map(|id| id.parse().ok()).collect();
    match payments::pay_several(&client.app, &client.actor, client.id()?, chosen.clone()).await {
        Ok(id) => see_other(format!("/pay/{id}")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&client, form, Some(&chosen)).await?)
        }
    }
}

async fn view(client: &Client, form: Form, chosen: Option<&[InvoiceId]>) -> Result<Several, Failure> {
    let filter = InvoiceFilter { state: Some(InvoiceState::Unpaid), limit: MOST, ..InvoiceFilter::default() };
    let mut unpaid = invoices::list(&client.app, &client.actor, filter).await?;
    unpaid.sort_by_key(|row| (row.due_on, row.id));
    let today = calendar::today(&client.app).await?;
    let mut currencies: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for invoice in unpaid {
        let ticked = chosen.is_none_or(|chosen| chosen.contains(&invoice.id));
        currencies.entry(invoice.currency.clone()).or_default().push(row(&invoice, today, ticked));
    }
    Ok(Several {
        chrome: client
            .chrome()
            .await
            .title("Pay several")
            .crumb("Invoices", "/invoices")
            .in_portal(PortalSection::Invoices),
        form,
        currencies: currencies.into_iter().collect(),
        empty: Empty::new("circle-check", "Nothing to pay", "All your invoices are settled."),
    })
}

fn row(invoice: &InvoiceRow, today: chrono::NaiveDate, ticked: bool) -> Row {
    Row {
        id: invoice.id,
        number: number(invoice),
        due: invoice.due_on.map(Moment::day),
        state: badge(invoice, today),
        owed: price_in(invoice.total - invoice.paid, &invoice.currency),
        ticked,
    }
}
