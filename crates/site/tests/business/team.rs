//! Staff, roles, API tokens, autologin sites.

use innkeeper_domain::Permission;

use crate::house::House;
use crate::support::{PASSWORD, Site};

#[tokio::test]
async fn a_member_is_added_signs_in_and_is_disabled() {
    let mut house = House::open().await;
    let role = house.staff.post("/admin/roles/new", &[("name", "Reader"), ("permissions", "clients:read")]).await;
    assert_eq!(role.location(), "/admin/staff");
    let id = house.value("SELECT id::text FROM role WHERE name = 'Reader'").await;
    let short = [("name", "Bob"), ("email", "bob@"), ("role", id.as_str()), ("password", "short")];
    let refused = house.staff.post("/admin/staff/new", &short).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-email\"").shows("href=\"#f-password\"");
    let bob = [("name", "Bob"), ("email", "bob@host.example"), ("role", id.as_str()), ("password", PASSWORD)];
    assert_eq!(house.staff.post("/admin/staff/new", &bob).await.location(), "/admin/staff");
    house.staff.get("/admin/staff").await.shows("bob@host.example").shows("1 member · 1 permission");
    let mut browser = house.site.visitor();
    browser.post("/admin/login", &[("email", "bob@host.example"), ("password", PASSWORD)]).await;
    assert_eq!(browser.get("/admin/clients").await.status, 200);
    let bob = house.value("SELECT id::text FROM staff WHERE name = 'Bob'").await;
    house.staff.post(&format!("/admin/roles/{id}"), &[("name", "Reader"), ("permissions", "orders:read")]).await;
    assert_eq!(browser.get("/admin/clients").await.status, 403, "the role holds from the next click on");
    house.staff.post(&format!("/admin/staff/{bob}/disable"), &[]).await;
    assert!(browser.get("/admin/orders").await.location().starts_with("/admin/login"));
    house.staff.get(&format!("/admin/staff/{bob}")).await.shows("Disabled").shows("Enable");
}

#[tokio::test]
async fn nobody_locks_everybody_out() {
    let mut house = House::open().await;
    let me = house.value("SELECT id::text FROM staff").await;
    house.staff.post(&format!("/admin/staff/{me}/disable"), &[]).await;
    let page = house.staff.get(&format!("/admin/staff/{me}")).await;
    page.shows("You cannot disable yourself");
    assert!(!page.body.contains("/disable\""), "the button is not offered for oneself");
    let role = house.value("SELECT role_id::text FROM staff").await;
    let refused =
        house.staff.post(&format!("/admin/roles/{role}"), &[("name", "All"), ("permissions", "clients:read")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("Then nobody could manage staff");
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_have() {
    let house = House::open().await;
    let mut lead = house.site.staff(&[Permission::StaffWrite, Permission::ClientsRead]).await;
    let refused = lead.post("/admin/roles/new", &[("name", "Root"), ("permissions", "system:write")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-permissions\"");
    let admin = house.value("SELECT role_id::text FROM staff ORDER BY id LIMIT 1").await;
    let member = [("name", "Eve"), ("email", "eve@host.example"), ("role", admin.as_str()), ("password", PASSWORD)];
    let refused = lead.post("/admin/staff/new", &member).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-role\"");
}

#[tokio::test]
async fn a_token_is_shown_once() {
    let site = Site::new().await;
    let mut staff = site.staff(&[Permission::ClientsRead]).await;
    staff.get("/admin/api-tokens").await.shows("No tokens yet");
    let form = staff.get("/admin/api-tokens/new").await;
    form.shows("clients:read");
    assert!(!form.body.contains("value=\"system:write\""), "only what one may do oneself");
    let refused = staff.post("/admin/api-tokens/new", &[("name", ""), ("expires_at", "2020-01-01")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-name\"").shows("href=\"#f-scopes\"").shows("href=\"#f-expires-at\"");
    let made = staff.post("/admin/api-tokens/new", &[("name", "Backup"), ("scopes", "clients:read")]).await;
    assert_eq!(made.status, 200);
    made.shows("ink_").shows("data-copy").shows("Copy it now");
    let list = staff.get("/admin/api-tokens").await;
    list.shows("Backup").shows("clients:read");
    assert!(!list.body.contains("ink_"));
    staff.post("/admin/api-tokens/1/revoke", &[]).await;
    staff.get("/admin/api-tokens").await.shows("Revoked");
}

#[tokio::test]
async fn a_site_gets_a_key_once_and_can_be_disabled() {
    let mut house = House::open().await;
    let made = house.staff.post("/admin/autologin", &[("name", "Shop")]).await;
    assert_eq!(made.status, 200);
    made.shows("site_").shows("/autologin");
    let twice = house.staff.post("/admin/autologin", &[("name", "Shop")]).await;
    assert_eq!(twice.status, 422);
    twice.shows("already used by another site");
    house.staff.post("/admin/autologin/1/disable", &[]).await;
    house.staff.get("/admin/autologin").await.shows("Disabled");
}

#[tokio::test]
async fn clientexecs_links_need_a_key_first() {
    let mut house = House::open().await;
    let path = "/admin/autologin/clientexec";
    let refused = house.staff.post(path, &[("enabled", "on")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-application-key\"");
    let fields = [("enabled", "on"), ("application_key", "a key of sixteen letters")];
    assert_eq!(house.staff.post(path, &fields).await.location(), "/admin/autologin");
    let form = house.staff.get(path).await;
    form.shows("A value is stored");
    assert!(!form.body.contains("a key of sixteen"));
    house.staff.get("/admin/autologin").await.shows("Enabled");
    house.staff.post(path, &[]).await;
    house.staff.get("/admin/autologin").await.shows("links are refused now");
}
