//! The audit log's rows. What they mean stands in `model::audit` and `model::merkle`.

use model::audit::{Entry, chain, personal_hash};
use model::merkle::{Frontier, Hash};
use sqlx::FromRow;

use super::sqlite::Owed;
use super::{Conn, Draw, Kind, StoreError};

/// An entry before it has a place in the chain.
pub struct Draft {
    pub(super) at_ms: i64,
    pub(super) actor: String,
    pub(super) action: &'static str,
    pub(super) object: String,
    pub(super) facts: String,
    pub(super) personal: Option<(Option<i64>, String)>,
}

/// Where the chain stands.
#[derive(Clone, Debug)]
pub struct State {
    /// Number of entries.
    pub size: u64,
    /// Chain hash of the last one.
    pub chain: Hash,
    /// Complete subtrees of the Merkle tree.
    pub frontier: Frontier,
}

/// An entry as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What is hashed.
    pub entry: Entry,
    /// Leaf hash.
    pub leaf: Vec<u8>,
    /// Chain hash up to and with this entry.
    pub chain: Vec<u8>,
    /// Inner nodes that this leaf completed.
    pub nodes: Vec<u8>,
}

#[derive(FromRow)]
struct EntryRow {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    object: String,
    facts: String,
    personal: Option<Vec<u8>>,
    leaf: Vec<u8>,
    chain: Vec<u8>,
    nodes: Vec<u8>,
}

#[derive(FromRow)]
struct StateRow {
    size: i64,
    chain: Vec<u8>,
    frontier: Vec<u8>,
}

/// Personal fields of an entry, as long as they are not erased.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Personal {
    /// The entry.
    pub seq: i64,
    /// Whose data.
    pub person_id: Option<i64>,
    /// 32 random bytes.
    pub salt: Vec<u8>,
    /// JSON text.
    pub body: String,
}

/// A signed head.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct SignedHead {
    /// Entries that it covers.
    pub size: i64,
    /// Merkle tree root.
    pub root: Vec<u8>,
    /// Chain hash.
    pub chain: Vec<u8>,
    /// When it was signed, Unix milliseconds.
    pub at: i64,
    /// Ed25519 public key.
    pub key: Vec<u8>,
    /// Ed25519 signature over `model::audit::Head::to_sign`.
    pub signature: Vec<u8>,
}

/// Which entries to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this object, `unit:7`.
    pub object: Option<String>,
    /// Only this actor, `account:12`.
    pub actor: Option<String>,
    /// Only actions that begin so, `unit.`.
    pub action: Option<String>,
    /// Only entries of this instant and later, Unix milliseconds.
    pub from: Option<i64>,
    /// Only entries of earlier instants than this, Unix milliseconds.
    pub until: Option<i64>,
    /// Only entries before this one: the place where the last page ended.
    pub before: Option<i64>,
}

/// How texts are compared byte by byte, whatever the database's language.
mod bytewise {
    pub const SQLITE: &str = " collate binary";
    pub const POSTGRES: &str = " collate \"C\"";
}

macro_rules! select_head {
    ($rest:literal) => {
        concat!("select size, root, chain, at, key, signature from audit_head ", $rest)
    };
}

const STATE: &str = "select size, chain, frontier from audit_state where id = 1";
/// One appender at a time: PostgreSQL holds the row until the commit.
const STATE_FOR_UPDATE: &str = "select size, chain, frontier from audit_state where id = 1 for update";
const ENTRY: &str = "select seq, at, actor, action, object, facts, personal, leaf, chain, nodes from audit_entry";
/// Rows in one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535.
const ROWS: usize = 1000;
/// Statements of more rows than this are not kept prepared.
const PREPARED_ROWS: usize = 64;

/// Where the chain stands.
///
/// # Errors
/// [`StoreError::Chain`] when the state is missing or malformed.
pub async fn state(conn: &mut Conn) -> Result<State, StoreError> {
    read_state(conn, STATE).await
}

async fn read_state(conn: &mut Conn, sql: &'static str) -> Result<State, StoreError> {
    let row: Option<StateRow> = on!(conn, c => sqlx::query_as(sql).fetch_optional(c).await)?;
    let row = row.ok_or(StoreError::Chain("the state is missing"))?;
    let size = u64::try_from(row.size).map_err(|_| StoreError::Chain("the state's size is negative"))?;
    Ok(State {
        size,
        chain: hash(&row.chain)?,
        frontier: Frontier::from_bytes(size, &row.frontier)
            .map_err(|_| StoreError::Chain("the state's tree is malformed"))?,
    })
}

fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Chain("a hash is not 32 bytes long"))
}

/// SQLite: runs what is owed, appends the drafts and commits, in one round trip. `known`: where the chain stands, as far as
/// this connection knows.
pub(super) async fn end(
    conn: &mut Conn,
    known: &mut Option<State>,
    drafts: Vec<Draft>,
    draw: &Draw,
) -> Result<(), StoreError> {
    let owed = conn.settle();
    let mut before = owed.at_last();
    if drafts.is_empty() {
        if owed == Owed::Begin {
            return Ok(()); // no use case made a statement
        }
        on!(conn, c => sqlx::QueryBuilder::new(before).push("commit").build().execute(c).await.map(drop))?;
        return Ok(());
    }
    let found = match known.take() {
        Some(state) => state,
        None => {
            conn.run(before).await?;
            before = "";
            state(conn).await?
        }
    };
    let mut placed = Placed::new(found, &drafts, draw);
    let mut written = write(conn, &placed, before, "; commit").await;
    if let Err(StoreError::Taken(place)) = &written
        && place.contains("audit_entry")
    {
        // another program wrote in that place; the transaction stands
        placed = Placed::new(state(conn).await?, &drafts, draw);
        written = write(conn, &placed, "", "; commit").await;
    }
    written?;
    *known = Some(placed.state);
    Ok(())
}

/// PostgreSQL: appends the drafts, as the last statements before the commit.
pub(super) async fn append(conn: &mut Conn, drafts: Vec<Draft>, draw: &Draw) -> Result<(), StoreError> {
    if drafts.is_empty() {
        return Ok(());
    }
    let placed = Placed::new(read_state(conn, STATE_FOR_UPDATE).await?, &drafts, draw);
    write(conn, &placed, "", "").await
}

struct NewRow {
    entry: Entry,
    leaf: Hash,
    chain: Hash,
    nodes: Vec<u8>,
    personal: Option<Personal>,
}

/// Drafts with their places at the end of the chain.
struct Placed {
    rows: Vec<NewRow>,
    /// Where the chain stands after them.
    state: State,
}

impl Placed {
    fn new(mut state: State, drafts: &[Draft], draw: &Draw) -> Self {
        let place = |draft: &Draft| {
            let seq = state.size;
            let own = draft.personal.as_ref().map(|(person_id, body)| {
                let mut salt = [0; 32];
                draw(&mut salt);
                let commitment = personal_hash(&salt, *person_id, body);
                let (person_id, body) = (*person_id, body.clone());
                (commitment, Personal { seq: seq as i64, person_id, salt: salt.to_vec(), body })
            });
            let (commitment, personal) = own.unzip();
            let entry = Entry {
                seq,
                at_ms: draft.at_ms,
                actor: draft.actor.clone(),
                action: draft.action.to_owned(),
                object: draft.object.clone(),
                facts: draft.facts.clone(),
                personal: commitment,
            };
            let leaf = entry.leaf_hash();
            state.chain = chain(&state.chain, &leaf);
            let nodes = state.frontier.append(leaf).concat();
            state.size += 1;
            NewRow { entry, leaf, chain: state.chain, nodes, personal }
        };
        let rows = drafts.iter().map(place).collect();
        Placed { rows, state }
    }
}

/// How the parts of an append become one round trip.
struct Joined {
    entries: &'static str,
    personal: &'static str,
    state: &'static str,
}

/// Statements one after the other.
const SQLITE: Joined = Joined { entries: "", personal: "; ", state: "; " };
/// PostgreSQL prepares one statement at a time: parts of one, whose references are checked at its end.
const POSTGRES: Joined = Joined { entries: "with entries as (", personal: "), personal as (", state: ") " };

/// Writes entries, personal fields and the state. `before` and `after`: what SQLite runs in the same round trip.
async fn write(conn: &mut Conn, placed: &Placed, before: &'static str, after: &'static str) -> Result<(), StoreError> {
    let joined = if conn.kind() == Kind::Postgres { POSTGRES } else { SQLITE };
    let (state, chunks) = (&placed.state, placed.rows.chunks(ROWS));
    let last = chunks.len() - 1;
    for (nth, rows) in chunks.enumerate() {
        let personal: Vec<&Personal> = rows.iter().filter_map(|row| row.personal.as_ref()).collect();
        on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(if nth == 0 { before } else { "" });
            query
                .push(joined.entries)
                .push("insert into audit_entry (seq, at, actor, action, object, facts, personal, leaf, chain, nodes) ")
                .push_values(rows, |mut values, row| {
                    values
                        .push_bind(row.entry.seq as i64)
                        .push_bind(row.entry.at_ms)
                        .push_bind(&row.entry.actor)
                        .push_bind(&row.entry.action)
                        .push_bind(&row.entry.object)
                        .push_bind(&row.entry.facts)
                        .push_bind(row.entry.personal.as_ref().map(|hash| hash.to_vec()))
                        .push_bind(row.leaf.to_vec())
                        .push_bind(row.chain.to_vec())
                        .push_bind(&row.nodes);
                });
            if !personal.is_empty() {
                query
                    .push(joined.personal)
                    .push("insert into audit_personal (seq, person_id, salt, body) ")
                    .push_values(&personal, |mut values, row| {
                        values.push_bind(row.seq).push_bind(row.person_id).push_bind(&row.salt).push_bind(&row.body);
                    });
            }
            query.push(joined.state).push("update audit_state set size = ").push_bind(state.size as i64);
            query.push(", chain = ").push_bind(state.chain.to_vec());
            query.push(", frontier = ").push_bind(state.frontier.to_bytes());
            query.push(" where id = 1").push(if nth == last { after } else { "" });
            query.build().persistent(rows.len() <= PREPARED_ROWS).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

fn stored(row: EntryRow) -> Result<Stored, StoreError> {
    let entry = Entry {
        seq: u64::try_from(row.seq).map_err(|_| StoreError::Chain("an entry has a negative place"))?,
        at_ms: row.at,
        actor: row.actor,
        action: row.action,
        object: row.object,
        facts: row.facts,
        personal: row.personal.as_deref().map(hash).transpose()?,
    };
    Ok(Stored { entry, leaf: row.leaf, chain: row.chain, nodes: row.nodes })
}

/// At most `limit` entries from place `from` on, in order.
///
/// # Errors
/// As the database says.
pub async fn entries_from(conn: &mut Conn, from: u64, limit: i64) -> Result<Vec<Stored>, StoreError> {
    let sql = const_str(ENTRY, " where seq >= $1 order by seq limit $2");
    let rows: Vec<EntryRow> =
        on!(conn, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(from as i64).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(stored).collect()
}

fn const_str(select: &'static str, rest: &'static str) -> String {
    [select, rest].concat()
}

/// At most `limit` rows from place `from` on, in order, for verification: where it stands, and the entry, or nothing
/// when the row cannot be one.
///
/// # Errors
/// As the database says.
pub async fn rows_from(conn: &mut Conn, from: i64, limit: i64) -> Result<Vec<(i64, Option<Stored>)>, StoreError> {
    let sql = const_str(ENTRY, " where seq >= $1 order by seq limit $2");
    let rows: Vec<EntryRow> =
        on!(conn, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(from).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|row| (row.seq, stored(row).ok())).collect())
}

/// The newest entries that pass the filter, at most `limit`.
///
/// # Errors
/// As the database says.
pub async fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> Result<Vec<Stored>, StoreError> {
    let bytewise = if conn.kind() == Kind::Postgres { bytewise::POSTGRES } else { bytewise::SQLITE };
    let rows: Vec<EntryRow> = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(ENTRY);
        query.push(" where seq < ").push_bind(filter.before.unwrap_or(i64::MAX));
        if let Some(object) = &filter.object {
            query.push(" and object = ").push_bind(object);
        }
        if let Some(actor) = &filter.actor {
            query.push(" and actor = ").push_bind(actor);
        }
        if let Some(action) = &filter.action {
            query.push(" and action >= ").push_bind(action).push(bytewise);
            query.push(" and action < ").push_bind(format!("{action}~")).push(bytewise);
        }
        if let Some(from) = filter.from {
            query.push(" and at >= ").push_bind(from);
        }
        if let Some(until) = filter.until {
            query.push(" and at < ").push_bind(until);
        }
        query.push(" order by seq desc limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(stored).collect()
}

/// Personal fields of the entries from place `from` to before place `to`, in order.
///
/// # Errors
/// As the database says.
pub async fn personal_between(conn: &mut Conn, from: u64, to: u64) -> Result<Vec<Personal>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select seq, person_id, salt, body from audit_personal where seq >= $1 and seq < $2 order by seq")
        .bind(from as i64)
        .bind(to as i64)
        .fetch_all(c)
        .await)?)
}

/// The first personal fields that stand beside no entry of a log of that size.
///
/// # Errors
/// As the database says.
pub async fn personal_outside(conn: &mut Conn, size: u64) -> Result<Option<i64>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select min(seq) from audit_personal where seq >= $1 or seq < 0")
        .bind(size as i64)
        .fetch_one(c)
        .await)?)
}

/// Which of these entries still have their personal fields.
///
/// # Errors
/// As the database says.
pub async fn personal_kept(conn: &mut Conn, entries: &[u64]) -> Result<Vec<i64>, StoreError> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select seq from audit_personal where ");
        push_in!(query, "seq", entries.iter().map(|seq| *seq as i64));
        query.build_query_scalar().fetch_all(c).await
    })?)
}

/// Names of these accounts: (id, name). A name that was erased is left out.
///
/// # Errors
/// As the database says.
pub async fn account_names(conn: &mut Conn, accounts: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select id, display_name from account where display_name <> '' and ");
        push_in!(query, "id", accounts.iter().copied());
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Erases the personal fields of every entry about that person; the places of the entries, in order.
///
/// # Errors
/// As the database says.
pub async fn erase_personal(conn: &mut Conn, person_id: i64) -> Result<Vec<i64>, StoreError> {
    let mut places: Vec<i64> = on!(conn, c => sqlx::query_scalar(
            "delete from audit_personal where person_id = $1 returning seq")
        .bind(person_id)
        .fetch_all(c)
        .await)?;
    places.sort_unstable();
    Ok(places)
}

/// Leaf hashes and inner nodes kept in these rows: (place, leaf, nodes).
///
/// # Errors
/// As the database says.
pub async fn nodes_at(conn: &mut Conn, rows: &[u64]) -> Result<Vec<(i64, Vec<u8>, Vec<u8>)>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select seq, leaf, nodes from audit_entry where ");
        push_in!(query, "seq", rows.iter().map(|row| *row as i64));
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Keeps a signed head; whether it was kept: a second one of the same size is not.
///
/// # Errors
/// As the database says.
pub async fn insert_head(conn: &mut Conn, head: &SignedHead) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "insert into audit_head (size, root, chain, at, key, signature) values ($1, $2, $3, $4, $5, $6)
             on conflict (size) do nothing")
        .bind(head.size)
        .bind(&head.root)
        .bind(&head.chain)
        .bind(head.at)
        .bind(&head.key)
        .bind(&head.signature)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Every signed head, oldest first.
///
/// # Errors
/// As the database says.
pub async fn heads(conn: &mut Conn) -> Result<Vec<SignedHead>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_head!("order by size"))
        .fetch_all(c)
        .await)?)
}

/// The signed head of a size.
///
/// # Errors
/// As the database says.
pub async fn head_of(conn: &mut Conn, size: u64) -> Result<Option<SignedHead>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_head!("where size = $1"))
        .bind(size as i64)
        .fetch_optional(c)
        .await)?)
}

/// The last signed heads, the newest first.
///
/// # Errors
/// As the database says.
pub async fn last_heads(conn: &mut Conn, limit: i64) -> Result<Vec<SignedHead>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            select_head!("order by size desc limit $1"))
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// The newest signed head.
///
/// # Errors
/// As the database says.
pub async fn last_head(conn: &mut Conn) -> Result<Option<SignedHead>, StoreError> {
    Ok(last_heads(conn, 1).await?.pop())
}
