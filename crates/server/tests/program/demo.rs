//! `innkeeper demo`, through starts, stops and kills.

use nix::sys::signal::Signal;
use serde_json::Value;
use std::{os::unix::fs::PermissionsExt, path::Path};

use crate::running::{Demo, get, innkeeper, sheet, use_ring};

/// Mailboxes and domains of the past that is made up: what was paid.
const MAILBOXES: usize = 12;
const DOMAINS: usize = 2;

async fn made(sheet: &Value) -> (usize, usize) {
    let mailboxes = get(&sheet["simulators"]["kerio"]["control"], "users").await;
    let state = get(&sheet["simulators"]["dondominio"]["control"], "state").await;
    let count = |value: &Value| value.as_array().map(Vec::len).or(value.as_object().map(serde_json::Map::len));
    (count(&mailboxes).unwrap(), count(&state["domains"]).unwrap())
}

fn audit(data_dir: &Path) {
    let ended = innkeeper(&["audit"]).env("INNKEEPER_DATA_DIR", data_dir).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(ended.status.success(), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(said.contains("every rule holds"), "{said}");
}

#[tokio::test]
async fn starts_fills_once_and_survives_a_kill() {
    let place = tempfile::tempdir().unwrap();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let data_dir = place.path().join("data");

    let first = Demo::start(&data_dir, &[]);
    let mode = std::fs::metadata(data_dir.join("demo.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let sheet1 = sheet(&data_dir);
    let base = sheet1["base_url"].as_str().unwrap().to_owned();
    use_ring();
    let ready = reqwest::get(format!("{base}/readyz")).await.unwrap();
    assert_eq!(ready.status(), 200);
    for path in [
        "staff/email",
        "staff/password",
        "client/email",
        "client/password",
        "api_token",
        "autologin_key/key_id",
        "autologin_key/key",
        "simulators/kerio/api",
        "simulators/kerio/certificate_file",
        "simulators/webhooks/secret",
    ] {
        let text = sheet1.pointer(&format!("/{path}")).and_then(Value::as_str);
        assert!(text.is_some_and(|text| !text.is_empty()), "{path} is missing");
    }
    assert_eq!(made(&sheet1).await, (MAILBOXES, DOMAINS));
    let (took, status) = (first.took, first.end(Signal::SIGTERM));
    assert!(status.success(), "{status}");
    assert!(!data_dir.join("demo.json").exists(), "the sheet is left behind");
    audit(&data_dir);

    let second = Demo::start(&data_dir, &[]);
    let sheet2 = sheet(&data_dir);
    assert!(second.took < took, "the second start took {:?}, the first {took:?}", second.took);
    for part in ["client", "api_token", "autologin_key", "simulators"] {
        assert_eq!(sheet2[part], sheet1[part], "{part} changed");
    }
    second.end(Signal::SIGKILL);

    let third = Demo::start(&data_dir, &[]);
    let sheet3 = sheet(&data_dir);
    assert_eq!(made(&sheet3).await, (MAILBOXES, DOMAINS));
    assert_eq!(sheet3["client"], sheet1["client"]);
    assert!(third.end(Signal::SIGINT).success());
}

#[tokio::test]
async fn a_start_that_was_killed_half_way_is_finished_by_the_next() {
    let place = tempfile::tempdir().unwrap();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let data_dir = place.path().join("data");
    let mut first = Demo::spawn(&data_dir, &[]);
    first.wait_for("filling a small host");
    // Some mailboxes exist by then, most do not.
    let state = data_dir.join("simulators/kerio.json");
    let mailboxes = || std::fs::read_to_string(&state).map_or(0, |text| text.matches("\"loginName\"").count());
    let at_first = mailboxes();
    while mailboxes() < at_first + 3 {
        std::thread::yield_now();
    }
    first.end(Signal::SIGKILL);
    assert!(mailboxes() < at_first + MAILBOXES, "all was done before the kill");
    let second = Demo::start(&data_dir, &[]);
    assert_eq!(made(&sheet(&data_dir)).await, (MAILBOXES, DOMAINS));
    assert!(second.end(Signal::SIGTERM).success());
    audit(&data_dir);
}

#[tokio::test]
async fn a_business_of_a_given_size_keeps_every_rule() {
    let place = tempfile::tempdir().unwrap();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let data_dir = place.path().join("data");
    let demo = Demo::start(&data_dir, &["--scale", "300"]);
    assert!(demo.end(Signal::SIGTERM).success());
    audit(&data_dir);
}
