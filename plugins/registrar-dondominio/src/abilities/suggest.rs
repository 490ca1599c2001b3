//! Names that the vendor suggests.

use innkeeper_plugin_api::{
    Availability, PluginCtx, PluginError, async_trait,
    registrar::{Suggest, Suggestion},
};

use crate::convert::field;
use crate::registrar::DonDominio;
use crate::replies::Suggests;

/// Extensions that it suggests names of.
const TLDS: [&str; 9] = ["com", "net", "tv", "es", "cc", "org", "info", "biz", "eu"];

#[async_trait]
impl Suggest for DonDominio {
    async fn suggest(
        &self,
        ctx: &PluginCtx,
        term: &str,
        tlds: &[String],
        limit: usize,
    ) -> Result<Vec<Suggestion>, PluginError> {
        let client = self.client(ctx)?;
        let wanted: Vec<&str> =
            TLDS.into_iter().filter(|tld| tlds.is_empty() || tlds.iter().any(|one| one == tld)).collect();
        // Nothing but letters and digits can be looked for.
        if wanted.is_empty() || !term.chars().any(char::is_alphanumeric) {
            return Ok(vec![]);
        }
        let fields = vec![field("query", term.trim()), field("language", "en"), field("tlds", wanted.join(","))];
        let found: Suggests = client.read("tool/domainsuggests", &fields).await?;
        let names = found.suggests.into_iter().flat_map(|(label, free)| {
            let free = free.into_iter().filter(|(_, is_free)| *is_free);
            free.map(move |(tld, _)| format!("{label}.{tld}")).collect::<Vec<_>>()
        });
        let valid = names.filter_map(|name| name.parse().ok());
        Ok(valid.map(|name| Suggestion { name, availability: Availability::Available }).take(limit).collect())
    }
}
