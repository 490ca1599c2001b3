//! `innkeeper serve`: the site.

use anyhow::{Context, Result};
use innkeeper_app::{App, clock::SystemClock, plugins::Registry, signals};
use innkeeper_config::Config;
use innkeeper_site::{AppState, WebOptions, router};
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::say;
use crate::{database::Database, node};

/// Serves until asked to end; then finishes what is under way.
pub async fn run(mut config: Config, plugins: Registry) -> Result<()> {
    let end = node::end()?;
    // First the port: if it is taken, nothing else was touched.
    let listener = listen(&mut config).await?;
    let database = Database::open(&config).await?;
    database.migrate().await?;
    let app = node::app_with(&config, &database, plugins, Arc::new(SystemClock), node::mail(&config)?)?;
    say(format_args!("serving {}", config.base_url()));
    serve(&config, &app, listener, end).await?;
    database.close().await
}

/// Takes the port, and notes which one it was if any would do.
pub async fn listen(config: &mut Config) -> Result<TcpListener> {
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("cannot listen on {}: stop what listens there, or choose another address", config.listen)
    })?;
    config.listen = listener.local_addr()?;
    Ok(listener)
}

/// Serves `app` on `listener`, with jobs beside it unless configured otherwise.
pub async fn serve(config: &Config, app: &Arc<App>, listener: TcpListener, end: CancellationToken) -> Result<()> {
    let background = match config.worker.run_in_serve {
        true => Some(node::Background::start(app, config).await?),
        false => {
            // Nobody else can tell what is only told once, on this node.
            tokio::spawn(signals::run(app.clone(), end.clone()));
            None
        }
    };
    let proxies = config.security.trusted_proxies.clone();
    let options = WebOptions {
        secure_cookies: config.base_url().starts_with("https://"),
        is_trusted_proxy: Arc::new(move |peer| proxies.iter().any(|network| network.contains(peer))),
    };
    let site = router(AppState::new(app.clone(), options)).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, site).with_graceful_shutdown(end.cancelled_owned()).await?;
    if let Some(background) = background {
        background.stop().await;
    }
    Ok(())
}
