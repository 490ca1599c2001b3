//! What is known of a client's VAT number.

use innkeeper_app::tax::{self, VatNumberView};
use innkeeper_domain::{ClientId, VatState};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::PageResult;
use innkeeper_web::view::{Badge, Facts, Moment, PostButton, Tone};

use crate::outcome::back;

/// The card on the client's page.
pub(super) struct Card {
    pub state: Badge,
    pub facts: Facts,
    pub buttons: Vec<PostButton>,
}

pub(super) async fn card(staff: &Staff, client: ClientId, may_edit: bool) -> Result<Option<Card>, Failure> {
    let known = tax::get(&staff.app, &staff.actor, client).await?;
    Ok(known.map(|known| Card {
        state: badge(known.state),
        facts: facts(&known, staff),
        buttons: if may_edit { buttons(&known, client) } else { vec![] },
    }))
}

fn badge(state: VatState) -> Badge {
    match state {
        VatState::Waiting => Badge::new(Tone::Warning, "clock", "Not confirmed yet"),
        VatState::Valid => Badge::new(Tone::Success, "circle-check", "Valid"),
        VatState::Confirmed => Badge::new(Tone::Success, "circle-check", "Confirmed by hand"),
        VatState::Invalid => Badge::new(Tone::Danger, "circle-x", "Not valid"),
    }
}

fn facts(known: &VatNumberView, staff: &Staff) -> Facts {
    let mut facts = Facts::new().row("Number", known.number.as_str());
    if let Some(at) = &known.checked_at {
        facts = facts.row("Checked", Moment::ago(at, staff.app.now()));
    }
    let label = if known.state == VatState::Confirmed { "Confirmed by" } else { "Consultation" };
    for (label, text) in [(label, &known.reference), ("Registered for", &known.holder), ("Remark", &known.note)] {
        if !text.is_empty() {
            facts = facts.row(label, text.as_str());
        }
    }
    facts
}

fn buttons(known: &VatNumberView, client: ClientId) -> Vec<PostButton> {
    let mut buttons =
        vec![PostButton::new(&format!("/admin/clients/{client}/vat/check"), "Check again").small().icon("refresh")];
    if matches!(known.state, VatState::Waiting | VatState::Invalid) {
        let confirm = PostButton::new(&format!("/admin/clients/{client}/vat/confirm"), "Confirm by hand");
        buttons.push(confirm.small().icon("check").confirm(
            "Vouch for this number? The client is then invoiced under reverse charge, without VAT. Your name is kept with it.",
        ));
    }
    buttons
}

pub(super) async fn check(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    let result = tax::check(&staff.app, &staff.actor, id).await;
    back(format!("/admin/clients/{id}"), result, "The register was asked. What it said is below.")
}

pub(super) async fn confirm(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    let result = tax::confirm(&staff.app, &staff.actor, id).await;
    back(format!("/admin/clients/{id}"), result, "The number is confirmed.")
}
