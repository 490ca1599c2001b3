//! A node as a process of its own, that can be killed, stalled and started again.

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A node: its place, and its process while it runs.
pub struct Node {
    binary: PathBuf,
    config: PathBuf,
    pub address: SocketAddr,
    process: Child,
}

impl Node {
    /// Starts a node of `binary` over the database at `url`, with its files in `directory`.
    pub fn start(binary: &str, directory: &Path, name: &str, url: &str, blind: bool) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let key = directory.join("key");
        std::fs::write(&key, [42; 32]).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        let config = directory.join(format!("{name}.toml"));
        let text = format!(
            "listen = \"{address}\"\ndata_dir = {directory:?}\n[database]\nurl = \"{url}\"\nmax_connections = 8\n\
             [security]\nkey_file = {key:?}\n[mail]\ntransport = \"log\"\n[worker]\nlease_seconds = 2\nblind_retry = {blind}\n[log]\nlevel = \"warn\"\n"
        );
        std::fs::write(&config, text).unwrap();
        let binary = PathBuf::from(binary);
        let process = spawn(&binary, &config);
        Self { binary, config, address, process }
    }

    fn signal(&self, signal: Signal) {
        let _ = kill(Pid::from_raw(i32::try_from(self.process.id()).unwrap()), signal);
    }
    /// `kill -9`, and up again.
    pub fn crash(&mut self) {
        self.signal(Signal::SIGKILL);
        self.process.wait().unwrap();
        self.process = spawn(&self.binary, &self.config);
    }
    /// The most memory that the process has had, in MiB.
    pub fn peak_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }
    /// Stops the process in its tracks for a while, as a stalled machine would.
    pub async fn stall(&mut self, time: Duration) {
        self.signal(Signal::SIGSTOP);
        tokio::time::sleep(time).await;
        self.signal(Signal::SIGCONT);
    }
    /// Runs a command of the same binary with the node's configuration; its output if it succeeded.
    pub fn command(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(&self.binary).arg("--config").arg(&self.config).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(text) } else { Err(text) }
    }
    /// Begins a command of the same binary with the node's configuration.
    pub fn begin(&self, arguments: &[&str]) -> Running {
        let mut command = Command::new(&self.binary);
        command.arg("--config").arg(&self.config).args(arguments).stdout(Stdio::null());
        Running(command.spawn().unwrap())
    }
}

/// A command that runs.
pub struct Running(Child);

impl Running {
    /// Whether it succeeded, if it ends within `time`; if not, `kill -9`.
    pub async fn within(mut self, time: Duration) -> Option<bool> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            if let Some(status) = self.0.try_wait().unwrap() {
                return Some(status.success());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let _ = self.0.kill();
        self.0.wait().unwrap();
        None
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.signal(Signal::SIGCONT);
        self.signal(Signal::SIGKILL);
        let _ = self.process.wait();
    }
}

fn spawn(binary: &Path, config: &Path) -> Child {
    Command::new(binary).arg("--config").arg(config).arg("serve").stdout(Stdio::null()).spawn().unwrap()
}
