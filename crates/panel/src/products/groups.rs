//! Product groups.

use askama::Template;
use innkeeper_app::catalogue::{self, GroupInput, GroupRow};
use innkeeper_domain::{Permission, ProductGroupId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Flash, Form, Tone};

use crate::listing::Tab;
use crate::reading::number;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/products/groups.html")]
struct Groups {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    form: Form,
    /// The group being changed; none: the form makes a new one.
    changed: Option<String>,
    may_write: bool,
}

struct Row {
    id: i64,
    name: String,
    description: String,
    products: i64,
    state: Badge,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    page(&view(&staff, None, Form::new().with("position", 0)).await?)
}

pub(super) async fn show(staff: Staff, Id(id): Id<ProductGroupId>) -> PageResult {
    let groups = catalogue::list_groups(&staff.app, &staff.actor).await?;
    let group = groups.into_iter().find(|g| g.id == id).ok_or_else(Failure::missing)?;
    let form = Form::new()
        .with("name", &group.name)
        .with("description", &group.description)
        .with("hidden", group.hidden)
        .with("position", group.position);
    page(&view(&staff, Some(id), form).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match catalogue::create_group(&staff.app, &staff.actor, input).await {
            Ok(_) => return see_other("/admin/product-groups").flash(Flash::success("The group is made.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, None, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<ProductGroupId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match catalogue::update_group(&staff.app, &staff.actor, id, input).await {
            Ok(()) => return see_other("/admin/product-groups").flash(Flash::success("The group is saved.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, Some(id), form).await?)
}

fn read(posted: &Posted, form: &mut Form) -> Option<GroupInput> {
    let position = number(posted, form, "position")?;
    let (name, description) = (posted.text("name"), posted.text("description"));
    Some(GroupInput { name, description, hidden: posted.ticked("hidden"), position })
}

async fn view(staff: &Staff, changed: Option<ProductGroupId>, form: Form) -> Result<Groups, Failure> {
    let groups = catalogue::list_groups(&staff.app, &staff.actor).await?;
    let row = |g: GroupRow| Row {
        id: g.id.get(),
        state: if g.hidden {
            Badge::new(Tone::Neutral, "eye-off", "Hidden")
        } else {
            Badge::state("ok").saying("In the shop")
        },
        name: g.name,
        description: g.description,
        products: g.products,
    };
    let chrome = staff.chrome().await.title("Product groups").subtitle("The headings of the shop, in its order.");
    Ok(Groups {
        chrome: chrome.in_admin(AdminSection::Products),
        tabs: sections::catalogue("/admin/product-groups"),
        changed: changed.and_then(|id| groups.iter().find(|g| g.id == id)).map(|g| g.name.clone()),
        rows: groups.into_iter().map(row).collect(),
        empty: Empty::new(
            "packages",
            "No groups yet",
            "A group is a heading of the shop. Make the first one with the form.",
        ),
        form,
        may_write: staff.may(Permission::CatalogueWrite),
    })
}
