//! Lists of people: everybody in Vietnamese order, or who is found by name or by any code.

use contract::Failure;
use contract::view::{Found, Numbers, PersonPage, PersonRow, Target};
use model::role::Action;
use model::text::{clean, fold_tokens, has_marks, matches_with_marks};
use model::unit::PostKind;

use super::change_person::PERSONNEL_CODE;
use super::show_unit::find_units;
use crate::store::person::{self, Filter, Listed};
use crate::store::unit;
use crate::{Actor, Conn};

/// People on a page.
pub const PAGE: i64 = 50;
/// A search looks at so many at most; more is answered with «refine».
const CANDIDATES: i64 = 1000;
/// Hits of the quick search.
const HITS: usize = 8;

/// A search reads so much of what was typed: no name and no code is longer.
const TEXT_CHARS: usize = 100;
/// Nobody turns further.
pub(super) const LAST_PAGE: i64 = 1_000_000;

/// What was typed into a search, cleaned and cut.
pub(super) fn search_text(typed: &str) -> String {
    clean(typed).chars().take(TEXT_CHARS).collect()
}

/// Which people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleQuery {
    /// Words of a name, with or without tones, or any code; may be empty.
    pub text: String,
    /// Only within this unit.
    pub unit_id: Option<i64>,
    /// Only those whose data are doubtful or incomplete.
    pub doubtful: bool,
    /// Only this kind of post, by name.
    pub kind: String,
    /// Page, counted from 1.
    pub page: i64,
}

/// One page of the people whom the actor may see and the query asks for.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`] for a unit that may not be seen.
pub async fn list_people(conn: &mut Conn, actor: &Actor, query: &PeopleQuery) -> Result<PersonPage, Failure> {
    if !actor.may_somewhere(Action::SeePeople) {
        return Err(Failure::Forbidden);
    }
    let filter = filter(conn, actor, query).await?;
    let page = query.page.clamp(1, LAST_PAGE);
    let text = search_text(&query.text);
    if text.is_empty() {
        let mut rows = person::page(conn, &filter, (page - 1) * PAGE, PAGE + 1).await?;
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        let total = person::count(conn, &filter).await?;
        return Ok(PersonPage { rows: rows.into_iter().map(row).collect(), total: Some(total), page, more });
    }
    let (found, complete) = search(conn, &text, &filter, (false, CANDIDATES)).await?;
    let start = usize::try_from((page - 1) * PAGE).unwrap_or(usize::MAX).min(found.len());
    let end = (start + PAGE as usize).min(found.len());
    let more = end < found.len();
    let total = complete.then_some(found.len() as i64);
    let rows = person::listed(conn, &found[start..end]).await?.into_iter().map(row).collect();
    Ok(PersonPage { rows, total, page, more })
}

/// The first few people and units that a text in the header's search field may mean.
///
/// # Errors
/// As the database says.
pub async fn find(conn: &mut Conn, actor: &Actor, typed: &str) -> Result<Vec<Found>, Failure> {
    let text = search_text(typed);
    if text.chars().count() < 2 {
        return Ok(Vec::new());
    }
    let units = find_units(conn, actor, &text, HITS / 2).await?;
    let mut hits: Vec<Found> = units
        .into_iter()
        .map(|unit| Found {
            label: unit.name,
            detail: [unit.code_issued, unit.above].into_iter().flatten().collect::<Vec<_>>().join(" · "),
            target: Target::Unit(unit.id),
        })
        .collect();
    if actor.may_somewhere(Action::SeePeople) {
        let filter = Filter { within: actor.paths(Action::SeePeople), ..Filter::default() };
        let (mut people, _) = search(conn, &text, &filter, (true, CANDIDATES)).await?;
        people.truncate(HITS - hits.len());
        hits.extend(person::listed(conn, &people).await?.into_iter().map(|person| Found {
            label: person.name,
            detail: [person.personnel_code, Some(person.unit)].into_iter().flatten().collect::<Vec<_>>().join(" · "),
            target: Target::Person(person.id),
        }));
    }
    Ok(hits)
}

/// Personnel codes given and left (R11).
///
/// # Errors
/// As the database says.
pub async fn numbers(conn: &mut Conn) -> Result<Numbers, Failure> {
    let (last, ceiling) = unit::counter(conn, PERSONNEL_CODE).await?;
    Ok(Numbers { given: last, left: ceiling - last })
}

pub(super) async fn filter(conn: &mut Conn, actor: &Actor, query: &PeopleQuery) -> Result<Filter, Failure> {
    let mut within = actor.paths(Action::SeePeople);
    if let Some(id) = query.unit_id {
        let unit = unit::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
        if !actor.may(Action::SeePeople, &unit.path) {
            return Err(Failure::NotFound);
        }
        within = vec![unit.path];
    }
    let kind = PostKind::from_name(&query.kind).map(|kind| kind.name().to_owned());
    Ok(Filter { within, doubtful: query.doubtful, kind })
}

/// Whoever is meant, names with the typed tones first, among so many at most; whether these are all.
pub(super) async fn search(
    conn: &mut Conn,
    text: &str,
    filter: &Filter,
    (prefix, most): (bool, i64),
) -> Result<(Vec<i64>, bool), Failure> {
    let by_code = text.chars().any(|character| character.is_ascii_digit());
    let ids = if by_code {
        let code: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        person::ids_by_code(conn, &code.to_uppercase()).await?
    } else {
        let tokens = fold_tokens(text);
        if tokens.is_empty() {
            return Ok((Vec::new(), true));
        }
        person::ids_by_name(conn, &tokens, prefix, filter, most + 1).await?
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let complete = ids.len() <= most;
    let mut found = person::in_order(conn, ids.get(..most).unwrap_or(&ids), filter).await?;
    if has_marks(text) {
        // stable: within each half the Vietnamese order stays
        found.sort_by_key(|(_, name)| !matches_with_marks(text, name));
    }
    Ok((found.into_iter().map(|(id, _)| id).collect(), complete))
}

fn row(listed: Listed) -> PersonRow {
    PersonRow {
        id: listed.id,
        personnel_code: listed.personnel_code,
        name: listed.name,
        unit_id: listed.unit_id,
        unit: listed.unit,
        position: listed.position,
        kind: PostKind::from_name(&listed.kind).unwrap_or(PostKind::Contract68),
        doubtful: listed.doubtful == 1,
    }
}
