//! A client's credit: what there is, and what staff give or take.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Query;
use innkeeper_app::clients::{self, ClientRow};
use innkeeper_app::credit::{self, AdjustCredit, AdjustmentRow};
use innkeeper_app::{AppError, Checks};
use innkeeper_domain::{ClientId, Currency, Money, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Facts, Flash, Form, Moment, Pager};

use super::below;
use crate::amount::shown;
use crate::listing::{LIMIT, ListQuery};

#[derive(Template)]
#[template(path = "admin/clients/credit.html")]
struct Credit {
    chrome: Chrome,
    has_some: bool,
    balances: Facts,
    rows: Vec<Row>,
    pager: Pager,
    form: Form,
    ways: Vec<Choice>,
    currencies: Vec<Choice>,
    may_adjust: bool,
}

struct Row {
    reason: String,
    at: Moment,
    amount: String,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>, Query(query): Query<ListQuery>) -> PageResult {
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    let form = Form::new().with("way", "give").with("currency", *client.currency);
    page(&view(&staff, &client, &query, form).await?)
}

pub(super) async fn adjust(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    let done = match command(&client, &posted) {
        Ok(command) => credit::adjust(&staff.app, &staff.actor, command).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            let done = Flash::success("The client's credit is changed.");
            see_other(format!("/admin/clients/{id}/credit")).flash(done).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, &client, &ListQuery::default(), form).await?)
        }
    }
}

/// What was typed; taken if it says so, else given.
fn command(client: &ClientRow, posted: &Posted) -> Result<AdjustCredit, AppError> {
    let mut checks = Checks::default();
    let currency: Currency = match posted.optional("currency") {
        Some(code) => checks.parse("currency", code.parse()).unwrap_or(*client.currency),
        None => *client.currency,
    };
    let amount = checks.parse("amount", Money::parse(posted.get("amount"), currency));
    checks.require(amount.is_none_or(Money::is_positive), "amount", "must be more than nothing");
    checks.finish()?;
    let typed = amount.ok_or_else(|| AppError::internal("a value that was read is gone"))?;
    let amount = if posted.get("way") == "take" { currency.zero().checked_sub(typed)? } else { typed };
    Ok(AdjustCredit { client_id: client.id, amount, reason: posted.text("reason") })
}

async fn view(staff: &Staff, client: &ClientRow, query: &ListQuery, form: Form) -> Result<Credit, Failure> {
    let found = credit::of_client(&staff.app, &staff.actor, client.id, query.before(), LIMIT).await?;
    let mut adjustments = found.adjustments;
    let pager = query.pager(&mut adjustments, |row| row.id.get());
    let own = std::iter::once(*client.currency);
    let currencies: BTreeSet<Currency> = own.chain(found.balances.iter().map(|money| money.currency())).collect();
    Ok(Credit {
        chrome: below(staff.chrome().await, client, "Credit"),
        has_some: !found.balances.is_empty(),
        balances: found
            .balances
            .iter()
            .fold(Facts::new(), |facts, money| facts.row(money.currency().code(), shown(*money))),
        rows: adjustments.into_iter().map(row).collect(),
        pager,
        form,
        ways: vec![Choice::new("give", "Give"), Choice::new("take", "Take")],
        currencies: currencies.into_iter().map(|currency| Choice::new(currency.code(), currency.code())).collect(),
        may_adjust: staff.may(Permission::PaymentsWrite),
    })
}

fn row(row: AdjustmentRow) -> Row {
    Row { amount: shown(Money::new(row.amount, *row.currency)), at: Moment::exact(&row.created_at), reason: row.reason }
}
