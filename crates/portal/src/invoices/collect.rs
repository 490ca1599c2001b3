//! Paying what was begun to be paid together, or ahead.

use axum::extract::{Path, Query, RawQuery};
use innkeeper_app::AppError;
use innkeeper_app::payments::{self, CollectionRow, GatewayPaymentFilter};
use innkeeper_domain::{CollectionId, Money};
use innkeeper_web::extract::{Client, Id};
use innkeeper_web::reply::{PageResult, see_other};
use innkeeper_web::view::{Flash, price};

use super::pay::{About, Chosen, became, drawn};

/// Where the client looks at what it paid.
const BACK: &str = "/invoices";

pub(super) async fn show(client: Client, Id(id): Id<CollectionId>, Query(chosen): Query<Chosen>) -> PageResult {
    let row = payments::collection(&client.app, &client.actor, id).await?;
    if row.state != "open" {
        return see_other(BACK).flash(over(&row)).ok();
    }
    let is_ahead = row.invoices.is_empty();
    let title = if is_ahead { "Pay ahead".to_owned() } else { format!("Pay {} invoices", row.invoices.len()) };
    let look = if is_ahead { ("/funds", "Another amount") } else { ("/invoices/pay", "Choose others") };
    let about = About {
        chrome: client.chrome().await.title(title).crumb("Invoices", "/invoices"),
        purpose: id.into(),
        address: format!("/pay/{id}"),
        amount: price(Money::new(row.amount, *row.currency)),
        note: match is_ahead {
            true => "Once your payment is here, it is your credit and pays your next invoices.",
            false => "Once your payment is here, it pays the invoices, the oldest due first. We send you a receipt.",
        },
        look: (look.0.to_owned(), look.1.to_owned()),
    };
    drawn(&client, about, &chosen).await
}

fn over(row: &CollectionRow) -> Flash {
    match row.state.as_str() {
        "paid" => Flash::info("This is paid."),
        _ => Flash::info("Another payment of these invoices was begun since. Choose again what to pay."),
    }
}

/// The browser comes back from the gateway: it is asked what became of the payment.
pub(super) async fn returned(
    client: Client,
    Path((id, gateway)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> PageResult {
    let id: CollectionId = id.parse().map_err(|_| AppError::NotFound("collection"))?;
    let (app, actor) = (&client.app, &client.actor);
    payments::returned(app, actor, id, &gateway, query.as_deref().unwrap_or_default()).await?;
    let row = payments::collection(app, actor, id).await?;
    let filter = GatewayPaymentFilter { collection: Some(id), limit: 1, ..GatewayPaymentFilter::default() };
    let latest = payments::list_at_gateways(app, actor, filter).await?.pop();
    let flash = match (row.state.as_str(), row.invoices.is_empty()) {
        ("paid", true) => Flash::success("Thank you: your payment is your credit now."),
        ("paid", false) => Flash::success("Thank you: your payment is here."),
        _ => became(latest.as_ref()),
    };
    see_other(BACK).flash(flash).ok()
}
