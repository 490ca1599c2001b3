//! The sites, each with a key of its own. A key is on the page that answers and nowhere else.

use askama::Template;
use innkeeper_app::autologin::{self, SiteRow};
use innkeeper_domain::{AutologinSiteId, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused};
use innkeeper_web::view::{AdminSection, Badge, Cell, Chrome, Code, Facts, Form, Moment, PostButton};

use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/autologin/sites.html")]
struct Sites {
    chrome: Chrome,
    rows: Vec<Row>,
    form: Form,
    may_add: bool,
    /// Whether Clientexec's links work; none: the reader may not know.
    clientexec: Option<Badge>,
}

struct Row {
    name: String,
    key_id: Cell,
    state: Badge,
    added: Moment,
    disable: Option<PostButton>,
}

#[derive(Template)]
#[template(path = "admin/autologin/created.html")]
struct Created {
    chrome: Chrome,
    facts: Facts,
    key: Code,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    page(&view(&staff, Form::new()).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    match autologin::create_site(&staff.app, &staff.actor, posted.get("name")).await {
        Ok(made) => {
            let chrome = staff.chrome().await.title("The key of the site").in_admin(AdminSection::Autologin);
            page(&Created {
                chrome: chrome.crumb("Autologin", "/admin/autologin"),
                facts: Facts::new()
                    .row("Site", posted.text("name"))
                    .row("Key id", Cell::Code(made.key_id))
                    .row("Links lead to", Cell::Code(format!("{}{}", staff.app.base_url(), autologin::PATH))),
                key: Code::text("Key of the site", made.key),
            })
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, form).await?)
        }
    }
}

pub(super) async fn disable(staff: Staff, Id(id): Id<AutologinSiteId>) -> PageResult {
    let result = autologin::disable_site(&staff.app, &staff.actor, id).await;
    back("/admin/autologin", result, "Links of that site are refused from now on.")
}

fn row(site: SiteRow, staff: &Staff) -> Row {
    let enabled = site.disabled_at.is_none();
    Row {
        state: Badge::state(if enabled { "active" } else { "disabled" }),
        added: Moment::ago(&site.created_at, staff.app.now()),
        disable: enabled.then(|| {
            PostButton::new(&format!("/admin/autologin/{}/disable", site.id), "Disable")
                .small()
                .danger()
                .about(&site.name)
                .confirm(&format!("Disable {}? Its links stop working for good; a new key is a new site.", site.name))
        }),
        key_id: Cell::Code(site.key_id),
        name: site.name,
    }
}

async fn view(staff: &Staff, form: Form) -> Result<Sites, Failure> {
    let sites = autologin::sites(&staff.app, &staff.actor).await?;
    let clientexec = match staff.may(Permission::SystemRead) {
        true => Some(autologin::clientexec_status(&staff.app, &staff.actor).await?.enabled),
        false => None,
    };
    Ok(Sites {
        chrome: staff.chrome().await.title("Autologin").in_admin(AdminSection::Autologin),
        rows: sites.into_iter().map(|site| row(site, staff)).collect(),
        form,
        may_add: staff.may(Permission::ClientsWrite),
        clientexec: clientexec.map(|on| Badge::state(if on { "enabled" } else { "disabled" })),
    })
}
