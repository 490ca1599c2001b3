//! `--scale`: a business of a given size, for benchmarks.

use anyhow::{Context, Result};
use innkeeper_app::{App, jobs, passwords};
use innkeeper_db::scale::{self, Scale};
use innkeeper_hooks::{
    Event,
    payloads::{ClientCreated, InvoiceCreated, InvoicePaid, OrderAccepted},
};
use std::{sync::Arc, time::Instant};

use super::{connect, people};
use crate::database::Database;

/// The setting that says how many were filled in.
const NOTE: &str = "demo_scale";

/// Fills `clients` in, unless that was done before. All of it or nothing.
pub async fn fill(app: &Arc<App>, database: &Database, clients: u32) -> Result<()> {
    let mut connection = database.pool.acquire().await?;
    if let Some(before) = innkeeper_db::settings::get(&mut connection, NOTE).await? {
        tracing::info!("{before} clients were filled in by an earlier start");
        return Ok(());
    }
    jobs::drain(app).await?;
    tracing::info!("filling in {clients} clients");
    let started = Instant::now();
    let password_hash = passwords::hash(people::CLIENT_PASSWORD).await?;
    let wanted = Scale {
        clients,
        password_hash: &password_hash,
        gateway: connect::BANK,
        client_created: ClientCreated::NAME,
        invoice_created: InvoiceCreated::NAME,
        invoice_paid: InvoicePaid::NAME,
        order_accepted: OrderAccepted::NAME,
    };
    let mut transaction = database.pool.begin().await?;
    scale::fill(&mut transaction, &wanted).await.context("filling needs a superuser, as the private database has")?;
    innkeeper_db::settings::put(&mut transaction, NOTE, &clients.into()).await?;
    transaction.commit().await?;
    scale::analyze(&mut connection).await?;
    tracing::info!(seconds = started.elapsed().as_secs(), "filled in");
    Ok(())
}
