//! An example of a server plugin that sells no account: certificates. Ordering one is `create`, which waits
//! until the domain's owner has approved it by mail; revoking it is `terminate`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use innkeeper_plugin_api::{
    Account, AccountState, AccountStatus, Action, Audience, Created, Field, FieldKind, Implementation, Outcome, Plugin,
    PluginCtx, PluginError, PluginResult, Protection, Report, Role, Schemas, Secret, ServerOperation, ServerPlugin,
    async_trait, server::AccountActions,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::vendor::Vendor;

/// Id of the plugin.
pub const ID: &str = "example-certificates";
/// What stands before the @ of addresses that may approve a certificate.
const APPROVERS: [&str; 3] = ["admin", "hostmaster", "webmaster"];
const BEGIN: &str = "-----BEGIN CERTIFICATE REQUEST-----";
const END: &str = "-----END CERTIFICATE REQUEST-----";

/// An order at the authority.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Certificate {
    id: String,
    domain: String,
    approver: String,
    /// How often the mail was sent, and how often it was asked whether somebody answered.
    sent: u32,
    asked: u32,
}

impl Certificate {
    /// The owner answers the second time that somebody asks.
    fn is_issued(&self) -> bool {
        self.asked > 1
    }
    fn told(&self) -> Created {
        Created::new(self.id.as_str(), self.approver.as_str(), self.domain.as_str())
    }
}

type Orders = BTreeMap<String, Certificate>;

struct Authority {
    vendor: Vendor<Orders>,
}

/// The plugin.
pub fn plugin() -> Plugin {
    let about = "An example: certificates of an authority that lives in memory.";
    let authority = Arc::new(Authority { vendor: Vendor::default() });
    crate::plugin(ID, "Example certificates", about, Schemas::default(), Implementation::Server(authority))
}

/// Is it a signing request: its frame, and inside base64 of a DER sequence of the length that it says?
fn is_request(text: &str) -> bool {
    let inner = text.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    let Some(inner) = inner.map(|inner| inner.split_whitespace().collect::<String>()) else { return false };
    let Ok(der) = STANDARD.decode(inner) else { return false };
    let length = match der.get(1..4) {
        Some([0x82, high, low]) => 4 + usize::from(*high) * 256 + usize::from(*low),
        Some([0x81, low, _]) => 3 + usize::from(*low),
        Some([short @ 0..=0x7f, ..]) => 2 + usize::from(*short),
        _ => return false,
    };
    der.first() == Some(&0x30) && der.len() == length
}

impl Authority {
    async fn see(&self, ctx: &PluginCtx, account: &Account) -> Result<Option<Certificate>, PluginError> {
        self.vendor.with(ctx, |orders| Ok(orders.get(&account.reference).cloned())).await
    }
}

#[async_trait]
impl ServerPlugin for Authority {
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }
    fn order_fields(&self) -> Vec<Field> {
        let approvers = APPROVERS.map(|name| (name.to_owned(), format!("{name}@ the domain"))).to_vec();
        vec![
            Field::new("domain", "Domain", FieldKind::Text).role(Role::Domain),
            Field::new("request", "Signing request (CSR)", FieldKind::Multiline),
            Field::new("approver", "Who approves it", FieldKind::Choice(approvers)),
        ]
    }
    fn check_order(&self, fields: &BTreeMap<String, String>, _: Option<&Secret>) -> Result<(), PluginError> {
        match is_request(fields.get("request").map_or("", String::as_str)) {
            true => Ok(()),
            false => {
                let text = "The signing request must be the whole text, from BEGIN CERTIFICATE REQUEST to its END.";
                Err(PluginError::invalid("no signing request").public(text))
            }
        }
    }
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let count = self.vendor.with(ctx, |orders| Ok(orders.len())).await?;
        Ok(format!("the example authority, {count} certificates"))
    }
    async fn create(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let answer = |key: &str| account.fields.get(key).cloned().unwrap_or_default();
        let (domain, approver) = (answer("domain"), answer("approver"));
        let order = |orders: &mut Orders| {
            let fresh = Certificate {
                id: format!("c-{}", account.service_id),
                approver: format!("{approver}@{domain}"),
                domain,
                sent: 1,
                asked: 0,
            };
            Ok(orders.entry(account.reference.clone()).or_insert(fresh).clone())
        };
        let certificate = self.vendor.with(ctx, order).await?;
        Ok(match certificate.is_issued() {
            true => Outcome::Done(certificate.told()),
            false => Outcome::Pending {
                check_after: Duration::from_secs(5),
                progress: format!("it waits for an answer from {}", certificate.approver),
                reference: certificate.id,
            },
        })
    }
    async fn suspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Err(PluginError::unsupported("a certificate cannot be switched off: revoke it"))
    }
    async fn unsuspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Err(PluginError::unsupported("a certificate cannot be switched on"))
    }
    async fn terminate(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let revoke = |orders: &mut Orders| {
            orders.remove(&account.reference);
            Ok(())
        };
        self.vendor.with(ctx, revoke).await?;
        Ok(Outcome::Done(()))
    }
    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        let look = |orders: &mut Orders| {
            Ok(orders.get_mut(&account.reference).map(|certificate| {
                certificate.asked += 1;
                certificate.clone()
            }))
        };
        let Some(certificate) = self.vendor.with(ctx, look).await? else { return Ok(AccountStatus::absent()) };
        let state = if certificate.is_issued() { AccountState::Active } else { AccountState::Unfinished };
        let details = vec![("Approved by".to_owned(), certificate.approver.clone())];
        Ok(AccountStatus { state, account: Some(certificate.told()), details, usage: None })
    }
    fn actions(&self) -> Option<&dyn AccountActions> {
        Some(self)
    }
}

#[async_trait]
impl AccountActions for Authority {
    fn actions(&self) -> Vec<Action> {
        let action = |key: &str, label: &str| Action {
            key: key.to_owned(),
            label: label.to_owned(),
            audience: Audience::Client,
            confirm: None,
            destructive: false,
            fields: vec![],
            protection: Protection::NaturalKey,
        };
        vec![action("resend", "Send the mail of approval again"), action("show", "Show the certificate")]
    }
    async fn available(&self, ctx: &PluginCtx, account: &Account) -> Result<Vec<String>, PluginError> {
        let issued = self.see(ctx, account).await?.is_some_and(|certificate| certificate.is_issued());
        Ok(vec![if issued { "show" } else { "resend" }.to_owned()])
    }
    async fn run(
        &self,
        ctx: &PluginCtx,
        account: &Account,
        action: &str,
        _: &BTreeMap<String, String>,
    ) -> PluginResult<Report> {
        let certificate = self.see(ctx, account).await?.ok_or_else(|| PluginError::not_found("it was revoked"))?;
        if action == "show" {
            let text = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----", certificate.id);
            let data = vec![("Certificate".to_owned(), text.into())];
            return Ok(Outcome::Done(Report { message: format!("For {}.", certificate.domain), data }));
        }
        let send = |orders: &mut Orders| {
            orders.entry(account.reference.clone()).and_modify(|certificate| certificate.sent += 1);
            Ok(())
        };
        self.vendor.with(ctx, send).await?;
        Ok(Outcome::Done(Report::message(format!("It was sent to {} again.", certificate.approver))))
    }
    async fn ran(&self, _: &PluginCtx, _: &Account, _: &str) -> Result<Option<Report>, PluginError> {
        Ok(None)
    }
}
