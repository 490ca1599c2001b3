//! What a domain has besides: extra fields, transfers that are followed, records, actions, the list of the account.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bench;

use bench::{Bench, domain, registration};
use innkeeper_plugin_api::dns::{DnsRecord, RecordType};
use innkeeper_plugin_api::registrar::{Purpose, TransferState};
use innkeeper_plugin_api::{
    ErrorKind, FieldKind, Outcome, Registration, RemoteDomainState, Secret, Transfer, ZoneChange, view,
};
use innkeeper_simulators::dondominio::{Options, Pace, fixtures::AUTHCODE};
use serde_json::json;
use std::collections::BTreeMap;

/// The extensions with extra fields that the simulator offers.
const ASKING: &[&str] = &[
    "abogado",
    "aero",
    "airforce",
    "army",
    "attorney",
    "barcelona",
    "cat",
    "dentist",
    "ee",
    "eus",
    "fi",
    "fr",
    "gal",
    "hk",
    "jobs",
    "law",
    "lawyer",
    "ltda",
    "madrid",
    "moscow",
    "my",
    "navy",
    "pl",
    "pm",
    "pro",
    "quebec",
    "radio",
    "re",
    "ru",
    "scot",
    "tf",
    "travel",
    "vn",
    "wf",
    "xxx",
    "yt",
];

fn answered(bench: &Bench, tld: &str) -> BTreeMap<String, String> {
    let answer = |kind: &FieldKind| match kind {
        FieldKind::Date => "1980-01-31",
        FieldKind::Email => "ada@example.com",
        FieldKind::Web => "https://ada.example/",
        FieldKind::Checkbox => "1",
        FieldKind::Number { .. } => "2001",
        FieldKind::Choice(_) => "membership",
        _ => "AB-12",
    };
    let fields = bench.plugin.attributes(tld, Purpose::Registration);
    fields.iter().map(|field| (field.key.clone(), answer(&field.kind).to_owned())).collect()
}

#[tokio::test]
async fn what_an_extension_asks_is_what_the_vendor_gets() {
    let bench = Bench::new().await;
    bench.sim.set_balance(10_000_000);
    for tld in ASKING {
        let name = format!("mine.{tld}");
        let extra = answered(&bench, tld);
        assert!(!extra.is_empty(), "{tld}");
        let order = Registration { extra: extra.clone(), ..registration(&name) };
        bench.plugin.register(&bench.ctx(), &order).await.unwrap();
        let known = bench.sim.domains().into_iter().find(|domain| domain.name == name).unwrap();
        let expected: BTreeMap<String, String> =
            extra.into_iter().map(|(key, value)| (key, if value == "1" { "true".to_owned() } else { value })).collect();
        assert_eq!(known.extras, expected, "{tld}");
    }
}

#[tokio::test]
async fn what_is_missing_is_refused_before_anything_is_sent() {
    let bench = Bench::new().await;
    for tld in ASKING {
        let fields = bench.plugin.attributes(tld, Purpose::Registration);
        for field in fields.iter().filter(|field| field.required) {
            let mut extra = answered(&bench, tld);
            extra.remove(&field.key);
            let order = Registration { extra, ..registration(&format!("mine.{tld}")) };
            let refused = bench.plugin.register(&bench.ctx(), &order).await.unwrap_err();
            assert_eq!(refused.kind, ErrorKind::Invalid, "{tld} {}", field.key);
            assert!(refused.public.unwrap().contains(&field.label), "{tld} {}", field.key);
        }
    }
    assert_eq!(bench.sim.requests(), 0);
}

#[tokio::test]
async fn the_vendor_renews_nothing_that_nobody_asked_it_to() {
    let bench = Bench::new().await;
    bench.registered("mine.com").await;
    assert_eq!(bench.info("mine.com").await.auto_renew, Some(false));
    let order = Registration { auto_renew: true, privacy: true, ..registration("other.com") };
    bench.plugin.register(&bench.ctx(), &order).await.unwrap();
    let other = bench.info("other.com").await;
    assert_eq!((other.auto_renew, other.privacy), (Some(true), Some(true)));
}

#[tokio::test]
async fn a_transfer_is_followed_and_started_anew() {
    let bench = Bench::with(Options { pace: Pace::Tick, ..Options::default() }, json!({})).await;
    let follow = bench.plugin.transfer_progress().unwrap();
    let state = async |name: &str| follow.step(&bench.ctx(), &domain(name)).await.unwrap().state;
    assert_eq!(follow.step(&bench.ctx(), &domain("taken-a.com")).await.unwrap_err().kind, ErrorKind::NotFound);

    bench.transfer("taken-a.com", Some(AUTHCODE)).await.unwrap();
    assert_eq!(state("taken-a.com").await, TransferState::WaitsForOwner);
    let before = bench.sim.effects("taken-a.com").transfers;
    follow.restart(&bench.ctx(), &domain("taken-a.com"), None).await.unwrap();
    assert_eq!(bench.sim.effects("taken-a.com").transfers, before, "it is under way");
    let wrong = Secret::new("guess".into());
    let refused = follow.restart(&bench.ctx(), &domain("taken-a.com"), Some(&wrong)).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Invalid);
    bench.sim.tick(0);
    assert_eq!(state("taken-a.com").await, TransferState::WaitsForRegistrar);
    bench.sim.tick(0);
    assert_eq!(state("taken-a.com").await, TransferState::Done);

    bench.transfer("transfer-cancel-a.com", Some(AUTHCODE)).await.unwrap();
    bench.sim.tick(0);
    bench.sim.tick(0);
    assert_eq!(state("transfer-cancel-a.com").await, TransferState::Failed);
    let code = Secret::new(AUTHCODE.into());
    follow.restart(&bench.ctx(), &domain("transfer-cancel-a.com"), Some(&code)).await.unwrap();
    assert_eq!(state("transfer-cancel-a.com").await, TransferState::WaitsForOwner);
    let transfer = Transfer { registration: registration("mine.com"), auth_code: None };
    assert!(bench.plugin.transfer(&bench.ctx(), &transfer).await.is_err());
}

#[tokio::test]
async fn records_keep_their_ttl_and_priority_and_need_a_service() {
    let bench = Bench::new().await;
    bench.registered("mine.com").await;
    bench.registered("nodns-mine.com").await;
    let zone = bench.plugin.zone().unwrap();
    let record = |name: &str, kind, content: &str, ttl, priority| DnsRecord {
        name: name.into(),
        kind,
        content: content.into(),
        ttl,
        priority,
    };
    let add = vec![
        record("@", RecordType::Mx, "mail.example.net", 300, Some(20)),
        record("_sip._tcp", RecordType::Srv, "5 443 sip.example.net", 3600, Some(0)),
        record("*", RecordType::Aaaa, "2001:db8::7", 86_400, None),
        record("@", RecordType::Txt, "v=spf1 -all", 3600, None),
    ];
    let change = ZoneChange { add: add.clone(), remove: vec![] };
    zone.change_zone(&bench.ctx(), &domain("mine.com"), &change).await.unwrap();
    let found = zone.zone(&bench.ctx(), &domain("mine.com")).await.unwrap();
    assert_eq!((found.records, found.others), (add, 0));
    let none = zone.zone(&bench.ctx(), &domain("nodns-mine.com")).await.unwrap_err();
    assert_eq!(none.kind, ErrorKind::Unsupported);
    assert!(none.public.unwrap().contains("no DNS service"));
}

#[tokio::test]
async fn the_owners_mail_is_sent_again_while_it_is_not_answered() {
    let bench = Bench::new().await;
    let actions = bench.plugin.actions().unwrap();
    let keys = async |name: &str| actions.available(&bench.ctx(), &domain(name)).await.unwrap();
    bench.registered("unverified-mine.com").await;
    assert_eq!(keys("unverified-mine.com").await, ["verify", "history"]);
    let name = domain("unverified-mine.com");
    let Outcome::Done(report) = actions.run(&bench.ctx(), &name, "verify", &BTreeMap::new()).await.unwrap() else {
        panic!("pending")
    };
    assert_eq!(report.message, "The mail was sent to the owner again.");
    assert_eq!(keys("unverified-mine.com").await, ["history"]);
    let Outcome::Done(report) = actions.run(&bench.ctx(), &name, "history", &BTreeMap::new()).await.unwrap() else {
        panic!("pending")
    };
    assert!(
        report.data.iter().any(|(_, value)| matches!(value, view::Value::Text(text) if text.contains("verification")))
    );
    assert!(keys("nobodys.com").await.is_empty());
    let unknown = actions.run(&bench.ctx(), &name, "explode", &BTreeMap::new()).await.unwrap_err();
    assert_eq!(unknown.kind, ErrorKind::Unsupported);
}

#[tokio::test]
async fn the_account_is_listed_in_parts_with_what_each_domain_is() {
    let bench = Bench::new().await;
    bench.sim.set_balance(100_000_000);
    for n in 0..7 {
        bench.registered(&format!("mine-{n}.com.es")).await;
    }
    let list = bench.plugin.inventory().unwrap();
    let page = list.domains(&bench.ctx(), None).await.unwrap();
    assert_eq!((page.items.len(), page.next), (7, None));
    let first = &page.items[0];
    assert_eq!((first.name.tld(), first.state.clone()), ("com.es", RemoteDomainState::Active));
    assert_eq!(Some(first.remote_id.as_str()), bench.info(first.name.as_str()).await.remote_id.as_deref());
    assert!(list.domains(&bench.ctx(), Some("x")).await.is_err());
    // Past its expiry, and past what can be renewed.
    bench.sim.tick(366);
    let state = |days: u32| {
        bench.sim.tick(days);
        let bench = &bench;
        async move { list.domains(&bench.ctx(), None).await.unwrap().items.first().map(|d| d.state.clone()) }
    };
    assert_eq!(state(0).await, Some(RemoteDomainState::Expired));
    assert_eq!(state(45).await, Some(RemoteDomainState::Redemption));
    assert_eq!(state(17).await, Some(RemoteDomainState::PendingDelete));
}

#[tokio::test]
async fn names_are_suggested_below_the_extensions_that_are_wanted() {
    let bench = Bench::new().await;
    bench.registered("harbour.com").await;
    let suggest = bench.plugin.suggest().unwrap();
    let names = async |tlds: &[&str]| {
        let tlds: Vec<String> = tlds.iter().map(|tld| (*tld).to_owned()).collect();
        let found = suggest.suggest(&bench.ctx(), "Harbour", &tlds, 10).await.unwrap();
        found.into_iter().map(|one| one.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        names(&["com", "net"]).await,
        ["harbour.net", "harbouronline.com", "harbouronline.net", "myharbour.com", "myharbour.net"]
    );
    assert_eq!(names(&["cat"]).await, Vec::<String>::new(), "of which it suggests none");
    assert_eq!(suggest.suggest(&bench.ctx(), "?!", &[], 10).await.unwrap(), []);
}
