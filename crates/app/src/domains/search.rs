//! Is a name to be had, and at which price?

use innkeeper_db::{
    domains,
    pricing::{self, PricedTld},
};
use innkeeper_domain::{Currency, DomainName, Money};
use innkeeper_plugin_api::{Availability, Registrar};
use serde_json::json;
use std::collections::BTreeMap;

use crate::{App, AppError, Result, plugins::Call};

/// Extensions tried for a bare word.
const SUGGESTIONS: usize = 8;

/// A name and what it costs.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// The name.
    pub name: DomainName,
    /// Can it be had? `Unreachable` too if the registrar did not answer.
    pub answer: Availability,
    /// Price of the shortest registration.
    pub register: Money,
    /// Price of a year's renewal.
    pub renew: Money,
    /// Price of a transfer.
    pub transfer: Money,
    /// Shortest registration in years.
    pub min_years: i32,
    /// Longest registration in years.
    pub max_years: i32,
}

/// Looks for `query`: a whole name, or a word that is tried with the first extensions on sale.
pub async fn search(app: &App, query: &str, currency: Currency) -> Result<Vec<SearchHit>> {
    let query = query.trim().to_lowercase();
    let named = query.contains('.');
    let wanted = if named { vec![query.split_once('.').map_or("", |(_, tld)| tld).to_owned()] } else { vec![] };
    let tlds = pricing::tlds(&mut *app.conn().await?, currency.code(), &wanted).await?;
    if tlds.is_empty() {
        return Err(AppError::invalid(
            "query",
            if named { "ends in an extension that is not offered" } else { "finds nothing: no extensions are on sale" },
        ));
    }
    let mut hits = vec![];
    for tld in tlds.iter().take(SUGGESTIONS) {
        let name = if named { query.clone() } else { format!("{query}.{}", tld.name) };
        hits.push(hit(name.parse().map_err(|e| AppError::invalid("query", e))?, tld, currency)?);
    }
    fill_in(app, &tlds, &mut hits).await?;
    if !named {
        let ideas = suggestions(app, &tlds, &query).await;
        for name in ideas {
            let tld = tlds.iter().find(|tld| tld.name == name.tld());
            if let (Some(tld), false) = (tld, hits.iter().any(|hit| hit.name == name)) {
                // Free a moment ago; asked again when it is put into the cart.
                hits.push(SearchHit { answer: Availability::Available, ..hit(name, tld, currency)? });
            }
        }
    }
    Ok(hits)
}

/// Free names that the registrars of these extensions suggest. One that fails suggests nothing.
async fn suggestions(app: &App, tlds: &[PricedTld], term: &str) -> Vec<DomainName> {
    let mut of_registrar: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for tld in tlds {
        of_registrar.entry(tld.plugin_id.as_str()).or_default().push(tld.name.clone());
    }
    let mut names = vec![];
    for (registrar, tlds) in of_registrar {
        match suggested(app, registrar, term, tlds).await {
            Ok(found) => names.extend(found),
            Err(error) => tracing::warn!(plugin = registrar, %error, "no suggestions"),
        }
    }
    names.truncate(SUGGESTIONS);
    names
}

async fn suggested(app: &App, registrar: &str, term: &str, tlds: Vec<String>) -> Result<Vec<DomainName>> {
    if !app.registrar_says(registrar, "suggests", |r: &dyn Registrar| r.suggest().is_some()).await? {
        return Ok(vec![]);
    }
    let plugin = app.plugins.registrar(registrar)?;
    let ctx = app.plugin_ctx(registrar, Default::default()).await?;
    let call = Call::new(registrar, "suggest", app.options.plugin_timeout).argument(json!([term, tlds]));
    let term = term.to_owned();
    let ask = move |ctx| async move {
        match plugin.suggest() {
            Some(ability) => ability.suggest(&ctx, &term, &tlds, SUGGESTIONS).await,
            None => Ok(vec![]),
        }
    };
    let found = app.call_plugin(call, &ctx, ask).await?;
    Ok(found.into_iter().filter(|one| one.availability == Availability::Available).map(|one| one.name).collect())
}

fn hit(name: DomainName, tld: &PricedTld, currency: Currency) -> Result<SearchHit> {
    let register = Money::new(tld.register, currency).checked_mul(i64::from(tld.min_years))?;
    Ok(SearchHit {
        name,
        answer: Availability::Unreachable,
        register,
        renew: Money::new(tld.renew, currency),
        transfer: Money::new(tld.transfer, currency),
        min_years: tld.min_years,
        max_years: tld.max_years,
    })
}

/// Asks each registrar once for all its names.
async fn fill_in(app: &App, tlds: &[PricedTld], hits: &mut [SearchHit]) -> Result<()> {
    let mut of_registrar: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, hit) in hits.iter().enumerate() {
        if let Some(tld) = tlds.iter().find(|t| t.name == hit.name.tld()) {
            of_registrar.entry(tld.plugin_id.as_str()).or_default().push(i);
        }
    }
    for (registrar, members) in of_registrar {
        let names: Vec<DomainName> = members.iter().filter_map(|i| hits.get(*i)).map(|h| h.name.clone()).collect();
        let answers = match availability(app, registrar, &names).await {
            Ok(answers) => answers,
            Err(AppError::External(e)) => {
                tracing::warn!(plugin = registrar, error = %e, "names cannot be checked");
                continue;
            }
            Err(e) => return Err(e),
        };
        for (i, answer) in members.into_iter().zip(answers) {
            if let Some(hit) = hits.get_mut(i) {
                hit.answer = answer;
            }
        }
    }
    Ok(())
}

/// What a registrar says of names. One that somebody here has or ordered is taken, whatever it says.
pub(crate) async fn availability(app: &App, registrar: &str, names: &[DomainName]) -> Result<Vec<Availability>> {
    let texts: Vec<String> = names.iter().map(ToString::to_string).collect();
    let held = domains::held(&mut *app.conn().await?, &texts).await?;
    let plugin = app.plugins.registrar(registrar)?;
    let ctx = app.plugin_ctx(registrar, Default::default()).await?;
    let open: Vec<DomainName> = names.iter().filter(|n| !held.contains(&n.to_string())).cloned().collect();
    let mut answers = vec![];
    let batch = app.registrar_says(registrar, "batch", |r: &dyn Registrar| r.batch()).await?;
    for part in open.chunks(batch.max(1)) {
        let (plugin, part) = (plugin.clone(), part.to_vec());
        let names: Vec<String> = part.iter().map(ToString::to_string).collect();
        let call = Call::new(registrar, "check", app.options.plugin_timeout).argument(json!(names));
        answers.extend(app.call_plugin(call, &ctx, move |ctx| async move { plugin.check(&ctx, &part).await }).await?);
    }
    let mut answers = answers.into_iter();
    Ok(names
        .iter()
        .map(|n| {
            if held.contains(&n.to_string()) {
                Availability::Taken
            } else {
                answers.next().unwrap_or(Availability::Unsupported)
            }
        })
        .collect())
}
