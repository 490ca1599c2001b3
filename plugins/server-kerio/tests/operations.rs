//! What the kit does not ask: this vendor's own refusals, and where settings end up.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use innkeeper_plugin_api::{
    Account, AccountChange, AccountState, Customer, ErrorKind, Http, Implementation, Level, Outcome, PluginCtx,
    PluginError, Secret, ServerPlugin, SettingValues,
    domain::{ClientId, ServiceId},
    server::{PlanChange, ResellerChange},
};
use innkeeper_plugin_testkit::MemoryStore;
use innkeeper_simulators::kerio::{DomainOptions, Options, Simulator, Usage};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

struct Desk {
    simulator: Simulator,
    plugin: Arc<dyn ServerPlugin>,
}

impl Desk {
    async fn new(options: Options) -> Self {
        // Another test may have installed it; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let Implementation::Server(plugin) = innkeeper_server_kerio::plugin().implementation else {
            panic!("not a server plugin")
        };
        Self { simulator: Simulator::start(options).await.unwrap(), plugin }
    }

    fn ctx(&self, product: Value) -> PluginCtx {
        let instance = json!({"host": "127.0.0.1", "port": self.simulator.addr().port(), "user": "admin",
            "password": "Kerio-Admin-1", "tls": "insecure"});
        let settings = SettingValues { plugin: Value::Null, instance, product };
        let http = Http::new(Duration::from_secs(10));
        PluginCtx::new(http, chrono::Utc::now(), "test".to_owned(), settings, Arc::new(MemoryStore::default()))
    }

    async fn create(&self, product: Value, account: &Account) -> Result<String, PluginError> {
        match self.plugin.create(&self.ctx(product), account).await? {
            Outcome::Done(created) => Ok(created.label),
            other => panic!("{other:?}"),
        }
    }
}

fn account(mailbox: &str, service: i64) -> Account {
    let answers = [("mailbox", mailbox), ("first_name", "Ada"), ("last_name", "Lovelace")];
    Account {
        reference: format!("acme-{service}"),
        service_id: ServiceId(service),
        remote_id: None,
        username: None,
        password: Some(Secret::new("Tr4velling-Owl".to_owned())),
        fields: answers.map(|(key, answer)| (key.to_owned(), answer.to_owned())).into(),
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

fn plain() -> Value {
    json!({"domain": "example.org"})
}

async fn refusal(options: Options, product: Value, account: &Account) -> PluginError {
    let desk = Desk::new(options).await;
    let error = desk.create(product, account).await.unwrap_err();
    assert_eq!(desk.simulator.users(), []);
    error
}

#[tokio::test]
async fn what_staff_must_mend_is_config() {
    let alice = account("alice", 1);
    for product in [json!({"domain": "example.net"}), json!({"domain": "example.org", "template": "Gold"})] {
        let error = refusal(Options::default(), product, &alice).await;
        assert_eq!(error.kind, ErrorKind::Config, "{error}");
    }
    let full = Options { seats: Some(0), ..Options::default() };
    let error = refusal(full, plain(), &alice).await;
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Config, Some("1003")));
}

#[tokio::test]
async fn the_domains_own_password_length_is_checked_before_anything_is_made() {
    let mut domain = DomainOptions::named("example.org");
    domain.minimum_password_length = 20;
    let options = Options { domains: vec![domain], ..Options::default() };
    let error = refusal(options, plain(), &account("alice", 1)).await;
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.public.unwrap().contains("20"));
}

#[tokio::test]
async fn two_services_cannot_have_one_mailbox() {
    let desk = Desk::new(Options::default()).await;
    desk.create(plain(), &account("alice", 1)).await.unwrap();
    let error = desk.create(plain(), &account("Alice", 2)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Declined);
    assert_eq!(desk.simulator.journal().done("Users.create"), 1);
}

#[tokio::test]
async fn the_quota_comes_from_the_product_else_from_the_template() {
    let desk = Desk::new(Options::default()).await;
    let product = |quota: Value| json!({"domain": "example.org", "template": "Business", "quota_mb": quota});
    desk.create(product(Value::Null), &account("alice", 1)).await.unwrap();
    desk.create(product(json!(300)), &account("bob", 2)).await.unwrap();
    let quotas: Vec<Value> = desk.simulator.users().iter().map(|user| user.quota["limit"]["value"].clone()).collect();
    assert_eq!(quotas, [25 * 1024, 300]);
}

#[tokio::test]
async fn status_finds_a_mailbox_by_our_mark_alone_and_tells_its_usage() {
    let desk = Desk::new(Options::default()).await;
    desk.create(plain(), &account("alice", 1)).await.unwrap();
    let size = json!({"value": 3, "units": "MegaBytes"});
    assert!(desk.simulator.set_usage("alice@example.org", &Usage { size, items: 7, last_login: 1_764_000_000 }));
    let mut nameless = account("", 1);
    nameless.fields.clear();
    let status = desk.plugin.status(&desk.ctx(plain()), &nameless).await.unwrap();
    assert_eq!(status.state, AccountState::Active);
    assert_eq!(status.account.unwrap().label, "alice@example.org");
    assert_eq!(status.usage.unwrap().disk_bytes, 3 << 20);
    let other = desk.plugin.status(&desk.ctx(plain()), &account("alice", 2)).await.unwrap();
    assert_eq!(other.state, AccountState::Absent);
}

#[tokio::test]
async fn mail_survives_its_service_only_if_the_product_says_so() {
    for keep in [true, false] {
        let desk = Desk::new(Options::default()).await;
        let product = json!({"domain": "example.org", "keep_mailbox": keep});
        let alice = account("alice", 1);
        desk.create(product.clone(), &alice).await.unwrap();
        let size = json!({"value": 3, "units": "MegaBytes"});
        desk.simulator.set_usage("alice@example.org", &Usage { size, items: 7, last_login: 0 });
        desk.plugin.terminate(&desk.ctx(product.clone()), &alice).await.unwrap();
        assert_eq!(desk.simulator.users(), []);
        desk.create(product.clone(), &alice).await.unwrap();
        let status = desk.plugin.status(&desk.ctx(product), &alice).await.unwrap();
        assert_eq!(status.usage.unwrap().disk_bytes > 0, keep);
    }
}

#[tokio::test]
async fn operations_on_a_mailbox_that_is_gone() {
    let desk = Desk::new(Options::default()).await;
    let (ctx, alice) = (desk.ctx(plain()), account("alice", 1));
    assert_eq!(desk.plugin.suspend(&ctx, &alice).await.unwrap_err().kind, ErrorKind::NotFound);
    let (ability, change) = (desk.plugin.change().unwrap(), AccountChange::password(Secret::new("x".into())));
    assert_eq!(ability.change(&ctx, &alice, &change).await.unwrap_err().kind, ErrorKind::NotFound);
    assert_eq!(desk.plugin.terminate(&ctx, &alice).await.unwrap(), Outcome::Done(()));
}

#[tokio::test]
async fn an_administrator_without_the_right_role_is_told_so() {
    let desk = Desk::new(Options::default()).await;
    let mut ctx_settings = json!({"host": "127.0.0.1", "port": desk.simulator.addr().port(), "user": "reader",
        "password": "Tr4velling-Owl", "tls": "insecure"});
    desk.simulator.add_administrator("reader@example.org", "Auditor", "Tr4velling-Owl").unwrap();
    let test = async |instance: &Value| {
        let settings = SettingValues { instance: instance.clone(), ..SettingValues::default() };
        let http = Http::new(Duration::from_secs(10));
        let now = chrono::Utc::now();
        let ctx = PluginCtx::new(http, now, "test".to_owned(), settings, Arc::new(MemoryStore::default()));
        desk.plugin.test_connection(&ctx).await
    };
    let error = test(&ctx_settings).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Config);
    assert!(error.detail.contains("Auditor"));
    ctx_settings["user"] = json!("admin");
    ctx_settings["password"] = json!("Kerio-Admin-1");
    assert!(test(&ctx_settings).await.unwrap().contains("Kerio Connect"));
}

#[tokio::test]
async fn another_plan_has_its_limits_and_mail_that_does_not_fit_stays() {
    let desk = Desk::new(Options::default()).await;
    let small = json!({"domain": "example.org", "quota_mb": 1024});
    let large = json!({"domain": "example.org", "template": "Standard", "quota_mb": 4096});
    let mut ada = account("ada", 1);
    desk.create(small.clone(), &ada).await.unwrap();
    ada.username = Some("ada@example.org".to_owned());
    let ability = desk.plugin.change().unwrap();
    let plan = |from: &Value| PlanChange { from: from.clone(), reseller: ResellerChange::None };
    let to = async |to: &Value, ada: &Account| {
        let change = AccountChange { plan: Some(plan(&small)), ..AccountChange::default() };
        ability.change(&desk.ctx(to.clone()), ada, &change).await
    };
    let limit = async |product: &Value| {
        let status = desk.plugin.status(&desk.ctx(product.clone()), &ada).await.unwrap();
        status.usage.unwrap().disk_limit_bytes.map(|bytes| bytes / 1024 / 1024)
    };
    to(&large, &ada).await.unwrap();
    assert_eq!(limit(&large).await, Some(4096));

    let full = Usage { size: json!({"value": 2, "units": "GigaBytes"}), items: 9, last_login: 0 };
    desk.simulator.set_usage("ada@example.org", &full);
    let refused = to(&small, &ada).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Declined);
    assert!(refused.public.unwrap().contains("holds 2048 MB of mail, and would have 1024 MB"));
    assert_eq!(limit(&large).await, Some(4096));

    // What was bought on top counts, whatever the plan.
    let bought = AccountChange { addons: Some([("DISKSPACE".to_owned(), 1 << 30)].into()), ..AccountChange::default() };
    ability.change(&desk.ctx(large.clone()), &ada, &bought).await.unwrap();
    assert_eq!(limit(&large).await, Some(5120));
    let mut with_space = ada.clone();
    with_space.addons = [("DISKSPACE".to_owned(), 1 << 30)].into();
    to(&small, &with_space).await.unwrap();
    assert_eq!(limit(&small).await, Some(2048), "which the mail fits just so");

    let elsewhere = json!({"domain": "example.net"});
    let refused = to(&elsewhere, &ada).await.unwrap_err();
    assert!(refused.public.unwrap().contains("another mail domain"));
}

#[tokio::test]
async fn clients_see_their_mailbox_and_staff_choose_what_the_server_has() {
    let desk = Desk::new(Options::default()).await;
    let product = json!({"domain": "example.org", "quota_mb": 1024});
    let mut ada = account("ada", 1);
    desk.create(product.clone(), &ada).await.unwrap();
    ada.username = Some("ada@example.org".to_owned());
    let panels = desk.plugin.panels().unwrap();
    let drawn = format!("{:?}", panels.draw(&desk.ctx(product.clone()), &ada, "mailbox").await.unwrap());
    for part in ["Meter", "ada@example.org", "port 993", "https://127.0.0.1/webmail/", "never"] {
        assert!(drawn.contains(part), "{part}: {drawn}");
    }
    desk.plugin.suspend(&desk.ctx(product.clone()), &ada).await.unwrap();
    let drawn = format!("{:?}", panels.draw(&desk.ctx(product.clone()), &ada, "mailbox").await.unwrap());
    assert!(drawn.contains("This mailbox is locked"), "{drawn}");
    assert!(panels.draw(&desk.ctx(product.clone()), &ada, "other").await.is_err());

    let choices = innkeeper_server_kerio::plugin().choices.unwrap();
    let ctx = desk.ctx(Value::Null);
    let domains = choices.choices(&ctx, Level::Product, "domain").await.unwrap();
    assert!(domains.contains(&("example.org".to_owned(), "example.org".to_owned())), "{domains:?}");
    let templates = choices.choices(&ctx, Level::Product, "template").await.unwrap();
    assert!(templates.iter().any(|(name, label)| name == "Standard" && label.ends_with("MB)")), "{templates:?}");
    assert!(choices.choices(&ctx, Level::Product, "quota_mb").await.is_err());
}
