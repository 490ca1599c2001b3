//! The kinds of effect.

use innkeeper_db::effects::EffectRow;
use innkeeper_plugin_api::{Gateway, Protection, Registrar, RegistrarOperation, ServerOperation, ServerPlugin};
use serde_json::Value;
use std::{fmt, str::FromStr};

use super::{run::Look, service::as_unanswered};
use crate::{App, AppError, Result};

/// What an effect is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A service.
    Service(innkeeper_domain::ServiceId),
    /// A domain.
    Domain(innkeeper_domain::DomainId),
    /// An invoice: money is collected for it.
    Invoice(innkeeper_domain::InvoiceId),
    /// A payment: money is given back.
    Payment(innkeeper_domain::PaymentId),
}

impl Subject {
    /// `service`, `domain`, `invoice` or `payment`, and the id.
    pub fn parts(self) -> (&'static str, i64) {
        match self {
            Self::Service(id) => ("service", id.get()),
            Self::Domain(id) => ("domain", id.get()),
            Self::Invoice(id) => ("invoice", id.get()),
            Self::Payment(id) => ("payment", id.get()),
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)?) => {
        /// A kind of effect.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $variant),* }
        impl Kind {
            /// The word stored.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $text),* } }
        }
        impl FromStr for Kind {
            type Err = AppError;
            fn from_str(text: &str) -> Result<Self> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(AppError::internal(format!("unknown effect {text}"))) }
            }
        }
        impl fmt::Display for Kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

kinds! {
    /// Create a service at its vendor.
    ServiceCreate = "service.create",
    /// Switch it off.
    ServiceSuspend = "service.suspend",
    /// Switch it on again.
    ServiceUnsuspend = "service.unsuspend",
    /// Remove it.
    ServiceTerminate = "service.terminate",
    /// Give it a new password.
    ServiceChangePassword = "service.change_password",
    /// Change it: its name, its domain, its plan.
    ServiceChange = "service.change",
    /// Mark an account that was on the server already as ours.
    ServiceAdopt = "service.adopt",
    /// Run an action of its plugin's own.
    ServiceAction = "service.action",
    /// Register a domain.
    DomainRegister = "domain.register",
    /// Transfer a domain to us.
    DomainTransfer = "domain.transfer",
    /// Renew a domain.
    DomainRenew = "domain.renew",
    /// Set a domain's name servers.
    DomainSetNameservers = "domain.set_nameservers",
    /// Set a domain's contacts.
    DomainSetContacts = "domain.set_contacts",
    /// Charge a stored way to pay.
    InvoiceCharge = "invoice.charge",
    /// Give a payment back.
    PaymentRefund = "payment.refund",
    /// Change a domain: its records, hosts, keys, privacy; or give it back.
    DomainChange = "domain.change",
    /// Restore a domain that was deleted.
    DomainRestore = "domain.restore",
    /// Run an action of its registrar plugin's own.
    DomainAction = "domain.action",
    /// End a gateway's subscription that pays for a service.
    SubscriptionEnd = "service.end_subscription",
    /// Change the DNS zone of an account.
    ServiceSetRecords = "service.set_records",
}

impl Kind {
    /// Was it paid for, is something half done without it, or does somebody go on paying? Then a refusal waits for a
    /// person instead of ending quietly.
    pub fn is_owed(self) -> bool {
        use Kind::{
            DomainRegister, DomainRenew, DomainRestore, DomainTransfer, ServiceAdopt, ServiceCreate, SubscriptionEnd,
        };
        matches!(
            self,
            ServiceCreate
                | ServiceAdopt
                | DomainRegister
                | DomainTransfer
                | DomainRenew
                | DomainRestore
                | SubscriptionEnd
        )
    }

    /// What keeps it from happening twice, as its plugin declares; asked on the plugin's own threads, so that a
    /// plugin that panics or hangs is `Unknown`. None: an action that is not there (any more).
    pub async fn protection(self, app: &App, plugin: &str, request: &Value) -> Result<Option<Protection>> {
        let op = match self {
            // Marking twice is marking once.
            Self::ServiceAdopt => return Ok(Some(Protection::NaturalKey)),
            Self::ServiceAction => {
                let key = request.get("action").and_then(Value::as_str).unwrap_or_default();
                let actions = |plugin: &dyn ServerPlugin| plugin.actions().map(|a| a.actions()).unwrap_or_default();
                let actions = app.server_says(plugin, "actions", actions).await?;
                return Ok(actions.into_iter().find(|action| action.key == key).map(|action| action.protection));
            }
            Self::DomainAction => {
                let key = request.get("action").and_then(Value::as_str).unwrap_or_default();
                let actions = |registrar: &dyn Registrar| registrar.actions().map(|a| a.actions()).unwrap_or_default();
                let actions = app.registrar_says(plugin, "actions", actions).await?;
                return Ok(actions.into_iter().find(|action| action.key == key).map(|action| action.protection));
            }
            // What is set is set, and what has ended has ended, however often.
            Self::DomainChange | Self::ServiceSetRecords | Self::SubscriptionEnd => {
                return Ok(Some(Protection::NaturalKey));
            }
            Self::ServiceCreate => Operation::Server(ServerOperation::Create),
            Self::ServiceSuspend => Operation::Server(ServerOperation::Suspend),
            Self::ServiceUnsuspend => Operation::Server(ServerOperation::Unsuspend),
            Self::ServiceTerminate => Operation::Server(ServerOperation::Terminate),
            Self::ServiceChangePassword | Self::ServiceChange => Operation::Server(ServerOperation::Change),
            Self::DomainRegister => Operation::Registrar(RegistrarOperation::Register),
            Self::DomainTransfer => Operation::Registrar(RegistrarOperation::Transfer),
            Self::DomainRenew | Self::DomainRestore => Operation::Registrar(RegistrarOperation::Renew),
            Self::DomainSetNameservers => Operation::Registrar(RegistrarOperation::SetNameservers),
            Self::DomainSetContacts => Operation::Registrar(RegistrarOperation::SetContacts),
            Self::InvoiceCharge => {
                let asked = |gateway: &dyn Gateway| gateway.stored_methods().map(|ability| ability.protection());
                return app.gateway_says(plugin, self.as_str(), asked).await;
            }
            Self::PaymentRefund => {
                let asked = |gateway: &dyn Gateway| gateway.refunds().map(|ability| ability.protection());
                return app.gateway_says(plugin, self.as_str(), asked).await;
            }
        };
        let question = self.as_str();
        Ok(Some(match op {
            Operation::Server(op) => app.server_says(plugin, question, move |p| p.protection(op)).await?,
            Operation::Registrar(op) => app.registrar_says(plugin, question, move |p| p.protection(op)).await?,
        }))
    }

    /// What follows where the vendor cannot tell whether it happened: it may be repeated if something keeps it
    /// from happening twice, else a person decides. A plugin that does not say what protects it has told nothing.
    pub(super) async fn unseen<T>(self, app: &App, effect: &EffectRow) -> Result<Look<T>> {
        let protection = self.protection(app, &effect.plugin_id, &effect.request).await.map_err(|e| match e {
            AppError::External(e) => as_unanswered(e),
            other => other,
        })?;
        let is_safe = protection.is_some_and(|p| p != Protection::LookupOnly);
        Ok(if is_safe { Look::Repeat } else { Look::Unseen })
    }
}

enum Operation {
    Server(ServerOperation),
    Registrar(RegistrarOperation),
}
