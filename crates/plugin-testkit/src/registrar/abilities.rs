//! The optional abilities.

use innkeeper_plugin_api::AuthCodeAnswer;

use super::{RegistrarFixture, Stage, effects::info};
use crate::expect::{Checked, answer, done, ensure};

pub(super) async fn declared<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    crate::expect::abilities(&stage.plugin, &stage.fixture.abilities())
}

pub(super) async fn work<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let (bench, domain) = stage.registered().await?;
    if let Some(ability) = stage.registrar.transfer_lock() {
        for locked in [true, true, false] {
            done("set_lock", bench.seen(ability.set_lock(&bench.ctx("set_lock"), &domain, locked).await))?;
            let found = info(stage, &bench, &domain).await?.locked;
            ensure!(found == Some(locked), "set the lock to {locked}, info says {found:?}");
        }
    }
    if let Some(ability) = stage.registrar.privacy() {
        for hidden in [true, true, false] {
            done("set_privacy", bench.seen(ability.set_privacy(&bench.ctx("set_privacy"), &domain, hidden).await))?;
            let found = info(stage, &bench, &domain).await?.privacy;
            ensure!(found == Some(hidden), "set privacy to {hidden}, info says {found:?}");
        }
    }
    if let Some(ability) = stage.registrar.auth_code() {
        match answer("auth_code", ability.auth_code(&bench.ctx("auth_code"), &domain).await)? {
            AuthCodeAnswer::Mailed(to) => ensure!(to.contains('@'), "the code was mailed to {to:?}"),
            AuthCodeAnswer::Code(code) | AuthCodeAnswer::Token { code, .. } => {
                ensure!(!code.reveal().is_empty(), "the transfer code is empty");
                bench.guard([code.reveal().clone()]);
                bench.seen(&code);
            }
        }
    }
    if let Some(ability) = stage.registrar.price_list() {
        let prices = answer("prices", bench.seen(ability.prices(&bench.ctx("prices"), &[]).await))?;
        let tld = domain.name.tld();
        let price = prices.iter().find(|price| price.tld == tld);
        ensure!(price.is_some_and(|price| price.register.is_some()), "no price to register .{tld} in {prices:?}");
        let dotted = prices.iter().find(|price| price.tld.starts_with('.'));
        ensure!(dotted.is_none(), "an extension has a leading dot: {dotted:?}");
    }
    Ok(())
}
