//! The kit for payment gateways.

mod abilities;
mod money;

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Callback, ErrorKind, Gateway, Implementation, Level, Payer, PaymentPage, PaymentRequest, Plugin, SettingValues,
    domain::{ClientId, InvoiceId, Money},
};
use std::{sync::Arc, time::Duration};

use crate::{
    bench::Bench,
    expect::{Checked, answer, ensure, fails},
    logs::Logs,
    report::Report,
    settings,
    vendor::Vendor,
};

/// A gateway's double. What it answers `None` to cannot be played, and a plugin that offers the ability
/// fails the check.
#[async_trait]
pub trait GatewayVendor: Vendor {
    /// How many payments it has taken.
    async fn taken(&self) -> usize;
    /// How many refunds it has made.
    async fn refunded(&self) -> usize;
    /// A payer pays this much under a reference; nobody is called back. The payment's id.
    async fn pay(&self, reference: &str, amount: Money) -> Option<String>;
    /// The callback that it would send about a payment, as of now.
    async fn callback(&self, payment: &str) -> Option<Callback>;
    /// A customer stores a way to pay. Its id.
    async fn store_method(&self, customer: &str) -> Option<String>;
    /// A live subscription. Its id.
    async fn subscribe(&self) -> Option<String>;
}

/// What the kit must know of a gateway.
#[async_trait]
pub trait GatewayFixture: Send + Sync {
    /// The double; [`Paper`] for a gateway that asks nobody.
    type Vendor: GatewayVendor;
    /// The plugin.
    fn plugin(&self) -> Plugin;
    /// Starts a fresh double. It is called for every check; the plugin is the one that [`Self::plugin`] gave
    /// at first.
    async fn start(&self) -> Self::Vendor;
    /// An amount that it takes.
    fn amount(&self) -> Money;
    /// Amounts that it must decline.
    fn declined_amounts(&self) -> Vec<Money>;
    /// Do staff record its payments?
    fn recorded_by_staff(&self) -> bool;
    /// The abilities that the plugin is meant to offer, by the names of their accessors.
    fn abilities(&self) -> Vec<&'static str>;
    /// `Debug` of the plugin's typed settings, read from these values.
    fn debug_settings(&self, settings: &SettingValues) -> String;
}

/// The double of a gateway without a vendor: the settings alone, and every secret of them.
pub struct Paper(pub SettingValues, pub Vec<String>);

#[async_trait]
impl Vendor for Paper {
    fn settings(&self) -> SettingValues {
        self.0.clone()
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        self.1.clone()
    }
    async fn requests(&self) -> u64 {
        0
    }
    async fn changes(&self) -> usize {
        0
    }
    async fn lose_next_answer(&self) {}
    async fn slow(&self, _: Duration) {}
    async fn unavailable(&self) {}
    async fn go_down(&self) {}
}

#[async_trait]
impl GatewayVendor for Paper {
    async fn taken(&self) -> usize {
        0
    }
    async fn refunded(&self) -> usize {
        0
    }
    async fn pay(&self, _: &str, _: Money) -> Option<String> {
        None
    }
    async fn callback(&self, _: &str) -> Option<Callback> {
        None
    }
    async fn store_method(&self, _: &str) -> Option<String> {
        None
    }
    async fn subscribe(&self) -> Option<String> {
        None
    }
}

/// The plugin and its fixture, for one run.
pub(crate) struct Stage<'a, F> {
    fixture: &'a F,
    plugin: Plugin,
    gateway: Arc<dyn Gateway>,
    logs: Logs,
}

const REFERENCE: &str = "ab12cd34-invoice-41";

impl<F: GatewayFixture> Stage<'_, F> {
    async fn bench(&self) -> Bench<F::Vendor> {
        Bench::new(self.fixture.start().await, self.logs.clone())
    }

    fn payer(&self, customer: Option<&str>) -> Payer {
        Payer {
            reference: "ab12cd34-client-7".to_owned(),
            client_id: ClientId(7),
            name: "Grace Hopper".to_owned(),
            email: "grace@example.org".to_owned(),
            country: "AT".to_owned(),
            customer: customer.map(str::to_owned),
        }
    }

    fn request(&self, customer: Option<&str>) -> PaymentRequest {
        PaymentRequest {
            reference: REFERENCE.to_owned(),
            invoice_id: Some(InvoiceId(41)),
            number: "2026-00041".to_owned(),
            amount: self.fixture.amount(),
            payer: self.payer(customer),
            return_url: "https://host.example/invoices/41/paid".to_owned(),
        }
    }
}

/// Runs every check.
pub async fn gateway<F: GatewayFixture>(fixture: &F) -> Report {
    let plugin = fixture.plugin();
    let mut report = Report::new(&plugin.manifest.id);
    let Implementation::Gateway(gateway) = plugin.implementation.clone() else {
        report.add("is a gateway", Err(format!("it is a {}", plugin.kind().as_str())));
        return report;
    };
    let stage = Stage { fixture, plugin, gateway, logs: report.logs() };
    macro_rules! check {
        ($($name:literal: $check:path;)*) => {$(
            let result = $check(&stage).await;
            report.add($name, result);
        )*};
    }
    check! {
        "the settings and their schemas agree": schemas;
        "bad settings are Config": bad_settings;
        "the method has a name": method_name;
        "amounts are accepted or declined": amounts;
        "the payment page tells how to pay, every time the same": payment_page;
        "abilities are those declared": abilities::declared;
        "payments are told as they are": abilities::payments;
        "a gateway that is down knows no 'not found'": abilities::down;
        "only the vendor's callbacks are believed": abilities::callbacks;
        "what a browser brings back proves nothing": abilities::returns;
        "customers come and go": abilities::customers;
        "stored ways to pay come and go": abilities::stored_methods;
        "a subscription ends once": abilities::subscriptions;
        "the connection test works": abilities::connection;
        "the same charge twice is one payment": money::charge_twice;
        "a charge whose answer is lost is one payment": money::lost_charge;
        "the same refund twice is one refund": money::refund_twice;
        "a refund whose answer is lost is one refund": money::lost_refund;
        "no more is given back than was paid": money::refund_too_much;
    }
    report
}

async fn schemas<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let (manifest, values) = (&stage.plugin.manifest, bench.vendor.settings());
    settings::manifest(&stage.plugin)?;
    settings::round_trip(manifest, &values)?;
    settings::secrets_marked(manifest, &values, &bench.vendor.secrets())?;
    bench.seen(stage.fixture.debug_settings(&values));
    Ok(())
}

async fn bad_settings<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    for (what, values) in settings::broken(&stage.plugin.manifest, &bench.vendor.settings(), Level::Plugin) {
        let ctx = bench.ctx_of(values);
        let result = stage.gateway.payment_page(&ctx, &stage.request(None)).await;
        fails(&what, bench.seen(result), &[ErrorKind::Config])?;
        fails(&what, bench.seen(stage.gateway.method_name(&ctx)), &[ErrorKind::Config])?;
    }
    Ok(())
}

async fn method_name<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let name = answer("method_name", bench.seen(stage.gateway.method_name(&bench.ctx("name"))))?;
    ensure!(!name.trim().is_empty(), "the method has no name");
    let (found, declared) = (stage.gateway.recorded_by_staff(), stage.fixture.recorded_by_staff());
    ensure!(found == declared, "recorded by staff: {found}, declared {declared}");
    Ok(())
}

async fn amounts<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let ctx = bench.ctx("accepts");
    answer("accepts", bench.seen(stage.gateway.accepts(&ctx, stage.fixture.amount())))?;
    for amount in stage.fixture.declined_amounts() {
        let result = bench.seen(stage.gateway.accepts(&ctx, amount));
        let told = matches!(&result, Err(error) if error.public.is_some());
        fails(&format!("{amount:?}"), result, &[ErrorKind::Declined])?;
        ensure!(told, "{amount:?} is declined without a word to the client");
    }
    Ok(())
}

async fn payment_page<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let (ctx, request) = (bench.ctx("page"), stage.request(None));
    let first = answer("payment_page", bench.seen(stage.gateway.payment_page(&ctx, &request).await))?;
    let second = answer("payment_page", stage.gateway.payment_page(&ctx, &request).await)?;
    ensure!(first == second, "asking twice gives two answers: {first:?} and {second:?}");
    if let PaymentPage::Instructions { lines, .. } = &first {
        let quoted = lines.iter().any(|(_, value)| value.contains(&request.number));
        ensure!(quoted, "the instructions do not tell the invoice's number: {lines:?}");
    }
    abilities::page(stage, &first)
}
