//! A member of staff's own account: password and sessions.

use askama::Template;
use innkeeper_app::sessions;
use innkeeper_domain::SessionId;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::sessions_list::SessionRow;
use innkeeper_web::view::{Chrome, Facts, Flash, Form};

#[derive(Template)]
#[template(path = "admin/profile.html")]
struct Profile {
    chrome: Chrome,
    facts: Facts,
    form: Form,
    sessions: Vec<SessionRow>,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    page(&view(&staff, Form::new()).await?)
}

pub(super) async fn change_password(staff: Staff, posted: Posted) -> PageResult {
    let (current, new) = (posted.get("current_password"), posted.get("new_password"));
    match sessions::change_password(&staff.app, &staff.session, current, new).await {
        Ok(()) => see_other("/admin/profile")
            .flash(Flash::success("Your password is changed. Your other sessions are ended."))
            .ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, form).await?)
        }
    }
}

pub(super) async fn revoke(staff: Staff, Id(id): Id<SessionId>) -> PageResult {
    sessions::revoke(&staff.app, &staff.actor, id).await?;
    see_other("/admin/profile").flash(Flash::success("That session is ended.")).ok()
}

async fn view(staff: &Staff, form: Form) -> Result<Profile, innkeeper_web::Failure> {
    let sessions = sessions::list(&staff.app, &staff.actor).await?;
    let facts = Facts::new().row("Name", staff.session.user_name.as_str()).row("E-mail", staff.session.email.as_str());
    Ok(Profile {
        chrome: staff.chrome().await.title("Your account"),
        facts,
        form,
        sessions: SessionRow::all("/admin", sessions, staff.session.id, staff.app.now()),
    })
}
