//! What plugins offer besides, through the API: ways to pay, charges and refunds; actions, links, zones; accounts and
//! domains that are there already.

use innkeeper_app::plugins::Registry;
use innkeeper_domain::Permission;
use innkeeper_examples::card::{Card, CardVendor, with_vendor};
use innkeeper_examples::{cloud, registry};
use serde_json::{Value, json};

use crate::client::{Api, Reply};
use crate::shop::{Customer, Shop};

/// A shop that takes test cards, and Ada's unpaid invoice of 14.90.
async fn till() -> (Shop, CardVendor, Customer) {
    let (plugin, vendor) = with_vendor();
    let shop = Shop::with(Registry::new([plugin]).unwrap()).await;
    let settings = json!({ "settings": { "signing_key": "signing-key-of-the-tests" } });
    shop.admin.put("/plugins/card/settings", settings).await.good();
    let ada = shop.customer("ada").await;
    (shop, vendor, ada)
}

/// Ada begins to store a card, and the vendor has it. The vendor's id.
async fn stored(shop: &Shop, vendor: &CardVendor, ada: &Customer, card: Card) -> String {
    let page = ada.api.post(&format!("/clients/{}/stored-methods/setup/card", ada.id), json!({})).await.good();
    assert_eq!(page, json!({ "kind": "redirect", "url": "https://host.example/ways-to-pay/add/card" }));
    let customer: String =
        sqlx::query_scalar("SELECT remote_id FROM gateway_customer").fetch_one(shop.site.pool()).await.unwrap();
    vendor.store_card(&customer, card)
}

fn error_of(reply: &Reply) -> &str {
    reply.body["detail"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_stored_card_is_charged_and_given_back_through_the_api() {
    let (shop, vendor, ada) = till().await;
    let method = stored(&shop, &vendor, &ada, Card::Good).await;
    let methods = format!("/clients/{}/stored-methods", ada.id);
    let key = json!({ "gateway": "card", "method": method });
    assert_eq!(ada.api.post(&format!("{methods}/default"), key.clone()).await.status, 204);
    let listed = ada.api.get(&methods).await.good();
    let way = json!({ "id": method, "label": "Visa •••• 4242", "expires": "2031-12", "is_default": true });
    assert_eq!(listed["data"][0]["methods"], json!([way]));

    let charge = format!("/invoices/{}/charge", ada.invoice);
    ada.api.post(&charge, key.clone()).await.problem(403);
    let strange = json!({ "gateway": "card", "method": vendor.store_card("somebody else", Card::Good) });
    shop.admin.post(&charge, strange).await.problem(404);
    // Asked twice under one key, it is one charge.
    let keyed = shop.admin.keyed("charge-1");
    let (first, again) = (keyed.post(&charge, key.clone()).await, keyed.post(&charge, key.clone()).await);
    assert_eq!((first.status.as_u16(), &first.body), (202, &again.body));
    shop.site.work().await;
    assert_eq!(vendor.taken(), 1);
    assert!(error_of(&shop.admin.post(&charge, key.clone()).await).contains("nothing is owed"));
    let effects = shop.admin.get(&format!("/effects?invoice_id={}", ada.invoice)).await.good();
    assert_eq!(
        (&effects["data"][0]["kind"], &effects["data"][0]["state"]),
        (&json!("invoice.charge"), &json!("succeeded"))
    );

    let payment = ada.api.get("/payments").await.good()["data"][0]["id"].as_i64().unwrap();
    let refund = format!("/payments/{payment}/refund");
    let five = json!({ "amount": { "amount": "5.00", "currency": "EUR" }, "note": "sorry" });
    ada.api.post(&refund, five.clone()).await.problem(403);
    let much = json!({ "amount": { "amount": "14.91", "currency": "EUR" } });
    assert_eq!(shop.admin.post(&refund, much).await.problem(422), "amount");
    assert_eq!(shop.admin.post(&refund, five.clone()).await.status, 202);
    shop.admin.post(&refund, five).await.problem(409);
    shop.site.work().await;
    let given = shop.admin.get(&format!("/payments/{payment}/refunds")).await.good();
    assert_eq!((&given["left"]["minor"], &given["refunds"][0]["amount"]["minor"]), (&json!(990), &json!(500)));
    assert_eq!(ada.api.post(&format!("{methods}/forget"), key).await.status, 204);
    assert_eq!(ada.api.get(&methods).await.good()["data"][0]["methods"], json!([]));
    assert_eq!(shop.admin.get("/violations").await.good()["data"], json!([]));
}

#[tokio::test]
async fn payments_that_are_pending_rejected_or_charged_back_are_told() {
    let (shop, vendor, ada) = till().await;
    let eve = shop.customer("eve").await;
    let declined = stored(&shop, &vendor, &ada, Card::Declined).await;
    let charge = format!("/invoices/{}/charge", ada.invoice);
    shop.admin.post(&charge, json!({ "gateway": "card", "method": declined })).await.good();
    shop.site.work().await;
    let rejected = ada.api.get("/gateway-payments?state=rejected").await.good();
    let told = &rejected["data"][0];
    assert_eq!((&told["reason"], &told["invoice_id"]), (&json!("The card was declined."), &json!(ada.invoice)));
    assert_eq!(told["amount"], json!({ "minor": 1490, "currency": "EUR" }));
    let path = format!("/gateway-payments/{}", told["id"]);
    assert_eq!(&ada.api.get(&path).await.good(), told);
    eve.api.get(&path).await.problem(404);
    assert_eq!(eve.api.get("/gateway-payments").await.good()["data"], json!([]));

    let slow = stored(&shop, &vendor, &ada, Card::Slow).await;
    shop.admin.post(&charge, json!({ "gateway": "card", "method": slow })).await.good();
    shop.site.work().await;
    let states = |page: &Value| {
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = shop.admin.get(&format!("/gateway-payments?invoice_id={}&gateway=card", ada.invoice)).await.good();
    assert_eq!(states(&all), ["pending", "rejected"]);
    assert_eq!(all["data"][0]["fee_minor"], json!(null));
    assert_eq!(shop.admin.get("/gateway-payments?state=lost").await.problem(422), "state");
    // Two to a page, newest first.
    let first = shop.admin.get("/gateway-payments?limit=1").await.good();
    let next = first["next"].as_str().unwrap();
    assert_eq!(states(&shop.admin.get(&format!("/gateway-payments?before={next}")).await.good()), ["rejected"]);
}

#[tokio::test]
async fn settings_of_plugins_are_tried_out() {
    let (shop, vendor, _) = till().await;
    assert_eq!(shop.admin.get("/plugins/card").await.good()["can_test"], true);
    let news = shop.admin.post("/plugins/card/test", json!({})).await.good();
    assert_eq!(news["message"], "the vendor of test cards knows 0 payments");
    vendor.out_of_service(true);
    shop.admin.post("/plugins/card/test", json!({})).await.problem(502);
}

#[tokio::test]
async fn a_subscription_is_ended_by_its_client() {
    let (shop, vendor, ada) = till().await;
    let subscription = vendor.subscribe();
    sqlx::query("INSERT INTO gateway_subscription (gateway, remote_id, service_id) VALUES ('card', $1, $2)")
        .bind(&subscription)
        .bind(ada.service)
        .execute(shop.site.pool())
        .await
        .unwrap();
    let list = format!("/services/{}/subscriptions", ada.service);
    let end = format!("/services/{}/end-subscription", ada.service);
    assert_eq!(ada.api.get(&list).await.good()["data"][0]["can_end"], true);
    ada.api.post(&end, json!({ "gateway": "card", "subscription": "sub_x" })).await.problem(404);
    let key = json!({ "gateway": "card", "subscription": subscription });
    assert_eq!(ada.api.post(&end, key.clone()).await.status, 202);
    assert_eq!(ada.api.get(&list).await.good()["data"][0]["is_ending"], true);
    shop.site.work().await;
    assert_eq!(vendor.subscriptions(), 0);
    assert!(!ada.api.get(&list).await.good()["data"][0]["ended_at"].is_null());
    ada.api.post(&end, key).await.problem(409);
}

#[tokio::test]
async fn an_order_is_held_and_let_pass() {
    let shop = Shop::open().await;
    let ada = shop.customer("ada").await;
    let order = format!("/orders/{}", ada.order);
    sqlx::query(
        "INSERT INTO order_screening (order_id, plugin_id, risk, score, reasons)
         VALUES ($1, 'club', 'review', 60, '[\"a throwaway address\"]')",
    )
    .bind(ada.order)
    .execute(shop.site.pool())
    .await
    .unwrap();
    ada.api.post(&format!("{order}/hold"), json!({})).await.problem(403);
    shop.admin.post(&format!("{order}/release"), json!({})).await.problem(409);
    assert_eq!(shop.admin.post(&format!("{order}/hold"), json!({})).await.status, 204);
    shop.admin.post(&format!("{order}/hold"), json!({})).await.problem(409);
    let told = shop.admin.get(&format!("{order}/screening")).await.good();
    assert_eq!((&told["screening"], &told["is_held"]), (&json!("held"), &json!(true)));
    assert_eq!((&told["said"][0]["risk"], &told["said"][0]["score"]), (&json!("review"), &json!(60)));
    assert_eq!(told["said"][0]["reasons"], json!(["a throwaway address"]));
    ada.api.get(&format!("{order}/screening")).await.problem(403);
    assert!(ada.api.get(&order).await.good()["screening"].is_null(), "that it is doubted is not the client's business");
    assert_eq!(shop.admin.get(&order).await.good()["screening"], "held");
    assert_eq!(shop.admin.post(&format!("{order}/release"), json!({})).await.status, 204);
    assert_eq!(shop.admin.get(&format!("{order}/screening")).await.good()["is_held"], false);
    shop.admin.post(&format!("{order}/accept"), json!({})).await.good();
    shop.admin.post(&format!("{order}/hold"), json!({})).await.problem(409);
}

/// A shop that sells machines of the example cloud on server 1, and Ada's machine: service 1.
async fn with_machine() -> (Shop, Api) {
    let shop = Shop::with(Registry::new([cloud::plugin()]).unwrap()).await;
    for sql in [
        "INSERT INTO server_group (name) VALUES ('Cloud')",
        "INSERT INTO server (group_id, name, plugin_id, settings) VALUES (1, 'vie1', 'example-cloud', '{\"region\": \"vie\"}')",
        "INSERT INTO product (group_id, name, slug, plugin_id, server_group_id, settings)
         VALUES (1, 'Machine', 'machine', 'example-cloud', 1, '{\"size\": \"S\"}')",
        "INSERT INTO price (product_id, currency, cycle_id, amount, setup) VALUES (2, 'EUR', 1, 2000, 0)",
    ] {
        sqlx::query(sql).execute(shop.site.pool()).await.unwrap();
    }
    let (_, ada) = shop.client("ada@example.org").await;
    let cart = ada.post("/carts", json!({})).await.good()["token"].as_str().unwrap().to_owned();
    let fields = json!({ "host": "web1.example.com", "image": "debian-13", "place": "vie", "root": "Tr4velling-Owl" });
    let item = json!({ "product_id": 2, "cycle_id": 1, "fields": fields });
    ada.post(&format!("/carts/{cart}/products"), item).await.id();
    ada.post(&format!("/carts/{cart}/checkout"), json!({})).await.good();
    shop.admin.post("/orders/1/accept", json!({})).await.good();
    shop.site.work().await;
    assert_eq!(ada.get("/services/1").await.good()["state"], "active");
    (shop, ada)
}

#[tokio::test]
async fn actions_of_a_plugin_are_listed_and_run() {
    let (shop, ada) = with_machine().await;
    let keys = |page: &Value| {
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let listed = ada.get("/services/1/actions").await.good();
    assert_eq!(keys(&listed), ["reboot", "stop", "rescue", "rebuild", "backup"], "those that make sense now");
    assert_eq!(listed["data"][3]["fields"][0]["choices"], json!(["debian-13", "alpine-3"]));
    assert!(keys(&shop.admin.get("/services/1/actions").await.good()).contains(&"move".to_owned()));
    ada.post("/services/1/actions", json!({ "action": "move" })).await.problem(404);
    let wrong = json!({ "action": "rebuild", "input": { "image": "windows" } });
    assert_eq!(ada.post("/services/1/actions", wrong).await.problem(422), "image");
    let stop = ada.keyed("stop-1");
    let started = stop.post("/services/1/actions", json!({ "action": "stop" })).await;
    assert_eq!(started.status, 202);
    assert_eq!(stop.post("/services/1/actions", json!({ "action": "stop" })).await.body, started.body);
    shop.site.work().await;
    assert_eq!(keys(&ada.get("/services/1/actions").await.good()), ["start", "rescue", "rebuild", "backup"]);
    let (_, eve) = shop.client("eve@example.org").await;
    eve.get("/services/1/actions").await.problem(404);
}

#[tokio::test]
async fn a_link_into_the_vendors_panel_is_made_for_its_owner() {
    let (shop, ada) = with_machine().await;
    assert_eq!(ada.get("/services/1").await.good()["sign_on"], json!(["account"]));
    let link = ada.post("/services/1/sign-on", json!({})).await.good();
    assert!(link["url"].as_str().unwrap().starts_with("https://cloud.example/machines/m-1?once="), "{link}");
    assert_eq!(ada.post("/services/1/sign-on", json!({ "target": "server" })).await.problem(422), "target");
    let (_, eve) = shop.client("eve@example.org").await;
    eve.post("/services/1/sign-on", json!({ "target": "account" })).await.problem(404);
    ada.post("/servers/1/sign-on", json!({})).await.problem(403);
    let link = shop.admin.post("/servers/1/sign-on", json!({})).await.good();
    assert!(link["url"].as_str().unwrap().starts_with("https://cloud.example/admin?once="), "{link}");
}

#[tokio::test]
async fn a_zone_is_read_and_changed() {
    let (shop, ada) = with_machine().await;
    let zone = ada.get("/services/1/zone").await.good();
    assert_eq!((&zone["name"], &zone["records"]), (&json!("web1.example.com"), &json!([])));
    assert_eq!(zone["types"], json!(["A", "AAAA", "PTR", "TXT"]));
    let record = |content: &str, kind: &str| json!({ "name": "WWW", "type": kind, "content": content, "ttl": 7200 });
    for (wrong, field) in [
        (json!({ "add": [record("ada", "A")] }), "add.0.content"),
        (json!({ "add": [record("192.0.2.1", "A"), record("x", "MX")] }), "add.1.type"),
        (json!({ "remove": [record("x", "NONSENSE")] }), "remove.0.type"),
        (json!({}), "add"),
    ] {
        assert_eq!(ada.post("/services/1/zone", wrong).await.problem(422), field);
    }
    let two = json!({ "add": [record("192.0.2.1", "A"), record("192.0.2.2", "A")] });
    assert_eq!(ada.post("/services/1/zone", two).await.status, 202);
    shop.site.work().await;
    let swap = json!({ "add": [record("v=spf1 -all", "TXT")], "remove": [
        { "name": "www", "type": "A", "content": "192.0.2.1", "ttl": 7200, "priority": null }] });
    assert_eq!(ada.post("/services/1/zone", swap).await.status, 202);
    shop.site.work().await;
    let zone = ada.get("/services/1/zone").await.good();
    let contents: Vec<&str> =
        zone["records"].as_array().unwrap().iter().filter_map(|record| record["content"].as_str()).collect();
    assert_eq!(contents, ["192.0.2.2", "v=spf1 -all"]);
    let (_, eve) = shop.client("eve@example.org").await;
    eve.get("/services/1/zone").await.problem(404);
}

#[tokio::test]
async fn an_account_that_a_server_has_becomes_a_service_once() {
    let (shop, ada) = with_machine().await;
    let listed = shop.admin.get("/servers/1/accounts").await.good();
    let account = &listed["data"][0];
    assert_eq!((&account["remote_id"], &account["service_id"]), (&json!("m-1"), &json!(1)));
    ada.get("/servers/1/accounts").await.problem(403);
    let plans = shop.admin.get("/servers/1/import-plans").await.good();
    assert_eq!((&plans["data"][0]["product_id"], &plans["data"][0]["cycle_id"]), (&json!(2), &json!(1)));
    let import = |remote_id: &str| {
        json!({ "remote_id": remote_id, "client_id": account["client_id"], "product_id": 2, "cycle_id": 1,
            "first_day": "2027-01-01" })
    };
    shop.admin.post("/servers/1/accounts", import("m-1")).await.problem(409);
    sqlx::query("UPDATE service SET state = 'terminated'").execute(shop.site.pool()).await.unwrap();
    assert!(shop.admin.get("/servers/1/accounts").await.good()["data"][0]["service_id"].is_null());
    shop.admin.post("/servers/1/accounts", import("m-99")).await.problem(409);
    let made = shop.admin.post("/servers/1/accounts", import("m-1")).await;
    assert_eq!(made.header("location"), format!("/api/v1/services/{}", made.body["id"]));
    let id = made.id();
    shop.site.work().await;
    assert_eq!(ada.get(&format!("/services/{id}")).await.good()["state"], "active");
    shop.admin.post("/servers/1/accounts", import("m-1")).await.problem(409);
}

#[tokio::test]
async fn a_domain_that_the_registrar_holds_gets_records_and_becomes_a_clients_once() {
    let shop = Shop::with(Registry::new([registry::plugin(), cloud::plugin()]).unwrap()).await;
    let (client, ada) = shop.client("ada@example.org").await;
    for sql in [
        "INSERT INTO tld (name, plugin_id) VALUES ('example', 'example-registry')",
        "INSERT INTO tld_price (tld_id, currency, register, renew, transfer) VALUES (1, 'EUR', 1000, 1100, 900)",
    ] {
        sqlx::query(sql).execute(shop.site.pool()).await.unwrap();
    }
    let domains = "/plugins/example-registry/domains";
    assert_eq!(shop.admin.get(domains).await.good()["data"], json!([]));
    let cart = ada.post("/carts", json!({})).await.good()["token"].as_str().unwrap().to_owned();
    let answers = json!({ "registrant_form": "company", "registrant_number": "FN 123" });
    let item = json!({ "name": "ada.example", "years": 1, "answers": answers });
    ada.post(&format!("/carts/{cart}/domains"), item).await.id();
    ada.post(&format!("/carts/{cart}/checkout"), json!({})).await.good();
    shop.admin.post("/orders/1/accept", json!({})).await.good();
    shop.site.work().await;
    let record = json!({ "name": "www", "type": "A", "content": "192.0.2.1", "ttl": 7200, "priority": null });
    assert_eq!(ada.post("/domains/1/zone", json!({ "add": [record] })).await.status, 202);
    shop.site.work().await;
    let records = ada.get("/domains/1/zone").await.good()["records"].clone();
    assert!(records.as_array().unwrap().contains(&record), "{records}");
    let listed = shop.admin.get(domains).await.good();
    assert_eq!((&listed["data"][0]["name"], &listed["data"][0]["domain_id"]), (&json!("ada.example"), &json!(1)));
    let import = json!({ "name": "ada.example", "client_id": client });
    shop.admin.post(domains, import.clone()).await.problem(409);
    sqlx::query("UPDATE domain SET state = 'transferred_away'").execute(shop.site.pool()).await.unwrap();
    let made = shop.admin.post(domains, import.clone()).await;
    assert_eq!(made.header("location"), "/api/v1/domains/2");
    shop.admin.post(domains, import).await.problem(409);
    assert_eq!(ada.get("/domains/2").await.good()["state"], "active");
    assert_eq!(shop.admin.get("/plugins/example-registry/balance").await.good()["balance"]["amount"], "100.00");
    let prices = shop.admin.get("/plugins/example-registry/prices").await.good();
    assert!(prices["data"].as_array().unwrap().iter().any(|row| row["extension"] == "test"), "{prices}");
    for other in ["example-cloud", "nobody"] {
        shop.admin.get(&format!("/plugins/{other}/domains")).await.problem(404);
        shop.admin.get(&format!("/plugins/{other}/balance")).await.problem(404);
    }
    let looker = Api::staff(&shop.site, &[Permission::ServersRead]).await;
    assert_eq!(looker.get(domains).await.status, 200);
    looker.post(domains, json!({ "name": "ada.example", "client_id": client })).await.problem(403);
}
