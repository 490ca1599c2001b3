//! Keeps requests away from addresses that only this server can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use innkeeper_plugin_api::PluginError;
use url::{Host, Url};

/// Refuses what a URL tells without asking a name server. Fails with a text for staff.
pub(crate) fn check_url(url: &str, allow_private: bool) -> Result<(), &'static str> {
    let url = Url::parse(url.trim()).map_err(|_| "the url is none")?;
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        "http" => return Err("the url must start with https:// (http:// only where private addresses are allowed)"),
        _ => return Err("the url must start with https://"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the url must hold no user name or password: the signature says who we are");
    }
    let private = match url.host() {
        Some(Host::Ipv4(address)) => is_private(address.into()),
        Some(Host::Ipv6(address)) => is_private(address.into()),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => return Err("the url names no host"),
    };
    if private && !allow_private {
        return Err("the url leads to this machine or a private network, which is not allowed");
    }
    Ok(())
}

/// Resolves the URL's name and refuses it with `Config` if any of its addresses is private. The HTTP
/// client resolves once more, so a name server that answers differently within that moment is not caught.
pub(crate) async fn check_addresses(url: &str) -> Result<(), PluginError> {
    let url = Url::parse(url.trim()).map_err(|e| PluginError::config(format!("the url is none: {e}")))?;
    // Square brackets belong to the URL, not to the address.
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses = tokio::net::lookup_host((host, port))
        .await
        .map_err(|e| PluginError::temporary(format!("the name {host} cannot be resolved: {e}")))?;
    for address in addresses {
        if is_private(address.ip()) {
            let text = format!("{host} leads to {}, a private address, which is not allowed", address.ip());
            return Err(PluginError::config(text));
        }
    }
    Ok(())
}

/// Anything but a public address of one machine.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => embedded_v4(address).map_or_else(|| is_private_v6(address), is_private_v4),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // "This network", carriers' shared space, protocol assignments, benchmarks, reserved and broadcast.
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let documentation = matches!(address.segments(), [0x2001, 0xdb8, ..]);
    // fec0::/10, site-local: withdrawn, but still routed in some places.
    let site_local = address.segments().first().is_some_and(|s| s & 0xffc0 == 0xfec0);
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || documentation
        || site_local
}

/// The IPv4 address that a mapped, compatible, 6to4 or NAT64 address stands for.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // `::` and `::1` are addresses of their own.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            join(high, low)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_urls_that_lead_inside_or_nowhere() {
        assert_eq!(check_url("https://example.com/hooks", false), Ok(()));
        for bad in ["example.com", "ftp://example.com", "file:///etc/passwd", "https://", "https://me:word@example.com"]
        {
            assert!(check_url(bad, true).is_err(), "{bad}");
        }
        assert!(check_url("http://example.com", false).is_err());
        for private in ["127.0.0.1", "[::1]", "10.1.2.3", "localhost", "a.localhost.", "2130706433", "0x7f.1"] {
            assert!(check_url(&format!("https://{private}/x"), false).is_err(), "{private}");
            assert_eq!(check_url(&format!("http://{private}:8080/x"), true), Ok(()), "{private}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        // The URL check knows this name; here it stands for any name that resolves to this machine.
        let error = check_addresses("https://localhost/").await.unwrap_err();
        assert_eq!(error.kind, innkeeper_plugin_api::ErrorKind::Config);
        assert_eq!(check_addresses("https://1.1.1.1/").await.err().map(|e| e.detail), None);
    }

    #[test]
    fn tells_private_from_public() {
        for private in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "::7f00:1",
        ] {
            assert!(is_private(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "2606:4700::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
        ] {
            assert!(!is_private(public.parse().unwrap()), "{public}");
        }
    }
}
