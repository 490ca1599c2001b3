use super::*;
use innkeeper_plugin_api::{
    Customer,
    domain::{ClientId, ServiceId},
};

fn account() -> Account {
    let answers = [("mailbox", "Bob"), ("first_name", "Bob"), ("last_name", "Example")];
    Account {
        reference: "acme-1042".to_owned(),
        service_id: ServiceId(1042),
        remote_id: None,
        username: None,
        password: None,
        fields: answers.map(|(key, answer)| (key.to_owned(), answer.to_owned())).into(),
        addons: [].into(),
        addresses: vec![],
        nameservers: vec![],
        customer: Customer {
            client_id: ClientId(1),
            first_name: String::new(),
            last_name: String::new(),
            company: String::new(),
            email: String::new(),
            country: "ES".to_owned(),
            remote_user: None,
        },
        parent: None,
        pending: None,
    }
}

fn product(quota_mb: Option<u32>) -> KerioProduct {
    KerioProduct { domain: "example.org".to_owned(), template: None, quota_mb, keep_mailbox: false }
}

fn golden(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn user(json: &str) -> User {
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_new_user_without_a_template() {
    let password = Secret::new("Tr4velling-Owl".to_owned());
    let made = new_user("keriodb://domain/7d0c", &account(), &password, &product(None), None).unwrap();
    assert_eq!(made, golden(include_str!("../golden/new_user.json")));
}

#[test]
fn a_template_gives_limits_and_policies_but_no_rights() {
    let template = golden(include_str!("../golden/template.json"));
    let password = Secret::new("Tr4velling-Owl".to_owned());
    let made = |quota| {
        let product = product(quota);
        new_user("keriodb://domain/7d0c", &account(), &password, &product, template.as_object()).unwrap()
    };
    assert_eq!(made(None), golden(include_str!("../golden/new_user_from_template.json")));
    assert_eq!(made(Some(2048))["diskSizeLimit"]["limit"], json!({"value": 2048, "units": "MegaBytes"}));
}

#[test]
fn the_status_of_a_user() {
    let server: KerioServer =
        serde_json::from_value(json!({"host":"mail.example.org","user":"admin","password":"x"})).unwrap();
    let user = user(include_str!("../golden/user.json"));
    let status = status(&user, "example.org", &server);
    assert_eq!(status.state, AccountState::Suspended);
    assert_eq!(status.account.unwrap().label, "alice@example.org");
    let usage = status.usage.unwrap();
    assert_eq!(usage.disk_bytes, 812 * 1024 * 1024);
    assert_eq!(usage.disk_limit_bytes, Some(5 * 1024 * 1024 * 1024));
    let detail = |label: &str| status.details.iter().find(|(known, _)| known == label).unwrap().1.clone();
    assert_eq!(detail("Webmail"), "https://mail.example.org/webmail/");
    assert_eq!(detail("Last login"), "2025-11-24 16:00 UTC");
}

#[test]
fn a_switched_off_limit_is_unlimited_and_units_are_converted() {
    let mut user = user(include_str!("../golden/user.json"));
    user.disk_size_limit.as_mut().unwrap().is_active = false;
    user.consumed_size = Some(ByteValue { value: 3, units: Units::KiloBytes });
    let usage = usage_report(&user).unwrap().usage;
    assert_eq!(usage, Usage { disk_bytes: 3072, ..Usage::default() });
    assert_eq!(bytes(&ByteValue { value: u64::MAX, units: Units::PetaBytes }), u64::MAX);
}

#[test]
fn a_mark_is_a_whole_word() {
    assert!(has_mark("innkeeper:acme-1042", "acme-1042"));
    assert!(has_mark("VIP innkeeper:acme-1042 do not touch", "acme-1042"));
    assert!(!has_mark("innkeeper:acme-10421", "acme-1042"));
    assert!(!has_mark("", "acme-1042"));
}

#[test]
fn the_known_user_name_wins_over_the_ordered_one() {
    let mut account = account();
    assert_eq!(login_name(&account).unwrap(), "bob");
    account.username = Some("robert@example.org".to_owned());
    assert_eq!(login_name(&account).unwrap(), "robert");
}

#[test]
fn the_customers_name_fills_in_for_a_missing_one() {
    let mut account = account();
    account.customer.first_name = "Grace".to_owned();
    account.customer.last_name = "Hopper".to_owned();
    account.fields.insert("first_name".to_owned(), " ".to_owned());
    account.fields.remove("last_name");
    assert_eq!(order::full_name(&named(&account).fields), "Grace Hopper");
    account.fields.insert("first_name".to_owned(), "Ada".to_owned());
    assert_eq!(order::full_name(&named(&account).fields), "Ada Hopper");
}
