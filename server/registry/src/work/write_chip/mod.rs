//! Writing a card's chip through whoever holds the reader (`chip::plan`): what a run is for, whose chip it may touch, and what it leaves in
//! the registry. What a batch means to do is in the chip's journal before the batch leaves; a run that is lost loses nothing else.

mod content;
mod field;
mod note;
mod said;
pub mod training;
mod wipe;

pub use field::begin_field;
pub use wipe::begin_wipe;

use std::sync::Arc;

use chip::batch::{Answers, Ended, Told};
use chip::content::Hash;
use chip::keys::{SetVersion, Uid};
use chip::plan::{EVERY_APDU, Event, Goal, MakerKey, Order, Outcome, Reached, Run, Turn};
use contract::cards::ChipView;
use contract::{Failure, Refusal};
use model::lifecycle::{self, Lifecycle as _};
use model::role::Action;
use model::stock::{ChipKind, PlaceKind};

pub(super) use self::content::content_of;
use self::note::Known;
use super::issue_card::{issuable, note_issuer, still_wanted};
use super::key_sets::version_in_use;
use super::stock::place_for;
use super::witness::{is_awaited, note_maker};
use crate::card_vault::CardVault;
use crate::hex::hex;
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
    desk: Desk,
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
    /// A card in the field, whichever lies there: what is due is done, so that it has the keys of this set and what its content is today.
    Field(SetVersion, Option<Box<field::Here>>),
    /// The chip of a card that came back, or of a spoiled blank, whichever lies there, is wiped, with this set's transport key.
    Wipe(SetVersion, Option<wipe::Back>),
}

impl Aim {
    /// The card that it is about, once that is known.
    fn card_id(&self) -> Option<i64> {
        match self {
            Aim::Card(of) => Some(of.card_id),
            Aim::Field(_, here) => here.as_ref().map(|here| here.card.card_id),
            Aim::Wipe(_, back) => back.as_ref().map(|back| back.card_id),
            Aim::Blank(_) => None,
        }
    }
}

#[derive(Clone)]
struct ForCard {
    card_id: i64,
    blank_id: i64,
    hash: Hash,
    host: String,
}

/// What surrounds a run.
#[derive(Clone)]
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
            note_maker(tx, &who, id).await?;
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

/// A run that gives a simulated card the transport key of a demonstration, for whoever simulates one: a store has such blanks.
///
/// # Errors
/// [`Refusal::Impossible`] where the province is none.
pub async fn demonstration_blank(store: &Store, desk: Desk) -> Result<Run, Failure> {
    if !is_demonstration(&mut store.read().await?).await? {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let set = in_use(store, &desk).await?;
    Ok(run(&desk, order(&desk, Goal::Key(set), None)))
}

/// One turn: what came back, if anything did (in the first turn: to the opening), and what is to be done next. Where it goes on, the run is handed back. What was meant and what
/// was reached is in the journal when this returns.
///
/// # Errors
/// [`Failure::Stale`] where the card has moved on meanwhile, another run has this chip. The run is gone then; what it wrote is not.
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
                event = match writing.met(store, actor, &known, uid, at_ms).await? {
                    Met::GoOn => Event::Journal(known.journal().to_vec()),
                    Met::Anew(order) => {
                        writing.begin(order);
                        Event::Again
                    }
                    Met::Not(said, whose) => return Ok((over(said, whose), None)),
                };
                writing.sheet.known = Some(known);
            }
            Turn::Batch(entries, batch) => {
                let Writing { run, sheet, desk } = writing;
                let sheet = sheet.noted(store, actor, entries, None, at_ms).await?;
                return Ok((Told::Batch(batch), Some(Writing { run, sheet, desk })));
            }
            Turn::Over(entries, outcome) => {
                let ended = said::ended(&outcome, &writing.sheet.aim);
                writing.sheet = writing.sheet.noted(store, actor, entries, Some((*outcome).clone()), at_ms).await?;
                match writing.next(&outcome) {
                    Some(order) => {
                        writing.begin(order);
                        event = Event::Again;
                    }
                    None => return Ok((Told::Over(ended), None)),
                }
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
    let written = written_chip(conn, &found).await?.and_then(|chip| chip.content);
    let awaited = is_awaited(conn, &found, written.as_deref()).await?;
    let demonstration = is_demonstration(conn).await?;
    // an issued one before one that was only begun
    let mine = chips.into_iter().filter(|chip| chip.blank_id == Some(blank_id));
    let chip = mine.max_by_key(|chip| (chip.state == note::ISSUED, note::is_taken(chip), chip.changed_at));
    Ok(Some(chip.map_or_else(
        || ChipView { awaited, demonstration, ..ChipView::default() },
        |chip| ChipView {
            issued: chip.state == note::ISSUED,
            begun: true,
            uid: chip.uid,
            profile: chip.profile,
            key_set: chip.key_set,
            tries: chip.tries,
            milliseconds: chip.milliseconds,
            wiped_at: chip.wiped_at,
            blank: chip.state == note::BLANK,
            awaited,
            content: chip.content.as_deref().map(hex),
            demonstration,
        },
    )))
}

/// A card on a blank with a chip becomes active only with its own content on that chip.
///
/// # Errors
/// [`Refusal::ChipUnwritten`], [`Refusal::WitnessNeeded`], [`Refusal::Erased`].
pub(super) async fn chip_is_written(conn: &mut Conn, found: &Card) -> Result<(), Failure> {
    if chip_blank(conn, found).await?.is_none() {
        return Ok(());
    }
    let written = written_chip(conn, found).await?.and_then(|chip| Some((chip.host?, chip.content?)));
    let (host, content) = written.ok_or(Failure::Refused { why: Refusal::ChipUnwritten })?;
    let (_, approved) = content_of(found, &host)?;
    if approved.as_slice() != content.as_slice() {
        return Err(Failure::Refused { why: Refusal::ChipUnwritten });
    }
    if is_awaited(conn, found, Some(&content)).await? {
        return Err(Failure::Refused { why: Refusal::WitnessNeeded });
    }
    Ok(())
}

/// The chip of a card that is written, on the blank that it was printed on.
pub(super) async fn written_chip(conn: &mut Conn, found: &Card) -> Result<Option<stored::Chip>, Failure> {
    let Some(blank_id) = chip_blank(conn, found).await? else { return Ok(None) };
    let chips = stored::of_card(conn, found.id).await?;
    Ok(chips.into_iter().find(|chip| chip.blank_id == Some(blank_id) && chip.state == note::ISSUED))
}

/// The blank that a card was printed on, if it has a chip.
async fn chip_blank(conn: &mut Conn, found: &Card) -> Result<Option<i64>, Failure> {
    let Some(serial) = found.blank_serial.clone() else { return Ok(None) };
    let Some(known) = blank::by_serials(conn, &[serial]).await?.pop() else { return Ok(None) };
    let kind = catalogue::by_id(conn, known.type_id).await?.ok_or(Failure::Internal)?;
    let chip = ChipKind::from_name(&kind.chip).ok_or(Failure::Internal)?;
    Ok((chip != ChipKind::None).then_some(known.id))
}

/// Whether the province is a demonstration: its key set was drawn without custodians and is for no real card.
async fn is_demonstration(conn: &mut Conn) -> Result<bool, Failure> {
    Ok(set::in_use(conn).await?.is_some_and(|of| of.demonstration == 1))
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

/// What follows from a chip's having shown who it is.
enum Met {
    /// The run goes on with the chip's journal.
    GoOn,
    /// Another run takes its place: that is what is due on this chip.
    Anew(Order),
    /// Nothing is done with it: the name of the sentence, and whose card it is where that is said.
    Not(&'static str, String),
}

impl Writing {
    /// Whether these are answers to this run: a request that arrived twice begins two, and the page has one of them.
    pub fn is_of(&self, answers: &Answers) -> bool {
        self.run.is_of(answers)
    }

    fn new(desk: Desk, aim: Aim, goal: Goal, card: Option<Uid>, at_ms: i64) -> Self {
        let run = run(&desk, order(&desk, goal, card));
        Writing { run, sheet: Sheet { aim, known: None, counted: false, heard_ms: at_ms }, desk }
    }

    fn begin(&mut self, order: Order) {
        self.run = run(&self.desk, order);
    }

    async fn met(&mut self, store: &Store, actor: &Actor, known: &Known, uid: Uid, at_ms: i64) -> Result<Met, Failure> {
        match &self.sheet.aim {
            Aim::Card(_) | Aim::Blank(_) => Ok(match known.unfit_for(&self.sheet.aim) {
                Some(said) => Met::Not(said, String::new()),
                None => Met::GoOn,
            }),
            // it was recognised before, and this is what it was recognised for
            Aim::Field(_, Some(_)) | Aim::Wipe(_, Some(_)) => Ok(Met::GoOn),
            Aim::Field(set, None) => {
                let (set, host) = (*set, self.desk.host.clone());
                match field::due(store, actor, known, (set, &host), at_ms).await? {
                    Ok((here, goal)) => {
                        self.sheet.aim = Aim::Field(set, Some(Box::new(here)));
                        Ok(goal.map_or(Met::GoOn, |goal| Met::Anew(order(&self.desk, goal, Some(uid)))))
                    }
                    Err((said, whose)) => Ok(Met::Not(said, whose)),
                }
            }
            Aim::Wipe(set, None) => match wipe::came_back(store, actor, known, at_ms).await? {
                Ok(back) => {
                    self.sheet.aim = Aim::Wipe(*set, Some(back));
                    Ok(Met::GoOn)
                }
                Err((said, whose)) => Ok(Met::Not(said, whose)),
            },
        }
    }

    /// What is due once that is done.
    fn next(&mut self, outcome: &Outcome) -> Option<Order> {
        let Aim::Field(_, Some(here)) = &mut self.sheet.aim else { return None };
        matches!(outcome.end, Ok((Reached::Rekeyed { .. }, _))).then_some(())?;
        let goal = Goal::Update(Box::new(here.then.take()?));
        Some(order(&self.desk, goal, outcome.uid))
    }
}

fn order(desk: &Desk, goal: Goal, card: Option<Uid>) -> Order {
    Order { goal, card, makers: desk.makers.clone(), longest: EVERY_APDU }
}

fn run(desk: &Desk, order: Order) -> Run {
    let mut number = [0; 8];
    (desk.draw)(&mut number);
    let draw = desk.draw.clone();
    // 0 is an opening's
    Run::new(order, u64::from_be_bytes(number).max(1), desk.vault.clone(), move |bytes| draw(bytes))
}

fn over(said: &'static str, whose: String) -> Told {
    Told::Over(Ended { said: said.to_owned(), reached: false, detail: "not this chip".to_owned(), whose })
}

/// The run goes one step on, on a thread of its own: keys may come from a token.
async fn stepped(writing: Writing, event: Event) -> Result<(Writing, Turn), Failure> {
    let stepping = move || {
        let Writing { mut run, sheet, desk } = writing;
        let turn = run.turn(event);
        (Writing { run, sheet, desk }, turn)
    };
    tokio::task::spawn_blocking(stepping).await.map_err(|_| Failure::Internal)
}
