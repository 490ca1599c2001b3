//! Paying several invoices at once, and ahead, from outside: the portal, the gateway, the panel.

use axum::http::StatusCode;
use chrono::Utc;
use innkeeper_domain::{Currency, DisputeState, Money};
use innkeeper_examples::card::Card;

use crate::gateway::Till;

/// Two unpaid invoices over 26.00 of Ada.
async fn open() -> Till {
    let mut till = Till::open().await;
    till.house.order("ada", "ada-two.com").await;
    assert_eq!(till.house.value("SELECT count(*)::text FROM invoice WHERE state = 'unpaid'").await, "2");
    till
}

impl Till {
    async fn states(&self) -> String {
        self.house.value("SELECT string_agg(state, ',' ORDER BY id) FROM invoice").await
    }
    /// The gateway's id of the newest page, which was opened for this.
    async fn page_of(&self, what: &str) -> String {
        let sql = format!("SELECT remote_id FROM gateway_payment WHERE {what} ORDER BY id DESC LIMIT 1");
        self.house.value(&sql).await
    }
    async fn state_of(&self, id: &str) -> String {
        self.house.value(&format!("SELECT state FROM gateway_payment WHERE remote_id = '{id}'")).await
    }
}

#[tokio::test]
async fn a_client_pays_several_invoices_with_one_payment() {
    let mut till = open().await;
    till.ada.get("/invoices").await.shows("Pay several");
    till.ada.get("/invoices/pay").await.shows("In EUR").shows("Pay what is chosen");
    let (_, mut eve) = till.house.site.client("eve@example.org").await;
    let both = [("invoices", "1"), ("invoices", "2")];
    assert_eq!(eve.post("/invoices/pay", &both).await.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else's");
    assert_eq!(till.ada.post("/invoices/pay", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let begun = till.ada.post("/invoices/pay", &both).await;
    assert_eq!(begun.location(), "/pay/1");
    till.ada.get("/pay/1?method=card").await.shows("52.00").shows("id=\"hosted-form\"");
    till.ada.get("/pay/1?method=bank").await.shows("52.00");
    assert_eq!(eve.get("/pay/1").await.status, StatusCode::NOT_FOUND);
    let id = till.page_of("collection_id = 1").await;
    till.vendor.use_card(&id, Card::Good, Utc::now());
    till.told(&id).await;
    till.told(&id).await;
    assert_eq!((till.states().await.as_str(), till.payments().await.as_str()), ("paid,paid", "1"));
    assert_eq!(till.ada.get("/pay/1/paid/card").await.location(), "/invoices");
    till.ada.get("/invoices").await.shows("Thank you: your payment is here.");
    assert_eq!(till.ada.get("/pay/1").await.location(), "/invoices");
    till.house.staff.get("/admin/payments/1").await.shows("PAY-1");
    till.house.staff.get("/admin/collections").await.shows("PAY-1").shows("Paid");
    till.house.staff.get("/admin/collections/1").await.shows("52.00").shows("/admin/payments/1");
    till.house.staff.get("/admin/invoices/2").await.shows(&id);
    till.sound().await;
}

#[tokio::test]
async fn nothing_is_collected_alone_and_together_at_the_same_time() {
    let mut till = open().await;
    till.ada.get("/invoices/1/pay?method=card").await.shows("id=\"hosted-form\"");
    let alone = till.page_of("invoice_id = 1").await;
    // Beginning the payment of both ends that of one.
    till.ada.post("/invoices/pay", &[("invoices", "1"), ("invoices", "2")]).await;
    assert_eq!(till.state_of(&alone).await, "rejected");
    till.vendor.use_card(&alone, Card::Good, Utc::now());
    assert_eq!(till.vendor.taken(), 0, "what was given up cannot be paid");
    till.ada.get("/pay/1?method=card").await.shows("id=\"hosted-form\"");
    let together = till.page_of("collection_id = 1").await;
    // And the other way round: paying one alone ends the payment of both.
    till.ada.get("/invoices/1/pay?method=card").await.shows("id=\"hosted-form\"");
    assert_eq!(till.state_of(&together).await, "rejected");
    assert_eq!(till.ada.get("/pay/1").await.location(), "/invoices");
    till.ada.get("/invoices").await.shows("Another payment of these invoices was begun since");
    let again = till.page_of("invoice_id = 1").await;
    assert_ne!(again, alone);
    till.vendor.use_card(&again, Card::Slow, Utc::now());
    till.told(&again).await;
    // Money is on its way: nothing else is begun.
    let refused = till.ada.post("/invoices/pay", &[("invoices", "1"), ("invoices", "2")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("A payment of this invoice is under way");
    till.vendor.settle(&again, Utc::now());
    till.told(&again).await;
    assert_eq!(till.states().await, "paid,unpaid");
    till.sound().await;
}

#[tokio::test]
async fn while_several_are_on_their_way_none_of_them_is_collected() {
    let mut till = open().await;
    till.ada.post("/invoices/pay", &[("invoices", "1"), ("invoices", "2")]).await;
    till.ada.get("/pay/1?method=card").await;
    let id = till.page_of("collection_id = 1").await;
    till.vendor.use_card(&id, Card::Slow, Utc::now());
    till.told(&id).await;
    till.ada.get("/invoices/2/pay?method=card").await.shows("A payment of this invoice is under way");
    till.ada.get("/invoices/2").await.shows("On its way");
    till.vendor.settle(&id, Utc::now());
    till.told(&id).await;
    assert_eq!(till.states().await, "paid,paid");
    till.sound().await;
}

#[tokio::test]
async fn a_client_pays_ahead_as_far_as_the_settings_allow() {
    let mut till = Till::open().await;
    assert_eq!(till.ada.get("/funds").await.status, StatusCode::NOT_FOUND, "not switched on");
    let limits = [("EUR.least", "5"), ("EUR.most", "50"), ("EUR.highest", "80")];
    assert_eq!(till.house.staff.post("/admin/settings/funds", &limits).await.location(), "/admin/settings/funds");
    till.house.staff.get("/admin/settings/funds").await.shows("80.00");
    let wrong = [("EUR.least", "5"), ("EUR.most", "1"), ("EUR.highest", "x")];
    assert_eq!(till.house.staff.post("/admin/settings/funds", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    till.ada.get("/invoices").await.shows("Pay ahead");
    till.ada.get("/funds").await.shows("From €5.00 to €50.00.");
    for amount in ["", "x", "4.99", "50.01", "-5", "9999999999999999999999"] {
        let answer = till.ada.post("/funds", &[("amount", amount)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
    }
    assert_eq!(till.ada.post("/funds", &[("amount", "30")]).await.location(), "/pay/1");
    till.ada.get("/pay/1?method=card").await.shows("30.00").shows("it is your credit");
    let id = till.page_of("collection_id = 1").await;
    till.vendor.use_card(&id, Card::Good, Utc::now());
    till.told(&id).await;
    till.told(&id).await;
    till.ada.get("/funds").await.shows("30.00");
    let credit = "SELECT (-balance)::text FROM ledger_account WHERE kind = 'client_credit'";
    assert_eq!((till.house.value(credit).await.as_str(), till.todos().await.as_str()), ("3000", ""));
    // Staff see the transfer of another arrive.
    till.ada.post("/funds", &[("amount", "10")]).await;
    let arrived = [
        ("gateway", "bank"),
        ("transaction_ref", "T-1"),
        ("amount", "10"),
        ("received_on", "2026-01-05"),
        ("note", ""),
    ];
    assert_eq!(till.house.staff.post("/admin/collections/2", &arrived).await.location(), "/admin/collections/2");
    assert_eq!(till.house.value(credit).await, "4000");
    assert_eq!(till.house.staff.post("/admin/collections/2", &arrived).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    till.sound().await;
}

#[tokio::test]
async fn what_names_a_collection_that_is_not_there_waits_for_staff() {
    let mut till = Till::open().await;
    let reference = till.reference().await.replace("invoice-1", "collection-77");
    let amount = Money::new(500, Currency::EUR);
    let id = till.vendor.pay(Some(&reference), amount, Card::Good, Utc::now());
    till.told(&id).await;
    assert!(till.todos().await.contains("names no invoice"), "{}", till.todos().await);
    let foreign = till.vendor.pay(Some("00000000-collection-1"), amount, Card::Good, Utc::now());
    till.told(&foreign).await;
    assert_eq!(till.house.value("SELECT count(*)::text FROM gateway_payment WHERE state = 'paid'").await, "1");
    till.sound().await;
}

#[tokio::test]
async fn a_dispute_is_seen_with_its_payment_and_invoice_and_restored_when_it_is_won() {
    let mut till = Till::open().await;
    let id = till.paid(Money::new(2600, Currency::EUR), Card::Good).await;
    till.told(&id).await;
    let amount = Money::new(2600, Currency::EUR);
    till.vendor.dispute(&id, "dp_1", amount, DisputeState::Open, Utc::now());
    till.told(&id).await;
    till.told(&id).await;
    assert_eq!(till.states().await, "unpaid");
    for page in ["/admin/invoices/1", "/admin/payments/1", "/admin/disputes"] {
        till.house.staff.get(page).await.shows("dp_1").shows("fraudulent");
    }
    till.house.staff.get("/admin/disputes/1").await.shows("15.00").shows("26.00");
    assert_eq!(till.house.staff.get("/admin/disputes/99").await.status, StatusCode::NOT_FOUND);
    till.ada.get("/invoices/1").await.shows("Taken back by the bank");
    till.vendor.dispute(&id, "dp_1", amount, DisputeState::Won, Utc::now());
    till.told(&id).await;
    till.told(&id).await;
    assert_eq!((till.states().await.as_str(), till.payments().await.as_str()), ("paid", "2"));
    till.house.staff.get("/admin/disputes/1").await.shows("Won").shows("/admin/payments/2");
    // It can be given back through the gateway that has it.
    till.house.staff.get("/admin/payments/2").await.shows("Give back");
    till.sound().await;
}
