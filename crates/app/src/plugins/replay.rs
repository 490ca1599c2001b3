//! Asking a plugin once more. Only what reads is repeated from the console; what changes something at a
//! vendor has its own way, which looks before it acts.

use innkeeper_domain::{DomainId, DomainName, InvoiceId, Permission, PluginCallId, ServerId, ServiceId};
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

use super::WholeCall;
use crate::{Actor, App, AppError, Result, domains, payments, plugin_settings, servers, services};

tokio::task_local! {
    /// The number of the call that a repetition makes: it is kept whole, whatever the level.
    static REPEATED: Arc<Mutex<Option<String>>>;
}

/// Is a call made now a repetition? Then `correlation` is noted as its number.
pub(super) fn is_one(correlation: &str) -> bool {
    let noted = REPEATED.try_with(|number| {
        number.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| correlation.to_owned());
    });
    noted.is_ok()
}

/// What becomes of a call that is to be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It can be asked again.
    Ask,
    /// It cannot from here: why, and a local address where it can, if there is one.
    Elsewhere(&'static str, Option<String>),
}

/// Can this call be asked again from the console?
pub fn repeatable(call: &WholeCall) -> Repeat {
    let about = call.subject.as_deref().zip(call.subject_id);
    match (call.operation.as_str(), about) {
        ("test_connection", Some(("server", _)) | None)
        | ("status", Some(("service", _)))
        | ("info" | "nameservers" | "contacts", Some(("domain", _)))
        | ("payment_page", Some(("invoice", _))) => Repeat::Ask,
        ("check", _) if call.argument.is_array() => Repeat::Ask,
        ("on_event", Some((_, id))) => Repeat::Elsewhere(
            "An event is delivered again from its own page, so that the order of deliveries is kept.",
            Some(format!("/admin/events/{id}")),
        ),
        (_, Some(("service", id))) => Repeat::Elsewhere(EFFECT, Some(format!("/admin/services/{id}"))),
        (_, Some(("domain", id))) => Repeat::Elsewhere(EFFECT, Some(format!("/admin/domains/{id}"))),
        _ => Repeat::Elsewhere("Its arguments are not kept, so it cannot be asked again from here.", None),
    }
}

const EFFECT: &str = "It may change something at the vendor, so it is not repeated blindly: on the page of what it is \
                      about, Try again first asks the vendor what is there.";

/// Asks once more; the new call. A plugin that fails again is a call like any other.
pub async fn repeat_call(app: &App, actor: &Actor, plugin: &str, id: PluginCallId) -> Result<PluginCallId> {
    actor.require(Permission::ServersWrite)?;
    let call = super::get_call(app, actor, plugin, id).await?;
    if let Repeat::Elsewhere(why, _) = repeatable(&call) {
        return Err(AppError::conflict(why));
    }
    let mut tx = app.begin(actor).await?;
    tx.audit("plugin.repeat_call", "plugin_call", id.get(), json!({ "plugin": plugin, "operation": call.operation }))
        .await?;
    tx.commit().await?;
    let number = Arc::new(Mutex::new(None));
    let outcome = REPEATED.scope(number.clone(), ask(app, actor, &call)).await;
    let number = number.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let Some(number) = number else {
        outcome?;
        return Err(AppError::conflict("the plugin was not asked: there is nothing to ask it any more"));
    };
    app.call_log.flush().await;
    let new = innkeeper_db::plugin_calls::by_correlation(&mut *app.conn().await?, plugin, &number).await?;
    new.ok_or_else(|| AppError::conflict("the call was made, but it could not be written down"))
}

async fn ask(app: &App, actor: &Actor, call: &WholeCall) -> Result<()> {
    let id = call.subject_id.unwrap_or_default();
    match (call.operation.as_str(), call.subject.as_deref()) {
        ("test_connection", Some(_)) => servers::test_connection(app, actor, ServerId(id)).await.map(drop),
        ("test_connection", None) => plugin_settings::test_plugin(app, actor, &call.plugin_id).await.map(drop),
        ("status", _) => services::live_status(app, actor, ServiceId(id)).await.map(drop),
        ("info" | "nameservers", _) => domains::live_info(app, actor, DomainId(id)).await.map(drop),
        ("contacts", _) => domains::contacts(app, actor, DomainId(id)).await.map(drop),
        ("payment_page", _) => payments::page(app, actor, InvoiceId(id), &call.plugin_id).await.map(drop),
        _ => {
            let names: Vec<DomainName> = serde_json::from_value::<Vec<String>>(call.argument.clone())?
                .iter()
                .filter_map(|name| name.parse().ok())
                .collect();
            domains::availability(app, &call.plugin_id, &names).await.map(drop)
        }
    }
}
