//! An option: its form, with its values and their prices.

use askama::Template;
use innkeeper_app::options::{self, OptionInput, ProductOption, Waiting};
use innkeeper_domain::{OptionGroupId, OptionId, OptionKind, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Flash, Form, PostButton, date};

use super::groups::kind;
use super::values::{Cells, Value};
use crate::outcome::back;
use crate::reading::{choice, number, optional_day, optional_number};

#[derive(Template)]
#[template(path = "admin/options/edit.html")]
struct Edit {
    chrome: Chrome,
    form: Form,
    kinds: Vec<Choice>,
    /// In words; none: a new option.
    kind: Option<&'static str>,
    values: Vec<Value>,
    retire: Option<PostButton>,
    /// Services that wait for a new price of it, and what lets them keep theirs.
    waiting: Option<Waits>,
    group: i64,
    may_write: bool,
}

/// Services that wait for a new price.
struct Waits {
    services: i64,
    told: i64,
    /// The first day on which one of them pays it.
    from: String,
    keep: PostButton,
}

pub(super) async fn new(staff: Staff, Id(group): Id<OptionGroupId>) -> PageResult {
    staff.actor.require(Permission::CatalogueWrite)?;
    let form = Form::new().with("kind", OptionKind::Choice).with("position", 0);
    page(&view(&staff, group, None, form).await?)
}

pub(super) async fn create(staff: Staff, Id(group): Id<OptionGroupId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let cells = Cells::load(&staff).await?;
    if let Some((input, places)) = read(&cells, &posted, &mut form) {
        match options::create(&staff.app, &staff.actor, group, input).await {
            Ok(_) => {
                let done = Flash::success("The option is made.");
                return see_other(format!("/admin/option-groups/{group}")).flash(done).ok();
            }
            Err(error) => places.refuse(&mut form, error)?,
        }
    }
    refused(&view(&staff, group, None, form).await?)
}

pub(super) async fn show(staff: Staff, Id(id): Id<OptionId>) -> PageResult {
    let option = options::get(&staff.app, &staff.actor, id).await?;
    let form = filled(&option);
    page(&view(&staff, option.row.group_id, Some(option), form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<OptionId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let cells = Cells::load(&staff).await?;
    let existing = optional_day(&posted, &mut form, "existing");
    if let Some((input, places)) = read(&cells, &posted, &mut form) {
        match options::update(&staff.app, &staff.actor, id, input, existing).await {
            Ok(()) => {
                let done = Flash::success("The option is saved.");
                return see_other(format!("/admin/options/{id}")).flash(done).ok();
            }
            Err(error) => places.refuse(&mut form, error)?,
        }
    }
    let option = options::get(&staff.app, &staff.actor, id).await?;
    refused(&view(&staff, option.row.group_id, Some(option), form).await?)
}

pub(super) async fn retire(staff: Staff, Id(id): Id<OptionId>) -> PageResult {
    let result = options::retire(&staff.app, &staff.actor, id).await;
    back(format!("/admin/options/{id}"), result, "The option is off the shelf.")
}

pub(super) async fn bring_back(staff: Staff, Id(id): Id<OptionId>) -> PageResult {
    let result = options::bring_back(&staff.app, &staff.actor, id).await;
    back(format!("/admin/options/{id}"), result, "The option is on offer again.")
}

/// What was typed, if all of it can be read, and where it stood.
fn read(cells: &Cells, posted: &Posted, form: &mut Form) -> Option<(OptionInput, super::values::Places)> {
    let (kind, position) = (choice(posted, form, "kind"), number(posted, form, "position"));
    let [least, most, step] = ["least", "most", "step"].map(|name| optional_number(posted, form, name));
    let (values, places) = cells.read(posted, form);
    if !form.is_fine() {
        return None;
    }
    let (name, radio, setting) = (posted.text("name"), posted.ticked("radio"), posted.text("setting"));
    Some((OptionInput { name, kind: kind?, radio, least, most, step, position: position?, setting, values }, places))
}

fn filled(option: &ProductOption) -> Form {
    let row = &option.row;
    let text = |bound: Option<i32>| bound.map(|n| n.to_string()).unwrap_or_default();
    let form = Form::new()
        .with("name", &row.name)
        .with("kind", row.kind)
        .with("radio", row.radio)
        .with("least", text(row.least))
        .with("most", text(row.most))
        .with("step", text(row.step))
        .with("position", row.position)
        .with("setting", &row.setting);
    super::values::filled(form, &option.values)
}

async fn view(staff: &Staff, group: OptionGroupId, option: Option<ProductOption>, form: Form) -> Result<Edit, Failure> {
    let found = options::get_group(&staff.app, &staff.actor, group).await?;
    let title = option.as_ref().map_or_else(|| "New option".to_owned(), |option| option.row.name.clone());
    let chrome = staff.chrome().await.title(title).in_admin(AdminSection::Products);
    Ok(Edit {
        chrome: chrome
            .crumb("Options", "/admin/option-groups")
            .crumb(&found.row.name, format!("/admin/option-groups/{group}")),
        kinds: OptionKind::ALL.iter().map(|word| Choice::new(word.as_str(), kind(*word))).collect(),
        kind: option.as_ref().map(|option| kind(*option.row.kind)),
        values: Cells::load(staff).await?.show(&form),
        waiting: match &option {
            Some(option) => {
                let waiting = options::waiting(&staff.app, &staff.actor, option.row.id).await?;
                waiting.map(|waiting| Waits::new(&waiting, option))
            }
            None => None,
        },
        retire: option.map(|option| shelf(&option)),
        group: group.get(),
        form,
        may_write: staff.may(Permission::CatalogueWrite),
    })
}

impl Waits {
    fn new(waiting: &Waiting, option: &ProductOption) -> Self {
        let address = format!("/admin/options/{}/keep-prices", option.row.id);
        Self {
            services: waiting.services,
            told: waiting.told,
            from: date(waiting.takes_effect),
            keep: PostButton::new(&address, "Keep the old price").confirm(
                "Let these services keep their price? Clients who were told of the new one are not told of this.",
            ),
        }
    }
}

pub(super) async fn keep_prices(staff: Staff, Id(id): Id<OptionId>) -> PageResult {
    let result = options::withdraw(&staff.app, &staff.actor, id).await;
    back(format!("/admin/options/{id}"), result, "These services keep their price.")
}

fn shelf(option: &ProductOption) -> PostButton {
    let address = format!("/admin/options/{}", option.row.id);
    if option.row.retired_at.is_some() {
        PostButton::new(&format!("{address}/bring-back"), "Offer it again").icon("refresh")
    } else {
        PostButton::new(&format!("{address}/retire"), "Retire")
            .danger()
            .icon("archive")
            .confirm("Take this option off the shelf? It can be offered again later.")
    }
}
