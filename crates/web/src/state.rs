//! What the handlers share.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use innkeeper_app::App;

use crate::view::Brand;

/// Decides whether an address is a proxy of the host, whose word about the client's address counts.
pub type ProxyTest = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// Settings of the site, from the configuration of the process.
#[derive(Clone)]
pub struct WebOptions {
    /// The site is reached over HTTPS: cookies say so, and browsers are told to stay with it.
    pub secure_cookies: bool,
    /// Which peers are proxies of the host.
    pub is_trusted_proxy: ProxyTest,
}

impl Default for WebOptions {
    fn default() -> Self {
        Self { secure_cookies: false, is_trusted_proxy: Arc::new(|_| false) }
    }
}

impl fmt::Debug for WebOptions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("WebOptions").field("secure_cookies", &self.secure_cookies).finish_non_exhaustive()
    }
}

/// One for a process; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub app: Arc<App>,
    /// Settings of the site.
    pub options: Arc<WebOptions>,
    /// The brand as it was last read, for error pages: these must not need the database.
    brand: Arc<RwLock<Brand>>,
}

impl AppState {
    /// The state of a process.
    pub fn new(app: Arc<App>, options: WebOptions) -> Self {
        Self { app, options: Arc::new(options), brand: Arc::default() }
    }

    /// The brand as it was last read.
    pub fn last_brand(&self) -> Brand {
        self.brand.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn keep_brand(&self, brand: &Brand) {
        brand.clone_into(&mut self.brand.write().unwrap_or_else(PoisonError::into_inner));
    }
}
