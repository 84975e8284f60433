//! What the bridge asks of the system. Every function here may block; whoever calls it has a thread for it.
use relay::{Fault, Leaving, Reader};
use std::time::Duration;

/// The system's readers.
pub trait Readers: Send + Sync + 'static {
    /// A view on all of them; [`Fault::NoService`] while there is no PC/SC service.
    fn look(&self) -> Result<Box<dyn View>, Fault>;
    /// The card on the reader of this name, for nobody else.
    fn connect(&self, reader: &str) -> Result<Box<dyn Card>, Fault>;
}

/// A view on all readers.
pub trait View {
    /// Waits until something may have changed, at most this long (not at all the first time); then tells what there is. After
    /// a fault the view is of no more use.
    fn next(&mut self, limit: Duration) -> Result<Vec<Reader>, Fault>;
}

/// A card that nobody else uses. Dropped, it is reset and let go.
pub trait Card {
    /// Its answer to reset.
    fn atr(&self) -> Vec<u8>;
    /// A command APDU to the card.
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, Fault>;
    /// An escape command to the reader.
    fn control(&mut self, data: &[u8]) -> Result<Vec<u8>, Fault>;
    /// Gives card and reader back.
    fn disconnect(self: Box<Self>, card: Leaving) -> Result<(), Fault>;
}
