//! Settings of the business.

use axum::Json;
use innkeeper_app::settings::{
    self, Automation as AutomationCommand, Brand as BrandCommand, Company as CompanyCommand, Funds as FundsCommand,
    FundsLimit as LimitCommand, Mail as MailCommand, NextNumbers, NumberFormat as FormatCommand,
    Numbers as NumbersCommand,
};
use innkeeper_domain::Permission;
use innkeeper_web::AppState;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::problem::Answer;
use super::reply::Done;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(company, save_company))
        .routes(routes!(brand, save_brand))
        .routes(routes!(automation, save_automation))
        .routes(routes!(mail, save_mail))
        .routes(routes!(numbers, save_numbers))
        .routes(routes!(funds, save_funds))
}

/// The company.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Host Example S.L.", "address": "Calle Mayor 1\n08001 Barcelona",
    "tax_number": "ESB12345678", "email": "billing@host.example", "country": "ES", "time_zone": "Europe/Madrid",
    "registration_number": "B-123456", "vat_exemption": "", "invoice_due_days": 14, "payment_instructions": "",
    "iban": "ES9121000418450200051332", "bic": ""}))]
struct Company {
    name: String,
    /// Several lines.
    address: String,
    /// One that begins with the letters of its country is a VAT number.
    tax_number: String,
    /// In the register of businesses.
    #[serde(default)]
    registration_number: String,
    /// Why no VAT is charged, as the law wants it printed; empty if VAT is charged.
    #[serde(default)]
    vat_exemption: String,
    /// Where clients write to; also the sender of mail.
    email: String,
    /// ISO 3166 alpha-2.
    country: String,
    /// Days of invoices and periods are days there.
    time_zone: String,
    /// 0 to 365.
    invoice_due_days: u16,
    /// Printed below an invoice.
    payment_instructions: String,
    /// The account to which clients transfer money.
    #[serde(default)]
    iban: String,
    /// The code of its bank.
    #[serde(default)]
    bic: String,
}

/// The company, as printed on invoices
#[utoipa::path(get, path = "/settings/company", tag = "Settings", responses((status = 200, body = Company)))]
async fn company(Caller { app, actor }: Caller) -> Answer<Json<Company>> {
    actor.require(Permission::SystemRead)?;
    let company = settings::company(&app).await?;
    Ok(Json(Company {
        name: company.name,
        address: company.address,
        tax_number: company.tax_number,
        registration_number: company.registration_number,
        vat_exemption: company.vat_exemption,
        email: company.email,
        country: company.country,
        time_zone: company.time_zone,
        invoice_due_days: company.invoice_due_days,
        payment_instructions: company.payment_instructions,
        iban: company.iban,
        bic: company.bic,
    }))
}

/// Change the company
///
/// Issued invoices keep what was printed on them.
#[utoipa::path(put, path = "/settings/company", tag = "Settings", request_body = Company, responses((status = 204)))]
async fn save_company(Caller { app, actor }: Caller, Body(new): Body<Company>) -> Answer<Done> {
    let company = CompanyCommand {
        name: new.name,
        address: new.address,
        tax_number: new.tax_number,
        registration_number: new.registration_number,
        vat_exemption: new.vat_exemption,
        email: new.email,
        country: new.country,
        time_zone: new.time_zone,
        invoice_due_days: new.invoice_due_days,
        payment_instructions: new.payment_instructions,
        iban: new.iban,
        bic: new.bic,
    };
    settings::save_company(&app, &actor, company).await?;
    Ok(Done)
}

/// The portal's brand.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Host Example", "logo_text": "HE", "colour": "teal", "tagline": ""}))]
struct Brand {
    name: String,
    /// One or two letters.
    logo_text: String,
    /// `indigo`, `blue`, `teal`, `green`, `purple` or `red`.
    colour: String,
    /// A line on the first page.
    tagline: String,
}

/// The portal's brand
#[utoipa::path(get, path = "/settings/brand", tag = "Settings", responses((status = 200, body = Brand)))]
async fn brand(Caller { app, actor }: Caller) -> Answer<Json<Brand>> {
    actor.require(Permission::SystemRead)?;
    let BrandCommand { name, logo_text, colour, tagline } = settings::brand(&app).await?;
    Ok(Json(Brand { name, logo_text, colour, tagline }))
}

/// Change the portal's brand
#[utoipa::path(put, path = "/settings/brand", tag = "Settings", request_body = Brand, responses((status = 204)))]
async fn save_brand(Caller { app, actor }: Caller, Body(new): Body<Brand>) -> Answer<Done> {
    let Brand { name, logo_text, colour, tagline } = new;
    settings::save_brand(&app, &actor, BrandCommand { name, logo_text, colour, tagline }).await?;
    Ok(Done)
}

/// What is done without a person.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"accept_paid_orders": true, "cart_days": 30}))]
struct Automation {
    /// A paid order is accepted, and what it contains is set up, without waiting for staff.
    accept_paid_orders: bool,
    /// Days after which a cart that nobody touched is thrown away, 1 to 365.
    cart_days: u16,
}

/// What is done without a person
#[utoipa::path(get, path = "/settings/automation", tag = "Settings", responses((status = 200, body = Automation)))]
async fn automation(Caller { app, actor }: Caller) -> Answer<Json<Automation>> {
    actor.require(Permission::SystemRead)?;
    let AutomationCommand { accept_paid_orders, cart_days } = settings::automation(&app).await?;
    Ok(Json(Automation { accept_paid_orders, cart_days }))
}

/// Change what is done without a person
#[utoipa::path(put, path = "/settings/automation", tag = "Settings", request_body = Automation,
    responses((status = 204)))]
async fn save_automation(Caller { app, actor }: Caller, Body(new): Body<Automation>) -> Answer<Done> {
    let Automation { accept_paid_orders, cart_days } = new;
    settings::save_automation(&app, &actor, AutomationCommand { accept_paid_orders, cart_days }).await?;
    Ok(Done)
}

/// Mail to clients.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"language": "de"}))]
struct MailSettings {
    /// For clients in whose language there is no text.
    language: String,
}

/// Mail to clients
#[utoipa::path(get, path = "/settings/mail", tag = "Settings", responses((status = 200, body = MailSettings)))]
async fn mail(Caller { app, actor }: Caller) -> Answer<Json<MailSettings>> {
    actor.require(Permission::SystemRead)?;
    let MailCommand { language } = settings::mail(&app).await?;
    Ok(Json(MailSettings { language }))
}

/// Change how clients are written to
#[utoipa::path(put, path = "/settings/mail", tag = "Settings", request_body = MailSettings,
    responses((status = 204)))]
async fn save_mail(Caller { app, actor }: Caller, Body(new): Body<MailSettings>) -> Answer<Done> {
    settings::save_mail(&app, &actor, MailCommand { language: new.language }).await?;
    Ok(Done)
}

/// How documents of a kind are numbered: `INV-2027-000042`.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"prefix": "INV", "yearly": true, "digits": 6, "next": 42}))]
struct NumberFormat {
    /// 1 to 20 capital letters, digits or `-`.
    prefix: String,
    /// Each year begins with 1 again; the year stands in the number.
    yearly: bool,
    /// At least so many digits, 1 to 12.
    digits: u16,
    /// The next number. It can be set only while nothing has a number of the series.
    #[serde(default)]
    next: Option<i64>,
}

/// How invoices, proformas and credit notes are numbered.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Numbers {
    invoices: NumberFormat,
    credit_notes: NumberFormat,
    proformas: NumberFormat,
    /// Clients are asked to pay with a proforma; the invoice follows once it is paid.
    proforma_first: bool,
}

fn format(FormatCommand { prefix, yearly, digits }: FormatCommand, next: Option<i64>) -> NumberFormat {
    NumberFormat { prefix, yearly, digits, next }
}

/// How documents are numbered
#[utoipa::path(get, path = "/settings/numbers", tag = "Settings", responses((status = 200, body = Numbers)))]
async fn numbers(Caller { app, actor }: Caller) -> Answer<Json<Numbers>> {
    let next = settings::next_numbers(&app, &actor).await?;
    let NumbersCommand { invoices, credit_notes, proformas, proforma_first } = settings::numbers(&app).await?;
    Ok(Json(Numbers {
        invoices: format(invoices, next.invoice),
        credit_notes: format(credit_notes, next.credit_note),
        proformas: format(proformas, next.proforma),
        proforma_first,
    }))
}

/// Change how documents are numbered
///
/// From the next one on; documents that are issued keep their numbers.
#[utoipa::path(put, path = "/settings/numbers", tag = "Settings", request_body = Numbers, responses((status = 204)))]
async fn save_numbers(Caller { app, actor }: Caller, Body(new): Body<Numbers>) -> Answer<Done> {
    let next =
        NextNumbers { invoice: new.invoices.next, credit_note: new.credit_notes.next, proforma: new.proformas.next };
    let command =
        |format: NumberFormat| FormatCommand { prefix: format.prefix, yearly: format.yearly, digits: format.digits };
    let numbers = NumbersCommand {
        invoices: command(new.invoices),
        credit_notes: command(new.credit_notes),
        proformas: command(new.proformas),
        proforma_first: new.proforma_first,
    };
    settings::save_numbers(&app, &actor, numbers, next).await?;
    Ok(Done)
}

/// What clients may pay ahead.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"limits": {"EUR": {"least": 1000, "most": 50000, "highest": 100_000}}}))]
struct Funds {
    /// By currency; in one that is not here nothing is paid ahead.
    limits: BTreeMap<String, FundsLimit>,
}

/// What may be paid ahead in a currency, in its minor units.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FundsLimit {
    /// The least at one time.
    #[schema(example = 1000)]
    least: i64,
    /// The most at one time.
    #[schema(example = 50000)]
    most: i64,
    /// The most that a client may have to its credit with it.
    #[schema(example = 100_000)]
    highest: i64,
}

/// What clients may pay ahead
#[utoipa::path(get, path = "/settings/funds", tag = "Settings", responses((status = 200, body = Funds)))]
async fn funds(Caller { app, actor }: Caller) -> Answer<Json<Funds>> {
    actor.require(Permission::SystemRead)?;
    let limits = settings::funds(&app).await?.limits.into_iter();
    let limit = |limit: LimitCommand| FundsLimit { least: limit.least, most: limit.most, highest: limit.highest };
    Ok(Json(Funds { limits: limits.map(|(code, known)| (code, limit(known))).collect() }))
}

/// Change what clients may pay ahead
#[utoipa::path(put, path = "/settings/funds", tag = "Settings", request_body = Funds, responses((status = 204)))]
async fn save_funds(Caller { app, actor }: Caller, Body(new): Body<Funds>) -> Answer<Done> {
    let limit = |limit: FundsLimit| LimitCommand { least: limit.least, most: limit.most, highest: limit.highest };
    let limits = new.limits.into_iter().map(|(code, wanted)| (code, limit(wanted))).collect();
    settings::save_funds(&app, &actor, FundsCommand { limits }).await?;
    Ok(Done)
}
