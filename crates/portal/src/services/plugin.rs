//! What the plugin of a service adds to its page: actions, a way into the vendor's panel, panels of its own.

use askama::Template;
use innkeeper_app::services::{self, ServiceRow};
use innkeeper_domain::{EffectId, ServiceId};
use innkeeper_plugin_api::Action;
use innkeeper_web::extract::{Client, Id, Ids, Keyed, Posted};
use innkeeper_web::plugin_action::Secrets;
use innkeeper_web::plugin_view::PluginView;
use innkeeper_web::reply::{PageResult, leaving, page, refused, see_other};
use innkeeper_web::view::{Cell, Chrome, Field, Flash, Form, PortalSection};
use innkeeper_web::{plugin_action, questions};

use crate::domains::SecretsPage;

#[derive(Template)]
#[template(path = "portal/services/action.html")]
struct Ask {
    chrome: Chrome,
    id: ServiceId,
    label: String,
    question: String,
    destructive: bool,
    form: Form,
    fields: Vec<Field>,
}

/// Asks before an action runs.
pub(super) async fn ask(client: Client, Keyed(id, key): Keyed<ServiceId>) -> PageResult {
    let service = services::get(&client.app, &client.actor, id).await?.service;
    let action = services::find_action(&client.app, &client.actor, id, &key).await?;
    page(&question(&client, &service, &action, Form::new()).await)
}

/// Runs an action.
pub(super) async fn run(client: Client, Keyed(id, key): Keyed<ServiceId>, posted: Posted) -> PageResult {
    let (app, actor) = (&client.app, &client.actor);
    let action = services::find_action(app, actor, id, &key).await?;
    let input = questions::answers(&posted, "field", &action.fields);
    match services::run_action(app, actor, id, &key, input).await {
        Ok(_) => {
            let text =
                format!("\u{201c}{}\u{201d} is under way. Reload in a moment to see what came of it.", action.label);
            see_other(format!("/services/{id}")).flash(Flash::success(text)).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(questions::at_controls(error, "field", &action.fields))?;
            let service = services::get(app, actor, id).await?.service;
            refused(&question(&client, &service, &action, form).await)
        }
    }
}

async fn question(client: &Client, service: &ServiceRow, action: &Action, form: Form) -> Ask {
    Ask {
        chrome: below(client, service, &action.label).await,
        id: service.id,
        label: action.label.clone(),
        question: plugin_action::question(action),
        destructive: action.destructive,
        fields: questions::controls(&form, "field", &action.fields, &client.language().await),
        form,
    }
}

/// Shows the secrets that an action brought to light, to whoever ran it.
pub(super) async fn reveal(client: Client, Ids(id, effect): Ids<ServiceId, EffectId>) -> PageResult {
    let service = services::get(&client.app, &client.actor, id).await?.service;
    let found = services::reveal_result(&client.app, &client.actor, id, effect).await?;
    let chrome = below(&client, &service, "Result").await;
    page(&SecretsPage { chrome, secrets: Secrets::new(found, format!("/services/{id}")) })
}

#[derive(Template)]
#[template(path = "portal/services/sign_on.html")]
struct SignOn {
    chrome: Chrome,
    id: ServiceId,
    link: String,
}

/// Leads into the vendor's panel.
pub(super) async fn sign_on(client: Client, Keyed(id, target): Keyed<ServiceId>) -> PageResult {
    let target = plugin_action::sign_on_target(&target)?;
    let service = services::get(&client.app, &client.actor, id).await?.service;
    let link = services::sign_on(&client.app, &client.actor, id, target).await?;
    let chrome = below(&client, &service, "On to the control panel").await;
    leaving(&SignOn { chrome, id, link: link.reveal().clone() }, link.reveal())
}

#[derive(Template)]
#[template(path = "portal/services/console.html")]
struct Console {
    chrome: Chrome,
    id: ServiceId,
    link: String,
    /// To be typed there, if it wants one.
    password: Option<Cell>,
}

/// Opens the console of a machine.
pub(super) async fn console(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    let service = services::get(&client.app, &client.actor, id).await?.service;
    let console = services::console(&client.app, &client.actor, id).await?;
    page(&Console {
        chrome: below(&client, &service, "Console").await,
        id,
        link: console.url.reveal().clone(),
        password: console.password.map(|password| Cell::Code(password.reveal().clone())),
    })
}

#[derive(Template)]
#[template(path = "portal/services/panel.html")]
struct Panel {
    chrome: Chrome,
    id: ServiceId,
    view: PluginView,
}

/// A panel of the plugin.
pub(super) async fn panel(client: Client, Keyed(id, key): Keyed<ServiceId>) -> PageResult {
    let view = services::get(&client.app, &client.actor, id).await?;
    let title = view.panels.iter().find(|(known, _)| *known == key).map_or("", |(_, title)| *title);
    let drawn = services::panel(&client.app, &client.actor, id, &key).await?;
    let chrome = below(&client, &view.service, title).await;
    let view = PluginView::new(drawn, &format!("/services/{id}/panels/{key}"), &client.language().await);
    page(&Panel { chrome, id, view })
}

pub(super) async fn below(client: &Client, service: &ServiceRow, title: &str) -> Chrome {
    client
        .chrome()
        .await
        .title(title)
        .crumb("Services", "/services")
        .crumb(service.label.as_str(), format!("/services/{}", service.id))
        .in_portal(PortalSection::Services)
}
