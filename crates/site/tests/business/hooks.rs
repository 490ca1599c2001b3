//! Everything that the catalogue says fires does fire.

use innkeeper_app::{
    Actor, addons, billing, calendar, carts, catalogue, clients, credit, custom_fields,
    daily::{self, Mode},
    domains, effects, events, invoices, jobs,
    options::Selection,
    orders, payments, plan_changes, plugin_settings, quotes, servers, services as services_of, settings,
};
use innkeeper_domain::{
    AnswerKind, ClientId, Currency, CycleId, DisputeState, DomainId, InvoiceId, InvoiceLineId, Money, OrderId,
    Permission, ProductId, ServerId, ServiceId, TldId, state::ClientState,
};
use innkeeper_examples::card::{Card, CardVendor, with_vendor};
use innkeeper_plugin_api::{
    Verdict,
    hooks::{CATALOGUE, payloads::*},
};
use std::{collections::BTreeSet, sync::Arc};

use crate::{
    house::House,
    recorder::{Notes, recorder},
    support::{Browser, PASSWORD},
    toys::HOSTILE,
};

struct Stage {
    house: House,
    notes: Arc<Notes>,
    actor: Actor,
    ada: Browser,
    vendor: CardVendor,
}

impl Stage {
    async fn open() -> Self {
        let (plugin, notes) = recorder();
        let (cards, vendor) = with_vendor();
        let house = House::with([plugin, cards, innkeeper_examples::registry::plugin()]).await;
        crate::gateway::set_up(&house).await;
        events::sync(&house.site.app).await.unwrap();
        let ada = house.site.visitor();
        Self { house, notes, actor: Actor::system("test"), ada, vendor }
    }
    /// Both doors' pages, looked at by who may.
    async fn look(&mut self) {
        for page in ["/", "/order", "/services/1", "/domains/1", "/domains/1/contacts", "/orders/1"] {
            let answer = self.ada.get(page).await;
            assert!(!answer.body.contains(HOSTILE) && !answer.body.contains("javascript:"), "{page}: {}", answer.body);
            assert_eq!(answer.status, 200, "{page}");
        }
        for page in
            ["", "/clients/1", "/services/1", "/domains/1", "/invoices/1", "/orders/1", "/products/1", "/search?q=ada"]
        {
            let answer = self.house.staff.get(&format!("/admin{page}")).await;
            assert!(!answer.body.contains(HOSTILE) && !answer.body.contains("javascript:"), "{page}: {}", answer.body);
            assert_eq!(answer.status, 200, "{page}");
        }
    }
}

async fn people(stage: &mut Stage) {
    let Stage { house, notes, actor, ada, .. } = stage;
    let app = house.site.app.clone();
    let hat = custom_fields::FieldInput {
        product_id: None,
        key: "hat".into(),
        label: "Hat size".into(),
        kind: AnswerKind::Text,
        options: vec![],
        required: false,
        shown_to_client: true,
        position: 0,
    };
    custom_fields::create_field(&app, actor, hat).await.unwrap();
    let mut eve = house.site.visitor();
    eve.get("/").await.shows("ClientAreaHomepage");
    let details = [
        ("first_name", "Eve"),
        ("last_name", "Adams"),
        ("email", "eve@example.org"),
        ("country", "AT"),
        ("password", "a-Long-enough-1"),
        ("repeated", "a-Long-enough-1"),
        ("fields.hat", "58"),
    ];
    let adjusted = serde_json::json!({ "value": "59" }).as_object().unwrap().clone();
    notes.answer("CustomFieldSave", Verdict::Adjust(adjusted));
    let joined = eve.post("/signup", &details).await;
    assert_eq!(joined.location(), "/", "{}", joined.body);
    notes.allow_all();
    assert_eq!(house.value("SELECT value FROM client_field_value").await, "59", "what the gate made of it");
    assert_eq!(ada.post("/login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.location(), "/");
    let both = Verdict::RefuseAll(vec!["too plain".into(), "too short".into()]);
    notes.answer("ClientDetailsValidation", both);
    let profile = [("first_name", "Ada"), ("last_name", "King"), ("email", "ada@example.org"), ("country", "AT")];
    ada.post("/profile", &profile).await.shows("Too plain; too short.");
    notes.allow_all();
    assert_eq!(ada.post("/profile", &profile).await.status, 303);
    let contact = [("name", "Charles"), ("email", "charles@example.org"), ("phone", "")];
    assert_eq!(ada.post("/profile/contacts", &contact).await.status, 303);
    assert_eq!(ada.post("/profile/contacts/1", &contact).await.status, 303);
    assert_eq!(ada.post("/profile/contacts/1/remove", &[]).await.status, 303);
    let new =
        [("current_password", PASSWORD), ("new_password", "another-Long-one-2"), ("repeated", "another-Long-one-2")];
    let changed = ada.post("/profile/security", &new).await;
    assert_eq!(changed.status, 303, "{}", changed.body);
    eve.post("/logout", &[]).await;
    clients::set_state(&app, actor, ClientId(2), ClientState::Closed).await.unwrap();
    let mut guest = house.site.staff(&[Permission::SystemRead]).await;
    guest.post("/admin/logout", &[]).await;
}

async fn shop(stage: &mut Stage) {
    let Stage { house, notes, actor, ada, vendor } = stage;
    for name in ["mine.com", "held.com"] {
        let transfer = ada.post("/order/transfer", &[("name", name), ("auth_code", "x-1")]).await;
        assert_eq!(transfer.location(), "/cart", "{}", transfer.body);
    }
    ada.get("/cart").await.shows("ShoppingCartViewCartOutput");
    ada.get("/checkout").await.shows("ShoppingCartCheckoutOutput");
    notes.answer("ShoppingCartValidateCheckout", Verdict::Refuse("no more orders today".into()));
    ada.post("/checkout", &[]).await.shows("No more orders today.");
    notes.allow_all();
    assert_eq!(ada.post("/checkout", &[]).await.location(), "/orders/1");
    assert_eq!(house.order("ada", "ada.com").await, "/admin/orders/2");
    assert_eq!(house.order("bob", "bob.com").await, "/admin/orders/3");
    assert_eq!(house.order("eva", "eva.com").await, "/admin/orders/4");
    house.drain().await;
    let screened = "SELECT string_agg(screening, ' ' ORDER BY id) FROM sales_order";
    assert_eq!(house.value(screened).await, "passed passed passed held");
    orders::cancel(&house.site.app, actor, OrderId(3)).await.unwrap();
    orders::mark_fraud(&house.site.app, actor, OrderId(4)).await.unwrap();
    // By card: pending, then rejected.
    let now = chrono::Utc::now();
    ada.get("/invoices/1/pay?method=card").await;
    let opened = "SELECT remote_id FROM gateway_payment ORDER BY id DESC LIMIT 1";
    let first = house.value(opened).await;
    vendor.use_card(&first, Card::SlowDeclined, now);
    ada.get("/invoices/1/paid/card").await;
    vendor.settle(&first, now);
    ada.get("/invoices/1/paid/card").await;
    // One of the two transfers is taken over by a snapin, the other one is refused by the registrar.
    notes.answer("PreRegistrarTransferDomain", Verdict::Skip);
    house.pay("T-0", "5.00").await;
    ada.get("/invoices/1/pay?method=card").await;
    vendor.use_card(&house.value(opened).await, Card::Good, now);
    ada.get("/invoices/1/paid/card").await;
    house.drain().await;
    let by_card = house.value("SELECT id::text FROM payment WHERE gateway = 'card'").await;
    let back = house.staff.post(&format!("/admin/payments/{by_card}/refund"), &[("amount", "1.00")]).await;
    assert_eq!(back.status, 303, "{}", back.body);
    house.drain().await;
    notes.allow_all();
    assert_eq!(house.value("SELECT count(*)::text FROM domain WHERE state = 'active'").await, "2", "both by hand");
}

async fn services(stage: &mut Stage) {
    let Stage { house, notes, actor, .. } = stage;
    let app = house.site.app.clone();
    notes.answer("PreModuleCreate", Verdict::Refuse("not today".into()));
    notes.answer("PreRegistrarRegisterDomain", Verdict::Refuse("not today".into()));
    orders::accept(&app, actor, OrderId(2)).await.unwrap();
    house.drain().await;
    let fields = serde_json::json!({ "fields": { "mailbox": "countess" }, "client_id": 99 });
    notes.answer("PreModuleCreate", Verdict::Adjust(fields.as_object().unwrap().clone()));
    notes.answer("PreRegistrarRegisterDomain", Verdict::Allow);
    let waiting = house.value("SELECT string_agg(id::text, ',') FROM effect WHERE state = 'needs_human'").await;
    for id in waiting.split(',') {
        effects::retry(&app, actor, id.parse().unwrap()).await.unwrap();
    }
    house.drain().await;
    notes.allow_all();
    assert_eq!(house.value("SELECT remote_id FROM service WHERE id = 1").await, "box-countess", "as adjusted");
    let id = ServiceId(1);
    for verdict in [Verdict::Refuse("not now".into()), Verdict::Skip] {
        notes.answer("PreModuleSuspend", verdict);
        services_of::suspend(&app, actor, id, "late").await.unwrap();
        house.drain().await;
    }
    assert_eq!(house.value("SELECT state FROM service WHERE id = 1").await, "suspended", "by hand");
    let skipped = serde_json::from_value::<ModuleSuspended>(notes.latest("AfterModuleSuspend")).unwrap();
    assert_eq!(skipped.skipped_by.as_deref(), Some("recorder"));
    for verdict in [Verdict::Refuse("not now".into()), Verdict::Allow] {
        notes.answer("PreModuleUnsuspend", verdict);
        services_of::unsuspend(&app, actor, id).await.unwrap();
        house.drain().await;
    }
    for verdict in [Verdict::Refuse("not now".into()), Verdict::Allow] {
        notes.answer("PreModuleChangePassword", verdict);
        services_of::change_password(&app, actor, id, "Tr4velling-Owl").await.unwrap();
        house.drain().await;
    }
    for verdict in [Verdict::Refuse("not now".into()), Verdict::Allow] {
        notes.answer("PreModuleChangePackage", verdict.clone());
        let change = services_of::ChangeInput { username: "lady".into(), ..Default::default() };
        services_of::change(&app, actor, id, change).await.unwrap();
        house.drain().await;
        notes.answer("PreModuleCustom", verdict);
        let input = [("device".to_owned(), "Phone".to_owned())].into();
        services_of::run_action(&app, actor, id, "app-password", input).await.unwrap();
        house.drain().await;
    }
    stage.look().await;
    let Stage { house, notes, actor, .. } = stage;
    for verdict in [Verdict::Refuse("not now".into()), Verdict::Allow] {
        notes.answer("PreModuleTerminate", verdict);
        services_of::terminate(&app, actor, id).await.unwrap();
        house.drain().await;
    }
    notes.allow_all();
}

async fn names(stage: &mut Stage) {
    let Stage { house, notes, actor, .. } = stage;
    let app = house.site.app.clone();
    let id = DomainId(house.value("SELECT id::text FROM domain WHERE name = 'ada.com'").await.parse().unwrap());
    house.run("UPDATE domain SET expires_on = '2027-01-15' WHERE name = 'ada.com'").await;
    notes.answer("PreRegistrarRenewDomain", Verdict::Refuse("not now".into()));
    domains::renew(&app, actor, id, 1).await.unwrap();
    house.drain().await;
    notes.answer("PreRegistrarRenewDomain", Verdict::Skip);
    domains::renew(&app, actor, id, 2).await.unwrap();
    house.drain().await;
    notes.allow_all();
    assert_eq!(house.value("SELECT expires_on::text FROM domain WHERE name = 'ada.com'").await, "2029-01-15");
    let servers = ["ns1.example.net".to_owned(), "ns2.example.net".to_owned()];
    let others = serde_json::json!({ "nameservers": ["ns3.example.net", "ns4.example.net"] });
    notes.answer("PreRegistrarSaveNameservers", Verdict::Adjust(others.as_object().unwrap().clone()));
    domains::set_nameservers(&app, actor, id, &servers).await.unwrap();
    house.drain().await;
    assert_eq!(notes.latest("AfterRegistrarSaveNameservers")["nameservers"][0], "ns3.example.net");
    let mut contacts = domains::contacts(&app, actor, id).await.unwrap();
    contacts.owner.last_name = "King".into();
    contacts.owner.email = "ada@example.org".into();
    contacts.owner.phone = "+43.6601234567".into();
    contacts.owner.address = "Ring 1".into();
    contacts.owner.city = "Vienna".into();
    contacts.owner.postcode = "1010".into();
    contacts.owner.country = "AT".into();
    domains::set_contacts(&app, actor, id, &contacts).await.unwrap();
    house.drain().await;
    domains::live_info(&app, actor, id).await.unwrap();
    notes.answer("PreRegistrarGetNameservers", Verdict::Skip);
    let (_, on_record) = domains::live_info(&app, actor, id).await.unwrap();
    assert_eq!(on_record, ["ns3.example.net", "ns4.example.net"]);
    notes.answer("PreRegistrarGetContactDetails", Verdict::Skip);
    assert_eq!(domains::contacts(&app, actor, id).await.unwrap().owner.last_name, "King");
    notes.answer("PreRegistrarGetEPPCode", Verdict::Skip);
    assert!(domains::auth_code(&app, actor, id).await.is_err());
    notes.allow_all();
    domains::set_lock(&app, actor, id, true).await.unwrap();
    domains::auth_code(&app, actor, id).await.unwrap();
    // A transfer that the registrar itself refuses.
    house
        .run(
            "INSERT INTO domain (client_id, name, tld_id, plugin_id, kind, years, currency, amount)
               VALUES (1, 'stays.com', 1, 'names', 'transfer', 1, 'EUR', 1000)",
        )
        .await;
    let stays = DomainId(house.value("SELECT id::text FROM domain WHERE name = 'stays.com'").await.parse().unwrap());
    domains::register(&app, actor, stays).await.unwrap();
    house.drain().await;
    abilities(house, actor).await;
}

/// What only a registrar with all abilities is asked for.
async fn abilities(house: &mut House, actor: &Actor) {
    let app = house.site.app.clone();
    house.run("INSERT INTO tld (name, plugin_id) VALUES ('example', 'example-registry')").await;
    house
        .run(
            "INSERT INTO domain (client_id, name, tld_id, plugin_id, kind, years, currency, amount)
               SELECT 1, 'tool.example', id, plugin_id, 'register', 1, 'EUR', 1000 FROM tld WHERE name = 'example'",
        )
        .await;
    let id = house.value("SELECT id::text FROM domain WHERE name = 'tool.example'").await;
    let id = DomainId(id.parse().unwrap());
    domains::register(&app, actor, id).await.unwrap();
    house.drain().await;
    let record = [("name", "www"), ("type", "A"), ("content", "192.0.2.1"), ("priority", ""), ("ttl", "300")];
    for (tool, action, input) in [
        ("dns", "add", &record[..]),
        ("privacy", "privacy", &[("state", "on")]),
        ("ending", "delete", &[("sure", "1")]),
    ] {
        let open = domains::tools::open(&app, actor, id, tool).await.unwrap();
        open.draw(&app).await.unwrap();
        let input = input.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        open.run(&app, actor, action, &input).await.unwrap();
        house.drain().await;
    }
}

async fn business(stage: &mut Stage) {
    let Stage { house, actor, .. } = stage;
    let app = house.site.app.clone();
    catalogue::retire_product(&app, actor, ProductId(1)).await.unwrap();
    let server = servers::ServerInput {
        group_id: 1.into(),
        name: "mail2".into(),
        plugin_id: "mail".into(),
        settings: serde_json::json!({}),
        capacity: None,
        enabled: true,
        nameservers: vec![],
    };
    servers::create_server(&app, actor, server.clone()).await.unwrap();
    servers::update_server(&app, actor, ServerId(1), servers::ServerInput { name: "mail3".into(), ..server })
        .await
        .unwrap();
    let tld = catalogue::TldInput {
        name: "net".into(),
        plugin_id: "names".into(),
        min_years: 1,
        max_years: 3,
        auth_code_required: true,
        enabled: true,
        position: 0,
    };
    let id = catalogue::create_tld(&app, actor, tld.clone()).await.unwrap();
    catalogue::update_tld(&app, actor, id, catalogue::TldInput { position: 3, ..tld }).await.unwrap();
    let price = catalogue::NewTldPrice { currency: Currency::EUR, register: 1, renew: 2, transfer: 3 };
    catalogue::set_tld_prices(&app, actor, TldId(1), vec![price]).await.unwrap();
    plugin_settings::enable_plugin(&app, actor, "recorder", true).await.unwrap();
    jobs::turns(&app).await.unwrap();
    house.drain().await;
}

/// A period is invoiced and not paid: a reminder, a fee; then too much is paid, and the rest pays the next one.
async fn recurring(stage: &mut Stage) {
    let Stage { house, actor, .. } = stage;
    let app = house.site.app.clone();
    let late_fees = vec![settings::LateFee { days: 1, basis_points: 0, at_least: 100 }];
    let rules = settings::Billing { late_fees, reminders: vec![1], ..settings::Billing::default() };
    settings::save_billing(&app, actor, rules).await.unwrap();
    let sold = "INSERT INTO service (client_id, product_id, state, label, cycle_id, price_id, currency, amount, anchor, billed_through)
                VALUES (1, 1, 'active', 'again@ada.com', 1, 1, 'EUR', 500, current_date, current_date)";
    house.run(sold).await;
    let today = calendar::today(&app).await.unwrap();
    let run = async |task| daily::run(&app, actor, task, today, Mode::Real).await.unwrap();
    run("invoices").await;
    let invoice = house.value("SELECT max(id)::text FROM invoice").await;
    house.run(&format!("UPDATE invoice SET issued_on = due_on - 3, due_on = due_on - 1 WHERE id = {invoice}")).await;
    run("reminders").await;
    run("late_fees").await;
    let fee = house.value("SELECT max(id)::text FROM invoice WHERE state = 'unpaid'").await;
    invoices::write_off(&app, actor, InvoiceId(fee.parse().unwrap()), "Gone").await.unwrap();
    let payment = payments::RecordPayment {
        purpose: InvoiceId(invoice.parse().unwrap()).into(),
        gateway: "bank".into(),
        transaction_ref: "too much".into(),
        amount: Money::new(9000, Currency::EUR),
        received_on: today,
        note: String::new(),
    };
    payments::record(&app, actor, payment).await.unwrap();
    house.run(sold).await;
    run("invoices").await;
    let invoice_id = InvoiceId(invoice.parse().unwrap());
    let sorry = invoices::CreditInvoice { invoice_id, lines: vec![], reason: "Sorry".into() };
    invoices::credit(&app, actor, sorry).await.unwrap();
    let client_id = ClientId(1);
    let given = credit::AdjustCredit { client_id, amount: Money::new(1, Currency::EUR), reason: "Sorry".into() };
    credit::adjust(&app, actor, given).await.unwrap();
}

/// A service is paused, goes on, and is to be paid by the year from its first period on; another one ends when what is paid is used up.
async fn changes(stage: &mut Stage) {
    let Stage { house, actor, vendor, .. } = stage;
    let app = house.site.app.clone();
    let paid =
        house.value("SELECT max(id)::text FROM service WHERE paid_through IS NOT NULL AND state = 'active'").await;
    services_of::end(&app, actor, paid.parse::<ServiceId>().unwrap(), services_of::End::PeriodEnd, "Moved")
        .await
        .unwrap();
    house.run("INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (1, 'EUR', 12, 5000)").await;
    house
        .run(
            "INSERT INTO service (client_id, product_id, state, label, cycle_id, price_id, currency, amount, anchor, billed_through)
             VALUES (1, 1, 'active', 'yearly@ada.com', 1, 1, 'EUR', 500, current_date, current_date)",
        )
        .await;
    let id: ServiceId = house.value("SELECT max(id)::text FROM service").await.parse().unwrap();
    services_of::pause(&app, actor, id, None).await.unwrap();
    house.drain().await;
    services_of::resume(&app, actor, id).await.unwrap();
    house.drain().await;
    let (product, when) = (ProductId(1), plan_changes::When::NextPeriod);
    let wanted = plan_changes::Wanted { product, cycle: CycleId(12), options: Selection::new(), when, code: None };
    plan_changes::order(&app, actor, id, wanted, Currency::EUR.zero()).await.unwrap();
    // The payer's bank takes what was paid by card back.
    let (now, disputed) = (chrono::Utc::now(), Money::new(100_000, Currency::EUR));
    let by_card = house.value("SELECT max(remote_id) FROM gateway_payment WHERE payment_id IS NOT NULL").await;
    vendor.dispute(&by_card, "dp_1", disputed, DisputeState::Open, now);
    let told = vendor.callback(crate::gateway::KEY, &by_card, now);
    payments::callback(&app, "", "card", told).await.unwrap();
}

/// An add-on is sold with a product, renewed, changed, paused and ended; others are cancelled.
async fn addons(stage: &mut Stage) {
    let Stage { house, actor, .. } = stage;
    let app = house.site.app.clone();
    house
        .run(
            "INSERT INTO product (id, group_id, name, slug) OVERRIDING SYSTEM VALUE
             VALUES (71, 1, 'Site', 'site'), (72, 1, 'Care', 'care'), (73, 1, 'More care', 'more-care')",
        )
        .await;
    house
        .run("INSERT INTO price (product_id, currency, cycle_id, amount) SELECT id, 'EUR', 1, (id - 70) * 100 FROM product WHERE id > 70")
        .await;
    for addon in [72, 73] {
        addons::set_sold(&app, actor, ProductId(addon), true, &[ProductId(71)]).await.unwrap();
    }
    house.staff.get("/admin/products/72").await.shows("AddonConfig");
    let token = carts::create(&app, actor, Some(ClientId(1))).await.unwrap();
    let add = |product: i64, parent| carts::AddProduct {
        product_id: ProductId(product),
        cycle_id: CycleId(1),
        fields: [].into(),
        custom_fields: [].into(),
        options: Selection::new(),
        parent,
    };
    let site = carts::add_product(&app, actor, &token, add(71, None)).await.unwrap();
    let with_it = add(72, Some(carts::Parent::Item(site)));
    carts::add_product(&app, actor, &token, with_it).await.unwrap();
    orders::checkout(&app, actor, &token).await.unwrap();
    pay_newest(house, actor, "R-1").await;
    let care: ServiceId = house.value("SELECT max(id)::text FROM service").await.parse().unwrap();
    for fraud in [false, true] {
        let token = carts::create(&app, actor, Some(ClientId(1))).await.unwrap();
        let later = add(72, Some(carts::Parent::Service(ServiceId(care.get() - 1))));
        carts::add_product(&app, actor, &token, later).await.unwrap();
        let order = orders::checkout(&app, actor, &token).await.unwrap();
        match fraud {
            true => orders::mark_fraud(&app, actor, order).await.unwrap(),
            false => orders::cancel(&app, actor, order).await.unwrap(),
        }
    }
    let cheap = billing::OwnTerms { amount: Money::new(150, Currency::EUR), spared_until: None };
    billing::set_own_terms(&app, actor, care, cheap).await.unwrap();
    billing::renew(&app, actor, care).await.unwrap();
    pay_newest(house, actor, "R-2").await;
    let (product, when) = (ProductId(73), plan_changes::When::Now);
    let wanted = plan_changes::Wanted { product, cycle: CycleId(1), options: Selection::new(), when, code: None };
    let total = plan_changes::quote(&app, actor, care, wanted.clone()).await.unwrap().total;
    plan_changes::order(&app, actor, care, wanted, total).await.unwrap();
    pay_newest(house, actor, "R-3").await;
    services_of::pause(&app, actor, care, None).await.unwrap();
    house.drain().await;
    services_of::resume(&app, actor, care).await.unwrap();
    house.drain().await;
    services_of::end(&app, actor, care, services_of::End::Now, "").await.unwrap();
    house.drain().await;
    catalogue::retire_product(&app, actor, ProductId(73)).await.unwrap();
}

/// The newest invoice that is owed.
async fn pay_newest(house: &mut House, actor: &Actor, reference: &str) {
    let app = house.site.app.clone();
    let newest = "SELECT max(id)::text FROM invoice WHERE state = 'unpaid'";
    let invoice: InvoiceId = house.value(newest).await.parse().unwrap();
    let owed = house.value(&format!("SELECT (total - coalesce((SELECT sum(amount) FROM allocation a WHERE a.invoice_id = i.id), 0))::text FROM invoice i WHERE id = {invoice}")).await;
    let payment = payments::RecordPayment {
        purpose: invoice.into(),
        gateway: "bank".into(),
        transaction_ref: reference.into(),
        amount: Money::new(owed.parse().unwrap(), Currency::EUR),
        received_on: calendar::today(&app).await.unwrap(),
        note: String::new(),
    };
    payments::record(&app, actor, payment).await.unwrap();
    house.drain().await;
}

/// An offer is sent and accepted with a proforma; its invoice is made into two, and these into one again.
async fn offers(stage: &mut Stage) {
    let Stage { house, actor, .. } = stage;
    let app = house.site.app.clone();
    let amount = Money::new(6000, Currency::EUR);
    let line = invoices::compose::LineInput { description: "Moving".into(), quantity: 3, amount, taxable: true };
    let offer = quotes::QuoteInput {
        subject: "A new site".into(),
        introduction: String::new(),
        terms: String::new(),
        valid_until: calendar::today(&app).await.unwrap(),
        lines: vec![line.clone(), line],
        prospect: None,
    };
    let id = quotes::create(&app, actor, ClientId(1), offer).await.unwrap();
    quotes::send(&app, actor, id, None).await.unwrap();
    let ask = async |proforma_first: bool| {
        let numbers = settings::Numbers { proforma_first, ..settings::Numbers::default() };
        settings::save_numbers(&app, actor, numbers, settings::NextNumbers::default()).await.unwrap();
    };
    ask(true).await;
    quotes::accept(&app, actor, id, None).await.unwrap();
    ask(false).await;
    let number = async |column: &str| -> i64 {
        let newest = format!("SELECT max({column})::text FROM invoice_line WHERE description = 'Moving'");
        house.value(&newest).await.parse().unwrap()
    };
    let (invoice, line) = (InvoiceId(number("invoice_id").await), InvoiceLineId(number("id").await));
    invoices::invoice_proforma(&app, actor, invoice).await.unwrap();
    let (split, rest) = invoices::split(&app, actor, invoice, &[line]).await.unwrap();
    invoices::merge(&app, actor, &[split, rest]).await.unwrap();
}

#[tokio::test]
async fn what_the_catalogue_says_fires_does_fire() {
    let mut stage = Stage::open().await;
    people(&mut stage).await;
    shop(&mut stage).await;
    services(&mut stage).await;
    names(&mut stage).await;
    business(&mut stage).await;
    offers(&mut stage).await;
    recurring(&mut stage).await;
    changes(&mut stage).await;
    addons(&mut stage).await;
    stage.house.drain().await;

    let fired = stage.notes.fired();
    let wanted: BTreeSet<String> =
        CATALOGUE.iter().filter(|row| row.pending.is_none()).map(|row| row.name.to_owned()).collect();
    println!("{} of {} rows fired, {} are not fired yet", fired.len(), CATALOGUE.len(), CATALOGUE.len() - wanted.len());
    let silent: Vec<_> = wanted.difference(&fired).collect();
    assert!(silent.is_empty(), "these did not fire: {silent:?}");
    let unexpected: Vec<_> = fired.difference(&wanted).collect();
    assert!(unexpected.is_empty(), "these fired although the catalogue says not: {unexpected:?}");
}

#[tokio::test]
async fn a_mail_may_be_changed_held_back_or_forgotten() {
    let mut stage = Stage::open().await;
    let Stage { house, notes, .. } = &mut stage;
    let subject = serde_json::json!({ "subject": "Rewritten", "recipient": "eve@example.org" });
    notes.answer("EmailPreSend", Verdict::Adjust(subject.as_object().unwrap().clone()));
    notes.answer("EmailPreLog", Verdict::Skip);
    house.order("ada", "ada.com").await;
    house.drain().await;
    let sent = house.site.mail.sent();
    assert!(
        sent.iter().all(|mail| mail.subject == "Rewritten" && mail.to == "ada@example.org"),
        "only the subject may change"
    );
    assert_eq!(house.value("SELECT string_agg(DISTINCT body, ',') FROM mail").await, "(not kept)");
    notes.allow_all();
    notes.answer("EmailPreSend", Verdict::Skip);
    let before = house.site.mail.sent().len();
    house.pay("T-1", "26.00").await;
    house.drain().await;
    assert_eq!(house.site.mail.sent().len(), before);
    let held = "SELECT string_agg(DISTINCT last_error, ',') FROM mail WHERE state = 'skipped'";
    assert_eq!(house.value(held).await, "held back by recorder");
}
