//! Changing the plan of a service: what it may become, what that costs, and the order. The same for both doors.

use askama::Template;
use innkeeper_app::plan_changes::{self, Changed, Offer, Quote, Wanted, When};
use innkeeper_app::{Actor, App, AppError};
use innkeeper_domain::{Money, ProductId, ServiceId};

use crate::Failure;
use crate::extract::Posted;
use crate::view::{Choice, Facts, Form, Moment, price, price_in};

/// The form, or the question whether the change is to be ordered at its price.
#[derive(Template)]
#[template(path = "components/plan_change.html")]
pub struct PlanChange {
    form: Form,
    offers: Vec<Choice>,
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

impl PlanChange {
    /// The empty form of a service whose page is at `page`.
    pub async fn ask(app: &App, actor: &Actor, id: ServiceId, page: &str) -> Result<Self, Failure> {
        let form = Form::new().with("when", "now");
        Self::new(app, actor, id, page, form, None).await
    }

    /// Shows the price of what was chosen; with a price that was shown before: orders it.
    pub async fn work(app: &App, actor: &Actor, id: ServiceId, page: &str, posted: &Posted) -> Result<Reply, Failure> {
        let mut form = posted.form();
        match attempt(app, actor, id, posted).await {
            Ok(Ok(changed)) => return Ok(Reply::Ordered(changed)),
            Ok(Err(quote)) => {
                form = form.with("total", quote.total.minor()).with("currency", quote.total.currency());
                return Ok(Reply::Page(Self::new(app, actor, id, page, form, Some(quote)).await?, false));
            }
            Err(error) => form.refuse(error)?,
        }
        Ok(Reply::Page(Self::new(app, actor, id, page, form, None).await?, true))
    }

    async fn new(
        app: &App,
        actor: &Actor,
        id: ServiceId,
        page: &str,
        form: Form,
        quote: Option<Quote>,
    ) -> Result<Self, Failure> {
        let offers = plan_changes::offers(app, actor, id).await?;
        let currency = innkeeper_app::services::get(app, actor, id).await?.service.currency;
        let when = [
            Choice::new("now", "Now").help("The difference for the days that are paid is charged or given back."),
            Choice::new("next", "With the next period").help("Nothing is charged now."),
        ];
        let offers = offers.iter().filter(|offer| !offer.sold_out).map(|offer| choice(offer, &currency)).collect();
        Ok(Self { form, offers, when, quote: quote.map(shown), page: page.to_owned() })
    }

    /// Is there nothing to choose from?
    pub fn is_empty(&self) -> bool {
        self.offers.is_empty()
    }
}

/// The order, or what it would cost.
async fn attempt(app: &App, actor: &Actor, id: ServiceId, posted: &Posted) -> Result<Result<Changed, Quote>, AppError> {
    let wanted = wanted(posted)?;
    let agreed = posted.get("total").parse().ok().zip(posted.get("currency").parse().ok());
    match agreed {
        Some((minor, currency)) => {
            Ok(Ok(plan_changes::order(app, actor, id, wanted, Money::new(minor, currency)).await?))
        }
        None => Ok(Err(plan_changes::quote(app, actor, id, wanted).await?)),
    }
}

fn wanted(posted: &Posted) -> Result<Wanted, AppError> {
    let (product, cycle) = posted.get("offer").split_once(':').unwrap_or_default();
    let (Ok(product), Ok(cycle)) = (product.parse::<i64>(), cycle.parse::<i64>()) else {
        return Err(AppError::invalid("offer", "must be chosen"));
    };
    let when = if posted.get("when") == "next" { When::NextPeriod } else { When::Now };
    Ok(Wanted { product: ProductId(product), cycle: cycle.into(), when })
}

fn choice(offer: &Offer, currency: &str) -> Choice {
    let price = price_in(offer.amount, currency);
    Choice::new(
        format!("{}:{}", offer.product_id, offer.cycle_id),
        format!("{}, {price} {}", offer.product, offer.cycle_name.to_lowercase()),
    )
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
    if !quote.why.is_empty() {
        facts = facts.row("How it is computed", quote.why);
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
