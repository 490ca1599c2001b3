//! What tests stand on: a database of their own, in a few hundredths of a second; and an independent judge of
//! e-invoices.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! let database = innkeeper_testkit::TestDb::new().await;
//! sqlx::query("SELECT 1").execute(database.pool()).await?;
//! # Ok(())
//! # }
//! ```

mod database;
mod judge;
mod server;
mod template;

pub use database::TestDb;
pub use judge::{JUDGE_VARIABLE, Judge, Verdict};
pub use server::URL_VARIABLE;
