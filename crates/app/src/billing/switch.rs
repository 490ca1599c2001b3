//! Switching services off and on by rule.

use innkeeper_db::dunning::ServiceToSwitch;
use serde_json::json;

use crate::{
    Result, Tx,
    effects::{self, Kind, Plan, Subject},
};

/// The reason of a suspension that payment lifts.
pub(crate) const OVERDUE: &str = "overdue";

/// Plans it at the vendor; what has no vendor is switched at once.
pub(crate) async fn switch(tx: &mut Tx<'_>, service: &ServiceToSwitch, kind: Kind, why: &str) -> Result<()> {
    let detail = json!({ "reason": why });
    match &service.plugin_id {
        Some(plugin_id) => {
            let subject = Subject::Service(service.id);
            let plan = Plan { kind, subject, plugin_id, request: detail.clone(), secret: None };
            let cipher = &tx.app().cipher;
            effects::plan(tx, cipher, &plan).await?;
        }
        None => effects::switched(tx, kind, service.id, why).await?,
    }
    tx.audit(kind.as_str(), "service", service.id, detail).await
}
