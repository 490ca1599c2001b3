//! A client's statement of account: what was owed, what was charged and paid, what is owed.

use chrono::NaiveDate;
use innkeeper_db::{
    clients,
    reports::statement::{self as db, ItemRow},
};
use innkeeper_domain::{ClientId, CreditAdjustmentId, Currency, InvoiceId, Money, PaymentId, Permission};
use std::collections::BTreeMap;

use super::{Range, range::zone};
use crate::{Actor, App, AppError, Result};

/// Nobody reads more.
const ITEMS: i64 = 20_000;

/// A client's account in a time range.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Whose.
    pub client_id: ClientId,
    /// The client's name, or its company's.
    pub client: String,
    /// The days.
    pub range: Range,
    /// One for each currency in which anything ever happened.
    pub accounts: Vec<Account>,
}

/// A client's account in a currency. Balances are what the client owes; negative: what it has to its credit.
#[derive(Clone, Debug)]
pub struct Account {
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Before the first day.
    pub opening: Money,
    /// Oldest first.
    pub items: Vec<Item>,
    /// At the end of the last day.
    pub closing: Money,
}

/// What happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The day of the invoice or of the payment.
    pub day: NaiveDate,
    /// What it is.
    pub kind: ItemKind,
    /// Number of the invoice, or reference of the payment.
    pub reference: String,
    /// What it adds to what is owed; payments are negative.
    pub amount: Money,
    /// What is owed after it.
    pub balance: Money,
}

/// What an item is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// An invoice was issued.
    Invoice(InvoiceId),
    /// A credit note took something back.
    CreditNote(InvoiceId),
    /// An invoice was withdrawn.
    Void(InvoiceId),
    /// What was still owed on an invoice was written off.
    WriteOff(InvoiceId),
    /// Money arrived.
    Payment(PaymentId),
    /// Staff gave credit, or took it.
    Adjustment(CreditAdjustmentId),
    /// A paid invoice, or a part of it, was taken back.
    Reversal(InvoiceId),
    /// Money of a payment was given back.
    Refund(PaymentId),
}

impl ItemKind {
    /// `invoice`, `credit_note`, `void`, `write_off`, `payment`, `adjustment`, `reversal` or `refund`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice(_) => "invoice",
            Self::CreditNote(_) => "credit_note",
            Self::Void(_) => "void",
            Self::WriteOff(_) => "write_off",
            Self::Payment(_) => "payment",
            Self::Adjustment(_) => "adjustment",
            Self::Reversal(_) => "reversal",
            Self::Refund(_) => "refund",
        }
    }
}

/// The account of a client. Clients see their own.
pub async fn statement(app: &App, actor: &Actor, client: ClientId, range: Range) -> Result<Statement> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    range.check()?;
    let zone = zone(app).await?;
    let mut conn = app.conn().await?;
    let row = clients::get(&mut conn, owner, client).await?.ok_or(AppError::NotFound("client"))?;
    let rows = db::items(&mut conn, client, (range.from, range.until), zone.name(), ITEMS + 1).await?;
    if rows.len() > usize::try_from(ITEMS).unwrap_or(usize::MAX) {
        return Err(AppError::conflict("that is more than a statement holds: choose fewer days"));
    }
    let name = if row.company.is_empty() { format!("{} {}", row.first_name, row.last_name) } else { row.company };
    Ok(Statement { client_id: client, client: name, range, accounts: accounts(rows)? })
}

fn accounts(rows: Vec<ItemRow>) -> Result<Vec<Account>> {
    let mut all: BTreeMap<Currency, Account> = BTreeMap::new();
    for row in rows {
        let currency = *row.currency;
        let amount = Money::new(row.amount, currency);
        let zero = currency.zero();
        let empty = || Account { currency, opening: zero, items: vec![], closing: zero };
        let account = all.entry(currency).or_insert_with(empty);
        account.closing = account.closing.checked_add(amount)?;
        match (row.day, kind(&row)) {
            (Some(day), Some(kind)) => {
                let balance = account.closing;
                account.items.push(Item { day, kind, reference: row.reference, amount, balance });
            }
            _ => account.opening = amount,
        }
    }
    Ok(all.into_values().collect())
}

fn kind(row: &ItemRow) -> Option<ItemKind> {
    Some(match row.kind.as_str() {
        "invoice" => ItemKind::Invoice(InvoiceId(row.id)),
        "credit_note" => ItemKind::CreditNote(InvoiceId(row.id)),
        "void" => ItemKind::Void(InvoiceId(row.id)),
        "write_off" => ItemKind::WriteOff(InvoiceId(row.id)),
        "payment" => ItemKind::Payment(PaymentId(row.id)),
        "adjustment" => ItemKind::Adjustment(CreditAdjustmentId(row.id)),
        "reversal" => ItemKind::Reversal(InvoiceId(row.id)),
        "refund" => ItemKind::Refund(PaymentId(row.id)),
        _ => return None,
    })
}
