//! Lists in pages.

use innkeeper_domain::Permission;
use serde_json::{Value, json};

use crate::client::{Api, Reply};
use crate::support::Site;

fn ids(page: &Value) -> Vec<i64> {
    page["data"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()).collect()
}

/// The address in the `Link` header, below `/api/v1`.
fn next(answer: &Reply) -> Option<String> {
    let (address, relation) = answer.header("link").split_once("; ")?;
    assert_eq!(relation, "rel=\"next\"");
    Some(address.trim_matches(['<', '>']).strip_prefix("/api/v1").unwrap().to_owned())
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let site = Site::new().await;
    let mut all = vec![];
    for i in 0..5 {
        all.insert(0, site.add_client(&format!("client{i}@example.org")).await.get());
    }
    let api = Api::staff(&site, &[Permission::ClientsRead]).await;
    let (mut seen, mut pages) = (vec![], vec![]);
    let mut address = Some("/clients?limit=2&state=active".to_owned());
    while let Some(path) = address {
        let answer = api.get(&path).await;
        address = next(&answer);
        let page = answer.good();
        // Somebody new on the first page moves nothing on the others.
        if pages.is_empty() {
            site.add_client("late@example.org").await;
        }
        assert_eq!(page["next"].is_null(), address.is_none());
        if let (Some(cursor), Some(address)) = (page["next"].as_str(), &address) {
            assert!(address.contains("state=active") && address.contains(&format!("before={cursor}")), "{address}");
        }
        pages.push(ids(&page).len());
        seen.extend(ids(&page));
    }
    assert_eq!((seen, pages), (all, vec![2, 2, 1]));
    // A full page that is the last one says so.
    let exact = api.get("/clients?limit=6").await;
    assert_eq!((next(&exact), &exact.body["next"]), (None, &json!(null)));
}

#[tokio::test]
async fn odd_parameters_are_refused_by_name() {
    let site = Site::new().await;
    let api = Api::staff(&site, Permission::ALL).await;
    for list in [
        "clients",
        "orders",
        "invoices",
        "payments",
        "services",
        "domains",
        "effects",
        "products",
        "events",
        "deliveries",
        "jobs",
        "audit-log",
        "api-tokens",
    ] {
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=-1", "limit"),
            ("limit=x", "limit"),
            ("limit=99999999999999999999", "limit"),
            ("before=0", "before"),
            ("before=-9223372036854775808", "before"),
            ("before=abc", "before"),
            ("surprise=1", "surprise"),
            ("limit=1&limit=2", "limit"),
        ] {
            assert_eq!(api.get(&format!("/{list}?{query}")).await.problem(422), field, "{list}?{query}");
        }
        assert_eq!(api.get(&format!("/{list}?before=9223372036854775807&limit=100")).await.good()["next"], json!(null));
    }
    assert_eq!(api.get("/orders?state=lost").await.problem(422), "state");
    assert_eq!(api.get("/invoices?overdue_on=-100000-01-01").await.problem(422), "overdue_on");
    assert_eq!(api.get("/search").await.problem(422), "q");
    assert_eq!(api.get("/effects?service_id=1&domain_id=1").await.problem(422), "domain_id");
}
