//! Visits of a page: checked first, then the plugin is called.

use innkeeper_domain::Permission;
use innkeeper_plugin_api::{
    Block, Field, FieldKind, Place, PluginError, Product, Secret, Snapin, View, Viewer, Visit,
    field::faults,
    pages::{About, ActionReply},
    view::Value,
};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{PageOf, list::needs};
use crate::{Actor, App, AppError, Checks, Identity, Result, plugins::Call};

/// Nobody waits longer for a page.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which page, on what.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Id of the plugin.
    pub plugin: String,
    /// Key of the page.
    pub page: String,
    /// What it is on.
    pub about: About,
    /// The rest of the address's query.
    pub query: BTreeMap<String, String>,
}

/// What a page is on, as people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Its name.
    pub name: String,
    /// Of a service or a domain: what tabs are chosen by.
    product: Option<Product>,
}

/// A page that this actor may see, on something that it may see.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The page.
    pub page: PageOf,
    /// What it is on, if it is on something.
    pub thing: Option<Thing>,
    visit: Visit,
}

/// Opens a page. `NotFound` if there is no such page at this door, or if it is on something that the actor does
/// not have or that the page is not made for; `Forbidden` for staff who lack a permission.
pub async fn open(app: &App, actor: &Actor, wanted: Wanted) -> Result<Opened> {
    let missing = || AppError::NotFound("page");
    let viewer = match actor.identity {
        Identity::Staff(id) => Viewer::Staff(id),
        Identity::Client { client_id, .. } => Viewer::Client(client_id),
        Identity::Visitor | Identity::System(_) => return Err(missing()),
    };
    let is_panel = actor.is_staff();
    let known = app.plugins.snapin(&wanted.plugin).is_ok() && app.plugin_enabled(&wanted.plugin).await?;
    if !known {
        return Err(missing());
    }
    let specs = app.pages_of(&wanted.plugin).await?;
    let spec = specs.into_iter().find(|spec| spec.key == wanted.page && spec.place.is_panel() == is_panel);
    let spec = spec.ok_or_else(missing)?;
    if is_panel {
        actor.require(spec.permission)?;
        if let Some(permission) = needs(&spec.place) {
            actor.require(permission)?;
        }
    }
    let page = PageOf { plugin: wanted.plugin, spec };
    let thing = thing(app, actor, wanted.about).await?;
    if !fits(&page, wanted.about, thing.as_ref()) {
        return Err(missing());
    }
    Ok(Opened { page, thing, visit: Visit { viewer, about: wanted.about, query: wanted.query } })
}

/// What a page is on, if the actor may see it.
async fn thing(app: &App, actor: &Actor, about: About) -> Result<Option<Thing>> {
    let gone = || AppError::NotFound("page");
    let (owner, mut conn) = match about {
        About::Nothing => return Ok(None),
        About::Client(_) => (actor.owner(Permission::ClientsRead)?, app.conn().await?),
        About::Service(_) | About::Domain(_) => (actor.owner(Permission::ServicesRead)?, app.conn().await?),
    };
    let (name, product) = match about {
        About::Nothing => return Ok(None),
        About::Client(id) => {
            let row = innkeeper_db::clients::get(&mut conn, owner, id).await?.ok_or_else(gone)?;
            let person = format!("{} {}", row.first_name, row.last_name);
            (if row.company.is_empty() { person } else { row.company }, None)
        }
        About::Service(id) => {
            let row = innkeeper_db::services::get(&mut conn, owner, id).await?.ok_or_else(gone)?;
            let sold = innkeeper_db::products::get(&mut conn, row.product_id).await?;
            let group = sold.map(|product| product.group_name).unwrap_or_default();
            (row.label, Some(Product::Service { plugin: row.plugin_id, group }))
        }
        About::Domain(id) => {
            let row = innkeeper_db::domains::get(&mut conn, owner, id).await?.ok_or_else(gone)?;
            (row.name, Some(Product::Domain { registrar: row.plugin_id }))
        }
    };
    Ok(Some(Thing { name, product }))
}

/// The tabs of snapins on something that the actor sees, in the order of the plugins.
pub async fn tabs(app: &App, actor: &Actor, about: About) -> Result<Vec<PageOf>> {
    let mut pages = super::list(app, actor).await?;
    pages.retain(PageOf::is_tab);
    // Mostly there are none: then nobody looks at what they would be on.
    if !pages.is_empty() {
        let thing = thing(app, actor, about).await?;
        pages.retain(|page| fits(page, about, thing.as_ref()));
    }
    Ok(pages)
}

/// A tab is on what its place says; any other page may be on anything.
fn fits(page: &PageOf, about: About, thing: Option<&Thing>) -> bool {
    match (&page.spec.place, about) {
        (Place::ClientTab, _) => matches!(about, About::Client(_)),
        (Place::ProductTab(filter), _) => {
            thing.and_then(|thing| thing.product.as_ref()).is_some_and(|product| filter.takes(product))
        }
        _ => true,
    }
}

/// Draws a page.
pub async fn draw(app: &App, opened: &Opened) -> Result<View> {
    let (key, visit) = (opened.page.spec.key.clone(), opened.visit.clone());
    let call = call(app, opened, "draw");
    ask(app, opened, call, move |snapin, ctx| async move {
        match snapin.pages() {
            Some(pages) => pages.draw(&ctx, &key, &visit).await,
            None => Err(lacking()),
        }
    })
    .await
}

/// Runs an action of a page: one that a form on it offers to this visitor now, with answers that fit the form. A
/// ticked box may be sent in any spelling. `NotFound` if the page does not offer it.
pub async fn act(
    app: &App,
    actor: &Actor,
    opened: &Opened,
    action: &str,
    input: BTreeMap<String, String>,
) -> Result<ActionReply> {
    let view = draw(app, opened).await?;
    if buttons(&view).any(|(offered, answers)| offered == action && answers == input) {
        return run(app, actor, opened, action, &[], input).await;
    }
    let forms = view.blocks.into_iter().filter_map(|block| match block {
        Block::Form { action: offered, fields, .. } if offered == action => Some(fields),
        _ => None,
    });
    let mut tried: Option<Vec<(String, String)>> = None;
    for fields in forms {
        let input = tidy(&fields, input.clone());
        let wrong = faults(&fields, &input);
        if wrong.is_empty() {
            return run(app, actor, opened, action, &fields, input).await;
        }
        tried.get_or_insert(wrong);
    }
    let mut checks = Checks::default();
    for (key, fault) in tried.ok_or(AppError::NotFound("action"))? {
        checks.require(false, &key, fault);
    }
    checks.finish()?;
    Err(AppError::NotFound("action"))
}

/// The buttons of a page: each an action with its answers.
fn buttons(view: &View) -> impl Iterator<Item = (&str, BTreeMap<String, String>)> {
    let values = view.blocks.iter().flat_map(|block| match block {
        Block::Facts(rows) => rows.iter().map(|(_, value)| value).collect(),
        Block::Table { rows, .. } => rows.iter().flatten().collect(),
        _ => vec![],
    });
    values.filter_map(|value| match value {
        Value::Button { action, input, .. } => Some((action.as_str(), input.iter().cloned().collect())),
        _ => None,
    })
}

/// The answers without the space around them; a ticked box is `1`.
fn tidy(fields: &[Field], input: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let answer = |key: &String, text: String| match fields.iter().find(|field| field.key == *key).map(|f| &f.kind) {
        Some(FieldKind::Checkbox) if matches!(text.trim(), "" | "0" | "off" | "false") => String::new(),
        Some(FieldKind::Checkbox) => "1".to_owned(),
        Some(FieldKind::Multiline | FieldKind::Password) => text,
        _ => text.trim().to_owned(),
    };
    input.into_iter().map(|(key, text)| (key.clone(), answer(&key, text))).collect()
}

async fn run(
    app: &App,
    actor: &Actor,
    opened: &Opened,
    action: &str,
    fields: &[Field],
    input: BTreeMap<String, String>,
) -> Result<ActionReply> {
    let what = json!({ "plugin": opened.page.plugin, "page": opened.page.spec.key, "action": action });
    let mut tx = app.begin(actor).await?;
    tx.audit("plugin.page_action", "plugin", about_id(opened), what).await?;
    tx.commit().await?;
    let mut call = call(app, opened, "act");
    for field in fields.iter().filter(|field| field.kind == FieldKind::Password) {
        call = call.hiding(input.get(&field.key).map(|text| Secret::new(text.clone())).as_ref());
    }
    let (key, action, visit) = (opened.page.spec.key.clone(), action.to_owned(), opened.visit.clone());
    ask(app, opened, call, move |snapin, ctx| async move {
        match snapin.pages() {
            Some(pages) => pages.act(&ctx, &key, &action, &visit, &input).await,
            None => Err(lacking()),
        }
    })
    .await
}

fn about_id(opened: &Opened) -> i64 {
    match opened.visit.about {
        About::Nothing => 0,
        About::Client(id) => id.get(),
        About::Service(id) => id.get(),
        About::Domain(id) => id.get(),
    }
}

fn call(app: &App, opened: &Opened, operation: &'static str) -> Call {
    let call = Call::new(&opened.page.plugin, operation, PATIENCE.min(app.options.plugin_timeout));
    let call = call.argument(json!(opened.page.spec.key));
    match opened.visit.about {
        About::Nothing => call,
        About::Client(id) => call.about("client", id),
        About::Service(id) => call.about("service", id),
        About::Domain(id) => call.about("domain", id),
    }
}

async fn ask<T, F>(
    app: &App,
    opened: &Opened,
    call: Call,
    ask: impl FnOnce(Arc<dyn Snapin>, innkeeper_plugin_api::PluginCtx) -> F + Send + 'static,
) -> Result<T>
where
    T: std::fmt::Debug + Send + 'static,
    F: Future<Output = std::result::Result<T, PluginError>> + Send + 'static,
{
    let snapin = app.plugins.snapin(&opened.page.plugin)?;
    let ctx = app.plugin_ctx(&opened.page.plugin, Default::default()).await?;
    Ok(app.call_plugin(call, &ctx, move |ctx| ask(snapin, ctx)).await?)
}

fn lacking() -> PluginError {
    PluginError::unsupported("this plugin has no pages")
}
