//! Finding mailboxes, and telling ours from others.

use innkeeper_plugin_api::{Account, PluginError, Secret};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    client::Client,
    convert, order,
    settings::KerioProduct,
    wire::{DOMAIN_FIELDS, Domain, Page, USER_FIELDS, User},
};

/// Users asked for at once.
const PAGE: usize = 500;

/// User templates.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Templates {
    pub user_template_list: Vec<Map<String, Value>>,
}

/// The mailboxes of one mail domain, over an open session.
pub(crate) struct Mailboxes<'c, 'a> {
    pub client: &'c mut Client<'a>,
    pub domain: Domain,
}

/// What was found under an account's name or mark.
pub(crate) enum Found {
    /// The mailbox of this account.
    Ours(Box<User>),
    /// A mailbox of the same name without our mark.
    Foreign,
    /// None.
    Nothing,
}

impl<'c, 'a> Mailboxes<'c, 'a> {
    /// Looks the domain up.
    ///
    /// # Errors
    /// `Config` when the server does not have it.
    pub async fn open(client: &'c mut Client<'a>, domain: &str) -> Result<Self, PluginError> {
        let condition = json!({"fieldName": "name", "comparator": "Eq", "value": domain});
        let query = json!({"fields": DOMAIN_FIELDS, "conditions": [condition], "combining": "And",
            "start": 0, "limit": -1, "orderBy": []});
        let page: Page<Domain> = client.read("Domains.get", &json!({"query": query})).await?;
        let found = page.list.into_iter().find(|known| known.name.eq_ignore_ascii_case(domain));
        let missing = || PluginError::config(format!("the server has no mail domain {domain}"));
        Ok(Self { domain: found.ok_or_else(missing)?, client })
    }

    /// All mail domains of the server.
    pub async fn domains(client: &mut Client<'_>) -> Result<Vec<Domain>, PluginError> {
        let query = json!({"fields": DOMAIN_FIELDS, "conditions": [], "combining": "And",
            "start": 0, "limit": -1, "orderBy": []});
        let domains: Page<Domain> = client.read("Domains.get", &json!({"query": query})).await?;
        Ok(domains.list)
    }

    /// All users of all domains.
    pub async fn everywhere(client: &mut Client<'_>) -> Result<Vec<User>, PluginError> {
        let mut users = Vec::new();
        for domain in Self::domains(client).await? {
            let mut start = 0;
            loop {
                let page = list(client, &domain.id, &json!([]), start).await?;
                start += PAGE;
                users.extend(page.list);
                if start >= page.total_items {
                    break;
                }
            }
        }
        Ok(users)
    }

    /// Finds the account: by our mark, and by its name as far as that is known.
    pub async fn find(&mut self, account: &Account) -> Result<Found, PluginError> {
        let login_name = convert::login_name(account).ok();
        let mark = convert::mark(&account.reference);
        let mut conditions = vec![json!({"fieldName": "description", "comparator": "Like", "value": mark})];
        if let Some(name) = &login_name {
            conditions.push(json!({"fieldName": "loginName", "comparator": "Eq", "value": name}));
        }
        let users = list(self.client, &self.domain.id, &json!(conditions), 0).await?.list;
        let has_the_name = |user: &User| login_name.as_ref().is_some_and(|n| user.login_name.eq_ignore_ascii_case(n));
        let foreign = users.iter().any(has_the_name);
        let is_ours = |user: &User| {
            convert::has_mark(&user.description, &account.reference) || account.remote_id.as_ref() == Some(&user.id)
        };
        Ok(match users.into_iter().find(is_ours) {
            Some(user) => Found::Ours(Box::new(user)),
            None if foreign => Found::Foreign,
            None => Found::Nothing,
        })
    }

    /// The mailbox of this account.
    ///
    /// # Errors
    /// `NotFound` when the server has none of ours.
    pub async fn ours(&mut self, account: &Account) -> Result<User, PluginError> {
        match self.find(account).await? {
            Found::Ours(user) => Ok(*user),
            Found::Foreign | Found::Nothing => {
                let (reference, domain) = (&account.reference, &self.domain.name);
                Err(PluginError::not_found(format!("{domain} has no mailbox of ours for {reference}")))
            }
        }
    }

    /// Sets fields of a user.
    pub async fn set(&mut self, user: &User, pattern: &Value) -> Result<(), PluginError> {
        let params = json!({"userIds": [user.id], "pattern": pattern});
        let result = self.client.change("Users.set", &params).await;
        result.map(drop).map_err(|error| error.into_change_error("Users.set"))
    }

    /// Judges a password by the domain's own rule, which may ask for more than the default.
    pub fn check_password(&self, account: &Account, password: &Secret) -> Result<(), PluginError> {
        let own = if self.domain.password_complexity_enabled { self.domain.password_minimum_length } else { 0 };
        let name = convert::login_name(account)?;
        order::check_password(
            password,
            &name,
            &order::full_name(&account.fields),
            own.max(order::MINIMUM_PASSWORD_LENGTH),
        )
    }

    /// The user template that a product names, as it is visible in the domain; none: it names none.
    ///
    /// # Errors
    /// `Config` when there is no such template.
    pub async fn template_of(&mut self, product: &KerioProduct) -> Result<Option<Map<String, Value>>, PluginError> {
        let Some(name) = product.template() else { return Ok(None) };
        let params = json!({"domainId": self.domain.id});
        let templates: Templates = self.client.read("UserTemplates.getAvailable", &params).await?;
        let mut templates = templates.user_template_list.into_iter();
        let found = templates.find(|template| template.get("name").and_then(Value::as_str) == Some(name));
        found.map(Some).ok_or_else(|| PluginError::config(format!("the server has no user template {name}")))
    }
}

async fn list(
    client: &mut Client<'_>,
    domain_id: &str,
    conditions: &Value,
    start: usize,
) -> Result<Page<User>, PluginError> {
    let order = json!([{"columnName": "loginName", "direction": "Asc", "caseSensitive": false}]);
    let query = json!({"fields": USER_FIELDS, "conditions": conditions, "combining": "Or",
        "start": start, "limit": PAGE, "orderBy": order});
    client.read("Users.get", &json!({"query": query, "domainId": domain_id})).await
}
