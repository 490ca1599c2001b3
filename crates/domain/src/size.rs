//! Sizes in bytes, as people type them and read them back.

use crate::Invalid;

/// In which steps sizes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Steps of 1024: KiB, MiB, GiB. Memory and disks.
    Binary,
    /// Steps of 1000: kB, MB, GB. Traffic.
    Decimal,
}

/// Units with their bytes, the largest first.
const BINARY: [(&str, u64); 7] = [
    ("EiB", 1 << 60),
    ("PiB", 1 << 50),
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];
const DECIMAL: [(&str, u64); 7] = [
    ("EB", 1_000_000_000_000_000_000),
    ("PB", 1_000_000_000_000_000),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

impl Scale {
    const fn units(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Binary => &BINARY,
            Self::Decimal => &DECIMAL,
        }
    }

    /// Exactly this size, in the largest unit that needs at most three decimal places: `1.5 GiB`, `1025 MiB`.
    /// [`read_size`] gives the same size again.
    pub fn spell(self, bytes: u64) -> String {
        if bytes == 0 {
            let small = if self == Self::Binary { "MiB" } else { "MB" };
            return format!("0 {small}");
        }
        let exact = |step: u64| {
            let thousandths = u128::from(bytes % step) * 1000;
            let step_wide = u128::from(step);
            (bytes >= step && thousandths % step_wide == 0).then(|| (bytes / step, thousandths / step_wide))
        };
        let fits = self.units().iter().find_map(|(unit, step)| Some((unit, exact(*step)?)));
        match fits {
            Some((unit, (whole, 0))) => format!("{whole} {unit}"),
            Some((unit, (whole, part))) => format!("{whole}.{} {unit}", format!("{part:03}").trim_end_matches('0')),
            None => format!("{bytes} B"),
        }
    }
}

/// A size as it was typed: a number with a point at most, and a unit of either scale in any case, `1.5 GiB`,
/// `500mb`. Zero needs no unit; any other number does, for nobody means single bytes. Never rounds.
pub fn read_size(typed: &str) -> Result<u64, Invalid> {
    const FORM: Invalid = Invalid("must be a number and its unit, such as 10 GiB, 1.5 TB or 500 MiB");
    const PARTS: Invalid = Invalid("must be a whole number of bytes: use fewer decimal places or a smaller unit");
    const LARGE: Invalid = Invalid("must be less than 16 EiB");
    let typed = typed.trim();
    let end = typed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(typed.len());
    let (number, unit) = (&typed[..end], typed[end..].trim());
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || part.is_empty() || part.contains('.') {
        return Err(FORM);
    }
    let whole: u128 = whole.parse().map_err(|_| LARGE)?;
    let part = part.trim_end_matches('0');
    let mut units = BINARY.iter().chain(&DECIMAL);
    let step = match units.find(|(name, _)| name.eq_ignore_ascii_case(unit)) {
        Some((_, step)) => u128::from(*step),
        None if unit.is_empty() && whole == 0 && part.is_empty() => return Ok(0),
        None => return Err(FORM),
    };
    // More places than a unit has bytes cannot come out whole; so many fit the arithmetic, too.
    if part.len() > 18 {
        return Err(PARTS);
    }
    let numerator = if part.is_empty() { 0 } else { part.parse::<u128>().map_err(|_| FORM)? };
    let denominator = 10_u128.pow(u32::try_from(part.len()).map_err(|_| PARTS)?);
    let below = numerator * step;
    if !below.is_multiple_of(denominator) {
        return Err(PARTS);
    }
    let bytes = whole.checked_mul(step).and_then(|bytes| bytes.checked_add(below / denominator));
    bytes.and_then(|bytes| u64::try_from(bytes).ok()).ok_or(LARGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_type() {
        for (typed, bytes) in [
            ("10 GiB", 10 << 30),
            ("10GB", 10_000_000_000),
            (" 1.5 gib ", 3 << 29),
            ("0.5 kb", 500),
            ("512 B", 512),
            ("0", 0),
            ("0.000 TB", 0),
            ("007 MiB", 7 << 20),
            ("1.50 TB", 1_500_000_000_000),
        ] {
            assert_eq!(read_size(typed), Ok(bytes), "{typed}");
        }
    }

    #[test]
    fn nonsense_is_refused_and_says_how_it_should_be() {
        let form =
            ["", " ", "GiB", "10", "1 000 MB", "1,5 GB", "1.5.5 GB", ".5 GB", "5. GB", "-1 GB", "+1 GB", "1 Gb it"];
        for typed in form.into_iter().chain(["1e3 MB", "0x10 MB", "10 GiB!", "ten GB", "10 \u{a0}", "١ GB", "NaN GB"])
        {
            let fault = read_size(typed).unwrap_err().to_string();
            assert!(fault.contains("such as 10 GiB"), "{typed}: {fault}");
        }
        for typed in ["1.5 B", "0.0001 kB", "1.0000000001 GiB", "0.0000000000000000001 EiB"] {
            assert!(read_size(typed).unwrap_err().to_string().contains("whole number of bytes"), "{typed}");
        }
        for typed in ["16 EiB", "99999999999999999999 GB", "9".repeat(60).as_str()] {
            let unit = if typed.ends_with('B') { "" } else { " B" };
            assert!(read_size(&format!("{typed}{unit}")).unwrap_err().to_string().contains("less than"), "{typed}");
        }
    }

    #[test]
    fn sizes_are_spelled_in_the_unit_that_fits() {
        for (bytes, binary, decimal) in [
            (0, "0 MiB", "0 MB"),
            (1, "1 B", "1 B"),
            (3 << 29, "1.5 GiB", "1610612.736 kB"),
            (1025 << 20, "1025 MiB", "1074790.4 kB"),
            (1_500_000_000, "1464843.75 KiB", "1.5 GB"),
            (u64::MAX, "18446744073709551615 B", "18446744073709551.615 kB"),
        ] {
            assert_eq!((Scale::Binary.spell(bytes).as_str(), Scale::Decimal.spell(bytes).as_str()), (binary, decimal));
        }
    }

    proptest! {
        #[test]
        fn what_is_spelled_is_read_as_the_same(bytes: u64, shift in 0_u32..60) {
            for bytes in [bytes, bytes >> shift, (bytes >> shift) << (shift / 2)] {
                for scale in [Scale::Binary, Scale::Decimal] {
                    prop_assert_eq!(read_size(&scale.spell(bytes)), Ok(bytes));
                }
            }
        }

        #[test]
        fn a_whole_number_of_a_unit_is_exact(count in 0_u64..10_000, unit in 0_usize..14, space in " {0,2}") {
            let (name, step) = BINARY.iter().chain(&DECIMAL).nth(unit).unwrap();
            let expected = u128::from(count) * u128::from(*step);
            let read = read_size(&format!("{count}{space}{name}"));
            prop_assert_eq!(read.ok().map(u128::from), Some(expected).filter(|all| *all <= u128::from(u64::MAX)));
        }

        #[test]
        fn decimal_places_are_never_rounded(whole in 0_u64..1000, part in 0_u64..1_000_000) {
            let exact = whole * 1_000_000_000 + part * 1_000;
            prop_assert_eq!(read_size(&format!("{whole}.{part:06} GB")), Ok(exact));
        }

        #[test]
        fn whatever_is_typed_is_read_or_refused(typed in "\\PC{0,40}", number in "[0-9.]{0,60}", unit in "[kKmMgG]?i?[bB]?") {
            for typed in [typed, format!("{number} {unit}")] {
                if let Ok(bytes) = read_size(&typed) {
                    prop_assert_eq!(read_size(&Scale::Binary.spell(bytes)), Ok(bytes));
                }
            }
        }
    }
}
