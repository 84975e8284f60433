//! The two ends, as a test plays them.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use relay::{Ask, FromApp, FromPage, FromRelay, PairingCode, ToApp, VERSION};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::{APP, OWN, Running};

pub struct End(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// Opens a WebSocket; the status when it is refused.
pub async fn open(address: SocketAddr, path: &str, headers: &[(&'static str, &str)]) -> Result<End, u16> {
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(End(socket)),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

impl Running {
    pub async fn page(&self, cookie: &str) -> End {
        open(self.address, relay::PAGE_END, &[("origin", OWN), ("cookie", cookie)]).await.unwrap()
    }

    /// An app, and the code that it shows.
    pub async fn app(&self) -> (End, PairingCode) {
        let mut app = open(self.address, relay::APP_END, &[("origin", APP)]).await.unwrap();
        app.say(FromApp::Hello { version: VERSION, app: "test/1".to_owned() }.text()).await;
        match app.server().await {
            ToApp::Code { code, .. } => (app, code),
            other => panic!("{other:?}"),
        }
    }

    /// A page and an app that are joined.
    pub async fn joined(&self, cookie: &str) -> (End, End) {
        let (mut app, code) = self.app().await;
        let mut page = self.page(cookie).await;
        page.hello(&code).await;
        assert_eq!(page.relay().await, FromRelay::Pairing(code));
        assert!(matches!(app.server().await, ToApp::Asked { .. }));
        app.say(FromApp::Consent { yes: true }.text()).await;
        assert_eq!(app.server().await, ToApp::Joined {});
        assert!(matches!(page.relay().await, FromRelay::Ready { version: VERSION, .. }));
        (page, app)
    }
}

impl End {
    pub async fn hello(&mut self, code: &PairingCode) {
        self.say(FromPage::Hello { version: VERSION, token: None, code: Some(code.clone()) }.text()).await;
    }

    pub async fn ask(&mut self, id: u32, ask: Ask) {
        self.say(FromPage::Request { id, ask }.text()).await;
    }

    pub async fn say(&mut self, text: impl Into<String>) {
        self.0.send(Message::text(text.into())).await.unwrap();
    }

    /// The next text; the close code when there is none.
    pub async fn text(&mut self) -> Result<String, u16> {
        loop {
            match timeout(Duration::from_secs(10), self.0.next()).await.expect("nothing comes") {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(Some(frame)))) => return Err(frame.code.into()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return Err(1006),
            }
        }
    }

    pub async fn server(&mut self) -> ToApp {
        ToApp::parse(&self.text().await.unwrap()).unwrap()
    }

    pub async fn relay(&mut self) -> FromRelay {
        FromRelay::parse(&self.text().await.unwrap()).unwrap()
    }

    pub async fn request(&mut self) -> FromPage {
        FromPage::parse(&self.text().await.unwrap()).unwrap()
    }

    pub async fn leave(mut self) {
        self.0.close(None).await.unwrap();
    }
}
