//! Figures over time: what was sold, what is owed, what recurs, what tax is due, and the books themselves. Amounts of
//! different currencies are never added. Days and months are those of the company's time zone.

mod ageing;
mod books;
mod income;
mod promotions;
mod range;
mod recurring;
mod statement;
mod tax;
#[cfg(test)]
mod tests;
mod union;

pub use ageing::{Ageing, Debtor, DebtorQuery, ageing, debtors};
pub use books::{Booking, Books, Cursor, books, next_bookings};
pub use income::{Gateway, Income, Sold, SoldKind, Step, StepIncome, income};
pub use innkeeper_db::reports::ageing::Owed;
pub use promotions::{Promoted, promotions};
pub use range::{Range, YEARS};
pub use recurring::{Lifetime, Month, Recurring, Share, Stand, Subscribed, recurring};
pub use statement::{Account, Item, ItemKind, Statement, statement};
pub use tax::{InBooks, TaxRate, TaxTotal, tax};
pub use union::{BusinessSales, ConsumerSales, UnionSales, union};
