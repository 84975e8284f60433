//! The bridge as pages meet it, with readers and a person that the tests play.
#![expect(clippy::unwrap_used, reason = "a test's own set-up")]

mod cards;
mod fake;
mod letting_in;
mod logs;
#[path = "../page/mod.rs"]
mod page;
mod rules;

use bridge::chance::Chance;
use bridge::limits::Limits;
use bridge::serve::{self, Parts};
use bridge::tokens::Tokens;
use fake::{Desk, Person};
use page::Page;
use relay::{FromRelay, Token};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;

/// A running bridge.
struct Running {
    port: u16,
    desk: Desk,
    person: Person,
    tokens: Tokens,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
    _folder: TempDir,
}

fn limits() -> Limits {
    Limits {
        hello: Duration::from_secs(2),
        question: Duration::from_secs(5),
        between_questions: Duration::ZERO,
        connect: Duration::from_millis(500),
        transmit: Duration::from_millis(500),
        send: Duration::from_secs(2),
        look: Duration::from_millis(20),
        stop: Duration::from_millis(500),
    }
}

async fn start() -> Running {
    start_with(limits()).await
}

async fn start_with(limits: Limits) -> Running {
    let listener = serve::listen(0).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (desk, person) = (Desk::default(), Person::default());
    let folder = tempfile::tempdir().unwrap();
    let tokens = Tokens::at(folder.path().join("pairings.json"));
    let (stop, stopped) = oneshot::channel::<()>();
    let parts = Parts {
        allowed: vec![page::ORIGIN.parse().unwrap(), "http://localhost:8080".parse().unwrap()],
        readers: Arc::new(desk.clone()),
        asks: Arc::new(person.clone()),
        tokens: tokens.clone(),
        chance: counted(),
        limits,
    };
    let stop_asked = async { _ = stopped.await };
    let served = tokio::spawn(async move { serve::serve(listener, parts, stop_asked).await.unwrap() });
    Running { port, desk, person, tokens, stop: Some(stop), served, _folder: folder }
}

/// Never the same bytes twice.
fn counted() -> Chance {
    let draws = AtomicU8::new(1);
    Arc::new(move |bytes| {
        bytes.fill(draws.fetch_add(1, Ordering::Relaxed));
        Ok(())
    })
}

impl Page {
    /// Through pairing; the token that came of it.
    pub async fn paired(port: u16) -> (Self, Token) {
        let mut page = Self::open(port, page::ORIGIN).await.unwrap();
        page.hello(None).await;
        assert!(matches!(page.hear().await, FromRelay::Pairing(_)));
        let FromRelay::Paired(token) = page.hear().await else { panic!("no token") };
        page.ready().await;
        (page, token)
    }

    /// The code with which the bridge closes.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match self.next_message().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Text(_))) => {}
                other => panic!("not closed: {other:?}"),
            }
        }
    }
}
