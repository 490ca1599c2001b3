//! An expired domain: what staff say of its extension, what the client sees and orders, and its restoring.

use crate::{house::House, registry::with_domain, support::Browser};

/// A domain of Ada's that expired yesterday, as its registry still has it.
async fn late() -> (House, Browser) {
    let (mut house, ada) = with_domain("ada.example").await;
    let rules = [("grace_days", "30"), ("redemption_days", "30"), ("grace.EUR", "5.00"), ("redemption.EUR", "80.00")];
    let saved = house.staff.post("/admin/extensions/2/late", &rules).await;
    assert_eq!(saved.location(), "/admin/extensions/2");
    house.run("UPDATE domain SET expires_on = current_date - 2").await;
    (house, ada)
}

#[tokio::test]
async fn a_late_domain_is_shown_ordered_and_renewed() {
    let (mut house, mut ada) = late().await;
    house.staff.get("/admin/extensions/2").await.shows("value=\"30\"").shows("value=\"80.00\"");
    house.staff.get("/admin/domains/1").await.shows("In grace").shows("Renew for");
    let page = ada.get("/domains/1").await;
    page.shows("In grace").shows("Fee besides").shows("16.00");
    let ordered = ada.post("/domains/1/late", &[]).await;
    assert_eq!(ordered.location(), "/invoices/2");
    ada.get("/invoices/2").await.shows("Late renewal of ada.example, fee");
    let again = ada.post("/domains/1/late", &[]).await;
    assert_eq!(again.location(), "/domains/1");
    ada.get("/domains/1").await.shows("pay its open invoices").shows("Invoice 2");
    let total = house.value("SELECT (total / 100.0)::numeric(10, 2)::text FROM invoice WHERE id = 2").await;
    house.pay_invoice(2, "T-2", &total).await;
    house.drain().await;
    assert_eq!(house.value("SELECT kind FROM effect ORDER BY id DESC LIMIT 1").await, "domain.renew");
}

#[tokio::test]
async fn the_registrars_word_counts_and_a_restore_is_sent() {
    let (mut house, mut ada) = late().await;
    let sure = [("field.sure", "on")];
    assert_eq!(house.staff.post("/admin/domains/1/tools/ending/delete", &sure).await.status, 303);
    house.drain().await;
    house.run("UPDATE domain SET state = 'active'").await;
    assert_eq!(ada.post("/domains/1/late", &[]).await.location(), "/invoices/2");
    ada.get("/invoices/2").await.shows("Restoring of ada.example, fee");
    let total = house.value("SELECT (total / 100.0)::numeric(10, 2)::text FROM invoice WHERE id = 2").await;
    house.pay_invoice(2, "T-2", &total).await;
    house.drain().await;
    let effect = house.value("SELECT kind || ' ' || state FROM effect ORDER BY id DESC LIMIT 1").await;
    assert_eq!(effect, "domain.restore succeeded");
    assert_eq!(house.value("SELECT (expires_on > current_date)::text FROM domain").await, "true");
}

#[tokio::test]
async fn nonsense_in_the_form_is_refused_at_its_field() {
    let (mut house, mut ada) = late().await;
    let bad = [
        ("grace_days", "-1"),
        ("grace_days", "366"),
        ("grace_days", "99999999999999999999"),
        ("redemption_days", "x"),
        ("grace.EUR", "-1"),
        ("redemption.EUR", "1e9"),
        ("redemption.EUR", "<script>"),
        ("grace.EUR", "92233720368547758.07"),
    ];
    for (field, value) in bad {
        let mut form = vec![("grace_days", "30"), ("redemption_days", "30")];
        form.retain(|(name, _)| *name != field);
        form.push((field, value));
        let refused = house.staff.post("/admin/extensions/2/late", &form).await;
        assert_eq!(refused.status, 422, "{field} {value}");
        assert!(!refused.body.contains("<script>"), "{field}");
    }
    let half = house.staff.post("/admin/extensions/2/late", &[("grace_days", "30")]).await;
    assert_eq!(half.status, 422, "one without the other");
    assert_eq!(house.value("SELECT grace_days::text FROM tld WHERE id = 2").await, "30");
    assert_eq!(house.staff.post("/admin/extensions/2/late", &[]).await.status, 303, "nothing is said any more");
    assert!(!ada.get("/domains/1").await.body.contains("After the expiry"));
    house.staff.get("/admin/extensions/2").await.shows("After the expiry");
}
