//! Kerio's password complexity rule.

/// The rule that `password` breaks, in words; `None` when it is strong enough.
pub fn violation(password: &str, minimum_length: usize, login_name: &str, full_name: &str) -> Option<&'static str> {
    if password.chars().count() < minimum_length {
        return Some("Password is too short.");
    }
    if classes(password) < 3 {
        return Some("Password does not meet complexity requirements.");
    }
    let lower = password.to_lowercase();
    let contains = |word: &str| !word.is_empty() && lower.contains(&word.to_lowercase());
    if contains(login_name) {
        return Some("Password must not contain the user name.");
    }
    let names = full_name.split(|c: char| !c.is_alphanumeric());
    if names.filter(|name| name.chars().count() > 2).any(contains) {
        return Some("Password must not contain a part of the full name.");
    }
    None
}

fn classes(password: &str) -> usize {
    let classes: [fn(char) -> bool; 4] =
        [char::is_lowercase, char::is_uppercase, char::is_numeric, |c| !c.is_alphanumeric()];
    classes.iter().filter(|class| password.chars().any(**class)).count()
}

#[cfg(test)]
mod tests {
    use super::violation;

    #[test]
    fn three_classes_of_four_and_no_names() {
        let check = |password| violation(password, 8, "bob", "Bob Example");
        assert_eq!(check("Tr4velling-Owl"), None);
        assert_eq!(check("Short1!"), Some("Password is too short."));
        assert!(check("lowercase-only").is_some());
        assert!(check("xBOB12345-z").is_some());
        assert!(check("my-Example-77").is_some());
    }
}
