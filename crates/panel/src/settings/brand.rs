//! How the portal presents the business.

use askama::Template;
use innkeeper_app::settings::{self, Brand};
use innkeeper_domain::Permission;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Flash, Form};

use crate::listing::Tab;
use crate::sections;

const PAGE: &str = "/admin/settings/brand";

#[derive(Template)]
#[template(path = "admin/settings/brand.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    colours: Vec<Choice>,
    may_write: bool,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    staff.actor.require(Permission::SystemRead)?;
    let brand = settings::brand(&staff.app).await?;
    let form = Form::new()
        .with("name", &brand.name)
        .with("logo_text", &brand.logo_text)
        .with("colour", &brand.colour)
        .with("tagline", &brand.tagline);
    page(&view(&staff, form).await)
}

pub(super) async fn save(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let brand = Brand {
        name: posted.text("name"),
        logo_text: posted.text("logo_text"),
        colour: posted.text("colour"),
        tagline: posted.text("tagline"),
    };
    match settings::save_brand(&staff.app, &staff.actor, brand).await {
        Ok(()) => see_other(PAGE).flash(Flash::success("Saved. The portal shows it at once.")).ok(),
        Err(error) => {
            form.refuse(error)?;
            refused(&view(&staff, form).await)
        }
    }
}

async fn view(staff: &Staff, form: Form) -> Page {
    let colour = |word: &&str| {
        let mut letters = word.chars();
        let label: String =
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        Choice::new(*word, label)
    };
    Page {
        chrome: staff.chrome().await.title("Brand").in_admin(AdminSection::Settings),
        tabs: sections::settings(PAGE),
        form,
        colours: Brand::COLOURS.iter().map(colour).collect(),
        may_write: staff.may(Permission::SystemWrite),
    }
}
