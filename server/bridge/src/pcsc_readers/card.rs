//! A card that this program alone has.
use super::fault::when_connected;
use crate::readers;
use pcsc::{Card, Context, Disposition, Error, MAX_BUFFER_SIZE_EXTENDED, ReaderState, State, ctl_code};
use relay::{Fault, Leaving};
use std::ffi::CString;
use std::time::Duration;

/// Escape commands: 3500 with Microsoft's driver, 1 with libccid.
const ESCAPE: u32 = if cfg!(windows) { 3500 } else { 1 };

/// How long a reader may take to notice that the card is gone.
const NOTICE: Duration = Duration::from_millis(1500);

pub struct PcscCard {
    context: Context,
    card: Card,
    reader: CString,
    atr: Vec<u8>,
    buffer: Vec<u8>,
}

impl PcscCard {
    pub fn new(context: Context, card: Card, reader: CString) -> Result<Self, Fault> {
        let atr = card.status2_owned().map_err(when_connected)?.atr().to_vec();
        Ok(PcscCard { context, card, reader, atr, buffer: vec![0; MAX_BUFFER_SIZE_EXTENDED] })
    }

    /// The card may be gone and the reader not have said so yet: then this is why.
    fn fault(&self, error: Error) -> Fault {
        let fault = when_connected(error);
        let says_little = matches!(fault, Fault::Failed | Fault::Mute);
        if says_little && self.card_leaves() { Fault::CardGone } else { fault }
    }

    fn card_leaves(&self) -> bool {
        let mut state = [ReaderState::new(self.reader.clone(), State::UNAWARE)];
        for limit in [Duration::ZERO, NOTICE] {
            match self.context.get_status_change(limit, &mut state) {
                Ok(()) | Err(Error::Timeout) => {}
                Err(_) => return true, // without service or reader
            }
            if !state[0].event_state().intersects(State::PRESENT) {
                return true;
            }
            state[0].sync_current_state();
        }
        false
    }
}

impl readers::Card for PcscCard {
    fn atr(&self) -> Vec<u8> {
        self.atr.clone()
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, Fault> {
        match self.card.transmit(apdu, &mut self.buffer) {
            Ok(answer) => Ok(answer.to_vec()),
            Err(error) => Err(self.fault(error)),
        }
    }

    fn control(&mut self, data: &[u8]) -> Result<Vec<u8>, Fault> {
        match self.card.control(ctl_code(ESCAPE.into()), data, &mut self.buffer) {
            Ok(answer) => Ok(answer.to_vec()),
            // how drivers say that they have no such command
            Err(Error::InvalidParameter | Error::InvalidValue) => Err(Fault::Unsupported),
            Err(error) => Err(self.fault(error)),
        }
    }

    fn disconnect(self: Box<Self>, card: Leaving) -> Result<(), Fault> {
        let how = match card {
            Leaving::Leave => Disposition::LeaveCard,
            Leaving::Reset => Disposition::ResetCard,
            Leaving::Unpower => Disposition::UnpowerCard,
        };
        self.card.disconnect(how).map_err(|(_, error)| when_connected(error))
    }
}
