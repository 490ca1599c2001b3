//! Civil days are days of the company's time zone.

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::{App, Result};

/// Today, where the company is. The zone is the setting `company.time_zone`; UTC if there is none.
pub async fn today(app: &App) -> Result<NaiveDate> {
    let company = innkeeper_db::settings::get(&mut *app.conn().await?, "company").await?;
    let zone = company.as_ref().and_then(|c| c.get("time_zone")).and_then(|z| z.as_str());
    let zone: Tz = zone.and_then(|z| z.parse().ok()).unwrap_or(Tz::UTC);
    Ok(app.now().with_timezone(&zone).date_naive())
}
