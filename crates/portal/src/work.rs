//! What is being done for a service or domain, in a client's words.

use innkeeper_app::services::EffectView;
use innkeeper_domain::state::EffectState;
use innkeeper_web::reply::sentence;
use innkeeper_web::view::Flash;

/// A notice about the latest operation, unless it simply worked.
pub(super) fn notice(effects: &[EffectView]) -> Option<Flash> {
    let latest = effects.first()?;
    let what = words(&latest.kind);
    match latest.state.0 {
        EffectState::Succeeded => None,
        EffectState::Planned | EffectState::Sent | EffectState::Pending => Some(Flash::info(format!(
            "{what} is in progress. Most of it takes a minute; some registrars take a day. Reload to see news."
        ))),
        EffectState::Unknown => Some(Flash::warning(format!(
            "{what} takes longer than usual: we are checking what came of it. You need not do anything."
        ))),
        EffectState::NeedsHuman => {
            Some(Flash::warning(format!("{what} needs one of our people. We know about it and look after it.")))
        }
        EffectState::Failed => {
            let why = latest.public_error.as_deref().map(sentence).unwrap_or_default();
            Some(Flash::danger(format!("{what} did not work. {why}").trim_end().to_owned()))
        }
    }
}

/// `service.change_password` in words.
fn words(kind: &str) -> String {
    match kind {
        "service.create" => "The set-up".to_owned(),
        "service.suspend" => "The suspension".to_owned(),
        "service.unsuspend" => "Bringing the service back".to_owned(),
        "service.terminate" => "The removal".to_owned(),
        "service.change_password" => "The change of the password".to_owned(),
        "service.change" => "The change of the account".to_owned(),
        "service.adopt" => "Taking over the account".to_owned(),
        "service.action" => "What you asked for".to_owned(),
        "service.end_subscription" => "Ending the subscription".to_owned(),
        "service.set_records" | "domain.change" => "The change".to_owned(),
        "domain.register" => "The registration".to_owned(),
        "domain.transfer" => "The transfer".to_owned(),
        "domain.renew" => "The renewal".to_owned(),
        "domain.set_nameservers" => "The change of the name servers".to_owned(),
        "domain.set_contacts" => "The change of the contacts".to_owned(),
        _ => "An operation".to_owned(),
    }
}
