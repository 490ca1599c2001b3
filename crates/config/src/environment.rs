//! Overriding single keys through environment variables.

use crate::error::Error;
use toml::{Table, Value};

pub(crate) const PREFIX: &str = "INNKEEPER_";

/// Variables with our prefix that are not keys: they name things needed before or beside a
/// configuration.
const NOT_KEYS: &[&str] = &["INNKEEPER_CONFIG", "INNKEEPER_POSTGRES_BIN", "INNKEEPER_TEST_DATABASE_URL"];

/// What the text of a variable becomes.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Flag,
    /// Separated by commas.
    List,
}

/// Every key, as it is written in a variable. A test compares it with the types.
const KEYS: &[(&str, Kind)] = &[
    ("listen", Kind::Text),
    ("base_url", Kind::Text),
    ("data_dir", Kind::Text),
    ("database.url", Kind::Text),
    ("database.max_connections", Kind::Number),
    ("security.key_file", Kind::Text),
    ("security.trusted_proxies", Kind::List),
    ("mail.transport", Kind::Text),
    ("mail.from", Kind::Text),
    ("mail.directory", Kind::Text),
    ("mail.smtp.host", Kind::Text),
    ("mail.smtp.port", Kind::Number),
    ("mail.smtp.username", Kind::Text),
    ("mail.smtp.password", Kind::Text),
    ("mail.smtp.tls", Kind::Text),
    ("mail.smtp.ca_file", Kind::Text),
    ("worker.concurrency", Kind::Number),
    ("worker.run_in_serve", Kind::Flag),
    ("worker.lease_seconds", Kind::Number),
    ("worker.blind_retry", Kind::Flag),
    ("tax.vies_url", Kind::Text),
    ("currencies.rates_url", Kind::Text),
    ("log.level", Kind::Text),
    ("log.format", Kind::Text),
];

/// Puts every variable with our prefix into `table`.
pub(crate) fn apply(table: &mut Table, environment: impl IntoIterator<Item = (String, String)>) -> Result<(), Error> {
    for (variable, text) in environment {
        let Some(name) = variable.strip_prefix(PREFIX) else { continue };
        if NOT_KEYS.contains(&variable.as_str()) {
            continue;
        }
        let wrong = |reason: String| Error::Environment { variable: variable.clone(), reason };
        let wanted = name.replace("__", ".").to_lowercase();
        let Some((path, kind)) = KEYS.iter().find(|(path, _)| *path == wanted) else {
            return Err(wrong(format!("there is no key {wanted}")));
        };
        let value = kind.read(&text).map_err(wrong)?;
        set(table, path, value).map_err(wrong)?;
        // Checked one by one, so that the error can name the variable.
        if let Err(error) = table.clone().try_into::<crate::Config>() {
            return Err(wrong(error.message().to_owned()));
        }
    }
    Ok(())
}

impl Kind {
    fn read(self, text: &str) -> Result<Value, String> {
        match self {
            Kind::Text => Ok(Value::String(text.to_owned())),
            Kind::Number => {
                let number = text.trim().parse::<i64>();
                number.map(Value::Integer).map_err(|_| format!("`{text}` is not a number"))
            }
            Kind::Flag => {
                let flag = text.trim().parse::<bool>();
                flag.map(Value::Boolean).map_err(|_| format!("`{text}` is neither true nor false"))
            }
            Kind::List => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Ok(Value::Array(parts.map(|part| Value::String(part.to_owned())).collect()))
            }
        }
    }
}

fn set(table: &mut Table, path: &str, value: Value) -> Result<(), String> {
    let Some((section, rest)) = path.split_once('.') else {
        table.insert(path.to_owned(), value);
        return Ok(());
    };
    let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    match inner {
        Value::Table(inner) => set(inner, rest, value),
        _ => Err(format!("{section} is not a section")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Secret};
    use std::collections::BTreeSet;

    fn paths(prefix: &str, table: &Table, found: &mut BTreeSet<String>) {
        for (key, value) in table {
            match value {
                Value::Table(inner) => paths(&format!("{prefix}{key}."), inner, found),
                _ => drop(found.insert(format!("{prefix}{key}"))),
            }
        }
    }

    fn keys_of_the_types() -> BTreeSet<String> {
        let mut full = Config { base_url: Some(String::new()), ..Config::default() };
        full.database.url = Some(Secret::new(""));
        full.security.key_file = Some("key".into());
        full.mail.directory = Some("mail".into());
        full.mail.smtp.port = Some(25);
        full.mail.smtp.username = Some(String::new());
        full.mail.smtp.password = Some(Secret::new(""));
        full.mail.smtp.ca_file = Some("ca.pem".into());
        let mut found = BTreeSet::new();
        paths("", &Table::try_from(&full).unwrap(), &mut found);
        found
    }

    #[test]
    fn the_list_is_that_of_the_types() {
        let listed: BTreeSet<String> = KEYS.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(listed, keys_of_the_types());
    }

    #[test]
    fn the_example_documents_every_key_and_states_the_defaults() {
        let example = include_str!("../../../config.example.toml");
        assert_eq!(toml::from_str::<Config>(example).unwrap(), Config::default());
        // `#key = …` is a key that has no default; `# text` is prose.
        let uncommented: Vec<&str> = example
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if rest.starts_with(|first: char| first.is_ascii_lowercase()) => rest,
                _ => line,
            })
            .collect();
        let uncommented = uncommented.join("\n");
        toml::from_str::<Config>(&uncommented).unwrap().validate().unwrap();
        let mut documented = BTreeSet::new();
        paths("", &toml::from_str(&uncommented).unwrap(), &mut documented);
        assert_eq!(documented, keys_of_the_types());
    }
}
