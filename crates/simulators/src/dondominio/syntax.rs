//! The shapes the API accepts for names, addresses and identifiers.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::fault::{Fault, Outcome};

/// A domain name in lower case; 2001 when its shape is wrong.
pub(crate) fn domain_name(text: &str) -> Outcome<String> {
    let name = text.to_lowercase();
    let labels: Vec<&str> = name.split('.').collect();
    let top = labels.last().copied().unwrap_or_default();
    let good_top =
        (2..=30).contains(&top.len()) && (top.bytes().all(|byte| byte.is_ascii_lowercase()) || top.starts_with("xn--"));
    if labels.len() >= 2 && good_top && name.len() <= 253 && labels.iter().all(|part| label(part)) {
        Ok(name)
    } else {
        Err(Fault::new(2001, format!("{name} is not a domain name.")))
    }
}

/// A name server or glue host.
pub(crate) fn host(parameter: &str, text: &str) -> Outcome<String> {
    domain_name(text).map_err(|_| Fault::invalid(parameter, &format!("{text} is not a host name")))
}

fn label(part: &str) -> bool {
    (1..=63).contains(&part.len())
        && !part.starts_with('-')
        && !part.ends_with('-')
        && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// `+CC.NUMBER`.
pub(crate) fn phone(text: &str) -> bool {
    let Some((country, number)) = text.strip_prefix('+').and_then(|rest| rest.split_once('.')) else {
        return false;
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(country) && country.len() <= 3 && digits(number)
}

pub(crate) fn email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else {
        return false;
    };
    !local.is_empty() && !text.contains(char::is_whitespace) && domain_name(host).is_ok() && !local.contains('@')
}

/// Two letters; whether such a country exists is not asked.
pub(crate) fn country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Letters, a dash, digits: `SIM-100001`.
pub(crate) fn contact_id(text: &str) -> bool {
    text.split_once('-').is_some_and(|(letters, digits)| {
        !letters.is_empty()
            && !digits.is_empty()
            && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// An IPv4 address outside the private and reserved ranges.
///
/// Documentation ranges pass: they are what examples and tests use.
pub(crate) fn public_ipv4(parameter: &str, text: &str) -> Outcome<Ipv4Addr> {
    let refused = |address: &Ipv4Addr| {
        address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_multicast()
            || address.is_broadcast()
            || address.is_unspecified()
    };
    match text.parse::<Ipv4Addr>() {
        Ok(address) if !refused(&address) => Ok(address),
        _ => Err(Fault::invalid(parameter, "not a public IPv4 address")),
    }
}

/// An IPv6 address that is not loopback, multicast, local or unspecified.
pub(crate) fn public_ipv6(parameter: &str, text: &str) -> Outcome<Ipv6Addr> {
    let refused = |address: &Ipv6Addr| {
        address.is_loopback()
            || address.is_multicast()
            || address.is_unspecified()
            || address.is_unique_local()
            || address.is_unicast_link_local()
    };
    match text.parse::<Ipv6Addr>() {
        Ok(address) if !refused(&address) => Ok(address),
        _ => Err(Fault::invalid(parameter, "not a public IPv6 address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_names() {
        assert_eq!(domain_name("Example-A.com").as_deref(), Ok("example-a.com"));
        for bad in ["", "com", "a..com", "-a.com", "a-.com", ".com", "a b.com", "a.c0m", "a.c"] {
            assert_eq!(domain_name(bad).map_err(|fault| fault.code), Err(2001), "{bad}");
        }
    }

    #[test]
    fn phones_and_ids() {
        assert!(phone("+34.600111222"));
        for bad in ["34.600111222", "+34600111222", "+34.", "+.6", "+34.600 111"] {
            assert!(!phone(bad), "{bad}");
        }
        assert!(contact_id("ABC-123456"));
        assert!(!contact_id("ABC123456") && !contact_id("-1") && !contact_id("A-"));
        assert!(public_ipv4("ipv4", "198.51.100.4").is_ok());
        assert!(public_ipv4("ipv4", "192.168.1.1").is_err());
        assert!(public_ipv6("ipv6", "2001:db8::1").is_ok());
        assert!(public_ipv6("ipv6", "fe80::1").is_err());
        assert!(email("a@example.com") && !email("a@b@example.com") && !email("@example.com"));
    }
}
