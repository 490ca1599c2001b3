//! What `innkeeper demo` sets up: a small host with a past, on simulated vendors.
//!
//! Everything goes through the use cases that staff and clients use. Each step looks first whether
//! it was done, so a start that was cut short is finished by the next one; once all was done a note
//! in the database says so, and nothing is touched again.

mod catalogue;
mod clock;
mod connect;
mod history;
mod keys;
mod options;
mod people;
mod place;
mod scale;
mod sheet;
mod vendors;

use anyhow::Result;
use innkeeper_app::{Actor, App, Identity, clock::SystemClock, jobs, plugins::Registry};
use innkeeper_config::Config;
use innkeeper_domain::{Permission, StaffId};
use innkeeper_mail::MemoryTransport;
use std::sync::Arc;

pub use place::Place;
pub use sheet::Sheet;

use crate::{commands::staff::readable, database::Database, node, plugins};
use clock::SetClock;
use vendors::Vendors;

/// The setting that says what was done.
const NOTE: &str = "demo";

/// A demo that can be served.
pub struct Ready {
    /// The application.
    pub app: Arc<App>,
    /// The running simulators.
    pub vendors: Vendors,
    /// How to get in.
    pub sheet: Sheet,
}

/// Starts the simulators and brings the data about.
pub async fn prepare(config: &Config, place: &Place, database: &Database, scale: Option<u32>) -> Result<Ready> {
    database.migrate().await?;
    let vendors = Vendors::start(place.directory()).await?;
    let app = node::app_with(config, database, registry()?, Arc::new(SystemClock), node::mail(config)?)?;
    let staff = people::staff(&app).await?;
    let done = innkeeper_db::settings::get(&mut *database.pool.acquire().await?, NOTE).await?.is_some();
    connect::vendors(&app, &vendors).await?;
    if !done {
        fill(config, database, staff).await?;
        let note = serde_json::json!({ "filled": true });
        innkeeper_db::settings::put(&mut *database.pool.acquire().await?, NOTE, &note).await?;
    }
    if let Some(clients) = scale {
        scale::fill(&app, database, clients).await?;
    }
    // After the past, so that the receiver hears of what happens from now on.
    connect::webhooks(&app, &vendors).await?;
    let keys = keys::load_or_make(&app, place, staff).await?;
    let sheet = sheet::write_down(&app, &vendors, keys).await?;
    Ok(Ready { app, vendors, sheet })
}

/// The plugins of this build, and the examples to click through.
fn registry() -> Result<Registry> {
    Ok(plugins::with(innkeeper_examples::all())?)
}

/// Makes the catalogue, the clients and their past, with a clock that is turned back and mail that
/// goes nowhere.
async fn fill(config: &Config, database: &Database, staff: StaffId) -> Result<()> {
    tracing::info!("filling a small host");
    let clock = Arc::new(SetClock::default());
    let app = node::app_with(config, database, registry()?, clock.clone(), Arc::new(MemoryTransport::default()))?;
    // What a start that was cut short left to do.
    jobs::drain(&app).await?;
    catalogue::fill(&app).await.map_err(readable)?;
    people::clients(&app, &clock).await.map_err(readable)?;
    history::live(&app, &clock, &actor(staff)).await
}

/// The demo's member of staff.
fn actor(staff: StaffId) -> Actor {
    Actor {
        identity: Identity::Staff(staff),
        name: people::STAFF_EMAIL.into(),
        permissions: Permission::ALL.iter().copied().collect(),
        ip: "127.0.0.1".into(),
        request_id: "demo".into(),
    }
}
