//! What makes a PDF a Factur-X (ZUGFeRD) file: the invoice as XML, attached under a fixed name, and the
//! metadata that says so.

use krilla::{
    embed::{AssociationKind, EmbeddedFile, MimeType},
    metadata::DateTime,
};

use super::RenderError;

/// The name that readers look for.
const FILE: &str = "factur-x.xml";

/// Attaches the invoice for machines; `date` is when it was issued.
pub(super) fn attach(pdf: &mut krilla::Document, xml: &str, date: DateTime) -> Result<(), RenderError> {
    let file = EmbeddedFile {
        path: FILE.into(),
        mime_type: MimeType::new("text/xml"),
        description: Some("The same invoice for machines, after EN 16931".into()),
        // Both say all of it, so each is the other's alternative; a profile that says less would be its data.
        association_kind: AssociationKind::Alternative,
        data: xml.as_bytes().to_vec().into(),
        modification_date: Some(date),
        compress: Some(true),
        location: None,
    };
    pdf.embed_file(file).ok_or_else(|| RenderError::Write("a file of this name is attached already".into()))
}

/// What is added to the list of schemas that a PDF/A describes because it uses them.
const SCHEMA: &str = concat!(
    r#"<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"#,
    r#"<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>"#,
    r#"<pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"#,
    r#"<rdf:li rdf:parseType="Resource"><pdfaProperty:name>DocumentFileName</pdfaProperty:name>"#,
    r#"<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"#,
    r#"<pdfaProperty:description>The name of the embedded XML document</pdfaProperty:description></rdf:li>"#,
    r#"<rdf:li rdf:parseType="Resource"><pdfaProperty:name>DocumentType</pdfaProperty:name>"#,
    r#"<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"#,
    r#"<pdfaProperty:description>The type of the hybrid document</pdfaProperty:description></rdf:li>"#,
    r#"<rdf:li rdf:parseType="Resource"><pdfaProperty:name>Version</pdfaProperty:name>"#,
    r#"<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"#,
    r#"<pdfaProperty:description>The version of the standard</pdfaProperty:description></rdf:li>"#,
    r#"<rdf:li rdf:parseType="Resource"><pdfaProperty:name>ConformanceLevel</pdfaProperty:name>"#,
    r#"<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"#,
    r#"<pdfaProperty:description>The conformance level of the XML</pdfaProperty:description></rdf:li>"#,
    r#"</rdf:Seq></pdfaSchema:property></rdf:li>"#,
);

/// What this file is.
const DECLARATION: &str = concat!(
    r#"<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">"#,
    "<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
    "<fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description>",
);

const SCHEMAS_END: &str = "</rdf:Bag></pdfaExtension:schemas>";
const METADATA_END: &str = "</rdf:RDF>";
/// Between the length of the metadata and the metadata, as krilla writes it.
const METADATA: &[u8] = b"/Type/Metadata/Subtype/XML>>\nstream\n";
const OBJECT: &[u8] = b"<</Length ";

/// Says in the metadata that the PDF is a Factur-X file. krilla has no words for it, so what it wrote is
/// amended: the metadata, its length, and the places of all that follows.
pub(super) fn declare(pdf: Vec<u8>) -> Result<Vec<u8>, RenderError> {
    amended(&pdf).ok_or_else(|| RenderError::Write("the PDF's metadata are not as expected".into()))
}

fn amended(pdf: &[u8]) -> Option<Vec<u8>> {
    // What people wrote stands before the metadata, or in it with its `<` escaped: the last one is the real one.
    let start = rfind(pdf, METADATA)?.checked_add(METADATA.len())?;
    let length_at = rfind(pdf.get(..start)?, OBJECT)?.checked_add(OBJECT.len())?;
    let length_end = start.checked_sub(METADATA.len())?;
    let length: usize = text(pdf.get(length_at..length_end)?)?.parse().ok()?;
    let end = start.checked_add(length)?;
    let metadata = text(pdf.get(start..end)?)?;
    let amended = metadata.replacen(SCHEMAS_END, &format!("{SCHEMA}{SCHEMAS_END}"), 1).replacen(
        METADATA_END,
        &format!("{DECLARATION}{METADATA_END}"),
        1,
    );
    if amended.len() != metadata.len() + SCHEMA.len() + DECLARATION.len() {
        return None;
    }
    let mut out = pdf.get(..length_at)?.to_vec();
    out.extend_from_slice(amended.len().to_string().as_bytes());
    out.extend_from_slice(METADATA);
    out.extend_from_slice(amended.as_bytes());
    let shift = out.len().checked_sub(end)?;
    let table = table_at(pdf)?;
    out.extend_from_slice(pdf.get(end..table)?);
    out.extend_from_slice(moved(text(pdf.get(table..)?)?, end, shift)?.as_bytes());
    Some(out)
}

/// Where the table of the objects' places begins: the number near the end of the file.
fn table_at(pdf: &[u8]) -> Option<usize> {
    let number = rfind(pdf, b"startxref\n")?.checked_add("startxref\n".len())?;
    text(pdf.get(number..)?)?.lines().next()?.parse().ok()
}

/// The table, and the trailer after it, when everything from `from` on has moved by `shift`.
fn moved(table: &str, from: usize, shift: usize) -> Option<String> {
    let mut out = String::with_capacity(table.len() + 8);
    let mut place_of_table = false;
    for line in table.split_inclusive('\n') {
        let place = line.strip_suffix(" 00000 n\r\n").and_then(|digits| digits.parse::<usize>().ok());
        match place {
            Some(place) if place >= from => out.push_str(&format!("{:010} 00000 n\r\n", place.checked_add(shift)?)),
            _ if place_of_table => {
                let place: usize = line.trim_end().parse().ok()?;
                out.push_str(&format!("{}\n", place.checked_add(shift)?));
            }
            _ => out.push_str(line),
        }
        place_of_table = line == "startxref\n";
    }
    Some(out)
}

fn rfind(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
