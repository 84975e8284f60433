//! What was fetched from certification authorities: revocation lists by their address, answers about single certificates; and where they lie.

use sqlx::FromRow;

use super::{Conn, StoreError};

/// What became of fetching something.
#[derive(Clone, Copy, Debug)]
pub enum Fetched<'a> {
    /// A good file.
    File(&'a [u8]),
    /// None, and why.
    Problem(&'a str),
}

/// A revocation list's address, with what became of it.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct ListLine {
    /// Where it lies.
    pub url: String,
    /// When a good one was fetched last.
    pub fetched_at: Option<i64>,
    /// Why the last try brought none.
    pub problem: Option<String>,
}

/// A certificate in force whose authority's list lies somewhere.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Listed {
    /// Id.
    pub id: i64,
    /// Capital hexadecimal digits.
    pub serial: String,
    /// Since when its authority says that it is revoked.
    pub revoked_there: Option<i64>,
}

/// Files of certificates in which nobody has looked for addresses yet.
///
/// # Errors
/// As the database says.
pub async fn unread(conn: &mut Conn, limit: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as("select certificate_id, der from certificate_file where list_url is null order by certificate_id limit $1")
        .bind(limit)
        .fetch_all(c)
        .await)?,
    )
}

/// Notes where a certificate's authority tells of revocations; empty where the file names no place.
///
/// # Errors
/// As the database says.
pub async fn put_addresses(conn: &mut Conn, id: i64, (list, status): (&str, &str)) -> Result<(), StoreError> {
    let sql = "update certificate_file set list_url = $1, status_url = $2 where certificate_id = $3";
    Ok(on!(conn, c => sqlx::query(sql).bind(list).bind(status).bind(id).execute(c).await.map(drop))?)
}

/// Addresses of lists that certificates in force name and that are due.
///
/// # Errors
/// As the database says.
pub async fn due_lists(conn: &mut Conn, at_ms: i64) -> Result<Vec<String>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "select distinct f.list_url from certificate_file f join certificate c on c.id = f.certificate_id \
             where f.list_url <> '' and c.state in ('received', 'in_use') \
             and not exists (select 1 from revocation_list r where r.url = f.list_url and r.due_at > $1) order by 1")
        .bind(at_ms)
        .fetch_all(c)
        .await)?)
}

/// Addresses at which authorities are asked.
///
/// # Errors
/// As the database says.
pub async fn status_urls(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let sql = "select distinct status_url from certificate_file where status_url <> '' order by 1";
    Ok(on!(conn, c => sqlx::query_scalar(sql).fetch_all(c).await)?)
}

/// Certificates in force that are to be asked about at an address, with their files: those whose list is not at hand.
///
/// # Errors
/// As the database says.
pub async fn due_answers(
    conn: &mut Conn,
    url: &str,
    (at_ms, limit): (i64, i64),
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select c.id, f.der from certificate_file f join certificate c on c.id = f.certificate_id \
             where f.status_url = $1 and f.status_url <> '' and c.state in ('received', 'in_use') \
             and not exists (select 1 from revocation_list r where r.url = f.list_url and r.content is not null and r.problem is null) \
             and not exists (select 1 from revocation_answer a where a.certificate_id = c.id and a.due_at > $2) order by c.id limit $3")
        .bind(url)
        .bind(at_ms)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Notes what became of fetching a list, and when that is due again.
///
/// # Errors
/// As the database says.
pub async fn put_list(
    conn: &mut Conn,
    url: &str,
    fetched: Fetched<'_>,
    (at_ms, due_at): (i64, i64),
) -> Result<(), StoreError> {
    let sql = "insert into revocation_list (url, content, fetched_at, problem, due_at) values ($1, $2, $3, $4, $5) \
               on conflict (url) do update set content = coalesce(excluded.content, revocation_list.content), \
               fetched_at = coalesce(excluded.fetched_at, revocation_list.fetched_at), problem = excluded.problem, due_at = excluded.due_at";
    let (content, problem) = parts(fetched);
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(url)
        .bind(content)
        .bind(content.map(|_| at_ms))
        .bind(problem)
        .bind(due_at)
        .execute(c)
        .await
        .map(drop))?)
}

/// Notes what became of asking about a certificate, and when that is due again.
///
/// # Errors
/// As the database says.
pub async fn put_answer(
    conn: &mut Conn,
    certificate_id: i64,
    fetched: Fetched<'_>,
    (at_ms, due_at): (i64, i64),
) -> Result<(), StoreError> {
    let sql = "insert into revocation_answer (certificate_id, content, fetched_at, problem, due_at) values ($1, $2, $3, $4, $5) \
               on conflict (certificate_id) do update set content = coalesce(excluded.content, revocation_answer.content), \
               fetched_at = coalesce(excluded.fetched_at, revocation_answer.fetched_at), problem = excluded.problem, \
               due_at = excluded.due_at";
    let (content, problem) = parts(fetched);
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(certificate_id)
        .bind(content)
        .bind(content.map(|_| at_ms))
        .bind(problem)
        .bind(due_at)
        .execute(c)
        .await
        .map(drop))?)
}

fn parts<'a>(fetched: Fetched<'a>) -> (Option<&'a [u8]>, Option<&'a str>) {
    match fetched {
        Fetched::File(content) => (Some(content), None),
        Fetched::Problem(problem) => (None, Some(problem)),
    }
}

/// The good lists.
///
/// # Errors
/// As the database says.
pub async fn lists(conn: &mut Conn) -> Result<Vec<Vec<u8>>, StoreError> {
    let sql = "select content from revocation_list where content is not null order by url";
    Ok(on!(conn, c => sqlx::query_scalar(sql).fetch_all(c).await)?)
}

/// Where lists lie that somebody tried to fetch, with what became of it.
///
/// # Errors
/// As the database says.
pub async fn lines(conn: &mut Conn) -> Result<Vec<ListLine>, StoreError> {
    let sql = "select url, fetched_at, problem from revocation_list order by url";
    Ok(on!(conn, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// What was answered about a certificate.
///
/// # Errors
/// As the database says.
pub async fn answer(conn: &mut Conn, certificate_id: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "select content from revocation_answer where certificate_id = $1";
    let found: Option<Option<Vec<u8>>> =
        on!(conn, c => sqlx::query_scalar(sql).bind(certificate_id).fetch_optional(c).await)?;
    Ok(found.flatten())
}

/// Certificates in force whose authority's list lies there.
///
/// # Errors
/// As the database says.
pub async fn listed(conn: &mut Conn, url: &str) -> Result<Vec<Listed>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select c.id, c.serial, c.revoked_there from certificate_file f join certificate c on c.id = f.certificate_id \
             where f.list_url = $1 and f.list_url <> '' and c.state in ('received', 'in_use') order by c.id")
        .bind(url)
        .fetch_all(c)
        .await)?)
}

/// Notes since when a certificate's authority says that it is revoked, or that it does not say so; whether that is news.
///
/// # Errors
/// As the database says.
pub async fn put_revoked_there(conn: &mut Conn, id: i64, since: Option<i64>) -> Result<bool, StoreError> {
    let sql = match since {
        Some(_) => {
            "update certificate set revoked_there = $1 where id = $2 and (revoked_there is null or revoked_there <> $1)"
        }
        None => "update certificate set revoked_there = $1 where id = $2 and revoked_there is not null",
    };
    Ok(on!(conn, c => sqlx::query(sql).bind(since).bind(id).execute(c).await.map(|done| done.rows_affected() == 1))?)
}
