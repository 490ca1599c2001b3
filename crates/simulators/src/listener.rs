//! A server that runs in the background until it is stopped.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{Mutex, PoisonError},
};

use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use tokio::task::JoinHandle;

/// One listening server. Dropping it leaves it running until the runtime ends.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Serves `routes` on the current runtime: over TLS if a configuration is given.
///
/// # Errors
/// When the port is taken.
pub async fn serve(listen: SocketAddr, routes: Router, tls: Option<RustlsConfig>) -> io::Result<Running> {
    let listener = TcpListener::bind(listen)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let handle = Handle::new();
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    let task = if let Some(tls) = tls {
        let server = axum_server::from_tcp_rustls(listener, tls)?;
        spawn(server.handle(handle.clone()).serve(routes))
    } else {
        let server = axum_server::from_tcp(listener)?;
        spawn(server.handle(handle.clone()).serve(routes))
    };
    handle.listening().await;
    Ok(Running { address, handle, task: Mutex::new(Some(task)) })
}

fn spawn(server: impl Future<Output = io::Result<()>> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "a simulator stopped");
        }
    })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops: from then on connections are refused. Twice is once.
    pub async fn stop(&self) {
        self.handle.shutdown();
        let task = {
            let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
            task.take()
        };
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "a simulator did not stop cleanly");
        }
    }
}
