//! Pages of snapins: the example club, and a snapin that is up to no good.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};
use innkeeper_domain::Permission;
use innkeeper_examples::club;
use innkeeper_plugin_api::{
    pages::{About, ActionReply},
    view::Value,
    *,
};
use serde_json::json;

use crate::{
    house::House,
    support::{Answer, Browser},
    toys::{HOSTILE, plugin},
};

/// The example club, its tab on mailboxes.
pub fn example() -> Plugin {
    club::plugin(ProductFilter::ServicesOf("mail".into()))
}

/// Fails in every way that a page can.
struct Rogue;

#[async_trait]
impl Snapin for Rogue {
    fn subscribers(&self, _: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        Ok(vec![])
    }
    async fn on_event(&self, _: &PluginCtx, _: &str, _: &EventEnvelope) -> Result<(), PluginError> {
        Ok(())
    }
    fn pages(&self) -> Option<&dyn Pages> {
        Some(self)
    }
}

#[async_trait]
impl Pages for Rogue {
    fn pages(&self) -> Vec<PageSpec> {
        let page = |key: &str, place| PageSpec {
            key: key.into(),
            title: format!("{key} {HOSTILE}"),
            place,
            permission: Permission::SystemRead,
        };
        let parent = || Some(format!("More {HOSTILE}"));
        vec![
            page("text", Place::PanelMenu { parent: parent() }),
            page("hangs", Place::PanelUnlisted),
            page("panics", Place::PanelUnlisted),
            page("fails", Place::PanelUnlisted),
            page("client", Place::ClientTab),
            page("domain", Place::ProductTab(ProductFilter::Domains)),
            page("mine", Place::PortalMenu { parent: parent() }),
            page("tile", Place::PortalHome { text: HOSTILE.into() }),
            page("refuses", Place::PortalUnlisted),
            page("calls", Place::PanelMenu { parent: None }),
        ]
    }
    async fn draw(&self, _: &PluginCtx, page: &str, visit: &Visit) -> Result<View, PluginError> {
        match page {
            "hangs" => std::future::pending().await,
            "panics" => panic!("out of order"),
            "fails" => Err(PluginError::declined(format!("no {HOSTILE}"))),
            "refuses" => Err(PluginError::declined("an inner secret").public("Come back tomorrow.")),
            _ => Ok(View {
                blocks: vec![
                    Block::Heading(HOSTILE.into()),
                    Block::Text(format!(
                        "about {:?} {}",
                        visit.about,
                        visit.query.get("q").cloned().unwrap_or_default()
                    )),
                    Block::Facts(vec![(
                        HOSTILE.into(),
                        Value::Link { text: HOSTILE.into(), url: "javascript:alert(1)".into() },
                    )]),
                    Block::Form { action: "say".into(), fields: vec![], submit: HOSTILE.into() },
                ],
            }),
        }
    }
    async fn act(
        &self,
        _: &PluginCtx,
        _: &str,
        _: &str,
        visit: &Visit,
        _: &BTreeMap<String, String>,
    ) -> Result<ActionReply, PluginError> {
        let about = match visit.about {
            About::Client(id) => id.get(),
            _ => 0,
        };
        Ok(ActionReply { message: format!("said {HOSTILE}"), data: json!({ "about": about }) })
    }
}

/// With a picture that could run.
fn rogue() -> Plugin {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    plugin("rogue", Implementation::Snapin(Arc::new(Rogue))).with_picture(Picture::new(HOSTILE, svg))
}

/// A house with a member: Ada paid her first invoice.
async fn clubhouse() -> House {
    let mut house = House::with([example(), rogue()]).await;
    innkeeper_app::events::sync(&house.site.app).await.unwrap();
    house.order("ada", "ada.com").await;
    house.pay("T-1", "26.00").await;
    house.drain().await;
    house
}

async fn json(browser: &mut Browser, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request =
        Request::builder().method(Method::POST).uri(path).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

const OURS: &[(&str, &str)] = &[("sec-fetch-site", "same-origin")];

#[tokio::test]
async fn a_snapin_is_reached_from_every_place_it_names() {
    let mut house = clubhouse().await;
    let mut ada = house.ada().await;
    let home = ada.get("/").await;
    home.shows("/plugins/example-club/points").shows("<summary>Club").shows("/plugins/example-club/welcome");
    home.shows("Points for every invoice you pay.").shows("You have 10 points in our club");
    home.shows("<meta name=\"club\"");
    assert!(!home.body.contains("/plugins/example-club/terms"), "unlisted: {}", home.body);
    ada.get("/plugins/example-club/points").await.shows("Ada").shows("10 of 50").shows("aria-current=\"page\"");
    ada.get("/plugins/example-club/terms").await.shows("Points are given, not owed.");
    ada.get("/plugins/example-club/points?service=1").await.shows("Thank you for having ada@example.org with us.");
    let staff = &mut house.staff;
    let front = staff.get("/admin").await;
    front.shows("/admin/plugins/example-club/members");
    assert!(!front.body.contains("/admin/plugins/rogue/calls"), "a reserved key is no page");
    staff.get("/admin/plugins/example-club/members").await.shows("Ada Lovelace").shows("/admin/plugins/example-club\"");
    staff.get("/admin/clients/1").await.shows("/admin/plugins/example-club/member?client=1");
    staff.get("/admin/plugins/example-club/member?client=1").await.shows("Invoices that counted");
    staff.get("/admin/services/1").await.shows("/admin/plugins/example-club/product?service=1");
    let tab = staff.get("/admin/plugins/example-club/product?service=1").await;
    tab.shows("Points of its owner").shows("href=\"/admin/services/1\"");
    let domain = staff.get("/admin/domains/1").await;
    domain.shows("/admin/plugins/rogue/domain?domain=1");
    assert!(!domain.body.contains("example-club/product"), "its tab is on mailboxes: {}", domain.body);
    staff.get("/admin/plugins").await.shows("/admin/plugins/example-club/members");
    staff.get("/admin/plugins/example-club/overview").await.shows("/admin/plugins/example-club/members");
}

#[tokio::test]
async fn a_tab_is_on_the_products_of_its_group_alone() {
    let filter =
        ProductFilter::Any(vec![ProductFilter::InGroup("mail".into()), ProductFilter::DomainsAt("others".into())]);
    let mut house = House::with([club::plugin(filter)]).await;
    house.order("ada", "ada.com").await;
    let (tab, page) = ("example-club/product", "/admin/plugins/example-club/product");
    house.staff.get("/admin/services/1").await.shows(tab);
    assert_eq!(house.staff.get(&format!("{page}?service=1")).await.status, 200);
    let domain = house.staff.get("/admin/domains/1").await;
    assert!(!domain.body.contains(tab), "at another registrar: {}", domain.body);
    assert_eq!(house.staff.get(&format!("{page}?domain=1")).await.status, 404);
    house.run("UPDATE product_group SET name = 'Machines'").await;
    let service = house.staff.get("/admin/services/1").await;
    assert!(!service.body.contains(tab), "in another group: {}", service.body);
    assert_eq!(house.staff.get(&format!("{page}?service=1")).await.status, 404, "nor by its address");
}

#[tokio::test]
async fn a_plugin_shows_pictures_that_cannot_run() {
    let mut house = House::with([example(), rogue()]).await;
    let page = house.staff.get("/admin/plugins/example-club/overview").await;
    page.shows("src=\"/admin/plugins/example-club/pictures/0\"").shows("alt=\"The points of all members\"");
    let picture = house.staff.get("/admin/plugins/example-club/pictures/0").await;
    assert_eq!(
        (picture.status.as_u16(), &picture.headers["content-type"]),
        (200, &HeaderValue::from_static("image/png"))
    );
    assert!(picture.body.contains("PNG") && picture.headers["x-content-type-options"] == "nosniff");
    let policy = picture.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    for nothing in ["example-club/pictures/1", "example-club/pictures/x", "rogue/pictures/0", "nobody/pictures/0"] {
        assert_eq!(house.staff.get(&format!("/admin/plugins/{nothing}")).await.status, 404, "{nothing}");
    }
    let page = house.staff.get("/admin/plugins/rogue/overview").await;
    assert!(!page.body.contains("/pictures/"), "{}", page.body);
    let mut guest = house.site.staff(&[Permission::OrdersRead]).await;
    assert_eq!(guest.get("/admin/plugins/example-club/pictures/0").await.status, 403);
}

#[tokio::test]
async fn what_a_snapin_says_is_text_wherever_it_stands() {
    let mut house = clubhouse().await;
    house
        .run(&format!(
            "INSERT INTO plugin (id, settings) VALUES ('example-club', '{{\"banner\": \"{HOSTILE}\", \"reserved\": [\"club\"]}}')"
        ))
        .await;
    let mut ada = house.ada().await;
    for path in ["/", "/plugins/rogue/mine", "/plugins/rogue/refuses", "/services/1"] {
        let page = ada.get(path).await;
        assert!(!page.body.contains(HOSTILE) && !page.body.contains("javascript:"), "{path}: {}", page.body);
        page.shows("&#60;script&#62;");
    }
    for path in [
        "/admin",
        "/admin/clients/1",
        "/admin/domains/1",
        "/admin/plugins/rogue/text?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/admin/plugins/rogue/fails",
        "/admin/plugins/rogue/client?client=1",
    ] {
        let page = house.staff.get(path).await;
        assert!(!page.body.contains(HOSTILE) && !page.body.contains("javascript:"), "{path}: {}", page.body);
        page.shows("&#60;script&#62;");
    }
    let said = house.staff.post("/admin/plugins/rogue/client/say?client=1", &[]).await;
    assert_eq!(said.location(), "/admin/plugins/rogue/client?client=1");
    let shown = house.staff.get(said.location()).await;
    assert!(!shown.body.contains(HOSTILE));
    shown.shows("said &#60;script&#62;");
    let refused = ada.post("/order/domains", &[("name", "club.com"), ("years", "1")]).await;
    assert!(refused.body.contains("is reserved for our club"), "the gate: {}", refused.body);
}

#[tokio::test]
async fn a_page_is_for_those_who_may_see_it() {
    let mut house = clubhouse().await;
    let mut guest = house.site.staff(&[Permission::OrdersRead]).await;
    assert!(!guest.get("/admin").await.body.contains("example-club"));
    for path in ["/admin/plugins/example-club/members", "/admin/plugins/example-club/member?client=1"] {
        assert_eq!(guest.get(path).await.status, 403, "{path}");
    }
    let give = [("field.client", "1"), ("field.points", "5"), ("field.why", "thanks")];
    assert_eq!(guest.post("/admin/plugins/example-club/members/give", &give).await.status, 403);
    let mut reader = house.site.staff(&[Permission::SystemRead, Permission::OrdersRead]).await;
    assert_eq!(reader.get("/admin/plugins/rogue/text").await.status, 200);
    assert_eq!(reader.get("/admin/plugins/rogue/client?client=1").await.status, 403, "it may see no clients");
    assert_eq!(reader.get("/admin/plugins/rogue/domain?domain=1").await.status, 403, "nor domains");

    let (_, mut eve) = house.site.client("eve@example.org").await;
    for path in [
        "/plugins/example-club/points?service=1",
        "/plugins/example-club/points?domain=1",
        "/plugins/example-club/points?client=1",
        "/plugins/example-club/members",
        "/plugins/example-club/member?client=2",
        "/plugins/example-club/nothing",
        "/plugins/nothing/points",
        "/plugins/mail/points",
        "/plugins/example-club/points?service=1&domain=1",
        "/plugins/example-club/points?service=x",
    ] {
        assert_eq!(eve.get(path).await.status, 404, "{path}");
    }
    assert_eq!(eve.get("/plugins/example-club/points?client=2").await.status, 200);
    assert_eq!(eve.post("/plugins/rogue/mine/say?service=1", &[]).await.status, 404);
    let stranger = house.site.visitor().get("/plugins/example-club/points").await;
    assert!(stranger.location().starts_with("/login"), "{}", stranger.location());
    for path in [
        "/admin/plugins/example-club/points",
        "/admin/plugins/example-club/member",
        "/admin/plugins/example-club/member?client=99",
        "/admin/plugins/example-club/member?service=1",
        "/admin/plugins/example-club/product?domain=1",
    ] {
        assert_eq!(house.staff.get(path).await.status, 404, "{path}");
    }
    house.run("INSERT INTO plugin (id, enabled, settings) VALUES ('example-club', false, '{}')").await;
    assert_eq!(eve.get("/plugins/example-club/points").await.status, 404, "switched off");
    assert!(!eve.get("/").await.body.contains("example-club"));
}

#[tokio::test]
async fn a_form_is_checked_before_the_snapin_sees_it() {
    let mut house = clubhouse().await;
    let give = "/admin/plugins/example-club/member/give?client=1";
    let staff = &mut house.staff;
    let wrong = staff.post(give, &[("field.points", "5000"), ("field.why", "other")]).await;
    assert_eq!(wrong.status, 422);
    wrong.shows("whole number from 1 to 1000").shows("Must not be empty").shows("value=\"5000\"");
    let unasked = staff.post(give, &[("field.points", "5"), ("field.why", "thanks"), ("field.x", "1")]).await;
    assert_eq!(unasked.status, 422);
    assert_eq!(staff.post("/admin/plugins/example-club/member/steal?client=1", &[]).await.status, 404);
    let given = staff.post(give, &[("field.points", "40"), ("field.why", "other"), ("field.reason", "Loyal")]).await;
    assert_eq!(given.location(), "/admin/plugins/example-club/member?client=1");
    staff.get(given.location()).await.shows("Ada Lovelace has 50 points now.");
    let audited = "SELECT string_agg(detail ->> 'action', ',') FROM audit_log WHERE action = 'plugin.page_action'";
    assert_eq!(house.value(audited).await, "give", "what was refused did nothing");

    let mut ada = house.ada().await;
    let too_dear = ada.post("/plugins/example-club/gifts/redeem", &[("field.gift", "yacht")]).await;
    assert_eq!(too_dear.status, 422);
    assert_eq!(ada.post("/plugins/example-club/gifts/redeem", &[("field.gift", "shirt")]).await.status, 303);
    ada.get("/plugins/example-club/gifts").await.shows("A shirt is on its way.").shows("You have 0 points");
    let again = ada.post("/plugins/example-club/gifts/redeem", &[("field.gift", "shirt")]).await;
    assert_eq!(again.status, 404, "the form is not offered any more");
    assert_eq!(house.value("SELECT count(*)::text FROM todo").await, "1");
}

#[tokio::test]
async fn programs_of_this_site_call_actions_with_json() {
    let mut house = clubhouse().await;
    let give = "/admin/plugins/example-club/members/give";
    let good = r#"{"client": 1, "points": 5, "why": "thanks"}"#;
    let staff = &mut house.staff;
    for headers in [&[("origin", "https://evil.example")][..], &[("sec-fetch-site", "cross-site")], &[]] {
        let foreign = json(staff, give, good, headers).await;
        assert_eq!(foreign.status, 403, "{headers:?}");
        assert_eq!(foreign.headers[header::CONTENT_TYPE], "application/problem+json");
    }
    let done = json(staff, give, good, OURS).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let answer: serde_json::Value = serde_json::from_str(&done.body).unwrap();
    assert_eq!(answer, json!({ "message": "Ada Lovelace has 15 points now.", "data": { "client": 1, "points": 15 } }));
    let wrong = json(staff, give, r#"{"client": 1, "points": 0, "why": "thanks"}"#, OURS).await;
    assert_eq!(wrong.status, 422);
    let problem: serde_json::Value = serde_json::from_str(&wrong.body).unwrap();
    assert_eq!(problem["errors"][0]["field"], "points");
    let nobody = json(staff, give, r#"{"client": 77, "points": 1, "why": "thanks"}"#, OURS).await;
    assert_eq!(nobody.status, 422);
    assert!(nobody.body.contains("there is no such client"), "{}", nobody.body);
    for odd in ["", "[]", "{", r#"{"points": {}}"#] {
        assert_eq!(json(staff, give, odd, OURS).await.status, 400, "{odd}");
    }
    assert_eq!(json(staff, "/admin/plugins/example-club/members/steal", "{}", OURS).await.status, 404);
    let form = Request::builder().method(Method::POST).uri("/admin/plugins/rogue/client/say?client=1");
    let form = form.header("sec-fetch-site", "same-origin").header(header::ACCEPT, "application/json");
    let answer = staff.send(form.body(Body::empty()).unwrap()).await;
    assert!(answer.body.contains(r#""about":1"#), "a form may want JSON: {}", answer.body);
    let stranger = json(&mut house.site.visitor(), "/plugins/example-club/gifts/redeem", "{}", OURS).await;
    assert_eq!(stranger.status, 401);
    assert_eq!(stranger.headers[header::CONTENT_TYPE], "application/problem+json");
}

#[tokio::test]
async fn a_page_that_fails_or_hangs_says_so_and_nothing_else_suffers() {
    let mut house = clubhouse().await;
    let mut other = house.staff.clone();
    let hanging = tokio::spawn(async move { other.get("/admin/plugins/rogue/hangs").await });
    for path in ["/admin", "/admin/plugins/rogue/text", "/admin/clients/1", "/admin/plugins/example-club/members"] {
        let page = tokio::time::timeout(Duration::from_secs(3), house.staff.get(path)).await;
        assert_eq!(page.expect("not while another page hangs").status, 200, "{path}");
    }
    assert!(!hanging.is_finished());
    let hung = hanging.await.unwrap();
    assert_eq!(hung.status, 502);
    hung.shows("This page could not be shown").shows("did not answer in").shows("hangs");
    let panicked = house.staff.get("/admin/plugins/rogue/panics").await;
    assert_eq!(panicked.status, 502);
    panicked.shows("This page could not be shown").shows("panicked");
    let refused = house.staff.get("/admin/plugins/rogue/fails").await;
    assert_eq!(refused.status, 409);
    let mut ada = house.ada().await;
    let told = ada.get("/plugins/rogue/refuses").await;
    told.shows("Come back tomorrow.");
    assert!(!told.body.contains("an inner secret"));
}
