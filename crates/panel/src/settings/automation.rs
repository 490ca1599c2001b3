//! What the program does by itself.

use askama::Template;
use innkeeper_app::settings::{self, Automation};
use innkeeper_domain::Permission;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Flash, Form};

use crate::listing::Tab;
use crate::reading::number;
use crate::sections;

const PAGE: &str = "/admin/settings/automation";

#[derive(Template)]
#[template(path = "admin/settings/automation.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    may_write: bool,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    staff.actor.require(Permission::SystemRead)?;
    let automation = settings::automation(&staff.app).await?;
    let form =
        Form::new().with("accept_paid_orders", automation.accept_paid_orders).with("cart_days", automation.cart_days);
    page(&view(&staff, form).await)
}

pub(super) async fn save(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(cart_days) = number(&posted, &mut form, "cart_days") {
        let automation = Automation { accept_paid_orders: posted.ticked("accept_paid_orders"), cart_days };
        match settings::save_automation(&staff.app, &staff.actor, automation).await {
            Ok(()) => return see_other(PAGE).flash(Flash::success("Saved, for everything from now on.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, form).await)
}

async fn view(staff: &Staff, form: Form) -> Page {
    Page {
        chrome: staff.chrome().await.title("Automation").in_admin(AdminSection::Settings),
        tabs: sections::settings(PAGE),
        form,
        may_write: staff.may(Permission::SystemWrite),
    }
}
