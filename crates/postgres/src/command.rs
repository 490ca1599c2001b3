//! Running the programs of an installation: as the right account, in a directory that account can
//! read, and deaf to any `PG…` variable of the caller's shell.

use crate::account::Account;
use crate::error::Error;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// A command that runs `program` as `account` (as ourselves when `None`) in `directory`.
pub(crate) fn prepare(program: &Path, account: Option<&Account>, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    // Messages are read by us (and by whoever reads the log); never in the caller's language.
    command.env("LC_ALL", "C").env_remove("LANGUAGE");
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

/// Runs `command` to its end, feeding it `input`. An unsuccessful end is an error that carries
/// the end of its output.
pub(crate) fn run(mut command: Command, input: &str) -> Result<(), Error> {
    let program = command.get_program().to_owned();
    let path = Path::new(&program).to_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Error::io("run", &path))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ended early explains itself below, better than a broken pipe would.
        let _ = stdin.write_all(input.as_bytes());
    }
    let mut said = Vec::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_end(&mut said).map_err(Error::io("read the output of", &path))?;
    }
    let status = child.wait().map_err(Error::io("wait for", &path))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed {
        program: path.file_name().unwrap_or(OsStr::new("program")).to_string_lossy().into_owned(),
        status: status.to_string(),
        output: tail(&String::from_utf8_lossy(&said), 15),
    })
}

/// The last `lines` lines of `text`.
pub(crate) fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.trim_end().lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
