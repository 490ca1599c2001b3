//! How the site looks to people with assistive technology, on telephones, and to the browser's own rules.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_tests::{Browser, Demo};
use serde_json::{Value, json};

/// Finds barriers; see `assets/README.md`.
const AXE: &str = include_str!("../assets/axe.min.js");
/// All of WCAG 2.2 AA, and what axe calls good practice. The size of what is pressed is off by default.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const all = { runOnly: { type: 'tag', values }, rules: { 'target-size': { enabled: true } } };
    const wanted = arguments[0] ? { runOnly: arguments[0] } : all;
    axe.run(document, { resultTypes: ['violations'], ...wanted })
        .then((result) => done(result.violations), (error) => done(String(error)));";
/// Width and height of a small telephone.
const PHONE: (u32, u32) = (390, 844);
const DESK: (u32, u32) = (1280, 900);

const ANYBODY: [&str; 8] =
    ["/", "/order", "/order/mailbox-business", "/order/domains?q=hopper", "/cart", "/login", "/signup", "/admin/login"];
const CLIENT: [&str; 7] =
    ["/", "/invoices", "/invoices/statement", "/services", "/domains", "/profile", "/profile/logins"];
const STAFF: [&str; 30] = [
    "/admin",
    "/admin/clients",
    "/admin/clients/3",
    "/admin/clients/new",
    "/admin/orders",
    "/admin/orders/1",
    "/admin/invoices",
    "/admin/invoices/1",
    "/admin/payments",
    "/admin/reports",
    "/admin/reports/income",
    "/admin/reports/recurring",
    "/admin/reports/receivables",
    "/admin/reports/tax",
    "/admin/clients/3/statement",
    "/admin/services",
    "/admin/services/1",
    "/admin/domains",
    "/admin/domains/1",
    "/admin/products",
    "/admin/products/1",
    "/admin/servers",
    "/admin/plugins",
    "/admin/plugins/server-kerio",
    "/admin/events",
    "/admin/effects",
    "/admin/jobs",
    "/admin/audit",
    "/admin/settings",
    "/admin/search?q=ada",
];

#[tokio::test]
async fn no_page_of_the_portal_has_barriers_or_is_too_wide_for_a_telephone() {
    let demo = Demo::start(env!("CARGO_BIN_EXE_innkeeper-under-test"));
    let mut problems = vec![];
    let browser = Browser::open(demo.text("/base_url"), DESK.0, DESK.1).await;
    look_at(&browser, &ANYBODY, &mut problems).await;
    browser.sign_in("", demo.text("/client/email"), demo.text("/client/password")).await;
    look_at(&browser, &CLIENT, &mut problems).await;
    for list in ["/invoices", "/services", "/domains"] {
        let first = browser.first_of(list).await;
        look_at(&browser, &[&first], &mut problems).await;
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[tokio::test]
async fn no_page_of_the_panel_about_clients_has_barriers_or_is_too_wide_for_a_telephone() {
    look_at_the_panel(&STAFF[..12]).await;
}

#[tokio::test]
async fn no_page_of_the_panel_about_the_system_has_barriers_or_is_too_wide_for_a_telephone() {
    look_at_the_panel(&STAFF[12..]).await;
}

async fn look_at_the_panel(pages: &[&str]) {
    let demo = Demo::start(env!("CARGO_BIN_EXE_innkeeper-under-test"));
    let mut problems = vec![];
    let browser = Browser::open(demo.text("/base_url"), DESK.0, DESK.1).await;
    browser.sign_in("/admin", demo.text("/staff/email"), demo.text("/staff/password")).await;
    look_at(&browser, pages, &mut problems).await;
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// Wide and narrow, light and dark; and what the browser itself complains about.
async fn look_at(browser: &Browser, pages: &[&str], problems: &mut Vec<String>) {
    for path in pages {
        browser.emulate(DESK.0, DESK.1, 1, "light").await;
        browser.goto(path).await;
        browser.settle().await;
        browser.script(AXE, vec![]).await;
        for (device, (width, height)) in [("desk", DESK), ("telephone", PHONE)] {
            // The dark page is the light one in other colours.
            for (scheme, rules) in [("light", json!(null)), ("dark", json!(["color-contrast"]))] {
                browser.emulate(width, height, 1, scheme).await;
                let found = barriers(browser, rules).await;
                problems.extend(found.into_iter().map(|text| format!("{path} ({device}, {scheme}): {text}")));
            }
        }
        let width = browser.script("return document.documentElement.scrollWidth", vec![]).await;
        if width != json!(PHONE.0) {
            problems.push(format!("{path}: is {width} pixels wide on a telephone of {}", PHONE.0));
        }
        problems.extend(browser.console().await.into_iter().map(|line| format!("{path}: the console says {line}")));
    }
}

/// What axe finds with these rules, or with all; with the elements it is about.
async fn barriers(browser: &Browser, rules: Value) -> Vec<String> {
    let found = browser.script_async(RUN, vec![rules]).await;
    let found = found.as_array().unwrap_or_else(|| panic!("axe failed: {found}"));
    let say = |violation: &Value| {
        let nodes = violation["nodes"].as_array().into_iter().flatten();
        let targets: Vec<String> = nodes.take(3).map(|node| node["target"].to_string()).collect();
        format!("{}: {} {}", violation["id"], violation["help"], targets.join(" "))
    };
    found.iter().map(say).collect()
}

/// A check that finds nothing anywhere may be looking at nothing.
#[tokio::test]
async fn the_check_finds_barriers_where_there_are_some() {
    let page = "data:text/html,<title>A</title><main><h1 style='color:%23ccc'>Pale</h1><img src=''><input></main>";
    let browser = Browser::open(page, DESK.0, DESK.1).await;
    browser.goto("").await;
    browser.script(AXE, vec![]).await;
    let found = barriers(&browser, json!(null)).await.join("\n");
    for rule in ["color-contrast", "image-alt", "label", "html-has-lang"] {
        assert!(found.contains(&format!("\"{rule}\"")), "{rule} is not in\n{found}");
    }
}
