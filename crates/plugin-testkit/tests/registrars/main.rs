//! The kit for registrars passes a sound registrar and catches flawed ones.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod fixture;
mod paper;
mod world;

use fixture::Fixture;
use innkeeper_plugin_testkit::conformance;
use paper::Flaw;

#[tokio::test]
async fn a_sound_registrar_passes() {
    let report = conformance::registrar(&Fixture::with(None)).await;
    report.assert_clean();
    assert!(report.checks().len() >= 20);
}

async fn caught(flaw: Flaw, check: &str) {
    let report = conformance::registrar(&Fixture::with(Some(flaw))).await;
    let failures = report.failures();
    assert!(failures.iter().any(|(failed, _)| *failed == check), "{check} did not fail, but {failures:?}");
}

#[tokio::test]
async fn renewing_without_looking_at_the_expiry_is_caught() {
    caught(Flaw::RenewsBlindly, "the same renewal twice is one effect").await;
    caught(Flaw::RenewsBlindly, "a lost renewal is settled by info").await;
}

#[tokio::test]
async fn calling_a_lost_answer_declined_is_caught() {
    caught(Flaw::UnknownIsDeclined, "a lost registration is settled by info").await;
    caught(Flaw::UnknownIsDeclined, "a late registration is settled by info").await;
}

#[tokio::test]
async fn taking_a_failed_connection_for_absence_is_caught() {
    caught(Flaw::DownIsAbsent, "a registrar that is down is Temporary").await;
}

#[tokio::test]
async fn taking_somebody_elses_domain_for_ours_is_caught() {
    caught(Flaw::ClaimsForeign, "a taken name is Declined").await;
}

#[tokio::test]
async fn a_key_in_an_error_is_caught() {
    caught(Flaw::ShowsItsKey, "wrong credentials are Config").await;
}

#[tokio::test]
async fn an_undeclared_ability_is_caught() {
    caught(Flaw::OffersMore, "abilities are those declared").await;
}
