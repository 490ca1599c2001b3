//! The one throw-away server all tests of a run share, whichever process they run in.
//!
//! `cargo xtask test` starts one and names it in [`URL_VARIABLE`]. Without that (a plain
//! `cargo test -p …`), the first test process starts one in a directory of the system's temporary
//! directory, named after the workspace; the others find it there. Every process holds a shared
//! lock on a file while it lives; a watcher stops the server once nobody has held it for a while.

use anyhow::{Context, ensure};
use innkeeper_postgres::{Embedded, Installation, Options};
use nix::fcntl::{Flock, FlockArg};
use nix::unistd::Uid;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tokio::sync::OnceCell;

/// Names the server to use (as owner, any database of it). It is taken as it is and never stopped.
pub const URL_VARIABLE: &str = "INNKEEPER_TEST_DATABASE_URL";

/// Enough for every core running a test, each with its pool and a few nodes under test.
const CONNECTIONS: u16 = 300;

/// Stops the server `$2` when the lock `$1` has been free twice, some seconds apart. It holds the
/// lock while it does so, so that a test that starts right then waits and then starts anew.
const WATCHER: &str = r#"
command -v flock > /dev/null || exit
while sleep 5; do
    flock --nonblock --exclusive "$1" true || continue
    sleep 10
    flock --nonblock --exclusive "$1" sh -c '
        kill -INT "$(head -n 1 "$1")" && while [ -e "$1" ]; do sleep 0.1; done
    ' sh "$2" && exit
    [ -e "$2" ] || exit
done
"#;

struct Shared {
    options: PgConnectOptions,
    /// Kept until the process ends.
    _in_use: Option<Flock<File>>,
}

/// How to connect to the server, as its owner.
pub(crate) async fn shared() -> anyhow::Result<&'static PgConnectOptions> {
    static SHARED: OnceCell<Shared> = OnceCell::const_new();
    let shared = SHARED.get_or_try_init(find_or_start).await?;
    Ok(&shared.options)
}

async fn find_or_start() -> anyhow::Result<Shared> {
    if let Ok(url) = std::env::var(URL_VARIABLE) {
        return Ok(Shared { options: url.parse().context(URL_VARIABLE)?, _in_use: None });
    }
    let directory = own_directory()?;
    let in_use_path = directory.join("in-use");
    let in_use = lock(&in_use_path, FlockArg::LockShared)?;
    let _starting = lock(&directory.join("starting"), FlockArg::LockExclusive)?;
    let url_path = directory.join("url");
    let known: Option<PgConnectOptions> = fs::read_to_string(&url_path).ok().and_then(|url| url.parse().ok());
    if let Some(options) = known
        && let Ok(connection) = PgConnection::connect_with(&options).await
    {
        connection.close().await?;
        return Ok(Shared { options, _in_use: Some(in_use) });
    }
    let options = start(&directory, &in_use_path, &url_path).await?;
    Ok(Shared { options, _in_use: Some(in_use) })
}

async fn start(directory: &Path, in_use: &Path, url_path: &Path) -> anyhow::Result<PgConnectOptions> {
    let options = Options { max_connections: CONNECTIONS, ..Options::throwaway() };
    let installation = Installation::find()?;
    let home = directory.join("postgres");
    let server = Embedded::start(installation, &home, options).await?;
    let options: PgConnectOptions = server.url().parse()?;
    let mut connection = PgConnection::connect_with(&options).await?;
    crate::template::sweep(&mut connection).await?;
    connection.close().await?;
    fs::write(url_path, server.url())?;
    watch(in_use, &server.pid_file())?;
    server.leave_running();
    Ok(options)
}

/// `/tmp/innkeeper-test-<user>-<workspace>`, ours and open enough for the account the server runs
/// as when we are root.
fn own_directory() -> anyhow::Result<PathBuf> {
    let user = Uid::effective().as_raw();
    let mut hasher = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
    let name = format!("innkeeper-test-{user}-{:016x}", hasher.finish());
    let directory = std::env::temp_dir().join(name);
    match DirBuilder::new().mode(0o755).create(&directory) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("creating {}", directory.display()));
        }
        _ => {}
    }
    let found = fs::symlink_metadata(&directory)?;
    ensure!(
        found.is_dir() && found.uid() == user && found.permissions().mode() & 0o022 == 0,
        "{} is not a directory of ours alone",
        directory.display()
    );
    Ok(directory)
}

fn lock(path: &Path, kind: FlockArg) -> anyhow::Result<Flock<File>> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("opening {}", path.display()))?;
    Flock::lock(file, kind).map_err(|(_, errno)| errno).with_context(|| format!("locking {}", path.display()))
}

/// Starts the watcher, which outlives us. Without the `flock` program it ends at once and the
/// server stays; it costs little and the next run uses it.
fn watch(in_use: &Path, pid_file: &Path) -> anyhow::Result<()> {
    Command::new("sh")
        .args(["-c", WATCHER, "sh"])
        .args([in_use, pid_file])
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map(drop)
        .context("starting the watcher")
}

/// The URL of these options.
pub(crate) fn url_of(options: &PgConnectOptions) -> String {
    options.to_url_lossy().to_string()
}
