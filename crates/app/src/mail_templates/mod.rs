//! The texts of mails: what ships with the program, and what hosts write instead.
//!
//! *How to add a notice*: its entry in [`catalogue`], with the variables that its text may use; its text in
//! `templates/mail/en`, `de` and `es` (first line: subject); a function in [`crate::mailer`] that reads what it
//! needs, fills the entry's struct and writes it with an occasion. Then bless the table in `docs/mail.md`:
//! `INNKEEPER_BLESS=1 cargo nextest run --workspace -E 'test(the_documented_notices_are_those_of_the_catalogue)'`.
//!
//! A text is a template of a small, closed kind (see [`check`]): variables, `if` and `for`. Values are put into
//! it as they are, and are never read as templates themselves. Nothing a host writes can hang or swell: what
//! could grow a value is refused when it is saved, and a run has limits.

mod catalogue;
mod check;
mod edit;
mod engine;
mod language;
mod press;
mod preview;
mod read;
#[cfg(test)]
mod tests;

pub use catalogue::{Group, Kind, Variable};
pub use edit::{Draft, Save, reset, save, set_enabled};
pub use language::{SHIPPED, language_name, parse as parse_language};
pub use preview::{Preview, preview};
pub use read::{Entry, Stored, Text, get, list};

pub(crate) use catalogue::notices;
pub(crate) use catalogue::{Notice, Secrecy, find};
pub(crate) use language::{languages, languages_of};
pub(crate) use press::{House, Press, To};
