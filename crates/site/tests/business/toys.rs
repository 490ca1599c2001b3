//! Plugins that call nobody: a mail server, a registrar and a bank.

use innkeeper_app::plugins::Registry;
use innkeeper_domain::{DomainName, Money};
use innkeeper_plugin_api::{
    server::{AccountActions, Adoption, ClientPanels, Inventory, RemoteAccount, RemotePlan, SignOn, SignOnTarget},
    *,
};
use std::{collections::BTreeMap, sync::Arc};

/// Text that must never become markup.
pub const HOSTILE: &str = "<script>alert(1)</script>";

struct Mail;

#[async_trait]
impl ServerPlugin for Mail {
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }
    fn order_fields(&self) -> Vec<Field> {
        let field = |key: &str, role, label: &str, kind| Field::new(key, label, kind).role(role);
        vec![
            field("mailbox", Role::Username, "Mailbox", FieldKind::Text),
            field("password", Role::Password, "Password", FieldKind::Password),
        ]
    }
    fn check_order(&self, fields: &BTreeMap<String, String>, _: Option<&Secret>) -> Result<(), PluginError> {
        match fields.get("mailbox").map(String::as_str) {
            Some("root") => Err(PluginError::new(ErrorKind::Invalid, "reserved").public("root is reserved")),
            _ => Ok(()),
        }
    }
    async fn test_connection(&self, _: &PluginCtx) -> Result<String, PluginError> {
        Ok("here".into())
    }
    async fn create(&self, _: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let name = account.fields.get("mailbox").cloned().unwrap_or_default();
        if name == "broken" {
            return Err(PluginError::declined(format!("the quota is used up {HOSTILE}")));
        }
        let label = format!("{name}@example.org");
        Ok(Outcome::Done(Created::new(format!("box-{name}"), name, label)))
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
        if account.remote_id.is_none() {
            return Ok(AccountStatus::absent());
        }
        let usage = Some(Usage { disk_bytes: 1024 * 1024, disk_limit_bytes: None, metrics: vec![] });
        let details = vec![("Last login".to_owned(), HOSTILE.to_owned())];
        Ok(AccountStatus { state: AccountState::Active, account: None, details, usage })
    }
    fn change(&self) -> Option<&dyn ChangeAccount> {
        Some(self)
    }
    fn actions(&self) -> Option<&dyn AccountActions> {
        Some(self)
    }
    fn sign_on(&self) -> Option<&dyn SignOn> {
        Some(self)
    }
    fn panels(&self) -> Option<&dyn ClientPanels> {
        Some(self)
    }
    fn inventory(&self) -> Option<&dyn Inventory> {
        Some(self)
    }
}

#[async_trait]
impl Inventory for Mail {
    async fn plans(&self, _: &PluginCtx) -> Result<Vec<RemotePlan>, PluginError> {
        Ok(vec![])
    }
    async fn accounts(&self, _: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteAccount>, PluginError> {
        let account = |name: &str, state| RemoteAccount {
            remote_id: format!("box-{name}"),
            username: name.to_owned(),
            label: format!("{name}@example.org"),
            email: String::new(),
            plan: None,
            state,
            address: None,
            created_on: None,
        };
        Ok(match cursor {
            None => Page { items: vec![account("ada", AccountState::Active)], next: Some("2 & more".into()) },
            Some(_) => Page { items: vec![account("old", AccountState::Suspended)], next: None },
        })
    }
    fn adoption(&self) -> Option<&dyn Adoption> {
        Some(self)
    }
}

#[async_trait]
impl Adoption for Mail {
    async fn adopt(&self, _: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let id = account.remote_id.clone().unwrap_or_default();
        Ok(Outcome::Done(Created::new(id, "old-marked", "old@example.org")))
    }
}

#[async_trait]
impl ChangeAccount for Mail {
    fn parts(&self) -> &'static [Part] {
        &[Part::Password, Part::Username, Part::Plan]
    }
    async fn change(&self, _: &PluginCtx, account: &Account, change: &AccountChange) -> PluginResult<Created> {
        let known = |text: &Option<String>| text.clone().unwrap_or_default();
        let name = change.username.clone().unwrap_or_else(|| known(&account.username));
        let label = format!("{name}@example.org");
        Ok(Outcome::Done(Created::new(known(&account.remote_id), name, label)))
    }
}

fn action(key: &str, label: &str, audience: Audience, protection: Protection) -> Action {
    Action {
        key: key.into(),
        label: label.into(),
        audience,
        confirm: None,
        destructive: false,
        fields: vec![],
        protection,
    }
}

#[async_trait]
impl AccountActions for Mail {
    fn actions(&self) -> Vec<Action> {
        let mut app_password = action("app-password", "New app password", Audience::Client, Protection::NaturalKey);
        app_password.fields = vec![Field::new("device", "Device", FieldKind::Text)];
        let mut wipe = action("wipe", "Wipe phones", Audience::Staff, Protection::LookupOnly);
        wipe.destructive = true;
        vec![app_password, wipe, action("later", "Not now", Audience::Client, Protection::NaturalKey)]
    }
    async fn available(&self, _: &PluginCtx, _: &Account) -> Result<Vec<String>, PluginError> {
        Ok(vec!["app-password".into(), "wipe".into()])
    }
    async fn run(
        &self,
        _: &PluginCtx,
        _: &Account,
        action: &str,
        input: &BTreeMap<String, String>,
    ) -> PluginResult<Report> {
        match (action, input.get("device").map(String::as_str)) {
            ("wipe", _) => Err(PluginError::unknown("no answer")),
            (_, Some("toaster")) => Err(PluginError::declined("toasters read no mail")),
            (_, device) => {
                let device = device.unwrap_or_default().to_owned();
                let data = vec![
                    ("Device".to_owned(), device.into()),
                    ("Password".to_owned(), view::Value::Secret(Secret::new("s3cret-app-pw".into()))),
                ];
                Ok(Outcome::Done(Report { message: format!("It is made. {HOSTILE}"), data }))
            }
        }
    }
    async fn ran(&self, _: &PluginCtx, _: &Account, _: &str) -> Result<Option<Report>, PluginError> {
        Ok(None)
    }
}

#[async_trait]
impl SignOn for Mail {
    fn targets(&self) -> Vec<(SignOnTarget, &'static str)> {
        vec![(SignOnTarget::Account, "Webmail"), (SignOnTarget::Server, "Server console")]
    }
    async fn link(&self, _: &PluginCtx, _: SignOnTarget, of: Option<&Account>) -> Result<Secret, PluginError> {
        let name = of.and_then(|account| account.username.clone()).unwrap_or_default();
        Ok(Secret::new(format!("https://webmail.example.org/?ticket=once-{name}")))
    }
}

#[async_trait]
impl ClientPanels for Mail {
    fn panels(&self) -> Vec<(&'static str, &'static str)> {
        vec![("devices", "Devices")]
    }
    async fn draw(&self, _: &PluginCtx, account: &Account, _: &str) -> Result<View, PluginError> {
        let rows = vec![vec![account.username.clone().unwrap_or_default().into(), HOSTILE.into()]];
        let head = vec!["User".to_owned(), "Device".to_owned()];
        let limit = Some(10);
        let meter = Block::Meter { label: "Devices".into(), used: 3, limit, unit: view::Unit::Pieces };
        Ok(View { blocks: vec![meter, Block::Table { caption: "Devices".into(), head, rows }] })
    }
}

struct Names;

#[async_trait]
impl Registrar for Names {
    fn protection(&self, _: RegistrarOperation) -> Protection {
        Protection::NaturalKey
    }
    async fn test_connection(&self, _: &PluginCtx) -> Result<String, PluginError> {
        Ok("here".into())
    }
    async fn check(&self, _: &PluginCtx, names: &[DomainName]) -> Result<Vec<Availability>, PluginError> {
        let taken = |name: &DomainName| name.as_str().starts_with("taken");
        Ok(names.iter().map(|name| if taken(name) { Availability::Taken } else { Availability::Available }).collect())
    }
    async fn register(&self, _: &PluginCtx, wanted: &Registration) -> PluginResult<Registered> {
        Ok(Outcome::Done(Registered { remote_id: wanted.domain.name.to_string(), expires_on: None }))
    }
    async fn renew(&self, _: &PluginCtx, renewal: &Renewal) -> PluginResult<Registered> {
        Ok(Outcome::Done(Registered { remote_id: renewal.domain.name.to_string(), expires_on: None }))
    }
    async fn transfer(&self, _: &PluginCtx, _: &Transfer) -> PluginResult<Registered> {
        Err(PluginError::unsupported("no transfers"))
    }
    async fn info(&self, _: &PluginCtx, domain: &DomainRef) -> Result<DomainInfo, PluginError> {
        if domain.name.as_str().starts_with("slow") {
            return Err(PluginError::temporary("the registrar is down for maintenance"));
        }
        Ok(DomainInfo { state: RemoteDomainState::Active, locked: Some(true), ..DomainInfo::absent() })
    }
    async fn nameservers(&self, _: &PluginCtx, _: &DomainRef) -> Result<Vec<String>, PluginError> {
        Ok(vec!["ns1.registrar.example".into()])
    }
    async fn set_nameservers(&self, _: &PluginCtx, _: &DomainRef, _: &[String]) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
    async fn contacts(&self, _: &PluginCtx, _: &DomainRef) -> Result<Contacts, PluginError> {
        let owner = Contact { first_name: "Ada".into(), company: HOSTILE.into(), ..Contact::default() };
        Ok(Contacts { owner, ..Contacts::default() })
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
impl TransferLock for Names {
    async fn set_lock(&self, _: &PluginCtx, _: &DomainRef, _: bool) -> PluginResult<()> {
        Ok(Outcome::Done(()))
    }
}

#[async_trait]
impl AuthCode for Names {
    async fn auth_code(&self, _: &PluginCtx, _: &DomainRef) -> Result<AuthCodeAnswer, PluginError> {
        Ok(AuthCodeAnswer::Code(Secret::new("leave-me-42".to_owned())))
    }
}

struct Bank;

#[async_trait]
impl Gateway for Bank {
    fn method_name(&self, _: &PluginCtx) -> Result<String, PluginError> {
        Ok("Bank transfer".into())
    }
    fn accepts(&self, _: &PluginCtx, _: Money) -> Result<(), PluginError> {
        Ok(())
    }
    async fn payment_page(&self, _: &PluginCtx, _: &PaymentRequest) -> Result<PaymentPage, PluginError> {
        Ok(PaymentPage::Instructions { text: String::new(), lines: vec![] })
    }
    fn recorded_by_staff(&self) -> bool {
        true
    }
}

/// A plugin without settings.
pub fn plugin(id: &str, implementation: Implementation) -> Plugin {
    let manifest = Manifest {
        id: id.into(),
        name: id.into(),
        version: "1".into(),
        description: String::new(),
        links: vec![],
        schemas: Schemas::default(),
    };
    Plugin::new(manifest, implementation)
}

/// All of them: `mail`, `names` and `bank`; and `more`.
pub fn registry(more: impl IntoIterator<Item = Plugin>) -> Registry {
    let toys = [
        plugin("mail", Implementation::Server(Arc::new(Mail))),
        plugin("names", Implementation::Registrar(Arc::new(Names))),
        plugin("bank", Implementation::Gateway(Arc::new(Bank))),
    ];
    Registry::new(toys.into_iter().chain(more)).unwrap()
}
