//! When services of a product suffer for unpaid invoices.

use innkeeper_app::billing::{self, ProductRules};
use innkeeper_app::catalogue;
use innkeeper_domain::{Permission, ProductId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Flash, Form};

use crate::reading::optional_number;
use crate::rules::RulesPage;

const FIELDS: [(&str, &str); 2] =
    [("suspend_after", "Suspend after days"), ("terminate_after", "Terminate after days")];

pub(super) async fn show(staff: Staff, Id(id): Id<ProductId>) -> PageResult {
    let rules = billing::product_rules(&staff.app, &staff.actor, id).await?;
    let shown = |days: Option<i32>| days.map(|days| days.to_string()).unwrap_or_default();
    let form = Form::new()
        .with("suspend_after", shown(rules.suspend_after))
        .with("terminate_after", shown(rules.terminate_after));
    page(&view(&staff, id, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<ProductId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let [suspend_after, terminate_after] = FIELDS.map(|(name, _)| optional_number(&posted, &mut form, name));
    if form.is_fine() {
        let rules = ProductRules { suspend_after, terminate_after };
        match billing::set_product_rules(&staff.app, &staff.actor, id, rules).await {
            Ok(()) => {
                let done = Flash::success("The rules for this product are saved.");
                return see_other(format!("/admin/products/{id}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, id, form).await?)
}

async fn view(staff: &Staff, id: ProductId, form: Form) -> Result<RulesPage, Failure> {
    staff.actor.require(Permission::CatalogueWrite)?;
    let product = catalogue::get_product(&staff.app, &staff.actor, id).await?.row;
    Ok(RulesPage {
        chrome: staff
            .chrome()
            .await
            .title("Unpaid invoices")
            .in_admin(AdminSection::Products)
            .crumb("Products", "/admin/products")
            .crumb(product.name.as_str(), format!("/admin/products/{id}")),
        intro: "When services of this product are switched off for an unpaid invoice.",
        fields: FIELDS
            .iter()
            .map(|(name, label)| {
                form.number(name, label).min(-1).help("After the due date. Empty: as the settings say. -1: never.")
            })
            .collect(),
        form,
        back: format!("/admin/products/{id}"),
    })
}
