//! What a webhook receiver heard of an order, and in which order.

use serde_json::Value;
use std::collections::BTreeMap;

/// What the order of one mailbox and one domain by a new client tells the world, each exactly once.
pub const OF_AN_ORDER: [&str; 11] = [
    "Client-Create",
    "Order-NewPackage",
    "AfterShoppingCartCheckout",
    "Invoice-Create",
    "AddTransaction",
    "Invoice-Paid",
    "OrderPaid",
    "AcceptOrder",
    "AfterModuleCreate",
    "UserPackage-Activate",
    "AfterRegistrarRegistration",
];

/// What must come before what.
const ORDER: [(&str, &str); 8] = [
    ("Client-Create", "AfterShoppingCartCheckout"),
    ("Order-NewPackage", "AfterModuleCreate"),
    ("AfterShoppingCartCheckout", "AfterModuleCreate"),
    ("Invoice-Create", "Invoice-Paid"),
    ("Invoice-Paid", "AfterModuleCreate"),
    ("OrderPaid", "AcceptOrder"),
    ("AcceptOrder", "AfterRegistrarRegistration"),
    ("AfterModuleCreate", "UserPackage-Activate"),
];

/// Checks that a receiver that hears of nothing but one order heard all of it.
///
/// # Panics
/// When an event is missing, came twice, in a wrong order or with a bad signature.
pub fn assert_order_was_told(deliveries: &Value) {
    let events = heard(deliveries);
    for expected in OF_AN_ORDER {
        assert_eq!(events.iter().filter(|name| *name == expected).count(), 1, "{expected} in {events:?}");
    }
    let place = |name: &str| events.iter().position(|heard| heard == name);
    for (first, then) in ORDER {
        assert!(place(first) < place(then), "{first} before {then} in {events:?}");
    }
    let failed: Vec<_> = events.iter().filter(|name| name.ends_with("Failed")).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

/// Whether everything that an order tells has arrived.
pub fn is_all_told(deliveries: &Value) -> bool {
    let events = heard(deliveries);
    OF_AN_ORDER.iter().all(|expected| events.iter().any(|name| name == expected))
}

/// The events that arrived, each once, in the order of their arrival.
///
/// # Panics
/// When a signature was wrong, or the events of one thing came in another order than they happened.
fn heard(deliveries: &Value) -> Vec<String> {
    let deliveries = deliveries.as_array().unwrap();
    let mut last: BTreeMap<(String, i64), i64> = BTreeMap::new();
    let mut events = vec![];
    for delivery in deliveries {
        assert_eq!(delivery["valid"], true, "a bad signature: {delivery}");
        if delivery["repeated"] == true {
            continue;
        }
        let body = &delivery["body"];
        let thing = (body["aggregate"].as_str().unwrap().to_owned(), body["aggregate_id"].as_i64().unwrap());
        let sequence = body["sequence"].as_i64().unwrap();
        let before = last.insert(thing, sequence).unwrap_or(0);
        assert!(sequence > before, "{body} came after number {before}");
        // The daily run invoices what recurs at the same time: that is not of this order.
        if body["data"]["source"] != "automation" {
            events.push(body["type"].as_str().unwrap().to_owned());
        }
    }
    events
}
