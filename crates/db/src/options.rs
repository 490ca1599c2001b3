//! Options of products: groups, options, their values and prices.

use chrono::{DateTime, Utc};
use innkeeper_domain::{Currency, CycleId, OptionGroupId, OptionId, OptionKind, OptionValueId, ProductId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A group of options.
#[derive(Clone, Debug)]
pub struct GroupRow {
    pub id: OptionGroupId,
    pub name: String,
    /// Options of it that are offered.
    pub options: i64,
    /// Products that have it.
    pub products: Vec<i64>,
}

/// The groups by name; of them one.
pub async fn groups(conn: &mut PgConnection, id: Option<OptionGroupId>) -> Result<Vec<GroupRow>> {
    sqlx::query_as!(
        GroupRow,
        r#"SELECT g.id, g.name,
                  (SELECT count(*) FROM product_option o WHERE o.group_id = g.id AND o.retired_at IS NULL) AS "options!",
                  ARRAY(SELECT p.product_id FROM option_group_product p WHERE p.group_id = g.id ORDER BY 1) AS "products!"
           FROM option_group g WHERE $1::bigint IS NULL OR g.id = $1 ORDER BY g.name"#,
        id.map(OptionGroupId::get)
    )
    .fetch_all(conn)
    .await
}

/// Adds a group. Fails on `option_group_name_key` if its name is taken.
pub async fn insert_group(conn: &mut PgConnection, name: &str) -> Result<OptionGroupId> {
    let id = sqlx::query_scalar!("INSERT INTO option_group (name) VALUES ($1) RETURNING id", name).fetch_one(conn);
    Ok(OptionGroupId(id.await?))
}

/// Gives a group another name. Fails on `option_group_name_key` if that is taken.
pub async fn rename_group(conn: &mut PgConnection, id: OptionGroupId, name: &str) -> Result<()> {
    sqlx::query!("UPDATE option_group SET name = $2 WHERE id = $1", id.get(), name).execute(conn).await?;
    Ok(())
}

/// Gives a group to exactly these products. Fails on `option_group_product_product_id_fkey` if there is none such.
pub async fn set_products(conn: &mut PgConnection, id: OptionGroupId, products: &[ProductId]) -> Result<()> {
    let products: Vec<i64> = products.iter().map(|id| id.get()).collect();
    sqlx::query!(
        "DELETE FROM option_group_product WHERE group_id = $1 AND product_id <> ALL ($2)",
        id.get(),
        &products
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO option_group_product (group_id, product_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING",
        id.get(),
        &products
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An option.
#[derive(Clone, Debug)]
pub struct OptionRow {
    pub id: OptionId,
    pub group_id: OptionGroupId,
    pub name: String,
    pub kind: Text<OptionKind>,
    /// A choice shown as a list of buttons.
    pub radio: bool,
    pub least: Option<i32>,
    pub most: Option<i32>,
    pub step: Option<i32>,
    pub position: i32,
    /// The key of the plugin's setting that it fills; empty: none.
    pub setting: String,
    pub retired_at: Option<DateTime<Utc>>,
}

/// What is stored of an option.
pub struct OptionFields<'a> {
    pub name: &'a str,
    pub kind: OptionKind,
    pub radio: bool,
    pub least: Option<i32>,
    pub most: Option<i32>,
    pub step: Option<i32>,
    pub position: i32,
    pub setting: &'a str,
}

/// Options of a group, those on offer first.
pub async fn of_group(conn: &mut PgConnection, group: OptionGroupId) -> Result<Vec<OptionRow>> {
    sqlx::query_as!(
        OptionRow,
        r#"SELECT id, group_id, name, kind AS "kind: _", radio, least, most, step, position, setting, retired_at
           FROM product_option WHERE group_id = $1 ORDER BY retired_at DESC NULLS FIRST, position, id"#,
        group.get()
    )
    .fetch_all(conn)
    .await
}

/// The options on offer with some products: which product has which, and the options in their order.
pub async fn of_products(
    conn: &mut PgConnection,
    products: &[i64],
) -> Result<(Vec<(ProductId, OptionGroupId)>, Vec<OptionRow>)> {
    let having =
        sqlx::query!("SELECT product_id, group_id FROM option_group_product WHERE product_id = ANY ($1)", products)
            .fetch_all(&mut *conn)
            .await?;
    let groups: Vec<i64> = having.iter().map(|r| r.group_id).collect();
    let options = sqlx::query_as!(
        OptionRow,
        r#"SELECT id, group_id, name, kind AS "kind: _", radio, least, most, step, position, setting, retired_at
           FROM product_option WHERE group_id = ANY ($1) AND retired_at IS NULL ORDER BY position, id"#,
        &groups
    )
    .fetch_all(conn)
    .await?;
    Ok((having.into_iter().map(|r| (ProductId(r.product_id), OptionGroupId(r.group_id))).collect(), options))
}

/// The plugins of the products that have the options of a group.
pub async fn plugins(conn: &mut PgConnection, group: OptionGroupId) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT DISTINCT p.plugin_id AS "plugin!" FROM option_group_product h JOIN product p ON p.id = h.product_id
           WHERE h.group_id = $1 AND p.plugin_id IS NOT NULL ORDER BY 1"#,
        group.get()
    )
    .fetch_all(conn)
    .await
}

/// An option.
pub async fn find(conn: &mut PgConnection, id: OptionId) -> Result<Option<OptionRow>> {
    sqlx::query_as!(
        OptionRow,
        r#"SELECT id, group_id, name, kind AS "kind: _", radio, least, most, step, position, setting, retired_at
           FROM product_option WHERE id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Locks an option until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: OptionId) -> Result<()> {
    sqlx::query!("SELECT id FROM product_option WHERE id = $1 FOR NO KEY UPDATE", id.get())
        .fetch_optional(conn)
        .await?;
    Ok(())
}

/// Adds an option. Fails on `product_option_name` if its name is taken in the group.
pub async fn insert(conn: &mut PgConnection, group: OptionGroupId, new: &OptionFields<'_>) -> Result<OptionId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO product_option (group_id, name, kind, radio, least, most, step, position, setting)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        group.get(),
        new.name,
        new.kind.as_str(),
        new.radio,
        new.least,
        new.most,
        new.step,
        new.position,
        new.setting
    )
    .fetch_one(conn)
    .await?;
    Ok(OptionId(id))
}

/// Changes an option. Its kind stays.
pub async fn update(conn: &mut PgConnection, id: OptionId, new: &OptionFields<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE product_option SET name = $2, radio = $3, least = $4, most = $5, step = $6, position = $7, setting = $8
         WHERE id = $1",
        id.get(),
        new.name,
        new.radio,
        new.least,
        new.most,
        new.step,
        new.position,
        new.setting
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes it off the shelf, or puts it back.
pub async fn set_retired(conn: &mut PgConnection, id: OptionId, at: Option<DateTime<Utc>>) -> Result<()> {
    sqlx::query!("UPDATE product_option SET retired_at = $2 WHERE id = $1", id.get(), at).execute(conn).await?;
    Ok(())
}

/// A value, or a tier.
#[derive(Clone, Debug)]
pub struct ValueRow {
    pub id: OptionValueId,
    pub option_id: OptionId,
    pub name: String,
    /// The first units, which are cheaper or dearer.
    pub above: i32,
    pub hidden: bool,
    /// What the plugin's setting is filled with; empty: the name.
    pub code: String,
}

/// The values of some options that are not retired, in their order.
pub async fn values(conn: &mut PgConnection, options: &[OptionId]) -> Result<Vec<ValueRow>> {
    sqlx::query_as!(
        ValueRow,
        "SELECT id, option_id, name, above, hidden, code FROM option_value
         WHERE option_id = ANY ($1) AND retired_at IS NULL ORDER BY option_id, position, id",
        &options.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// A price of a value or of a unit. Amounts in minor units.
#[derive(Clone, Debug)]
pub struct OptionPriceRow {
    pub value_id: OptionValueId,
    pub currency: Text<Currency>,
    pub cycle_id: CycleId,
    pub cycle_name: String,
    pub amount: i64,
    pub setup: i64,
}

/// The prices of the values of some options, by currency and cycle.
pub async fn prices(conn: &mut PgConnection, options: &[OptionId]) -> Result<Vec<OptionPriceRow>> {
    sqlx::query_as!(
        OptionPriceRow,
        r#"SELECT p.value_id, p.currency AS "currency: _", p.cycle_id, y.name AS cycle_name, p.amount, p.setup
           FROM option_value v JOIN option_price p ON p.value_id = v.id JOIN billing_cycle y ON y.id = p.cycle_id
           WHERE v.option_id = ANY ($1) AND v.retired_at IS NULL
           ORDER BY p.value_id, p.currency, y.kind = 'recurring', p.cycle_id"#,
        &options.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// The values that an option is to have, column by column.
#[derive(Default)]
pub struct Values {
    /// Of values that stay; none: a new one.
    pub ids: Vec<Option<i64>>,
    pub names: Vec<String>,
    pub above: Vec<i32>,
    pub hidden: Vec<bool>,
    pub codes: Vec<String>,
}

/// Their prices, column by column.
#[derive(Default)]
pub struct Prices {
    /// Place of the value among the values, from 1 on.
    pub of: Vec<i64>,
    pub currencies: Vec<String>,
    pub cycles: Vec<i64>,
    pub amounts: Vec<i64>,
    pub setups: Vec<i64>,
}

/// Gives an option exactly these values and prices; values that are left out are retired. The caller has locked the
/// option, and the ids are its values.
pub async fn set_values(
    conn: &mut PgConnection,
    option: OptionId,
    values: &Values,
    prices: &Prices,
    now: DateTime<Utc>,
) -> Result<()> {
    let kept: Vec<i64> = values.ids.iter().flatten().copied().collect();
    sqlx::query!(
        "UPDATE option_value SET retired_at = $3 WHERE option_id = $1 AND retired_at IS NULL AND id <> ALL ($2)",
        option.get(),
        &kept,
        now
    )
    .execute(&mut *conn)
    .await?;
    let ids: Vec<i64> = sqlx::query_scalar!(
        r#"SELECT coalesce(id, nextval(pg_get_serial_sequence('option_value', 'id'))) AS "id!"
           FROM unnest($1::bigint[]) WITH ORDINALITY AS v (id, n) ORDER BY n"#,
        &values.ids as &[Option<i64>]
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO option_value (id, option_id, name, above, hidden, code, position) OVERRIDING SYSTEM VALUE
         SELECT v.id, $1, v.name, v.above, v.hidden, v.code, v.n
         FROM unnest($2::bigint[], $3::text[], $4::int[], $5::boolean[], $6::text[])
              WITH ORDINALITY AS v (id, name, above, hidden, code, n)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, above = excluded.above, hidden = excluded.hidden,
             code = excluded.code, position = excluded.position",
        option.get(),
        &ids,
        &values.names,
        &values.above,
        &values.hidden,
        &values.codes
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM option_price WHERE value_id = ANY ($1)", &ids).execute(&mut *conn).await?;
    sqlx::query!(
        "INSERT INTO option_price (value_id, currency, cycle_id, amount, setup)
         SELECT ($1::bigint[])[w.n], w.currency, w.cycle_id, w.amount, w.setup
         FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
              AS w (n, currency, cycle_id, amount, setup)",
        &ids,
        &prices.of,
        &prices.currencies,
        &prices.cycles,
        &prices.amounts,
        &prices.setups
    )
    .execute(conn)
    .await?;
    Ok(())
}
