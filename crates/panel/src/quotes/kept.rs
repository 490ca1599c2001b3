//! What a kept quote comes to, and what can be done with it.

use innkeeper_app::quotes::QuoteView;
use innkeeper_domain::state::QuoteState;
use innkeeper_web::view::{Badge, PostButton};

use super::edit::address;
use crate::amount::shown;
use crate::composing;

/// What a kept quote comes to.
pub(super) struct Kept {
    pub state: Badge,
    pub sums: Vec<(String, String)>,
    pub total: String,
    pub invoice: Option<i64>,
    /// Where it is a PDF.
    pub pdf: String,
    pub buttons: Vec<PostButton>,
}

/// Of a quote.
pub(super) fn kept(quote: &QuoteView) -> Kept {
    Kept {
        state: Badge::state(quote.row.state.as_str()),
        sums: composing::sums(&quote.preview),
        total: shown(quote.preview.total),
        invoice: quote.row.invoice_id,
        pdf: format!("{}/pdf", address(quote.row.id)),
        buttons: buttons(quote),
    }
}

fn buttons(quote: &QuoteView) -> Vec<PostButton> {
    let address = address(quote.row.id);
    let version = quote.row.version.to_string();
    let button =
        |what: &str, label: &str| PostButton::new(&format!("{address}/{what}"), label).with("version", &version);
    let state = *quote.row.state;
    let mut buttons = vec![button("duplicate", "Copy").icon("copy")];
    if quote.row.sent_at.is_none() && state == QuoteState::Draft {
        buttons.push(
            button("delete", "Throw away")
                .danger()
                .icon("trash")
                .confirm("Throw this quote away? It cannot be brought back."),
        );
    }
    if state == QuoteState::Sent {
        buttons.push(
            button("decline", "Declined").danger().icon("ban").confirm("Note that the client declined this quote?"),
        );
    }
    if matches!(state, QuoteState::Draft | QuoteState::Sent | QuoteState::Expired) {
        buttons.push(button("accept", "Accepted").icon("check").confirm(
            "Accept this quote in the client's name? It becomes an invoice at once, and the client gets it by mail.",
        ));
    }
    if matches!(state, QuoteState::Draft | QuoteState::Sent) {
        let label = if state == QuoteState::Draft { "Send" } else { "Send again" };
        buttons.push(button("send", label).primary().icon("send").confirm("Send this quote as it was kept?"));
    }
    buttons
}
