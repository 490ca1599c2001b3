//! The name of a plugin.

use anyhow::{Error, Result, bail};
use std::{fmt, str::FromStr};

/// Longer names make for lines that nobody can read.
const LONGEST: usize = 32;

/// A vendor's name, as folders and crates are called after it: `acme`, `big-cloud`.
#[derive(Clone, Debug)]
pub struct Name(String);

impl Name {
    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// In a crate's name within code: `big_cloud`.
    pub fn ident(&self) -> String {
        self.0.replace('-', "_")
    }
    /// For people: `Big Cloud`.
    pub fn title(&self) -> String {
        let words = self.0.split('-').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + rest
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

impl FromStr for Name {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let letters = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let words = text.split('-').all(|word| !word.is_empty() && letters(word));
        let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
        if !words || !begins || text.len() > LONGEST {
            bail!(
                "a name is made of small letters, digits and single hyphens, begins with a letter and has at most \
                 {LONGEST} characters, such as `acme` or `big-cloud`"
            );
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_and_written_in_three_ways() {
        let name: Name = "big-cloud2".parse().unwrap();
        assert_eq!((name.as_str(), &*name.ident(), &*name.title()), ("big-cloud2", "big_cloud2", "Big Cloud2"));
        let long = "a".repeat(33);
        for bad in ["", "-", "a-", "-a", "a--b", "2cloud", "Acme", "a_b", "a b", "ä", "../x", "a/b", &long] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }
}
