//! Serves a furnished site over a throw-away database, to look at the pages:
//! `cargo run -p innkeeper-site --example site`. Staff sign in as `staff@host.example`, the client as
//! `ada@example.com`, both with the password printed.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a tool for looking at pages")]

#[path = "../tests/support/mod.rs"]
mod support;

use innkeeper_domain::{InvoiceId, Permission};
use std::net::SocketAddr;
use support::{Browser, PASSWORD, Site};

#[tokio::main]
async fn main() {
    let site = Site::shop().await;
    site.add_staff("staff@host.example", Permission::ALL).await;
    let (_, mut ada) = site.client("ada@example.com").await;
    order(&mut ada, "ada", Some("lovelace.com")).await;
    site.pay(InvoiceId(1)).await;
    order(&mut ada, "refused", None).await;
    site.pay(InvoiceId(2)).await;
    order(&mut ada, "slow", None).await;
    site.pay(InvoiceId(3)).await;
    order(&mut ada, "waiting", Some("analytical-engine.org")).await;
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    #[expect(clippy::print_stdout, reason = "tells where to look")]
    {
        println!("http://{} password: {PASSWORD}", listener.local_addr().unwrap());
    }
    axum::serve(listener, site.router().into_make_service_with_connect_info::<SocketAddr>()).await.unwrap();
}

async fn order(browser: &mut Browser, mailbox: &str, domain: Option<&str>) {
    let fields = [("cycle", "1"), ("field.mailbox", mailbox), ("field.password", "Tr4velling-Owl")];
    browser.post("/order/mailbox", &fields).await;
    if let Some(name) = domain {
        browser.post("/order/domains", &[("name", name), ("years", "1")]).await;
    }
    browser.post("/checkout", &[]).await;
}
