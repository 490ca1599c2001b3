//! The kit for snapins.

mod abilities;

use async_trait::async_trait;
use innkeeper_plugin_api::{
    ErrorKind, EventEnvelope, Implementation, Level, Plugin, PluginCtx, PluginError, SettingValues, Snapin, Subscriber,
    domain::EventId,
    hooks::{self, Entry, Kind},
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

/// Whatever the snapin talks to. `changes` counts distinct events that took effect: the same event
/// delivered twice is one.
#[async_trait]
pub trait SnapinVendor: Vendor {
    /// How many deliveries arrived, repeated ones included.
    async fn deliveries(&self) -> usize;
}

/// What the kit must know of a snapin.
#[async_trait]
pub trait SnapinFixture: Send + Sync {
    /// The double.
    type Vendor: SnapinVendor;
    /// The plugin.
    fn plugin(&self) -> Plugin;
    /// The abilities that the plugin is meant to offer, by the names of their accessors.
    fn abilities(&self) -> Vec<&'static str> {
        vec![]
    }
    /// Does it tell somebody outside of the events it hears? If not, nothing arrives at the double, and the checks of
    /// deliveries are left out.
    fn delivers(&self) -> bool {
        true
    }
    /// Starts a fresh double.
    async fn start(&self) -> Self::Vendor;
    /// `Debug` of the plugin's typed settings, read from these values.
    fn debug_settings(&self, settings: &SettingValues) -> String;
}

struct Stage<'a, F> {
    fixture: &'a F,
    plugin: Plugin,
    snapin: Arc<dyn Snapin>,
    logs: Logs,
}

impl<F: SnapinFixture> Stage<'_, F> {
    async fn bench(&self) -> Bench<F::Vendor> {
        Bench::new(self.fixture.start().await, self.logs.clone())
    }

    /// The first listener, and the example of an event that it listens to.
    fn listener(&self, ctx: &PluginCtx) -> Checked<(Subscriber, EventEnvelope)> {
        let subscribers = answer("subscribers", self.snapin.subscribers(ctx))?;
        let subscriber = subscribers.into_iter().next().ok_or("the sample settings make no subscriber")?;
        let wanted = |entry: &&Entry| {
            let listed = subscriber.events.iter().any(|event| event == entry.name);
            entry.kind == Kind::Event && (subscriber.events.is_empty() || listed)
        };
        let entry = hooks::CATALOGUE.iter().copied().find(wanted).ok_or("the subscriber listens to no event")?;
        let event = envelope(entry);
        Ok((subscriber, event))
    }
}

fn envelope(entry: &Entry) -> EventEnvelope {
    EventEnvelope {
        id: EventId(7001),
        name: entry.name.to_owned(),
        version: entry.version,
        occurred_at: chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000),
        aggregate: "conformance".to_owned(),
        aggregate_id: 1,
        sequence: 1,
        payload: (entry.example)(),
    }
}

/// Runs every check.
pub async fn snapin<F: SnapinFixture>(fixture: &F) -> Report {
    let plugin = fixture.plugin();
    let mut report = Report::new(&plugin.manifest.id);
    let Implementation::Snapin(snapin) = plugin.implementation.clone() else {
        report.add("is a snapin", Err(format!("it is a {}", plugin.kind().as_str())));
        return report;
    };
    let stage = Stage { fixture, plugin, snapin, logs: report.logs() };
    report.add("the settings and their schemas agree", schemas(&stage).await);
    report.add("bad settings are Config before any request", bad_settings(&stage).await);
    report.add("it names only hooks of the catalogue", names(&stage).await);
    report.add("abilities are those declared", abilities::declared(&stage));
    report.add("pages have keys of their own and draw", abilities::pages(&stage).await);
    report.add("a preview of a task changes nothing", abilities::tasks(&stage).await);
    report.add("orders are judged", abilities::screening(&stage).await);
    report.add("the connection test works", abilities::connection(&stage).await);
    report.add("an unknown listener is refused", unknown_listener(&stage).await);
    if fixture.delivers() {
        report.add("an event delivered twice is one effect", deliver_twice(&stage).await);
        report.add("an event whose answer is lost is one effect", lost_answer(&stage).await);
        report.add("a receiver that is down or out of service is tried again", down(&stage).await);
    } else {
        report.add("an event delivered twice changes nothing the second time", hear_twice(&stage).await);
    }
    report
}

async fn schemas<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let (manifest, values) = (&stage.plugin.manifest, bench.vendor.settings());
    settings::manifest(&stage.plugin)?;
    settings::round_trip(manifest, &values)?;
    settings::secrets_marked(manifest, &values, &bench.vendor.secrets())?;
    bench.seen(stage.fixture.debug_settings(&values));
    Ok(())
}

async fn bad_settings<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let (subscriber, event) = stage.listener(&bench.ctx("good"))?;
    for (what, values) in settings::broken(&stage.plugin.manifest, &bench.vendor.settings(), Level::Plugin) {
        let ctx = bench.ctx_of(values);
        fails(&what, bench.seen(stage.snapin.subscribers(&ctx)), &[ErrorKind::Config])?;
        let handled = bench.seen(stage.snapin.on_event(&ctx, &subscriber.key, &event).await);
        fails(&what, handled, &[ErrorKind::Config])?;
    }
    let requests = bench.vendor.requests().await;
    ensure!(requests == 0, "bad settings led to {requests} requests");
    Ok(())
}

async fn names<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let known = |name: &str, kind: Kind| hooks::CATALOGUE.iter().any(|entry| entry.name == name && entry.kind == kind);
    let subscribers = answer("subscribers", bench.seen(stage.snapin.subscribers(&bench.ctx("names"))))?;
    let mut keys: Vec<&str> = subscribers.iter().map(|subscriber| subscriber.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    ensure!(keys.len() == subscribers.len(), "two subscribers have the same key");
    for event in subscribers.iter().flat_map(|subscriber| &subscriber.events) {
        ensure!(known(event, Kind::Event), "{event} is no event of the catalogue");
    }
    for (gate, _) in stage.snapin.gates().map(|ability| ability.gates()).unwrap_or_default() {
        ensure!(known(gate, Kind::Gate), "{gate} is no gate of the catalogue");
    }
    for slot in stage.snapin.slots().map(|ability| ability.slots()).unwrap_or_default() {
        ensure!(known(slot, Kind::Slot), "{slot} is no slot of the catalogue");
    }
    Ok(())
}

async fn deliver_twice<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let ctx = bench.ctx("event");
    let (subscriber, event) = stage.listener(&ctx)?;
    for _ in 0..2 {
        answer("on_event", bench.seen(stage.snapin.on_event(&ctx, &subscriber.key, &event).await))?;
    }
    one_effect(&bench).await
}

/// For one that only writes down what it hears.
async fn hear_twice<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let ctx = bench.ctx("event");
    let (subscriber, event) = stage.listener(&ctx)?;
    answer("on_event", bench.seen(stage.snapin.on_event(&ctx, &subscriber.key, &event).await))?;
    let once = bench.stored();
    answer("on_event", bench.seen(stage.snapin.on_event(&ctx, &subscriber.key, &event).await))?;
    ensure!(bench.stored() == once, "an event delivered twice was counted twice");
    Ok(())
}

async fn lost_answer<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let ctx = bench.ctx("event");
    let (subscriber, event) = stage.listener(&ctx)?;
    bench.vendor.lose_next_answer().await;
    let lost = bench.seen(stage.snapin.on_event(&ctx, &subscriber.key, &event).await);
    fails("on_event whose answer is lost", lost, &[ErrorKind::Unknown, ErrorKind::Temporary])?;
    answer("on_event repeated", stage.snapin.on_event(&ctx, &subscriber.key, &event).await)?;
    let deliveries = bench.vendor.deliveries().await;
    ensure!(deliveries == 2, "a lost delivery and its repetition arrived {deliveries} times");
    one_effect(&bench).await
}

async fn one_effect<V: SnapinVendor>(bench: &Bench<V>) -> Checked {
    let changes = bench.vendor.changes().await;
    ensure!(changes == 1, "one event had {changes} effects: a receiver cannot tell that it is the same");
    Ok(())
}

async fn unknown_listener<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let ctx = bench.ctx("event");
    let (_, event) = stage.listener(&ctx)?;
    let result = bench.seen(stage.snapin.on_event(&ctx, "conformance-no-such-listener", &event).await);
    fails("on_event of an unknown listener", result, &[ErrorKind::Config])?;
    let requests = bench.vendor.requests().await;
    ensure!(requests == 0, "an unknown listener led to {requests} requests");
    Ok(())
}

async fn down<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    for refuse in [true, false] {
        let bench = stage.bench().await;
        let ctx = bench.ctx("event");
        let (subscriber, event) = stage.listener(&ctx)?;
        if refuse {
            bench.vendor.go_down().await;
        } else {
            bench.vendor.unavailable().await;
        }
        let result: Result<(), PluginError> = stage.snapin.on_event(&ctx, &subscriber.key, &event).await;
        fails("on_event", bench.seen(result), &[ErrorKind::Temporary])?;
    }
    // A vendor that answers late is the host's business: it retries whatever kind the error is.
    let bench = stage.bench().await;
    bench.vendor.slow(Duration::from_secs(20)).await;
    let ctx = bench.impatient("event", Duration::from_secs(1));
    let (subscriber, event) = stage.listener(&ctx)?;
    let late = bench.seen(stage.snapin.on_event(&ctx, &subscriber.key, &event).await);
    fails("on_event whose answer is late", late, &[ErrorKind::Unknown, ErrorKind::Temporary])
}
