//! The words of documents, in the languages that notices ship in.

use super::{DateOrder, Format, Labels, SignPlace};

/// A language of documents. Texts with `{…}` have something put in.
#[derive(Debug)]
pub(crate) struct Words {
    /// Its tag.
    pub language: &'static str,
    pub format: Format,
    pub invoice: Head,
    pub credit_note: Head,
    pub proforma: Head,
    pub quote: Head,
    description: &'static str,
    quantity: &'static str,
    unit: &'static str,
    tax: &'static str,
    amount: &'static str,
    subtotal: &'static str,
    tax_on: &'static str,
    total: &'static str,
    paid: &'static str,
    payment: &'static str,
    page: &'static str,
    /// Before the number to be named with a payment.
    pub reference: &'static str,
    pub stamps: Stamps,
    pub remarks: Remarks,
}

/// What differs between kinds of documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    title: &'static str,
    billed_to: &'static str,
    issued: &'static str,
    due: &'static str,
    balance: &'static str,
    notes: &'static str,
}

/// What is stamped on documents.
#[derive(Debug)]
pub(crate) struct Stamps {
    pub paid: &'static str,
    pub overdue: &'static str,
    pub void: &'static str,
    pub refunded: &'static str,
    pub draft: &'static str,
    pub accepted: &'static str,
    pub declined: &'static str,
    pub expired: &'static str,
}

/// What is said below the sums.
#[derive(Debug)]
pub(crate) struct Remarks {
    pub by_line: &'static str,
    pub by_rate: &'static str,
    /// `{currency}`, `{tax}`, `{rate}`.
    pub tax_in_books: &'static str,
    /// `{numbers}`.
    pub in_place_of: &'static str,
    /// `{number}`, `{day}`.
    pub for_proforma: &'static str,
    pub no_invoice: &'static str,
}

impl Words {
    /// The first of these languages that there is; else English.
    pub fn of(languages: &[String]) -> &'static Self {
        let known = |tag: &String| [&ENGLISH, &GERMAN, &SPANISH].into_iter().find(|words| words.language == tag);
        languages.iter().find_map(known).unwrap_or(&ENGLISH)
    }

    /// The labels of a document.
    pub fn labels(&self, head: Head) -> Labels {
        Labels {
            title: head.title.into(),
            billed_to: head.billed_to.into(),
            issued: head.issued.into(),
            due: head.due.into(),
            description: self.description.into(),
            quantity: self.quantity.into(),
            unit: self.unit.into(),
            tax: self.tax.into(),
            amount: self.amount.into(),
            subtotal: self.subtotal.into(),
            tax_on: self.tax_on.into(),
            total: self.total.into(),
            paid: self.paid.into(),
            balance: head.balance.into(),
            payment: self.payment.into(),
            notes: head.notes.into(),
            page: self.page.into(),
        }
    }
}

const EN: Head = Head {
    title: "Invoice",
    billed_to: "Billed to",
    issued: "Issued",
    due: "Due",
    balance: "Balance due",
    notes: "Notes",
};

/// English.
pub(crate) static ENGLISH: Words = Words {
    language: "en",
    format: Format { dates: DateOrder::YearMonthDay('-'), decimal: '.', group: Some(','), sign: SignPlace::Before },
    invoice: EN,
    credit_note: Head { title: "Credit note", ..EN },
    proforma: Head { title: "Proforma invoice", ..EN },
    quote: Head {
        title: "Quote",
        billed_to: "For",
        issued: "Date",
        due: "Valid until",
        balance: "Offered for",
        notes: "Terms",
    },
    description: "Description",
    quantity: "Qty",
    unit: "Price",
    tax: "Tax",
    amount: "Amount",
    subtotal: "Subtotal",
    tax_on: "on",
    total: "Total",
    paid: "Paid",
    payment: "How to pay",
    page: "Page {n} of {m}",
    reference: "Reference",
    stamps: Stamps {
        paid: "Paid",
        overdue: "Overdue",
        void: "Void",
        refunded: "Refunded",
        draft: "Draft",
        accepted: "Accepted",
        declined: "Declined",
        expired: "Expired",
    },
    remarks: Remarks {
        by_line: "Tax is rounded on each line.",
        by_rate: "Tax is rounded once for each rate.",
        tax_in_books: "Tax in {currency}: {tax} ({rate}).",
        in_place_of: "In place of {numbers}.",
        for_proforma: "For proforma {number} of {day}.",
        no_invoice: "This is no invoice: you get one once it is paid.",
    },
};

const DE: Head = Head {
    title: "Rechnung",
    billed_to: "Rechnung an",
    issued: "Datum",
    due: "Fällig",
    balance: "Zu zahlen",
    notes: "Hinweise",
};

static GERMAN: Words = Words {
    language: "de",
    format: Format { dates: DateOrder::DayMonthYear('.'), decimal: ',', group: Some('.'), sign: SignPlace::After },
    invoice: DE,
    credit_note: Head { title: "Gutschrift", billed_to: "Gutschrift an", ..DE },
    proforma: Head { title: "Proforma-Rechnung", ..DE },
    quote: Head {
        title: "Angebot",
        billed_to: "Für",
        issued: "Datum",
        due: "Gültig bis",
        balance: "Angebotspreis",
        notes: "Bedingungen",
    },
    description: "Beschreibung",
    quantity: "Menge",
    unit: "Preis",
    tax: "Steuer",
    amount: "Betrag",
    subtotal: "Zwischensumme",
    tax_on: "auf",
    total: "Gesamt",
    paid: "Bezahlt",
    payment: "Zahlung",
    page: "Seite {n} von {m}",
    reference: "Verwendungszweck",
    stamps: Stamps {
        paid: "Bezahlt",
        overdue: "Überfällig",
        void: "Storniert",
        refunded: "Erstattet",
        draft: "Entwurf",
        accepted: "Angenommen",
        declined: "Abgelehnt",
        expired: "Abgelaufen",
    },
    remarks: Remarks {
        by_line: "Die Steuer ist je Zeile gerundet.",
        by_rate: "Die Steuer ist je Steuersatz gerundet.",
        tax_in_books: "Steuer in {currency}: {tax} ({rate}).",
        in_place_of: "Anstelle von {numbers}.",
        for_proforma: "Zur Proforma-Rechnung {number} vom {day}.",
        no_invoice: "Dies ist keine Rechnung: Sie erhalten sie, sobald bezahlt ist.",
    },
};

const ES: Head = Head {
    title: "Factura",
    billed_to: "Facturado a",
    issued: "Fecha",
    due: "Vencimiento",
    balance: "Por pagar",
    notes: "Observaciones",
};

static SPANISH: Words = Words {
    language: "es",
    format: Format { dates: DateOrder::DayMonthYear('/'), decimal: ',', group: Some('.'), sign: SignPlace::After },
    invoice: ES,
    credit_note: Head { title: "Abono", billed_to: "Abonado a", ..ES },
    proforma: Head { title: "Factura proforma", ..ES },
    quote: Head {
        title: "Presupuesto",
        billed_to: "Para",
        issued: "Fecha",
        due: "Válido hasta",
        balance: "Importe ofrecido",
        notes: "Condiciones",
    },
    description: "Descripción",
    quantity: "Cant.",
    unit: "Precio",
    tax: "Impuesto",
    amount: "Importe",
    subtotal: "Base imponible",
    tax_on: "sobre",
    total: "Total",
    paid: "Pagado",
    payment: "Forma de pago",
    page: "Página {n} de {m}",
    reference: "Concepto",
    stamps: Stamps {
        paid: "Pagada",
        overdue: "Vencida",
        void: "Anulada",
        refunded: "Reembolsada",
        draft: "Borrador",
        accepted: "Aceptado",
        declined: "Rechazado",
        expired: "Caducado",
    },
    remarks: Remarks {
        by_line: "El impuesto se redondea en cada línea.",
        by_rate: "El impuesto se redondea una vez por tipo.",
        tax_in_books: "Impuesto en {currency}: {tax} ({rate}).",
        in_place_of: "En lugar de {numbers}.",
        for_proforma: "De la proforma {number} del {day}.",
        no_invoice: "Esto no es una factura: la recibirá cuando esté pagado.",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_language_that_there_is() {
        let of = |tags: &[&str]| Words::of(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>()).language;
        assert_eq!(of(&["es-mx", "es", "en"]), "es");
        assert_eq!(of(&["fr", "de", "en"]), "de");
        assert_eq!(of(&["fr"]), "en");
        assert_eq!(of(&[]), "en");
    }

    #[test]
    fn each_language_has_every_text_and_puts_the_same_into_it() {
        let texts = |words: &Words| {
            let labels = [words.invoice, words.credit_note, words.proforma, words.quote].map(|head| words.labels(head));
            let stamps = format!("{:?}", words.stamps);
            assert!(!format!("{labels:?} {stamps} {:?}", words.remarks).contains("\"\""), "{}", words.language);
            let remarks = &words.remarks;
            [remarks.tax_in_books, remarks.in_place_of, remarks.for_proforma, words.page].map(|text| {
                let mut put: Vec<&str> = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
                put.sort_unstable();
                put
            })
        };
        for words in [&GERMAN, &SPANISH] {
            assert_eq!(texts(words), texts(&ENGLISH), "{}", words.language);
        }
    }
}
