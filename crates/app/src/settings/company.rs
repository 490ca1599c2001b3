//! The company: printed on invoices, and where its days begin.

use chrono_tz::Tz;
use innkeeper_db::PgConnection;
use innkeeper_domain::EmailAddress;
use serde::{Deserialize, Serialize};

use crate::{Actor, App, Checks, Result};

/// The seller, as printed on invoices issued from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its address, several lines.
    pub address: String,
    /// Its tax number; may be empty. One that begins with the letters of its country is a VAT number.
    pub tax_number: String,
    /// Its number in the register of businesses; may be empty.
    pub registration_number: String,
    /// Why it charges no VAT, as the law wants it printed; empty if it charges VAT.
    pub vat_exemption: String,
    /// Where clients write to; also the sender of mail to them.
    pub email: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// Name of its time zone: `Europe/Madrid`. Days of invoices and periods are days there.
    pub time_zone: String,
    /// Days until an invoice is due, 0 to 365.
    pub invoice_due_days: u16,
    /// Printed below an invoice; may be empty.
    pub payment_instructions: String,
    /// The account to which clients transfer money, in capitals without spaces; may be empty.
    pub iban: String,
    /// The code of its bank; may be empty.
    pub bic: String,
}

impl Default for Company {
    fn default() -> Self {
        Self {
            name: String::new(),
            address: String::new(),
            tax_number: String::new(),
            registration_number: String::new(),
            vat_exemption: String::new(),
            email: String::new(),
            country: String::new(),
            time_zone: "UTC".into(),
            invoice_due_days: 14,
            payment_instructions: String::new(),
            iban: String::new(),
            bic: String::new(),
        }
    }
}

/// The company.
pub async fn company(app: &App) -> Result<Company> {
    super::read(app, "company").await
}

/// The same on a connection that the caller has.
pub(crate) async fn company_in(conn: &mut PgConnection) -> Result<Company> {
    super::read_from(conn, "company").await
}

/// Changes the company. Issued invoices keep what was printed on them.
pub async fn save_company(app: &App, actor: &Actor, mut company: Company) -> Result<()> {
    company.country = company.country.trim().to_uppercase();
    company.email = company.email.trim().to_owned();
    for code in [&mut company.iban, &mut company.bic] {
        *code = code.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
    }
    let mut checks = Checks::default();
    checks.text("name", &company.name, 120, true);
    checks.text("address", &company.address, 500, true);
    checks.text("tax_number", &company.tax_number, 40, false);
    checks.text("registration_number", &company.registration_number, 80, false);
    checks.text("vat_exemption", &company.vat_exemption, 200, false);
    checks.parse("email", company.email.parse::<EmailAddress>());
    let country = &company.country;
    let country_ok = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    checks.require(country_ok, "country", "must be a two-letter country code such as ES");
    checks.require(company.time_zone.parse::<Tz>().is_ok(), "time_zone", "must be a time zone such as Europe/Madrid");
    checks.require(company.invoice_due_days <= 365, "invoice_due_days", "must be from 0 to 365");
    checks.text("payment_instructions", &company.payment_instructions, 2000, false);
    let iban_ok = company.iban.is_empty() || innkeeper_einvoice::is_iban(&company.iban);
    checks.require(iban_ok, "iban", "must be an IBAN; its check digits are not right");
    let letters = company.bic.bytes().all(|c| c.is_ascii_alphanumeric());
    let bic_ok = company.bic.is_empty() || (letters && matches!(company.bic.len(), 8 | 11));
    checks.require(bic_ok, "bic", "must have 8 or 11 letters and digits");
    checks.finish()?;
    super::save(app, actor, "company", &company).await
}
