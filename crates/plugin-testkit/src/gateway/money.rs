//! Charges and refunds: once for each key, whatever becomes of the answer.

use innkeeper_plugin_api::{
    Charge, ErrorKind, Outcome, PaymentState, Protection, Refund,
    domain::Money,
    gateway::{Refunds, StoredMethods},
};

use super::{
    GatewayFixture, GatewayVendor, REFERENCE, Stage,
    abilities::{paid, told},
};
use crate::{
    bench::Bench,
    expect::{Checked, answer, done, ensure, fails},
    vendor::Vendor,
};

/// A customer and a way to pay that it has stored.
pub(super) async fn stored<F: GatewayFixture>(
    stage: &Stage<'_, F>,
    bench: &Bench<F::Vendor>,
) -> Checked<(String, String)> {
    let customers = stage.gateway.customers().ok_or_else(|| "it keeps no customers".to_owned())?;
    let customer = done("put", customers.put(&bench.ctx("customer"), &stage.payer(None)).await)?;
    let method = bench.vendor.store_method(&customer).await;
    Ok((customer, method.ok_or_else(|| "the double cannot play a stored way to pay".to_owned())?))
}

async fn charge<F: GatewayFixture>(stage: &Stage<'_, F>, bench: &Bench<F::Vendor>) -> Checked<Charge> {
    let (customer, method) = stored(stage, bench).await?;
    Ok(Charge { request: stage.request(Some(&customer)), method })
}

async fn one_payment<V: GatewayVendor>(bench: &Bench<V>, what: &str) -> Checked {
    let taken = bench.vendor.taken().await;
    ensure!(taken == 1, "{what} took {taken} payments");
    Ok(())
}

pub(super) async fn charge_twice<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.stored_methods() else { return Ok(()) };
    let bench = stage.bench().await;
    let charge = charge(stage, &bench).await?;
    let ctx = bench.ctx("charge");
    let none = ability.charged(&ctx, &charge).await;
    let none = matches!(&none, Ok(None)) || matches!(&none, Err(e) if e.kind == ErrorKind::Unsupported);
    ensure!(none, "nothing was charged, and the gateway does not say so");
    let first = answer("charge", bench.seen(ability.charge(&ctx, &charge).await))?;
    ensure!(first.reference.as_deref() == Some(REFERENCE), "the reference is lost: {:?}", first.reference);
    ensure!(first.amount == charge.request.amount, "charged {:?}", first.amount);
    ensure!(matches!(first.state, PaymentState::Paid | PaymentState::Pending), "charged: {:?}", first.state);
    let second = answer("the same charge again", bench.seen(ability.charge(&ctx, &charge).await))?;
    ensure!(first.id == second.id, "the same key made {} and {}", first.id, second.id);
    one_payment(&bench, "the same charge twice").await?;
    if let Some(found) = told(stage, &bench, &first.id).await? {
        ensure!(found.amount == first.amount, "charged {:?}, told {:?}", first.amount, found.amount);
    }
    Ok(())
}

pub(super) async fn lost_charge<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.stored_methods() else { return Ok(()) };
    let bench = stage.bench().await;
    let charge = charge(stage, &bench).await?;
    let ctx = bench.ctx("charge");
    bench.vendor.lose_next_answer().await;
    fails("charge whose answer is lost", bench.seen(ability.charge(&ctx, &charge).await), &[ErrorKind::Unknown])?;
    found_charge(ability, &bench, &charge).await?;
    if ability.protection() != Protection::LookupOnly {
        answer("charge repeated", bench.seen(ability.charge(&ctx, &charge).await))?;
    }
    one_payment(&bench, "a charge whose answer was lost, and its repetition").await
}

async fn found_charge<V: GatewayVendor>(ability: &dyn StoredMethods, bench: &Bench<V>, charge: &Charge) -> Checked {
    match bench.seen(ability.charged(&bench.ctx("charge"), charge).await) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err("a charge whose answer was lost is not there when asked for".to_owned()),
        Err(e) if e.kind == ErrorKind::Unsupported && ability.protection() == Protection::ProviderKey => Ok(()),
        Err(e) => Err(format!("charged: {:?} ({e})", e.kind)),
    }
}

fn half(amount: Money) -> Money {
    Money::new(amount.minor() / 2, amount.currency())
}

pub(super) async fn refund_twice<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.refunds() else { return Ok(()) };
    let bench = stage.bench().await;
    let payment = paid(stage, &bench).await?;
    let refund = Refund { payment: payment.clone(), amount: half(stage.fixture.amount()), pending: None };
    let ctx = bench.ctx("refund");
    let first = bench.seen(ability.refund(&ctx, &refund).await);
    let first = crate::expect::accepted("refund", first)?;
    let second = crate::expect::accepted("the same refund again", bench.seen(ability.refund(&ctx, &refund).await))?;
    ensure!(first == second, "the same key made {first:?} and {second:?}");
    one_refund(&bench, "the same refund twice").await?;
    if let Some(found) = told(stage, &bench, &payment).await?
        && first.is_some()
    {
        ensure!(found.refunded == refund.amount, "gave back {:?}, told {:?}", refund.amount, found.refunded);
    }
    Ok(())
}

async fn one_refund<V: GatewayVendor>(bench: &Bench<V>, what: &str) -> Checked {
    let refunded = bench.vendor.refunded().await;
    ensure!(refunded == 1, "{what} made {refunded} refunds");
    Ok(())
}

pub(super) async fn lost_refund<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.refunds() else { return Ok(()) };
    let bench = stage.bench().await;
    let refund = Refund { payment: paid(stage, &bench).await?, amount: half(stage.fixture.amount()), pending: None };
    let ctx = bench.ctx("refund");
    bench.vendor.lose_next_answer().await;
    fails("refund whose answer is lost", bench.seen(ability.refund(&ctx, &refund).await), &[ErrorKind::Unknown])?;
    found_refund(ability, &bench, &refund).await?;
    if ability.protection() != Protection::LookupOnly {
        crate::expect::accepted("refund repeated", bench.seen(ability.refund(&ctx, &refund).await))?;
    }
    one_refund(&bench, "a refund whose answer was lost, and its repetition").await
}

async fn found_refund<V: GatewayVendor>(ability: &dyn Refunds, bench: &Bench<V>, refund: &Refund) -> Checked {
    match bench.seen(ability.refunded(&bench.ctx("refund"), refund).await) {
        Ok(Some(Outcome::Done(_) | Outcome::Pending { .. })) => Ok(()),
        Ok(other) => Err(format!("a refund whose answer was lost is {other:?} when asked for")),
        Err(e) if e.kind == ErrorKind::Unsupported && ability.protection() == Protection::ProviderKey => Ok(()),
        Err(e) => Err(format!("refunded: {:?} ({e})", e.kind)),
    }
}

pub(super) async fn refund_too_much<F: GatewayFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(ability) = stage.gateway.refunds() else { return Ok(()) };
    let bench = stage.bench().await;
    let amount = stage.fixture.amount();
    let more = Money::new(amount.minor().saturating_add(1), amount.currency());
    let refund = Refund { payment: paid(stage, &bench).await?, amount: more, pending: None };
    let result = bench.seen(ability.refund(&bench.ctx("refund"), &refund).await);
    fails("more than was paid", result, &[ErrorKind::Declined, ErrorKind::Invalid])?;
    ensure!(bench.vendor.refunded().await == 0, "more than was paid was given back");
    Ok(())
}
