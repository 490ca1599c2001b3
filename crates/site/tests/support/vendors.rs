//! Vendors that answer from memory: a mail server, a registrar, a bank transfer. What a name or a
//! mailbox is called decides what happens to it, so that a page can be shown in each of its states.

use std::collections::BTreeMap;
use std::sync::Arc;

use innkeeper_domain::{DomainName, Money};
use innkeeper_plugin_api::*;

/// All three, ready to be registered.
pub fn all() -> Vec<Plugin> {
    vec![
        plugin("server-fake", "Mail server", Implementation::Server(Arc::new(MailServer))),
        plugin("registrar-fake", "Registry", Implementation::Registrar(Arc::new(Registry))),
        plugin("gateway-fake", "Bank transfer", Implementation::Gateway(Arc::new(Bank))),
    ]
}

fn plugin(id: &str, name: &str, implementation: Implementation) -> Plugin {
    let manifest = Manifest {
        id: id.to_owned(),
        name: name.to_owned(),
        version: "1".to_owned(),
        description: String::new(),
        links: vec![],
        schemas: Schemas::default(),
    };
    Plugin::new(manifest, implementation)
}

struct MailServer;

#[async_trait]
impl ServerPlugin for MailServer {
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }
    fn order_fields(&self) -> Vec<Field> {
        let field = |key: &str, label: &str, help: &str, role, kind| Field::new(key, label, kind).role(role).help(help);
        vec![
            field("mailbox", "Mailbox", "What stands before the @.", Role::Username, FieldKind::Text),
            field("password", "Password", "For the mailbox.", Role::Password, FieldKind::Password),
        ]
    }
    fn check_order(&self, fields: &BTreeMap<String, String>, _: Option<&Secret>) -> Result<(), PluginError> {
        match fields.get("mailbox").map(String::as_str) {
            Some("postmaster") => {
                Err(PluginError::invalid("reserved").public("postmaster is reserved: choose another"))
            }
            _ => Ok(()),
        }
    }
    async fn test_connection(&self, _: &PluginCtx) -> Result<String, PluginError> {
        Ok("here".to_owned())
    }
    async fn create(&self, _: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let name = account.fields.get("mailbox").cloned().unwrap_or_default();
        match name.as_str() {
            "refused" => Err(PluginError::declined("quota of the licence").public("the server is full")),
            "slow" => Ok(Outcome::pending("1", std::time::Duration::from_secs(60))),
            _ => Ok(Outcome::Done(made(&name))),
        }
    }
    async fn suspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
    async fn unsuspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
    async fn terminate(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
    async fn status(&self, _: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        let Some(name) = account.username.as_deref().and_then(|name| name.split('@').next()) else {
            return Ok(AccountStatus::absent());
        };
        if name == "down" {
            return Err(PluginError::temporary("connection refused"));
        }
        Ok(AccountStatus {
            state: AccountState::Active,
            account: Some(made(name)),
            details: vec![
                ("Incoming mail (IMAP)".to_owned(), "mail.example.org, port 993, TLS".to_owned()),
                ("Outgoing mail (SMTP)".to_owned(), "mail.example.org, port 465, TLS".to_owned()),
            ],
            usage: Some(Usage {
                disk_bytes: 1_300_000_000,
                disk_limit_bytes: Some(5 * 1024 * 1024 * 1024),
                metrics: vec![],
            }),
        })
    }
    fn change(&self) -> Option<&dyn ChangeAccount> {
        Some(self)
    }
}

#[async_trait]
impl ChangeAccount for MailServer {
    fn parts(&self) -> &'static [Part] {
        &[Part::Password]
    }
    async fn change(&self, _: &PluginCtx, account: &Account, _: &AccountChange) -> PluginResult<Created> {
        let known = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(Outcome::Done(Created::new(known(&account.remote_id), known(&account.username), known(&account.username))))
    }
}

fn made(name: &str) -> Created {
    let label = format!("{name}@example.org");
    Created::new(format!("id-{name}"), label.clone(), label)
}

struct Registry;

fn registered(name: &DomainName) -> Registered {
    Registered { remote_id: format!("id-{name}"), expires_on: Some("2030-06-30".parse().unwrap()) }
}

fn owner() -> Contact {
    Contact {
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        company: String::new(),
        id_number: String::new(),
        email: "ada@example.com".to_owned(),
        phone: "+43.6601234567".to_owned(),
        address: "Main Street 1".to_owned(),
        city: "Vienna".to_owned(),
        state: String::new(),
        postcode: "1010".to_owned(),
        country: "AT".to_owned(),
    }
}

#[async_trait]
impl Registrar for Registry {
    fn protection(&self, _: RegistrarOperation) -> Protection {
        Protection::NaturalKey
    }
    async fn test_connection(&self, _: &PluginCtx) -> Result<String, PluginError> {
        Ok("here".to_owned())
    }
    async fn check(&self, _: &PluginCtx, names: &[DomainName]) -> Result<Vec<Availability>, PluginError> {
        if names.iter().any(|name| name.as_str().starts_with("down")) {
            return Err(PluginError::temporary("connection refused"));
        }
        let answer = |name: &DomainName| match name.as_str() {
            name if name.starts_with("taken") => Availability::Taken,
            name if name.starts_with("gold") => {
                Availability::Premium { price: Some(Money::new(100_000, innkeeper_domain::Currency::EUR)) }
            }
            name if name.ends_with(".es") && name.starts_with("mixed") => Availability::Taken,
            name if name.ends_with(".org") && name.starts_with("mixed") => Availability::Unsupported,
            name if name.ends_with(".net") && name.starts_with("mixed") => Availability::Premium { price: None },
            _ => Availability::Available,
        };
        Ok(names.iter().map(answer).collect())
    }
    async fn register(&self, _: &PluginCtx, registration: &Registration) -> PluginResult<Registered> {
        Ok(Outcome::Done(registered(&registration.domain.name)))
    }
    async fn renew(&self, _: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered> {
        Ok(Outcome::Done(registered(&renewal.domain.name)))
    }
    async fn transfer(&self, _: &PluginCtx, _: &Transfer) -> PluginResult<Registered> {
        Ok(Outcome::pending("1", std::time::Duration::from_secs(3600)))
    }
    async fn info(&self, _: &PluginCtx, domain: &DomainRef) -> Result<DomainInfo, PluginError> {
        Ok(DomainInfo {
            state: RemoteDomainState::Active,
            remote_id: Some(format!("id-{}", domain.name)),
            registered_on: Some("2026-06-30".parse().unwrap()),
            expires_on: Some("2030-06-30".parse().unwrap()),
            auto_renew: Some(false),
            locked: Some(true),
            privacy: None,
        })
    }
    async fn nameservers(&self, _: &PluginCtx, _: &DomainRef) -> Result<Vec<String>, PluginError> {
        Ok(vec!["ns1.example.net".to_owned(), "ns2.example.net".to_owned()])
    }
    async fn set_nameservers(&self, _: &PluginCtx, _: &DomainRef, _: &[String]) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
    async fn contacts(&self, _: &PluginCtx, _: &DomainRef) -> Result<Contacts, PluginError> {
        Ok(Contacts { owner: owner(), admin: None, tech: None, billing: None })
    }
    async fn set_contacts(&self, _: &PluginCtx, _: &DomainRef, _: &Contacts) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
    fn transfer_lock(&self) -> Option<&dyn TransferLock> {
        Some(self)
    }
    fn auth_code(&self) -> Option<&dyn AuthCode> {
        Some(self)
    }
}

#[async_trait]
impl TransferLock for Registry {
    async fn set_lock(&self, _: &PluginCtx, _: &DomainRef, _: bool) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
}

#[async_trait]
impl AuthCode for Registry {
    async fn auth_code(&self, _: &PluginCtx, _: &DomainRef) -> Result<AuthCodeAnswer, PluginError> {
        Ok(AuthCodeAnswer::Code(Secret::new("transfer-code-7".to_owned())))
    }
}

struct Bank;

#[async_trait]
impl Gateway for Bank {
    fn method_name(&self, _: &PluginCtx) -> Result<String, PluginError> {
        Ok("Bank transfer".to_owned())
    }
    fn accepts(&self, _: &PluginCtx, _: Money) -> Result<(), PluginError> {
        Ok(())
    }
    async fn payment_page(&self, _: &PluginCtx, request: &PaymentRequest) -> Result<PaymentPage, PluginError> {
        Ok(PaymentPage::Instructions {
            text: "Please transfer the amount to our account. It takes a working day or two.".to_owned(),
            lines: vec![
                ("Account holder".to_owned(), "Example Hosting".to_owned()),
                ("IBAN".to_owned(), "ES91 2100 0418 4502 0005 1332".to_owned()),
                ("Reference".to_owned(), request.number.clone()),
            ],
        })
    }
    fn recorded_by_staff(&self) -> bool {
        true
    }
}
