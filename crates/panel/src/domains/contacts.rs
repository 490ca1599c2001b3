//! The contacts of a domain at its registrar.

use askama::Template;
use innkeeper_app::domains::{self, DomainRow};
use innkeeper_app::{AppError, FieldError};
use innkeeper_domain::{DomainId, Permission};
use innkeeper_plugin_api::{Contact, Contacts};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other, sentence};
use innkeeper_web::view::{Chrome, Field, Flash, Form};

use super::below;

const ROLES: [(&str, &str); 4] = [
    ("owner", "Owner"),
    ("admin", "Administrative contact"),
    ("tech", "Technical contact"),
    ("billing", "Billing contact"),
];

#[derive(Template)]
#[template(path = "admin/domains/contacts.html")]
struct Page {
    chrome: Chrome,
    id: DomainId,
    form: Form,
    roles: Vec<Role>,
    trouble: String,
}

struct Role {
    key: &'static str,
    title: &'static str,
    /// Whether it differs from the owner, or has an error: then it is shown open.
    open: bool,
    fields: Vec<Field>,
}

pub(super) async fn show(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    staff.actor.require(Permission::ServicesWrite)?;
    let domain = domains::get(&staff.app, &staff.actor, id).await?.domain;
    let (contacts, trouble) = known(&staff, &domain).await?;
    page(&view(&staff, &domain, filled(&contacts), trouble).await)
}

pub(super) async fn set(staff: Staff, Id(id): Id<DomainId>, posted: Posted) -> PageResult {
    let contacts = Contacts {
        owner: contact(&posted, "owner"),
        admin: other(&posted, "admin"),
        tech: other(&posted, "tech"),
        billing: other(&posted, "billing"),
    };
    match domains::set_contacts(&staff.app, &staff.actor, id, &contacts).await {
        Ok(_) => {
            let done = Flash::success("The registrar is being told the contacts.");
            see_other(format!("/admin/domains/{id}")).flash(done).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(named(error))?;
            let domain = domains::get(&staff.app, &staff.actor, id).await?.domain;
            refused(&view(&staff, &domain, form, String::new()).await)
        }
    }
}

/// What we last set, else what the registrar has; empty with the reason if it does not answer.
async fn known(staff: &Staff, domain: &DomainRow) -> Result<(Contacts, String), Failure> {
    let stored = domain.contacts.clone().and_then(|stored| serde_json::from_value(stored).ok());
    if let Some(stored) = stored {
        return Ok((stored, String::new()));
    }
    match domains::contacts(&staff.app, &staff.actor, domain.id).await {
        Ok(contacts) => Ok((contacts, String::new())),
        Err(AppError::External(error)) => Ok((Contacts::default(), sentence(&error.detail))),
        Err(other) => Err(other.into()),
    }
}

/// Which role an error is about is clear from where it stands; for the list above, the field says it.
fn named(error: AppError) -> AppError {
    let AppError::Invalid(fields) = error else { return error };
    let title = |field: &str| {
        let role = field.split('.').next().unwrap_or_default();
        ROLES.iter().find(|(key, _)| *key == role).map_or("", |(_, title)| title)
    };
    let spoken = |e: FieldError| {
        let what = e.field.rsplit('.').next().unwrap_or_default().replace('_', " ");
        FieldError { message: format!("{}: {what} {}", title(&e.field), e.message), field: e.field }
    };
    AppError::Invalid(fields.into_iter().map(spoken).collect())
}

fn contact(posted: &Posted, role: &str) -> Contact {
    let text = |name: &str| posted.text(&format!("{role}.{name}"));
    Contact {
        first_name: text("first_name"),
        last_name: text("last_name"),
        company: text("company"),
        id_number: text("id_number"),
        email: text("email"),
        phone: text("phone"),
        address: text("address"),
        city: text("city"),
        state: text("state"),
        postcode: text("postcode"),
        country: text("country").to_uppercase(),
    }
}

/// A role of which nothing is filled in is the owner's.
fn other(posted: &Posted, role: &str) -> Option<Contact> {
    Some(contact(posted, role)).filter(|contact| *contact != Contact::default())
}

fn filled(contacts: &Contacts) -> Form {
    let roles = [
        ("owner", Some(&contacts.owner)),
        ("admin", contacts.admin.as_ref()),
        ("tech", contacts.tech.as_ref()),
        ("billing", contacts.billing.as_ref()),
    ];
    let mut form = Form::new();
    for (role, contact) in roles.into_iter().filter_map(|(role, contact)| Some((role, contact?))) {
        for (name, value) in [
            ("first_name", &contact.first_name),
            ("last_name", &contact.last_name),
            ("company", &contact.company),
            ("id_number", &contact.id_number),
            ("email", &contact.email),
            ("phone", &contact.phone),
            ("address", &contact.address),
            ("city", &contact.city),
            ("state", &contact.state),
            ("postcode", &contact.postcode),
            ("country", &contact.country),
        ] {
            form = form.with(&format!("{role}.{name}"), value);
        }
    }
    form
}

fn role(form: &Form, key: &'static str, title: &'static str) -> Role {
    const FIELDS: [(&str, &str); 9] = [
        ("first_name", "First name"),
        ("last_name", "Last name"),
        ("company", "Organisation"),
        ("id_number", "Tax or identity number"),
        ("phone", "Telephone"),
        ("postcode", "Postal code"),
        ("city", "City"),
        ("state", "State or province"),
        ("country", "Country"),
    ];
    let name = |field: &str| format!("{key}.{field}");
    let mut fields: Vec<Field> = FIELDS
        .iter()
        .map(|(field, label)| match *field {
            "phone" => form.tel(&name(field), label).autocomplete("off").help("As in +43.15551234."),
            "country" => form.text(&name(field), label).maxlength(2).help("Two letters, as in AT."),
            _ => form.text(&name(field), label),
        })
        .collect();
    fields.insert(4, form.email(&name("email"), "E-mail").autocomplete("off"));
    let touched = FIELDS.iter().map(|(field, _)| *field).chain(["email", "address"]);
    let open = key == "owner"
        || touched.into_iter().any(|f| !form.value(&name(f)).is_empty() || form.error(&name(f)).is_some());
    fields.insert(6, form.textarea(&name("address"), "Street and number").rows(2));
    Role { key, title, open, fields }
}

async fn view(staff: &Staff, domain: &DomainRow, form: Form, trouble: String) -> Page {
    Page {
        chrome: below(staff.chrome().await, domain, "Contacts"),
        id: domain.id,
        roles: ROLES.iter().map(|(key, title)| role(&form, key, title)).collect(),
        form,
        trouble,
    }
}
