//! The state file: what lets a demo find its domains again after a restart.

use std::io;
use std::path::Path;

use super::world::{Account, World};

/// The saved state under today's credentials; `None` when there is no file.
pub(super) fn load(path: &Path, account: &Account) -> io::Result<Option<World>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut world: World =
        serde_json::from_str(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    world.account.user.clone_from(&account.user);
    world.account.password.clone_from(&account.password);
    Ok(Some(world))
}

/// Replaces the file in one step, so that a kill leaves the old or the new
/// state and nothing in between.
pub(super) fn save(path: &Path, world: &World) -> io::Result<()> {
    let text = serde_json::to_vec(world).map_err(io::Error::other)?;
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, text)?;
    std::fs::rename(&fresh, path)
}
