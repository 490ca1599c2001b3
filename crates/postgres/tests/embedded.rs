//! The private server's life: first start, second start, neighbours, and every rude end.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use innkeeper_postgres::{Embedded, Error, Installation, Options};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Tells the helper test below which directory to hold.
const HELD: &str = "INNKEEPER_POSTGRES_TEST_HOLD";

fn scratch(mode: u32) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(mode)).unwrap();
    directory
}

fn options(scratch: &TempDir) -> Options {
    Options { shelter: scratch.path().join("shelter"), ..Options::throwaway() }
}

fn installation() -> Installation {
    Installation::find().unwrap()
}

async fn start(directory: &Path, options: Options) -> Embedded {
    Embedded::start(installation(), directory, options).await.unwrap()
}

/// Runs one statement through `psql` and gives back what it printed.
fn query(database: &Embedded, sql: &str) -> String {
    let said = Command::new(installation().program("psql"))
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
        .args(["-v", "ON_ERROR_STOP=1", "-d", database.url(), "-c", sql])
        .output()
        .unwrap();
    assert!(said.status.success(), "{sql}: {said:?}");
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn starts_anew_then_keeps_its_data_and_takes_the_options() {
    let scratch = scratch(0o755);
    let directory = scratch.path().join("deep/er/postgres");
    let first = start(&directory, options(&scratch)).await;
    assert!(first.is_first_start());
    assert_eq!(query(&first, "SHOW server_encoding"), "UTF8");
    assert_eq!(query(&first, "SHOW listen_addresses"), "");
    assert_eq!(query(&first, "SHOW fsync"), "off");
    assert_eq!(query(&first, "SHOW max_connections"), "100");
    assert_eq!(query(&first, "SELECT current_user || '@' || current_database()"), "innkeeper@innkeeper");
    query(&first, "CREATE TABLE guest AS SELECT 'Ada'::text AS name");
    first.stop().await.unwrap();
    assert!(!directory.join("cluster/data/postmaster.pid").exists());

    let again = Options { durable: true, max_connections: 17, ..options(&scratch) };
    let second = start(&directory, again).await;
    assert!(!second.is_first_start());
    assert_eq!(query(&second, "SELECT name FROM guest"), "Ada");
    assert_eq!(query(&second, "SHOW fsync"), "on");
    assert_eq!(query(&second, "SHOW max_connections"), "17");
}

#[tokio::test]
async fn neighbours_do_not_meet() {
    let scratch = scratch(0o755);
    let (left, right) = (scratch.path().join("left"), scratch.path().join("right"));
    let (left, right) = tokio::join!(start(&left, options(&scratch)), start(&right, options(&scratch)),);
    query(&left, "CREATE TABLE only_left ()");
    assert_eq!(query(&left, "SELECT to_regclass('only_left') IS NULL"), "f");
    assert_eq!(query(&right, "SELECT to_regclass('only_left') IS NULL"), "t");
}

#[tokio::test]
async fn dropping_it_stops_the_server() {
    let scratch = scratch(0o755);
    let database = start(scratch.path(), options(&scratch)).await;
    let pid = Pid::from_raw(database.pid().unwrap());
    assert!(kill(pid, None).is_ok());
    drop(database);
    assert!(kill(pid, None).is_err());
}

#[tokio::test]
async fn a_killed_server_is_repaired_by_the_next_start() {
    let scratch = scratch(0o755);
    let durable = Options { durable: true, ..options(&scratch) };
    let database = start(scratch.path(), durable).await;
    query(&database, "CREATE TABLE kept AS SELECT 1");
    // A backend that computes when its postmaster dies notices late, and keeps the shared memory.
    let mut busy = Command::new(installation().program("psql"))
        .args(["-d", database.url(), "-c"])
        .arg("SELECT count(*) FROM (SELECT generate_series(1, 10000000)) AS busy")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let is_busy = "SELECT EXISTS (SELECT FROM pg_stat_activity \
                   WHERE state = 'active' AND query LIKE '%AS busy')";
    let is_busy = is_busy.replace("AS busy", "AS bu' || 'sy");
    while query(&database, &is_busy) != "t" {}
    kill(Pid::from_raw(database.pid().unwrap()), Signal::SIGKILL).unwrap();
    drop(database);
    let database = start(scratch.path(), options(&scratch)).await;
    assert_eq!(query(&database, "SELECT count(*) FROM kept"), "1");
    busy.wait().unwrap();
}

#[tokio::test]
async fn a_pid_file_of_another_process_does_not_stop_the_start() {
    let scratch = scratch(0o755);
    start(scratch.path(), options(&scratch)).await.stop().await.unwrap();
    let leftover = scratch.path().join("cluster/data/postmaster.pid");
    let text = format!("{}\n/elsewhere\n1\n5432\n/elsewhere\n\n1 1\nready\n", std::process::id());
    fs::write(&leftover, text).unwrap();
    let database = start(scratch.path(), options(&scratch)).await;
    assert_eq!(query(&database, "SELECT 1"), "1");
}

#[tokio::test]
async fn a_long_path_gets_a_short_socket_which_is_cleaned_up() {
    let scratch = scratch(0o755);
    let directory = scratch.path().join("x".repeat(60)).join("y".repeat(60));
    let database = start(&directory, options(&scratch)).await;
    assert_eq!(query(&database, "SELECT 1"), "1");
    let socket_directory = database.socket_directory().to_owned();
    assert!(!socket_directory.starts_with(&directory));
    database.stop().await.unwrap();
    assert!(!socket_directory.exists());
}

#[tokio::test]
async fn below_a_closed_directory_root_keeps_the_cluster_elsewhere() {
    let scratch = scratch(0o755);
    let closed = scratch.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let directory = closed.join("postgres");
    let database = start(&directory, options(&scratch)).await;
    query(&database, "CREATE TABLE kept ()");
    database.stop().await.unwrap();
    let root = nix::unistd::Uid::effective().is_root();
    assert_eq!(directory.join("cluster").is_symlink(), root);

    let database = start(&directory, options(&scratch)).await;
    assert!(!database.is_first_start());
    query(&database, "SELECT FROM kept");
    drop(database);

    if root {
        fs::remove_dir_all(scratch.path().join("shelter")).unwrap();
        let error = Embedded::start(installation(), &directory, options(&scratch)).await;
        assert!(matches!(error, Err(Error::Dangling { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn the_files_of_another_version_are_refused() {
    let scratch = scratch(0o755);
    start(scratch.path(), options(&scratch)).await.stop().await.unwrap();
    fs::write(scratch.path().join("cluster/data/PG_VERSION"), "9\n").unwrap();
    let error = Embedded::start(installation(), scratch.path(), options(&scratch)).await.unwrap_err();
    assert!(error.to_string().contains("PostgreSQL 9"), "{error}");
}

#[tokio::test]
async fn one_holder_at_a_time_and_a_killed_holder_is_succeeded() {
    let scratch = scratch(0o755);
    let (mut holder, server) = hold(scratch.path());
    let refused = Embedded::start(installation(), scratch.path(), options(&scratch)).await.unwrap_err();
    assert!(refused.to_string().contains(&holder.id().to_string()), "names the holder: {refused}");

    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(kill(server, None).is_ok(), "the server outlives its parent");
    let database = start(scratch.path(), options(&scratch)).await;
    assert_ne!(database.pid(), Some(server.as_raw()));
    assert!(!database.is_first_start());
    assert_eq!(query(&database, "SELECT 1"), "1");
}

/// Starts another process (this test program, running the helper below) that holds `directory`.
fn hold(directory: &Path) -> (Child, Pid) {
    #[expect(clippy::zombie_processes, reason = "the caller reaps it, and a panic ends the test")]
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "helper_that_holds_a_directory", "--nocapture"])
        .env(HELD, directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines {
        if let Some((_, pid)) = line.unwrap().split_once("holding with server ") {
            return (child, Pid::from_raw(pid.parse().unwrap()));
        }
    }
    panic!("the helper ended without holding the directory");
}

/// Does nothing in a normal run: the other half of the test above.
#[tokio::test]
async fn helper_that_holds_a_directory() {
    let Some(directory) = std::env::var_os(HELD).map(PathBuf::from) else {
        return;
    };
    let database = start(&directory, Options::throwaway()).await;
    println!("holding with server {}", database.pid().unwrap());
    std::io::stdin().lines().for_each(drop);
}
