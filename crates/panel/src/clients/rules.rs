//! What the daily run does for a client.

use innkeeper_app::billing::{self, ClientRules};
use innkeeper_app::clients;
use innkeeper_domain::{ClientId, Permission};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::Form;

use super::below;
use crate::outcome::back;
use crate::rules::RulesPage;

const FIELDS: [(&str, &str); 5] = [
    ("separate_invoices", "Each service on an invoice of its own"),
    ("auto_charge", "Charge its stored way to pay when invoices are due"),
    ("reminders", "Remind it of unpaid invoices"),
    ("late_fees", "Charge late fees"),
    ("auto_suspend", "Suspend and terminate services for unpaid invoices"),
];

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    staff.actor.require(Permission::ClientsWrite)?;
    let rules = billing::client_rules(&staff.app, &staff.actor, id).await?;
    let client = clients::get(&staff.app, &staff.actor, id).await?;
    let on = [rules.separate_invoices, rules.auto_charge, rules.reminders, rules.late_fees, rules.auto_suspend];
    let form = Form::posted(
        FIELDS.iter().zip(on).filter(|(_, on)| *on).map(|((name, _), _)| ((*name).to_owned(), "on".to_owned())),
    );
    page(&RulesPage {
        chrome: below(staff.chrome().await, &client.client, "Billing rules"),
        intro: "What the daily run does for this client. Everything else is as the settings say.",
        fields: FIELDS.iter().map(|(name, label)| form.checkbox(name, label)).collect(),
        form,
        back: format!("/admin/clients/{id}"),
    })
}

pub(super) async fn save(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    let on = |name| posted.ticked(name);
    let rules = ClientRules {
        separate_invoices: on("separate_invoices"),
        auto_charge: on("auto_charge"),
        reminders: on("reminders"),
        late_fees: on("late_fees"),
        auto_suspend: on("auto_suspend"),
    };
    let result = billing::set_client_rules(&staff.app, &staff.actor, id, rules).await;
    back(format!("/admin/clients/{id}"), result, "The rules for this client are saved.")
}
