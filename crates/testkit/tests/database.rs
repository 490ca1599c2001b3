//! The databases of tests are separate, migrated, and gone afterwards.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_testkit::TestDb;
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn two_databases_are_migrated_and_do_not_meet() {
    let (left, right) = tokio::join!(TestDb::new(), TestDb::new());
    let applied: i64 =
        sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations").fetch_one(left.pool()).await.unwrap();
    assert_eq!(usize::try_from(applied).unwrap(), innkeeper_db::MIGRATOR.iter().count());
    sqlx::query("CREATE TABLE only_left ()").execute(left.pool()).await.unwrap();
    let seen: Option<String> =
        sqlx::query_scalar("SELECT to_regclass('only_left')::text").fetch_one(right.pool()).await.unwrap();
    assert_eq!(seen, None);
}

#[tokio::test]
async fn dropping_it_removes_the_database_although_connections_are_open() {
    let kept = TestDb::new().await;
    let removed = TestDb::new().await;
    let name: String = sqlx::query_scalar("SELECT current_database()::text").fetch_one(removed.pool()).await.unwrap();
    let held = removed.pool().acquire().await.unwrap();
    drop(removed);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_one(kept.pool())
        .await
        .unwrap();
    assert_eq!(left, 0);
    drop(held);
}

#[tokio::test]
async fn the_url_leads_to_the_same_database() {
    let database = TestDb::new().await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let by_url: String =
        sqlx::query_scalar("SELECT current_database()::text").fetch_one(&mut connection).await.unwrap();
    let by_pool: String =
        sqlx::query_scalar("SELECT current_database()::text").fetch_one(database.pool()).await.unwrap();
    assert_eq!(by_url, by_pool);
    connection.close().await.unwrap();
}
