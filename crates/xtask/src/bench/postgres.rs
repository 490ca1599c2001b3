//! How long the embedded database takes to come up, and a test to get its own.

use super::samples::Samples;
use crate::database::{self, ThrowAway, execute};
use crate::workspace::Workspace;
use innkeeper_postgres::{Embedded, Installation, Options};

const RUNS: usize = 3;
const COPIES: usize = 10;

/// First start, later starts and stops of a durable server.
pub(super) async fn lifecycle(samples: &mut Samples) -> anyhow::Result<()> {
    let installation = Installation::find()?;
    for _ in 0..RUNS {
        let directory = database::open_directory()?;
        for what in ["first start", "second start"] {
            let start = Embedded::start(installation.clone(), directory.path(), Options::default());
            let server = samples.time(what, start).await?;
            samples.time("stop", server.stop()).await?;
        }
    }
    Ok(())
}

/// The two ways to copy a migrated template. Each time includes a start of `psql`, which the first
/// row shows alone.
pub(super) async fn copies(workspace: &Workspace, samples: &mut Samples) -> anyhow::Result<()> {
    let server = ThrowAway::start(20).await?;
    database::migrate(workspace, server.url()).await?;
    let outside = server.url().replace("/innkeeper?", "/postgres?");
    for _ in 0..COPIES {
        samples.time("nothing", execute(&outside, &["SELECT"])).await?;
        for strategy in ["file_copy", "wal_log"] {
            let copy = format!("CREATE DATABASE copy TEMPLATE innkeeper STRATEGY {strategy}");
            let what = format!("copy by {strategy}");
            samples.time(&what, execute(&outside, &[&copy])).await?;
            let removal = "DROP DATABASE copy WITH (FORCE)";
            samples.time("drop", execute(&outside, &[removal])).await?;
        }
    }
    Ok(())
}
