//! What clients may change a product to by themselves.

use askama::Template;
use innkeeper_app::{catalogue, plan_changes};
use innkeeper_domain::ProductId;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Form};

use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/products/paths.html")]
struct Paths {
    chrome: Chrome,
    id: ProductId,
    name: String,
    choices: Vec<Choice>,
    form: Form,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ProductId>) -> PageResult {
    let product = catalogue::get_product(&staff.app, &staff.actor, id).await?.row;
    let paths = plan_changes::paths(&staff.app, &staff.actor, id).await?;
    let open = paths.iter().filter(|path| path.open).map(|path| ("to".to_owned(), path.product.to_string()));
    page(&Paths {
        chrome: staff
            .chrome()
            .await
            .title("Changes of plan")
            .in_admin(AdminSection::Products)
            .crumb("Products", "/admin/products")
            .crumb(product.name.as_str(), format!("/admin/products/{id}")),
        id,
        name: product.name,
        form: Form::posted(open),
        choices: paths.iter().map(|path| Choice::new(path.product.to_string(), path.name.as_str())).collect(),
    })
}

pub(super) async fn save(staff: Staff, Id(id): Id<ProductId>, posted: Posted) -> PageResult {
    let to: Vec<ProductId> = posted.all("to").iter().filter_map(|id| id.parse::<i64>().ok()).map(ProductId).collect();
    let result = plan_changes::set_paths(&staff.app, &staff.actor, id, &to).await;
    back(format!("/admin/products/{id}"), result, "Clients may change to these products now.")
}
