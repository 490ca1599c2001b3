//! Where a domain stands after its expiry, said to staff and to clients.

use innkeeper_app::Result;
use innkeeper_app::domains::Late;
use innkeeper_domain::{DomainId, LatePhase, Money};

use crate::view::{Badge, Facts, Moment, PostButton, Tone, price_in};

/// A card on a domain's page.
pub struct LateCard {
    /// The phase.
    pub badge: Badge,
    /// What to do.
    pub text: String,
    /// Which days come next, and what it costs.
    pub facts: Facts,
    /// Orders it.
    pub button: Option<PostButton>,
    /// Address and label of its open invoices.
    pub open: Vec<(String, String)>,
}

impl LateCard {
    /// The card in one of both places: `/admin`, or nothing for clients.
    pub fn new(late: &Late, place: &str, id: DomainId, may_order: bool) -> Result<Self> {
        let verb = if late.phase == LatePhase::Redemption { "Restore" } else { "Renew" };
        let total = late.total()?.filter(|_| late.can_order);
        let button = total.filter(|_| may_order).map(|total| {
            let question =
                format!("Make an invoice of {}, tax apart? Nothing happens before it is paid.", shown(total));
            let label = format!("{verb} for {}", shown(total));
            PostButton::new(&format!("{place}/domains/{id}/late"), &label).primary().confirm(&question)
        });
        let open =
            late.open.iter().map(|invoice| (format!("{place}/invoices/{invoice}"), format!("Invoice {invoice}")));
        Ok(Self { badge: badge(late.phase), text: text(late), facts: facts(late), button, open: open.collect() })
    }
}

fn shown(amount: Money) -> String {
    price_in(amount.minor(), amount.currency().code())
}

fn badge(phase: LatePhase) -> Badge {
    match phase {
        LatePhase::Grace => Badge::new(Tone::Warning, "hourglass", "In grace"),
        LatePhase::Redemption => Badge::new(Tone::Danger, "hourglass", "In redemption"),
        LatePhase::Lost => Badge::new(Tone::Danger, "circle-x", "Lost"),
    }
}

fn text(late: &Late) -> String {
    let pays = if late.open.is_empty() { "" } else { " Pay what is open: nothing happens before all of it is paid." };
    let state = match late.phase {
        _ if late.is_sent => return "Its renewal is under way.".to_owned(),
        LatePhase::Lost => {
            return "It can be neither renewed nor restored any more. Do not pay its renewal.".to_owned();
        }
        LatePhase::Grace => "This domain has expired. It can still be renewed.",
        LatePhase::Redemption if late.has_price => {
            "This domain has expired. It can only be restored, and soon it is lost."
        }
        LatePhase::Redemption => {
            return "This domain has expired and can only be restored. Ask support for it.".to_owned();
        }
    };
    format!("{state}{pays}")
}

fn facts(late: &Late) -> Facts {
    let mut facts = Facts::new()
        .row("Expired", Moment::day(late.expires_on))
        .row("Renewed until", Moment::day(late.grace_until))
        .row("Restored until", Moment::day(late.redemption_until));
    if late.can_order {
        let years = if late.years == 1 { "1 year".to_owned() } else { format!("{} years", late.years) };
        if let Some(renewal) = late.renewal {
            facts = facts.row("Renewal", format!("{}, {years}", shown(renewal)));
        }
        if let Some(fee) = late.fee {
            facts = facts.row("Fee besides", shown(fee));
        }
    }
    facts
}
