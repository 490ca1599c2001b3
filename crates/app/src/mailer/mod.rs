//! Mail.
use crate::{App, Result, Tx};
use innkeeper_domain::{DomainId, InvoiceId, OrderId, PaymentId, ServiceId};
use innkeeper_queue::Failure;
pub(crate) async fn service_active(_tx: &mut Tx<'_>, _id: ServiceId) -> Result<()> {
    Ok(())
}
pub(crate) async fn domain_active(_tx: &mut Tx<'_>, _id: DomainId) -> Result<()> {
    Ok(())
}
pub(crate) async fn order_confirmation(_tx: &mut Tx<'_>, _id: OrderId) -> Result<()> {
    Ok(())
}
pub(crate) async fn invoice_created(_tx: &mut Tx<'_>, _id: InvoiceId) -> Result<()> {
    Ok(())
}
pub(crate) async fn payment_received(_tx: &mut Tx<'_>, _id: PaymentId) -> Result<()> {
    Ok(())
}
pub(crate) async fn send(_app: &App, _id: i64) -> std::result::Result<(), Failure> {
    Ok(())
}
