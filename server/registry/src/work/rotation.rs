//! Rotation: which cards in the field have the keys of which set, and which are still to be given those of the set in use.

use contract::Failure;
use contract::keys::{OutdatedCard, Rotation, SetCount, UnitProgress};
use model::role::Action;

use crate::store::key::set;
use crate::store::{chip, unit};
use crate::{Actor, Conn};

/// Cards on a page.
pub const PAGE: i64 = 50;
/// Units that are listed.
const UNITS: i64 = 50;

/// How far the whole province is.
pub(super) async fn province_rotation(conn: &mut Conn) -> Result<Rotation, Failure> {
    let root = unit::root(conn).await?.map(|root| root.path);
    rotation(conn, &root.into_iter().collect::<Vec<_>>()).await
}

async fn rotation(conn: &mut Conn, within: &[String]) -> Result<Rotation, Failure> {
    let in_use = set::in_use(conn).await?.map(|of| of.set_version);
    let cards = chip::cards_by_set(conn).await?;
    let blanks = chip::blanks_by_set(conn).await?;
    let mut versions: Vec<i64> = cards.iter().chain(&blanks).map(|(set, _)| *set).collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions.dedup();
    let of = |all: &[(i64, i64)], set| all.iter().find(|(known, _)| *known == set).map_or(0, |(_, count)| *count);
    let count = |set| SetCount { set_version: set, cards: of(&cards, set), blanks: of(&blanks, set) };
    // without a set in use none of them is done
    let (units, unit_count) = chip::progress(conn, within, in_use.unwrap_or_default(), (0, UNITS)).await?;
    let line = |it: chip::Progress| UnitProgress { unit_id: it.unit_id, unit: it.unit, total: it.total, done: it.done };
    Ok(Rotation {
        in_use,
        sets: versions.into_iter().map(count).collect(),
        unknown: chip::cards_unknown(conn).await?,
        units: units.into_iter().map(line).collect(),
        unit_count,
    })
}

/// For who has readers: how far their units are, the cards that are still to be re-keyed, and how many of those there are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn show_field(
    conn: &mut Conn,
    actor: &Actor,
    page: i64,
) -> Result<(Rotation, Vec<OutdatedCard>, i64), Failure> {
    if !actor.may_somewhere(Action::IssueCards) {
        return Err(Failure::Forbidden);
    }
    let within = actor.paths(Action::IssueCards);
    let far = rotation(conn, &within).await?;
    let Some(set) = far.in_use else { return Ok((far, Vec::new(), 0)) };
    let slice = ((page.max(1) - 1) * PAGE, PAGE);
    let (rows, total) = chip::outdated(conn, &within, set, slice).await?;
    let line = |it: chip::Outdated| OutdatedCard {
        card_id: it.card_id,
        name: it.name,
        code: it.code,
        unit: it.unit,
        key_set: it.key_set,
        underway: it.sets > 1,
    };
    Ok((far, rows.into_iter().map(line).collect(), total))
}
