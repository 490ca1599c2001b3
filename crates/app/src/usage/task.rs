//! Every day: months that are over are reckoned.

use async_trait::async_trait;
use innkeeper_db::usage::{self as db, Months, Reckoned};
use innkeeper_domain::ClientId;

use super::{MonthView, month_of, reckon};
use crate::{
    AppError, Result, Tx,
    daily::{Counts, Day, Task},
};

/// The task that reckons them.
pub(crate) struct UsageMonths;

#[async_trait]
impl Task for UsageMonths {
    fn key(&self) -> &'static str {
        "usage"
    }
    fn title(&self) -> &'static str {
        "Charge what was used"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(db::collect(tx.conn(), self.key(), day.date, month_of(day.date)).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        db::hold(tx.conn(), clients, month_of(day.date)).await?;
        let rows = db::months(tx.conn(), Months::Open(clients, month_of(day.date))).await?;
        let (mut views, mut rest) = (vec![], vec![]);
        for row in rows {
            let id = row.id;
            match reckon(row)? {
                Some(view) => views.push(view),
                None => rest.push(id),
            }
        }
        let reckoned = views.iter().map(reckoned).collect::<Result<Vec<_>>>()?;
        let now = tx.now();
        db::close(tx.conn(), &reckoned, &rest, day.date, now).await?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let charged = reckoned.iter().filter(|one| one.amount > 0).count();
        Ok(Counts::from([("charged", count(charged)), ("free", count(views.len() - charged + rest.len()))]))
    }
}

fn reckoned(view: &MonthView) -> Result<Reckoned<'_>> {
    Ok(Reckoned {
        row: &view.row,
        units: i64::try_from(view.units).map_err(AppError::internal)?,
        amount: view.amount.minor(),
        description: described(view),
    })
}

/// `Traffic: site.example, 612 GB (100 free, 400 at 0.10, 112 at 0.08)`.
fn described(view: &MonthView) -> String {
    let part = |(units, each): &(u64, rust_decimal::Decimal)| match each.is_zero() {
        true => format!("{units} free"),
        false => format!("{units} at {each}"),
    };
    let parts: Vec<String> = view.price.parts(view.units).iter().map(part).collect();
    let MonthView { name, unit, units, row, .. } = view;
    format!("{name}: {}, {units} {unit} ({})", row.label, parts.join(", "))
}
