//! Serves the gallery of components: `cargo run -p innkeeper-web --example gallery`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

mod pages;

use axum::response::Html;
use axum::routing::get;
use axum::{Router, middleware};
use innkeeper_web::{assets, security};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut app: Router = assets::routes();
    for (path, page) in pages::all() {
        app = app.route(path, get(|| async { Html(page) }));
    }
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    #[expect(clippy::print_stdout, reason = "tells where to look")]
    {
        println!("http://{}", listener.local_addr()?);
    }
    axum::serve(listener, app.layer(middleware::from_fn(security::headers))).await
}
