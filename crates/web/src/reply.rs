//! What handlers answer: a page, a page to be corrected, a redirect.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use innkeeper_app::AppError;
use innkeeper_plugin_api::ErrorKind;

use crate::error::{Failure, external_text};
use crate::view::{Flash, Form};

/// The result of a handler of pages.
pub type PageResult = Result<Response, Failure>;

/// A page, status 200.
pub fn page(view: &impl Template) -> PageResult {
    Ok(Html(view.render()?).into_response())
}

/// A page from which the browser goes on to another site by itself: a redirect after a form would be refused
/// by the content policy, which lets forms lead nowhere else. The page should have the link, too.
pub fn leaving(view: &impl Template, link: &str) -> PageResult {
    let onward = HeaderValue::try_from(format!("0; url={link}")).map_err(AppError::internal)?;
    let mut answer = page(view)?;
    answer.headers_mut().insert(header::REFRESH, onward);
    Ok(answer)
}

/// A PDF that the browser shows, with the name it would be saved under.
pub fn pdf((name, bytes): (String, Vec<u8>)) -> Response {
    let disposition = format!("inline; filename=\"{}\"", file_name(&name));
    ([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}

/// An XML document to be saved, with the name of its file.
pub fn xml((name, text): (String, String)) -> Response {
    let disposition = format!("attachment; filename=\"{}\"", file_name(&name));
    ([(header::CONTENT_TYPE, "application/xml".to_owned()), (header::CONTENT_DISPOSITION, disposition)], text)
        .into_response()
}

/// A file of comma-separated values to be saved, with its name without the ending.
pub fn csv(name: &str, content: impl Into<Body>) -> Response {
    let disposition = format!("attachment; filename=\"{}.csv\"", file_name(name));
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    let content: Body = content.into();
    (headers, content).into_response()
}

/// What of a name can stand in a header.
fn file_name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect()
}

/// A form that is shown again because something in it was refused, status 422.
pub fn refused(view: &impl Template) -> PageResult {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(view.render()?)).into_response())
}

/// A redirect after a form was worked on: 303 to a local address.
pub fn see_other(to: impl Into<String>) -> Onward {
    Onward { to: to.into(), flash: Vec::new() }
}

/// A redirect, with messages that the next page shows.
#[derive(Debug)]
pub struct Onward {
    to: String,
    flash: Vec<Flash>,
}

impl Onward {
    /// A message for the next page.
    #[must_use]
    pub fn flash(mut self, message: Flash) -> Self {
        self.flash.push(message);
        self
    }
    /// As the result of a handler.
    pub fn ok(self) -> PageResult {
        Ok(self.into_response())
    }
}

impl IntoResponse for Onward {
    fn into_response(self) -> Response {
        let Ok(to) = HeaderValue::try_from(&self.to) else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
        if !self.flash.is_empty() {
            response.extensions_mut().insert(self.flash);
        }
        response
    }
}

impl Form {
    /// Puts a use case's refusal at its fields, to show the form again. What is not about the input
    /// comes back as the failure it is.
    pub fn refuse(&mut self, error: AppError) -> Result<(), Failure> {
        match error {
            AppError::Invalid(fields) => {
                for field in fields {
                    self.fail(&field.field, sentence(&field.message));
                }
            }
            AppError::Conflict(text) => self.fail("", sentence(&text)),
            AppError::External(error) if matches!(error.kind, ErrorKind::Declined | ErrorKind::Invalid) => {
                self.fail("", sentence(&external_text(&error)));
            }
            other => return Err(other.into()),
        }
        Ok(())
    }
}

/// A phrase of a use case as a sentence.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// `next` if it is an address of this site, else `otherwise`. Keeps a link to our login page from
/// leading elsewhere.
pub fn local_or<'a>(next: &'a str, otherwise: &'a str) -> &'a str {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_local { next } else { otherwise }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_shown_at_its_field_and_a_fault_is_not_hidden() {
        let mut form = Form::new();
        form.refuse(AppError::invalid("email", "is taken")).unwrap();
        assert_eq!(form.error("email"), Some("Is taken."));
        form.refuse(AppError::conflict("pay the invoice first")).unwrap();
        assert_eq!(form.error(""), Some("Pay the invoice first."));
        assert!(form.refuse(AppError::Forbidden).is_err());
        assert!(form.refuse(AppError::internal("disk full")).is_err());
    }

    #[test]
    fn the_way_on_never_leaves_the_site() {
        assert_eq!(local_or("/invoices/3?a=b", "/"), "/invoices/3?a=b");
        for elsewhere in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb", "/\t/evil.example"]
        {
            assert_eq!(local_or(elsewhere, "/"), "/");
        }
    }
}
