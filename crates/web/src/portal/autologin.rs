//! People who come in through a link that another site signed.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, RawQuery};
use axum::response::IntoResponse as _;
use innkeeper_app::AppError;
use innkeeper_app::autologin::{Arrival, ClientexecLink, SignedLink, redeem_clientexec, redeem_signed};
use innkeeper_app::sessions::Audience;

use crate::Failure;
use crate::extract::Visit;
use crate::reply::{PageResult, local_or, see_other, sentence};
use crate::view::Flash;

/// Our own links.
pub(super) async fn signed(visit: Visit, link: Result<Query<SignedLink>, QueryRejection>) -> PageResult {
    let Ok(Query(link)) = link else { return refused(&AppError::Unauthenticated("the link is not complete")) };
    let arrival = redeem_signed(visit.app(), &visit.visitor(), &link, &visit.user_agent).await;
    arrived(&visit, arrival)
}

/// Clientexec's links: `/index.php?fuse=admin&action=autologin&…`. Other addresses of Clientexec
/// lead to the start page, so that old bookmarks are of use.
pub(super) async fn clientexec(
    visit: Visit,
    RawQuery(query): RawQuery,
    link: Result<Query<ClientexecLink>, QueryRejection>,
) -> PageResult {
    let is_login = query.is_some_and(|query| query.split('&').any(|pair| pair == "action=autologin"));
    match link {
        Ok(Query(link)) if is_login => {
            let arrival = redeem_clientexec(visit.app(), &visit.visitor(), &link, &visit.user_agent).await;
            arrived(&visit, arrival)
        }
        _ if is_login => refused(&AppError::Unauthenticated("the link is not complete")),
        _ => see_other("/").ok(),
    }
}

fn arrived(visit: &Visit, arrival: Result<Arrival, AppError>) -> PageResult {
    match arrival {
        Ok(arrival) => {
            let onward = see_other(local_or(&arrival.goto, "/")).into_response();
            Ok(visit.signed_in(Audience::Portal, &arrival.session, onward))
        }
        Err(error @ (AppError::Unauthenticated(_) | AppError::Invalid(_))) => refused(&error),
        Err(other) => Err(Failure::from(other)),
    }
}

fn refused(error: &AppError) -> PageResult {
    let text = format!("{} Please sign in here.", sentence(&error.to_string()));
    see_other("/login").flash(Flash::warning(text)).ok()
}
