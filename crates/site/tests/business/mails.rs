//! The texts of mails, and what was sent, as staff see them.

use innkeeper_domain::Permission;

use crate::house::House;

const TEXT: &str = "/admin/settings/mail/invoice_created/de";

#[tokio::test]
async fn a_text_is_previewed_saved_and_given_up() {
    let mut house = House::busy().await;
    house.staff.get("/admin/settings/mail").await.shows("New invoice").shows("As it ships").shows("Spanish");
    let page = house.staff.get(TEXT).await;
    page.shows("Rechnung {{ number }} von {{ company }}").shows("How to pay").shows("the values of invoice INV");
    let text = [("subject", "Zahlen: {{ total }}"), ("body", "Hallo {{ name }}!\r\n{{ lines|join }}"), ("edited", "")];
    let shown = house.staff.post(&format!("{TEXT}/preview"), &text).await;
    shown.shows("<strong>Zahlen: 26,00 EUR</strong>").shows("Hallo Ada Lovelace!").shows("Hallo {{ name }}!");
    assert_eq!(house.value("SELECT count(*)::text FROM mail_template").await, "0");
    let wrong = [("subject", "x"), ("body", "eins\n{{ nmae }}"), ("edited", "")];
    for path in [TEXT.to_owned(), format!("{TEXT}/preview")] {
        let refused = house.staff.post(&path, &wrong).await;
        assert_eq!(refused.status, 422);
        refused.shows("Line 2: there is no variable nmae.").shows("{{ nmae }}");
    }
    assert_eq!(house.staff.post(TEXT, &text).await.location(), TEXT);
    let page = house.staff.get(TEXT).await;
    page.shows("Saved, for mails written from now on.").shows("Back to the shipped text");
    house.staff.get("/admin/settings/mail?language=de").await.shows("German (1 changed)").shows("Your text");
    house.staff.get("/admin/settings/mail?language=en").await.shows("changed in German");
    // Somebody who opened the page before.
    let stale = house.staff.post(TEXT, &text).await;
    assert_eq!(stale.status, 422);
    stale.shows("Somebody else has changed this text since you opened it");
    let edited = house.staff.get(TEXT).await;
    let edited = edited.body.split("name=\"edited\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let edited = edited.replace("&#43;", "+").replace("&#x2b;", "+");
    assert_eq!(house.staff.post(&format!("{TEXT}/reset"), &[("edited", &edited)]).await.location(), TEXT);
    house.staff.get(TEXT).await.shows("The text is as it ships again.").shows("Rechnung {{ number }}");
    assert_eq!(house.value("SELECT count(*)::text FROM mail_template").await, "0");
}

#[tokio::test]
async fn a_language_of_ones_own_starts_from_another() {
    let mut house = House::busy().await;
    let text = "/admin/settings/mail/welcome/fr";
    house.staff.get("/admin/settings/mail?language=FR").await.shows("French").shows(text).shows("Another language");
    house.staff.get(text).await.shows("There is no text in French yet").shows("Welcome to {{ company }}");
    let new = [("subject", "Bienvenue"), ("body", "Bonjour {{ name }}"), ("edited", "")];
    assert_eq!(house.staff.post(text, &new).await.location(), text);
    house.staff.get(text).await.shows("Remove this text");
    assert_eq!(house.staff.post("/admin/settings/mail/language", &[("language", "fr")]).await.status, 303);
    assert_eq!(house.staff.post("/admin/settings/mail/language", &[("language", "<b>")]).await.status, 422);
    for missing in ["/admin/settings/mail/nothing/de", "/admin/settings/mail/welcome/klingon"] {
        assert_eq!(house.staff.get(missing).await.status, 404, "{missing}");
    }
    assert_eq!(house.staff.post("/admin/settings/mail/welcome/off", &[]).await.status, 303);
    house.staff.get("/admin/settings/mail").await.shows("Off").shows("Switch on");
    house.staff.post("/admin/settings/mail/password_reset/off", &[]).await;
    house.staff.get("/admin/settings/mail").await.shows("This notice cannot be switched off.");
}

#[tokio::test]
async fn every_mail_is_listed_with_what_became_of_it() {
    let mut house = House::busy().await;
    house.staff.get("/admin/mails").await.shows("Your order 1 at").shows("ada@example.org").shows("Sent");
    let sql = "UPDATE mail SET state = 'failed', last_error = '550 nobody there' WHERE template = 'order_confirmation'";
    house.run(sql).await;
    house.staff.get("/admin/mails?state=failed").await.shows("Failed (1)").shows("550 nobody there");
    let id = house.value("SELECT id::text FROM mail WHERE template = 'order_confirmation'").await;
    let page = format!("/admin/mails/{id}");
    house.staff.get(&page).await.shows("thank you for your order 1").shows("550 nobody there").shows("Send again");
    let mut reader = house.site.staff(&[Permission::SystemRead]).await;
    let shown = reader.get(&page).await;
    assert!(shown.status == 200 && !shown.body.contains("Send again"), "{}", shown.body);
    assert_eq!(reader.post(&format!("{page}/retry"), &[]).await.status, 403);
    let before = house.site.mail.sent().len();
    assert_eq!(house.staff.post(&format!("{page}/retry"), &[]).await.location(), page);
    house.drain().await;
    assert_eq!(house.site.mail.sent().len(), before + 1);
    house.staff.get(&page).await.shows("Sent");
    house.staff.post(&format!("{page}/retry"), &[]).await;
    house.staff.get(&page).await.shows("Only a mail that failed can be sent again.");
}
