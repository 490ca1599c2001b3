//! What a server plugin can do besides: actions, a way into its panel, panels of its own, changes.

use crate::{house::House, toys::HOSTILE};

#[tokio::test]
async fn a_client_runs_an_action_and_sees_what_came_of_it() {
    let mut house = House::busy().await;
    let mut ada = house.ada().await;
    let live = ada.get("/services/1/live").await.body;
    assert!(live.contains("/services/1/actions/app-password") && !live.contains("wipe") && !live.contains("Not now"));
    let asked = ada.get("/services/1/actions/app-password").await.body;
    assert!(asked.contains("field.device"), "{asked}");
    let wrong = ada.post("/services/1/actions/app-password", &[("field.device", "")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(house.value("SELECT count(*)::text FROM effect WHERE kind = 'service.action'").await, "0");
    assert_eq!(ada.post("/services/1/actions/app-password", &[("field.device", "Phone")]).await.status, 303);
    house.drain().await;
    let shown = ada.get("/services/1").await.body;
    assert!(shown.contains("It is made.") && shown.contains("Phone"), "{shown}");
    assert!(!shown.contains("s3cret-app-pw") && !shown.contains(HOSTILE));
    let effect = house.value("SELECT id::text FROM effect WHERE kind = 'service.action'").await;
    let stored = house.value("SELECT result::text || result_sealed FROM effect WHERE kind = 'service.action'").await;
    assert!(!stored.contains("s3cret-app-pw"), "the secret is stored in the clear: {stored}");
    let revealed = ada.post(&format!("/services/1/operations/{effect}/reveal"), &[]).await;
    assert!(revealed.body.contains("s3cret-app-pw"), "{}", revealed.body);
    let other = house.staff.post(&format!("/admin/services/1/operations/{effect}/reveal"), &[]).await;
    assert_eq!(other.status, 404, "who did not run it does not see it");
    let staffs = ada.post("/services/1/actions/wipe", &[]).await;
    assert_eq!(staffs.status, 404, "an action of staff is none of the client's");
}

#[tokio::test]
async fn an_action_that_is_refused_changes_nothing() {
    let house = House::busy().await;
    let mut ada = house.ada().await;
    assert_eq!(ada.post("/services/1/actions/app-password", &[("field.device", "toaster")]).await.status, 303);
    house.drain().await;
    let (state, error) =
        ("SELECT state FROM effect ORDER BY id DESC LIMIT 1", "SELECT error FROM effect ORDER BY id DESC LIMIT 1");
    assert_eq!(house.value(state).await, "failed");
    assert_eq!(house.value(error).await, "toasters read no mail");
}

#[tokio::test]
async fn an_action_whose_outcome_nobody_can_see_waits_for_a_person() {
    let mut house = House::busy().await;
    let page = house.staff.get("/admin/services/1/actions/wipe").await.body;
    assert!(page.contains("cannot be undone"), "{page}");
    assert_eq!(house.staff.post("/admin/services/1/actions/wipe", &[]).await.status, 303);
    house.drain().await;
    house.run("UPDATE job SET run_at = now() WHERE state = 'ready'").await;
    house.drain().await;
    assert_eq!(house.value("SELECT state FROM effect ORDER BY id DESC LIMIT 1").await, "needs_human");
    let shown = house.staff.get("/admin/services/1").await.body;
    assert!(shown.contains("look there, then try again or give up"), "{shown}");
}

#[tokio::test]
async fn a_link_into_the_vendors_panel_is_minted_when_it_is_followed() {
    let house = House::busy().await;
    let mut ada = house.ada().await;
    let shown = ada.get("/services/1").await.body;
    assert!(shown.contains("/services/1/sign-on/account") && !shown.contains("ticket="), "{shown}");
    let answer = ada.post("/services/1/sign-on/account", &[]).await;
    assert!(answer.body.contains("https://webmail.example.org/?ticket=once-"), "{}", answer.body);
    let audited = "SELECT count(*)::text FROM audit_log WHERE action = 'service.sign_on'";
    assert_eq!(house.value(audited).await, "1");
    assert_eq!(ada.post("/services/1/sign-on/server", &[]).await.status, 404);
    let (_, mut stranger) = house.site.client("eve@example.org").await;
    assert_eq!(stranger.post("/services/1/sign-on/account", &[]).await.status, 404);
    assert_eq!(stranger.get("/services/1/panels/devices").await.status, 404);
    assert_eq!(stranger.post("/services/1/actions/app-password", &[("field.device", "x")]).await.status, 404);
}

#[tokio::test]
async fn a_panel_is_drawn_and_what_it_says_is_text() {
    let mut house = House::busy().await;
    let mut ada = house.ada().await;
    for (page, answer) in [
        ("portal", ada.get("/services/1/panels/devices").await),
        ("panel", house.staff.get("/admin/services/1/panels/devices").await),
    ] {
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.body.contains("3 of 10") && !answer.body.contains(HOSTILE), "{page}: {}", answer.body);
    }
    assert_eq!(ada.get("/services/1/panels/nothing").await.status, 404);
}

#[tokio::test]
async fn staff_change_an_account() {
    let mut house = House::busy().await;
    let page = house.staff.get("/admin/services/1/change").await.body;
    assert!(page.contains("New user name") && !page.contains("New domain"), "{page}");
    assert_eq!(house.staff.post("/admin/services/1/change", &[]).await.status, 422, "nothing to change");
    assert_eq!(house.staff.post("/admin/services/1/change", &[("username", "countess")]).await.status, 303);
    house.drain().await;
    assert_eq!(
        house.value("SELECT username || ' ' || label FROM service WHERE id = 1").await,
        "countess countess@example.org"
    );
}

#[tokio::test]
async fn an_account_that_is_on_the_server_becomes_a_service_once() {
    let mut house = House::busy().await;
    let first = house.staff.get("/admin/servers/1/accounts").await.body;
    assert!(first.contains("/admin/services/1") && !first.contains("Take over"), "ours is known: {first}");
    let second = house.staff.get("/admin/servers/1/accounts?cursor=2%20%26%20more").await.body;
    assert!(second.contains("old@example.org") && second.contains("Take over"), "{second}");
    let import = "/admin/servers/1/import";
    let cursor = "2 & more";
    let bad = [("account", "box-old"), ("cursor", cursor), ("client", "x"), ("plan", ""), ("first_day", "")];
    assert_eq!(house.staff.post(import, &bad).await.status, 422);
    let unpriced =
        [("account", "box-old"), ("cursor", cursor), ("client", "1"), ("plan", "1/12"), ("first_day", "2026-02-01")];
    assert_eq!(house.staff.post(import, &unpriced).await.status, 422, "no price for that cycle");
    assert_eq!(house.value("SELECT count(*)::text FROM service").await, "1", "bad input changes nothing");
    let good =
        [("account", "box-old"), ("cursor", cursor), ("client", "1"), ("plan", "1/1"), ("first_day", "2026-02-01")];
    assert_eq!(house.staff.post(import, &good).await.location(), "/admin/services/2");
    let made = "SELECT state || ' ' || username || ' ' || remote_id || ' ' || amount || ' ' || anchor FROM service WHERE id = 2";
    assert_eq!(house.value(made).await, "suspended old box-old 500 2026-02-01");
    assert_eq!(house.staff.post(import, &good).await.status, 422, "a second time it is known");
    assert_eq!(house.value("SELECT count(*)::text FROM service").await, "2");
    assert_eq!(
        house.value("SELECT count(*)::text FROM effect WHERE kind = 'service.create'").await,
        "1",
        "nothing is created"
    );
    house.drain().await;
    assert_eq!(house.value("SELECT username FROM service WHERE id = 2").await, "old-marked", "the vendor marked it");
    let link = house.staff.post("/admin/servers/1/sign-on", &[]).await;
    assert!(link.body.contains("https://webmail.example.org/"), "{}", link.body);
}
