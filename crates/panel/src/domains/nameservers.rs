//! The name servers of a domain.

use askama::Template;
use innkeeper_app::domains::{self, DomainRow};
use innkeeper_domain::{DomainId, Permission};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Field, Flash, Form};

use super::below;

/// The most that a registry takes.
const MOST: usize = 13;
/// Fields shown at least.
const FEW: usize = 4;

#[derive(Template)]
#[template(path = "admin/domains/nameservers.html")]
struct Nameservers {
    chrome: Chrome,
    id: DomainId,
    fields: Vec<Field>,
    form: Form,
}

pub(super) async fn show(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    staff.actor.require(Permission::ServicesWrite)?;
    let domain = domains::get(&staff.app, &staff.actor, id).await?.domain;
    let form = filled(&domain.nameservers);
    page(&view(&staff, &domain, domain.nameservers.len(), form).await)
}

pub(super) async fn set(staff: Staff, Id(id): Id<DomainId>, posted: Posted) -> PageResult {
    // Gaps close, so that the number of a refused name is that of its field.
    let names: Vec<String> = (1..=MOST).filter_map(|n| posted.optional(&format!("nameserver{n}"))).collect();
    match domains::set_nameservers(&staff.app, &staff.actor, id, &names).await {
        Ok(_) => {
            let done = Flash::success("The registrar is being told the name servers.");
            see_other(format!("/admin/domains/{id}")).flash(done).ok()
        }
        Err(error) => {
            let mut form = filled(&names);
            form.refuse(error)?;
            let domain = domains::get(&staff.app, &staff.actor, id).await?.domain;
            refused(&view(&staff, &domain, names.len(), form).await)
        }
    }
}

fn filled(names: &[String]) -> Form {
    names.iter().enumerate().fold(Form::new(), |form, (i, name)| form.with(&format!("nameserver{}", i + 1), name))
}

async fn view(staff: &Staff, domain: &DomainRow, held: usize, form: Form) -> Nameservers {
    let count = (held + 2).clamp(FEW, MOST);
    let field = |n| form.text(&format!("nameserver{n}"), &format!("Name server {n}")).code().maxlength(253);
    Nameservers {
        chrome: below(staff.chrome().await, domain, "Name servers"),
        id: domain.id,
        fields: (1..=count).map(field).collect(),
        form,
    }
}
