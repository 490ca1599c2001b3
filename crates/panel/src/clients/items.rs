//! What staff charge a client by hand.

use askama::Template;
use innkeeper_app::billable_items::{self, ItemInput, ItemRow};
use innkeeper_app::clients::{self, ClientRow};
use innkeeper_domain::{BillableItemId, ClientId, ItemWhen, Money, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Ids, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Flash, Form, Moment, PostButton};

use super::below;
use crate::amount::shown;
use crate::outcome::back;
use crate::reading::{choice, number, optional_amount, optional_day};

#[derive(Template)]
#[template(path = "admin/clients/items.html")]
struct Items {
    chrome: Chrome,
    id: ClientId,
    currency: &'static str,
    rows: Vec<Row>,
    form: Form,
    whens: Vec<Choice>,
    may_write: bool,
}

struct Row {
    id: i64,
    description: String,
    when: String,
    added: Moment,
    amount: String,
    remove: PostButton,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    let form = Form::new().with("quantity", 1).with("taxable", true).with("bill", ItemWhen::Hand);
    page(&view(&staff, id, form).await?)
}

pub(super) async fn add(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::InvoicesWrite)?;
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    let mut form = posted.form();
    if let Some(input) = read(&client, &posted, &mut form) {
        match billable_items::add(&staff.app, &staff.actor, id, input).await {
            Ok(_) => return see_other(address(id)).flash(Flash::success("The item is added.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, id, form).await?)
}

pub(super) async fn remove(staff: Staff, Ids(id, item): Ids<ClientId, BillableItemId>) -> PageResult {
    let result = billable_items::remove(&staff.app, &staff.actor, item).await;
    back(address(id), result, "The item is removed.")
}

pub(super) async fn invoice(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    let chosen: Vec<BillableItemId> = posted.all("item").iter().filter_map(|item| item.parse().ok()).collect();
    match billable_items::invoice(&staff.app, &staff.actor, id, &chosen).await {
        Ok(invoice) => {
            let done = Flash::success("It is issued, and the client gets it by mail.");
            see_other(format!("/admin/invoices/{invoice}")).flash(done).ok()
        }
        Err(error) => back(address(id), Err::<(), _>(error), ""),
    }
}

fn address(id: ClientId) -> String {
    format!("/admin/clients/{id}/items")
}

fn read(client: &ClientRow, posted: &Posted, form: &mut Form) -> Option<ItemInput> {
    let amount = optional_amount(posted, form, "amount", *client.currency);
    let quantity = number(posted, form, "quantity");
    let bill = choice(posted, form, "bill");
    let bill_on = optional_day(posted, form, "bill_on");
    let (true, Some(quantity), Some(bill)) = (form.is_fine(), quantity, bill) else { return None };
    Some(ItemInput {
        description: posted.text("description"),
        quantity,
        amount: Money::new(amount.unwrap_or(0), *client.currency),
        taxable: posted.ticked("taxable"),
        bill,
        bill_on: bill_on.filter(|_| bill == ItemWhen::Day),
    })
}

async fn view(staff: &Staff, id: ClientId, form: Form) -> Result<Items, Failure> {
    let items = billable_items::list(&staff.app, &staff.actor, id).await?;
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    Ok(Items {
        chrome: below(staff.chrome().await, &client, "Items to invoice"),
        id,
        currency: client.currency.code(),
        rows: items.into_iter().map(|item| row(id, item)).collect(),
        form,
        whens: vec![
            Choice::new("hand", "When it is chosen here"),
            Choice::new("next", "With the client's next invoice"),
            Choice::new("day", "On a day"),
        ],
        may_write: staff.may(Permission::InvoicesWrite),
    })
}

fn row(client: ClientId, item: ItemRow) -> Row {
    let each = Money::new(item.amount, *item.currency);
    let sum = each.checked_mul(i64::from(item.quantity)).unwrap_or(each);
    Row {
        id: item.id.get(),
        when: match (*item.bill, item.bill_on) {
            (ItemWhen::Next, _) => "with the next invoice".to_owned(),
            (ItemWhen::Day, Some(day)) => format!("on {day}"),
            _ => "when it is chosen".to_owned(),
        },
        added: Moment::exact(&item.created_at),
        amount: match item.quantity {
            1 => shown(sum),
            n => format!("{n} \u{d7} {} = {}", shown(each), shown(sum)),
        },
        remove: PostButton::new(&format!("/admin/clients/{client}/items/{}/remove", item.id), "Remove")
            .small()
            .danger()
            .icon("trash")
            .about(&item.description)
            .confirm("Remove this item? It will not be invoiced."),
        description: item.description,
    }
}
