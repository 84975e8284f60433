//! How long anything may take. Nothing waits without a limit.
use std::time::Duration;

/// Tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the open connection to the page's `hello`.
    pub hello: Duration,
    /// From the question to the person's answer.
    pub question: Duration,
    /// From one question to the next; doubled with every one that does not end with yes.
    pub between_questions: Duration,
    /// `connect` and `disconnect`.
    pub connect: Duration,
    /// `transmit` and `control`: formatting a card takes long, and some readers allow it 60 s.
    pub transmit: Duration,
    /// Until a page takes a message.
    pub send: Duration,
    /// From a change of readers or cards to the look at it.
    pub look: Duration,
    /// From the end of the program's work to its end.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            hello: Duration::from_secs(10),
            question: Duration::from_secs(60),
            between_questions: Duration::from_secs(3),
            connect: Duration::from_secs(5),
            transmit: Duration::from_secs(90),
            send: Duration::from_secs(10),
            look: Duration::from_millis(250),
            stop: Duration::from_secs(3),
        }
    }
}
