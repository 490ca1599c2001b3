//! The simulator's behaviour, method by method, without the network.

use serde_json::{Value, json};

use super::{
    machine::Machine,
    options::{DomainOptions, Options},
    rpc::{Credentials, handle},
};

struct Desk {
    machine: Machine,
    credentials: Credentials,
}

impl Desk {
    fn new(options: Options) -> Self {
        let mut desk = Self { machine: Machine::open(options).unwrap(), credentials: Credentials::default() };
        desk.credentials = desk.log_in("admin", "Kerio-Admin-1").unwrap();
        desk
    }

    fn log_in(&self, user: &str, password: &str) -> Result<Credentials, i64> {
        let body = json!({"jsonrpc":"2.0","id":1,"method":"Session.login","params":{
            "userName":user,"password":password,
            "application":{"name":"test","vendor":"test","version":"1"}}});
        let answer = handle(&self.machine, &Credentials::default(), body.to_string().as_bytes());
        match answer.cookie {
            Some(cookie) => {
                Ok(Credentials { cookie, token: answer.result["result"]["token"].as_str().unwrap().to_owned() })
            }
            None => Err(answer.result["error"]["code"].as_i64().unwrap()),
        }
    }

    fn raw(&self, body: &str) -> Value {
        handle(&self.machine, &self.credentials, body.as_bytes()).result
    }

    fn call(&self, method: &str, params: &Value) -> Value {
        let body = json!({"jsonrpc":"2.0","id":7,"method":method,"params":params});
        self.raw(&body.to_string())
    }

    fn error(&self, method: &str, params: &Value) -> i64 {
        let answer = self.call(method, params);
        answer["error"]["code"].as_i64().unwrap_or_default()
    }

    fn domain(&self, name: &str) -> String {
        let list = self.call("Domains.get", &json!({"query":{}}));
        let list = list["result"]["list"].as_array().unwrap().clone();
        let domain = list.iter().find(|domain| domain["name"] == name).unwrap();
        domain["id"].as_str().unwrap().to_owned()
    }

    fn create(&self, name: &str, more: &Value) -> Value {
        let mut user = json!({"loginName":name,"password":"Tr4velling-Owl",
            "domainId":self.domain("example.org"),"isEnabled":true});
        let user_fields = user.as_object_mut().unwrap();
        user_fields.extend(more.as_object().unwrap().clone());
        self.call("Users.create", &json!({ "users": [user] }))["result"].clone()
    }

    fn created(&self, name: &str, more: &Value) -> String {
        let result = self.create(name, more);
        result["result"][0]["id"].as_str().unwrap().to_owned()
    }

    fn item_error(&self, method: &str, params: &Value) -> i64 {
        let answer = self.call(method, params);
        answer["result"]["errors"][0]["code"].as_i64().unwrap_or_default()
    }

    fn users(&self, query: &Value) -> Vec<Value> {
        let params = json!({"domainId":self.domain("example.org"),"query":query});
        let answer = self.call("Users.get", &params);
        answer["result"]["list"].as_array().unwrap().clone()
    }
}

fn desk() -> Desk {
    Desk::new(Options::default())
}

#[test]
fn malformed_requests_get_their_codes() {
    let desk = desk();
    let code = |body: &str| desk.raw(body)["error"]["code"].as_i64().unwrap();
    assert_eq!(code("{"), -32700);
    assert_eq!(code(r#"{"id":1,"method":"Domains.get"}"#), -32600);
    assert_eq!(code(r#"{"jsonrpc":"2.0","id":1}"#), -32600);
    assert_eq!(desk.error("Users.getDetails", &json!({})), -32601);
    let application = json!({"userName":"admin","password":"x","application":"Us"});
    assert_eq!(desk.error("Session.login", &application), -32602);
}

#[test]
fn a_session_needs_its_cookie_and_its_token() {
    let mut desk = desk();
    let good = desk.credentials.clone();
    assert!(desk.call("Session.whoAmI", &json!({}))["result"]["userDetails"].is_object());
    desk.credentials.token = "forged".to_owned();
    assert_eq!(desk.error("Domains.get", &json!({})), -32001);
    desk.credentials = good;
    desk.machine.sessions().expire_all();
    assert_eq!(desk.error("Domains.get", &json!({})), -32001);
}

#[test]
fn logging_out_ends_the_session() {
    let desk = desk();
    desk.call("Session.logout", &json!({}));
    assert_eq!(desk.error("Session.whoAmI", &json!({})), -32001);
}

#[test]
fn three_bad_log_ins_lock_the_account() {
    let desk = desk();
    for _ in 0..3 {
        assert_eq!(desk.log_in("admin", "wrong").unwrap_err(), 1000);
    }
    assert_eq!(desk.log_in("admin", "Kerio-Admin-1").unwrap_err(), 1000);
}

#[test]
fn a_second_user_of_the_same_name_is_an_item_error() {
    let desk = desk();
    assert_eq!(desk.create("alice", &json!({}))["errors"], json!([]));
    let again = desk.create("Alice", &json!({}));
    assert_eq!(again["errors"][0]["code"], 1001);
    assert_eq!(again["errors"][0]["inputIndex"], 0);
    assert_eq!(again["errors"][0]["messageParameters"]["positionalParameters"][0], "Alice");
    assert_eq!(desk.machine.journal.done("Users.create"), 1);
    assert_eq!(desk.users(&json!({})).len(), 1);
}

#[test]
fn an_alias_takes_the_name_too() {
    let desk = desk();
    desk.created("alice", &json!({"emailAddresses":["sales@example.org"]}));
    assert_eq!(desk.create("sales", &json!({}))["errors"][0]["code"], 1001);
    let taken = desk.call(
        "Server.findEntityByEmail",
        &json!({"addresses":["sales","free"],
        "domainId":desk.domain("example.org"),"updatedEntity":{"kind":"EntityUser","id":""}}),
    );
    assert_eq!(taken["result"]["entities"].as_array().unwrap().len(), 1);
}

#[test]
fn items_of_one_call_fail_on_their_own() {
    let desk = desk();
    let domain = desk.domain("example.org");
    let user = |name: &str, password: &str| json!({"loginName":name,"password":password,"domainId":domain});
    let answer = desk.call(
        "Users.create",
        &json!({"users":[
        user("one", "Tr4velling-Owl"), user("two", "weak"), user("three", "Tr4velling-Owl")]}),
    );
    let result = &answer["result"];
    assert_eq!(result["errors"][0]["inputIndex"], 1);
    assert_eq!(result["errors"][0]["code"], 1000);
    assert_eq!(result["result"][1]["inputIndex"], 2);
    assert_eq!(desk.users(&json!({})).len(), 2);
}

#[test]
fn passwords_are_never_listed_and_a_missing_domain_is_refused() {
    let desk = desk();
    desk.created("alice", &json!({}));
    let listed = desk.users(&json!({}));
    assert!(!listed[0].to_string().contains("Tr4velling-Owl"));
    assert_eq!(desk.error("Users.get", &json!({"query":{}})), -32602);
    assert_eq!(desk.error("Users.get", &json!({"query":{},"domainId":"keriodb://domain/none"})), 1002);
}

#[test]
fn set_merges_top_level_fields_and_wants_whole_nested_ones() {
    let desk = desk();
    let id = desk.created("alice", &json!({"description":"ref"}));
    let set = |pattern: Value| desk.call("Users.set", &json!({"userIds":[id],"pattern":pattern}));
    assert_eq!(set(json!({"isEnabled":false}))["result"]["errors"], json!([]));
    let user = &desk.users(&json!({"fields":["isEnabled","description"]}))[0];
    assert_eq!(*user, json!({"isEnabled":false,"description":"ref"}));
    assert_eq!(set(json!({"diskSizeLimit":{"isActive":true}}))["error"]["code"], -32602);
    assert_eq!(desk.item_error("Users.set", &json!({"userIds":["nobody"],"pattern":{"isEnabled":true}})), 1002);
}

#[test]
fn seats_count_enabled_users_only() {
    let desk = Desk::new(Options { seats: Some(1), ..Options::default() });
    let alice = desk.created("alice", &json!({}));
    assert_eq!(desk.create("bob", &json!({}))["errors"][0]["code"], 1003);
    desk.call("Users.set", &json!({"userIds":[alice],"pattern":{"isEnabled":false}}));
    desk.created("bob", &json!({}));
    assert_eq!(desk.item_error("Users.set", &json!({"userIds":[alice],"pattern":{"isEnabled":true}})), 1003);
}

#[test]
fn old_passwords_are_remembered() {
    let mut domain = DomainOptions::named("example.org");
    domain.password_history = 2;
    let desk = Desk::new(Options { domains: vec![domain], ..Options::default() });
    let id = desk.created("alice", &json!({}));
    let set = |password: &str| desk.item_error("Users.set", &json!({"userIds":[id],"pattern":{"password":password}}));
    assert_eq!(set("Tr4velling-Owl"), 1000);
    assert_eq!(set("Sl33ping-Bear"), 0);
    assert_eq!(set("Tr4velling-Owl"), 1000);
}

#[test]
fn removing_can_keep_the_mail_folder() {
    let desk = desk();
    let remove = |id: &str, method: &str| {
        desk.item_error(
            "Users.remove",
            &json!({"requests":[{"userId":id,"method":method,
            "removeReferences":true,"targetUserId":"","mode":"DSModeDelete"}]}),
        )
    };
    let alice = desk.created("alice", &json!({}));
    let usage = super::Usage { size: json!({"value":3,"units":"GigaBytes"}), items: 9, last_login: 0 };
    assert!(super::control::apply_usage(&desk.machine, "alice@example.org", &usage));
    assert_eq!(remove(&alice, "UDeleteUser"), 0);
    assert_eq!(remove(&alice, "UDeleteUser"), 1002);
    let again = desk.created("alice", &json!({}));
    assert_eq!(desk.users(&json!({}))[0]["consumedItems"], 9);
    assert_eq!(remove(&again, "UDeleteFolder"), 0);
    desk.created("alice", &json!({}));
    assert_eq!(desk.users(&json!({}))[0]["consumedItems"], 0);
}

#[test]
fn roles_limit_what_a_caller_may_do() {
    let domains = ["example.org", "example.net"].map(DomainOptions::named).to_vec();
    let mut desk = Desk::new(Options { domains, ..Options::default() });
    let role = |name: &str| json!({"role":super::fields::role(name)});
    let other_domain = desk.domain("example.net");
    desk.created("manager", &role("AccountAdmin"));
    desk.created("reader", &role("Auditor"));
    desk.created("nobody", &json!({}));
    assert!(desk.log_in("nobody@example.org", "Tr4velling-Owl").is_err());

    desk.credentials = desk.log_in("manager@example.org", "Tr4velling-Owl").unwrap();
    desk.created("bob", &json!({}));
    let abroad = json!({"users":[{"loginName":"eve","password":"Tr4velling-Owl","domainId":other_domain}]});
    assert_eq!(desk.item_error("Users.create", &abroad), 1004);
    assert_eq!(desk.error("Users.get", &json!({"query":{},"domainId":other_domain})), 1004);

    desk.credentials = desk.log_in("reader@example.org", "Tr4velling-Owl").unwrap();
    assert_eq!(desk.error("Domains.get", &json!({})), 1000);
    assert_eq!(desk.error("Users.create", &abroad), 1004);
}

#[test]
fn templates_carry_a_quota_and_generated_passwords_pass_the_policy() {
    let desk = desk();
    let templates = desk.call("UserTemplates.get", &json!({"query":{"fields":["name","diskSizeLimit"]}}));
    let first = &templates["result"]["userTemplateList"][0];
    assert_eq!(first["diskSizeLimit"]["limit"]["value"], 1024);
    let domain = json!({"domainId":desk.domain("example.org")});
    let password = desk.call("Domains.generatePassword", &domain)["result"]["password"].clone();
    assert_eq!(desk.create("alice", &json!({ "password": password }))["errors"], json!([]));
}

#[test]
fn a_state_file_keeps_users_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { state_file: Some(folder.path().join("kerio.json")), ..Options::default() };
    Desk::new(options.clone()).created("alice", &json!({}));
    let restarted = Desk::new(options);
    assert_eq!(restarted.users(&json!({}))[0]["loginName"], "alice");
    assert_eq!(restarted.create("alice", &json!({}))["errors"][0]["code"], 1001);
}
