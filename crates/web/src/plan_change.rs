//! Changing the plan of a service: what it may become, what that costs, and the order. The same for both doors.

use askama::Template;
use innkeeper_app::options::ProductOption;
use innkeeper_app::plan_changes::{self, Changed, Offer, Offers, Quote, Wanted, When};
use innkeeper_app::services::{self, ServiceRow};
use innkeeper_app::{Actor, App, AppError};
use innkeeper_domain::{Currency, Money, ServiceId};
use std::collections::BTreeMap;

use crate::Failure;
use crate::extract::Posted;
use crate::options;
use crate::view::{Choice, Facts, Field, Form, Moment, price};

/// The form, or the question whether the change is to be ordered at its price.
#[derive(Template)]
#[template(path = "components/plan_change.html")]
pub struct PlanChange {
    form: Form,
    offers: Vec<Choice>,
    /// What can be chosen with the plan that is chosen; of the question: what was, hidden.
    options: Vec<Field>,
    /// It is the plan that the service has.
    is_own: bool,
    when: [Choice; 2],
    quote: Option<Shown>,
    page: String,
}

crate::component!(PlanChange);

/// What it costs.
struct Shown {
    facts: Facts,
    button: &'static str,
}

/// What came of what was posted.
pub enum Reply {
    /// The change was ordered.
    Ordered(Changed),
    /// The page, and whether something is wrong with it.
    Page(PlanChange, bool),
}

/// A service that is to be changed, and what it may become.
struct Asking<'a> {
    app: &'a App,
    actor: &'a Actor,
    id: ServiceId,
    page: &'a str,
    service: ServiceRow,
    currency: Currency,
    found: Offers,
}

impl PlanChange {
    /// The form of a service whose page is at `page`, with what the address says was chosen before.
    pub async fn ask(
        app: &App,
        actor: &Actor,
        id: ServiceId,
        page: &str,
        chosen: BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let form = Form::posted(chosen);
        let form = if form.value("when").is_empty() { form.with("when", "now") } else { form };
        Ok(Asking::new(app, actor, id, page).await?.form(form))
    }

    /// Shows the price of what was chosen; with a price that was shown before: orders it.
    pub async fn work(app: &App, actor: &Actor, id: ServiceId, page: &str, posted: &Posted) -> Result<Reply, Failure> {
        let asking = Asking::new(app, actor, id, page).await?;
        let mut form = posted.form();
        match asking.attempt(&mut form, posted).await {
            Ok(Some(Attempt::Ordered(changed))) => return Ok(Reply::Ordered(changed)),
            Ok(Some(Attempt::Costs(quote))) => return Ok(Reply::Page(asking.question(form, quote), false)),
            Ok(None) => {}
            Err(error) => form.refuse(error)?,
        }
        Ok(Reply::Page(asking.form(form), true))
    }

    /// Is there nothing to choose from?
    pub fn is_empty(&self) -> bool {
        self.offers.is_empty()
    }
}

/// What came of a valid form.
enum Attempt {
    Costs(Quote),
    Ordered(Changed),
}

impl<'a> Asking<'a> {
    async fn new(app: &'a App, actor: &'a Actor, id: ServiceId, page: &'a str) -> Result<Self, Failure> {
        let mut found = plan_changes::offers(app, actor, id).await?;
        found.offers.retain(|offer| !offer.sold_out);
        let service = services::get(app, actor, id).await?.service;
        let currency = service.currency.parse().map_err(AppError::from)?;
        Ok(Self { app, actor, id, page, service, currency, found })
    }

    /// The order, or what it would cost; none: a field of the form is wrong.
    async fn attempt(&self, form: &mut Form, posted: &Posted) -> Result<Option<Attempt>, AppError> {
        let Some(offer) = self.offer(form) else { return Err(AppError::invalid("offer", "must be chosen")) };
        let (product, cycle) = (offer.product_id, offer.cycle_id);
        let options = options::selection(form, self.sold(offer).iter());
        if !form.is_fine() {
            return Ok(None);
        }
        let when = if posted.get("when") == "next" { When::NextPeriod } else { When::Now };
        let wanted = Wanted { product, cycle, options, when, code: posted.optional("code") };
        let agreed = posted.get("total").parse().ok().zip(posted.get("currency").parse().ok());
        let Self { app, actor, id, .. } = *self;
        Ok(Some(match agreed {
            Some((minor, currency)) => {
                let total = Money::new(minor, currency);
                Attempt::Ordered(plan_changes::order(app, actor, id, wanted, total).await?)
            }
            None => Attempt::Costs(plan_changes::quote(app, actor, id, wanted).await?),
        }))
    }

    /// The offer that the form chooses.
    fn offer(&self, form: &Form) -> Option<&Offer> {
        self.found.offers.iter().find(|offer| key(offer) == form.value("offer"))
    }

    /// What can be chosen with an offer. A change costs no set-up.
    fn sold(&self, offer: &Offer) -> Vec<ProductOption> {
        let mut sold = self.found.shelf.sold(offer.product_id, (self.currency, offer.cycle_id));
        sold.iter_mut()
            .flat_map(|option| &mut option.values)
            .flat_map(|value| &mut value.prices)
            .for_each(|price| price.setup = 0);
        sold
    }

    fn is_own(&self, offer: &Offer) -> bool {
        offer.product_id == self.service.product_id && offer.cycle_name == self.service.cycle_name
    }

    fn form(self, form: Form) -> PlanChange {
        let (chosen, first) = (self.offer(&form), self.found.offers.first());
        let options = match chosen.or(first) {
            Some(offer) => options::controls_having(&form, &self.sold(offer), &offer.options, chosen.is_some()),
            None => vec![],
        };
        let when = [
            Choice::new("now", "Now").help("The difference for the days that are paid is charged or given back."),
            Choice::new("next", "With the next period").help("Nothing is charged now."),
        ];
        let offers = self.found.offers.iter().map(|offer| choice(offer, self.currency)).collect();
        let is_own = chosen.or(first).is_some_and(|offer| self.is_own(offer));
        PlanChange { form, offers, options, is_own, when, quote: None, page: self.page.to_owned() }
    }

    fn question(self, form: Form, quote: Quote) -> PlanChange {
        let form = form.with("total", quote.total.minor()).with("currency", quote.total.currency());
        let hidden = self.offer(&form).map(|offer| options::hidden(&form, &self.sold(offer))).unwrap_or_default();
        PlanChange { options: hidden, quote: Some(shown(quote)), ..self.form(form) }
    }
}

fn key(offer: &Offer) -> String {
    format!("{}:{}", offer.product_id, offer.cycle_id)
}

fn choice(offer: &Offer, currency: Currency) -> Choice {
    let price = price(Money::new(offer.amount, currency));
    Choice::new(key(offer), format!("{}, {price} {}", offer.product, offer.cycle_name.to_lowercase()))
}

fn shown(quote: Quote) -> Shown {
    let total = quote.total;
    let (label, button) = match total.minor() {
        0 => ("To be paid now", "Change the plan"),
        minor if minor > 0 => ("To be paid now", "Order and get the invoice"),
        _ => ("Given back as credit", "Change the plan"),
    };
    let mut facts = Facts::new().row(label, price(Money::new(total.minor().abs(), total.currency())));
    if !quote.tax.is_zero() {
        facts = facts.row("Tax in it", price(Money::new(quote.tax.minor().abs(), total.currency())));
    }
    if let Some((code, off)) = quote.discount {
        facts = facts.row(format!("Taken off by {code}, without tax"), price(off));
    }
    if !quote.why.is_empty() {
        facts = facts.row("How it is computed", quote.why);
    }
    if !quote.options.is_empty() {
        let options = quote.options.iter().map(|one| format!("{}: {}", one.name, one.value));
        facts = facts.row("Options", options.collect::<Vec<_>>().join(", "));
    }
    let with = if quote.next_includes_tax { "with" } else { "without" };
    let next = format!("{} {}, {with} tax", price(quote.next_amount), quote.next_cycle.to_lowercase());
    let facts = facts
        .row(
            "Starts",
            if total.is_positive() { "as soon as the invoice is paid".to_owned() } else { quote.starts_on.to_string() },
        )
        .row("From the next period on", next)
        .row("Next period begins", Moment::day(quote.next_on));
    Shown { facts, button }
}
