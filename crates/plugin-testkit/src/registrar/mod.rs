//! The kit for registrars.

mod abilities;
mod effects;
mod failures;
mod refusals;

use async_trait::async_trait;
use innkeeper_plugin_api::{
    DomainRef, Implementation, Plugin, Registrar, RegistrarOperation, Registration, SettingValues, Transfer,
    domain::DomainName,
};
use std::sync::Arc;

use crate::{bench::Bench, expect::Checked, report::Report, settings, vendor::Vendor};

/// A registrar's double on which domains are registered.
#[async_trait]
pub trait RegistrarVendor: Vendor {
    /// How often this operation took effect.
    async fn effects(&self, operation: RegistrarOperation) -> usize;
    /// Registers the name for somebody else, so that it is taken.
    async fn occupy(&self, name: &DomainName);
    /// Lets everything that the vendor still works on come to its end.
    async fn finish_pending(&self);
}

/// What the kit must know of a registrar.
#[async_trait]
pub trait RegistrarFixture: Send + Sync {
    /// The double.
    type Vendor: RegistrarVendor;
    /// The plugin.
    fn plugin(&self) -> Plugin;
    /// Starts a fresh double with enough balance.
    async fn start(&self) -> Self::Vendor;
    /// A good registration of a free name, for one year, with name servers.
    fn registration(&self) -> Registration;
    /// A good transfer; the double must have the name at another registrar (see
    /// [`RegistrarVendor::occupy`], which the kit calls first). None: it cannot be tested.
    fn transfer(&self) -> Option<Transfer>;
    /// Operations of the required part that this registrar does not offer: they must be
    /// `Unsupported` without a request.
    fn unsupported(&self) -> Vec<RegistrarOperation>;
    /// The abilities that the plugin is meant to offer, by the names of their accessors.
    fn abilities(&self) -> Vec<&'static str>;
    /// `Debug` of the plugin's typed settings, read from these values.
    fn debug_settings(&self, settings: &SettingValues) -> String;
}

/// The plugin and its fixture, for one run.
pub(crate) struct Stage<'a, F: RegistrarFixture> {
    pub fixture: &'a F,
    pub plugin: Plugin,
    pub registrar: Arc<dyn Registrar>,
    pub logs: crate::logs::Logs,
}

impl<F: RegistrarFixture> Stage<'_, F> {
    pub async fn bench(&self) -> Bench<F::Vendor> {
        Bench::new(self.fixture.start().await, self.logs.clone())
    }

    /// A bench whose domain is registered and live, and the domain with its id.
    pub async fn registered(&self) -> Checked<(Bench<F::Vendor>, DomainRef)> {
        let bench = self.bench().await;
        let registration = self.fixture.registration();
        let result = self.registrar.register(&bench.ctx("register"), &registration).await;
        crate::expect::accepted("register", bench.seen(result))?;
        bench.vendor.finish_pending().await;
        let mut domain = registration.domain;
        let info = self.registrar.info(&bench.ctx("info"), &domain).await;
        domain.remote_id = crate::expect::answer("info", info)?.remote_id;
        Ok((bench, domain))
    }

    pub fn offers(&self, operation: RegistrarOperation) -> bool {
        !self.fixture.unsupported().contains(&operation)
    }
}

/// Runs every check.
pub async fn registrar<F: RegistrarFixture>(fixture: &F) -> Report {
    let plugin = fixture.plugin();
    let mut report = Report::new(&plugin.manifest.id);
    let Implementation::Registrar(registrar) = plugin.implementation.clone() else {
        report.add("is a registrar", Err(format!("it is a {}", plugin.kind().as_str())));
        return report;
    };
    let stage = Stage { fixture, plugin, registrar, logs: report.logs() };
    macro_rules! check {
        ($($name:literal: $check:path;)*) => {$(
            let result = $check(&stage).await;
            report.add($name, result);
        )*};
    }
    check! {
        "the settings and their schemas agree": schemas;
        "bad settings are Config before any request": refusals::bad_settings;
        "wrong credentials are Config": refusals::wrong_credentials;
        "a taken name is Declined": refusals::taken;
        "an unknown domain is Absent or NotFound": refusals::unknown_domain;
        "operations not offered are Unsupported without a request": refusals::unsupported;
        "abilities are those declared": abilities::declared;
        "abilities work": abilities::work;
        "contacts on record are used by their ids": abilities::handles;
        "the account's domains are listed": abilities::listed;
        "hosts below a domain are set and read": abilities::glue;
        "keys of signed domains are set and read": abilities::dnssec;
        "records of a zone are set and read": abilities::zone;
        "the connection test works": effects::connection;
        "names are checked in the order asked": effects::check;
        "the same registration twice is one effect": effects::register_twice;
        "the same renewal twice is one effect": effects::renew_twice;
        "the same transfer twice is one effect": effects::transfer_twice;
        "name servers are set and read": effects::nameservers;
        "contacts are set and read": effects::contacts;
        "a lost registration is settled by info": failures::lost_registration;
        "a lost renewal is settled by info": failures::lost_renewal;
        "a late registration is settled by info": failures::late_registration;
        "a registrar that is down is Temporary": failures::down;
        "a registrar out of service is Temporary": failures::unavailable;
    }
    report
}

async fn schemas<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    let (manifest, values) = (&stage.plugin.manifest, bench.vendor.settings());
    settings::manifest(&stage.plugin)?;
    settings::round_trip(manifest, &values)?;
    settings::secrets_marked(manifest, &values, &bench.vendor.secrets())?;
    bench.seen(stage.fixture.debug_settings(&values));
    bench.seen((&stage.plugin, stage.fixture.transfer()));
    Ok(())
}
