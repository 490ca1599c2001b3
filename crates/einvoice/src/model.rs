//! What an invoice says, in the norm's terms. `BT-…` and `BG-…` are its names of the pieces.

use chrono::NaiveDate;
use innkeeper_domain::{Currency, Money, Rate};
use rust_decimal::Decimal;

use crate::codes::{Category, Kind, Unit};

/// A document that was not judged yet. Empty texts mean: not said.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// BT-3.
    pub kind: Kind,
    /// BT-1.
    pub number: String,
    /// BT-2.
    pub issued: NaiveDate,
    /// BT-9: last day to pay.
    pub due: Option<NaiveDate>,
    /// BT-5: currency of every amount.
    pub currency: Currency,
    /// BT-22.
    pub notes: Vec<String>,
    /// BT-10: what the buyer asked to be quoted; may be empty.
    pub buyer_reference: String,
    /// BG-3: what this credits or corrects.
    pub preceding: Vec<Preceding>,
    /// BG-4.
    pub seller: Party,
    /// BG-7.
    pub buyer: Party,
    /// BT-72: the day of delivery.
    pub delivered: Option<NaiveDate>,
    /// BT-80: ISO 3166 alpha-2; may be empty.
    pub delivered_to: String,
    /// BG-14: the days that the document is about.
    pub period: Option<Period>,
    /// BG-16.
    pub payment: Option<PaymentMeans>,
    /// BT-83: what the payer is to quote; may be empty.
    pub remittance: String,
    /// BT-20: how and when to pay, in words; may be empty.
    pub terms: String,
    /// BG-25.
    pub lines: Vec<Line>,
    /// BG-20 and BG-21: what is taken off or added to the whole.
    pub adjustments: Vec<Adjustment>,
    /// BG-23: the tax, one for each category and rate.
    pub breakdown: Vec<Breakdown>,
    /// BG-22.
    pub totals: Totals,
    /// BT-6 and BT-111: the tax in the currency of the seller's books, if that is another one.
    pub tax_in_books: Option<Money>,
}

/// An earlier document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preceding {
    /// BT-25.
    pub number: String,
    /// BT-26.
    pub issued: Option<NaiveDate>,
}

/// A side of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// BT-27, BT-44: the full name.
    pub name: String,
    /// BT-41, BT-56: a person there; may be empty.
    pub contact: String,
    /// BG-5, BG-8.
    pub address: Address,
    /// BT-31, BT-48: the VAT number with its country's letters; may be empty.
    pub vat_id: String,
    /// BT-32: a number that the tax office gave besides; of sellers only; may be empty.
    pub tax_id: String,
    /// BT-30, BT-47: the number in the register of businesses; may be empty.
    pub legal_id: String,
    /// BT-34, BT-49: where documents are sent.
    pub electronic: Option<ElectronicAddress>,
}

/// Where documents are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectronicAddress {
    /// A code of the list EAS: `EM` for e-mail.
    pub scheme: String,
    /// The address in that scheme.
    pub id: String,
}

impl ElectronicAddress {
    /// An e-mail address.
    pub fn email(address: &str) -> Self {
        Self { scheme: "EM".into(), id: address.into() }
    }
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Street and what belongs to it: BT-35, BT-36 and BT-162 of sellers, BT-50, BT-51 and BT-163 of buyers.
    /// There is room for three; the third takes what follows.
    pub lines: Vec<String>,
    /// BT-37, BT-52; may be empty.
    pub city: String,
    /// BT-38, BT-53; may be empty.
    pub postcode: String,
    /// BT-39, BT-54; may be empty.
    pub region: String,
    /// BT-40, BT-55: ISO 3166 alpha-2.
    pub country: String,
}

/// Days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// BT-73, BT-134.
    pub first: NaiveDate,
    /// BT-74, BT-135.
    pub last: NaiveDate,
}

/// How to pay (BG-16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentMeans {
    /// A credit transfer to an account with an IBAN, 58.
    SepaTransfer {
        /// BT-84.
        iban: String,
        /// BT-86; may be empty.
        bic: String,
        /// BT-85: whose account it is; may be empty.
        holder: String,
    },
    /// A card, 48.
    Card {
        /// BT-87: the last four to six digits, never more.
        last_digits: String,
        /// Such as `VISA`; UBL asks for it.
        network: String,
        /// BT-88; may be empty.
        holder: String,
    },
    /// A SEPA direct debit, 59: the seller collects.
    DirectDebit {
        /// BT-89: the mandate.
        mandate: String,
        /// BT-90: the creditor's identifier.
        creditor: String,
        /// BT-91: the account that is debited; may be empty.
        iban: String,
    },
}

/// VAT of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vat {
    /// BT-118, BT-151.
    pub category: Category,
    /// BT-119, BT-152.
    pub rate: Rate,
}

impl Vat {
    /// Taxed at this rate.
    pub const fn standard(rate: Rate) -> Self {
        Self { category: Category::Standard, rate }
    }
    /// Not taxed.
    pub const fn untaxed(category: Category) -> Self {
        Self { category, rate: Rate::ZERO }
    }
    /// The rate in percent: `21`.
    pub(crate) fn percent(self) -> Decimal {
        self.rate.fraction() * Decimal::ONE_HUNDRED
    }
}

/// Something sold (BG-25). Its net amount is `quantity × price / per`, plus and minus the adjustments.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// BT-153.
    pub name: String,
    /// BT-154; may be empty.
    pub description: String,
    /// BT-129; negative for what is given back.
    pub quantity: Decimal,
    /// BT-130.
    pub unit: Unit,
    /// BT-146: never negative.
    pub price: Money,
    /// BT-149: how many the price is for; more than zero.
    pub per: Decimal,
    /// BG-27 and BG-28.
    pub adjustments: Vec<LineAdjustment>,
    /// BT-131.
    pub net: Money,
    /// BG-30.
    pub vat: Vat,
    /// BG-26.
    pub period: Option<Period>,
}

/// Taken off or added?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Taken off.
    Allowance,
    /// Added.
    Charge,
}

/// Taken off or added to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineAdjustment {
    /// Which of the two.
    pub change: Change,
    /// BT-136, BT-141: never negative.
    pub amount: Money,
    /// BT-139, BT-144.
    pub reason: String,
}

/// Taken off or added to the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// Which of the two.
    pub change: Change,
    /// BT-92, BT-99: without tax, never negative.
    pub amount: Money,
    /// BT-97, BT-104.
    pub reason: String,
    /// BT-95 and BT-96, BT-102 and BT-103.
    pub vat: Vat,
}

/// The tax of one category and rate (BG-23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// BT-118 and BT-119.
    pub vat: Vat,
    /// BT-116.
    pub base: Money,
    /// BT-117.
    pub tax: Money,
    /// Why there is none.
    pub reason: Option<Reason>,
}

/// Why no VAT is charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// BT-120; may be empty if there is a code.
    pub text: String,
    /// BT-121: `VATEX-EU-AE`; may be empty.
    pub code: String,
}

/// The sums (BG-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// BT-106: of the lines.
    pub lines: Money,
    /// BT-107.
    pub allowances: Money,
    /// BT-108.
    pub charges: Money,
    /// BT-109: without tax.
    pub net: Money,
    /// BT-110.
    pub tax: Money,
    /// BT-112: with tax.
    pub gross: Money,
    /// BT-113.
    pub prepaid: Money,
    /// BT-115.
    pub due: Money,
}
