//! `innkeeper plugin new`: what it makes compiles without a warning, is formatted, and passes its kit.
//!
//! The new crates are built in a workspace of their own, which takes everything else from here: the crates
//! by their paths, the versions of others from the lock file, their features from one member that asks for
//! all that this workspace asks for. So what was built for the tests of this workspace is not built again.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::running::{complaint, innkeeper};

const KINDS: [&str; 4] = ["server", "registrar", "gateway", "snapin"];

/// A name as long as they come, so that lines which it makes too long are seen.
const NAME: &str = "probe-with-the-longest-name-ever";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The files of a checkout that the command reads and writes, in a directory that every run of this test
/// uses again: cargo knows crates by where they are.
fn checkout() -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffold");
    if place.exists() {
        fs::remove_dir_all(&place).unwrap();
    }
    fs::create_dir_all(place.join("crates/server/src")).unwrap();
    fs::create_dir(place.join("plugins")).unwrap();
    let needed = ["Cargo.toml", "Cargo.lock", "clippy.toml", "rustfmt.toml"];
    for file in needed.into_iter().chain(["crates/server/Cargo.toml", "crates/server/src/plugins.rs"]) {
        fs::copy(root().join(file), place.join(file)).unwrap();
    }
    place
}

fn new_plugin(place: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = innkeeper(&["plugin", "new"]);
    command.args(arguments).current_dir(place).output().unwrap()
}

/// Makes the place a workspace that can be built: our crates at their real paths, and a member without
/// code that asks for every dependency of ours.
fn make_buildable(place: &Path) {
    let manifest = fs::read_to_string(place.join("Cargo.toml")).unwrap();
    let lock = fs::read_to_string(place.join("Cargo.lock")).unwrap();
    let here = format!("path = \"{}/", root().display());
    let mut lines = Vec::new();
    let mut dependencies = Vec::new();
    let mut section = "";
    for line in manifest.lines() {
        section = if line.starts_with('[') { line } else { section };
        let is_new = line.contains(NAME);
        lines.push(match line {
            _ if line.starts_with("members") => "members = [\"plugins/*\", \"features\"]".to_owned(),
            _ if line.starts_with("default-members") => String::new(),
            _ if section == "[workspace.dependencies]" && !is_new => line.replace("path = \"", &here),
            _ => line.to_owned(),
        });
        let foreign = section == "[workspace.dependencies]" && !line.starts_with("innkeeper-");
        let name = line.split_once(" = ").map(|(name, _)| name);
        // What no crate of ours uses is not locked, and nobody has it.
        let name = name.filter(|name| lock.contains(&format!("\nname = \"{name}\"\n")));
        dependencies.extend(name.filter(|_| foreign).map(|name| format!("{name}.workspace = true\n")));
    }
    fs::write(place.join("Cargo.toml"), lines.join("\n")).unwrap();
    fs::create_dir(place.join("features")).unwrap();
    let package = "[package]\nname = \"features\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    let target = "[[example]]\nname = \"nothing\"\npath = \"nothing.rs\"\n";
    let manifest = format!("{package}{target}[dependencies]\n{}", dependencies.concat());
    fs::write(place.join("features/Cargo.toml"), manifest).unwrap();
    fs::write(place.join("features/nothing.rs"), "fn main() {}\n").unwrap();
}

/// Runs cargo there, with the build directory of this test.
fn cargo(place: &Path, arguments: &[&str]) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo says to this test is not meant for another cargo: build scripts would run again.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_") && name != "CARGO_HOME") {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(place).env("CARGO_TARGET_DIR", target).env("CARGO_TERM_COLOR", "never");
    let ended = command.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout) + String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "cargo {arguments:?}:\n{said}");
}

#[test]
fn a_new_plugin_of_each_kind_passes_its_kit_without_a_warning() {
    let place = checkout();
    for kind in KINDS {
        let said = new_plugin(&place, &[kind, NAME]);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.contains(&format!("cargo test -p innkeeper-{kind}-probe")), "{said}");
    }
    make_buildable(&place);
    cargo(&place, &["fmt", "--", "--check", "-l"]);
    cargo(&place, &["test", "--offline", "--quiet", "--workspace", "--lib", "--test", "conformance"]);
    let clippy = ["clippy", "--offline", "--quiet", "--workspace", "--lib", "--test", "conformance"];
    cargo(&place, &[&clippy[..], &["--", "-D", "warnings"]].concat());
}

#[test]
fn a_wrong_place_name_or_kind_is_named_and_a_dry_run_changes_nothing() {
    let nowhere = tempfile::tempdir().unwrap();
    let text = complaint(&new_plugin(nowhere.path(), &["server", "acme"]));
    assert!(text.contains("git clone"), "{text}");
    assert!(complaint(&new_plugin(&root(), &["server", "Acme"])).contains("small letters"));
    assert!(complaint(&new_plugin(&root(), &["printer", "acme"])).contains("registrar"));
    assert!(complaint(&new_plugin(&root(), &["server", "kerio"])).contains("there is a plugin server-kerio already"));
    let said = new_plugin(&root(), &["server", "acme", "--dry-run"]);
    let said = String::from_utf8(said.stdout).unwrap();
    for part in ["plugins/server-acme/src/api.rs", "crates/server/src/plugins.rs: +", "Nothing was changed"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!root().join("plugins/server-acme").exists());
}
