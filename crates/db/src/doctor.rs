//! What a check of the database wants to know.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Result};

/// Extensions that the schema needs.
pub const EXTENSIONS: [&str; 2] = ["btree_gist", "pg_trgm"];

/// The server behind a connection.
#[derive(Clone, Debug)]
pub struct Server {
    /// Such as 150010 for 15.10.
    pub version: i32,
    /// Its clock.
    pub now: DateTime<Utc>,
    /// Those of [`EXTENSIONS`] that could be or are installed.
    pub extensions: Vec<String>,
    /// Steps of the schema that were applied; none: the database is new.
    pub migrations: Vec<i64>,
}

/// Asks the server.
pub async fn server(conn: &mut PgConnection) -> Result<Server> {
    let wanted: Vec<String> = EXTENSIONS.iter().map(|name| (*name).to_owned()).collect();
    let row = sqlx::query!(
        r#"SELECT current_setting('server_version_num')::int AS "version!", clock_timestamp() AS "now!",
                  ARRAY(SELECT name::text FROM pg_available_extensions WHERE name = ANY ($1)) AS "extensions!",
                  to_regclass('_sqlx_migrations') IS NOT NULL AS "migrated!""#,
        &wanted
    )
    .fetch_one(&mut *conn)
    .await?;
    // The table may not exist, so this one cannot be checked against it.
    let migrations = match row.migrated {
        true => {
            sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
                .fetch_all(conn)
                .await?
        }
        false => vec![],
    };
    Ok(Server { version: row.version, now: row.now, extensions: row.extensions, migrations })
}
