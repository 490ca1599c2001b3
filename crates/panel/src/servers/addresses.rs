//! The addresses of a server's pool, and who has which.

use askama::Template;
use innkeeper_app::servers;
use innkeeper_domain::{Permission, ServerId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Keyed, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Cell, Chrome, Flash, Form, PostButton};

use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/servers/addresses.html")]
struct Addresses {
    chrome: Chrome,
    form: Form,
    rows: Vec<Row>,
    free: usize,
    may_write: bool,
}

struct Row {
    address: String,
    holder: Option<Cell>,
    remove: PostButton,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ServerId>) -> PageResult {
    page(&view(&staff, id, Form::new()).await?)
}

pub(super) async fn add(staff: Staff, Id(id): Id<ServerId>, posted: Posted) -> PageResult {
    match servers::add_addresses(&staff.app, &staff.actor, id, posted.get("addresses")).await {
        Ok(count) => {
            let text = match count {
                0 => "They were all there already.".to_owned(),
                1 => "One address is new.".to_owned(),
                n => format!("{n} addresses are new."),
            };
            see_other(format!("/admin/servers/{id}/addresses")).flash(Flash::success(text)).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, id, form).await?)
        }
    }
}

pub(super) async fn remove(staff: Staff, Keyed(id, address): Keyed<ServerId>) -> PageResult {
    let address = address.parse().map_err(|_| Failure::missing())?;
    let result = servers::remove_address(&staff.app, &staff.actor, id, address).await;
    back(format!("/admin/servers/{id}/addresses"), result, "The address is removed.")
}

async fn view(staff: &Staff, id: ServerId, form: Form) -> Result<Addresses, Failure> {
    let server = servers::get_server(&staff.app, &staff.actor, id).await?;
    let listed = servers::list_addresses(&staff.app, &staff.actor, id).await?;
    let row = |row: servers::AddressRow| Row {
        remove: PostButton::new(&format!("/admin/servers/{id}/addresses/{}/remove", row.id), "Remove")
            .small()
            .about(&row.address)
            .confirm(&format!("Remove {} from the pool?", row.address)),
        holder: row.service_id.map(|service| {
            Cell::Link(format!("/admin/services/{service}"), row.label.unwrap_or_else(|| service.to_string()))
        }),
        address: row.address,
    };
    let rows: Vec<Row> = listed.into_iter().map(row).collect();
    let chrome = staff.chrome().await.title("Addresses").in_admin(AdminSection::Servers);
    Ok(Addresses {
        chrome: chrome.crumb("Servers", "/admin/servers").crumb(server.name, format!("/admin/servers/{id}")),
        form,
        free: rows.iter().filter(|row| row.holder.is_none()).count(),
        rows,
        may_write: staff.may(Permission::ServersWrite),
    })
}
