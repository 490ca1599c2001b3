//! How invoices and credit notes are numbered.

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
const KINDS: [(&str, &str); 2] = [("invoices", "Invoices"), ("credit_notes", "Credit notes")];

#[derive(Template)]
#[template(path = "admin/settings/numbers.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    kinds: Vec<Kind>,
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
    let mut form = Form::new();
    for ((key, _), (format, next)) in KINDS.iter().zip(both(&numbers, next)) {
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
    if form.is_fine() {
        let (numbers, next) = (Numbers { invoices, credit_notes }, NextNumbers { invoice, credit_note });
        match settings::save_numbers(&staff.app, &staff.actor, numbers, next).await {
            Ok(()) => return see_other(PAGE).flash(Flash::success("Saved, from the next document on.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    let (numbers, next) = stored(&staff).await?;
    refused(&view(&staff, &numbers, next, form).await?)
}

fn both(numbers: &Numbers, next: NextNumbers) -> [(&NumberFormat, Option<i64>); 2] {
    [(&numbers.invoices, next.invoice), (&numbers.credit_notes, next.credit_note)]
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
        kinds: KINDS.iter().zip(both(numbers, next)).map(kind).collect(),
        form,
        may_write: staff.may(Permission::SystemWrite),
    })
}
