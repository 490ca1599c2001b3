//! The server process: reading its pid file, telling a living one from a leftover, stopping it.

use crate::error::Error;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often a waiting loop looks again.
pub(crate) const GLANCE: Duration = Duration::from_millis(10);

/// How long a fast shutdown (roll back, checkpoint, end) may take before it becomes an immediate
/// one, which the next start repairs from the log.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long an immediate shutdown may take.
const LAST_PATIENCE: Duration = Duration::from_secs(10);

/// What `postmaster.pid` says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PidFile {
    pub(crate) pid: i32,
    pub(crate) socket_directory: Option<PathBuf>,
    pub(crate) ready: bool,
}

impl PidFile {
    /// Where the server over `data` writes it.
    pub(crate) fn path(data: &Path) -> PathBuf {
        data.join("postmaster.pid")
    }

    /// Reads the file of the cluster in `data`; `None` when there is none or it is still being
    /// written.
    pub(crate) fn read(data: &Path) -> Result<Option<PidFile>, Error> {
        let path = PidFile::path(data);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(PidFile::parse(&text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    fn parse(text: &str) -> Option<PidFile> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(PidFile {
            pid: lines.first()?.parse().ok().filter(|pid| *pid > 1)?,
            socket_directory: lines.get(4).filter(|line| !line.is_empty()).map(PathBuf::from),
            ready: lines.get(7) == Some(&"ready"),
        })
    }

    /// Removes the file of a server that is known to be gone. The server would do so itself, but
    /// takes a recycled or unreaped pid for a living server and then refuses to start.
    pub(crate) fn remove(data: &Path) -> Result<(), Error> {
        let path = PidFile::path(data);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", &path)(error)),
            _ => Ok(()),
        }
    }
}

/// A server process, our child or one that an earlier, killed process of ours left behind.
#[derive(Debug)]
pub(crate) struct Postmaster {
    pid: i32,
    data: PathBuf,
    child: Option<Child>,
}

impl Postmaster {
    /// Our own child.
    pub(crate) fn child(child: Child, data: &Path) -> Postmaster {
        Postmaster {
            // A pid always fits; 0 would mean "our own group", so let a misfit match nothing.
            pid: i32::try_from(child.id()).unwrap_or(i32::MAX),
            data: data.to_owned(),
            child: Some(child),
        }
    }

    /// The server that runs over `data` although no living process of ours started it.
    pub(crate) fn left_behind(file: &PidFile, data: &Path) -> Option<Postmaster> {
        serves(file.pid, data).then(|| Postmaster { pid: file.pid, data: data.to_owned(), child: None })
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid
    }

    /// How the process ended, or `None` while it lives.
    pub(crate) fn ended(&mut self) -> Option<String> {
        match &mut self.child {
            Some(child) => match child.try_wait() {
                Ok(None) => None,
                Ok(Some(status)) => Some(status.to_string()),
                Err(error) => Some(error.to_string()),
            },
            None => (!serves(self.pid, &self.data)).then(|| "gone".to_owned()),
        }
    }

    /// Stops the server and waits for its end: first fast (open transactions are rolled back),
    /// after a while immediately.
    pub(crate) fn stop(&mut self) -> Result<(), Error> {
        for (signal, patience) in [(Signal::SIGINT, PATIENCE), (Signal::SIGQUIT, LAST_PATIENCE)] {
            if self.ended().is_some() {
                return Ok(());
            }
            match kill(Pid::from_raw(self.pid), signal) {
                // Unreaped or just gone: the loop finds out.
                Ok(()) | Err(Errno::ESRCH) => {}
                Err(errno) => {
                    return Err(Error::io("signal the server of", &self.data)(errno.into()));
                }
            }
            let deadline = Instant::now() + patience;
            while Instant::now() < deadline {
                if self.ended().is_some() {
                    return Ok(());
                }
                sleep(GLANCE);
            }
        }
        Err(Error::WillNotStop { pid: self.pid })
    }
}

/// Whether `pid` is a living PostgreSQL server over `data`, not a leftover number that belongs to
/// some other process by now.
fn serves(pid: i32, data: &Path) -> bool {
    if kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH) {
        return false;
    }
    let process = PathBuf::from(format!("/proc/{pid}"));
    if !Path::new("/proc/self/cwd").exists() {
        return is_postgres_by_name(pid);
    }
    // The server's working directory is its data directory. A zombie has none.
    match (fs::read_link(process.join("cwd")), fs::read_link(process.join("exe"))) {
        (Ok(cwd), Ok(program)) => {
            let name = program.file_name().unwrap_or_default().to_string_lossy();
            cwd == data && name.starts_with("postgres")
        }
        (Err(error), _) | (_, Err(error)) => error.kind() == ErrorKind::PermissionDenied,
    }
}

/// Systems without `/proc` tell at least the program's name.
fn is_postgres_by_name(pid: i32) -> bool {
    Command::new("ps")
        .args(["-o", "comm=", "-p", &pid.to_string()])
        .output()
        .is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains("postgres"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/srv/data\n1700000000\n5432\n/srv/run\n\n  1234  99\nready   \n";

    #[test]
    fn reads_a_ready_server() {
        assert_eq!(
            PidFile::parse(READY),
            Some(PidFile { pid: 4711, socket_directory: Some(PathBuf::from("/srv/run")), ready: true })
        );
    }

    #[test]
    fn a_starting_or_half_written_file_is_not_ready() {
        let starting = READY.replace("ready   ", "starting");
        assert!(!PidFile::parse(&starting).unwrap().ready);
        assert!(!PidFile::parse("4711\n/srv/data\n").unwrap().ready);
        assert_eq!(PidFile::parse(""), None);
        assert_eq!(PidFile::parse("-1\n"), None);
    }

    #[test]
    fn another_process_with_the_pid_is_not_the_server() {
        let ourselves = i32::try_from(std::process::id()).unwrap();
        assert!(!serves(ourselves, &std::env::current_dir().unwrap()));
    }
}
