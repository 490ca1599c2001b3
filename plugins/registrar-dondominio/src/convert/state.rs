//! States, amounts and prices.

use innkeeper_plugin_api::domain::{Currency, Money};
use innkeeper_plugin_api::{DomainInfo, Price, RemoteDomainState};

use crate::replies::{Offer, StatusInfo, Zone};

/// Where a domain of our account stands, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A registration or transfer is under way.
    Pending,
    /// Ours and live.
    Live,
    /// Ours and past its expiry.
    Expired,
    /// A registration was cancelled.
    RegistrationFailed,
    /// A transfer was cancelled.
    TransferFailed,
}

/// Reads the vendor's word for a status. A word nobody knows counts as pending: someone will look again.
pub(crate) fn stage(word: &str) -> Stage {
    match word {
        "active" | "renewed" => Stage::Live,
        "register-cancel" => Stage::RegistrationFailed,
        "transfer-cancel" => Stage::TransferFailed,
        _ if word.starts_with("expired-") => Stage::Expired,
        _ => Stage::Pending,
    }
}

/// The vendor's word as the host knows it.
pub(crate) fn state(word: &str) -> RemoteDomainState {
    match stage(word) {
        Stage::Pending => RemoteDomainState::Pending,
        Stage::Live => RemoteDomainState::Active,
        Stage::Expired if word == "expired-redemption" => RemoteDomainState::Redemption,
        Stage::Expired if word == "expired-pendingdelete" => RemoteDomainState::PendingDelete,
        Stage::Expired => RemoteDomainState::Expired,
        Stage::RegistrationFailed => {
            RemoteDomainState::Failed("The registry cancelled the registration (register-cancel).".into())
        }
        Stage::TransferFailed => {
            RemoteDomainState::Failed("The transfer was refused or cancelled (transfer-cancel).".into())
        }
    }
}

/// A domain as the host knows it.
pub(crate) fn info(status: StatusInfo) -> DomainInfo {
    DomainInfo {
        state: state(&status.base.status),
        remote_id: Some(status.base.id),
        registered_on: status.created,
        expires_on: status.base.expires,
        auto_renew: status.renewal_mode.map(|mode| mode == "autorenew"),
        locked: status.transfer_block,
        privacy: status.whois_privacy,
    }
}

/// An amount of the API, which sends JSON numbers, rounded to the currency's decimals; `None` for an unknown currency.
pub(crate) fn money(amount: f64, currency: &str) -> Option<Money> {
    let currency: Currency = currency.parse().ok()?;
    let places = usize::try_from(currency.exponent()).ok()?;
    Money::parse(&format!("{amount:.places$}"), currency).ok()
}

/// The price list. A row whose currency nobody knows has no prices.
pub(crate) fn prices(zones: Vec<Zone>, currency: &str) -> Vec<Price> {
    let price = |offer: &Option<Offer>| offer.as_ref().and_then(|offer| money(offer.price, currency));
    let years = |offer: &Option<Offer>| -> Vec<u8> {
        let text = offer.as_ref().map_or("", |offer| offer.years.as_str());
        text.split(',').filter_map(|year| year.trim().parse().ok()).collect()
    };
    let row = |zone: Zone| Price {
        register: price(&zone.create),
        renew: price(&zone.renew),
        transfer: price(&zone.transfer),
        restore: None,
        years: years(&zone.create),
        tld: zone.tld,
    };
    zones.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_vendor() {
        for (word, expected) in [
            ("register-init", Stage::Pending),
            ("register-pending", Stage::Pending),
            ("register-cancel", Stage::RegistrationFailed),
            ("transfer-init", Stage::Pending),
            ("transfer-pending", Stage::Pending),
            ("transfer-cancel", Stage::TransferFailed),
            ("inactive", Stage::Pending),
            ("active", Stage::Live),
            ("renewed", Stage::Live),
            ("expired-renewgrace", Stage::Expired),
            ("expired-redemption", Stage::Expired),
            ("expired-pendingdelete", Stage::Expired),
            ("something-new", Stage::Pending),
        ] {
            assert_eq!(stage(word), expected, "{word}");
        }
    }

    #[test]
    fn amounts_keep_their_cents() {
        let euros = |minor| Some(Money::new(minor, Currency::EUR));
        assert_eq!(money(12.04, "EUR"), euros(1204));
        assert_eq!(money(301.0, "EUR"), euros(30_100));
        assert_eq!(money(0.29, "EUR"), euros(29));
        assert_eq!(money(-1.5, "EUR"), euros(-150));
        assert_eq!(money(1.0, "???"), None);
        assert_eq!(money(f64::NAN, "EUR"), None);
    }
}
