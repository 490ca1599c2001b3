//! What the database takes to load the finished rows, with the same indexes, constraints and triggers.

use sqlx::{AssertSqlSafe, postgres::PgPoolCopyExt};
use std::time::{Duration, Instant};

use crate::host::Host;

/// Parents first. `service` and `ledger_account` are updated by triggers, as they are in the run.
const TABLES: [&str; 9] = [
    "invoice",
    "invoice_line",
    "ledger_transaction",
    "ledger_entry",
    "aggregate_sequence",
    "event",
    "outbox",
    "mail",
    "audit_log",
];

/// Takes the rows out, empties the tables, and loads them again; the time of the loading.
pub async fn the_same_rows(host: &Host) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    for table in TABLES.iter().chain(&["job"]) {
        let path = folder.path().join(table);
        let sql = format!("COPY {table} TO STDOUT (FORMAT binary)");
        let mut rows = host.pool().copy_out_raw(&sql).await.unwrap();
        let mut file = tokio::fs::File::create(path).await.unwrap();
        while let Some(chunk) = futures_util::StreamExt::next(&mut rows).await {
            tokio::io::AsyncWriteExt::write_all(&mut file, &chunk.unwrap()).await.unwrap();
        }
    }
    let all = TABLES.join(", ");
    let sql = format!("TRUNCATE {all}, job, allocation, task_client, dunning_step, delivery, feed CASCADE");
    sqlx::query(AssertSqlSafe(sql)).execute(host.pool()).await.unwrap();
    // Lines may join an issued invoice only in its own transaction; here they come in one of their own.
    sqlx::query("ALTER TABLE invoice_line DISABLE TRIGGER guard_new_line").execute(host.pool()).await.unwrap();
    let start = Instant::now();
    for table in TABLES.iter().chain(&["job"]) {
        let sql = format!("COPY {table} FROM STDIN (FORMAT binary)");
        let mut into = host.pool().copy_in_raw(&sql).await.unwrap();
        into.read_from(tokio::fs::File::open(folder.path().join(table)).await.unwrap()).await.unwrap();
        into.finish().await.unwrap();
    }
    start.elapsed()
}
