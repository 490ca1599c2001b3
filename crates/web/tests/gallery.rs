//! Renders every component with ordinary, empty, long, right-to-left and
//! hostile data, and checks what must hold for all of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

#[path = "../examples/gallery/pages.rs"]
mod pages;

use innkeeper_web::assets;

#[test]
fn hostile_text_never_becomes_markup() {
    for (path, html) in pages::all() {
        let outside = html.replace("<script src=\"/assets/", "");
        assert!(!outside.contains("<script"), "{path}");
        assert!(!html.contains("<img src=x"), "{path}");
    }
    let shown = pages::all().iter().filter(|(_, html)| html.contains("&#60;script&#62;alert")).count();
    assert!(shown >= 6, "only {shown} pages show the hostile sample");
}

#[test]
fn nothing_is_inline_that_the_policy_forbids() {
    for (path, html) in pages::all() {
        for tag in tags(&html) {
            for (name, _) in attributes(tag) {
                assert_ne!(name, "style", "{path}: {tag}");
                assert!(!name.starts_with("on"), "{path}: {tag}");
            }
        }
        assert!(!html.contains("<style"), "{path}");
    }
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    for (path, html) in pages::all() {
        let mut ids = Vec::new();
        for (name, value) in tags(&html).flat_map(attributes) {
            if name == "id" {
                assert!(!ids.contains(&value), "{path}: {value} twice");
                ids.push(value);
            }
        }
        for (name, value) in tags(&html).flat_map(attributes) {
            let targets: Vec<&str> = match name {
                "for" | "popovertarget" => vec![value],
                "aria-describedby" | "aria-labelledby" => value.split(' ').collect(),
                "href" => value.strip_prefix('#').into_iter().collect(),
                _ => continue,
            };
            for target in targets {
                assert!(ids.contains(&target), "{path}: {name}={target} leads nowhere");
            }
        }
    }
}

#[test]
fn every_icon_shown_is_in_the_sprite() {
    let sprite = assets::url("icons.svg#");
    for (path, html) in pages::all() {
        let mut count = 0;
        for (name, value) in tags(&html).flat_map(attributes) {
            if let Some(icon) = value.strip_prefix(&sprite).filter(|_| name == "href") {
                assert!(assets::has_icon(icon), "{path}: {icon}");
                count += 1;
            }
        }
        assert!(count > 0, "{path} shows no icon");
    }
}

#[test]
fn elements_are_closed_in_order() {
    const VOID: [&str; 6] = ["input", "img", "meta", "link", "br", "!doctype"];
    for (path, html) in pages::all() {
        let mut open = Vec::new();
        for tag in tags(&html) {
            let name = tag.split([' ', '\n', '/']).find(|part| !part.is_empty());
            let name = name.unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{path}: </{name}>");
            } else if !tag.ends_with('/') && !VOID.contains(&name) {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{path}: {open:?} left open");
    }
}

/// What stands between `<` and `>`. Attribute values hold neither: both are
/// escaped.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|rest| rest.split('>').next())
}

/// Names and quoted values of a tag's attributes.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let name = before.rsplit([' ', '\n', '"']).next().unwrap_or(before);
        let Some((value, tail)) = after.split_once('"') else {
            break;
        };
        found.push((name, value));
        rest = tail;
    }
    found
}
