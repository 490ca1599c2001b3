//! What a server plugin may offer besides, with the example cloud.

use innkeeper_examples::cloud;

use crate::{house::House, support::Browser};

/// A host that also sells machines for 20.00 a month, on a server with two addresses in its pool.
async fn house(product: &str) -> House {
    let house = House::with([cloud::plugin()]).await;
    for sql in [
        "INSERT INTO server_group (name) VALUES ('Cloud')",
        "INSERT INTO server (group_id, name, plugin_id, settings, nameservers)
         VALUES (2, 'vie1', 'example-cloud', '{\"region\": \"vie\"}', '{ns1.host.example,ns2.host.example}')",
        "INSERT INTO product_group (name) VALUES ('Machines')",
        "INSERT INTO price (product_id, currency, cycle_id, amount, setup) VALUES (2, 'EUR', 1, 2000, 0)",
        "INSERT INTO server_address (server_id, address) VALUES (2, '192.0.2.10'), (2, '192.0.2.11')",
    ] {
        if sql.starts_with("INSERT INTO price") {
            let columns = "group_id, name, slug, plugin_id, server_group_id, settings";
            house
                .run(&format!(
                    "INSERT INTO product ({columns}) VALUES (2, 'Machine', 'machine', 'example-cloud', 2, '{product}')"
                ))
                .await;
        }
        house.run(sql).await;
    }
    house
}

const PLAN: &str = r#"{"size": "S", "addresses": 1}"#;

/// Orders a machine through the portal and pays for it.
async fn order(house: &mut House, ada: &mut Browser, host: &str, invoice: &str) {
    order_with(house, ada, (host, &[]), (invoice, "20.00")).await;
}

async fn order_with(
    house: &mut House,
    ada: &mut Browser,
    (host, options): (&str, &[(&str, &str)]),
    (invoice, amount): (&str, &str),
) {
    let answers = [
        ("cycle", "1"),
        ("field.host", host),
        ("field.image", "debian-13"),
        ("field.place", "vie"),
        ("field.root", "Tr4velling-Owl"),
        ("field.ssh_key", ""),
        ("field.first_start", ""),
    ];
    let added = ada.post("/order/machine", &[&answers[..], options].concat()).await;
    assert_eq!(added.status, 303, "{}", added.body);
    assert_eq!(ada.post("/checkout", &[]).await.status, 303);
    let fields = [
        ("gateway", "bank"),
        ("transaction_ref", invoice),
        ("amount", amount),
        ("received_on", "2026-01-15"),
        ("note", ""),
    ];
    let paid = house.staff.post(&format!("/admin/invoices/{invoice}/pay"), &fields).await;
    assert_eq!(paid.status, 303, "{}", paid.body);
    house.drain().await;
}

async fn with_machine() -> (House, Browser) {
    let mut house = house(PLAN).await;
    let mut ada = house.ada().await;
    order(&mut house, &mut ada, "web1.example.com", "1").await;
    assert_eq!(house.value("SELECT state FROM service WHERE id = 1").await, "active");
    (house, ada)
}

/// A value of the first machine.
async fn machine(house: &House, what: &str) -> String {
    let sql = format!("SELECT value #>> '{{machines,m-1,{what}}}' FROM plugin_store WHERE plugin_id = 'example-cloud'");
    house.value(&sql).await
}

#[tokio::test]
async fn a_machine_gets_an_address_of_its_own_and_what_the_cloud_chose_is_kept() {
    let (house, _) = with_machine().await;
    assert_eq!(machine(&house, "addresses,0").await, "192.0.2.10");
    let held = "SELECT host(address) || ' ' || service_id FROM server_address WHERE service_id IS NOT NULL";
    assert_eq!(house.value(held).await, "192.0.2.10 1");
    assert_eq!(house.value("SELECT array_to_string(addresses, ',') FROM service WHERE id = 1").await, "192.0.2.10");
    assert_eq!(
        house.value("SELECT client_id || ' ' || server_id || ' ' || remote_id FROM remote_user").await,
        "1 2 u-1"
    );
}

#[tokio::test]
async fn an_empty_pool_waits_for_staff_and_goes_on_once_it_has_addresses() {
    let mut house = house(r#"{"size": "S", "addresses": 3}"#).await;
    let mut ada = house.ada().await;
    order(&mut house, &mut ada, "web1.example.com", "1").await;
    assert_eq!(house.value("SELECT state FROM effect").await, "needs_human");
    assert!(house.value("SELECT error FROM effect").await.contains("too few free IPv4 addresses"));
    assert_eq!(
        house.value("SELECT count(service_id)::text FROM server_address").await,
        "0",
        "nothing is held meanwhile"
    );
    for bad in ["", "x", "10.0.0.0/8", "192.0.2.1/"] {
        assert_eq!(house.staff.post("/admin/servers/2/addresses", &[("addresses", bad)]).await.status, 422, "{bad}");
    }
    let added = house.staff.post("/admin/servers/2/addresses", &[("addresses", "192.0.2.12/31, 192.0.2.10")]).await;
    assert_eq!(added.status, 303);
    assert_eq!(house.value("SELECT count(*)::text FROM server_address").await, "4");
    let effect = house.value("SELECT id::text FROM effect").await;
    house.staff.post(&format!("/admin/effects/{effect}/retry"), &[]).await;
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM service WHERE id = 1").await, "active");
    assert_eq!(machine(&house, "addresses,2").await, "192.0.2.12");
    let page = house.staff.get("/admin/servers/2/addresses").await.body;
    assert!(page.contains("1 free of 4") && page.contains("/admin/services/1"), "{page}");
    let held = house.value("SELECT min(id)::text FROM server_address WHERE service_id = 1").await;
    house.staff.post(&format!("/admin/servers/2/addresses/{held}/remove"), &[]).await;
    assert_eq!(house.value("SELECT count(*)::text FROM server_address").await, "4", "one that is held stays");
}

#[tokio::test]
async fn an_address_is_free_again_when_its_service_has_ended() {
    let (mut house, mut ada) = with_machine().await;
    assert_eq!(house.staff.post("/admin/services/1/terminate", &[("sure", "on"), ("confirm", "on")]).await.status, 303);
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM service WHERE id = 1").await, "terminated");
    order(&mut house, &mut ada, "web2.example.com", "2").await;
    let held = "SELECT string_agg(host(address) || ' ' || service_id, ', ') FROM server_address WHERE service_id = 2";
    assert_eq!(house.value(held).await, "192.0.2.10 2");
}

#[tokio::test]
async fn quantities_and_addresses_are_changed_by_staff() {
    let (mut house, _) = with_machine().await;
    let page = house.staff.get("/admin/services/1/change").await.body;
    assert!(page.contains("More disk") && page.contains("Backups") && page.contains("shared one"), "{page}");
    assert!(page.contains("0 MiB") && page.contains("such as 10 GiB"), "in a unit for people: {page}");
    for bad in [[("addon.DISKSPACE", "-1")], [("addon.BACKUP", "2")], [("addon.NOTHING", "1")]] {
        assert_eq!(house.staff.post("/admin/services/1/change", &bad).await.status, 422, "{bad:?}");
    }
    let wanted = [("address", "shared"), ("addon.DISKSPACE", "1.5 GiB"), ("addon.BACKUP", "1")];
    let vague = house.staff.post("/admin/services/1/change", &[("addon.DISKSPACE", "10")]).await;
    assert!(vague.status == 422 && vague.body.contains("Must be a number and its unit"), "{}", vague.body);
    assert_eq!(house.staff.post("/admin/services/1/change", &wanted).await.status, 303);
    house.drain().await;
    assert_eq!(machine(&house, "addons,DISKSPACE").await, "1610612736");
    assert!(house.staff.get("/admin/services/1/change").await.body.contains("1.5 GiB"));
    assert_eq!(machine(&house, "addresses").await, "[]");
    assert_eq!(house.value("SELECT count(service_id)::text FROM server_address").await, "0", "the pool has it back");
    assert_eq!(house.value("SELECT addons ->> 'BACKUP' FROM service WHERE id = 1").await, "1");
    assert_eq!(house.staff.post("/admin/services/1/change", &[("address", "own")]).await.status, 303);
    house.drain().await;
    assert_eq!(machine(&house, "addresses,0").await, "192.0.2.10");
}

#[tokio::test]
async fn options_set_what_the_cloud_makes_and_clients_change_them() {
    let mut house = house(PLAN).await;
    house.staff.post("/admin/option-groups", &[("name", "Machines"), ("products", "2")]).await;
    let size = [("name", "Size"), ("kind", "choice"), ("position", "0"), ("setting", "size")];
    let sizes = [("name.0", "Small"), ("code.0", "S"), ("amount.0.EUR.1", "0")];
    let larger = [("name.1", "Large"), ("code.1", "L"), ("amount.1.EUR.1", "10")];
    let backup = [("name", "Daily copies"), ("kind", "yes_no"), ("position", "1"), ("setting", "BACKUP")];
    let many = [("name", "Addresses"), ("kind", "choice"), ("position", "2"), ("setting", "addresses")];
    let refused = house.staff.post("/admin/option-groups/1/new", &[&many[..], &sizes].concat()).await;
    assert_eq!(refused.status, 422);
    refused.shows("nothing that example-cloud takes for addresses");
    let backups = [("amount.0.EUR.1", "2")];
    for option in [[&size[..], &sizes, &larger].concat(), [&backup[..], &backups].concat()] {
        let made = house.staff.post("/admin/option-groups/1/new", &option).await;
        assert_eq!(made.status, 303, "{}", made.body);
    }
    let mut ada = house.ada().await;
    order_with(&mut house, &mut ada, ("web1.example.com", &[("options.1", "2")]), ("1", "30.00")).await;
    assert_eq!(machine(&house, "plan").await, "L");
    assert_eq!(house.value("SELECT (settings || addons)::text FROM service").await, r#"{"size": "L"}"#);

    ada.get("/services/1/plan").await.shows("Machine, €30.00 monthly").shows("Daily copies").shows("keeps its price");
    let wanted = [("offer", "2:1"), ("options.1", "1"), ("options.2", "true"), ("when", "now")];
    let quote = ada.post("/services/1/plan", &wanted).await;
    quote.shows("Given back as credit").shows("Size: Small, Daily copies: Yes");
    let total = quote.body.split("name=\"total\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let agreed = [&wanted[..], &[("total", total), ("currency", "EUR")]].concat();
    assert_eq!(ada.post("/services/1/plan", &agreed).await.location(), "/services/1");
    house.drain().await;
    assert_eq!((machine(&house, "plan").await, machine(&house, "addons,BACKUP").await), ("S".into(), "1".into()));
    assert_eq!(house.value("SELECT (settings || addons)::text FROM service").await, r#"{"size": "S", "BACKUP": 1}"#);
    ada.get("/services/1").await.shows("Small").shows("Daily copies");
    let again = ada.post("/services/1/plan", &wanted).await;
    assert_eq!(again.status, 422);
    again.shows("has these options already");
}

#[tokio::test]
async fn an_add_on_is_set_up_after_its_machine_and_knows_it() {
    let mut house = house(PLAN).await;
    for sql in [
        "INSERT INTO product (group_id, name, slug, plugin_id, server_group_id, settings)
         VALUES (2, 'Second', 'second', 'example-cloud', 2, '{\"size\": \"XS\"}')",
        "INSERT INTO price (product_id, currency, cycle_id, amount, setup) VALUES (3, 'EUR', 1, 500, 0)",
    ] {
        house.run(sql).await;
    }
    let sold = house.staff.post("/admin/products/3/addon", &[("is_addon", "on"), ("with", "2")]).await;
    assert_eq!(sold.status, 303, "{}", sold.body);
    let mut ada = house.ada().await;
    let answers = |host| {
        [
            ("cycle", "1"),
            ("field.host", host),
            ("field.image", "debian-13"),
            ("field.place", "vie"),
            ("field.root", "Tr4velling-Owl"),
            ("field.ssh_key", ""),
            ("field.first_start", ""),
        ]
    };
    assert_eq!(ada.post("/order/machine", &answers("slow-web.example.com")).await.status, 303);
    let second = [&answers("b.example.com")[..], &[("parent", "item-1")]].concat();
    assert_eq!(ada.post("/order/second", &second).await.status, 303);
    assert_eq!(ada.post("/checkout", &[]).await.status, 303);
    house.pay("T-1", "25.00").await;
    house.drain().await;
    let states = "SELECT string_agg(state, ' ' ORDER BY id) FROM service";
    assert_eq!(house.value(states).await, "pending pending", "the machine is being built, its add-on waits");
    for _ in 0..9 {
        house.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
        house.drain().await;
    }
    assert_eq!(house.value(states).await, "active active");
    let ids = "SELECT string_agg(remote_id, ' ' ORDER BY id) FROM service";
    let ids = house.value(ids).await;
    let (first, second) = ids.split_once(' ').unwrap();
    let machines = "SELECT count(*)::text FROM plugin_store, jsonb_object_keys(value -> 'machines')
                    WHERE plugin_id = 'example-cloud'";
    assert_eq!(house.value(machines).await, "2");
    let of =
        format!("SELECT value #>> '{{machines,{second},part_of}}' FROM plugin_store WHERE plugin_id = 'example-cloud'");
    assert_eq!(house.value(&of).await, first);
}

#[tokio::test]
async fn a_machine_that_is_built_for_a_while_shows_how_far_it_is() {
    let mut house = house(PLAN).await;
    let mut ada = house.ada().await;
    order(&mut house, &mut ada, "slow-web.example.com", "1").await;
    assert_eq!(house.value("SELECT state FROM service WHERE id = 1").await, "pending");
    let page = house.staff.get("/admin/services/1").await.body;
    assert!(page.contains("the machine is being built: 0 %"), "{page}");
    for _ in 0..4 {
        house.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
        house.drain().await;
    }
    assert_eq!(house.value("SELECT state FROM service WHERE id = 1").await, "active");
}

#[tokio::test]
async fn the_zone_of_an_account_is_changed_by_its_client() {
    let (house, mut ada) = with_machine().await;
    assert!(ada.get("/services/1").await.body.contains("/services/1/dns"));
    let record = [
        ("field.name", "@"),
        ("field.type", "A"),
        ("field.content", "192.0.2.10"),
        ("field.priority", ""),
        ("field.ttl", "300"),
    ];
    assert_eq!(ada.post("/services/1/dns/add", &[("field.name", "@")]).await.status, 422);
    assert_eq!(ada.post("/services/1/dns/add", &record).await.status, 303);
    house.drain().await;
    assert_eq!(machine(&house, "records,0,content").await, "192.0.2.10");
    assert!(ada.get("/services/1/dns").await.body.contains("192.0.2.10"));
    let (_, mut eve) = house.site.client("eve@example.org").await;
    assert_eq!(eve.get("/services/1/dns").await.status, 404);
    assert_eq!(eve.post("/services/1/dns/add", &record).await.status, 404);
}

#[tokio::test]
async fn settings_offer_what_only_the_vendor_knows() {
    let mut house = house(PLAN).await;
    let page = house.staff.get("/admin/products/2").await.body;
    assert!(page.contains("<option value=\"M\">Size M</option>"), "{page}");
    assert!(page.contains("data-when=\"settings.reseller\""), "a field that depends on another: {page}");
    assert!(page.contains("name=\"settings.networks\" value=\"storage\">"), "several may be chosen: {page}");
    let product = [
        ("name", "Machine"),
        ("slug", "machine"),
        ("group_id", "2"),
        ("plugin_id", "example-cloud"),
        ("server_group_id", "2"),
        ("setup_when", "payment"),
        ("position", "0"),
        ("settings.size", "M"),
        ("settings.addresses", "1"),
        ("settings.networks", "public"),
        ("settings.networks", "storage"),
    ];
    let saved = house.staff.post("/admin/products/2", &product).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let networks = "SELECT settings ->> 'networks' FROM product WHERE id = 2";
    assert_eq!(house.value(networks).await, r#"["public", "storage"]"#);
    let page = house.staff.get("/admin/products/2").await.body;
    assert!(page.contains("value=\"storage\" checked") && page.contains("value=\"private\">"), "{page}");
    house.run("UPDATE server SET settings = '{\"region\": \"nowhere\"}' WHERE id = 2").await;
    let page = house.staff.get("/admin/products/2").await.body;
    assert!(page.contains("the region does not answer") && page.contains("value=\"M\""), "then it is typed: {page}");
}

#[tokio::test]
async fn a_machine_knows_the_name_servers_of_its_server() {
    let (house, mut ada) = with_machine().await;
    assert_eq!(machine(&house, "nameservers,1").await, "ns2.host.example");
    assert!(ada.get("/services/1").await.body.contains("ns2.host.example"), "its client sees them");
}

#[tokio::test]
async fn a_console_is_opened_for_its_owner() {
    let (house, mut ada) = with_machine().await;
    let page = ada.get("/services/1").await.body;
    assert!(page.contains("/services/1/console") && !page.contains("https://cloud.example"), "{page}");
    let opened = ada.post("/services/1/console", &[]).await.body;
    assert!(opened.contains("https://cloud.example/console/m-1?once=") && opened.contains("vnc-m-1"), "{opened}");
    assert_eq!(house.value("SELECT count(*)::text FROM audit_log WHERE action = 'service.console'").await, "1");
    let (_, mut eve) = house.site.client("eve@example.org").await;
    assert_eq!(eve.post("/services/1/console", &[]).await.status, 404);
}

#[tokio::test]
async fn names_are_mended_or_judged() {
    let (mut house, _) = with_machine().await;
    let refused = house.staff.post("/admin/services/1/change", &[("username", "Root User!")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("at most 16 letters and digits"), "{}", refused.body);
    assert_eq!(house.value("SELECT count(*)::text FROM effect WHERE kind = 'service.change'").await, "0");
    assert_eq!(house.staff.post("/admin/services/1/change", &[("username", "admin7")]).await.status, 303);
    house.drain().await;
    assert_eq!(machine(&house, "user").await, "admin7");
}

#[tokio::test]
async fn reseller_rights_follow_the_plan() {
    let (mut house, _) = with_machine().await;
    let columns = "group_id, name, slug, plugin_id, server_group_id, settings";
    let settings = r#"{"size": "L", "reseller": true}"#;
    house
        .run(&format!("INSERT INTO product ({columns}) VALUES (2, 'Big', 'big', 'example-cloud', 2, '{settings}')"))
        .await;
    assert_eq!(house.staff.post("/admin/services/1/change", &[("product", "3")]).await.status, 303);
    house.drain().await;
    assert_eq!((machine(&house, "plan").await, machine(&house, "reseller").await), ("L".into(), "true".into()));
    assert_eq!(house.staff.post("/admin/services/1/change", &[("product", "2")]).await.status, 303);
    house.drain().await;
    assert_eq!(
        house.value("SELECT error FROM effect ORDER BY id DESC LIMIT 1").await,
        "accounts of a reseller are left"
    );
    assert_eq!(
        house.value("SELECT product_id::text FROM service WHERE id = 1").await,
        "3",
        "a refusal changes nothing"
    );
}

#[tokio::test]
async fn only_resellers_are_led_to_the_resellers_panel() {
    let (house, mut ada) = with_machine().await;
    let (own, panel) = ("/services/1/sign-on/account", "/services/1/sign-on/reseller");
    let shown = ada.get("/services/1").await.body;
    assert!(shown.contains(own) && !shown.contains(panel), "nobody's reseller: {shown}");
    let refused = ada.post(panel, &[]).await;
    assert!(!refused.body.contains("resellers/m-1"), "asked for all the same: {}", refused.body);
    house.run(r#"UPDATE product SET settings = settings || '{"reseller": true}' WHERE id = 2"#).await;
    let shown = ada.get("/services/1").await.body;
    assert!(shown.contains(own) && shown.contains(panel), "a reseller: {shown}");
    let led = ada.post(panel, &[]).await;
    assert!(led.body.contains("https://cloud.example/resellers/m-1"), "{}", led.body);
    house.run("UPDATE service SET state = 'suspended', suspend_reason = 'abuse' WHERE id = 1").await;
    assert!(!ada.get("/services/1").await.body.contains("/sign-on/"), "nobody logs in to what is off");
}

#[tokio::test]
async fn usage_of_all_accounts_is_told_at_once() {
    let (mut house, _) = with_machine().await;
    house.run("UPDATE service SET usage = NULL").await;
    house.run("INSERT INTO job (kind, payload) VALUES ('servers.usage', '{}')").await;
    house.drain().await;
    let told = "SELECT usage ->> 'disk_bytes' FROM service WHERE id = 1 AND usage_at IS NOT NULL";
    assert_eq!(house.value(told).await, (3_u64 << 30).to_string());
    assert!(house.staff.get("/admin/servers/2").await.body.contains("on disk, by 1 accounts"));
    let page = house.staff.get("/admin/services/1/live").await.body;
    assert!(page.contains("Traffic"), "{page}");
}

#[tokio::test]
async fn what_is_used_is_charged_by_the_month() {
    let (mut house, mut ada) = with_machine().await;
    let this_month = house.value("SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date::text").await;
    let meters = "/admin/products/2/meters";
    house.staff.get(meters).await.shows("Nothing yet").shows("disk");
    let disk = |price: &'static str, month: &str| {
        [
            ("metric", "disk".to_owned()),
            ("measure", "highest".to_owned()),
            ("name", "Space".to_owned()),
            ("unit", "GB".to_owned()),
            ("unit_size", "1000000000".to_owned()),
            ("starts_on", month.to_owned()),
            ("price.EUR", price.to_owned()),
        ]
    };
    for (price, month, said) in [
        ("free", this_month.as_str(), "must be written like"),
        ("", this_month.as_str(), "Must be there in at least one currency"),
        ("2: 0.50", "2020-01-01", "Must be the first day of this month or of a later one"),
    ] {
        let fields = disk(price, month);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let refused = house.staff.post(meters, &fields).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        refused.shows(said);
    }
    let fields = disk("2: 0.50", &this_month);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(house.staff.post(meters, &fields).await.location(), meters);
    house.staff.get(meters).await.shows("EUR: 2 included, then 0.50 each");
    assert!(!ada.get("/services/1").await.body.contains("A month is invoiced when it is over"), "nothing is told yet");
    house.run("INSERT INTO job (kind, payload) VALUES ('servers.usage', '{}')").await;
    house.drain().await;
    // 3 GiB are 3.2 GB: 4 begun, 2 of them included.
    ada.get("/services/1").await.shows("so far").shows("Space").shows("4 GB").shows("€1.00");
    house.staff.get("/admin/services/1").await.shows("4 GB").shows("€1.00");
    // New prices count from the next month on.
    let dearer = house.staff.post("/admin/meters/1", &[("price.EUR", "0: 9.00"), ("starts_on", "")]).await;
    assert_eq!(dearer.location(), "/admin/meters/1", "{}", dearer.body);
    house.staff.get("/admin/meters/1").await.shows("EUR: 9.00 each").shows("EUR: 2 included");
    ada.get("/services/1").await.shows("€1.00");
    let refused = house.staff.post("/admin/meters/1", &[("price.EUR", "0: 9"), ("starts_on", &this_month)]).await;
    refused.shows("Must be the first day of a month");
    assert_eq!(house.staff.post("/admin/meters/1/retire", &[]).await.location(), meters);
    assert!(!ada.get("/services/1").await.body.contains("4 GB"));
    assert_eq!(house.staff.get("/admin/meters/1").await.status, 404);
}
