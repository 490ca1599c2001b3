//! Registrations: what they come to, and what each refusal says.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bench;

use bench::{Bench, person, registration};
use innkeeper_plugin_api::{ErrorKind, Outcome, RemoteDomainState};
use innkeeper_simulators::dondominio::{Options, Pace};
use serde_json::json;

#[tokio::test]
async fn comes_with_everything_that_was_ordered() {
    let bench = Bench::new().await;
    let mut order = registration("new.com");
    order.years = 2;
    order.privacy = true;
    order.nameservers = vec!["NS1.host.example.".into(), "ns2.host.example".into()];
    let Outcome::Done(made) = bench.plugin.register(&bench.ctx(), &order).await.unwrap() else {
        panic!("pending");
    };
    let info = bench.info("new.com").await;
    assert_eq!((info.remote_id, info.expires_on), (Some(made.remote_id), made.expires_on));
    assert_eq!(info.privacy, Some(true));
    let days = (made.expires_on.unwrap() - info.registered_on.unwrap()).num_days();
    assert!((730..=731).contains(&days), "{days} days");
    let hosts = bench.plugin.nameservers(&bench.ctx(), &order.domain).await.unwrap();
    assert_eq!(hosts, ["ns1.host.example", "ns2.host.example"]);
}

#[tokio::test]
async fn waits_for_a_slow_registry() {
    let bench = Bench::with(Options { pace: Pace::Tick, ..Options::default() }, json!({})).await;
    for _ in 0..2 {
        let Outcome::Pending { reference, .. } = bench.register("slow.com").await.unwrap() else {
            panic!("done already");
        };
        assert_eq!(reference, bench.sim.domains()[0].id.to_string());
    }
    assert_eq!(bench.info("slow.com").await.state, RemoteDomainState::Pending);
    bench.sim.tick(0);
    bench.registered("slow.com").await;
    assert_eq!(bench.sim.effects("slow.com").creates, 1);
}

#[tokio::test]
async fn may_be_ordered_again_after_the_registry_cancelled_it() {
    let bench = Bench::new().await;
    let balance = bench.sim.balance();
    assert!(matches!(bench.register("register-cancel-a.com").await, Ok(Outcome::Pending { .. })));
    let state = bench.info("register-cancel-a.com").await.state;
    assert!(matches!(state, RemoteDomainState::Failed(_)), "{state:?}");
    assert_eq!(bench.sim.balance(), balance);
    assert!(matches!(bench.register("register-cancel-a.com").await, Ok(Outcome::Pending { .. })));
    assert_eq!(bench.sim.effects("register-cancel-a.com").creates, 2);
}

#[tokio::test]
async fn refuses_premium_names_unless_the_host_wants_them() {
    let mut bench = Bench::new().await;
    let refused = bench.register("premium-a.com").await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Declined);
    assert!(refused.public.unwrap().contains("premium"));
    assert_eq!(bench.sim.effects("premium-a.com").creates, 0);
    bench.set("register_premium", json!(true));
    bench.registered("premium-a.com").await;
}

#[tokio::test]
async fn keeps_the_empty_account_between_us() {
    let bench = Bench::with(Options { balance: 100, ..Options::default() }, json!({})).await;
    let refused = bench.register("new.com").await.unwrap_err();
    assert_eq!((refused.kind, refused.public), (ErrorKind::Config, None));
    assert_eq!(refused.code.as_deref(), Some("1100"));
    assert!(refused.detail.contains("balance"), "{}", refused.detail);
    let news = bench.plugin.test_connection(&bench.ctx()).await.unwrap();
    assert!(news.contains("1.00 EUR, which is low"), "{news}");
}

#[tokio::test]
async fn asks_for_the_tax_number_before_anything_is_sent() {
    let bench = Bench::new().await;
    let mut order = registration("new.com");
    order.contacts.owner.id_number.clear();
    let refused = bench.plugin.register(&bench.ctx(), &order).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Invalid);
    assert!(refused.public.unwrap().contains("tax or identity number"));
    assert_eq!(bench.sim.requests(), 0);
}

#[tokio::test]
async fn warns_of_a_wrong_control_letter_and_lets_the_registry_decide() {
    let bench = Bench::new().await;
    let mut order = registration("new.com");
    order.contacts.owner.id_number = "12345678A".into();
    assert!(matches!(bench.plugin.register(&bench.ctx(), &order).await, Ok(Outcome::Done(_))));
    order.domain = bench::domain("bad.com");
    order.contacts.owner = person();
    order.contacts.owner.id_number = "BAD1".into();
    let refused = bench.plugin.register(&bench.ctx(), &order).await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_deref()), (ErrorKind::Invalid, Some("3002")));
}

#[tokio::test]
async fn each_refusal_has_its_kind() {
    let bench = Bench::new().await;
    for (name, kind) in [
        ("taken-a.com", ErrorKind::Declined),
        // Free when asked, gone when ordered.
        ("err-2010.com", ErrorKind::Declined),
        ("err-2009.com", ErrorKind::Declined),
        ("a.zzz", ErrorKind::Unsupported),
        ("a.pt", ErrorKind::Temporary),
        ("err-1010.com", ErrorKind::Temporary),
        ("err-1030.com", ErrorKind::Temporary),
        ("err-1.com", ErrorKind::Unknown),
        ("err-3003.com", ErrorKind::Declined),
        ("a.cat", ErrorKind::Invalid),
    ] {
        let refused = bench.register(name).await.unwrap_err();
        assert_eq!(refused.kind, kind, "{name}: {refused}");
        assert_eq!(bench.sim.effects(name).creates, 0, "{name}");
    }
    assert_eq!(bench.sim.domains(), []);
}

#[tokio::test]
async fn does_not_sell_an_expired_domain_as_new() {
    let bench = Bench::new().await;
    bench.registered("old.com").await;
    // Too poor to be renewed by the registrar itself.
    bench.sim.set_balance(0);
    bench.sim.tick(370);
    assert_eq!(bench.info("old.com").await.state, RemoteDomainState::Expired);
    let refused = bench.register("old.com").await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Declined);
}

#[tokio::test]
async fn takes_the_overrides_of_the_settings() {
    let mut bench = Bench::new().await;
    bench.registered("first.com").await;
    bench.set("owner_contact", json!("SIM-100001"));
    let mut order = registration("second.com");
    order.contacts.owner = Default::default();
    order.contacts.tech = Some(innkeeper_plugin_api::Contact { first_name: "Tom".into(), ..person() });
    bench.plugin.register(&bench.ctx(), &order).await.unwrap();
    let roles = bench.sim.domains()[1].contacts.clone();
    assert_eq!((roles.owner.as_str(), roles.admin.as_str()), ("SIM-100001", "SIM-100001"));
    assert_eq!((roles.tech.as_str(), roles.billing.as_str()), ("SIM-100002", "SIM-100001"));
    bench.set("owner_contact", json!("SIM-999999"));
    let refused = bench.register("third.com").await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_deref()), (ErrorKind::Config, Some("3001")));
}

#[tokio::test]
async fn writes_international_names_as_punycode() {
    let bench = Bench::new().await;
    bench.registered("bücher.com").await;
    assert_eq!(bench.sim.domains()[0].name, "xn--bcher-kva.com");
    assert_eq!(bench.info("bücher.com").await.state, RemoteDomainState::Active);
}

#[tokio::test]
async fn opens_no_more_than_two_connections() {
    let options = Options { max_connections: 2, ..Options::default() };
    let bench = Bench::with(options, json!({})).await;
    bench.sim.chaos().set(innkeeper_simulators::chaos::ChaosSettings { delay_ms: 20, ..Default::default() });
    let ctx = bench.ctx();
    let name = bench::domain("new.com");
    let look = || bench.plugin.info(&ctx, &name);
    let (a, b, c, d) = tokio::join!(look(), look(), look(), look());
    for state in [a, b, c, d].map(|info| info.unwrap().state) {
        assert_eq!(state, RemoteDomainState::Absent);
    }
}

#[tokio::test]
async fn a_busy_account_is_tried_again_later() {
    let bench = Bench::with(Options { max_connections: 0, ..Options::default() }, json!({})).await;
    let refused = bench.register("new.com").await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_deref()), (ErrorKind::Temporary, Some("1006")));
}
