//! What a webhook is signed with: `Stripe-Signature: t=<time>,v1=<hex>,v1=<hex>,v0=…`.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use innkeeper_plugin_api::{Callback, PluginError, Secret};
use sha2::Sha256;

/// How far the time of a webhook may be from ours.
const TOLERANCE: TimeDelta = TimeDelta::seconds(300);
/// Signatures that are looked at: two secrets at a time are usual.
const MOST: usize = 10;

/// Passes if one of the signatures is that of one of the secrets, and the webhook is fresh. `Declined` else;
/// `Config` if there is no secret.
pub(crate) fn check<'a>(
    callback: &Callback,
    secrets: impl Iterator<Item = &'a Secret>,
    now: DateTime<Utc>,
) -> Result<(), PluginError> {
    let forged = || PluginError::declined("the webhook is not signed with a secret of ours");
    let header = callback.header("stripe-signature").ok_or_else(forged)?;
    let mut time = None;
    let mut signatures = vec![];
    for (name, value) in header.split(',').filter_map(|part| part.trim().split_once('=')) {
        match name {
            "t" => time = value.parse::<i64>().ok(),
            "v1" if signatures.len() < MOST => signatures.extend(hex::decode(value)),
            _ => {}
        }
    }
    let time = time.ok_or_else(forged)?;
    let sent = DateTime::from_timestamp(time, 0).ok_or_else(forged)?;
    let mut secrets = secrets.peekable();
    if secrets.peek().is_none() {
        return Err(PluginError::config("plugin settings: webhook_secret is not set, so no webhook can be checked"));
    }
    let mut genuine = false;
    for secret in secrets {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes())
            .map_err(|e| PluginError::config(e.to_string()))?;
        mac.update(format!("{time}.").as_bytes());
        mac.update(&callback.body);
        // In constant time, and every signature, so that time tells nothing.
        for signature in &signatures {
            genuine |= mac.clone().verify_slice(signature).is_ok();
        }
    }
    if !genuine {
        return Err(forged());
    }
    if (now - sent).abs() > TOLERANCE {
        return Err(PluginError::declined("the webhook is stale: it may be a recording"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_plugin_api::ErrorKind;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    const TIME: i64 = 1_700_000_000;

    fn sign(secret: &str, time: i64) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{time}.").as_bytes());
        mac.update(BODY);
        hex::encode(mac.finalize().into_bytes())
    }
    fn judge(header: &str, secrets: &[&str], late: i64) -> Result<(), ErrorKind> {
        let headers = vec![("stripe-signature".to_owned(), header.to_owned())];
        let callback = Callback { headers, query: String::new(), body: BODY.to_vec() };
        let secrets: Vec<Secret> = secrets.iter().map(|s| Secret::new((*s).to_owned())).collect();
        let now = DateTime::from_timestamp(TIME + late, 0).unwrap();
        check(&callback, secrets.iter(), now).map_err(|e| e.kind)
    }

    #[test]
    fn the_signature_is_that_of_the_vendors_documentation() {
        // Computed with openssl: printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_one
        assert_eq!(sign("whsec_one", TIME), include_str!("../tests/golden/signature.hex").trim());
    }

    #[test]
    fn one_of_several_signatures_and_secrets_is_enough() {
        let (one, two) = (sign("whsec_one", TIME), sign("whsec_two", TIME));
        let header = format!("t={TIME},v1={one}");
        assert_eq!(judge(&header, &["whsec_one"], 0), Ok(()));
        assert_eq!(judge(&header, &["whsec_two", "whsec_one"], 0), Ok(()));
        assert_eq!(judge(&format!("t={TIME},v0=ff,v1={two},v1={one}"), &["whsec_one"], 0), Ok(()));
        assert_eq!(judge(&format!("t={TIME}, v1={one}"), &["whsec_one"], -300), Ok(()));
    }

    #[test]
    fn what_is_forged_or_stale_is_declined() {
        let good = sign("whsec_one", TIME);
        for header in [
            String::new(),
            "nonsense".to_owned(),
            format!("v1={good}"),
            format!("t={TIME}"),
            format!("t={TIME},v0={good}"),
            format!("t={TIME},v1={}", sign("whsec_two", TIME)),
            format!("t={},v1={good}", TIME + 1),
            format!("t={TIME},v1={good}0"),
            format!("t={TIME},v1={}", &good[..62]),
            format!("t=9223372036854775807,v1={good}"),
        ] {
            assert_eq!(judge(&header, &["whsec_one"], 0), Err(ErrorKind::Declined), "{header}");
        }
        let header = format!("t={TIME},v1={good}");
        assert_eq!(judge(&header, &["whsec_one"], 300), Ok(()));
        for late in [301, -301, 1_000_000] {
            assert_eq!(judge(&header, &["whsec_one"], late), Err(ErrorKind::Declined), "{late}");
        }
        assert_eq!(judge(&header, &[], 0), Err(ErrorKind::Config));
    }
}
