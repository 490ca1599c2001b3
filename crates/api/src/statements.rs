//! Clients' statements of account.

use axum::Json;
use chrono::NaiveDate;
use innkeeper_app::reports::{self, Account, ItemKind};
use innkeeper_domain::ClientId;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::money::Amount;
use super::params::Params;
use super::problem::Answer;
use super::reports::RangeParams;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get))
}

/// A client's account in a time range.
#[derive(Serialize, ToSchema)]
struct ClientStatement {
    client_id: i64,
    /// First day.
    from: NaiveDate,
    /// Last day.
    until: NaiveDate,
    /// One for each currency in which anything ever happened.
    accounts: Vec<ClientAccount>,
}

/// A client's account in one currency.
#[derive(Serialize, ToSchema)]
struct ClientAccount {
    #[schema(example = "EUR")]
    currency: &'static str,
    /// Owed before the first day; negative: credit.
    opening: Amount,
    /// Oldest first.
    items: Vec<AccountItem>,
    /// Owed at the end of the last day; negative: credit.
    closing: Amount,
}

/// What happened on a day.
#[derive(Serialize, ToSchema)]
struct AccountItem {
    day: NaiveDate,
    /// `invoice`, `credit_note`, `void`, `write_off`, `payment`, `adjustment` (credit that staff gave or took), `reversal` (a refund takes a paid invoice back) or `refund`.
    #[schema(example = "invoice")]
    kind: &'static str,
    invoice_id: Option<i64>,
    payment_id: Option<i64>,
    /// Number of the invoice, or reference of the payment.
    #[schema(example = "INV-000017")]
    reference: String,
    /// What it adds to what is owed; payments are negative.
    amount: Amount,
    /// Owed after it.
    balance: Amount,
}

fn account(account: Account) -> ClientAccount {
    let items = account.items.into_iter().map(|item| {
        let (invoice_id, payment_id) = match item.kind {
            ItemKind::Invoice(id)
            | ItemKind::CreditNote(id)
            | ItemKind::Void(id)
            | ItemKind::WriteOff(id)
            | ItemKind::Reversal(id) => (Some(id.get()), None),
            ItemKind::Payment(id) | ItemKind::Refund(id) => (None, Some(id.get())),
            ItemKind::Adjustment(_) => (None, None),
        };
        AccountItem {
            day: item.day,
            kind: item.kind.as_str(),
            invoice_id,
            payment_id,
            reference: item.reference,
            amount: item.amount.into(),
            balance: item.balance.into(),
        }
    });
    ClientAccount {
        currency: account.currency.code(),
        opening: account.opening.into(),
        items: items.collect(),
        closing: account.closing.into(),
    }
}

/// A client's statement of account
#[utoipa::path(get, path = "/clients/{id}/statement", tag = "Clients", params(RangeParams),
    responses((status = 200, body = ClientStatement)))]
async fn get(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Params(query): Params<RangeParams>,
) -> Answer<Json<ClientStatement>> {
    let statement = reports::statement(&app, &actor, id, query.range(&app).await?).await?;
    let range = statement.range;
    let accounts = statement.accounts.into_iter().map(account).collect();
    Ok(Json(ClientStatement { client_id: id.get(), from: range.from, until: range.until, accounts }))
}
