//! What an add-on in a cart is for.

use innkeeper_db::{PgConnection, addons, carts, products};
use innkeeper_domain::{CartId, CartItemId, ClientId, Permission, ProductId, ServiceId};
use std::{fmt, str::FromStr};

use crate::{Actor, App, AppError, Result};

/// What an add-on is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// Another choice of the cart.
    Item(CartItemId),
    /// A service.
    Service(ServiceId),
}

impl fmt::Display for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(id) => write!(f, "item-{id}"),
            Self::Service(id) => write!(f, "service-{id}"),
        }
    }
}

impl FromStr for Parent {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self> {
        let number = |text: &str| text.parse::<i64>().ok();
        let item = text.strip_prefix("item-").and_then(number).map(|id| Self::Item(id.into()));
        let service = || text.strip_prefix("service-").and_then(number).map(|id| Self::Service(id.into()));
        item.or_else(service).ok_or_else(|| AppError::invalid("parent", "must be chosen"))
    }
}

impl Parent {
    pub(super) fn item(self) -> Option<CartItemId> {
        if let Self::Item(id) = self { Some(id) } else { None }
    }
    pub(super) fn service(self) -> Option<ServiceId> {
        if let Self::Service(id) = self { Some(id) } else { None }
    }
}

/// What an add-on may be ordered for with a cart, or by a client, as (what, how it is called): choices first. None: it is no add-on.
pub async fn parents(
    app: &App,
    actor: &Actor,
    token: Option<&str>,
    client: Option<ClientId>,
    addon: ProductId,
) -> Result<Option<Vec<(Parent, String)>>> {
    if client.is_some() && client != actor.client_id() {
        actor.require(Permission::OrdersWrite)?;
    }
    let cart = match token {
        Some(token) => super::view(app, actor, token).await?.map(|view| view.id),
        None => None,
    };
    let mut conn = app.conn().await?;
    match cart {
        Some(cart) => possible(&mut conn, cart, addon).await,
        None => of_client(&mut conn, client, addon).await,
    }
}

/// As [`parents`], of a cart.
pub(super) async fn possible(
    conn: &mut PgConnection,
    cart: CartId,
    addon: ProductId,
) -> Result<Option<Vec<(Parent, String)>>> {
    let client = carts::client_of(conn, cart).await?;
    let Some(services) = of_client(conn, client, addon).await? else { return Ok(None) };
    let choices = carts::parents(conn, cart, addon).await?;
    let choices = choices.into_iter().map(|(id, name)| (Parent::Item(id), format!("{name} (in the cart)")));
    Ok(Some(choices.chain(services).collect()))
}

/// The services of a client that it may be for. None: it is no add-on.
async fn of_client(
    conn: &mut PgConnection,
    client: Option<ClientId>,
    addon: ProductId,
) -> Result<Option<Vec<(Parent, String)>>> {
    let product = products::get(conn, addon).await?.ok_or(AppError::NotFound("product"))?;
    if !product.is_addon {
        return Ok(None);
    }
    let Some(client) = client else { return Ok(Some(vec![])) };
    let found = addons::candidates(conn, client, addon, None).await?;
    let named = |one: addons::Candidate| {
        let name = if one.label == one.product { one.label } else { format!("{}: {}", one.product, one.label) };
        (Parent::Service(one.id), name)
    };
    Ok(Some(found.into_iter().map(named).collect()))
}
