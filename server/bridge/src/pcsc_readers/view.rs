//! All readers and what lies on them.
use super::fault::of_service;
use crate::readers::View;
use pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState, State};
use relay::{CardState, Fault, Reader};
use std::ffi::CStr;
use std::thread::sleep;
use std::time::Duration;

pub struct PcscView {
    context: Context,
    /// One for each reader; the first may be the one that tells of new readers.
    states: Vec<ReaderState>,
    new: bool,
}

impl PcscView {
    pub fn new(context: Context) -> Self {
        PcscView { context, states: vec![ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE)], new: true }
    }

    fn wait(&mut self, limit: Duration) -> Result<(), Fault> {
        match self.context.get_status_change(limit, &mut self.states) {
            Ok(()) | Err(Error::Timeout | Error::UnknownReader) => {}
            Err(error) => return Err(of_service(error)),
        }
        // gone; and the special reader where the system does not know it (macOS): then each look lists anew
        self.states.retain(|state| !state.event_state().intersects(State::UNKNOWN | State::IGNORE));
        self.states.iter_mut().for_each(ReaderState::sync_current_state);
        Ok(())
    }

    /// Whether there are readers that were not there before.
    fn list(&mut self) -> Result<bool, Fault> {
        let names = match self.context.list_readers_owned() {
            Ok(names) => names,
            Err(Error::NoReadersAvailable) => Vec::new(),
            Err(error) => return Err(of_service(error)),
        };
        self.states
            .retain(|state| is_special(state.name()) || names.iter().any(|name| name.as_c_str() == state.name()));
        let before = self.states.len();
        for name in names {
            if !self.states.iter().any(|state| state.name() == name.as_c_str()) {
                self.states.push(ReaderState::new(name, State::UNAWARE));
            }
        }
        Ok(self.states.len() > before)
    }
}

impl View for PcscView {
    fn next(&mut self, limit: Duration) -> Result<Vec<Reader>, Fault> {
        match (std::mem::take(&mut self.new), self.states.is_empty()) {
            (true, _) => {}
            (false, true) => sleep(limit), // nothing to wait for
            (false, false) => self.wait(limit)?,
        }
        if self.list()? {
            self.wait(Duration::ZERO)?;
        }
        let readers = self.states.iter().filter(|state| !is_special(state.name()));
        Ok(readers.map(reader).collect())
    }
}

fn is_special(name: &CStr) -> bool {
    name == PNP_NOTIFICATION()
}

fn reader(state: &ReaderState) -> Reader {
    let has = |flag| state.event_state().intersects(flag);
    let card = match () {
        () if !has(State::PRESENT) => CardState::Absent,
        () if has(State::MUTE) => CardState::Mute,
        () if has(State::EXCLUSIVE | State::INUSE) => CardState::InUse,
        () => CardState::Present,
    };
    let atr = if card == CardState::Absent { &[] } else { state.atr() };
    Reader { name: state.name().to_string_lossy().into_owned(), card, atr: atr.to_vec().into() }
}
