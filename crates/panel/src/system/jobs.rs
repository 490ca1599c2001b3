//! Jobs, and those given up.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use innkeeper_app::system::{self, JobRow};
use innkeeper_domain::{JobId, Permission, state::JobState};
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Moment, Pager, PostButton};

use crate::listing::{LIMIT, ListQuery, Tab};
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/system/jobs.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    id: i64,
    kind: String,
    payload: String,
    state: Badge,
    attempts: String,
    when: Moment,
    error: String,
    rerun: Option<PostButton>,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let state: Option<JobState> = query.state();
    let before = query.before().map(JobId);
    let mut jobs = system::list_jobs(&staff.app, &staff.actor, state, before, LIMIT).await?;
    let counts = system::job_counts(&staff.app, &staff.actor).await?;
    let pager = query.pager(&mut jobs, |job| job.id.get());
    let words: Vec<(&str, String)> =
        counts.iter().map(|(state, n)| (state.as_str(), format!("{} ({n})", label(*state)))).collect();
    let words: Vec<(&str, &str)> = words.iter().map(|(word, text)| (*word, text.as_str())).collect();
    let (may_write, now) = (staff.may(Permission::SystemWrite), staff.app.now());
    let empty = match state {
        Some(JobState::Dead) => Empty::new("circle-check", "Nothing was given up", "Every job was done in the end."),
        _ => Empty::new("list-check", "No jobs", "What is to be done in the background appears here."),
    };
    page(&List {
        chrome: staff.chrome().await.title("Jobs").in_admin(AdminSection::Jobs),
        tabs: query.tabs(&words),
        rows: jobs.iter().map(|job| row(job, may_write, now)).collect(),
        empty,
        pager,
    })
}

fn label(state: JobState) -> &'static str {
    match state {
        JobState::Ready => "Waiting",
        JobState::Running => "Running",
        JobState::Done => "Done",
        JobState::Dead => "Given up",
    }
}

fn row(job: &JobRow, may_write: bool, now: DateTime<Utc>) -> Row {
    let dead = job.state.0 == JobState::Dead;
    Row {
        id: job.id.get(),
        kind: job.kind.clone(),
        payload: job.payload.to_string(),
        state: Badge::state(job.state.0.as_str()).saying(label(job.state.0)),
        attempts: format!("{} of {}", job.attempts, job.max_attempts),
        when: Moment::ago(&job.finished_at.unwrap_or(job.run_at), now),
        error: job.last_error.clone().unwrap_or_default(),
        rerun: (dead && may_write).then(|| {
            let button = PostButton::new(&format!("/admin/jobs/{}/rerun", job.id), "Run again");
            button.small().icon("refresh").about(&format!("{} {}", job.kind, job.id))
        }),
    }
}

pub(super) async fn rerun(staff: Staff, Id(id): Id<JobId>) -> PageResult {
    let result = system::rerun_job(&staff.app, &staff.actor, id).await;
    back("/admin/jobs?state=dead", result, "The job runs again in a moment.")
}
