//! The code lists of the norm, as far as they are used here.

/// What a document is (BT-3, UNTDID 1001).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A commercial invoice, 380.
    Invoice,
    /// A credit note, 381: its amounts are positive, and in the buyer's favour.
    CreditNote,
    /// A corrected invoice, 384: replaces one that was wrong.
    Corrective,
}

impl Kind {
    /// The code: `380`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invoice => "380",
            Self::CreditNote => "381",
            Self::Corrective => "384",
        }
    }
}

/// How VAT treats something (BT-118, BT-151; UNCL 5305).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Taxed at the standard or a reduced rate: `S`.
    Standard,
    /// Taxed at a rate of zero: `Z`.
    ZeroRated,
    /// Exempt, for a reason that must be given: `E`.
    Exempt,
    /// The buyer owes the tax: `AE`.
    ReverseCharge,
    /// Goods to a business in another member state: `K`.
    IntraCommunity,
    /// Exported, untaxed: `G`.
    Export,
    /// Outside of the scope of VAT: `O`. Such a document names no VAT number at all.
    OutOfScope,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 7] = [
        Self::Standard,
        Self::ZeroRated,
        Self::Exempt,
        Self::ReverseCharge,
        Self::IntraCommunity,
        Self::Export,
        Self::OutOfScope,
    ];

    /// The code: `AE`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard => "S",
            Self::ZeroRated => "Z",
            Self::Exempt => "E",
            Self::ReverseCharge => "AE",
            Self::IntraCommunity => "K",
            Self::Export => "G",
            Self::OutOfScope => "O",
        }
    }

    /// How the names of its rules begin: `BR-IC` for intra-community supplies.
    pub(crate) const fn rules(self) -> &'static str {
        match self {
            Self::IntraCommunity => "IC",
            other => other.code(),
        }
    }
}

/// What a quantity counts (BT-130, UN/ECE recommendation 20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Pieces: `C62`.
    One,
    /// Years: `ANN`.
    Year,
    /// Months: `MON`.
    Month,
    /// Weeks: `WEE`.
    Week,
    /// Days: `DAY`.
    Day,
    /// Hours: `HUR`.
    Hour,
    /// Gigabytes: `E34`.
    Gigabyte,
    /// Megabytes: `4L`.
    Megabyte,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 8] =
        [Self::One, Self::Year, Self::Month, Self::Week, Self::Day, Self::Hour, Self::Gigabyte, Self::Megabyte];

    /// The code: `C62`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::One => "C62",
            Self::Year => "ANN",
            Self::Month => "MON",
            Self::Week => "WEE",
            Self::Day => "DAY",
            Self::Hour => "HUR",
            Self::Gigabyte => "E34",
            Self::Megabyte => "4L",
        }
    }
}

/// ISO 3166-1 alpha-2, in alphabetical order.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
    TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Is it a country of ISO 3166-1, in capitals?
pub fn is_country(code: &str) -> bool {
    COUNTRIES.split_ascii_whitespace().any(|known| known == code)
}

/// Is it what a VAT number begins with: a country, `EL` for Greece or `XI` for Northern Ireland?
pub(crate) fn is_vat_prefix(code: &str) -> bool {
    is_country(code) || matches!(code, "EL" | "XI")
}

/// Reasons for which no VAT is charged (BT-121), as published for the norm.
const EXEMPTIONS: &str = "VATEX-EU-79-C \
    VATEX-EU-132 VATEX-EU-132-1A VATEX-EU-132-1B VATEX-EU-132-1C VATEX-EU-132-1D VATEX-EU-132-1E \
    VATEX-EU-132-1F VATEX-EU-132-1G VATEX-EU-132-1H VATEX-EU-132-1I VATEX-EU-132-1J VATEX-EU-132-1K \
    VATEX-EU-132-1L VATEX-EU-132-1M VATEX-EU-132-1N VATEX-EU-132-1O VATEX-EU-132-1P VATEX-EU-132-1Q VATEX-EU-143 \
    VATEX-EU-148 VATEX-EU-151 VATEX-EU-309 VATEX-EU-AE VATEX-EU-D VATEX-EU-F VATEX-EU-G VATEX-EU-I VATEX-EU-IC \
    VATEX-EU-J VATEX-EU-O VATEX-FR-FRANCHISE VATEX-FR-CNWVAT";

/// Is it a known code of a reason for which no VAT is charged?
pub(crate) fn is_exemption(code: &str) -> bool {
    EXEMPTIONS.split_ascii_whitespace().any(|known| known == code)
}

/// Is it a scheme of electronic addresses: `EM` (e-mail), or the four digits of ISO 6523 and the EAS list?
pub(crate) fn is_address_scheme(code: &str) -> bool {
    code == "EM" || (code.len() == 4 && code.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_countries_are_those_of_the_standard() {
        let all: Vec<&str> = COUNTRIES.split_ascii_whitespace().collect();
        assert_eq!(all.len(), 249);
        assert!(all.is_sorted() && all.iter().all(|code| code.len() == 2));
        assert!(is_country("ES") && is_country("GR") && !is_country("EL") && !is_country("es") && !is_country(""));
        assert!(is_vat_prefix("EL") && is_vat_prefix("XI") && !is_vat_prefix("XX"));
    }
}
