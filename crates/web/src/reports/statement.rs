//! A client's statement of account, as a part of a page and as a file.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::reports::{Account, Item, ItemKind, Statement};
use innkeeper_domain::{InvoiceId, Money, PaymentId};

use super::{Cell, Sheet};
use crate::view::{Moment, date, price};

/// Where the things on a statement are looked at.
#[derive(Clone, Copy)]
pub struct Links {
    /// An invoice.
    pub invoice: fn(InvoiceId) -> String,
    /// A payment; none: it has no page here.
    pub payment: fn(PaymentId) -> Option<String>,
}

/// The accounts of a statement.
#[derive(Template)]
#[template(path = "components/statement.html")]
pub struct StatementView {
    from: String,
    until: String,
    accounts: Vec<Shown>,
}

component!(StatementView);

struct Shown {
    code: &'static str,
    opening: String,
    rows: Vec<Row>,
    charged: String,
    credited: String,
    closing: String,
    /// The balance in words.
    stand: String,
}

struct Row {
    day: Moment,
    text: String,
    href: Option<String>,
    charged: String,
    credited: String,
    balance: String,
}

impl StatementView {
    /// As seen by staff, or by the client itself.
    pub fn new(statement: &Statement, links: Links) -> Result<Self, AppError> {
        let accounts = statement.accounts.iter().map(|account| shown(account, links));
        Ok(Self {
            from: date(statement.range.from),
            until: date(statement.range.until),
            accounts: accounts.collect::<Result<_, _>>()?,
        })
    }
    /// Whether nothing ever happened.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }
}

fn shown(account: &Account, links: Links) -> Result<Shown, AppError> {
    let zero = account.currency.zero();
    let sum = |wanted: fn(&Money) -> bool| {
        Money::sum(account.currency, account.items.iter().map(|item| item.amount).filter(wanted))
    };
    let credited = sum(|amount| !amount.is_positive())?;
    let stand = match account.closing {
        closing if closing.is_positive() => format!("{} to be paid", price(closing)),
        closing if closing.is_zero() => "Nothing to be paid".to_owned(),
        closing => format!("{} credit", price(zero.checked_sub(closing)?)),
    };
    Ok(Shown {
        code: account.currency.code(),
        opening: price(account.opening),
        rows: account.items.iter().map(|item| row(item, links)).collect::<Result<_, _>>()?,
        charged: price(sum(|amount| amount.is_positive())?),
        credited: price(zero.checked_sub(credited)?),
        closing: price(account.closing),
        stand,
    })
}

fn row(item: &Item, links: Links) -> Result<Row, AppError> {
    let href = match item.kind {
        ItemKind::Invoice(id)
        | ItemKind::CreditNote(id)
        | ItemKind::Void(id)
        | ItemKind::WriteOff(id)
        | ItemKind::Reversal(id) => Some((links.invoice)(id)),
        ItemKind::Payment(id) | ItemKind::Refund(id) => (links.payment)(id),
        ItemKind::Adjustment(_) => None,
    };
    let less = item.amount.currency().zero().checked_sub(item.amount)?;
    let (charged, credited) = match less.is_positive() {
        true => (String::new(), price(less)),
        false => (price(item.amount), String::new()),
    };
    Ok(Row { day: Moment::day(item.day), text: words(item), href, charged, credited, balance: price(item.balance) })
}

fn words(item: &Item) -> String {
    let reference = &item.reference;
    match item.kind {
        ItemKind::Invoice(_) => format!("Invoice {reference}"),
        ItemKind::CreditNote(_) => format!("Credit note {reference}"),
        ItemKind::Void(_) => format!("Invoice {reference} withdrawn"),
        ItemKind::WriteOff(_) => format!("Invoice {reference} written off"),
        ItemKind::Payment(_) => format!("Payment {reference}"),
        ItemKind::Adjustment(_) if item.amount.is_positive() => "Credit taken".to_owned(),
        ItemKind::Adjustment(_) => "Credit given".to_owned(),
        ItemKind::Reversal(_) => format!("Invoice {reference} taken back"),
        ItemKind::Refund(_) => format!("Refund of payment {reference}"),
    }
}

/// The same as a file: its name, and its bytes.
pub fn statement_file(statement: &Statement) -> Result<(String, Vec<u8>), AppError> {
    let mut sheet = Sheet::new(&["day", "kind", "reference", "currency", "amount", "balance"])?;
    let range = statement.range;
    for account in &statement.accounts {
        let mut line = |day, kind: &str, reference: &str, amount: Option<Money>, balance: Money| {
            sheet.row([
                Cell::plain(day),
                Cell::plain(kind),
                Cell::text(reference),
                Cell::plain(account.currency),
                amount.map_or_else(|| Cell::plain(""), Cell::amount),
                Cell::amount(balance),
            ])
        };
        line(range.from, "opening", "", None, account.opening)?;
        for item in &account.items {
            line(item.day, item.kind.as_str(), &item.reference, Some(item.amount), item.balance)?;
        }
        line(range.until, "closing", "", None, account.closing)?;
    }
    let name = format!("statement_{}_{}_{}", statement.client_id, range.from, range.until);
    Ok((name, sheet.finish()?))
}
