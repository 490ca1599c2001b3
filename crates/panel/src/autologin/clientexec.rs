//! The switch for links in Clientexec's format.

use askama::Template;
use innkeeper_app::autologin;
use innkeeper_domain::Permission;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Flash, Form};

#[derive(Template)]
#[template(path = "admin/autologin/clientexec.html")]
struct Clientexec {
    chrome: Chrome,
    form: Form,
    may_save: bool,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    let status = autologin::clientexec_status(&staff.app, &staff.actor).await?;
    let form = Form::new().with("enabled", status.enabled);
    let form = if status.key_set { form.with("application_key", "stored") } else { form };
    page(&view(&staff, form).await?)
}

pub(super) async fn save(staff: Staff, posted: Posted) -> PageResult {
    let (enabled, key) = (posted.ticked("enabled"), posted.optional("application_key"));
    match autologin::configure_clientexec(&staff.app, &staff.actor, enabled, key.as_deref()).await {
        Ok(()) => {
            let done = if enabled { "Clientexec's links work now." } else { "Clientexec's links are refused now." };
            see_other("/admin/autologin").flash(Flash::success(done)).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, form).await?)
        }
    }
}

async fn view(staff: &Staff, form: Form) -> Result<Clientexec, Failure> {
    let chrome = staff.chrome().await.title("Clientexec's links").in_admin(AdminSection::Autologin);
    Ok(Clientexec {
        chrome: chrome.crumb("Autologin", "/admin/autologin"),
        form,
        may_save: staff.may(Permission::SystemWrite) && staff.may(Permission::ClientsWrite),
    })
}
