//! Key ceremonies on both databases: who may do what, what happens when they are cut off, and that nothing secret stays behind.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, Once, OnceLock};

use contract::keys::{CeremonyStep, CeremonyView, Held, KeySets, ShareWrong};
use contract::{Failure, Fault, Outage, Refusal};
use futures_util::future::BoxFuture;
use model::lifecycle::{Ceremony, KeySet};
use model::role::{Grant, Role};
use registry::store::{dump, key};
use registry::work::key_ceremony::{
    BeginCeremony, begin_ceremony, break_off, candidates, confirm_share, decide_ceremony, draw_key_set, give_component,
    show_share,
};
use registry::work::key_sets::{demonstrate, destroy_key_set, public_keys, show_key_sets, use_key_set, version_in_use};
use registry::work::restore_keys::{Offered, WAIT_MS, first_shares, forget_old_shares, forget_share, offer_share};
use registry::work::safe::Safe;
use registry::work::show_ceremony::show_ceremony;
use registry::{Actor, Tx};
use zeroize::Zeroizing;

use crate::key_vault::{Disk, KeyVault, Sealing};
use crate::support::{AT, TestStore, draw, stores};

const OPERATOR: i64 = 31;
const APPROVER: i64 = 32;
const CUSTODIANS: [i64; 3] = [33, 34, 35];
const COMPONENTS: [&str; 3] =
    ["4 1 6 2 5 3 3 1 6 4 2 2 5", "bò vàng gặm cỏ bên sông Hương", "  6 6 5 1 2 4 3 1 5 2 6 3 1  "];

struct Scene {
    test: TestStore,
    disk: Arc<Mutex<Disk>>,
    safe: Safe,
}

impl Scene {
    async fn new(test: TestStore) -> Self {
        test.run(&[
            "insert into unit (id, path, class, name, name_folded, sort_key, created_at) values \
             (1, '/1/', 'province', 'Tỉnh', 'tinh', {hex:01}, 0)",
            // whose vault holds no secrets of theirs: a custodian may be a person, or an account without one
            "insert into person (id, name, name_folded, sort_key, unit_id, ordinal, kind, created_at) values \
             (7, 'Lê Văn Ba', 'le van ba', {hex:01}, 1, 1, 'civil_servant', 0)",
        ])
        .await;
        for (id, login, role, person) in [
            (OPERATOR, "operator", "system_operator", "null"),
            (APPROVER, "approver", "approver", "null"),
            (33, "one", "key_custodian", "null"),
            (34, "two", "key_custodian", "null"),
            (35, "three", "key_custodian", "7"),
            (36, "four", "key_custodian", "null"),
        ] {
            let account = format!(
                "insert into account (id, login, display_name, name_folded, person_id, state, created_at) \
                 values ({id}, '{login}', '{login}', '{login}', {person}, 'active', 0)"
            );
            let grant = format!(
                "insert into role_grant (account_id, role, unit_id, valid_from, decision, state, proposed_at) \
                 values ({id}, '{role}', 1, '2020-01-01', '1/QĐ', 'in_force', 0)"
            );
            test.run(&[&account, &grant]).await;
        }
        let disk = Arc::new(Mutex::new(Disk::default()));
        let safe = safe(&disk, 5);
        Scene { test, disk, safe }
    }

    /// The portal is started anew: nothing is left but the database and the vault's disk.
    fn restart(&mut self) {
        self.safe = safe(&self.disk, 99);
    }

    fn actor(&self, id: i64) -> Actor {
        let role = match id {
            OPERATOR => Role::SystemOperator,
            APPROVER => Role::Approver,
            _ => Role::KeyCustodian,
        };
        let person = (id == 35).then_some(7);
        Actor::account(id, person, role.name().into(), vec![Grant { role, path: "/1/".into() }], Some(AT))
    }

    async fn write<T, F>(&self, body: F) -> Result<T, Failure>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Failure>> + Send + 'static,
        T: Send + 'static,
    {
        self.test.store.write(AT, body).await
    }

    async fn begin(&self, by: i64, custodians: [i64; 3]) -> Result<i64, Failure> {
        let (actor, safe) = (self.actor(by), self.safe.clone());
        let form = BeginCeremony { custodians: custodians.map(Some), decision: "7/QĐ-SNV".into() };
        self.write(move |tx| Box::pin(async move { begin_ceremony(tx, &actor, &safe, form).await })).await
    }

    async fn decide(&self, by: i64, id: i64, agree: bool, reason: &'static str) -> Result<(), Failure> {
        let actor = self.actor(by);
        self.write(move |tx| Box::pin(async move { decide_ceremony(tx, &actor, id, agree, reason).await })).await
    }

    async fn give(&self, by: i64, id: i64, component: &str) -> Result<(), Failure> {
        let (actor, safe, component) = (self.actor(by), self.safe.clone(), Zeroizing::new(component.to_owned()));
        self.write(move |tx| Box::pin(async move { give_component(tx, &actor, &safe, id, component).await })).await
    }

    async fn draw(&self, by: i64, id: i64) -> Result<(), Failure> {
        let (actor, safe) = (self.actor(by), self.safe.clone());
        self.write(move |tx| Box::pin(async move { draw_key_set(tx, &actor, &safe, id).await })).await
    }

    async fn show(&self, by: i64, id: i64) -> Result<String, Failure> {
        let (actor, safe) = (self.actor(by), self.safe.clone());
        self.write(move |tx| Box::pin(async move { Ok(show_share(tx, &actor, &safe, id).await?.share.to_string()) }))
            .await
    }

    async fn confirm(&self, by: i64, id: i64, copied: &str) -> Result<bool, Failure> {
        let (actor, safe, copied) = (self.actor(by), self.safe.clone(), Zeroizing::new(copied.to_owned()));
        self.write(move |tx| Box::pin(async move { confirm_share(tx, &actor, &safe, id, copied).await })).await
    }

    async fn break_off(&self, by: i64, id: i64) -> Result<(), Failure> {
        let (actor, safe) = (self.actor(by), self.safe.clone());
        self.write(move |tx| Box::pin(async move { break_off(tx, &actor, &safe, id, "Máy in hỏng").await })).await
    }

    async fn put_in_use(&self, by: i64, version: i64) -> Result<(), Failure> {
        let (actor, safe) = (self.actor(by), self.safe.clone());
        self.write(move |tx| Box::pin(async move { use_key_set(tx, &actor, &safe, version).await })).await
    }

    async fn destroy(&self, version: i64) -> Result<(), Failure> {
        let (actor, safe) = (self.actor(APPROVER), self.safe.clone());
        self.write(move |tx| Box::pin(async move { destroy_key_set(tx, &actor, &safe, version, "Hết dùng").await }))
            .await
    }

    async fn offer(&self, by: i64, share: &str) -> Result<Offered, Failure> {
        let (actor, safe, share) = (self.actor(by), self.safe.clone(), Zeroizing::new(share.to_owned()));
        self.write(move |tx| Box::pin(async move { Ok(offer_share(tx, &actor, &safe, share).await?.0) })).await
    }

    async fn seen(&self, by: i64, id: i64) -> CeremonyView {
        let mut conn = self.test.store.read().await.unwrap();
        show_ceremony(&mut conn, &self.actor(by), id).await.unwrap()
    }

    async fn sets(&self) -> KeySets {
        let mut conn = self.test.store.read().await.unwrap();
        show_key_sets(&mut conn, &self.actor(OPERATOR), &self.safe).await.unwrap()
    }

    /// A ceremony whose set is drawn.
    async fn drawn(&self) -> i64 {
        let id = self.begin(OPERATOR, CUSTODIANS).await.unwrap();
        self.decide(APPROVER, id, true, "").await.unwrap();
        for (custodian, component) in CUSTODIANS.into_iter().zip(COMPONENTS) {
            self.give(custodian, id, component).await.unwrap();
        }
        self.draw(CUSTODIANS[1], id).await.unwrap();
        id
    }

    /// A whole ceremony; the shares.
    async fn kept(&self) -> [String; 3] {
        let id = self.drawn().await;
        let mut shares = Vec::new();
        for custodian in CUSTODIANS {
            shares.push(self.show(custodian, id).await.unwrap());
        }
        for (custodian, share) in CUSTODIANS.into_iter().zip(&shares) {
            self.confirm(custodian, id, share).await.unwrap();
        }
        shares.try_into().unwrap()
    }

    async fn count(&self, sql: &str) -> i64 {
        self.test.count(sql).await
    }
}

fn safe(disk: &Arc<Mutex<Disk>>, seed: u64) -> Safe {
    Safe { secrets: Arc::new(Sealing::new()), cards: Arc::new(KeyVault(disk.clone())), draw: draw(seed) }
}

fn refused<T>(why: Refusal) -> Result<T, Failure> {
    Err(Failure::Refused { why })
}

fn wrong<T>(why: ShareWrong) -> Result<T, Failure> {
    Err(Failure::field("share", Fault::Share { why }))
}

/// How many pieces are sealed in the database.
const SEALED: &str =
    "select (select count(component) + count(share) from key_custodian) + (select count(*) from key_restore)";

#[tokio::test(flavor = "multi_thread")]
async fn three_custodians_draw_a_set_and_an_approver_puts_it_in_use() {
    for test in stores().await {
        let mut scene = Scene::new(test).await;
        let mut conn = scene.test.store.read().await.unwrap();
        let named = candidates(&mut conn, &scene.actor(OPERATOR), AT).await.unwrap();
        assert_eq!(named.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [33, 34, 35, 36]);
        drop(conn);
        let id = scene.begin(OPERATOR, CUSTODIANS).await.unwrap();
        assert_eq!(scene.seen(APPROVER, id).await.next, Some(CeremonyStep::Decide));
        assert_eq!(scene.seen(33, id).await.next, None);
        assert_eq!(scene.give(33, id, COMPONENTS[0]).await, refused(Refusal::Impossible), "nobody has agreed yet");
        scene.decide(APPROVER, id, true, "").await.unwrap();
        assert_eq!(scene.decide(APPROVER, id, false, "x").await, refused(Refusal::Decided));
        for (custodian, component) in CUSTODIANS.into_iter().zip(COMPONENTS) {
            assert_eq!(scene.seen(custodian, id).await.next, Some(CeremonyStep::Give));
            assert_eq!(scene.draw(custodian, id).await, refused(Refusal::Impossible), "not all have given theirs");
            scene.give(custodian, id, component).await.unwrap();
            scene.restart();
        }
        assert_eq!(scene.count(SEALED).await, 3);
        assert_eq!(scene.seen(33, id).await.next, Some(CeremonyStep::Draw));
        scene.draw(34, id).await.unwrap();
        assert_eq!(scene.draw(33, id).await, refused(Refusal::Impossible), "drawn once");
        scene.restart();
        assert_eq!(scene.count("select count(component) from key_custodian").await, 0);
        assert!(scene.sets().await.sets.is_empty());

        let mut shares = Vec::new();
        for custodian in CUSTODIANS {
            assert_eq!(scene.confirm(custodian, id, "x").await, refused(Refusal::Impossible), "not shown yet");
            assert_eq!(scene.seen(custodian, id).await.next, Some(CeremonyStep::Show));
            shares.push(scene.show(custodian, id).await.unwrap());
            assert_eq!(scene.show(custodian, id).await, refused(Refusal::ShareShown));
            scene.restart();
        }
        let [first, second, third] = &shares[..] else { panic!() };
        assert!(first != second && second != third);
        let (head, tail) = first.split_once('\n').unwrap();
        assert_eq!(scene.confirm(33, id, &format!("{head}\nX{tail}")).await, wrong(ShareWrong::Line { number: 2 }));
        assert_eq!(scene.confirm(33, id, head).await, wrong(ShareWrong::Lines { wanted: 2, found: 1 }));
        assert_eq!(scene.confirm(33, id, second).await, wrong(ShareWrong::OtherShare));
        assert_eq!(scene.confirm(33, id, " ").await, Err(Failure::field("share", Fault::Missing)));
        assert_eq!(scene.confirm(33, id, &first.to_lowercase()).await, Ok(false));
        assert_eq!(scene.confirm(33, id, first).await, refused(Refusal::Impossible), "it is forgotten");
        assert_eq!(scene.confirm(34, id, second).await, Ok(false));
        // power goes between vault and database
        scene.disk.lock().unwrap().broken = true;
        assert_eq!(scene.confirm(35, id, third).await, Err(Failure::Unavailable { why: Outage::Keys }));
        scene.disk.lock().unwrap().broken = false;
        scene.restart();
        assert_eq!(scene.seen(35, id).await.next, Some(CeremonyStep::Confirm));
        assert_eq!(scene.confirm(35, id, third).await, Ok(true));

        assert_eq!(scene.count(SEALED).await, 0);
        let ended = scene.seen(33, id).await;
        assert_eq!((ended.line.state, ended.next, ended.may_break_off), (Ceremony::Kept, None, false));
        let sets = scene.sets().await;
        assert_eq!((sets.sets[0].state, sets.sets[0].held), (KeySet::Prepared, Held::Yes));
        assert_eq!(sets.sets[0].check_values, ended.check_values);
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(version_in_use(&mut conn).await.unwrap(), None);
        assert_eq!(public_keys(&mut conn).await.unwrap().keys, []);
        drop(conn);
        scene.put_in_use(APPROVER, 1).await.unwrap();
        assert_eq!(scene.put_in_use(APPROVER, 1).await, refused(Refusal::Impossible));
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(version_in_use(&mut conn).await.unwrap().map(chip::keys::SetVersion::get), Some(1));
        let keys = public_keys(&mut conn).await.unwrap().keys;
        assert_eq!((keys.len(), keys[0].set_version, keys[0].state.as_str()), (1, 1, "in_use"));
        let told = "select count(*) from audit_entry where action like 'key_%'";
        assert_eq!(scene.count(told).await, 2 + 3 + 1 + 3 + 3 + 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_two_parts_in_a_ceremony() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let beside = |field: &str, fault| Err(Failure::field(field, fault));
        assert_eq!(scene.begin(OPERATOR, [33, 34, 33]).await, beside("custodian3", Fault::Taken));
        assert_eq!(scene.begin(OPERATOR, [33, APPROVER, 35]).await, beside("custodian2", Fault::Choice));
        for other in [APPROVER, 33] {
            assert_eq!(scene.begin(other, CUSTODIANS).await, Err(Failure::Forbidden));
        }
        let id = scene.begin(OPERATOR, CUSTODIANS).await.unwrap();
        assert_eq!(scene.begin(OPERATOR, CUSTODIANS).await, refused(Refusal::CeremonyUnderWay));
        assert_eq!(scene.decide(OPERATOR, id, true, "").await, Err(Failure::Forbidden));
        // who is both approver and custodian, by two roles
        let roles = [Role::Approver, Role::KeyCustodian].map(|role| Grant { role, path: "/1/".into() }).to_vec();
        let both = Actor::account(35, Some(7), "both".into(), roles, Some(AT));
        let actor = both.clone();
        let agreed =
            scene.write(move |tx| Box::pin(async move { decide_ceremony(tx, &actor, id, true, "").await })).await;
        assert_eq!(agreed, refused(Refusal::SeparationOfDuties));
        // the second factor was shown too long ago
        let mut tired = scene.actor(APPROVER);
        tired.confirmed_at = None;
        let agreed =
            scene.write(move |tx| Box::pin(async move { decide_ceremony(tx, &tired, id, true, "").await })).await;
        assert_eq!(agreed, Err(Failure::ConfirmationNeeded));
        scene.decide(APPROVER, id, true, "").await.unwrap();
        assert_eq!(scene.give(36, id, COMPONENTS[0]).await, refused(Refusal::NotCustodian));
        assert_eq!(scene.give(APPROVER, id, COMPONENTS[0]).await, Err(Failure::Forbidden));
        let short = Fault::TooShort { min: 20 };
        assert_eq!(scene.give(33, id, "1 2 3 4 5 6").await, Err(Failure::field("component", short)));
        assert_eq!(scene.give(33, id, "  ").await, Err(Failure::field("component", Fault::Missing)));
        let long = Fault::TooLong { max: 341 };
        assert_eq!(scene.give(33, id, &"6".repeat(1025)).await, Err(Failure::field("component", long)));
        for (custodian, component) in CUSTODIANS.into_iter().zip(COMPONENTS) {
            scene.give(custodian, id, component).await.unwrap();
        }
        assert_eq!(scene.draw(36, id).await, refused(Refusal::NotCustodian));
        scene.draw(33, id).await.unwrap();
        assert_eq!(scene.show(36, id).await, refused(Refusal::NotCustodian));
        let share = scene.show(33, id).await.unwrap();
        assert_eq!(scene.confirm(34, id, &share).await, refused(Refusal::Impossible));
        assert_eq!(scene.break_off(OPERATOR, id).await, Ok(()));
        // who has a share of a set does not put it in use
        let shares = scene.kept().await;
        assert_eq!(shares.len(), 3);
        let safe = scene.safe.clone();
        let used = scene.write(move |tx| Box::pin(async move { use_key_set(tx, &both, &safe, 1).await })).await;
        assert_eq!(used, refused(Refusal::SeparationOfDuties));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_off_is_forgotten_and_its_shares_are_worth_nothing() {
    for test in stores().await {
        let mut scene = Scene::new(test).await;
        let id = scene.drawn().await;
        let abandoned = [scene.show(33, id).await.unwrap(), scene.show(34, id).await.unwrap()];
        scene.disk.lock().unwrap().broken = true;
        assert_eq!(scene.break_off(33, id).await, Err(Failure::Unavailable { why: Outage::Keys }));
        assert_eq!(scene.seen(33, id).await.line.state, Ceremony::Drawn, "nothing has changed");
        scene.disk.lock().unwrap().broken = false;
        scene.break_off(33, id).await.unwrap();
        assert_eq!(scene.break_off(33, id).await, refused(Refusal::Impossible));
        assert_eq!(scene.count(SEALED).await, 0);
        assert!(scene.disk.lock().unwrap().sets.is_empty());
        assert_eq!(scene.show(35, id).await, refused(Refusal::Impossible));

        let refusal = scene.begin(OPERATOR, CUSTODIANS).await.unwrap();
        assert_eq!(scene.decide(APPROVER, refusal, false, "").await, Err(Failure::field("reason", Fault::Missing)));
        scene.decide(APPROVER, refusal, false, "Chưa đủ người").await.unwrap();
        assert_eq!(scene.give(33, refusal, COMPONENTS[0]).await, refused(Refusal::Impossible));

        let shares = scene.kept().await;
        assert_eq!(scene.sets().await.sets[0].set_version, 1, "a version that nobody has is used");
        scene.restart();
        assert_eq!(scene.offer(33, &abandoned[0]).await, wrong(ShareWrong::OtherSet));
        assert_eq!(scene.offer(33, &shares[0]).await, Ok(Offered::Waits));
        assert_eq!(scene.offer(34, &abandoned[1]).await, wrong(ShareWrong::OtherSet));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_the_vault_has_lost_is_no_set() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let id = scene.drawn().await;
        let mut shares = Vec::new();
        for custodian in CUSTODIANS {
            shares.push(scene.show(custodian, id).await.unwrap());
        }
        scene.confirm(33, id, &shares[0]).await.unwrap();
        scene.confirm(34, id, &shares[1]).await.unwrap();
        // put back to a backup of before
        scene.disk.lock().unwrap().sets.clear();
        assert_eq!(scene.confirm(35, id, &shares[2]).await, refused(Refusal::DraftGone));
        assert!(scene.sets().await.sets.is_empty());
        assert_eq!(scene.break_off(35, id).await, Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_custodians_restore_a_set_one_after_the_other() {
    for test in stores().await {
        let mut scene = Scene::new(test).await;
        let shares = scene.kept().await;
        scene.put_in_use(APPROVER, 1).await.unwrap();
        // shares can be tried while the set is there
        assert_eq!(scene.offer(33, &shares[0]).await, Ok(Offered::Waits));
        assert_eq!(scene.offer(35, &shares[2]).await, Ok(Offered::Tried));
        assert_eq!(scene.count(SEALED).await, 0);
        // the vault is lost
        scene.disk = Arc::new(Mutex::new(Disk::default()));
        scene.restart();
        assert_eq!(scene.sets().await.sets[0].held, Held::No);
        assert_eq!(scene.offer(36, &shares[0]).await, Ok(Offered::Waits), "whoever has taken it over");
        assert_eq!(scene.offer(36, &shares[1]).await, Ok(Offered::Waits), "one person is one custodian");
        let mut conn = scene.test.store.read().await.unwrap();
        let waiting = first_shares(&mut conn, &scene.actor(34), AT).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].own, waiting[0].name.as_str()), (1, false, "four"));
        drop(conn);
        assert_eq!(scene.offer(34, &shares[1]).await, wrong(ShareWrong::SameNumber));
        let (head, tail) = shares[0].split_once('\n').unwrap();
        assert_eq!(scene.offer(34, &format!("{head}\n9{tail}")).await, wrong(ShareWrong::Line { number: 2 }));
        assert_eq!(scene.offer(34, &shares[0]).await, Ok(Offered::Restored));
        let sets = scene.sets().await;
        assert_eq!((sets.sets[0].state, sets.sets[0].held), (KeySet::InUse, Held::Yes));
        assert_eq!(scene.count(SEALED).await, 0);

        // what waits too long, or was typed by mistake, is forgotten
        assert_eq!(scene.offer(33, &shares[0]).await, Ok(Offered::Waits));
        let forgotten =
            |tx_at: i64| scene.test.store.write(tx_at, |tx| Box::pin(async move { forget_old_shares(tx).await }));
        forgotten(AT + WAIT_MS).await.unwrap();
        assert_eq!(scene.count(SEALED).await, 1);
        forgotten(AT + WAIT_MS + 1).await.unwrap();
        assert_eq!(scene.count(SEALED).await, 0);
        assert_eq!(scene.offer(33, &shares[0]).await, Ok(Offered::Waits));
        let actor = scene.actor(34);
        scene.write(move |tx| Box::pin(async move { forget_share(tx, &actor, 1).await })).await.unwrap();
        assert_eq!(scene.count(SEALED).await, 0);
        let operator = scene.actor(OPERATOR);
        let (safe, share) = (scene.safe.clone(), Zeroizing::new(shares[0].clone()));
        let offered = scene
            .write(move |tx| Box::pin(async move { offer_share(tx, &operator, &safe, share).await.map(drop) }))
            .await;
        assert_eq!(offered, Err(Failure::Forbidden));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_set_takes_the_place_of_the_one_in_use_and_cards_keep_theirs() {
    for test in stores().await {
        let mut scene = Scene::new(test).await;
        demonstrate(&scene.test.store, &scene.safe, AT).await.unwrap();
        demonstrate(&scene.test.store, &scene.safe, AT).await.unwrap();
        let sets = scene.sets().await.sets;
        assert_eq!(
            (sets.len(), sets[0].state, sets[0].demonstration, sets[0].held),
            (1, KeySet::InUse, true, Held::Yes)
        );
        assert_eq!(scene.destroy(1).await, refused(Refusal::Impossible), "cards are issued with it");
        scene.kept().await;
        scene.put_in_use(APPROVER, 2).await.unwrap();
        let states: Vec<_> = scene.sets().await.sets.iter().map(|set| set.state).collect();
        assert_eq!(states, [KeySet::InUse, KeySet::Retired]);
        // the database itself lets no second one in use, and forgets none
        for sql in
            ["update key_set set state = 'in_use'", "delete from key_set", "update key_set set key_id = {hex:00000000}"]
        {
            let sql = sql.to_owned();
            let refused: Result<(), registry::StoreError> = scene
                .test
                .store
                .write(AT, |tx| Box::pin(async move { Ok(crate::support::run(tx.conn(), &sql).await.map(drop)?) }))
                .await;
            assert!(refused.is_err());
        }
        scene.destroy(1).await.unwrap();
        let kept: Vec<_> = scene.disk.lock().unwrap().sets.iter().map(|(set, _)| set.version.get()).collect();
        assert_eq!(kept, [2]);
        let mut conn = scene.test.store.read().await.unwrap();
        let keys = public_keys(&mut conn).await.unwrap().keys;
        let named: Vec<_> = keys.iter().map(|key| (key.set_version, key.state.as_str())).collect();
        assert_eq!(named, [(1, "retired"), (2, "in_use")], "a key that was named once is always named");
        drop(conn);
        // a set that is not in the vault does not go in use
        scene.kept().await;
        scene.disk = Arc::new(Mutex::new(Disk::default()));
        scene.restart();
        assert_eq!(scene.put_in_use(APPROVER, 3).await, refused(Refusal::SetMissing));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_a_chip_may_have_is_not_destroyed() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        demonstrate(&scene.test.store, &scene.safe, AT).await.unwrap();
        scene.kept().await;
        scene.put_in_use(APPROVER, 2).await.unwrap();
        scene.test.run(&[
            "insert into blank_type (id, code, name, supplier, chip, interface, chip_model, memory_kb, material, surface, length_um, \
             width_um, thickness_um, created_at) values (1, 'EV3', 'EV3', 'A', 'embedded', 'contactless', 'EV3', 8, 'PVC', 'matt', 85725, \
             53975, 760, 1)",
            "insert into stock_place (id, name, unit_id, kind, created_at) values (1, 'Kho', 1, 'store', 1)",
            "insert into blank_lot (id, number, supplier, supplier_folded, type_id, place_id, document, received_on, stated, counted, \
             state, entered_at) values (1, 'L1', 'A', 'a', 1, 1, 'PGH', '2026-01-01', 1, 1, 'received', 1)",
            "insert into blank (id, serial, type_id, lot_id, place_id, state) values (1, 'A1', 1, 1, 1, 'received')",
            "insert into card_code (code, given_at) values ('k7Qz', 1)",
            "insert into card (id, person_id, unit_id, code, type, state, snapshot_sha256, source, blank_serial, approved_at, changed_at) \
             values (1, 7, 1, 'k7Qz', 'cc', 'active', \
             {hex:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}, 'province', 'A1', 1, 1)",
        ]).await;
        assert_eq!(scene.sets().await.rotation.unknown, 1);
        assert_eq!(scene.destroy(1).await, refused(Refusal::CardsHaveSet));
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(key::set::of_version(&mut conn, 1).await.unwrap().unwrap().state, "retired");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_component_and_no_share_stays_in_the_database_or_in_the_log() {
    heard();
    for test in stores().await {
        let scene = Scene::new(test).await;
        let id = scene.drawn().await;
        let mut shares = Vec::new();
        for custodian in CUSTODIANS {
            shares.push(scene.show(custodian, id).await.unwrap());
        }
        // while they are sealed
        scene.holds_none_of(&shares).await;
        let (head, tail) = shares[0].split_once('\n').unwrap();
        scene.confirm(33, id, &format!("{head}\n7{tail}")).await.unwrap_err();
        for (custodian, share) in CUSTODIANS.into_iter().zip(&shares) {
            scene.confirm(custodian, id, share).await.unwrap();
        }
        scene.offer(33, &shares[0]).await.unwrap();
        scene.holds_none_of(&shares).await;
        scene.disk.lock().unwrap().broken = true;
        scene.offer(34, &shares[1]).await.unwrap_err();
        scene.holds_none_of(&shares).await;
    }
}

impl Scene {
    async fn holds_none_of(&self, shares: &[String]) {
        let mut conn = self.test.store.read().await.unwrap();
        let mut rows = String::new();
        for table in dump::TABLES {
            rows.push_str(&rows_of(&mut conn, table).await);
        }
        let log = heard().lock().unwrap().clone();
        assert!(log.contains("the store of the cards' keys refuses") || !self.disk.lock().unwrap().broken);
        let lines = shares.iter().flat_map(|share| share.lines().skip(1));
        for secret in lines.chain(COMPONENTS.into_iter().map(str::trim)) {
            let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            for (name, text) in [("the database", &rows), ("the log", &log)] {
                assert!(!text.contains(secret) && !text.contains(&hex), "{name} holds a secret");
            }
        }
        assert!(rows.contains("key_ceremony.show"), "what is searched is the database");
    }
}

async fn rows_of(conn: &mut registry::Conn, table: &dump::Table) -> String {
    use futures_util::StreamExt as _;
    let columns = dump::columns(conn, table).await.unwrap();
    let mut lines = dump::lines(conn, table, &columns);
    let mut text = String::new();
    while let Some(line) = lines.next().await {
        text.push_str(&line.unwrap());
    }
    text
}

/// Everything that is logged in this process from now on, at every level.
fn heard() -> &'static Mutex<String> {
    static LOG: OnceLock<Mutex<String>> = OnceLock::new();
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| tracing::subscriber::set_global_default(Listener).unwrap());
    LOG.get_or_init(Mutex::default)
}

struct Listener;

struct Fields<'t>(&'t mut String);

impl tracing::field::Visit for Fields<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        _ = writeln!(self.0, "{field}={value:?}");
    }
}

impl tracing::Subscriber for Listener {
    fn enabled(&self, of: &tracing::Metadata<'_>) -> bool {
        !of.target().starts_with("log")
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        span.record(&mut Fields(&mut heard().lock().unwrap()));
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut Fields(&mut heard().lock().unwrap()));
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Fields(&mut heard().lock().unwrap()));
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}
