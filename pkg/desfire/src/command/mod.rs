//! Every command of the data sheet: what is sent, and what the answer means.

mod application;
mod data;
mod delegated;
mod file;
mod key;
mod picc;
mod proximity;
mod record;
mod settings;
mod transaction;
mod value;

pub use application::*;
pub use data::*;
pub use delegated::*;
pub use file::*;
pub use key::*;
pub use picc::*;
pub use proximity::*;
pub use record::*;
pub use settings::*;
pub use transaction::*;
pub use value::*;

use crate::channel::Answer;
use crate::error::Error;
use crate::request::Request;

/// A command: [`crate::Channel::begin`] takes its request, and what [`crate::Step::Done`] brings is read with it.
pub trait Command {
    /// What the answer means.
    type Reply;

    /// The request.
    fn request(&self) -> Request;

    /// Reads the answer.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Value`].
    fn reply(&self, answer: &Answer) -> Result<Self::Reply, Error>;
}

/// The answer of a command that tells nothing.
fn nothing(answer: &Answer) -> Result<(), Error> {
    match answer.data.len() {
        0 => Ok(()),
        found => Err(Error::Length { what: "an answer without data", expected: 0, found }),
    }
}

/// Implements [`Command`] for a command whose answer has no data.
macro_rules! tells_nothing {
    ($($name:ident => |$this:ident| $request:expr;)+) => {
        $(impl $crate::command::Command for $name {
            type Reply = ();

            fn request(&self) -> $crate::request::Request {
                let $this = self;
                $request
            }

            fn reply(&self, answer: &$crate::channel::Answer) -> Result<(), $crate::error::Error> {
                $crate::command::nothing(answer)
            }
        })+
    };
}
use tells_nothing;
