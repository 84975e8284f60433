//! What is looked at before a card becomes active: what the province asks for, and what was seen of a card.

use sqlx::FromRow;

use super::unit::path_end;
use super::{Conn, StoreError};

/// What was looked at, of the card as it was printed on a blank.
#[derive(Clone, Debug, Default, FromRow, PartialEq, Eq)]
pub struct Look {
    /// That blank.
    pub blank_serial: String,
    /// What its chip held when a second person looked, as a hash.
    pub witnessed: Option<Vec<u8>>,
    /// When.
    pub witnessed_at: Option<i64>,
    /// By whom, by name.
    pub witness: Option<String>,
    /// 1 where the printed code, read again, is the card's; 0 where it is not.
    pub code_fits: Option<i64>,
    /// When it was read.
    pub code_read_at: Option<i64>,
}

/// A card whose chip waits for a second person.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Waiting {
    /// The card.
    pub card_id: i64,
    /// The holder's name.
    pub name: String,
    /// The unit's name.
    pub unit: String,
    /// Since when.
    pub since: i64,
}

/// Whether something is asked for, and the version of that rule.
///
/// # Errors
/// As the database says.
pub async fn rule(conn: &mut Conn, name: &str) -> Result<(i64, i64), StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as("select required, version from issue_rule where name = $1").bind(name).fetch_one(c).await)?,
    )
}

/// Sets whether it is; whether the rule still had that version.
///
/// # Errors
/// As the database says.
pub async fn put_rule(
    conn: &mut Conn,
    (name, version): (&str, i64),
    required: bool,
    by: &str,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update issue_rule set required = $1, changed_at = $2, changed_by = $3, version = version + 1 \
             where name = $4 and version = $5")
        .bind(i64::from(required))
        .bind(at_ms)
        .bind(by)
        .bind(name)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// What was looked at of a card as it is printed now; nothing of a misprint before.
///
/// # Errors
/// As the database says.
pub async fn of_card(conn: &mut Conn, card_id: i64) -> Result<Option<Look>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select w.blank_serial, w.witnessed, w.witnessed_at, a.display_name as witness, w.code_fits, w.code_read_at \
             from card_look w join card k on k.id = w.card_id and k.blank_serial = w.blank_serial \
             left join account a on a.id = w.witnessed_by where w.card_id = $1")
        .bind(card_id)
        .fetch_optional(c)
        .await)?)
}

/// Makes room for what is looked at of a card that is printed on that blank, where what is noted is of another one.
async fn begin(conn: &mut Conn, (card_id, serial): (i64, &str)) -> Result<(), StoreError> {
    on!(&mut *conn, c => sqlx::query("delete from card_look where card_id = $1 and blank_serial <> $2")
        .bind(card_id)
        .bind(serial)
        .execute(c)
        .await
        .map(drop))?;
    on!(conn, c => sqlx::query("insert into card_look (card_id, blank_serial) values ($1, $2) on conflict (card_id) do nothing")
        .bind(card_id)
        .bind(serial)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that a second person has seen what was read back from the chip.
///
/// # Errors
/// As the database says.
pub async fn note_witness(
    conn: &mut Conn,
    of: (i64, &str),
    content: &[u8],
    (by, at_ms): (Option<i64>, i64),
) -> Result<(), StoreError> {
    begin(conn, of).await?;
    on!(conn, c => sqlx::query("update card_look set witnessed = $1, witnessed_at = $2, witnessed_by = $3 where card_id = $4")
        .bind(content)
        .bind(at_ms)
        .bind(by)
        .bind(of.0)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes what came of reading the printed code.
///
/// # Errors
/// As the database says.
pub async fn note_code(
    conn: &mut Conn,
    of: (i64, &str),
    fits: bool,
    (by, at_ms): (Option<i64>, i64),
) -> Result<(), StoreError> {
    begin(conn, of).await?;
    on!(conn, c => sqlx::query("update card_look set code_fits = $1, code_read_at = $2, code_read_by = $3 where card_id = $4")
        .bind(i64::from(fits))
        .bind(at_ms)
        .bind(by)
        .bind(of.0)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Printed cards whose chip is written and waits for a second person, the oldest first; and how many.
///
/// # Errors
/// As the database says.
pub async fn waiting(
    conn: &mut Conn,
    within: &[String],
    (offset, limit): (i64, i64),
) -> Result<(Vec<Waiting>, i64), StoreError> {
    macro_rules! push_where {
        ($query:ident) => {
            $query.push(
                " from card k join person p on p.id = k.person_id join unit u on u.id = k.unit_id \
                 join blank b on b.serial = k.blank_serial \
                 join chip c on c.card_id = k.id and c.blank_id = b.id and c.state = 'issued' \
                 left join card_look w on w.card_id = k.id and w.blank_serial = k.blank_serial and w.witnessed = c.content \
                 where k.state = 'printed' and w.card_id is null and ",
            );
            push_within!($query, within, "u.path");
        };
    }
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new("select k.id as card_id, p.name, u.name as unit, c.changed_at as since");
        push_where!(query);
        query.push(" order by c.changed_at, k.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*)");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}
