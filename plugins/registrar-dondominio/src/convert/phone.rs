//! Phone numbers as `+CC.NUMBER`.

/// The international code of a country, by ISO 3166 alpha-2.
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

fn codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    CODES.split_ascii_whitespace().map(|entry| entry.split_at(2))
}

/// `+CC.NUMBER` from what people type: with or without separators, `+`, `00` or no country code at all (then it is a
/// number of `country`). `None` if there is no number in it or nobody knows its country.
pub(crate) fn to_vendor(typed: &str, country: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.chars().any(char::is_alphabetic) {
        return None;
    }
    if let Some((code, number)) = typed.strip_prefix('+').and_then(|rest| rest.split_once('.')) {
        return join(&digits(code), &digits(number));
    }
    let all = digits(typed);
    let own = codes().find(|(iso, _)| *iso == country).map(|(_, code)| code);
    if typed.starts_with('+') || all.starts_with("00") {
        let international = all.trim_start_matches('0');
        // No code begins with another one, so at most one fits.
        let code = codes().map(|(_, code)| code).find(|code| international.starts_with(code))?;
        return join(code, international.strip_prefix(code)?);
    }
    let own = own?;
    // In Italy and San Marino the first zero belongs to the number.
    let national = if matches!(own, "39" | "378") { all.as_str() } else { all.trim_start_matches('0') };
    join(own, national)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn join(code: &str, number: &str) -> Option<String> {
    let sensible = (1..=3).contains(&code.len()) && (4..=14).contains(&number.len());
    sensible.then(|| format!("+{code}.{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_usual_spelling() {
        let spanish = Some("+34.600111222".to_owned());
        for typed in [
            "+34.600111222",
            "+34 600 11 12 22",
            "0034 600-111-222",
            "600111222",
            "+34 (600) 111 222",
            "+34.600 111 222",
        ] {
            assert_eq!(to_vendor(typed, "ES"), spanish, "{typed}");
        }
        assert_eq!(to_vendor("030 901820", "DE").as_deref(), Some("+49.30901820"));
        assert_eq!(to_vendor("06 69812345", "IT").as_deref(), Some("+39.0669812345"));
        assert_eq!(to_vendor("+1 212 555 0100", "ES").as_deref(), Some("+1.2125550100"));
        assert_eq!(to_vendor("+351 21 000 0000", "ES").as_deref(), Some("+351.210000000"));
    }

    #[test]
    fn what_is_no_number() {
        for typed in ["", "call me", "+", "+34.", "12", "+999 12345678", "600111222x5"] {
            assert_eq!(to_vendor(typed, "ES"), None, "{typed}");
        }
        assert_eq!(to_vendor("600111222", "QQ"), None);
    }

    #[test]
    fn no_code_begins_with_another() {
        let mut all: Vec<&str> = codes().map(|(_, code)| code).collect();
        all.sort_unstable();
        all.dedup();
        for code in &all {
            assert!(!all.iter().any(|other| other != code && other.starts_with(code)), "{code}");
        }
        assert!(codes().all(|(iso, code)| iso.len() == 2 && code.bytes().all(|b| b.is_ascii_digit())));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_comes_out_well_formed_or_not_at_all(
            typed in "[+0-9 .()/a-z-]{0,24}",
            country in "[A-Z]{2}",
        ) {
            if let Some(sent) = to_vendor(&typed, &country) {
                let (code, number) = sent.strip_prefix('+').and_then(|rest| rest.split_once('.')).unwrap();
                prop_assert!((1..=3).contains(&code.len()) && (4..=14).contains(&number.len()));
                prop_assert!(code.bytes().chain(number.bytes()).all(|byte| byte.is_ascii_digit()));
                prop_assert_eq!(to_vendor(&sent, &country), Some(sent));
            }
        }
    }
}
