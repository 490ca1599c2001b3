//! Signed domains. How the vendor answers is not documented: numbers are read as numbers or text.

use innkeeper_plugin_api::{
    DomainRef, Outcome, PluginCtx, PluginError, PluginResult, async_trait,
    registrar::{Dnssec, DnssecKey},
};
use serde_json::Value;

use crate::client::Client;
use crate::convert::{field, wire_name};
use crate::registrar::DonDominio;
use crate::replies::{Signer, Signers};

#[async_trait]
impl Dnssec for DonDominio {
    async fn keys(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<DnssecKey>, PluginError> {
        let signers = signers(&self.client(ctx)?, &wire_name(&domain.name)?).await?;
        signers.iter().map(key).collect()
    }

    async fn set_keys(&self, ctx: &PluginCtx, domain: &DomainRef, keys: &[DnssecKey]) -> PluginResult<()> {
        let client = self.client(ctx)?;
        let name = wire_name(&domain.name)?;
        let known = signers(&client, &name).await?;
        let there = known.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        // New keys first: a signed domain is never without one that counts.
        for key in keys.iter().filter(|key| !there.iter().any(|known| same(known, key))) {
            let fields = vec![
                field("domain", &name),
                field("name", label(key)),
                field("keytag", key.key_tag.to_string()),
                field("algorithm", key.algorithm.to_string()),
                field("digesttype", key.digest_type.to_string()),
                field("digest", &key.digest),
            ];
            let _: Value = client.change("domain/dnsseccreate", &fields).await?;
        }
        for (signer, key) in known.iter().zip(&there) {
            if !keys.iter().any(|wanted| same(wanted, key)) {
                let fields = vec![field("domain", &name), field("name", &signer.name)];
                let _: Value = client.change("domain/dnssecdelete", &fields).await?;
            }
        }
        Ok(Outcome::Done(()))
    }
}

async fn signers(client: &Client<'_>, name: &str) -> Result<Vec<Signer>, PluginError> {
    let found: Signers = client.read("domain/getdnssec", &vec![field("domain", name)]).await?;
    Ok(found.dnssec)
}

fn key(signer: &Signer) -> Result<DnssecKey, PluginError> {
    let wrong =
        |what: &str| PluginError::temporary(format!("domain/getdnssec: {what} of {} is no number", signer.name));
    Ok(DnssecKey {
        key_tag: signer.keytag.parse().map_err(|_| wrong("the key tag"))?,
        algorithm: signer.algorithm.parse().map_err(|_| wrong("the algorithm"))?,
        digest_type: signer.digesttype.parse().map_err(|_| wrong("the digest type"))?,
        digest: signer.digest.clone(),
    })
}

fn same(one: &DnssecKey, other: &DnssecKey) -> bool {
    let numbers = |key: &DnssecKey| (key.key_tag, key.algorithm, key.digest_type);
    numbers(one) == numbers(other) && one.digest.eq_ignore_ascii_case(&other.digest)
}

/// Two keys may have one tag: the name tells them apart.
fn label(key: &DnssecKey) -> String {
    let digest: String = key.digest.chars().take(8).collect();
    format!("k{}-{}-{}-{}", key.key_tag, key.algorithm, key.digest_type, digest.to_lowercase())
}
