//! Orders.
use crate::{App, Result};
use innkeeper_domain::OrderId;
pub(crate) async fn fulfil(_app: &App, _id: OrderId) -> Result<()> {
    Ok(())
}
