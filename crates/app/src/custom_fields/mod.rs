//! Custom fields: questions that the host adds to clients or to the services of a product.

mod check;
mod edit;

pub use check::check_answers;
pub use edit::{FieldInput, create_field, delete_field, list_fields, update_field};
pub use innkeeper_db::custom_fields::FieldRow;
