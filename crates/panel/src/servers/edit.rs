//! One server.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::plugin_settings::{Near, vendor_choices};
use innkeeper_app::servers::{self, ServerInput, ServerRow};
use innkeeper_domain::{Permission, ServerId};
use innkeeper_plugin_api::Plugin;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other, sentence};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Flash, Form, Link, PostButton, bytes, relative};
use serde::Deserialize;
use serde_json::{Value, json};

use super::list::{load, state};
use crate::outcome::back;
use crate::reading::{choice, optional_number, with_none};
use crate::schema_form::SchemaForm;

#[derive(Template)]
#[template(path = "admin/servers/edit.html")]
struct Edit {
    chrome: Chrome,
    form: Form,
    groups: Vec<Choice>,
    settings: Option<SchemaForm>,
    /// Of a server that exists.
    aside: Option<Aside>,
    may_write: bool,
}

struct Aside {
    state: Badge,
    load: String,
    /// How much its accounts use, as last told.
    usage: String,
    test: PostButton,
    accounts: Option<Link>,
    addresses: Option<Link>,
    sign_on: Option<PostButton>,
}

/// Which plugin the server is of.
#[derive(Deserialize)]
pub(super) struct Of {
    #[serde(default)]
    plugin: String,
}

pub(super) async fn new(staff: Staff, Query(of): Query<Of>) -> PageResult {
    staff.actor.require(Permission::ServersWrite)?;
    let plugin = known(&staff, &of.plugin)?.manifest.id.clone();
    let form = Form::new().with("enabled", true).with("plugin_id", &plugin);
    page(&view(&staff, None, form, &plugin, json!({})).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let plugin = known(&staff, posted.get("plugin_id"))?.manifest.id.clone();
    let mut form = posted.form();
    let settings = settings(&staff, &plugin, &posted);
    if let Some(input) = read(&plugin, &posted, &settings, &mut form) {
        match servers::create_server(&staff.app, &staff.actor, input).await {
            Ok(id) => {
                let done = Flash::success("The server is there. Test the connection before anything is put on it.");
                return see_other(format!("/admin/servers/{id}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, None, form, &plugin, settings).await?)
}

pub(super) async fn show(staff: Staff, Id(id): Id<ServerId>) -> PageResult {
    let server = servers::get_server(&staff.app, &staff.actor, id).await?;
    let form = Form::new()
        .with("name", &server.name)
        .with("group_id", server.group_id)
        .with("capacity", server.capacity.map(|n| n.to_string()).unwrap_or_default())
        .with("nameservers", server.nameservers.join("\n"))
        .with("enabled", server.enabled);
    let (plugin, settings) = (server.plugin_id.clone(), server.settings.clone());
    page(&view(&staff, Some(server), form, &plugin, settings).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<ServerId>, posted: Posted) -> PageResult {
    let server = servers::get_server(&staff.app, &staff.actor, id).await?;
    let plugin = server.plugin_id.clone();
    let mut form = posted.form();
    let settings = settings(&staff, &plugin, &posted);
    if let Some(input) = read(&plugin, &posted, &settings, &mut form) {
        match servers::update_server(&staff.app, &staff.actor, id, input).await {
            Ok(()) => {
                return see_other(format!("/admin/servers/{id}")).flash(Flash::success("The server is saved.")).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, Some(server), form, &plugin, settings).await?)
}

pub(super) async fn test(staff: Staff, Id(id): Id<ServerId>) -> PageResult {
    let page = format!("/admin/servers/{id}");
    match servers::test_connection(&staff.app, &staff.actor, id).await {
        Ok(news) => see_other(page).flash(Flash::success(sentence(&format!("it answers: {news}")))).ok(),
        Err(error) => back(page, Err::<(), _>(error), ""),
    }
}

fn read(plugin: &str, posted: &Posted, settings: &Value, form: &mut Form) -> Option<ServerInput> {
    let group_id = choice(posted, form, "group_id");
    let capacity = optional_number(posted, form, "capacity");
    if !form.is_fine() {
        return None;
    }
    Some(ServerInput {
        group_id: group_id?,
        name: posted.text("name"),
        plugin_id: plugin.to_owned(),
        settings: settings.clone(),
        capacity,
        enabled: posted.ticked("enabled"),
        nameservers: posted
            .get("nameservers")
            .split([',', ' ', '\n', '\r'])
            .filter(|name| !name.is_empty())
            .map(str::to_lowercase)
            .collect(),
    })
}

fn settings(staff: &Staff, plugin: &str, posted: &Posted) -> Value {
    schema(staff, plugin).map_or_else(|| json!({}), |schema| SchemaForm::read(&schema, "settings", posted))
}

fn known<'a>(staff: &'a Staff, plugin: &str) -> Result<&'a Plugin, Failure> {
    staff.app.plugins().all().find(|p| p.manifest.id == plugin).ok_or_else(Failure::missing)
}

fn schema(staff: &Staff, plugin: &str) -> Option<Value> {
    known(staff, plugin).ok()?.manifest.schemas.instance.as_ref().map(|schema| schema.as_value().clone())
}

async fn view(
    staff: &Staff,
    server: Option<ServerRow>,
    form: Form,
    plugin: &str,
    settings: Value,
) -> Result<Edit, Failure> {
    let groups = servers::list_server_groups(&staff.app, &staff.actor).await?;
    let offers = servers::server_offers(&staff.app, &staff.actor, plugin).await?;
    let name = known(staff, plugin).map_or(plugin, |p| p.manifest.name.as_str()).to_owned();
    let title = server.as_ref().map_or_else(|| format!("New {name} server"), |s| s.name.clone());
    let chrome = staff.chrome().await.title(title).in_admin(AdminSection::Servers).crumb("Servers", "/admin/servers");
    let usage = match &server {
        Some(server) => servers::usage(&staff.app, &staff.actor, server.id).await?,
        None => None,
    };
    let now = staff.app.now();
    let usage = usage.map_or_else(String::new, |told| {
        let disk = bytes(u64::try_from(told.disk_bytes).unwrap_or(0));
        format!("{disk} on disk, by {} accounts, as told {}.", told.accounts, relative(told.told_at, now))
    });
    Ok(Edit {
        chrome: if server.is_some() { chrome.subtitle(name) } else { chrome },
        groups: with_none("Choose a group", groups.into_iter().map(|g| Choice::new(g.id.to_string(), g.name))),
        settings: match schema(staff, plugin) {
            Some(schema) => {
                let near = Near::Server(server.as_ref().map(|server| server.id));
                let vendor = vendor_choices(&staff.app, &staff.actor, plugin, near, &schema).await?;
                Some(SchemaForm::new(&schema, "settings", &settings, &form, &vendor))
            }
            None => None,
        },
        form,
        aside: server.map(|server| Aside {
            state: state(&server),
            load: load(&server),
            usage,
            test: PostButton::new(&format!("/admin/servers/{}/test", server.id), "Test connection").icon("activity"),
            accounts: offers
                .lists_accounts
                .then(|| Link::to(format!("/admin/servers/{}/accounts", server.id), "Accounts").icon("users")),
            addresses: offers
                .has_pool
                .then(|| Link::to(format!("/admin/servers/{}/addresses", server.id), "Addresses").icon("world")),
            sign_on: offers.sign_on.map(|label| {
                PostButton::new(&format!("/admin/servers/{}/sign-on", server.id), label).icon("external-link")
            }),
        }),
        may_write: staff.may(Permission::ServersWrite),
    })
}
