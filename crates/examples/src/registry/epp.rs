//! A session with a registry over EPP (RFC 5730 and 5734): greeting, login, logout.

use innkeeper_plugin_api::{PluginCtx, PluginError, Tls, wire::Identity};

use super::RegistrySettings;

/// Logs in and out; what the registry calls itself. None: the settings name no registry.
pub(super) async fn try_out(ctx: &PluginCtx, settings: &RegistrySettings) -> Result<Option<String>, PluginError> {
    let Some(host) = &settings.epp_host else { return Ok(None) };
    let tls = settings.epp_trusted.clone().map_or(Tls::Strict, Tls::Trust);
    let identity = match (&settings.epp_certificate, &settings.epp_key) {
        (Some(chain), Some(key)) => Some(Identity { chain: chain.clone(), key: key.clone() }),
        _ => None,
    };
    let mut wire = ctx.http.wire(host, settings.epp_port.unwrap_or(700), &tls, identity.as_ref()).await?;
    let greeting = wire.receive().await?;
    let greeting = String::from_utf8_lossy(&greeting).into_owned();
    let name = between(&greeting, "<svID>", "</svID>").ok_or_else(|| strange("no greeting"))?.to_owned();
    let (user, password) = (settings.epp_user.as_deref().unwrap_or_default(), settings.epp_password.as_ref());
    let answer = wire.exchange(login(user, password.map_or("", |p| p.reveal())).as_bytes()).await?;
    match code(&answer)? {
        1000 => {}
        2200 => return Err(PluginError::config("the registry takes neither this user nor this password").code(2200)),
        other => return Err(PluginError::temporary("the registry does not let us in").code(other)),
    }
    let ended = wire.exchange(epp("<logout/>").as_bytes()).await?;
    match code(&ended)? {
        1500 => Ok(Some(name)),
        other => Err(strange(&format!("logout answered with {other}"))),
    }
}

fn login(user: &str, password: &str) -> String {
    epp(&format!(
        "<login><clID>{}</clID><pw>{}</pw><options><version>1.0</version><lang>en</lang></options>\
         <svcs><objURI>urn:ietf:params:xml:ns:domain-1.0</objURI></svcs></login>",
        escaped(user),
        escaped(password)
    ))
}

fn epp(command: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command>{command}\
         <clTRID>innkeeper</clTRID></command></epp>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The code of an answer: 1xxx it worked, 2xxx it did not.
fn code(answer: &[u8]) -> Result<u16, PluginError> {
    let text = String::from_utf8_lossy(answer);
    let code = between(&text, "<result code=\"", "\"").and_then(|code| code.parse().ok());
    code.ok_or_else(|| strange("an answer without a code"))
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(inner, _)| inner)
}

fn strange(what: &str) -> PluginError {
    PluginError::unknown(format!("the registry speaks otherwise than agreed: {what}"))
}
