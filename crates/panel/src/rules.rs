//! A page on which one thing is given rules of its own.

use askama::Template;
use innkeeper_web::view::{Chrome, Field, Form};

/// A form with some fields, and the page it leads back to.
#[derive(Template)]
#[template(path = "admin/rules.html")]
pub(super) struct RulesPage {
    pub chrome: Chrome,
    /// What it is about.
    pub intro: &'static str,
    pub form: Form,
    pub fields: Vec<Field>,
    pub back: String,
}
