//! Ending a service: now, or when what is paid is used up. The same for both doors.

use askama::Template;
use chrono::NaiveDate;
use innkeeper_app::services::{self, End};
use innkeeper_app::{Actor, App};
use innkeeper_domain::ServiceId;

use crate::Failure;
use crate::extract::Posted;
use crate::view::{Choice, Form};

/// The form.
#[derive(Template)]
#[template(path = "components/end_service.html")]
pub struct EndService {
    form: Form,
    when: [Choice; 2],
    page: String,
}

crate::component!(EndService);

impl EndService {
    /// The form of a service whose page is at `page`.
    pub async fn ask(app: &App, actor: &Actor, id: ServiceId, page: &str) -> Result<Self, Failure> {
        Self::new(app, actor, id, page, Form::new().with("when", "period_end")).await
    }

    /// Ends it; the day on which it ends, or the form with what is wrong.
    pub async fn work(
        app: &App,
        actor: &Actor,
        id: ServiceId,
        page: &str,
        posted: &Posted,
    ) -> Result<Result<NaiveDate, Self>, Failure> {
        let mut form = posted.form();
        let when = if posted.get("when") == "now" { End::Now } else { End::PeriodEnd };
        if when == End::Now && !posted.ticked("sure") {
            form.fail("sure", "Tick this box to go on.");
        } else {
            match services::end(app, actor, id, when, &posted.text("reason")).await {
                Ok(day) => return Ok(Ok(day)),
                Err(error) => form.refuse(error)?,
            }
        }
        Ok(Err(Self::new(app, actor, id, page, form).await?))
    }

    async fn new(app: &App, actor: &Actor, id: ServiceId, page: &str, form: Form) -> Result<Self, Failure> {
        let service = services::get(app, actor, id).await?.service;
        let paid = match service.paid_through {
            Some(day) => format!("It is paid until {}.", day.pred_opt().unwrap_or(day)),
            None => "Nothing of it is paid: it ends today.".to_owned(),
        };
        let when = [
            Choice::new("period_end", "When what is paid is used up").help(paid),
            Choice::new("now", "Now").help("With all its data. What was paid stays paid."),
        ];
        Ok(Self { form, when, page: page.to_owned() })
    }
}
