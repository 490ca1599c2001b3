//! What was on its way under an older schema is on its way under the new one.

#![allow(clippy::unwrap_used, reason = "tests")]

use innkeeper_db::{MIGRATOR, subscribers};
use innkeeper_testkit::TestDb;
use sqlx::{AssertSqlSafe, PgConnection, raw_sql};

/// The migration that brought the feed.
const FEED: i64 = 50;

async fn migrate(conn: &mut PgConnection, wanted: impl Fn(i64) -> bool) {
    for step in MIGRATOR.iter().filter(|step| wanted(step.version)) {
        raw_sql(AssertSqlSafe(step.sql.as_str().to_owned())).execute(&mut *conn).await.unwrap();
    }
}

async fn texts(conn: &mut PgConnection, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(conn).await.unwrap()
}

#[tokio::test]
async fn deliveries_of_the_time_before_the_feed_are_carried_over() {
    let db = TestDb::new().await;
    let mut conn = db.pool().acquire().await.unwrap();
    raw_sql("CREATE SCHEMA before_the_feed; SET search_path = before_the_feed, public")
        .execute(&mut *conn)
        .await
        .unwrap();
    migrate(&mut conn, |version| version < FEED).await;
    raw_sql(
        "INSERT INTO event (aggregate, aggregate_id, sequence, name, payload, actor)
             SELECT 'invoice', 7, n, 'Invoice-Paid', '{}', 'system:test' FROM generate_series(1, 5) n;
         INSERT INTO outbox SELECT 5;
         INSERT INTO subscriber (id, plugin_id, key, label) VALUES ('ears', 'ears', '', 'Ears');
         INSERT INTO delivery (subscriber_id, event_id, aggregate, aggregate_id, sequence, state)
             SELECT 'ears', n, 'invoice', 7, n, CASE n WHEN 1 THEN 'delivered' WHEN 2 THEN 'dead' ELSE 'pending' END
             FROM generate_series(1, 4) n",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    migrate(&mut conn, |version| version >= FEED).await;

    assert_eq!(texts(&mut conn, "SELECT event_id::text FROM feed ORDER BY position").await, ["1", "2", "3", "4"]);
    assert_eq!(
        texts(&mut conn, "SELECT event_id || ' ' || state || CASE WHEN run_at IS NULL THEN ' waits' ELSE '' END FROM delivery ORDER BY id").await,
        ["1 delivered", "2 dead", "3 pending", "4 pending waits"]
    );
    let ears = subscribers::summaries(&mut conn, None).await.unwrap().remove(0);
    assert_eq!((ears.cursor, ears.behind, ears.pending, ears.dead), (4, 0, 2, 1));
    assert_eq!(texts(&mut conn, "SELECT rule FROM event_violations(now())").await, [""; 0]);
    assert_eq!(innkeeper_db::feed::fan_out(&mut conn, 10).await.unwrap().head, Some(5));
    assert_eq!(innkeeper_db::feed::after(&mut conn, 4, 10).await.unwrap()[0].id.get(), 5);
}
