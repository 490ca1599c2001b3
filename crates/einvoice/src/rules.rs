//! The norm's rules that are checked here, and what breaks them.

use std::fmt;

use crate::codes::Category;

macro_rules! rules {
    ($($name:ident $id:literal $text:literal;)*) => {
        /// A rule. `BR-…` are the norm's business rules; a rule that the norm states only in the description of a
        /// piece bears the piece's name (`BT-…`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = concat!($id, ": ", $text)] $name,)*
            /// A rule about a category of VAT, such as BR-AE-02.
            Vat(Category, VatRule),
        }

        impl Rule {
            /// Its name: `BR-CO-26`.
            pub fn id(self) -> String {
                match self {
                    $(Self::$name => $id.to_owned(),)*
                    Self::Vat(category, rule) => format!("BR-{}-{}", category.rules(), rule.number()),
                }
            }

            /// What it asks for, as a phrase.
            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Vat(_, rule) => rule.text(),
                }
            }
        }
    };
}

rules! {
    Number "BR-02" "the document has a number";
    SellerName "BR-06" "the seller has a name";
    BuyerName "BR-07" "the buyer has a name";
    SellerCountry "BR-09" "the seller's address has a country";
    BuyerCountry "BR-11" "the buyer's address has a country";
    Lines "BR-16" "there is at least one line";
    LineName "BR-25" "each line says what it is";
    LinePrice "BR-27" "no price is negative";
    PeriodOrder "BR-29" "a period ends on or after the day it begins";
    LinePeriodOrder "BR-30" "the period of a line ends on or after the day it begins";
    AdjustmentReason "BR-33" "an allowance or charge says why";
    LineAdjustmentReason "BR-41" "an allowance or charge of a line says why";
    CardDigits "BR-51" "of a card only the last four to six digits are given";
    Preceding "BR-55" "an earlier document that is referred to has a number";
    DeliveryCountry "BR-57" "a place of delivery has a country";
    SellerAddressScheme "BR-62" "the seller's electronic address has a known scheme";
    BuyerAddressScheme "BR-63" "the buyer's electronic address has a known scheme";
    VatPrefix "BR-CO-09" "a VAT number begins with the letters of its country";
    SumOfLines "BR-CO-10" "the sum of the lines is right";
    SumOfAllowances "BR-CO-11" "the sum of the allowances is right";
    SumOfCharges "BR-CO-12" "the sum of the charges is right";
    Net "BR-CO-13" "the total without VAT is the lines, less the allowances, plus the charges";
    Tax "BR-CO-14" "the total VAT is the sum of the VAT of each category and rate";
    Gross "BR-CO-15" "the total with VAT is the total without VAT plus the VAT";
    Due "BR-CO-16" "the amount due is the total with VAT less what was paid";
    TaxOfRate "BR-CO-17" "the VAT of a rate is that share of its base";
    HasBreakdown "BR-CO-18" "the VAT is broken down";
    DueDate "BR-CO-25" "what is to be paid has a last day or terms";
    SellerIdentity "BR-CO-26" "the seller is identified by a VAT number or a registration number";
    CountryCode "BR-CL-14" "a country is a code of ISO 3166";
    ExemptionCode "BR-CL-22" "a reason for charging no VAT is a known code";
    Decimals "BR-DEC" "no amount has more than two decimals";
    OneCurrency "BT-5" "every amount is in the document's currency";
    TooLarge "BG-22" "the amounts can be added up";
    PaymentAccount "BT-84" "an account number is an IBAN whose check digits are right";
    Mandate "BT-89" "a direct debit names its mandate and its creditor";
    CardNetwork "BT-87" "a card names its network";
    LineNet "BT-131" "the amount of a line is its quantity at its price, with what is taken off or added";
    BaseQuantity "BT-149" "a price is for more than nothing";
    Sign "BT-92" "an allowance or charge is not negative";
}

/// What is asked of a category of VAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VatRule {
    /// 01: it is in the breakdown if it is on a line.
    Listed,
    /// 02: the numbers of seller and buyer that it needs, or forbids.
    Numbers,
    /// 05: its rate.
    Rate,
    /// 08: its base is the sum of what is treated so.
    Base,
    /// 09: its tax, where it has none.
    NoTax,
    /// 10: the reason for charging none.
    Reason,
    /// 11: of what is out of scope: nothing else is in the document; of intra-community supplies: when.
    Eleven,
    /// 12: of intra-community supplies: where to.
    Destination,
}

impl VatRule {
    const fn number(self) -> &'static str {
        match self {
            Self::Listed => "01",
            Self::Numbers => "02",
            Self::Rate => "05",
            Self::Base => "08",
            Self::NoTax => "09",
            Self::Reason => "10",
            Self::Eleven => "11",
            Self::Destination => "12",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Listed => "the VAT of every line is in the breakdown, once for each category and rate",
            Self::Numbers => "the numbers of seller and buyer are those that this treatment needs",
            Self::Rate => "the rate is one of this category",
            Self::Base => "the base is the sum of what is treated so",
            Self::NoTax => "an untaxed category has no tax",
            Self::Reason => "a reason is given where no VAT is charged for one, and only there",
            Self::Eleven => "what is out of scope stands alone; an intra-community supply has a day or a period",
            Self::Destination => "an intra-community supply says to which country it went",
        }
    }
}

/// A rule that is broken, and by what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {} ({detail})", rule.id(), rule.text())]
pub struct Violation {
    /// Which.
    pub rule: Rule,
    /// What breaks it, such as `line 2`.
    pub detail: String,
}

/// Every rule that a draft breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Violations(pub Vec<Violation>);

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, violation) in self.0.iter().enumerate() {
            let comma = if i > 0 { "; " } else { "" };
            write!(f, "{comma}{violation}")?;
        }
        Ok(())
    }
}

impl Violations {
    /// Is this rule among them?
    pub fn contains(&self, rule: Rule) -> bool {
        self.0.iter().any(|violation| violation.rule == rule)
    }

    /// Adds a violation.
    pub(crate) fn add(&mut self, rule: Rule, detail: impl Into<String>) {
        self.0.push(Violation { rule, detail: detail.into() });
    }

    /// Adds a violation unless `kept`.
    pub(crate) fn require(&mut self, kept: bool, rule: Rule, detail: impl Into<String>) {
        if !kept {
            self.add(rule, detail);
        }
    }
}
