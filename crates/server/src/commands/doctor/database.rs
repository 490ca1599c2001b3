//! The database: reachable, new enough, complete, and with the right time.

use chrono::Utc;
use innkeeper_config::Config;
use innkeeper_db::{
    MIGRATOR,
    doctor::{EXTENSIONS, Server},
};
use innkeeper_postgres::MINIMUM_VERSION;

use super::{Report, host::Verdict};
use crate::database::Database;

/// A clock may differ by so many seconds.
const TOLERANCE: i64 = 2;

/// Connects and looks. `None`: there is nothing to look at.
pub(super) async fn check(config: &Config, report: &mut Report) -> Option<Database> {
    let place = if config.database.url.is_some() { "database.url" } else { "a private one in data_dir" };
    let database = match Database::open(config).await {
        Ok(database) => database,
        Err(error) => {
            report.fix("database", format_args!("{place}: {error:#}"));
            return None;
        }
    };
    report.ok("database", format_args!("{place} answers"));
    let asked = match database.pool.acquire().await {
        Ok(mut connection) => innkeeper_db::doctor::server(&mut connection).await,
        Err(error) => Err(error),
    };
    match asked {
        Ok(server) => {
            report.judge("postgres", version(&server));
            report.judge("extensions", extensions(&server));
            report.judge("schema", schema(&server));
            report.judge("clock", clock(&server));
        }
        Err(error) => report.fix("database", format_args!("{place}: {error}")),
    }
    Some(database)
}

fn version(server: &Server) -> Verdict {
    let (major, minor) = (server.version / 10_000, server.version % 10_000);
    match u32::try_from(major) {
        Ok(found) if found >= MINIMUM_VERSION => Ok(format!("version {major}.{minor}")),
        _ => Err(format!("version {major}.{minor} is too old: upgrade to {MINIMUM_VERSION} or newer")),
    }
}

fn extensions(server: &Server) -> Verdict {
    let missing: Vec<&str> =
        EXTENSIONS.into_iter().filter(|name| !server.extensions.iter().any(|found| found == name)).collect();
    match missing.as_slice() {
        [] => Ok(EXTENSIONS.join(", ")),
        missing => Err(format!("{} missing: install PostgreSQL's contrib package", missing.join(" and "))),
    }
}

fn schema(server: &Server) -> Verdict {
    let ours: Vec<i64> = MIGRATOR.iter().map(|step| step.version).collect();
    let stranger = server.migrations.iter().find(|version| !ours.contains(version));
    if let Some(version) = stranger {
        return Err(format!("step {version} is of a newer Innkeeper: install that one"));
    }
    match ours.iter().filter(|version| !server.migrations.contains(version)).count() {
        0 => Ok(format!("up to date, step {}", ours.last().copied().unwrap_or_default())),
        count => Err(format!("{count} of {} steps are missing: run `innkeeper migrate`", ours.len())),
    }
}

fn clock(server: &Server) -> Verdict {
    let apart = (server.now - Utc::now()).num_seconds().abs();
    if apart > TOLERANCE {
        return Err(format!("the database's clock and this machine's are {apart} s apart: keep both with NTP"));
    }
    Ok("the database and this machine agree".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn server() -> Server {
        Server {
            version: 150_010,
            now: Utc::now(),
            extensions: EXTENSIONS.map(str::to_owned).to_vec(),
            migrations: MIGRATOR.iter().map(|step| step.version).collect(),
        }
    }

    #[test]
    fn each_shortcoming_is_named_with_its_remedy() {
        let good = server();
        assert!([version(&good), extensions(&good), schema(&good), clock(&good)].iter().all(Result::is_ok));
        assert!(version(&Server { version: 140_003, ..server() }).unwrap_err().contains("14.3"));
        let bare = Server { extensions: vec!["pg_trgm".into()], ..server() };
        assert!(extensions(&bare).unwrap_err().contains("btree_gist missing"));
        assert!(schema(&Server { migrations: vec![], ..server() }).unwrap_err().contains("innkeeper migrate"));
        let newer = Server { migrations: vec![1, 9_999_999], ..server() };
        assert!(schema(&newer).unwrap_err().contains("newer"));
        let late = Server { now: Utc::now() - TimeDelta::seconds(9), ..server() };
        assert!(clock(&late).unwrap_err().contains("NTP"));
    }
}
