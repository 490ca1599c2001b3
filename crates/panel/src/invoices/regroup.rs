//! Merging and splitting unpaid invoices: what goes together, what it comes to, and then for good.

use askama::Template;
use innkeeper_app::invoices::compose::Preview;
use innkeeper_app::invoices::{self, InvoiceFilter, InvoiceRow};
use innkeeper_app::{AppError, Checks};
use innkeeper_domain::{InvoiceId, InvoiceLineId, Permission, state::InvoiceState};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Facts, Field, Flash, Form, date};

use super::number;
use crate::amount::{amount, shown};

/// Most invoices to choose from.
const MOST: i64 = 50;

#[derive(Template)]
#[template(path = "admin/invoices/regroup.html")]
struct Regroup {
    chrome: Chrome,
    id: InvoiceId,
    action: Action,
    form: Form,
    /// What can be chosen; none: nothing can.
    choices: Option<Field>,
    /// What was chosen, and what comes of it; empty: it is to be chosen.
    chosen: Vec<String>,
    outcome: Vec<(&'static str, Facts)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Merge,
    Split,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Merge => "Merge",
            Self::Split => "Split",
        }
    }
    /// The field, as the use case names it.
    fn field(self) -> &'static str {
        match self {
            Self::Merge => "invoices",
            Self::Split => "lines",
        }
    }
    fn path(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Split => "split",
        }
    }
    fn explained(self) -> &'static str {
        match self {
            Self::Merge => {
                "One new invoice with all their lines takes the place of these, which are void then. It is due when the first of them was, and the client gets it by mail."
            }
            Self::Split => {
                "Two new invoices take the place of this one, which is void then: one with the lines that you choose, one with the rest. They are due when it was, and the client gets them by mail."
            }
        }
    }
}

pub(super) async fn ask_merge(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    page(&choose(&staff, id, Action::Merge, Form::new()).await?)
}

pub(super) async fn ask_split(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    page(&choose(&staff, id, Action::Split, Form::new()).await?)
}

pub(super) async fn merge(staff: Staff, Id(id): Id<InvoiceId>, posted: Posted) -> PageResult {
    let ids = match chosen(Action::Merge, &posted) {
        Ok(ids) => [id].into_iter().chain(ids.into_iter().map(InvoiceId)).collect::<Vec<_>>(),
        Err(error) => return again(&staff, id, Action::Merge, &posted, error).await,
    };
    if posted.ticked("sure") {
        return match invoices::merge(&staff.app, &staff.actor, &ids).await {
            Ok(new) => {
                see_other(format!("/admin/invoices/{new}")).flash(Flash::success("The invoices are merged.")).ok()
            }
            Err(error) => again(&staff, id, Action::Merge, &posted, error).await,
        };
    }
    match invoices::merged(&staff.app, &staff.actor, &ids).await {
        Ok(all) => confirm(&staff, id, Action::Merge, &posted, vec![("The new invoice", facts(&all))]).await,
        Err(error) => again(&staff, id, Action::Merge, &posted, error).await,
    }
}

pub(super) async fn split(staff: Staff, Id(id): Id<InvoiceId>, posted: Posted) -> PageResult {
    let lines = match chosen(Action::Split, &posted) {
        Ok(lines) => lines.into_iter().map(InvoiceLineId).collect::<Vec<_>>(),
        Err(error) => return again(&staff, id, Action::Split, &posted, error).await,
    };
    if posted.ticked("sure") {
        return match invoices::split(&staff.app, &staff.actor, id, &lines).await {
            Ok((new, _)) => {
                see_other(format!("/admin/invoices/{new}")).flash(Flash::success("The invoice is split.")).ok()
            }
            Err(error) => again(&staff, id, Action::Split, &posted, error).await,
        };
    }
    match invoices::parted(&staff.app, &staff.actor, id, &lines).await {
        Ok((these, rest)) => {
            let both = vec![("The lines that you chose", facts(&these)), ("The rest", facts(&rest))];
            confirm(&staff, id, Action::Split, &posted, both).await
        }
        Err(error) => again(&staff, id, Action::Split, &posted, error).await,
    }
}

fn chosen(action: Action, posted: &Posted) -> Result<Vec<i64>, AppError> {
    let mut checks = Checks::default();
    let field = action.field();
    let ids = posted.all(field).iter().filter_map(|id| checks.parse(field, id.parse::<i64>())).collect::<Vec<_>>();
    checks.require(!ids.is_empty(), field, "choose at least one");
    checks.finish()?;
    Ok(ids)
}

fn facts(preview: &Preview) -> Facts {
    let facts = Facts::new().row("Subtotal", shown(preview.subtotal));
    let taxed = |facts: Facts, (name, tax): (String, String)| facts.row(&name, tax);
    let taxes = preview.taxes.iter().map(|tax| (format!("{} {}", tax.name, tax.rate), shown(tax.amount)));
    taxes.fold(facts, taxed).row("Total", shown(preview.total))
}

async fn again(staff: &Staff, id: InvoiceId, action: Action, posted: &Posted, error: AppError) -> PageResult {
    let mut form = posted.form();
    form.refuse(error)?;
    refused(&choose(staff, id, action, form).await?)
}

async fn choose(staff: &Staff, id: InvoiceId, action: Action, form: Form) -> Result<Regroup, Failure> {
    staff.actor.require(Permission::InvoicesWrite)?;
    let invoices::InvoiceView { invoice, lines, .. } = invoices::get(&staff.app, &staff.actor, id).await?;
    let choices: Vec<Choice> = match action {
        Action::Merge => others(staff, &invoice).await?,
        Action::Split if lines.len() < 2 => vec![],
        Action::Split => lines
            .iter()
            .map(|line| Choice::new(line.id.to_string(), &line.description).help(amount(line.net, &invoice.currency)))
            .collect(),
    };
    let label = match action {
        Action::Merge => format!("Together with {}", number(&invoice)),
        Action::Split => "Lines of the one new invoice".to_owned(),
    };
    Ok(Regroup {
        chrome: chrome(staff, &invoice, action).await,
        id,
        action,
        choices: (!choices.is_empty()).then(|| form.checks(action.field(), &label, &choices)),
        form,
        chosen: vec![],
        outcome: vec![],
    })
}

/// The client's other invoices that may be free for it.
async fn others(staff: &Staff, invoice: &InvoiceRow) -> Result<Vec<Choice>, AppError> {
    let filter = InvoiceFilter {
        client: Some(invoice.client_id),
        state: Some(InvoiceState::Unpaid),
        limit: MOST,
        ..InvoiceFilter::default()
    };
    let rows = invoices::list(&staff.app, &staff.actor, filter).await?;
    let is_free = |row: &&InvoiceRow| {
        row.id != invoice.id && row.currency == invoice.currency && row.paid == 0 && row.order_id.is_none()
    };
    let choice = |row: &InvoiceRow| {
        let due = row.due_on.map(|day| format!(", due {}", date(day))).unwrap_or_default();
        Choice::new(row.id.to_string(), number(row)).help(format!("{}{due}", amount(row.total, &row.currency)))
    };
    Ok(rows.iter().filter(is_free).map(choice).collect())
}

async fn confirm(
    staff: &Staff,
    id: InvoiceId,
    action: Action,
    posted: &Posted,
    outcome: Vec<(&'static str, Facts)>,
) -> PageResult {
    let invoice = invoices::get(&staff.app, &staff.actor, id).await?.invoice;
    page(&Regroup {
        chrome: chrome(staff, &invoice, action).await,
        id,
        action,
        form: Form::new(),
        choices: None,
        chosen: posted.all(action.field()),
        outcome,
    })
}

async fn chrome(staff: &Staff, invoice: &InvoiceRow, action: Action) -> Chrome {
    let chrome = staff.chrome().await.title(action.name()).in_admin(AdminSection::Invoices);
    chrome.crumb("Invoices", "/admin/invoices").crumb(number(invoice), format!("/admin/invoices/{}", invoice.id))
}
