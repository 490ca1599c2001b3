//! What the plugin of a service adds to its page: actions, a way into the vendor's panel, panels of its own; and
//! changing the account there.

use std::collections::BTreeMap;

use askama::Template;
use innkeeper_app::services::{self, ChangeInput, Changeable, ServiceRow, WantedAddress};
use innkeeper_domain::{EffectId, ServiceId};
use innkeeper_plugin_api::{Action, server::Addon, view::Unit};
use innkeeper_web::extract::{Id, Ids, Keyed, Posted, Staff};
use innkeeper_web::plugin_action::Secrets;
use innkeeper_web::plugin_view::PluginView;
use innkeeper_web::reply::{PageResult, leaving, page, refused, see_other, sentence};
use innkeeper_web::view::{Cell, Choice, Chrome, Field, Flash, Form};
use innkeeper_web::{plugin_action, quantities, questions};

use super::below;
use crate::domains::SecretsPage;

#[derive(Template)]
#[template(path = "admin/services/action.html")]
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
pub(super) async fn ask(staff: Staff, Keyed(id, key): Keyed<ServiceId>) -> PageResult {
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    let action = services::find_action(&staff.app, &staff.actor, id, &key).await?;
    page(&question(&staff, &service, &action, Form::new()).await)
}

/// Runs an action.
pub(super) async fn run(staff: Staff, Keyed(id, key): Keyed<ServiceId>, posted: Posted) -> PageResult {
    let (app, actor) = (&staff.app, &staff.actor);
    let action = services::find_action(app, actor, id, &key).await?;
    let input = questions::answers(&posted, "field", &action.fields);
    match services::run_action(app, actor, id, &key, input).await {
        Ok(_) => {
            let text =
                format!("\u{201c}{}\u{201d} is under way. Reload in a moment to see what came of it.", action.label);
            see_other(format!("/admin/services/{id}")).flash(Flash::success(text)).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(questions::at_controls(error, "field", &action.fields))?;
            let service = services::get(app, actor, id).await?.service;
            refused(&question(&staff, &service, &action, form).await)
        }
    }
}

async fn question(staff: &Staff, service: &ServiceRow, action: &Action, form: Form) -> Ask {
    Ask {
        chrome: below(staff.chrome().await, service, &action.label),
        id: service.id,
        label: action.label.clone(),
        question: plugin_action::question(action),
        destructive: action.destructive,
        fields: questions::controls(&form, "field", &action.fields, &staff.language().await),
        form,
    }
}

/// Shows the secrets that an action brought to light, to whoever ran it.
pub(super) async fn reveal(staff: Staff, Ids(id, effect): Ids<ServiceId, EffectId>) -> PageResult {
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    let found = services::reveal_result(&staff.app, &staff.actor, id, effect).await?;
    let chrome = below(staff.chrome().await, &service, "Result");
    page(&SecretsPage { chrome, secrets: Secrets::new(found, format!("/admin/services/{id}")) })
}

#[derive(Template)]
#[template(path = "admin/services/sign_on.html")]
struct SignOn {
    chrome: Chrome,
    id: ServiceId,
    link: String,
}

/// Leads into the vendor's panel.
pub(super) async fn sign_on(staff: Staff, Keyed(id, target): Keyed<ServiceId>) -> PageResult {
    let target = plugin_action::sign_on_target(&target)?;
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    let link = services::sign_on(&staff.app, &staff.actor, id, target).await?;
    let chrome = below(staff.chrome().await, &service, "On to the control panel");
    leaving(&SignOn { chrome, id, link: link.reveal().clone() }, link.reveal())
}

#[derive(Template)]
#[template(path = "admin/services/console.html")]
struct Console {
    chrome: Chrome,
    id: ServiceId,
    link: String,
    /// To be typed there, if it wants one.
    password: Option<Cell>,
}

/// Opens the console of a machine.
pub(super) async fn console(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    let console = services::console(&staff.app, &staff.actor, id).await?;
    page(&Console {
        chrome: below(staff.chrome().await, &service, "Console"),
        id,
        link: console.url.reveal().clone(),
        password: console.password.map(|password| Cell::Code(password.reveal().clone())),
    })
}

#[derive(Template)]
#[template(path = "admin/services/panel.html")]
struct Panel {
    chrome: Chrome,
    id: ServiceId,
    view: PluginView,
}

/// A panel of the plugin.
pub(super) async fn panel(staff: Staff, Keyed(id, key): Keyed<ServiceId>) -> PageResult {
    let view = services::get(&staff.app, &staff.actor, id).await?;
    let title = view.panels.iter().find(|(known, _)| *known == key).map_or("", |(_, title)| *title);
    let drawn = services::panel(&staff.app, &staff.actor, id, &key).await?;
    let chrome = below(staff.chrome().await, &view.service, title);
    let view = PluginView::new(drawn, &format!("/admin/services/{id}/panels/{key}"), &staff.language().await);
    page(&Panel { chrome, id, view })
}

#[derive(Template)]
#[template(path = "admin/services/change.html")]
struct Change {
    chrome: Chrome,
    id: ServiceId,
    form: Form,
    can: Changeable,
    products: Vec<Choice>,
    addresses: Vec<Choice>,
    addons: Vec<Field>,
}

/// What can be different at the vendor.
pub(super) async fn ask_change(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let can = services::changeable(&staff.app, &staff.actor, id).await?;
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    page(&change_page(&staff, &service, can, Form::new()).await)
}

/// Changes it.
pub(super) async fn change(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let can = services::changeable(&staff.app, &staff.actor, id).await?;
    let mut form = posted.form();
    let addons = quantities(&can, &posted, &mut form);
    if !form.is_fine() {
        let service = services::get(&staff.app, &staff.actor, id).await?.service;
        return refused(&change_page(&staff, &service, can, form).await);
    }
    let input = ChangeInput {
        username: posted.text("username"),
        domain: posted.text("domain"),
        product: posted.get("product").parse().ok(),
        address: match posted.get("address") {
            "own" => Some(WantedAddress::Own),
            "shared" => Some(WantedAddress::Shared),
            _ => None,
        },
        addons,
    };
    match services::change(&staff.app, &staff.actor, id, input).await {
        Ok(_) => see_other(format!("/admin/services/{id}")).flash(Flash::success("The account is being changed.")).ok(),
        Err(error) => {
            form.refuse(error)?;
            let service = services::get(&staff.app, &staff.actor, id).await?.service;
            refused(&change_page(&staff, &service, can, form).await)
        }
    }
}

/// The quantities that were typed; what is wrong goes to `form`. Empty: it stays.
fn quantities(can: &Changeable, posted: &Posted, form: &mut Form) -> BTreeMap<String, u64> {
    let mut wanted = BTreeMap::new();
    for (code, text) in posted.group("addon.").into_iter().filter(|(_, text)| !text.trim().is_empty()) {
        // A code that is not sold goes on as it is: the use case refuses it.
        let unit =
            can.addons.iter().find(|(addon, _)| addon.code == code).map_or(Unit::Pieces, |(addon, _)| addon.unit);
        match quantities::read(&text, unit) {
            Ok(number) => _ = wanted.insert(code, number),
            Err(fault) => form.fail(&format!("addon.{code}"), sentence(&fault.to_string())),
        }
    }
    wanted
}

async fn change_page(staff: &Staff, service: &ServiceRow, can: Changeable, form: Form) -> Change {
    let stays = Choice::new("", format!("{} (stays)", service.product_name));
    let others = can.products.iter().map(|(id, name)| Choice::new(id.to_string(), name.as_str()));
    let products = std::iter::once(stays).chain(others).collect();
    let addresses = [("", "Stays"), ("own", "One of its own, from the pool"), ("shared", "The server’s shared one")];
    let addon = |(addon, now): &(Addon, u64)| {
        let name = format!("addon.{}", addon.code);
        let now = quantities::typed(*now, addon.unit);
        let shown = if form.value(&name).is_empty() { form.clone().with(&name, now) } else { form.clone() };
        quantities::control(&shown, &name, &addon.label, addon.unit)
    };
    Change {
        chrome: below(staff.chrome().await, service, "Change the account"),
        id: service.id,
        addons: can.addons.iter().map(addon).collect(),
        form,
        can,
        products,
        addresses: addresses.map(|(value, text)| Choice::new(value, text)).to_vec(),
    }
}
