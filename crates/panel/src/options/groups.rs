//! Groups of options.

use askama::Template;
use innkeeper_app::catalogue::{self, ListProducts};
use innkeeper_app::options::{self, GroupRow, OptionGroup, OptionGroupInput, ProductOption};
use innkeeper_domain::{OptionGroupId, OptionKind, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Empty, Flash, Form, Tone};

use crate::listing::Tab;
use crate::sections;

/// Products that can be chosen.
const PRODUCTS: i64 = 500;

#[derive(Template)]
#[template(path = "admin/options/groups.html")]
struct Groups {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<GroupRow>,
    empty: Empty,
    form: Form,
    products: Vec<Choice>,
    may_write: bool,
}

#[derive(Template)]
#[template(path = "admin/options/group.html")]
struct Group {
    chrome: Chrome,
    id: i64,
    rows: Vec<Row>,
    empty: Empty,
    form: Form,
    products: Vec<Choice>,
    may_write: bool,
}

struct Row {
    id: i64,
    name: String,
    kind: &'static str,
    values: usize,
    state: Badge,
}

/// How an option is chosen, in words.
pub(super) const fn kind(kind: OptionKind) -> &'static str {
    match kind {
        OptionKind::Choice => "One of several",
        OptionKind::YesNo => "Yes or no",
        OptionKind::Quantity => "How many",
    }
}

pub(super) async fn list(staff: Staff) -> PageResult {
    page(&groups(&staff, Form::new()).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    match options::create_group(&staff.app, &staff.actor, read(&posted)).await {
        Ok(id) => {
            let done = Flash::success("The group is made. Give it options now.");
            see_other(format!("/admin/option-groups/{id}")).flash(done).ok()
        }
        Err(error) => {
            form.refuse(error)?;
            refused(&groups(&staff, form).await?)
        }
    }
}

pub(super) async fn show(staff: Staff, Id(id): Id<OptionGroupId>) -> PageResult {
    let found = options::get_group(&staff.app, &staff.actor, id).await?;
    let chosen: Vec<_> = found.row.products.iter().map(|id| ("products".to_owned(), id.to_string())).collect();
    let form = Form::posted(chosen).with("name", &found.row.name);
    page(&group(&staff, found, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<OptionGroupId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    match options::update_group(&staff.app, &staff.actor, id, read(&posted)).await {
        Ok(()) => {
            let done = Flash::success("The group is saved.");
            return see_other(format!("/admin/option-groups/{id}")).flash(done).ok();
        }
        Err(error) => form.refuse(error)?,
    }
    let found = options::get_group(&staff.app, &staff.actor, id).await?;
    refused(&group(&staff, found, form).await?)
}

fn read(posted: &Posted) -> OptionGroupInput {
    let products = posted.all("products");
    let products = products.iter().filter_map(|id| id.parse().ok()).collect();
    OptionGroupInput { name: posted.text("name"), products }
}

async fn groups(staff: &Staff, form: Form) -> Result<Groups, Failure> {
    let rows = options::list_groups(&staff.app, &staff.actor).await?;
    let about = "What buyers choose with a product and pay for with each period.";
    let chrome = staff.chrome().await.title("Options").subtitle(about).in_admin(AdminSection::Products);
    Ok(Groups {
        chrome,
        tabs: sections::catalogue("/admin/option-groups"),
        rows,
        empty: Empty::new(
            "adjustments",
            "No options yet",
            "A group has options, such as memory or backups, and serves one product or several.",
        ),
        form,
        products: products(staff).await?,
        may_write: staff.may(Permission::CatalogueWrite),
    })
}

async fn group(staff: &Staff, found: OptionGroup, form: Form) -> Result<Group, Failure> {
    let chrome = staff.chrome().await.title(&found.row.name).subtitle("Options").in_admin(AdminSection::Products);
    Ok(Group {
        chrome: chrome.crumb("Options", "/admin/option-groups"),
        id: found.row.id.get(),
        rows: found.options.into_iter().map(row).collect(),
        empty: Empty::new("adjustments", "No options in this group", "Add the first one: memory, backups, addresses."),
        form,
        products: products(staff).await?,
        may_write: staff.may(Permission::CatalogueWrite),
    })
}

async fn products(staff: &Staff) -> Result<Vec<Choice>, Failure> {
    let sold = ListProducts { group_id: None, text: String::new(), retired: true, before: None, limit: PRODUCTS };
    let all = catalogue::list_products(&staff.app, &staff.actor, sold).await?;
    Ok(all.into_iter().map(|p| Choice::new(p.id.to_string(), p.name)).collect())
}

fn row(option: ProductOption) -> Row {
    let ProductOption { row, values } = option;
    Row {
        id: row.id.get(),
        kind: kind(*row.kind),
        values: values.len(),
        state: match row.retired_at {
            Some(_) => Badge::new(Tone::Neutral, "archive", "Retired"),
            None => Badge::state("ok").saying("On offer"),
        },
        name: row.name,
    }
}
