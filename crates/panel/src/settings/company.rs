//! The company.

use askama::Template;
use innkeeper_app::invoices;
use innkeeper_app::settings::{self, Company};
use innkeeper_domain::Permission;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Flash, Form};

use crate::listing::Tab;
use crate::reading::number;
use crate::sections;

const PAGE: &str = "/admin/settings";

#[derive(Template)]
#[template(path = "admin/settings/company.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    may_write: bool,
    /// Why no invoice could be an e-invoice.
    gaps: Vec<String>,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    staff.actor.require(Permission::SystemRead)?;
    let company = settings::company(&staff.app).await?;
    let form = Form::new()
        .with("name", &company.name)
        .with("address", &company.address)
        .with("tax_number", &company.tax_number)
        .with("registration_number", &company.registration_number)
        .with("vat_exemption", &company.vat_exemption)
        .with("email", &company.email)
        .with("country", &company.country)
        .with("time_zone", &company.time_zone)
        .with("invoice_due_days", company.invoice_due_days)
        .with("payment_instructions", &company.payment_instructions)
        .with("iban", &company.iban)
        .with("bic", &company.bic);
    page(&Page { gaps: invoices::company_gaps(&company), ..view(&staff, form).await })
}

pub(super) async fn save(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(company) = read(&posted, &mut form) {
        match settings::save_company(&staff.app, &staff.actor, company).await {
            Ok(()) => return see_other(PAGE).flash(Flash::success("Saved. Invoices issued from now on say so.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, form).await)
}

fn read(posted: &Posted, form: &mut Form) -> Option<Company> {
    Some(Company {
        invoice_due_days: number(posted, form, "invoice_due_days")?,
        name: posted.text("name"),
        address: posted.text("address"),
        tax_number: posted.text("tax_number"),
        registration_number: posted.text("registration_number"),
        vat_exemption: posted.text("vat_exemption"),
        email: posted.text("email"),
        country: posted.text("country"),
        time_zone: posted.text("time_zone"),
        payment_instructions: posted.text("payment_instructions"),
        iban: posted.text("iban"),
        bic: posted.text("bic"),
    })
}

async fn view(staff: &Staff, form: Form) -> Page {
    Page {
        chrome: staff.chrome().await.title("Company").in_admin(AdminSection::Settings),
        tabs: sections::settings(PAGE),
        form,
        may_write: staff.may(Permission::SystemWrite),
        gaps: vec![],
    }
}
