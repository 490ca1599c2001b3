//! The plugin host: who there is, with which settings, how they are called, and what staff see of it.

mod call;
mod console;
mod exchange;
mod host;
mod host_services;
mod lane;
mod lanes;
mod levels;
mod lines;
mod log;
mod mask;
mod registry;
mod replay;
mod says;
mod schema;
mod store;
mod todos;
mod validate;

pub use call::Call;
pub(crate) use call::kind_word;
pub(crate) use console::trim;
pub use console::{
    CallRow, Health, ListCalls, OUTCOMES, Span, WholeCall, get_call, list_calls, operations, plugin_health,
    plugins_health,
};
pub use exchange::{Side, StoredExchange};
pub use host::Place;
pub use lane::NodeState;
pub(crate) use lanes::Lanes;
pub use levels::{CallLevel, Change, LogLevels, ProgramLevel, USUAL, WORDS, follow, log_levels, set_log_level, watch};
pub use lines::{may_write, on_plugin_thread, wanted};
pub(crate) use log::CallLog;
pub use registry::{DuplicatePlugin, Registry};
pub use replay::{Repeat, repeat_call, repeatable};
pub(crate) use schema::setting_from_text;
pub use schema::{KEPT, mask, open, seal};
pub use todos::{TodoRow, finish_todo, list_todos, open_todos};
pub use validate::{accept, check_settings};
pub(crate) use validate::{mask_instance, mask_product};
