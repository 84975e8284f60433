//! Who has which reader. Each reader in use has a thread, on which all its calls are made one after the other: a call that
//! does not come back keeps its own reader and nothing else.
use crate::limits::Limits;
use crate::readers::{Card, Readers};
use relay::{Fault, Leaving};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// All readers, and which of them are taken.
#[derive(Clone)]
pub struct Desk {
    readers: Arc<dyn Readers>,
    taken: Taken,
    limits: Limits,
}

type Taken = Arc<Mutex<HashSet<String>>>;

/// A reader that somebody has. Dropped, the card is reset, and the reader is free as soon as its last call has come back.
pub struct Held {
    jobs: mpsc::Sender<Job>,
    limits: Limits,
}

enum Job {
    Transmit(Vec<u8>, Answer<Vec<u8>>),
    Control(Vec<u8>, Answer<Vec<u8>>),
    Disconnect(Leaving, Answer<()>),
}

type Answer<T> = oneshot::Sender<Result<T, Fault>>;

impl Desk {
    /// With nothing taken.
    pub fn new(readers: Arc<dyn Readers>, limits: Limits) -> Self {
        Desk { readers, taken: Taken::default(), limits }
    }

    /// The reader and the card on it, with its answer to reset.
    pub async fn connect(&self, reader: String) -> Result<(Held, Vec<u8>), Fault> {
        let place = Place::take(&self.taken, &reader).ok_or(Fault::InUse)?;
        let (answer, connected) = oneshot::channel();
        let (jobs, todo) = mpsc::channel();
        let readers = Arc::clone(&self.readers);
        let thread = thread::Builder::new().name("reader".to_owned());
        let work = move || work(readers.as_ref(), &reader, &todo, answer, place);
        thread.spawn(work).map_err(|_| Fault::Failed)?;
        let atr = timeout(self.limits.connect, connected).await.map_err(|_| Fault::Timeout)?;
        let atr = atr.map_err(|_| Fault::Failed)??;
        Ok((Held { jobs, limits: self.limits }, atr))
    }

    /// Whether no reader is taken.
    pub fn is_empty(&self) -> bool {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

impl Held {
    /// A command APDU to the card.
    pub async fn transmit(&self, apdu: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let (answer, done) = oneshot::channel();
        self.jobs.send(Job::Transmit(apdu, answer)).map_err(|_| Fault::Failed)?;
        timeout(self.limits.transmit, done).await.map_err(|_| Fault::Timeout)?.map_err(|_| Fault::Failed)?
    }

    /// An escape command to the reader.
    pub async fn control(&self, data: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let (answer, done) = oneshot::channel();
        self.jobs.send(Job::Control(data, answer)).map_err(|_| Fault::Failed)?;
        timeout(self.limits.transmit, done).await.map_err(|_| Fault::Timeout)?.map_err(|_| Fault::Failed)?
    }

    /// Gives card and reader back. When it comes back in time, the reader is free.
    pub async fn disconnect(self, card: Leaving) -> Result<(), Fault> {
        let (answer, done) = oneshot::channel();
        self.jobs.send(Job::Disconnect(card, answer)).map_err(|_| Fault::Failed)?;
        timeout(self.limits.connect, done).await.map_err(|_| Fault::Timeout)?.map_err(|_| Fault::Failed)?
    }
}

/// The thread of one reader, from `connect` until nobody wants it any more.
fn work(readers: &dyn Readers, name: &str, todo: &mpsc::Receiver<Job>, connected: Answer<Vec<u8>>, place: Place) {
    let mut card = match readers.connect(name) {
        Ok(card) => card,
        Err(fault) => {
            drop(place); // before the answer: who hears it may try again at once
            _ = connected.send(Err(fault));
            return;
        }
    };
    // when nobody waits any more, `todo` has no sender, and the loop below ends at once
    _ = connected.send(Ok(card.atr()));
    while let Ok(job) = todo.recv() {
        match job {
            Job::Transmit(apdu, answer) => _ = answer.send(card.transmit(&apdu)),
            Job::Control(data, answer) => _ = answer.send(card.control(&data)),
            Job::Disconnect(how, answer) => {
                let done = card.disconnect(how);
                drop(place);
                _ = answer.send(done);
                return;
            }
        }
    }
    forget(card);
    drop(place);
}

/// The page is gone: nothing that it opened may stay open on the card.
fn forget(card: Box<dyn Card>) {
    if let Err(fault) = card.disconnect(Leaving::Reset) {
        tracing::debug!("a card could not be reset: {fault}");
    }
}

/// That a reader is taken; it ends with the reader's thread, also when that panics.
struct Place {
    taken: Taken,
    name: String,
}

impl Place {
    fn take(taken: &Taken, name: &str) -> Option<Self> {
        let new = taken.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        new.then(|| Place { taken: Arc::clone(taken), name: name.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}
