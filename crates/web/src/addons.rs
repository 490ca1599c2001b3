//! The add-ons of a service on its page: what it has, and what can be added.

use askama::Template;
use innkeeper_app::addons::{self, AddonOffer, Relative};
use innkeeper_app::services::ServiceRow;
use innkeeper_app::{Actor, App, AppError};
use innkeeper_domain::state::ServiceState;

use crate::view::{Badge, Link};

/// A card on the page of a service.
#[derive(Template)]
#[template(path = "components/addons.html")]
pub struct Addons {
    rows: Vec<Row>,
    offers: Vec<Link>,
}

crate::component!(Addons);

struct Row {
    href: String,
    name: String,
    label: String,
    state: Badge,
}

impl Addons {
    /// Of a service; services have their pages below `services`, and `order` says where an add-on is ordered for it. None:
    /// it has none, and none can be added.
    pub async fn load(
        app: &App,
        actor: &Actor,
        service: &ServiceRow,
        services: &str,
        order: impl Fn(&AddonOffer) -> String,
    ) -> Result<Option<Self>, AppError> {
        let has = addons::of_service(app, actor, service.id).await?;
        let may_add = matches!(service.state.0, ServiceState::Pending | ServiceState::Active)
            && service.ends_on.is_none()
            && service.parent_id.is_none();
        let offers = match may_add {
            true => addons::on_sale(app, &[service.product_id], service.currency.parse()?).await?,
            false => vec![],
        };
        let rows: Vec<Row> = has.into_iter().map(|addon| Row::new(addon, services)).collect();
        let offers: Vec<Link> =
            offers.iter().map(|offer| Link::to(order(offer), format!("Add {}", offer.name)).icon("plus")).collect();
        Ok((!rows.is_empty() || !offers.is_empty()).then_some(Self { rows, offers }))
    }
}

impl Row {
    fn new(addon: Relative, services: &str) -> Self {
        let label = if addon.label == addon.product { String::new() } else { addon.label };
        Self {
            href: format!("{services}/{}", addon.id),
            name: addon.product,
            label,
            state: Badge::state(addon.state.as_str()),
        }
    }
}
