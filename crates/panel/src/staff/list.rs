//! Everybody who works here, and the roles.

use askama::Template;
use innkeeper_app::staff::{self, RoleRow, StaffRow};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Moment};

#[derive(Template)]
#[template(path = "admin/staff/list.html")]
struct List {
    chrome: Chrome,
    members: Vec<Member>,
    roles: Vec<Role>,
}

struct Member {
    id: i64,
    name: String,
    email: String,
    role: String,
    state: Badge,
    seen: Option<Moment>,
}

struct Role {
    id: i64,
    name: String,
    note: String,
}

pub(super) async fn list(member: Staff) -> PageResult {
    let members = staff::list(&member.app, &member.actor).await?;
    let roles = staff::roles(&member.app, &member.actor).await?;
    let now = member.app.now();
    let shown = |row: StaffRow| Member {
        id: row.id.get(),
        name: row.name,
        email: row.email,
        role: row.role,
        state: Badge::state(if row.disabled_at.is_some() { "disabled" } else { "active" }),
        seen: row.last_login_at.as_ref().map(|at| Moment::ago(at, now)),
    };
    page(&List {
        chrome: member.chrome().await.title("Staff").in_admin(AdminSection::Staff),
        members: members.into_iter().map(shown).collect(),
        roles: roles.into_iter().map(role).collect(),
    })
}

fn role(row: RoleRow) -> Role {
    let members = if row.members == 1 { "1 member".to_owned() } else { format!("{} members", row.members) };
    let may = if row.permissions.len() == 1 {
        "1 permission".to_owned()
    } else {
        format!("{} permissions", row.permissions.len())
    };
    Role { id: row.id.get(), name: row.name, note: format!("{members} · {may}") }
}
