//! What plugins want staff to do.

use innkeeper_db::todos as db;
use innkeeper_domain::{Permission, TodoId};
use serde_json::json;

use crate::{Actor, App, AppError, Result};

pub use innkeeper_db::todos::TodoRow;

/// A page of to-dos, newest first: the open ones, or those that are done. `limit` 1 to 200.
pub async fn list_todos(
    app: &App,
    actor: &Actor,
    open: bool,
    before: Option<TodoId>,
    limit: i64,
) -> Result<Vec<TodoRow>> {
    actor.require(Permission::ServicesRead)?;
    Ok(db::list(&mut *app.conn().await?, open, before, limit.clamp(1, 200)).await?)
}

/// How many wait.
pub async fn open_todos(app: &App, actor: &Actor) -> Result<i64> {
    actor.require(Permission::ServicesRead)?;
    Ok(db::open_count(&mut *app.conn().await?).await?)
}

/// Marks one as done. `Conflict` if it is done already or there is none.
pub async fn finish_todo(app: &App, actor: &Actor, id: TodoId) -> Result<()> {
    actor.require(Permission::ServicesWrite)?;
    let mut tx = app.begin(actor).await?;
    if !db::done(tx.conn(), id, &actor.name).await? {
        return Err(AppError::conflict("there is no such to-do, or it is done already"));
    }
    tx.audit("todo.done", "todo", id.get(), json!({})).await?;
    tx.commit().await
}
