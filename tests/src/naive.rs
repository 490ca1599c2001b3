//! A vendor that refuses nothing twice, and a plugin that trusts it: nothing but asking first protects
//! it. The storm needs them to show that it would notice if the protection were off.

use axum::{
    Json, Router,
    extract::State,
    middleware,
    routing::{get, post},
};
use innkeeper_plugin_api::{
    Account, AccountState, AccountStatus, Created, Field, Implementation, Level, Manifest, Outcome, Plugin, PluginCtx,
    PluginError, PluginResult, Protection, Request, Schemas, Secret, ServerOperation, ServerPlugin, async_trait,
};
use innkeeper_simulators::{
    chaos::{self, Chaos, ChaosSettings},
    listener::{self, Running},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

/// The vendor: makes what it is told, however often.
pub struct NaiveVendor {
    server: Running,
    made: Arc<Mutex<Vec<String>>>,
}

#[derive(Serialize, Deserialize)]
struct Order {
    reference: String,
}

impl NaiveVendor {
    /// Starts it; `chaos` from the first request on.
    pub async fn start(chaos_settings: ChaosSettings) -> Self {
        let made: Arc<Mutex<Vec<String>>> = Arc::default();
        let routes = Router::new()
            .route(
                "/make",
                post(async |State(made): State<Arc<Mutex<Vec<String>>>>, Json(order): Json<Order>| {
                    made.lock().unwrap().push(order.reference);
                    "made"
                }),
            )
            .route("/made", get(async |State(made): State<Arc<Mutex<Vec<String>>>>| Json(made.lock().unwrap().clone())))
            .layer(middleware::from_fn_with_state(Chaos::new(7, chaos_settings), chaos::apply))
            .with_state(made.clone());
        let server = listener::serve(SocketAddr::from(([127, 0, 0, 1], 0)), routes, None).await.unwrap();
        Self { server, made }
    }
    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.addr())
    }
    /// Each reference and how often it was made.
    pub fn made(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for reference in self.made.lock().unwrap().iter() {
            *counts.entry(reference.clone()).or_default() += 1;
        }
        counts
    }
}

#[derive(Deserialize, JsonSchema)]
struct Server {
    url: String,
}

struct Naive;

/// The plugin `server-naive`.
pub fn plugin() -> Plugin {
    let schemas = Schemas { instance: Schemas::of::<Server>(), ..Schemas::default() };
    let manifest = Manifest {
        id: "server-naive".into(),
        name: "Naive".into(),
        version: "0".into(),
        description: "Does what it is told.".into(),
        links: vec![],
        schemas,
    };
    Plugin::new(manifest, Implementation::Server(Arc::new(Naive)))
}

#[async_trait]
impl ServerPlugin for Naive {
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::LookupOnly
    }
    fn order_fields(&self) -> Vec<Field> {
        vec![]
    }
    fn check_order(&self, _: &BTreeMap<String, String>, _: Option<&Secret>) -> Result<(), PluginError> {
        Ok(())
    }
    async fn test_connection(&self, _: &PluginCtx) -> Result<String, PluginError> {
        Ok("naive".into())
    }
    async fn create(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let url = format!("{}/make", ctx.settings::<Server>(Level::Instance)?.url);
        ctx.http.send(Request::post(url).json(&Order { reference: account.reference.clone() })?).await?;
        Ok(Outcome::Done(created(account)))
    }
    async fn suspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
    async fn unsuspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
    async fn terminate(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        let url = format!("{}/made", ctx.settings::<Server>(Level::Instance)?.url);
        let made: Vec<String> = ctx.http.send(Request::get(url)).await?.json()?;
        if !made.contains(&account.reference) {
            return Ok(AccountStatus::absent());
        }
        Ok(AccountStatus { state: AccountState::Active, account: Some(created(account)), details: vec![], usage: None })
    }
}

fn created(account: &Account) -> Created {
    let id = account.reference.clone();
    Created::new(id.clone(), id.clone(), id)
}
