//! What the kit does not ask: what the name server answers, and what is restored.

use innkeeper_plugin_api::{
    Account, AccountChange, AccountState, Customer, DnsRecord, ErrorKind, Http, Implementation, Outcome, PluginCtx,
    RecordType, ServerPlugin, SettingValues, ZoneChange,
    domain::{ClientId, ServiceId},
    server::{PlanChange, ResellerChange},
    view::Value as Shown,
};
use innkeeper_plugin_testkit::MemoryStore;
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::daemon::{API_KEY, Server};

struct Desk {
    server: Server,
    plugin: Arc<dyn ServerPlugin>,
}

impl Desk {
    async fn new() -> Self {
        let Implementation::Server(plugin) = innkeeper_server_powerdns::plugin().implementation else {
            panic!("not a server plugin")
        };
        Self { server: Server::start().await, plugin }
    }

    fn ctx(&self, product: Value) -> PluginCtx {
        let instance = json!({"url": format!("http://{}/", self.server.api), "api_key": API_KEY});
        let settings = SettingValues { plugin: Value::Null, instance, product };
        let http = Http::new(Duration::from_secs(10));
        PluginCtx::new(http, chrono::Utc::now(), "test".to_owned(), settings, Arc::new(MemoryStore::default()))
    }

    async fn create(&self, product: Value, account: &Account) {
        let made = self.plugin.create(&self.ctx(product), account).await.unwrap();
        assert!(matches!(made, Outcome::Done(created) if created.label == account.fields["domain"]));
    }

    async fn change(&self, account: &Account, add: Vec<DnsRecord>, remove: Vec<DnsRecord>) {
        let ability = self.plugin.zone().unwrap();
        let change = ZoneChange { add, remove };
        ability.change_zone(&self.ctx(plain()), account, &change).await.unwrap();
        let records = ability.zone(&self.ctx(plain()), account).await.unwrap().records;
        assert!(change.add.iter().all(|record| records.contains(record)), "{:?} not in {records:?}", change.add);
        assert!(!change.remove.iter().any(|record| records.contains(record)), "{:?} in {records:?}", change.remove);
    }

    async fn sets(&self, domain: &str) -> BTreeSet<String> {
        let zone = self.server.tell("GET", &format!("/zones/{domain}."), "").await;
        let sets = zone["rrsets"].as_array().unwrap().iter().filter(|set| set["type"] != "SOA");
        sets.map(ToString::to_string).collect()
    }
}

fn plain() -> Value {
    json!({"name_servers": "ns1.example.net ns2.example.net"})
}

fn account(domain: &str, service: i64) -> Account {
    Account {
        reference: format!("acme-{service}"),
        service_id: ServiceId(service),
        remote_id: None,
        username: None,
        password: None,
        fields: [("domain".to_owned(), domain.to_owned())].into(),
        addons: [].into(),
        addresses: vec![],
        nameservers: vec![],
        customer: Customer {
            client_id: ClientId(1),
            first_name: "Grace".to_owned(),
            last_name: "Hopper".to_owned(),
            company: String::new(),
            email: "grace@example.com".to_owned(),
            country: "ES".to_owned(),
            remote_user: None,
        },
        parent: None,
        pending: None,
    }
}

fn record(name: &str, kind: RecordType, content: &str, priority: Option<u16>) -> DnsRecord {
    DnsRecord { name: name.into(), kind, content: content.into(), ttl: 300, priority }
}

#[tokio::test]
async fn a_suspended_zone_is_not_served_and_comes_back_as_it_was() {
    let desk = Desk::new().await;
    let (ctx, grace) = (desk.ctx(plain()), account("example.org", 1));
    desk.create(plain(), &grace).await;
    let by_hand = json!({"name": "old.example.org.", "type": "A", "ttl": 60, "changetype": "REPLACE",
        "records": [{"content": "192.0.2.7", "disabled": true}, {"content": "192.0.2.8", "disabled": false}],
        "comments": [{"content": "kept for Ada", "account": "staff", "modified_at": 1_700_000_000}]});
    desk.server.tell("PATCH", "/zones/example.org.", &json!({"rrsets": [by_hand]}).to_string()).await;
    desk.change(&grace, vec![record("www", RecordType::A, "192.0.2.1", None)], vec![]).await;
    assert_eq!(desk.server.resolve("www.example.org").await, (0, 1));
    let before = desk.sets("example.org").await;
    for _ in 0..2 {
        desk.plugin.suspend(&ctx, &grace).await.unwrap();
        assert_eq!(desk.server.resolve("www.example.org").await.0, 5);
    }
    let shown = desk.plugin.zone().unwrap().zone(&ctx, &grace).await.unwrap();
    assert_eq!((shown.records.len(), shown.others), (2, 4));
    let add = ZoneChange { add: vec![record("x", RecordType::A, "192.0.2.9", None)], remove: vec![] };
    let refused = desk.plugin.zone().unwrap().change_zone(&ctx, &grace, &add).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Declined);
    for _ in 0..2 {
        desk.plugin.unsuspend(&ctx, &grace).await.unwrap();
        assert_eq!(desk.server.resolve("www.example.org").await, (0, 1));
    }
    assert_eq!(desk.sets("example.org").await, before);
    assert_eq!(desk.server.resolve("old.example.org").await, (0, 1));
}

#[tokio::test]
async fn every_type_of_record_goes_there_and_back() {
    let desk = Desk::new().await;
    let grace = account("example.org", 1);
    desk.create(plain(), &grace).await;
    let digest = "8e6f1a3a6d6b2c6f0f7a0b9c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40";
    let all = vec![
        record("@", RecordType::A, "192.0.2.1", None),
        record("@", RecordType::Aaaa, "2001:db8::1", None),
        record("@", RecordType::Mx, "mail.example.org", Some(10)),
        record("@", RecordType::Txt, &format!("v=spf1 \"ä\\\" {}", "x".repeat(300)), None),
        record("@", RecordType::Caa, "0 issue \"letsencrypt.org\"", None),
        record("www", RecordType::Cname, "example.org", None),
        record("part", RecordType::Ns, "ns1.example.com", None),
        record("_sip._tcp", RecordType::Srv, "0 5060 sip.example.org", Some(5)),
        record("front", RecordType::Alias, "example.com", None),
        record("_443._tcp", RecordType::Tlsa, &format!("3 1 1 {digest}"), None),
        record("shell", RecordType::Sshfp, &format!("4 2 {digest}"), None),
        record("7", RecordType::Ptr, "host.example.org", None),
        record("*", RecordType::A, "192.0.2.9", None),
    ];
    let kinds: BTreeSet<RecordType> = all.iter().map(|record| record.kind).collect();
    assert_eq!(kinds, desk.plugin.zone().unwrap().record_types().iter().copied().collect());
    desk.change(&grace, all.clone(), vec![]).await;
    // A name of another name may take the place of an address within one change.
    desk.change(&grace, vec![record("*", RecordType::Cname, "example.org", None)], vec![all[12].clone()]).await;
    let status = desk.plugin.status(&desk.ctx(plain()), &grace).await.unwrap();
    let usage = status.usage.unwrap();
    let records = usage.metrics.iter().find(|metric| metric.key == "records").unwrap();
    assert!(records.quantity == 13 && usage.disk_bytes > 0);
}

#[tokio::test]
async fn what_the_server_refuses_is_told_to_the_client() {
    let desk = Desk::new().await;
    let (ctx, grace) = (desk.ctx(plain()), account("example.org", 1));
    desk.create(plain(), &grace).await;
    desk.change(&grace, vec![record("www", RecordType::A, "192.0.2.1", None)], vec![]).await;
    let before = desk.sets("example.org").await;
    for (kind, content) in [(RecordType::A, "192.0.2.256"), (RecordType::Cname, "example.org"), (RecordType::Tlsa, "x")]
    {
        let good = record("good", RecordType::A, "192.0.2.2", None);
        let change = ZoneChange { add: vec![good, record("www", kind, content, None)], remove: vec![] };
        let error = desk.plugin.zone().unwrap().change_zone(&ctx, &grace, &change).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
        assert!(error.public.unwrap().contains("www.example.org"));
        // All or nothing.
        assert_eq!(desk.sets("example.org").await, before);
    }
}

#[tokio::test]
async fn a_zone_is_signed_and_unsigned_once() {
    let desk = Desk::new().await;
    let grace = account("example.org", 1);
    let product = json!({"name_servers": "ns1.example.net", "dnssec": true});
    desk.create(product.clone(), &grace).await;
    let (ctx, ability) = (desk.ctx(product), desk.plugin.actions().unwrap());
    let run = async |action: &str| match ability.run(&ctx, &grace, action, &[].into()).await.unwrap() {
        Outcome::Done(report) => report.data.into_iter().filter_map(|(_, value)| text(value)).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let signed = run("dnssec-on").await;
    assert!(!signed.is_empty() && run("dnssec-on").await == signed);
    desk.plugin.suspend(&ctx, &grace).await.unwrap();
    desk.plugin.unsuspend(&ctx, &grace).await.unwrap();
    assert_eq!(run("dnssec-on").await, signed, "the keys did not survive the suspension");
    assert!(run("dnssec-off").await.is_empty());
    assert!(ability.ran(&ctx, &grace, "dnssec-off").await.unwrap().is_some());
    assert!(run("export").await[0].contains("SOA\tns1.example.net. hostmaster.example.org."));
    assert!(!ability.available(&ctx, &grace).await.unwrap().contains(&"notify".to_owned()));
}

fn text(value: Shown) -> Option<String> {
    if let Shown::Text(text) = value { Some(text) } else { None }
}

#[tokio::test]
async fn a_new_plan_brings_its_name_servers_unless_the_zone_has_its_own() {
    let desk = Desk::new().await;
    let new = json!({"name_servers": "ns7.example.net", "kind": "master", "serial": "epoch"});
    for (service, own) in [(1, false), (2, true)] {
        let grace = account(&format!("example{service}.org"), service);
        desk.create(plain(), &grace).await;
        let zone = format!("/zones/example{service}.org.");
        if own {
            let set = json!({"name": format!("example{service}.org."), "type": "NS", "ttl": 60, "changetype": "REPLACE",
                "records": [{"content": "ns.example.com.", "disabled": false}]});
            desk.server.tell("PATCH", &zone, &json!({"rrsets": [set]}).to_string()).await;
        }
        let plan = PlanChange { from: plain(), reseller: ResellerChange::None };
        let change = AccountChange { plan: Some(plan), ..AccountChange::default() };
        desk.plugin.change().unwrap().change(&desk.ctx(new.clone()), &grace, &change).await.unwrap();
        let made = desk.server.tell("GET", &zone, "").await;
        assert_eq!((made["kind"].as_str(), made["soa_edit_api"].as_str()), (Some("Master"), Some("EPOCH")));
        let servers = if own { "ns.example.com." } else { "ns7.example.net." };
        assert!(made.to_string().contains(&format!("\"content\":\"{servers}\"")), "{made}");
    }
}

#[tokio::test]
async fn two_services_cannot_have_one_zone_and_wrong_addresses_are_config() {
    let desk = Desk::new().await;
    desk.create(plain(), &account("example.org", 1)).await;
    let second = account("Example.ORG", 2);
    let error = desk.plugin.create(&desk.ctx(plain()), &second).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Declined);
    let mut nameless = account("", 1);
    nameless.fields.clear();
    let status = desk.plugin.status(&desk.ctx(plain()), &nameless).await.unwrap();
    assert_eq!((status.state, status.account.unwrap().label), (AccountState::Active, "example.org".to_owned()));
    for instance in [
        json!({"url": format!("http://{}/elsewhere", desk.server.api), "api_key": API_KEY}),
        json!({"url": format!("http://{}", desk.server.api), "api_key": API_KEY, "server_id": "other"}),
    ] {
        let settings = SettingValues { instance, product: plain(), ..SettingValues::default() };
        let http = Http::new(Duration::from_secs(10));
        let store = Arc::new(MemoryStore::default());
        let ctx = PluginCtx::new(http, chrono::Utc::now(), "test".to_owned(), settings, store);
        assert_eq!(desk.plugin.test_connection(&ctx).await.unwrap_err().kind, ErrorKind::Config);
        // Not "absent": nobody asked PowerDNS.
        assert_eq!(desk.plugin.status(&ctx, &second).await.unwrap_err().kind, ErrorKind::Config);
    }
    let no_servers = desk.plugin.create(&desk.ctx(json!({})), &account("example.net", 3)).await.unwrap_err();
    assert_eq!(no_servers.kind, ErrorKind::Config);
}
