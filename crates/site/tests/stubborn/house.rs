//! A site with a plugin at its worst, and another one.

use innkeeper_app::{
    Actor,
    plugins::{Call, Registry},
    servers,
};
use innkeeper_domain::{Permission, ServerId};
use innkeeper_plugin_api::*;
use innkeeper_site::WebOptions;
use std::{
    collections::BTreeMap,
    future::Future,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, task::JoinHandle};

use crate::support::{Browser, Site};

/// The one at its worst.
pub const ID: &str = "server-stubborn";
/// Beside it, on the same node.
const OTHER: &str = "server-calm";
/// Of a call that is to run out of time.
pub const BRIEF: Duration = Duration::from_millis(300);
/// Of any other.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Blocks threads until it is opened: a plugin that never comes back, and a test that can end.
#[derive(Default)]
pub struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    pub reached: Notify,
    pub visits: AtomicUsize,
}

impl Gate {
    pub fn block(&self) {
        self.visits.fetch_add(1, Ordering::SeqCst);
        self.reached.notify_one();
        let mut open = self.open.lock().unwrap();
        while !*open {
            open = self.opened.wait(open).unwrap();
        }
    }
    pub fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// What its synchronous methods do.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    Fine,
    Panics,
    Hangs,
}

struct Stubborn {
    manner: Manner,
    gate: Arc<Gate>,
}

impl Stubborn {
    fn misbehave(&self) {
        match self.manner {
            Manner::Fine => {}
            Manner::Panics => panic!("no"),
            Manner::Hangs => self.gate.block(),
        }
    }
}

#[async_trait]
impl ServerPlugin for Stubborn {
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }
    fn order_fields(&self) -> Vec<Field> {
        self.misbehave();
        vec![]
    }
    fn check_order(&self, _: &BTreeMap<String, String>, _: Option<&Secret>) -> Result<(), PluginError> {
        self.misbehave();
        Ok(())
    }
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        self.misbehave();
        let greeting: Option<String> = ctx.store.get("greeting").await?.and_then(|v| v.as_str().map(str::to_owned));
        Ok(greeting.unwrap_or_else(|| "here".to_owned()))
    }
    async fn create(&self, _: &PluginCtx, _: &Account) -> PluginResult<Created> {
        Err(PluginError::unsupported("no"))
    }
    async fn suspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Err(PluginError::unsupported("no"))
    }
    async fn unsuspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Err(PluginError::unsupported("no"))
    }
    async fn terminate(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Err(PluginError::unsupported("no"))
    }
    async fn status(&self, _: &PluginCtx, _: &Account) -> Result<AccountStatus, PluginError> {
        Ok(AccountStatus::absent())
    }
    fn change(&self) -> Option<&dyn ChangeAccount> {
        self.misbehave();
        None
    }
}

pub struct House {
    pub site: Site,
    pub staff: Browser,
    pub gate: Arc<Gate>,
}

impl House {
    pub async fn with(manner: Manner) -> Self {
        // As the program does at its start; done before is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let gate = Arc::new(Gate::default());
        let plugin = |id: &str, manner| {
            let manifest = Manifest {
                id: id.into(),
                name: id.into(),
                version: "1".into(),
                description: String::new(),
                links: vec![],
                schemas: Schemas::default(),
            };
            Plugin::new(manifest, Implementation::Server(Arc::new(Stubborn { manner, gate: gate.clone() })))
        };
        let registry = Registry::new([plugin(ID, manner), plugin(OTHER, Manner::Fine)]).unwrap();
        let site = Site::with(registry, WebOptions::default()).await;
        for sql in [
            "INSERT INTO server_group (name) VALUES ('All')",
            "INSERT INTO server (group_id, name, plugin_id) VALUES (1, 'one', 'server-stubborn'), (1, 'two', 'server-calm')",
            "INSERT INTO product_group (name, description) VALUES ('Things', '')",
            "INSERT INTO product (group_id, name, slug, description, plugin_id, server_group_id)
             VALUES (1, 'Thing', 'thing', '', 'server-stubborn', 1)",
            "INSERT INTO price (product_id, currency, cycle_id, amount) SELECT 1, 'EUR', id, 500 FROM billing_cycle LIMIT 1",
        ] {
            sqlx::query(sql).execute(site.pool()).await.unwrap();
        }
        let staff = site.staff(Permission::ALL).await;
        Self { site, staff, gate }
    }

    /// Has the plugin do something, as any call does.
    pub async fn call<T, F>(
        &self,
        operation: &'static str,
        deed: impl FnOnce(PluginCtx) -> F + Send + 'static,
    ) -> Result<T, PluginError>
    where
        T: std::fmt::Debug + Send + 'static,
        F: Future<Output = Result<T, PluginError>> + Send + 'static,
    {
        self.call_within(PATIENCE, operation, deed).await
    }

    pub async fn call_within<T, F>(
        &self,
        patience: Duration,
        operation: &'static str,
        deed: impl FnOnce(PluginCtx) -> F + Send + 'static,
    ) -> Result<T, PluginError>
    where
        T: std::fmt::Debug + Send + 'static,
        F: Future<Output = Result<T, PluginError>> + Send + 'static,
    {
        let ctx = self.site.app.plugin_ctx(ID, Default::default()).await.unwrap();
        self.site.app.call_plugin(Call::new(ID, operation, patience), &ctx, deed).await
    }

    /// The same in a task of its own, to do other things meanwhile.
    pub fn call_aside<T, F>(
        &self,
        operation: &'static str,
        deed: impl FnOnce(PluginCtx) -> F + Send + 'static,
    ) -> JoinHandle<Result<T, PluginError>>
    where
        T: std::fmt::Debug + Send + 'static,
        F: Future<Output = Result<T, PluginError>> + Send + 'static,
    {
        let app = self.site.app.clone();
        tokio::spawn(async move {
            let ctx = app.plugin_ctx(ID, Default::default()).await.unwrap();
            app.call_plugin(Call::new(ID, operation, PATIENCE), &ctx, deed).await
        })
    }

    /// Pages that do not need the plugin, those that show it, and another plugin.
    pub async fn pages_answer(&mut self) {
        let other = servers::test_connection(&self.site.app, &Actor::system("test"), ServerId(2)).await;
        assert_eq!(other.unwrap(), "here");
        for page in ["/admin", "/admin/clients", "/admin/plugins", "/admin/plugins/server-stubborn/calls"] {
            let answer = self.staff.get(page).await;
            assert_eq!(answer.status, 200, "{page}: {}", answer.body);
        }
        let mut visitor = self.site.visitor();
        assert_eq!(visitor.get("/order").await.status, 200);
        assert_eq!(visitor.get("/livez").await.status, 200);
    }

    /// How its calls ended, newest first.
    pub async fn outcomes(&self) -> Vec<String> {
        self.site.app.write_calls().await;
        sqlx::query_scalar("SELECT outcome FROM plugin_call WHERE plugin_id = $1 ORDER BY id DESC")
            .bind(ID)
            .fetch_all(self.site.pool())
            .await
            .unwrap()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.gate.open();
    }
}
