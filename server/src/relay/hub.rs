//! Codes that are good now, and who has tried in vain.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::relay::{FromPage, FromRelay, PairingCode, Refusal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::Instant;

use super::Limits;
use crate::entropy::Draw;

/// Connections of each kind.
const MOST_CONNECTIONS: usize = 128;
/// Codes that are good at a time; of one address, behind which a whole office may be.
const MOST_CODES: usize = 32;
const MOST_CODES_OF_ADDRESS: usize = 8;
/// Two codes that are good at a time differ in at least so many digits.
const APART: usize = 3;
/// No pause gets longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Tries in vain are forgotten after this long.
const FORGOTTEN: Duration = Duration::from_secs(900);
/// Messages under way in one direction; whoever sends more waits.
const UNDER_WAY: usize = 8;

/// What all pages and apps share.
pub struct Hub {
    pub(super) limits: Limits,
    draw: Draw,
    state: Mutex<State>,
    pages: Arc<Semaphore>,
    apps: Arc<Semaphore>,
}

#[derive(Default)]
struct State {
    offers: HashMap<String, Offered>,
    /// How many there have been.
    offered: u64,
    /// By account.
    tries: HashMap<i64, Tries>,
}

struct Offered {
    nth: u64,
    address: String,
    claim: oneshot::Sender<Claim>,
}

#[derive(Clone, Copy)]
struct Tries {
    in_vain: u32,
    next: Instant,
}

/// A page wants the app that shows this code.
pub struct Claim {
    /// Whose page.
    pub by: String,
    /// What the person at the app says.
    pub answer: oneshot::Sender<Result<PageSide, Refusal>>,
}

/// How a joined page reaches its app.
pub struct PageSide {
    pub to_app: mpsc::Sender<FromPage>,
    pub from_app: mpsc::Receiver<FromRelay>,
}

/// How a joined app reaches its page.
pub struct AppSide {
    pub to_page: mpsc::Sender<FromRelay>,
    pub from_page: mpsc::Receiver<FromPage>,
}

/// Both sides of a new joint.
pub fn joint() -> (PageSide, AppSide) {
    let (to_app, from_page) = mpsc::channel(UNDER_WAY);
    let (to_page, from_app) = mpsc::channel(UNDER_WAY);
    (PageSide { to_app, from_app }, AppSide { to_page, from_page })
}

impl Hub {
    /// Nobody is there yet.
    pub fn new(draw: Draw, limits: Limits) -> Arc<Self> {
        let connections = || Arc::new(Semaphore::new(MOST_CONNECTIONS));
        Arc::new(Hub { limits, draw, state: Mutex::default(), pages: connections(), apps: connections() })
    }

    pub(super) fn place_for_page(&self) -> Option<OwnedSemaphorePermit> {
        self.pages.clone().try_acquire_owned().ok()
    }

    pub(super) fn place_for_app(&self) -> Option<OwnedSemaphorePermit> {
        self.apps.clone().try_acquire_owned().ok()
    }

    /// A code for an app to show.
    pub(super) fn offer(self: &Arc<Self>, address: &str) -> Result<Offer, Refusal> {
        let mut state = self.state();
        if state.offers.values().filter(|offered| offered.address == address).count() >= MOST_CODES_OF_ADDRESS {
            return Err(Refusal::TooMany);
        }
        if state.offers.len() >= MOST_CODES {
            return Err(Refusal::Busy);
        }
        // each code rules out 1,270 of a million: nearly every drawing is far enough from all others
        let code = std::iter::repeat_with(|| PairingCode::of(self.below_a_million()))
            .take(1_000)
            .find(|code| state.offers.keys().all(|other| apart(other, code.digits()) >= APART))
            .ok_or(Refusal::Busy)?;
        let (claim, claimed) = oneshot::channel();
        state.offered += 1;
        let nth = state.offered;
        state.offers.insert(code.digits().to_owned(), Offered { nth, address: address.to_owned(), claim });
        Ok(Offer { hub: self.clone(), nth, code, claimed })
    }

    /// A try of an account: the answer of the app that shows this code, when there is one.
    pub(super) fn claim(
        &self,
        account: i64,
        by: String,
        code: &PairingCode,
    ) -> Result<oneshot::Receiver<Result<PageSide, Refusal>>, Refusal> {
        let now = Instant::now();
        let mut state = self.state();
        state.tries.retain(|_, tries| now < tries.next + FORGOTTEN);
        let before = state.tries.get(&account).copied();
        if before.is_some_and(|tries| now < tries.next) {
            return Err(Refusal::TooMany);
        }
        let in_vain = before.map_or(0, |tries| tries.in_vain);
        let pause = self.limits.pause.saturating_mul(1 << in_vain.min(10)).min(LONGEST_PAUSE);
        // until the page is joined, it was in vain
        state.tries.insert(account, Tries { in_vain: in_vain.saturating_add(1), next: now + pause });
        let offered = state.offers.remove(code.digits()).ok_or(Refusal::Code)?;
        let (answer, answered) = oneshot::channel();
        // an app that left in this moment shows its code no more
        offered.claim.send(Claim { by, answer }).map_err(|_| Refusal::Code)?;
        Ok(answered)
    }

    /// A page of this account was joined.
    pub(super) fn joined(&self, account: i64) {
        self.state().tries.remove(&account);
    }

    /// Each number is as likely as any other.
    fn below_a_million(&self) -> u32 {
        loop {
            let mut bytes = [0; 4];
            (self.draw)(&mut bytes);
            let number = u32::from_le_bytes(bytes);
            if number < u32::MAX / 1_000_000 * 1_000_000 {
                return number % 1_000_000;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In how many places two codes differ.
fn apart(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count()
}

/// A code that is good as long as this is kept.
pub struct Offer {
    hub: Arc<Hub>,
    nth: u64,
    pub code: PairingCode,
    pub claimed: oneshot::Receiver<Claim>,
}

impl Drop for Offer {
    fn drop(&mut self) {
        let mut state = self.hub.state();
        // a claimed code is gone, and may be another app's by now
        if state.offers.get(self.code.digits()).is_some_and(|offered| offered.nth == self.nth) {
            state.offers.remove(self.code.digits());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    fn hub() -> Arc<Hub> {
        Hub::new(Entropy::fixed(1).closure(), Limits::default())
    }

    fn by() -> String {
        "A".to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn codes_are_few_and_far_from_each_other() {
        let hub = hub();
        let offers: Vec<_> = (0..MOST_CODES).map(|nth| hub.offer(&format!("{}", nth % 4)).unwrap()).collect();
        for (nth, one) in offers.iter().enumerate() {
            assert!(offers[..nth].iter().all(|other| apart(one.code.digits(), other.code.digits()) >= APART));
        }
        assert_eq!(hub.offer("0").err(), Some(Refusal::TooMany));
        assert_eq!(hub.offer("9").err(), Some(Refusal::Busy));
        drop(offers);
        assert!(hub.offer("0").is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_is_good_for_one_try() {
        let hub = hub();
        let mut offer = hub.offer("0").unwrap();
        let code = offer.code.clone();
        let answered = hub.claim(1, by(), &code).unwrap();
        assert_eq!(hub.claim(2, by(), &code).err(), Some(Refusal::Code));
        assert_eq!(offer.claimed.try_recv().unwrap().by, "A");
        drop(answered);
        drop(offer);
        assert_eq!(hub.claim(3, by(), &code).err(), Some(Refusal::Code));
    }

    #[tokio::test(start_paused = true)]
    async fn who_tries_in_vain_waits_longer_each_time() {
        let hub = hub();
        let wrong = PairingCode::of(1);
        for seconds in [2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(hub.claim(1, by(), &wrong).err(), Some(Refusal::Code));
            tokio::time::advance(Duration::from_millis(seconds * 1000 - 1)).await;
            assert_eq!(hub.claim(1, by(), &wrong).err(), Some(Refusal::TooMany));
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        hub.joined(1);
        assert_eq!(hub.claim(1, by(), &wrong).err(), Some(Refusal::Code));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(hub.claim(1, by(), &wrong).err(), Some(Refusal::Code));
    }
}
