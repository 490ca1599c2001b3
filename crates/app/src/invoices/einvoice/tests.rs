//! From what is stored to what others read.

use chrono::{NaiveDate, Utc};
use innkeeper_db::Text;
use innkeeper_domain::{ClientId, InvoiceId, InvoiceLineId};
use innkeeper_einvoice::Category;
use innkeeper_testkit::Judge;
use rust_decimal::Decimal;
use serde_json::json;

use super::*;
use crate::{
    exchange::RateRow,
    invoices::{
        InvoiceRow,
        pdf::{Words, render},
        print,
    },
};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn line(description: &str, net: i64, percent: i64, name: &str) -> LineRow {
    LineRow {
        id: InvoiceLineId(1),
        kind: "recurring".into(),
        description: description.into(),
        service_id: Some(1),
        domain_id: None,
        period_start: Some(day(5, 1)),
        period_end: Some(day(6, 1)),
        quantity: 1,
        discount: 0,
        net,
        tax_name: name.into(),
        tax_rate: Decimal::new(percent, 2),
        tax: net * percent / 100,
        tax1_rate: None,
        tax2_name: String::new(),
        tax2_rate: Decimal::ZERO,
        tax2: 0,
        tax2_compound: false,
    }
}

/// An invoice of a host in Spain to a client in Spain.
fn view(lines: Vec<LineRow>) -> InvoiceView {
    let (subtotal, tax) = (lines.iter().map(|l| l.net).sum::<i64>(), lines.iter().map(|l| l.tax).sum::<i64>());
    let invoice = InvoiceRow {
        id: InvoiceId(1),
        client_id: ClientId(1),
        client_name: "Ada".into(),
        order_id: None,
        state: Text(InvoiceState::Unpaid),
        number_text: Some("INV-000041".into()),
        currency: "EUR".into(),
        subtotal,
        tax,
        total: subtotal + tax,
        paid: 0,
        issued_on: Some(day(5, 1)),
        due_on: Some(day(5, 15)),
        paid_at: None,
        client_snapshot: Some(json!({
            "name": "Ada Lovelace", "company": "Analytical Engines SA", "address1": "Gran Vía 2", "address2": "3º B",
            "city": "Bilbao", "region": "Bizkaia", "postcode": "48001", "country": "ES", "tax_number": "ESA58818501",
            "email": "ada@engines.example",
        })),
        seller_snapshot: Some(json!({
            "name": "Correo Libre SL", "address": "Calle Mayor 1\n28013 Madrid\nSpain", "tax_number": "ES B12345674",
            "registration_number": "M-123456", "vat_exemption": "", "email": "billing@correolibre.example",
            "country": "ES", "payment_instructions": "Please transfer the amount.", "bic": "",
            "iban": "ES9121000418450200051332",
        })),
        tax_rounding: Text(innkeeper_domain::TaxRounding::Invoice),
        tax_basis: None,
        notes: "Thank you.".into(),
        is_proforma: false,
        created_at: Utc::now(),
    };
    let (payments, related, moved) = (vec![], vec![], vec![]);
    InvoiceView { invoice, lines, payments, related, moved, proforma: None, written_off: None, exchange: None }
}

fn hosting() -> LineRow {
    line("Hosting\nexample.org", 10_000, 21, "IVA")
}

fn with(mut view: InvoiceView, change: impl FnOnce(&mut InvoiceRow)) -> InvoiceView {
    change(&mut view.invoice);
    view
}

fn set(snapshot: &mut Option<Value>, key: &str, value: &str) {
    snapshot.as_mut().unwrap()[key] = value.into();
}

/// In dollars, of which 1.0841 were a euro, the currency of the books.
fn dollars(view: InvoiceView) -> InvoiceView {
    let exchange = RateRow {
        home: Text(Currency::EUR),
        currency: Text(Currency::USD),
        day: day(4, 30),
        rate: Decimal::new(10841, 4),
        source: "ecb".into(),
        actor: "schedule".into(),
        recorded_at: Utc::now(),
    };
    with(InvoiceView { exchange: Some(exchange), ..view }, |invoice| invoice.currency = "USD".into())
}

/// A client in `country`, with this tax number.
fn abroad(view: InvoiceView, country: &str, number: &str) -> InvoiceView {
    with(view, |invoice| {
        set(&mut invoice.client_snapshot, "country", country);
        set(&mut invoice.client_snapshot, "tax_number", number);
    })
}

fn treated(view: &InvoiceView) -> Vec<Category> {
    document(view).unwrap().contents().breakdown.iter().map(|part| part.vat.category).collect()
}

#[test]
fn the_snapshots_say_who_sells_what_to_whom() {
    let mut several = hosting();
    (several.quantity, several.discount, several.net, several.tax) = (3, 500, 1000, 210);
    let years = LineRow { kind: "domain_renew".into(), quantity: 2, ..line("example.org", 2500, 21, "IVA") };
    let view = with(view(vec![hosting(), several, years]), |invoice| invoice.paid = 1000);
    let document = document(&view).unwrap();
    let said = document.contents();
    assert_eq!((said.seller.vat_id.as_str(), said.seller.legal_id.as_str()), ("ESB12345674", "M-123456"));
    assert_eq!(said.seller.address.lines, ["Calle Mayor 1", "28013 Madrid", "Spain"]);
    assert_eq!((said.buyer.name.as_str(), said.buyer.contact.as_str()), ("Analytical Engines SA", "Ada Lovelace"));
    let [first, second, third] = &said.lines[..] else { panic!("three lines") };
    assert_eq!((first.name.as_str(), first.description.as_str()), ("Hosting", "example.org"));
    assert_eq!(first.period.map(|days| days.last), Some(day(5, 31)));
    assert_eq!((second.price.minor(), second.quantity, second.adjustments.len()), (500, Decimal::from(3), 1));
    assert_eq!((third.unit.code(), third.price.minor()), ("ANN", 1250));
    assert_eq!((said.totals.prepaid.minor(), said.totals.due.minor()), (1000, said.totals.gross.minor() - 1000));
    assert_eq!(said.breakdown.len(), 1);
    assert!(obstacles(&view).is_empty());
}

#[test]
fn what_is_not_taxed_is_explained_by_the_facts_or_refused() {
    let untaxed = || view(vec![line("Hosting", 10_000, 0, "")]);
    let named = view(vec![line("Hosting", 10_000, 0, "IVA")]);
    assert_eq!(treated(&view(vec![hosting()])), [Category::Standard]);
    assert_eq!(treated(&named), [Category::ZeroRated]);
    assert_eq!(treated(&abroad(untaxed(), "DE", "DE136695976")), [Category::ReverseCharge]);
    assert_eq!(treated(&abroad(untaxed(), "GR", "EL 094259216")), [Category::ReverseCharge]);
    let outside = abroad(untaxed(), "US", "12-3456789");
    assert_eq!(treated(&outside), [Category::OutOfScope]);
    assert!(document(&outside).unwrap().contents().seller.vat_id.is_empty());
    let small = with(untaxed(), |invoice| {
        set(&mut invoice.seller_snapshot, "vat_exemption", "Small business");
        set(&mut invoice.seller_snapshot, "tax_number", "12/345/67890");
    });
    assert_eq!(treated(&small), [Category::Exempt]);
    assert_eq!(document(&small).unwrap().contents().seller.tax_id, "12/345/67890");
    let why = |view: &InvoiceView| obstacles(view).join("; ");
    assert!(why(&untaxed()).contains("line 1 is not taxed, and nothing says why"));
    assert!(why(&abroad(untaxed(), "DE", "136695976")).contains("another member state without a VAT number"));
    let american = with(view(vec![line("Hosting", 10_000, 8, "Sales tax")]), |invoice| {
        set(&mut invoice.seller_snapshot, "country", "US");
    });
    assert!(why(&american).contains("is no VAT"));
}

#[test]
fn what_is_missing_is_named() {
    let why = |change: fn(&mut InvoiceRow)| obstacles(&with(view(vec![hosting()]), change)).join("; ");
    assert!(why(|i| set(&mut i.seller_snapshot, "country", "")).contains("BR-09"));
    assert!(why(|i| set(&mut i.seller_snapshot, "tax_number", "")).contains("BR-S-02"));
    assert!(why(|i| set(&mut i.client_snapshot, "country", "")).contains("BR-11"));
    assert!(why(|i| i.tax += 1).contains("BR-CO-14"));
    assert!(why(|i| i.number_text = None).contains("draft"));
    assert!(why(|i| i.state = Text(InvoiceState::Void)).contains("void"));
}

#[test]
fn a_company_sees_what_it_lacks_before_it_issues_anything() {
    let empty = company_gaps(&Company::default()).join("; ");
    for rule in ["BR-06", "BR-09", "BR-CO-26", "BR-S-02"] {
        assert!(empty.contains(rule), "{rule} in {empty}");
    }
    let complete = Company {
        name: "Correo Libre SL".into(),
        country: "ES".into(),
        tax_number: "ESB12345674".into(),
        ..Company::default()
    };
    assert!(company_gaps(&complete).is_empty());
    let small = Company {
        tax_number: "12/345/67890".into(),
        registration_number: "HRB 1".into(),
        vat_exemption: "Small business".into(),
        ..complete
    };
    assert!(company_gaps(&small).is_empty());
}

/// The credit note that takes all of an invoice back.
fn credited(mut view: InvoiceView) -> InvoiceView {
    for line in &mut view.lines {
        (line.kind, line.net, line.tax) = ("credit".into(), -line.net, -line.tax);
    }
    view.related = vec![(InvoiceId(1), "INV-000041".into())];
    with(view, |invoice| {
        (invoice.subtotal, invoice.tax, invoice.total) = (-invoice.subtotal, -invoice.tax, -invoice.total);
        (invoice.state, invoice.number_text) = (Text(InvoiceState::Credit), Some("CN-000007".into()));
    })
}

#[test]
fn a_credit_note_is_positive_and_names_what_it_corrects() {
    let document = document(&credited(view(vec![hosting()]))).unwrap();
    let said = document.contents();
    assert_eq!((said.kind, said.kind.code()), (Kind::CreditNote, "381"));
    assert_eq!((said.number.as_str(), said.preceding[0].number.as_str()), ("CN-000007", "INV-000041"));
    let [line] = &said.lines[..] else { panic!("one line") };
    assert_eq!((line.quantity, line.price.minor(), line.net.minor()), (Decimal::ONE, 10_000, 10_000));
    let totals = &said.totals;
    assert_eq!((totals.net.minor(), totals.tax.minor(), totals.gross.minor()), (10_000, 2100, 12_100));
    assert_eq!((totals.prepaid.minor(), totals.due.minor(), said.due), (12_100, 0, None), "nobody waits for it");
    let (cii, ubl) = (cii::write(&document), ubl::write(&document));
    assert!(cii.contains("<ram:TypeCode>381</ram:TypeCode>") && cii.contains("INV-000041"), "{cii}");
    assert!(ubl.contains("<CreditNote ") && ubl.contains("<cbc:CreditNoteTypeCode>381<"), "{ubl}");
}

/// What a host issues, with what becomes of it.
fn issued() -> Vec<(&'static str, InvoiceView)> {
    let untaxed = || view(vec![line("Hosting", 10_000, 0, "")]);
    let hostile = "<b>&\"'</b> ]]> \u{202e} العربية 漢字 👩‍👩‍👧 \u{1}";
    let rough = with(view(vec![LineRow { description: hostile.into(), ..hosting() }]), |invoice| {
        for key in ["name", "company", "address1", "city", "region", "postcode"] {
            set(&mut invoice.client_snapshot, key, hostile);
        }
        set(&mut invoice.seller_snapshot, "name", hostile);
        invoice.notes = hostile.into();
        invoice.number_text = Some("<?xpacket /Type/Metadata startxref\n0".into());
    });
    vec![
        ("plain", view(vec![hosting()])),
        ("rates", view(vec![hosting(), line("Book", 1250, 4, "IVA"), line("Credit", -300, 21, "IVA")])),
        ("paid", with(view(vec![hosting()]), |i| (i.state, i.paid) = (Text(InvoiceState::Paid), i.total))),
        ("part", with(view(vec![hosting()]), |i| i.paid = 5000)),
        ("refunded", with(view(vec![hosting()]), |i| i.state = Text(InvoiceState::Refunded))),
        ("reverse", abroad(untaxed(), "DE", "DE136695976")),
        ("outside", abroad(untaxed(), "JP", "")),
        ("rough", rough),
        ("credit", credited(view(vec![hosting(), line("Book", 1250, 4, "IVA")]))),
        ("credit-reverse", credited(abroad(untaxed(), "DE", "DE136695976"))),
        ("dollars", dollars(view(vec![hosting()]))),
        ("credit-dollars", dollars(credited(view(vec![hosting()])))),
        ("long", view((1..=120).map(|i| line(&format!("Mailbox {i}"), i * 100, 21, "IVA")).collect())),
    ]
}

#[test]
fn the_pdf_is_a_valid_factur_x_file_with_the_same_invoice_in_it() {
    let issued = issued();
    let mut files = vec![];
    for (name, view) in &issued {
        let document = document(view).unwrap_or_else(|why| panic!("{name}: {why:?}"));
        let printed = print::document(view, Words::of(&[]), day(5, 2)).unwrap();
        assert_eq!(printed.e_invoice, Some(cii::write(&document)), "{name}");
        files.push((format!("{name}.pdf"), render(&printed).unwrap()));
        files.push((format!("{name}.ubl.xml"), ubl::write(&document).into_bytes()));
    }
    for verdict in Judge::find().judge(&files) {
        assert!(verdict.faults.is_empty(), "{}: {:?}", verdict.name, verdict.faults);
        let of = issued.iter().find(|(name, _)| verdict.name == format!("{name}.pdf"));
        let attached = of.map(|(_, view)| cii::write(&document(view).unwrap()));
        assert_eq!(verdict.attached, attached, "{}", verdict.name);
    }
}

#[test]
fn a_pdf_without_one_claims_nothing() {
    let void = with(view(vec![hosting()]), |invoice| invoice.state = Text(InvoiceState::Void));
    let bytes = render(&print::document(&void, Words::of(&[]), day(5, 2)).unwrap()).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("pdfaid:part>3<") && !text.contains("factur-x") && !text.contains("EN 16931"));
    let judged = Judge::find().judge(&[("void.pdf".into(), bytes)]);
    assert!(judged[0].faults.iter().any(|fault| fault.contains("no e-invoice")), "{:?}", judged[0].faults);
}

#[test]
fn the_tax_of_another_currency_is_told_in_that_of_the_books() {
    // 21.00 / 1.0841 = 19.3708….
    let printed = |view: &InvoiceView| print::document(view, Words::of(&[]), day(5, 2)).unwrap().notes;
    let invoice = dollars(view(vec![hosting()]));
    assert_eq!(
        printed(&invoice),
        "Tax in EUR: 19.37 (1 EUR = 1.0841 USD, European Central Bank, 2026-04-30).\nThank you."
    );
    let told = |view: &InvoiceView| document(view).unwrap().contents().tax_in_books;
    assert_eq!(told(&invoice), Some(Money::new(1937, Currency::EUR)));
    assert_eq!(told(&dollars(credited(view(vec![hosting()])))), Some(Money::new(1937, Currency::EUR)));
    let untaxed = dollars(abroad(view(vec![line("Hosting", 10_000, 0, "")]), "JP", ""));
    assert_eq!((printed(&untaxed).as_str(), told(&untaxed)), ("Thank you.", None));
}

#[test]
fn what_decided_the_tax_is_printed() {
    let basis = json!({ "reason": "reverse_charge", "printed": "Reverse charge / Autoliquidation" });
    let reverse = with(abroad(view(vec![line("Hosting", 10_000, 0, "")]), "FR", "FR40303265045"), |invoice| {
        invoice.tax_basis = Some(basis);
    });
    let printed = print::document(&reverse, Words::of(&[]), day(5, 2)).unwrap();
    assert_eq!(printed.notes, "Reverse charge / Autoliquidation\nThank you.");
    let taxed = with(view(vec![hosting()]), |invoice| {
        invoice.tax_basis = Some(json!({ "reason": "domestic", "printed": "" }));
        invoice.tax_rounding = Text(innkeeper_domain::TaxRounding::Line);
    });
    let printed = print::document(&taxed, Words::of(&[]), day(5, 2)).unwrap();
    assert_eq!(printed.notes, "Tax is rounded on each line.\nThank you.");
}

#[test]
fn a_consumer_with_a_number_that_nobody_confirmed_is_no_business() {
    let untaxed = abroad(view(vec![line("Hosting", 10_000, 0, "")]), "DE", "DE136695976");
    let consumer = with(untaxed, |invoice| invoice.tax_basis = Some(json!({ "reason": "consumer" })));
    assert!(obstacles(&consumer).join("; ").contains("another member state"));
}

#[test]
fn two_taxes_are_no_vat() {
    let both = LineRow { tax2_rate: Decimal::new(5, 2), tax2: 500, tax1_rate: Some(Decimal::new(16, 2)), ..hosting() };
    assert!(obstacles(&view(vec![both])).join("; ").contains("line 1 has two taxes"));
}
