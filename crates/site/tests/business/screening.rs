//! Orders are judged before they are fulfilled.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use innkeeper_app::{Actor, orders};
use innkeeper_domain::{OrderId, Permission};
use innkeeper_plugin_api::{
    tasks::{Judgement, Risk, Suspect},
    *,
};

use crate::{
    house::House,
    pages::example,
    toys::{HOSTILE, plugin},
};

/// Says what it is told to say.
#[derive(Default)]
struct Judge {
    says: Mutex<Option<Risk>>,
    asked: AtomicUsize,
}

struct Bench(Arc<Judge>);

#[async_trait]
impl Snapin for Bench {
    fn subscribers(&self, _: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        Ok(vec![])
    }
    async fn on_event(&self, _: &PluginCtx, _: &str, _: &EventEnvelope) -> Result<(), PluginError> {
        Ok(())
    }
    fn screening(&self) -> Option<&dyn Screening> {
        Some(self)
    }
}

#[async_trait]
impl Screening for Bench {
    async fn screen(&self, _: &PluginCtx, suspect: &Suspect) -> Result<Judgement, PluginError> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        assert_eq!(suspect.domains, ["ada.com"]);
        assert_eq!(suspect.client.email, "ada@example.org");
        let says = *self.0.says.lock().unwrap();
        let reasons = vec![format!("heard {HOSTILE}\0")];
        says.map(|risk| Judgement { risk, score: 200, reasons }).ok_or_else(|| PluginError::temporary("out to lunch"))
    }
}

/// A house with this judge and the club, where Ada ordered.
async fn court(says: Option<Risk>) -> (House, Arc<Judge>) {
    let judge = Arc::new(Judge { says: Mutex::new(says), asked: AtomicUsize::new(0) });
    let bench = plugin("bench", Implementation::Snapin(Arc::new(Bench(judge.clone()))));
    let mut house = House::with([bench, example()]).await;
    assert_eq!(house.order("ada", "ada.com").await, "/admin/orders/1");
    (house, judge)
}

const ORDER: &str = "SELECT state || ' ' || screening FROM sales_order";
const EFFECTS: &str = "SELECT count(*)::text FROM effect";
const BROKEN: &str = "SELECT coalesce(string_agg(rule, ', '), 'none') FROM violations(now() + interval '1 hour')
                      WHERE rule LIKE 'E8%'";

#[tokio::test]
async fn a_harmless_order_goes_on_by_itself() {
    let (mut house, judge) = court(Some(Risk::Accept)).await;
    assert_eq!(house.value(ORDER).await, "pending waiting");
    house.staff.get("/admin/orders/1").await.shows("Plugins are about to judge it.");
    house.drain().await;
    assert_eq!(house.value(ORDER).await, "pending passed");
    house.pay("T-1", "26.00").await;
    house.drain().await;
    assert_eq!(house.value(ORDER).await, "active passed");
    assert_eq!(judge.asked.load(Ordering::SeqCst), 1);
    let page = house.staff.get("/admin/orders/1").await;
    page.shows("Screening").shows("100 of 100").shows("Nothing is known against this client.");
    page.shows("heard &#60;script&#62;");
    assert!(!page.body.contains(HOSTILE) && !page.body.contains("Let it pass"));
}

#[tokio::test]
async fn a_doubtful_order_is_held_although_it_is_paid_until_staff_let_it_pass() {
    for risk in [Risk::Review, Risk::Reject] {
        let (mut house, _) = court(Some(risk)).await;
        house.pay("T-1", "26.00").await;
        house.drain().await;
        assert_eq!(house.value(ORDER).await, "pending held", "the worst judgement counts");
        assert_eq!(house.value(EFFECTS).await, "0", "nothing is set up");
        assert_eq!(house.value(BROKEN).await, "none", "what is held is not forgotten");
        house.staff.get("/admin/orders").await.shows("Held");
        house.staff.get("/admin/orders/1").await.shows("It is held").shows("Let it pass");
        let mut ada = house.ada().await;
        let seen = ada.get("/orders/1").await;
        seen.shows("will be looked at");
        assert!(!seen.body.contains("heard"), "why is none of the buyer's");
        let mut guest = house.site.staff(&[Permission::OrdersRead]).await;
        assert_eq!(guest.post("/admin/orders/1/release", &[]).await.status, 403);
        assert_eq!(house.staff.post("/admin/orders/1/release", &[]).await.status, 303);
        house.drain().await;
        assert_eq!(house.value(ORDER).await, "active released");
        assert_eq!(house.value("SELECT state FROM service").await, "active");
        house.staff.post("/admin/orders/1/release", &[]).await;
        house.staff.get("/admin/orders/1").await.shows("The order is not held.");
    }
}

#[tokio::test]
async fn staff_accept_or_refuse_a_held_order() {
    let (house, _) = court(Some(Risk::Review)).await;
    house.drain().await;
    let actor = Actor::system("test");
    orders::accept(&house.site.app, &actor, OrderId(1)).await.unwrap();
    house.drain().await;
    assert_eq!(house.value(ORDER).await, "active released");
    let (house, _) = court(Some(Risk::Reject)).await;
    house.drain().await;
    orders::mark_fraud(&house.site.app, &actor, OrderId(1)).await.unwrap();
    house.drain().await;
    assert_eq!(house.value(ORDER).await, "fraud held");
    assert_eq!(house.value(EFFECTS).await, "0");
    assert!(orders::release(&house.site.app, &actor, OrderId(1)).await.is_err());
}

#[tokio::test]
async fn who_cannot_say_leaves_it_to_the_others_and_nobody_at_all_to_staff() {
    let (mut house, _) = court(None).await;
    house.drain().await;
    assert_eq!(house.value(ORDER).await, "pending passed", "the club could say");
    house.staff.get("/admin/orders/1").await.shows("Could not say").shows("out to lunch");

    let (house, judge) = court(None).await;
    house.run("INSERT INTO plugin (id, enabled, settings) VALUES ('example-club', false, '{}')").await;
    house.drain().await;
    assert_eq!(house.value(ORDER).await, "pending held", "nobody could");
    assert_eq!(judge.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_process_that_dies_while_an_order_is_judged_loses_nothing() {
    let (mut house, judge) = court(Some(Risk::Accept)).await;
    house.pay("T-1", "26.00").await;
    // It died after it asked, before it wrote down what it heard: the job's lease has expired.
    house
        .run(
            "UPDATE job SET state = 'running', attempts = 1, lease_until = now() - interval '1 second', worker = 'gone'
             WHERE kind = 'order.screen'",
        )
        .await;
    house.drain().await;
    house.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
    house.drain().await;
    assert_eq!(house.value(ORDER).await, "active passed");
    assert_eq!(judge.asked.load(Ordering::SeqCst), 1);
    assert_eq!(house.value("SELECT count(*)::text FROM event WHERE name = 'AfterFraudCheck'").await, "1");
    // A second run of the same job finds it judged.
    house.run("UPDATE job SET state = 'ready', finished_at = NULL WHERE kind = 'order.screen'").await;
    house.drain().await;
    assert_eq!(judge.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_club_knows_hostile_and_throwaway_addresses() {
    for (settings, screening, reason) in [
        (r#"{"throwaway": ["example.org"]}"#, "held", "example.org gives away addresses"),
        (r#"{"hostile": ["ADA@example.org"]}"#, "held", "is on the list of hostile addresses"),
        (r#"{"screen": false, "hostile": ["ada@example.org"]}"#, "passed", "Orders are not screened."),
    ] {
        let mut house = House::with([example()]).await;
        house.run(&format!("INSERT INTO plugin (id, settings) VALUES ('example-club', '{settings}')")).await;
        house.order("ada", "ada.com").await;
        house.drain().await;
        assert_eq!(house.value(ORDER).await, format!("pending {screening}"));
        house.staff.get("/admin/orders/1").await.shows(reason);
    }
}
