//! Domains of a registrar's account that are taken over together.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{
    ClientId, DomainId, DomainImportId, ImportedDomainId,
    state::{DomainImportState, ImportedState},
};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// An import.
#[derive(Clone, Debug)]
pub struct DomainImport {
    pub id: DomainImportId,
    pub plugin_id: String,
    /// Of the clients that it creates.
    pub currency: String,
    pub state: Text<DomainImportState>,
    /// Where the registrar's list goes on.
    pub cursor: Option<String>,
    /// The end of the list was reached.
    pub listed: bool,
    /// Why the last step failed.
    pub error: Option<String>,
    pub started_by: String,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// A domain of an import.
#[derive(Clone, Debug)]
pub struct ImportedDomain {
    pub id: ImportedDomainId,
    pub name: String,
    pub remote_id: String,
    pub expires_on: Option<NaiveDate>,
    /// As the registrar tells; null: not asked yet.
    pub owner: Option<Value>,
    pub state: Text<ImportedState>,
    pub reason: String,
    pub client_id: Option<i64>,
    pub client_name: Option<String>,
    pub domain_id: Option<i64>,
    pub made_client: bool,
}

/// A domain that the registrar lists.
pub struct Found {
    pub name: String,
    pub tld: String,
    pub remote_id: String,
    pub expires_on: Option<NaiveDate>,
    pub owner: Option<Value>,
    /// Why it cannot be taken over; empty: it can.
    pub reason: String,
}

/// A client who may be the owner of a domain.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub row_id: ImportedDomainId,
    pub client_id: ClientId,
    pub currency: String,
    /// By what: `email`, `login`, `number`; `again`: closed when an earlier import was undone.
    pub by: String,
}

/// What is to become of a domain.
pub struct Verdict {
    pub id: ImportedDomainId,
    pub state: ImportedState,
    pub reason: String,
    pub client: Option<ClientId>,
}

/// Starts an import. Fails on `domain_import_open` if one is open.
pub async fn insert(conn: &mut PgConnection, plugin: &str, currency: &str, by: &str) -> Result<DomainImportId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO domain_import (plugin_id, currency, started_by) VALUES ($1, $2, $3) RETURNING id",
        plugin,
        currency,
        by
    )
    .fetch_one(conn)
    .await?;
    Ok(DomainImportId(id))
}

/// One import.
pub async fn get(conn: &mut PgConnection, id: DomainImportId) -> Result<Option<DomainImport>> {
    sqlx::query_as!(
        DomainImport,
        r#"SELECT id, plugin_id, currency, state AS "state: _", cursor, listed, error, started_by, created_at, finished_at
           FROM domain_import WHERE id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// One import, locked.
pub async fn lock(conn: &mut PgConnection, id: DomainImportId) -> Result<Option<DomainImport>> {
    sqlx::query!("SELECT id FROM domain_import WHERE id = $1 FOR UPDATE", id.get()).fetch_optional(&mut *conn).await?;
    get(conn, id).await
}

/// The imports of a registrar, newest first.
pub async fn list(conn: &mut PgConnection, plugin: &str, limit: i64) -> Result<Vec<DomainImport>> {
    sqlx::query_as!(
        DomainImport,
        r#"SELECT id, plugin_id, currency, state AS "state: _", cursor, listed, error, started_by, created_at, finished_at
           FROM domain_import WHERE plugin_id = $1 ORDER BY id DESC LIMIT $2"#,
        plugin,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Moves an import on.
pub async fn set_state(
    conn: &mut PgConnection,
    id: DomainImportId,
    state: DomainImportState,
    finished_at: Option<DateTime<Utc>>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE domain_import SET state = $2, error = NULL, finished_at = $3 WHERE id = $1",
        id.get(),
        state.as_str(),
        finished_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes why the last step failed, or that it did not.
pub async fn set_error(conn: &mut PgConnection, id: DomainImportId, error: Option<&str>) -> Result<()> {
    sqlx::query!("UPDATE domain_import SET error = $2 WHERE id = $1", id.get(), error).execute(conn).await?;
    Ok(())
}

/// Notes how far the registrar's list was read.
pub async fn set_place(conn: &mut PgConnection, id: DomainImportId, cursor: Option<&str>, listed: bool) -> Result<()> {
    sqlx::query!(
        "UPDATE domain_import SET cursor = $2, listed = $3, error = NULL WHERE id = $1",
        id.get(),
        cursor,
        listed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds domains that the registrar lists, but for those that live here.
pub async fn add(conn: &mut PgConnection, id: DomainImportId, found: &[Found]) -> Result<()> {
    let text = |get: fn(&Found) -> &str| found.iter().map(|f| get(f).to_owned()).collect::<Vec<String>>();
    sqlx::query!(
        "INSERT INTO domain_import_row (import_id, name, tld, remote_id, expires_on, owner, state, reason)
         SELECT $1, f.name, f.tld, f.remote_id, f.expires_on, f.owner,
                CASE WHEN f.reason = '' THEN 'found' ELSE 'skipped' END, f.reason
         FROM unnest($2::text[], $3::text[], $4::text[], $5::date[], $6::jsonb[], $7::text[])
              AS f (name, tld, remote_id, expires_on, owner, reason)
         WHERE NOT EXISTS (SELECT 1 FROM domain d WHERE d.name = f.name
             AND d.state IN ('pending', 'registering', 'transferring', 'active', 'expired'))
         ON CONFLICT (import_id, name) DO NOTHING",
        id.get(),
        &text(|f| &f.name),
        &text(|f| &f.tld),
        &text(|f| &f.remote_id),
        &found.iter().map(|f| f.expires_on).collect::<Vec<_>>() as &[Option<NaiveDate>],
        &found.iter().map(|f| f.owner.clone()).collect::<Vec<_>>() as &[Option<Value>],
        &text(|f| &f.reason)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Domains whose owner was not asked for: row, name and the registrar's id.
pub async fn without_owner(
    conn: &mut PgConnection,
    id: DomainImportId,
    limit: i64,
) -> Result<Vec<(ImportedDomainId, String, String)>> {
    let rows = sqlx::query!(
        "SELECT id, name, remote_id FROM domain_import_row
         WHERE import_id = $1 AND state = 'found' AND owner IS NULL ORDER BY id LIMIT $2",
        id.get(),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| (ImportedDomainId(r.id), r.name, r.remote_id)).collect())
}

/// Notes owners.
pub async fn set_owners(conn: &mut PgConnection, owners: &[(ImportedDomainId, Value)]) -> Result<()> {
    sqlx::query!(
        "UPDATE domain_import_row r SET owner = o.owner FROM unnest($1::bigint[], $2::jsonb[]) AS o (id, owner)
         WHERE r.id = o.id AND r.state = 'found'",
        &owners.iter().map(|(id, _)| id.get()).collect::<Vec<_>>(),
        &owners.iter().map(|(_, owner)| owner.clone()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Domains in a state, in order, locked; with where their extensions are sold.
pub async fn take(
    conn: &mut PgConnection,
    id: DomainImportId,
    states: &[ImportedState],
    limit: i64,
) -> Result<Vec<ImportedDomain>> {
    let states: Vec<String> = states.iter().map(|state| state.as_str().to_owned()).collect();
    sqlx::query_as!(
        ImportedDomain,
        r#"SELECT id, name, remote_id, expires_on, owner, state AS "state: _", reason, client_id,
                  NULL::text AS client_name, domain_id, made_client
           FROM domain_import_row WHERE import_id = $1 AND state = ANY ($2) ORDER BY id LIMIT $3 FOR UPDATE"#,
        id.get(),
        &states,
        limit
    )
    .fetch_all(conn)
    .await
}

/// In which currencies the extensions of these rows are sold through their registrar.
pub async fn sold_in(conn: &mut PgConnection, rows: &[ImportedDomainId]) -> Result<Vec<(ImportedDomainId, String)>> {
    let sold = sqlx::query!(
        "SELECT r.id, p.currency FROM domain_import_row r JOIN domain_import m ON m.id = r.import_id
         JOIN tld t ON t.name = r.tld AND t.plugin_id = m.plugin_id
         JOIN tld_price p ON p.tld_id = t.id AND p.retired_at IS NULL
         WHERE r.id = ANY ($1)",
        &rows.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await?;
    Ok(sold.into_iter().map(|s| (ImportedDomainId(s.id), s.currency)).collect())
}

/// Who may be the owners of these domains.
pub async fn candidates(conn: &mut PgConnection, rows: &[ImportedDomainId]) -> Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"WITH r AS (SELECT id, lower(owner ->> 'email') AS email, bare_number(owner ->> 'id_number') AS number,
                             coalesce(owner ->> 'country', '') AS country FROM domain_import_row WHERE id = ANY ($1))
           SELECT r.id AS "row_id!", c.id AS "client_id!", c.currency AS "currency!", 'email' AS "by!"
           FROM r JOIN client c ON lower(c.email) = r.email WHERE r.email <> '' AND c.state <> 'closed'
           UNION ALL
           SELECT r.id, c.id, c.currency, 'login' FROM r JOIN user_account u ON u.email = r.email
           JOIN client_user l ON l.user_id = u.id AND l.is_owner JOIN client c ON c.id = l.client_id AND c.state <> 'closed'
           UNION ALL
           SELECT r.id, c.id, c.currency, 'number' FROM r JOIN client c ON c.tax_number <> ''
               AND bare_number(c.tax_number) IN (r.number, r.country || r.number)
           WHERE r.number <> '' AND c.state <> 'closed'
           UNION ALL
           SELECT r.id, c.id, c.currency, 'again' FROM r JOIN client c ON lower(c.email) = r.email AND c.state = 'closed'
           WHERE r.email <> '' AND EXISTS (SELECT 1 FROM domain_import_row o
               WHERE o.client_id = c.id AND o.made_client AND o.state = 'undone')
           ORDER BY 1, 2"#,
        &rows.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// Writes what becomes of domains.
pub async fn settle(conn: &mut PgConnection, verdicts: &[Verdict]) -> Result<()> {
    sqlx::query!(
        "UPDATE domain_import_row r SET state = v.state, reason = v.reason, client_id = v.client
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS v (id, state, reason, client) WHERE r.id = v.id",
        &verdicts.iter().map(|v| v.id.get()).collect::<Vec<_>>(),
        &verdicts.iter().map(|v| v.state.as_str().to_owned()).collect::<Vec<_>>(),
        &verdicts.iter().map(|v| v.reason.clone()).collect::<Vec<_>>(),
        &verdicts.iter().map(|v| v.client.map(ClientId::get)).collect::<Vec<_>>() as &[Option<i64>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives domains to clients, at the price of their extensions in the clients' currencies. Those that live here, or
/// have no price, are left out. Which domain came of which row.
pub async fn give(
    conn: &mut PgConnection,
    gifts: &[(ImportedDomainId, ClientId)],
    now: DateTime<Utc>,
) -> Result<Vec<(ImportedDomainId, DomainId)>> {
    let given = sqlx::query!(
        r#"WITH g AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS g (row_id, client_id)),
         made AS (
             INSERT INTO domain (client_id, name, tld_id, plugin_id, kind, state, years, currency, amount, remote_id,
                                 expires_on, activated_at, taken_over)
             SELECT c.id, r.name, t.id, m.plugin_id, 'register', 'active', 1, c.currency, p.renew, r.remote_id,
                    r.expires_on, $3, true
             FROM g JOIN domain_import_row r ON r.id = g.row_id JOIN domain_import m ON m.id = r.import_id
             JOIN client c ON c.id = g.client_id AND c.state <> 'closed'
             JOIN tld t ON t.name = r.tld AND t.plugin_id = m.plugin_id
             JOIN tld_price p ON p.tld_id = t.id AND p.currency = c.currency AND p.retired_at IS NULL
             ORDER BY r.id
             ON CONFLICT (name) WHERE state IN ('pending', 'registering', 'transferring', 'active', 'expired') DO NOTHING
             RETURNING id, name)
         UPDATE domain_import_row r SET state = 'imported', client_id = g.client_id, domain_id = made.id
         FROM g, made WHERE r.id = g.row_id AND r.name = made.name RETURNING r.id, made.id AS domain_id"#,
        &gifts.iter().map(|(row, _)| row.get()).collect::<Vec<_>>(),
        &gifts.iter().map(|(_, client)| client.get()).collect::<Vec<_>>(),
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(given.into_iter().map(|g| (ImportedDomainId(g.id), DomainId(g.domain_id))).collect())
}

/// Notes for which rows a client was created.
pub async fn made_clients(conn: &mut PgConnection, rows: &[ImportedDomainId]) -> Result<()> {
    sqlx::query!(
        "UPDATE domain_import_row SET made_client = true WHERE id = ANY ($1)",
        &rows.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes imported domains back, unless something happened to them: those that are.
pub async fn take_back(
    conn: &mut PgConnection,
    rows: &[ImportedDomainId],
) -> Result<Vec<(ImportedDomainId, DomainId)>> {
    let back = sqlx::query!(
        r#"WITH back AS (
             UPDATE domain d SET state = 'cancelled', auto_renew = false FROM domain_import_row r
             WHERE r.id = ANY ($1) AND r.domain_id = d.id AND d.client_id = r.client_id AND d.state IN ('active', 'expired')
               AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'domain' AND e.subject_id = d.id)
               AND NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.domain_id = d.id AND NOT l.voided)
             RETURNING r.id, d.id AS domain_id)
         UPDATE domain_import_row r SET state = CASE WHEN b.id IS NULL THEN 'kept' ELSE 'undone' END,
             reason = CASE WHEN b.id IS NULL THEN 'it was invoiced, worked on or moved since' ELSE '' END
         FROM unnest($1::bigint[]) AS n (id) LEFT JOIN back b ON b.id = n.id
         WHERE r.id = n.id RETURNING r.id, b.domain_id AS "domain_id?""#,
        &rows.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await?;
    Ok(back.into_iter().filter_map(|b| Some((ImportedDomainId(b.id), DomainId(b.domain_id?)))).collect())
}

/// Clients that an import created and that have nothing, now that it is taken back.
pub async fn idle_clients(conn: &mut PgConnection, id: DomainImportId, limit: i64) -> Result<Vec<ClientId>> {
    let ids = sqlx::query_scalar!(
        "SELECT c.id FROM domain_import_row r JOIN client c ON c.id = r.client_id AND c.state <> 'closed'
         WHERE r.import_id = $1 AND r.made_client AND r.state = 'undone'
           AND NOT EXISTS (SELECT 1 FROM domain WHERE client_id = c.id AND state <> 'cancelled')
           AND NOT EXISTS (SELECT 1 FROM service WHERE client_id = c.id)
           AND NOT EXISTS (SELECT 1 FROM sales_order WHERE client_id = c.id)
           AND NOT EXISTS (SELECT 1 FROM invoice WHERE client_id = c.id)
           AND NOT EXISTS (SELECT 1 FROM payment WHERE client_id = c.id)
           AND NOT EXISTS (SELECT 1 FROM quote WHERE client_id = c.id)
           AND NOT EXISTS (SELECT 1 FROM client_user WHERE client_id = c.id)
         ORDER BY c.id LIMIT $2 FOR UPDATE OF c",
        id.get(),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ClientId).collect())
}

/// How far an import is.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// How many domains are in each state.
    pub states: Vec<(ImportedState, i64)>,
    /// Clients that are to be created.
    pub new_clients: i64,
    /// Clients that were.
    pub made_clients: i64,
}

/// How far an import is.
pub async fn counts(conn: &mut PgConnection, id: DomainImportId) -> Result<Counts> {
    let rows = sqlx::query!(
        r#"SELECT state AS "state: Text<ImportedState>", count(*) AS "n!", count(*) FILTER (WHERE made_client) AS "made!",
                  count(DISTINCT lower(owner ->> 'email')) FILTER (WHERE state = 'new') AS "new!"
           FROM domain_import_row WHERE import_id = $1 GROUP BY state"#,
        id.get()
    )
    .fetch_all(conn)
    .await?;
    Ok(Counts {
        states: rows.iter().map(|r| (r.state.0, r.n)).collect(),
        new_clients: rows.iter().map(|r| r.new).sum(),
        made_clients: rows.iter().map(|r| r.made).sum(),
    })
}

/// Domains of an import after `after`, those in a state or all.
pub async fn rows(
    conn: &mut PgConnection,
    id: DomainImportId,
    state: Option<ImportedState>,
    after: i64,
    limit: i64,
) -> Result<Vec<ImportedDomain>> {
    sqlx::query_as!(
        ImportedDomain,
        r#"SELECT r.id, r.name, r.remote_id, r.expires_on, r.owner, r.state AS "state: _", r.reason,
                  r.client_id,
                  coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS client_name,
                  r.domain_id, r.made_client
           FROM domain_import_row r LEFT JOIN client c ON c.id = r.client_id
           WHERE r.import_id = $1 AND ($2::text IS NULL OR r.state = $2) AND r.id > $3 ORDER BY r.id LIMIT $4"#,
        id.get(),
        state.map(ImportedState::as_str),
        after,
        limit
    )
    .fetch_all(conn)
    .await
}
