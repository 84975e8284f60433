//! A card's chip, from the printed blank to the active card, with a simulated card before the reader: written, torn away, begun anew by
//! another process, laid down in the place of another.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::chip::batch::{Answers, Do, Ended, Relay, Told};
use ::chip::keys::{KeyFault, KeyName, Keys, SetVersion, Uid};
use contract::{Failure, Refusal};
use desfire::{Key, diversify};
use ed25519_dalek::{Signer as _, SigningKey};
use model::lifecycle::Card as State;
use model::role::Role;
use picc::{Card, Memory, Model, State as Silicon, Tear};
use registry::Draw;
use registry::card_vault::{
    CardVault, CardVaultError, Component, Drawn, KeySet, PublicKey, SetId, ShareFault, ShareHead, ShareText,
};
use registry::work::issue_card::{confirm_card, misprint_card, print_card};
use registry::work::write_chip::{Desk, Writing, begin_blank, begin_card, show_chip, turn};
use sha2::{Digest as _, Sha256};

use crate::cards::Scene;
use crate::support::{AT, draw, stores};

/// Holds set 1.
pub struct Vault;

impl Vault {
    pub fn signer() -> SigningKey {
        SigningKey::from_bytes(&[3; 32])
    }
}

impl Keys for Vault {
    fn card_key(&self, set: SetVersion, name: KeyName, uid: &Uid) -> Result<Key, KeyFault> {
        let seed = format!("{} {name:?}", set.get());
        let bytes = Sha256::digest(seed.as_bytes()).first_chunk::<16>().copied().unwrap();
        let master = Key::aes(bytes, set.get());
        if name == KeyName::SdmMeta { Ok(master) } else { Ok(diversify(&master, uid).unwrap()) }
    }

    fn sign_card(&self, _: SetVersion, message: &[u8]) -> Result<[u8; 64], KeyFault> {
        Ok(Vault::signer().sign(message).to_bytes())
    }
}

impl CardVault for Vault {
    fn key_sets(&self) -> Result<Vec<KeySet>, CardVaultError> {
        let set = |version: u8, draft| {
            let version = SetVersion::new(version).unwrap();
            let signer = PublicKey { set: version, id: [0; 4], key: [0; 32] };
            KeySet { version, id: SetId([version.get(); 5]), draft, check_values: Vec::new(), signer }
        };
        Ok(vec![set(1, false), set(2, true)])
    }

    fn draw_set(&self, _: SetVersion, _: &[Component; 3], _: &Draw) -> Result<Drawn, CardVaultError> {
        Err(CardVaultError::Component)
    }

    fn keep_set(&self, version: SetVersion, _: SetId, _: &Draw) -> Result<(), CardVaultError> {
        Err(CardVaultError::Missing { version: version.get() })
    }

    fn discard_draft(&self, _: SetVersion, _: &Draw) -> Result<(), CardVaultError> {
        Ok(())
    }

    fn restore_set(&self, _: &[ShareText; 2], _: &Draw) -> Result<KeySet, CardVaultError> {
        Err(CardVaultError::Share(ShareFault::Kind))
    }

    fn destroy_set(&self, version: SetVersion, _: &Draw) -> Result<(), CardVaultError> {
        Err(CardVaultError::Missing { version: version.get() })
    }

    fn read_share(&self, _: &ShareText) -> Result<ShareHead, ShareFault> {
        Err(ShareFault::Kind)
    }

    fn compare_shares(&self, _: &ShareText, _: &ShareText) -> Result<ShareHead, ShareFault> {
        Err(ShareFault::Kind)
    }
}

pub fn desk() -> Desk {
    Desk { vault: Arc::new(Vault), draw: draw(99), makers: Vec::new(), host: "the.example.gov.vn".to_owned() }
}

/// A card on the reader, and whoever relays.
pub struct Reader {
    pub card: Card,
    pub exchanges: usize,
}

impl Reader {
    pub fn with(model: Model, last: u8) -> Self {
        let uid = [0x04, 0x5A, 0x11, 0x5A, 0x34, 0x61, last];
        let random = draw(u64::from(last));
        let card = Card::from_state(Silicon::factory(model, Memory::K2, uid), Box::new(move |bytes| random(bytes)));
        Reader { card, exchanges: 0 }
    }

    /// Carries a run out, at most to that exchange, at which the card is torn away.
    pub async fn relay(
        &mut self,
        scene: &Scene,
        writing: Writing,
        cut: Option<(usize, Tear)>,
    ) -> Result<Ended, Failure> {
        self.card.power_on();
        self.exchanges = 0;
        let told = turn(&scene.test.store, &scene.operator(), writing, None, AT).await?;
        self.carry(scene, told, cut).await
    }

    /// From a batch to the end.
    pub async fn carry(
        &mut self,
        scene: &Scene,
        (mut told, mut writing): (Told, Option<Writing>),
        cut: Option<(usize, Tear)>,
    ) -> Result<Ended, Failure> {
        loop {
            if let Told::Over(ended) = told {
                return Ok(ended);
            }
            let answers = self.answers(told, cut);
            let (store, actor) = (&scene.test.store, scene.operator());
            (told, writing) = turn(store, &actor, writing.unwrap(), Some(answers), AT + 500).await?;
        }
    }

    /// Carries one batch out.
    pub fn answers(&mut self, told: Told, cut: Option<(usize, Tear)>) -> Answers {
        let Told::Batch(batch) = told else { panic!("it is over") };
        let mut relay = Relay::default();
        let mut next = relay.batch(batch);
        loop {
            next = match next {
                Do::Send(command) => {
                    if let Some((_, tear)) = cut.filter(|(at, _)| *at == self.exchanges) {
                        self.card.tear(tear);
                    }
                    self.exchanges += 1;
                    let back = self.card.transmit(&command);
                    relay.answer(&back)
                }
                Do::Report(answers) => return answers,
                Do::Nothing => panic!("the relay has nothing to do"),
            };
        }
    }

    pub async fn write(&mut self, scene: &Scene, cut: Option<(usize, Tear)>) -> Result<Ended, Failure> {
        let (id, _, _) = scene.card().await;
        let writing = begin_card(&scene.test.store, &scene.operator(), desk(), id, AT).await?;
        self.relay(scene, writing, cut).await
    }

    /// As stock receipt does.
    pub async fn key(&mut self, scene: &Scene) -> Result<Ended, Failure> {
        let keeper = scene.someone(1, Role::StockKeeper);
        let store = scene.test.count("select id from stock_place where kind = 'store'").await;
        let writing = begin_blank(&scene.test.store, &keeper, desk(), store, AT).await?;
        self.relay(scene, writing, None).await
    }
}

pub async fn approved(scene: &Scene) {
    scene.portrait(90).await;
    let request = scene.verified("first_issue", "roll_out").await;
    let list = scene.checked(request, "1/TTr").await;
    scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
}

pub async fn print(scene: &Scene, serial: &'static str) {
    let (id, version, _) = scene.card().await;
    let operator = scene.operator();
    let printed =
        scene.write(move |tx| Box::pin(async move { print_card(tx, &operator, (id, version), serial).await }));
    printed.await.unwrap();
}

pub async fn misprint(scene: &Scene) {
    let (id, version, _) = scene.card().await;
    let operator = scene.operator();
    let spoiled = scene.write(move |tx| Box::pin(async move { misprint_card(tx, &operator, (id, version)).await }));
    spoiled.await.unwrap();
}

pub async fn confirm(scene: &Scene) -> Result<(), Failure> {
    let (id, version, _) = scene.card().await;
    let operator = scene.operator();
    scene.write(move |tx| Box::pin(async move { confirm_card(tx, &operator, (id, version)).await })).await
}

pub fn refused<T>(why: Refusal) -> Result<T, Failure> {
    Err(Failure::Refused { why })
}

pub fn said(ended: &Ended) -> (&str, bool) {
    (ended.said.as_str(), ended.reached)
}

#[tokio::test]
async fn a_card_is_active_once_its_chip_is_written() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        approved(&scene).await;
        let (id, _, _) = scene.card().await;
        let early = begin_card(&scene.test.store, &scene.operator(), desk(), id, AT).await.map(drop);
        assert_eq!(early, refused(Refusal::Impossible), "it is printed first");
        print(&scene, "A-01").await;
        let approver = scene.approver();
        let same = begin_card(&scene.test.store, &approver, desk(), id, AT).await.map(drop);
        assert!(matches!(same, Err(Failure::Forbidden | Failure::NotFound)), "{same:?}");
        assert_eq!(confirm(&scene).await, refused(Refusal::ChipUnwritten));

        let mut reader = Reader::with(Model::Ev3, 0x80);
        assert_eq!(said(&reader.write(&scene, None).await.unwrap()), ("chip-unkeyed", false));
        assert_eq!(
            scene.test.count("select count(*) from chip").await,
            0,
            "nothing is known of a card that is no blank"
        );
        assert_eq!(said(&reader.key(&scene).await.unwrap()), ("chip-keyed", true));
        assert_eq!(scene.test.count("select count(*) from chip where state = 'blank' and key_set = 1").await, 1);
        assert_eq!(said(&reader.write(&scene, None).await.unwrap()), ("chip-issued", true));
        assert_eq!(said(&reader.write(&scene, None).await.unwrap()), ("chip-was-issued", true));

        let mut conn = scene.test.store.read().await.unwrap();
        let shown = show_chip(&mut conn, &scene.operator(), id).await.unwrap().unwrap();
        drop(conn);
        assert_eq!((shown.issued, shown.uid.as_str(), shown.key_set), (true, "045A115A346180", Some(1)));
        assert_eq!((shown.profile.as_deref(), shown.tries > 0), (Some("C"), true));
        confirm(&scene).await.unwrap();
        assert_eq!(scene.card().await.2, State::Active);
        for action in ["chip.key", "chip.begin", "chip.make", "chip.issue"] {
            let sql = format!("select count(*) from audit_entry where action = '{action}'");
            assert_eq!(scene.test.count(&sql).await, 1, "{action}");
        }
        let journal = "select count(*) from chip_entry";
        assert!(scene.test.count(journal).await > 40);
        assert_eq!(
            scene.test.count(&format!("{journal} where entry like '%Tuyết%' or entry like '%046190001234%'")).await,
            0
        );
    }
}

#[tokio::test]
async fn a_card_that_was_torn_away_is_finished_by_another_run() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        approved(&scene).await;
        print(&scene, "A-01").await;
        let mut whole = Reader::with(Model::Ev1, 0x80);
        whole.key(&scene).await.unwrap();
        // how many exchanges there are is found out with a card that is torn away behind the last
        let blank = whole.card.state().clone();
        let mut anew = 0;
        for (nth, (at, tear)) in [
            (3, Tear::BeforeCommand),
            (12, Tear::BeforeAnswer),
            (30, Tear::InsideWrite { percent: 50 }),
            (45, Tear::BeforeCommand),
        ]
        .into_iter()
        .enumerate()
        {
            let random = draw(nth as u64);
            whole.card = Card::from_state(
                if nth == 0 { blank.clone() } else { whole.card.state().clone() },
                Box::new(move |bytes| random(bytes)),
            );
            let torn = whole.write(&scene, Some((at, tear))).await.unwrap();
            assert!(torn.said.starts_with("chip-gone") && !torn.reached, "{at}: {torn:?}");
            assert_eq!(confirm(&scene).await, refused(Refusal::ChipUnwritten), "{at}");
            anew += 1;
        }
        assert_eq!(anew, 4);
        let last = whole.write(&scene, None).await.unwrap();
        assert_eq!(said(&last), ("chip-anew", true));
        confirm(&scene).await.unwrap();
    }
}

#[tokio::test]
async fn cut_off_when_its_own_key_is_sent_it_is_issued_at_the_next_tap() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        approved(&scene).await;
        print(&scene, "A-01").await;
        let mut reader = Reader::with(Model::Ev2, 0x80);
        reader.key(&scene).await.unwrap();
        // counted on a card of its own, which is then put aside with its blank
        let mut other = Reader::with(Model::Ev2, 0x81);
        other.key(&scene).await.unwrap();
        other.write(&scene, None).await.unwrap();
        let exchanges = other.exchanges;
        let second = reader.write(&scene, None).await.unwrap();
        assert_eq!(said(&second), ("chip-second", false), "a printed blank has one chip");
        misprint(&scene).await;
        print(&scene, "A-02").await;
        assert_eq!(
            said(&other.write(&scene, None).await.unwrap()),
            ("chip-spoiled", false),
            "it sits in the spoiled blank"
        );

        // the last handshake takes two exchanges; before them the key is changed
        let torn = reader.write(&scene, Some((exchanges - 3, Tear::BeforeAnswer))).await.unwrap();
        assert_eq!(said(&torn), ("chip-gone-open", false));
        assert_eq!(confirm(&scene).await, refused(Refusal::ChipUnwritten));
        let finished = reader.write(&scene, None).await.unwrap();
        assert!(finished.reached, "{finished:?}");
        confirm(&scene).await.unwrap();
        assert_eq!(scene.test.count("select count(*) from chip where state = 'issued'").await, 2);
    }
}

#[tokio::test]
async fn what_is_meant_is_noted_before_it_leaves_and_a_journal_has_one_writer() {
    for test in stores().await {
        let scene = Scene::with_chips(test).await;
        approved(&scene).await;
        print(&scene, "A-01").await;
        let mut reader = Reader::with(Model::Ev1, 0x80);
        reader.key(&scene).await.unwrap();
        let (id, _, _) = scene.card().await;
        let (store, actor) = (&scene.test.store, scene.operator());
        let actor = &actor;
        let begin = || async move { begin_card(store, actor, desk(), id, AT).await.unwrap() };

        // two processes recognise the same card; the second adds to the journal behind the first's back
        let mut both = Vec::new();
        for writing in [begin().await, begin().await] {
            reader.card.power_on();
            let (told, writing) = turn(store, actor, writing, None, AT).await.unwrap();
            both.push((writing, reader.answers(told, None)));
        }
        let entries = scene.test.count("select count(*) from chip_entry").await;
        let mut meant = Vec::new();
        for (writing, answers) in both {
            meant.push(turn(store, actor, writing.unwrap(), Some(answers), AT).await.unwrap());
        }
        assert_eq!(
            scene.test.count("select count(*) from chip_entry").await,
            entries + 2,
            "each has said what it is for"
        );
        let first = meant.remove(0);
        reader.card.power_on();
        let lost = reader.carry(&scene, first, None).await;
        assert_eq!(lost.map(|ended| ended.said), Err(Failure::Stale), "the journal has one writer");

        // the card is misprinted while it is written
        let writing = begin().await;
        misprint(&scene).await;
        let stopped = reader.relay(&scene, writing, None).await;
        assert_eq!(stopped.map(|ended| ended.said), Err(Failure::Stale));
    }
}

#[tokio::test]
async fn a_plain_blank_needs_no_chip_and_a_station_keys_none() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        approved(&scene).await;
        print(&scene, "A-01").await;
        let (id, _, _) = scene.card().await;
        let none = begin_card(&scene.test.store, &scene.operator(), desk(), id, AT).await.map(drop);
        assert_eq!(none, refused(Refusal::NoChip));
        confirm(&scene).await.unwrap();
        let station = scene.test.count("select id from stock_place where kind = 'station'").await;
        let keeper = scene.someone(1, Role::StockKeeper);
        let there = begin_blank(&scene.test.store, &keeper, desk(), station, AT).await.map(drop);
        assert_eq!(there, refused(Refusal::Impossible));
    }
}
