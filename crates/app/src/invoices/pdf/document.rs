//! What is printed. Plain data: every text is ready, only numbers and dates are formatted here.

use chrono::NaiveDate;
use innkeeper_domain::{Money, Rate};

use super::Format;

/// An invoice to print.
#[derive(Clone, Debug)]
pub struct Document {
    /// Language of the labels, as a BCP 47 tag such as `es`; part of the PDF's metadata.
    pub language: String,
    /// The fixed words, in that language.
    pub labels: Labels,
    /// How numbers and dates are written.
    pub format: Format,
    /// Colour of the brand: red, green, blue.
    pub accent: [u8; 3],
    /// Who sells.
    pub seller: Party,
    /// Who buys.
    pub client: Party,
    /// The printed number.
    pub number: String,
    /// Day of issue; also the date in the PDF's metadata.
    pub issued: NaiveDate,
    /// Last day to pay.
    pub due: Option<NaiveDate>,
    /// A mark such as "Paid".
    pub stamp: Option<Stamp>,
    /// What is said above the lines. Empty: not printed.
    pub introduction: String,
    /// What is sold, in the order of printing.
    pub lines: Vec<Line>,
    /// Sum of the lines without tax.
    pub subtotal: Money,
    /// The tax, one for each rate.
    pub taxes: Vec<TaxTotal>,
    /// With tax.
    pub total: Money,
    /// Already paid. Zero: not printed.
    pub paid: Money,
    /// Still owed.
    pub balance: Money,
    /// How to pay. None: not printed.
    pub payment: Option<Payment>,
    /// Remarks. Empty: not printed.
    pub notes: String,
    /// Small print at the foot of every page, such as the commercial register. May be empty.
    pub footer: String,
    /// The same invoice for machines (CII, profile EN 16931), attached; makes the PDF a Factur-X file.
    pub e_invoice: Option<String>,
}

/// A side of the contract.
#[derive(Clone, Debug)]
pub struct Party {
    /// Name, printed bold.
    pub name: String,
    /// Address, tax number …, line by line.
    pub lines: Vec<String>,
}

/// A mark beside the number.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The word.
    pub text: String,
    /// Its colour.
    pub tone: Tone,
}

/// What a mark means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Green: paid.
    Good,
    /// Amber: waiting.
    Open,
    /// Red: overdue.
    Bad,
    /// Grey: void, draft.
    Quiet,
}

/// One thing sold.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is; may have several lines.
    pub description: String,
    /// First and last day that it covers.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// How many.
    pub quantity: i64,
    /// Price of one, without tax. None: not printed.
    pub unit: Option<Money>,
    /// Tax rate that applies. None: not printed.
    pub tax_rate: Option<Rate>,
    /// Amount without tax.
    pub net: Money,
}

/// The tax of one rate.
#[derive(Clone, Debug)]
pub struct TaxTotal {
    /// Name of the tax, such as `IVA`.
    pub name: String,
    /// The rate.
    pub rate: Rate,
    /// What it applies to.
    pub base: Money,
    /// The tax.
    pub tax: Money,
}

/// How to pay.
#[derive(Clone, Debug)]
pub struct Payment {
    /// An introduction; may be empty.
    pub text: String,
    /// Label and value, such as IBAN.
    pub lines: Vec<(String, String)>,
}

/// The words around the data.
#[derive(Clone, Debug)]
pub struct Labels {
    /// "Invoice", "Credit note" …
    pub title: String,
    /// Above the client.
    pub billed_to: String,
    /// Before the day of issue.
    pub issued: String,
    /// Before the last day to pay.
    pub due: String,
    /// Head of the column of descriptions.
    pub description: String,
    /// Head of the column of quantities.
    pub quantity: String,
    /// Head of the column of prices of one.
    pub unit: String,
    /// Head of the column of tax rates.
    pub tax: String,
    /// Head of the column of amounts.
    pub amount: String,
    /// Before the sum without tax.
    pub subtotal: String,
    /// Between a tax's rate and the amount that it applies to: "on".
    pub tax_on: String,
    /// Before the sum with tax.
    pub total: String,
    /// Before what was paid.
    pub paid: String,
    /// Before what is owed.
    pub balance: String,
    /// Above the payment instructions.
    pub payment: String,
    /// Above the remarks.
    pub notes: String,
    /// At the foot, with `{n}` and `{m}` for the page and the number of pages.
    pub page: String,
}
