//! What a registrar may offer besides, from the order to the end, with the example registry.

use axum::body::Body;
use axum::http::Request;
use innkeeper_examples::registry;

use crate::{house::House, support::Browser};

/// A host that also sells `.example` for 10.00 a year.
async fn house() -> House {
    let house = House::with([registry::plugin()]).await;
    house.run("INSERT INTO tld (name, plugin_id) VALUES ('example', 'example-registry')").await;
    let price =
        "INSERT INTO tld_price (tld_id, currency, register, renew, transfer) VALUES (2, 'EUR', 1000, 1100, 900)";
    house.run(price).await;
    house
}

/// Orders a domain through the portal and pays for it, so that it is active: domain 1.
pub async fn with_domain(name: &str) -> (House, Browser) {
    let mut house = house().await;
    let mut ada = house.ada().await;
    let details = ada.post("/order/domains", &[("name", name), ("years", "1")]).await.location().to_owned();
    assert!(details.ends_with("/details"), "{details}");
    let answers = [
        ("field.registrant_form", "company"),
        ("field.registrant_number", "FN 123"),
        ("field.wish.service.LOCAL", "on"),
        ("field.wish.privacy", "on"),
    ];
    assert_eq!(ada.post(&details, &answers).await.status, 303);
    assert_eq!(ada.post("/checkout", &[]).await.status, 303);
    house.pay("T-1", "10.00").await;
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM domain WHERE id = 1").await, "active");
    (house, ada)
}

/// A value of the domain at the registry.
async fn held(house: &House, name: &str, what: &str) -> String {
    let sql =
        format!("SELECT value #>> '{{domains,{name},{what}}}' FROM plugin_store WHERE plugin_id = 'example-registry'");
    house.value(&sql).await
}

#[tokio::test]
async fn what_the_registry_asks_is_asked_before_it_is_ordered() {
    let house = house().await;
    let mut ada = house.ada().await;
    let details = ada.post("/order/domains", &[("name", "ada.example"), ("years", "1")]).await.location().to_owned();
    let form = ada.get(&details).await.body;
    assert!(form.contains("Company number") && form.contains("Local contact"), "{form}");
    assert!(form.contains("data-when=\"field.registrant_form\"") && form.contains("Only if"), "{form}");
    let cart = ada.get("/cart").await.body;
    assert!(cart.contains("The registry wants to know more") && !cart.contains("href=\"/checkout\""), "{cart}");
    assert_ne!(ada.post("/checkout", &[]).await.status, 303);
    assert_eq!(house.value("SELECT count(*)::text FROM sales_order").await, "0", "it is not ordered without answers");
    for bad in [
        vec![("field.registrant_form", "ghost")],
        vec![("field.registrant_form", "company")],
        vec![("field.registrant_form", "person"), ("field.registrant_number", "FN 123")],
    ] {
        assert_eq!(ada.post(&details, &bad).await.status, 422, "{bad:?}");
    }
    assert_eq!(ada.post(&details, &[("field.registrant_form", "person")]).await.status, 303);
    assert!(ada.get("/cart").await.body.contains("href=\"/checkout\""));
    let mut stranger = house.site.visitor();
    assert_eq!(stranger.get(&details).await.status, 404, "another's cart is none");
}

/// A page as somebody sees it whose browser prefers Spanish.
async fn in_spanish(browser: &mut Browser, path: &str) -> String {
    let request = Request::builder().uri(path).header("accept-language", "es-MX,es;q=0.9,en;q=0.5");
    browser.send(request.body(Body::empty()).unwrap()).await.body
}

#[tokio::test]
async fn the_registry_asks_in_the_language_of_who_looks() {
    let mut house = house().await;
    let mut visitor = house.site.visitor();
    let order = [("name", "ada.example"), ("years", "1")];
    let details = visitor.post("/order/domains", &order).await.location().to_owned();
    assert!(visitor.get(&details).await.body.contains("Registered by"), "a browser that does not say reads English");
    let spanish = in_spanish(&mut visitor, &details).await;
    assert!(spanish.contains("Registrado por") && !spanish.contains("Registered by"), "{spanish}");
    assert!(spanish.contains("As the trade register has it."), "what is not translated stays: {spanish}");

    let mut ada = house.ada().await;
    let details = ada.post("/order/domains", &order).await.location().to_owned();
    assert!(in_spanish(&mut ada, &details).await.contains("Registered by"), "a client's own language counts");
    house.run("UPDATE client SET language = 'es' WHERE id = 1").await;
    assert!(ada.get(&details).await.body.contains("Una empresa"));

    let cart = house.staff.post("/admin/clients/1/order/domain", &order).await.location().to_owned();
    let page = house.staff.get(&cart).await.body;
    let link = page.split('"').find(|part| part.contains("/order/details?")).unwrap_or_else(|| panic!("{page}"));
    let link = link.replace("&#38;", "&").replace("&amp;", "&");
    assert!(house.staff.get(&link).await.body.contains("Registered by"), "whatever the client speaks");
    assert!(in_spanish(&mut house.staff, &link).await.contains("Registrado por"));
}

#[tokio::test]
async fn staff_put_contacts_on_record_into_roles_by_their_ids() {
    let (mut house, mut ada) = with_domain("ada.example").await;
    let tool = "/admin/domains/1/tools/contact-ids";
    house.staff.get("/admin/domains/1").await.shows(tool);
    house.staff.get(tool).await.shows("EX-1").shows("Technical contact");
    let changed = [
        ("owner.first_name", "Grace"),
        ("owner.last_name", "Hopper"),
        ("owner.email", "grace@example.org"),
        ("owner.phone", "+43.6601234567"),
        ("owner.address", "Side Street 2"),
        ("owner.city", "Vienna"),
        ("owner.postcode", "1010"),
        ("owner.country", "AT"),
    ];
    let saved = house.staff.post("/admin/domains/1/contacts", &changed).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    house.drain().await;
    house.staff.get(tool).await.shows("EX-2");
    assert_eq!(house.staff.post(&format!("{tool}/use"), &[("field.owner", " ")]).await.status, 422, "none at all");
    let ids = [("field.owner", "EX-1"), ("field.tech", "EX-2")];
    assert_eq!(house.staff.post(&format!("{tool}/use"), &ids).await.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "contacts,owner,first_name").await, "Ada");
    assert_eq!(held(&house, "ada.example", "contacts,tech,first_name").await, "Grace");
    let page = house.staff.get("/admin/domains/1/contacts").await;
    page.shows("value=\"Ada\"").shows("value=\"Grace\"");
    assert_eq!(house.staff.post(&format!("{tool}/use"), &[("field.admin", "EX-9")]).await.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "contacts,admin").await, "", "an unknown id changes nothing");
    assert_eq!(house.value("SELECT state FROM effect ORDER BY id DESC LIMIT 1").await, "failed");
    assert_eq!(ada.get("/domains/1/tools/contact-ids").await.status, 404, "for staff alone");
}

#[tokio::test]
async fn the_answers_reach_the_registrar() {
    let (house, _) = with_domain("ada.example").await;
    assert_eq!(held(&house, "ada.example", "extra,registrant_number").await, "FN 123");
    assert_eq!(held(&house, "ada.example", "services,0").await, "LOCAL");
    assert_eq!(held(&house, "ada.example", "privacy").await, "true");
}

#[tokio::test]
async fn names_are_suggested_and_written_as_the_registry_writes_them() {
    let house = house().await;
    let mut ada = house.ada().await;
    let found = ada.get("/order/domains?q=ada").await.body;
    assert!(found.contains("my-ada.example") && found.contains("ada-online.example"), "{found}");
    assert!(!found.contains("my-ada.com"), "a registrar without suggestions suggests nothing");
    let long = format!("{}.example", "a".repeat(41));
    let refused = ada.post("/order/domains", &[("name", &long), ("years", "1")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("at most 40 letters"), "{}", refused.body);
}

#[tokio::test]
async fn records_hosts_and_keys_are_changed_by_their_owner() {
    let (mut house, mut ada) = with_domain("ada.example").await;
    let page = ada.get("/domains/1").await.body;
    for tool in ["dns", "hosts", "dnssec", "privacy", "actions"] {
        assert!(page.contains(&format!("/domains/1/tools/{tool}")), "{tool}: {page}");
    }
    assert!(!page.contains("tools/ending"), "the end is for staff");
    let record = |content: &'static str| {
        [
            ("field.name", "www"),
            ("field.type", "A"),
            ("field.content", content),
            ("field.priority", ""),
            ("field.ttl", "300"),
        ]
    };
    let bad = ada.post("/domains/1/tools/dns/add", &record("2001:db8::1")).await;
    assert_eq!(bad.status, 422);
    assert!(bad.body.contains("IPv4 address"), "{}", bad.body);
    assert_eq!(ada.post("/domains/1/tools/dns/add", &record("192.0.2.1")).await.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "records,0,content").await, "192.0.2.1");
    let shown = ada.get("/domains/1/tools/dns").await.body;
    assert!(shown.contains("192.0.2.1") && shown.contains("/domains/1/tools/dns/remove"), "{shown}");
    assert_eq!(ada.post("/domains/1/tools/dns/remove", &record("192.0.2.1")).await.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "records").await, "[]");

    let elsewhere = [("field.name", "ns1.else.example"), ("field.addresses", "192.0.2.53")];
    assert_eq!(ada.post("/domains/1/tools/hosts/put", &elsewhere).await.status, 422);
    let host = [("field.name", "ns1.ada.example"), ("field.addresses", "192.0.2.53, 2001:db8::53")];
    assert_eq!(ada.post("/domains/1/tools/hosts/put", &host).await.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "hosts,0,addresses,1").await, "2001:db8::53");
    let removed = ada.post("/domains/1/tools/hosts/remove", &[("field.name", "ns1.ada.example")]).await;
    assert_eq!(removed.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "hosts").await, "[]");

    let key = |digest: &'static str| {
        [("field.key_tag", "12345"), ("field.algorithm", "13"), ("field.digest_type", "2"), ("field.digest", digest)]
    };
    assert_eq!(ada.post("/domains/1/tools/dnssec/add", &key("ABCD")).await.status, 422);
    let good = key("E2D3C916F6DEEAC73294E8268FB5885044A833FC5459588F4A9184CFC41A5766");
    assert_eq!(ada.post("/domains/1/tools/dnssec/add", &good).await.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "keys,0,key_tag").await, "12345");
    assert!(house.staff.get("/admin/domains/1/tools/dnssec").await.body.contains("This domain is signed"));
    let fired =
        "SELECT string_agg(name, ' ' ORDER BY id) FROM event WHERE name IN ('AfterRegistrarSaveDNS', 'Domain-Changed')";
    let fired = house.value(fired).await;
    assert_eq!(fired, "AfterRegistrarSaveDNS AfterRegistrarSaveDNS Domain-Changed Domain-Changed Domain-Changed");
}

#[tokio::test]
async fn privacy_is_the_clients_and_renewal_by_the_registrar_is_staffs() {
    let (mut house, mut ada) = with_domain("ada.example").await;
    let page = ada.get("/domains/1/tools/privacy").await.body;
    assert!(page.contains("Hidden") && !page.contains("auto-renew"), "{page}");
    assert_eq!(ada.post("/domains/1/tools/privacy/privacy", &[("field.state", "off")]).await.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "privacy").await, "false");
    assert_eq!(ada.post("/domains/1/tools/privacy/auto-renew", &[("field.state", "on")]).await.status, 404);
    let staffs = house.staff.post("/admin/domains/1/tools/privacy/auto-renew", &[("field.state", "on")]).await;
    assert_eq!(staffs.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "auto_renew").await, "true");
}

#[tokio::test]
async fn another_clients_domain_is_not_there() {
    let (house, _) = with_domain("ada.example").await;
    let (_, mut eve) = house.site.client("eve@example.org").await;
    for page in ["dns", "hosts", "dnssec", "privacy", "actions"] {
        assert_eq!(eve.get(&format!("/domains/1/tools/{page}")).await.status, 404, "{page}");
    }
    assert_eq!(eve.post("/domains/1/tools/privacy/privacy", &[("field.state", "off")]).await.status, 404);
    assert_eq!(held(&house, "ada.example", "privacy").await, "true");
}

#[tokio::test]
async fn an_action_of_the_registrar_runs_and_its_secret_is_shown_to_who_ran_it() {
    let (mut house, mut ada) = with_domain("ada.example").await;
    let page = ada.get("/domains/1/tools/actions").await.body;
    assert!(page.contains("verification") && !page.contains("New transfer code"), "{page}");
    assert_eq!(ada.post("/domains/1/tools/actions/new-code", &[]).await.status, 404, "an action of staff");
    assert_eq!(ada.post("/domains/1/tools/actions/verify", &[("field.email", "")]).await.status, 422);
    assert_eq!(ada.post("/domains/1/tools/actions/verify", &[("field.email", "ada@example.org")]).await.status, 303);
    house.drain().await;
    assert!(ada.get("/domains/1").await.body.contains("The mail was sent to ada@example.org."));
    assert_eq!(house.staff.post("/admin/domains/1/tools/actions/new-code", &[]).await.status, 303);
    house.drain().await;
    let code = held(&house, "ada.example", "code").await;
    let shown = house.staff.get("/admin/domains/1").await.body;
    assert!(shown.contains("There is a new code.") && !shown.contains(&code), "{shown}");
    let effect = house.value("SELECT max(id)::text FROM effect WHERE kind = 'domain.action'").await;
    let revealed = house.staff.post(&format!("/admin/domains/1/operations/{effect}/reveal"), &[]).await;
    assert!(revealed.body.contains(&code), "{}", revealed.body);
    assert_eq!(ada.post(&format!("/domains/1/operations/{effect}/reveal"), &[]).await.status, 404);
}

#[tokio::test]
async fn a_domain_is_given_back_and_restored() {
    let (mut house, _) = with_domain("ada.example").await;
    let page = house.staff.get("/admin/domains/1/tools/ending").await.body;
    assert!(page.contains("Delete the domain") && !page.contains("Restore the domain"), "{page}");
    assert_eq!(house.staff.post("/admin/domains/1/tools/ending/delete", &[]).await.status, 422, "one has to be sure");
    let sure = [("field.sure", "on")];
    assert_eq!(house.staff.post("/admin/domains/1/tools/ending/delete", &sure).await.status, 303);
    house.drain().await;
    assert_eq!(held(&house, "ada.example", "state").await, "Deleted");
    assert_eq!(house.value("SELECT state FROM domain WHERE id = 1").await, "cancelled");
    assert!(house.staff.get("/admin/domains/1/tools/ending").await.body.contains("Restore the domain"));
    let before = house.value("SELECT expires_on::text FROM domain WHERE id = 1").await;
    assert_eq!(house.staff.post("/admin/domains/1/tools/ending/restore", &sure).await.status, 303);
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM domain WHERE id = 1").await, "active");
    assert_ne!(house.value("SELECT expires_on::text FROM domain WHERE id = 1").await, before);
    assert_eq!(held(&house, "ada.example", "state").await, "Active");
}

#[tokio::test]
async fn a_transfer_is_followed_and_started_anew() {
    let mut house = house().await;
    let mut ada = house.ada().await;
    let added = ada.post("/order/transfer", &[("name", "mine.example"), ("auth_code", "let-me-go")]).await;
    assert_eq!(added.status, 303);
    assert_eq!(added.location(), "/cart", "nothing has to be answered");
    assert_eq!(ada.post("/checkout", &[]).await.status, 303);
    house.pay("T-1", "9.00").await;
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM domain WHERE id = 1").await, "transferring");
    let page = ada.get("/domains/1/tools/transfer").await.body;
    assert!(page.contains("The owner has to agree") && page.contains("ada@example.org"), "{page}");
    assert!(
        house.staff.get("/admin/domains/1").await.body.contains("the registry has the request"),
        "progress is shown"
    );
    assert_eq!(ada.post("/domains/1/tools/transfer/restart", &[("field.code", "another")]).await.status, 303);
    house.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM domain WHERE id = 1").await, "active");
    let said = house
        .value("SELECT string_agg(coalesce(argument::text, '') || coalesce(error, ''), ' ') FROM plugin_call")
        .await;
    assert!(!said.contains("another") && !said.contains("let-me-go"), "codes are not written down: {said}");
}

#[tokio::test]
async fn what_a_person_has_to_do_waits_as_a_to_do() {
    let mut house = house().await;
    let mut ada = house.ada().await;
    let details =
        ada.post("/order/domains", &[("name", "paper-ada.example"), ("years", "1")]).await.location().to_owned();
    ada.post(&details, &[("field.registrant_form", "person")]).await;
    ada.post("/checkout", &[]).await;
    house.pay("T-1", "10.00").await;
    house.drain().await;
    let page = house.staff.get("/admin/domains/1").await.body;
    assert!(page.contains("the registry wants a signed form"), "{page}");
    assert_eq!(house.value("SELECT state FROM effect WHERE kind = 'domain.register'").await, "needs_human");
}

#[tokio::test]
async fn staff_see_the_account_and_take_domains_over_once() {
    let (mut house, _) = with_domain("ada.example").await;
    let prices = house.staff.get("/admin/plugins/example-registry/prices").await.body;
    assert!(prices.contains(".test") && prices.contains("€60.00"), "{prices}");
    let list = house.staff.get("/admin/plugins/example-registry/domains").await.body;
    assert!(list.contains("€100.00") && list.contains("/admin/domains/1"), "{list}");
    house.run("UPDATE domain SET state = 'transferred_away' WHERE id = 1").await;
    let list = house.staff.get("/admin/plugins/example-registry/domains").await.body;
    assert!(list.contains("Take over"), "{list}");
    let import = "/admin/plugins/example-registry/domains/import";
    let lost = [("name", "nobody.example"), ("client", "1")];
    house.staff.post(import, &lost).await;
    house.staff.post(import, &[("name", "ada.example"), ("client", "99")]).await;
    assert_eq!(house.value("SELECT count(*)::text FROM domain").await, "1", "bad input changes nothing");
    let good = [("name", "ada.example"), ("client", "1")];
    assert_eq!(house.staff.post(import, &good).await.location(), "/admin/domains/2");
    house.staff.post(import, &good).await;
    let made = "SELECT string_agg(state || ' ' || amount, ', ' ORDER BY id) FROM domain";
    assert_eq!(house.value(made).await, "transferred_away 1100, active 1100", "once, at its price");
}
