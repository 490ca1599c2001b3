//! Services: their page, and what staff do with them.

use crate::house::House;

#[tokio::test]
async fn a_service_is_suspended_with_a_reason_and_comes_back() {
    let mut house = House::busy().await;
    let page = house.staff.get("/admin/services/1").await;
    page.shows("ada@example.org").shows("box-ada").shows("mail1").shows("data-part=\"/admin/services/1/live\"");
    let refused = house.staff.post("/admin/services/1/suspend", &[("reason", " ")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-reason\"");
    house.staff.post("/admin/services/1/suspend", &[("reason", "abuse report")]).await;
    house.staff.get("/admin/services/1").await.shows("being suspended").shows("Under way").shows("Look again");
    let busy = house.staff.post("/admin/services/1/suspend", &[("reason", "again")]).await;
    assert_eq!(busy.status, 422, "another operation is under way");
    house.drain().await;
    house.staff.get("/admin/services/1").await.shows("Suspended because").shows("abuse report");
    house.staff.get("/admin/services?state=suspended").await.shows("/admin/services/1");
    house.staff.post("/admin/services/1/unsuspend", &[]).await;
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM service").await, "active");
    house.staff.post("/admin/services/1/unsuspend", &[]).await;
    house.staff.get("/admin/services/1").await.shows("The service is active: that is not possible now.");
}

#[tokio::test]
async fn terminating_needs_a_clear_yes() {
    let mut house = House::busy().await;
    let refused = house.staff.post("/admin/services/1/terminate", &[]).await;
    assert_eq!(refused.status, 422);
    refused.shows("Tick this box to go on.");
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM service").await, "active");
    house.staff.post("/admin/services/1/terminate", &[("sure", "on")]).await;
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM service").await, "terminated");
}

#[tokio::test]
async fn a_new_password_is_set_and_never_shown() {
    let mut house = House::busy().await;
    let refused = house.staff.post("/admin/services/1/password", &[("password", "")]).await;
    assert_eq!(refused.status, 422);
    house.staff.post("/admin/services/1/password", &[("password", "Gl1ding-Heron")]).await;
    house.drain().await;
    let page = house.staff.get("/admin/services/1").await;
    page.shows("Change password").shows("Done");
    assert!(!page.body.contains("Gl1ding-Heron"));
}

#[tokio::test]
async fn the_vendors_word_comes_as_a_part_or_with_the_page() {
    let mut house = House::busy().await;
    let part = house.staff.get("/admin/services/1/live").await;
    part.shows("Active").shows("MiB").shows("&#60;script&#62;");
    assert!(!part.body.contains("<html"));
    house.staff.get("/admin/services/1?live=1").await.shows("State at the vendor").shows("<html");
}

#[tokio::test]
async fn what_was_refused_waits_for_a_decision() {
    let mut house = House::open().await;
    house.order("broken", "ada.com").await;
    house.pay("T-1", "26.00").await;
    house.drain().await;
    let page = house.staff.get("/admin/services/1").await;
    page.shows("a person has to decide").shows("the quota is used up").shows("Waits for a decision").shows("Give up");
    let effect = house.value("SELECT id::text FROM effect WHERE state = 'needs_human'").await;
    let back = [("back", "/admin/services/1")];
    let retried = house.staff.post(&format!("/admin/effects/{effect}/retry"), &back).await;
    assert_eq!(retried.location(), "/admin/services/1");
    house.run("UPDATE service SET fields = jsonb_set(fields, '{mailbox}', '\"ada\"')").await;
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM service").await, "active");
    house.staff.post(&format!("/admin/effects/{effect}/give-up"), &back).await;
    house.staff.get("/admin/services/1").await.shows("This operation does not wait for a decision.");
    let outside = house.staff.post(&format!("/admin/effects/{effect}/give-up"), &[("back", "//evil.example")]).await;
    assert_eq!(outside.location(), "/admin");
}

#[tokio::test]
async fn giving_up_ends_the_waiting() {
    let mut house = House::open().await;
    house.order("broken", "ada.com").await;
    house.pay("T-1", "26.00").await;
    house.drain().await;
    let effect = house.value("SELECT id::text FROM effect WHERE state = 'needs_human'").await;
    house.staff.post(&format!("/admin/effects/{effect}/give-up"), &[("back", "/admin/services/1")]).await;
    let page = house.staff.get("/admin/services/1").await;
    page.shows("The operation is given up.").shows("Refused").shows("Set up now");
    assert!(!page.body.contains("a person has to decide"));
}

#[tokio::test]
async fn services_are_found_by_a_part_of_their_name() {
    let mut house = House::busy().await;
    house.staff.get("/admin/services?q=ada%40").await.shows("/admin/services/1\"");
    house.staff.get("/admin/services?q=zzz").await.shows("No such services");
    house.staff.get("/admin/services?client=1&state=active").await.shows("/admin/services/1\"");
    house.staff.get("/admin/services?client=99").await.shows("No such services");
    house.staff.get("/admin/services?before=1").await.shows("Newest");
}
