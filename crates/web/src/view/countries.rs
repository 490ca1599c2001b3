//! Countries to choose from.

use innkeeper_plugin_api::Country;

use super::Choice;

/// Every country of ISO 3166, by its English name, after a choice that says nothing.
pub fn choices() -> Vec<Choice> {
    let all = Country::all().map(|country| Choice::new(country.code, country.name));
    std::iter::once(Choice::new("", "Please choose")).chain(all).collect()
}

/// The name of a country, or its code if it is not known.
pub fn name(code: &str) -> &str {
    Country::of(code).map_or(code, |country| country.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_can_be_chosen() {
        let values: Vec<String> = choices().into_iter().map(|choice| choice.value).collect();
        assert_eq!((values.len(), values[0].as_str()), (250, ""));
        assert_eq!((name("AT"), name("XX")), ("Austria", "XX"));
    }
}
