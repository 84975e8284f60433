//! The portal: its server shows the way to a page. First a code for the person to type there, then the question whether that page may come,
//! then the page's requests.
use std::cell::Cell;
use std::rc::Rc;

use ::usb::later::pause;
use ::usb::trouble::Trouble;
use relay::{FromApp, FromPage, FromRelay, PairingCode, Refusal, ToApp, Unreadable};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, Url, WebSocket};

/// Until the portal says its first message.
const OPENING: u32 = 10_000;
const NAME: &str = concat!("congthe-reader/", env!("CARGO_PKG_VERSION"));

/// What the portal says.
pub enum Heard {
    /// To be typed on its page.
    Code(PairingCode),
    /// Somebody did.
    Asked(String),
    /// The page is there.
    Joined,
    /// It asks something.
    Request(FromPage),
    /// Something that is no request, of this number.
    Unreadable(relay::Id),
    /// No more comes.
    Over(Option<Trouble>),
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Opening,
    Pairing,
    Joined,
    Over,
}

/// A connection to the portal.
pub struct Portal {
    socket: WebSocket,
    stage: Rc<Cell<Stage>>,
}

impl Portal {
    /// Connects; everything else is told.
    pub fn open(address: &str, tell: impl Fn(Heard) + 'static) -> Result<Rc<Self>, Trouble> {
        let socket = WebSocket::new(address).map_err(|error| Trouble::rejected(&error, "no-portal"))?;
        let portal = Rc::new(Portal { socket, stage: Rc::new(Cell::new(Stage::Opening)) });
        let tell = Rc::new(tell);
        let on = |name: &str, act: Box<dyn FnMut(JsValue)>| {
            let act = Closure::<dyn FnMut(JsValue)>::new(act);
            // a socket takes any listener
            let _ = portal.socket.add_event_listener_with_callback(name, act.as_ref().unchecked_ref());
            // it may be called as long as the socket lives
            act.forget();
        };
        let socket = portal.socket.clone();
        on(
            "open",
            Box::new(move |_| {
                let hello = FromApp::Hello { version: relay::VERSION, app: NAME.to_owned() };
                // a socket that was just opened sends
                let _ = socket.send_with_str(&hello.text());
            }),
        );
        let (this, told) = (portal.clone(), tell.clone());
        on(
            "message",
            Box::new(move |event| {
                let text = event.unchecked_into::<MessageEvent>().data().as_string();
                let heard = text.filter(|text| text.len() <= relay::LONGEST_MESSAGE);
                this.hear(heard.as_deref().unwrap_or_default(), told.as_ref());
            }),
        );
        let (this, told) = (portal.clone(), tell.clone());
        on(
            "close",
            Box::new(move |_| {
                let trouble = match this.stage.replace(Stage::Over) {
                    Stage::Over => return,
                    Stage::Opening => Some(Trouble::new("no-portal", "closed before the first message")),
                    Stage::Pairing => Some(Trouble::new("portal-gone", "closed while pairing")),
                    Stage::Joined => None,
                };
                told(Heard::Over(trouble));
            }),
        );
        let this = portal.clone();
        spawn_local(async move {
            pause(OPENING).await;
            if this.stage.get() == Stage::Opening {
                this.end(Some(Trouble::new("no-portal", "no answer in time")), tell.as_ref());
            }
        });
        Ok(portal)
    }

    fn hear(&self, text: &str, tell: &impl Fn(Heard)) {
        match self.stage.get() {
            Stage::Over => {}
            Stage::Joined => match FromPage::parse(text) {
                Ok(request @ FromPage::Request { .. }) => tell(Heard::Request(request)),
                Err(Unreadable { id: Some(id) }) => tell(Heard::Unreadable(id)),
                Ok(FromPage::Hello { .. }) | Err(Unreadable { id: None }) => {
                    self.end(Some(Trouble::new("confused", "not a request")), tell);
                }
            },
            Stage::Opening | Stage::Pairing => match ToApp::parse(text) {
                Ok(ToApp::Code { code, .. }) => {
                    self.stage.set(Stage::Pairing);
                    tell(Heard::Code(code));
                }
                Ok(ToApp::Asked { by }) => tell(Heard::Asked(by)),
                Ok(ToApp::Joined {}) => {
                    self.stage.set(Stage::Joined);
                    tell(Heard::Joined);
                }
                Ok(ToApp::Refused { reason }) => {
                    let say = match reason {
                        Refusal::Expired | Refusal::No | Refusal::Code => "code-expired",
                        Refusal::Busy | Refusal::TooMany => "portal-busy",
                        Refusal::Version => "version",
                        Refusal::Malformed | Refusal::Failed => "confused",
                    };
                    self.end(Some(Trouble::new(say, reason.to_string())), tell);
                }
                Err(error) => self.end(Some(Trouble::new("confused", error.to_string())), tell),
            },
        }
    }

    fn end(&self, trouble: Option<Trouble>, tell: &impl Fn(Heard)) {
        self.close();
        tell(Heard::Over(trouble));
    }

    /// Whether a page may come.
    pub fn consent(&self, yes: bool) {
        self.send(&FromApp::Consent { yes }.text());
    }

    /// To the page, while there is one.
    pub fn say(&self, message: &FromRelay) {
        if self.stage.get() == Stage::Joined {
            self.send(&message.text());
        }
    }

    fn send(&self, text: &str) {
        // when it is closing, its end is told
        let _ = self.socket.send_with_str(text);
    }

    /// Ends it; nothing more is told.
    pub fn close(&self) {
        self.stage.set(Stage::Over);
        // it may be closed already
        let _ = self.socket.close();
    }
}

/// The address of the app's end, from what a person types: `the.portal.example` or `https://the.portal.example`. Plain `http:` only for
/// this machine, where developers serve both.
pub fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    // a browser would make a name of it, and go looking for that
    if typed.contains(|letter: char| letter.is_whitespace() || letter == '@' || letter == '%') {
        return None;
    }
    let text = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::new(&text).ok()?;
    let scheme = match (url.protocol().as_str(), url.hostname().as_str()) {
        (_, "") => return None,
        ("https:" | "wss:", _) => "wss",
        ("http:" | "ws:", "127.0.0.1" | "localhost" | "[::1]") => "ws",
        _ => return None,
    };
    Some(format!("{scheme}://{}{}", url.host(), relay::APP_END))
}
