//! The operations, in the order of the trait.

use std::time::Duration;

use innkeeper_plugin_api::domain::DomainName;
use innkeeper_plugin_api::registrar::{
    AutoRenew, Balance, ContactHandles, Dnssec, DomainActions, DomainInventory, DomainZone, Glue, Handles, Purpose,
    Suggest, TransferProgress,
};
use innkeeper_plugin_api::{
    AuthCode, Availability, Contacts, DomainInfo, DomainRef, Field, Outcome, PluginCtx, PluginError, PluginResult,
    PriceList, Privacy, Protection, Registered, Registrar, RegistrarOperation, Registration, Renewal, Transfer,
    TransferLock, async_trait,
};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::abilities::{AUTOMATIC, set_renewal};
use crate::client::{Client, MAX_CONNECTIONS};
use crate::codes;
use crate::convert::{self, Stage, field, nameserver_field, order_fields, wire_name};
use crate::replies::{AccountInfo, Checked, CheckedName, CheckedTransfer, Nameservers, Ordered};

mod contacts;
mod lookup;

use lookup::{add_years, first_look, pending, settled};
pub(crate) use lookup::{find, ours};

/// Registrations take seconds to minutes.
const REGISTRATION_CHECK: Duration = Duration::from_secs(30);
/// Transfers take hours to days.
const TRANSFER_CHECK: Duration = Duration::from_secs(15 * 60);

/// The registrar. It holds nothing but the places for connections.
#[derive(Debug)]
pub(crate) struct DonDominio {
    connections: Semaphore,
}

impl Default for DonDominio {
    fn default() -> Self {
        Self { connections: Semaphore::new(MAX_CONNECTIONS) }
    }
}

impl DonDominio {
    pub(crate) fn client<'a>(&'a self, ctx: &'a PluginCtx) -> Result<Client<'a>, PluginError> {
        Client::new(ctx, &self.connections)
    }
}

#[async_trait]
impl Registrar for DonDominio {
    /// Money moves only where the vendor refuses a second time by itself: a domain is registered or transferred once,
    /// and a renewal names the expiry it starts from. The rest sets an absolute state.
    fn protection(&self, _: RegistrarOperation) -> Protection {
        Protection::NaturalKey
    }

    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let account: AccountInfo = self.client(ctx)?.read("account/info", &vec![]).await?;
        let amount = |value| match convert::money(value, &account.currency) {
            Some(money) => money.to_string(),
            None => format!("{value} {}", account.currency),
        };
        let low = if account.balance < account.threshold { ", which is low: please top up" } else { "" };
        Ok(format!("Connected as {}; the balance is {}{low}.", account.client_name, amount(account.balance)))
    }

    async fn check(&self, ctx: &PluginCtx, names: &[DomainName]) -> Result<Vec<Availability>, PluginError> {
        let client = self.client(ctx)?;
        let mut answers = Vec::with_capacity(names.len());
        // One after the other: the vendor blocks accounts that check in bulk.
        for name in names {
            answers.push(check_one(&client, name).await?);
        }
        Ok(answers)
    }

    async fn register(&self, ctx: &PluginCtx, registration: &Registration) -> PluginResult<Registered> {
        let client = self.client(ctx)?;
        let name = wire_name(&registration.domain.name)?;
        let mut fields = vec![field("domain", &name), field("period", registration.years.to_string())];
        fields.push(nameserver_field(&registration.nameservers, "parking")?);
        fields.extend(order_fields(&client.settings, registration)?);

        if let Some(status) = find(&client, &name).await?
            && let Some(outcome) = settled(&status, REGISTRATION_CHECK)?
        {
            return Ok(besides(&client, &name, registration, outcome).await);
        }
        match check_one(&client, &registration.domain.name).await? {
            Availability::Available => {}
            Availability::Premium { .. } if client.settings.register_premium => fields.push(field("premium", "true")),
            refused => return Err(not_registrable(&name, &refused)),
        }
        let ordered = match client.change::<Ordered>("domain/create", &fields).await {
            Err(error) if error.code.as_deref() == Some(codes::TAKEN) => {
                return lookup::ours_meanwhile(&client, &name, error, REGISTRATION_CHECK).await;
            }
            other => other?,
        };
        let outcome = first_look(&client, &name, ordered, REGISTRATION_CHECK).await?;
        Ok(besides(&client, &name, registration, outcome).await)
    }

    async fn renew(&self, ctx: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered> {
        let client = self.client(ctx)?;
        let name = wire_name(&renewal.domain.name)?;
        let goal = add_years(renewal.current_expiry, renewal.years);
        if let Some(done) = lookup::renewed(&client, &name, renewal.current_expiry, goal).await? {
            return Ok(Outcome::Done(done));
        }
        let fields = vec![
            field("domain", &name),
            field("curExpDate", renewal.current_expiry.to_string()),
            field("period", renewal.years.to_string()),
        ];
        match client.change::<Ordered>("domain/renew", &fields).await {
            Ok(ordered) => Ok(Outcome::Done(lookup::receipt("domain/renew", ordered)?)),
            Err(error) if error.code.as_deref() == Some("2100") => {
                // Two attempts at once: the other one may have moved the expiry.
                let done = lookup::renewed(&client, &name, renewal.current_expiry, goal).await?;
                done.map(Outcome::Done).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    async fn transfer(&self, ctx: &PluginCtx, transfer: &Transfer) -> PluginResult<Registered> {
        let client = self.client(ctx)?;
        let registration = &transfer.registration;
        let name = wire_name(&registration.domain.name)?;
        let mut fields = vec![field("domain", &name), field("foacontact", confirmed_by(&client.settings))];
        if let Some(code) = &transfer.auth_code {
            fields.push(field("authcode", code.reveal().trim()));
        }
        let restart = fields.clone();
        fields.push(nameserver_field(&registration.nameservers, "keepns")?);
        fields.extend(order_fields(&client.settings, registration)?);

        if let Some(status) = find(&client, &name).await? {
            if let Some(outcome) = settled(&status, TRANSFER_CHECK)? {
                return Ok(besides(&client, &name, registration, outcome).await);
            }
            if convert::stage(&status.base.status) == Stage::TransferFailed {
                let _: Value = client.change("domain/transferrestart", &restart).await?;
                return Ok(pending(status.base.id, TRANSFER_CHECK));
            }
        }
        let checked: Checked<CheckedTransfer> =
            client.read("domain/checkfortransfer", &vec![field("domain", &name)]).await?;
        if let Some(refused) = checked.domains.first().filter(|domain| !domain.transferavail) {
            let error = not_transferable(&name, &refused.reasons());
            return lookup::ours_meanwhile(&client, &name, error, TRANSFER_CHECK).await;
        }
        match client.change::<Ordered>("domain/transfer", &fields).await {
            Ok(ordered) => first_look(&client, &name, ordered, TRANSFER_CHECK).await,
            Err(error) if error.code.as_deref() == Some(codes::NOT_TRANSFERABLE) => {
                lookup::ours_meanwhile(&client, &name, error, TRANSFER_CHECK).await
            }
            Err(error) => Err(error),
        }
    }

    async fn info(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<DomainInfo, PluginError> {
        let found = find(&self.client(ctx)?, &wire_name(&domain.name)?).await?;
        Ok(found.map_or_else(DomainInfo::absent, convert::info))
    }

    async fn nameservers(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<String>, PluginError> {
        let fields = vec![field("domain", wire_name(&domain.name)?), field("infoType", "nameservers")];
        let found: Nameservers = self.client(ctx)?.read("domain/getinfo", &fields).await?;
        let mut rows = found.nameservers;
        rows.sort_by_key(|row| row.order);
        Ok(rows.into_iter().map(|row| row.name).collect())
    }

    async fn set_nameservers(&self, ctx: &PluginCtx, domain: &DomainRef, nameservers: &[String]) -> PluginResult<()> {
        let fields = vec![field("domain", wire_name(&domain.name)?), nameserver_field(nameservers, "default")?];
        let _: Value = self.client(ctx)?.change("domain/updatenameservers", &fields).await?;
        Ok(Outcome::Done(()))
    }

    async fn contacts(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Contacts, PluginError> {
        contacts::read(&self.client(ctx)?, &wire_name(&domain.name)?).await
    }

    async fn set_contacts(&self, ctx: &PluginCtx, domain: &DomainRef, contacts: &Contacts) -> PluginResult<()> {
        contacts::write(&self.client(ctx)?, &domain.name, contacts).await
    }

    fn attributes(&self, tld: &str, _: Purpose) -> Vec<Field> {
        convert::questions(tld)
    }

    fn suggest(&self) -> Option<&dyn Suggest> {
        Some(self)
    }
    fn transfer_progress(&self) -> Option<&dyn TransferProgress> {
        Some(self)
    }
    fn transfer_lock(&self) -> Option<&dyn TransferLock> {
        Some(self)
    }
    fn auth_code(&self) -> Option<&dyn AuthCode> {
        Some(self)
    }
    fn contact_handles(&self) -> Option<&dyn ContactHandles> {
        Some(self)
    }
    fn privacy(&self) -> Option<&dyn Privacy> {
        Some(self)
    }
    fn auto_renew(&self) -> Option<&dyn AutoRenew> {
        Some(self)
    }
    fn glue(&self) -> Option<&dyn Glue> {
        Some(self)
    }
    fn zone(&self) -> Option<&dyn DomainZone> {
        Some(self)
    }
    fn dnssec(&self) -> Option<&dyn Dnssec> {
        Some(self)
    }
    fn price_list(&self) -> Option<&dyn PriceList> {
        Some(self)
    }
    fn inventory(&self) -> Option<&dyn DomainInventory> {
        Some(self)
    }
    fn balance(&self) -> Option<&dyn Balance> {
        Some(self)
    }
    fn actions(&self) -> Option<&dyn DomainActions> {
        Some(self)
    }
}

/// Who gets the mail that confirms a transfer.
pub(crate) fn confirmed_by(settings: &crate::Settings) -> &'static str {
    match settings.transfer_mail {
        crate::TransferMail::Owner => "owner",
        crate::TransferMail::Admin => "admin",
    }
}

async fn check_one(client: &Client<'_>, name: &DomainName) -> Result<Availability, PluginError> {
    let Ok(wire) = wire_name(name) else {
        return Ok(Availability::Invalid { reason: "not a valid domain name".into() });
    };
    let fields = vec![field("domain", wire)];
    let checked = match client.read::<Checked<CheckedName>>("domain/check", &fields).await {
        Ok(checked) => checked,
        Err(error) => {
            return match error.code.as_deref() {
                Some(codes::NO_SUCH_EXTENSION) => Ok(Availability::Unsupported),
                Some(codes::BAD_NAME) => {
                    Ok(Availability::Invalid { reason: "not a name that the registry accepts".into() })
                }
                _ => Err(error),
            };
        }
    };
    let Some(found) = checked.domains.first() else {
        return Err(PluginError::temporary(format!("domain/check: the answer does not speak of {name}")));
    };
    Ok(match found {
        CheckedName { available: false, .. } => Availability::Taken,
        CheckedName { premium: true, price, currency, .. } => {
            let price = price.zip(currency.as_deref());
            Availability::Premium { price: price.and_then(|(price, currency)| convert::money(price, currency)) }
        }
        _ => Availability::Available,
    })
}

fn not_registrable(name: &str, availability: &Availability) -> PluginError {
    match availability {
        Availability::Premium { .. } => {
            PluginError::declined(format!("{name} is a premium name, and the settings do not allow to register those"))
                .code("2011")
                .public("This is a premium domain. Please contact us for its price.")
        }
        Availability::Unsupported => {
            PluginError::unsupported(format!("DonDominio does not sell the extension of {name}"))
                .code(codes::NO_SUCH_EXTENSION)
                .public("This extension is not offered.")
        }
        Availability::Invalid { reason } => PluginError::invalid(format!("{name}: {reason}"))
            .code(codes::BAD_NAME)
            .public("This is not a valid domain name."),
        Availability::Unreachable => PluginError::temporary(format!("{name}: the registry could not be asked")),
        Availability::Taken | Availability::Available => {
            PluginError::declined(format!("{name} is taken")).code(codes::TAKEN).public("This domain is taken.")
        }
    }
}

fn not_transferable(name: &str, reasons: &str) -> PluginError {
    PluginError::declined(format!("{name} cannot be transferred: {reasons}"))
        .code(codes::NOT_TRANSFERABLE)
        .public("This domain cannot be transferred at the moment. It may be locked or not registered.")
}

/// What an order wants besides of a domain that is live; the registry takes no changes before. The domain is ours whether
/// or not this succeeds: the host sees in `info` what came of it.
async fn besides(
    client: &Client<'_>,
    name: &str,
    order: &Registration,
    outcome: Outcome<Registered>,
) -> Outcome<Registered> {
    if matches!(outcome, Outcome::Done(_))
        && let Err(error) = put_right(client, name, order).await
    {
        tracing::warn!(domain = name, %error, "whois privacy and renewal are not as they were ordered");
    }
    outcome
}

async fn put_right(client: &Client<'_>, name: &str, order: &Registration) -> Result<(), PluginError> {
    let Some(status) = find(client, name).await? else { return Ok(()) };
    if order.privacy && status.whois_privacy == Some(false) {
        let fields = vec![field("domain", name), field("updateType", "whoisPrivacy"), field("whoisPrivacy", "true")];
        let _: Value = client.change("domain/update", &fields).await?;
    }
    // The vendor renews every new domain by itself, whether or not its owner pays us.
    match status.renewal_mode.as_deref().map(|mode| mode == AUTOMATIC) {
        Some(is_automatic) if is_automatic != order.auto_renew => set_renewal(client, name, order.auto_renew).await,
        _ => Ok(()),
    }
}

#[async_trait]
impl ContactHandles for DonDominio {
    async fn handles(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Handles, PluginError> {
        contacts::handles(&self.client(ctx)?, &domain.name).await
    }
    async fn use_handles(&self, ctx: &PluginCtx, domain: &DomainRef, handles: &Handles) -> PluginResult<()> {
        contacts::use_handles(&self.client(ctx)?, &domain.name, handles).await
    }
}
