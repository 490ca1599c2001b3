//! Things done again and again, by whichever node comes first.

use sqlx::{PgPool, Result};
use std::time::Duration;

use crate::{NewJob, enqueue};

/// If `task` is due, moves it on by `every` and enqueues `job` in the same transaction. True: it was due.
pub async fn take_turn(pool: &PgPool, task: &str, every: Duration, job: &NewJob) -> Result<bool> {
    let mut tx = pool.begin().await?;
    let due = sqlx::query_scalar!(
        "INSERT INTO schedule (task, next_at, last_at) VALUES ($1, now() + make_interval(secs => $2), now())
         ON CONFLICT (task) DO UPDATE SET next_at = excluded.next_at, last_at = now()
         WHERE schedule.next_at <= now() RETURNING task",
        task,
        every.as_secs_f64()
    )
    .fetch_optional(&mut *tx)
    .await?
    .is_some();
    if due {
        enqueue(&mut tx, job).await?;
    }
    tx.commit().await?;
    Ok(due)
}
