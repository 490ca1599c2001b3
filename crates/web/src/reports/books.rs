//! The ledger as a file, sent while it is read: it may be larger than the memory.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use futures_util::stream;
use innkeeper_app::reports::{self, Booking, Cursor, Range};
use innkeeper_app::{Actor, App, AppError};

use super::{Cell, Sheet};
use crate::reply;

const HEAD: [&str; 9] =
    ["transaction", "booked_at", "key", "account", "client_id", "client", "currency", "debit", "credit"];

/// What comes next of the file.
enum Next {
    Head(Cursor),
    Rows(Cursor),
}

/// The ledger of a time range. If reading fails on the way, the connection breaks off: half a file never looks whole.
pub async fn books(app: Arc<App>, actor: Actor, range: Range) -> Result<Response, AppError> {
    let books = reports::books(&app, &actor, range).await?;
    let parts = stream::try_unfold(Next::Head(books.start), move |next| {
        let (app, actor) = (app.clone(), actor.clone());
        async move { part(&app, &actor, next).await }
    });
    Ok(reply::csv(&format!("ledger_{}_{}", range.from, range.until), Body::from_stream(parts)))
}

async fn part(app: &App, actor: &Actor, next: Next) -> Result<Option<(Vec<u8>, Next)>, AppError> {
    let cursor = match next {
        Next::Head(cursor) => return Ok(Some((Sheet::new(&HEAD)?.finish()?, Next::Rows(cursor)))),
        Next::Rows(cursor) => cursor,
    };
    let Some((bookings, cursor)) = reports::next_bookings(app, actor, cursor).await? else { return Ok(None) };
    let mut sheet = Sheet::more();
    for booking in bookings {
        sheet.row(row(booking)?)?;
    }
    Ok(Some((sheet.finish()?, Next::Rows(cursor))))
}

fn row(booking: Booking) -> Result<[Cell; 9], AppError> {
    let amount = booking.amount;
    let nothing = || Cell::plain("");
    let (debit, credit) = match amount.is_positive() {
        true => (Cell::amount(amount), nothing()),
        false => (nothing(), Cell::amount(amount.currency().zero().checked_sub(amount)?)),
    };
    let (client_id, client) =
        booking.client.map_or_else(|| (nothing(), nothing()), |(id, name)| (Cell::plain(id), Cell::text(name)));
    Ok([
        Cell::plain(booking.transaction),
        Cell::plain(booking.at.to_rfc3339()),
        Cell::plain(booking.key),
        Cell::plain(booking.account),
        client_id,
        client,
        Cell::plain(amount.currency()),
        debit,
        credit,
    ])
}
