//! What reports share, behind whichever door: time ranges to choose, files for spreadsheets, statements of account.

mod books;
mod picker;
mod sheet;
mod statement;

pub use books::books;
pub use picker::{RangePicker, RangeQuery};
pub use sheet::{Cell, Sheet};
pub use statement::{Links, StatementView, statement_file};
