//! What the registry of a chosen domain wants to know, and what can be had with it.

use innkeeper_db::carts::{self, CartItemRow};
use innkeeper_domain::{CartId, CartItemId, DomainName};
use innkeeper_plugin_api::{Field, FieldKind, Registrar, field::faults, registrar::Purpose};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

use super::quote::Quote;
use crate::{Actor, App, AppError, Checks, Result};

const PRIVACY: &str = "wish.privacy";
const SERVICE: &str = "wish.service.";

/// The questions about a domain in a cart, and the answers given so far.
#[derive(Clone, Debug)]
pub struct DomainQuestions {
    /// The domain.
    pub name: String,
    /// What is asked: the registry's attributes, then what can be had besides.
    pub fields: Vec<Field>,
    /// The answers, by key.
    pub given: BTreeMap<String, String>,
}

/// What is asked about a domain with this name.
pub(super) async fn questions(app: &App, registrar: &str, name: &DomainName, transfer: bool) -> Result<Vec<Field>> {
    let (plugin, tld) = (app.plugins.registrar(registrar)?, name.tld().to_owned());
    let purpose = if transfer { Purpose::Transfer } else { Purpose::Registration };
    Ok(app.ask_plugin(registrar, "attributes", move || asked(&*plugin, &tld, purpose)).await?)
}

fn asked(registrar: &dyn Registrar, tld: &str, purpose: Purpose) -> Vec<Field> {
    let mut fields = registrar.attributes(tld, purpose);
    fields.extend(registrar.services(tld).into_iter().map(|service| {
        let field = Field::new(format!("{SERVICE}{}", service.code), service.label, FieldKind::Checkbox);
        if service.required { field } else { field.optional() }
    }));
    if registrar.privacy().is_some() {
        let privacy = Field::new(PRIVACY, "Hide the owner in the public directory (whois)", FieldKind::Checkbox);
        fields.push(privacy.optional());
    }
    fields
}

/// The questions about a domain of a cart.
pub async fn domain_questions(app: &App, actor: &Actor, token: &str, item: CartItemId) -> Result<DomainQuestions> {
    Ok(asked_about(app, actor, token, item).await?.1)
}

/// The same with the cart that it is in.
async fn asked_about(app: &App, actor: &Actor, token: &str, item: CartItemId) -> Result<(CartId, DomainQuestions)> {
    let (cart, row, registrar) = find(app, actor, token, item).await?;
    let name: DomainName = row.domain.as_deref().unwrap_or_default().parse().map_err(AppError::internal)?;
    let fields = questions(app, &registrar, &name, row.kind == "domain_transfer").await?;
    Ok((cart, DomainQuestions { name: name.to_string(), fields, given: given(&row) }))
}

/// Answers them; an answer that is wrong is `Invalid` under its key.
pub async fn answer_domain(
    app: &App,
    actor: &Actor,
    token: &str,
    item: CartItemId,
    answers: BTreeMap<String, String>,
) -> Result<()> {
    let (cart, asked) = asked_about(app, actor, token, item).await?;
    let answers = checked(&asked.fields, answers)?;
    let mut tx = app.begin(actor).await?;
    if !carts::answer(tx.conn(), cart, item, &json!(answers)).await? {
        return Err(AppError::NotFound("cart item"));
    }
    tx.commit().await
}

/// The answers, without those that are empty.
pub(super) fn checked(fields: &[Field], answers: BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let mut checks = Checks::default();
    for (key, fault) in faults(fields, &answers) {
        checks.require(false, &key, fault);
    }
    for (key, answer) in &answers {
        checks.text(key, answer, 2_000, false);
    }
    checks.finish()?;
    Ok(answers
        .into_iter()
        .map(|(key, answer)| (key, answer.trim().to_owned()))
        .filter(|(_, a)| !a.is_empty())
        .collect())
}

async fn find(app: &App, actor: &Actor, token: &str, item: CartItemId) -> Result<(CartId, CartItemRow, String)> {
    let view = super::view(app, actor, token).await?.ok_or(AppError::NotFound("cart"))?;
    let items = carts::items(&mut *app.conn().await?, view.id).await?;
    let row = items.into_iter().find(|row| row.id == item && row.domain.is_some());
    let row = row.ok_or(AppError::NotFound("cart item"))?;
    let registrar = view.quote.tld(&row).map(|tld| tld.plugin_id.clone());
    Ok((view.id, row, registrar.ok_or_else(|| AppError::conflict("this extension is no longer offered"))?))
}

fn given(row: &CartItemRow) -> BTreeMap<String, String> {
    serde_json::from_value(row.fields.clone()).unwrap_or_default()
}

/// Which domains ask something, and which of these were not answered yet.
pub(super) async fn asking(app: &App, items: &[CartItemRow], quote: &Quote) -> (Vec<CartItemId>, Vec<CartItemId>) {
    let (mut asking, mut open) = (vec![], vec![]);
    for item in items {
        let (Some(name), Some(tld)) = (item.domain.as_deref().and_then(|n| n.parse().ok()), quote.tld(item)) else {
            continue;
        };
        match questions(app, &tld.plugin_id, &name, item.kind == "domain_transfer").await {
            Ok(fields) if fields.is_empty() => {}
            Ok(fields) => {
                asking.push(item.id);
                open.extend((!faults(&fields, &given(item)).is_empty()).then_some(item.id));
            }
            // The order page must not fail with the plugin; the registration will ask it again.
            Err(error) => tracing::warn!(plugin = tld.plugin_id, %error, "a registrar does not say what it asks"),
        }
    }
    (asking, open)
}

/// What was answered, as a domain keeps it.
pub(crate) struct DomainWishes {
    /// The registry's attributes.
    pub extra: Value,
    /// Codes of extra services.
    pub services: Vec<String>,
    /// Hide the owner.
    pub privacy: bool,
}

/// Sorts the answers of a cart.
pub(crate) fn wishes(row: &CartItemRow) -> DomainWishes {
    let given = given(row);
    let services: BTreeSet<String> =
        given.keys().filter_map(|key| key.strip_prefix(SERVICE)).map(str::to_owned).collect();
    let extra: BTreeMap<&String, &String> = given.iter().filter(|(key, _)| !key.starts_with("wish.")).collect();
    DomainWishes { extra: json!(extra), services: services.into_iter().collect(), privacy: given.contains_key(PRIVACY) }
}
