//! Civil days are days of the company's time zone.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use innkeeper_db::PgConnection;

use crate::{App, Result, Tx};

/// Today, where the company is. The zone is the setting `company.time_zone`; UTC if there is none.
pub async fn today(app: &App) -> Result<NaiveDate> {
    on(&mut *app.conn().await?, app.now()).await
}

/// The same within a transaction, which asks for no second connection.
pub(crate) async fn today_in(tx: &mut Tx<'_>) -> Result<NaiveDate> {
    let now = tx.now();
    on(tx.conn(), now).await
}

/// The day of a moment, where the company is.
pub(crate) async fn on(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<NaiveDate> {
    let company = innkeeper_db::settings::get(conn, "company").await?;
    let zone = company.as_ref().and_then(|c| c.get("time_zone")).and_then(|z| z.as_str());
    let zone: Tz = zone.and_then(|z| z.parse().ok()).unwrap_or(Tz::UTC);
    Ok(now.with_timezone(&zone).date_naive())
}
