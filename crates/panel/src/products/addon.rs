//! Whether a product is an add-on, and what it is sold with.

use askama::Template;
use innkeeper_app::{addons, catalogue};
use innkeeper_domain::ProductId;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Flash, Form};

#[derive(Template)]
#[template(path = "admin/products/addon.html")]
struct Addon {
    chrome: Chrome,
    id: ProductId,
    name: String,
    choices: Vec<Choice>,
    form: Form,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ProductId>) -> PageResult {
    let sold = addons::sold(&staff.app, &staff.actor, id).await?;
    let with =
        sold.with.iter().filter(|(.., chosen)| *chosen).map(|(other, ..)| ("with".to_owned(), other.to_string()));
    let form = Form::posted(with);
    let form = if sold.is_addon { form.with("is_addon", true) } else { form };
    page(&view(&staff, id, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<ProductId>, posted: Posted) -> PageResult {
    let with: Vec<ProductId> =
        posted.all("with").iter().filter_map(|id| id.parse::<i64>().ok()).map(ProductId).collect();
    match addons::set_sold(&staff.app, &staff.actor, id, posted.ticked("is_addon"), &with).await {
        Ok(()) => see_other(format!("/admin/products/{id}"))
            .flash(Flash::success("It is saved how the product is sold."))
            .ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, id, form).await?)
        }
    }
}

async fn view(staff: &Staff, id: ProductId, form: Form) -> Result<Addon, Failure> {
    let product = catalogue::get_product(&staff.app, &staff.actor, id).await?.row;
    let sold = addons::sold(&staff.app, &staff.actor, id).await?;
    Ok(Addon {
        chrome: staff
            .chrome()
            .await
            .title("Add-on")
            .in_admin(AdminSection::Products)
            .crumb("Products", "/admin/products")
            .crumb(product.name.as_str(), format!("/admin/products/{id}")),
        id,
        name: product.name,
        choices: sold.with.iter().map(|(other, name, _)| Choice::new(other.to_string(), name.as_str())).collect(),
        form,
    })
}
