//! The list of tokens: one's own, or everybody's for those who manage staff.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use innkeeper_app::api_tokens::{self, ApiTokenRow};
use innkeeper_domain::ApiTokenId;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Link, Moment, Pager, PostButton};

use crate::listing::{LIMIT, ListQuery};
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/api_tokens/list.html")]
struct List {
    chrome: Chrome,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    name: String,
    scopes: String,
    owner: String,
    state: Badge,
    used: Option<Moment>,
    expires: Option<Moment>,
    revoke: Option<PostButton>,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let before = query.before().map(ApiTokenId);
    let mut tokens = api_tokens::list(&staff.app, &staff.actor, before, LIMIT).await?;
    let pager = query.pager(&mut tokens, |token| token.id.get());
    let now = staff.app.now();
    page(&List {
        chrome: staff.chrome().await.title("API tokens").in_admin(AdminSection::ApiTokens),
        rows: tokens.into_iter().map(|token| row(token, now)).collect(),
        empty: Empty::new("key", "No tokens yet", "With a token, a program does in your name what you allow it to.")
            .action(Link::to("/admin/api-tokens/new", "New token").primary()),
        pager,
    })
}

fn row(token: ApiTokenRow, now: DateTime<Utc>) -> Row {
    let expired = token.expires_at.is_some_and(|at| at <= now);
    let state = match (token.revoked_at.is_some(), expired) {
        (true, _) => Badge::state("disabled").saying("Revoked"),
        (_, true) => Badge::state("expired"),
        _ => Badge::state("active"),
    };
    let revoke = token.revoked_at.is_none().then(|| {
        PostButton::new(&format!("/admin/api-tokens/{}/revoke", token.id), "Revoke")
            .small()
            .danger()
            .about(&token.name)
            .confirm(&format!("Revoke {}? Programs that use it stop working at once.", token.name))
    });
    Row {
        scopes: token.scopes.join(", "),
        owner: token.owner,
        state,
        used: token.last_used_at.as_ref().map(|at| Moment::ago(at, now)),
        expires: token.expires_at.as_ref().map(Moment::exact),
        revoke,
        name: token.name,
    }
}

pub(super) async fn revoke(staff: Staff, Id(id): Id<ApiTokenId>) -> PageResult {
    let result = api_tokens::revoke(&staff.app, &staff.actor, id).await;
    back("/admin/api-tokens", result, "The token is revoked.")
}
