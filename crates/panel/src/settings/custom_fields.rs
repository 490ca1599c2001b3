//! Custom fields.

use askama::Template;
use innkeeper_app::catalogue::{self, ListProducts};
use innkeeper_app::custom_fields::{self, FieldInput, FieldRow};
use innkeeper_domain::{AnswerKind, CustomFieldId, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Empty, Flash, Form, PostButton, Tone};

use crate::listing::Tab;
use crate::outcome::back;
use crate::reading::{choice, number, optional_number, with_none};
use crate::sections;

const PAGE: &str = "/admin/settings/custom-fields";

#[derive(Template)]
#[template(path = "admin/settings/custom_fields.html")]
struct Fields {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    form: Form,
    products: Vec<Choice>,
    kinds: Vec<Choice>,
    /// The field being changed; none: the form makes a new one.
    changed: Option<String>,
    may_write: bool,
}

struct Row {
    id: i64,
    label: String,
    key: String,
    of: String,
    kind: &'static str,
    seen: Badge,
    delete: PostButton,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    let form = Form::new().with("shown_to_client", true).with("position", 0).with("kind", AnswerKind::Text);
    page(&view(&staff, None, form).await?)
}

pub(super) async fn show(staff: Staff, Id(id): Id<CustomFieldId>) -> PageResult {
    let fields = custom_fields::list_fields(&staff.app, &staff.actor, None, None).await?;
    let field = fields.into_iter().find(|f| f.id == id).ok_or_else(Failure::missing)?;
    let form = Form::new()
        .with("product_id", field.product_id.map(|id| id.to_string()).unwrap_or_default())
        .with("key", &field.key)
        .with("label", &field.label)
        .with("kind", field.kind)
        .with("options", field.options.join("\n"))
        .with("required", field.required)
        .with("shown_to_client", field.shown_to_client)
        .with("position", field.position);
    page(&view(&staff, Some(id), form).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match custom_fields::create_field(&staff.app, &staff.actor, input).await {
            Ok(_) => return see_other(PAGE).flash(Flash::success("The field is made.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, None, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<CustomFieldId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(input) = read(&posted, &mut form) {
        match custom_fields::update_field(&staff.app, &staff.actor, id, input).await {
            Ok(()) => return see_other(PAGE).flash(Flash::success("The field is saved.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, Some(id), form).await?)
}

pub(super) async fn delete(staff: Staff, Id(id): Id<CustomFieldId>) -> PageResult {
    let result = custom_fields::delete_field(&staff.app, &staff.actor, id).await;
    back(PAGE, result, "The field and its answers are removed.")
}

fn read(posted: &Posted, form: &mut Form) -> Option<FieldInput> {
    let product_id = optional_number(posted, form, "product_id");
    let (kind, position) = (choice(posted, form, "kind"), number(posted, form, "position"));
    if !form.is_fine() {
        return None;
    }
    Some(FieldInput {
        product_id,
        key: posted.text("key"),
        label: posted.text("label"),
        kind: kind?,
        options: posted.get("options").lines().map(str::to_owned).collect(),
        required: posted.ticked("required"),
        shown_to_client: posted.ticked("shown_to_client"),
        position: position?,
    })
}

fn kind(kind: AnswerKind) -> &'static str {
    match kind {
        AnswerKind::Text => "Text",
        AnswerKind::Number => "Number",
        AnswerKind::Date => "Date",
        AnswerKind::Choice => "Choice",
        AnswerKind::Checkbox => "Yes or no",
    }
}

fn row(field: FieldRow) -> Row {
    let delete = PostButton::new(&format!("{PAGE}/{}/delete", field.id), "Remove")
        .small()
        .danger()
        .icon("trash")
        .about(&field.label)
        .confirm("Remove this field and every answer to it? That cannot be undone.");
    Row {
        id: field.id.get(),
        of: field.product_name.unwrap_or_else(|| "Clients".to_owned()),
        kind: kind(*field.kind),
        seen: match (field.shown_to_client, field.required) {
            (false, _) => Badge::new(Tone::Neutral, "eye-off", "Staff only"),
            (true, true) => Badge::new(Tone::Info, "user", "Must be answered"),
            (true, false) => Badge::new(Tone::Info, "user", "Clients answer"),
        },
        label: field.label,
        key: field.key,
        delete,
    }
}

async fn view(staff: &Staff, changed: Option<CustomFieldId>, form: Form) -> Result<Fields, Failure> {
    let fields = custom_fields::list_fields(&staff.app, &staff.actor, None, None).await?;
    let all = ListProducts { limit: 200, ..ListProducts::default() };
    let products = catalogue::list_products(&staff.app, &staff.actor, all).await?;
    let chrome = staff
        .chrome()
        .await
        .title("Custom fields")
        .subtitle("Questions of your own to clients, or to those who order a product.");
    Ok(Fields {
        chrome: chrome.in_admin(AdminSection::Settings),
        tabs: sections::settings(PAGE),
        changed: changed.and_then(|id| fields.iter().find(|f| f.id == id)).map(|f| f.label.clone()),
        rows: fields.into_iter().map(row).collect(),
        empty: Empty::new(
            "adjustments",
            "No custom fields",
            "Ask your clients something that Innkeeper does not ask: add a field with the form.",
        ),
        form,
        products: with_none(
            "Every client",
            products.into_iter().map(|p| Choice::new(p.id.to_string(), format!("Orders of {}", p.name))),
        ),
        kinds: AnswerKind::ALL.iter().map(|k| Choice::new(k.as_str(), kind(*k))).collect(),
        may_write: staff.may(Permission::CatalogueWrite),
    })
}
