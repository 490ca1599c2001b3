//! IBANs: the check digits, and the usual way to print them.

/// Whether the check digits fit (ISO 7064, mod 97-10) and the shape is an IBAN's.
pub(crate) fn is_valid(iban: &str) -> bool {
    let iban = compact(iban);
    let (country, rest) = iban.split_at_checked(2).unwrap_or_default();
    let shape = (15..=34).contains(&iban.len())
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && rest.bytes().take(2).all(|byte| byte.is_ascii_digit())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    shape && remainder(&iban) == Some(1)
}

/// In groups of four.
pub(crate) fn grouped(iban: &str) -> String {
    let iban = compact(iban);
    let groups: Vec<String> = iban.chars().collect::<Vec<_>>().chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

fn compact(iban: &str) -> String {
    iban.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

/// The number that an IBAN stands for, its first four characters last, modulo 97.
fn remainder(iban: &str) -> Option<u32> {
    let (head, tail) = iban.split_at_checked(4)?;
    tail.chars().chain(head.chars()).try_fold(0, |sum: u32, c| {
        let value = c.to_digit(36)?;
        let shift = if value < 10 { 10 } else { 100 };
        Some((sum * shift + value) % 97)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_checked() {
        for good in ["ES91 2100 0418 4502 0005 1332", "DE89370400440532013000", "gb82 west 1234 5698 7654 32"] {
            assert!(is_valid(good), "{good}");
        }
        for bad in ["ES92 2100 0418 4502 0005 1332", "DE89370400440532013001", "", "ES91", "12345678901234567890", "ÉS"]
        {
            assert!(!is_valid(bad), "{bad}");
        }
    }

    #[test]
    fn printed_in_groups_of_four() {
        assert_eq!(grouped("es9121000418450200051332"), "ES91 2100 0418 4502 0005 1332");
    }
}
