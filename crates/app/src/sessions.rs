//! Sessions.
use crate::{App, Result};
/// Removes what has expired.
pub(crate) async fn clean_up(_app: &App) -> Result<()> {
    Ok(())
}
