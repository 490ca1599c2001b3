//! Orders that staff place, accept, cancel and mark.

use crate::house::House;

#[tokio::test]
async fn an_order_placed_for_a_client_is_set_up_when_it_is_paid() {
    let mut house = House::busy().await;
    let order = house.staff.get("/admin/orders/1").await;
    order.shows("Accepted").shows("ada@example.org").shows("ada.com").shows("/admin/invoices/1").shows("INV-000001");
    assert_eq!(house.value("SELECT state FROM service").await, "active");
    assert_eq!(house.value("SELECT state FROM domain").await, "active");
    house.staff.get("/admin/orders?state=pending").await.shows("No such orders");
    house.staff.get("/admin/orders").await.shows("Order 1").shows("€26.00");
}

#[tokio::test]
async fn what_cannot_be_ordered_is_said_at_its_field() {
    let mut house = House::open().await;
    let path = "/admin/clients/1/order/product";
    let missing = [("product", "1"), ("cycle", "1"), ("answer.mailbox", "")];
    let refused = house.staff.post(path, &missing).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-answer-mailbox\"").shows("href=\"#f-answer-password\"");
    let reserved =
        [("product", "1"), ("cycle", "1"), ("answer.mailbox", "root"), ("answer.password", "Tr4velling-Owl")];
    let refused = house.staff.post(path, &reserved).await;
    assert_eq!(refused.status, 422);
    refused.shows("Root is reserved.").shows("value=\"root\"");
    assert!(!refused.body.contains("Tr4velling-Owl"));
    let taken = house.staff.post("/admin/clients/1/order/domain", &[("name", "taken.com"), ("years", "1")]).await;
    assert_eq!(taken.status, 422);
    taken.shows("Taken.com is taken");
    assert_eq!(house.staff.get(&format!("{path}?product=77")).await.status, 404);
}

#[tokio::test]
async fn a_cart_of_another_client_looks_like_none() {
    let mut house = House::open().await;
    let other = house.site.add_client("bob@example.org").await;
    let fields = [("name", "bob.com"), ("years", "1")];
    let added = house.staff.post(&format!("/admin/clients/{other}/order/domain"), &fields).await;
    let cart = added.location().split_once("cart=").unwrap().1.to_owned();
    assert_eq!(house.staff.get(&format!("/admin/clients/1/order?cart={cart}")).await.status, 404);
    let remove = [("cart", cart.as_str()), ("item", "1")];
    assert_eq!(house.staff.post("/admin/clients/1/order/remove", &remove).await.status, 404);
    let removed = house.staff.post(&format!("/admin/clients/{other}/order/remove"), &remove).await;
    house.staff.get(removed.location()).await.shows("Nothing in it yet.");
}

#[tokio::test]
async fn accepting_starts_everything_without_payment() {
    let mut house = House::open().await;
    let order = house.order("ada", "ada.com").await;
    house.drain().await;
    house.staff.get(&order).await.shows("Its invoice is not paid.").shows("Mark as fraud");
    assert_eq!(house.staff.post(&format!("{order}/accept"), &[]).await.location(), order);
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM service").await, "active");
    let page = house.staff.get(&order).await;
    page.shows("The order is accepted.");
    house.staff.post(&format!("{order}/accept"), &[]).await;
    house.staff.get(&order).await.shows("only a pending order can be accepted").shows("tone-warning");
}

#[tokio::test]
async fn a_cancelled_order_leaves_nothing_to_pay() {
    let mut house = House::open().await;
    let first = house.order("ada", "ada.com").await;
    house.staff.post(&format!("{first}/cancel"), &[]).await;
    house.staff.get(&first).await.shows("The order is cancelled.").shows("Void");
    assert_eq!(house.value("SELECT state FROM domain").await, "cancelled");
    let second = house.order("ada", "ada.com").await;
    house.staff.post(&format!("{second}/fraud"), &[]).await;
    house.staff.get(&second).await.shows("marked as fraud");
    house.staff.get("/admin/orders?state=fraud").await.shows("Order 2");
}
