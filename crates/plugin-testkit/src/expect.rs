//! Expectations that say what was expected.

use innkeeper_plugin_api::{ErrorKind, Outcome, Plugin, PluginError, PluginResult};

/// The result of one check.
pub(crate) type Checked<T = ()> = Result<T, String>;

/// Fails the check with a text unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($text:tt)*) => {
        if !$condition {
            return Err(format!($($text)*));
        }
    };
}
pub(crate) use ensure;

/// The operation must be done, not pending and not refused.
pub(crate) fn done<T>(what: &str, result: PluginResult<T>) -> Checked<T> {
    match result {
        Ok(Outcome::Done(value)) => Ok(value),
        Ok(Outcome::Pending { reference, .. }) => Err(format!("{what}: pending ({reference}), expected it done")),
        Ok(Outcome::NeedsHuman { reason }) => Err(format!("{what}: needs a human ({reason}), expected it done")),
        Err(error) => Err(format!("{what}: {:?} ({error}), expected it done", error.kind)),
    }
}

/// The operation must be done or under way.
pub(crate) fn accepted<T>(what: &str, result: PluginResult<T>) -> Checked<Option<T>> {
    match result {
        Ok(Outcome::Done(value)) => Ok(Some(value)),
        Ok(Outcome::Pending { .. } | Outcome::NeedsHuman { .. }) => Ok(None),
        Err(error) => Err(format!("{what}: {:?} ({error}), expected it accepted", error.kind)),
    }
}

/// The call must answer.
pub(crate) fn answer<T>(what: &str, result: Result<T, PluginError>) -> Checked<T> {
    result.map_err(|error| format!("{what}: {:?} ({error}), expected an answer", error.kind))
}

/// The call must fail with one of these kinds, and say something.
pub(crate) fn fails<T>(what: &str, result: Result<T, PluginError>, kinds: &[ErrorKind]) -> Checked {
    match result {
        Ok(_) => Err(format!("{what}: succeeded, expected {kinds:?}")),
        Err(error) if !kinds.contains(&error.kind) => {
            Err(format!("{what}: {:?} ({error}), expected {kinds:?}", error.kind))
        }
        Err(error) if error.detail.trim().is_empty() => Err(format!("{what}: the error says nothing to staff")),
        Err(_) => Ok(()),
    }
}

/// The plugin must offer the abilities that it is meant to offer, and no others.
pub(crate) fn abilities(plugin: &Plugin, wanted: &[&'static str]) -> Checked {
    let (mut offered, mut wanted) = (plugin.abilities(), wanted.to_vec());
    offered.sort_unstable();
    wanted.sort_unstable();
    ensure!(offered == wanted, "offers {offered:?}, is meant to offer {wanted:?}");
    Ok(())
}
