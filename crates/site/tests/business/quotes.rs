//! Offers to people who are no clients yet, from the form to the invoice.

use crate::house::House;

#[tokio::test]
async fn whoever_has_the_link_accepts_an_offer() {
    let mut house = House::open().await;
    let offer = [
        ("first_name", "Grace"),
        ("last_name", "<i>Hopper"),
        ("email", "grace@example.org"),
        ("country", "AT"),
        ("currency", "EUR"),
        ("subject", "A <b>new</b> site"),
        ("terms", "Half a year of care."),
        ("valid_until", "2099-12-31"),
        ("lines.1.description", "Moving"),
        ("lines.1.quantity", "3"),
        ("lines.1.amount", "60"),
        ("lines.1.taxable", "on"),
    ];
    let odd = house.staff.post("/admin/quotes/new", &offer[4..]).await;
    assert_eq!(odd.status, 422);
    odd.shows("Must not be empty");
    assert_eq!(house.staff.post("/admin/quotes/new", &offer).await.location(), "/admin/quotes/1");
    house.staff.get("/admin/quotes/1").await.shows("grace@example.org").shows("no client yet");
    house.staff.get("/admin/quotes").await.shows("&#60;i&#62;Hopper").shows("no client yet");
    assert_eq!(house.staff.get("/admin/quotes/1/pdf").await.headers["content-type"], "application/pdf");
    house.staff.post("/admin/quotes/1/send", &[("version", "1")]).await;
    house.drain().await;
    let sent = house.site.mail.sent();
    let mail = sent.iter().find(|mail| mail.to == "grace@example.org").unwrap();
    let token = mail.body.split("/offer?token=").nth(1).unwrap().lines().next().unwrap().trim().to_owned();
    let mut grace = house.site.visitor();
    let link = format!("/offer?token={token}");
    grace.get(&link).await.shows("€180.00").shows("Half a year of care.").shows("Accept");
    assert_eq!(grace.get("/offer?token=x").await.status, 404);
    assert_eq!(grace.get("/offer").await.status, 404);
    assert_eq!(grace.post("/offer/accept", &[("version", "1")]).await.status, 404);
    assert_eq!(grace.get(&format!("/offer/pdf?token={token}")).await.headers["content-type"], "application/pdf");
    let answer = [("token", token.as_str()), ("version", "1")];
    assert_eq!(grace.post("/offer/accept", &answer).await.location(), link);
    let after = grace.get(&link).await;
    after.shows("Thank you.").shows("This offer is accepted.");
    assert!(!after.body.contains("Decline this offer?"));
    grace.post("/offer/decline", &answer[..1]).await;
    grace.get(&link).await.shows("accepted already");
    assert_eq!(house.value("SELECT count(*)::text FROM client WHERE email = 'grace@example.org'").await, "1");
    house.staff.get("/admin/quotes/1").await.shows("this invoice");
}
