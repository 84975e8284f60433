//! One WebSocket, heard and spoken message by message.
use axum::Error;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use relay::{FromPage, FromRelay, LONGEST_MESSAGE, Unreadable};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite;

/// A page at the other end.
pub struct Talk {
    socket: WebSocket,
    /// Until the page takes a message.
    limit: Duration,
}

/// Why no more messages come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The page is gone.
    Gone,
    /// It broke a rule: the close code that tells which. RFC 6455 §7.4.1
    Broken(u16),
}

impl Talk {
    /// `limit`: how long the page may take to accept a message.
    pub fn new(socket: WebSocket, limit: Duration) -> Self {
        Talk { socket, limit }
    }

    /// The next message. Nothing is lost when the future is dropped.
    pub async fn hear(&mut self) -> Result<Result<FromPage, Unreadable>, Over> {
        loop {
            match self.socket.recv().await {
                None | Some(Ok(Message::Close(_))) => return Err(Over::Gone),
                Some(Ok(Message::Text(text))) if text.len() > LONGEST_MESSAGE => {
                    return Err(Over::Broken(close_code::SIZE));
                }
                Some(Ok(Message::Text(text))) => return Ok(FromPage::parse(&text)),
                Some(Ok(Message::Binary(_))) => return Err(Over::Broken(close_code::UNSUPPORTED)),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Err(error)) => return Err(broken(error)),
            }
        }
    }

    /// Says a message.
    pub async fn say(&mut self, message: &FromRelay) -> Result<(), Over> {
        self.send(Message::Text(message.text().into())).await
    }

    /// Ends the talk.
    pub async fn close(mut self, code: u16) {
        if self.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await.is_err() {
            return;
        }
        // what is still under way is taken, so that the page sees the code and not a broken line
        let rest = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        _ = timeout(Duration::from_secs(1), rest).await;
    }

    async fn send(&mut self, message: Message) -> Result<(), Over> {
        let sent = timeout(self.limit, self.socket.send(message)).await;
        sent.map_err(|_| Over::Gone)?.map_err(|_| Over::Gone)
    }
}

fn broken(error: Error) -> Over {
    match error.into_inner().downcast_ref::<tungstenite::Error>() {
        Some(tungstenite::Error::Capacity(_)) => Over::Broken(close_code::SIZE),
        Some(tungstenite::Error::Utf8(_)) => Over::Broken(close_code::INVALID),
        Some(tungstenite::Error::Protocol(_)) => Over::Broken(close_code::PROTOCOL),
        _ => Over::Gone,
    }
}
