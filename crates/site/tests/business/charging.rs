//! What staff take off, charge and give back by hand, as pages.

use innkeeper_app::{
    Actor,
    daily::{self, Mode},
};

use crate::house::House;

const SUMMER: [(&str, &str); 7] = [
    ("code", "summer20"),
    ("kind", "percent"),
    ("percent", "20"),
    ("periods", "3"),
    ("clients", "all"),
    ("counts_for", "orders"),
    ("max_uses", "1"),
];

#[tokio::test]
async fn a_code_is_made_typed_and_used() {
    let mut house = House::open().await;
    let odd =
        house.staff.post("/admin/promotions/new", &[("code", "!"), ("kind", "amount"), SUMMER[4], SUMMER[5]]).await;
    assert_eq!(odd.status, 422);
    odd.shows("Must be 3 to 40 letters").shows("Must be given in at least one currency");
    let made = house.staff.post("/admin/promotions/new", &SUMMER).await;
    assert_eq!(made.location(), "/admin/promotions/1", "{}", made.body);
    house.staff.get("/admin/promotions").await.shows("SUMMER20").shows("20% off, 3 periods").shows("0 of 1");

    let mut ada = house.ada().await;
    ada.post("/order/domains", &[("name", "ada.com"), ("years", "1")]).await;
    ada.get("/cart").await.shows("I have a code").shows("€12.00");
    let wrong = ada.post("/cart/code", &[("code", "<b>")]).await;
    assert_eq!(wrong.status, 422);
    wrong.shows("Is no code of ours");
    assert_eq!(ada.post("/cart/code", &[("code", "Summer20")]).await.location(), "/cart");
    ada.get("/cart").await.shows("SUMMER20").shows("€2.40").shows("€9.60").shows("Remove the code");
    assert_eq!(ada.post("/cart/code/remove", &[]).await.location(), "/cart");
    ada.get("/cart").await.shows("I have a code").shows("€12.00");
    ada.post("/cart/code", &[("code", "SUMMER20")]).await;
    assert_eq!(ada.post("/checkout", &[]).await.location(), "/orders/1");
    house.staff.get("/admin/promotions/1").await.shows("Used 1 of 1 times").shows("Order 1");
    house.staff.get("/admin/promotions").await.shows("Used up");
    house.staff.get("/admin/reports/promotions").await.shows("SUMMER20").shows("€2.40");

    // Somebody else's cart still has the code when it is retired.
    ada.post("/order/domains", &[("name", "eve.com"), ("years", "1")]).await;
    house.staff.post("/admin/promotions/1", &[&SUMMER[..6], &[("max_uses", "")]].concat()).await;
    ada.post("/cart/code", &[("code", "SUMMER20")]).await;
    house.staff.post("/admin/promotions/1/retire", &[]).await;
    let cart = ada.get("/cart").await;
    cart.shows("The code SUMMER20 is no code of ours");
    assert!(!cart.body.contains("href=\"/checkout\""), "{}", cart.body);
    ada.post("/cart/code/remove", &[]).await;
    assert!(ada.get("/cart").await.body.contains("href=\"/checkout\""));
}

#[tokio::test]
async fn a_domain_keeps_what_its_order_promised() {
    let mut house = House::open().await;
    house.staff.post("/admin/promotions/new", &SUMMER).await;
    let mut ada = house.ada().await;
    ada.post("/order/domains", &[("name", "ada.com"), ("years", "1")]).await;
    ada.post("/cart/code", &[("code", "SUMMER20")]).await;
    assert_eq!(ada.post("/checkout", &[]).await.location(), "/orders/1");
    let (app, actor) = (house.site.app.clone(), Actor::system("test"));
    for _ in 0..3 {
        house.run("UPDATE invoice SET state = 'void' WHERE state = 'unpaid'").await;
        house.run("UPDATE domain SET state = 'active', auto_renew = true, expires_on = coalesce(expires_on + 1, current_date + 3)").await;
        let today = app.now().date_naive();
        daily::run(&app, &actor, "domain_renewals", today, Mode::Real).await.unwrap();
    }
    let lines = "SELECT string_agg(kind || ' ' || net || ' ' || discount, ', ' ORDER BY id) FROM invoice_line";
    let three = "domain_register 960 240, domain_renew 1120 280, domain_renew 1120 280, domain_renew 1400 0";
    assert_eq!(house.value(lines).await, three);
    house.staff.get("/admin/invoices/3/why").await.shows("period 3 of 3 with it");
}

#[tokio::test]
async fn staff_use_a_code_for_a_client() {
    let mut house = House::open().await;
    house.staff.post("/admin/promotions/new", &SUMMER).await;
    let order = format!("/admin/clients/{}/order", house.client);
    let added = house.staff.post(&format!("{order}/domain"), &[("name", "ada.com"), ("years", "1")]).await;
    let cart = added.location().split_once("cart=").unwrap().1.to_owned();
    let page = format!("{order}?cart={cart}");
    house.staff.post(&format!("{order}/code"), &[("cart", &cart), ("code", "nothing")]).await;
    house.staff.get(&page).await.shows("is no code of ours");
    house.staff.post(&format!("{order}/code"), &[("cart", &cart), ("code", "SUMMER20")]).await;
    house.staff.get(&page).await.shows("Taken off by the code").shows("€2.40").shows("€9.60");
    house.staff.post(&format!("{order}/code/remove"), &[("cart", &cart)]).await;
    house.staff.get(&page).await.shows("€12.00").shows("Promotion code");
}

#[tokio::test]
async fn an_item_is_added_and_invoiced() {
    let mut house = House::open().await;
    let page = format!("/admin/clients/{}/items", house.client);
    house.staff.get(&page).await.shows("Nothing waits");
    let work = [("description", "<b>Moving</b>"), ("quantity", "3"), ("amount", "60,00"), ("bill", "hand")];
    let odd = house.staff.post(&page, &[&work[..3], &[("bill", "day")]].concat()).await;
    assert_eq!(odd.status, 422);
    odd.shows("Must be given if, and only if, it is invoiced on a day");
    assert_eq!(house.staff.post(&page, &work).await.location(), page);
    assert_eq!(house.staff.post(&page, &work).await.location(), page);
    house.staff.get(&page).await.shows("€180.00").shows("&#60;b&#62;Moving");
    house.staff.post(&format!("{page}/invoice"), &[]).await;
    house.staff.get(&page).await.shows("must be at least one");
    house.staff.post(&format!("{page}/2/remove"), &[]).await;
    let issued = house.staff.post(&format!("{page}/invoice"), &[("item", "1")]).await;
    assert_eq!(issued.location(), "/admin/invoices/1", "{}", issued.body);
    house.staff.get("/admin/invoices/1").await.shows("€180.00");
    house.staff.post(&format!("{page}/invoice"), &[("item", "1")]).await;
    house.staff.get(&page).await.shows("is invoiced already").shows("Nothing waits");
}

#[tokio::test]
async fn an_invoice_is_composed_and_issued() {
    let mut house = House::open().await;
    let page = format!("/admin/clients/{}/draft", house.client);
    house.staff.get("/admin/drafts").await.shows("No drafts");
    house.staff.get(&page).await.shows("Line 3").shows("Keep the draft");
    let lines = [
        ("lines.1.description", "<b>Moving</b>"),
        ("lines.1.quantity", "3"),
        ("lines.1.amount", "60,00"),
        ("lines.1.taxable", "on"),
        ("lines.3.description", "Postage"),
        ("lines.3.amount", "4.10"),
        ("notes", "Thank you."),
    ];
    let more = house.staff.post(&page, &[&lines[..], &[("more", "1")]].concat()).await;
    assert_eq!(more.status, 200, "it is the form again");
    more.shows("Line 5").shows("Postage").shows("Thank you.");
    let odd = house.staff.post(&page, &[&lines[..], &[("lines.7.description", "No amount")]].concat()).await;
    assert_eq!(odd.status, 422);
    odd.shows("Enter an amount");
    assert_eq!(house.staff.post(&page, &lines).await.location(), "/admin/drafts/1");
    let draft = house.staff.get("/admin/drafts/1").await;
    draft.shows("€184.10").shows("&#60;b&#62;Moving").shows("Thank you.");
    let changed = [&lines[..4], &[("version", "1"), ("due_days", "7")]].concat();
    assert_eq!(house.staff.post("/admin/drafts/1", &changed).await.location(), "/admin/drafts/1");
    assert_eq!(house.staff.post("/admin/drafts/1", &changed).await.status, 422, "somebody changed it");
    house.staff.get("/admin/drafts").await.shows("Draft 1").shows("€180.00");
    house.staff.post("/admin/drafts/1/issue", &[("version", "1")]).await;
    house.staff.get("/admin/drafts/1").await.shows("Somebody changed the draft in the meantime");
    let issued = house.staff.post("/admin/drafts/1/issue", &[("version", "2")]).await;
    assert_eq!(issued.location(), "/admin/invoices/1", "{}", issued.body);
    house.staff.get("/admin/invoices/1").await.shows("€180.00").shows("&#60;b&#62;Moving");
    assert_eq!(house.staff.get("/admin/drafts/1").await.location(), "/admin/invoices/1");
    house.staff.post(&page, &lines).await;
    assert_eq!(house.staff.post("/admin/drafts/2/delete", &[]).await.location(), "/admin/drafts");
    assert_eq!(house.staff.get("/admin/drafts/2").await.status, 404);
}

#[tokio::test]
async fn an_offer_is_sent_and_accepted() {
    let mut house = House::open().await;
    let page = format!("/admin/clients/{}/quote", house.client);
    let offer = [
        ("subject", "<b>A new site</b>"),
        ("introduction", "As we said."),
        ("terms", "Half a year of care."),
        ("valid_until", "2099-12-31"),
        ("lines.1.description", "Moving"),
        ("lines.1.quantity", "3"),
        ("lines.1.amount", "60"),
        ("lines.1.taxable", "on"),
    ];
    let odd = house.staff.post(&page, &offer[1..3]).await;
    assert_eq!(odd.status, 422);
    odd.shows("Choose a day");
    house.staff.get("/admin/quotes").await.shows("No quotes yet");
    assert_eq!(house.staff.post(&page, &offer).await.location(), "/admin/quotes/1");
    house.staff.get("/admin/quotes/1").await.shows("€180.00").shows("As we said.");
    let mut ada = house.ada().await;
    ada.get("/quotes").await.shows("No offers");
    assert_eq!(ada.get("/quotes/1").await.status, 404);
    assert_eq!(ada.post("/quotes/1/accept", &[]).await.status, 404);
    house.staff.post("/admin/quotes/1/send", &[("version", "1")]).await;
    house.staff.get("/admin/quotes?state=sent").await.shows("&#60;b&#62;A new site");
    ada.get("/quotes").await.shows("&#60;b&#62;A new site").shows("€180.00");
    ada.get("/quotes/1").await.shows("Half a year of care.").shows("Accept").shows("Decline");
    let accepted = ada.post("/quotes/1/accept", &[("version", "1")]).await;
    assert_eq!(accepted.location(), "/invoices/1", "{}", accepted.body);
    ada.get("/invoices/1").await.shows("€180.00");
    ada.post("/quotes/1/decline", &[]).await;
    ada.get("/quotes/1").await.shows("It became").shows("accepted already");
    house.staff.get("/admin/quotes/1").await.shows("this invoice");
    assert_eq!(house.staff.post("/admin/quotes/1/duplicate", &[]).await.location(), "/admin/quotes/2");
    assert_eq!(house.staff.post("/admin/quotes/2/delete", &[]).await.location(), "/admin/quotes");
}

#[tokio::test]
async fn what_was_given_back_by_hand_is_noted() {
    let mut house = House::busy().await;
    house.staff.get("/admin/payments/1").await.shows("Given back by hand");
    let page = "/admin/payments/1/refund-by-hand";
    house.staff.get(page).await.shows("26.00").shows("Make the transfer first");
    let odd = house.staff.post(page, &[("amount", "26.01"), ("reference", "")]).await;
    assert_eq!(odd.status, 422);
    odd.shows("Must be at most").shows("Must not be empty");
    let good = [("amount", "6.00"), ("reference", "T-77"), ("note", "Sorry")];
    assert_eq!(house.staff.post(page, &good).await.location(), "/admin/payments/1");
    house.staff.get("/admin/payments/1").await.shows("T-77").shows("€6.00");
    assert_eq!(house.staff.post(page, &good).await.status, 422, "it is noted once");
}

#[tokio::test]
async fn an_invoice_is_written_off_and_what_still_comes_is_credit() {
    let mut house = House::open().await;
    house.order("ada", "ada.com").await;
    house.pay("T-1", "6.00").await;
    house.staff.get("/admin/invoices/1").await.shows("/admin/invoices/1/write-off");
    let page = "/admin/invoices/1/write-off";
    house.staff.get(page).await.shows("€20.00").shows("cannot be undone");
    let odd = house.staff.post(page, &[("reason", "")]).await;
    assert_eq!(odd.status, 422);
    odd.shows("Must not be empty");
    assert_eq!(house.staff.post(page, &[("reason", "<b>Gone</b>")]).await.location(), "/admin/invoices/1");
    house
        .staff
        .get("/admin/invoices/1")
        .await
        .shows("Written off")
        .shows("&#60;b&#62;Gone")
        .shows("kept as the client");
    assert_eq!(house.staff.post(page, &[("reason", "Again")]).await.location(), "/admin/invoices/1");
    house.staff.get("/admin/invoices/1").await.shows("only an unpaid one can be written off");
    house.staff.get("/admin/invoices?state=written_off").await.shows("INV-000001");
    house.staff.get("/admin/invoices/1/pay").await.shows("what comes is credit");
    house.pay("T-2", "20.00").await;
    house.staff.get("/admin/invoices/1").await.shows("all of it is the client");
    house.staff.get(&format!("/admin/clients/{}/credit", house.client)).await.shows("€20.00");
    house.staff.get("/admin/reports/income").await.shows("Written off");
    house.staff.get(&format!("/admin/clients/{}/statement", house.client)).await.shows("INV-000001 written off");
    let mut ada = house.ada().await;
    let seen = ada.get("/invoices/1").await;
    seen.shows("Written off");
    assert!(!seen.body.contains("Gone"), "the reason is for staff");
    assert_eq!(ada.get("/invoices/1/pay").await.location(), "/invoices/1");
}

#[tokio::test]
async fn credit_is_given_and_taken() {
    let mut house = House::open().await;
    let page = format!("/admin/clients/{}/credit", house.client);
    house.staff.get(&page).await.shows("The client has none.");
    let odd = house.staff.post(&page, &[("way", "give"), ("amount", "-5"), ("reason", "Outage")]).await;
    assert_eq!(odd.status, 422);
    odd.shows("Must be more than nothing");
    let given = [("way", "give"), ("amount", "5,00"), ("currency", "EUR"), ("reason", "<b>Outage</b>")];
    assert_eq!(house.staff.post(&page, &given).await.location(), page);
    house.staff.get(&page).await.shows("€5.00").shows("&#60;b&#62;Outage");
    let taken = house.staff.post(&page, &[("way", "take"), ("amount", "5.01"), ("reason", "Mistake")]).await;
    assert_eq!(taken.status, 422);
    taken.shows("at most");
    house.staff.post(&page, &[("way", "take"), ("amount", "5.00"), ("reason", "Mistake")]).await;
    house.staff.get(&page).await.shows("The client has none.").shows("Mistake");
    let statement = house.staff.get(&format!("/admin/clients/{}/statement", house.client)).await;
    statement.shows("Credit given").shows("Credit taken");
}

#[tokio::test]
async fn options_are_chosen_in_the_shop() {
    let mut house = House::open().await;
    house.staff.post("/admin/option-groups", &[("name", "<b>Mail</b>"), ("products", "1")]).await;
    let two = [("name.0", "2 <i>GB</i>"), ("amount.0.EUR.1", "0"), ("name.1", "4 GB"), ("amount.1.EUR.1", "3.50")];
    let space =
        [&[("name", "<b>Space</b>"), ("kind", "choice"), ("position", "0"), ("radio", "on")][..], &two].concat();
    let tiers = [("amount.0.EUR.1", "1"), ("above.1", "2"), ("amount.1.EUR.1", "0.50"), ("setup.1.EUR.1", "2")];
    let many =
        [("name", "Aliases"), ("kind", "quantity"), ("position", "1"), ("least", "0"), ("most", "9"), ("step", "3")];
    for option in [&space[..], &[&many[..], &tiers].concat()] {
        assert_eq!(house.staff.post("/admin/option-groups/1/new", option).await.status, 303);
    }
    let mut ada = house.ada().await;
    let page = ada.get("/order/mailbox").await;
    page.shows("+€3.50").shows("no extra charge").shows("Each +€1.00; beyond 2: +€0.50, once €2.00");
    assert!(!page.body.contains("<b>Space") && !page.body.contains("<i>GB"), "{}", page.body);
    // 5.00, 3.50, 2 × 1.00, 4 × 0.50; once 9.00 and 4 × 2.00.
    ada.get("/order/mailbox?cycle=1&options.1=2&options.2=6").await.shows("€12.50").shows("€29.50");

    let answers = [("cycle", "1"), ("field.mailbox", "ada"), ("field.password", "Tr4velling-Owl")];
    for (name, odd, why) in
        [("options.2", "4", "in steps of 3"), ("options.2", "x", "whole number"), ("options.1", "77", "choose another")]
    {
        let refused = ada.post("/order/mailbox", &[&answers[..], &[(name, odd)]].concat()).await;
        assert_eq!(refused.status, 422, "{odd}");
        refused.shows(why);
    }
    let chosen = [("options.1", "2"), ("options.2", "6")];
    let added = ada.post("/order/mailbox", &[&answers[..], &chosen].concat()).await;
    assert_eq!(added.location(), "/cart", "{}", added.body);
    ada.get("/cart").await.shows("4 GB").shows("Aliases: 6").shows("€29.50");
    assert_eq!(ada.post("/checkout", &[]).await.location(), "/orders/1");
    ada.get("/services/1").await.shows("Aliases").shows("4 GB");
    house.staff.get("/admin/services/1").await.shows("6 (€4.00)");
}

#[tokio::test]
async fn an_option_is_made_changed_and_retired() {
    let mut house = House::open().await;
    let staff = &mut house.staff;
    staff.get("/admin/option-groups").await.shows("No options yet");
    assert_eq!(staff.post("/admin/option-groups", &[("name", "")]).await.status, 422);
    let made = staff.post("/admin/option-groups", &[("name", "Machines"), ("products", "1")]).await;
    assert_eq!(made.location(), "/admin/option-groups/1", "{}", made.body);

    let mut ram = vec![("name", "RAM"), ("kind", "choice"), ("position", "0")];
    ram.extend([("name.0", "2 GB"), ("amount.0.EUR.1", "0"), ("name.2", "4 GB"), ("amount.2.EUR.1", "x")]);
    let odd = staff.post("/admin/option-groups/1/new", &ram).await;
    assert_eq!(odd.status, 422);
    odd.shows("Enter an amount such as").shows("2 GB");
    ram.pop();
    ram.extend([("amount.2.EUR.1", "3.50"), ("setup.2.EUR.1", "1")]);
    let made = staff.post("/admin/option-groups/1/new", &ram).await;
    assert_eq!(made.location(), "/admin/option-groups/1", "{}", made.body);
    staff.get("/admin/option-groups/1").await.shows("RAM").shows("One of several").shows("On offer");
    staff.get("/admin/options/1").await.shows("4 GB").shows("3.50");

    // The second value goes, a third one with the name of the first is refused at its place.
    let mut next = vec![("name", "RAM"), ("kind", "choice"), ("position", "0"), ("id.0", "1"), ("name.0", "2 GB")];
    next.extend([("id.1", "2"), ("name.1", "4 GB"), ("gone.1", "on"), ("name.2", "2 gb")]);
    let twice = staff.post("/admin/options/1", &next).await;
    assert_eq!(twice.status, 422);
    twice.shows("Is the name of another value");
    next.pop();
    next.push(("name.2", "8 GB"));
    assert_eq!(staff.post("/admin/options/1", &next).await.location(), "/admin/options/1");
    let page = staff.get("/admin/options/1").await;
    page.shows("8 GB");
    assert!(!page.body.contains("4 GB"), "{}", page.body);

    assert_eq!(staff.post("/admin/options/1/retire", &[]).await.location(), "/admin/options/1");
    staff.get("/admin/option-groups/1").await.shows("Retired");
    assert_eq!(staff.post("/admin/options/1/bring-back", &[]).await.location(), "/admin/options/1");
    assert_eq!(staff.post("/admin/options/99/retire", &[]).await.status, 404);
    assert_eq!(staff.post("/admin/option-groups/99/new", &ram).await.status, 404);
}

#[tokio::test]
async fn an_add_on_is_sold_with_its_product_or_later() {
    let mut house = House::open().await;
    house.run("INSERT INTO product (group_id, name, slug) VALUES (1, '<b>Care</b>', 'care')").await;
    house.run("INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (2, 'EUR', 1, 250)").await;
    for nothing in [&[("is_addon", "on")][..], &[("is_addon", "on"), ("with", "2")]] {
        assert_eq!(house.staff.post("/admin/products/2/addon", nothing).await.status, 422, "{nothing:?}");
    }
    let sold = house.staff.post("/admin/products/2/addon", &[("is_addon", "on"), ("with", "1")]).await;
    assert_eq!(sold.location(), "/admin/products/2", "{}", sold.body);
    house.staff.get("/admin/products/2").await.shows("It is an add-on");

    let mut ada = house.ada().await;
    assert!(!ada.get("/order").await.body.contains("Care"), "not sold by itself");
    let alone = ada.get("/order/care").await;
    alone.shows("Order what it is sold with first");
    assert!(!alone.body.contains("Add to cart"));
    let answers = [("cycle", "1"), ("field.mailbox", "ada"), ("field.password", "Tr4velling-Owl")];
    assert_eq!(ada.post("/order/mailbox", &answers).await.location(), "/cart");
    let cart = ada.get("/cart").await;
    cart.shows("Add to it:").shows("/order/care?parent=item-1");
    assert!(!cart.body.contains("<b>Care"), "{}", cart.body);
    ada.get("/order/care?parent=item-1").await.shows("(in the cart)");
    let refused = ada.post("/order/care", &[("cycle", "1"), ("parent", "item-99")]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(ada.post("/order/care", &[("cycle", "1"), ("parent", "item-1")]).await.location(), "/cart");
    ada.get("/cart").await.shows("Add-on").shows("€16.50");
    assert_eq!(ada.post("/checkout", &[]).await.location(), "/orders/1");
    ada.get("/services/1").await.shows("Add-ons").shows("/services/2");
    ada.get("/services/2").await.shows("Belongs to");
    house.staff.get("/admin/services/1").await.shows("/admin/services/2");
    house.staff.get("/admin/services/2").await.shows("Belongs to");
    let later = house.staff.get("/admin/clients/1/order/product?product=2&parent=service-1").await;
    later.shows("service-1");
    let added = [("product", "2"), ("cart", ""), ("cycle", "1"), ("parent", "service-1")];
    assert_eq!(house.staff.post("/admin/clients/1/order/product", &added).await.status, 303);
}

#[tokio::test]
async fn a_bundle_is_made_and_chosen_one_after_the_other() {
    let mut house = House::open().await;
    for sql in [
        "INSERT INTO product (group_id, name, slug) VALUES (1, '<b>Web</b>', 'web')",
        "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (2, 'EUR', 1, 1000)",
    ] {
        house.run(sql).await;
    }
    house.staff.get("/admin/bundles").await.shows("No bundles yet");
    house.staff.post("/admin/promotions/new", &SUMMER).await;
    let fields = [("name", "Starter"), ("promotion_id", "1"), ("position", "0"), ("items", "1:1"), ("items", "2:1")];
    let odd = house.staff.post("/admin/bundles", &fields[..4]).await;
    assert_eq!(odd.status, 422);
    odd.shows("Must be 2 to 10 products").shows("value=\"1:1\" checked");
    assert_eq!(house.staff.post("/admin/bundles", &fields).await.location(), "/admin/bundles");
    house.staff.get("/admin/bundles").await.shows("Starter").shows("&#60;b&#62;Web").shows("SUMMER20");
    house.staff.get("/admin/bundles/1").await.shows("value=\"starter\"").shows("Retire");

    let mut ada = house.ada().await;
    ada.get("/order").await.shows("Together for less").shows("/order/bundles/starter").shows("&#60;b&#62;Web");
    let page = ada.get("/order/bundles/starter").await;
    page.shows("€8.00").shows("/order/web?cycle=1&#38;bundle=starter").shows("SUMMER20");
    ada.get("/order/web?cycle=1&bundle=starter").await.shows("name=\"bundle\" value=\"starter\"");
    let chosen = ada.post("/order/web", &[("cycle", "1"), ("bundle", "starter")]).await;
    assert_eq!(chosen.location(), "/order/bundles/starter");
    let elsewhere = ada.post("/order/web", &[("cycle", "1"), ("bundle", "/evil.example")]).await;
    assert_eq!(elsewhere.location(), "/cart", "nobody is led away");
    assert_eq!(ada.post("/order/bundles/starter", &[]).await.location(), "/order/bundles/starter");
    ada.get("/order/bundles/starter").await.shows("counts only with all of its bundle").shows("Choose Mailbox");
    let mailbox =
        [("cycle", "1"), ("bundle", "starter"), ("field.mailbox", "ada"), ("field.password", "Tr4velling-Owl")];
    assert_eq!(ada.post("/order/mailbox", &mailbox).await.location(), "/order/bundles/starter");
    ada.get("/order/bundles/starter").await.shows("To the cart");
    assert_eq!(ada.post("/order/bundles/starter", &[]).await.location(), "/cart");
    ada.get("/cart").await.shows("SUMMER20").shows("€8.00").shows("The bundle counts.");
    assert_eq!(ada.get("/order/bundles/nothing").await.status, 404);
    house.staff.post("/admin/bundles/1/retire", &[]).await;
    assert_eq!(ada.get("/order/bundles/starter").await.status, 404);
}
