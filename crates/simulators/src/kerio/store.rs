//! The data of the simulated server, and its optional file.

use std::{collections::BTreeMap, io, path::Path};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    fields,
    options::{DomainOptions, Options},
    query::Row,
};

/// Domains, users and all that belongs to them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Store {
    /// Mail domains, the primary one first.
    pub domains: Vec<Row>,
    /// Users of all domains, in order of creation.
    pub users: Vec<StoredUser>,
    /// User templates.
    pub templates: Vec<Row>,
    /// Access policy groups.
    pub access_groups: Vec<Row>,
    /// Mail folders that outlived their user, by address: what they hold.
    pub kept_folders: BTreeMap<String, Row>,
    /// Certificate and key (PEM), so that a pinned certificate stays valid over a restart.
    pub certificate: Option<(String, String)>,
}

/// A user: the fields that callers see, and the passwords that they never see.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredUser {
    /// As `Users.get` lists it.
    pub fields: Row,
    /// The current password, then older ones.
    pub passwords: Vec<String>,
}

impl Store {
    /// Reads the state file if there is one, and adds what `options` names and it lacks.
    ///
    /// # Errors
    /// When the file exists and cannot be read or understood.
    pub fn open(options: &Options) -> io::Result<Self> {
        let mut store = match &options.state_file {
            Some(path) if path.exists() => serde_json::from_slice(&std::fs::read(path)?)?,
            _ => Self::default(),
        };
        for domain in &options.domains {
            if store.domain_named(&domain.name).is_none() {
                let primary = store.domains.is_empty();
                store.domains.push(new_domain(domain, primary));
            }
        }
        if store.access_groups.is_empty() {
            store.access_groups.push(fields::into_row(json!({
                "id": new_id("accesspolicygroup"), "name": "Default", "isDefault": true,
            })));
        }
        for (name, megabytes) in &options.templates {
            if !store.templates.iter().any(|row| text(row, "name") == name) {
                let policy = store.access_groups[0].get("id").cloned();
                let template = new_template(name, *megabytes, &policy.unwrap_or_default());
                store.templates.push(template);
            }
        }
        Ok(store)
    }

    /// Writes the state file, replacing it in one step.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let draft = path.with_extension("new");
        std::fs::write(&draft, serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(draft, path)
    }

    /// The domain with this id.
    pub fn domain(&self, id: &str) -> Option<&Row> {
        self.domains.iter().find(|row| text(row, "id") == id)
    }

    /// The domain with this name.
    pub fn domain_named(&self, name: &str) -> Option<&Row> {
        self.domains.iter().find(|row| text(row, "name").eq_ignore_ascii_case(name))
    }

    /// Position of the user with this id.
    pub fn user_position(&self, id: &str) -> Option<usize> {
        self.users.iter().position(|user| user.text("id") == id)
    }

    /// `alice@example.org`, or just `alice` in the primary domain.
    pub fn user_by_login(&self, login: &str) -> Option<&StoredUser> {
        let (name, domain) = match login.split_once('@') {
            Some((name, domain)) => (name, self.domain_named(domain)?),
            None => (login, self.domains.first()?),
        };
        let domain_id = text(domain, "id");
        self.users
            .iter()
            .find(|user| user.text("domainId") == domain_id && user.text("loginName").eq_ignore_ascii_case(name))
    }

    /// Adds an enabled user with default settings; none when the domain is not here or the
    /// address is taken.
    pub fn add_user(&mut self, address: &str, full_name: &str, password: &str, role: &str) -> Option<()> {
        let (login_name, domain) = address.split_once('@')?;
        let domain_id = text(self.domain_named(domain)?, "id").to_owned();
        if self.address_taken(&domain_id, login_name, None) {
            return None;
        }
        let mut fields = fields::defaults();
        let own = json!({"id": new_user_id(&domain_id), "domainId": domain_id,
            "loginName": login_name, "fullName": full_name,
            "role": fields::role(role), "effectiveRole": fields::role(role)});
        fields.extend(fields::into_row(own));
        self.users.push(StoredUser { fields, passwords: vec![password.to_owned()] });
        Some(())
    }

    /// The primary address of a user.
    pub fn address(&self, user: &Row) -> String {
        let domain = self.domain(text(user, "domainId"));
        let domain = domain.map_or("", |row| text(row, "name"));
        format!("{}@{domain}", text(user, "loginName"))
    }

    /// Whether `address` (local part or whole) already delivers somewhere in this domain,
    /// not counting the user `except`.
    pub fn address_taken(&self, domain_id: &str, address: &str, except: Option<&str>) -> bool {
        let local = local_part(address);
        self.users
            .iter()
            .filter(|user| user.text("domainId") == domain_id && Some(user.text("id")) != except)
            .any(|user| user.answers_to(local))
    }

    /// Enabled users: in one domain, or on the whole server.
    pub fn enabled_users(&self, domain_id: Option<&str>) -> usize {
        self.users
            .iter()
            .filter(|user| domain_id.is_none_or(|id| user.text("domainId") == id))
            .filter(|user| user.is_enabled())
            .count()
    }
}

impl StoredUser {
    /// A text field; empty when missing.
    pub fn text(&self, name: &str) -> &str {
        text(&self.fields, name)
    }

    /// Disabled users do not count against the licence and cannot log in.
    pub fn is_enabled(&self) -> bool {
        self.fields.get("isEnabled") == Some(&Value::Bool(true))
    }

    /// Whether this is the current password.
    pub fn has_password(&self, password: &str) -> bool {
        self.passwords.first().is_some_and(|known| known == password)
    }

    fn answers_to(&self, local: &str) -> bool {
        let addresses = self.fields.get("emailAddresses").and_then(Value::as_array);
        let mut addresses = addresses.into_iter().flatten().filter_map(Value::as_str);
        self.text("loginName").eq_ignore_ascii_case(local)
            || addresses.any(|address| local_part(address).eq_ignore_ascii_case(local))
    }
}

/// A text member; empty when missing.
pub fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A new permanent id: `keriodb://<kind>/<uuid>`.
pub fn new_id(kind: &str) -> String {
    format!("keriodb://{kind}/{}", random_uuid())
}

/// The id of a new user of this domain.
pub fn new_user_id(domain_id: &str) -> String {
    let domain = domain_id.rsplit('/').next().unwrap_or_default();
    format!("keriodb://user/{domain}/{}", random_uuid())
}

/// `length` random bytes in hex.
pub fn random_hex(length: usize) -> String {
    let mut bytes = vec![0; length];
    if getrandom::fill(&mut bytes).is_err() {
        // A simulator's ids only have to differ; the system's generator is not known to fail.
        bytes.fill(0x5a);
    }
    hex::encode(bytes)
}

fn random_uuid() -> String {
    let hex = random_hex(16);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    parts.join("-")
}

fn local_part(address: &str) -> &str {
    address.split('@').next().unwrap_or_default()
}

fn new_domain(options: &DomainOptions, primary: bool) -> Row {
    let maximum = options.maximum_users.map_or(-1, i64::from);
    fields::into_row(json!({
        "id": new_id("domain"), "name": options.name, "description": "",
        "isPrimary": primary, "userMaxCount": maximum,
        "passwordExpirationEnabled": false, "passwordExpirationDays": 90,
        "passwordHistoryCount": options.password_history,
        "passwordComplexityEnabled": options.complex_passwords,
        "passwordMinimumLength": options.minimum_password_length,
        "aliasList": [], "isDistributed": false, "isDkimEnabled": false,
        "isInstantMessagingEnabled": true, "isLdapManagementAllowed": false,
        "renameInfo": {"isRenamed":false,"oldName":"","newName":""},
    }))
}

fn new_template(name: &str, megabytes: u32, access_policy: &Value) -> Row {
    let mut template = fields::defaults();
    template.retain(|field, _| {
        !field.starts_with("consumed")
            && !matches!(field.as_str(), "isEnabled" | "fullName" | "lastLoginInfo" | "isWritableByMe" | "migration")
    });
    let quota = json!({"isActive":true,"limit":{"value":megabytes,"units":"MegaBytes"}});
    let own = json!({
        "id": new_id("usertemplate"), "name": name, "description": "", "scope": "AllDomains",
        "domainId": "", "diskSizeLimit": quota,
        "accessPolicy": {"id":access_policy,"name":"Default"},
    });
    template.extend(fields::into_row(own));
    template
}
