//! Quantities of plugins in forms: in the unit that a person would use.

use innkeeper_domain::{Invalid, read_size};
use innkeeper_plugin_api::view::Unit;

use crate::view::{Field, Form};

/// The control of a quantity; what stands in it is read by [`read`].
pub fn control(form: &Form, name: &str, label: &str, unit: Unit) -> Field {
    match unit {
        Unit::Bytes => form.text(name, label).maxlength(40).help("With its unit, such as 10 GiB or 500 MiB."),
        Unit::DecimalBytes => form.text(name, label).maxlength(40).help("With its unit, such as 10 GB or 1.5 TB."),
        Unit::Pieces => form.number(name, label).min(0).help("How many."),
        Unit::Switch => form.number(name, label).min(0).max(1).help("1 for yes, 0 for no."),
    }
}

/// A quantity as it stands in its control: exactly, unlike where it is only shown.
pub fn typed(number: u64, unit: Unit) -> String {
    unit.scale().map_or_else(|| number.to_string(), |scale| scale.spell(number))
}

/// The quantity that was typed.
pub fn read(typed: &str, unit: Unit) -> Result<u64, Invalid> {
    match unit {
        Unit::Bytes | Unit::DecimalBytes => read_size(typed),
        Unit::Pieces => typed.trim().parse().map_err(|_| Invalid("must be a whole number, 0 or more")),
        Unit::Switch => match typed.trim() {
            "0" => Ok(0),
            "1" => Ok(1),
            _ => Err(Invalid("must be 1 for yes or 0 for no")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_control_holds_is_read_as_the_same() {
        for unit in [Unit::Bytes, Unit::DecimalBytes, Unit::Pieces] {
            for number in [0, 1, 1000, 1024, 3 << 29, 5_000_000_000, 12_345_678_901] {
                assert_eq!(read(&typed(number, unit), unit), Ok(number), "{number} {unit:?}");
            }
        }
        assert_eq!(typed(3 << 29, Unit::Bytes), "1.5 GiB");
        assert_eq!(typed(1_500_000_000, Unit::DecimalBytes), "1.5 GB");
    }

    #[test]
    fn nonsense_is_refused() {
        for (text, unit) in [("10", Unit::Bytes), ("1.5", Unit::Pieces), ("-1", Unit::Pieces), ("2", Unit::Switch)] {
            assert!(read(text, unit).is_err(), "{text} {unit:?}");
        }
    }
}
