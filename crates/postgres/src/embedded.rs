//! Starting, using and stopping the private server.

use crate::bootstrap::{NAME, ensure_cluster};
use crate::command::{prepare, tail};
use crate::error::Error;
use crate::installation::Installation;
use crate::layout::{Layout, remove_short_socket_directory};
use crate::lock::DirectoryLock;
use crate::postmaster::{GLANCE, PidFile, Postmaster};
use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Repairing after a crash reads the log since the last checkpoint, which takes a while on a large
/// database and a slow disk; a server that gave up has ended, which is noticed at once.
const START_DEADLINE: Duration = Duration::from_secs(600);

/// How long to wait for the orphans of a killed server to let go of its shared memory.
const ORPHAN_DEADLINE: Duration = Duration::from_secs(20);

/// The log starts anew above this size, in bytes; one older log is kept.
const LARGEST_LOG: u64 = 16 * 1024 * 1024;

/// How the server runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether a commit survives a crash of the machine. Off only for throw-away data.
    pub durable: bool,
    /// Most connections at a time.
    pub max_connections: u16,
    /// Where a cluster is kept when we are root and the account that PostgreSQL runs as cannot
    /// enter the data directory (below a closed home directory, say). A link leads there.
    pub shelter: PathBuf,
}

impl Default for Options {
    fn default() -> Options {
        Options { durable: true, max_connections: 100, shelter: PathBuf::from("/var/lib/innkeeper") }
    }
}

impl Options {
    /// For data nobody will miss: tests, checks, benchmarks.
    pub fn throwaway() -> Options {
        Options { durable: false, ..Options::default() }
    }

    fn settings(&self) -> Vec<String> {
        let mut settings = vec![
            "listen_addresses=".to_owned(),
            "port=5432".to_owned(),
            "unix_socket_permissions=0700".to_owned(),
            format!("max_connections={}", self.max_connections),
            "cluster_name=innkeeper".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
            // Many short statements: compiling them costs more than it saves.
            "jit=off".to_owned(),
        ];
        if !self.durable {
            for setting in [
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "wal_level=minimal",
                "max_wal_senders=0",
            ] {
                settings.push(setting.to_owned());
            }
        }
        settings
    }
}

/// A running private server. Dropping it stops the server (and blocks for as long as that takes,
/// usually a tenth of a second); [`Embedded::stop`] does the same and tells how it went.
#[derive(Debug)]
pub struct Embedded {
    url: String,
    directory: PathBuf,
    socket_directory: PathBuf,
    pid_file: PathBuf,
    first_start: bool,
    postmaster: Option<Postmaster>,
    _lock: DirectoryLock,
}

impl Embedded {
    /// Brings up the server over `directory`, which is created if need be and belongs to this
    /// purpose alone. A server that a killed process of ours left running there is stopped cleanly
    /// first. Returns when the server accepts connections.
    ///
    /// # Errors
    /// [`Error::InUse`] when another living process holds the directory; else what went wrong
    /// with the files or the server, with the end of its log.
    pub async fn start(installation: Installation, directory: &Path, options: Options) -> Result<Embedded, Error> {
        let directory = directory.to_owned();
        in_background(move || start(&installation, &directory, &options)).await
    }

    /// Where to connect, as the owner of everything in it. Understood by sqlx and by libpq.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The directory given to [`Embedded::start`], resolved.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The directory of the unix socket.
    pub fn socket_directory(&self) -> &Path {
        &self.socket_directory
    }

    /// Whether this start created the database.
    pub fn is_first_start(&self) -> bool {
        self.first_start
    }

    /// The server's process id.
    pub fn pid(&self) -> Option<i32> {
        self.postmaster.as_ref().map(Postmaster::pid)
    }

    /// The file in which the server writes its process id, and which it removes when it has ended.
    pub fn pid_file(&self) -> PathBuf {
        self.pid_file.clone()
    }

    /// Leaves the server to itself and gives the directory free. The next start over the
    /// directory stops it; until then it serves whoever knows the URL.
    pub fn leave_running(mut self) {
        self.postmaster = None;
    }

    /// Stops the server: open transactions are rolled back, everything is written, then it ends.
    ///
    /// # Errors
    /// [`Error::WillNotStop`] when it survives even the firm request.
    pub async fn stop(mut self) -> Result<(), Error> {
        in_background(move || self.stop_now()).await
    }

    fn stop_now(&mut self) -> Result<(), Error> {
        let Some(mut postmaster) = self.postmaster.take() else {
            return Ok(());
        };
        postmaster.stop()?;
        remove_short_socket_directory(&self.socket_directory);
        Ok(())
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Err(error) = self.stop_now() {
            tracing::error!(%error, "the embedded database did not stop");
        }
    }
}

/// All of this waits for processes and files, so it runs beside the async threads.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => {
                Err(Error::DidNotStart { reason: error.to_string(), log: PathBuf::new(), tail: String::new() })
            }
        },
    }
}

fn start(installation: &Installation, directory: &Path, options: &Options) -> Result<Embedded, Error> {
    fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
    let directory = fs::canonicalize(directory).map_err(Error::io("resolve", directory))?;
    let lock = DirectoryLock::take(&directory)?;
    let layout = Layout::settle(&directory, installation, &options.shelter)?;
    clear_leftovers(&layout)?;
    let first_start = ensure_cluster(&layout, installation, options.durable)?;
    let socket_directory = layout.fresh_socket_directory()?;
    let postmaster = launch(&layout, installation, &socket_directory, options)?;
    Ok(Embedded {
        url: format!("postgres://{NAME}@localhost:5432/{NAME}?host={}", socket_directory.display()),
        directory,
        socket_directory,
        pid_file: PidFile::path(&layout.data()),
        first_start,
        postmaster: Some(postmaster),
        _lock: lock,
    })
}

/// We hold the lock, so whatever still runs here has lost its parent.
fn clear_leftovers(layout: &Layout) -> Result<(), Error> {
    let data = layout.data();
    let Some(file) = PidFile::read(&data)? else {
        return Ok(());
    };
    if let Some(mut postmaster) = Postmaster::left_behind(&file, &data) {
        tracing::info!(pid = postmaster.pid(), "stopping the database a killed process left running");
        postmaster.stop()?;
    }
    PidFile::remove(&data)?;
    if let Some(socket_directory) = &file.socket_directory {
        remove_short_socket_directory(socket_directory);
    }
    Ok(())
}

/// Starts the server and waits until it accepts connections.
fn launch(
    layout: &Layout,
    installation: &Installation,
    socket_directory: &Path,
    options: &Options,
) -> Result<Postmaster, Error> {
    let begun = Instant::now();
    loop {
        let said_before = log_length(layout);
        let mut postmaster = spawn(layout, installation, socket_directory, options)?;
        let Some(reason) = wait_until_ready(&mut postmaster, layout)? else {
            return Ok(postmaster);
        };
        let said = log_since(layout, said_before);
        // After `kill -9` of the server its backends live on until they notice.
        if said.contains("is still in use") && begun.elapsed() < ORPHAN_DEADLINE {
            sleep(GLANCE * 10);
            continue;
        }
        return Err(Error::DidNotStart { reason, log: layout.log(), tail: tail(&said, 15) });
    }
}

fn spawn(
    layout: &Layout,
    installation: &Installation,
    socket_directory: &Path,
    options: &Options,
) -> Result<Postmaster, Error> {
    let program = installation.program("postgres");
    let log = open_log(&layout.log())?;
    let also_log = log.try_clone().map_err(Error::io("open", &layout.log()))?;
    let mut command = prepare(&program, layout.account.as_ref(), &layout.cluster);
    command
        .arg("-D")
        .arg(layout.data())
        .arg("-k")
        .arg(socket_directory)
        .stdout(log)
        .stderr(also_log)
        // Ctrl-C in a terminal goes to the whole group; the server is stopped by us, last.
        .process_group(0);
    for setting in options.settings() {
        command.args(["-c", &setting]);
    }
    let child = command.spawn().map_err(Error::io("run", &program))?;
    Ok(Postmaster::child(child, &layout.data()))
}

/// `None` when ready, else why it will not be.
fn wait_until_ready(postmaster: &mut Postmaster, layout: &Layout) -> Result<Option<String>, Error> {
    let deadline = Instant::now() + START_DEADLINE;
    while Instant::now() < deadline {
        if let Some(how) = postmaster.ended() {
            return Ok(Some(format!("it ended with {how}")));
        }
        let file = PidFile::read(&layout.data())?;
        if file.is_some_and(|file| file.ready && file.pid == postmaster.pid()) {
            return Ok(None);
        }
        sleep(GLANCE);
    }
    postmaster.stop()?;
    Ok(Some(format!("not ready after {} seconds", START_DEADLINE.as_secs())))
}

fn open_log(path: &Path) -> Result<File, Error> {
    if fs::metadata(path).is_ok_and(|found| found.len() > LARGEST_LOG) {
        let older = path.with_extension("log.1");
        fs::rename(path, &older).map_err(Error::io("rename", path))?;
    }
    OpenOptions::new().create(true).append(true).open(path).map_err(Error::io("open", path))
}

fn log_length(layout: &Layout) -> usize {
    fs::read(layout.log()).map_or(0, |text| text.len())
}

fn log_since(layout: &Layout, start: usize) -> String {
    let text = fs::read(layout.log()).unwrap_or_default();
    String::from_utf8_lossy(text.get(start..).unwrap_or(&text)).into_owned()
}
