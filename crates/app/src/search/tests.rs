use innkeeper_domain::Permission;

use super::*;
use crate::testing::TestApp;

#[tokio::test]
async fn each_sees_what_it_may_and_wildcards_are_text() {
    let app = TestApp::new().await;
    let ada = app.client("ada@lovelace.example").await;
    app.client("charles@babbage.example").await;
    sqlx::query("INSERT INTO product_group (name) VALUES ('Engines')").execute(app.pool()).await.unwrap();
    sqlx::query(
        "INSERT INTO product (group_id, name, slug) SELECT id, 'Lovelace engine 100%', 'engine' FROM product_group",
    )
    .execute(app.pool())
    .await
    .unwrap();
    let kinds = |found: Vec<Found>| found.into_iter().map(|f| f.kind).collect::<Vec<_>>();

    let admin = app.admin().await;
    assert_eq!(kinds(search(&app, &admin, "LOVELACE.ex", 5).await.unwrap()), ["client"]);
    let both = kinds(search(&app, &admin, "lovelace", 5).await.unwrap());
    assert_eq!(both.iter().filter(|k| *k == "product").count(), 1);
    assert_eq!(kinds(search(&app, &admin, "100%", 5).await.unwrap()), ["product"]);
    assert!(search(&app, &admin, "a_a@", 5).await.unwrap().is_empty());
    let by_id = search(&app, &admin, &format!("#{}", ada.id), 5).await.unwrap();
    assert_eq!(by_id[0].id, ada.id.get());

    let seller = app.staff("seller@host.example", &[Permission::CatalogueRead]).await;
    assert_eq!(kinds(search(&app, &seller, "lovelace", 5).await.unwrap()), ["product"]);
    assert!(matches!(search(&app, &ada.actor, "lovelace", 5).await, Err(AppError::Forbidden)));
}
