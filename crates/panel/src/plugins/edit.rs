//! One plugin: its settings, its switch, and whether it answers.

use askama::Template;
use axum::extract::Path;
use innkeeper_app::plugin_settings::{self, PluginSettings};
use innkeeper_app::plugin_settings::{Near, vendor_choices};
use innkeeper_domain::Permission;
use innkeeper_plugin_api::PluginKind;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other, sentence};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Facts, Flash, Form, PostButton};
use serde_json::{Value, json};

use super::list::{kind, state};
use super::tabs;
use crate::listing::Tab;
use crate::outcome::back;
use crate::schema_form::SchemaForm;

#[derive(Template)]
#[template(path = "admin/plugins/edit.html")]
struct Edit {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    /// None: it has no settings of its own.
    settings: Option<SchemaForm>,
    /// Where its settings are, if not here.
    elsewhere: &'static str,
    state: Badge,
    facts: Facts,
    missing: Vec<String>,
    actions: Vec<PostButton>,
    may_write: bool,
}

pub(super) async fn show(staff: Staff, Path(id): Path<String>) -> PageResult {
    let plugin = plugin_settings::get_plugin(&staff.app, &staff.actor, &id).await?;
    let values = plugin.settings.clone();
    page(&view(&staff, plugin, Form::new(), &values).await?)
}

pub(super) async fn save(staff: Staff, Path(id): Path<String>, posted: Posted) -> PageResult {
    let plugin = plugin_settings::get_plugin(&staff.app, &staff.actor, &id).await?;
    let schema = plugin.schema.as_ref().ok_or_else(Failure::missing)?;
    let typed = SchemaForm::read(schema, "settings", &posted);
    match plugin_settings::save_plugin(&staff.app, &staff.actor, &id, typed.clone()).await {
        Ok(()) => {
            see_other(format!("/admin/plugins/{id}")).flash(Flash::success("The settings are saved and in use.")).ok()
        }
        Err(error) => {
            let mut form = Form::new();
            form.refuse(error)?;
            // What the plugin said of all its settings has no field of its own.
            if let Some(text) =
                form.error("settings").map(|text| text.replacen("Are refused", "The settings are refused", 1))
            {
                form.fail("", text);
            }
            refused(&view(&staff, plugin, form, &typed).await?)
        }
    }
}

pub(super) async fn enable(staff: Staff, Path(id): Path<String>) -> PageResult {
    let result = plugin_settings::enable_plugin(&staff.app, &staff.actor, &id, true).await;
    back(format!("/admin/plugins/{id}"), result, "The plugin is on.")
}

pub(super) async fn disable(staff: Staff, Path(id): Path<String>) -> PageResult {
    let result = plugin_settings::enable_plugin(&staff.app, &staff.actor, &id, false).await;
    back(format!("/admin/plugins/{id}"), result, "The plugin is off.")
}

pub(super) async fn test(staff: Staff, Path(id): Path<String>) -> PageResult {
    let page = format!("/admin/plugins/{id}");
    match plugin_settings::test_plugin(&staff.app, &staff.actor, &id).await {
        Ok(news) => see_other(page).flash(Flash::success(sentence(&format!("it answers: {news}")))).ok(),
        Err(error) => back(page, Err::<(), _>(error), ""),
    }
}

async fn view(staff: &Staff, plugin: PluginSettings, form: Form, values: &Value) -> Result<Edit, Failure> {
    let summary = plugin.summary;
    let may_write = staff.may(Permission::ServersWrite);
    let chrome = staff.chrome().await.title(summary.name.as_str()).subtitle(summary.description.as_str());
    let empty = json!({});
    let values = if values.is_null() { &empty } else { values };
    Ok(Edit {
        chrome: chrome.in_admin(AdminSection::Plugins).crumb("Plugins", "/admin/plugins"),
        tabs: tabs(&staff.app, &summary.id, "settings").await,
        settings: match plugin.schema {
            Some(schema) => {
                let (app, actor) = (&staff.app, &staff.actor);
                let vendor = vendor_choices(app, actor, &summary.id, Near::Plugin, &schema).await?;
                Some(SchemaForm::new(&schema, "settings", values, &form, &vendor))
            }
            None => None,
        },
        form,
        elsewhere: match summary.kind {
            PluginKind::Server => "It also has settings for each server and each product; they are on their pages.",
            _ => "",
        },
        state: state(&summary),
        facts: Facts::new()
            .row("What it does", kind(summary.kind))
            .row("Version", summary.version.as_str())
            .row("Id", summary.id.as_str()),
        actions: if may_write { actions(&summary.id, plugin.can_test, summary.enabled) } else { vec![] },
        missing: if summary.enabled { summary.missing } else { vec![] },
        may_write,
    })
}

fn actions(id: &str, can_test: bool, enabled: bool) -> Vec<PostButton> {
    let button = |verb: &str, label: &str| PostButton::new(&format!("/admin/plugins/{id}/{verb}"), label);
    let mut all = vec![];
    if can_test {
        all.push(button("test", "Test connection").icon("activity"));
    }
    all.push(match enabled {
        true => button("disable", "Switch off")
            .icon("ban")
            .confirm("Switch this plugin off? It is asked nothing and told nothing until it is on again."),
        false => button("enable", "Switch on").primary().icon("player-play"),
    });
    all
}
