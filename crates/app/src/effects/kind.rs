//! The kinds of effect.

use innkeeper_plugin_api::{Protection, RegistrarOperation, ServerOperation};
use serde_json::Value;
use std::{fmt, str::FromStr};

use crate::{App, AppError, Result};

/// What an effect is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A service.
    Service(innkeeper_domain::ServiceId),
    /// A domain.
    Domain(innkeeper_domain::DomainId),
}

impl Subject {
    /// `service` or `domain`, and the id.
    pub fn parts(self) -> (&'static str, i64) {
        match self {
            Self::Service(id) => ("service", id.get()),
            Self::Domain(id) => ("domain", id.get()),
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
}

impl Kind {
    /// Was it paid for, or is something half done without it? Then a refusal waits for a person instead of
    /// ending quietly.
    pub fn is_owed(self) -> bool {
        use Kind::{DomainRegister, DomainRenew, DomainTransfer, ServiceAdopt, ServiceCreate};
        matches!(self, ServiceCreate | ServiceAdopt | DomainRegister | DomainTransfer | DomainRenew)
    }

    /// What keeps it from happening twice, as its plugin declares. None: an action that is not there (any more).
    pub fn protection(self, app: &App, plugin: &str, request: &Value) -> Result<Option<Protection>> {
        let server = |op| Ok(Some(app.plugins.server(plugin)?.protection(op)));
        let registrar = |op| Ok(Some(app.plugins.registrar(plugin)?.protection(op)));
        match self {
            Self::ServiceCreate => server(ServerOperation::Create),
            Self::ServiceSuspend => server(ServerOperation::Suspend),
            Self::ServiceUnsuspend => server(ServerOperation::Unsuspend),
            Self::ServiceTerminate => server(ServerOperation::Terminate),
            Self::ServiceChangePassword | Self::ServiceChange => server(ServerOperation::Change),
            // Marking twice is marking once.
            Self::ServiceAdopt => Ok(Some(Protection::NaturalKey)),
            Self::ServiceAction => {
                let key = request.get("action").and_then(Value::as_str).unwrap_or_default();
                let plugin = app.plugins.server(plugin)?;
                let action = plugin.actions().and_then(|a| a.actions().into_iter().find(|action| action.key == key));
                Ok(action.map(|action| action.protection))
            }
            Self::DomainRegister => registrar(RegistrarOperation::Register),
            Self::DomainTransfer => registrar(RegistrarOperation::Transfer),
            Self::DomainRenew => registrar(RegistrarOperation::Renew),
            Self::DomainSetNameservers => registrar(RegistrarOperation::SetNameservers),
            Self::DomainSetContacts => registrar(RegistrarOperation::SetContacts),
        }
    }
}
