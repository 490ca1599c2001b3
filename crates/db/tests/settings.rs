//! Settings under concurrency.

#![allow(clippy::unwrap_used, reason = "tests")]

use innkeeper_db::settings;
use innkeeper_testkit::TestDb;
use serde_json::json;

#[tokio::test]
async fn who_comes_second_gets_what_the_first_put() {
    let db = TestDb::new().await;
    let mut first = db.pool().begin().await.unwrap();
    settings::put(&mut first, "installation", &json!("first")).await.unwrap();
    let pool = db.pool().clone();
    let second = tokio::spawn(async move {
        settings::get_or_put(&mut pool.acquire().await.unwrap(), "installation", &json!("second")).await
    });
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                 WHERE NOT l.granted AND a.datname = current_database())";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(db.pool()).await.unwrap() {
        tokio::task::yield_now().await;
    }
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap().unwrap(), json!("first"));
}
