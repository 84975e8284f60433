//! Which chips are being written in this process. A run that is lost, with the process or because it waited too long, loses nothing: the
//! journal of its chip recognises it at the next tap.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use registry::work::write_chip::Writing;

/// So many at a time; one more, and that which was heard of least lately is given up.
const MOST: usize = 200;
/// One of which nothing is heard for so long is given up.
const LONGEST_MS: i64 = 10 * 60 * 1000;

/// See the module; clones are the same.
#[derive(Clone, Default)]
pub struct Writings(Arc<Mutex<HashMap<Place, Kept>>>);

/// Where one is written: the session, and the address of its page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub session: Vec<u8>,
    pub path: String,
}

struct Kept {
    writing: Writing,
    heard_ms: i64,
}

impl Writings {
    /// Takes one out for a turn: as long as it is out, and when its turn is cut off, there is none.
    pub fn take(&self, place: &Place, at_ms: i64) -> Option<Writing> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, kept| at_ms - kept.heard_ms <= LONGEST_MS);
        all.remove(place).map(|kept| kept.writing)
    }

    /// Puts it back after its turn.
    pub fn put(&self, place: Place, writing: Writing, at_ms: i64) {
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
