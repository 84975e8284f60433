//! Certificates of digital signatures, and the tokens that hold their keys (R118, R154, R155).

use sqlx::{FromRow, QueryBuilder};

use super::unit::path_end;
use super::{Conn, StoreError};

/// A certificate.
#[derive(Clone, FromRow, PartialEq, Eq)]
pub struct Certificate {
    /// Id.
    pub id: i64,
    /// `model::certificate::SubscriberKind` by name.
    pub kind: String,
    /// Capital hexadecimal digits.
    pub serial: String,
    /// Whom it names.
    pub subject: String,
    /// Who made it.
    pub issuer: String,
    /// Its key's algorithm.
    pub algorithm: String,
    /// First millisecond.
    pub valid_from: i64,
    /// Last millisecond.
    pub valid_until: i64,
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// Whose it is.
    pub person_id: Option<i64>,
    /// Their name.
    pub person: Option<String>,
    /// Who keeps it.
    pub holder_id: Option<i64>,
    /// Their name.
    pub holder: Option<String>,
    /// The token.
    pub token_id: Option<i64>,
    /// Its serial.
    pub token: Option<String>,
    /// `model::lifecycle::Certificate` by name.
    pub state: String,
    /// ISO date.
    pub revoked_on: Option<String>,
    /// The day on which its keeper had it, ISO 8601.
    pub in_use_since: Option<String>,
    /// The last day on which it is known to have been used, ISO 8601.
    pub used_on: Option<String>,
    /// What was said last.
    pub remark: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it changed last.
    pub changed_at: i64,
}

/// What is recorded of a certificate.
#[derive(Clone, Copy)]
pub struct NewCertificate<'a> {
    /// Kind by name.
    pub kind: &'a str,
    /// Capital hexadecimal digits.
    pub serial: &'a str,
    /// Whom it names.
    pub subject: &'a str,
    /// The same, folded.
    pub subject_folded: &'a str,
    /// Who made it.
    pub issuer: &'a str,
    /// Its key's algorithm.
    pub algorithm: &'a str,
    /// SHA-256 of its bytes.
    pub fingerprint: &'a [u8],
    /// Its bytes; none while a table alone told of it.
    pub der: Option<&'a [u8]>,
    /// First millisecond.
    pub valid_from: i64,
    /// Last millisecond.
    pub valid_until: i64,
    /// The unit.
    pub unit_id: i64,
    /// Whose it is.
    pub person_id: Option<i64>,
    /// Who keeps it.
    pub holder_id: Option<i64>,
    /// The token.
    pub token_id: Option<i64>,
    /// State by name.
    pub state: &'a str,
    /// The day on which its keeper had it.
    pub in_use_since: Option<&'a str>,
}

/// Which certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Paths of units.
    pub within: Vec<String>,
    /// Kind by name.
    pub kind: Option<&'static str>,
    /// States by name; all where none is named.
    pub states: Vec<&'static str>,
    /// Those that end before this millisecond.
    pub until: Option<i64>,
    /// Those in use of which no use is known on this day or after it.
    pub unused_since: Option<String>,
    /// Those in force here that are revoked as their authority says.
    pub revoked_there: bool,
    /// Part of the subject, folded, or the beginning of the serial in capitals.
    pub text: Option<(String, String)>,
    /// The whole serial in capitals.
    pub serial: Option<String>,
    /// Whose they are.
    pub person: Option<i64>,
    /// Those recorded after this one.
    pub after: Option<i64>,
}

/// A token.
#[derive(Clone, FromRow, PartialEq, Eq)]
pub struct Token {
    /// Id.
    pub id: i64,
    /// `model::certificate::TokenKind` by name.
    pub kind: String,
    /// Make and model.
    pub model: Option<String>,
    /// Serial.
    pub serial: String,
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// Who has it.
    pub holder_id: Option<i64>,
    /// Their name.
    pub holder: Option<String>,
    /// `model::lifecycle::Token` by name.
    pub state: String,
    /// ISO date.
    pub due_on: Option<String>,
    /// What was said last.
    pub remark: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When its state changed last.
    pub changed_at: i64,
}

/// Which tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// Paths of units.
    pub within: Vec<String>,
    /// Kind by name.
    pub kind: Option<&'static str>,
    /// State by name.
    pub state: Option<&'static str>,
    /// The serial's beginning.
    pub serial: Option<String>,
    /// Those that should have been back before this day.
    pub due_before: Option<String>,
}

/// Values of one question.
const AT_ONCE: usize = 5_000;

/// That a certificate, `c`, is in force, as its indexes have it.
const LIVE: &str = " and c.state in ('received', 'in_use')";

/// Before a further condition: nothing is asked for about the certificate.
const UNASKED: &str = concat!(
    " and not exists (select 1 from certificate_request r where r.certificate_id = c.id and ",
    under_way!(),
    ") and "
);

macro_rules! select_certificate {
    ($rest:literal) => {
        concat!(
            "select c.id, c.kind, c.serial, c.subject, c.issuer, c.algorithm, c.valid_from, c.valid_until, c.unit_id, u.name as unit, ",
            "u.path, c.person_id, p.name as person, c.holder_id, h.name as holder, c.token_id, t.serial as token, c.state, ",
            "c.revoked_on, c.in_use_since, c.used_on, c.remark, c.version, c.changed_at from certificate c join unit u on u.id = c.unit_id ",
            "left join person p on p.id = c.person_id left join person h on h.id = c.holder_id ",
            "left join certificate_token t on t.id = c.token_id ",
            $rest
        )
    };
}

macro_rules! select_token {
    ($rest:literal) => {
        concat!(
            "select t.id, t.kind, t.model, t.serial, t.unit_id, u.name as unit, u.path, t.holder_id, h.name as holder, t.state, ",
            "t.due_on, t.remark, t.version, t.changed_at from certificate_token t join unit u on u.id = t.unit_id ",
            "left join person h on h.id = t.holder_id ",
            $rest
        )
    };
}

macro_rules! push_filter {
    ($query:expr, $filter:expr) => {{
        let filter: &Filter = $filter;
        $query.push("where ");
        push_unit_within!($query, filter.within, "c.unit_id");
        if let Some(kind) = filter.kind {
            $query.push(" and c.kind = ").push_bind(kind);
        }
        if !filter.states.is_empty() {
            push_in!($query, " and c.state", filter.states.iter().copied());
        }
        if let Some(until) = filter.until {
            $query.push(" and c.valid_until < ").push_bind(until);
        }
        if let Some(day) = &filter.unused_since {
            $query.push(" and c.state = 'in_use' and coalesce(c.used_on, c.in_use_since) < ").push_bind(day);
        }
        if filter.revoked_there {
            $query.push(" and c.revoked_there is not null").push(LIVE);
        }
        if let Some(serial) = &filter.serial {
            $query.push(" and c.serial = ").push_bind(serial);
        }
        if let Some(person) = filter.person {
            $query.push(" and c.person_id = ").push_bind(person);
        }
        if let Some(after) = filter.after {
            $query.push(" and c.id > ").push_bind(after);
        }
        if let Some((subject, serial)) = &filter.text {
            // letters, digits and spaces only, so that nothing in it is a wildcard
            $query.push(" and (c.subject_folded like ").push_bind(format!("%{subject}%"));
            $query.push(" or c.serial like ").push_bind(format!("{serial}%")).push(")");
        }
    }};
}

macro_rules! push_token_filter {
    ($query:expr, $filter:expr) => {{
        let filter: &TokenFilter = $filter;
        $query.push("where ");
        push_within!($query, filter.within, "u.path");
        if let Some(kind) = filter.kind {
            $query.push(" and t.kind = ").push_bind(kind);
        }
        if let Some(state) = filter.state {
            $query.push(" and t.state = ").push_bind(state);
        }
        if let Some(serial) = &filter.serial {
            $query.push(" and t.serial like ").push_bind(format!("{serial}%"));
        }
        if let Some(day) = &filter.due_before {
            $query.push(" and t.due_on < ").push_bind(day);
        }
    }};
}

/// A certificate by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Certificate>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_certificate!("where c.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// The certificate itself; none where it was erased.
///
/// # Errors
/// As the database says.
pub async fn der(conn: &mut Conn, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "select der from certificate_file where certificate_id = $1";
    Ok(on!(conn, c => sqlx::query_scalar(sql).bind(id).fetch_optional(c).await)?)
}

/// The certificates with these serial numbers.
///
/// # Errors
/// As the database says.
pub async fn by_serials(conn: &mut Conn, serials: &[String]) -> Result<Vec<Certificate>, StoreError> {
    let mut all = Vec::new();
    for some in serials.chunks(AT_ONCE) {
        let found: Vec<Certificate> = on!(&mut *conn, c => {
            let mut query = QueryBuilder::new(select_certificate!("where "));
            push_in!(query, "c.serial", some);
            query.push(" order by c.id");
            query.build_query_as().fetch_all(c).await
        })?;
        all.extend(found);
    }
    Ok(all)
}

/// Certificates with that serial number of which a table alone has told.
///
/// # Errors
/// As the database says.
pub async fn without_file(conn: &mut Conn, serial: &str) -> Result<Vec<Certificate>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            select_certificate!(
            "where c.serial = $1 and c.subject <> '' \
             and not exists (select 1 from certificate_file f where f.certificate_id = c.id) order by c.id"))
        .bind(serial)
        .fetch_all(c)
        .await)?)
}

/// Completes a certificate of which a table told, and that still has that version, from its file; whether it had.
///
/// # Errors
/// [`StoreError::Taken`] where the file is another one's.
pub async fn complete(
    conn: &mut Conn,
    (id, version): (i64, i64),
    new: &NewCertificate<'_>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    let completed = on!(&mut *conn, c => sqlx::query(
            "update certificate set subject = $1, subject_folded = $2, issuer = $3, algorithm = $4, fingerprint = $5, \
             valid_from = $6, valid_until = $7, changed_at = $8, version = version + 1 where id = $9 and version = $10")
        .bind(new.subject)
        .bind(new.subject_folded)
        .bind(new.issuer)
        .bind(new.algorithm)
        .bind(new.fingerprint)
        .bind(new.valid_from)
        .bind(new.valid_until)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?;
    if completed {
        insert_file(conn, id, new.der).await?;
    }
    Ok(completed)
}

async fn insert_file(conn: &mut Conn, id: i64, der: Option<&[u8]>) -> Result<(), StoreError> {
    let Some(der) = der else { return Ok(()) };
    let sql = "insert into certificate_file (certificate_id, der) values ($1, $2)";
    Ok(on!(conn, c => sqlx::query(sql).bind(id).bind(der).execute(c).await.map(drop))?)
}

/// Whether a certificate with that fingerprint is recorded.
///
/// # Errors
/// As the database says.
pub async fn is_held(conn: &mut Conn, fingerprint: &[u8]) -> Result<bool, StoreError> {
    let sql = "select count(*) from certificate where fingerprint = $1";
    let count: i64 = on!(conn, c => sqlx::query_scalar(sql).bind(fingerprint).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Certificates that pass the filter, those that end first before the others.
///
/// # Errors
/// As the database says.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    (offset, limit): (i64, i64),
) -> Result<Vec<Certificate>, StoreError> {
    if filter.within.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(select_certificate!("where c.id in (select c.id from certificate c "));
        push_filter!(query, filter);
        query.push(" order by c.valid_until, c.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.push(") order by c.valid_until, c.id");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The first certificates that pass the filter, in the order in which they were recorded.
///
/// # Errors
/// As the database says.
pub async fn list_by_id(conn: &mut Conn, filter: &Filter, limit: i64) -> Result<Vec<Certificate>, StoreError> {
    if filter.within.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(select_certificate!("where c.id in (select c.id from certificate c "));
        push_filter!(query, filter);
        query.push(" order by c.id limit ").push_bind(limit).push(") order by c.id");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Of these certificates the unit's agency code as issued, and the person's personnel code.
///
/// # Errors
/// As the database says.
pub async fn codes(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Option<String>, Option<String>)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(
            "select c.id, u.code, p.personnel_code from certificate c join unit u on u.id = c.unit_id \
             left join person p on p.id = c.person_id where ");
        push_in!(query, "c.id", ids.iter().copied());
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many pass it.
///
/// # Errors
/// As the database says.
pub async fn count(conn: &mut Conn, filter: &Filter) -> Result<i64, StoreError> {
    if filter.within.is_empty() {
        return Ok(0);
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*) from certificate c ");
        push_filter!(query, filter);
        query.build_query_scalar().fetch_one(c).await
    })?)
}

/// How many pass the filter, and the first day since when nothing is known of a use of one of them.
///
/// # Errors
/// As the database says.
pub async fn count_quiet(conn: &mut Conn, filter: &Filter) -> Result<(i64, Option<String>), StoreError> {
    if filter.within.is_empty() {
        return Ok((0, None));
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*), min(coalesce(c.used_on, c.in_use_since)) from certificate c ");
        push_filter!(query, filter);
        query.build_query_as().fetch_one(c).await
    })?)
}

/// Adds a certificate; its id.
///
/// # Errors
/// [`StoreError::Taken`] where it is recorded already.
pub async fn insert(conn: &mut Conn, new: &NewCertificate<'_>, at_ms: i64) -> Result<i64, StoreError> {
    let id = on!(&mut *conn, c => sqlx::query_scalar(
            "insert into certificate (kind, serial, subject, subject_folded, issuer, algorithm, fingerprint, valid_from, valid_until, \
             unit_id, person_id, holder_id, token_id, state, in_use_since, created_at, changed_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16) returning id")
        .bind(new.kind)
        .bind(new.serial)
        .bind(new.subject)
        .bind(new.subject_folded)
        .bind(new.issuer)
        .bind(new.algorithm)
        .bind(new.fingerprint)
        .bind(new.valid_from)
        .bind(new.valid_until)
        .bind(new.unit_id)
        .bind(new.person_id)
        .bind(new.holder_id)
        .bind(new.token_id)
        .bind(new.state)
        .bind(new.in_use_since)
        .bind(at_ms)
        .fetch_one(c)
        .await)?;
    insert_file(conn, id, new.der).await?;
    Ok(id)
}

/// What changes of a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// State by name.
    pub state: &'a str,
    /// Who keeps it.
    pub holder_id: Option<i64>,
    /// ISO date of its revocation; stays where none is given.
    pub revoked_on: Option<&'a str>,
    /// What is said of it; stays where nothing is.
    pub remark: Option<&'a str>,
    /// The day on which its keeper had it; stays where none is given.
    pub in_use_since: Option<&'a str>,
}

/// Changes a certificate that still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put(
    conn: &mut Conn,
    (id, version): (i64, i64),
    change: &Change<'_>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update certificate set state = $1, holder_id = $2, revoked_on = coalesce($3, revoked_on), remark = coalesce($4, remark), \
             in_use_since = coalesce($5, in_use_since), changed_at = $6, version = version + 1 where id = $7 and version = $8")
        .bind(change.state)
        .bind(change.holder_id)
        .bind(change.revoked_on)
        .bind(change.remark)
        .bind(change.in_use_since)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Notes the last day on which a certificate that still has that version is known to have been used; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put_used(conn: &mut Conn, (id, version): (i64, i64), day: &str, at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update certificate set used_on = $1, changed_at = $2, version = version + 1 where id = $3 and version = $4")
        .bind(day)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// A unit without a certificate in force.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct BareUnit {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// `model::unit::UnitClass` by name.
    pub class: String,
    /// Agency code as issued.
    pub code: Option<String>,
    /// Name of the unit above.
    pub above: Option<String>,
    /// Requests of the unit for a new one that are under way.
    pub asked: i64,
    /// When it was entered.
    pub created_at: i64,
}

/// Which units without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BareFilter {
    /// Paths of units.
    pub within: Vec<String>,
    /// Class by name.
    pub class: Option<&'static str>,
    /// Without one of this kind; without any where none is named.
    pub kind: Option<&'static str>,
}

macro_rules! push_bare {
    ($query:expr, $filter:expr) => {{
        let filter: &BareFilter = $filter;
        $query.push(
            "where u.closed_on is null and u.class <> 'province' and not exists (select 1 from certificate c where c.unit_id = u.id \
             and c.state in ('received', 'in_use')",
        );
        if let Some(kind) = filter.kind {
            $query.push(" and c.kind = ").push_bind(kind);
        }
        $query.push(") and ");
        push_within!($query, filter.within, "u.path");
        if let Some(class) = filter.class {
            $query.push(" and u.class = ").push_bind(class);
        }
    }};
}

/// Open units without a certificate in force, in the order of their names.
///
/// # Errors
/// As the database says.
pub async fn bare_units(
    conn: &mut Conn,
    filter: &BareFilter,
    (offset, limit): (i64, i64),
) -> Result<Vec<BareUnit>, StoreError> {
    if filter.within.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(concat!(
            "select u.id, u.name, u.class, u.code_issued as code, a.name as above, u.created_at, \
             (select count(*) from certificate_request r where r.unit_id = u.id and r.operation = 'new' \
             and ", under_way!(), ") as asked from unit u left join unit a on a.id = u.parent_id "));
        push_bare!(query, filter);
        query.push(" order by u.sort_key, u.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many there are, and since when the first of them was entered.
///
/// # Errors
/// As the database says.
pub async fn count_bare_units(conn: &mut Conn, filter: &BareFilter) -> Result<(i64, Option<i64>), StoreError> {
    if filter.within.is_empty() {
        return Ok((0, None));
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*), min(u.created_at) from unit u ");
        push_bare!(query, filter);
        query.build_query_as().fetch_one(c).await
    })?)
}

/// Certificates in these states whose last millisecond was before, with their versions and states.
///
/// # Errors
/// As the database says.
pub async fn over(
    conn: &mut Conn,
    states: &[&'static str],
    at_ms: i64,
    limit: i64,
) -> Result<Vec<Certificate>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(select_certificate!("where c.valid_until < "));
        query.push_bind(at_ms);
        push_in!(query, " and c.state", states.iter().copied());
        query.push(" order by c.valid_until, c.id limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Certificates that somebody has or keeps, those in force first, the newest before the others.
///
/// # Errors
/// As the database says.
pub async fn of_person(conn: &mut Conn, person_id: i64, limit: i64) -> Result<Vec<Certificate>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_certificate!(
            "where c.person_id = $1 or c.holder_id = $1 \
             order by case when c.state in ('received', 'in_use') then 0 else 1 end, c.valid_until desc, c.id limit $2"))
        .bind(person_id)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Certificates in force that end before a millisecond and about which nothing is asked for: within the units, or, where a holder is
/// named, those that this person keeps. The first of them, and how many.
///
/// # Errors
/// As the database says.
pub async fn ending(
    conn: &mut Conn,
    (within, holder): (&[String], Option<i64>),
    until: i64,
    limit: i64,
) -> Result<(Vec<Certificate>, i64), StoreError> {
    if within.is_empty() && holder.is_none() {
        return Ok((Vec::new(), 0));
    }
    macro_rules! push_where {
        ($query:ident) => {
            $query.push("where c.valid_until < ").push_bind(until);
            $query.push(LIVE).push(UNASKED);
            match holder {
                Some(holder) => {
                    $query.push("c.holder_id = ").push_bind(holder);
                }
                None => push_unit_within!($query, within, "c.unit_id"),
            }
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = QueryBuilder::new(select_certificate!("where c.id in (select c.id from certificate c "));
        push_where!(query);
        query.push(" order by c.valid_until, c.id limit ").push_bind(limit).push(") order by c.valid_until, c.id");
        query.build_query_as().fetch_all(c).await
    })?;
    if (rows.len() as i64) < limit {
        let total = rows.len() as i64;
        return Ok((rows, total));
    }
    let total = on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*) from certificate c ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Why a certificate in force needs a hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Astray {
    /// Its person has left, and nobody asks that it be revoked.
    Left,
    /// Its person is in another unit than it names, and nobody asks that it be changed.
    Moved,
    /// A unit's or a device's, whose keeper has left or is elsewhere (R168).
    Keeper,
}

/// Certificates in force that need a hand, on a day, within the units: of a person's, those where the person is now. The first of
/// them, and how many.
///
/// # Errors
/// As the database says.
pub async fn astray(
    conn: &mut Conn,
    why: Astray,
    (within, today): (&[String], &str),
    limit: i64,
) -> Result<(Vec<Certificate>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    macro_rules! push_where {
        ($query:ident) => {
            match why {
                Astray::Left | Astray::Moved => {
                    $query.push("join unit n on n.id = p.unit_id where ");
                    if why == Astray::Left {
                        $query.push("p.left_on <= ").push_bind(today);
                    } else {
                        $query.push("p.left_on is null and p.unit_id <> c.unit_id");
                    }
                    $query.push(UNASKED);
                    push_within!($query, within, "n.path");
                }
                Astray::Keeper => {
                    $query
                        .push("join unit n on n.id = h.unit_id where c.kind <> 'person' and (h.left_on <= ")
                        .push_bind(today);
                    $query.push(" or substr(n.path, 1, length(u.path)) <> u.path) and ");
                    push_within!($query, within, "u.path");
                }
            }
            $query.push(LIVE);
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = QueryBuilder::new(select_certificate!(""));
        push_where!(query);
        query.push(" order by c.changed_at, c.id limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    if (rows.len() as i64) < limit {
        let total = rows.len() as i64;
        return Ok((rows, total));
    }
    let total = on!(conn, c => {
        let mut query = QueryBuilder::new(
            "select count(*) from certificate c join unit u on u.id = c.unit_id left join person p on p.id = c.person_id \
             left join person h on h.id = c.holder_id ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Tokens in a state, those due first before the others: within the units, or, where a holder is named, those that this person has; and
/// how many.
///
/// # Errors
/// As the database says.
pub async fn due_tokens(
    conn: &mut Conn,
    state: &str,
    (within, holder): (&[String], Option<i64>),
    limit: i64,
) -> Result<(Vec<Token>, i64), StoreError> {
    if within.is_empty() && holder.is_none() {
        return Ok((Vec::new(), 0));
    }
    macro_rules! push_where {
        ($query:ident) => {
            $query.push("where t.state = ").push_bind(state).push(" and ");
            match holder {
                Some(holder) => {
                    $query.push("t.holder_id = ").push_bind(holder);
                }
                None => push_within!($query, within, "u.path"),
            }
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = QueryBuilder::new(select_token!(""));
        push_where!(query);
        query.push(" order by t.due_on, t.id limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*) from certificate_token t join unit u on u.id = t.unit_id ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Erases what certificates tell of a person: those of the person, and what was said of tokens that the person has.
///
/// # Errors
/// As the database says.
pub async fn erase(conn: &mut Conn, person_id: i64) -> Result<(), StoreError> {
    for sql in [
        "delete from revocation_answer where certificate_id in (select id from certificate where person_id = $1)",
        "delete from certificate_file where certificate_id in (select id from certificate where person_id = $1)",
        "update certificate set subject = '', subject_folded = '', remark = null, version = version + 1 where person_id = $1",
        "update certificate_token set remark = null, version = version + 1 where holder_id = $1",
    ] {
        on!(&mut *conn, c => sqlx::query(sql).bind(person_id).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// A token by id.
///
/// # Errors
/// As the database says.
pub async fn token_by_id(conn: &mut Conn, id: i64) -> Result<Option<Token>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_token!("where t.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Tokens with that serial, of whatever kind.
///
/// # Errors
/// As the database says.
pub async fn tokens_by_serial(conn: &mut Conn, serial: &str) -> Result<Vec<Token>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as(select_token!("where t.serial = $1 order by t.id")).bind(serial).fetch_all(c).await)?,
    )
}

/// Tokens with these serials, of whatever kind.
///
/// # Errors
/// As the database says.
pub async fn tokens_of_serials(conn: &mut Conn, serials: &[String]) -> Result<Vec<Token>, StoreError> {
    let mut all = Vec::new();
    for some in serials.chunks(AT_ONCE) {
        let found: Vec<Token> = on!(&mut *conn, c => {
            let mut query = QueryBuilder::new(select_token!("where "));
            push_in!(query, "t.serial", some);
            query.push(" order by t.id");
            query.build_query_as().fetch_all(c).await
        })?;
        all.extend(found);
    }
    Ok(all)
}

/// Tokens that pass the filter, unit by unit.
///
/// # Errors
/// As the database says.
pub async fn tokens(
    conn: &mut Conn,
    filter: &TokenFilter,
    (offset, limit): (i64, i64),
) -> Result<Vec<Token>, StoreError> {
    if filter.within.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(select_token!(""));
        push_token_filter!(query, filter);
        query.push(" order by u.path, t.kind, t.serial limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many tokens pass it.
///
/// # Errors
/// As the database says.
pub async fn count_tokens(conn: &mut Conn, filter: &TokenFilter) -> Result<i64, StoreError> {
    if filter.within.is_empty() {
        return Ok(0);
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*) from certificate_token t join unit u on u.id = t.unit_id ");
        push_token_filter!(query, filter);
        query.build_query_scalar().fetch_one(c).await
    })?)
}

/// Those of these serials that tokens of that kind have already.
///
/// # Errors
/// As the database says.
pub async fn serials_held(conn: &mut Conn, kind: &str, serials: &[String]) -> Result<Vec<String>, StoreError> {
    let mut held = Vec::new();
    for part in serials.chunks(500) {
        let found: Vec<String> = on!(&mut *conn, c => {
            let mut query = QueryBuilder::new("select serial from certificate_token where kind = ");
            query.push_bind(kind);
            push_in!(query, " and serial", part);
            query.push(" order by serial");
            query.build_query_scalar().fetch_all(c).await
        })?;
        held.extend(found);
    }
    Ok(held)
}

/// Adds a token; its id.
///
/// # Errors
/// [`StoreError::Taken`] for a serial that exists.
pub async fn insert_token(
    conn: &mut Conn,
    (kind, serial): (&str, &str),
    model: Option<&str>,
    (unit_id, state): (i64, &str),
    at_ms: i64,
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into certificate_token (kind, model, serial, unit_id, state, created_at, changed_at) \
             values ($1, $2, $3, $4, $5, $6, $6) returning id")
        .bind(kind)
        .bind(model)
        .bind(serial)
        .bind(unit_id)
        .bind(state)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// What changes of a token.
#[derive(Clone, Copy, Debug)]
pub struct TokenChange<'a> {
    /// State by name.
    pub state: &'a str,
    /// Who has it.
    pub holder_id: Option<i64>,
    /// By when it has to be back.
    pub due_on: Option<&'a str>,
    /// What is said of it; stays where nothing is.
    pub remark: Option<&'a str>,
}

/// Changes a token that still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put_token(
    conn: &mut Conn,
    (id, version): (i64, i64),
    change: &TokenChange<'_>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update certificate_token set state = $1, holder_id = $2, due_on = $3, remark = coalesce($4, remark), changed_at = $5, \
             version = version + 1 where id = $6 and version = $7")
        .bind(change.state)
        .bind(change.holder_id)
        .bind(change.due_on)
        .bind(change.remark)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}
