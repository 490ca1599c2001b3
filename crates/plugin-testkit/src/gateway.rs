//! The kit for payment gateways.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    ErrorKind, Gateway, Implementation, Level, PaymentPage, PaymentRequest, Plugin, SettingValues,
    domain::{InvoiceId, Money},
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

/// What the kit must know of a gateway.
#[async_trait]
pub trait GatewayFixture: Send + Sync {
    /// The plugin.
    fn plugin(&self) -> Plugin;
    /// Settings with which it works.
    fn settings(&self) -> SettingValues;
    /// Every secret of the settings.
    fn secrets(&self) -> Vec<String>;
    /// An amount that it takes.
    fn amount(&self) -> Money;
    /// Amounts that it must decline.
    fn declined_amounts(&self) -> Vec<Money>;
    /// Do staff record its payments?
    fn recorded_by_staff(&self) -> bool;
    /// `Debug` of the plugin's typed settings, read from these values.
    fn debug_settings(&self, settings: &SettingValues) -> String;
}

/// A gateway without a vendor of its own: the settings alone.
struct Paper(SettingValues, Vec<String>);

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

struct Stage<'a, F> {
    fixture: &'a F,
    plugin: Plugin,
    gateway: Arc<dyn Gateway>,
    logs: Logs,
}

impl<F: GatewayFixture> Stage<'_, F> {
    fn bench(&self) -> Bench<Paper> {
        Bench::new(Paper(self.fixture.settings(), self.fixture.secrets()), self.logs.clone())
    }

    fn request(&self) -> PaymentRequest {
        PaymentRequest {
            invoice_id: InvoiceId(41),
            number: "2026-00041".to_owned(),
            amount: self.fixture.amount(),
            payer: "Grace Hopper".to_owned(),
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
    report.add("the settings and their schemas agree", schemas(&stage));
    report.add("bad settings are Config", bad_settings(&stage).await);
    report.add("the method has a name", method_name(&stage));
    report.add("amounts are accepted or declined", amounts(&stage));
    report.add("the payment page tells how to pay, every time the same", payment_page(&stage).await);
    report
}

fn schemas<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let (bench, manifest, values) = (stage.bench(), &stage.plugin.manifest, stage.fixture.settings());
    settings::manifest(manifest)?;
    settings::round_trip(manifest, &values)?;
    settings::secrets_marked(manifest, &values, &stage.fixture.secrets())?;
    bench.seen(stage.fixture.debug_settings(&values));
    Ok(())
}

async fn bad_settings<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench();
    for (what, values) in settings::broken(&stage.plugin.manifest, &stage.fixture.settings(), Level::Plugin) {
        let ctx = bench.ctx_of(values);
        let result = stage.gateway.payment_page(&ctx, &stage.request()).await;
        fails(&what, bench.seen(result), &[ErrorKind::Config])?;
        fails(&what, bench.seen(stage.gateway.method_name(&ctx)), &[ErrorKind::Config])?;
    }
    Ok(())
}

fn method_name<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench();
    let name = answer("method_name", bench.seen(stage.gateway.method_name(&bench.ctx("name"))))?;
    ensure!(!name.trim().is_empty(), "the method has no name");
    let (found, declared) = (stage.gateway.recorded_by_staff(), stage.fixture.recorded_by_staff());
    ensure!(found == declared, "recorded by staff: {found}, declared {declared}");
    Ok(())
}

fn amounts<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench();
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
    let bench = stage.bench();
    let (ctx, request) = (bench.ctx("page"), stage.request());
    let first = answer("payment_page", bench.seen(stage.gateway.payment_page(&ctx, &request).await))?;
    let second = answer("payment_page", stage.gateway.payment_page(&ctx, &request).await)?;
    ensure!(first == second, "asking twice gives two answers: {first:?} and {second:?}");
    match first {
        PaymentPage::Instructions { lines, .. } => {
            let quoted = lines.iter().any(|(_, value)| value.contains(&request.number));
            ensure!(quoted, "the instructions do not tell the invoice's number: {lines:?}");
            let empty = lines.iter().find(|(label, value)| label.trim().is_empty() || value.trim().is_empty());
            ensure!(empty.is_none(), "an empty line in the instructions: {empty:?}");
        }
        PaymentPage::Redirect { url } => {
            ensure!(url.starts_with("https://"), "the browser is sent to {url}, which is not https");
        }
    }
    Ok(())
}
