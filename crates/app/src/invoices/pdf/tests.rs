//! What is on the pages, and that nothing can break them.

use chrono::NaiveDate;
use innkeeper_domain::{Currency, Money, Rate};

use super::{
    paper::{HEIGHT, Mark, Page, WIDTH},
    *,
};

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn rate(percent: i64) -> Rate {
    Rate::from_percent(percent.into()).unwrap()
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn party(name: &str, lines: &[&str]) -> Party {
    Party { name: name.into(), lines: lines.iter().map(|line| (*line).to_owned()).collect() }
}

fn line(description: &str, net: i64) -> Line {
    Line {
        description: description.into(),
        period: Some((day(5, 1), day(5, 31))),
        quantity: 1,
        unit: Some(euros(net)),
        tax_rate: Some(rate(21)),
        net: euros(net),
    }
}

fn english() -> Labels {
    let words = Words::of(&[]);
    words.labels(words.invoice)
}

fn sample() -> Document {
    let seller = party("Correo Libre SL", &["Calle Mayor 1", "28013 Madrid", "NIF B12345674"]);
    let client = party("Søren Ångström & Co. ΑΕ", &["Οδός Ερμού 5", "ул. Ленина 3", "Łódź, Türkiye"]);
    Document {
        language: "en".into(),
        labels: english(),
        format: Format { dates: DateOrder::DayMonthYear('/'), decimal: ',', group: Some('.'), sign: SignPlace::After },
        accent: [30, 64, 120],
        seller,
        client,
        number: "2026-00041".into(),
        issued: day(5, 1),
        due: Some(day(5, 15)),
        stamp: Some(Stamp { text: "Unpaid".into(), tone: Tone::Open }),
        introduction: String::new(),
        lines: vec![
            line("Mailbox Professional, ana@correolibre.example", 123_400),
            Line { period: None, tax_rate: Some(rate(10)), ..line("Domain correolibre.example, one year", 1200) },
        ],
        subtotal: euros(124_600),
        taxes: vec![
            TaxTotal { name: "IVA".into(), rate: rate(21), base: euros(123_400), tax: euros(25_914) },
            TaxTotal { name: "IVA".into(), rate: rate(10), base: euros(1200), tax: euros(120) },
        ],
        total: euros(150_634),
        paid: euros(50_000),
        balance: euros(100_634),
        payment: Some(Payment {
            text: "Please transfer the amount to this account and give the reference.".into(),
            lines: vec![
                ("IBAN".into(), "ES91 2100 0418 4502 0005 1332".into()),
                ("Reference".into(), "2026-00041".into()),
            ],
        }),
        notes: "Thank you.".into(),
        footer: "Registro Mercantil de Madrid, tomo 1, folio 1".into(),
        e_invoice: None,
    }
}

fn laid_out(document: &Document) -> Vec<Page> {
    layout::pages(document, fonts::fonts().unwrap())
}

/// Text of a page: each line with where it begins, ends and stands.
fn texts(page: &Page) -> Vec<(String, f32, f32, f32)> {
    let lines = page.marks.iter().filter_map(|mark| match mark {
        Mark::Text { line, x, y, .. } => {
            let text: String = line.runs.iter().map(|run| run.text.as_str()).collect();
            Some((text, *x, x + line.width, *y))
        }
        Mark::Area { .. } => None,
    });
    lines.collect()
}

fn has(page: &Page, wanted: &str) -> bool {
    texts(page).iter().any(|(text, ..)| text == wanted)
}

/// Pages in the PDF's own page tree.
fn page_count(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let count = text.split("/Count ").nth(1).unwrap();
    count.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[test]
fn everything_of_a_short_invoice_is_on_its_page() {
    let document = sample();
    let [page] = &laid_out(&document)[..] else { panic!("one page expected") };
    for wanted in [
        "Invoice",
        "2026-00041",
        "Unpaid",
        "Correo Libre SL",
        "NIF B12345674",
        "Søren Ångström & Co. ΑΕ",
        "ул. Ленина 3",
        "01/05/2026",
        "15/05/2026",
        "01/05/2026 – 31/05/2026",
        "1.234,00\u{a0}€",
        "21\u{a0}%",
        "IVA 10\u{a0}% on 12,00\u{a0}€",
        "1.506,34\u{a0}€",
        "500,00\u{a0}€",
        "1.006,34\u{a0}€",
        "ES91 2100 0418 4502 0005 1332",
        "Thank you.",
        "Page 1 of 1",
    ] {
        assert!(has(page, wanted), "{wanted} is missing in {:?}", texts(page));
    }
    assert_eq!(page_count(&render(&document).unwrap()), 1);
}

#[test]
fn the_same_document_gives_the_same_bytes_with_its_title_and_language() {
    let pdf = render(&sample()).unwrap();
    assert_eq!(pdf, render(&sample()).unwrap());
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-1.7"));
    assert!(text.contains("Invoice 2026-00041") && text.contains("/Lang(en)"));
    assert!(pdf.len() < 100_000, "{} bytes: the fonts are not subsets", pdf.len());
}

#[test]
fn figures_end_at_the_same_place_and_have_one_width() {
    let document = Document { lines: vec![line("a", 111_111), line("b", 900_000), line("c", -5)], ..sample() };
    let page = &laid_out(&document)[0];
    let ends: Vec<f32> = ["1.111,11\u{a0}€", "9.000,00\u{a0}€", "-0,05\u{a0}€"]
        .iter()
        .map(|amount| {
            texts(page).iter().filter(|(text, ..)| text == amount).map(|(_, _, end, _)| *end).fold(0.0, f32::max)
        })
        .collect();
    assert!(ends.iter().all(|end| (end - ends[0]).abs() < 0.01), "{ends:?}");
    let fonts = fonts::fonts().unwrap();
    let style = text::Style::regular(10.0);
    assert!((fonts.fitted("1111", style, 1000.0).width - fonts.fitted("9080", style, 1000.0).width).abs() < 0.01);
}

#[test]
fn many_lines_go_over_pages_that_repeat_the_head() {
    let lines: Vec<Line> = (1..=120).map(|i| line(&format!("Mailbox number {i}"), i)).collect();
    let document = Document { lines, ..sample() };
    let pages = laid_out(&document);
    assert!(pages.len() >= 5, "{} pages", pages.len());
    assert_eq!(page_count(&render(&document).unwrap()), pages.len());
    for (i, page) in pages.iter().enumerate() {
        assert!(has(page, &format!("Page {} of {}", i + 1, pages.len())));
        assert_eq!(i > 0, has(page, "Invoice 2026-00041"), "page {}", i + 1);
        let rows = texts(page).iter().filter(|(text, ..)| text.starts_with("Mailbox number")).count();
        assert!(rows == 0 || has(page, "Description"), "page {}", i + 1);
    }
    let all: Vec<String> = pages.iter().flat_map(texts).map(|(text, ..)| text).collect();
    for i in 1..=120 {
        assert_eq!(all.iter().filter(|text| **text == format!("Mailbox number {i}")).count(), 1, "line {i}");
    }
}

#[test]
fn long_descriptions_are_wrapped_and_in_the_end_cut() {
    let document = Document { lines: vec![line(&"seventeen words ".repeat(400), 1)], ..sample() };
    let pages = laid_out(&document);
    let rows: Vec<_> = pages.iter().flat_map(texts).filter(|(text, ..)| text.contains("seventeen")).collect();
    assert!(rows.len() > 40 && rows.len() <= 60, "{} lines", rows.len());
    assert!(rows.iter().all(|(_, _, end, _)| *end < 320.0), "a line runs into the next column");
    assert!(rows.last().unwrap().0.ends_with('…'));
}

#[test]
fn right_to_left_text_is_put_in_order_and_kept_to_the_right() {
    let fonts = fonts::fonts().unwrap();
    let mixed = fonts.fitted("חשבונית 2026 שלום", text::Style::regular(10.0), 1000.0);
    assert!(mixed.rtl);
    let order: Vec<&str> = mixed.runs.iter().map(|run| run.text.trim()).collect();
    assert_eq!(order, ["שלום", "2026", "חשבונית"]);
    let arabic = fonts.fitted("فاتورة", text::Style::bold(10.0), 1000.0);
    assert!(arabic.rtl && arabic.runs.iter().all(|run| run.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() > 0)));
}

#[test]
fn every_covered_script_has_its_glyphs_in_both_weights() {
    let fonts = fonts::fonts().unwrap();
    let samples =
        ["Ñandú €", "Việt Nam", "Ελλάδα", "Україна", "Հայաստան", "საქართველო", "ישראל", "العربية", "-1 − ₹ ₴ £ ¥ zł"];
    for sample in samples {
        for style in [text::Style::regular(9.0), text::Style::bold(9.0)] {
            let line = fonts.fitted(sample, style, 1000.0);
            let missing = line.runs.iter().flat_map(|run| &run.glyphs).filter(|glyph| glyph.glyph_id.to_u32() == 0);
            assert_eq!(missing.count(), 0, "{sample} {style:?}");
        }
    }
}

#[test]
fn hostile_text_neither_panics_nor_leaves_the_paper() {
    let big = "x".repeat(1 << 16);
    let zalgo = "a\u{300}\u{301}\u{302}".repeat(2000);
    let hostile = [
        "",
        " ",
        "\n\n\n",
        "\u{0}\u{1}\u{7f}\u{9f}\r\n\t",
        "\u{202e}evil\u{202c} \u{2066}x",
        "\u{2028}\u{2029}\u{85}\u{1c}\u{1d}\u{1e}\u{1f}",
        "שלום العربية abc 123 שלום",
        "漢字かな 한국어 ไทย हिन्दी 👩‍👩‍👧 🇪🇸",
        "\u{feff}\u{200d}\u{fe0f}\u{e0001}\u{10ffff}\u{fffe}\u{ad}",
        "(](}<>\\)/%PDF ",
        &big,
        &"\n".repeat(10_000),
        &"שלום ".repeat(10_000),
        &zalgo,
    ];
    for text in hostile {
        let owned = || text.to_owned();
        let base = sample();
        let labels = Labels { title: owned(), page: owned(), total: owned(), ..english() };
        let document = Document {
            language: owned(),
            labels,
            seller: Party { name: owned(), lines: vec![owned(); 12] },
            client: Party { name: owned(), lines: vec![owned(); 12] },
            number: owned(),
            stamp: Some(Stamp { text: owned(), tone: Tone::Bad }),
            lines: vec![line(text, i64::MIN), line(text, i64::MAX)],
            taxes: vec![TaxTotal { name: owned(), ..base.taxes[0].clone() }],
            payment: Some(Payment { text: owned(), lines: vec![(owned(), owned()); 4] }),
            notes: owned(),
            footer: owned(),
            e_invoice: Some(owned()),
            ..base
        };
        let pages = laid_out(&document);
        assert!(pages.len() < 12, "{} pages", pages.len());
        for (text, x, end, y) in pages.iter().flat_map(texts) {
            let inside = x >= -0.5 && end <= WIDTH + 0.5 && (0.0..=HEIGHT).contains(&y);
            assert!(inside, "{:?} runs from {x} to {end} at {y}", text.chars().take(20).collect::<String>());
        }
        assert_eq!(page_count(&render(&document).unwrap()), pages.len());
    }
}
