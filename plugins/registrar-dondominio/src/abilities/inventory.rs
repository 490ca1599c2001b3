//! The domains of the account.

use innkeeper_plugin_api::{
    Page, PluginCtx, PluginError, async_trait,
    registrar::{DomainInventory, RemoteDomain},
};

use crate::convert::{self, field, from_vendor};
use crate::registrar::DonDominio;
use crate::replies::{Listed, Row};

/// Rows that are asked for at once.
const PAGE: usize = 500;

#[async_trait]
impl DomainInventory for DonDominio {
    async fn domains(&self, ctx: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteDomain>, PluginError> {
        self.listed(ctx, cursor, None).await
    }
    async fn with_owners(&self, ctx: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteDomain>, PluginError> {
        self.listed(ctx, cursor, Some("contact")).await
    }
}

impl DonDominio {
    /// A part of the list, with what `kind` adds to each row.
    async fn listed(
        &self,
        ctx: &PluginCtx,
        cursor: Option<&str>,
        kind: Option<&str>,
    ) -> Result<Page<RemoteDomain>, PluginError> {
        let client = self.client(ctx)?;
        let page: usize = cursor
            .unwrap_or("1")
            .parse()
            .map_err(|_| PluginError::invalid(format!("{cursor:?} is no place in the list of domains")))?;
        let mut fields = vec![field("pageLength", PAGE.to_string()), field("page", page.to_string())];
        fields.extend(kind.map(|kind| field("infoType", kind)));
        let found: Listed = client.read("domain/list", &fields).await?;
        let more = !found.domains.is_empty() && page.saturating_mul(PAGE) < found.query.total;
        Ok(Page {
            items: found.domains.into_iter().filter_map(held).collect(),
            next: more.then(|| (page + 1).to_string()),
        })
    }
}

fn held(row: Row) -> Option<RemoteDomain> {
    match row.name.parse() {
        Ok(name) => Some(RemoteDomain {
            name,
            state: convert::state(&row.base.status),
            remote_id: row.base.id,
            expires_on: row.base.expires,
            owner: row.owner.and_then(|owner| serde_json::from_value(owner).ok()).as_ref().map(from_vendor),
        }),
        Err(error) => {
            tracing::warn!(domain = row.name, %error, "the registrar lists a domain whose name cannot be read");
            None
        }
    }
}
