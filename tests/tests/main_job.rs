//! The main job in one process: order, pay, live; and what happens when a vendor misbehaves on the way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

use innkeeper_app::{
    Actor, AppError,
    carts::{self, AddDomain},
    custom_fields::{self, FieldInput},
    orders,
    services::{self, ServiceFilter},
};
use innkeeper_domain::AnswerKind;
use innkeeper_simulators::chaos::ChaosSettings;
use innkeeper_tests::World;

#[tokio::test]
async fn a_paid_order_makes_the_mailbox_and_the_domain() {
    let world = World::open().await;
    let ada = world.buyer("ada").await;
    let order = world.order(&ada, "ada", "lovelace.com").await;
    assert_eq!(world.state("SELECT label FROM service").await, ["ada"], "called by the first answer, not by a name");
    world.drain().await;
    assert!(world.kerio.users().is_empty(), "nothing is made before it is paid");
    let invoice = world.invoice(order).await;
    world.pay(invoice, "BANK-1").await.unwrap();
    world.drain().await;

    assert_eq!(world.state("SELECT state FROM service").await, ["active"]);
    assert_eq!(world.state("SELECT state FROM domain").await, ["active"]);
    assert_eq!(world.state("SELECT state FROM sales_order").await, ["active"]);
    assert_eq!(world.kerio.users()[0].address, "ada@example.org");
    assert!(world.kerio.accepts_password("ada@example.org", "Tr4velling-Owl"));
    assert_eq!(world.dondominio.domains().len(), 1);
    assert_eq!(world.violations().await, Vec::<String>::new());

    assert_eq!(
        world.state("SELECT DISTINCT last_error FROM delivery WHERE last_error IS NOT NULL").await,
        Vec::<String>::new()
    );
    let heard: Vec<String> = world.webhooks.events().iter().map(|e| e["type"].as_str().unwrap().to_owned()).collect();
    for expected in [
        "Order-NewPackage",
        "AfterShoppingCartCheckout",
        "Invoice-Create",
        "AddTransaction",
        "Invoice-Paid",
        "OrderPaid",
        "AcceptOrder",
        "AfterModuleCreate",
        "UserPackage-Activate",
        "AfterRegistrarRegistration",
    ] {
        assert_eq!(heard.iter().filter(|name| *name == expected).count(), 1, "{expected} in {heard:?}");
    }
    let place = |name: &str| heard.iter().position(|n| n == name).unwrap();
    assert!(place("Invoice-Create") < place("Invoice-Paid"));
    assert!(place("OrderPaid") < place("AcceptOrder"));
    assert!(place("AfterModuleCreate") < place("UserPackage-Activate"));
}

#[tokio::test]
async fn lost_answers_make_nothing_twice_and_lose_nothing() {
    let world = World::open().await;
    let ada = world.buyer("ada").await;
    let order = world.order(&ada, "ada", "lovelace.com").await;
    world.pay(world.invoice(order).await, "BANK-1").await.unwrap();
    world.kerio.chaos().lose_next_effect();
    world.dondominio.chaos().lose_next_effect();
    for _ in 0..6 {
        world.drain().await;
        world.hurry().await;
    }
    assert_eq!(world.state("SELECT state FROM service UNION ALL SELECT state FROM domain").await, ["active", "active"]);
    assert_eq!(world.kerio.journal().done("Users.create"), 1);
    assert_eq!(world.dondominio.effects("lovelace.com").creates, 1);
    assert_eq!(world.violations().await, Vec::<String>::new());
}

#[tokio::test]
async fn checking_out_twice_orders_once() {
    let world = World::open().await;
    let ada = world.buyer("ada").await;
    let cart = world.cart(&ada, "ada", "lovelace.com").await;
    let both =
        tokio::join!(orders::checkout(&world.app, &ada.actor, &cart), orders::checkout(&world.app, &ada.actor, &cart));
    let first = both.0.unwrap();
    assert_eq!(first, both.1.unwrap());
    assert_eq!(orders::checkout(&world.app, &ada.actor, &cart).await.unwrap(), first);
    assert_eq!(world.state("SELECT id::text FROM invoice").await.len(), 1);
}

/// The second of two submits still asks the registrar about the names while the first one orders them.
#[tokio::test]
async fn a_slow_twin_of_a_checkout_is_given_the_order_too() {
    let world = World::open().await;
    let ada = world.buyer("ada").await;
    let cart = world.cart(&ada, "ada", "lovelace.com").await;
    let second = AddDomain {
        name: "king.com".to_owned(),
        years: 1,
        transfer: false,
        auth_code: None,
        answers: Default::default(),
    };
    carts::add_domain(&world.app, &ada.actor, &cart, second).await.unwrap();

    let chaos = world.dondominio.chaos();
    let asked = chaos.requests();
    chaos.set(ChaosSettings { delay_ms: 3000, ..ChaosSettings::default() });
    let slow = orders::checkout(&world.app, &ada.actor, &cart);
    let quick = async {
        while chaos.requests() == asked {
            tokio::task::yield_now().await;
        }
        chaos.set(ChaosSettings::default());
        orders::checkout(&world.app, &ada.actor, &cart).await
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert_eq!(slow.unwrap(), quick.unwrap());
    assert_eq!(world.state("SELECT id::text FROM invoice").await.len(), 1);
}

#[tokio::test]
async fn the_same_payment_is_recorded_once() {
    let world = World::open().await;
    let ada = world.buyer("ada").await;
    let invoice = world.invoice(world.order(&ada, "ada", "lovelace.com").await).await;
    let both = tokio::join!(world.pay(invoice, "BANK-1"), world.pay(invoice, "BANK-1"));
    assert_eq!(usize::from(both.0.is_ok()) + usize::from(both.1.is_ok()), 1);
    assert_eq!(world.state("SELECT id::text FROM payment").await.len(), 1);
    world.drain().await;
    assert_eq!(world.violations().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_hosts_own_questions_are_asked_and_the_answers_stay_with_the_service() {
    let world = World::open().await;
    let question = |key: &str, kind, required, shown_to_client| FieldInput {
        product_id: Some(world.product),
        key: key.into(),
        label: key.to_uppercase(),
        kind,
        options: vec![],
        required,
        shown_to_client,
        position: 0,
    };
    let staff = Actor::system("test");
    for field in [question("seats", AnswerKind::Number, true, true), question("source", AnswerKind::Text, false, false)]
    {
        custom_fields::create_field(&world.app, &staff, field).await.unwrap();
    }
    let ada = world.buyer("ada").await;
    let cart = carts::create(&world.app, &ada.actor, None).await.unwrap();
    for wrong in [&[][..], &[("seats", "many")], &[("seats", "3"), ("source", "a friend")], &[("seat", "3")]] {
        let refused = world.add_mailbox(&ada, &cart, "ada", wrong).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{wrong:?}: {refused:?}");
    }
    world.add_mailbox(&ada, &cart, "ada", &[("seats", "3")]).await.unwrap();
    orders::checkout(&world.app, &ada.actor, &cart).await.unwrap();
    let mine = services::list(&world.app, &ada.actor, ServiceFilter { limit: 5, ..Default::default() }).await.unwrap();
    let view = services::get(&world.app, &ada.actor, mine[0].id).await.unwrap();
    assert_eq!(view.answers, [("SEATS".to_owned(), "3".to_owned())]);
}

#[tokio::test]
async fn a_cart_of_somebody_else_looks_like_none() {
    let world = World::open().await;
    let (ada, eve) = (world.buyer("ada").await, world.buyer("eve").await);
    let cart = world.cart(&ada, "ada", "lovelace.com").await;
    assert!(carts::view(&world.app, &eve.actor, &cart).await.unwrap().is_none());
    assert!(matches!(orders::checkout(&world.app, &eve.actor, &cart).await, Err(AppError::NotFound(_))));
}

#[tokio::test]
async fn a_refusal_waits_for_staff_and_can_be_retried() {
    let world = World::open().await;
    let ada = world.buyer("ada").await;
    let order = world.order(&ada, "ada", "lovelace.com").await;
    world.kerio.add_mailbox("ada@example.org", "Somebody else").unwrap();
    world.pay(world.invoice(order).await, "BANK-1").await.unwrap();
    world.drain().await;
    assert_eq!(world.state("SELECT state FROM effect WHERE kind = 'service.create'").await, ["needs_human"]);
    assert_eq!(world.state("SELECT state FROM domain").await, ["active"], "the domain is not held up");
    assert_eq!(world.kerio.journal().done("Users.create"), 0);
}
