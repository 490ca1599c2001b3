//! Payments through a gateway that tells of them, from outside: callbacks, browsers that come back, polls.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::Utc;
use innkeeper_app::jobs;
use innkeeper_domain::{Currency, Money, Permission};
use innkeeper_examples::card::{Card, CardVendor, with_vendor};
use innkeeper_plugin_api::Callback;

use crate::house::House;
use crate::support::{Answer, Browser};

pub const KEY: &str = "signing-key-of-the-tests";
/// What the invoice asks for.
pub const TOTAL: Money = Money::new(2600, Currency::EUR);

/// A host that takes test cards, and an invoice of 26.00 to pay.
pub struct Till {
    pub house: House,
    pub vendor: CardVendor,
    pub ada: Browser,
}

/// Switches the gateway on.
pub async fn set_up(house: &House) {
    let sealed = innkeeper_app::secrets::Cipher::new(&[7; 32]).seal(KEY).unwrap();
    let settings = serde_json::json!({ "signing_key": sealed });
    house.run(&format!("INSERT INTO plugin (id, enabled, settings) VALUES ('card', true, '{settings}')")).await;
}

impl Till {
    pub async fn open() -> Self {
        let (plugin, vendor) = with_vendor();
        let mut house = House::with([plugin]).await;
        set_up(&house).await;
        house.order("ada", "ada.com").await;
        let ada = house.ada().await;
        Self { house, vendor, ada }
    }
    /// The reference of invoice 1.
    pub async fn reference(&mut self) -> String {
        // The page makes sure that the installation has a name.
        self.ada.get("/invoices/1/pay?method=card").await;
        let installation = self.house.value("SELECT value #>> '{}' FROM setting WHERE key = 'installation'").await;
        format!("{installation}-invoice-1")
    }
    /// The payer pays at the vendor; nobody is called back.
    pub async fn paid(&mut self, amount: Money, card: Card) -> String {
        let reference = self.reference().await;
        self.vendor.pay(Some(&reference), amount, card, Utc::now())
    }
    pub async fn call_back(&self, callback: Callback) -> Answer {
        send(self.house.site.visitor(), callback).await
    }
    /// A callback that is the vendor's, and everything that follows.
    pub async fn told(&self, payment: &str) {
        let answer = self.call_back(self.vendor.callback(KEY, payment, Utc::now())).await;
        assert_eq!(answer.status, StatusCode::OK);
        self.house.drain().await;
    }
    pub async fn state(&self) -> String {
        self.house.value("SELECT state FROM invoice WHERE id = 1").await
    }
    pub async fn payments(&self) -> String {
        self.house.value("SELECT count(*)::text FROM payment").await
    }
    pub async fn todos(&self) -> String {
        self.house.value("SELECT string_agg(title || ' ' || text, '; ' ORDER BY id) FROM todo").await
    }
    /// The rules of money hold.
    pub async fn sound(&self) {
        let broken = self.house.value("SELECT string_agg(rule || ': ' || detail, '; ') FROM violations()").await;
        assert_eq!(broken, "");
    }
}

async fn send(mut from: Browser, callback: Callback) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri("/callbacks/card");
    for (name, value) in &callback.headers {
        request = request.header(name, value);
    }
    from.send(request.body(Body::from(callback.body)).unwrap()).await
}

#[tokio::test]
async fn a_payment_told_of_three_times_and_at_once_is_recorded_once() {
    let mut till = Till::open().await;
    let id = till.paid(TOTAL, Card::Good).await;
    let callback = till.vendor.callback(KEY, &id, Utc::now());
    let visitor = || till.house.site.visitor();
    let (one, two, three) =
        tokio::join!(send(visitor(), callback.clone()), send(visitor(), callback.clone()), send(visitor(), callback));
    for answer in [one, two, three] {
        assert_eq!(answer.status, StatusCode::OK);
    }
    // Several workers at the same time, and once more later.
    let app = &till.house.site.app;
    let (a, b) = tokio::join!(jobs::drain(app), jobs::drain(app));
    a.and(b).unwrap();
    till.told(&id).await;
    assert_eq!((till.state().await.as_str(), till.payments().await.as_str()), ("paid", "1"));
    let told = "SELECT count(*)::text FROM event WHERE name = 'Invoice-Paid'";
    assert_eq!(till.house.value(told).await, "1");
    till.house.staff.get("/admin/invoices/1").await.shows(&id).shows("Visa •••• 4242").shows("At the gateway");
    assert_eq!(till.todos().await, "");
    till.sound().await;
}

#[tokio::test]
async fn a_forged_or_stale_callback_changes_nothing() {
    let mut till = Till::open().await;
    let id = till.paid(TOTAL, Card::Good).await;
    let before = till.vendor.requests();
    let mut tampered = till.vendor.callback(KEY, &id, Utc::now());
    tampered.body.push(b' ');
    let unsigned = Callback { headers: vec![], ..till.vendor.callback(KEY, &id, Utc::now()) };
    let wrong_key = till.vendor.callback("some-other-key-0123456", &id, Utc::now());
    let recorded = till.vendor.callback(KEY, &id, Utc::now() - chrono::TimeDelta::hours(1));
    for forged in [tampered, unsigned, wrong_key, recorded] {
        assert_eq!(till.call_back(forged).await.status, StatusCode::BAD_REQUEST);
    }
    till.house.drain().await;
    assert_eq!((till.state().await.as_str(), till.payments().await.as_str()), ("unpaid", "0"));
    assert_eq!(till.vendor.requests(), before, "a forged callback makes no request");
    let huge = Callback { headers: vec![], query: String::new(), body: vec![b'x'; 300 * 1024] };
    assert_eq!(till.call_back(huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut visitor = till.house.site.visitor();
    assert_eq!(visitor.get("/callbacks/card").await.status, StatusCode::METHOD_NOT_ALLOWED);
    for missing in ["/callbacks/bank", "/callbacks/nobody"] {
        let request = Request::builder().method(Method::POST).uri(missing).body(Body::empty()).unwrap();
        assert_eq!(visitor.send(request).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn what_does_not_fit_the_invoice_does_not_pay_it_and_is_not_lost() {
    let mut till = Till::open().await;
    let dollars = till.paid(Money::new(2600, Currency::USD), Card::Good).await;
    till.told(&dollars).await;
    assert_eq!((till.state().await.as_str(), till.payments().await.as_str()), ("unpaid", "0"));
    assert!(till.todos().await.contains("is not what the invoice asks for"), "{}", till.todos().await);
    let little = till.paid(Money::new(100, Currency::EUR), Card::Good).await;
    till.told(&little).await;
    assert_eq!((till.state().await.as_str(), till.payments().await.as_str()), ("unpaid", "1"));
    assert!(till.todos().await.contains("25.00 EUR of it are still owed"), "{}", till.todos().await);
    let nameless = till.vendor.pay(None, TOTAL, Card::Good, Utc::now());
    till.told(&nameless).await;
    assert!(till.todos().await.contains("names no invoice"), "{}", till.todos().await);
    let foreign = till.vendor.pay(Some("00000000-invoice-1"), TOTAL, Card::Good, Utc::now());
    till.told(&foreign).await;
    let known = till.house.value("SELECT count(*)::text FROM gateway_payment WHERE state <> 'open'").await;
    assert_eq!(known, "3", "another installation's payment is not ours");
    let much = till.paid(Money::new(3000, Currency::EUR), Card::Good).await;
    till.told(&much).await;
    assert_eq!((till.state().await.as_str(), till.payments().await.as_str()), ("paid", "2"));
    let credit = "SELECT (-balance)::text FROM ledger_account WHERE kind = 'client_credit'";
    assert_eq!(till.house.value(credit).await, "500", "what is too much is the client's credit");
    let twice = till.paid(Money::new(100, Currency::EUR), Card::Good).await;
    till.told(&twice).await;
    assert_eq!(till.house.value(credit).await, "600");
    assert!(till.todos().await.contains("came for an invoice that was settled"), "{}", till.todos().await);
    till.sound().await;
}

#[tokio::test]
async fn a_payment_whose_callback_was_lost_is_found() {
    let mut till = Till::open().await;
    till.paid(TOTAL, Card::Good).await;
    till.vendor.out_of_service(true);
    jobs::turns(&till.house.site.app).await.unwrap();
    till.house.drain().await;
    assert_eq!(till.state().await, "unpaid", "nobody could be asked");
    till.vendor.out_of_service(false);
    till.house.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
    till.house.drain().await;
    assert_eq!((till.state().await.as_str(), till.payments().await.as_str()), ("paid", "1"));
    till.sound().await;
}

#[tokio::test]
async fn a_pending_payment_is_shown_and_then_rejected_with_its_reason() {
    let mut till = Till::open().await;
    let id = till.paid(TOTAL, Card::SlowDeclined).await;
    till.told(&id).await;
    till.ada.get("/invoices/1").await.shows("On its way");
    till.ada.get("/invoices/1/pay?method=card").await.shows("A payment of this invoice is under way");
    till.house.staff.get("/admin/invoices/1").await.shows("On its way");
    till.vendor.settle(&id, Utc::now());
    till.told(&id).await;
    till.ada.get("/invoices/1").await.shows("Rejected").shows("The card was declined.");
    till.house.staff.get("/admin/invoices/1").await.shows("The card was declined.");
    assert_eq!(till.state().await, "unpaid");
    let good = till.paid(TOTAL, Card::Slow).await;
    till.told(&good).await;
    till.vendor.settle(&good, Utc::now());
    till.told(&good).await;
    assert_eq!(till.state().await, "paid");
    till.vendor.charge_back(&good, Utc::now());
    till.told(&good).await;
    till.told(&good).await;
    assert!(till.todos().await.contains("was charged back"), "{}", till.todos().await);
    assert_eq!(till.state().await, "unpaid", "it is owed again");
    till.house.staff.get("/admin/disputes").await.shows(&good).shows("Open");
    till.house.staff.get("/admin/disputes/1").await.shows("26.00").shows("/admin/invoices/1");
    assert_eq!(till.house.value("SELECT count(*)::text FROM todo").await, "1", "staff are told once");
    till.house.staff.get("/admin/invoices/1").await.shows("Charged back");
    let words = "SELECT string_agg(payload ->> 'result', ',' ORDER BY id) FROM event WHERE name = 'LogTransaction'";
    assert_eq!(till.house.value(words).await, "pending,rejected,pending,paid,charged_back");
    till.sound().await;
}

#[tokio::test]
async fn the_payer_pays_on_our_page_in_fields_that_the_gateway_draws() {
    let mut till = Till::open().await;
    let page = till.ada.get("/invoices/1/pay?method=card").await;
    page.shows("id=\"hosted-form\"").shows("/plugin-assets/card/");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let src = page.body.split("src=\"").find(|part| part.starts_with("/plugin-assets/")).unwrap();
    let script = till.house.site.visitor().get(src.split('"').next().unwrap()).await;
    script.shows("hosted-form");
    assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
    till.ada.get("/invoices/1/pay?method=card").await;
    assert_eq!(till.vendor.payments(), 1, "looking twice makes one payment");
    // Whatever the browser says on its way back, the gateway is asked.
    let back = till.ada.get("/invoices/1/paid/card?what=payment&id=pay_000001&token=00&number=4242424242424242").await;
    assert_eq!(back.location(), "/invoices/1");
    assert_eq!(till.state().await, "unpaid");
    till.ada.get("/invoices/1").await.shows("We have no payment yet");
    let settings = page.body.split("data-settings=\"").nth(1).unwrap().split('"').next().unwrap();
    let settings = settings.replace("&#34;", "\"").replace("&quot;", "\"");
    let settings: serde_json::Value = serde_json::from_str(&settings).unwrap();
    let token = settings["token"].as_str().unwrap();
    let id = settings["id"].as_str().unwrap();
    let query = |number: &str| format!("/invoices/1/paid/card?what=payment&id={id}&token={token}&number={number}");
    till.ada.get(&query(Card::Declined.number())).await;
    till.ada.get("/invoices/1").await.shows("The payment did not succeed. The card was declined.");
    till.ada.get(&query(Card::Good.number())).await;
    till.ada.get("/invoices/1").await.shows("Thank you: the invoice is paid.");
    assert_eq!((till.state().await.as_str(), till.payments().await.as_str()), ("paid", "1"));
    let (_, mut eve) = till.house.site.client("eve@example.org").await;
    assert_eq!(eve.get(&query(Card::Good.number())).await.status, StatusCode::NOT_FOUND, "another client's invoice");
    till.sound().await;
}

#[tokio::test]
async fn a_subscription_pays_the_oldest_invoice_of_what_it_is_for() {
    let mut till = Till::open().await;
    let subscription = till.vendor.subscribe();
    let reference = till.reference().await;
    let first = till.vendor.renew(&subscription, Some(&reference), TOTAL, Utc::now()).unwrap();
    till.told(&first).await;
    assert_eq!(till.state().await, "paid");
    let kept = "SELECT remote_id FROM gateway_subscription WHERE service_id = 1";
    assert_eq!(till.house.value(kept).await, subscription);
    // Nothing asks for money now: what comes by itself waits for staff.
    let second = till.vendor.renew(&subscription, None, Money::new(500, Currency::EUR), Utc::now()).unwrap();
    till.told(&second).await;
    assert!(till.todos().await.contains("names no invoice"), "{}", till.todos().await);
    till.sound().await;
}

#[tokio::test]
async fn the_settings_of_a_gateway_are_tried_out() {
    let mut till = Till::open().await;
    till.house.staff.get("/admin/plugins/card").await.shows("Test connection");
    till.house.staff.post("/admin/plugins/card/test", &[]).await;
    till.house.staff.get("/admin/plugins/card").await.shows("It answers: the vendor of test cards knows 0 payments.");
    till.vendor.out_of_service(true);
    till.house.staff.post("/admin/plugins/card/test", &[]).await;
    till.house.staff.get("/admin/plugins/card").await.shows("The vendor is out of service.");
    // Who has nobody to ask offers no button, and says so if asked all the same.
    let bank = till.house.staff.get("/admin/plugins/bank").await;
    assert!(!bank.body.contains("Test connection"), "{}", bank.body);
    till.house.staff.post("/admin/plugins/bank/test", &[]).await;
    till.house.staff.get("/admin/plugins/bank").await.shows("This plugin has nobody to ask");
    let mut looker = till.house.site.staff(&[Permission::ServersRead]).await;
    assert_eq!(looker.post("/admin/plugins/card/test", &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_client_and_staff_end_a_subscription_which_then_charges_no_more() {
    let mut till = Till::open().await;
    let reference = till.reference().await;
    let (one, two) = (till.vendor.subscribe(), till.vendor.subscribe());
    for subscription in [&one, &two] {
        let payment = till.vendor.renew(subscription, Some(&reference), TOTAL, Utc::now()).unwrap();
        till.told(&payment).await;
    }
    till.ada.get("/services/1").await.shows("Paid by subscription").shows(&one).shows(&two).shows("End it");
    // Somebody else's service, and a subscription that pays for something else, are not there.
    let (_, mut eve) = till.house.site.client("eve@example.org").await;
    let posted = [("gateway", "card"), ("subscription", one.as_str())];
    let path = "/services/1/end-subscription";
    assert_eq!(eve.post(path, &posted).await.status, StatusCode::NOT_FOUND);
    let other = [("gateway", "card"), ("subscription", "sub_of_somebody_else")];
    assert_eq!(till.ada.post(path, &other).await.status, StatusCode::NOT_FOUND);
    assert_eq!(till.vendor.subscriptions(), 2);
    // The answer is lost: it is asked for again, which changes nothing.
    till.vendor.lose_next_answer();
    assert_eq!(till.ada.post(path, &posted).await.location(), "/services/1");
    till.ada.get("/services/1").await.shows("Is being ended");
    till.house.drain().await;
    till.house.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
    till.house.drain().await;
    assert_eq!(till.vendor.subscriptions(), 1);
    till.ada.get("/services/1").await.shows("Ended").shows("End it");
    assert!(till.vendor.renew(&one, Some(&reference), TOTAL, Utc::now()).is_none());
    till.ada.post(path, &posted).await;
    till.ada.get("/services/1").await.shows("This subscription has ended already.");
    let ours = [("gateway", "card"), ("subscription", two.as_str())];
    let path = "/admin/services/1/end-subscription";
    let mut looker = till.house.site.staff(&[Permission::ServicesRead]).await;
    assert_eq!(looker.post(path, &ours).await.status, StatusCode::FORBIDDEN);
    assert_eq!(till.house.staff.post(path, &ours).await.location(), "/admin/services/1");
    till.house.drain().await;
    assert_eq!(till.vendor.subscriptions(), 0);
    till.house.staff.get("/admin/services/1").await.shows("End subscription").shows("Ended");
    till.sound().await;
}
