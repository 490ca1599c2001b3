//! Add-ons: products that are sold with others, and services that belong to another.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, Currency, InvoiceId, ProductId, ServiceId, state::ServiceState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// The products that an add-on is sold with, as ids.
pub async fn sold_with(conn: &mut PgConnection, addon: ProductId) -> Result<Vec<ProductId>> {
    let ids = sqlx::query_scalar!("SELECT product_id FROM product_addon WHERE addon_id = $1 ORDER BY 1", addon.get())
        .fetch_all(conn)
        .await?;
    Ok(ids.into_iter().map(ProductId).collect())
}

/// Makes a product an add-on that is sold with exactly these, or a product of its own. False: there is none.
pub async fn set(conn: &mut PgConnection, id: ProductId, is_addon: bool, with: &[ProductId]) -> Result<bool> {
    let with: Vec<i64> = with.iter().map(|id| id.get()).collect();
    sqlx::query!("DELETE FROM product_addon WHERE addon_id = $1 AND product_id <> ALL($2)", id.get(), &with)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO product_addon (addon_id, product_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING",
        id.get(),
        &with
    )
    .execute(&mut *conn)
    .await?;
    let done = sqlx::query!("UPDATE product SET is_addon = $2 WHERE id = $1", id.get(), is_addon).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Has it add-ons of its own, or services or choices that belong to nothing?
pub async fn stands_alone(conn: &mut PgConnection, id: ProductId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM product_addon WHERE product_id = $1)
               OR EXISTS (SELECT 1 FROM service WHERE product_id = $1 AND parent_id IS NULL
                          AND state IN ('pending', 'active', 'suspended')) AS "alone!""#,
        id.get()
    )
    .fetch_one(conn)
    .await
}

/// An add-on that is on sale with a product.
#[derive(Clone, Debug)]
pub struct AddonOffer {
    pub product_id: ProductId,
    pub addon_id: ProductId,
    pub name: String,
    pub slug: String,
}

/// The add-ons on sale with these products in a currency, in the order of the shop.
pub async fn on_sale(conn: &mut PgConnection, products: &[ProductId], currency: Currency) -> Result<Vec<AddonOffer>> {
    sqlx::query_as!(
        AddonOffer,
        "SELECT w.product_id, a.id AS addon_id, a.name, a.slug
         FROM product_addon w JOIN product a ON a.id = w.addon_id AND a.is_addon AND a.retired_at IS NULL AND NOT a.hidden
         WHERE w.product_id = ANY($1) AND coalesce(a.stock > 0, true)
           AND EXISTS (SELECT 1 FROM price r WHERE r.product_id = a.id AND r.currency = $2 AND r.retired_at IS NULL)
         ORDER BY w.product_id, a.position, a.id",
        &products.iter().map(|id| id.get()).collect::<Vec<_>>(),
        currency.code()
    )
    .fetch_all(conn)
    .await
}

/// A service that an add-on may be ordered for.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: ServiceId,
    pub product: String,
    pub label: String,
}

/// Those of a client, newest first; `only`: if it is this one.
pub async fn candidates(
    conn: &mut PgConnection,
    client: ClientId,
    addon: ProductId,
    only: Option<ServiceId>,
) -> Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        "SELECT s.id, p.name AS product, s.label
         FROM service s JOIN product p ON p.id = s.product_id
         JOIN product_addon w ON w.product_id = s.product_id AND w.addon_id = $2
         WHERE s.client_id = $1 AND s.state IN ('pending', 'active') AND s.ends_on IS NULL AND s.parent_id IS NULL
           AND ($3::bigint IS NULL OR s.id = $3)
         ORDER BY s.id DESC LIMIT 100",
        client.get(),
        addon.get(),
        only.map(ServiceId::get)
    )
    .fetch_all(conn)
    .await
}

/// An add-on of a service, or the service of an add-on.
#[derive(Clone, Debug)]
pub struct Relative {
    pub id: ServiceId,
    pub client_id: ClientId,
    pub product_id: ProductId,
    pub product: String,
    pub plugin_id: Option<String>,
    pub label: String,
    pub remote_id: Option<String>,
    pub username: Option<String>,
    pub state: Text<ServiceState>,
    pub suspend_reason: Option<String>,
    pub ends_on: Option<NaiveDate>,
    pub end_reason: String,
    /// Something is being done to it at its vendor.
    pub is_busy: bool,
}

/// The add-ons of a service, in the order in which they were bought.
pub async fn of_service(conn: &mut PgConnection, id: ServiceId) -> Result<Vec<Relative>> {
    relatives(conn, None, Some(id)).await
}

/// The service that an add-on belongs to.
pub async fn parent_of(conn: &mut PgConnection, addon: ServiceId) -> Result<Option<Relative>> {
    Ok(relatives(conn, Some(addon), None).await?.into_iter().next())
}

async fn relatives(
    conn: &mut PgConnection,
    addon: Option<ServiceId>,
    parent: Option<ServiceId>,
) -> Result<Vec<Relative>> {
    sqlx::query_as!(
        Relative,
        r#"SELECT s.id, s.client_id, s.product_id, p.name AS product, p.plugin_id, s.label, s.remote_id, s.username,
                  s.state AS "state: _", s.suspend_reason, s.ends_on, s.end_reason,
                  EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'service' AND e.subject_id = s.id
                      AND e.state IN ('planned', 'sent', 'pending', 'unknown', 'needs_human')) AS "is_busy!"
           FROM service s JOIN product p ON p.id = s.product_id
           WHERE s.parent_id = $2 OR s.id = (SELECT parent_id FROM service WHERE id = $1) ORDER BY s.id"#,
        addon.map(ServiceId::get),
        parent.map(ServiceId::get)
    )
    .fetch_all(conn)
    .await
}

/// An add-on as hooks name it.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    pub addon_id: i64,
    pub client_id: ClientId,
    pub service_id: ServiceId,
    pub product_addon_id: i64,
}

/// What hooks call a service, if it is an add-on.
pub async fn named(conn: &mut PgConnection, id: ServiceId) -> Result<Option<Named>> {
    sqlx::query_as!(
        Named,
        r#"SELECT id AS addon_id, client_id, parent_id AS "service_id!", product_id AS product_addon_id
           FROM service WHERE id = $1 AND parent_id IS NOT NULL"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// The pending add-ons of an order.
pub async fn pending_of_order(conn: &mut PgConnection, order: i64) -> Result<Vec<Named>> {
    sqlx::query_as!(
        Named,
        r#"SELECT id AS addon_id, client_id, parent_id AS "service_id!", product_id AS product_addon_id
           FROM service WHERE order_id = $1 AND parent_id IS NOT NULL AND state = 'pending' ORDER BY id"#,
        order
    )
    .fetch_all(conn)
    .await
}

/// The add-ons of which an invoice has a period that is not their first.
pub async fn renewed_by(conn: &mut PgConnection, invoice: InvoiceId) -> Result<Vec<Named>> {
    sqlx::query_as!(
        Named,
        r#"SELECT s.id AS addon_id, s.client_id, s.parent_id AS "service_id!", s.product_id AS product_addon_id
           FROM service s
           WHERE s.parent_id IS NOT NULL AND EXISTS (
               SELECT 1 FROM invoice_line l WHERE l.invoice_id = $1 AND l.service_id = s.id AND l.kind = 'recurring'
                 AND NOT l.voided AND EXISTS (SELECT 1 FROM invoice_line e WHERE e.service_id = s.id AND NOT e.voided
                     AND e.kind = 'recurring' AND lower(e.period) < lower(l.period)))
           ORDER BY s.id"#,
        invoice.get()
    )
    .fetch_all(conn)
    .await
}
