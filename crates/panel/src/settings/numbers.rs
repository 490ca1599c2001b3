//! How invoices, proformas and credit notes are numbered.

use askama::Template;
use innkeeper_app::calendar;
use innkeeper_app::settings::{self, NextNumbers, NumberFormat, Numbers};
use innkeeper_domain::Permission;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Field, Flash, Form};

use crate::listing::Tab;
use crate::reading::{number, optional_number};
use crate::sections;

const PAGE: &str = "/admin/settings/numbers";
/// The documents that are numbered: the names of their fields, and what people read.
const KINDS: [(&str, &str); 3] =
    [("invoices", "Invoices"), ("credit_notes", "Credit notes"), ("proformas", "Proformas")];
const PROFORMA_FIRST: &str = "proforma_first";

#[derive(Template)]
#[template(path = "admin/settings/numbers.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    kinds: Vec<Kind>,
    proforma_first: Field,
    may_write: bool,
}

struct Kind {
    title: &'static str,
    /// The number that the next one gets, as things are.
    coming: String,
    fields: Vec<Field>,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    let (numbers, next) = stored(&staff).await?;
    let mut form = Form::new().with(PROFORMA_FIRST, numbers.proforma_first);
    for ((key, _), (format, next)) in KINDS.iter().zip(all(&numbers, next)) {
        form = form
            .with(&format!("{key}.prefix"), &format.prefix)
            .with(&format!("{key}.yearly"), format.yearly)
            .with(&format!("{key}.digits"), format.digits)
            .with(&format!("{key}.next"), next.unwrap_or(1));
    }
    page(&view(&staff, &numbers, next, form).await?)
}

pub(super) async fn save(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let (invoices, invoice) = read(&posted, &mut form, "invoices");
    let (credit_notes, credit_note) = read(&posted, &mut form, "credit_notes");
    let (proformas, proforma) = read(&posted, &mut form, "proformas");
    if form.is_fine() {
        let proforma_first = posted.ticked(PROFORMA_FIRST);
        let numbers = Numbers { invoices, credit_notes, proformas, proforma_first };
        let next = NextNumbers { invoice, credit_note, proforma };
        match settings::save_numbers(&staff.app, &staff.actor, numbers, next).await {
            Ok(()) => return see_other(PAGE).flash(Flash::success("Saved, from the next document on.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    let (numbers, next) = stored(&staff).await?;
    refused(&view(&staff, &numbers, next, form).await?)
}

fn all(numbers: &Numbers, next: NextNumbers) -> [(&NumberFormat, Option<i64>); 3] {
    [(&numbers.invoices, next.invoice), (&numbers.credit_notes, next.credit_note), (&numbers.proformas, next.proforma)]
}

fn read(posted: &Posted, form: &mut Form, key: &str) -> (NumberFormat, Option<i64>) {
    let format = NumberFormat {
        prefix: posted.text(&format!("{key}.prefix")).to_uppercase(),
        yearly: posted.ticked(&format!("{key}.yearly")),
        digits: number(posted, form, &format!("{key}.digits")).unwrap_or_default(),
    };
    (format, optional_number(posted, form, &format!("{key}.next")))
}

/// How documents are numbered, and what the next ones get.
async fn stored(staff: &Staff) -> Result<(Numbers, NextNumbers), Failure> {
    let next = settings::next_numbers(&staff.app, &staff.actor).await?;
    Ok((settings::numbers(&staff.app).await?, next))
}

async fn view(staff: &Staff, numbers: &Numbers, next: NextNumbers, form: Form) -> Result<Page, Failure> {
    let today = calendar::today(&staff.app).await?;
    let kind = |((key, title), (format, next)): (&(&str, &'static str), (&NumberFormat, Option<i64>))| Kind {
        title,
        coming: format!("{}-{:0digits$}", format.series(today), next.unwrap_or(1), digits = usize::from(format.digits)),
        fields: vec![
            form.text(&format!("{key}.prefix"), "Begins with").required().code().maxlength(20),
            form.number(&format!("{key}.digits"), "Digits, at least").required().min(1).max(12),
            form.number(&format!("{key}.next"), "Next number")
                .min(1)
                .help("Can be set only while nothing has a number of this series: numbers have no gaps."),
            form.checkbox(&format!("{key}.yearly"), "Begin again each year, with the year in the number"),
        ],
    };
    Ok(Page {
        chrome: staff.chrome().await.title("Numbers").in_admin(AdminSection::Settings),
        tabs: sections::settings(PAGE),
        kinds: KINDS.iter().zip(all(numbers, next)).map(kind).collect(),
        proforma_first: form
            .checkbox(PROFORMA_FIRST, "Ask for payment with a proforma first")
            .help("Clients get a proforma, which is in neither the books nor the tax reports. Once it is paid in full, it becomes an invoice with the next number, of that day. What is issued already stays as it is."),
        form,
        may_write: staff.may(Permission::SystemWrite),
    })
}
