//! Exchange rates, as staff set and use them.

use crate::house::House;

/// A host that sells in dollars, too.
async fn house() -> House {
    let house = House::open().await;
    for sql in [
        "UPDATE currency SET enabled = true WHERE code = 'USD'",
        "INSERT INTO price (product_id, currency, cycle_id, amount, setup) VALUES (1, 'USD', 12, 9900, 0)",
    ] {
        house.run(sql).await;
    }
    house
}

#[tokio::test]
async fn a_rate_is_set_by_hand() {
    let mut house = house().await;
    let page = "/admin/currencies/USD/rate";
    house.staff.get("/admin/currencies").await.shows("None yet").shows("Read rates now");
    for (rate, said) in [
        ("", "Enter a number such as 1.0841"),
        ("many", "Enter a number such as 1.0841"),
        ("0", "Must be above zero"),
        ("-1.1", "Must be above zero"),
    ] {
        let refused = house.staff.post(page, &[("rate", rate)]).await;
        assert_eq!(refused.status, 422, "{rate}: {}", refused.body);
        refused.shows(said);
    }
    assert_eq!(house.staff.post(page, &[("rate", "1,0841")]).await.location(), "/admin/currencies");
    house.staff.get("/admin/currencies").await.shows("1.0841 USD").shows("by hand");
    house.staff.get(page).await.shows("1.0841");
    for other in ["EUR", "XXX", "CHF"] {
        assert_eq!(house.staff.get(&format!("/admin/currencies/{other}/rate")).await.status, 404, "{other}");
    }
}

#[tokio::test]
async fn prices_are_filled_in_by_the_rate_and_saved_by_staff() {
    let mut house = house().await;
    let page = "/admin/products/1/prices";
    assert!(!house.staff.get(page).await.body.contains("by the rate"), "there is none yet");
    house.staff.post("/admin/currencies/USD/rate", &[("rate", "1.0841")]).await;
    house.staff.get(page).await.shows("From EUR by the rate").shows("99.00");
    // 5.00 and 9.00 to set up; what has no price in euros stays.
    house
        .staff
        .get(&format!("{page}?reckon=USD"))
        .await
        .shows("5.42")
        .shows("9.76")
        .shows("99.00")
        .shows("nothing is saved yet");
    let prices = "SELECT count(*)::text FROM price WHERE currency = 'USD'";
    assert_eq!(house.value(prices).await, "1");
    for none in ["EUR", "XXX", ""] {
        assert!(!house.staff.get(&format!("{page}?reckon={none}")).await.body.contains("nothing is saved yet"));
    }
}
