//! What a paid invoice sets going besides its order: domains are renewed or restored, plans changed, suspensions lifted. A job, so that nothing
//! here can undo a payment.

use innkeeper_db::{domain_renewals, dunning, invoices};
use innkeeper_domain::InvoiceId;
use innkeeper_queue::NewJob;
use serde_json::json;

use super::{
    late_domains::waits_for_fee,
    switch::{OVERDUE, switch},
};
use crate::{
    Actor, App, Result, addons, calendar,
    effects::{self, Kind, Plan, Subject},
    jobs, plan_changes,
};

/// The job of [`follow_up`].
pub(crate) fn follow_up_job(id: InvoiceId) -> NewJob {
    NewJob::new(jobs::FOLLOW_UP, json!({ "invoice_id": id })).unique(format!("paid:{id}"))
}

/// Does what is still to be done for a paid invoice. `Conflict` while another operation on a domain or service is
/// under way: the job tries again.
pub(crate) async fn follow_up(app: &App, id: InvoiceId) -> Result<()> {
    let today = calendar::today(app).await?;
    let actor = Actor::system("billing");
    let mut tx = app.begin(&actor).await?;
    let Some(client) = invoices::client_of(tx.conn(), id).await? else { return Ok(()) };
    tx.lock_client(client).await?;
    for renewal in domain_renewals::paid(tx.conn(), id).await? {
        if waits_for_fee(&mut tx, &renewal).await? {
            continue;
        }
        let plan = Plan {
            kind: if renewal.is_restore { Kind::DomainRestore } else { Kind::DomainRenew },
            subject: Subject::Domain(renewal.domain_id),
            plugin_id: &renewal.plugin_id,
            request: json!({ "years": renewal.years, "from": renewal.from }),
            secret: None,
        };
        effects::plan(&mut tx, &app.cipher, &plan).await?;
    }
    plan_changes::paid(&mut tx, id).await?;
    addons::tell_renewed(&mut tx, id).await?;
    for service in dunning::to_lift(tx.conn(), id, today).await? {
        switch(&mut tx, &service, Kind::ServiceUnsuspend, OVERDUE).await?;
    }
    tx.commit().await
}
