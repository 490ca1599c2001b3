//! Countries: their codes, names, and how one calls there.

/// A country of ISO 3166.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Country {
    /// Its code of two capital letters: `AT`.
    pub code: &'static str,
    /// Its name in English.
    pub name: &'static str,
}

impl Country {
    /// All of them, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        LIST.split('|').filter_map(|entry| entry.split_once(' ')).map(|(code, name)| Self { code, name })
    }
    /// The country with this code, in capitals or not.
    pub fn of(code: &str) -> Option<Self> {
        Self::all().find(|country| country.code.eq_ignore_ascii_case(code.trim()))
    }
    /// The digits that calls to it begin with: `43`. None: nobody can be called there, or only by satellite.
    pub fn calling_code(self) -> Option<&'static str> {
        calling_code(self.code)
    }
}

/// The calling code of a country, or of a place that has one without being a country of ISO 3166: Kosovo, `XK`.
pub(crate) fn calling_code(country: &str) -> Option<&'static str> {
    calling_codes().find(|(code, _)| code.eq_ignore_ascii_case(country.trim())).map(|(_, digits)| digits)
}

/// Each country with its calling code. No code begins with another one.
pub(crate) fn calling_codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    CODES.split_ascii_whitespace().map(|entry| entry.split_at(2))
}

const LIST: &str = "\
AF Afghanistan|AX Åland Islands|AL Albania|DZ Algeria|AS American Samoa|\
AD Andorra|AO Angola|AI Anguilla|AQ Antarctica|AG Antigua and Barbuda|\
AR Argentina|AM Armenia|AW Aruba|AU Australia|AT Austria|\
AZ Azerbaijan|BS Bahamas|BH Bahrain|BD Bangladesh|BB Barbados|\
BY Belarus|BE Belgium|BZ Belize|BJ Benin|BM Bermuda|\
BT Bhutan|BO Bolivia|BQ Bonaire, Sint Eustatius and Saba|BA Bosnia and Herzegovina|BW Botswana|\
BV Bouvet Island|BR Brazil|IO British Indian Ocean Territory|BN Brunei|BG Bulgaria|\
BF Burkina Faso|BI Burundi|CV Cabo Verde|KH Cambodia|CM Cameroon|\
CA Canada|KY Cayman Islands|CF Central African Republic|TD Chad|CL Chile|\
CN China|CX Christmas Island|CC Cocos (Keeling) Islands|CO Colombia|KM Comoros|\
CG Congo|CD Congo, Democratic Republic|CK Cook Islands|CR Costa Rica|CI Côte d’Ivoire|\
HR Croatia|CU Cuba|CW Curaçao|CY Cyprus|CZ Czechia|\
DK Denmark|DJ Djibouti|DM Dominica|DO Dominican Republic|EC Ecuador|\
EG Egypt|SV El Salvador|GQ Equatorial Guinea|ER Eritrea|EE Estonia|\
SZ Eswatini|ET Ethiopia|FK Falkland Islands|FO Faroe Islands|FJ Fiji|\
FI Finland|FR France|GF French Guiana|PF French Polynesia|TF French Southern Territories|\
GA Gabon|GM Gambia|GE Georgia|DE Germany|GH Ghana|\
GI Gibraltar|GR Greece|GL Greenland|GD Grenada|GP Guadeloupe|\
GU Guam|GT Guatemala|GG Guernsey|GN Guinea|GW Guinea-Bissau|\
GY Guyana|HT Haiti|HM Heard and McDonald Islands|VA Holy See|HN Honduras|\
HK Hong Kong|HU Hungary|IS Iceland|IN India|ID Indonesia|\
IR Iran|IQ Iraq|IE Ireland|IM Isle of Man|IL Israel|\
IT Italy|JM Jamaica|JP Japan|JE Jersey|JO Jordan|\
KZ Kazakhstan|KE Kenya|KI Kiribati|KP Korea, North|KR Korea, South|\
KW Kuwait|KG Kyrgyzstan|LA Laos|LV Latvia|LB Lebanon|\
LS Lesotho|LR Liberia|LY Libya|LI Liechtenstein|LT Lithuania|\
LU Luxembourg|MO Macao|MG Madagascar|MW Malawi|MY Malaysia|\
MV Maldives|ML Mali|MT Malta|MH Marshall Islands|MQ Martinique|\
MR Mauritania|MU Mauritius|YT Mayotte|MX Mexico|FM Micronesia|\
MD Moldova|MC Monaco|MN Mongolia|ME Montenegro|MS Montserrat|\
MA Morocco|MZ Mozambique|MM Myanmar|NA Namibia|NR Nauru|\
NP Nepal|NL Netherlands|NC New Caledonia|NZ New Zealand|NI Nicaragua|\
NE Niger|NG Nigeria|NU Niue|NF Norfolk Island|MK North Macedonia|\
MP Northern Mariana Islands|NO Norway|OM Oman|PK Pakistan|PW Palau|\
PS Palestine|PA Panama|PG Papua New Guinea|PY Paraguay|PE Peru|\
PH Philippines|PN Pitcairn|PL Poland|PT Portugal|PR Puerto Rico|\
QA Qatar|RE Réunion|RO Romania|RU Russia|RW Rwanda|\
BL Saint Barthélemy|SH Saint Helena|KN Saint Kitts and Nevis|LC Saint Lucia|MF Saint Martin|\
PM Saint Pierre and Miquelon|VC Saint Vincent and the Grenadines|WS Samoa|SM San Marino|ST São Tomé and Príncipe|\
SA Saudi Arabia|SN Senegal|RS Serbia|SC Seychelles|SL Sierra Leone|\
SG Singapore|SX Sint Maarten|SK Slovakia|SI Slovenia|SB Solomon Islands|\
SO Somalia|ZA South Africa|GS South Georgia|SS South Sudan|ES Spain|\
LK Sri Lanka|SD Sudan|SR Suriname|SJ Svalbard and Jan Mayen|SE Sweden|\
CH Switzerland|SY Syria|TW Taiwan|TJ Tajikistan|TZ Tanzania|\
TH Thailand|TL Timor-Leste|TG Togo|TK Tokelau|TO Tonga|\
TT Trinidad and Tobago|TN Tunisia|TR Türkiye|TM Turkmenistan|TC Turks and Caicos Islands|\
TV Tuvalu|UG Uganda|UA Ukraine|AE United Arab Emirates|GB United Kingdom|\
US United States|UM United States Minor Outlying Islands|UY Uruguay|UZ Uzbekistan|VU Vanuatu|\
VE Venezuela|VN Vietnam|VG Virgin Islands, British|VI Virgin Islands, U.S.|WF Wallis and Futuna|\
EH Western Sahara|YE Yemen|ZM Zambia|ZW Zimbabwe";

/// From the numbering plan of the ITU (E.164), by ISO 3166 alpha-2.
const CODES: &str = "AC247 AD376 AE971 AF93 AG1 AI1 AL355 AM374 AO244 AR54 AS1 AT43 AU61 AW297 AX358 AZ994 BA387 BB1 \
BD880 BE32 BF226 BG359 BH973 BI257 BJ229 BL590 BM1 BN673 BO591 BQ599 BR55 BS1 BT975 BW267 BY375 BZ501 CA1 CC61 CD243 \
CF236 CG242 CH41 CI225 CK682 CL56 CM237 CN86 CO57 CR506 CU53 CV238 CW599 CX61 CY357 CZ420 DE49 DJ253 DK45 DM1 DO1 \
DZ213 EC593 EE372 EG20 EH212 ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 GA241 GB44 GD1 GE995 GF594 GG44 \
GH233 GI350 GL299 GM220 GN224 GP590 GQ240 GR30 GT502 GU1 GW245 GY592 HK852 HN504 HR385 HT509 HU36 ID62 IE353 IL972 \
IM44 IN91 IO246 IQ964 IR98 IS354 IT39 JE44 JM1 JO962 JP81 KE254 KG996 KH855 KI686 KM269 KN1 KP850 KR82 KW965 KY1 KZ7 \
LA856 LB961 LC1 LI423 LK94 LR231 LS266 LT370 LU352 LV371 LY218 MA212 MC377 MD373 ME382 MF590 MG261 MH692 MK389 ML223 \
MM95 MN976 MO853 MP1 MQ596 MR222 MS1 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31 \
NO47 NP977 NR674 NU683 NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PM508 PR1 PS970 PT351 PW680 PY595 QA974 RE262 \
RO40 RS381 RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SH290 SI386 SJ47 SK421 SL232 SM378 SN221 SO252 SR597 SS211 \
ST239 SV503 SX1 SY963 SZ268 TC1 TD235 TG228 TH66 TJ992 TK690 TL670 TM993 TN216 TO676 TR90 TT1 TV688 TW886 TZ255 UA380 \
UG256 US1 UY598 UZ998 VA39 VC1 VE58 VG1 VI1 VN84 VU678 WF681 WS685 XK383 YE967 YT262 ZA27 ZM260 ZW263";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_country_is_there_once() {
        let codes: Vec<&str> = Country::all().map(|country| country.code).collect();
        assert_eq!((codes.len(), codes.iter().collect::<BTreeSet<_>>().len()), (249, 249));
        assert!(codes.iter().all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())));
        assert_eq!(
            Country::of("at").map(|country| (country.name, country.calling_code())),
            Some(("Austria", Some("43")))
        );
        assert_eq!(Country::of("XX"), None);
        let none: Vec<&str> = Country::all().filter(|c| c.calling_code().is_none()).map(|c| c.code).collect();
        assert_eq!(none, ["AQ", "BV", "TF", "HM", "PN", "GS", "UM"], "nobody lives there, or nobody has a line");
    }

    #[test]
    fn no_code_begins_with_another() {
        let all: BTreeSet<&str> = calling_codes().map(|(_, code)| code).collect();
        for code in &all {
            assert!(!all.iter().any(|other| other != code && other.starts_with(code)), "{code}");
        }
        assert!(calling_codes().all(|(iso, code)| iso.len() == 2 && code.bytes().all(|b| b.is_ascii_digit())));
        let known = |iso: &str| Country::of(iso).is_some() || ["AC", "XK"].contains(&iso);
        assert!(calling_codes().all(|(iso, _)| known(iso)));
    }
}
