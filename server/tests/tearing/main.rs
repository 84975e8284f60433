//! Chips written by the portal as it runs, a process with its store, vault and journal; the cards lie outside of it. A card is torn away at
//! an exchange, a message is lost, comes twice or late, two desks write at once, the process is killed: at the next tap the card is
//! what was approved, no second chip is, and the stock adds up. Afterwards the province has other keys and another host: cards in the field are
//! written anew, and those that came back are wiped, torn away likewise.
//!
//! `CONGTHE_TEARS` says how many cuts of each kind of card are tried (24 otherwise; `all`: before and after each exchange, and within each
//! write), `CONGTHE_KILLS` how often the process is killed (6). On PostgreSQL too where `CONGTHE_TEST_POSTGRES` names one.
//!
//! This program is both sides: with `CONGTHE_TEARING_SERVE` it is the portal.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod desk;
mod portal;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use picc::{Model, Tear};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

use crate::desk::{Desk, Fate, Job, Trouble, Way, Work};
use crate::portal::{Place, Portal};

/// Desks that write at the same time.
const DESKS: usize = 4;
const MODELS: [Model; 3] = [Model::Ev1, Model::Ev2, Model::Ev3];
const TEARS: [Tear; 3] = [Tear::BeforeCommand, Tear::BeforeAnswer, Tear::InsideWrite { percent: 50 }];

fn main() {
    if let Ok(told) = std::env::var(portal::SERVE) {
        return portal::serve(&told);
    }
    let folder = tempfile::tempdir().unwrap();
    trial(&format!("sqlite:{}", folder.path().join("tearing.sqlite").display()), folder.path());
    match std::env::var("CONGTHE_TEST_POSTGRES") {
        Ok(server) => {
            let folder = tempfile::tempdir().unwrap();
            trial(&portal::postgres(&server), folder.path());
        }
        Err(_) => println!("CONGTHE_TEST_POSTGRES is not set: this ran on SQLite only"),
    }
}

/// How often, and how many exchanges and messages a card takes that nothing happens to.
struct Extent {
    tears: Option<usize>,
    kills: usize,
}

impl Extent {
    fn told() -> Self {
        let number = |name: &str, usual| match std::env::var(name) {
            Ok(text) if text == "all" => None,
            Ok(text) => Some(text.parse().unwrap()),
            Err(_) => Some(usual),
        };
        Extent { tears: number("CONGTHE_TEARS", 24), kills: number("CONGTHE_KILLS", 6).unwrap() }
    }

    /// Cuts of one generation: all of them, or so many by chance.
    fn cuts(&self, model: Model, exchanges: usize) -> Vec<Trouble> {
        let every = (0..exchanges).flat_map(|at| TEARS.map(|tear| Trouble::Torn { at, tear }));
        let mut every: Vec<Trouble> = every.collect();
        if let Some(most) = self.tears {
            let mut rng = ChaCha20Rng::seed_from_u64(model as u64);
            while every.len() > most {
                every.swap_remove(rng.random_range(..every.len()));
            }
        }
        every
    }
}

fn trial(url: &str, folder: &std::path::Path) {
    let extent = Extent::told();
    let place = Place::prepare(url, folder);
    let mut portal = place.open();

    let mut next = 0;
    let mut job = |model, trouble, way| {
        next += 1;
        Job::new(next, model, trouble, way)
    };
    let clean = MODELS.map(|model| portal.desk(0).carry_out(&mut job(model, Trouble::None, Way::Straight)));
    let mut jobs = Vec::new();
    for (model, passed) in MODELS.into_iter().zip(&clean) {
        for (nth, cut) in extent.cuts(model, passed.exchanges).into_iter().enumerate() {
            // every fifth is given up, and the person's card made of another blank
            let way = if nth % 5 == 4 { Way::Spoil } else { Way::Straight };
            jobs.push(job(model, cut, way));
        }
    }
    let cuts = jobs.len();
    let messages = clean.iter().map(|passed| passed.messages).max().unwrap();
    for (at, fate) in (0..messages).flat_map(|at| Fate::ALL.map(|fate| (at, fate))) {
        jobs.push(job(Model::Ev3, Trouble::Message { at, fate }, Way::Straight));
    }
    let mishaps = jobs.len() - cuts;
    let mut made = at_once(&portal, jobs);
    // for what comes afterwards
    let more = [MODELS.repeat(extent.tears.map_or(120, |_| 4)), vec![Model::Ev3; 60]].concat();
    let more = more.into_iter().map(|model| job(model, Trouble::None, Way::Straight)).collect();
    made.extend(at_once(&portal, more));

    // two desks, the same card, two chips
    for lead in 0..messages {
        portal.race(&mut job(Model::Ev2, Trouble::None, Way::Straight), lead);
    }

    for seed in 0..extent.kills {
        let jobs = (0..DESKS * 2).map(|_| job(Model::Ev1, Trouble::None, Way::Straight)).collect();
        killed(&mut portal, jobs, seed as u64);
    }
    drop(portal);
    let kind = url.split(':').next().unwrap();
    println!("{kind}: {cuts} cuts, {mishaps} mishaps of messages, {messages} races, {} kills", extent.kills);
    place.verify(next);
    afterwards(&place, &extent, made);
}

/// Cards in the field get other keys and another link; then they come back and are wiped.
fn afterwards(place: &Place, extent: &Extent, made: Vec<Job>) {
    let later = place.later();
    let mut portal = later.open();
    let mut left = made;
    for work in [Work::Renew, Work::Wipe] {
        if work == Work::Wipe {
            later.came_back(left.iter().map(Job::id));
        }
        let mut done = Vec::new();
        let mut jobs = Vec::new();
        for model in MODELS {
            let mut clean = take(&mut left, model).later(work, Trouble::None);
            let passed = portal.desk(0).carry_out(&mut clean);
            done.push(clean);
            for cut in extent.cuts(model, passed.exchanges) {
                jobs.push(take(&mut left, model).later(work, cut));
            }
            if model == Model::Ev3 {
                let soon = Fate::ALL.into_iter().filter(|fate| *fate != Fate::Late);
                for (at, fate) in (0..passed.messages).flat_map(|at| soon.clone().map(move |fate| (at, fate))) {
                    jobs.push(take(&mut left, model).later(work, Trouble::Message { at, fate }));
                }
            }
        }
        println!("  {work:?}: {} cuts and mishaps, {} kills", jobs.len(), extent.kills / 3);
        done.extend(at_once(&portal, jobs));
        for seed in 0..extent.kills / 3 {
            let jobs = left.drain(..(DESKS * 2).min(left.len())).map(|job| job.later(work, Trouble::None)).collect();
            done.extend(killed(&mut portal, jobs, seed as u64));
        }
        later.verify_later(work, done.iter().map(Job::id));
        left = done;
    }
}

/// One of those that are left, of that generation.
fn take(left: &mut Vec<Job>, model: Model) -> Job {
    let at = left.iter().position(|job| job.model() == model);
    left.swap_remove(at.unwrap_or_else(|| panic!("no {model:?} is left")))
}

/// The jobs are taken by several desks, each as it comes.
fn at_once(portal: &Portal, jobs: Vec<Job>) -> Vec<Job> {
    let (jobs, done) = (Mutex::new(jobs.into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for nth in 0..DESKS {
            let (jobs, done, desk) = (&jobs, &done, portal.desk(nth));
            scope.spawn(move || {
                while let Some(mut job) = { jobs.lock().unwrap().next() } {
                    desk.carry_out(&mut job);
                    done.lock().unwrap().push(job);
                }
            });
        }
    });
    done.into_inner().unwrap()
}

/// The portal is killed while desks write, and started again; they go on with the cards that lie there.
fn killed(portal: &mut Portal, jobs: Vec<Job>, seed: u64) -> Vec<Job> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let expected = jobs.len().min(DESKS);
    let begun = AtomicUsize::new(0);
    let (left, done) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        let mut jobs = jobs.into_iter();
        for nth in 0..DESKS {
            let (mine, desk): (Vec<Job>, Desk) = (jobs.by_ref().take(2).collect(), portal.desk(nth));
            let (begun, left, done) = (&begun, &left, &done);
            scope.spawn(move || {
                for mut job in mine {
                    begun.fetch_add(1, Ordering::Relaxed);
                    let to = if desk.try_carry_out(&mut job).is_some() { done } else { left };
                    to.lock().unwrap().push(job);
                }
            });
        }
        while begun.load(Ordering::Relaxed) < expected {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(rng.random_range(10..600)));
        portal.kill();
    });
    portal.open_again();
    let mut done = done.into_inner().unwrap();
    done.extend(at_once(portal, left.into_inner().unwrap()));
    done
}
