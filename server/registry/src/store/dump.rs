//! Every table's rows as lines of JSON, the same from either database: what a backup is made of.
//!
//! A row is an array of its columns: integers as numbers, text as strings, bytes as strings of hexadecimal digits.

use std::fmt::Write as _;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde_json::Value;
use sqlx::{AssertSqlSafe, QueryBuilder, Row};

use super::{Conn, Kind, StoreError};
use crate::hex::{from_hex, hex};

/// A table in a backup.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns by which its rows are put in order: a key.
    key: &'static [&'static str],
    /// Whether a new database already has rows in it, which a restore replaces.
    seeded: bool,
}

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key, seeded: false }
}

const fn seeded(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key, seeded: true }
}

/// Every table, each after those to which it refers. Within `unit` the path puts a unit after the one above it.
pub const TABLES: &[Table] = &[
    seeded("counter", &["name"]),
    table("unit", &["path"]),
    table("unit_version", &["unit_id", "valid_from"]),
    table("authorised_post", &["unit_id", "kind", "valid_from"]),
    table("person", &["id"]),
    table("assignment", &["unit_id", "ordinal"]),
    table("account", &["id"]),
    table("api_key", &["id"]),
    table("portrait", &["id"]),
    table("card_code", &["code"]),
    table("attachment", &["id"]),
    seeded("reason", &["code"]),
    table("verified_field", &["person_id", "field"]),
    table("dossier", &["id"]),
    table("request", &["id"]),
    table("listing", &["dossier_id", "request_id"]),
    table("request_field", &["request_id", "field"]),
    table("card", &["id"]),
    table("card_event", &["id"]),
    seeded("holiday", &["day"]),
    table("outbox_batch", &["id"]),
    table("outbox", &["id"]),
    table("webhook", &["id"]),
    table("webhook_message", &["id"]),
    table("handover", &["id"]),
    table("handover_card", &["handover_id", "card_id"]),
    table("departure", &["id"]),
    table("departure_task", &["departure_id", "task", "card_id"]),
    table("import_mapping", &["id"]),
    table("import_run", &["id"]),
    table("import_batch", &["run_id", "at"]),
    table("national_record", &["person_id"]),
    seeded("retention_rule", &["subject"]),
    table("form_taken", &["account_id", "key"]),
    table("bulk", &["id"]),
    table("bulk_item", &["bulk_id", "at"]),
    table("blank_type", &["id"]),
    table("stock_place", &["id"]),
    table("blank_lot", &["id"]),
    table("destruction", &["id"]),
    table("blank", &["id"]),
    table("destruction_blank", &["destruction_id", "blank_id"]),
    table("blank_transfer", &["id"]),
    table("stock_count", &["id"]),
    table("blank_movement", &["id"]),
    table("blank_moved", &["blank_id", "movement_id"]),
    table("equipment", &["id"]),
    table("entry_system", &["id"]),
    table("consent", &["id"]),
    table("biometric_export", &["id"]),
    table("biometric_exported", &["export_id", "person_id"]),
    table("chip", &["uid"]),
    table("chip_entry", &["uid", "nth"]),
    table("chip_set", &["uid", "set_version"]),
    seeded("issue_rule", &["name"]),
    table("card_look", &["card_id"]),
    table("chip_tap", &["uid"]),
    table("certificate_token", &["id"]),
    table("certificate", &["id"]),
    table("certificate_file", &["certificate_id"]),
    table("certificate_list", &["id"]),
    table("certificate_request", &["id"]),
    table("information_page", &["id"]),
    table("manager_delegation", &["id"]),
    table("certificate_plan", &["id"]),
    table("certificate_plan_row", &["plan_id", "nth"]),
    table("certificate_plan_class", &["plan_id", "year"]),
    table("certificate_plan_cost", &["plan_id", "part", "nth"]),
    table("certificate_wave", &["plan_id", "nth"]),
    table("certificate_target", &["plan_id", "application"]),
    table("certificate_target_unit", &["plan_id", "application", "unit_id"]),
    table("certificate_use", &["certificate_id", "application"]),
    table("training_class", &["id"]),
    table("training_class_cost", &["class_id", "nth"]),
    table("training_learner", &["class_id", "person_id"]),
    table("training_attendance", &["class_id", "person_id", "session"]),
    table("activation", &["token_hash"]),
    table("recovery_code", &["account_id", "code_hash"]),
    table("session", &["id_hash"]),
    table("known_device", &["token_hash", "account_id"]),
    table("attempt", &["login_hash", "source"]),
    table("role_grant", &["id"]),
    table("key_ceremony", &["id"]),
    table("key_custodian", &["ceremony_id", "number"]),
    table("key_set", &["set_version"]),
    table("key_restore", &["set_version"]),
    table("duty", &["object", "act", "actor"]),
    table("audit_entry", &["seq"]),
    table("audit_personal", &["seq"]),
    seeded("audit_state", &["id"]),
    table("audit_head", &["size"]),
];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A 64-bit number.
    Integer,
    /// UTF-8.
    Text,
    /// Bytes.
    Bytes,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Of [`ColumnKind::Integer`].
    Integer(Option<i64>),
    /// Of [`ColumnKind::Text`].
    Text(Option<String>),
    /// Of [`ColumnKind::Bytes`].
    Bytes(Option<Vec<u8>>),
}

// what the catalogue lists: no virtual tables and what they keep, no generated columns, not the migrations' own table, nor what only
// running processes follow
mod sqlite {
    pub const TABLES: &str = "select name from pragma_table_list where schema = 'main' and type = 'table' \
        and name not like 'sqlite\\_%' escape '\\' and name not in ('_sqlx_migrations', 'public_change', 'certificate_done', 'revocation_list', 'revocation_answer') order by name";
    pub const COLUMNS: &str = "select name, lower(type) from pragma_table_xinfo($1) where hidden = 0 order by cid";
    pub const BYTEWISE: &str = " collate binary";
}

mod postgres {
    pub const TABLES: &str = "select table_name::text from information_schema.tables where table_schema = \
        current_schema() and table_type = 'BASE TABLE' and table_name not in ('_sqlx_migrations', 'public_change', 'certificate_done', 'revocation_list', 'revocation_answer') order by 1";
    pub const COLUMNS: &str = "select column_name::text, data_type::text from information_schema.columns \
        where table_schema = current_schema() and table_name = $1 and is_generated = 'NEVER' order by ordinal_position";
    pub const BYTEWISE: &str = " collate \"C\"";
}

/// Values in one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535.
const VALUES: usize = 30_000;
/// Rows in one statement at most.
const ROWS: usize = 1_000;

/// Names of the tables that the database has.
///
/// # Errors
/// As the database says.
pub async fn tables(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let sql = if conn.kind() == Kind::Postgres { postgres::TABLES } else { sqlite::TABLES };
    Ok(on!(conn, c => sqlx::query_scalar(sql).fetch_all(c).await)?)
}

/// Columns of a table, in order.
///
/// # Errors
/// [`StoreError::Value`] for a type that a backup cannot hold.
pub async fn columns(conn: &mut Conn, table: &Table) -> Result<Vec<Column>, StoreError> {
    let sql = if conn.kind() == Kind::Postgres { postgres::COLUMNS } else { sqlite::COLUMNS };
    let columns: Vec<(String, String)> = on!(conn, c => sqlx::query_as(sql).bind(table.name).fetch_all(c).await)?;
    let column = |(name, type_name): (String, String)| {
        let kind = match type_name.as_str() {
            "integer" | "bigint" => ColumnKind::Integer,
            "text" => ColumnKind::Text,
            "blob" | "bytea" => ColumnKind::Bytes,
            _ => return Err(StoreError::Value("a column has a type that a backup cannot hold")),
        };
        Ok(Column { name, kind })
    };
    columns.into_iter().map(column).collect()
}

/// The schema's version: the newest migration that was applied.
///
/// # Errors
/// As the database says.
pub async fn schema_version(conn: &mut Conn) -> Result<i64, StoreError> {
    let sql = "select max(version) from _sqlx_migrations where success";
    let version: Option<i64> = on!(conn, c => sqlx::query_scalar(sql).fetch_one(c).await)?;
    Ok(version.unwrap_or(0))
}

/// Rows of a table.
///
/// # Errors
/// As the database says.
pub async fn count(conn: &mut Conn, table: &Table) -> Result<u64, StoreError> {
    let sql = format!("select count(*) from \"{}\"", table.name);
    let count: i64 = on!(conn, c => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(c).await)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Whether nothing has been entered yet.
///
/// # Errors
/// As the database says.
pub async fn is_empty(conn: &mut Conn) -> Result<bool, StoreError> {
    for table in TABLES.iter().filter(|table| !table.seeded) {
        if count(conn, table).await? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes the rows that a new database already has.
///
/// # Errors
/// As the database says.
pub async fn unseed(conn: &mut Conn) -> Result<(), StoreError> {
    for table in TABLES.iter().filter(|table| table.seeded) {
        let sql = format!("delete from \"{}\"", table.name);
        on!(conn, c => sqlx::query(AssertSqlSafe(sql)).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// The rows of a table as lines, without line ends, in the order of its key, as they come from the database.
pub fn lines<'c>(
    conn: &'c mut Conn,
    table: &Table,
    columns: &'c [Column],
) -> BoxStream<'c, Result<String, StoreError>> {
    let sql = select(table, columns, conn.kind());
    on!(conn, c => sqlx::query(AssertSqlSafe(sql))
        .fetch(c)
        .map(move |row| {
            let row = row?;
            let cells = columns.iter().enumerate().map(|(i, column)| Ok(match column.kind {
                ColumnKind::Integer => Cell::Integer(row.try_get(i)?),
                ColumnKind::Text => Cell::Text(row.try_get(i)?),
                ColumnKind::Bytes => Cell::Bytes(row.try_get(i)?),
            }));
            Ok(to_line(&cells.collect::<Result<Vec<Cell>, sqlx::Error>>()?))
        })
        .boxed())
}

fn select(table: &Table, columns: &[Column], kind: Kind) -> String {
    let bytewise = if kind == Kind::Postgres { postgres::BYTEWISE } else { sqlite::BYTEWISE };
    let is_text = |key: &str| columns.iter().any(|column| column.name == key && column.kind == ColumnKind::Text);
    let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let order: Vec<String> =
        table.key.iter().map(|key| format!("\"{key}\"{}", if is_text(key) { bytewise } else { "" })).collect();
    format!("select {} from \"{}\" order by {}", names.join(", "), table.name, order.join(", "))
}

/// Adds rows to a table.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, table: &Table, columns: &[Column], rows: &[Vec<Cell>]) -> Result<(), StoreError> {
    let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let into = format!("insert into \"{}\" ({}) ", table.name, names.join(", "));
    for chunk in rows.chunks(rows_at_once(columns)) {
        on!(conn, c => QueryBuilder::new(&into)
            .push_values(chunk, |mut values, row| {
                for cell in row {
                    match cell {
                        Cell::Integer(value) => values.push_bind(*value),
                        Cell::Text(value) => values.push_bind(value.as_deref()),
                        Cell::Bytes(value) => values.push_bind(value.as_deref()),
                    };
                }
            })
            .build()
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// How many rows [`insert`] writes with one statement.
pub fn rows_at_once(columns: &[Column]) -> usize {
    (VALUES / columns.len().max(1)).clamp(1, ROWS)
}

fn to_line(cells: &[Cell]) -> String {
    let mut line = String::from("[");
    for (i, cell) in cells.iter().enumerate() {
        line.push_str(if i > 0 { "," } else { "" });
        // writing to a String cannot fail
        let _ = match cell {
            Cell::Integer(Some(value)) => write!(line, "{value}"),
            Cell::Text(Some(value)) => write!(line, "{}", Value::from(value.as_str())),
            Cell::Bytes(Some(value)) => write!(line, "\"{}\"", hex(value)),
            Cell::Integer(None) | Cell::Text(None) | Cell::Bytes(None) => write!(line, "null"),
        };
    }
    line.push(']');
    line
}

/// Reads a line that [`lines`] wrote; `None` for any other text.
pub fn parse_line(line: &str, columns: &[Column]) -> Option<Vec<Cell>> {
    let values: Vec<Value> = serde_json::from_str(line).ok()?;
    if values.len() != columns.len() {
        return None;
    }
    let cell = |(value, column): (Value, &Column)| {
        Some(match (column.kind, value) {
            (ColumnKind::Integer, Value::Null) => Cell::Integer(None),
            (ColumnKind::Integer, Value::Number(number)) => Cell::Integer(Some(number.as_i64()?)),
            (ColumnKind::Text, Value::Null) => Cell::Text(None),
            (ColumnKind::Text, Value::String(text)) => Cell::Text(Some(text)),
            (ColumnKind::Bytes, Value::Null) => Cell::Bytes(None),
            (ColumnKind::Bytes, Value::String(text)) => Cell::Bytes(Some(from_hex(&text)?)),
            _ => return None,
        })
    };
    values.into_iter().zip(columns).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds() -> Vec<Column> {
        [("i", ColumnKind::Integer), ("t", ColumnKind::Text), ("b", ColumnKind::Bytes)]
            .map(|(name, kind)| Column { name: name.to_owned(), kind })
            .to_vec()
    }

    #[test]
    fn a_line_is_json() {
        let cells = [Cell::Integer(Some(-1)), Cell::Text(Some("Lê \"\n".to_owned())), Cell::Bytes(Some(vec![0, 0xAF]))];
        assert_eq!(to_line(&cells), r#"[-1,"Lê \"\n","00af"]"#);
        assert_eq!(to_line(&[Cell::Integer(None), Cell::Text(None), Cell::Bytes(None)]), "[null,null,null]");
    }

    #[test]
    fn other_lines_are_refused() {
        let columns = kinds();
        for wrong in [
            "",
            "[]",
            "[1,\"a\"]",
            "[1,\"a\",\"0\"]",
            "[1,\"a\",\"0g\"]",
            "[1.5,\"a\",null]",
            "[\"1\",\"a\",null]",
            "[1,2,null]",
            "[1,\"a\",null,null]",
            "[1,\"a\",null",
            "{}",
        ] {
            assert_eq!(parse_line(wrong, &columns), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn lines_come_back(i in any::<Option<i64>>(), t in any::<Option<String>>(), b in any::<Option<Vec<u8>>>()) {
            let cells = vec![Cell::Integer(i), Cell::Text(t), Cell::Bytes(b)];
            let line = to_line(&cells);
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(parse_line(&line, &kinds()), Some(cells));
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            parse_line(&text, &kinds());
        }
    }
}
