//! The euro's reference rates, as the European Central Bank publishes them on its working days about 16:00 in Frankfurt.

use chrono::NaiveDate;
use innkeeper_domain::Currency;
use innkeeper_plugin_api::{Http, PluginError, http::Request};
use roxmltree::{Document, Node};
use rust_decimal::Decimal;
use std::{collections::BTreeMap, time::Duration};

const PATIENCE: Duration = Duration::from_secs(15);

/// The rates of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Published {
    pub day: NaiveDate,
    /// Units of a currency for one euro; the euro is among them.
    pub per_euro: BTreeMap<Currency, Decimal>,
}

/// The latest rates at `url`.
pub(super) async fn latest(http: &Http, url: &str) -> Result<Published, PluginError> {
    let response = http.send(Request::get(url).timeout(PATIENCE)).await?;
    let wrong = |why: &str| PluginError::temporary(format!("the rates of the European Central Bank: {why}"));
    if !response.status.is_success() {
        return Err(wrong(&format!("HTTP {}", response.status.as_u16())));
    }
    read(&response.text()).map_err(|why| wrong(&why))
}

/// Reads `<Cube time='…'><Cube currency='…' rate='…'/>…`. Currencies that nobody knows are left out.
fn read(xml: &str) -> Result<Published, String> {
    let document = Document::parse(xml).map_err(|e| e.to_string())?;
    let mut days = document.descendants().filter(|node| node.has_attribute("time"));
    let (Some(day), None) = (days.next(), days.next()) else { return Err("not of one day".into()) };
    let time = day.attribute("time").unwrap_or_default();
    let mut per_euro = BTreeMap::from([(Currency::EUR, Decimal::ONE)]);
    for rate in day.children().filter(Node::is_element) {
        let (code, text) = (rate.attribute("currency").unwrap_or_default(), rate.attribute("rate").unwrap_or_default());
        let number: Decimal = text.parse().map_err(|_| format!("the rate of {code:.3} is no number"))?;
        if number <= Decimal::ZERO {
            return Err(format!("the rate of {code:.3} is not above zero"));
        }
        if let Ok(currency) = code.parse() {
            per_euro.insert(currency, number);
        }
    }
    Ok(Published { day: time.parse().map_err(|_| "no day".to_owned())?, per_euro })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_as_published_is_refused() {
        let of = |inner: &str| read(&format!("<e><Cube>{inner}</Cube></e>"));
        let good =
            of("<Cube time='2026-11-20'><Cube currency='USD' rate='1.0841'/><Cube currency='XYZ' rate='3'/></Cube>");
        let good = good.unwrap();
        assert_eq!((good.day.to_string().as_str(), good.per_euro.len()), ("2026-11-20", 2));
        for (wrong, why) in [
            ("", "not of one day"),
            ("<Cube time='2026-11-20'/><Cube time='2026-11-19'/>", "not of one day"),
            ("<Cube time='today'/>", "no day"),
            ("<Cube time='2026-11-20'><Cube currency='USD' rate='a lot'/></Cube>", "the rate of USD is no number"),
            ("<Cube time='2026-11-20'><Cube currency='USD' rate='0'/></Cube>", "the rate of USD is not above zero"),
            ("<Cube time='2026-11-20'><Cube/></Cube>", "the rate of  is no number"),
        ] {
            assert_eq!(of(wrong).unwrap_err(), why, "{wrong}");
        }
        assert!(read("<html><p>Sorry").is_err());
    }
}
