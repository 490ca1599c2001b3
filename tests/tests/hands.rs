//! What pages do beyond being read: keys, choices that change prices, questions before harm, messages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_tests::{Browser, Demo};
use serde_json::json;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';

#[tokio::test]
async fn pages_answer_to_keys_and_ask_before_harm() {
    let demo = Demo::start(env!("CARGO_BIN_EXE_innkeeper-under-test"));
    let browser = Browser::open(demo.text("/base_url"), 1280, 900).await;
    tab_through_the_shop(&browser).await;
    choose_another_cycle(&browser).await;
    choose_options(&browser).await;
    be_refused(&browser).await;
    browser.sign_in("/admin", demo.text("/staff/email"), demo.text("/staff/password")).await;
    close_a_client(&browser).await;
    browser.goto("/admin").await;
    browser.key('/').await;
    assert_eq!(browser.focus().await.0, "Search everything", "one key leads to the search");
}

async fn tab_through_the_shop(browser: &Browser) {
    browser.goto("/order/mailbox-basic").await;
    let mut names = vec![];
    for _ in 0..40 {
        browser.key(TAB).await;
        let (name, is_seen) = browser.focus().await;
        assert!(is_seen, "{name} has the focus and does not show it");
        let is_last = name == "Add to cart";
        names.push(name);
        if is_last {
            break;
        }
    }
    assert_eq!(names[0], "Skip to the content");
    let place = |wanted: &str| {
        names.iter().position(|name| name.starts_with(wanted)).unwrap_or_else(|| panic!("{wanted}: {names:?}"))
    };
    let order = ["Sign in", "Monthly", "Mailbox name", "First name", "Last name", "Password", "Add to cart"].map(place);
    assert!(order.is_sorted(), "in the order in which it is read: {names:?}");
    browser.goto("/order/mailbox-basic").await;
    browser.key(TAB).await;
    browser.key(ENTER).await;
    let inside = browser.script("return document.activeElement.id", vec![]).await;
    assert_eq!(inside, json!("content"));
}

async fn choose_another_cycle(browser: &Browser) {
    browser.goto("/order/mailbox-business").await;
    browser.script("document.body.dataset.mark = 'the same page'", vec![]).await;
    browser.fill("field.mailbox", "ada.l").await;
    browser.click("main input[name=cycle]:not(:checked)").await;
    browser.sees(&["Mailbox Business (Yearly)", "€54.00"]).await;
    let kept = "return [document.body.dataset.mark, document.querySelector('[name=\"field.mailbox\"]').value]";
    assert_eq!(browser.script(kept, vec![]).await, json!(["the same page", "ada.l"]));
}

async fn choose_options(browser: &Browser) {
    browser.goto("/order/web-pro").await;
    browser.click("main input[name='options.1'][value='2']").await;
    browser.sees(&["Web Pro (Monthly), Speed: 4 workers", "€12.99"]).await;
    browser.click("main input[name=cycle]:not(:checked)").await;
    browser.sees(&["Web Pro (Yearly), Speed: 4 workers", "€129.90", "+€70.00"]).await;
}

/// The server's answer, not the browser's own check.
async fn be_refused(browser: &Browser) {
    browser.goto("/order/mailbox-basic").await;
    browser.fill("field.mailbox", "ada.l").await;
    browser.script("document.querySelector('main form[data-live]').noValidate = true", vec![]).await;
    browser.click("main form[data-live] button[type=submit]").await;
    browser.sees(&["Please look at this again", "First name: Must not be empty."]).await;
    let focused = browser.script("return document.activeElement.className", vec![]).await;
    assert!(focused.to_string().contains("form-problems"), "the focus is at {focused}");
    let kept = browser.find("main [name=\"field.mailbox\"]").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("ada.l"), "what was typed stays");
    let marked = browser.find("main [name=\"field.first_name\"]").await.attr("aria-invalid").await.unwrap();
    assert_eq!(marked.as_deref(), Some("true"));
}

async fn close_a_client(browser: &Browser) {
    const CLOSE: &str = "main form[data-confirm] button";
    let is_open = || browser.script("return document.getElementById('confirm').open", vec![]);
    browser.goto("/admin/clients/4").await;
    browser.click(CLOSE).await;
    assert_eq!(browser.focus().await.0, "Cancel", "the harmless answer comes first");
    browser.key(ESCAPE).await;
    assert_eq!(is_open().await, json!(false));
    assert_eq!(browser.focus().await.0, "Close client", "back where it was");
    browser.key(ENTER).await;
    browser.key(TAB).await;
    browser.key(ENTER).await;
    browser.sees(&["The client is closed.", "Reopen"]).await;
    browser.click("main [data-dismiss]").await;
    assert!(!browser.text().await.contains("The client is closed."), "the message is put away");
}
