//! Cards in the field: recognised by their chip, re-keyed, written anew, wiped; and what rotation counts, with a simulated card before the reader.
//! And what is looked at before a card becomes active: by a second person, and its printed code.

use contract::{Failure, Refusal};
use model::lifecycle::Card as State;
use model::role::{Grant, Role};
use picc::{Model, Tear};
use registry::work::issue_card::confirm_card;
use registry::work::read_code::{CodeRead, note_code, show_code};
use registry::work::rotation::show_field;
use registry::work::show_card::show_card;
use registry::work::witness::{set_rule, show, to_witness, witness};
use registry::work::write_chip::{Desk, begin_blank, begin_card, begin_field, begin_wipe, show_chip, turn};

use crate::cards::Scene;
use crate::chip::{Reader, approved, confirm, desk, misprint, print, said};
use crate::support::{AT, stores};

/// The set of that version goes in use, the other one is retired.
async fn put_in_use(scene: &Scene, version: u8) {
    let set = format!(
        "insert into key_set (set_version, set_id, state, check_values, public_key, key_id, prepared_at, used_at) values \
         ({version}, {{hex:a0b1c2d3e4}}, 'in_use', '[]', \
         {{hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}}, {{hex:a0b1c2d3}}, 1, 1)"
    );
    scene.test.run(&["update key_set set state = 'retired', retired_at = 2 where state = 'in_use'", &set]).await;
}

async fn field(reader: &mut Reader, scene: &Scene, desk: Desk, cut: Option<(usize, Tear)>) -> (String, bool, String) {
    let writing = begin_field(&scene.test.store, &scene.operator(), desk, AT).await.unwrap();
    let ended = reader.relay(scene, writing, cut).await.unwrap();
    (ended.said, ended.reached, ended.whose)
}

async fn wipe(reader: &mut Reader, scene: &Scene, cut: Option<(usize, Tear)>) -> (String, bool) {
    let writing = begin_wipe(&scene.test.store, &scene.operator(), desk(), AT).await.unwrap();
    let ended = reader.relay(scene, writing, cut).await.unwrap();
    (ended.said, ended.reached)
}

/// An active card and the reader that it lies on.
async fn active(scene: &Scene, model: Model) -> Reader {
    approved(scene).await;
    print(scene, "A-01").await;
    let mut reader = Reader::with(model, 0x80);
    reader.key(scene).await.unwrap();
    reader.write(scene, None).await.unwrap();
    confirm(scene).await.unwrap();
    reader
}

/// Total and done of the one unit, and the cards that are still to be done with whether they are under way.
async fn far(scene: &Scene) -> ((i64, i64), Vec<bool>) {
    let mut conn = scene.test.store.read().await.unwrap();
    let (far, rows, total) = show_field(&mut conn, &scene.operator(), 1).await.unwrap();
    assert_eq!((rows.len() as i64, far.units.len()), (total, 1));
    ((far.units[0].total, far.units[0].done), rows.iter().map(|row| row.underway).collect())
}

/// Chips that need a set, as destroying it asks.
async fn needing(scene: &Scene, set: i64) -> i64 {
    let mut conn = scene.test.store.read().await.unwrap();
    registry::store::chip::needing_set(&mut conn, set).await.unwrap()
}

#[tokio::test]
async fn a_card_gets_the_keys_of_the_set_in_use_also_after_it_was_torn_away() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        put_in_use(&scene, 1).await;
        let mut reader = active(&scene, Model::Ev3).await;
        let whose = "Lê Thị Bình".to_owned();
        let (said, reached, of) = field(&mut reader, &scene, desk(), None).await;
        assert_eq!((said.as_str(), reached), ("chip-current", true));
        assert!(of.starts_with(&whose) && of.ends_with(')'), "{of}");
        assert_eq!(far(&scene).await, ((1, 1), vec![]));
        assert_eq!(scene.test.count("select count(*) from audit_entry where action = 'chip.rekey'").await, 0);

        put_in_use(&scene, 2).await;
        assert_eq!(far(&scene).await, ((1, 0), vec![false]));
        assert_eq!((needing(&scene, 1).await, needing(&scene, 2).await), (1, 0));
        for at in [20, 22, 24] {
            let torn = field(&mut reader, &scene, desk(), Some((at, Tear::BeforeAnswer))).await;
            assert_eq!((torn.0.as_str(), torn.1), ("chip-gone-again", false), "{at}");
            assert_eq!(far(&scene).await, ((1, 0), vec![true]), "{at}");
            assert_eq!((needing(&scene, 1).await, needing(&scene, 2).await), (1, 1), "it may have both");
        }
        // keys first, then the signature of the new set's signer
        let done = field(&mut reader, &scene, desk(), None).await;
        assert_eq!((done.0.as_str(), done.1), ("chip-rekeyed", true));
        assert_eq!(far(&scene).await, ((1, 1), vec![]));
        assert_eq!((needing(&scene, 1).await, needing(&scene, 2).await), (0, 1));
        let now = "select count(*) from chip where key_set = 2 and signed_set = 2 and state = 'issued'";
        assert_eq!(scene.test.count(now).await, 1);
        for action in ["chip.rekey", "chip.update"] {
            let sql = format!("select count(*) from audit_entry where action = '{action}' and object like 'card:%'");
            assert_eq!(scene.test.count(&sql).await, 1, "{action}");
        }
        assert_eq!(field(&mut reader, &scene, desk(), None).await.0, "chip-current");
        assert_eq!(scene.card().await.2, State::Active, "neither ledger nor stock has moved");
        assert_eq!(scene.test.count("select count(*) from blank where state = 'used'").await, 1);
    }
}

#[tokio::test]
async fn another_host_of_the_public_page_is_written_and_nothing_else() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        let mut reader = active(&scene, Model::Ev1).await;
        let moved = || Desk { host: "card.example.gov.vn".to_owned(), ..desk() };
        let torn = field(&mut reader, &scene, moved(), Some((30, Tear::InsideWrite { percent: 50 }))).await;
        assert_eq!((torn.0.as_str(), torn.1), ("chip-gone-again", false));
        // the host goes back meanwhile: what is half written is still written anew
        assert_eq!(field(&mut reader, &scene, desk(), None).await.0, "chip-updated");
        assert_eq!(field(&mut reader, &scene, moved(), None).await.0, "chip-updated");
        assert_eq!(scene.test.count("select count(*) from chip where host = 'card.example.gov.vn'").await, 1);
        assert_eq!(field(&mut reader, &scene, moved(), None).await.0, "chip-current");
    }
}

#[tokio::test]
async fn only_a_live_card_of_ours_is_written_and_only_a_void_one_wiped() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        let mut strange = Reader::with(Model::Ev1, 0x81);
        assert_eq!(field(&mut strange, &scene, desk(), None).await.0, "chip-unknown");
        assert_eq!(wipe(&mut strange, &scene, None).await.0, "chip-unknown");
        let mut reader = active(&scene, Model::Ev2).await;
        assert_eq!(wipe(&mut reader, &scene, None).await, ("chip-still-valid".to_owned(), false));
        scene.test.run(&["update card set state = 'locked'"]).await;
        assert_eq!(wipe(&mut reader, &scene, None).await.0, "chip-still-valid", "it can be unlocked");
        assert_eq!(field(&mut reader, &scene, desk(), None).await.0, "chip-not-live");
        scene.test.run(&["update card set state = 'recovered'"]).await;
        assert_eq!(field(&mut reader, &scene, desk(), None).await.0, "chip-not-live");
        let keeper = scene.someone(1, Role::StockKeeper);
        let stranger = begin_wipe(&scene.test.store, &keeper, desk(), AT).await.map(drop);
        assert_eq!(stranger, Err(Failure::Forbidden));

        let (id, ..) = scene.card().await;
        assert_eq!(wipe(&mut reader, &scene, Some((7, Tear::BeforeAnswer))).await.0, "chip-gone-again");
        assert_eq!(wipe(&mut reader, &scene, None).await, ("chip-wiped".to_owned(), true));
        let mut conn = scene.test.store.read().await.unwrap();
        let shown = show_chip(&mut conn, &scene.operator(), id).await.unwrap().unwrap();
        drop(conn);
        assert_eq!((shown.blank, shown.issued, shown.wiped_at.is_some()), (true, false, true));
        assert_eq!(needing(&scene, 1).await, 0);
        for action in ["chip.wipe", "chip.wiped"] {
            let sql = format!("select count(*) from audit_entry where action = '{action}' and object = 'card:{id}'");
            assert_eq!(scene.test.count(&sql).await, 1, "{action}");
        }
        // neither a blank of the stock again nor somebody's card
        let store = scene.test.count("select id from stock_place where kind = 'store'").await;
        let keyed = begin_blank(&scene.test.store, &keeper, desk(), store, AT).await.unwrap();
        assert_eq!(reader.relay(&scene, keyed, None).await.unwrap().said, "chip-was-wiped");
        assert_eq!(scene.test.count("select count(*) from blank where state = 'used'").await, 1);
        scene.test.run(&["update card set state = 'printed'"]).await;
        let again = begin_card(&scene.test.store, &scene.operator(), desk(), id, AT).await.unwrap();
        assert_eq!(reader.relay(&scene, again, None).await.unwrap().said, "chip-was-wiped");
    }
}

#[tokio::test]
async fn the_chip_of_a_misprint_is_wiped_while_its_card_goes_on() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        approved(&scene).await;
        print(&scene, "A-01").await;
        let mut reader = Reader::with(Model::Ev1, 0x80);
        reader.key(&scene).await.unwrap();
        reader.write(&scene, None).await.unwrap();
        assert_eq!(wipe(&mut reader, &scene, None).await.0, "chip-still-valid");
        misprint(&scene).await;
        print(&scene, "A-02").await;
        assert_eq!(field(&mut reader, &scene, desk(), None).await.0, "chip-not-live");
        assert_eq!(needing(&scene, 1).await, 1, "until it is wiped or destroyed");
        assert_eq!(wipe(&mut reader, &scene, None).await, ("chip-wiped".to_owned(), true));
        assert_eq!(needing(&scene, 1).await, 0);
        let mut other = Reader::with(Model::Ev1, 0x81);
        other.key(&scene).await.unwrap();
        assert_eq!(said(&other.write(&scene, None).await.unwrap()), ("chip-issued", true));
        confirm(&scene).await.unwrap();
    }
}

#[tokio::test]
async fn a_card_that_ends_while_its_keys_are_changed_is_left() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        put_in_use(&scene, 1).await;
        let mut reader = active(&scene, Model::Ev1).await;
        put_in_use(&scene, 2).await;
        let (store, actor) = (&scene.test.store, scene.operator());
        let writing = begin_field(store, &actor, desk(), AT).await.unwrap();
        reader.card.power_on();
        let (told, writing) = turn(store, &actor, writing, None, AT).await.unwrap();
        let answers = reader.answers(told, None);
        scene.test.run(&["update card set state = 'invalidated'"]).await;
        let met = turn(store, &actor, writing.unwrap(), Some(answers), AT).await.unwrap();
        let ended = reader.carry(&scene, met, None).await.unwrap();
        assert_eq!(said(&ended), ("chip-not-live", false));
        // and once it has been recognised
        scene.test.run(&["update card set state = 'active'"]).await;
        let writing = begin_field(store, &actor, desk(), AT).await.unwrap();
        reader.card.power_on();
        let (told, writing) = turn(store, &actor, writing, None, AT).await.unwrap();
        let (told, writing) =
            turn(store, &actor, writing.unwrap(), Some(reader.answers(told, None)), AT).await.unwrap();
        scene.test.run(&["update card set state = 'invalidated'"]).await;
        let lost = reader.carry(&scene, (told, writing), None).await.map(|ended| ended.said);
        assert_eq!(lost, Err(Failure::Stale));
        let none = begin_field(store, &scene.someone(1, Role::StockKeeper), desk(), AT).await.map(drop);
        assert_eq!(none, Err(Failure::Forbidden));
        scene.test.run(&["update key_set set state = 'retired', retired_at = 2 where state = 'in_use'"]).await;
        let none = begin_field(store, &actor, desk(), AT).await.map(drop);
        assert_eq!(none, Err(Failure::Refused { why: Refusal::NoKeySet }));
    }
}

#[tokio::test]
async fn where_a_witness_is_asked_for_a_card_waits_for_a_second_person() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        approved(&scene).await;
        print(&scene, "A-01").await;
        let mut reader = Reader::with(Model::Ev1, 0x80);
        reader.key(&scene).await.unwrap();
        let (id, ..) = scene.card().await;
        for (who, version, result) in [
            (scene.operator(), 1, Err(Failure::Forbidden)),
            (scene.approver(), 9, Err(Failure::Stale)),
            (scene.approver(), 1, Ok(())),
        ] {
            let set = scene.write(move |tx| Box::pin(async move { set_rule(tx, &who, true, version).await }));
            assert_eq!(set.await, result);
        }
        let witness_of = |number| scene.someone(number, Role::Witness);
        let waiting = async || {
            let mut conn = scene.test.store.read().await.unwrap();
            to_witness(&mut conn, &witness_of(1), (1, 50)).await.unwrap().1
        };
        let confirms = async |actor: registry::Actor| {
            let (_, version, _) = scene.card().await;
            scene.write(move |tx| Box::pin(async move { witness(tx, &actor, (id, version)).await })).await
        };
        assert_eq!(waiting().await, 0, "the chip is not written yet");
        assert_eq!(confirms(witness_of(1)).await, Err(Failure::Refused { why: Refusal::ChipUnwritten }));
        reader.write(&scene, None).await.unwrap();
        assert_eq!(waiting().await, 1);
        assert_eq!(confirm(&scene).await, Err(Failure::Refused { why: Refusal::WitnessNeeded }));

        // whoever wrote it is no witness, whatever roles the account has; nor is somebody without the second factor
        let both = scene.someone(16, Role::Witness);
        assert_eq!(confirms(both).await, Err(Failure::Refused { why: Refusal::SeparationOfDuties }));
        let grants = vec![Grant { role: Role::Witness, path: "/1/".into() }];
        let stale = registry::Actor::account(1, None, "witness".into(), grants, None);
        assert_eq!(confirms(stale).await, Err(Failure::ConfirmationNeeded));
        assert_eq!(confirms(scene.operator()).await, Err(Failure::NotFound));
        let mut conn = scene.test.store.read().await.unwrap();
        let shown = show(&mut conn, &witness_of(1), id).await.unwrap();
        drop(conn);
        assert!(shown.fits && shown.approved == shown.read && shown.seen_at.is_none());
        assert!(!format!("{shown:?}").contains("046190001234"), "the number is masked");
        confirms(witness_of(1)).await.unwrap();
        assert_eq!(waiting().await, 0);
        assert_eq!(scene.test.count("select count(*) from audit_entry where action = 'chip.witness'").await, 1);

        // what was seen was the misprint: the next one is looked at anew
        misprint(&scene).await;
        print(&scene, "A-02").await;
        let mut other = Reader::with(Model::Ev1, 0x81);
        other.key(&scene).await.unwrap();
        other.write(&scene, None).await.unwrap();
        assert_eq!(confirm(&scene).await, Err(Failure::Refused { why: Refusal::WitnessNeeded }));
        confirms(witness_of(1)).await.unwrap();
        // a witness does not make it active
        let grants = [Role::Witness, Role::IssuingOperator].map(|role| Grant { role, path: "/1/".into() });
        let same = registry::Actor::account(1, None, "both".into(), grants.into(), Some(AT));
        let (_, version, _) = scene.card().await;
        let alone = scene.write(move |tx| Box::pin(async move { confirm_card(tx, &same, (id, version)).await })).await;
        assert_eq!(alone, Err(Failure::Refused { why: Refusal::SeparationOfDuties }));
        confirm(&scene).await.unwrap();
        assert_eq!(scene.card().await.2, State::Active);
    }
}

#[tokio::test]
async fn a_printed_code_that_is_read_has_to_be_the_cards() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        approved(&scene).await;
        let (id, _, _) = scene.card().await;
        let reads = async |actor: registry::Actor, text: &'static str, code: Option<String>| {
            let (_, version, _) = scene.card().await;
            let noting = scene.write(move |tx| {
                Box::pin(async move { note_code(tx, &actor, (id, version), ("right", text), code.as_deref()).await })
            });
            noting.await
        };
        let operator = || scene.operator();
        assert_eq!(reads(operator(), "right", None).await, Err(Failure::Refused { why: Refusal::Impossible }));
        print(&scene, "A-01").await;
        assert!(reads(scene.approver(), "right", None).await.is_err(), "who approved does not issue");
        assert_eq!(reads(operator(), "wrong", None).await, Ok(CodeRead::Others(None)));
        assert_eq!(confirm(&scene).await, Err(Failure::Refused { why: Refusal::CodeDiffers }));
        let mut conn = scene.test.store.read().await.unwrap();
        let own = show_card(&mut conn, &operator(), id).await.unwrap().card.code;
        drop(conn);
        assert_eq!(reads(operator(), "wrong", Some(own)).await, Ok(CodeRead::Altered));
        // it is misprinted: what was read is of that blank alone
        misprint(&scene).await;
        print(&scene, "A-02").await;
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(show_code(&mut conn, id).await.unwrap(), None);
        drop(conn);
        assert_eq!(reads(operator(), "wrong", None).await, Ok(CodeRead::Others(None)));
        assert_eq!(reads(operator(), "right", None).await, Ok(CodeRead::Fits));
        confirm(&scene).await.unwrap();
    }
}
