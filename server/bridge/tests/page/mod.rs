//! A page: a WebSocket client that says where it comes from.
use futures_util::{SinkExt as _, StreamExt as _};
use relay::{Answer, Ask, Fault, FromPage, FromRelay, Id, PATH, Token, VERSION};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub const ORIGIN: &str = "https://the.example";

pub struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next: Id,
    /// What was said unasked while an answer was awaited.
    pub events: Vec<FromRelay>,
}

impl Page {
    pub async fn open(port: u16, origin: &str) -> Result<Self, Error> {
        let mut request = format!("ws://127.0.0.1:{port}{PATH}").into_client_request()?;
        request.headers_mut().insert("origin", HeaderValue::from_str(origin)?);
        let (socket, _) = connect_async(request).await?;
        Ok(Page { socket, next: 0, events: Vec::new() })
    }

    /// With a token from before.
    pub async fn known(port: u16, token: &Token) -> Self {
        let mut page = Self::open(port, ORIGIN).await.unwrap();
        page.hello(Some(token)).await;
        page.ready().await;
        page
    }

    pub async fn hello(&mut self, token: Option<&Token>) {
        self.say(&FromPage::Hello { version: VERSION, token: token.cloned(), code: None }.text()).await;
    }

    pub async fn ready(&mut self) {
        let heard = self.hear().await;
        assert!(matches!(heard, FromRelay::Ready { version: VERSION, .. }), "{heard:?}");
    }

    pub async fn say(&mut self, text: &str) {
        self.send(Message::text(text)).await;
    }

    pub async fn send(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    pub async fn hear(&mut self) -> FromRelay {
        match self.next_message().await {
            Some(Ok(Message::Text(text))) => FromRelay::parse(&text).unwrap(),
            other => panic!("no message: {other:?}"),
        }
    }

    pub async fn next_message(&mut self) -> Option<Result<Message, Error>> {
        timeout(Duration::from_secs(20), self.socket.next()).await.expect("nothing comes")
    }

    /// Sends a request; the answer is for later.
    pub async fn ask(&mut self, ask: Ask) -> Id {
        self.next += 1;
        self.say(&FromPage::Request { id: self.next, ask }.text()).await;
        self.next
    }

    /// The answer to this request.
    pub async fn answer(&mut self, wanted: Id) -> Result<Answer, Fault> {
        loop {
            match self.hear().await {
                FromRelay::Answer(id, answer) if id == wanted => return answer,
                event @ FromRelay::Event(_) => self.events.push(event),
                other => panic!("not the answer: {other:?}"),
            }
        }
    }

    pub async fn request(&mut self, ask: Ask) -> Result<Answer, Fault> {
        let id = self.ask(ask).await;
        self.answer(id).await
    }

    pub async fn connect(&mut self, reader: &str) -> Result<Vec<u8>, Fault> {
        match self.request(Ask::Connect { reader: reader.to_owned() }).await? {
            Answer::Connected(atr) => Ok(atr.0),
            other => panic!("{other:?}"),
        }
    }

    pub async fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, Fault> {
        match self.request(Ask::Transmit { apdu: apdu.to_vec().into() }).await? {
            Answer::Data(data) => Ok(data.0),
            other => panic!("{other:?}"),
        }
    }

    /// An event in which this holds; those before it are of no interest.
    pub async fn event(&mut self, mut holds: impl FnMut(&FromRelay) -> bool) {
        if self.events.drain(..).any(|event| holds(&event)) {
            return;
        }
        loop {
            let heard = self.hear().await;
            if matches!(heard, FromRelay::Event(_)) && holds(&heard) {
                return;
            }
        }
    }
}
