//! Readers, cards and a person without PC/SC and without a terminal.
use bridge::asks::Asks;
use bridge::origin::Origin;
use bridge::readers::{Card, Readers, View};
use relay::{CardState, Fault, Leaving, PairingCode, Reader};
use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::sleep;
use std::time::Duration;

pub const ATR: [u8; 6] = [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80];
/// A command to which the card does not answer until it is told to.
pub const HANG: [u8; 1] = [0xEE];

/// The desk with its readers.
#[derive(Clone, Default)]
pub struct Desk(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
pub struct State {
    pub no_service: bool,
    pub readers: BTreeMap<String, OneReader>,
    pub hanging: bool,
}

#[derive(Clone, Default)]
pub struct OneReader {
    pub card: bool,
    pub in_use: bool,
    /// How many times the card was put there.
    pub laid: u32,
    pub left: Vec<Leaving>,
    /// `connect` does not come back while the desk hangs.
    pub stuck: bool,
}

impl Desk {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap()
    }

    pub fn lay_card(&self, reader: &str) {
        let mut state = self.state();
        let reader = state.readers.entry(reader.to_owned()).or_default();
        reader.card = true;
        reader.laid += 1;
    }

    pub fn take_card(&self, reader: &str) {
        self.state().readers.entry(reader.to_owned()).or_default().card = false;
    }

    pub fn left(&self, reader: &str) -> Vec<Leaving> {
        self.state().readers[reader].left.clone()
    }

    pub fn hang(&self, hanging: bool) {
        self.state().hanging = hanging;
        self.0.1.notify_all();
    }

    fn wait_while_hanging(&self) {
        drop(self.0.1.wait_while(self.state(), |state| state.hanging).unwrap());
    }
}

impl Readers for Desk {
    fn look(&self) -> Result<Box<dyn View>, Fault> {
        if self.state().no_service { Err(Fault::NoService) } else { Ok(Box::new(Look(self.clone()))) }
    }

    fn connect(&self, name: &str) -> Result<Box<dyn Card>, Fault> {
        if self.state().readers.get(name).is_some_and(|reader| reader.stuck) {
            self.wait_while_hanging();
        }
        let mut state = self.state();
        if state.no_service {
            return Err(Fault::NoService);
        }
        let reader = state.readers.get_mut(name).ok_or(Fault::NoReader)?;
        match (reader.card, reader.in_use) {
            (false, _) => Err(Fault::NoCard),
            (true, true) => Err(Fault::InUse),
            (true, false) => {
                reader.in_use = true;
                Ok(Box::new(OneCard { desk: self.clone(), name: name.to_owned(), laid: reader.laid }))
            }
        }
    }
}

struct Look(Desk);

impl View for Look {
    fn next(&mut self, limit: Duration) -> Result<Vec<Reader>, Fault> {
        sleep(limit);
        let state = self.0.state();
        if state.no_service {
            return Err(Fault::NoService);
        }
        let reader = |(name, reader): (&String, &OneReader)| {
            let card = match (reader.card, reader.in_use) {
                (false, _) => CardState::Absent,
                (true, true) => CardState::InUse,
                (true, false) => CardState::Present,
            };
            let atr = if reader.card { ATR.to_vec() } else { Vec::new() };
            Reader { name: name.clone(), card, atr: atr.into() }
        };
        Ok(state.readers.iter().map(reader).collect())
    }
}

struct OneCard {
    desk: Desk,
    name: String,
    laid: u32,
}

impl Card for OneCard {
    fn atr(&self) -> Vec<u8> {
        ATR.to_vec()
    }

    /// The same bytes, backwards.
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, Fault> {
        if apdu == HANG {
            self.desk.wait_while_hanging();
        }
        let state = self.desk.state();
        let reader = state.readers.get(&self.name).ok_or(Fault::NoReader)?;
        if !reader.card || reader.laid != self.laid {
            return Err(Fault::CardGone);
        }
        Ok(apdu.iter().rev().copied().collect())
    }

    fn control(&mut self, data: &[u8]) -> Result<Vec<u8>, Fault> {
        if data.is_empty() { Err(Fault::Unsupported) } else { Ok(data.to_vec()) }
    }

    fn disconnect(self: Box<Self>, card: Leaving) -> Result<(), Fault> {
        if let Some(reader) = self.desk.state().readers.get_mut(&self.name) {
            reader.left.push(card);
        }
        Ok(())
    }
}

impl Drop for OneCard {
    fn drop(&mut self) {
        if let Some(reader) = self.desk.state().readers.get_mut(&self.name) {
            reader.in_use = false;
        }
    }
}

/// Says yes, unless told otherwise.
#[derive(Clone, Default)]
pub struct Person(Arc<Mutex<Asked>>);

#[derive(Default)]
pub struct Asked {
    /// The next answers; `None` is none at all.
    pub says: VecDeque<Option<bool>>,
    pub questions: Vec<(String, String)>,
    pub withdrawn: u32,
}

impl Person {
    pub fn says(&self, answer: Option<bool>) {
        self.asked().says.push_back(answer);
    }

    pub fn asked(&self) -> MutexGuard<'_, Asked> {
        self.0.lock().unwrap()
    }
}

impl Asks for Person {
    fn may_come_in<'a>(
        &'a self,
        origin: &'a Origin,
        code: &'a PairingCode,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(async move {
            let answer = {
                let mut asked = self.asked();
                asked.questions.push((origin.to_string(), code.digits().to_owned()));
                asked.says.pop_front().unwrap_or(Some(true))
            };
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        })
    }

    fn withdrawn(&self) {
        self.asked().withdrawn += 1;
    }
}
