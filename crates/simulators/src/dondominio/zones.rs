//! The price list: what is offered, at what price, under which rules.

use serde_json::{Value, json};

use super::fault::{Fault, Outcome};
use super::money::euros;

/// One extension on offer. Prices are euro cents for one year.
#[derive(Debug)]
pub(crate) struct Zone {
    pub(crate) tld: &'static str,
    pub(crate) create: i64,
    pub(crate) renew: i64,
    /// `None` where transfers are not offered.
    pub(crate) transfer: Option<i64>,
    pub(crate) max_years: u32,
    pub(crate) authcode_required: bool,
    /// Whether the registry knows a registrar lock.
    pub(crate) lock: bool,
    /// The registry is being worked on: every operation is refused.
    pub(crate) maintenance: bool,
}

const fn zone(tld: &'static str, create: i64, renew: i64, transfer: i64) -> Zone {
    Zone {
        tld,
        create,
        renew,
        transfer: Some(transfer),
        max_years: 10,
        authcode_required: true,
        lock: true,
        maintenance: false,
    }
}

/// Extensions of the Spanish registry: no auth code, no lock.
const fn spanish(tld: &'static str, price: i64) -> Zone {
    let mut offered = zone(tld, price, price, 0);
    offered.authcode_required = false;
    offered.lock = false;
    offered
}

const fn one_year(mut offered: Zone) -> Zone {
    offered.max_years = 1;
    offered
}

const fn without_lock(mut offered: Zone) -> Zone {
    offered.lock = false;
    offered
}

const fn without_transfer(mut offered: Zone) -> Zone {
    offered.transfer = None;
    offered
}

const fn in_maintenance(mut offered: Zone) -> Zone {
    offered.maintenance = true;
    offered
}

static ZONES: &[Zone] = &[
    zone("com", 1204, 1304, 1204),
    zone("net", 1395, 1495, 1395),
    zone("org", 1250, 1350, 1250),
    zone("info", 1695, 1795, 1695),
    zone("biz", 1650, 1750, 1650),
    zone("tv", 3495, 3495, 3495),
    zone("cc", 1595, 1595, 1595),
    zone("shop", 2995, 3295, 2995),
    zone("online", 2795, 2995, 2795),
    zone("cloud", 1895, 1995, 1895),
    zone("host", 7495, 7495, 7495),
    zone("email", 2195, 2395, 2195),
    spanish("es", 895),
    spanish("com.es", 495),
    spanish("org.es", 495),
    spanish("nom.es", 495),
    without_lock(zone("eu", 795, 895, 795)),
    one_year(without_lock(zone("fr", 1095, 1095, 1095))),
    one_year(without_lock(zone("de", 995, 995, 995))),
    one_year(without_lock(zone("it", 1195, 1195, 1195))),
    without_lock(zone("co.uk", 995, 995, 0)),
    zone("cat", 2495, 2495, 2495),
    zone("madrid", 3495, 3495, 3495),
    zone("barcelona", 3495, 3495, 3495),
    zone("eus", 4995, 4995, 4995),
    zone("gal", 4995, 4995, 4995),
    zone("aero", 6495, 6495, 6495),
    zone("travel", 9995, 9995, 9995),
    zone("xxx", 9495, 9495, 9495),
    zone("pro", 1595, 1795, 1595),
    zone("jobs", 12995, 12995, 12995),
    one_year(without_transfer(zone("ru", 2495, 2495, 0))),
    one_year(zone("hk", 4495, 4495, 4495)),
    in_maintenance(zone("pt", 2495, 2495, 2495)),
    zone("pl", 1495, 1595, 1495),
    zone("scot", 3495, 3495, 3495),
    zone("quebec", 3495, 3495, 3495),
    zone("radio", 24995, 24995, 24995),
    one_year(without_lock(zone("re", 1095, 1095, 1095))),
    one_year(without_lock(zone("pm", 1095, 1095, 1095))),
    one_year(without_lock(zone("tf", 1095, 1095, 1095))),
    one_year(without_lock(zone("wf", 1095, 1095, 1095))),
    one_year(without_lock(zone("yt", 1095, 1095, 1095))),
    without_lock(zone("ee", 1595, 1595, 1595)),
    without_lock(zone("fi", 1795, 1795, 1795)),
    zone("moscow", 1995, 1995, 1995),
    zone("my", 4995, 4995, 4995),
    one_year(without_lock(zone("vn", 6495, 6495, 6495))),
    zone("airforce", 3495, 3495, 3495),
    zone("army", 3495, 3495, 3495),
    zone("attorney", 4995, 4995, 4995),
    zone("dentist", 4995, 4995, 4995),
    zone("lawyer", 4995, 4995, 4995),
    zone("navy", 3495, 3495, 3495),
    zone("ltda", 4495, 4495, 4495),
    zone("law", 9995, 9995, 9995),
    zone("abogado", 3495, 3495, 3495),
];

/// The whole list.
pub(crate) fn all() -> &'static [Zone] {
    ZONES
}

/// The zone a name belongs to (the longest that fits: `x.com.es` is `com.es`);
/// 2002 when none is offered, 2003 when it is being worked on.
pub(crate) fn of(name: &str) -> Outcome<&'static Zone> {
    let mut rest = name;
    while let Some((_, tail)) = rest.split_once('.') {
        if let Some(zone) = ZONES.iter().find(|zone| zone.tld == tail) {
            // Only the label right below the zone can be registered.
            let below = name.len().saturating_sub(tail.len() + 1);
            if name[..below].contains('.') {
                return Err(Fault::new(2001, format!("{name} has too many labels.")));
            }
            if zone.maintenance {
                let text = format!("The extension .{tail} is under maintenance.");
                return Err(Fault::new(2003, text));
            }
            return Ok(zone);
        }
        rest = tail;
    }
    Err(Fault::new(2002, format!("The extension of {name} is not offered.")))
}

impl Zone {
    /// The last label, which the API calls `tldtop`.
    pub(crate) fn top(&self) -> &'static str {
        self.tld.rsplit('.').next().unwrap_or(self.tld)
    }

    /// The row of `account/zones`.
    pub(crate) fn row(&self, requirements: &[&str]) -> Value {
        let years: Vec<String> = (1..=self.max_years).map(|year| year.to_string()).collect();
        let years = years.join(",");
        let operation = |cents: i64| json!({"price": euros(cents), "years": years, "inPromo": false});
        let mut row = json!({
            "tld": self.tld,
            "tldtop": self.top(),
            "authcodereq": self.authcode_required,
            "requirements": requirements,
            "create": operation(self.create),
            "renew": operation(self.renew),
        });
        if let Some(cents) = self.transfer {
            row["transfer"] = json!({"price": euros(cents), "years": "1", "inPromo": false});
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str) -> Option<i32> {
        of(name).err().map(|fault| fault.code)
    }

    #[test]
    fn the_longest_zone_wins() {
        assert_eq!(of("shop.com.es").map(|zone| zone.tld).ok(), Some("com.es"));
        assert_eq!(of("shop.es").map(|zone| zone.tld).ok(), Some("es"));
        assert_eq!(code("a.zzz"), Some(2002));
        assert_eq!(code("a.pt"), Some(2003));
        assert_eq!(code("a.b.com"), Some(2001));
    }
}
