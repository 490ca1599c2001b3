//! The shipped program with its demo, as a process of its own.

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use std::{
    fs::Permissions,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// A running demo over a directory of its own. Killed when dropped.
pub struct Demo {
    program: PathBuf,
    child: Child,
    /// What `demo.json` says.
    pub sheet: Value,
    place: TempDir,
}

impl Demo {
    /// Starts one and waits until it is ready. `program` is what cargo built for the tests, unless
    /// `INNKEEPER_PROGRAM` names another one.
    pub fn start(program: &str) -> Self {
        // For the plain HTTP client of the tests, too; a second test of the process finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let program = std::env::var_os("INNKEEPER_PROGRAM").map_or_else(|| program.into(), PathBuf::from);
        let place = tempfile::tempdir().unwrap();
        // Run by root, the database belongs to another account, which must get in.
        std::fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
        let data_dir = place.path().join("data");
        let mut command = innkeeper(&program);
        command.args(["demo", "--listen", "127.0.0.1:0", "--data-dir"]).arg(&data_dir);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Somebody has to read the log, or the program stops when the pipe is full.
        let log = BufReader::new(child.stderr.take().unwrap());
        let log = std::thread::spawn(move || log.lines().map_while(Result::ok).collect::<Vec<_>>());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        if !lines.any(|line| line.contains("Everything a script needs")) {
            let _ = child.wait();
            panic!("the demo ended:\n{}", log.join().unwrap().join("\n"));
        }
        std::thread::spawn(move || lines.for_each(drop));
        let sheet = std::fs::read(data_dir.join("demo.json")).unwrap();
        Self { program, child, sheet: serde_json::from_slice(&sheet).unwrap(), place }
    }

    /// A text of the sheet, by its path: `/staff/email`.
    pub fn text(&self, path: &str) -> &str {
        self.sheet.pointer(path).and_then(Value::as_str).unwrap()
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text("/base_url"))
    }

    /// What a simulator says of itself: `control("kerio", "users")`.
    pub async fn control(&self, simulator: &str, path: &str) -> Value {
        let url = format!("{}{path}", self.text(&format!("/simulators/{simulator}/control")));
        reqwest::get(url).await.unwrap().error_for_status().unwrap().json().await.unwrap()
    }

    /// Ends it properly, then asks `innkeeper audit` for broken rules.
    pub fn end_and_audit(mut self) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        assert!(self.child.wait().unwrap().success(), "the demo did not end well");
        let data_dir = self.place.path().join("data");
        let audit = innkeeper(&self.program).arg("audit").env("INNKEEPER_DATA_DIR", data_dir).output().unwrap();
        let said = String::from_utf8_lossy(&audit.stdout);
        assert!(audit.status.success(), "{said}{}", String::from_utf8_lossy(&audit.stderr));
        assert!(said.contains("every rule holds"), "{said}");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Has ended already unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, without settings of whoever runs the tests.
fn innkeeper(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars() {
        if name.starts_with("INNKEEPER_") && name != "INNKEEPER_POSTGRES_BIN" {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}
