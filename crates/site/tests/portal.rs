//! The portal as a client meets it: from the shop window to a mailbox that works.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

mod support;

use innkeeper_domain::{InvoiceId, Permission};
use support::{Browser, PASSWORD, Site};

const DETAILS: [(&str, &str); 8] = [
    ("first_name", "Ada"),
    ("last_name", "Lovelace"),
    ("email", "ada@example.com"),
    ("address1", "Main Street 1"),
    ("postcode", "1010"),
    ("city", "Vienna"),
    ("country", "AT"),
    ("password", "correct horse battery"),
];

async fn choose(browser: &mut Browser, mailbox: &str) {
    let form = browser.get("/order/mailbox").await;
    form.shows("5 GB for mail").shows("€5.00 a month + €9.00 set-up").shows("What stands before the @.");
    let cycle = form.body.split("name=\"cycle\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("cycle", cycle.as_str()), ("field.mailbox", mailbox), ("field.password", "Tr4velling-Owl")];
    let answer = browser.post("/order/mailbox", &fields).await;
    assert_eq!(answer.location(), "/cart", "{}", answer.body);
}

#[tokio::test]
async fn a_visitor_orders_pays_and_finds_everything_in_the_portal() {
    let site = Site::shop().await;
    let mut ada = site.visitor();
    ada.get("/").await.shows("Find your domain").shows("Mailbox Plus").shows("€12.00");
    choose(&mut ada, "ada").await;
    ada.get("/order/domains?q=lovelace").await.shows("lovelace.com").shows("Free").shows("then €14.00 a year");
    let added = ada.post("/order/domains", &[("name", "lovelace.com"), ("years", "2")]).await;
    assert_eq!(added.location(), "/cart");
    ada.get("/cart").await.shows("lovelace.com").shows("€38.00").shows("Tax is added");
    ada.get("/checkout").await.shows("New here?");
    let mut sign_up = DETAILS.to_vec();
    sign_up.push(("next", "/checkout"));
    assert_eq!(ada.post("/signup", &sign_up).await.location(), "/checkout");
    ada.get("/checkout").await.shows("Main Street 1").shows("VAT").shows("€45.60");
    let placed = ada.post("/checkout", &[]).await;
    assert_eq!(placed.location(), "/orders/1", "{}", placed.body);
    ada.get("/orders/1").await.shows("as soon as it is paid").shows("Pay €45.60").shows("Waiting");
    ada.get("/invoices").await.shows("€45.60");
    ada.get("/invoices/1").await.shows("Registration of lovelace.com, 2 years").shows("VAT 20 %").shows("Vienna");
    ada.get("/invoices/1/pay").await.shows("ES91 2100 0418 4502 0005 1332").shows("INV-000001");

    site.pay(InvoiceId(1)).await;
    ada.get("/services/1").await.shows("ada@example.org").shows("Active").shows("data-load=\"/services/1/live\"");
    ada.get("/services/1/live").await.shows("mail.example.org, port 993").shows("of 5").shows("Running");
    ada.get("/domains/1").await.shows("lovelace.com").shows("30 Jun 2030").shows("Transfer lock");
    ada.get("/invoices/1").await.shows("Paid").shows("transfer-1");
    assert_eq!(ada.get("/invoices/1/pay").await.location(), "/invoices/1");
    ada.get("/").await.shows("Hello, Ada").shows("All invoices are settled");
}

#[tokio::test]
async fn pressing_order_twice_orders_once() {
    let site = Site::shop().await;
    let (_, mut ada) = site.client("ada@example.com").await;
    choose(&mut ada, "ada").await;
    let mut again = ada.clone();
    assert_eq!(ada.post("/checkout", &[]).await.location(), "/orders/1");
    assert_eq!(again.post("/checkout", &[]).await.location(), "/orders/1");
    let orders: i64 = sqlx::query_scalar("SELECT count(*) FROM \"order\"").fetch_one(site.pool()).await.unwrap_or(-1);
    let invoices: i64 = sqlx::query_scalar("SELECT count(*) FROM invoice").fetch_one(site.pool()).await.unwrap();
    assert_eq!(invoices, 1, "{orders} orders");
    assert_eq!(ada.post("/checkout", &[]).await.location(), "/cart", "nothing is left in the cart");
}

#[tokio::test]
async fn a_cart_is_kept_while_somebody_signs_in() {
    let site = Site::shop().await;
    site.add_client("ada@example.com").await;
    let mut ada = site.visitor();
    choose(&mut ada, "ada").await;
    assert_eq!(ada.post("/checkout", &[]).await.location(), "/login");
    let login = [("email", "ada@example.com"), ("password", PASSWORD), ("next", "/checkout")];
    assert_eq!(ada.post("/login", &login).await.location(), "/checkout");
    ada.get("/checkout").await.shows("Order and pay").shows("Mailbox");
    assert_eq!(ada.post("/cart/1/remove", &[]).await.location(), "/cart");
    ada.get("/cart").await.shows("Your cart is empty");
    assert_eq!(ada.post("/cart/1/remove", &[]).await.location(), "/cart", "a second press is harmless");
}

#[tokio::test]
async fn every_state_of_a_name_says_what_to_do() {
    let site = Site::shop().await;
    let mut visitor = site.visitor();
    let page = visitor.get("/order/domains?q=mixed").await;
    page.shows("Free").shows("Taken").shows("Premium").shows("Not offered").shows("It is mine: transfer it");
    visitor.get("/order/domains?q=down").await.shows("Some registries did not answer").shows("Unknown");
    let odd = visitor.get("/order/domains?q=a.nowhere").await;
    assert_eq!(odd.status, 422);
    odd.shows("Ends in an extension that is not offered.");
    let taken = visitor.post("/order/domains", &[("name", "taken.com"), ("years", "1")]).await;
    assert_eq!(taken.status, 422);
    taken.shows("Taken.com is taken: choose another name.");
    let long = visitor.post("/order/domains", &[("name", "fine.com"), ("years", "99")]).await;
    long.shows("Must be between 1 and 10.");
    let code = visitor.post("/order/transfer", &[("name", "mine.com"), ("auth_code", "")]).await;
    assert_eq!(code.status, 422);
    code.shows("Is needed to transfer this domain.");
    let fine = visitor.post("/order/transfer", &[("name", "mine.com"), ("auth_code", "x-1")]).await;
    assert_eq!(fine.location(), "/cart");
    visitor.get("/cart").await.shows("mine.com (transfer)").shows("€10.00");
}

#[tokio::test]
async fn a_refused_answer_is_told_at_its_field_and_secrets_do_not_come_back() {
    let site = Site::shop().await;
    let mut visitor = site.visitor();
    let fields = [("cycle", "1"), ("field.mailbox", ""), ("field.password", "Tr4velling-Owl")];
    let answer = visitor.post("/order/mailbox", &fields).await;
    assert_eq!(answer.status, 422);
    answer.shows("id=\"f-field-mailbox-error\"");
    assert!(!answer.body.contains("Tr4velling-Owl"));
    let fields = [("cycle", "1"), ("field.mailbox", "postmaster"), ("field.password", "x")];
    visitor.post("/order/mailbox", &fields).await.shows("Postmaster is reserved: choose another.");
    assert_eq!(visitor.post("/order/mailbox", &[("cycle", "x")]).await.status, 422);
    assert_eq!(visitor.get("/order/nothing-like-it").await.status, 404);
    visitor.get("/order/sold-out").await.shows("Sold out");
    visitor.get("/order/mailbox?cycle=nonsense").await.shows("To pay first");
}

#[tokio::test]
async fn what_belongs_to_others_looks_as_if_it_were_not_there() {
    let site = Site::shop().await;
    let (_, mut ada) = site.client("ada@example.com").await;
    let (_, mut eve) = site.client("eve@example.com").await;
    choose(&mut ada, "ada").await;
    ada.post("/order/domains", &[("name", "lovelace.com"), ("years", "1")]).await;
    ada.post("/checkout", &[]).await;
    site.pay(InvoiceId(1)).await;
    for path in [
        "/orders/1",
        "/invoices/1",
        "/services/1",
        "/services/1/live",
        "/domains/1",
        "/domains/1/live",
        "/domains/1/contacts",
    ] {
        assert_eq!(ada.get(path).await.status, 200, "{path}");
        assert_eq!(eve.get(path).await.status, 404, "{path}");
        assert_eq!(site.visitor().get(path).await.status, 303, "{path}");
    }
    for path in ["/domains/1/auth-code", "/domains/1/lock", "/domains/1/nameservers"] {
        assert_eq!(eve.post(path, &[]).await.status, 404, "{path}");
    }
    let password = [("password", "Another-0wl"), ("repeated", "Another-0wl")];
    assert_eq!(eve.post("/services/1/password", &password).await.status, 404);
}

#[tokio::test]
async fn an_invoice_is_there_for_machines_when_the_company_has_said_who_it_is() {
    let site = Site::shop().await;
    let mut staff = site.staff(Permission::ALL).await;
    let (_, mut ada) = site.client("ada@example.com").await;
    let (_, mut eve) = site.client("eve@example.com").await;
    sqlx::query("UPDATE client SET country = 'AT', first_name = 'Ada <&>'").execute(site.pool()).await.unwrap();
    let documents = |invoice: i64| ["cii", "ubl"].map(|syntax| format!("/invoices/{invoice}/{syntax}.xml"));
    let mut order = async |mailbox: &str| {
        choose(&mut ada, mailbox).await;
        ada.post("/checkout", &[]).await;
    };
    staff.get("/admin/settings").await.shows("No invoice can be a machine-readable e-invoice").shows("BR-CO-26");
    order("ada").await;
    staff.get("/admin/invoices/1").await.shows("There is none:").shows("BR-06: the seller has a name");
    let company = [
        ("name", "Hotel & Co"),
        ("address", "Main Street 1\n1010 Vienna"),
        ("email", "desk@host.example"),
        ("country", "AT"),
        ("tax_number", "ATU12345675"),
        ("time_zone", "Europe/Vienna"),
        ("invoice_due_days", "7"),
        ("iban", "AT61 1904 3002 3457 3201"),
    ];
    let wrong_account = company.map(|(field, value)| if field == "iban" { (field, "AT00") } else { (field, value) });
    staff.post("/admin/settings", &wrong_account).await.shows("Must be an IBAN");
    assert_eq!(staff.post("/admin/settings", &company).await.location(), "/admin/settings");
    let settings = staff.get("/admin/settings").await;
    assert!(!settings.shows("AT611904300234573201").body.contains("E-invoices"));
    order("grace").await;
    ada.get("/invoices/2").await.shows("XML (CII)").shows("XML (UBL)");
    assert!(!ada.get("/invoices/1").await.body.contains("XML (CII)"));
    let page = staff.get("/admin/invoices/2").await;
    page.shows("Factur-X").shows("/admin/invoices/2/ubl.xml");
    for document in documents(2) {
        let xml = ada.get(&document).await;
        xml.shows("INV-000002").shows("Hotel &amp; Co").shows("Ada &lt;&amp;&gt;").shows("urn:cen.eu:en16931:2017");
        assert_eq!(staff.get(&format!("/admin{document}")).await.body, xml.body);
        assert_eq!(eve.get(&document).await.status, 404);
        assert_eq!(site.visitor().get(&document).await.status, 303);
    }
    for document in documents(1) {
        let told = ada.get(&document).await;
        assert!(told.status == 409 && !told.body.contains("BR-06"), "{} {}", told.status, told.body);
        assert_eq!(staff.get(&format!("/admin{document}")).await.shows("BR-06").status, 409);
    }
}

#[tokio::test]
async fn a_client_changes_what_is_theirs_to_change() {
    let site = Site::shop().await;
    let (_, mut ada) = site.client("ada@example.com").await;
    choose(&mut ada, "ada").await;
    ada.post("/order/domains", &[("name", "lovelace.com"), ("years", "1")]).await;
    ada.post("/checkout", &[]).await;
    site.pay(InvoiceId(1)).await;
    let uneven = [("password", "Another-0wl"), ("repeated", "Anothe-0wl")];
    assert_eq!(ada.post("/services/1/password", &uneven).await.status, 422);
    let even = [("password", "Another-0wl"), ("repeated", "Another-0wl")];
    assert_eq!(ada.post("/services/1/password", &even).await.location(), "/services/1");
    ada.get("/services/1").await.shows("on its way").shows("in progress");
    site.work().await;
    let settled = ada.get("/services/1").await;
    assert!(!settled.body.contains("in progress"));
    let one = [("nameserver1", "ns1.example.net")];
    ada.post("/domains/1/nameservers", &one).await.shows("Must be at least two, or none.");
    let two = [("nameserver1", "ns1.example.net"), ("nameserver2", "ns2.example.net")];
    assert_eq!(ada.post("/domains/1/nameservers", &two).await.location(), "/domains/1");
    ada.post("/domains/1/lock", &[("locked", "no")]).await;
    ada.get("/domains/1").await.shows("is unlocked");
    ada.post("/domains/1/auth-code", &[]).await.shows("transfer-code-7");
    ada.get("/domains/1/contacts").await.shows("value=\"Main Street 1\"");
    let answer = ada.post("/domains/1/contacts", &[("first_name", "Ada"), ("country", "Austria")]).await;
    assert_eq!(answer.status, 422);
    answer.shows("id=\"f-country-error\"").shows("id=\"f-address1-error\"");
}

#[tokio::test]
async fn the_profile_keeps_what_was_typed() {
    let site = Site::new().await;
    let (_, mut ada) = site.client("ada@example.com").await;
    ada.get("/profile").await.shows("value=\"Main Street 1\"").shows("<option value=\"AT\" selected>");
    let wrong = [("first_name", ""), ("last_name", "King"), ("email", "ada@"), ("country", "AT")];
    let answer = ada.post("/profile", &wrong).await;
    assert_eq!(answer.status, 422);
    answer.shows("id=\"f-first-name-error\"").shows("value=\"King\"").shows("value=\"ada@\"");
    let right = [("first_name", "Ada"), ("last_name", "King"), ("email", "ada@example.com"), ("country", "GB")];
    assert_eq!(ada.post("/profile", &right).await.location(), "/profile");
    ada.get("/profile").await.shows("Saved.").shows("<option value=\"GB\" selected>");
    let contact = [("name", "Bea"), ("email", "bea@example.com"), ("gets_invoices", "on")];
    assert_eq!(ada.post("/profile/contacts", &contact).await.location(), "/profile/contacts");
    ada.get("/profile/contacts").await.shows("bea@example.com");
    ada.get("/profile/contacts/1").await.shows("checked");
    assert_eq!(ada.post("/profile/contacts/1/remove", &[]).await.status, 303);
    assert_eq!(ada.post("/profile/contacts/1/remove", &[]).await.status, 404);
    assert_eq!(ada.post("/profile/logins", &[("email", "bea@example.com")]).await.status, 303);
    ada.get("/profile/logins").await.shows("bea@example.com").shows("Never").shows("Owner");
    ada.get("/profile/security").await.shows("This browser");
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_that_works_once() {
    let site = Site::new().await;
    let (_, mut ada) = site.client("ada@example.com").await;
    for email in ["ada@example.com", "nobody@example.com"] {
        let answer = site.visitor().post("/forgot", &[("email", email)]).await;
        assert_eq!(answer.location(), "/login", "the answer does not tell who has an account");
    }
    site.work().await;
    let mails = site.mail.sent();
    assert_eq!(mails.len(), 1);
    let text = format!("{:?}", mails[0]);
    let token = text
        .split("/reset?token=")
        .nth(1)
        .expect("a link")
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
        .next()
        .unwrap()
        .to_owned();
    let mut visitor = site.visitor();
    visitor.get(&format!("/reset?token={token}")).await.shows("Choose a new password");
    let short = visitor.post("/reset", &[("token", token.as_str()), ("password", "short")]).await;
    assert_eq!(short.status, 422);
    let fields = [("token", token.as_str()), ("password", "a fresh good phrase")];
    assert_eq!(visitor.post("/reset", &fields).await.location(), "/login");
    assert_eq!(visitor.post("/reset", &fields).await.status, 422, "used up");
    assert_eq!(ada.get("/profile").await.status, 303, "all sessions ended");
}

#[tokio::test]
async fn an_empty_portal_says_what_to_do() {
    let site = Site::new().await;
    site.visitor().get("/").await.shows("Nothing is on sale yet");
    let (_, mut ada) = site.client("ada@example.com").await;
    ada.get("/").await.shows("Nothing here yet");
    ada.get("/services").await.shows("No services yet");
    ada.get("/domains").await.shows("No domains yet");
    ada.get("/invoices").await.shows("No invoices yet");
    ada.get("/invoices?state=unpaid").await.shows("Nothing to pay");
    ada.get("/cart").await.shows("Your cart is empty");
    assert_eq!(ada.get("/checkout").await.location(), "/cart");
}

#[tokio::test]
async fn the_questions_of_the_host_are_asked_when_somebody_signs_up() {
    let site = Site::shop().await;
    sqlx::query(
        "INSERT INTO custom_field (scope, key, label, kind, options, required, shown_to_client) VALUES
         ('client', 'heard', 'Where did you hear of us?', 'choice', '{Friends,Elsewhere}', true, true),
         ('client', 'rating', 'Rating', 'text', '{}', false, false)",
    )
    .execute(site.pool())
    .await
    .unwrap();
    let mut ada = site.visitor();
    let form = ada.get("/signup").await;
    form.shows("Where did you hear of us?");
    assert!(!form.body.contains("Rating"), "for staff only");
    let refused = ada.post("/signup", &DETAILS).await;
    assert_eq!(refused.status, 422);
    refused.shows("id=\"f-fields-heard-error\"");
    let mut answered = DETAILS.to_vec();
    answered.push(("fields.heard", "Friends"));
    assert_eq!(ada.post("/signup", &answered).await.location(), "/");
    ada.get("/profile").await.shows("<option value=\"Friends\" selected>");
}
