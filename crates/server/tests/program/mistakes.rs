//! Wrong input: a clear message, and nothing is touched.

use crate::running::{complaint, innkeeper, output};

#[test]
fn a_taken_port_is_named_before_anything_else() {
    let place = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data_dir = place.path().join("data");
    let ended = output(&["demo", "--listen", &address, "--data-dir", data_dir.to_str().unwrap()]);
    let text = complaint(&ended);
    assert!(text.contains(&address) && text.contains("another address"), "{text}");
    assert!(!data_dir.exists(), "something was touched");
}

#[test]
fn an_unknown_key_is_named() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("config.toml");
    std::fs::write(&file, "lisen = \"127.0.0.1:8080\"\n").unwrap();
    let text = complaint(&output(&["serve", "--config", file.to_str().unwrap()]));
    assert!(text.contains("lisen") && text.contains("line 1"), "{text}");
    let ended = innkeeper(&["doctor"]).env("INNKEEPER_DATABSE__URL", "x").output().unwrap();
    assert!(complaint(&ended).contains("INNKEEPER_DATABSE__URL"));
}

#[test]
fn a_database_that_is_not_there_is_named_without_its_password() {
    let place = tempfile::tempdir().unwrap();
    let vacant = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://innkeeper:hunter2@{vacant}/innkeeper");
    for command in ["serve", "migrate", "doctor", "demo"] {
        let mut command = innkeeper(&[command]);
        command.env("INNKEEPER_DATABASE__URL", &url).env("INNKEEPER_DATA_DIR", place.path());
        let ended = command.env("INNKEEPER_LISTEN", "127.0.0.1:0").output().unwrap();
        let text = complaint(&ended) + &String::from_utf8_lossy(&ended.stdout);
        assert!(text.contains("database"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
