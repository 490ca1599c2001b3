//! The shapes of Kerio's values. Every member of a nested value must be sent, so a set call
//! with an incomplete one is refused.

use serde_json::Value;

/// What a value must look like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// true or false
    Bool,
    /// a whole number
    Int,
    /// a string
    Text,
    /// one of these strings
    OneOf(&'static [&'static str]),
    /// a list of such values
    List(&'static Shape),
    /// an object with at least these members
    Struct(&'static [(&'static str, Shape)]),
}

/// `{value, units}`
pub const BYTES: Shape = Shape::Struct(&[("value", Shape::Int), ("units", Shape::OneOf(UNITS))]);
/// `{isActive, limit: {value, units}}`
pub const SIZE_LIMIT: Shape = Shape::Struct(&[("isActive", Shape::Bool), ("limit", BYTES)]);
/// `{isActive, limit}`
pub const COUNT_LIMIT: Shape = Shape::Struct(&[("isActive", Shape::Bool), ("limit", Shape::Int)]);
/// `{id}`; the name beside it is read-only
pub const ENTITY: Shape = Shape::Struct(&[("id", Shape::Text)]);
/// `{isEnabled, days}`
const AFTER_DAYS: Shape = Shape::Struct(&[("isEnabled", Shape::Bool), ("days", Shape::Int)]);
/// when old items are cleaned out
pub const CLEAN_OUT: Shape = Shape::Struct(&[
    ("isUsedDomain", Shape::Bool),
    ("deletedItems", AFTER_DAYS),
    ("junkEmail", AFTER_DAYS),
    ("sentItems", AFTER_DAYS),
    ("autoDelete", AFTER_DAYS),
]);
/// `{mode, emailAddresses}`
pub const FORWARDING: Shape = Shape::Struct(&[
    ("mode", Shape::OneOf(&["UForwardNone", "UForwardYes", "UForwardDeliver"])),
    ("emailAddresses", Shape::List(&Shape::Text)),
]);
/// `{userRole, publicFolderRight, archiveFolderRight}`
pub const ROLE: Shape = Shape::Struct(&[
    ("userRole", Shape::OneOf(&["UserRole", "Auditor", "AccountAdmin", "FullAdmin"])),
    ("publicFolderRight", Shape::Bool),
    ("archiveFolderRight", Shape::Bool),
]);

/// Kerio's units, each 1024 times the one before.
pub const UNITS: &[&str] = &["Bytes", "KiloBytes", "MegaBytes", "GigaBytes", "TeraBytes", "PetaBytes"];

impl Shape {
    /// Whether `value` has this shape.
    pub fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Bool => value.is_boolean(),
            Self::Int => value.is_i64(),
            Self::Text => value.is_string(),
            Self::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Self::List(item) => value.as_array().is_some_and(|items| items.iter().all(|value| item.fits(value))),
            Self::Struct(members) => {
                members.iter().all(|(name, shape)| value.get(name).is_some_and(|value| shape.fits(value)))
            }
        }
    }
}

/// The bytes of a `{value, units}`, if it is one.
pub fn bytes_of(value: &Value) -> Option<i64> {
    let units = value.get("units")?.as_str()?;
    let power = UNITS.iter().position(|name| *name == units)?;
    let factor = 1024_i64.checked_pow(u32::try_from(power).ok()?)?;
    value.get("value")?.as_i64()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_incomplete_nested_value_does_not_fit() {
        assert!(SIZE_LIMIT.fits(&json!({"isActive":true,"limit":{"value":5,"units":"GigaBytes"}})));
        assert!(!SIZE_LIMIT.fits(&json!({"isActive":true})));
        assert!(!SIZE_LIMIT.fits(&json!({"isActive":true,"limit":{"value":5,"units":"Gigs"}})));
    }

    #[test]
    fn units_are_powers_of_1024() {
        assert_eq!(bytes_of(&json!({"value":3,"units":"KiloBytes"})), Some(3072));
        assert_eq!(bytes_of(&json!(3)), None);
    }
}
