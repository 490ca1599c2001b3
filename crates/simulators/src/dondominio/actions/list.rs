//! `domain/list` and `domain/listdeleted`.

use serde_json::{Value, json};

use super::super::domain::Domain;
use super::super::fault::Outcome;
use super::super::world::World;
use super::read::{INFO_TYPES, add};
use super::{Call, page};

pub(super) fn domains(world: &mut World, call: &Call<'_>) -> Outcome {
    let params = call.params;
    let filter = Filter {
        domain: params.get("domain").map(str::to_lowercase),
        word: params.get("word").map(str::to_lowercase),
        tld: params.get("tld").map(|tld| tld.trim_start_matches('.').to_lowercase()),
        renewable: params.flag("renewable")?,
        owner: params.get("owner").map(str::to_uppercase),
        tag: params.get("tag").map(str::to_owned),
        status: params.get("status").map(str::to_owned),
        verification: params.get("ownerverification").map(str::to_owned),
        renewal_mode: params.get("renewalMode").map(str::to_owned),
    };
    let kind = params.one_of("infoType", INFO_TYPES)?.unwrap_or_default();
    world.settle_all(call.now);
    let kept: Vec<&Domain> = world.domains.values().filter(|domain| filter.keeps(domain)).collect();
    let (info, kept) = page(kept, params)?;
    let rows: Vec<Value> = kept.into_iter().map(|domain| add(world, domain, kind)).collect();
    Ok(json!({"queryInfo": info, "domains": rows}))
}

/// What `domain/list` can be narrowed by.
struct Filter {
    domain: Option<String>,
    word: Option<String>,
    tld: Option<String>,
    renewable: Option<bool>,
    owner: Option<String>,
    tag: Option<String>,
    status: Option<String>,
    verification: Option<String>,
    renewal_mode: Option<String>,
}

impl Filter {
    fn keeps(&self, domain: &Domain) -> bool {
        fn is(wanted: Option<&String>, value: &str) -> bool {
            wanted.is_none_or(|wanted| wanted == value)
        }
        let word = self.word.as_deref().unwrap_or_default();
        let tagged = |tag: &String| domain.tag.split(',').any(|own| own.trim() == tag);
        is(self.domain.as_ref(), &domain.name)
            && domain.name.contains(word)
            && is(self.tld.as_ref(), &domain.tld)
            && self.renewable.is_none_or(|wanted| wanted == domain.is_renewable())
            && is(self.owner.as_ref(), &domain.contacts.owner)
            && self.tag.as_ref().is_none_or(tagged)
            && is(self.status.as_ref(), domain.status.word())
            && is(self.verification.as_ref(), domain.verification())
            && is(self.renewal_mode.as_ref(), &domain.renewal_mode)
    }
}

pub(super) fn deleted(world: &mut World, call: &Call<'_>) -> Outcome {
    world.settle_all(call.now);
    let row = |(name, day): (&String, &chrono::NaiveDate)| {
        let tld = name.split_once('.').map_or("", |(_, tld)| tld);
        json!({"name": name, "tld": tld, "tsDeleted": day.to_string(), "info": "expired"})
    };
    let rows: Vec<Value> = world.deleted.iter().map(row).collect();
    let (info, rows) = page(rows, call.params)?;
    Ok(json!({"queryInfo": info, "domains": rows}))
}
