//! Add-ons, at a host that sells Web for 10.00 and a Certificate for 3.00 a month, only with Web.

use innkeeper_db::{Text, dunning::ServiceToSwitch};
use innkeeper_domain::{CycleId, ProductId, ServiceId, state::ServiceState};
use std::collections::BTreeMap;

use super::*;
use crate::{
    Actor, AppError, Result,
    billing::{switch, testing::Host},
    carts::{self, AddProduct, Parent},
    catalogue,
    effects::Kind,
    orders, plan_changes, services,
    testing::TestClient,
};

const WEB: ProductId = ProductId(1);
const CERTIFICATE: ProductId = ProductId(2);

struct Shop {
    host: Host,
    ada: TestClient,
}

impl Shop {
    async fn open() -> Self {
        let host = Host::open().await;
        for sql in [
            "INSERT INTO product (group_id, name, slug) VALUES (1, 'Certificate', 'certificate')",
            "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (2, 'EUR', 1, 300)",
        ] {
            sqlx::query(sql).execute(host.app.pool()).await.unwrap();
        }
        set_sold(&host.app, &host.admin, CERTIFICATE, true, &[WEB]).await.unwrap();
        let ada = host.app.client("ada@example.com").await;
        Self { host, ada }
    }
    async fn add(&self, actor: &Actor, token: &str, product: ProductId, parent: Option<Parent>) -> Result<Parent> {
        let (fields, options) = (BTreeMap::new(), BTreeMap::new());
        let add = AddProduct {
            parent,
            product_id: product,
            cycle_id: CycleId(1),
            fields: fields.clone(),
            custom_fields: fields,
            options,
        };
        carts::add_product(&self.host.app, actor, token, add).await.map(Parent::Item)
    }
    /// Web and its certificate, ordered together and paid: the services 1 and 2.
    async fn together(&self) {
        let (app, actor) = (&self.host.app, &self.ada.actor);
        let token = carts::create(app, actor, None).await.unwrap();
        let web = self.add(actor, &token, WEB, None).await.unwrap();
        self.add(actor, &token, CERTIFICATE, Some(web)).await.unwrap();
        orders::checkout(app, actor, &token).await.unwrap();
        self.host.pay_all().await;
        self.host.holds().await;
    }
    /// Switches a service as staff do.
    async fn switch(&self, id: i64, kind: Kind) {
        let mut tx = self.host.app.begin(&self.host.admin).await.unwrap();
        let state = Text(ServiceState::Active);
        let service = ServiceToSwitch { id: id.into(), client_id: self.ada.id, plugin_id: None, state };
        switch(&mut tx, &service, kind, "staff").await.unwrap();
        tx.commit().await.unwrap();
    }
    async fn states(&self) -> Vec<String> {
        self.host.rows("SELECT state FROM service ORDER BY id").await
    }
    /// The hooks about add-ons that fired, in their order.
    async fn told(&self) -> Vec<String> {
        self.host
            .rows("SELECT name FROM event WHERE name LIKE 'Addon%' AND name <> 'AddonConfigSave' ORDER BY id")
            .await
    }
}

#[tokio::test]
async fn an_add_on_is_ordered_with_its_product_and_is_a_service_of_its_own() {
    let shop = Shop::open().await;
    let (app, actor) = (&shop.host.app, &shop.ada.actor);
    let store = catalogue::storefront(app, innkeeper_domain::Currency::EUR).await.unwrap();
    assert_eq!(store[0].products.len(), 1, "it is not sold by itself");
    shop.together().await;
    let rows = "SELECT id || ' ' || coalesce(parent_id, 0) || ' ' || amount || ' ' || state FROM service ORDER BY id";
    assert_eq!(shop.host.rows::<String>(rows).await, ["1 0 1000 active", "2 1 300 active"]);
    let nets: Vec<i64> = shop.host.rows("SELECT net FROM invoice_line ORDER BY id").await;
    assert_eq!(nets, [1000, 300], "each has its line on one invoice");
    assert_eq!(shop.told().await, ["AddonAdd", "AddonActivated", "AddonActivation"]);
    let ids = "SELECT (payload->>'addon_id') || (payload->>'service_id') || (payload->>'product_addon_id') FROM event WHERE name = 'AddonActivated'";
    assert_eq!(shop.host.rows::<String>(ids).await, ["212"]);
    let found = of_service(app, actor, ServiceId(1)).await.unwrap();
    assert_eq!(found.iter().map(|addon| addon.id.get()).collect::<Vec<_>>(), [2]);
    let addon = services::get(app, actor, ServiceId(2)).await.unwrap().service;
    assert_eq!(parent_of(app, actor, &addon).await.unwrap().unwrap().id.get(), 1);
    let eve = app.client("eve@example.com").await.actor;
    assert!(of_service(app, &eve, ServiceId(1)).await.unwrap().is_empty());
    assert!(parent_of(app, &eve, &addon).await.unwrap().is_none());
    // The next month of the add-on is a renewal.
    sqlx::query("UPDATE billing_cycle SET invoice_days = 40").execute(app.pool()).await.unwrap();
    shop.host.run("invoices").await;
    shop.host.pay_all().await;
    shop.host.holds().await;
    assert_eq!(shop.told().await.last().unwrap(), "AddonRenewal");
    let offers = plan_changes::offers(app, &shop.host.admin, ServiceId(2)).await.unwrap().offers;
    assert!(offers.is_empty(), "it does not become a product of its own");
}

#[tokio::test]
async fn an_add_on_is_ordered_later_for_a_service_of_ones_own() {
    let shop = Shop::open().await;
    shop.together().await;
    let (app, actor) = (&shop.host.app, &shop.ada.actor);
    let token = carts::create(app, actor, None).await.unwrap();
    let possible = carts::parents(app, actor, Some(&token), None, CERTIFICATE).await.unwrap().unwrap();
    assert_eq!(possible, [(Parent::Service(ServiceId(1)), "Web".to_owned())]);
    assert!(carts::parents(app, actor, Some(&token), None, WEB).await.unwrap().is_none());
    let eve = app.client("eve@example.com").await.actor;
    let hers = carts::create(app, &eve, None).await.unwrap();
    for (actor, token, product, parent) in [
        (actor, &token, CERTIFICATE, None),
        (actor, &token, CERTIFICATE, Some(Parent::Service(2.into()))),
        (actor, &token, CERTIFICATE, Some(Parent::Item(99.into()))),
        (actor, &token, WEB, Some(Parent::Service(1.into()))),
        (&eve, &hers, CERTIFICATE, Some(Parent::Service(1.into()))),
    ] {
        let refused = shop.add(actor, token, product, parent).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{product:?} {parent:?}: {refused:?}");
    }
    shop.add(actor, &token, CERTIFICATE, Some(Parent::Service(1.into()))).await.unwrap();
    orders::checkout(app, actor, &token).await.unwrap();
    shop.host.holds().await;
    assert_eq!(shop.host.rows::<i64>("SELECT parent_id FROM service WHERE id = 3").await, [1]);
    orders::cancel(app, &shop.host.admin, 2.into()).await.unwrap();
    assert_eq!(shop.told().await.last().unwrap(), "AddonCancelled");

    // Between the cart and the order its service may have ended.
    let token = carts::create(app, actor, None).await.unwrap();
    shop.add(actor, &token, CERTIFICATE, Some(Parent::Service(1.into()))).await.unwrap();
    services::end(app, actor, 1.into(), services::End::PeriodEnd, "").await.unwrap();
    let refused = orders::checkout(app, actor, &token).await;
    assert!(matches!(refused, Err(AppError::Conflict(why)) if why.contains("any more")));
    shop.host.holds().await;
}

#[tokio::test]
async fn what_is_removed_from_the_cart_takes_its_add_ons_along() {
    let shop = Shop::open().await;
    let (app, actor) = (&shop.host.app, &shop.ada.actor);
    let token = carts::create(app, actor, None).await.unwrap();
    let web = shop.add(actor, &token, WEB, None).await.unwrap();
    shop.add(actor, &token, CERTIFICATE, Some(web)).await.unwrap();
    let view = carts::view(app, actor, &token).await.unwrap().unwrap();
    assert_eq!((view.items[0].addons[0].name.as_str(), view.items[1].parent), ("Certificate", Some(web)));
    carts::remove(app, actor, &token, view.items[0].id).await.unwrap();
    assert!(carts::view(app, actor, &token).await.unwrap().unwrap().items.is_empty());
}

#[tokio::test]
async fn it_goes_where_its_service_goes() {
    let shop = Shop::open().await;
    shop.together().await;
    let app = &shop.host.app;
    shop.switch(1, Kind::ServiceSuspend).await;
    shop.host.holds().await;
    assert_eq!(shop.states().await, ["suspended", "suspended"]);
    shop.switch(1, Kind::ServiceUnsuspend).await;
    shop.host.holds().await;
    assert_eq!(shop.states().await, ["active", "active"]);
    // What was switched off for a reason of its own stays off.
    shop.switch(2, Kind::ServiceSuspend).await;
    shop.switch(1, Kind::ServiceSuspend).await;
    shop.host.holds().await;
    shop.switch(1, Kind::ServiceUnsuspend).await;
    shop.host.holds().await;
    assert_eq!(shop.states().await, ["active", "suspended"]);

    let day = services::end(app, &shop.ada.actor, 1.into(), services::End::PeriodEnd, "").await.unwrap();
    let ends: Vec<chrono::NaiveDate> = shop.host.rows("SELECT ends_on FROM service ORDER BY id").await;
    assert_eq!(ends, [day, day]);
    services::keep(app, &shop.ada.actor, 1.into()).await.unwrap();
    assert_eq!(shop.host.rows::<i64>("SELECT id FROM service WHERE ends_on IS NOT NULL").await, [0_i64; 0]);
    services::end(app, &shop.ada.actor, 1.into(), services::End::Now, "").await.unwrap();
    shop.host.holds().await;
    assert_eq!(shop.states().await, ["terminated", "terminated"]);
    let told = shop.told().await;
    let after = ["AddonSuspended", "AddonUnsuspended", "AddonSuspended", "AddonTerminated"];
    assert_eq!(told[3..], after);
}

#[tokio::test]
async fn it_can_end_alone() {
    let shop = Shop::open().await;
    shop.together().await;
    services::end(&shop.host.app, &shop.ada.actor, 2.into(), services::End::Now, "").await.unwrap();
    shop.host.holds().await;
    assert_eq!(shop.states().await, ["active", "terminated"]);
}

#[tokio::test]
async fn what_stands_alone_becomes_no_add_on() {
    let shop = Shop::open().await;
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    let refused = set_sold(app, admin, WEB, true, &[CERTIFICATE]).await;
    assert!(matches!(refused, Err(AppError::Invalid(_))), "an add-on has no add-ons: {refused:?}");
    for (with, is_fine) in [(&[][..], false), (&[ProductId(99)], false), (&[CERTIFICATE], false), (&[WEB], true)] {
        assert_eq!(set_sold(app, admin, CERTIFICATE, true, with).await.is_ok(), is_fine, "{with:?}");
    }
    set_sold(app, admin, CERTIFICATE, false, &[]).await.unwrap();
    let refused = set_sold(app, &shop.ada.actor, CERTIFICATE, true, &[WEB]).await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
    shop.host.service(shop.ada.id, 1, shop.host.today).await;
    let refused = set_sold(app, admin, WEB, true, &[CERTIFICATE]).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "somebody has it alone: {refused:?}");
}
