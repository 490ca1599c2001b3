use super::{history::History, range};
use crate::reports::{TaxTotal, tax};

fn rates(total: &TaxTotal) -> Vec<(&str, &str, String, i64, i64, i64)> {
    let rate = |r: &crate::reports::TaxRate| r.rate.to_string();
    total
        .rates
        .iter()
        .map(|r| (r.country.as_str(), r.name.as_str(), rate(r), r.invoices, r.net.minor(), r.tax.minor()))
        .collect()
}

#[tokio::test]
async fn tax_is_told_by_country_and_rate_and_is_what_the_ledger_owes() {
    let history = History::told().await;
    let all = tax(&history.app, &history.admin, range("2025-01-01", "2025-03-31")).await.unwrap();
    let [euros, dollars] = all.as_slice() else { panic!("two currencies: {all:?}") };
    assert_eq!(
        rates(euros),
        [("AT", "VAT", "0.2".into(), 2, 11_500, 2_300), ("DE", "VAT", "0.19".into(), 1, 5_000, 950)]
    );
    assert_eq!(rates(dollars), [("US", "", "0".into(), 1, 3_000, 0)]);
    assert_eq!((euros.invoices, euros.net.minor(), euros.tax.minor()), (3, 16_500, 3_250));
    assert_eq!((euros.booked, dollars.booked), (euros.tax, dollars.tax));
    assert_eq!((euros.reversed_net.minor(), euros.reversed_tax.minor()), (5_000, 1_000));
    let owed = -history.ledger(&["tax_payable"], "EUR", None).await;
    assert_eq!(owed, euros.tax.minor() - euros.reversed_tax.minor(), "all that moved on the account");

    let february = tax(&history.app, &history.admin, range("2025-02-01", "2025-02-28")).await.unwrap();
    assert_eq!(rates(&february[0]), [("AT", "VAT", "0.2".into(), 1, 1_500, 300)]);
    assert_eq!(february[0].reversed_tax.minor(), 0);
    let march = tax(&history.app, &history.admin, range("2025-03-01", "2025-03-31")).await.unwrap();
    assert_eq!((march.len(), march[0].invoices, march[0].reversed_tax.minor()), (1, 0, 1_000));
}
