//! Invoices: looked at, paid, void.

use crate::house::House;

#[tokio::test]
async fn a_payment_form_is_filled_with_what_is_owed() {
    let mut house = House::open().await;
    house.order("ada", "ada.com").await;
    let form = house.staff.get("/admin/invoices/1/pay").await;
    form.shows("value=\"26.00\"").shows("Bank transfer").shows("Still to pay");
    let part = house.pay("T-1", "6.00").await;
    assert_eq!(part.location(), "/admin/invoices/1");
    house.staff.get("/admin/invoices/1").await.shows("€20.00 are still to be paid.").shows("Partially paid");
    house.staff.get("/admin/invoices/1/pay").await.shows("value=\"20.00\"");
    house.pay("T-2", "25.00").await;
    let page = house.staff.get("/admin/invoices/1").await;
    page.shows("€5.00 more than was owed stay as the client&#39;s credit").shows("T-1").shows("T-2");
    assert_eq!(house.staff.get("/admin/invoices/1/pay").await.location(), "/admin/invoices/1", "nothing is owed");
    house.staff.get("/admin/clients/1").await.shows("€5.00");
    house.staff.get("/admin/payments").await.shows("T-2").shows("€25.00").shows("INV-000001");
}

#[tokio::test]
async fn a_payment_that_is_wrong_is_refused_at_its_field() {
    let mut house = House::open().await;
    house.order("ada", "ada.com").await;
    for (reference, amount, field, text) in [
        ("", "26.00", "f-transaction-ref", "must not be empty"),
        ("T-1", "0", "f-amount", "must be more than nothing"),
        ("T-1", "1.234", "f-amount", ""),
        ("T-1", "nonsense", "f-amount", ""),
        ("T-1", "-5", "f-amount", "must be more than nothing"),
    ] {
        let refused = house.pay(reference, amount).await;
        assert_eq!(refused.status, 422, "{reference} {amount}");
        let body = refused.body.to_lowercase();
        assert!(body.contains(&format!("href=\"#{field}\"")) && body.contains(text), "{reference} {amount}: {body}");
    }
    let fields = [("gateway", "nobody"), ("transaction_ref", "T"), ("amount", "1"), ("received_on", "2999-01-01")];
    let refused = house.staff.post("/admin/invoices/1/pay", &fields).await;
    refused.shows("href=\"#f-gateway\"").shows("href=\"#f-received-on\"");
    house.pay("T-1", "6.00").await;
    let twice = house.pay("T-1", "20.00").await;
    assert_eq!(twice.status, 422);
    twice.shows("href=\"#f-transaction-ref\"").shows("recorded before").shows("value=\"20.00\"");
    assert_eq!(house.value("SELECT count(*)::text FROM payment").await, "1");
}

#[tokio::test]
async fn an_unpaid_invoice_can_be_void_and_a_paid_one_not() {
    let mut house = House::open().await;
    house.order("ada", "ada.com").await;
    house.staff.get("/admin/invoices/1").await.shows("Mailbox (Monthly)").shows("Mailbox: set-up").shows("€9.00");
    house.staff.post("/admin/invoices/1/void", &[]).await;
    house.staff.get("/admin/invoices/1").await.shows("The invoice is void.");
    house.staff.get("/admin/invoices?state=void").await.shows("INV-000001");
    house.staff.get("/admin/invoices?state=unpaid").await.shows("No such invoices");
    let mut busy = House::busy().await;
    busy.staff.post("/admin/invoices/1/void", &[]).await;
    busy.staff.get("/admin/invoices/1").await.shows("only an unpaid one can be voided");
    assert_eq!(busy.value("SELECT state FROM invoice").await, "paid");
}

#[tokio::test]
async fn what_is_overdue_is_said() {
    let mut house = House::open().await;
    house.staff.get("/admin/invoices?state=overdue").await.shows("Nothing is overdue");
    house.order("ada", "ada.com").await;
    house.run("UPDATE invoice SET due_on = current_date - 1").await;
    house.staff.get("/admin/invoices?state=overdue").await.shows("INV-000001").shows("Overdue");
}

#[tokio::test]
async fn a_proforma_becomes_an_invoice_once_it_is_paid() {
    let mut house = House::open().await;
    let page = "/admin/settings/numbers";
    house.staff.get(page).await.shows("Ask for payment with a proforma first").shows("PF-000001");
    let numbers = |proformas: &'static str| {
        [
            ("invoices.prefix", "INV"),
            ("invoices.digits", "6"),
            ("credit_notes.prefix", "CN"),
            ("credit_notes.digits", "6"),
            ("proformas.prefix", proformas),
            ("proformas.digits", "6"),
            ("proforma_first", "on"),
        ]
    };
    house.staff.post(page, &numbers("INV")).await.shows("Must not be that of other documents");
    assert_eq!(house.staff.post(page, &numbers("PF")).await.location(), page);
    house.order("ada", "ada.com").await;
    house.staff.get("/admin/invoices?state=proforma").await.shows("PF-000001");
    let shown = house.staff.get("/admin/invoices/1").await;
    shown.shows("Proforma PF-000001").shows("neither the books").shows("Make it an invoice").shows("it is a proforma");
    let mut ada = house.ada().await;
    ada.get("/invoices/1").await.shows("Proforma invoice PF-000001").shows("you get the invoice once it is paid");
    assert_eq!(ada.get("/invoices/1/cii.xml").await.status, 409);
    house.staff.post("/admin/invoices/1/invoice", &[]).await;
    house.staff.get("/admin/invoices/1").await.shows("It is an invoice now.").shows("Invoice INV-000001");
    house.staff.post("/admin/invoices/1/invoice", &[]).await;
    house.staff.get("/admin/invoices/1").await.shows("a proforma that is owed can be made an invoice");
    ada.get("/invoices/1").await.shows("Invoice INV-000001").shows("PF-000001");
    house.staff.get("/admin/invoices?state=proforma").await.shows("No proforma is owed");
}

#[tokio::test]
async fn invoices_are_merged_and_split_once_it_was_seen_what_they_come_to() {
    let mut house = House::open().await;
    let two = [
        ("lines.1.description", "Moving"),
        ("lines.1.amount", "10"),
        ("lines.2.description", "Postage"),
        ("lines.2.amount", "10"),
    ];
    house.staff.post("/admin/clients/1/draft", &two).await;
    let one = [("lines.1.description", "<b>Advice</b>"), ("lines.1.amount", "10")];
    house.staff.post("/admin/clients/1/draft", &one).await;
    for draft in [1, 2] {
        house.staff.post(&format!("/admin/drafts/{draft}/issue"), &[("version", "1")]).await;
    }
    house.staff.get("/admin/invoices/1").await.shows("/admin/invoices/1/merge").shows("/admin/invoices/1/split");
    let page = "/admin/invoices/1/merge";
    house.staff.get(page).await.shows("INV-000002").shows("Together with INV-000001");
    for wrong in [&[][..], &[("invoices", "x")], &[("invoices", "99")], &[("invoices", "1")]] {
        assert_eq!(house.staff.post(page, wrong).await.status, 422, "{wrong:?}");
    }
    let seen = house.staff.post(page, &[("invoices", "2")]).await;
    seen.shows("The new invoice").shows("30.00").shows("name=\"invoices\" value=\"2\"");
    assert_eq!(house.value("SELECT count(*)::text FROM invoice").await, "2", "looking changes nothing");
    let sure = [("invoices", "2"), ("sure", "on")];
    assert_eq!(house.staff.post(page, &sure).await.location(), "/admin/invoices/3");
    house.staff.get("/admin/invoices/3").await.shows("In place of").shows("INV-000001").shows("INV-000002");
    house.staff.get("/admin/invoices/1").await.shows("Replaced by").shows("INV-000003");
    assert_eq!(house.staff.post(page, &sure).await.status, 422, "once");
    house.staff.post(page, &sure).await.shows("INV-000001 is void");

    let page = "/admin/invoices/3/split";
    house.staff.get(page).await.shows("&#60;b&#62;Advice").shows("Postage");
    let lines = house.value("SELECT max(id)::text FROM invoice_line").await;
    let one = [("lines", lines.as_str())];
    house
        .staff
        .post(page, &one)
        .await
        .shows("The lines that you chose")
        .shows("The rest")
        .shows("10.00")
        .shows("20.00");
    assert_eq!(house.staff.post(page, &[one[0], ("sure", "on")]).await.location(), "/admin/invoices/5");
    house.staff.get("/admin/invoices/5").await.shows("In place of").shows("INV-000003").shows("Advice");
    house.staff.get("/admin/invoices/5/split").await.shows("There is one line only");
    let mut ada = house.ada().await;
    ada.get("/invoices/3").await.shows("Replaced by").shows("INV-000004").shows("INV-000005");
}
