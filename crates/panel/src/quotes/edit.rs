//! A quote: its texts and lines, what they come to, and what can be done with it.

use askama::Template;
use chrono::Days;
use innkeeper_app::clients::Details;
use innkeeper_app::quotes::{self, QuoteInput, QuoteView};
use innkeeper_app::{calendar, catalogue, clients};
use innkeeper_domain::{ClientId, Currency, Permission, QuoteId};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{self, PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Flash, Form};
use innkeeper_web::{Failure, client_details};

use super::kept::{Kept, kept};
use crate::clients::currencies;
use crate::composing::{self, LineFields};
use crate::drafts::inside;
use crate::outcome::back;
use crate::reading::optional_day;

const OTHERS: [&str; 19] = [
    "subject",
    "introduction",
    "terms",
    "valid_until",
    "version",
    "currency",
    "first_name",
    "last_name",
    "company",
    "email",
    "phone",
    "address1",
    "address2",
    "city",
    "region",
    "postcode",
    "country",
    "tax_number",
    "language",
];
/// Days for which a new quote is offered, if nothing else is chosen.
const USUAL_DAYS: u64 = 30;

#[derive(Template)]
#[template(path = "admin/quotes/edit.html")]
struct Edit {
    chrome: Chrome,
    /// None: for somebody who is no client yet.
    client: Option<(ClientId, String)>,
    /// To choose from, for a new one without client.
    currencies: Vec<Choice>,
    form: Form,
    lines: Vec<LineFields>,
    /// Of a quote that is kept.
    kept: Option<Kept>,
    may_write: bool,
}

/// Whose quote, and in which currency.
struct Whose {
    client: Option<(ClientId, String)>,
    currency: Currency,
    currencies: Vec<Choice>,
}

pub(super) async fn new(staff: Staff, Id(client): Id<ClientId>) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let whose = whose(&staff, client).await?;
    let today = calendar::today(&staff.app).await?;
    let until = today.checked_add_days(Days::new(USUAL_DAYS)).unwrap_or(today);
    let form = composing::of(Form::new().with("valid_until", until), &[], whose.currency);
    page(&view(&staff, whose, None, form).await)
}

/// For somebody who is no client yet.
pub(super) async fn new_prospect(staff: Staff) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let whose = nobody(&staff, None).await?;
    let today = calendar::today(&staff.app).await?;
    let until = today.checked_add_days(Days::new(USUAL_DAYS)).unwrap_or(today);
    let form = Form::new().with("valid_until", until).with("language", "en").with("currency", whose.currency.code());
    let form = composing::of(form, &[], whose.currency);
    page(&view(&staff, whose, None, form).await)
}

pub(super) async fn create_prospect(staff: Staff, posted: Posted) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let chosen = posted.optional("currency");
    let whose = nobody(&staff, chosen.as_deref()).await?;
    let mut form = composing::form(&posted, &OTHERS);
    if posted.ticked("more") {
        return page(&view(&staff, whose, None, form).await);
    }
    if let Some(input) = read(&posted, &mut form, &whose) {
        let currency = Some(whose.currency.code());
        match quotes::create_for_prospect(&staff.app, &staff.actor, currency, input).await {
            Ok(id) => return see_other(address(id)).flash(Flash::success("The quote is kept.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, whose, None, form).await)
}

pub(super) async fn create(staff: Staff, Id(client): Id<ClientId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let whose = whose(&staff, client).await?;
    let mut form = composing::form(&posted, &OTHERS);
    if posted.ticked("more") {
        return page(&view(&staff, whose, None, form).await);
    }
    if let Some(input) = read(&posted, &mut form, &whose) {
        match quotes::create(&staff.app, &staff.actor, client, input).await {
            Ok(id) => return see_other(address(id)).flash(Flash::success("The quote is kept.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, whose, None, form).await)
}

pub(super) async fn show(staff: Staff, Id(id): Id<QuoteId>) -> PageResult {
    let quote = quotes::get(&staff.app, &staff.actor, id).await?;
    let row = &quote.row;
    let form = quote
        .prospect
        .iter()
        .fold(Form::new(), filled)
        .with("subject", &row.subject)
        .with("introduction", &row.introduction)
        .with("terms", &row.terms)
        .with("valid_until", row.valid_until)
        .with("version", row.version);
    let form = composing::of(form, &quote.lines, *row.currency);
    page(&view(&staff, whose_is(&quote), Some(&quote), form).await)
}

pub(super) async fn save(staff: Staff, Id(id): Id<QuoteId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let quote = quotes::get(&staff.app, &staff.actor, id).await?;
    let mut form = composing::form(&posted, &OTHERS);
    if posted.ticked("more") {
        return page(&view(&staff, whose_is(&quote), Some(&quote), form).await);
    }
    if let Some(input) = read(&posted, &mut form, &whose_is(&quote)) {
        match quotes::update(&staff.app, &staff.actor, id, seen(&posted), input).await {
            Ok(()) => {
                let done = Flash::success("The quote is kept. The client sees it when you send it.");
                return see_other(address(id)).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, whose_is(&quote), Some(&quote), form).await)
}

pub(super) async fn send(staff: Staff, Id(id): Id<QuoteId>, posted: Posted) -> PageResult {
    let result = quotes::send(&staff.app, &staff.actor, id, seen(&posted)).await;
    back(address(id), result, "The quote is sent.")
}

pub(super) async fn accept(staff: Staff, Id(id): Id<QuoteId>, posted: Posted) -> PageResult {
    match quotes::accept(&staff.app, &staff.actor, id, seen(&posted)).await {
        Ok(invoice) => {
            let done = Flash::success("The quote is accepted: this is its invoice, which the client gets by mail.");
            see_other(format!("/admin/invoices/{invoice}")).flash(done).ok()
        }
        Err(error) => back(address(id), Err::<(), _>(error), ""),
    }
}

pub(super) async fn decline(staff: Staff, Id(id): Id<QuoteId>) -> PageResult {
    back(address(id), quotes::decline(&staff.app, &staff.actor, id).await, "The quote is declined.")
}

pub(super) async fn duplicate(staff: Staff, Id(id): Id<QuoteId>) -> PageResult {
    match quotes::duplicate(&staff.app, &staff.actor, id).await {
        Ok(copy) => see_other(address(copy)).flash(Flash::success("This is the copy, a draft.")).ok(),
        Err(error) => back(address(id), Err::<(), _>(error), ""),
    }
}

pub(super) async fn delete(staff: Staff, Id(id): Id<QuoteId>) -> PageResult {
    match quotes::delete(&staff.app, &staff.actor, id).await {
        Ok(()) => see_other("/admin/quotes").flash(Flash::success("The quote is thrown away.")).ok(),
        Err(error) => back(address(id), Err::<(), _>(error), ""),
    }
}

fn seen(posted: &Posted) -> Option<i32> {
    posted.text("version").parse().ok()
}

pub(super) async fn pdf(staff: Staff, Id(id): Id<QuoteId>) -> PageResult {
    Ok(reply::pdf(quotes::pdf(&staff.app, &staff.actor, id).await?))
}

/// Its page.
pub(super) fn address(id: QuoteId) -> String {
    format!("/admin/quotes/{id}")
}

async fn whose(staff: &Staff, id: ClientId) -> Result<Whose, Failure> {
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    let name = crate::clients::name(&client);
    Ok(Whose { client: Some((id, name)), currency: *client.currency, currencies: vec![] })
}

/// Somebody who is no client yet, and the currency that was chosen.
async fn nobody(staff: &Staff, chosen: Option<&str>) -> Result<Whose, Failure> {
    let currencies = currencies(staff, None).await?;
    let wanted = currencies.iter().find(|choice| Some(choice.value.as_str()) == chosen).or(currencies.first());
    let currency = match wanted.and_then(|choice| choice.value.parse().ok()) {
        Some(currency) => currency,
        None => catalogue::default_currency(&staff.app).await?,
    };
    Ok(Whose { client: None, currency, currencies })
}

fn whose_is(quote: &QuoteView) -> Whose {
    let row = &quote.row;
    let client = row.client_id.map(|id| (ClientId(id), row.name.clone()));
    Whose { client, currency: *row.currency, currencies: vec![] }
}

fn filled(form: Form, known: &Details) -> Form {
    form.with("first_name", &known.first_name)
        .with("last_name", &known.last_name)
        .with("company", &known.company)
        .with("email", &known.email)
        .with("phone", &known.phone)
        .with("address1", &known.address1)
        .with("address2", &known.address2)
        .with("city", &known.city)
        .with("region", &known.region)
        .with("postcode", &known.postcode)
        .with("country", &known.country)
        .with("tax_number", &known.tax_number)
        .with("language", &known.language)
}

fn read(posted: &Posted, form: &mut Form, whose: &Whose) -> Option<QuoteInput> {
    let valid_until = optional_day(posted, form, "valid_until");
    if form.is_fine() && valid_until.is_none() {
        form.fail("valid_until", "Choose a day.");
    }
    let lines = composing::read(posted, form, whose.currency)?;
    let prospect = whose.client.is_none().then(|| client_details::read(posted));
    let (subject, introduction) = (posted.text("subject"), posted.text("introduction"));
    Some(QuoteInput { subject, introduction, terms: posted.text("terms"), valid_until: valid_until?, lines, prospect })
}

async fn view(staff: &Staff, whose: Whose, quote: Option<&QuoteView>, form: Form) -> Edit {
    let title = quote.map_or_else(|| "New quote".to_owned(), |quote| format!("Quote {}", quote.row.id));
    Edit {
        chrome: inside(staff.chrome().await.title(title)).crumb("Quotes", "/admin/quotes"),
        client: whose.client,
        currencies: whose.currencies,
        lines: composing::fields(&form, whose.currency),
        form,
        kept: quote.map(kept),
        may_write: staff.may(Permission::InvoicesWrite),
    }
}
