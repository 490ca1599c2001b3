//! Documents of every kind that hosts issue.

use chrono::NaiveDate;
use innkeeper_domain::{Currency, Money, Rate};
use innkeeper_einvoice::*;
use rust_decimal::Decimal;

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

pub fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// A tax in hundredths of a percent.
pub fn taxed(basis_points: i64) -> Vat {
    Vat::standard(Rate::from_fraction(Decimal::new(basis_points, 4)).unwrap())
}

/// One thing at a price.
pub fn line(name: &str, price: Money, vat: Vat) -> Line {
    Line {
        name: name.into(),
        description: String::new(),
        quantity: Decimal::ONE,
        unit: Unit::One,
        price,
        per: Decimal::ONE,
        adjustments: vec![],
        net: price,
        vat,
        period: Some(Period { first: day(5, 1), last: day(5, 31) }),
    }
}

/// A host in Spain and a client in Spain, with these lines; the sums are those of the lines.
pub fn draft(lines: Vec<Line>) -> Draft {
    let zero = lines.first().map_or(euros(0), |line| line.net.currency().zero());
    let currency = zero.currency();
    let draft = Draft {
        kind: Kind::Invoice,
        number: "INV-000041".into(),
        issued: day(5, 1),
        due: Some(day(5, 15)),
        currency,
        notes: vec!["Thank you.".into()],
        buyer_reference: String::new(),
        preceding: vec![],
        seller: Party {
            name: "Correo Libre SL".into(),
            contact: String::new(),
            address: Address {
                lines: vec!["Calle Mayor 1".into()],
                city: "Madrid".into(),
                postcode: "28013".into(),
                region: String::new(),
                country: "ES".into(),
            },
            vat_id: "ESB12345674".into(),
            tax_id: String::new(),
            legal_id: "M-123456".into(),
            electronic: Some(ElectronicAddress::email("billing@correolibre.example")),
        },
        buyer: Party {
            name: "Analytical Engines SA".into(),
            contact: "Ada Lovelace".into(),
            address: Address {
                lines: vec!["Gran Vía 2".into(), "3º B".into(), "Edificio Babbage".into()],
                city: "Bilbao".into(),
                postcode: "48001".into(),
                region: "Bizkaia".into(),
                country: "ES".into(),
            },
            vat_id: "ESA58818501".into(),
            electronic: Some(ElectronicAddress::email("ada@engines.example")),
            ..Party::default()
        },
        delivered: None,
        delivered_to: String::new(),
        period: None,
        payment: Some(PaymentMeans::SepaTransfer {
            iban: "ES91 2100 0418 4502 0005 1332".into(),
            bic: "CAIXESBBXXX".into(),
            holder: "Correo Libre SL".into(),
        }),
        remittance: "INV-000041".into(),
        terms: "By transfer within 14 days.".into(),
        lines,
        adjustments: vec![],
        breakdown: vec![],
        totals: Totals {
            lines: zero,
            allowances: zero,
            charges: zero,
            net: zero,
            tax: zero,
            gross: zero,
            prepaid: zero,
            due: zero,
        },
        tax_in_books: None,
    };
    summed(draft)
}

/// Why a category charges no VAT.
fn reason(category: Category) -> Option<Reason> {
    let (text, code) = match category {
        Category::Standard | Category::ZeroRated => return None,
        Category::Exempt => ("Education, exempt under article 132(1)(i)", "VATEX-EU-132-1I"),
        Category::ReverseCharge => ("Reverse charge", "VATEX-EU-AE"),
        Category::IntraCommunity => ("Intra-community supply", "VATEX-EU-IC"),
        Category::Export => ("Export outside the EU", "VATEX-EU-G"),
        Category::OutOfScope => ("Not subject to VAT", "VATEX-EU-O"),
    };
    Some(Reason { text: text.into(), code: code.into() })
}

/// The breakdown and the sums that belong to the lines and adjustments, as the billing engine computes them:
/// rounded once for each rate.
pub fn summed(mut draft: Draft) -> Draft {
    let zero = draft.currency.zero();
    let sum = |amounts: Vec<Money>| Money::sum(draft.currency, amounts).unwrap();
    let signed = |adjustment: &Adjustment| match adjustment.change {
        Change::Allowance => adjustment.amount.checked_mul(-1).unwrap(),
        Change::Charge => adjustment.amount,
    };
    let of = |change: Change| draft.adjustments.iter().filter(move |adjustment| adjustment.change == change);
    let bases: Vec<(Vat, Money)> = draft
        .lines
        .iter()
        .map(|line| (line.vat, line.net))
        .chain(draft.adjustments.iter().map(|adjustment| (adjustment.vat, signed(adjustment))))
        .collect();
    let mut kinds: Vec<Vat> = bases.iter().map(|(vat, _)| *vat).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let breakdown: Vec<Breakdown> = kinds
        .into_iter()
        .map(|vat| {
            let base = sum(bases.iter().filter(|(other, _)| *other == vat).map(|(_, base)| *base).collect());
            Breakdown { vat, base, tax: base.apply(vat.rate).unwrap(), reason: reason(vat.category) }
        })
        .collect();
    let lines = sum(draft.lines.iter().map(|line| line.net).collect());
    let allowances = sum(of(Change::Allowance).map(|adjustment| adjustment.amount).collect());
    let charges = sum(of(Change::Charge).map(|adjustment| adjustment.amount).collect());
    let net = lines.checked_sub(allowances).unwrap().checked_add(charges).unwrap();
    let tax = sum(breakdown.iter().map(|part| part.tax).collect());
    let gross = net.checked_add(tax).unwrap();
    draft.breakdown = breakdown;
    draft.totals = Totals { lines, allowances, charges, net, tax, gross, prepaid: zero, due: gross };
    draft
}

/// The same, partly or wholly paid.
pub fn paid(mut draft: Draft, minor: i64) -> Draft {
    draft.totals.prepaid = Money::new(minor, draft.currency);
    draft.totals.due = draft.totals.gross.checked_sub(draft.totals.prepaid).unwrap();
    draft
}

fn changed(mut draft: Draft, change: impl FnOnce(&mut Draft)) -> Draft {
    change(&mut draft);
    draft
}

/// A client elsewhere.
fn abroad(draft: Draft, country: &str, vat_id: &str) -> Draft {
    changed(draft, |draft| {
        draft.buyer.address.country = country.into();
        draft.buyer.vat_id = vat_id.into();
    })
}

fn adjustment(change: Change, minor: i64, vat: Vat) -> Adjustment {
    let reason = if change == Change::Allowance { "Loyalty" } else { "Set-up" };
    Adjustment { change, amount: euros(minor), reason: reason.into(), vat }
}

/// Every kind, by name.
pub fn corpus() -> Vec<(&'static str, Draft)> {
    let mut all = vat_cases();
    all.extend(kinds());
    all.extend(payments());
    all.extend(texts());
    all.extend(amounts());
    all
}

fn vat_cases() -> Vec<(&'static str, Draft)> {
    let untaxed = |category| draft(vec![line("Hosting", euros(4999), Vat::untaxed(category))]);
    let small = changed(untaxed(Category::Exempt), |draft| {
        draft.seller.vat_id = String::new();
        draft.seller.tax_id = "12/345/67890".into();
        draft.seller.address.country = "DE".into();
        draft.buyer.vat_id = String::new();
        let why = "Kein Ausweis von Umsatzsteuer, da Kleinunternehmer gemäß § 19 UStG";
        draft.breakdown[0].reason = Some(Reason { text: why.into(), code: String::new() });
    });
    let out = changed(abroad(untaxed(Category::OutOfScope), "US", ""), |draft| draft.seller.vat_id = String::new());
    let goods = changed(abroad(untaxed(Category::IntraCommunity), "FR", "FR40303265045"), |draft| {
        draft.delivered = Some(day(5, 2));
        draft.delivered_to = "FR".into();
    });
    let several = draft(vec![
        line("Hosting", euros(4999), taxed(2100)),
        line("Handbook", euros(1250), taxed(1000)),
        line("Newspaper", euros(333), taxed(400)),
        line("Donation", euros(500), Vat::untaxed(Category::Exempt)),
        line("Free of tax", euros(700), Vat::untaxed(Category::ZeroRated)),
    ]);
    vec![
        ("standard", draft(vec![line("Hosting", euros(4999), taxed(2100))])),
        ("reduced", draft(vec![line("Handbook", euros(1250), taxed(550))])),
        ("several-rates", several),
        ("zero-rated", untaxed(Category::ZeroRated)),
        ("reverse-charge", abroad(untaxed(Category::ReverseCharge), "DE", "DE136695976")),
        ("reverse-charge-greece", abroad(untaxed(Category::ReverseCharge), "GR", "EL094259216")),
        ("intra-community", goods),
        ("export", abroad(untaxed(Category::Export), "CH", "")),
        ("exempt", untaxed(Category::Exempt)),
        ("small-business", small),
        ("out-of-scope", out),
    ]
}

fn kinds() -> Vec<(&'static str, Draft)> {
    let plain = || draft(vec![line("Hosting", euros(4999), taxed(2100))]);
    let credit = || {
        changed(plain(), |draft| {
            draft.kind = Kind::CreditNote;
            draft.number = "CN-000007".into();
            draft.preceding = vec![Preceding { number: "INV-000041".into(), issued: Some(day(5, 1)) }];
        })
    };
    let without_terms = changed(credit(), |draft| draft.terms = String::new());
    let corrective = changed(plain(), |draft| {
        draft.kind = Kind::Corrective;
        draft.preceding = vec![
            Preceding { number: "INV-000039".into(), issued: None },
            Preceding { number: "INV-000040".into(), issued: Some(day(4, 1)) },
        ];
    });
    let referenced = changed(plain(), |draft| {
        draft.buyer_reference = "PO 4711 / department 9".into();
        draft.period = Some(Period { first: day(5, 1), last: day(5, 31) });
        draft.delivered = Some(day(5, 31));
    });
    vec![
        ("credit-note", credit()),
        ("credit-note-without-terms", without_terms),
        ("corrective", corrective),
        ("referenced", referenced),
    ]
}

fn payments() -> Vec<(&'static str, Draft)> {
    let plain = || draft(vec![line("Hosting", euros(4999), taxed(2100))]);
    let means = |payment| changed(plain(), |draft| draft.payment = payment);
    let card = PaymentMeans::Card { last_digits: "4242".into(), network: "VISA".into(), holder: "A. Lovelace".into() };
    let debit = PaymentMeans::DirectDebit {
        mandate: "M-77".into(),
        creditor: "ES23000B12345674".into(),
        iban: "DE89370400440532013000".into(),
    };
    let terms_only = changed(plain(), |draft| draft.due = None);
    let due_only = changed(plain(), |draft| {
        draft.terms = String::new();
        draft.payment = None;
    });
    vec![
        ("prepaid-in-part", paid(plain(), 2000)),
        ("prepaid", paid(plain(), 6049)),
        ("overpaid", paid(plain(), 7000)),
        ("card", means(Some(card))),
        ("direct-debit", means(Some(debit))),
        ("no-means", means(None)),
        ("terms-only", terms_only),
        ("due-only", due_only),
    ]
}

fn texts() -> Vec<(&'static str, Draft)> {
    let hostile = "<script>&amp;\"'</Name>]]>\u{0}\u{b}\u{202e}\r\n\t--><?x ?>\u{ffff} \u{1f}&#0;";
    let scripts = "العربية عברית 漢字かな 한국어 हिन्दी ไทย Ελλάδα 👩‍👩‍👧 🇪🇸 ñ ẞ ﷽";
    let said = |text: &str| {
        changed(draft(vec![line(text, euros(4999), taxed(2100))]), |draft| {
            let all = [&mut draft.seller, &mut draft.buyer];
            for party in all {
                party.name = text.into();
                party.contact = text.into();
                party.legal_id = text.into();
                party.address.lines = vec![text.into(); 5];
                party.address.city = text.into();
                party.address.postcode = text.into();
                party.address.region = text.into();
            }
            draft.number = text.into();
            draft.notes = vec![text.into(), String::new(), text.into()];
            draft.terms = text.into();
            draft.remittance = text.into();
            draft.buyer_reference = text.into();
            draft.lines[0].description = text.into();
        })
    };
    vec![("hostile-text", said(hostile)), ("every-script", said(scripts)), ("long-text", said(&"word ".repeat(2000)))]
}

fn amounts() -> Vec<(&'static str, Draft)> {
    let vat = taxed(2100);
    let adjusted =
        summed(changed(draft(vec![line("Hosting", euros(4999), vat), line("Book", euros(100), taxed(400))]), |d| {
            d.adjustments = vec![
                adjustment(Change::Allowance, 500, vat),
                adjustment(Change::Charge, 1999, vat),
                adjustment(Change::Allowance, 10, taxed(400)),
            ];
        }));
    let mut discounted = line("Hosting", euros(1000), vat);
    discounted.quantity = Decimal::from(3);
    discounted.adjustments = vec![
        LineAdjustment { change: Change::Allowance, amount: euros(450), reason: "Discount".into() },
        LineAdjustment { change: Change::Charge, amount: euros(50), reason: "Haste".into() },
    ];
    discounted.net = euros(2600);
    let mut thirds = line("Three for ten", euros(1000), vat);
    thirds.quantity = Decimal::from(3);
    thirds.per = Decimal::from(3);
    let mut fraction = line("Traffic", euros(199), vat);
    fraction.quantity = Decimal::new(1_234_567, 3);
    fraction.unit = Unit::Gigabyte;
    fraction.net = euros(245_679);
    let mut returned = line("Unused days", euros(1500), vat);
    returned.quantity = Decimal::NEGATIVE_ONE;
    returned.net = euros(-1500);
    let only_returned = changed(draft(vec![returned.clone()]), |draft| draft.due = None);
    let money = |minor, code: &str| Money::new(minor, code.parse().unwrap());
    let for_the_books =
        changed(draft(vec![line("Hosting", euros(4999), vat)]), |draft| draft.tax_in_books = Some(money(4512, "PLN")));
    let half = || line("Five cents", euros(5), taxed(1000));
    // Rounded on each line: three times a cent, where a tenth of the sum is one and a half.
    let each_line = changed(draft(vec![half(), half(), half()]), |draft| {
        draft.breakdown[0].tax = euros(3);
        draft.totals.tax = euros(3);
        draft.totals.gross = euros(18);
        draft.totals.due = euros(18);
    });
    vec![
        ("adjusted", adjusted),
        ("line-adjusted", draft(vec![discounted])),
        ("price-for-three", draft(vec![thirds])),
        ("fraction", draft(vec![fraction])),
        ("given-back", draft(vec![line("Hosting", euros(4999), vat), returned])),
        ("only-given-back", only_returned),
        ("half-a-cent", draft(vec![half(), half(), half()])),
        ("rounded-each-line", each_line),
        ("fine-rate", draft(vec![line("Hosting", euros(4999), taxed(2137))])),
        ("tax-in-the-books-currency", for_the_books),
        ("yen", draft(vec![line("Hosting", money(1333, "JPY"), taxed(1000))])),
        ("dinars", draft(vec![line("Hosting", money(12_400, "KWD"), taxed(500))])),
        ("nothing", draft(vec![line("Trial", euros(0), vat)])),
        ("huge", draft(vec![line("Data centre", euros(900_000_000_000_000), vat)])),
        ("many-lines", draft((1..=250).map(|i| line(&format!("Mailbox {i}"), euros(i), vat)).collect())),
    ]
}
