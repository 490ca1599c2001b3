//! Clients, their custom fields, and the links that set a new password.

use chrono::{DateTime, Utc};
use innkeeper_domain::{ClientId, Currency, CustomFieldId, UserId, state::ClientState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A client.
#[derive(Clone, Debug)]
pub struct ClientRow {
    pub id: ClientId,
    pub state: Text<ClientState>,
    pub first_name: String,
    pub last_name: String,
    pub company: String,
    pub email: String,
    pub phone: String,
    pub address1: String,
    pub address2: String,
    pub city: String,
    pub region: String,
    pub postcode: String,
    pub country: String,
    pub tax_number: String,
    pub tax_exempt: bool,
    pub currency: Text<Currency>,
    pub language: String,
    /// For staff only.
    pub notes: String,
    pub created_at: DateTime<Utc>,
}

/// What is written of a client.
#[derive(Clone, Debug)]
pub struct ClientData<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub company: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub address1: &'a str,
    pub address2: &'a str,
    pub city: &'a str,
    pub region: &'a str,
    pub postcode: &'a str,
    pub country: &'a str,
    pub tax_number: &'a str,
    pub tax_exempt: bool,
    pub currency: &'a str,
    pub language: &'a str,
    pub notes: &'a str,
}

/// A client in a list.
#[derive(Clone, Debug)]
pub struct ClientEntry {
    pub id: ClientId,
    pub state: Text<ClientState>,
    /// The company's name, else the person's.
    pub name: String,
    pub email: String,
    pub country: String,
    pub currency: Text<Currency>,
    /// Services that are active or suspended.
    pub services: i64,
    pub created_at: DateTime<Utc>,
}

/// Which clients.
#[derive(Clone, Debug, Default)]
pub struct ClientFilter {
    /// Part of name, company or address.
    pub text: Option<String>,
    pub state: Option<ClientState>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// What a client owes and has to its credit in one currency, in minor units.
#[derive(Clone, Debug)]
pub struct BalanceRow {
    pub currency: Text<Currency>,
    pub owed: i64,
    pub credit: i64,
}

/// How much of everything a client has.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    pub orders: i64,
    pub services: i64,
    pub domains: i64,
    pub unpaid_invoices: i64,
}

/// A custom field of clients, with the value of one.
#[derive(Clone, Debug)]
pub struct ClientField {
    pub id: CustomFieldId,
    pub key: String,
    pub label: String,
    /// `text`, `number`, `date`, `choice` or `checkbox`.
    pub kind: String,
    pub options: Vec<String>,
    pub required: bool,
    pub shown_to_client: bool,
    pub value: Option<String>,
}

/// Adds an active client.
pub async fn insert(conn: &mut PgConnection, c: &ClientData<'_>, now: DateTime<Utc>) -> Result<ClientId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO client (first_name, last_name, company, email, phone, address1, address2, city, region, postcode,
                             country, tax_number, tax_exempt, currency, language, notes, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id",
        c.first_name,
        c.last_name,
        c.company,
        c.email,
        c.phone,
        c.address1,
        c.address2,
        c.city,
        c.region,
        c.postcode,
        c.country,
        c.tax_number,
        c.tax_exempt,
        c.currency,
        c.language,
        c.notes,
        now
    )
    .fetch_one(conn)
    .await?;
    Ok(ClientId(id))
}

/// Replaces a client's details.
pub async fn update(conn: &mut PgConnection, id: ClientId, c: &ClientData<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE client SET first_name = $2, last_name = $3, company = $4, email = $5, phone = $6, address1 = $7,
                address2 = $8, city = $9, region = $10, postcode = $11, country = $12, tax_number = $13,
                tax_exempt = $14, currency = $15, language = $16, notes = $17
         WHERE id = $1",
        id.get(),
        c.first_name,
        c.last_name,
        c.company,
        c.email,
        c.phone,
        c.address1,
        c.address2,
        c.city,
        c.region,
        c.postcode,
        c.country,
        c.tax_number,
        c.tax_exempt,
        c.currency,
        c.language,
        c.notes
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One client, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: ClientId) -> Result<Option<ClientRow>> {
    sqlx::query_as!(
        ClientRow,
        r#"SELECT id, state AS "state: _", first_name, last_name, company, email, phone, address1, address2, city, region,
                  postcode, country, tax_number, tax_exempt, currency AS "currency: _", language, notes, created_at
           FROM client WHERE id = $1 AND ($2::bigint IS NULL OR id = $2)"#,
        id.get(),
        owner.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await
}

/// As [`get`], and keeps the client as it is until commit.
pub async fn lock(conn: &mut PgConnection, owner: Option<ClientId>, id: ClientId) -> Result<Option<ClientRow>> {
    sqlx::query_scalar!("SELECT id FROM client WHERE id = $1 FOR UPDATE", id.get()).fetch_optional(&mut *conn).await?;
    get(conn, owner, id).await
}

/// Clients, newest first.
pub async fn list(conn: &mut PgConnection, filter: &ClientFilter) -> Result<Vec<ClientEntry>> {
    sqlx::query_as!(
        ClientEntry,
        r#"SELECT c.id, c.state AS "state: _", coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "name!",
                  c.email, c.country, c.currency AS "currency: _", c.created_at,
                  (SELECT count(*) FROM service s WHERE s.client_id = c.id AND s.state IN ('active', 'suspended')) AS "services!"
           FROM client c
           WHERE ($1::text IS NULL
                  OR (first_name || ' ' || last_name || ' ' || company || ' ' || email) ILIKE '%' || $1 || '%')
             AND ($2::text IS NULL OR c.state = $2) AND ($3::bigint IS NULL OR c.id < $3)
           ORDER BY c.id DESC LIMIT $4"#,
        filter.text,
        filter.state.map(ClientState::as_str),
        filter.before,
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// Moves a client to another state.
pub async fn set_state(conn: &mut PgConnection, id: ClientId, state: ClientState) -> Result<()> {
    sqlx::query!("UPDATE client SET state = $2 WHERE id = $1", id.get(), state.as_str()).execute(conn).await?;
    Ok(())
}

/// The language that a client chose; may be empty.
pub async fn language(conn: &mut PgConnection, id: ClientId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT language FROM client WHERE id = $1", id.get()).fetch_optional(conn).await
}

/// What a client owes, proformas among it, and has, by currency.
pub async fn balances(conn: &mut PgConnection, id: ClientId) -> Result<Vec<BalanceRow>> {
    sqlx::query_as!(
        BalanceRow,
        r#"SELECT currency AS "currency!: _",
                  coalesce(sum(amount) FILTER (WHERE kind = 'receivable'), 0)::bigint AS "owed!",
                  (-coalesce(sum(amount) FILTER (WHERE kind = 'client_credit'), 0))::bigint AS "credit!"
           FROM (SELECT currency, kind, balance AS amount FROM ledger_account WHERE client_id = $1
                 UNION ALL SELECT currency, 'receivable', total FROM invoice
                 WHERE client_id = $1 AND is_proforma AND state = 'unpaid') x
           GROUP BY currency ORDER BY currency"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// How much of everything a client has.
pub async fn counts(conn: &mut PgConnection, id: ClientId) -> Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"SELECT (SELECT count(*) FROM sales_order WHERE client_id = $1) AS "orders!",
                  (SELECT count(*) FROM service WHERE client_id = $1 AND state IN ('active', 'suspended')) AS "services!",
                  (SELECT count(*) FROM domain WHERE client_id = $1 AND state = 'active') AS "domains!",
                  (SELECT count(*) FROM invoice WHERE client_id = $1 AND state = 'unpaid') AS "unpaid_invoices!""#,
        id.get()
    )
    .fetch_one(conn)
    .await
}

/// Was anything ever ordered by or invoiced to the client?
pub async fn has_business(conn: &mut PgConnection, id: ClientId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT (EXISTS (SELECT 1 FROM invoice WHERE client_id = $1) OR EXISTS (SELECT 1 FROM service WHERE client_id = $1)
                   OR EXISTS (SELECT 1 FROM domain WHERE client_id = $1)
                   OR EXISTS (SELECT 1 FROM sales_order WHERE client_id = $1)) AS "any!""#,
        id.get()
    )
    .fetch_one(conn)
    .await
}

/// The enabled currency `wanted`, or the default one.
pub async fn currency(conn: &mut PgConnection, wanted: Option<&str>) -> Result<Option<Text<Currency>>> {
    sqlx::query_scalar!(
        r#"SELECT code AS "code: _" FROM currency
           WHERE enabled AND CASE WHEN $1::text IS NULL THEN is_default ELSE code = $1 END"#,
        wanted
    )
    .fetch_optional(conn)
    .await
}

/// The custom fields of clients, with the values of `client`.
pub async fn fields(conn: &mut PgConnection, client: Option<ClientId>) -> Result<Vec<ClientField>> {
    sqlx::query_as!(
        ClientField,
        r#"SELECT f.id, f.key, f.label, f.kind, f.options, f.required, f.shown_to_client, v.value AS "value?"
           FROM custom_field f LEFT JOIN client_field_value v ON v.field_id = f.id AND v.client_id = $1
           WHERE f.scope = 'client' ORDER BY f.position, f.id"#,
        client.map(ClientId::get)
    )
    .fetch_all(conn)
    .await
}

/// Sets the value of a custom field; an empty one is removed.
pub async fn set_field(conn: &mut PgConnection, client: ClientId, field: CustomFieldId, value: &str) -> Result<()> {
    sqlx::query!(
        "INSERT INTO client_field_value (client_id, field_id, value) SELECT $1, $2, $3 WHERE $3 <> ''
         ON CONFLICT (client_id, field_id) DO UPDATE SET value = excluded.value",
        client.get(),
        field.get(),
        value
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "DELETE FROM client_field_value WHERE client_id = $1 AND field_id = $2 AND $3 = ''",
        client.get(),
        field.get(),
        value
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores a link that sets a new password for a login.
pub async fn insert_reset(
    conn: &mut PgConnection,
    token_hash: &[u8],
    user: UserId,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO one_time_token (token_hash, purpose, user_id, expires_at) VALUES ($1, 'password_reset', $2, $3)",
        token_hash,
        user.get(),
        expires_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses a link up, and every other one of the same login. `None`: unknown, used or expired.
pub async fn use_reset(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<UserId>> {
    let user = sqlx::query_scalar!(
        r#"UPDATE one_time_token t SET used_at = $2 FROM user_account u
           WHERE t.token_hash = $1 AND t.used_at IS NULL AND t.expires_at > $2
             AND u.id = t.user_id AND u.disabled_at IS NULL
           RETURNING t.user_id AS "user_id!""#,
        token_hash,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(user) = user {
        forget_resets(conn, UserId(user), now).await?;
    }
    Ok(user.map(UserId))
}

/// Makes the unused links of a login useless.
pub async fn forget_resets(conn: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE one_time_token SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL", user.get(), now)
        .execute(conn)
        .await?;
    Ok(())
}
