//! What the registrar of a domain offers besides: a page for each.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::domains::tools::{self, Open};
use innkeeper_domain::{DomainId, EffectId};
use innkeeper_plugin_api::View;
use innkeeper_web::error::external_text;
use innkeeper_web::extract::{Client, Ids, Keyed, KeyedTwice, Posted};
use innkeeper_web::plugin_action::Secrets;
use innkeeper_web::plugin_view::PluginView;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form};
use innkeeper_web::{Failure, questions};

use super::below;

/// A page that a plugin fills.
#[derive(Template)]
#[template(path = "portal/ability_page.html")]
pub(crate) struct PluginPage {
    pub chrome: Chrome,
    pub view: PluginView,
    /// Why it cannot be shown; else empty.
    pub trouble: String,
    pub back: String,
}

pub(super) async fn show(client: Client, Keyed(id, key): Keyed<DomainId>) -> PageResult {
    let open = tools::open(&client.app, &client.actor, id, &key).await?;
    page(&drawn(&client, &open, "", &Form::new()).await?)
}

pub(super) async fn run(
    client: Client,
    KeyedTwice(id, key, action): KeyedTwice<DomainId>,
    posted: Posted,
) -> PageResult {
    let (app, actor) = (&client.app, &client.actor);
    let open = tools::open(app, actor, id, &key).await?;
    let fields = open.fields(app, &action).await?;
    let error = match open.run(app, actor, &action, &questions::answers(&posted, "field", &fields)).await {
        Ok(_) => {
            let done = Flash::success("The registrar is being told. Reload in a moment to see what came of it.");
            return see_other(format!("/domains/{id}")).flash(done).ok();
        }
        Err(AppError::External(error)) => {
            let told = Flash::danger(external_text(&error));
            return see_other(format!("/domains/{id}/tools/{key}")).flash(told).ok();
        }
        Err(error) => error,
    };
    let mut form = posted.form();
    form.refuse(questions::at_controls(error, "field", &fields))?;
    refused(&drawn(&client, &open, &action, &form).await?)
}

async fn drawn(client: &Client, open: &Open, action: &str, form: &Form) -> Result<PluginPage, Failure> {
    let (view, trouble) = match open.draw(&client.app).await {
        Ok(view) => (view, String::new()),
        Err(AppError::External(error)) => (View::default(), external_text(&error)),
        Err(other) => return Err(other.into()),
    };
    let back = format!("/domains/{}", open.domain.id);
    let base = format!("{back}/tools/{}", open.tool.key());
    let chrome = below(client, &open.domain, open.tool.title()).await;
    let view = PluginView::refused(view, (&base, ""), &client.language().await, action, form);
    Ok(PluginPage { chrome, view, trouble, back })
}

/// The secrets that an action brought to light.
#[derive(Template)]
#[template(path = "portal/secrets.html")]
pub(crate) struct SecretsPage {
    pub chrome: Chrome,
    pub secrets: Secrets,
}

/// Shows the secrets that an action brought to light, to whoever ran it.
pub(super) async fn reveal(client: Client, Ids(id, effect): Ids<DomainId, EffectId>) -> PageResult {
    let domain = innkeeper_app::domains::get(&client.app, &client.actor, id).await?.domain;
    let found = tools::reveal_result(&client.app, &client.actor, id, effect).await?;
    let chrome = below(&client, &domain, "Result").await;
    page(&SecretsPage { chrome, secrets: Secrets::new(found, format!("/domains/{id}")) })
}
