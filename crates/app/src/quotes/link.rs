//! The link by which somebody who is no client yet sees and answers a quote. It works while the quote does.

use innkeeper_db::quotes as db;
use innkeeper_domain::{QuoteId, state::QuoteState};

use super::{QuoteView, print, view};
use crate::{
    Actor, App, AppError, Result, calendar,
    sessions::throttle::{self, LINKS},
    tokens,
};

const GONE: AppError = AppError::NotFound("offer");

/// A quote, for whoever has its link.
pub async fn by_link(app: &App, visitor: &Actor, token: &str) -> Result<QuoteView> {
    let (id, _) = find(app, visitor, token).await?;
    view(app, None, id).await
}

/// Its PDF and the name of the file.
pub async fn pdf_by_link(app: &App, visitor: &Actor, token: &str) -> Result<(String, Vec<u8>)> {
    let (id, _) = find(app, visitor, token).await?;
    print::printed(app, view(app, None, id).await?).await
}

/// The quote that a link leads to, and the hash of the link. Wrong links are counted by address.
pub(super) async fn find(app: &App, visitor: &Actor, token: &str) -> Result<(QuoteId, Vec<u8>)> {
    throttle::take_address(app, "quote", &visitor.ip, LINKS).await?;
    let today = calendar::today(app).await?;
    let hash = tokens::hash(token);
    let mut conn = app.conn().await?;
    let id = db::by_link(&mut conn, &hash).await?.ok_or(GONE)?;
    let row = db::get(&mut conn, None, id).await?.ok_or(GONE)?;
    drop(conn);
    if row.valid_until < today || *row.state == QuoteState::Draft {
        return Err(GONE);
    }
    if !visitor.ip.is_empty() {
        throttle::give_back(app, "quote", &visitor.ip).await?;
    }
    Ok((id, hash))
}
