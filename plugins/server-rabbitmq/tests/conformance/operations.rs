//! What the kit does not ask: who can log in when, and what limits and actions do. One broker for all of
//! it, because it takes seconds to start.

use innkeeper_plugin_api::{
    Account, AccountChange, AccountState, Customer, ErrorKind, Http, Implementation, Outcome, PluginCtx, PluginError,
    Secret, ServerPlugin, SettingValues, Usage,
    domain::{ClientId, ServiceId},
    server::{PlanChange, ResellerChange},
    view::Value as Shown,
};
use innkeeper_plugin_testkit::MemoryStore;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

use crate::{
    amqp::Session,
    daemon::{ADMIN, ADMIN_PASSWORD, Broker},
};

const FIRST: &str = "Tr4velling-Owl";
const SECOND: &str = "Sl33ping-Bear";

struct Desk {
    broker: Broker,
    plugin: Arc<dyn ServerPlugin>,
}

impl Desk {
    fn ctx(&self, product: Value) -> PluginCtx {
        let url = format!("http://{}/", self.broker.api);
        self.ctx_of(json!({"url": url, "user": ADMIN, "password": ADMIN_PASSWORD}), product)
    }

    fn ctx_of(&self, instance: Value, product: Value) -> PluginCtx {
        let settings = SettingValues { plugin: Value::Null, instance, product };
        let http = Http::new(Duration::from_secs(30));
        PluginCtx::new(http, chrono::Utc::now(), "test".to_owned(), settings, Arc::new(MemoryStore::default()))
    }

    async fn create(&self, product: Value, account: &Account) -> Result<(), PluginError> {
        self.plugin.create(&self.ctx(product), account).await.map(|made| assert!(matches!(made, Outcome::Done(_))))
    }

    async fn change(&self, product: Value, account: &Account, change: AccountChange) {
        self.plugin.change().unwrap().change(&self.ctx(product), account, &change).await.unwrap();
    }

    async fn open(&self, name: &str, password: &str) -> Option<Session> {
        Session::open(self.broker.amqp, name, password, name).await
    }

    async fn state(&self, account: &Account) -> AccountState {
        self.plugin.status(&self.ctx(json!({})), account).await.unwrap().state
    }

    async fn usage(&self, account: &Account) -> Usage {
        self.plugin.status(&self.ctx(json!({})), account).await.unwrap().usage.unwrap()
    }
}

fn account(name: &str, service: i64) -> Account {
    Account {
        reference: format!("acme-{service}"),
        service_id: ServiceId(service),
        remote_id: None,
        username: None,
        password: Some(Secret::new(FIRST.to_owned())),
        fields: [("username".to_owned(), name.to_owned())].into(),
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

fn metric(usage: &Usage, key: &str) -> (u64, Option<u64>) {
    let found = usage.metrics.iter().find(|metric| metric.key == key).unwrap();
    (found.quantity, found.limit)
}

#[tokio::test]
async fn operations() {
    let Implementation::Server(plugin) = innkeeper_server_rabbitmq::plugin().implementation else {
        panic!("not a server plugin")
    };
    let desk = Desk { broker: Broker::start().await, plugin };
    nobody_is_in_while_it_is_suspended(&desk).await;
    limits_hold_and_quantities_add_to_them(&desk).await;
    a_plan_keeps_the_password(&desk).await;
    messages_are_counted_and_purged(&desk).await;
    names_of_others_are_left_alone(&desk).await;
    what_was_broken_off_is_unfinished(&desk).await;
    wrong_settings_are_config(&desk).await;
}

async fn nobody_is_in_while_it_is_suspended(desk: &Desk) {
    let (alice, ctx) = (account("alice", 1), desk.ctx(json!({})));
    desk.create(json!({"management": true}), &alice).await.unwrap();
    let session = desk.open("alice", FIRST).await.unwrap();
    let page = async |password: &str| desk.broker.ask_as("alice", password, "GET", "/whoami", "").await.unwrap().status;
    assert_eq!(page(FIRST).await, 200);
    // The broker may take a moment to close connections: then it is asked to again.
    desk.broker.until(async || matches!(desk.plugin.suspend(&ctx, &alice).await.unwrap(), Outcome::Done(()))).await;
    session.closed().await;
    assert_eq!(desk.state(&alice).await, AccountState::Suspended);
    assert!(desk.open("alice", FIRST).await.is_none() && page(FIRST).await == 401);
    // A new password does not let anybody in before its time.
    desk.change(json!({"management": true}), &alice, AccountChange::password(Secret::new(SECOND.to_owned()))).await;
    assert!(desk.open("alice", SECOND).await.is_none() && page(SECOND).await == 401);
    assert_eq!(desk.state(&alice).await, AccountState::Suspended);
    desk.plugin.unsuspend(&ctx, &alice).await.unwrap();
    assert!(desk.open("alice", SECOND).await.is_some() && page(SECOND).await == 200);
    assert!(desk.open("alice", FIRST).await.is_none());
    let user = desk.broker.tell("GET", "/users/alice", "").await;
    assert_eq!(user["tags"], json!(["management", "innkeeper:acme-1"]));
}

async fn limits_hold_and_quantities_add_to_them(desk: &Desk) {
    let bob = account("bob", 2);
    let product = json!({"max_connections": 1, "max_queues": 2});
    desk.create(product.clone(), &bob).await.unwrap();
    let _first = desk.open("bob", FIRST).await.unwrap();
    assert!(desk.open("bob", FIRST).await.is_none());
    let addons = Some([("CONNECTIONS".to_owned(), 1)].into());
    desk.change(product.clone(), &bob, AccountChange { addons, ..AccountChange::default() }).await;
    let _second = desk.open("bob", FIRST).await.unwrap();
    assert!(desk.open("bob", FIRST).await.is_none());
    desk.broker.until(async || metric(&desk.usage(&bob).await, "connections") == (2, Some(2))).await;
    assert_eq!(metric(&desk.usage(&bob).await, "queues"), (0, Some(2)));
    let plan = Some(PlanChange { from: product, reseller: ResellerChange::None });
    desk.change(json!({}), &bob, AccountChange { plan, ..AccountChange::default() }).await;
    assert!(desk.open("bob", FIRST).await.is_some());
    assert_eq!(metric(&desk.usage(&bob).await, "queues"), (0, None));
}

async fn a_plan_keeps_the_password(desk: &Desk) {
    let carol = account("carol", 3);
    desk.create(json!({}), &carol).await.unwrap();
    let page = async || desk.broker.ask_as("carol", SECOND, "GET", "/whoami", "").await.unwrap().status;
    for (management, status) in [(true, 200), (false, 401)] {
        let plan = Some(PlanChange { from: json!({}), reseller: ResellerChange::None });
        let password = Some(Secret::new(SECOND.to_owned()));
        desk.change(
            json!({"management": management}),
            &carol,
            AccountChange { plan, password, ..AccountChange::default() },
        )
        .await;
        assert!(page().await == status && desk.open("carol", SECOND).await.is_some());
    }
}

async fn messages_are_counted_and_purged(desk: &Desk) {
    let (dave, ctx) = (account("dave", 4), desk.ctx(json!({})));
    desk.create(json!({}), &dave).await.unwrap();
    for queue in ["one", "two/half"] {
        let path = format!("/queues/dave/{}", queue.replace('/', "%2F"));
        desk.broker.tell("PUT", &path, &json!({"durable": true}).to_string()).await;
        let message = json!({"properties": {}, "routing_key": queue, "payload": "hello", "payload_encoding": "string"});
        desk.broker.tell("POST", "/exchanges/dave/amq.default/publish", &message.to_string()).await;
    }
    let counted = async |messages: u64, bytes: u64| {
        let usage = desk.usage(&dave).await;
        metric(&usage, "messages").0 == messages && usage.disk_bytes == bytes
    };
    desk.broker.until(async || counted(2, 10).await).await;
    let ids = ["dave".to_owned(), "nobody".to_owned()];
    let reports = desk.plugin.usage().unwrap().usage(&ctx, &ids).await.unwrap();
    assert_eq!((reports.len(), reports[0].usage.disk_bytes, metric(&reports[0].usage, "queues").0), (1, 10, 2));
    let ability = desk.plugin.actions().unwrap();
    let Outcome::Done(report) = ability.run(&ctx, &dave, "export-definitions", &[].into()).await.unwrap() else {
        panic!("not done")
    };
    assert!(matches!(&report.data[0].1, Shown::Text(text) if text.contains("two/half")));
    let session = desk.open("dave", FIRST).await.unwrap();
    for action in ["purge-queues", "close-connections"] {
        assert!(matches!(ability.run(&ctx, &dave, action, &[].into()).await.unwrap(), Outcome::Done(_)));
    }
    session.closed().await;
    desk.broker.until(async || counted(0, 0).await).await;
}

async fn names_of_others_are_left_alone(desk: &Desk) {
    desk.create(json!({}), &account("erin", 5)).await.unwrap();
    let error = desk.create(json!({}), &account("erin", 6)).await.unwrap_err();
    assert!(error.kind == ErrorKind::Declined && error.public.is_some());
    assert!(desk.open("erin", FIRST).await.is_some());
    // The name is free among users, but not among virtual hosts.
    desk.broker.tell("PUT", "/vhosts/frank", "{}").await;
    let error = desk.create(json!({}), &account("frank", 7)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Declined);
    assert_eq!(desk.broker.ask("GET", "/users/frank", "").await.unwrap().status, 404);
    desk.plugin.terminate(&desk.ctx(json!({})), &account("frank", 7)).await.unwrap();
    desk.broker.tell("GET", "/vhosts/frank", "").await;
}

async fn what_was_broken_off_is_unfinished(desk: &Desk) {
    let heidi = account("heidi", 8);
    desk.create(json!({}), &heidi).await.unwrap();
    desk.broker.tell("DELETE", "/permissions/heidi/heidi", "").await;
    assert_eq!(desk.state(&heidi).await, AccountState::Unfinished);
    desk.create(json!({}), &heidi).await.unwrap();
    assert!(desk.state(&heidi).await == AccountState::Active && desk.open("heidi", FIRST).await.is_some());
    desk.broker.tell("DELETE", "/users/heidi", "").await;
    assert_eq!(desk.state(&heidi).await, AccountState::Unfinished);
    desk.plugin.terminate(&desk.ctx(json!({})), &heidi).await.unwrap();
    assert_eq!(desk.state(&heidi).await, AccountState::Absent);
    assert_eq!(desk.broker.ask("GET", "/vhosts/heidi", "").await.unwrap().status, 404);
}

async fn wrong_settings_are_config(desk: &Desk) {
    let ivan = account("ivan", 9);
    desk.create(json!({"management": true}), &ivan).await.unwrap();
    let url = format!("http://{}", desk.broker.api);
    let elsewhere =
        desk.ctx_of(json!({"url": format!("{url}/other"), "user": ADMIN, "password": ADMIN_PASSWORD}), json!({}));
    // Not "absent": nobody asked RabbitMQ.
    assert_eq!(desk.plugin.status(&elsewhere, &ivan).await.unwrap_err().kind, ErrorKind::Config);
    assert_eq!(desk.plugin.test_connection(&elsewhere).await.unwrap_err().kind, ErrorKind::Config);
    let no_administrator = desk.ctx_of(json!({"url": url, "user": "ivan", "password": FIRST}), json!({}));
    let error = desk.plugin.test_connection(&no_administrator).await.unwrap_err();
    assert!(error.kind == ErrorKind::Config && error.detail.contains("ivan"));
    assert!(desk.plugin.test_connection(&desk.ctx(json!({}))).await.unwrap().starts_with("RabbitMQ "));
}
