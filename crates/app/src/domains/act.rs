//! Operations on domains.

use innkeeper_db::domains;
use innkeeper_domain::{ClientId, DomainId, DomainName, EffectId, Permission, state::DomainState};
use innkeeper_hooks::payloads::{
    AuthCodeRead, BeforeGetAuthCode, BeforeSaveContacts, BeforeSaveNameservers, DomainEdited,
};
use innkeeper_plugin_api::{AuthCodeAnswer, Contacts, PluginError, Registrar};
use serde_json::{Value, json};

use crate::{
    Actor, App, AppError, Checks, Result,
    effects::{self, Kind, Plan, SKIPPED_BY, Subject},
    gates::{self, Decision},
    plugins::Call,
};

/// Registers (or transfers) a pending domain: for staff, when no order does it.
pub async fn register(app: &App, actor: &Actor, id: DomainId) -> Result<EffectId> {
    actor.require(Permission::ServicesWrite)?;
    let domain = super::get(app, actor, id).await?.domain;
    let kind = if domain.kind == "transfer" { Kind::DomainTransfer } else { Kind::DomainRegister };
    act(app, actor, id, None, kind, &[DomainState::Pending], json!({ "years": domain.years }), None).await
}

/// Renews a domain by `years`, from the expiry we know: for staff. What was paid for is renewed by its invoice.
pub async fn renew(app: &App, actor: &Actor, id: DomainId, years: u8) -> Result<EffectId> {
    actor.require(Permission::ServicesWrite)?;
    let mut checks = Checks::default();
    checks.require((1..=10).contains(&years), "years", "must be between 1 and 10");
    checks.finish()?;
    let domain = super::get(app, actor, id).await?.domain;
    let from = domain.expires_on.ok_or_else(|| AppError::conflict("the expiry of this domain is not known yet"))?;
    let request = json!({ "years": years, "from": from });
    act(app, actor, id, None, Kind::DomainRenew, &[DomainState::Active, DomainState::Expired], request, None).await
}

/// Sets 2 to 13 name servers; none: the registrar's own.
pub async fn set_nameservers(app: &App, actor: &Actor, id: DomainId, nameservers: &[String]) -> Result<EffectId> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let mut names = vec![];
    let mut checks = Checks::default();
    for (i, name) in nameservers.iter().map(|n| n.trim()).filter(|n| !n.is_empty()).enumerate() {
        let parsed = name.parse::<DomainName>().map_err(|_| "must be a host name such as ns1.example.net");
        names.extend(checks.parse(&format!("nameserver{}", i + 1), parsed).map(|n| n.to_string()));
    }
    checks.require(names.is_empty() || (2..=13).contains(&names.len()), "nameserver1", "must be at least two, or none");
    checks.finish()?;
    let domain = super::get(app, actor, id).await?.domain;
    let question =
        BeforeSaveNameservers { domain_id: id, client_id: domain.client_id, name: domain.name, nameservers: names };
    let (asked, skipped_by) = gates::ask(app, question).await?.parts();
    let request = noted(json!({ "nameservers": asked.nameservers }), skipped_by);
    act(app, actor, id, owner, Kind::DomainSetNameservers, &[DomainState::Active], request, None).await
}

/// Sets the contacts at the registrar.
pub async fn set_contacts(app: &App, actor: &Actor, id: DomainId, contacts: &Contacts) -> Result<EffectId> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let mut checks = Checks::default();
    let roles = [
        ("owner", Some(&contacts.owner)),
        ("admin", contacts.admin.as_ref()),
        ("tech", contacts.tech.as_ref()),
        ("billing", contacts.billing.as_ref()),
    ];
    for (role, contact) in roles.into_iter().filter_map(|(role, c)| c.map(|c| (role, c))) {
        for (field, text) in [
            ("first_name", &contact.first_name),
            ("last_name", &contact.last_name),
            ("address", &contact.address),
            ("city", &contact.city),
            ("postcode", &contact.postcode),
            ("phone", &contact.phone),
        ] {
            checks.text(&format!("{role}.{field}"), text, 200, true);
        }
        for (field, text) in
            [("company", &contact.company), ("state", &contact.state), ("id_number", &contact.id_number)]
        {
            checks.text(&format!("{role}.{field}"), text, 200, false);
        }
        checks.parse(&format!("{role}.email"), contact.email.parse::<innkeeper_domain::EmailAddress>());
        let country = contact.country.len() == 2 && contact.country.bytes().all(|b| b.is_ascii_uppercase());
        checks.require(country, &format!("{role}.country"), "must be a country code of two letters");
    }
    checks.finish()?;
    let domain = super::get(app, actor, id).await?.domain;
    let (client_id, name) = (domain.client_id, domain.name);
    let question = BeforeSaveContacts { domain_id: id, client_id, name, contacts: json!(contacts) };
    let (asked, skipped_by) = gates::ask(app, question).await?.parts();
    // What a snapin made of them is taken only if it still is contacts.
    let adjusted = serde_json::from_value::<Contacts>(asked.contacts).unwrap_or_else(|error| {
        tracing::warn!(%error, "adjusted contacts do not fit");
        contacts.clone()
    });
    let request = noted(json!(adjusted), skipped_by);
    act(app, actor, id, owner, Kind::DomainSetContacts, &[DomainState::Active], request, None).await
}

/// The request with a note of the snapin that takes it over: the effect then calls nobody.
pub(super) fn noted(mut request: Value, skipped_by: Option<String>) -> Value {
    if let (Some(by), Some(fields)) = (skipped_by, request.as_object_mut()) {
        fields.insert(SKIPPED_BY.to_owned(), Value::String(by));
    }
    request
}

#[expect(clippy::too_many_arguments, reason = "each is a different thing, and all callers stand here")]
pub(super) async fn act(
    app: &App,
    actor: &Actor,
    id: DomainId,
    owner: Option<ClientId>,
    kind: Kind,
    from: &[DomainState],
    request: Value,
    secret: Option<&str>,
) -> Result<EffectId> {
    let mut tx = app.begin(actor).await?;
    let state = domains::lock_state(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("domain"))?;
    if !from.contains(&state) {
        return Err(AppError::conflict(format!("the domain is {state}: that is not possible now")));
    }
    let domain = domains::get(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("domain"))?;
    let plan = Plan { kind, subject: Subject::Domain(id), plugin_id: &domain.plugin_id, request, secret };
    let effect = effects::plan(&mut tx, &app.cipher, &plan).await?;
    tx.audit(kind.as_str(), "domain", id, json!({ "effect": effect })).await?;
    tx.commit().await?;
    Ok(effect)
}

/// Locks or unlocks a domain against transfer. Sets an absolute state and costs nothing, so it is done at once.
pub async fn set_lock(app: &App, actor: &Actor, id: DomainId, locked: bool) -> Result<()> {
    let (ready, domain) = active(app, actor, id).await?;
    let (plugin, about) = (ready.plugin, ready.domain);
    let call = Call::new(&ready.plugin_id, "set_lock", app.options.plugin_timeout).about("domain", id);
    let ask = move |ctx| async move {
        let ability = plugin.transfer_lock();
        let ability = ability.ok_or_else(|| PluginError::unsupported("this registrar has no transfer lock"))?;
        ability.set_lock(&ctx, &about, locked).await
    };
    app.call_plugin(call, &ready.ctx, ask).await?;
    let mut tx = app.begin(actor).await?;
    tx.emit(&DomainEdited { domain_id: id, client_id: domain.client_id, name: domain.name, locked }).await?;
    tx.audit("domain.set_lock", "domain", id, json!({ "locked": locked })).await?;
    tx.commit().await
}

/// The code with which a domain may leave. Revealing it is audited.
pub async fn auth_code(app: &App, actor: &Actor, id: DomainId) -> Result<AuthCodeAnswer> {
    let (ready, domain) = active(app, actor, id).await?;
    let reveals = |p: &dyn Registrar| p.auth_code().is_some();
    if !app.registrar_says(&ready.plugin_id, "reveals_code", reveals).await? {
        return Err(PluginError::unsupported("this registrar does not reveal codes").into());
    }
    let (client_id, name) = (domain.client_id, domain.name);
    let question = BeforeGetAuthCode { domain_id: id, client_id, name: name.clone() };
    if let Decision::Skip { .. } = gates::ask(app, question).await? {
        return Err(AppError::conflict("the code for this domain is handed out another way: ask support for it"));
    }
    let mut tx = app.begin(actor).await?;
    tx.audit("domain.reveal_auth_code", "domain", id, json!({})).await?;
    tx.commit().await?;
    let (plugin, about) = (ready.plugin, ready.domain);
    let call = Call::new(&ready.plugin_id, "auth_code", app.options.plugin_timeout).about("domain", id);
    let ask = move |ctx| async move {
        let ability = plugin.auth_code();
        let ability = ability.ok_or_else(|| PluginError::unsupported("this registrar does not reveal codes"))?;
        ability.auth_code(&ctx, &about).await
    };
    let code = app.call_plugin(call, &ready.ctx, ask).await;
    let error = code.as_ref().err().map(|e| e.detail.clone());
    let (registrar, succeeded) = (ready.plugin_id, code.is_ok());
    app.tell(&AuthCodeRead { domain_id: id, client_id, name, registrar, succeeded, error });
    Ok(code?)
}

async fn active(app: &App, actor: &Actor, id: DomainId) -> Result<(effects::ReadyDomain, domains::DomainRow)> {
    actor.owner(Permission::ServicesWrite)?;
    let view = super::get(app, actor, id).await?;
    if view.domain.state.0 != DomainState::Active {
        return Err(AppError::conflict(format!("the domain is {}: that is not possible now", view.domain.state)));
    }
    Ok((effects::ready_domain(app, id).await?, view.domain))
}
