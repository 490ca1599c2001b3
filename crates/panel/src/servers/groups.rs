//! Server groups.

use askama::Template;
use innkeeper_app::servers::{self, ServerGroupInput, ServerGroupRow};
use innkeeper_domain::{Fill, Permission, ServerGroupId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Empty, Flash, Form};

use crate::listing::Tab;
use crate::reading::choice;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/servers/groups.html")]
struct Groups {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    form: Form,
    fills: Vec<Choice>,
    /// The group being changed; none: the form makes a new one.
    changed: Option<String>,
    may_write: bool,
}

struct Row {
    id: i64,
    name: String,
    fill: &'static str,
    servers: i64,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    page(&view(&staff, None, Form::new().with("fill", Fill::LeastFull)).await?)
}

pub(super) async fn show(staff: Staff, Id(id): Id<ServerGroupId>) -> PageResult {
    let groups = servers::list_server_groups(&staff.app, &staff.actor).await?;
    let group = groups.into_iter().find(|g| g.id == id).ok_or_else(Failure::missing)?;
    page(&view(&staff, Some(id), Form::new().with("name", &group.name).with("fill", group.fill)).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match servers::create_server_group(&staff.app, &staff.actor, input).await {
            Ok(_) => return see_other("/admin/server-groups").flash(Flash::success("The group is made.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, None, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<ServerGroupId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match servers::update_server_group(&staff.app, &staff.actor, id, input).await {
            Ok(()) => return see_other("/admin/server-groups").flash(Flash::success("The group is saved.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, Some(id), form).await?)
}

fn read(posted: &Posted, form: &mut Form) -> Option<ServerGroupInput> {
    Some(ServerGroupInput { fill: choice(posted, form, "fill")?, name: posted.text("name") })
}

fn fill(fill: Fill) -> &'static str {
    match fill {
        Fill::LeastFull => "The one with the most room",
        Fill::RoundRobin => "Each in its turn",
    }
}

async fn view(staff: &Staff, changed: Option<ServerGroupId>, form: Form) -> Result<Groups, Failure> {
    let groups = servers::list_server_groups(&staff.app, &staff.actor).await?;
    let row =
        |g: &ServerGroupRow| Row { id: g.id.get(), name: g.name.clone(), fill: fill(*g.fill), servers: g.servers };
    let chrome = staff.chrome().await.title("Server groups").subtitle("A product is set up on a server of its group.");
    Ok(Groups {
        chrome: chrome.in_admin(AdminSection::Servers),
        tabs: sections::servers("/admin/server-groups"),
        changed: changed.and_then(|id| groups.iter().find(|g| g.id == id)).map(|g| g.name.clone()),
        rows: groups.iter().map(row).collect(),
        empty: Empty::new(
            "server-cog",
            "No groups yet",
            "Make the first group with the form, then put servers into it.",
        ),
        form,
        fills: Fill::ALL.iter().map(|f| Choice::new(f.as_str(), fill(*f))).collect(),
        may_write: staff.may(Permission::ServersWrite),
    })
}
