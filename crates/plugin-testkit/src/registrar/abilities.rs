//! The optional abilities.

use super::{RegistrarAbility, RegistrarFixture, Stage, effects::info};
use crate::expect::{Checked, answer, done, ensure};

pub(super) async fn declared<F: RegistrarFixture>(stage: &Stage<'_, F>) -> Checked {
    let registrar = &stage.registrar;
    let offered = [
        (RegistrarAbility::TransferLock, registrar.transfer_lock().is_some()),
        (RegistrarAbility::AuthCode, registrar.auth_code().is_some()),
        (RegistrarAbility::Privacy, registrar.privacy().is_some()),
        (RegistrarAbility::PriceList, registrar.price_list().is_some()),
    ];
    for (ability, offered) in offered {
        let declared = stage.fixture.abilities().contains(&ability);
        ensure!(declared == offered, "{ability:?}: declared {declared}, offered {offered}");
    }
    Ok(())
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
        let code = answer("auth_code", ability.auth_code(&bench.ctx("auth_code"), &domain).await)?;
        ensure!(!code.reveal().is_empty(), "the transfer code is empty");
        bench.guard([code.reveal().clone()]);
        bench.seen(&code);
    }
    if let Some(ability) = stage.registrar.price_list() {
        let prices = answer("prices", bench.seen(ability.prices(&bench.ctx("prices")).await))?;
        let tld = domain.name.tld();
        let price = prices.iter().find(|price| price.tld == tld);
        ensure!(price.is_some_and(|price| price.register.is_some()), "no price to register .{tld} in {prices:?}");
        let dotted = prices.iter().find(|price| price.tld.starts_with('.'));
        ensure!(dotted.is_none(), "an extension has a leading dot: {dotted:?}");
    }
    Ok(())
}
