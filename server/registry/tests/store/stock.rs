//! Stock of blanks: every way in which they move, on both databases; whatever happens, the ledger and the blanks agree.

use contract::{Failure, Fault, Refusal};
use model::lifecycle::{Blank as State, Lifecycle as _};
use model::role::{Grant, Role};
use model::stock::{LotCheck, Serial, SerialFault, SpoilReason};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use registry::store::stock::{blank, ledger};
use registry::store::unit;
use registry::work::stock::accept_lot::{AcceptForm, accept_lot, send_lot_back, show_lot};
use registry::work::stock::count::{CountForm, count, show_count};
use registry::work::stock::destroy::{DestroyForm, draw_up, show_destruction, witness};
use registry::work::stock::list_blanks::{BlankQuery, list_blanks, show_blank};
use registry::work::stock::move_blanks::{SendForm, send_blanks, take_in};
use registry::work::stock::overview::overview;
use registry::work::stock::places::{PlaceForm, add_place, change_place, list_places};
use registry::work::stock::receive_lot::{LotForm, receive_lot};
use registry::work::stock::set_aside::{AsideForm, set_aside};
use registry::work::stock::spoil::{SpoilForm, spoil};
use registry::work::stock::types::{TypeForm, add_type, change_type};
use registry::work::stock::{release, reserve, spoil_blank, use_blank};
use registry::work::work_queue::work_queue;
use registry::{Actor, Tx};

use crate::people::province;
use crate::support::{AT, TestStore, number, run, stores};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Does one use case, at an instant.
macro_rules! at {
    ($test:expr, $at:expr, $tx:ident => $body:expr) => {
        $test.store.write($at, move |$tx: &mut Tx| Box::pin(async move { $body.await })).await
    };
}

macro_rules! do_ {
    ($test:expr, $tx:ident => $body:expr) => {
        at!($test, AT, $tx => $body)
    };
}

/// Accounts 1 to 4: keeper, operator, witness, checker.
fn actor(id: i64, role: Role, path: &str) -> Actor {
    Actor::account(id, None, String::new(), vec![Grant { role, path: path.to_owned() }], Some(AT))
}

pub struct Stock {
    pub root: String,
    kind: i64,
    store: i64,
    station: i64,
}

impl Stock {
    fn keeper(&self) -> Actor {
        actor(1, Role::StockKeeper, &self.root)
    }

    fn operator(&self) -> Actor {
        actor(2, Role::IssuingOperator, &self.root)
    }

    fn witness(&self) -> Actor {
        actor(3, Role::Witness, &self.root)
    }
}

fn type_form() -> TypeForm {
    TypeForm {
        code: "EV3".into(),
        name: "Phôi EV3".into(),
        supplier: "Công ty Thẻ".into(),
        chip: "embedded".into(),
        interface: "contactless".into(),
        chip_model: "MIFARE DESFire EV3".into(),
        memory_kb: "8".into(),
        material: "PVC".into(),
        surface: "matt".into(),
        length: "85,725".into(),
        width: "53,975".into(),
        thickness: "0,76".into(),
        appraisal: "12/BNV".into(),
        note: String::new(),
    }
}

fn place_form(name: &str, kind: &str, quota: &str) -> PlaceForm {
    PlaceForm { name: name.into(), kind: kind.into(), quota: quota.into(), minimum: "3".into(), ..PlaceForm::default() }
}

async fn stock(test: &TestStore) -> Stock {
    stock_of(test, type_form()).await
}

async fn stock_of(test: &TestStore, kind: TypeForm) -> Stock {
    let root = province(test).await;
    test.run(&["insert into account (id, login, display_name, name_folded, state, created_at) values \
        (1, 'k', 'Thủ kho', 'thu kho', 'active', 1), (2, 'o', 'Cấp thẻ', 'cap the', 'active', 1), \
        (3, 'w', 'Chứng kiến', 'chung kien', 'active', 1)"])
        .await;
    let keeper = actor(1, Role::StockKeeper, &root);
    let (kind, store, station) = do_!(test, tx => async {
        Ok::<_, Failure>((
            add_type(tx, &keeper, kind).await?,
            add_place(tx, &keeper, place_form("Kho tỉnh", "store", "")).await?,
            add_place(tx, &keeper, place_form("Điểm cấp", "station", "10")).await?,
        ))
    })
    .unwrap();
    Stock { root, kind, store, station }
}

fn lot_form(of: &Stock, number: &str, serials: &str, stated: &str) -> LotForm {
    LotForm {
        type_id: Some(of.kind),
        place_id: Some(of.store),
        number: number.into(),
        document: "PGH 1".into(),
        stated: stated.into(),
        serials: serials.into(),
        ..LotForm::default()
    }
}

async fn received(test: &TestStore, of: &Stock, number: &str, serials: &str, stated: &str) -> Result<i64, Failure> {
    let (keeper, form) = (of.keeper(), lot_form(of, number, serials, stated));
    do_!(test, tx => receive_lot(tx, &keeper, form))
}

async fn accepted(test: &TestStore, of: &Stock, id: i64) -> Result<(), Failure> {
    let keeper = of.keeper();
    let form = AcceptForm { checks: LotCheck::ALL.to_vec(), ..AcceptForm::default() };
    do_!(test, tx => accept_lot(tx, &keeper, (id, 1), form))
}

/// A province with an accepted lot of that many.
pub async fn filled(test: &TestStore, serials: &str, stated: &str) -> Stock {
    filled_with(test, type_form(), serials, stated).await
}

/// The same, of blanks without a chip.
pub async fn filled_plain(test: &TestStore, serials: &str, stated: &str) -> Stock {
    let none = || "none".to_owned();
    let kind = TypeForm {
        chip: none(),
        interface: none(),
        chip_model: String::new(),
        memory_kb: String::new(),
        ..type_form()
    };
    filled_with(test, kind, serials, stated).await
}

async fn filled_with(test: &TestStore, kind: TypeForm, serials: &str, stated: &str) -> Stock {
    let of = stock_of(test, kind).await;
    let lot = received(test, &of, "L1", serials, stated).await.unwrap();
    accepted(test, &of, lot).await.unwrap();
    of
}

fn serial_fault(field: &str, why: SerialFault, text: &str, more: usize) -> Failure {
    Failure::field(field, Fault::Serial { why, text: text.into(), more })
}

/// The states of all blanks: (state, number), in order.
async fn states(test: &TestStore) -> Vec<(String, i64)> {
    let mut conn = test.store.read().await.unwrap();
    let mut found = Vec::new();
    for (_, name) in State::STATES {
        let count = number(&mut conn, &format!("select count(*) from blank where state = '{name}'")).await;
        if count > 0 {
            found.push(((*name).to_owned(), count));
        }
    }
    found
}

/// What must hold whatever happened.
async fn sound(test: &TestStore, of: &Stock, at_ms: i64) {
    let mut conn = test.store.read().await.unwrap();
    let uneven = "select count(*) from blank_movement v where v.count <> \
        (select count(*) from blank_moved m where m.movement_id = v.id)";
    assert_eq!(number(&mut conn, uneven).await, 0, "a movement of so many moves so many");
    // the last movement of each blank says where it is and what it is
    let strays = "select count(*) from blank b where not exists (select 1 from blank_moved m join blank_movement v \
        on v.id = m.movement_id where m.blank_id = b.id and v.to_state = b.state and v.to_place = b.place_id \
        and v.type_id = b.type_id and v.id = (select max(movement_id) from blank_moved where blank_id = b.id))";
    assert_eq!(number(&mut conn, strays).await, 0, "blanks are what their last movement says");
    // and each movement takes up where the one before left off
    let torn = "select count(*) from blank_moved m join blank_movement v on v.id = m.movement_id where v.from_state is not null \
        and not exists (select 1 from blank_movement w where w.id = (select max(n.movement_id) from blank_moved n \
        where n.blank_id = m.blank_id and n.movement_id < m.movement_id) and w.to_state = v.from_state and w.to_place = v.from_place)";
    assert_eq!(number(&mut conn, torn).await, 0, "movements of a blank follow one another");
    let day = registry::date::iso_day(at_ms);
    let balances = ledger::balances(&mut conn, &day).await.unwrap();
    assert!(balances.iter().all(|balance| balance.number > 0), "no account is overdrawn: {balances:?}");
    let supplier = "select cast(coalesce(sum(-count), 0) as bigint) from blank_movement where from_state is null";
    let held: i64 = balances.iter().map(|balance| balance.number).sum();
    assert_eq!(held + number(&mut conn, supplier).await, 0, "all accounts, the supplier's among them, hold nothing");
    for balance in &balances {
        let sql = format!(
            "select count(*) from blank where place_id = {} and type_id = {} and state = '{}'",
            balance.place_id, balance.type_id, balance.state
        );
        assert_eq!(number(&mut conn, &sql).await, balance.number, "{balance:?}");
    }
    let in_all = number(&mut conn, "select count(*) from blank").await;
    let view = overview(&mut conn, &of.keeper(), "", at_ms).await.unwrap();
    assert!(view.sum.is_balanced() && view.lines.iter().all(|line| line.holding.is_balanced()), "{view:?}");
    assert_eq!(view.sum.from_suppliers, in_all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lot_comes_is_looked_at_and_accepted_without_what_is_bad() {
    for test in stores().await {
        let of = stock(&test).await;
        // more than the papers say, and nothing said about it
        let differs = received(&test, &of, "L1", "PH0001–PH0010", "9").await;
        assert_eq!(differs, Err(Failure::field("note", Fault::Differs { counted: 10 })));
        let lot = received(&test, &of, "L1", "PH0001–PH0010", "10").await.unwrap();
        // the same lot again, in other letters; the same blanks in another lot
        let again = received(&test, &of, "L1", "PK0001–PK0002", "2").await;
        assert_eq!(again, Err(Failure::field("number", Fault::Taken)));
        let overlap = received(&test, &of, "L2", "PH0009–PH0012", "4").await;
        assert_eq!(overlap, Err(serial_fault("serials", SerialFault::Exists, "PH0009", 1)));
        let reversed = received(&test, &of, "L2", "PH0012–PH0009", "4").await;
        assert_eq!(reversed, Err(serial_fault("serials", SerialFault::Reversed, "PH0012–PH0009", 0)));

        let keeper = of.keeper();
        let unchecked = do_!(test, tx => accept_lot(tx, &keeper, (lot, 1), AcceptForm::default()));
        assert!(matches!(unchecked, Err(Failure::Invalid { faults }) if faults.len() == LotCheck::ALL.len()));
        let keeper = of.keeper();
        let bad = AcceptForm { checks: LotCheck::ALL.to_vec(), back: "PH0003\nPH0007".into(), note: "Lỗi in".into() };
        do_!(test, tx => accept_lot(tx, &keeper, (lot, 1), bad)).unwrap();
        assert_eq!(states(&test).await, [("on_hand".to_owned(), 8), ("sent_back".to_owned(), 2)]);
        assert_eq!(accepted(&test, &of, lot).await, Err(Failure::Refused { why: Refusal::Decided }));
        sound(&test, &of, AT).await;

        let second = received(&test, &of, "L2", "PK1–PK5", "5").await.unwrap();
        let keeper = of.keeper();
        let stale = do_!(test, tx => send_lot_back(tx, &keeper, (second, 9), "Sai mẫu"));
        assert_eq!(stale, Err(Failure::Stale));
        let keeper = of.keeper();
        do_!(test, tx => send_lot_back(tx, &keeper, (second, 1), "Sai mẫu")).unwrap();
        let mut conn = test.store.read().await.unwrap();
        let shown = show_lot(&mut conn, &of.keeper(), second).await.unwrap();
        assert_eq!((shown.holding.sent_back, shown.ends), (5, Some(("PK1".into(), "PK5".into()))));
        drop(conn);
        sound(&test, &of, AT).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_without_appraisal_or_out_of_size_is_refused() {
    for test in stores().await {
        let of = stock(&test).await;
        let keeper = of.keeper();
        let thick = TypeForm { code: "X".into(), thickness: "0,9".into(), ..type_form() };
        let thick = do_!(test, tx => add_type(tx, &keeper, thick));
        assert_eq!(thick, Err(Failure::field("thickness", Fault::Measure { nominal: 760, tolerance: 80 })));
        let keeper = of.keeper();
        let plain = TypeForm { code: "X".into(), chip: "none".into(), interface: "dual".into(), ..type_form() };
        let plain = do_!(test, tx => add_type(tx, &keeper, plain));
        assert!(matches!(plain, Err(Failure::Invalid { .. })));
        let lot = received(&test, &of, "L1", "A1–A2", "2").await.unwrap();
        let keeper = of.keeper();
        let bare = TypeForm { appraisal: String::new(), ..type_form() };
        do_!(test, tx => change_type(tx, &keeper, (of.kind, 1), bare)).unwrap();
        assert_eq!(accepted(&test, &of, lot).await, Err(Failure::Refused { why: Refusal::NotAppraised }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blanks_go_to_a_station_within_its_quota_and_somebody_else_takes_them_in() {
    for test in stores().await {
        let of = filled(&test, "A001–A030", "30").await;
        let send = |serials: &str| SendForm {
            from: Some(of.store),
            to: Some(of.station),
            serials: serials.into(),
            document: "PX 1".into(),
        };
        let (keeper, form) = (of.keeper(), send("A001–A011"));
        let over = do_!(test, tx => send_blanks(tx, &keeper, form));
        assert_eq!(over, Err(Failure::field("to", Fault::Quota { left: 10 })));
        let (keeper, form) = (of.keeper(), send("A001–A006"));
        let first = do_!(test, tx => send_blanks(tx, &keeper, form)).unwrap();
        // what is on the way counts
        let (keeper, form) = (of.keeper(), send("A007–A011"));
        let over = do_!(test, tx => send_blanks(tx, &keeper, form));
        assert_eq!(over, Err(Failure::field("to", Fault::Quota { left: 4 })));
        let (keeper, form) = (of.keeper(), send("A006–A007"));
        let twice = do_!(test, tx => send_blanks(tx, &keeper, form));
        assert_eq!(twice, Err(serial_fault("serials", SerialFault::State, "A006", 0)));

        let keeper = of.keeper();
        let own = do_!(test, tx => take_in(tx, &keeper, (first, 1), true, ""));
        assert_eq!(own, Err(Failure::Refused { why: Refusal::SecondPerson }));
        let operator = of.operator();
        do_!(test, tx => take_in(tx, &operator, (first, 1), true, "")).unwrap();
        let (keeper, form) = (of.keeper(), send("A007–A010"));
        let second = do_!(test, tx => send_blanks(tx, &keeper, form)).unwrap();
        let operator = of.operator();
        let why = do_!(test, tx => take_in(tx, &operator, (second, 1), false, " "));
        assert_eq!(why, Err(Failure::field("note", Fault::Missing)));
        let operator = of.operator();
        do_!(test, tx => take_in(tx, &operator, (second, 1), false, "Thiếu một phôi")).unwrap();
        let mut conn = test.store.read().await.unwrap();
        let places = list_places(&mut conn, &of.keeper()).await.unwrap();
        let there = places.iter().find(|place| place.id == of.station).unwrap();
        assert_eq!((there.holds.on_hand, there.coming, there.room()), (6, 0, Some(4)));
        drop(conn);
        assert_eq!(states(&test).await, [("on_hand".to_owned(), 30)]);
        sound(&test, &of, AT).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn spoiled_blanks_are_destroyed_before_a_witness_and_never_by_one_person() {
    for test in stores().await {
        let of = filled(&test, "A01–A10", "10").await;
        let form = |serials: &str, reason: &str, note: &str| SpoilForm {
            place_id: Some(of.store),
            serials: serials.into(),
            reason: reason.into(),
            note: note.into(),
        };
        let (operator, other) = (of.operator(), form("A01", "other", ""));
        let other = do_!(test, tx => spoil(tx, &operator, other));
        assert_eq!(other, Err(Failure::field("note", Fault::Missing)));
        let (operator, misprint) = (of.operator(), form("A01–A03", "misprint", ""));
        assert_eq!(do_!(test, tx => spoil(tx, &operator, misprint)), Ok(3));
        let minutes = |serials: &str| DestroyForm {
            place_id: Some(of.store),
            serials: serials.into(),
            method: "Cắt vụn".into(),
            ..DestroyForm::default()
        };
        let (keeper, wrong) = (of.keeper(), minutes("A04"));
        let wrong = do_!(test, tx => draw_up(tx, &keeper, wrong));
        assert_eq!(wrong, Err(serial_fault("serials", SerialFault::State, "A04", 0)));
        let (keeper, first) = (of.keeper(), minutes("A01"));
        let first = do_!(test, tx => draw_up(tx, &keeper, first)).unwrap();
        let (keeper, twice) = (of.keeper(), minutes("A01–A02"));
        let twice = do_!(test, tx => draw_up(tx, &keeper, twice));
        assert_eq!(twice, Err(serial_fault("serials", SerialFault::Listed, "A01", 0)));
        // every other spoiled one
        let (keeper, rest) = (of.keeper(), minutes(""));
        let rest = do_!(test, tx => draw_up(tx, &keeper, rest)).unwrap();

        // whoever drew them up has the other role, too, and still may not
        let both = [Role::StockKeeper, Role::Witness].map(|role| Grant { role, path: of.root.clone() }).to_vec();
        let both = Actor::account(1, None, String::new(), both, Some(AT));
        let own = do_!(test, tx => witness(tx, &both, (first, 1), true, ""));
        assert_eq!(own, Err(Failure::Refused { why: Refusal::SecondPerson }));
        let keeper = of.keeper();
        let keeper = do_!(test, tx => witness(tx, &keeper, (first, 1), true, ""));
        assert_eq!(keeper, Err(Failure::Forbidden));
        let second = of.witness();
        do_!(test, tx => witness(tx, &second, (first, 1), false, "Thiếu phôi A01")).unwrap();
        let second = of.witness();
        do_!(test, tx => witness(tx, &second, (rest, 1), true, "")).unwrap();
        assert_eq!(states(&test).await, [("on_hand".into(), 7), ("spoiled".into(), 1), ("destroyed".into(), 2)]);
        // refused, its blank is free for new minutes
        let (keeper, again) = (of.keeper(), minutes("A01"));
        let again = do_!(test, tx => draw_up(tx, &keeper, again)).unwrap();
        let mut conn = test.store.read().await.unwrap();
        let shown = show_destruction(&mut conn, &of.keeper(), again).await.unwrap();
        assert_eq!((shown.line.number.as_str(), shown.blanks.len()), ("03/2026/BB-TH", 1));
        assert_eq!(show_destruction(&mut conn, &of.keeper(), first).await.unwrap().blanks.len(), 1);
        let waiting = work_queue(&mut conn, &of.witness(), AT).await.unwrap();
        assert_eq!(waiting.iter().map(|group| group.total).collect::<Vec<_>>(), [1]);
        drop(conn);
        sound(&test, &of, AT).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_makes_missing_what_is_not_there_and_finds_it_again() {
    for test in stores().await {
        let of = filled(&test, "A01–A10", "10").await;
        let keeper = of.keeper();
        let aside = AsideForm { place_id: Some(of.store), serials: "A09–A10".into(), ..AsideForm::default() };
        assert_eq!(do_!(test, tx => set_aside(tx, &keeper, aside)), Ok(2));
        let form = |place, serials: &str, note: &str| CountForm {
            place_id: Some(place),
            serials: serials.into(),
            note: note.into(),
            ..CountForm::default()
        };
        let (keeper, silent) = (of.keeper(), form(of.store, "A01–A08", ""));
        let silent = do_!(test, tx => count(tx, &keeper, silent));
        assert_eq!(silent, Err(Failure::field("note", Fault::Differs { counted: 8 })));
        let (keeper, empty) = (of.keeper(), form(of.store, "", "Không còn gì"));
        let empty = do_!(test, tx => count(tx, &keeper, empty));
        assert_eq!(empty, Err(Failure::field("serials", Fault::Missing)));
        let (keeper, first) = (of.keeper(), form(of.store, "A01–A07\nA10\nZ5", "Mất A08, A09"));
        let first = do_!(test, tx => count(tx, &keeper, first)).unwrap();
        assert_eq!(states(&test).await, [("on_hand".into(), 7), ("spare".into(), 1), ("missing".into(), 2)]);
        let mut conn = test.store.read().await.unwrap();
        let shown = show_count(&mut conn, &of.keeper(), first).await.unwrap();
        assert_eq!((shown.expected, shown.found), (10, 8));
        assert_eq!((shown.missing, shown.strange), (vec!["A08–A09".to_owned()], vec!["Z5".to_owned()]));
        drop(conn);
        sound(&test, &of, AT).await;
        // one is found at the other place, where it then lies
        let (keeper, there) = (of.keeper(), form(of.station, "A08", ""));
        do_!(test, tx => count(tx, &keeper, there)).unwrap();
        let mut conn = test.store.read().await.unwrap();
        let query = BlankQuery { place_id: Some(of.station), ..BlankQuery::default() };
        let found = list_blanks(&mut conn, &of.keeper(), &query).await.unwrap();
        assert_eq!(found.rows.iter().map(|row| row.serial.as_str()).collect::<Vec<_>>(), ["A08"]);
        let history = show_blank(&mut conn, &of.keeper(), found.rows[0].id).await.unwrap().history;
        assert_eq!(history.len(), 4);
        drop(conn);
        sound(&test, &of, AT).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn issuing_reserves_uses_spoils_and_gives_back() {
    for test in stores().await {
        let of = filled(&test, "A01–A05", "5").await;
        let serial = |text: &str| Serial::parse(text).unwrap();
        let (operator, a01, place) = (of.operator(), serial("A01"), of.store);
        let first = do_!(test, tx => reserve(tx, &operator, place, &a01, "card:1")).unwrap();
        let (operator, a01) = (of.operator(), serial("A01"));
        let taken = do_!(test, tx => reserve(tx, &operator, place, &a01, "card:2"));
        assert_eq!(taken, Err(serial_fault("serials", SerialFault::State, "A01", 0)));
        let (operator, a02, other) = (of.operator(), serial("A02"), of.station);
        let elsewhere = do_!(test, tx => reserve(tx, &operator, other, &a02, "card:2"));
        assert_eq!(elsewhere, Err(serial_fault("serials", SerialFault::Elsewhere, "A02", 0)));
        let operator = of.operator();
        do_!(test, tx => use_blank(tx, &operator, first.id)).unwrap();
        let operator = of.operator();
        assert!(do_!(test, tx => release(tx, &operator, first.id)).is_err());
        let (operator, a02) = (of.operator(), serial("A02"));
        let second = do_!(test, tx => reserve(tx, &operator, place, &a02, "card:2")).unwrap();
        let operator = of.operator();
        do_!(test, tx => spoil_blank(tx, &operator, second.id, SpoilReason::ChipFault, "")).unwrap();
        let (operator, a03) = (of.operator(), serial("A03"));
        let third = do_!(test, tx => reserve(tx, &operator, place, &a03, "card:2")).unwrap();
        let operator = of.operator();
        do_!(test, tx => release(tx, &operator, third.id)).unwrap();
        assert_eq!(states(&test).await, [("on_hand".into(), 3), ("used".into(), 1), ("spoiled".into(), 1)]);
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(blank::by_id(&mut conn, first.id).await.unwrap().unwrap().held_for.as_deref(), Some("card:1"));
        assert_eq!(blank::by_id(&mut conn, third.id).await.unwrap().unwrap().held_for, None);
        drop(conn);
        // a checker sees, and touches nothing
        let (checker, a04) = (actor(2, Role::Checker, &of.root), serial("A04"));
        assert_eq!(do_!(test, tx => reserve(tx, &checker, place, &a04, "card:9")), Err(Failure::Forbidden));
        sound(&test, &of, AT).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_balance_of_a_past_day_is_what_it_was() {
    for test in stores().await {
        let of = filled(&test, "A01–A10", "10").await;
        let operator = of.operator();
        let form = SpoilForm {
            place_id: Some(of.store),
            serials: "A01–A04".into(),
            reason: "damaged".into(),
            ..SpoilForm::default()
        };
        at!(test, AT + 2 * DAY_MS, tx => spoil(tx, &operator, form)).unwrap();
        let mut conn = test.store.read().await.unwrap();
        let later = AT + 3 * DAY_MS;
        let on = |days: i64| registry::date::iso_day(AT + days * DAY_MS);
        for (days, expected) in [(-1, (0, 0, 0)), (0, (10, 10, 0)), (1, (10, 10, 0)), (2, (10, 6, 4))] {
            let view = overview(&mut conn, &of.keeper(), &on(days), later).await.unwrap();
            assert_eq!((view.sum.from_suppliers, view.sum.on_hand, view.sum.spoiled), expected, "day {days}");
            assert!(view.sum.is_balanced());
        }
        assert_eq!(overview(&mut conn, &of.keeper(), &on(9), later).await, Err(Failure::field("on", Fault::Future)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_is_not_changed_and_a_station_sees_its_own() {
    for test in stores().await {
        let of = filled(&test, "A01–A02", "2").await;
        let mut conn = test.store.read().await.unwrap();
        let before = number(&mut conn, "select count(*) from blank_movement").await;
        drop(conn);
        for sql in [
            "update blank_movement set count = 1",
            "delete from blank_movement",
            "update blank_moved set blank_id = 1",
            "delete from blank_moved",
        ] {
            let tried: Result<(), Failure> = test
                .store
                .write(AT, move |tx| {
                    Box::pin(async move {
                        assert!(run(tx.conn(), sql).await.is_err(), "{sql}");
                        Err(Failure::Stale)
                    })
                })
                .await;
            assert_eq!(tried, Err(Failure::Stale));
        }
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(number(&mut conn, "select count(*) from blank_movement").await, before);
        // somebody of a unit sees nothing of the province's store
        let root = unit::root(&mut conn).await.unwrap().unwrap();
        let elsewhere = actor(2, Role::StockKeeper, &format!("{}99/", root.path));
        assert_eq!(list_places(&mut conn, &elsewhere).await.unwrap(), []);
        let lot = show_lot(&mut conn, &elsewhere, 1).await;
        assert_eq!(lot, Err(Failure::NotFound));
        drop(conn);
        let form = place_form("Kho khác", "store", "");
        let refused = do_!(test, tx => change_place(tx, &elsewhere, (of.store, 1), form));
        assert_eq!(refused, Err(Failure::Forbidden));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_thousand_blanks_come_at_a_time() {
    for test in stores().await {
        let of = filled(&test, "B000001–B030000", "30000").await;
        let more = received(&test, &of, "L2", "C000001–C100001", "100001").await;
        assert_eq!(more, Err(serial_fault("serials", SerialFault::TooMany, "C000001–C100001", 0)));
        assert_eq!(states(&test).await, [("on_hand".to_owned(), 30_000)]);
    }
}

/// Something that somebody does with some of thirty blanks.
#[derive(Clone, Debug)]
enum Event {
    Receive(u8),
    Accept(u8, Vec<u8>),
    SendLotBack(u8),
    Aside(Vec<u8>, bool),
    Send(bool, Vec<u8>),
    Answer(u8, bool),
    Spoil(bool, Vec<u8>),
    DrawUp(bool, Vec<u8>),
    Witness(u8, bool),
    Count(bool, Vec<u8>),
    Reserve(bool, u8),
    Use(u8),
    SpoilOne(u8),
    Release(u8),
}

fn event() -> impl Strategy<Value = Event> {
    let some = || proptest::collection::vec(0u8..30, 0..8);
    prop_oneof![
        (0u8..3).prop_map(Event::Receive),
        (1u8..4, some()).prop_map(|(lot, back)| Event::Accept(lot, back)),
        (1u8..4).prop_map(Event::SendLotBack),
        (some(), any::<bool>()).prop_map(|(of, release)| Event::Aside(of, release)),
        (any::<bool>(), some()).prop_map(|(back, of)| Event::Send(back, of)),
        (1u8..6, any::<bool>()).prop_map(|(of, arrived)| Event::Answer(of, arrived)),
        (any::<bool>(), some()).prop_map(|(at, of)| Event::Spoil(at, of)),
        (any::<bool>(), some()).prop_map(|(at, of)| Event::DrawUp(at, of)),
        (1u8..6, any::<bool>()).prop_map(|(of, confirm)| Event::Witness(of, confirm)),
        (any::<bool>(), some()).prop_map(|(at, of)| Event::Count(at, of)),
        (any::<bool>(), 0u8..30).prop_map(|(at, of)| Event::Reserve(at, of)),
        (0u8..30).prop_map(Event::Use),
        (0u8..30).prop_map(Event::SpoilOne),
        (0u8..30).prop_map(Event::Release),
    ]
}

fn serials(of: &[u8]) -> String {
    let mut of = of.to_vec();
    of.sort_unstable();
    of.dedup();
    of.iter().map(|n| format!("S{n:02}")).collect::<Vec<_>>().join("\n")
}

/// Does it, or is refused; how it was is not asked.
async fn happen(test: &TestStore, of: &Stock, event: Event) -> bool {
    let (keeper, operator, second) = (of.keeper(), of.operator(), of.witness());
    let place = |other: bool| Some(if other { of.station } else { of.store });
    let id = |n: u8| async move {
        let mut conn = test.store.read().await.unwrap();
        blank::by_serials(&mut conn, &[format!("S{n:02}")]).await.unwrap().first().map_or(0, |blank| blank.id)
    };
    match event {
        Event::Receive(nth) => {
            let text = serials(&(nth * 10..nth * 10 + 10).collect::<Vec<_>>());
            received(test, of, &format!("L{nth}"), &text, "10").await.is_ok()
        }
        Event::Accept(lot, back) => {
            let form = AcceptForm { checks: LotCheck::ALL.to_vec(), back: serials(&back), note: "Trả lại".into() };
            do_!(test, tx => accept_lot(tx, &keeper, (lot.into(), 1), form)).is_ok()
        }
        Event::SendLotBack(lot) => do_!(test, tx => send_lot_back(tx, &keeper, (lot.into(), 1), "Sai")).is_ok(),
        Event::Aside(which, release) => {
            let form = AsideForm { place_id: place(false), serials: serials(&which), release, note: String::new() };
            do_!(test, tx => set_aside(tx, &keeper, form)).is_ok()
        }
        Event::Send(back, which) => {
            let form =
                SendForm { from: place(back), to: place(!back), serials: serials(&which), document: String::new() };
            do_!(test, tx => send_blanks(tx, &keeper, form)).is_ok()
        }
        Event::Answer(of, arrived) => {
            do_!(test, tx => take_in(tx, &operator, (of.into(), 1), arrived, "Thiếu")).is_ok()
        }
        Event::Spoil(at, which) => {
            let form = SpoilForm {
                place_id: place(at),
                serials: serials(&which),
                reason: "damaged".into(),
                note: String::new(),
            };
            do_!(test, tx => spoil(tx, &operator, form)).is_ok()
        }
        Event::DrawUp(at, which) => {
            let form = DestroyForm {
                place_id: place(at),
                serials: serials(&which),
                on_day: String::new(),
                method: "Cắt".into(),
            };
            do_!(test, tx => draw_up(tx, &keeper, form)).is_ok()
        }
        Event::Witness(of, confirm) => do_!(test, tx => witness(tx, &second, (of.into(), 1), confirm, "Thiếu")).is_ok(),
        Event::Count(at, which) => {
            let form =
                CountForm { place_id: place(at), serials: serials(&which), nothing: true, note: "Lệch".into() };
            do_!(test, tx => count(tx, &keeper, form)).is_ok()
        }
        Event::Reserve(at, n) => {
            let (at, serial) = (place(at).unwrap(), Serial::parse(&format!("S{n:02}")).unwrap());
            do_!(test, tx => reserve(tx, &operator, at, &serial, "card:1")).is_ok()
        }
        Event::Use(n) => {
            let id = id(n).await;
            do_!(test, tx => use_blank(tx, &operator, id)).is_ok()
        }
        Event::SpoilOne(n) => {
            let id = id(n).await;
            do_!(test, tx => spoil_blank(tx, &operator, id, SpoilReason::Misprint, "")).is_ok()
        }
        Event::Release(n) => {
            let id = id(n).await;
            do_!(test, tx => release(tx, &operator, id)).is_ok()
        }
    }
}

#[test]
fn whatever_happens_the_ledger_and_the_blanks_agree() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let sequence = proptest::collection::vec(event(), 30..70);
    let happened = std::sync::atomic::AtomicUsize::new(0);
    let done = runner.run(&sequence, |events| {
        runtime.block_on(async {
            for test in stores().await {
                let of = stock(&test).await;
                for first in [Event::Receive(0), Event::Accept(1, Vec::new())] {
                    assert!(happen(&test, &of, first).await);
                }
                for event in events.clone() {
                    if happen(&test, &of, event).await {
                        happened.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                }
                sound(&test, &of, AT).await;
            }
        });
        Ok(())
    });
    done.unwrap();
    let happened = happened.into_inner();
    assert!(happened > 100, "only {happened} events were not refused");
}
