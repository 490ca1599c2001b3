//! Clients: added, found, changed, closed.

use crate::house::House;

const ADA: [(&str, &str); 6] = [
    ("first_name", "Augusta"),
    ("last_name", "King"),
    ("email", "augusta@example.org"),
    ("country", "gb"),
    ("phone", "+44 20 7946 0018"),
    ("currency", "EUR"),
];

#[tokio::test]
async fn a_client_is_added_found_and_changed() {
    let mut house = House::open().await;
    house.run("INSERT INTO custom_field (scope, key, label, kind, required) VALUES ('client', 'how', 'How did you find us?', 'text', true)").await;
    house.staff.get("/admin/clients/new").await.shows("How did you find us?");
    let refused = house.staff.post("/admin/clients/new", &ADA).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-fields-how\"").shows("value=\"Augusta\"");
    let fields: Vec<(&str, &str)> = ADA.into_iter().chain([("fields.how", "A friend"), ("login", "on")]).collect();
    let added = house.staff.post("/admin/clients/new", &fields).await;
    assert_eq!(added.location(), "/admin/clients/2", "{}", added.body);
    let page = house.staff.get("/admin/clients/2").await;
    page.shows("The client is added.").shows("+44.2079460018").shows("A friend").shows("augusta@example.org");
    let found = house.staff.get("/admin/clients?q=augus").await;
    found.shows("/admin/clients/2");
    assert!(!found.body.contains("\"/admin/clients/1\""));
    house.staff.get("/admin/clients?q=nobody").await.shows("No such clients");
    let fields: Vec<(&str, &str)> = ADA
        .into_iter()
        .chain([("company", "Analytical Engines"), ("notes", "Pays late"), ("fields.how", "Web")])
        .collect();
    assert_eq!(house.staff.post("/admin/clients/2/edit", &fields).await.status, 303);
    house.staff.get("/admin/clients/2").await.shows("Analytical Engines").shows("Pays late").shows("Web");
    let wrong: Vec<(&str, &str)> =
        fields.into_iter().map(|(k, v)| if k == "email" { (k, "augusta@") } else { (k, v) }).collect();
    let refused = house.staff.post("/admin/clients/2/edit", &wrong).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-email\"").shows("Analytical Engines");
}

#[tokio::test]
async fn closing_a_client_shuts_its_logins_out() {
    let mut house = House::open().await;
    let (id, mut client) = house.site.client("bob@example.org").await;
    let path = format!("/admin/clients/{id}");
    house.staff.get(&path).await.shows("Close client");
    assert_eq!(house.staff.post(&format!("{path}/close"), &[]).await.location(), path);
    house.staff.get(&path).await.shows("The client is closed.").shows("Reopen");
    assert!(client.get("/services").await.location().starts_with("/login"));
    house.staff.post(&format!("{path}/reopen"), &[]).await;
    house.staff.get(&path).await.shows("The client is open again.");
}

#[tokio::test]
async fn contacts_and_logins_come_and_go() {
    let mut house = House::open().await;
    let refused = house.staff.post("/admin/clients/1/contacts/new", &[("name", ""), ("email", "no")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("href=\"#f-name\"").shows("href=\"#f-email\"");
    let contact = [("name", "Bea Counter"), ("email", "bea@example.org"), ("gets_invoices", "on")];
    house.staff.post("/admin/clients/1/contacts/new", &contact).await;
    house.staff.get("/admin/clients/1").await.shows("Bea Counter");
    let other = house.site.add_client("bob@example.org").await;
    assert_eq!(house.staff.get(&format!("/admin/clients/{other}/contacts/1")).await.status, 404, "a foreign contact");
    house.staff.post("/admin/clients/1/contacts/1/remove", &[]).await;
    assert!(!house.staff.get("/admin/clients/1").await.body.contains("Bea Counter"));

    let twice = house.staff.post("/admin/clients/1/logins/new", &[("email", "ada@example.org")]).await;
    assert_eq!(twice.status, 422);
    twice.shows("already a login of this client");
    house.staff.post("/admin/clients/1/logins/new", &[("email", "cleo@example.org")]).await;
    let page = house.staff.get("/admin/clients/1").await;
    page.shows("cleo@example.org").shows("The login is added.");
    let user = house.value("SELECT id::text FROM user_account WHERE email = 'cleo@example.org'").await;
    house.staff.post(&format!("/admin/clients/1/logins/{user}/remove"), &[]).await;
    assert!(!house.staff.get("/admin/clients/1").await.body.contains("cleo@example.org"));
}
