//! Why an invoice or a service is as it is.

use innkeeper_app::why::{self, About};
use innkeeper_domain::{InvoiceId, ServiceId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::params::Page;
use super::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(invoice)).routes(routes!(service))
}

/// Something, and why it is so.
#[derive(Serialize, ToSchema)]
struct Why {
    #[schema(example = "Due on 31 Jan 2027")]
    what: String,
    reasons: Vec<Reason>,
}

/// A sentence.
#[derive(Serialize, ToSchema)]
struct Reason {
    #[schema(example = "It is due on the day its period begins.")]
    text: String,
    /// `service`, `domain`, `order`, `invoice`, `payment` or `event`, if it speaks of one.
    about: Option<&'static str>,
    about_id: Option<i64>,
}

fn explained(why: why::Why) -> Why {
    Why { what: why.what, reasons: why.reasons.into_iter().map(reason).collect() }
}

fn reason(reason: why::Reason) -> Reason {
    let about = reason.about.map(|about| match about {
        About::Service(id) => ("service", id.get()),
        About::Domain(id) => ("domain", id.get()),
        About::Order(id) => ("order", id.get()),
        About::Invoice(id) => ("invoice", id.get()),
        About::Payment(id) => ("payment", id.get()),
        About::Event(id) => ("event", id.get()),
    });
    let (about, about_id) = about.unzip();
    Reason { text: reason.text, about, about_id }
}

/// Why an invoice is in its state, due on its day, and over its lines
#[utoipa::path(get, path = "/invoices/{id}/why", tag = "Invoices", responses((status = 200, body = Page<Why>)))]
async fn invoice(Caller { app, actor }: Caller, Id(id): Id<InvoiceId>) -> Answer<Page<Why>> {
    Ok(Page::whole(why::invoice(&app, &actor, id).await?, explained))
}

/// Why a service is in its state, costs what it costs, and is charged when it is
#[utoipa::path(get, path = "/services/{id}/why", tag = "Services", responses((status = 200, body = Page<Why>)))]
async fn service(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Page<Why>> {
    Ok(Page::whole(why::service(&app, &actor, id).await?, explained))
}
