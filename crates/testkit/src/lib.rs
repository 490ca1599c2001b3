//! What tests stand on: a database of their own, in a few hundredths of a second.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! let database = innkeeper_testkit::TestDb::new().await;
//! sqlx::query("SELECT 1").execute(database.pool()).await?;
//! # Ok(())
//! # }
//! ```

mod database;
mod server;
mod template;

pub use database::TestDb;
pub use server::URL_VARIABLE;
