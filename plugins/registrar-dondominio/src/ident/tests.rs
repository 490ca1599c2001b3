use proptest::prelude::*;

use super::*;

fn right(number: &str) -> Option<(Holder, bool)> {
    read(&normalize(number)).map(|found| (found.holder, found.control_is_right))
}

#[test]
fn known_numbers() {
    for person in ["12345678Z", "00000000T", "X1234567L", "Y1234567X", "Z1234567R", "es 12.345.678-z", "K1234567L"] {
        assert_eq!(right(person), Some((Holder::Person, true)), "{person}");
    }
    for organization in ["A58818501", "B65410011", "P2807900B", "Q2818014I", "ES-A58818501"] {
        assert_eq!(right(organization), Some((Holder::Organization, true)), "{organization}");
    }
}

#[test]
fn a_wrong_control_is_told_from_a_strange_form() {
    assert_eq!(right("12345678A"), Some((Holder::Person, false)));
    assert_eq!(right("A58818502"), Some((Holder::Organization, false)));
    // The right value, but written as a letter where only a digit is given out.
    assert_eq!(right("A5881850A"), Some((Holder::Organization, false)));
    for strange in ["", "1234567Z", "123456789", "T1234567L", "DE123456789", "12345678É", "A5881850!", "I1234567A"] {
        assert_eq!(right(strange), None, "{strange}");
    }
}

proptest! {
    #[test]
    fn exactly_one_letter_fits_a_person(number in 0..100_000_000_u32) {
        let fitting = (b'A'..=b'Z')
            .filter(|letter| right(&format!("{number:08}{}", char::from(*letter))) == Some((Holder::Person, true)))
            .count();
        prop_assert_eq!(fitting, 1);
    }

    #[test]
    fn a_mistyped_digit_of_a_person_shows(number in 0..100_000_000_u32, place in 0..8_u32, add in 1..10_u32) {
        let letter = char::from(PERSON_LETTERS[(number % 23) as usize]);
        let power = 10_u32.pow(place);
        let digit = number / power % 10;
        let typo = number - digit * power + (digit + add) % 10 * power;
        prop_assert_eq!(right(&format!("{number:08}{letter}")), Some((Holder::Person, true)));
        prop_assert_eq!(right(&format!("{typo:08}{letter}")), Some((Holder::Person, false)));
    }

    #[test]
    fn a_foreigner_counts_as_the_number_with_its_digit(prefix in 0..3_u8, number in 0..10_000_000_u32) {
        let letter = char::from(PERSON_LETTERS[((u32::from(prefix) * 10_000_000 + number) % 23) as usize]);
        let nie = format!("{}{number:07}{letter}", char::from(b'X' + prefix));
        prop_assert_eq!(right(&nie), Some((Holder::Person, true)));
        let dni = format!("{prefix}{number:07}{letter}");
        prop_assert_eq!(right(&dni), Some((Holder::Person, true)));
    }

    #[test]
    fn an_organization_has_one_digit_or_one_letter_or_both(
        kind in prop::sample::select(b"ABCDEFGHJNPQRSUVW".to_vec()),
        number in 0..10_000_000_u32,
    ) {
        let fits = |control: &u8| {
            right(&format!("{}{number:07}{}", char::from(kind), char::from(*control)))
                == Some((Holder::Organization, true))
        };
        let by_digit = (b'0'..=b'9').filter(fits).count();
        let by_letter = (b'A'..=b'Z').filter(fits).count();
        let expected = match kind {
            b'N' | b'P' | b'Q' | b'R' | b'S' | b'W' => (0, 1),
            b'A' | b'B' | b'E' | b'H' => (1, 0),
            _ => (1, 1),
        };
        prop_assert_eq!((by_digit, by_letter), expected);
    }

    #[test]
    fn a_mistyped_digit_of_an_organization_shows(number in 0..10_000_000_u32, place in 0..7_u32, add in 1..10_u32) {
        let control = |number: u32| {
            (b'0'..=b'9').find(|c| right(&format!("B{number:07}{}", char::from(*c))) == Some((Holder::Organization, true)))
        };
        let power = 10_u32.pow(place);
        let digit = number / power % 10;
        let typo = number - digit * power + (digit + add) % 10 * power;
        prop_assert_ne!(control(number), control(typo));
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in ".{0,20}") {
        let _ = read(&normalize(&text));
    }
}
