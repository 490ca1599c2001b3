//! Bundles: products that are sold together.

use askama::Template;
use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::AppError;
use innkeeper_app::bundles::{self, Bundle, BundleInput};
use innkeeper_app::promotions;
use innkeeper_domain::{BundleId, CycleId, Permission, ProductId};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Empty, Flash, Form, PostButton};
use innkeeper_web::{AppState, Failure};

use crate::listing::Tab;
use crate::outcome::back;
use crate::reading::{choice, number};
use crate::sections;

/// Promotions to choose from.
const PROMOTIONS: i64 = 200;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/bundles", get(list).post(create))
        .route("/bundles/{id}", get(show).post(save))
        .route("/bundles/{id}/retire", post(retire))
        .route("/bundles/{id}/bring-back", post(bring_back))
}

#[derive(Template)]
#[template(path = "admin/bundles.html")]
struct Bundles {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    form: Form,
    promotions: Vec<Choice>,
    products: Vec<Choice>,
    /// The bundle being changed; none: the form makes a new one.
    changed: Option<String>,
    retire: Option<PostButton>,
    may_write: bool,
}

struct Row {
    id: i64,
    name: String,
    parts: String,
    code: String,
    state: Badge,
}

async fn list(staff: Staff) -> PageResult {
    page(&view(&staff, None, Form::new().with("position", 0)).await?)
}

async fn show(staff: Staff, Id(id): Id<BundleId>) -> PageResult {
    let Bundle { row, items } = bundles::get(&staff.app, &staff.actor, id).await?;
    let chosen = items.iter().map(|item| ("items".to_owned(), key(item.product_id, item.cycle_id)));
    let form = Form::posted(chosen)
        .with("name", &row.name)
        .with("slug", &row.slug)
        .with("description", &row.description)
        .with("promotion_id", row.promotion_id)
        .with("position", row.position);
    page(&view(&staff, Some(id), form).await?)
}

async fn create(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match bundles::create(&staff.app, &staff.actor, input).await {
            Ok(_) => return see_other("/admin/bundles").flash(Flash::success("The bundle is made.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, None, form).await?)
}

async fn save(staff: Staff, Id(id): Id<BundleId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match bundles::update(&staff.app, &staff.actor, id, input).await {
            Ok(()) => return see_other("/admin/bundles").flash(Flash::success("The bundle is saved.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, Some(id), form).await?)
}

async fn retire(staff: Staff, Id(id): Id<BundleId>) -> PageResult {
    let result = bundles::set_retired(&staff.app, &staff.actor, id, true).await;
    back(format!("/admin/bundles/{id}"), result, "The bundle is retired.")
}

async fn bring_back(staff: Staff, Id(id): Id<BundleId>) -> PageResult {
    let result = bundles::set_retired(&staff.app, &staff.actor, id, false).await;
    back(format!("/admin/bundles/{id}"), result, "The bundle is on sale again.")
}

fn key(product: ProductId, cycle: CycleId) -> String {
    format!("{product}:{cycle}")
}

fn read(posted: &Posted, form: &mut Form) -> Option<BundleInput> {
    let item = |text: &String| {
        let (product, cycle) = text.split_once(':')?;
        Some((product.parse().ok()?, cycle.parse().ok()?))
    };
    let (promotion_id, position) = (choice(posted, form, "promotion_id"), number(posted, form, "position"));
    Some(BundleInput {
        name: posted.text("name"),
        slug: posted.text("slug"),
        description: posted.text("description"),
        promotion_id: promotion_id?,
        position: position?,
        items: posted.all("items").iter().filter_map(item).collect(),
    })
}

async fn view(staff: &Staff, changed: Option<BundleId>, form: Form) -> Result<Bundles, Failure> {
    let all = bundles::list(&staff.app, &staff.actor).await?;
    let changed = match changed {
        Some(id) => Some(all.iter().find(|bundle| bundle.row.id == id).cloned().ok_or(AppError::NotFound("bundle"))?),
        None => None,
    };
    let promotions = promotions::list(&staff.app, &staff.actor, false, None, PROMOTIONS).await?;
    let products = bundles::candidates(&staff.app, &staff.actor).await?;
    let may_write = staff.may(Permission::CatalogueWrite);
    let chrome = staff.chrome().await.title("Bundles").subtitle("Products that are sold together for less.");
    Ok(Bundles {
        chrome: chrome.in_admin(AdminSection::Products),
        tabs: sections::catalogue("/admin/bundles"),
        rows: all.into_iter().map(row).collect(),
        empty: Empty::new(
            "packages",
            "No bundles yet",
            "Make a promotion that says what is taken off, then choose here what has to be bought together.",
        ),
        promotions: promotions.into_iter().map(|p| Choice::new(p.id.to_string(), p.code)).collect(),
        products: products
            .into_iter()
            .map(|c| Choice::new(key(c.product_id, c.cycle_id), format!("{}, {}", c.product, c.cycle.to_lowercase())))
            .collect(),
        retire: changed.as_ref().filter(|_| may_write).map(switch),
        changed: changed.map(|bundle| bundle.row.name),
        form,
        may_write,
    })
}

fn switch(Bundle { row, .. }: &Bundle) -> PostButton {
    let address = format!("/admin/bundles/{}", row.id);
    match row.retired_at {
        Some(_) => PostButton::new(&format!("{address}/bring-back"), "Bring back"),
        None => PostButton::new(&format!("{address}/retire"), "Retire").confirm(
            "Retire this bundle? It is not in the shop any more, and its code counts for nobody. Services keep what they were promised.",
        ),
    }
}

fn row(Bundle { row, items }: Bundle) -> Row {
    let parts = items.into_iter().map(|item| format!("{} ({})", item.product, item.cycle));
    Row {
        id: row.id.get(),
        parts: parts.collect::<Vec<_>>().join(", "),
        state: match row.retired_at {
            Some(_) => Badge::state("retired"),
            None => Badge::state("ok").saying("Counts"),
        },
        name: row.name,
        code: row.code,
    }
}
