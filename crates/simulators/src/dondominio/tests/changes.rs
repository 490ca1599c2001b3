//! Changes of domains, contacts, lists and lookups.

use super::*;

#[tokio::test]
async fn a_block_stops_every_change_but_its_own_end() {
    let sim = started().await;
    register(&sim, "mine.com").await;
    let update = |kind: &'static str, value: &'static str| {
        let sim = &sim;
        async move {
            let fields = [("domain", "mine.com"), ("updateType", kind), (kind, value)];
            code(sim, "domain/update", &fields).await
        }
    };
    assert_eq!(update("block", "true").await, 0);
    assert_eq!(update("transferBlock", "").await, 2202);
    assert_eq!(update("whoisPrivacy", "1").await, 2202);
    assert_eq!(update("block", "").await, 0);
    assert_eq!(update("transferBlock", "").await, 0);
    assert_eq!(update("whoisPrivacy", "1").await, 0);
    assert_eq!(update("viewWhois", "0").await, 0);
    assert_eq!(update("tag", "red,blue").await, 0);
    assert_eq!(update("renewalMode", "never").await, 105);
    assert_eq!(update("colour", "red").await, 105);
    let info = status(&sim, "mine.com").await;
    assert_eq!(info["transferBlock"], json!(false));
    assert_eq!(info["whoisPrivacy"], json!(true));
    assert_eq!(info["modifyBlock"], json!(false));
    assert_eq!(sim.effects("mine.com").updates, 6);
}

#[tokio::test]
async fn a_registry_without_lock_has_no_lock_to_show_or_set() {
    let sim = started().await;
    let info = register(&sim, "mia.es").await;
    assert!(info.get("transferBlock").is_none());
    let fields = [("domain", "mia.es"), ("updateType", "transferBlock"), ("transferBlock", "true")];
    assert_eq!(code(&sim, "domain/update", &fields).await, 2201);
}

#[tokio::test]
async fn name_servers_are_two_to_seven() {
    let sim = started().await;
    register(&sim, "mine.com").await;
    let set = |hosts: &'static str| {
        let sim = &sim;
        async move {
            let fields = [("domain", "mine.com"), ("nameservers", hosts)];
            code(sim, "domain/updatenameservers", &fields).await
        }
    };
    assert_eq!(set("").await, 101);
    assert_eq!(set("ns1.a.test").await, 105);
    assert_eq!(set("a.t.te,b.t.te,c.t.te,d.t.te,e.t.te,f.t.te,g.t.te,h.t.te").await, 105);
    assert_eq!(set("ns1.a.test,not a host").await, 105);
    assert_eq!(set("NS1.a.test, ns2.a.test").await, 0);
    let hosts = done(&sim, "domain/getnameservers", &[("domain", "mine.com")]).await;
    assert_eq!(hosts["nameservers"][0]["name"], json!("ns1.a.test"));
    assert_eq!(set("default").await, 0);
    let hosts = done(&sim, "domain/getnameservers", &[("domain", "mine.com")]).await;
    assert_eq!(hosts["defaultNS"], json!(true));
}

#[tokio::test]
async fn contacts_are_replaced_never_edited() {
    let sim = started().await;
    register(&sim, "mine.com").await;
    register(&sim, "mia.es").await;
    let contact: Vec<(String, &str)> = OWNER
        .iter()
        .map(|(key, value)| (key.replace("ownerContact", ""), *value))
        .map(|(key, value)| if key == "Email" { (key, "new@example.com") } else { (key, value) })
        .collect();
    let fields: Vec<(&str, &str)> = contact.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    let made = done(&sim, "contact/create", &fields).await;
    let id = made["contactID"].as_str().unwrap();
    assert_eq!(id, "SIM-100002");
    let found = done(&sim, "contact/getinfo", &[("contactID", id), ("infoType", "data")]).await;
    assert_eq!(found["email"], json!("new@example.com"));

    let owner = [("domain", "mine.com"), ("ownerContactID", id)];
    assert_eq!(code(&sim, "domain/updatecontacts", &owner).await, 0);
    let spanish = [("domain", "mia.es"), ("ownerContactID", id)];
    assert_eq!(code(&sim, "domain/updatecontacts", &spanish).await, 2201);
    let tech = [("domain", "mia.es"), ("updateType", "contact"), ("techContactID", id)];
    assert_eq!(code(&sim, "domain/update", &tech).await, 0);
    assert_eq!(code(&sim, "domain/updatecontacts", &[("domain", "mine.com")]).await, 101);
    let roles = sim.domains().iter().map(|domain| domain.contacts.clone()).collect::<Vec<_>>();
    assert_eq!((roles[0].owner.as_str(), roles[0].tech.as_str()), ("SIM-100001", id));
    assert_eq!((roles[1].owner.as_str(), roles[1].tech.as_str()), (id, "SIM-100001"));

    let list = done(&sim, "contact/list", &[("email", "new@example.com")]).await;
    assert_eq!(list["queryInfo"]["total"], json!(1));
    assert_eq!(list["contacts"][0]["contactName"], json!("Ana Núñez"));
}

#[tokio::test]
async fn lists_come_in_pages() {
    let sim = started().await;
    for name in ["a.com", "b.com", "c.net"] {
        register(&sim, name).await;
    }
    let page = done(&sim, "domain/list", &[("pageLength", "2"), ("page", "2")]).await;
    let info = json!({"page": 2, "pageLength": 2, "results": 1, "total": 3});
    assert_eq!(page["queryInfo"], info);
    assert_eq!(page["domains"][0]["name"], json!("c.net"));
    let exact = [("domain", "b.com"), ("infoType", "nameservers")];
    let page = done(&sim, "domain/list", &exact).await;
    assert_eq!(page["queryInfo"]["results"], json!(1));
    assert_eq!(page["domains"][0]["defaultNS"], json!(true));
    let page = done(&sim, "domain/list", &[("tld", "com"), ("status", "active")]).await;
    assert_eq!(page["queryInfo"]["total"], json!(2));
    assert_eq!(code(&sim, "domain/list", &[("page", "0")]).await, 105);

    let prices = done(&sim, "account/zones", &[("tld", "ru")]).await;
    assert_eq!(prices["zones"][0]["create"]["price"], json!(24.95));
    assert!(prices["zones"][0].get("transfer").is_none());
    let prices = done(&sim, "account/zones", &[("tldtop", "es"), ("pageLength", "3")]).await;
    assert_eq!(prices["queryInfo"]["total"], json!(4));
    assert_eq!(prices["zones"].as_array().map(Vec::len), Some(3));
    assert_eq!(done(&sim, "account/promos", &[]).await, json!([]));
    assert_eq!(done(&sim, "account/info", &[]).await["currency"], json!("EUR"));
}

#[tokio::test]
async fn glue_keys_auth_code_and_history() {
    let sim = started().await;
    register(&sim, "mine.com").await;
    let glue = |action: &'static str, host: &'static str, ipv4: &'static str| {
        let sim = &sim;
        async move {
            let fields = [("domain", "mine.com"), ("name", host), ("ipv4", ipv4)];
            call(sim, &format!("domain/gluerecord{action}"), &fields).await
        }
    };
    assert_eq!(glue("create", "ns1.other.com", "198.51.100.4").await["errorCode"], json!(105));
    assert_eq!(glue("create", "ns1.mine.com", "10.0.0.1").await["errorCode"], json!(105));
    assert_eq!(glue("update", "ns1.mine.com", "198.51.100.4").await["errorCode"], json!(2200));
    assert_eq!(glue("create", "ns1.mine.com", "198.51.100.4").await["errorCode"], json!(0));
    let answer = glue("update", "ns1.mine.com", "198.51.100.5").await;
    assert_eq!(answer["responseData"]["gluerecords"][0]["ipv4"], json!("198.51.100.5"));
    assert_eq!(glue("delete", "ns1.mine.com", "").await["errorCode"], json!(0));

    let key =
        [("domain", "mine.com"), ("keytag", "2371"), ("algorithm", "13"), ("digesttype", "2"), ("digest", "aa55")];
    let answer = done(&sim, "domain/dnsseccreate", &key).await;
    assert_eq!(answer["dnssec"][0]["keytag"], json!(2371));
    let name = [("domain", "mine.com"), ("name", "key2371")];
    assert_eq!(code(&sim, "domain/dnssecdelete", &name).await, 0);

    let first = done(&sim, "domain/getauthcode", &[("domain", "mine.com")]).await;
    assert!(first["authcode"].as_str().is_some_and(|code| code.starts_with("Sa1-")));
    let record = done(&sim, "domain/whois", &[("domain", "mine.com")]).await;
    assert!(record["whoisData"].as_str().is_some_and(|text| text.contains("Ana")));
    assert_eq!(code(&sim, "domain/whois", &[("domain", "other.com")]).await, 2006);
    let history = done(&sim, "domain/gethistory", &[("domain", "mine.com")]).await;
    assert_eq!(history["history"][0]["title"], json!("dnssec key deleted"));
}
