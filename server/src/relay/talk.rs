//! One WebSocket, heard and spoken message by message.

use std::time::Duration;

use ::relay::LONGEST_MESSAGE;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use tokio::time::timeout;

/// The other side.
pub struct Talk {
    socket: WebSocket,
    /// Until it takes a message.
    limit: Duration,
}

/// Why no more messages come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// It is gone, or does not take what is said.
    Gone,
    /// It broke a rule: the close code that tells which. RFC 6455 §7.4.1
    Broken(u16),
}

impl Talk {
    pub fn new(socket: WebSocket, limit: Duration) -> Self {
        Talk { socket, limit }
    }

    /// The next message. Nothing is lost when the future is dropped.
    pub async fn hear(&mut self) -> Result<Utf8Bytes, Over> {
        loop {
            match self.socket.recv().await {
                None | Some(Ok(Message::Close(_)) | Err(_)) => return Err(Over::Gone),
                Some(Ok(Message::Text(text))) if text.len() > LONGEST_MESSAGE => {
                    return Err(Over::Broken(close_code::SIZE));
                }
                Some(Ok(Message::Text(text))) => return Ok(text),
                Some(Ok(Message::Binary(_))) => return Err(Over::Broken(close_code::UNSUPPORTED)),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            }
        }
    }

    /// Says a message.
    pub async fn say(&mut self, text: String) -> Result<(), Over> {
        self.send(Message::Text(text.into())).await
    }

    /// Keeps proxies in between from taking it for idle, and finds out that the other side is gone.
    pub async fn ping(&mut self) -> Result<(), Over> {
        self.send(Message::Ping(Default::default())).await
    }

    /// Ends the talk.
    pub async fn close(mut self, code: u16) {
        if self.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await.is_err() {
            return;
        }
        // what is still under way is taken, so that the other side sees the code and not a broken line
        let rest = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        _ = timeout(Duration::from_secs(1), rest).await;
    }

    async fn send(&mut self, message: Message) -> Result<(), Over> {
        let sent = timeout(self.limit, self.socket.send(message)).await;
        sent.map_err(|_| Over::Gone)?.map_err(|_| Over::Gone)
    }
}
