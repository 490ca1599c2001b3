//! The points of clients, in the store.

use innkeeper_plugin_api::{
    PluginCtx, PluginError, Scope,
    domain::{ClientId, InvoiceId},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Club, ClubSettings};

/// Where the members are listed.
const MEMBERS: &str = "members";
/// Where a client's account is.
const ACCOUNT: &str = "account";

/// What a client earned and spent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Account {
    /// Points to spend.
    pub points: u32,
    /// Invoices that were counted: an event may arrive twice.
    pub invoices: BTreeSet<i64>,
    /// Staff were asked to thank for so many points.
    pub thanked: u32,
}

/// The clients whose accounts are being changed. The store has no transactions, so this keeps two calls on this
/// node apart; a snapin that runs on many nodes would give each change a key of its own.
#[derive(Clone, Default)]
pub(super) struct Busy(Arc<Mutex<BTreeSet<ClientId>>>);

/// A client's account is ours until this is dropped.
struct Held(Busy, ClientId);

impl Busy {
    fn hold(&self, client: ClientId) -> Result<Held, PluginError> {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(client);
        let busy = || PluginError::temporary(format!("the points of client {client} are being changed"));
        free.then(|| Held(self.clone(), client)).ok_or_else(busy)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Club {
    /// The account of a client; an empty one if it has none.
    pub(super) async fn account(&self, ctx: &PluginCtx, client: ClientId) -> Result<Account, PluginError> {
        let stored = ctx.store_of(Scope::Client(client)).get(ACCOUNT).await?;
        let read = |value| serde_json::from_value(value).map_err(|e| PluginError::unknown(format!("account: {e}")));
        stored.map_or_else(|| Ok(Account::default()), read)
    }

    /// All members, by id.
    pub(super) async fn members(&self, ctx: &PluginCtx) -> Result<Vec<ClientId>, PluginError> {
        let stored = ctx.store.get(MEMBERS).await?.unwrap_or_default();
        Ok(serde_json::from_value(stored).unwrap_or_default())
    }

    /// Changes an account; what `change` returns is returned, and nothing is stored if it fails.
    pub(super) async fn change<T>(
        &self,
        ctx: &PluginCtx,
        client: ClientId,
        change: impl FnOnce(&mut Account) -> Result<T, PluginError> + Send,
    ) -> Result<T, PluginError> {
        let _held = self.busy.hold(client)?;
        let mut account = self.account(ctx, client).await?;
        let done = change(&mut account)?;
        let value = serde_json::to_value(&account).map_err(|e| PluginError::unknown(format!("account: {e}")))?;
        ctx.store_of(Scope::Client(client)).put(ACCOUNT, value).await?;
        let mut members = self.members(ctx).await?;
        if let Err(place) = members.binary_search(&client) {
            members.insert(place, client);
            ctx.store.put(MEMBERS, serde_json::json!(members)).await?;
        }
        Ok(done)
    }

    /// Points for an invoice, once.
    pub(super) async fn earn(&self, ctx: &PluginCtx, client: ClientId, invoice: InvoiceId) -> Result<(), PluginError> {
        let points = ClubSettings::of(ctx)?.points;
        self.change(ctx, client, |account| {
            if account.invoices.insert(invoice.get()) {
                account.points = account.points.saturating_add(points);
            }
            Ok(())
        })
        .await
    }
}
