//! Which chips are being written in this process. A run that is lost, with the process or because it waited too long, loses nothing: the
//! journal of its chip recognises it at the next tap.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So many at a time; one more, and that which was heard of least lately is given up.
const MOST: usize = 200;
/// One of which nothing is heard for so long is given up.
const LONGEST_MS: i64 = 10 * 60 * 1000;

/// See the module. `R`: a run, or what stands for one.
pub struct Writings<R>(Mutex<HashMap<Place, Kept<R>>>);

impl<R> Default for Writings<R> {
    fn default() -> Self {
        Writings(Mutex::default())
    }
}

/// Where one is written: the session, and the address of its page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub session: Vec<u8>,
    pub path: String,
}

struct Kept<R> {
    writing: R,
    heard_ms: i64,
}

impl<R> Writings<R> {
    /// Takes one out for a turn: as long as it is out, and when its turn is cut off, there is none.
    pub fn take(&self, place: &Place, at_ms: i64) -> Option<R> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, kept| at_ms - kept.heard_ms <= LONGEST_MS);
        all.remove(place).map(|kept| kept.writing)
    }

    /// Puts it back after its turn.
    pub fn put(&self, place: Place, writing: R, at_ms: i64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = all.iter().min_by_key(|(_, kept)| kept.heard_ms).map(|(place, _)| place.clone());
        if let Some(oldest) = oldest.filter(|_| all.len() >= MOST) {
            all.remove(&oldest);
        }
        all.insert(place, Kept { writing, heard_ms: at_ms });
    }

    /// The session is over.
    pub fn end(&self, session: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|place, _| place.session != session);
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_MS, MOST, Place, Writings};

    fn place(nth: usize) -> Place {
        Place { session: vec![nth as u8], path: nth.to_string() }
    }

    #[test]
    fn one_is_out_for_its_turn_and_given_up_when_nothing_is_heard() {
        let all = Writings::default();
        all.put(place(1), 'a', 0);
        assert_eq!((all.take(&place(1), 1), all.take(&place(1), 1)), (Some('a'), None));
        all.put(place(1), 'b', 0);
        assert_eq!(all.take(&place(1), LONGEST_MS + 1), None);
        all.put(place(2), 'c', 0);
        all.end(&[2]);
        assert_eq!(all.take(&place(2), 1), None);
    }

    #[test]
    fn there_are_never_too_many() {
        let all = Writings::default();
        for nth in 0..=MOST {
            all.put(place(nth), nth, nth as i64);
        }
        assert_eq!((all.take(&place(0), MOST as i64), all.take(&place(1), MOST as i64)), (None, Some(1)));
    }
}
