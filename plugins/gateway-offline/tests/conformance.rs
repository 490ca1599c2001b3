//! The conformance kit, and the page that clients see.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use async_trait::async_trait;
use innkeeper_gateway_offline::{BankTransfer, plugin};
use innkeeper_plugin_api::{
    ErrorKind, Http, Implementation, Payer, PaymentPage, PaymentRequest, Plugin, PluginCtx, PluginError, SettingValues,
    domain::{ClientId, Currency, InvoiceId, Money},
};
use innkeeper_plugin_testkit::{GatewayFixture, MemoryStore, Paper, conformance};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

struct Fixture;

#[async_trait]
impl GatewayFixture for Fixture {
    type Vendor = Paper;
    fn plugin(&self) -> Plugin {
        plugin()
    }
    async fn start(&self) -> Paper {
        let settings = SettingValues {
            plugin: json!({
                "method_name": "Transfer", "instructions": "Pay here.", "account_holder": "Example Hosting SL",
                "iban": "ES9121000418450200051332", "bic": "CAIXESBB", "bank": "Example Bank",
                "other_lines": [{"label": "Branch", "value": "0418"}], "currencies": ["EUR"],
            }),
            ..SettingValues::default()
        };
        Paper(settings, vec![])
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec![]
    }
    fn amount(&self) -> Money {
        Money::new(1210, Currency::EUR)
    }
    fn declined_amounts(&self) -> Vec<Money> {
        vec![Money::new(1210, Currency::USD), Money::new(0, Currency::EUR), Money::new(-1, Currency::EUR)]
    }
    fn recorded_by_staff(&self) -> bool {
        true
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: BankTransfer = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}

#[tokio::test]
async fn conforms() {
    conformance::gateway(&Fixture).await.assert_clean();
}

async fn page(settings: Value) -> Result<PaymentPage, PluginError> {
    let Implementation::Gateway(gateway) = plugin().implementation else { panic!("not a gateway") };
    let values = SettingValues { plugin: settings, ..SettingValues::default() };
    let now = "2026-01-05T10:00:00Z".parse().unwrap();
    let http = Http::new(Duration::from_secs(1));
    let ctx = PluginCtx::new(http, now, "page".to_owned(), values, Arc::new(MemoryStore::default()));
    let request = PaymentRequest {
        reference: "ab12cd34-invoice-41".to_owned(),
        invoice_id: Some(InvoiceId(41)),
        number: "2026-00041".to_owned(),
        amount: Money::new(1210, Currency::EUR),
        payer: Payer {
            reference: "ab12cd34-client-7".to_owned(),
            client_id: ClientId(7),
            name: "Grace Hopper".to_owned(),
            email: "grace@example.org".to_owned(),
            country: "AT".to_owned(),
            customer: None,
        },
        return_url: "https://host.example/invoices/41/paid".to_owned(),
    };
    gateway.payment_page(&ctx, &request).await
}

#[tokio::test]
async fn the_page_tells_amount_reference_and_account_and_leaves_out_what_is_not_set() {
    let settings = json!({"account_holder": "Example Hosting SL", "iban": "es9121000418450200051332", "bic": " "});
    let PaymentPage::Instructions { lines, .. } = page(settings).await.unwrap() else { panic!("no instructions") };
    let lines: Vec<(&str, &str)> = lines.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("Amount", "12.10 EUR"),
            ("Reference", "2026-00041"),
            ("Account holder", "Example Hosting SL"),
            ("IBAN", "ES91 2100 0418 4502 0005 1332"),
        ]
    );
}

#[tokio::test]
async fn the_reference_has_the_hosts_prefix_and_the_bic_is_in_capitals() {
    let account = json!({"account_holder": "Example Hosting SL", "iban": "ES9121000418450200051332",
        "bic": "caixesbb", "reference_prefix": "ACME-"});
    let PaymentPage::Instructions { lines, .. } = page(account).await.unwrap() else { panic!("no instructions") };
    for line in [("Reference", "ACME-2026-00041"), ("BIC", "CAIXESBB")] {
        assert!(lines.contains(&(line.0.to_owned(), line.1.to_owned())), "{line:?} in {lines:?}");
    }
}

#[tokio::test]
async fn settings_that_would_send_money_astray_are_refused() {
    for settings in [
        json!({"account_holder": "Example Hosting SL"}),
        json!({"account_holder": " ", "iban": "ES9121000418450200051332"}),
        json!({"account_holder": "Example Hosting SL", "iban": "ES9121000418450200051333"}),
        json!({"account_holder": "Example Hosting SL", "other_lines": [{"label": "Account", "value": ""}]}),
        json!({"account_holder": "Example Hosting SL", "iban": "ES9121000418450200051332", "bic": "CAIXA"}),
        json!({"account_holder": "Example Hosting SL", "iban": "ES9121000418450200051332", "bic": "CAIX12BB"}),
    ] {
        let error = page(settings.clone()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Config, "{settings}");
    }
}
