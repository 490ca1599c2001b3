//! New user names and passwords, judged by the vendor's own rules before anything is changed.

use innkeeper_domain::ServiceId;
use innkeeper_plugin_api::{
    ErrorKind, Secret, ServerPlugin,
    server::{Credentials, Strictness},
};

use crate::{App, AppError, Result, effects, plugins::Call};

/// Fails with `Invalid` at `field` if the vendor would not take it. A vendor without rules takes everything.
pub(super) async fn judge(app: &App, id: ServiceId, plugin: &str, field: &str, wanted: Credentials) -> Result<()> {
    let has_rules = |plugin: &dyn ServerPlugin| plugin.credentials().is_some();
    if !app.server_says(plugin, "judges_credentials", has_rules).await? {
        return Ok(());
    }
    let ready = effects::ready_service(app, id).await?;
    let plugin = ready.plugin;
    let hidden = wanted.password.clone();
    let call = Call::new(&ready.plugin_id, "validate", app.options.plugin_timeout)
        .about("service", id)
        .hiding(hidden.as_ref());
    let ask = move |ctx| async move {
        match plugin.credentials() {
            Some(ability) => ability.validate(&ctx, &wanted, Strictness::Strict).await.map(|_| ()),
            None => Ok(()),
        }
    };
    match app.call_plugin(call, &ready.ctx, ask).await {
        Err(error) if error.kind == ErrorKind::Invalid => {
            Err(AppError::invalid(field, error.public.unwrap_or(error.detail)))
        }
        other => Ok(other?),
    }
}

/// A new password and nothing else, with the name that the account has.
pub(super) fn password(username: Option<String>, password: &str) -> Credentials {
    let password = Some(Secret::new(password.to_owned()));
    Credentials { username: username.unwrap_or_default(), password, domain: String::new() }
}
