//! innkeeper-db

use sqlx::migrate::Migrator;

/// The schema, step by step, as compiled into the program.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");
