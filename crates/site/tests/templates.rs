//! What must hold for every template and every view, whoever writes it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use std::path::{Path, PathBuf};

use innkeeper_web::assets;

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|had| had == ending) {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                found.push((path, text));
            }
        }
    }
    found
}

#[test]
fn templates_hold_nothing_that_the_policy_forbids() {
    let templates = files("../../templates", "html");
    assert!(templates.len() > 20);
    for (path, text) in templates {
        let is_base = path.ends_with("layouts/base.html");
        assert!(is_base || !text.contains("<script"), "{path:?}");
        for forbidden in [" style=", "<style", "|safe", "| safe", "javascript:"] {
            assert!(!text.contains(forbidden), "{path:?}: {forbidden}");
        }
        for handler in [" onclick=", " onchange=", " onsubmit=", " onload=", " oninput="] {
            assert!(!text.contains(handler), "{path:?}: {handler}");
        }
    }
}

#[test]
fn every_icon_named_exists() {
    let mut sources = files("../../templates", "html");
    for door in ["web", "panel", "portal", "api"] {
        let code = files(&format!("../{door}/src"), "rs");
        assert!(!code.is_empty(), "{door}");
        sources.extend(code);
    }
    let mut named = 0;
    for (path, text) in sources {
        for rest in text.split("icon(\"").skip(1) {
            let name = rest.split('"').next().unwrap_or_default();
            assert!(assets::has_icon(name), "{path:?}: {name}");
            named += 1;
        }
    }
    assert!(named > 20);
}
