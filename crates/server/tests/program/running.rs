//! A running `innkeeper`, and one that ended.

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

/// The program with these arguments and none of our own settings.
pub fn innkeeper(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_innkeeper"));
    for (variable, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("INNKEEPER_") && name != "INNKEEPER_POSTGRES_BIN")
    {
        command.env_remove(variable);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn output(arguments: &[&str]) -> Output {
    innkeeper(arguments).output().unwrap()
}

/// What it said on standard error.
pub fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "it succeeded");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A demo over a data directory. Killed when dropped.
pub struct Demo {
    child: Child,
    log: BufReader<ChildStderr>,
    /// From the command to the first answer.
    pub took: Duration,
}

impl Demo {
    /// Starts one on a free port.
    pub fn spawn(data_dir: &Path, more: &[&str]) -> Self {
        let began = Instant::now();
        let mut command = innkeeper(&["demo", "--listen", "127.0.0.1:0", "--data-dir"]);
        let mut child = command.arg(data_dir).args(more).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        Self { child, log, took: began.elapsed() }
    }

    /// Starts one and waits until it is ready.
    pub fn start(data_dir: &Path, more: &[&str]) -> Self {
        let began = Instant::now();
        let mut demo = Self::spawn(data_dir, more);
        let out = BufReader::new(demo.child.stdout.take().unwrap());
        let ready = out.lines().map_while(Result::ok).any(|line| line.contains("Everything a script needs"));
        if !ready {
            let log: Vec<String> = demo.log.by_ref().lines().map_while(Result::ok).collect();
            panic!("the demo ended:\n{}", log.join("\n"));
        }
        demo.took = began.elapsed();
        // Somebody has to read what it says from now on.
        let log = std::mem::replace(&mut demo.log, BufReader::new(closed()));
        std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(drop));
        demo
    }

    /// Waits for a line of the log.
    pub fn wait_for(&mut self, text: &str) {
        let seen = self.log.by_ref().lines().map_while(Result::ok).any(|line| line.contains(text));
        assert!(seen, "the demo ended before it said `{text}`");
    }

    /// Sends a signal and waits for the end.
    pub fn end(mut self, signal: Signal) -> ExitStatus {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Has ended already unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A standard error that is at its end.
fn closed() -> ChildStderr {
    let mut child = Command::new("true").stderr(Stdio::piped()).spawn().unwrap();
    let stderr = child.stderr.take().unwrap();
    child.wait().unwrap();
    stderr
}

/// The sheet of a running demo.
pub fn sheet(data_dir: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(data_dir.join("demo.json")).unwrap()).unwrap()
}

/// What is at an address of the sheet.
pub async fn get(base: &Value, path: &str) -> Value {
    use_ring();
    let url = format!("{}{path}", base.as_str().unwrap());
    reqwest::get(&url).await.unwrap().error_for_status().unwrap().json().await.unwrap()
}

/// Lets the tests' own HTTP client have TLS. Done before is as good.
pub fn use_ring() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
