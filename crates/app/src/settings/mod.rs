//! Settings of the business, typed. Nothing saved means the defaults.

mod automation;
mod billing;
mod brand;
mod company;
mod funds;
mod mail;
mod numbers;
mod tax;

use innkeeper_db::PgConnection;
use innkeeper_domain::Permission;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::{Actor, App, Result};

pub use automation::{Automation, automation, save_automation};
pub(crate) use billing::billing_in;
pub use billing::{Billing, LateFee, billing, save_billing};
pub use brand::{Brand, brand, save_brand};
pub(crate) use company::company_in;
pub use company::{Company, company, save_company};
pub use funds::{Funds, FundsLimit, funds, funds_currencies, save_funds};
pub use mail::{Mail, mail, save_mail};
pub(crate) use numbers::numbers_in;
pub use numbers::{NextNumbers, NumberFormat, Numbers, next_numbers, numbers, save_numbers};
pub(crate) use tax::tax_in;
pub use tax::{Tax, save_tax, tax};

/// The stored value of `key`, or the default. What was stored and no longer fits is an error, not a default.
async fn read<T: DeserializeOwned + Default>(app: &App, key: &str) -> Result<T> {
    read_from(&mut *app.conn().await?, key).await
}

/// The same on a connection that the caller has.
async fn read_from<T: DeserializeOwned + Default>(conn: &mut PgConnection, key: &str) -> Result<T> {
    let stored = innkeeper_db::settings::get(conn, key).await?;
    stored.map_or_else(|| Ok(T::default()), |value| Ok(serde_json::from_value(value)?))
}

/// Saves `key` and writes down what it was before.
async fn save<T: Serialize + DeserializeOwned + Default>(app: &App, actor: &Actor, key: &str, value: &T) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let mut tx = app.begin(actor).await?;
    let before = innkeeper_db::settings::get(tx.conn(), key).await?;
    let after = serde_json::to_value(value)?;
    innkeeper_db::settings::put(tx.conn(), key, &after).await?;
    tx.audit("settings.save", "setting", 0, json!({ "key": key, "before": before, "after": after })).await?;
    tx.commit().await
}
