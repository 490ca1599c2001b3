//! The list of promotions.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::calendar;
use innkeeper_app::promotions::{self, PromotionRow};
use innkeeper_domain::{DiscountKind, Permission, PromotionId, Rate};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Empty, Form, Link, Pager, Tone, date, date_range};

use crate::listing::{LIMIT, ListQuery, Tab};
use crate::sections;

#[derive(Template)]
#[template(path = "admin/promotions/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    filter: Form,
    states: Vec<Choice>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
    may_write: bool,
}

struct Row {
    id: i64,
    code: String,
    note: String,
    what: String,
    uses: String,
    days: String,
    state: Badge,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let all = query.state_word() == "all";
    let before = query.before().map(PromotionId);
    let mut rows = promotions::list(&staff.app, &staff.actor, all, before, LIMIT).await?;
    let pager = query.pager(&mut rows, |row| row.id.get());
    let may_write = staff.may(Permission::CatalogueWrite);
    let today = calendar::today(&staff.app).await?;
    page(&List {
        chrome: staff.chrome().await.title("Promotions").in_admin(AdminSection::Products),
        tabs: sections::catalogue("/admin/promotions"),
        filter: query.form(),
        states: vec![Choice::new("", "On offer"), Choice::new("all", "Retired, too")],
        rows: rows.into_iter().map(|promotion| row(promotion, today)).collect(),
        empty: empty(may_write),
        pager,
        may_write,
    })
}

fn empty(may_write: bool) -> Empty {
    let empty = Empty::new("tag", "No promotion", "With a code clients pay less: once, for some periods, or always.");
    if may_write {
        empty.action(Link::to("/admin/promotions/new", "New promotion").primary().icon("plus"))
    } else {
        empty
    }
}

fn row(promotion: PromotionRow, today: chrono::NaiveDate) -> Row {
    Row {
        state: state(&promotion, today),
        what: what(&promotion),
        days: match (promotion.starts_on, promotion.ends_on) {
            (None, None) => "Any day".to_owned(),
            (Some(start), None) => format!("From {}", date(start)),
            (None, Some(end)) => format!("Until {}", date(end)),
            (Some(start), Some(end)) => date_range(start, end),
        },
        uses: match promotion.max_uses {
            Some(most) => format!("{} of {most}", promotion.uses),
            None => promotion.uses.to_string(),
        },
        id: promotion.id.get(),
        code: promotion.code,
        note: promotion.note,
    }
}

/// What it takes off, and for how long.
fn what(promotion: &PromotionRow) -> String {
    let off = match *promotion.kind {
        DiscountKind::Percent => {
            let rate = promotion.percent.and_then(Rate::from_fraction).unwrap_or(Rate::ZERO);
            format!("{rate} off")
        }
        DiscountKind::Amount => "An amount off".to_owned(),
        DiscountKind::Price => "Another price".to_owned(),
        DiscountKind::Setup => return "No set-up fee".to_owned(),
    };
    match promotion.periods {
        Some(1) => format!("{off}, once"),
        Some(n) => format!("{off}, {n} periods"),
        None => format!("{off}, always"),
    }
}

/// Whether its code counts today.
pub(super) fn state(promotion: &PromotionRow, today: chrono::NaiveDate) -> Badge {
    if promotion.retired_at.is_some() {
        Badge::state("retired")
    } else if promotion.ends_on.is_some_and(|end| end < today) {
        Badge::new(Tone::Neutral, "clock", "Over")
    } else if promotion.max_uses.is_some_and(|most| promotion.uses >= most) {
        Badge::new(Tone::Neutral, "ban", "Used up")
    } else if promotion.starts_on.is_some_and(|start| start > today) {
        Badge::new(Tone::Neutral, "calendar", "To come")
    } else {
        Badge::state("ok").saying("Counts")
    }
}
