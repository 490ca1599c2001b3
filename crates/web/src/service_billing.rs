//! How a service is charged, on its page: what comes next, a change that is open, an end that was asked for.

use askama::Template;
use chrono::NaiveDate;
use innkeeper_app::{billing::NextPeriod, plan_changes::ChangeRow, services::ServiceRow};
use innkeeper_domain::{AfterTerm, options::described, state::ServiceState};

use crate::view::{Cell, Facts, Link, Moment, PostButton, price_in};

/// A card on the page of a service.
#[derive(Template)]
#[template(path = "components/service_billing.html")]
pub struct ServiceBilling {
    facts: Facts,
    links: Vec<Link>,
    posts: Vec<PostButton>,
}

crate::component!(ServiceBilling);

/// Addresses of the door: of the service's page, and of the list of invoices.
#[derive(Clone, Copy)]
pub struct Addresses<'a> {
    /// `/services/7`.
    pub page: &'a str,
    /// `/invoices`.
    pub invoices: &'a str,
    /// Staff may let a paused service go on.
    pub may_pause: bool,
}

impl ServiceBilling {
    /// Of a service with its changes, newest first, and the period for which it may be renewed now; `may`: the viewer may
    /// change it. None: it is not charged any more.
    pub fn new(
        service: &ServiceRow,
        changes: &[ChangeRow],
        next: Option<&NextPeriod>,
        at: Addresses<'_>,
        may: bool,
    ) -> Option<Self> {
        if !matches!(service.state.0, ServiceState::Active | ServiceState::Suspended) {
            return None;
        }
        let open = changes.iter().find(|change| matches!(change.state.as_str(), "waiting" | "scheduled"));
        let mut card = Self { facts: Facts::new(), links: vec![], posts: vec![] };
        let price = format!("{}, {}", price_in(service.amount, &service.currency), service.cycle_name.to_lowercase());
        card.facts = card.facts.row("Price", price);
        card.period(service);
        if let Some(change) = open {
            card.change(change, at);
        }
        card.end(service, at.page);
        if let Some(paused) = service.paused_on {
            card.pause(service, paused, at);
        } else if may && open.is_none() && service.ends_on.is_none() {
            card.offer(service, at.page);
            card.renew(next, at.page);
        }
        if !may {
            card.posts.clear();
        }
        Some(card)
    }

    fn period(&mut self, service: &ServiceRow) {
        let term = service.term_until;
        if let (Some(day), None) = (service.billed_through, service.ends_on)
            && term.is_none_or(|until| day < until)
            && service.paused_on.is_none()
        {
            let label = if day == service.anchor { "First period begins" } else { "Next period begins" };
            self.row(label, Moment::day(day));
        }
        if let Some((until, afterwards)) = term.zip(service.after_term.as_deref()) {
            let label = match afterwards {
                AfterTerm::End => "Term ends on",
                AfterTerm::Free => "Costs nothing from",
            };
            self.row(label, Moment::day(until));
        }
    }

    fn change(&mut self, change: &ChangeRow, at: Addresses<'_>) {
        let price = price_in(change.amount, change.currency.code());
        let to =
            format!("{}{}, {price} {}", change.product, described(&change.options), change.cycle_name.to_lowercase());
        self.row("Changes to", to);
        match change.invoice_id.filter(|_| change.state == "waiting") {
            Some(invoice) => {
                let link = Cell::Link(format!("{}/{invoice}", at.invoices), "its invoice is paid".to_owned());
                self.row("As soon as", link);
            }
            None => self.row("On", Moment::day(change.starts_on)),
        }
        let question = "Take this change back? The service stays as it is; an invoice for the change is withdrawn.";
        self.posts.push(button(at.page, "plan/cancel", "Take the change back").confirm(question));
    }

    fn end(&mut self, service: &ServiceRow, page: &str) {
        let Some(day) = service.ends_on else { return };
        self.row("Ends on", Moment::day(day));
        if !service.end_reason.is_empty() {
            self.row("Reason", service.end_reason.as_str());
        }
        self.posts.push(button(page, "keep", "Keep the service").confirm("Keep this service? It is invoiced again."));
    }

    fn offer(&mut self, service: &ServiceRow, page: &str) {
        if service.state.0 == ServiceState::Active && service.billed_through.is_some() {
            self.links.push(Link::to(format!("{page}/plan"), "Change plan").icon("edit"));
        }
        self.links.push(Link::to(format!("{page}/end"), "End service").icon("circle-x"));
    }

    fn renew(&mut self, next: Option<&NextPeriod>, page: &str) {
        let Some(NextPeriod { period, amount }) = next else { return };
        let question = format!("Invoice the period from {period} now, {amount}? It is due when the period begins.");
        self.posts.push(button(page, "renew", "Renew now").confirm(&question));
    }

    fn pause(&mut self, service: &ServiceRow, since: NaiveDate, at: Addresses<'_>) {
        self.row("Paused since", Moment::day(since));
        if let Some(day) = service.paused_until {
            self.row("Goes on by itself on", Moment::day(day));
        }
        if at.may_pause {
            let question = "Let this service go on? Its next period begins as many days later as the pause was long.";
            self.posts.push(button(at.page, "resume", "Let it go on").primary().confirm(question));
        }
    }

    fn row(&mut self, label: &str, value: impl Into<Cell>) {
        self.facts = std::mem::take(&mut self.facts).row(label, value);
    }
}

fn button(page: &str, verb: &str, label: &str) -> PostButton {
    PostButton::new(&format!("{page}/{verb}"), label)
}
