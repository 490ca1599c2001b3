//! The snapin `example-club`: a loyalty club. Who pays invoices earns points and spends them on gifts. It uses
//! all that snapins may offer: it listens to an event, guards a gate, fills places on pages, has pages of its own
//! in both menus and as tabs, runs a task by the clock and screens orders. All it knows is in its store.

mod listening;
mod pages;
mod points;
mod screening;
mod settings;
mod tasks;

use async_trait::async_trait;
use innkeeper_plugin_api::{
    EventEnvelope, GateKeeper, Implementation, Pages, Picture, Plugin, PluginCtx, PluginError, ProductFilter, Schemas,
    Screening, SlotFiller, Snapin, Subscriber, Tasks,
    hooks::{Event as _, payloads::InvoicePaid},
};
use std::sync::Arc;

pub use settings::ClubSettings;

/// Its id.
pub const ID: &str = "example-club";

/// The club.
pub struct Club {
    /// On which products its tab shows.
    products: ProductFilter,
    /// The clients whose points are being changed.
    busy: points::Busy,
}

/// The club, with its tab on these products.
pub fn plugin(products: ProductFilter) -> Plugin {
    let description = "An example: clients earn points with every invoice they pay, and spend them on gifts.";
    let schemas = Schemas { plugin: Schemas::of::<ClubSettings>(), ..Schemas::default() };
    let club = Club { products, busy: points::Busy::default() };
    let picture = Picture::new("The points of all members", include_bytes!("../../assets/club.png"));
    super::plugin(ID, "Loyalty club (example)", description, schemas, Implementation::Snapin(Arc::new(club)))
        .with_picture(picture)
}

#[async_trait]
impl Snapin for Club {
    fn subscribers(&self, ctx: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        ClubSettings::of(ctx)?;
        let events = vec![InvoicePaid::NAME.to_owned()];
        Ok(vec![Subscriber { key: "paid".into(), label: "Paid invoices".into(), events }])
    }
    async fn on_event(&self, ctx: &PluginCtx, key: &str, event: &EventEnvelope) -> Result<(), PluginError> {
        if key != "paid" {
            return Err(PluginError::config(format!("the club has no listener {key}")));
        }
        let paid: InvoicePaid = serde_json::from_value(event.payload.clone())
            .map_err(|e| PluginError::invalid(format!("no paid invoice: {e}")))?;
        self.earn(ctx, paid.client_id, paid.invoice_id).await
    }
    fn gates(&self) -> Option<&dyn GateKeeper> {
        Some(self)
    }
    fn slots(&self) -> Option<&dyn SlotFiller> {
        Some(self)
    }
    fn pages(&self) -> Option<&dyn Pages> {
        Some(self)
    }
    fn tasks(&self) -> Option<&dyn Tasks> {
        Some(self)
    }
    fn screening(&self) -> Option<&dyn Screening> {
        Some(self)
    }
}
