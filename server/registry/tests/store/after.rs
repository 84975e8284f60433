//! What comes after a card is active: handed over, left behind by who leaves or moves, lent for a day.

use std::collections::{BTreeMap, BTreeSet};

use contract::after::{DepartureDetail, HandoverDetail};
use contract::view::{WorkGroup, WorkKind};
use contract::{Failure, Fault, Refusal};
use model::departure::Task;
use model::lifecycle::{Card, Handover, HandoverEvent, Request};
use model::role::Role;
use registry::Actor;
use registry::order::Order;
use registry::store::card as stored;
use registry::work::ask_card::withdraw_request;
use registry::work::by_the_clock::{due, tick};
use registry::work::change_person::{PersonForm, add_person, move_person};
use registry::work::departures::{ReportDeparture, departure_of, report_departure, take_back_departure};
use registry::work::hand_over::{compose_handover, give_handover, settle_handover};
use registry::work::handovers::{show_handover, show_minutes, waiting};
use registry::work::issue_card::{confirm_card, print_card};
use registry::work::lock_card::{invalidate_card, lock_card, recover_card, unlock_card};
use registry::work::receive_cards::{attach_minutes, deliver_card, receive_handover};
use registry::work::show_card::{cards_of, show_card};
use registry::work::show_person::show_person;
use registry::work::show_request::{open_request, show_file};
use registry::work::temporary_card::{begin_temporary, hand_back};
use registry::work::work_queue::work_queue;

use crate::cards::{PDF, Scene};
use crate::people::add;
use crate::support::{AT, draw, number, stores};

const DAY: i64 = 86_400_000;

impl Scene {
    /// The scene with the person's active card; the card's id.
    async fn with_card(test: crate::support::TestStore) -> (Scene, i64) {
        let scene = Scene::new(test).await;
        scene.portrait(90).await;
        let id = scene.verified("first_issue", "roll_out").await;
        let list = scene.checked(id, "1/TTr").await;
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        scene.issue("A-01").await;
        let card = scene.card().await.0;
        (scene, card)
    }

    /// Another active card of somebody else of the unit, without going the whole way.
    async fn another_card(&self, code: &str, person: i64) -> i64 {
        let of = format!("(select id from card where person_id = {person} and code = '{code}')");
        let columns = "number, type, state, snapshot, snapshot_sha256, source, portrait_sha256, blank_serial, approved_at, changed_at";
        self.test
            .run(&[
                &format!("insert into card_code (code, given_at) values ('{code}', 0)"),
                &format!(
                    "insert into card (person_id, unit_id, code, {columns}) select {person}, unit_id, '{code}', {} from card \
                     where state = 'active' and person_id = {}",
                    columns.replace("blank_serial", &format!("'S-{code}'")),
                    self.person
                ),
            ])
            .await;
        let mut conn = self.test.store.read().await.unwrap();
        number(&mut conn, &format!("select id from card where id = {of}")).await
    }

    async fn colleague(&self, name: &'static str) -> i64 {
        let unit = self.unit;
        let form = PersonForm { name: name.into(), kind: "civil_servant".into(), ..PersonForm::default() };
        self.write(move |tx| {
            Box::pin(async move { add_person(tx, &Actor::console(), &Order::new(), unit, form).await })
        })
        .await
        .unwrap()
    }

    async fn handover(&self, id: i64) -> HandoverDetail {
        let mut conn = self.test.store.read().await.unwrap();
        show_handover(&mut conn, &self.hr(), id).await.unwrap()
    }

    async fn compose(&self, cards: &[i64]) -> Result<i64, Failure> {
        let (desk, unit, cards) = (self.operator(), self.unit, cards.to_vec());
        self.write(move |tx| Box::pin(async move { compose_handover(tx, &desk, unit, &cards).await })).await
    }

    async fn give(&self, id: i64, give: bool) -> Result<(), Failure> {
        let (desk, version) = (self.operator(), self.handover(id).await.handover.version);
        self.write(move |tx| Box::pin(async move { give_handover(tx, &desk, (id, version), give).await })).await
    }

    async fn receive(&self, actor: Actor, id: i64, there: &[i64], text: &'static str) -> Result<(), Failure> {
        let (version, there) = (self.handover(id).await.handover.version, BTreeSet::from_iter(there.iter().copied()));
        self.write(move |tx| Box::pin(async move { receive_handover(tx, &actor, (id, version), &there, text).await }))
            .await
    }

    async fn deliver(&self, actor: Actor, card: i64) -> Result<Option<i64>, Failure> {
        self.write(move |tx| Box::pin(async move { deliver_card(tx, &actor, card).await })).await
    }

    async fn queue(&self, actor: Actor, at_ms: i64) -> Vec<WorkGroup> {
        let mut conn = self.test.store.read().await.unwrap();
        work_queue(&mut conn, &actor, at_ms).await.unwrap()
    }

    async fn report(&self, actor: Actor, kind: &str, day: &str, file: &[u8]) -> Result<(), Failure> {
        let mut conn = self.test.store.read().await.unwrap();
        let version = show_person(&mut conn, &self.hr(), self.person).await.unwrap().version;
        drop(conn);
        let typed = ReportDeparture { version, kind: kind.into(), day: day.into(), decision: "15/QĐ-SNV".into() };
        report_departure(&self.test.store, &self.blobs, &actor, self.person, typed, file.to_vec(), AT).await
    }

    async fn departure(&self) -> DepartureDetail {
        let mut conn = self.test.store.read().await.unwrap();
        departure_of(&mut conn, &self.hr(), self.person).await.unwrap().unwrap()
    }

    async fn take_back(&self, actor: Actor) -> Result<(), Failure> {
        let (person, version) = (self.person, self.departure().await.version);
        self.write(move |tx| Box::pin(async move { take_back_departure(tx, &actor, person, version).await })).await
    }

    /// What the clock does at that instant.
    async fn tick(&self, at_ms: i64) -> usize {
        self.test.store.write(at_ms, |tx| Box::pin(async move { tick(tx).await })).await.unwrap()
    }

    async fn states(&self) -> Vec<Card> {
        let mut conn = self.test.store.read().await.unwrap();
        cards_of(&mut conn, &self.holder(), self.person).await.unwrap().iter().map(|card| card.state).collect()
    }
}

fn kinds(queue: &[WorkGroup]) -> Vec<WorkKind> {
    queue.iter().map(|group| group.kind).collect()
}

/// The day some days from the tests' instant, ISO 8601.
fn day(days: i32) -> String {
    registry::date::days_later(registry::date::day_of(AT), days).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handover_is_given_disputed_settled_and_delivered() {
    for test in stores().await {
        let (scene, first) = Scene::with_card(test).await;
        let colleague = scene.colleague("Trần Văn Hai").await;
        let second = scene.another_card("ZZZ2", colleague).await;
        let mut conn = scene.test.store.read().await.unwrap();
        let found = waiting(&mut conn, &scene.operator(), Some(scene.unit)).await.unwrap();
        assert_eq!((found.units.len(), found.units[0].cards, found.chosen.unwrap().1.len()), (1, 2, 2));
        assert_eq!(waiting(&mut conn, &scene.hr(), None).await, Err(Failure::Forbidden));
        drop(conn);
        assert!(kinds(&scene.queue(scene.operator(), AT).await).contains(&WorkKind::HandOver));
        assert_eq!(scene.compose(&[]).await, Err(Failure::field("cards", Fault::Missing)));

        // a number a handover, also one that is given up; a card in one at a time
        let given_up = scene.compose(&[first]).await.unwrap();
        assert_eq!(scene.compose(&[first, second]).await, Err(Failure::Stale), "it is in the other one");
        scene.give(given_up, false).await.unwrap();
        let id = scene.compose(&[first, second]).await.unwrap();
        let shown = scene.handover(id).await;
        assert_eq!(shown.handover.number, "02/BBBG-2026", "what failed took no number");
        assert_eq!((shown.handover.state, shown.may.as_slice()), (Handover::Draft, [].as_slice()));
        let early = scene.receive(scene.hr(), id, &[first], "").await;
        assert_eq!(early, Err(Failure::Refused { why: Refusal::Impossible }));
        scene.give(id, true).await.unwrap();
        assert!(!kinds(&scene.queue(scene.operator(), AT).await).contains(&WorkKind::HandOver));
        let queue = scene.queue(scene.hr(), AT + 6 * DAY).await;
        assert_eq!(queue[0].kind, WorkKind::Receive, "overdue after five days");

        // both sides are different persons
        let mut both = scene.operator();
        both.grants.extend(scene.hr().grants);
        let same = scene.receive(both, id, &[first, second], "").await;
        assert_eq!(same, Err(Failure::Refused { why: Refusal::SeparationOfDuties }));
        let silent = scene.receive(scene.hr(), id, &[first], "").await;
        assert_eq!(silent, Err(Failure::field("discrepancy", Fault::Missing)));
        scene.receive(scene.hr(), id, &[first], "Phong bì bị rách").await.unwrap();
        assert_eq!(scene.handover(id).await.handover.state, Handover::Disputed);
        let (desk, version) = (scene.operator(), scene.handover(id).await.handover.version);
        let settled = "Cấp bổ sung trước ngày 01/12";
        scene
            .write(move |tx| Box::pin(async move { settle_handover(tx, &desk, (id, version), settled).await }))
            .await
            .unwrap();
        let shown = scene.handover(id).await;
        assert_eq!((shown.handover.state, shown.handover.cards), (Handover::Received, 1));
        let mut conn = scene.test.store.read().await.unwrap();
        let again = waiting(&mut conn, &scene.operator(), Some(scene.unit)).await.unwrap().chosen.unwrap().1;
        assert_eq!(again.iter().map(|card| card.id).collect::<Vec<_>>(), [second], "back on the desk's list");

        // the minutes, and the signed copy
        let (name, document) = show_minutes(&mut conn, &scene.hr(), id).await.unwrap();
        assert_eq!(name, "bien-ban-ban-giao-02-BBBG-2026");
        assert!(format!("{document:?}").contains("thiếu 01 thẻ, mã số ZZZ2. Phong bì bị rách."));
        drop(conn);
        let attach = async |file: &[u8]| {
            attach_minutes(&scene.test.store, &scene.blobs, &scene.hr(), id, file.to_vec(), AT).await
        };
        assert_eq!(attach(b"MZ").await, Err(Failure::field("minutes", Fault::Scan)));
        attach(PDF).await.unwrap();
        let file = scene.handover(id).await.files[0].id;
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(show_file(&mut conn, &scene.blobs, &scene.operator(), file).await.unwrap().1, PDF);
        assert_eq!(show_file(&mut conn, &scene.blobs, &scene.holder(), file).await, Err(Failure::NotFound));
        drop(conn);

        // the holder, who has an account, and nobody else
        assert_eq!(scene.queue(scene.hr(), AT + 11 * DAY).await[0].kind, WorkKind::Deliver, "overdue after ten days");
        scene.test.run(&[&format!("update account set person_id = {} where id = 11", scene.person)]).await;
        let by_officer = scene.deliver(scene.hr(), first).await;
        assert_eq!(by_officer, Err(Failure::Refused { why: Refusal::HolderConfirms }));
        assert!(kinds(&scene.queue(scene.holder(), AT).await).contains(&WorkKind::ConfirmCard));
        assert_eq!(scene.deliver(scene.holder(), first).await, Ok(None));
        assert_eq!(scene.deliver(scene.holder(), first).await, Ok(None), "said twice");
        assert_eq!(scene.handover(id).await.handover.state, Handover::Delivered);
        let never = scene.deliver(scene.hr(), second).await;
        assert_eq!(never, Err(Failure::Refused { why: Refusal::Impossible }), "it is with the desk");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_locked_leaves_the_draft_and_is_waited_for_no_more() {
    for test in stores().await {
        let (scene, first) = Scene::with_card(test).await;
        let colleague = scene.colleague("Trần Văn Hai").await;
        let second = scene.another_card("ZZZ2", colleague).await;
        let id = scene.compose(&[first, second]).await.unwrap();
        let before = scene.handover(id).await.handover.version;
        let (holder, version) = (scene.holder(), scene.card().await.1);
        let locking =
            scene.write(move |tx| Box::pin(async move { lock_card(tx, &holder, (first, version), "card_lost").await }));
        locking.await.unwrap();
        assert_eq!(scene.handover(id).await.handover.cards, 1);
        let desk = scene.operator();
        let stale =
            scene.write(move |tx| Box::pin(async move { give_handover(tx, &desk, (id, before), true).await })).await;
        assert_eq!(stale, Err(Failure::Stale), "the page had shown two cards");
        scene.give(id, true).await.unwrap();
        scene.receive(scene.hr(), id, &[second], "").await.unwrap();
        assert_eq!(scene.handover(id).await.handover.state, Handover::Received);
        // nobody waits for a void card
        for sql in ["locked", "invalidated"] {
            scene.test.run(&[&format!("update card set state = '{sql}' where id = {second}")]).await;
        }
        let mut conn = scene.test.store.read().await.unwrap();
        let card = stored::by_id(&mut conn, second).await.unwrap().unwrap();
        drop(conn);
        let (hr, version) = (scene.hr(), card.version);
        scene.write(move |tx| Box::pin(async move { recover_card(tx, &hr, (second, version)).await })).await.unwrap();
        assert_eq!(scene.handover(id).await.handover.state, Handover::Failed, "nobody got a card");

        // the last two at the same moment: one of them ends it
        let others = [scene.colleague("Trần Văn Ba").await, scene.colleague("Trần Văn Tư").await];
        scene.test.run(&[&format!("update card set state = 'active', locked_at = null where id = {first}")]).await;
        let cards = [scene.another_card("ZZZ3", others[0]).await, scene.another_card("ZZZ4", others[1]).await];
        let id = scene.compose(&cards).await.unwrap();
        scene.give(id, true).await.unwrap();
        scene.receive(scene.hr(), id, &cards, "").await.unwrap();
        let may = scene.handover(id).await;
        assert!(may.may_note && may.may.is_empty());
        let both = tokio::join!(scene.deliver(scene.hr(), cards[0]), scene.deliver(scene.hr(), cards[1]));
        assert_eq!(both, (Ok(Some(id)), Ok(Some(id))));
        assert_eq!(scene.handover(id).await.handover.state, Handover::Delivered);
        let mut conn = scene.test.store.read().await.unwrap();
        let desk = show_handover(&mut conn, &scene.operator(), id).await.unwrap();
        assert!(!desk.may.contains(&HandoverEvent::Cancel));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_retires_leaves_tasks_that_are_done_one_by_one() {
    for test in stores().await {
        let (scene, card) = Scene::with_card(test).await;
        let ahead = scene.report(scene.hr(), "retirement", &day(400), b"").await;
        assert!(matches!(ahead, Err(Failure::Invalid { faults }) if matches!(faults[0].fault, Fault::After { .. })));
        let wrong = scene.report(scene.hr(), "holiday", "", b"MZ").await;
        assert_eq!(wrong, Err(Failure::field("evidence", Fault::Scan)));
        let own = Actor::account(12, Some(scene.person), "hr".into(), scene.hr().grants, None);
        assert_eq!(
            scene.report(own, "retirement", &day(0), b"").await,
            Err(Failure::Refused { why: Refusal::OwnAccount })
        );
        scene.report(scene.hr(), "retirement", &day(0), PDF).await.unwrap();
        assert_eq!(scene.states().await, [Card::Locked], "at once, in the same transaction");
        let shown = scene.departure().await;
        let open = |shown: &DepartureDetail| -> Vec<Task> {
            shown.tasks.iter().filter(|task| task.done_at.is_none()).map(|task| task.task).collect()
        };
        assert_eq!((shown.tasks.len(), open(&shown)), (3, vec![Task::InvalidateCard, Task::RecoverCard]));
        let mut conn = scene.test.store.read().await.unwrap();
        assert!(show_file(&mut conn, &scene.blobs, &scene.checker(), shown.files[0].id).await.is_ok());
        assert_eq!(show_person(&mut conn, &scene.hr(), scene.person).await.unwrap().left_on, Some(day(0)));
        drop(conn);
        let twice = scene.report(scene.hr(), "death", &day(0), b"").await;
        assert_eq!(twice, Err(Failure::Refused { why: Refusal::HasLeft }));
        let asked = scene.ask(scene.holder(), "exchange", "damaged", None, true).await;
        assert_eq!(asked, Err(Failure::Refused { why: Refusal::HasLeft }));
        let (approver, version) = (scene.approver(), scene.card().await.1);
        let unlocked =
            scene.write(move |tx| Box::pin(async move { unlock_card(tx, &approver, (card, version)).await })).await;
        assert_eq!(unlocked, Err(Failure::Refused { why: Refusal::HasLeft }));

        // the queue has the departure's own days
        let queue = scene.queue(scene.approver(), AT + 5 * DAY).await;
        assert_eq!(queue[0].kind, WorkKind::Invalidate, "overdue after three days");
        // who reported does not decide
        let both = Actor::account(12, None, "hr".into(), scene.approver().grants, Some(AT));
        let version = scene.card().await.1;
        let same =
            scene.write(move |tx| Box::pin(async move { invalidate_card(tx, &both, (card, version)).await })).await;
        assert_eq!(same, Err(Failure::Refused { why: Refusal::SeparationOfDuties }));
        let approver = scene.approver();
        scene
            .write(move |tx| Box::pin(async move { invalidate_card(tx, &approver, (card, version)).await }))
            .await
            .unwrap();
        assert_eq!(open(&scene.departure().await), [Task::RecoverCard]);
        assert_eq!(scene.take_back(scene.hr()).await, Err(Failure::Refused { why: Refusal::CardsVoid }));
        let (hr, version) = (scene.hr(), scene.card().await.1);
        scene.write(move |tx| Box::pin(async move { recover_card(tx, &hr, (card, version)).await })).await.unwrap();
        assert!(open(&scene.departure().await).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_departure_to_come_is_done_by_the_clock_and_may_be_taken_back() {
    for test in stores().await {
        let (scene, card) = Scene::with_card(test).await;
        let request = scene.ask(scene.holder(), "exchange", "damaged", None, true).await.unwrap();
        scene.report(scene.hr(), "resignation", &day(20), b"").await.unwrap();
        assert_eq!(scene.request(request).await.request.state, Request::Withdrawn);
        assert_eq!(scene.states().await, [Card::Active], "until the day");
        let version = scene.departure().await.version;
        scene.take_back(scene.hr()).await.unwrap();
        let (hr, person) = (scene.hr(), scene.person);
        let again =
            scene.write(move |tx| Box::pin(async move { take_back_departure(tx, &hr, person, version).await })).await;
        assert_eq!(again, Err(Failure::Stale));
        assert_eq!(scene.tick(AT + 30 * DAY).await, 0, "it was taken back");
        scene.report(scene.checker(), "moved_away", &day(20), b"").await.unwrap();
        assert_eq!(scene.tick(AT + 19 * DAY).await, 0);
        let then = AT + 20 * DAY;
        assert!(kinds(&scene.queue(scene.hr(), then).await).contains(&WorkKind::LockLeavers));
        let mut conn = scene.test.store.read().await.unwrap();
        assert!(due(&mut conn, then).await.unwrap());
        drop(conn);
        assert_eq!((scene.tick(then).await, scene.tick(then).await), (1, 0));
        let mut conn = scene.test.store.read().await.unwrap();
        let shown = show_card(&mut conn, &scene.hr(), card).await.unwrap();
        assert_eq!((shown.card.state, shown.lock_reason.unwrap().code.as_str()), (Card::Locked, "moved_away"));
        assert_eq!((shown.events[0].actor.as_deref(), shown.card.unconfirmed), (None, false), "the system did it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_ends_with_a_departure() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        scene.portrait(90).await;
        // on a list with Home Affairs
        let id = scene.verified("first_issue", "roll_out").await;
        scene.checked(id, "1/TTr").await;
        scene.report(scene.hr(), "resignation", &day(0), b"").await.unwrap();
        assert_eq!(scene.request(id).await.request.state, Request::Withdrawn);
        scene.take_back(scene.checker()).await.unwrap();
        // approved, and printed already
        let id = scene.verified("first_issue", "roll_out").await;
        let list = scene.checked(id, "2/TTr").await;
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        let (card, version, _) = scene.card().await;
        let desk = scene.operator();
        scene
            .write(move |tx| Box::pin(async move { print_card(tx, &desk, (card, version), "A-01").await }))
            .await
            .unwrap();
        scene.report(scene.hr(), "death", &day(0), b"").await.unwrap();
        assert_eq!(
            (scene.card().await.2, scene.request(id).await.request.state),
            (Card::Cancelled, Request::Withdrawn)
        );
        assert!(scene.departure().await.tasks.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_begins_the_exchange_of_the_card() {
    for test in stores().await {
        let (scene, _) = Scene::with_card(test).await;
        let other = add(&scene.test, "specialised_agency", "Sở Xây dựng", Some(1), "H57.11").await;
        add(&scene.test, "specialised_agency", "Sở Y tế", Some(1), "H57.12").await;
        let go = async |code: &'static str| {
            let (hr, person) = (scene.hr(), scene.person);
            let mut conn = scene.test.store.read().await.unwrap();
            let version = show_person(&mut conn, &hr, person).await.unwrap().version;
            drop(conn);
            scene
                .write(move |tx| Box::pin(async move { move_person(tx, &hr, (person, version), code, "").await }))
                .await
                .unwrap();
        };
        go("H57.11").await;
        let mut conn = scene.test.store.read().await.unwrap();
        let open = open_request(&mut conn, &scene.holder(), scene.person).await.unwrap().unwrap();
        assert_eq!((open.request.state, open.request.reason.code.as_str()), (Request::Draft, "transfer"));
        assert_eq!(open.request.unit, "Sở Xây dựng");
        drop(conn);
        assert!(kinds(&scene.queue(scene.holder(), AT).await).contains(&WorkKind::Exchange));
        let there = vec![model::role::Grant { role: Role::UnitHr, path: format!("/1/{other}/") }];
        let there = Actor::account(12, None, "hr".into(), there, None);
        assert!(kinds(&scene.queue(there.clone(), AT).await).contains(&WorkKind::Exchange));
        // on its way it moves along
        let id = open.request.id;
        let version = Some(open.request.version);
        scene.ask(scene.holder(), "exchange", "transfer", version, true).await.unwrap();
        go("H57.12").await;
        let shown = scene.request(id).await.request;
        assert_eq!((shown.unit.as_str(), shown.state), ("Sở Y tế", Request::Submitted));
        assert!(!kinds(&scene.queue(there, AT).await).contains(&WorkKind::Verify));
        let (holder, version) = (scene.holder(), shown.version);
        scene
            .write(move |tx| Box::pin(async move { withdraw_request(tx, &holder, (id, version)).await }))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_card_ends_at_midnight_and_the_own_one_comes_back() {
    for test in stores().await {
        let (scene, card) = Scene::with_card(test).await;
        let begin = async |seed| {
            let (desk, of, draw) = (scene.operator(), scene.own(card).await, draw(seed));
            scene.write(move |tx| Box::pin(async move { begin_temporary(tx, &desk, &draw, of).await })).await
        };
        let make = async |id: i64| {
            let desk = scene.operator();
            // each on a blank of its own
            let serial = format!("A-{:02}", 9 + id);
            scene
                .write(move |tx| Box::pin(async move { print_card(tx, &desk, (id, 1), &serial).await }))
                .await
                .unwrap();
            let desk = scene.operator();
            scene.write(move |tx| Box::pin(async move { confirm_card(tx, &desk, (id, 2)).await })).await
        };
        let lent = begin(20).await.unwrap();
        assert_eq!(begin(21).await, Err(Failure::Refused { why: Refusal::Impossible }), "one is being made");
        assert_eq!(scene.states().await, [Card::Approved, Card::Active]);
        make(lent).await.unwrap();
        assert_eq!(scene.states().await, [Card::Active, Card::Suspended], "R32: never two");
        let mut conn = scene.test.store.read().await.unwrap();
        let (own, other) = (
            stored::by_id(&mut conn, card).await.unwrap().unwrap(),
            stored::by_id(&mut conn, lent).await.unwrap().unwrap(),
        );
        assert_eq!(own.snapshot.unwrap().replace(&own.code, &other.code), other.snapshot.unwrap());
        let midnight = registry::date::start_of(registry::date::days_later(registry::date::day_of(AT), 1));
        assert_eq!((other.expires_at, other.number), (Some(midnight), own.number));
        drop(conn);
        assert_eq!(scene.tick(midnight - 1).await, 0);
        assert_eq!(scene.tick(midnight).await, 1);
        assert_eq!(scene.states().await, [Card::Expired, Card::Active]);
        // handed back in the evening
        let lent = begin(22).await.unwrap();
        make(lent).await.unwrap();
        let (desk, of) = (scene.operator(), scene.own(lent).await);
        scene.write(move |tx| Box::pin(async move { hand_back(tx, &desk, of).await })).await.unwrap();
        assert_eq!(scene.states().await[0], Card::Recovered);
        assert_eq!(*scene.states().await.last().unwrap(), Card::Active);
        // the own one is lost meanwhile: it stays locked
        let lent = begin(23).await.unwrap();
        make(lent).await.unwrap();
        let (holder, of) = (scene.holder(), scene.own(card).await);
        scene.write(move |tx| Box::pin(async move { lock_card(tx, &holder, of, "card_lost").await })).await.unwrap();
        assert_eq!(scene.tick(midnight).await, 1);
        let states = scene.states().await;
        assert_eq!((states[0], *states.last().unwrap()), (Card::Expired, Card::Locked));
        // one that was begun and never given ends with the day
        scene.test.run(&[&format!("update card set state = 'active' where id = {card}")]).await;
        begin(24).await.unwrap();
        assert_eq!(scene.tick(midnight).await, 1);
        assert_eq!(scene.states().await[0], Card::Cancelled);
    }
}

impl Scene {
    /// A card with its version.
    async fn own(&self, id: i64) -> (i64, i64) {
        let mut conn = self.test.store.read().await.unwrap();
        let card = stored::by_id(&mut conn, id).await.unwrap().unwrap();
        (id, card.version)
    }
}
