//! Writing a card's chip through whoever holds the reader (`chip::plan`): what a run is for, whose chip it may touch, and what it leaves in
//! the registry. What a batch means to do is in the chip's journal before the batch leaves; a run that is lost loses nothing else.

mod content;
mod note;
mod said;
pub mod training;

use std::sync::Arc;

use chip::batch::{Answers, Ended, Told};
use chip::content::Hash;
use chip::keys::{SetVersion, Uid};
use chip::plan::{EVERY_APDU, Event, Goal, MakerKey, Order, Run, Turn};
use contract::cards::ChipView;
use contract::{Failure, Refusal};
use model::lifecycle::{self, Lifecycle as _};
use model::role::Action;
use model::stock::{ChipKind, PlaceKind};

use self::content::content_of;
use self::note::Known;
use super::issue_card::{issuable, note_issuer, still_wanted};
use super::key_sets::version_in_use;
use super::stock::place_for;
use crate::card_vault::CardVault;
use crate::store::card::Card;
use crate::store::chip as stored;
use crate::store::key::set;
use crate::store::stock::place::Place;
use crate::store::stock::{blank, catalogue};
use crate::{Actor, Conn, Draw, Store};

/// A run under way. Whoever has it has it alone: it is handed in for a turn and handed back, so that one whose turn was cut off is gone.
pub struct Writing {
    run: Run,
    sheet: Sheet,
}

/// What a run is for, and what is known of its chip.
#[derive(Clone)]
struct Sheet {
    aim: Aim,
    known: Option<Known>,
    /// Whether it was counted among the chip's tries.
    counted: bool,
    /// When it was last heard of.
    heard_ms: i64,
}

#[derive(Clone)]
enum Aim {
    /// The chip of a card that was printed.
    Card(Box<ForCard>),
    /// A blank of the stock gets the transport key of this set.
    Blank(SetVersion),
}

#[derive(Clone)]
struct ForCard {
    card_id: i64,
    blank_id: i64,
    hash: Hash,
    host: String,
}

/// What surrounds a run.
pub struct Desk {
    /// Where the keys are.
    pub vault: Arc<dyn CardVault>,
    /// Randomness.
    pub draw: Draw,
    /// Whose signature over the identifier counts as the maker's; none: it is not asked for.
    pub makers: Vec<MakerKey>,
    /// Host of the public page.
    pub host: String,
}

/// The key set whose keys cards get that are issued now: the highest that is kept.
///
/// # Errors
/// [`Refusal::NoKeySet`] where there is none; [`Failure::Internal`] where the vault does not say.
pub fn set_in_use(vault: &dyn CardVault) -> Result<SetVersion, Failure> {
    let sets = vault.key_sets().map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "the vault does not name its key sets");
        Failure::Internal
    })?;
    let kept = sets.into_iter().filter(|set| !set.draft).map(|set| set.version);
    kept.max().ok_or(Failure::Refused { why: Refusal::NoKeySet })
}

/// Whether somebody may write the chip of that card, whatever state it is in.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`].
pub async fn may_write(conn: &mut Conn, actor: &Actor, id: i64) -> Result<(), Failure> {
    issuable(conn, actor, id).await.map(drop)
}

/// Whether somebody may give blanks their transport key at that place: a store's, since an issuing station may not see what passes there.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`] without [`Action::HandleBlanks`] there; [`Refusal::Impossible`] where it is no store.
pub async fn may_key(conn: &mut Conn, actor: &Actor, place_id: i64, at_ms: i64) -> Result<Place, Failure> {
    let found = place_for(conn, actor, Action::HandleBlanks, place_id, at_ms).await?;
    if found.kind == PlaceKind::Store.name() { Ok(found) } else { Err(Failure::Refused { why: Refusal::Impossible }) }
}

/// Begins to write the chip of a card that was printed on a blank with one, or goes on with it: which of the two, its journal says.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`]; [`Refusal::Impossible`] in another state, [`Refusal::NoChip`], [`Refusal::NoKeySet`],
/// [`Refusal::ChipContent`], [`Refusal::SeparationOfDuties`], [`Refusal::HasLeft`], [`Refusal::NationalDiffers`], [`Refusal::Erased`].
pub async fn begin_card(store: &Store, actor: &Actor, desk: Desk, id: i64, at_ms: i64) -> Result<Writing, Failure> {
    may_write(&mut store.read().await?, actor, id).await?;
    let set = in_use(store, &desk).await?;
    let (who, host) = (actor.clone(), desk.host.clone());
    let begun = store.write(at_ms, move |tx| {
        Box::pin(async move {
            let found = issuable(tx.conn(), &who, id).await?;
            if found.state != lifecycle::Card::Printed.name() {
                return Err(Failure::Refused { why: Refusal::Impossible });
            }
            let blank_id = chip_blank(tx.conn(), &found).await?.ok_or(Failure::Refused { why: Refusal::NoChip })?;
            still_wanted(tx.conn(), &found).await?;
            let (content, hash) = content_of(&found, &host)?;
            note_issuer(tx, &who, &found).await?;
            // the chip that has this card's own master key is the only one that this blank can have
            let chips = stored::of_card(tx.conn(), id).await?;
            let written = chips.iter().find(|chip| chip.blank_id == Some(blank_id) && note::is_taken(chip));
            let expected = written.and_then(|chip| note::uid_of(&chip.uid));
            Ok((ForCard { card_id: id, blank_id, hash, host }, content, expected))
        })
    });
    let (of, content, expected) = begun.await?;
    let goal = Goal::Issue(Box::new(content), set);
    Ok(Writing::new(desk, Aim::Card(Box::new(of)), goal, expected, at_ms))
}

/// Begins to give a blank its transport key, at a store.
///
/// # Errors
/// As [`may_key`]; [`Refusal::NoKeySet`].
pub async fn begin_blank(
    store: &Store,
    actor: &Actor,
    desk: Desk,
    place_id: i64,
    at_ms: i64,
) -> Result<Writing, Failure> {
    may_key(&mut store.read().await?, actor, place_id, at_ms).await?;
    let set = in_use(store, &desk).await?;
    Ok(Writing::new(desk, Aim::Blank(set), Goal::Key(set), None, at_ms))
}

/// Whether the province is a demonstration: its key set was drawn without custodians and is for no real card.
///
/// # Errors
/// As the database says.
pub async fn is_demonstration(conn: &mut Conn) -> Result<bool, Failure> {
    Ok(set::in_use(conn).await?.is_some_and(|of| of.demonstration == 1))
}

/// A run that gives a simulated card the transport key of a demonstration, for whoever simulates one: a store has such blanks.
///
/// # Errors
/// [`Failure::NotFound`] where the province is none.
pub async fn demonstration_blank(store: &Store, desk: Desk) -> Result<Run, Failure> {
    if !is_demonstration(&mut store.read().await?).await? {
        return Err(Failure::NotFound);
    }
    let set = in_use(store, &desk).await?;
    Ok(run(desk, Goal::Key(set), None))
}

/// One turn: what came back, if anything did, and what is to be done next. Where it goes on, the run is handed back. What was meant and what
/// was reached is in the journal when this returns.
///
/// # Errors
/// [`Failure::Stale`] where the card has moved on meanwhile, or another run has this chip. The run is gone then; what it wrote is not.
pub async fn turn(
    store: &Store,
    actor: &Actor,
    writing: Writing,
    answers: Option<Answers>,
    at_ms: i64,
) -> Result<(Told, Option<Writing>), Failure> {
    let mut event = answers.map_or(Event::Again, Event::Answers);
    let mut writing = writing;
    loop {
        let (back, turn) = stepped(writing, event).await?;
        writing = back;
        match turn {
            Turn::Whose(uid) => {
                let mut conn = store.read().await?;
                let known = Known::read(&mut conn, uid).await?;
                drop(conn);
                if let Some((said, detail)) = known.unfit_for(&writing.sheet.aim) {
                    let (said, detail) = (said.to_owned(), detail.to_owned());
                    return Ok((Told::Over(Ended { said, reached: false, detail }), None));
                }
                event = Event::Journal(known.journal().to_vec());
                writing.sheet.known = Some(known);
            }
            Turn::Batch(entries, batch) => {
                let Writing { run, sheet } = writing;
                let sheet = sheet.noted(store, actor, entries, None, at_ms).await?;
                return Ok((Told::Batch(batch), Some(Writing { run, sheet })));
            }
            Turn::Over(entries, outcome) => {
                let ended = said::ended(&outcome);
                writing.sheet.noted(store, actor, entries, Some(*outcome), at_ms).await?;
                return Ok((Told::Over(ended), None));
            }
        }
    }
}

/// What is known of the chip of a card; nothing for one on a blank without a chip.
///
/// # Errors
/// As the database says.
pub async fn show_chip(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Option<ChipView>, Failure> {
    let found = issuable(conn, actor, id).await?;
    let Some(blank_id) = chip_blank(conn, &found).await? else { return Ok(None) };
    let chips = stored::of_card(conn, id).await?;
    // an issued one before one that was only begun
    let mine = chips.into_iter().filter(|chip| chip.blank_id == Some(blank_id));
    let chip = mine.max_by_key(|chip| (chip.state == note::ISSUED, note::is_taken(chip), chip.changed_at));
    Ok(Some(chip.map_or_else(ChipView::default, |chip| ChipView {
        issued: chip.state == note::ISSUED,
        begun: true,
        uid: chip.uid,
        profile: chip.profile,
        key_set: chip.key_set,
        tries: chip.tries,
        milliseconds: chip.milliseconds,
    })))
}

/// A card on a blank with a chip becomes active only with its own content on that chip.
///
/// # Errors
/// [`Refusal::ChipUnwritten`], [`Refusal::Erased`].
pub(super) async fn chip_is_written(conn: &mut Conn, found: &Card) -> Result<(), Failure> {
    let Some(blank_id) = chip_blank(conn, found).await? else { return Ok(()) };
    for chip in stored::of_card(conn, found.id).await? {
        let (Some(host), Some(written)) = (&chip.host, &chip.content) else { continue };
        if chip.blank_id != Some(blank_id) || chip.state != note::ISSUED {
            continue;
        }
        let (_, approved) = content_of(found, host)?;
        if approved.as_slice() == written.as_slice() {
            return Ok(());
        }
    }
    Err(Failure::Refused { why: Refusal::ChipUnwritten })
}

/// The blank that a card was printed on, if it has a chip.
async fn chip_blank(conn: &mut Conn, found: &Card) -> Result<Option<i64>, Failure> {
    let Some(serial) = found.blank_serial.clone() else { return Ok(None) };
    let Some(known) = blank::by_serials(conn, &[serial]).await?.pop() else { return Ok(None) };
    let kind = catalogue::by_id(conn, known.type_id).await?.ok_or(Failure::Internal)?;
    let chip = ChipKind::from_name(&kind.chip).ok_or(Failure::Internal)?;
    Ok((chip != ChipKind::None).then_some(known.id))
}

/// The set that an approver has put in use; while the registry knows of no set at all, the highest that the vault keeps.
async fn in_use(store: &Store, desk: &Desk) -> Result<SetVersion, Failure> {
    let mut conn = store.read().await?;
    if let Some(version) = version_in_use(&mut conn).await? {
        return Ok(version);
    }
    if !set::all(&mut conn).await?.is_empty() {
        return Err(Failure::Refused { why: Refusal::NoKeySet });
    }
    drop(conn);
    let vault = desk.vault.clone();
    // a token may take its time
    tokio::task::spawn_blocking(move || set_in_use(vault.as_ref())).await.map_err(|_| Failure::Internal)?
}

impl Writing {
    fn new(desk: Desk, aim: Aim, goal: Goal, card: Option<Uid>, at_ms: i64) -> Self {
        let run = run(desk, goal, card);
        Writing { run, sheet: Sheet { aim, known: None, counted: false, heard_ms: at_ms } }
    }
}

fn run(desk: Desk, goal: Goal, card: Option<Uid>) -> Run {
    let Desk { vault, draw, makers, .. } = desk;
    let mut number = [0; 8];
    draw(&mut number);
    let order = Order { goal, card, makers, longest: EVERY_APDU };
    Run::new(order, u64::from_be_bytes(number), vault, move |bytes| draw(bytes))
}

/// The run goes one step on, on a thread of its own: keys may come from a token.
async fn stepped(writing: Writing, event: Event) -> Result<(Writing, Turn), Failure> {
    let stepping = move || {
        let Writing { mut run, sheet } = writing;
        let turn = run.turn(event);
        (Writing { run, sheet }, turn)
    };
    tokio::task::spawn_blocking(stepping).await.map_err(|_| Failure::Internal)
}
