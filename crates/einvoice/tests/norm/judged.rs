//! The independent judge says what is valid, not this project.

use innkeeper_einvoice::{Document, Draft, cii, ubl};
use innkeeper_testkit::{Judge, Verdict};

use crate::{corpus::corpus, random::drafts};

/// A document in both syntaxes, under a name.
fn written(name: &str, draft: Draft) -> [(String, Vec<u8>); 2] {
    let document = Document::new(draft).unwrap_or_else(|violations| panic!("{name}: {violations}"));
    [
        (format!("{name}.cii.xml"), cii::write(&document).into_bytes()),
        (format!("{name}.ubl.xml"), ubl::write(&document).into_bytes()),
    ]
}

fn faulty(verdicts: Vec<Verdict>) -> Vec<String> {
    verdicts.into_iter().filter(|v| !v.faults.is_empty()).map(|v| format!("{}: {:?}", v.name, v.faults)).collect()
}

#[test]
fn every_kind_of_document_is_valid_in_both_syntaxes() {
    let documents: Vec<_> = corpus().into_iter().flat_map(|(name, draft)| written(name, draft)).collect();
    let faulty = faulty(Judge::find().judge(&documents));
    assert!(faulty.is_empty(), "{} of {} are not valid:\n{}", faulty.len(), documents.len(), faulty.join("\n"));
}

#[test]
fn random_documents_are_valid_in_both_syntaxes() {
    let drafts = drafts(60).into_iter().enumerate();
    let documents: Vec<_> = drafts.flat_map(|(i, draft)| written(&format!("random-{i}"), draft)).collect();
    let faulty = faulty(Judge::find().judge(&documents));
    assert!(faulty.is_empty(), "{} of {} are not valid:\n{}", faulty.len(), documents.len(), faulty.join("\n"));
}

/// What a judge must refuse: a good document, something in it exchanged, and the rule by which it is refused.
const SPOILED: &[(&str, &str, &str, &str)] = &[
    ("cii", "<ram:GrandTotalAmount>60.49<", "<ram:GrandTotalAmount>60.50<", "BR-CO-15"),
    ("cii", "<ram:ID schemeID=\"VA\">ESB12345674<", "<ram:ID schemeID=\"VA\">12345674<", "BR-CO-09"),
    ("cii", "<ram:CategoryCode>S<", "<ram:CategoryCode>E<", "BR-E-"),
    ("cii", "<ram:LineTotalAmount>49.99<", "<ram:LineTotalAmount>49.999<", "BR-DEC-"),
    ("cii", "<ram:CountryID>ES<", "<ram:CountryID>XX<", "'ram:CountryID' is not allowed"),
    ("cii", "<ram:TypeCode>380</ram:TypeCode>", "", "schema"),
    ("cii", "<ram:BuyerTradeParty>", "<ram:BuyerTradeParty><ram:Surprise/>", "schema"),
    ("ubl", "\"EUR\">60.49</cbc:TaxInclusiveAmount>", "\"EUR\">60.50</cbc:TaxInclusiveAmount>", "BR-CO-15"),
    ("ubl", "<cbc:CompanyID>ESB12345674<", "<cbc:CompanyID>12345674<", "BR-CO-09"),
    ("ubl", "<cbc:IdentificationCode>ES<", "<cbc:IdentificationCode>XX<", "BR-CL-14"),
    ("ubl", "\"EUR\">49.99</cbc:LineExtensionAmount>", "\"EUR\">49.98</cbc:LineExtensionAmount>", "BR-CO-10"),
    ("ubl", "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "", "schema"),
];

#[test]
fn the_judge_refuses_what_is_wrong() {
    let plain = corpus().into_iter().find(|(name, _)| *name == "standard").unwrap().1;
    let [(_, cii), (_, ubl)] =
        written("standard", plain).map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()));
    let spoiled = |(i, (syntax, good, bad, _)): (usize, &(&str, &str, &str, &str))| {
        let whole = if *syntax == "cii" { &cii } else { &ubl };
        assert!(whole.contains(good), "{good} is not in {whole}");
        (format!("{i}.{syntax}.xml"), whole.replacen(good, bad, 1).into_bytes())
    };
    let mut documents: Vec<_> = SPOILED.iter().enumerate().map(spoiled).collect();
    documents.push(("cut.cii.xml".into(), cii.as_bytes()[..cii.len() / 2].to_vec()));
    let verdicts = Judge::find().judge(&documents);
    for (verdict, (_, good, _, rule)) in verdicts.iter().zip(SPOILED) {
        let named = verdict.faults.iter().any(|fault| fault.contains(rule));
        assert!(named, "{good}: {rule} is not among {:?}", verdict.faults);
    }
    assert!(!verdicts.last().unwrap().faults.is_empty(), "half a document is valid");
}
