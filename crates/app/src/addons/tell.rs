//! Hooks of add-ons, fired beside those of services.

use innkeeper_db::addons::{self as db, Named};
use innkeeper_domain::{InvoiceId, ServiceId};
use innkeeper_hooks::payloads::{
    AddonActivated, AddonActivation, AddonAdded, AddonEdited, AddonRenewed, AddonSuspended, AddonTerminated,
    AddonUnsuspended,
};

use crate::{Result, Tx};

/// What became of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Added,
    Activated,
    Edited,
    Suspended,
    Unsuspended,
    Terminated,
}

macro_rules! emit {
    ($tx:expr, $named:expr, $event:ident) => {{
        let Named { addon_id, client_id, service_id, product_addon_id } = $named;
        $tx.emit(&$event { addon_id, client_id, service_id, product_addon_id }).await?;
    }};
}

/// Tells what became of a service, if it is an add-on.
pub(crate) async fn tell(tx: &mut Tx<'_>, id: ServiceId, news: News) -> Result<()> {
    let Some(named) = db::named(tx.conn(), id).await? else { return Ok(()) };
    match news {
        News::Added => emit!(tx, named, AddonAdded),
        News::Activated => {
            emit!(tx, named, AddonActivated);
            emit!(tx, named, AddonActivation);
        }
        News::Edited => emit!(tx, named, AddonEdited),
        News::Suspended => emit!(tx, named, AddonSuspended),
        News::Unsuspended => emit!(tx, named, AddonUnsuspended),
        News::Terminated => emit!(tx, named, AddonTerminated),
    }
    Ok(())
}

/// Tells of the add-ons that a paid invoice renews.
pub(crate) async fn tell_renewed(tx: &mut Tx<'_>, invoice: InvoiceId) -> Result<()> {
    for named in db::renewed_by(tx.conn(), invoice).await? {
        emit!(tx, named, AddonRenewed);
    }
    Ok(())
}
