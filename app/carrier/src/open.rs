//! A reader that is open, whatever moves its bytes.
use std::pin::Pin;

use reader::{Card, Outcome, Presence, Task};

use crate::bridge::BridgeReader;
use crate::smart_card::SmartCardReader;
use crate::trouble::Trouble;
use crate::usb::UsbReader;

/// How long between two looks at a reader that does not say by itself when a card comes or goes.
const BETWEEN_LOOKS: u32 = 100;

/// The carriers.
pub enum Open {
    Usb(UsbReader),
    Bridge(BridgeReader),
    SmartCard(SmartCardReader),
}

impl Open {
    /// Brings the reader into a known state.
    pub async fn prepare(&mut self) -> Result<(), Trouble> {
        match self {
            Open::Usb(usb) => usb.run(Task::Open).await.map(drop),
            Open::Bridge(_) | Open::SmartCard(_) => Ok(()),
        }
    }

    /// Whether a card is there.
    pub async fn look(&mut self) -> Result<Presence, Trouble> {
        match self {
            Open::Usb(usb) => match usb.run(Task::Look).await? {
                Outcome::Presence(presence) => Ok(presence),
                _ => Err(another()),
            },
            Open::Bridge(bridge) => bridge.look(),
            Open::SmartCard(reader) => reader.look().await,
        }
    }

    /// Activates the card, for this page alone.
    pub async fn connect(&mut self) -> Result<Card, Trouble> {
        match self {
            Open::Usb(usb) => match usb.run(Task::Connect).await? {
                Outcome::Connected(card) => Ok(card),
                _ => Err(another()),
            },
            Open::Bridge(bridge) => bridge.connect().await,
            Open::SmartCard(reader) => reader.connect().await,
        }
    }

    /// Moves a command to the card and its answer back. Boxed: it stands in the module once, not where it is called.
    pub fn exchange<'a>(&'a mut self, apdu: &'a [u8]) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, Trouble>> + 'a>> {
        Box::pin(async move {
            match self {
                Open::Usb(usb) => match usb.run(Task::Exchange(apdu.to_vec())).await? {
                    Outcome::Answer(answer) => Ok(answer),
                    _ => Err(another()),
                },
                Open::Bridge(bridge) => bridge.exchange(apdu).await,
                Open::SmartCard(reader) => reader.exchange(apdu).await,
            }
        })
    }

    /// Waits until it is worth looking again.
    pub async fn notice(&mut self) {
        match self {
            Open::Usb(usb) => usb.notice(BETWEEN_LOOKS).await,
            Open::Bridge(bridge) => bridge.notice(BETWEEN_LOOKS).await,
            Open::SmartCard(_) => crate::later::pause(BETWEEN_LOOKS).await,
        }
    }

    /// Lets the card go and gives the reader back.
    pub async fn close(self) {
        match self {
            Open::Usb(mut usb) => {
                // a reader that does not answer any more is given back all the same
                let _ = usb.run(Task::Release).await;
                usb.close().await;
            }
            Open::Bridge(bridge) => bridge.close().await,
            Open::SmartCard(reader) => reader.close().await,
        }
    }
}

/// The core told of another task's end.
fn another() -> Trouble {
    Trouble::new("confused", "the outcome of another task")
}
