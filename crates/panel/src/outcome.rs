//! What follows a button: back to the page, with good news or with the reason why nothing was done.

use innkeeper_app::AppError;
use innkeeper_web::error::field_text;
use innkeeper_web::reply::{PageResult, see_other, sentence};
use innkeeper_web::view::Flash;

/// Leads back to `page`. A refusal that the reader can do something about is told there; anything
/// else is the error page it would be anyway.
pub(super) fn back<T>(page: impl Into<String>, result: Result<T, AppError>, done: &str) -> PageResult {
    let flash = match result {
        Ok(_) => Flash::success(done),
        Err(AppError::Conflict(why)) => Flash::warning(sentence(&why)),
        Err(AppError::Invalid(fields)) => Flash::danger(fields.iter().map(field_text).collect::<Vec<_>>().join(" ")),
        Err(AppError::External(error)) => Flash::danger(sentence(&error.detail)),
        Err(other) => return Err(other.into()),
    };
    see_other(page).flash(flash).ok()
}
