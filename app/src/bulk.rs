//! Which work on selections is going on in this process.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// See the module; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<HashSet<i64>>>);

/// One of them, as long as this lives.
#[derive(Debug)]
pub struct OneRunning(Running, i64);

impl Running {
    /// Begins one; nothing where it is going on already.
    pub fn begin(&self, id: i64) -> Option<OneRunning> {
        let new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        new.then(|| OneRunning(self.clone(), id))
    }

    /// Whether it is going on.
    pub fn is_running(&self, id: i64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }
}

impl Drop for OneRunning {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

#[cfg(test)]
mod tests {
    use super::Running;

    #[test]
    fn it_goes_on_once_at_a_time() {
        let all = Running::default();
        let one = all.begin(7);
        assert!(one.is_some() && all.is_running(7) && all.begin(7).is_none() && all.begin(8).is_some());
        drop(one);
        assert!(!all.is_running(7) && all.begin(7).is_some());
    }
}
