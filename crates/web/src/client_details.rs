//! Name and address of a client, between form and command: the same in the portal and in the panel.

use innkeeper_app::clients::{ClientField, ClientRow, Details};

use crate::extract::Posted;
use crate::view::Form;

/// What was filled in.
pub fn read(posted: &Posted) -> Details {
    Details {
        first_name: posted.text("first_name"),
        last_name: posted.text("last_name"),
        company: posted.text("company"),
        email: posted.text("email"),
        phone: posted.text("phone"),
        address1: posted.text("address1"),
        address2: posted.text("address2"),
        city: posted.text("city"),
        region: posted.text("region"),
        postcode: posted.text("postcode"),
        country: posted.text("country"),
        tax_number: posted.text("tax_number"),
        language: posted.text("language"),
    }
}

/// What is stored.
pub fn form(client: &ClientRow, fields: &[ClientField]) -> Form {
    let form = Form::new()
        .with("first_name", &client.first_name)
        .with("last_name", &client.last_name)
        .with("company", &client.company)
        .with("email", &client.email)
        .with("phone", &client.phone)
        .with("address1", &client.address1)
        .with("address2", &client.address2)
        .with("city", &client.city)
        .with("region", &client.region)
        .with("postcode", &client.postcode)
        .with("country", &client.country)
        .with("tax_number", &client.tax_number)
        .with("language", &client.language);
    fields.iter().fold(form, |form, field| {
        form.with(&format!("fields.{}", field.key), field.value.as_deref().unwrap_or_default())
    })
}
