//! The optional abilities, but for charges and refunds.

use chrono::{TimeDelta, Utc};
use innkeeper_plugin_api::{Callback, ErrorKind, Hint, PaymentPage, PaymentState, RemotePayment};

use super::{GatewayFixture, GatewayVendor, REFERENCE, Stage};
use crate::{
    bench::Bench,
    expect::{Checked, answer, done, ensure, fails},
    vendor::Vendor,
};

const UNKNOWN: &str = "no-such-thing";

pub(super) async fn declared<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    crate::expect::abilities(&stage.plugin, &stage.fixture.abilities())?;
    let told = stage.gateway.recorded_by_staff() || stage.gateway.payments().is_some();
    ensure!(told, "nobody records its payments: neither staff do, nor does it offer payments");
    let customers = stage.gateway.stored_methods().is_none() || stage.gateway.customers().is_some();
    ensure!(customers, "stored ways to pay belong to customers: it must offer those too");
    Ok(())
}

/// A page as a browser can use it.
pub(super) fn page<F: GatewayFixture>(stage: &Stage<'_, F>, page: &PaymentPage) -> Checked {
    match page {
        PaymentPage::Instructions { lines, .. } => {
            let empty = lines.iter().find(|(label, value)| label.trim().is_empty() || value.trim().is_empty());
            ensure!(empty.is_none(), "an empty line in the instructions: {empty:?}");
        }
        PaymentPage::Redirect { url, .. } => {
            ensure!(url.starts_with("https://"), "the browser is sent to {url}, which is not https");
        }
        PaymentPage::Hosted(form) => {
            let script = stage.gateway.hosted_forms().map(|forms| forms.script()).unwrap_or_default();
            ensure!(!script.trim().is_empty(), "a hosted form without a script to mount it");
            for origin in &form.origins {
                let host = origin.strip_prefix("https://").unwrap_or_default();
                let host = host.strip_prefix("*.").filter(|host| host.split('.').count() >= 3).unwrap_or(host);
                let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b));
                ensure!(!host.is_empty() && plain, "{origin} is no origin such as https://js.vendor.example");
            }
        }
    }
    Ok(())
}

/// Plays a payment; its id.
pub(super) async fn paid<F: GatewayFixture>(stage: &Stage<'_, F>, bench: &Bench<F::Vendor>) -> Checked<String> {
    let paid = bench.vendor.pay(REFERENCE, stage.fixture.amount()).await;
    paid.ok_or_else(|| "the double cannot play a payment".to_owned())
}

/// A payment as the gateway tells it.
pub(super) async fn told<F: GatewayFixture>(
    stage: &Stage<'_, F>,
    bench: &Bench<F::Vendor>,
    id: &str,
) -> Checked<Option<RemotePayment>> {
    let Some(ability) = stage.gateway.payments() else { return Ok(None) };
    answer("payment", bench.seen(ability.payment(&bench.ctx("payment"), id).await)).map(Some)
}

pub(super) async fn payments<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.payments() else { return Ok(()) };
    let bench = stage.bench().await;
    let before = Utc::now() - TimeDelta::minutes(1);
    let id = paid(stage, &bench).await?;
    let found = answer("payment", bench.seen(ability.payment(&bench.ctx("payment"), &id).await))?;
    ensure!(found.id == id, "asked for {id}, told of {}", found.id);
    ensure!(found.state == PaymentState::Paid, "what was paid is {:?}", found.state);
    ensure!(found.reference.as_deref() == Some(REFERENCE), "the reference is lost: {:?}", found.reference);
    ensure!(found.amount == stage.fixture.amount(), "paid {:?}, told {:?}", stage.fixture.amount(), found.amount);
    let unknown = bench.seen(ability.payment(&bench.ctx("payment"), UNKNOWN).await);
    fails("a payment that is not there", unknown, &[ErrorKind::NotFound])?;
    let listed = |page: &[RemotePayment]| page.iter().any(|payment| payment.id == id);
    let mut cursor = None;
    let mut seen = false;
    for _ in 0..20 {
        let part = ability.changed_since(&bench.ctx("changed"), before, cursor.as_deref()).await;
        let part = answer("changed_since", bench.seen(part))?;
        seen |= listed(&part.items);
        cursor = part.next;
        if cursor.is_none() {
            break;
        }
    }
    ensure!(seen, "a payment whose callback was lost is not among those that changed");
    let later = ability.changed_since(&bench.ctx("changed"), Utc::now() + TimeDelta::hours(1), None).await;
    ensure!(!listed(&answer("changed_since", later)?.items), "it changed before the time asked for");
    Ok(())
}

pub(super) async fn down<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.payments() else { return Ok(()) };
    let bench = stage.bench().await;
    let id = paid(stage, &bench).await?;
    bench.vendor.unavailable().await;
    let result = bench.seen(ability.payment(&bench.ctx("payment"), &id).await);
    fails("payment, out of service", result, &[ErrorKind::Temporary])?;
    bench.vendor.go_down().await;
    let result = bench.seen(ability.payment(&bench.ctx("payment"), &id).await);
    fails("payment, down", result, &[ErrorKind::Temporary, ErrorKind::Unknown])
}

pub(super) async fn callbacks<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.callbacks() else { return Ok(()) };
    let bench = stage.bench().await;
    let id = paid(stage, &bench).await?;
    let genuine = bench.vendor.callback(&id).await.ok_or_else(|| "the double cannot play a callback".to_owned())?;
    let before = bench.vendor.requests().await;
    let ctx = bench.ctx("verify");
    let hints = answer("verify", bench.seen(ability.verify(&ctx, &genuine)))?;
    ensure!(hints.contains(&Hint::Payment(id.clone())), "a callback about {id} is about {hints:?}");
    let mut altered = genuine.clone();
    altered.body.push(b' ');
    let unsigned = Callback { headers: vec![], query: String::new(), body: genuine.body.clone() };
    let mut guessed = genuine.clone();
    for (_, value) in &mut guessed.headers {
        value.push('0');
    }
    guessed.query.push('0');
    for (what, forged) in [("altered", altered), ("unsigned", unsigned), ("wrongly signed", guessed)] {
        fails(
            &format!("a callback that is {what}"),
            bench.seen(ability.verify(&ctx, &forged)),
            &[ErrorKind::Declined],
        )?;
    }
    let late = bench.late("verify", std::time::Duration::from_secs(2 * 24 * 3600));
    fails("a callback of two days ago", bench.seen(ability.verify(&late, &genuine)), &[ErrorKind::Declined])?;
    ensure!(bench.vendor.requests().await == before, "to verify a callback the gateway was asked");
    Ok(())
}

pub(super) async fn returns<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.returns() else { return Ok(()) };
    let bench = stage.bench().await;
    for query in ["", "nonsense", "id=no-such-thing&token=%00&%ff=%"] {
        let taken = bench.vendor.taken().await;
        let result = bench.seen(ability.returned(&bench.ctx("returned"), query).await);
        let quiet = result.is_ok()
            || fails(query, result, &[ErrorKind::Declined, ErrorKind::Invalid, ErrorKind::NotFound]).is_ok();
        ensure!(quiet, "the browser brings {query:?} and the plugin stumbles");
        ensure!(bench.vendor.taken().await == taken, "{query:?} made a payment");
    }
    Ok(())
}

pub(super) async fn customers<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.customers() else { return Ok(()) };
    let bench = stage.bench().await;
    let ctx = bench.ctx("customer");
    let first = done("put", bench.seen(ability.put(&ctx, &stage.payer(None)).await))?;
    let again = done("the same put again", ability.put(&ctx, &stage.payer(None)).await)?;
    ensure!(first == again, "the same key made two customers: {first} and {again}");
    let updated = done("update", ability.put(&bench.ctx("update"), &stage.payer(Some(&first))).await)?;
    ensure!(updated == first, "the update of {first} made {updated}");
    for what in ["remove", "remove again"] {
        done(what, bench.seen(ability.remove(&bench.ctx(what), &first).await))?;
    }
    Ok(())
}

pub(super) async fn stored_methods<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.stored_methods() else { return Ok(()) };
    let bench = stage.bench().await;
    let (customer, method) = super::money::stored(stage, &bench).await?;
    let back = "https://host.example/ways-to-pay/added";
    let payer = stage.payer(Some(&customer));
    let setup = answer("setup_page", bench.seen(ability.setup_page(&bench.ctx("setup"), &payer, back).await))?;
    page(stage, &setup)?;
    let known = answer("methods", bench.seen(ability.methods(&bench.ctx("methods"), &customer).await))?;
    let found = known.iter().find(|known| known.id == method);
    ensure!(found.is_some_and(|m| !m.label.trim().is_empty()), "{method} is not among {known:?}, or has no label");
    for what in ["forget", "forget again"] {
        done(what, bench.seen(ability.forget(&bench.ctx(what), &customer, &method).await))?;
    }
    let known = answer("methods", ability.methods(&bench.ctx("methods"), &customer).await)?;
    ensure!(known.iter().all(|known| known.id != method), "{method} was forgotten and is still there");
    Ok(())
}

pub(super) async fn subscriptions<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.subscriptions() else { return Ok(()) };
    let bench = stage.bench().await;
    let id = bench.vendor.subscribe().await.ok_or_else(|| "the double cannot play a subscription".to_owned())?;
    for what in ["cancel", "cancel again"] {
        done(what, bench.seen(ability.cancel(&bench.ctx(what), &id).await))?;
    }
    Ok(())
}

pub(super) async fn connection<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    crate::connection::check(stage.gateway.connection_test(), &stage.plugin.manifest, &bench).await
}
