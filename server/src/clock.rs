//! The one source of time. Everything else takes [`Now`] as an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// What the rest of the program takes: a function that tells the instant.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A clock; clones of a fixed clock share its hands.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The operating system's clock.
    System,
    /// A clock that stands still until it is moved, in microseconds since the epoch.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `instant` until [`Clock::advance`] moves it.
    pub fn fixed(instant: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(instant.as_microsecond())))
    }

    /// The instant.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system for the time")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Fixed(hands) => {
                Timestamp::from_microsecond(hands.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// Moves a fixed clock; the system's clock takes no orders.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Fixed(hands) = self {
            let micros = i64::try_from(by.as_micros()).unwrap_or(0);
            hands.fetch_add(micros, Ordering::SeqCst);
        }
    }

    /// The clock as the plain function that the other crates take.
    pub fn closure(&self) -> Now {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

/// Starts a stopwatch, for durations in metrics and the access log only.
#[expect(clippy::disallowed_methods, reason = "durations are measured at the HTTP edge")]
pub fn stopwatch() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_and_moves_with_its_clones() {
        let start: Timestamp = "2026-07-01T08:00:00Z".parse().unwrap();
        let clock = Clock::fixed(start);
        let now = clock.closure();
        assert_eq!(now(), start);
        clock.advance(SignedDuration::from_mins(31));
        assert_eq!(now(), "2026-07-01T08:31:00Z".parse().unwrap());
    }

    #[test]
    fn the_system_clock_goes_on() {
        let clock = Clock::System;
        assert!(clock.now() > "2025-01-01T00:00:00Z".parse().unwrap());
    }
}
