//! Domains: their page, and what staff do with them.

use crate::house::House;

#[tokio::test]
async fn name_servers_are_set_or_refused_where_they_stand() {
    let mut house = House::busy().await;
    let path = "/admin/domains/1/nameservers";
    let refused = house.staff.post(path, &[("nameserver1", "ns1.example.net"), ("nameserver3", "not a host")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-nameserver2\"").shows("value=\"not a host\"");
    let one = house.staff.post(path, &[("nameserver1", "ns1.example.net")]).await;
    one.shows("at least two, or none");
    let both = [("nameserver1", "ns1.example.net"), ("nameserver2", "ns2.example.net")];
    assert_eq!(house.staff.post(path, &both).await.location(), "/admin/domains/1");
    house.drain().await;
    house.staff.get("/admin/domains/1").await.shows("ns2.example.net").shows("Set name servers");
    house.staff.get(path).await.shows("value=\"ns2.example.net\"");
}

#[tokio::test]
async fn contacts_start_with_what_the_registrar_has() {
    let mut house = House::busy().await;
    let path = "/admin/domains/1/contacts";
    let form = house.staff.get(path).await;
    form.shows("value=\"Ada\"").shows("&#60;script&#62;");
    let refused = house.staff.post(path, &[("owner.first_name", "Ada"), ("tech.first_name", "Tess")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-owner-email\"").shows("href=\"#f-tech-email\"").shows("Technical contact: email must");
    assert!(!refused.body.contains("#f-billing-email"), "a role left empty is the owner's");
    let owner = [
        ("owner.first_name", "Ada"),
        ("owner.last_name", "King"),
        ("owner.email", "ada@example.org"),
        ("owner.phone", "+44.2079460018"),
        ("owner.address", "St James's Square 12"),
        ("owner.city", "London"),
        ("owner.postcode", "SW1Y"),
        ("owner.country", "gb"),
    ];
    assert_eq!(house.staff.post(path, &owner).await.location(), "/admin/domains/1");
    house.drain().await;
    house.staff.get(path).await.shows("value=\"King\"").shows("value=\"GB\"");
}

#[tokio::test]
async fn renewing_takes_one_to_ten_years() {
    let mut house = House::busy().await;
    for years in ["0", "11", "x", "", "300"] {
        let refused = house.staff.post("/admin/domains/1/renew", &[("years", years)]).await;
        assert_eq!(refused.status, 422, "{years}");
        refused.shows("href=\"#f-years\"");
    }
    assert_eq!(house.staff.post("/admin/domains/1/renew", &[("years", "2")]).await.location(), "/admin/domains/1");
    house.drain().await;
    house.staff.get("/admin/domains/1").await.shows("Renew").shows("Done");
}

#[tokio::test]
async fn lock_and_transfer_code() {
    let mut house = House::busy().await;
    house.staff.post("/admin/domains/1/unlock", &[]).await;
    house.staff.get("/admin/domains/1").await.shows("may be transferred away now");
    house.staff.post("/admin/domains/1/lock", &[]).await;
    house.staff.get("/admin/domains/1").await.shows("is locked against transfer");
    let code = house.staff.post("/admin/domains/1/auth-code", &[]).await;
    assert_eq!(code.status, 200);
    code.shows("leave-me-42");
    assert!(!house.staff.get("/admin/domains/1").await.body.contains("leave-me-42"));
    assert_eq!(house.value("SELECT count(*)::text FROM audit_log WHERE action = 'domain.reveal_auth_code'").await, "1");
    house.run("UPDATE domain SET state = 'expired'").await;
    let refused = house.staff.post("/admin/domains/1/auth-code", &[]).await;
    assert_eq!(refused.location(), "/admin/domains/1");
    house.staff.get("/admin/domains/1").await.shows("The domain is expired");
}

#[tokio::test]
async fn a_registrar_that_is_down_does_not_take_the_page_down() {
    let mut house = House::open().await;
    house.order("ada", "slow.com").await;
    let page = house.staff.get("/admin/domains/1?live=1").await;
    assert_eq!(page.status, 200);
    page.shows("The registrar is down for maintenance.").shows("Register now");
    assert_eq!(house.staff.post("/admin/domains/1/register", &[]).await.location(), "/admin/domains/1");
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM domain").await, "active");
    house.staff.get("/admin/domains?q=slow").await.shows("slow.com");
    house.staff.get("/admin/domains?state=expired").await.shows("No such domains");
}
