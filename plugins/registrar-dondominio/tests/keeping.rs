//! Renewals, transfers and changes of a domain.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bench;

use bench::{Bench, domain, person};
use chrono::{Months, NaiveDate};
use innkeeper_plugin_api::{Contacts, ErrorKind, Outcome, PluginResult, Registered, RemoteDomainState, Renewal};
use innkeeper_simulators::dondominio::fixtures::AUTHCODE;
use serde_json::json;

async fn renew(bench: &Bench, name: &str, from: NaiveDate) -> PluginResult<Registered> {
    let renewal = Renewal { domain: domain(name), years: 1, current_expiry: from };
    bench.plugin.renew(&bench.ctx(), &renewal).await
}

#[tokio::test]
async fn a_renewal_from_another_expiry_is_refused() {
    let bench = Bench::new().await;
    let expires = bench.registered("mine.com").await.expires_on.unwrap();
    let refused = renew(&bench, "mine.com", expires.pred_opt().unwrap()).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Declined);
    assert!(refused.detail.contains(&expires.to_string()), "{}", refused.detail);
    assert_eq!(bench.sim.effects("mine.com").renews, 0);
    let Outcome::Done(renewed) = renew(&bench, "mine.com", expires).await.unwrap() else { panic!("pending") };
    assert_eq!(renewed.expires_on, expires.checked_add_months(Months::new(12)));
}

#[tokio::test]
async fn what_the_registrar_renewed_by_itself_is_not_paid_twice() {
    let bench = Bench::new().await;
    let expires = bench.registered("mine.com").await.expires_on.unwrap();
    let by_itself = bench.plugin.auto_renew().unwrap();
    by_itself.set_auto_renew(&bench.ctx(), &domain("mine.com"), true).await.unwrap();
    bench.sim.tick(366);
    assert_eq!(bench.sim.effects("mine.com").autorenews, 1);
    let renewed = renew(&bench, "mine.com", expires).await.unwrap();
    assert!(matches!(renewed, Outcome::Done(Registered { expires_on: Some(day), .. }) if day > expires));
    assert_eq!(bench.sim.effects("mine.com").renews, 0);
}

#[tokio::test]
async fn a_blocked_renewal_is_declined() {
    let bench = Bench::new().await;
    let expires = bench.registered("err-2102.com").await.expires_on.unwrap();
    let refused = renew(&bench, "err-2102.com", expires).await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_deref()), (ErrorKind::Declined, Some("2102")));
}

#[tokio::test]
async fn a_transfer_says_what_is_wrong_with_it() {
    let bench = Bench::new().await;
    for (name, code, kind) in [
        ("taken-a.com", None, ErrorKind::Invalid),
        ("taken-a.com", Some("guess"), ErrorKind::Invalid),
        ("locked-a.com", Some(AUTHCODE), ErrorKind::Declined),
        ("nobodys.com", Some(AUTHCODE), ErrorKind::Declined),
        ("a.zzz", Some(AUTHCODE), ErrorKind::Unsupported),
    ] {
        let refused = bench.transfer(name, code).await.unwrap_err();
        assert_eq!(refused.kind, kind, "{name} {code:?}: {refused}");
        assert!(refused.public.is_some(), "{name} {code:?}");
    }
    assert_eq!(bench.sim.domains(), []);
    // The Spanish registry asks for no code.
    bench.transfer("taken-a.es", None).await.unwrap();
}

/// Two attempts of one effect that run at the same time, as when a stalled worker wakes up after its lease.
#[tokio::test]
async fn two_attempts_at_once_are_one_effect() {
    let bench = Bench::new().await;
    let (a, b) = tokio::join!(bench.register("mine.com"), bench.register("mine.com"));
    assert_eq!(a.unwrap(), b.unwrap());
    assert_eq!(bench.sim.effects("mine.com").creates, 1);

    let expires = bench.info("mine.com").await.expires_on.unwrap();
    let (a, b) = tokio::join!(renew(&bench, "mine.com", expires), renew(&bench, "mine.com", expires));
    assert_eq!(a.unwrap(), b.unwrap());
    assert_eq!(bench.sim.effects("mine.com").renews, 1);

    let (a, b) =
        tokio::join!(bench.transfer("taken-a.com", Some(AUTHCODE)), bench.transfer("taken-a.com", Some(AUTHCODE)));
    assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
    assert_eq!(bench.sim.effects("taken-a.com").transfers, 1);
}

#[tokio::test]
async fn a_transfer_keeps_the_name_servers_and_is_pending_for_a_while() {
    let bench = Bench::new().await;
    let started = bench.transfer("taken-a.com", Some(AUTHCODE)).await.unwrap();
    assert!(matches!(started, Outcome::Pending { .. }));
    assert_eq!(bench.info("taken-a.com").await.state, RemoteDomainState::Active);
    let hosts = bench.plugin.nameservers(&bench.ctx(), &domain("taken-a.com")).await.unwrap();
    assert_eq!(hosts, ["ns1.elsewhere.test", "ns2.elsewhere.test"]);
}

#[tokio::test]
async fn a_cancelled_transfer_is_failed_and_can_be_started_again() {
    let bench = Bench::new().await;
    let name = "transfer-cancel-a.com";
    bench.transfer(name, Some(AUTHCODE)).await.unwrap();
    let state = bench.info(name).await.state;
    assert!(matches!(state, RemoteDomainState::Failed(_)), "{state:?}");
    let again = bench.transfer(name, Some(AUTHCODE)).await.unwrap();
    assert!(matches!(again, Outcome::Pending { .. }));
    assert_eq!(bench.sim.journal().done_to("domain/transferrestart", name), 1);
}

#[tokio::test]
async fn only_the_contacts_that_differ_are_replaced() {
    let bench = Bench::new().await;
    bench.registered("mine.com").await;
    let mut contacts = bench.plugin.contacts(&bench.ctx(), &domain("mine.com")).await.unwrap();
    let set = |contacts: Contacts| {
        let bench = &bench;
        async move { bench.plugin.set_contacts(&bench.ctx(), &domain("mine.com"), &contacts).await }
    };
    set(contacts.clone()).await.unwrap();
    assert_eq!(bench.sim.journal().done("domain/updatecontacts"), 0);
    contacts.tech.as_mut().unwrap().first_name = "Tom".into();
    set(contacts.clone()).await.unwrap();
    let roles = bench.sim.domains()[0].contacts.clone();
    assert_eq!((roles.owner.as_str(), roles.tech.as_str()), ("SIM-100001", "SIM-100002"));
    // A role that is left out falls back to the owner.
    set(Contacts { tech: None, ..contacts }).await.unwrap();
    assert_eq!(bench.sim.domains()[0].contacts.tech, "SIM-100001");
}

#[tokio::test]
async fn an_overridden_contact_is_the_hosts() {
    let mut bench = Bench::new().await;
    bench.registered("mine.com").await;
    bench.set("owner_contact", json!("SIM-100001"));
    let mut wanted = Contacts { owner: person(), ..Contacts::default() };
    let set = async |bench: &Bench, wanted: &Contacts| {
        bench.plugin.set_contacts(&bench.ctx(), &domain("mine.com"), wanted).await
    };
    set(&bench, &wanted).await.unwrap();
    wanted.owner.email = "new@example.com".into();
    let refused = set(&bench, &wanted).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Declined);
    assert!(refused.public.unwrap().contains("owner"));
    bench.set("allow_owner_edit", json!(true));
    set(&bench, &wanted).await.unwrap();
    let found = bench.plugin.contacts(&bench.ctx(), &domain("mine.com")).await.unwrap();
    assert_eq!(found.owner.email, "new@example.com");
}

#[tokio::test]
async fn spanish_domains_keep_their_owner_and_have_no_lock() {
    let bench = Bench::new().await;
    bench.registered("mia.es").await;
    assert_eq!(bench.info("mia.es").await.locked, None);
    let lock = bench.plugin.transfer_lock().unwrap();
    let refused = lock.set_lock(&bench.ctx(), &domain("mia.es"), true).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Unsupported);
    let mut wanted = Contacts { owner: person(), ..Contacts::default() };
    wanted.owner.email = "new@example.com".into();
    let refused = bench.plugin.set_contacts(&bench.ctx(), &domain("mia.es"), &wanted).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Declined);
    assert_eq!(bench.sim.journal().done("domain/updatecontacts"), 0);
}

#[tokio::test]
async fn name_servers_are_two_to_seven_or_the_registrars_own() {
    let bench = Bench::new().await;
    bench.registered("mine.com").await;
    let hosts: Vec<String> = (0..8).map(|number| format!("ns{number}.host.example")).collect();
    for bad in [&hosts[..1], &hosts[..]] {
        let refused = bench.plugin.set_nameservers(&bench.ctx(), &domain("mine.com"), bad).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Invalid);
    }
    bench.plugin.set_nameservers(&bench.ctx(), &domain("mine.com"), &hosts[..7]).await.unwrap();
    assert_eq!(bench.sim.domains()[0].nameservers, hosts[..7]);
    bench.plugin.set_nameservers(&bench.ctx(), &domain("mine.com"), &[]).await.unwrap();
    assert!(bench.sim.domains()[0].default_ns);
    bench.registered("err-2202.com").await;
    let blocked = bench.plugin.set_nameservers(&bench.ctx(), &domain("err-2202.com"), &[]).await.unwrap_err();
    assert_eq!((blocked.kind, blocked.code.as_deref()), (ErrorKind::Declined, Some("2202")));
}

#[tokio::test]
async fn the_price_list_tells_what_is_offered() {
    let bench = Bench::new().await;
    let prices = bench.plugin.price_list().unwrap().prices(&bench.ctx(), &[]).await.unwrap();
    let of = |tld: &str| prices.iter().find(|price| price.tld == tld).unwrap();
    assert_eq!(of("com").register.unwrap().to_decimal(), "12.04");
    assert_eq!(of("ru").transfer, None);
    assert_eq!(of("de").years, [1]);
    assert_eq!(of("com.es").years.len(), 10);
}
