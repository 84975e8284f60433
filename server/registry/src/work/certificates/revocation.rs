//! What certification authorities say of certificates that are in force here, fetched from the addresses that the certificates name: their
//! revocation lists, and, where no list is at hand, what they answer about one certificate (OCSP). Whatever comes is believed for its
//! signature alone.

use std::collections::HashSet;

use contract::Failure;
use contract::certificate::RevocationLine;
use model::role::Action;
use x509::{RevocationList, StatusAnswer, Zeroizing};

use super::Trust;
use crate::store::revocation::{self, Fetched};
use crate::store::{Record, certificate};
use crate::work::webhooks::named_host;
use crate::{Actor, Conn, Store, Tx};

/// Files of certificates in which addresses are looked for in one transaction.
const READ_AT_ONCE: i64 = 1_000;
/// Certificates that are asked about at once at one address.
const ASKED_AT_ONCE: i64 = 50;
const MINUTE_MS: i64 = 60_000;
/// A list or an answer is fetched again before this is over, also when it says that it holds longer.
const LONGEST_MS: i64 = 6 * 60 * MINUTE_MS;
/// And not before this.
const SHORTEST_MS: i64 = 30 * MINUTE_MS;

/// Something that is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// An authority's list.
    List {
        /// Where it lies.
        url: String,
    },
    /// What the authority says of one certificate.
    Answer {
        /// Where it is asked.
        url: String,
        /// The certificate.
        certificate_id: i64,
        /// What is posted.
        question: Vec<u8>,
    },
}

impl Wanted {
    /// Where.
    pub fn url(&self) -> &str {
        match self {
            Wanted::List { url } | Wanted::Answer { url, .. } => url,
        }
    }

    /// Bytes that are read of what comes.
    pub fn longest(&self) -> u64 {
        match self {
            Wanted::List { .. } => x509::MAX_LIST as u64,
            Wanted::Answer { .. } => x509::MAX_ANSWER as u64,
        }
    }
}

/// What is due, from these hosts. Certificates that came in since the last time are looked through first.
///
/// # Errors
/// What the database says.
pub async fn wanted(store: &Store, trust: &Trust, hosts: &[String], at_ms: i64) -> Result<Vec<Wanted>, Failure> {
    while read_addresses(store, at_ms).await? {}
    let allowed = |url: &String| named_host(url, hosts).is_some();
    let mut conn = store.read().await?;
    let lists = revocation::due_lists(&mut conn, at_ms).await?;
    let mut wanted: Vec<Wanted> = lists.into_iter().filter(allowed).map(|url| Wanted::List { url }).collect();
    for url in revocation::status_urls(&mut conn).await?.into_iter().filter(allowed) {
        for (certificate_id, der) in revocation::due_answers(&mut conn, &url, (at_ms, ASKED_AT_ONCE)).await? {
            let question = x509::Certificate::read(&der)
                .and_then(|certificate| x509::question(&certificate, trust.issuer_of(&certificate)?));
            match question {
                Some(question) => wanted.push(Wanted::Answer { url: url.clone(), certificate_id, question }),
                // nothing is believed of an authority that is not at hand
                None => put_off(store, certificate_id, at_ms).await?,
            }
        }
    }
    Ok(wanted)
}

/// Looks for addresses in some files; whether there are more.
async fn read_addresses(store: &Store, at_ms: i64) -> Result<bool, Failure> {
    let files = revocation::unread(&mut store.read().await?, READ_AT_ONCE).await?;
    if files.is_empty() {
        return Ok(false);
    }
    let more = files.len() as i64 == READ_AT_ONCE;
    store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                for (id, der) in files {
                    let read = x509::Certificate::read(&der);
                    let list = read.as_ref().and_then(x509::Certificate::list_address).unwrap_or_default();
                    let status = read.as_ref().and_then(x509::Certificate::status_address).unwrap_or_default();
                    revocation::put_addresses(tx.conn(), id, (&list, &status)).await?;
                }
                Ok::<_, Failure>(())
            })
        })
        .await?;
    Ok(more)
}

async fn put_off(store: &Store, certificate_id: i64, at_ms: i64) -> Result<(), Failure> {
    let problem = Fetched::Problem("authority");
    store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                let when = (at_ms, at_ms + LONGEST_MS);
                Ok::<_, Failure>(revocation::put_answer(tx.conn(), certificate_id, problem, when).await?)
            })
        })
        .await
}

/// Notes what became of fetching it: the bytes, or a code for why there are none; and for certificates what their authority says now.
///
/// # Errors
/// What the database says.
pub async fn note(
    store: &Store,
    trust: &Trust,
    wanted: Wanted,
    got: Result<Vec<u8>, String>,
    at_ms: i64,
) -> Result<(), Failure> {
    let trust = trust.clone();
    match wanted {
        Wanted::List { url } => {
            let got = got.and_then(|bytes| list(&trust, bytes));
            store.write(at_ms, move |tx| Box::pin(async move { take_list(tx, &trust, &url, got).await })).await
        }
        Wanted::Answer { certificate_id, .. } => {
            let got = got.and_then(|bytes| StatusAnswer::read(&bytes).ok_or_else(|| "unreadable".to_owned()));
            store
                .write(at_ms, move |tx| Box::pin(async move { take_answer(tx, &trust, certificate_id, got).await }))
                .await
        }
    }
}

/// The list, if an authority at hand signed it.
fn list(trust: &Trust, bytes: Vec<u8>) -> Result<RevocationList, String> {
    let read = x509::read_list(Zeroizing::new(bytes)).map_err(|_| "unreadable".to_owned())?;
    let mut lists = read.lists.into_iter();
    let list = lists.next().ok_or_else(|| "unreadable".to_owned())?;
    let signed = trust.authorities().any(|authority| list.is_of(authority));
    if signed { Ok(list) } else { Err("authority".to_owned()) }
}

/// When something is fetched again that says when there will be news.
fn due(at_ms: i64, next: Option<i64>) -> i64 {
    let next = next.map_or(i64::MAX, |seconds| seconds.saturating_mul(1000));
    next.clamp(at_ms + SHORTEST_MS, at_ms + LONGEST_MS)
}

async fn take_list(tx: &mut Tx, trust: &Trust, url: &str, got: Result<RevocationList, String>) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let list = match got {
        Ok(list) => list,
        Err(problem) => {
            let when = (at_ms, at_ms + SHORTEST_MS);
            return Ok(revocation::put_list(tx.conn(), url, Fetched::Problem(&problem), when).await?);
        }
    };
    revocation::put_list(tx.conn(), url, Fetched::File(list.der()), (at_ms, due(at_ms, list.next()))).await?;
    let serials: HashSet<String> = list.serials().collect();
    for of in revocation::listed(tx.conn(), url).await? {
        let since = if serials.contains(&of.serial) { said(tx.conn(), trust, &list, of.id).await? } else { None };
        if since != of.revoked_there {
            told(tx, of.id, since).await?;
        }
    }
    Ok(())
}

/// Since when the list says that the certificate is revoked, if the list is its authority's.
async fn said(conn: &mut Conn, trust: &Trust, list: &RevocationList, id: i64) -> Result<Option<i64>, Failure> {
    let Some(read) = certificate::der(conn, id).await?.and_then(|der| x509::Certificate::read(&der)) else {
        return Ok(None);
    };
    let own = trust.issuer_of(&read).filter(|issuer| list.speaks_of(&read, issuer));
    Ok(own.and_then(|_| list.entry(&read)).map(|(since, _)| since * 1000))
}

async fn take_answer(tx: &mut Tx, trust: &Trust, id: i64, got: Result<StatusAnswer, String>) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let read = certificate::der(tx.conn(), id).await?.and_then(|der| x509::Certificate::read(&der));
    let status = got.and_then(|answer| {
        let status = read.as_ref().and_then(|read| answer.of(read, trust.issuer_of(read)?, at_ms.div_euclid(1000)));
        status.map(|status| (answer, status)).ok_or_else(|| "authority".to_owned())
    });
    match status {
        Ok((answer, status)) => {
            let when = (at_ms, due(at_ms, status.next));
            revocation::put_answer(tx.conn(), id, Fetched::File(answer.der()), when).await?;
            told(tx, id, status.revoked.map(|(since, _)| since * 1000)).await
        }
        Err(problem) => {
            let when = (at_ms, at_ms + SHORTEST_MS);
            Ok(revocation::put_answer(tx.conn(), id, Fetched::Problem(&problem), when).await?)
        }
    }
}

/// Notes what its authority says of a certificate, where that is news.
async fn told(tx: &mut Tx, id: i64, since: Option<i64>) -> Result<(), Failure> {
    if revocation::put_revoked_there(tx.conn(), id, since).await? {
        tx.record(Record {
            actor: &Actor::system().reference,
            action: if since.is_some() { "certificate.found_revoked" } else { "certificate.found_in_force" },
            object: format!("certificate:{id}"),
            facts: serde_json::json!({}),
            personal: None,
        });
    }
    Ok(())
}

/// Lists that were fetched before.
///
/// # Errors
/// What the database says.
pub async fn fetched_lists(conn: &mut Conn) -> Result<Vec<Vec<u8>>, Failure> {
    Ok(revocation::lists(conn).await?)
}

/// Where revocation lists are fetched, and what became of it.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn revocation_lines(conn: &mut Conn, actor: &Actor) -> Result<Vec<RevocationLine>, Failure> {
    if !actor.may_somewhere(Action::SeeCertificates) {
        return Err(Failure::Forbidden);
    }
    let lines = revocation::lines(conn).await?.into_iter();
    Ok(lines.map(|of| RevocationLine { url: of.url, fetched_at: of.fetched_at, problem: of.problem }).collect())
}
