//! Units, their history and their authorised posts.

use model::unit_code::UnitCode;
use sqlx::FromRow;

use super::{Conn, Kind, StoreError};

/// A unit as it is today.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Unit {
    /// Id.
    pub id: i64,
    /// Unit above.
    pub parent_id: Option<i64>,
    /// Ids from the root, `/1/23/`.
    pub path: String,
    /// `model::unit::UnitClass` by name.
    pub class: String,
    /// Name.
    pub name: String,
    /// Canonical agency code.
    pub code: Option<String>,
    /// Code as issued.
    pub code_issued: Option<String>,
    /// Decision that gave the code.
    pub code_decision: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was entered.
    pub created_at: i64,
    /// Day on which it was closed.
    pub closed_on: Option<String>,
}

/// A new unit, or new values of one.
#[derive(Clone, Debug)]
pub struct UnitValues {
    /// Unit above.
    pub parent_id: Option<i64>,
    /// Class by name.
    pub class: String,
    /// Name.
    pub name: String,
    /// Folded name.
    pub name_folded: String,
    /// Collation key.
    pub sort_key: Vec<u8>,
    /// Canonical agency code.
    pub code: Option<String>,
    /// Code as issued.
    pub code_issued: Option<String>,
    /// Decision.
    pub code_decision: Option<String>,
}

/// One period of the history.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Version {
    /// The unit.
    pub unit_id: i64,
    /// First day.
    pub valid_from: String,
    /// First day of the next.
    pub valid_to: Option<String>,
    /// Unit above.
    pub parent_id: Option<i64>,
    /// Class by name.
    pub class: String,
    /// Name.
    pub name: String,
    /// Canonical agency code.
    pub code: Option<String>,
    /// Code as issued.
    pub code_issued: Option<String>,
    /// Decision.
    pub decision: Option<String>,
}

/// A number by kind of post.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct KindCount {
    /// `model::unit::PostKind` by name.
    pub kind: String,
    /// How many.
    pub number: i64,
}

const UNIT: &str = "select id, parent_id, path, class, name, code, code_issued, code_decision, version, created_at, \
                    closed_on from unit ";

macro_rules! select_unit {
    ($rest:literal) => {
        concat!(
            "select id, parent_id, path, class, name, code, code_issued, code_decision, version, created_at, ",
            "closed_on from unit ",
            $rest
        )
    };
}

/// The end of the range of paths that begin with `path`: `/` is followed by `0` in ASCII.
pub fn path_end(path: &str) -> String {
    format!("{}0", path.trim_end_matches('/'))
}

/// Whether a path is the province's own: every unit is at it or below it.
pub fn is_root(path: &str) -> bool {
    path.matches('/').count() == 2
}

/// A unit by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Unit>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_unit!("where id = $1")).bind(id).fetch_optional(c).await)?)
}

/// The root of the province.
///
/// # Errors
/// As the database says.
pub async fn root(conn: &mut Conn) -> Result<Option<Unit>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_unit!("where class = 'province'")).fetch_optional(c).await)?)
}

/// A unit by its canonical agency code.
///
/// # Errors
/// As the database says.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Unit>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_unit!("where code = $1")).bind(code).fetch_optional(c).await)?)
}

/// Open units with that folded name.
///
/// # Errors
/// As the database says.
pub async fn named(conn: &mut Conn, folded: &str) -> Result<Vec<Unit>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_unit!("where name_folded = $1 and closed_on is null"))
        .bind(folded)
        .fetch_all(c)
        .await)?)
}

/// Units directly below, in Vietnamese order within their classes.
///
/// # Errors
/// As the database says.
pub async fn children(conn: &mut Conn, id: i64) -> Result<Vec<Unit>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as(select_unit!("where parent_id = $1 order by closed_on is not null, class, sort_key"))
        .bind(id)
        .fetch_all(c)
        .await)?,
    )
}

/// Every unit at or below `path`, in Vietnamese order.
///
/// # Errors
/// As the database says.
pub async fn subtree(conn: &mut Conn, path: &str) -> Result<Vec<Unit>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_unit!("where path >= $1 and path < $2 order by sort_key"))
        .bind(path)
        .bind(path_end(path))
        .fetch_all(c)
        .await)?)
}

/// Units whose folded name holds every token, or whose code begins so, at most `limit`, within `path`.
///
/// # Errors
/// As the database says.
pub async fn search(
    conn: &mut Conn,
    path: &str,
    tokens: &[String],
    code: Option<&str>,
    limit: i64,
) -> Result<Vec<Unit>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(UNIT);
        query.push("where path >= ").push_bind(path).push(" and path < ").push_bind(path_end(path)).push(" and (");
        query.push("(1 = 1");
        for token in tokens {
            query.push(" and name_folded like ").push_bind(format!("%{token}%"));
        }
        query.push(")");
        if let Some(code) = code {
            query.push(" or code = ").push_bind(code).push(" or code_issued = ").push_bind(code);
        }
        query.push(") order by sort_key limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many units there are, the root not counted.
///
/// # Errors
/// As the database says.
pub async fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select count(*) from unit where class <> 'province'").fetch_one(c).await)?)
}

/// Children of each unit directly below `id`: (id, number).
///
/// # Errors
/// As the database says.
pub async fn child_counts(conn: &mut Conn, id: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select p.id, count(u.id) from unit p join unit u on u.parent_id = p.id \
             where (p.parent_id = $1 or p.id = $1) and u.closed_on is null group by p.id")
        .bind(id)
        .fetch_all(c)
        .await)?)
}

/// Authorised posts of every unit within `path`, the newest row of each kind: (path, kind, number).
///
/// # Errors
/// As the database says.
pub async fn posts_within(conn: &mut Conn, path: &str) -> Result<Vec<(String, String, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select u.path, a.kind, a.number from authorised_post a join unit u on u.id = a.unit_id \
             where u.path >= $1 and u.path < $2 and a.valid_from = (select max(b.valid_from) from authorised_post b \
             where b.unit_id = a.unit_id and b.kind = a.kind)")
        .bind(path)
        .bind(path_end(path))
        .fetch_all(c)
        .await)?)
}

/// People of every unit within `path`: (path, kind, number).
///
/// # Errors
/// As the database says.
pub async fn people_within(conn: &mut Conn, path: &str) -> Result<Vec<(String, String, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select u.path, n.kind, n.number from unit u join \
             (select unit_id, kind, count(*) as number from person where erased_at is null group by unit_id, kind) n on n.unit_id = u.id \
             where u.path >= $1 and u.path < $2")
        .bind(path)
        .bind(path_end(path))
        .fetch_all(c)
        .await)?)
}

/// The history of a unit, newest first.
///
/// # Errors
/// As the database says.
pub async fn versions(conn: &mut Conn, id: i64) -> Result<Vec<Version>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select unit_id, valid_from, valid_to, parent_id, class, name, code, code_issued, decision \
             from unit_version where unit_id = $1 order by valid_from desc")
        .bind(id)
        .fetch_all(c)
        .await)?)
}

/// Adds a unit; its id.
///
/// # Errors
/// [`StoreError::Taken`] for a code that another unit has.
pub async fn insert(conn: &mut Conn, values: &UnitValues, parent_path: &str, at_ms: i64) -> Result<i64, StoreError> {
    // the path holds the id, which is known only afterwards; until then a text that no path can be
    let id: i64 = on!(conn, c => sqlx::query_scalar(
            "insert into unit (parent_id, path, class, name, name_folded, sort_key, code, code_issued, code_decision, \
             created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id")
        .bind(values.parent_id)
        .bind(format!("new in {parent_path}"))
        .bind(&values.class)
        .bind(&values.name)
        .bind(&values.name_folded)
        .bind(&values.sort_key)
        .bind(&values.code)
        .bind(&values.code_issued)
        .bind(&values.code_decision)
        .bind(at_ms)
        .fetch_one(c)
        .await)?;
    on!(conn, c => sqlx::query("update unit set path = $1 where id = $2")
        .bind(format!("{parent_path}{id}/"))
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(id)
}

/// Changes a unit if it still has that version; whether it had.
///
/// # Errors
/// [`StoreError::Taken`] for a code that another unit has.
pub async fn update(conn: &mut Conn, id: i64, version: i64, values: &UnitValues) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update unit set parent_id = $1, class = $2, name = $3, name_folded = $4, sort_key = $5, code = $6, \
             code_issued = $7, code_decision = $8, version = version + 1 where id = $9 and version = $10")
        .bind(values.parent_id)
        .bind(&values.class)
        .bind(&values.name)
        .bind(&values.name_folded)
        .bind(&values.sort_key)
        .bind(&values.code)
        .bind(&values.code_issued)
        .bind(&values.code_decision)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// One change of the tree at a time: on PostgreSQL until the transaction ends; SQLite has one writer.
///
/// # Errors
/// As the database says.
pub async fn lock_tree(conn: &mut Conn) -> Result<(), StoreError> {
    if conn.kind() == Kind::Postgres {
        conn.run("select pg_advisory_xact_lock(20200720)").await?; // any number that nothing else locks: QĐ 20/2020's day
    }
    Ok(())
}

/// Holds a unit until the transaction ends, so that nobody comes in meanwhile.
///
/// # Errors
/// As the database says.
pub async fn lock(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update unit set version = version where id = $1").bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Whether another unit bears that code, or bore it once: by its history, or by the identification codes of its people.
///
/// # Errors
/// As the database says.
pub async fn was_borne(conn: &mut Conn, code: &UnitCode, except: Option<i64>) -> Result<bool, StoreError> {
    // '.' follows '-', with which the ordinal begins
    let within = |code: &str| (format!("{code}-"), format!("{code}."));
    let (canonical, issued) = (within(code.as_str()), within(&code.to_legacy()));
    let found: Option<i64> = on!(conn, c => sqlx::query_scalar(
            "select unit_id from unit_version where code = $1 and unit_id <> $2 union all \
             select unit_id from assignment where identification_code >= $3 and identification_code < $4 and unit_id <> $2 \
             union all \
             select unit_id from assignment where identification_code >= $5 and identification_code < $6 and unit_id <> $2 \
             limit 1")
        .bind(code.as_str())
        .bind(except.unwrap_or(0))
        .bind(&canonical.0)
        .bind(&canonical.1)
        .bind(&issued.0)
        .bind(&issued.1)
        .fetch_optional(c)
        .await)?;
    Ok(found.is_some())
}

/// Hangs a subtree elsewhere: every path that begins with `old` begins with `new` afterwards.
///
/// # Errors
/// As the database says.
pub async fn rehang(conn: &mut Conn, old: &str, new: &str) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update unit set path = $1 || substr(path, $2) where path >= $3 and path < $4")
        .bind(new)
        .bind(i32::try_from(old.len() + 1).unwrap_or(i32::MAX))
        .bind(old)
        .bind(path_end(old))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Closes a unit if it still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn close(conn: &mut Conn, id: i64, version: i64, day: &str) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update unit set closed_on = $1, version = version + 1 where id = $2 and version = $3 and closed_on is null")
        .bind(day)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Writes a period of the history; one that began on the same day is replaced, an open one is ended on that day.
///
/// # Errors
/// As the database says.
pub async fn put_version(conn: &mut Conn, version: &Version) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update unit_version set valid_to = $1 where unit_id = $2 and valid_to is null and valid_from < $1")
        .bind(&version.valid_from)
        .bind(version.unit_id)
        .execute(c)
        .await
        .map(drop))?;
    on!(conn, c => sqlx::query(
            "insert into unit_version (unit_id, valid_from, valid_to, parent_id, class, name, code, code_issued, decision) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             on conflict (unit_id, valid_from) do update set valid_to = excluded.valid_to, \
             parent_id = excluded.parent_id, class = excluded.class, name = excluded.name, code = excluded.code, \
             code_issued = excluded.code_issued, decision = excluded.decision")
        .bind(version.unit_id)
        .bind(&version.valid_from)
        .bind(&version.valid_to)
        .bind(version.parent_id)
        .bind(&version.class)
        .bind(&version.name)
        .bind(&version.code)
        .bind(&version.code_issued)
        .bind(&version.decision)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Ends the open period of a unit's history.
///
/// # Errors
/// As the database says.
pub async fn end_version(conn: &mut Conn, id: i64, day: &str) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update unit_version set valid_to = $1 where unit_id = $2 and valid_to is null and valid_from <= $1")
        .bind(day)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The first day of the newest period.
///
/// # Errors
/// As the database says.
pub async fn last_change(conn: &mut Conn, id: i64) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select max(valid_from) from unit_version where unit_id = $1")
        .bind(id)
        .fetch_one(c)
        .await)?)
}

/// Sets the authorised posts of one kind from a day on.
///
/// # Errors
/// As the database says.
pub async fn put_posts(
    conn: &mut Conn,
    unit_id: i64,
    kind: &str,
    from: &str,
    number: i64,
    decision: Option<&str>,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into authorised_post (unit_id, kind, valid_from, number, decision) values ($1, $2, $3, $4, $5) \
             on conflict (unit_id, kind, valid_from) do update set number = excluded.number, decision = excluded.decision")
        .bind(unit_id)
        .bind(kind)
        .bind(from)
        .bind(number)
        .bind(decision)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Units without an agency code within `path`, oldest first; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn without_code(conn: &mut Conn, path: &str, limit: i64) -> Result<(Vec<Unit>, i64), StoreError> {
    let rows = on!(conn, c => sqlx::query_as(select_unit!(
            "where code is null and closed_on is null and path >= $1 and path < $2 order by created_at, sort_key limit $3"))
        .bind(path)
        .bind(path_end(path))
        .bind(limit)
        .fetch_all(c)
        .await)?;
    let total = on!(conn, c => sqlx::query_scalar(
            "select count(*) from unit where code is null and closed_on is null and path >= $1 and path < $2")
        .bind(path)
        .bind(path_end(path))
        .fetch_one(c)
        .await)?;
    Ok((rows, total))
}

/// Takes the next ordinal of a unit (R13): in order, without gaps.
///
/// # Errors
/// As [`next_ordinals`].
pub async fn next_ordinal(conn: &mut Conn, id: i64) -> Result<i64, StoreError> {
    next_ordinals(conn, id, 1).await
}

/// Takes the next `how_many` ordinals of a unit and answers the first.
///
/// # Errors
/// [`StoreError::UnitClosed`].
pub async fn next_ordinals(conn: &mut Conn, id: i64, how_many: i64) -> Result<i64, StoreError> {
    let last: Option<i64> = on!(conn, c => sqlx::query_scalar(
            "update unit set last_ordinal = last_ordinal + $1 where id = $2 and closed_on is null returning last_ordinal")
        .bind(how_many)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    last.map(|last| last - how_many + 1).ok_or(StoreError::UnitClosed)
}

/// Takes the next `how_many` numbers of a counter and answers the first: in order, without gaps, never past the
/// ceiling (R8–R11). The row stays locked until the transaction ends.
///
/// # Errors
/// [`StoreError::Exhausted`] when fewer are left.
pub async fn next_numbers(conn: &mut Conn, counter: &'static str, how_many: i64) -> Result<i64, StoreError> {
    let last: Option<i64> = on!(conn, c => sqlx::query_scalar(
            "update counter set last = last + $1 where name = $2 and last + $1 <= ceiling returning last")
        .bind(how_many)
        .bind(counter)
        .fetch_optional(c)
        .await)?;
    last.map(|last| last - how_many + 1).ok_or(StoreError::Exhausted(counter))
}

/// A counter: (last, ceiling).
///
/// # Errors
/// As the database says.
pub async fn counter(conn: &mut Conn, counter: &str) -> Result<(i64, i64), StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select last, ceiling from counter where name = $1")
        .bind(counter)
        .fetch_one(c)
        .await)?)
}

/// After rows were written with ids of their own: PostgreSQL's sequences go on behind them.
///
/// # Errors
/// As the database says.
pub async fn go_on_after(conn: &mut Conn) -> Result<(), StoreError> {
    if conn.kind() == Kind::Postgres {
        for sql in [
            "select setval(pg_get_serial_sequence('unit', 'id'), coalesce((select max(id) from unit), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('person', 'id'), coalesce((select max(id) from person), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('account', 'id'), coalesce((select max(id) from account), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('portrait', 'id'), coalesce((select max(id) from portrait), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('role_grant', 'id'), coalesce((select max(id) from role_grant), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('attachment', 'id'), coalesce((select max(id) from attachment), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('dossier', 'id'), coalesce((select max(id) from dossier), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('request', 'id'), coalesce((select max(id) from request), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('key_ceremony', 'id'), coalesce((select max(id) from key_ceremony), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('card', 'id'), coalesce((select max(id) from card), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('card_event', 'id'), coalesce((select max(id) from card_event), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('handover', 'id'), coalesce((select max(id) from handover), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('departure', 'id'), coalesce((select max(id) from departure), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('outbox', 'id'), coalesce((select max(id) from outbox), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('outbox_batch', 'id'), coalesce((select max(id) from outbox_batch), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('blank_type', 'id'), coalesce((select max(id) from blank_type), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('stock_place', 'id'), coalesce((select max(id) from stock_place), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('blank_lot', 'id'), coalesce((select max(id) from blank_lot), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('destruction', 'id'), coalesce((select max(id) from destruction), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('blank', 'id'), coalesce((select max(id) from blank), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('blank_transfer', 'id'), coalesce((select max(id) from blank_transfer), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('stock_count', 'id'), coalesce((select max(id) from stock_count), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('blank_movement', 'id'), coalesce((select max(id) from blank_movement), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('import_mapping', 'id'), coalesce((select max(id) from import_mapping), 0) + 1, false)",
            "select setval(pg_get_serial_sequence('import_run', 'id'), coalesce((select max(id) from import_run), 0) + 1, false)",
        ] {
            conn.run(sql).await?;
        }
    }
    Ok(())
}
