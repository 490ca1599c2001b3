//! How the site looks to people with assistive technology, on telephones, and to the browser's own rules.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_tests::{Browser, Demo};
use serde_json::{Value, json};

/// Finds barriers; see `assets/README.md`.
const AXE: &str = include_str!("../assets/axe.min.js");
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] })
        .then((result) => done(result.violations), (error) => done(String(error)));";
/// Width and height of a small telephone.
const PHONE: (u32, u32) = (390, 844);
const DESK: (u32, u32) = (1280, 900);

const ANYBODY: [&str; 8] =
    ["/", "/order", "/order/mailbox-business", "/order/domains?q=hopper", "/cart", "/login", "/signup", "/admin/login"];
const CLIENT: [&str; 6] = ["/", "/invoices", "/services", "/domains", "/profile", "/profile/logins"];
const STAFF: [&str; 20] = [
    "/admin",
    "/admin/clients",
    "/admin/clients/3",
    "/admin/clients/new",
    "/admin/orders",
    "/admin/orders/1",
    "/admin/invoices",
    "/admin/invoices/1",
    "/admin/services",
    "/admin/services/1",
    "/admin/domains",
    "/admin/products",
    "/admin/products/1",
    "/admin/servers",
    "/admin/plugins",
    "/admin/plugins/server-kerio",
    "/admin/events",
    "/admin/jobs",
    "/admin/audit",
    "/admin/settings",
];

#[tokio::test]
async fn no_page_has_barriers_breaks_the_policy_or_is_too_wide_for_a_telephone() {
    let demo = Demo::start(env!("CARGO_BIN_EXE_innkeeper-under-test"));
    let mut problems = vec![];
    let browser = Browser::open(demo.text("/base_url"), DESK.0, DESK.1).await;
    look_at(&browser, &ANYBODY, &mut problems).await;
    browser.sign_in("", demo.text("/client/email"), demo.text("/client/password")).await;
    look_at(&browser, &CLIENT, &mut problems).await;
    for list in ["/invoices", "/services", "/domains"] {
        let first = first_of(&browser, list).await;
        look_at(&browser, &[&first], &mut problems).await;
    }
    browser.sign_in("/admin", demo.text("/staff/email"), demo.text("/staff/password")).await;
    look_at(&browser, &STAFF, &mut problems).await;
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// The first thing of a list.
async fn first_of(browser: &Browser, list: &str) -> String {
    browser.goto(list).await;
    let link = format!("main table a[href^=\"{list}/\"]");
    browser.find(&link).await.attr("href").await.unwrap().unwrap()
}

async fn look_at(browser: &Browser, pages: &[&str], problems: &mut Vec<String>) {
    for path in pages {
        for scheme in ["light", "dark"] {
            browser.emulate(DESK.0, DESK.1, 1, scheme).await;
            browser.goto(path).await;
            problems.extend(barriers(browser).await.into_iter().map(|text| format!("{path} ({scheme}): {text}")));
        }
        browser.emulate(PHONE.0, PHONE.1, 1, "light").await;
        browser.goto(path).await;
        let width = browser.script("return document.documentElement.scrollWidth", vec![]).await;
        if width != json!(PHONE.0) {
            problems.push(format!("{path}: is {width} pixels wide on a telephone of {}", PHONE.0));
        }
        problems.extend(barriers(browser).await.into_iter().map(|text| format!("{path} (telephone): {text}")));
        problems.extend(browser.console().await.into_iter().map(|line| format!("{path}: the console says {line}")));
    }
}

/// Serious and critical findings, with the elements they are about.
async fn barriers(browser: &Browser) -> Vec<String> {
    browser.script(AXE, vec![]).await;
    let found = browser.script_async(RUN, vec![]).await;
    let found = found.as_array().unwrap_or_else(|| panic!("axe failed: {found}"));
    let is_bad = |violation: &&Value| matches!(violation["impact"].as_str(), Some("serious" | "critical"));
    let say = |violation: &Value| {
        let nodes = violation["nodes"].as_array().into_iter().flatten();
        let targets: Vec<String> = nodes.take(3).map(|node| node["target"].to_string()).collect();
        format!("{}: {} {}", violation["id"], violation["help"], targets.join(" "))
    };
    found.iter().filter(is_bad).map(say).collect()
}
