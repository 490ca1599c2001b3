//! The first page: how the business stands.

use askama::Template;
use chrono::{Datelike as _, NaiveDate};
use innkeeper_app::dashboard::{self, Dashboard, Failures};
use innkeeper_domain::{Money, Permission};
use innkeeper_hooks::payloads::AdminHome;
use innkeeper_web::charts::{Chart, Donut, Series, Shape, Slice};
use innkeeper_web::extract::Staff;
use innkeeper_web::places;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Chrome, FootNote, Stat, Tone};

use super::amount::{chart, shown};
use super::plugins::{TaskLine, lines};

/// Days that the charts go back.
const DAYS: u16 = 30;

#[derive(Template)]
#[template(path = "admin/dashboard.html")]
struct Home {
    chrome: Chrome,
    stats: Vec<Stat>,
    income: Vec<(String, Chart)>,
    orders: Chart,
    services: Option<Donut>,
    tasks: Vec<TaskLine>,
    notes: Vec<FootNote>,
}

#[derive(Template)]
#[template(path = "admin/welcome.html")]
struct Welcome {
    chrome: Chrome,
    tasks: Vec<TaskLine>,
    notes: Vec<FootNote>,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    let chrome = staff.chrome().await.title("Dashboard").in_admin(AdminSection::Dashboard);
    let notes = notes(&staff).await;
    let tasks = lines(&staff).await?;
    if !staff.may(Permission::InvoicesRead) {
        return page(&Welcome { chrome, tasks, notes });
    }
    let figures = dashboard::dashboard(&staff.app, &staff.actor, DAYS).await?;
    let labels: Vec<String> = figures.days.iter().enumerate().map(|(i, day)| label(i, *day)).collect();
    let orders = [Series::new("Orders", figures.orders.clone())];
    let count = |n: i64| n.to_string();
    page(&Home {
        chrome: chrome.subtitle(mood(&figures)),
        stats: stats(&figures),
        income: income(&figures, &labels),
        orders: Chart::new(Shape::Bars, "orders", "Orders of the last 30 days", labels, &orders, (count, count)),
        services: services(&figures),
        tasks,
        notes,
    })
}

/// The month is said once: thirty full dates do not fit below a chart.
fn label(index: usize, day: NaiveDate) -> String {
    let format = if index == 0 || day.day() == 1 { "%-d %b" } else { "%-d" };
    day.format(format).to_string()
}

fn mood(figures: &Dashboard) -> String {
    let Failures { effects, jobs, deliveries } = figures.failures;
    match effects + jobs + deliveries {
        0 => "Everything runs: nothing has failed.".to_owned(),
        1 => "One failure waits for you.".to_owned(),
        n => format!("{n} failures wait for you."),
    }
}

fn stats(figures: &Dashboard) -> Vec<Stat> {
    let sum = |of: fn(&dashboard::Due) -> Money| match figures.due.as_slice() {
        [] => "0".to_owned(),
        all => all.iter().map(|d| shown(of(d))).collect::<Vec<_>>().join(" · "),
    };
    let due: i64 = figures.due.iter().map(|d| d.due_count).sum();
    let overdue: i64 = figures.due.iter().map(|d| d.overdue_count).sum();
    let Failures { effects, jobs, deliveries } = figures.failures;
    let failures = effects + jobs + deliveries;
    let failing = if effects > 0 || failures == 0 {
        "/admin/effects?state=needs_human"
    } else if jobs > 0 {
        "/admin/jobs?state=dead"
    } else {
        "/admin/subscribers"
    };
    vec![
        Stat::new("file-invoice", "Due", sum(|d| d.due)).note(invoices(due)).href("/admin/invoices?state=unpaid"),
        Stat::new("clock", "Overdue", sum(|d| d.overdue))
            .note(invoices(overdue))
            .tone(if overdue > 0 { Tone::Warning } else { Tone::Neutral })
            .href("/admin/invoices?state=overdue"),
        Stat::new("shopping-cart", "Orders that wait", figures.pending_orders.to_string())
            .note(format!("{} active clients", figures.clients))
            .href("/admin/orders?state=pending"),
        Stat::new("alert-triangle", "Failures", failures.to_string())
            .note(format!("{effects} operations, {jobs} jobs, {deliveries} deliveries"))
            .tone(if failures > 0 { Tone::Danger } else { Tone::Success })
            .href(failing),
    ]
}

fn invoices(count: i64) -> String {
    if count == 1 { "1 invoice".to_owned() } else { format!("{count} invoices") }
}

fn income(figures: &Dashboard, labels: &[String]) -> Vec<(String, Chart)> {
    let drawn = |(currency, amounts): &(innkeeper_domain::Currency, Vec<Money>)| {
        let code = currency.code();
        let series = [Series::new("Received", amounts.iter().map(|m| m.minor()).collect())];
        let title = format!("Payments received in {code}, last 30 days");
        (code.to_owned(), chart(Shape::Bars, &format!("income-{code}"), &title, labels.to_vec(), &series, *currency))
    };
    figures.income.iter().map(drawn).collect()
}

fn services(figures: &Dashboard) -> Option<Donut> {
    let slices: Vec<Slice> = figures.services.iter().map(|s| Slice::new(capitalised(&s.state), s.count)).collect();
    (!slices.is_empty()).then(|| Donut::new("services", "Services by state", "services", &slices, |n| n.to_string()))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What plugins add.
async fn notes(staff: &Staff) -> Vec<FootNote> {
    let innkeeper_app::Identity::Staff(staff_id) = staff.actor.identity else { return vec![] };
    places::blocks(&staff.app, &AdminHome { staff_id }).await
}
