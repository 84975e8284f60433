//! What anybody is told of a card, over its whole life, by code, by link and by tap.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::chip::content::link::Tapped;
use contract::{Failure, Outage};
use model::card_code::CardCode;
use model::state_list::{Proof, StateList, TERM_MS};
use model::told::Told;
use picc::Model;
use registry::store::{Kind, public as stored};
use registry::work::erase_person::erase_person;
use registry::work::lock_card::{invalidate_card, lock_card, recover_card, unlock_card};
use registry::work::public::check_code::{Asked, check_code};
use registry::work::public::check_link::check_link;
use registry::work::public::portrait::{portrait_name, public_portrait};
use registry::work::public::state_list::state_list;
use registry::work::public::taps::{Taps, Verdict};
use registry::work::public::{Cards, Shown};
use tokio::sync::oneshot;

use crate::cards::Scene;
use crate::chip::{Reader, Vault, approved, confirm, print};
use crate::support::{AT, TestSecrets, draw, run, stores};

/// The last digits of the citizen number of the scene's person.
const DIGITS: &str = "1234";

struct Public {
    scene: Scene,
    cards: Arc<Cards>,
}

impl Public {
    async fn of(scene: Scene) -> Self {
        let public = Public { scene, cards: Arc::default() };
        public.refresh().await;
        public
    }

    async fn refresh(&self) -> usize {
        self.cards.refresh(&self.scene.test.store, AT).await.unwrap()
    }

    async fn code(&self) -> String {
        let mut conn = self.scene.test.store.read().await.unwrap();
        stored::cards_after(&mut conn, 0, 100).await.unwrap().pop().unwrap().code
    }

    fn check(&self, code: &str, digits: &str) -> Option<Shown> {
        check_code(&self.cards, Asked::parse(code, digits), AT).unwrap()
    }

    async fn told(&self, code: &str) -> Option<Told> {
        self.refresh().await;
        self.check(code, DIGITS).map(|shown| shown.told)
    }

    /// The card moves on.
    async fn lock(&self, reason: &'static str) {
        let ((id, version, _), hr) = (self.scene.card().await, self.scene.hr());
        let locked =
            self.scene.write(move |tx| Box::pin(async move { lock_card(tx, &hr, (id, version), reason).await }));
        locked.await.unwrap();
    }

    async fn unlock(&self) {
        let ((id, version, _), approver) = (self.scene.card().await, self.scene.approver());
        let done = self.scene.write(move |tx| Box::pin(async move { unlock_card(tx, &approver, (id, version)).await }));
        done.await.unwrap();
    }

    async fn invalidate(&self) {
        let ((id, version, _), approver) = (self.scene.card().await, self.scene.approver());
        let done =
            self.scene.write(move |tx| Box::pin(async move { invalidate_card(tx, &approver, (id, version)).await }));
        done.await.unwrap();
    }

    async fn recover(&self) {
        let ((id, version, _), hr) = (self.scene.card().await, self.scene.hr());
        let done = self.scene.write(move |tx| Box::pin(async move { recover_card(tx, &hr, (id, version)).await }));
        done.await.unwrap();
    }

    /// A card whose chip was written.
    async fn with_chip(scene: Scene, model: Model) -> (Self, Reader, String) {
        approved(&scene).await;
        print(&scene, "A-01").await;
        let mut reader = Reader::with(model, 0x80);
        reader.key(&scene).await.unwrap();
        assert!(reader.write(&scene, None).await.unwrap().reached);
        let public = Public::of(scene).await;
        let code = public.code().await;
        (public, reader, code)
    }

    fn taps(&self) -> Taps {
        Taps::start(self.scene.test.store.clone(), Arc::new(Vault), self.cards.clone())
    }

    async fn link(&self, code: &str, signature: &str) -> Option<Shown> {
        check_link(&self.scene.test.store, &self.cards, code, signature, AT).await.unwrap()
    }
}

/// What a phone reads: the link's path and query (NFC Forum Type 4 Tag).
fn tapped(reader: &mut Reader) -> String {
    reader.card.power_on();
    let mut send = |command: &str| {
        let bytes: Vec<u8> =
            (0..command.len()).step_by(2).map(|at| u8::from_str_radix(&command[at..at + 2], 16).unwrap()).collect();
        let back = reader.card.transmit(&bytes);
        assert!(back.ends_with(&[0x90, 0x00]), "{command}: {back:02X?}");
        back
    };
    send("00A4040007D276000085010100");
    send("00A4000C02E104");
    let file = send("00B0000080");
    let length = usize::from(u16::from_be_bytes([file[0], file[1]]));
    let message = String::from_utf8_lossy(&file[2..2 + length]).into_owned();
    message[message.find("/t").unwrap()..].to_owned()
}

fn tap(reader: &mut Reader) -> Tapped {
    let link = tapped(reader);
    Tapped::parse(link.strip_prefix("/t?").unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_told_as_it_is_at_that_moment() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let public = Public::of(scene).await;
        approved(&public.scene).await;
        let code = public.code().await;
        assert_eq!(public.told(&code).await, None, "nobody has it");
        public.scene.issue("A-01").await;
        assert_eq!(public.told(&code).await, Some(Told::Active));
        if public.scene.test.kind == Kind::Sqlite {
            assert_eq!(public.refresh().await, 0, "what did not change is not read again");
        }
        let shown = public.check(&code, DIGITS).unwrap();
        assert_eq!((&*shown.name, &*shown.unit, shown.since), ("L. T. Bình", "Sở Nội vụ", AT / 1000 * 1000));
        for (code, digits) in
            [(code.as_str(), "1235"), (&code, ""), (&code, "046190001234"), ("zzzz", DIGITS), ("", "")]
        {
            assert_eq!(public.check(code, digits), None, "{code} {digits}");
        }
        public.lock("card_lost").await;
        assert_eq!(public.told(&code).await, Some(Told::Locked));
        public.unlock().await;
        assert_eq!(public.told(&code).await, Some(Told::Active));
        public.lock("retirement").await;
        public.invalidate().await;
        assert_eq!(public.told(&code).await, Some(Told::Expired));
        public.recover().await;
        assert_eq!(public.told(&code).await, Some(Told::Recovered));
        // who begins now is told the same
        let anew = Public::of(public.scene).await;
        assert_eq!(anew.check(&code, DIGITS).map(|shown| shown.told), Some(Told::Recovered));
        let (cards, chips, bytes) = anew.cards.size();
        assert_eq!((cards, chips), (1, 0));
        assert!((45_000_000..46_000_000).contains(&bytes), "{bytes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_was_exchanged_says_so_and_one_of_an_erased_person_keeps_its_state_alone() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        approved(&scene).await;
        scene.issue("A-01").await;
        let public = Public::of(scene).await;
        let old = public.code().await;
        let again = public.scene.verified("reissue", "lost").await;
        assert_eq!(public.told(&old).await, Some(Told::Locked));
        let list = public.scene.checked(again, "2/TTr").await;
        public.scene.decide(public.scene.approver(), list, BTreeMap::new()).await.unwrap();
        assert_eq!(public.told(&old).await, Some(Told::Locked), "the new one is not made yet");
        public.scene.issue("A-02").await;
        assert_eq!(public.told(&old).await, Some(Told::Replaced));
        let new = public.code().await;
        assert_ne!(old, new);
        assert_eq!(public.told(&new).await, Some(Told::Active));

        // what is printed on the card went with the person's data
        let sql = "update card set snapshot = null, number = null, portrait_sha256 = null";
        public.scene.test.run(&[sql]).await;
        assert_eq!(public.told(&new).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portrait_has_a_name_for_some_minutes() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        approved(&scene).await;
        scene.issue("A-01").await;
        let public = Public::of(scene).await;
        let code = public.code().await;
        let shown = public.check(&code, DIGITS).unwrap();
        let (secrets, store, blobs) = (TestSecrets::new(1), &public.scene.test.store, &public.scene.blobs);
        let name = portrait_name(&secrets, &draw(5), shown.id, AT);
        let at = |name: String, at_ms| async move {
            public_portrait(store, blobs, &TestSecrets::new(1), &name, at_ms).await
        };
        assert!(at(name.clone(), AT).await.unwrap().starts_with(&[0xFF, 0xD8]));
        assert_eq!(at(name.clone(), AT + 5 * 60 * 1000 + 1).await, Err(Failure::NotFound));
        for wrong in ["", "x", &name[1..], &"A".repeat(22), &"A".repeat(500)] {
            assert_eq!(at(wrong.to_owned(), AT).await, Err(Failure::NotFound), "{wrong}");
        }
        public.lock("retirement").await;
        public.invalidate().await;
        public.recover().await;
        let (approver, person) = (public.scene.approver(), public.scene.person);
        let version = public.scene.test.count("select version from person").await;
        let gone = public.scene.write(move |tx| {
            Box::pin(async move { erase_person(tx, &approver, person, version, "Hết thời hạn lưu").await.map(drop) })
        });
        gone.await.unwrap();
        assert_eq!(at(name, AT).await, Err(Failure::NotFound));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_counts_once() {
    for test in stores().await {
        let (public, mut reader, code) = Public::with_chip(Scene::with_chips(test).await, Model::Ev3).await;
        let taps = public.taps();
        let early = tap(&mut reader);
        assert_eq!(taps.check(early, AT).await, Ok(Verdict::Unknown), "it is not confirmed yet");
        confirm(&public.scene).await.unwrap();
        assert_eq!(public.told(&code).await, Some(Told::Active));

        let (first, second, third) = (tap(&mut reader), tap(&mut reader), tap(&mut reader));
        let Ok(Verdict::Genuine(shown)) = taps.check(second.clone(), AT).await else { panic!("it is genuine") };
        assert_eq!((shown.told, &*shown.name), (Told::Active, "L. T. Bình"));
        assert_eq!(taps.check(second.clone(), AT + 5).await, Ok(Verdict::Copied { at_ms: AT }));
        assert_eq!(taps.check(first.clone(), AT).await, Ok(Verdict::Old));
        // another process, and another one after it
        let others = public.taps();
        assert_eq!(others.check(second, AT).await, Ok(Verdict::Copied { at_ms: AT }));
        assert!(matches!(others.check(third.clone(), AT).await, Ok(Verdict::Genuine(_))));
        assert_eq!(public.taps().check(third.clone(), AT).await, Ok(Verdict::Copied { at_ms: AT }));

        // changed on its way
        for at in 0..16 {
            let mut changed = tap(&mut reader);
            changed.picc_data[at] ^= 1;
            assert_eq!(taps.check(changed, AT).await, Ok(Verdict::Unknown), "{at}");
        }
        let mut changed = tap(&mut reader);
        changed.mac[7] ^= 1;
        assert_eq!(taps.check(changed, AT).await, Ok(Verdict::Unknown));
        let mut changed = tap(&mut reader);
        changed.mac_input[0] ^= 0x20;
        assert_eq!(taps.check(changed, AT).await, Ok(Verdict::Unknown));

        // genuine is not valid
        public.lock("card_lost").await;
        public.refresh().await;
        let Ok(Verdict::Genuine(shown)) = taps.check(tap(&mut reader), AT).await else { panic!("it is genuine") };
        assert_eq!(shown.told, Told::Locked);
        assert_eq!(public.scene.test.count("select count(*) from audit_entry where action like '%tap%'").await, 0);

        // the same chip in another card begins to count anew
        public.scene.test.run(&["update chip set card_id = null, state = 'blank', content = null"]).await;
        public.refresh().await;
        assert_eq!(taps.check(tap(&mut reader), AT).await, Ok(Verdict::Unknown));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn taps_at_the_same_moment_are_counted_in_their_order() {
    for test in stores().await {
        let (public, mut reader, _) = Public::with_chip(Scene::with_chips(test).await, Model::Ev3).await;
        confirm(&public.scene).await.unwrap();
        public.refresh().await;
        let taps = public.taps();
        let made: Vec<Tapped> = (0..20).map(|_| tap(&mut reader)).collect();
        let sent = made.iter().flat_map(|tapped| [tapped.clone(), tapped.clone(), tapped.clone()]);
        let asked: Vec<_> = sent
            .map(|tapped| {
                let taps = taps.clone();
                tokio::spawn(async move { taps.check(tapped, AT).await })
            })
            .collect();
        let mut genuine = 0;
        for (nth, answer) in asked.into_iter().enumerate() {
            match answer.await.unwrap().unwrap() {
                Verdict::Genuine(_) => genuine += 1,
                Verdict::Copied { .. } | Verdict::Old => {}
                Verdict::Unknown => panic!("{nth} is unknown"),
            }
        }
        assert!((1..=20).contains(&genuine), "{genuine}");
        let last = public.scene.test.count("select counter from chip_tap").await;
        let Ok(Verdict::Copied { .. }) = taps.check(made[19].clone(), AT).await else {
            panic!("the highest was counted")
        };
        assert!(last >= 19, "{last}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_link_is_bound_to_its_chip_and_its_card() {
    for test in stores().await {
        let key: String = Vault::signer().verifying_key().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let set = format!(
            "insert into key_set (set_version, set_id, state, check_values, public_key, key_id, demonstration, prepared_at, used_at) \
             values (1, {{hex:0102030405}}, 'in_use', '[]', {{hex:{key}}}, {{hex:01020304}}, 1, 1, 1)"
        );
        let scene = Scene::with_chips(test).await;
        scene.test.run(&[&set]).await;
        let (public, mut reader, code) = Public::with_chip(scene, Model::Ev1).await;
        let link = tapped(&mut reader);
        let (path, signature) = link.split_once("?s=").unwrap();
        assert_eq!(path, format!("/t/{code}"));
        assert_eq!(public.link(&code, signature).await, None, "it is not confirmed yet");
        confirm(&public.scene).await.unwrap();
        public.refresh().await;
        assert_eq!(public.link(&code, signature).await.map(|shown| shown.told), Some(Told::Active));
        let other = if signature.starts_with('A') { 'B' } else { 'A' };
        let changed = format!("{other}{}", &signature[1..]);
        for (code, signature) in [(code.as_str(), changed.as_str()), ("zzzz", signature), ("", signature), (&code, "")]
        {
            assert_eq!(public.link(code, signature).await, None, "{code} {signature}");
        }
        // a signature by the key that is asked where there is none
        let nobody = ed25519_dalek::SigningKey::from_bytes(&NOBODY);
        let message = ::chip::content::link_message(&[0; 7], &CardCode::parse(&code).unwrap());
        let forged = base64(&ed25519_dalek::Signer::sign(&nobody, &message).to_bytes());
        assert_eq!(public.link(&code, &forged).await, None);
        public.scene.test.run(&["update chip set state = 'unknown', content = null"]).await;
        assert_eq!(public.link(&code, &forged).await, None);
        assert_eq!(public.link(&code, signature).await, None, "the chip is not this card's any more");
    }
}

/// RFC 8032 §7.1, test 1: a secret that everybody knows.
const NOBODY: [u8; 32] = [
    0x9D, 0x61, 0xB1, 0x9D, 0xEF, 0xFD, 0x5A, 0x60, 0xBA, 0x84, 0x4A, 0xF4, 0x92, 0xEC, 0x2C, 0xC4, 0x44, 0x49, 0xC5,
    0x69, 0x7B, 0x32, 0x69, 0x19, 0x70, 0x3B, 0xAC, 0x03, 0x1C, 0xAE, 0x7F, 0x60,
];

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// A transaction that begins before another and ends after it must not be passed over.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_commits_late_is_seen() {
    for test in stores().await {
        if test.kind == Kind::Sqlite {
            continue; // there one writes at a time
        }
        let scene = Scene::new(test).await;
        approved(&scene).await;
        scene.issue("A-01").await;
        let public = Public::of(scene).await;
        let code = public.code().await;
        let (changed, wait) = oneshot::channel();
        let (go_on, commit) = oneshot::channel::<()>();
        let store = public.scene.test.store.clone();
        let late = tokio::spawn(async move {
            let written = store.write(AT, move |tx| {
                Box::pin(async move {
                    run(tx.conn(), "update card set state = 'locked' where state = 'active'").await.unwrap();
                    changed.send(()).unwrap();
                    commit.await.unwrap();
                    Ok::<_, Failure>(())
                })
            });
            written.await
        });
        wait.await.unwrap();
        // others begin later and are done before
        for _ in 0..3 {
            public
                .scene
                .test
                .run(&["insert into card_code (code, given_at) values ('zz' || (random() * 89 + 10)::int, 1)"])
                .await;
            assert_eq!(public.told(&code).await, Some(Told::Active));
        }
        go_on.send(()).unwrap();
        late.await.unwrap().unwrap();
        assert_eq!(public.told(&code).await, Some(Told::Locked));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_from_an_old_state() {
    let test = stores().await.remove(0);
    let public = Public::of(Scene::new(test).await).await;
    let busy = Err(Failure::Unavailable { why: Outage::Busy });
    assert_eq!(check_code(&public.cards, Asked::parse("7hKq", "1234"), AT), Ok(None));
    assert_eq!(check_code(&public.cards, Asked::parse("7hKq", "1234"), AT + 60_000), busy);
    assert_eq!(check_code(&Cards::default(), Asked::parse("7hKq", "1234"), AT), busy);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_for_doors_holds_what_is_not_valid_and_nothing_else() {
    for test in stores().await {
        let key: String = Vault::signer().verifying_key().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let scene = Scene::with_chips(test).await;
        assert_eq!(state_list(&scene.test.store, &Vault, AT).await, Ok(None), "no set signs");
        let set = format!(
            "insert into key_set (set_version, set_id, state, check_values, public_key, key_id, demonstration, prepared_at, used_at) \
             values (1, {{hex:0102030405}}, 'in_use', '[]', {{hex:{key}}}, {{hex:01020304}}, 1, 1, 1)"
        );
        scene.test.run(&[&set]).await;
        let (public, _, code) = Public::with_chip(scene, Model::Ev1).await;
        let uid = public.scene.test.text("select uid from chip").await;
        let uid: Vec<u8> = (0..7).map(|at| u8::from_str_radix(&uid[2 * at..2 * at + 2], 16).unwrap()).collect();
        let uid: [u8; 7] = uid.try_into().unwrap();
        let number = public.scene.test.text("select number from card").await;
        let citizen = number.split('.').find(|part| part.len() == 12).unwrap().to_owned();
        let code = CardCode::parse(&code).unwrap();
        let read = async || {
            let bytes = state_list(&public.scene.test.store, &Vault, AT).await.unwrap().unwrap();
            let (list, message, signature) = StateList::parse(&bytes).unwrap();
            let signature = ed25519_dalek::Signature::from_bytes(&signature);
            assert!(Vault::signer().verifying_key().verify_strict(&message, &signature).is_ok());
            assert_eq!((list.key, list.made_at, list.until), ([1, 2, 3, 4], AT, AT + TERM_MS));
            let [by_number, by_chip] =
                [Proof::Number(&citizen), Proof::Chip(&uid)].map(|proof| list.state(&code, &[proof]));
            assert_eq!(by_number, by_chip);
            by_number
        };
        assert_eq!(read().await, Some(Told::Expired), "a card that nobody was given can be shown by whoever took it");
        confirm(&public.scene).await.unwrap();
        assert_eq!(read().await, None);
        public.lock("card_lost").await;
        assert_eq!(read().await, Some(Told::Locked));
        public.unlock().await;
        assert_eq!(read().await, None);
        // it ended by its date, and nobody has noted so yet
        public.scene.test.run(&[&format!("update card set expires_at = {AT}")]).await;
        assert_eq!(read().await, Some(Told::Expired));
        public.scene.test.run(&["update card set expires_at = null, number = null"]).await;
        public.lock("retirement").await;
        public.invalidate().await;
        assert_eq!(read().await, Some(Told::Expired), "of an erased holder it is known by its code");
    }
}
