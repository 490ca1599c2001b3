use innkeeper_domain::Currency;

use super::{history::History, range};
use crate::reports::{Income, Step, StepIncome, income};

fn figures(step: &StepIncome) -> (String, i64, [i64; 4]) {
    let amounts = [step.net, step.tax, step.received, step.refunded].map(|m| m.minor());
    (step.step.to_string(), step.invoices, amounts)
}

fn sold(income: &Income) -> Vec<(&'static str, &str, i64, i64)> {
    income.sold.iter().map(|s| (s.kind.as_str(), s.name.as_str(), s.lines, s.net.minor())).collect()
}

#[tokio::test]
async fn income_is_told_by_month_product_and_gateway() {
    let history = History::told().await;
    let (step, all) = income(&history.app, &history.admin, range("2025-01-01", "2025-03-31")).await.unwrap();
    assert_eq!((step, all.len()), (Step::Month, 2));
    let (euros, dollars) = (&all[0], &all[1]);
    assert_eq!((euros.currency, dollars.currency), (Currency::EUR, Currency::USD));

    let months: Vec<_> = euros.steps.iter().map(figures).collect();
    let expected = [
        ("2025-01-01".to_owned(), 2, [15_000, 2_950, 12_000, 0]),
        ("2025-02-01".to_owned(), 1, [1_500, 300, 1_000, 0]),
        ("2025-03-01".to_owned(), 0, [0, 0, 0, 6_000]),
    ];
    assert_eq!(months, expected, "the invoice that was voided is nowhere");
    assert_eq!(figures(&euros.total), ("2025-01-01".to_owned(), 3, [16_500, 3_250, 13_000, 6_000]));
    let of_dollars: Vec<_> = dollars.steps.iter().map(|s| figures(s).2).collect();
    assert_eq!(of_dollars, [[0; 4], [3_000, 0, 4_000, 0], [0; 4]], "a month without anything is there, too");

    assert_eq!(sold(euros), [("product", "Web", 2, 15_000), ("domain", ".com", 1, 1_000), ("other", "manual", 1, 500)]);
    assert_eq!(sold(dollars), [("product", "Web", 1, 3_000)]);
    let gateways: Vec<_> = euros
        .gateways
        .iter()
        .map(|g| (g.gateway.as_str(), g.payments, g.received.minor(), g.refunded.minor()))
        .collect();
    assert_eq!(gateways, [("bank", 1, 12_000, 6_000), ("card", 1, 1_000, 0)]);
}

#[tokio::test]
async fn days_end_where_the_company_is() {
    let history = History::told().await;
    let (step, all) = income(&history.app, &history.admin, range("2025-03-31", "2025-04-01")).await.unwrap();
    assert_eq!((step, all.len()), (Step::Day, 1));
    let days: Vec<_> = all[0].steps.iter().map(figures).collect();
    let expected = [("2025-03-31".to_owned(), 0, [0; 4]), ("2025-04-01".to_owned(), 0, [0, 0, 0, 500])];
    assert_eq!(days, expected, "at half past midnight in Vienna it is April");
    let (step, all) = income(&history.app, &history.admin, range("2020-01-01", "2025-04-01")).await.unwrap();
    let years: Vec<_> = all[1].steps.iter().map(|s| (figures(s).0, figures(s).2)).collect();
    assert_eq!((step, years.len()), (Step::Year, 6));
    assert_eq!(years[5], ("2025-01-01".to_owned(), [3_000, 0, 4_000, 500]));
}
