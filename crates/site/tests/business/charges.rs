//! Stored ways to pay, charges and refunds.

use axum::http::StatusCode;
use chrono::Utc;
use innkeeper_app::{Actor, clients};
use innkeeper_domain::{ClientId, Currency, Money, Permission, state::ClientState};
use innkeeper_examples::card::Card;

use crate::gateway::{TOTAL, Till};

impl Till {
    /// Ada stores a card through the form; the vendor's ids of her and of it.
    async fn stored(&mut self, card: Card) -> (String, String) {
        self.ada.get("/ways-to-pay/add/card").await.shows("id=\"hosted-form\"").shows("/plugin-assets/card/");
        let customer = self.house.value("SELECT remote_id FROM gateway_customer WHERE client_id = 1").await;
        let method = self.vendor.store_card(&customer, card);
        (customer, method)
    }
    async fn charge(&mut self, method: &str) -> crate::support::Answer {
        self.house.staff.post("/admin/invoices/1/charge", &[("gateway", "card"), ("method", method)]).await
    }
    /// Whatever waits for its time, runs now.
    async fn later(&self) {
        self.house.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
        self.house.drain().await;
    }
    async fn effect(&self) -> String {
        self.house.value("SELECT state FROM effect ORDER BY id DESC LIMIT 1").await
    }
    async fn refund(&mut self, amount: &str) -> crate::support::Answer {
        self.house.staff.post("/admin/payments/1/refund", &[("amount", amount), ("note", "sorry")]).await
    }
    async fn ledger(&self, account: &str) -> String {
        let sql = format!(
            "SELECT coalesce(sum(e.amount), 0)::text FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
             WHERE a.kind = '{account}'"
        );
        self.house.value(&sql).await
    }
}

#[tokio::test]
async fn a_client_stores_prefers_and_forgets_a_card() {
    let mut till = Till::open().await;
    till.ada.get("/ways-to-pay").await.shows("Nothing is stored.");
    let (customer, method) = till.stored(Card::Good).await;
    till.ada.get("/ways-to-pay/add/card").await;
    assert_eq!(till.vendor.customers(), 1, "the customer is made once");
    till.ada.get("/ways-to-pay").await.shows("Visa •••• 4242").shows("12/2031").shows("Forget this way to pay?");
    let fields = [("gateway", "card"), ("method", method.as_str())];
    till.ada.post("/ways-to-pay/default", &fields).await;
    till.ada.get("/ways-to-pay").await.shows("It is proposed first from now on.").shows("Used by default");
    // Somebody else's card is not there, whoever asks.
    let (_, mut eve) = till.house.site.client("eve@example.org").await;
    for verb in ["default", "forget"] {
        let answer = eve.post(&format!("/ways-to-pay/{verb}"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{verb}");
    }
    let strange = till.vendor.store_card("cus_of_somebody_else", Card::Good);
    assert_eq!(till.charge(&strange).await.status, StatusCode::NOT_FOUND);
    assert_eq!(till.ada.post("/ways-to-pay/forget", &fields).await.location(), "/ways-to-pay");
    till.ada.get("/ways-to-pay").await.shows("It is forgotten.").shows("Nothing is stored.");
    // Closing the client removes it at the vendor, with what is stored.
    till.vendor.store_card(&customer, Card::Good);
    clients::set_state(&till.house.site.app, &Actor::system("test"), ClientId(1), ClientState::Closed).await.unwrap();
    till.house.drain().await;
    assert_eq!(till.vendor.customers(), 0);
    till.sound().await;
}

#[tokio::test]
async fn a_stored_card_is_charged_once_although_the_answer_is_lost() {
    let mut till = Till::open().await;
    let (_, method) = till.stored(Card::Good).await;
    till.house.staff.get("/admin/invoices/1/charge").await.shows("Visa •••• 4242").shows("Charge €26.00 to");
    till.vendor.lose_next_answer();
    assert_eq!(till.charge(&method).await.location(), "/admin/invoices/1");
    // Whoever looks at the page now must not pay beside it.
    till.ada.get("/invoices/1/pay?method=card").await.shows("A payment of this invoice is under way");
    till.charge(&method).await;
    till.house.staff.get("/admin/invoices/1").await.shows("still under way");
    till.house.drain().await;
    till.later().await;
    assert_eq!((till.effect().await.as_str(), till.state().await.as_str()), ("succeeded", "paid"));
    assert_eq!(till.house.value("SELECT attempts::text FROM effect").await, "2", "the first answer was lost");
    assert_eq!((till.vendor.taken(), till.payments().await.as_str()), (1, "1"));
    till.charge(&method).await;
    till.house.staff.get("/admin/invoices/1").await.shows("nothing is owed on it");
    assert_eq!(till.vendor.taken(), 1);
    let mut looker = till.house.site.staff(&[Permission::InvoicesRead]).await;
    let fields = [("gateway", "card"), ("method", method.as_str())];
    assert_eq!(looker.post("/admin/invoices/1/charge", &fields).await.status, StatusCode::FORBIDDEN);
    till.sound().await;
}

#[tokio::test]
async fn a_charge_may_be_rejected_or_stay_pending() {
    let mut till = Till::open().await;
    let (customer, declined) = till.stored(Card::Declined).await;
    till.charge(&declined).await;
    till.house.drain().await;
    assert_eq!((till.effect().await.as_str(), till.state().await.as_str()), ("failed", "unpaid"));
    till.house.staff.get("/admin/invoices/1").await.shows("The card was declined.").shows("Rejected");
    let slow = till.vendor.store_card(&customer, Card::Slow);
    till.charge(&slow).await;
    till.house.drain().await;
    assert_eq!(till.state().await, "unpaid");
    till.charge(&slow).await;
    till.house.staff.get("/admin/invoices/1").await.shows("On its way").shows("A payment of this invoice is under way");
    let id = till.house.value("SELECT remote_id FROM gateway_payment WHERE state = 'pending'").await;
    till.vendor.settle(&id, Utc::now());
    till.told(&id).await;
    assert_eq!((till.state().await.as_str(), till.payments().await.as_str()), ("paid", "1"));
    till.sound().await;
}

#[tokio::test]
async fn a_client_is_asked_to_confirm_a_charge_that_the_bank_asks_about() {
    let mut till = Till::open().await;
    let (_, method) = till.stored(Card::Confirm).await;
    till.charge(&method).await;
    till.house.drain().await;
    assert_eq!((till.state().await.as_str(), till.payments().await.as_str()), ("unpaid", "0"));
    let mail = till
        .house
        .value("SELECT string_agg(recipient || ' ' || body, '; ') FROM mail WHERE template = 'confirm_payment'")
        .await;
    assert!(mail.starts_with("ada@example.org") && mail.contains("/invoices/1/pay?method=card"), "{mail}");
    till.sound().await;
}

#[tokio::test]
async fn a_refund_is_made_and_booked_once() {
    let mut till = Till::open().await;
    let id = till.paid(TOTAL, Card::Good).await;
    till.told(&id).await;
    let income = till.ledger("income").await;
    assert_eq!((till.ledger("cash").await.as_str(), income.as_str()), ("2600", "-2600"));
    till.house.staff.get("/admin/payments/1").await.shows("At most €26.00").shows("value=\"26.00\"");
    for wrong in ["26.01", "0", "-1", "much"] {
        assert_eq!(till.refund(wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    till.vendor.lose_next_answer();
    assert_eq!(till.refund("6.00").await.location(), "/admin/payments/1");
    assert_eq!(till.refund("6.00").await.status, StatusCode::UNPROCESSABLE_ENTITY, "one at a time");
    till.house.drain().await;
    till.later().await;
    assert_eq!((till.vendor.refunds(), till.effect().await.as_str()), (1, "succeeded"));
    assert_eq!((till.ledger("cash").await.as_str(), till.state().await.as_str()), ("2000", "paid"));
    till.house.staff.get("/admin/payments/1").await.shows("Given back").shows("At most €20.00");
    // The gateway tells of the refund that we asked for: nothing to do.
    till.told(&id).await;
    assert_eq!(till.todos().await, "");
    till.refund("20.00").await;
    till.house.drain().await;
    assert_eq!((till.ledger("cash").await.as_str(), till.ledger("income").await.as_str()), ("0", "0"));
    assert_eq!(till.state().await, "refunded");
    assert_eq!(till.refund("0.01").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told =
        "SELECT string_agg(payload #>> '{amount,minor}', ',' ORDER BY id) FROM event WHERE name = 'Invoice-Refunded'";
    assert_eq!(till.house.value(told).await, "600,2000");
    let mut looker = till.house.site.staff(&[Permission::InvoicesRead]).await;
    assert_eq!(looker.post("/admin/payments/1/refund", &[("amount", "1")]).await.status, StatusCode::FORBIDDEN);
    till.sound().await;
}

#[tokio::test]
async fn what_is_given_back_comes_from_credit_first_and_reopens_what_is_not_paid() {
    let mut till = Till::open().await;
    let part = till.paid(Money::new(1000, Currency::EUR), Card::Good).await;
    till.told(&part).await;
    till.refund("4.00").await;
    till.house.drain().await;
    assert_eq!(till.ledger("receivable").await, "2000", "owed again");
    till.house.staff.get("/admin/invoices/1").await.shows("€20.00");
    let rest = till.paid(Money::new(2500, Currency::EUR), Card::Good).await;
    till.told(&rest).await;
    assert_eq!((till.state().await.as_str(), till.ledger("client_credit").await.as_str()), ("paid", "-500"));
    till.house.staff.post("/admin/payments/2/refund", &[("amount", "5.00")]).await;
    till.house.drain().await;
    assert_eq!((till.state().await.as_str(), till.ledger("client_credit").await.as_str()), ("paid", "0"));
    till.sound().await;
}
