//! How often cards may be checked: of one address, of one code, and in vain over all. Whoever walks through codes or digits is slowed down
//! more than anybody who has a card in hand notices. Kept in memory, by each process for itself.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many at once, and one more after each pause.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// At once.
    pub burst: u32,
    /// Milliseconds until one more.
    pub pause_ms: u32,
}

/// What may be checked. Tests and benches set others.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Checks of one address (an IPv6 network of 64 bits).
    pub address: Rate,
    /// Checks in vain of one code.
    pub code: Rate,
    /// Checks in vain of all codes together.
    pub overall: Rate,
}

impl Default for Rates {
    /// A guard checks one card a second; four digits of one card take half a year on average, and a card that is found by chance one of some
    /// hundred thousand tries.
    fn default() -> Self {
        Rates {
            address: Rate { burst: 60, pause_ms: 1_000 },
            code: Rate { burst: 10, pause_ms: 6 * 60 * 1_000 },
            overall: Rate { burst: 600, pause_ms: 500 },
        }
    }
}

/// Buckets that are remembered; whoever comes when all are in use shares one with others who do.
const MOST: usize = 100_000;

/// Counts what is checked.
pub struct Limits {
    rates: Option<Rates>,
    addresses: Buckets<IpAddr>,
    codes: Buckets<u32>,
    overall: Mutex<Bucket>,
}

/// When to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// Seconds, at least 1.
    pub seconds: u64,
}

#[derive(Clone, Copy)]
struct Bucket {
    /// Milliseconds that were saved up, for so many checks.
    saved_ms: i64,
    at_ms: i64,
}

struct Buckets<K>(Mutex<(HashMap<K, Bucket>, Option<Bucket>)>);

impl Limits {
    /// With these rates; without any for `None`.
    pub fn new(rates: Option<Rates>) -> Self {
        let overall = Mutex::new(Bucket { saved_ms: i64::MAX, at_ms: 0 });
        Limits { rates, addresses: Buckets::default(), codes: Buckets::default(), overall }
    }

    /// Whether this address may check anything now.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn admit(&self, address: IpAddr, now_ms: i64) -> Result<(), TooMany> {
        let Some(rates) = self.rates else { return Ok(()) };
        self.addresses.with(network(address), rates.address, now_ms, |bucket| bucket.take(rates.address, now_ms))
    }

    /// Whether digits may be tried on this code now; `None` for a text that is no code. Counts as tried in vain until [`Limits::right`].
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn attempt(&self, code: Option<u32>, now_ms: i64) -> Result<(), TooMany> {
        let Some(rates) = self.rates else { return Ok(()) };
        lock(&self.overall).take(rates.overall, now_ms)?;
        let Some(code) = code else { return Ok(()) };
        let taken = self.codes.with(code, rates.code, now_ms, |bucket| bucket.take(rates.code, now_ms));
        if taken.is_err() {
            // nothing was tried: whoever keeps asking for one code takes nothing from others
            lock(&self.overall).give_back(rates.overall);
        }
        taken
    }

    /// The digits were right: it does not count.
    pub fn right(&self, code: Option<u32>, now_ms: i64) {
        let Some(rates) = self.rates else { return };
        lock(&self.overall).give_back(rates.overall);
        if let Some(code) = code {
            self.codes.with(code, rates.code, now_ms, |bucket| bucket.give_back(rates.code));
        }
    }
}

/// What programs with a key have asked for.
#[derive(Default)]
pub struct Quotas(Buckets<i64>);

impl Quotas {
    /// Whether a key may ask for so many more cards, of its number a minute.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn take(&self, key: i64, a_minute: u32, cards: u32, now_ms: i64) -> Result<(), TooMany> {
        let rate = Rate { burst: a_minute, pause_ms: (60_000 / a_minute.max(1)).max(1) };
        self.0.with(key, rate, now_ms, |bucket| bucket.take_many(rate, cards, now_ms))
    }
}

impl Bucket {
    fn full(rate: Rate, now_ms: i64) -> Self {
        Bucket { saved_ms: rate.full(), at_ms: now_ms }
    }

    fn take(&mut self, rate: Rate, now_ms: i64) -> Result<(), TooMany> {
        self.take_many(rate, 1, now_ms)
    }

    fn take_many(&mut self, rate: Rate, count: u32, now_ms: i64) -> Result<(), TooMany> {
        let passed = (now_ms - self.at_ms).max(0);
        self.saved_ms = self.saved_ms.saturating_add(passed).min(rate.full());
        self.at_ms = self.at_ms.max(now_ms);
        let price = i64::from(rate.pause_ms) * i64::from(count);
        if self.saved_ms >= price {
            self.saved_ms -= price;
            return Ok(());
        }
        let missing_ms = price - self.saved_ms;
        Err(TooMany { seconds: u64::try_from(missing_ms).unwrap_or_default().div_ceil(1000).max(1) })
    }

    fn give_back(&mut self, rate: Rate) {
        self.saved_ms = self.saved_ms.saturating_add(i64::from(rate.pause_ms)).min(rate.full());
    }
}

impl Rate {
    fn full(self) -> i64 {
        i64::from(self.burst) * i64::from(self.pause_ms)
    }
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Buckets(Mutex::new((HashMap::new(), None)))
    }
}

impl<K: Eq + Hash> Buckets<K> {
    fn with<T>(&self, key: K, rate: Rate, now_ms: i64, act: impl FnOnce(&mut Bucket) -> T) -> T {
        let mut held = lock(&self.0);
        let (buckets, shared) = &mut *held;
        if buckets.len() >= MOST && !buckets.contains_key(&key) {
            // one that has filled up again is as good as forgotten
            buckets.retain(|_, bucket| bucket.saved_ms.saturating_add(now_ms - bucket.at_ms) < rate.full());
            if buckets.len() >= MOST {
                return act(shared.get_or_insert(Bucket::full(rate, now_ms)));
            }
        }
        act(buckets.entry(key).or_insert(Bucket::full(rate, now_ms)))
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whoever has an IPv6 address usually has 2⁶⁴ of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6((u128::from(six) >> 64 << 64).into()),
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates {
        address: Rate { burst: 3, pause_ms: 1_000 },
        code: Rate { burst: 2, pause_ms: 60_000 },
        overall: Rate { burst: 5, pause_ms: 500 },
    };

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_waits_and_others_do_not() {
        let limits = Limits::new(Some(RATES));
        let (one, other) = (address("203.0.113.1"), address("203.0.113.2"));
        for _ in 0..3 {
            assert_eq!(limits.admit(one, 10_000), Ok(()));
        }
        assert_eq!(limits.admit(one, 10_000), Err(TooMany { seconds: 1 }));
        assert_eq!(limits.admit(other, 10_000), Ok(()));
        assert_eq!(limits.admit(one, 10_999), Err(TooMany { seconds: 1 }));
        assert_eq!(limits.admit(one, 11_000), Ok(()));
        assert!(limits.admit(one, 11_000).is_err());
        // a clock that is set back gives nothing
        assert!(limits.admit(one, 5_000).is_err());
    }

    #[test]
    fn a_network_counts_as_one_address() {
        assert_eq!(network(address("2001:db8:1:2:3:4:5:6")), address("2001:db8:1:2::"));
        assert_eq!(network(address("::ffff:203.0.113.1")), address("203.0.113.1"));
    }

    #[test]
    fn what_is_tried_in_vain_counts_for_its_code_and_for_all() {
        let limits = Limits::new(Some(RATES));
        assert_eq!(limits.attempt(Some(7), 0), Ok(()));
        limits.right(Some(7), 0);
        assert_eq!((limits.attempt(Some(7), 0), limits.attempt(Some(7), 0)), (Ok(()), Ok(())));
        assert_eq!(limits.attempt(Some(7), 1), Err(TooMany { seconds: 60 }));
        assert_eq!(limits.attempt(Some(8), 1), Ok(()));
        assert_eq!(limits.attempt(None, 1), Ok(()));
        assert_eq!(limits.attempt(Some(9), 1), Ok(()));
        assert_eq!(limits.attempt(Some(9), 1), Err(TooMany { seconds: 1 }), "five in vain");
        assert_eq!(limits.attempt(Some(9), 501), Ok(()));
    }

    #[test]
    fn many_addresses_do_not_make_each_other_forgotten() {
        let limits = Limits::new(Some(RATES));
        let slow = address("203.0.113.1");
        for _ in 0..3 {
            limits.admit(slow, 0).unwrap();
        }
        let others = (0..MOST as u32 + 50).map(|nth| IpAddr::V4((0x0A00_0000 + nth).into()));
        let refused = others.filter(|other| limits.admit(*other, 0).is_err()).count();
        assert_eq!(refused, 51 - 3, "those beyond share one bucket");
        assert!(limits.admit(slow, 0).is_err());
        assert!(limits.admit(address("198.51.100.1"), 1_000_000).is_ok(), "those that filled up again make room");
    }

    #[test]
    fn a_key_has_so_many_cards_a_minute() {
        let quotas = Quotas::default();
        assert_eq!(quotas.take(1, 600, 600, 0), Ok(()));
        assert_eq!(quotas.take(1, 600, 1, 0), Err(TooMany { seconds: 1 }));
        assert_eq!(quotas.take(2, 600, 1, 0), Ok(()));
        assert_eq!(quotas.take(1, 600, 100, 10_000), Ok(()));
        assert!(quotas.take(3, 600, 601, 0).is_err(), "more than it ever has");
    }

    #[test]
    fn without_rates_nobody_waits() {
        let limits = Limits::new(None);
        assert!((0..10_000).all(|_| limits.admit(address("::1"), 0).is_ok() && limits.attempt(Some(1), 0).is_ok()));
    }
}
