//! Real software as a child of a test: found, started on the loopback, and ended with the test.

use std::{
    fs,
    io::{self, Read},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long a daemon may take until it answers.
const START: Duration = Duration::from_secs(60);

/// Starts the command it is given in a session of its own, and kills all of that session when its input
/// ends: so nothing survives the test, even if somebody kills the test itself.
const SUPERVISOR: &str = r#"
setsid "$@" </dev/null >log 2>&1 &
read -r _
kill -s KILL -- "-$!" 2>/dev/null || kill -s KILL "$!"
wait
"#;

/// A running daemon with a scratch directory, in which it was started. Dropping it ends it.
pub struct Daemon {
    supervisor: Child,
    directory: TempDir,
}

impl Daemon {
    /// Starts a daemon in a new directory; `configure` fills the directory and says what to run there.
    ///
    /// # Errors
    /// When the directory cannot be made, or `sh` and `setsid` not be run.
    pub fn start(configure: impl FnOnce(&Path) -> io::Result<Command>) -> io::Result<Self> {
        let directory = TempDir::with_prefix("innkeeper-daemon-")?;
        let command = configure(directory.path())?;
        let mut supervisor = Command::new("sh");
        supervisor.args(["-c", SUPERVISOR, "supervisor"]).arg(command.get_program()).args(command.get_args());
        let set = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
        let supervisor = supervisor.envs(set).current_dir(directory.path()).stdin(Stdio::piped()).spawn()?;
        Ok(Self { supervisor, directory })
    }

    /// The directory it was started in.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Waits until `answers` is true.
    ///
    /// # Panics
    /// When it is not within a minute, with what the daemon said.
    pub async fn until(&self, answers: impl AsyncFn() -> bool) {
        let started = Instant::now();
        while !answers().await {
            assert!(started.elapsed() < START, "the daemon does not answer; it said:\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// All it has printed.
    pub fn said(&self) -> String {
        let mut text = Vec::new();
        let read = fs::File::open(self.directory().join("log")).and_then(|mut log| log.read_to_end(&mut text));
        read.map_or_else(|error| format!("(no log: {error})"), |_| String::from_utf8_lossy(&text).into_owned())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // The end of its input is the supervisor's sign.
        drop(self.supervisor.stdin.take());
        self.supervisor.wait().ok();
    }
}

/// The first of these programs that is there.
///
/// # Panics
/// When none is, with the line that installs `packages`: a test of real software is never skipped.
pub fn installed(packages: &str, programs: &[&str]) -> PathBuf {
    let found = programs.iter().map(Path::new).find(|program| program.is_file());
    let install = format!("apt-get install -y --no-install-recommends {packages}");
    let hint =
        format!("this test needs real software. Run `cargo xtask test --only setup`, or as root:\n\n    {install}");
    found.unwrap_or_else(|| panic!("none of {programs:?} is there; {hint}")).to_owned()
}

/// As many different ports of the loopback, free just now, for software that cannot choose one itself.
///
/// # Errors
/// When there are none.
pub fn free_ports<const N: usize>() -> io::Result<[u16; N]> {
    let mut listeners = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alive(pid: &str) -> bool {
        // A zombie that its new parent has not seen yet is as good as gone.
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        status.lines().any(|line| line.starts_with("State:") && !line.contains('Z'))
    }

    async fn start() -> (Daemon, Vec<String>) {
        let daemon = Daemon::start(|_| {
            let mut shell = Command::new("sh");
            shell.args(["-c", "sleep 1000 & echo $$ $! $WORD; wait"]).env("WORD", "ready");
            Ok(shell)
        });
        let daemon = daemon.unwrap();
        daemon.until(async || daemon.said().contains("ready")).await;
        let pids = daemon.said().split_whitespace().take(2).map(str::to_owned).collect();
        (daemon, pids)
    }

    #[tokio::test]
    async fn it_ends_with_all_its_children_and_its_directory() {
        let (daemon, pids) = start().await;
        let directory = daemon.directory().to_owned();
        assert!(pids.iter().all(|pid| alive(pid)));
        drop(daemon);
        assert!(!directory.exists());
        // They were told to die; on a busy machine that takes them a moment.
        let gone = async {
            while pids.iter().any(|pid| alive(pid)) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), gone).await.unwrap();
    }

    #[tokio::test]
    async fn it_ends_when_its_test_is_killed() {
        let (mut daemon, pids) = start().await;
        // What the system does to the pipes of a killed process.
        drop(daemon.supervisor.stdin.take());
        daemon.until(async || !pids.iter().any(|pid| alive(pid))).await;
    }

    #[test]
    fn what_is_missing_is_named_with_the_line_to_run() {
        let panic = std::panic::catch_unwind(|| installed("no-such-package", &["/no/such/program"]));
        let text = panic.unwrap_err().downcast::<String>().unwrap();
        assert!(text.contains("apt-get install -y --no-install-recommends no-such-package"), "{text}");
    }
}
