//! What the program does by itself.

use serde::{Deserialize, Serialize};

use crate::{Actor, App, Checks, Result};

/// What is done without a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Automation {
    /// A paid order is accepted, and what it contains is set up, without waiting for staff. Products
    /// that are set up by hand wait in any case.
    pub accept_paid_orders: bool,
    /// Days after which a cart that nobody touched is thrown away, 1 to 365.
    pub cart_days: u16,
}

impl Default for Automation {
    fn default() -> Self {
        Self { accept_paid_orders: true, cart_days: 30 }
    }
}

/// What is done without a person.
pub async fn automation(app: &App) -> Result<Automation> {
    super::read(app, "automation").await
}

/// Changes it, for everything from now on.
pub async fn save_automation(app: &App, actor: &Actor, automation: Automation) -> Result<()> {
    let mut checks = Checks::default();
    checks.require((1..=365).contains(&automation.cart_days), "cart_days", "must be from 1 to 365");
    checks.finish()?;
    super::save(app, actor, "automation", &automation).await
}
