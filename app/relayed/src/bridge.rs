//! The bridge: a program on this machine that has the readers which a browser may not claim ([`relay`]). And the portal's server, which
//! joins the page to an Isolated Web App and speaks as the bridge does.
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;

use relay::{Answer, Ask, Bytes, CardState, Fault, FromPage, FromRelay, Leaving, PairingCode, Reader, Refusal, Token};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::js_sys::{Function, Promise};
use web_sys::{MessageEvent, WebSocket};

use ::usb::device::now;
use ::usb::later::within;
use ::usb::trouble::Trouble;

const OPENING: u32 = 3_000;
/// As long as a person may take to compare two codes.
const PAIRING: u32 = 75_000;
const ANSWERING: u32 = 20_000;
/// FormatPICC takes seconds.
const EXCHANGING: u32 = 70_000;
/// Where the pairing is kept, for this origin.
const STORED: &str = "reader-bridge";

/// Where the readers are.
pub enum Way {
    /// With a program on this machine.
    Bridge,
    /// With the Isolated Web App that shows this code.
    App(PairingCode),
}

/// The connection.
pub struct Bridge {
    /// It leads to an Isolated Web App.
    app: bool,
    socket: WebSocket,
    inbox: Rc<RefCell<VecDeque<String>>>,
    /// Who waits for the next message.
    waiting: Rc<RefCell<Option<Function>>>,
    closed: Rc<Cell<bool>>,
    readers: RefCell<Vec<Reader>>,
    /// Why it sees none.
    fault: Cell<Option<Fault>>,
    next_id: Cell<u32>,
    _listening: [Closure<dyn FnMut(JsValue)>; 2],
}

impl Bridge {
    /// Connects, and pairs where that has not been done. `show`: shows the code that the person compares.
    pub async fn open(way: Way, show: impl Fn(&str)) -> Result<Rc<Self>, Trouble> {
        let (app, code) = match way {
            Way::Bridge => (false, None),
            Way::App(code) => (true, Some(code)),
        };
        let absent = |detail: &str| Trouble::new(said_of(app, "no-bridge"), detail);
        let address = if app { own_relay() } else { relay::ADDRESS.to_owned() };
        let socket = WebSocket::new(&address).map_err(|error| Trouble::rejected(&error, said_of(app, "no-bridge")))?;
        let (inbox, waiting, closed) =
            <(Rc<RefCell<VecDeque<String>>>, Rc<RefCell<Option<Function>>>, Rc<Cell<bool>>)>::default();
        let wake = {
            let waiting = waiting.clone();
            move || {
                if let Some(resolve) = waiting.borrow_mut().take() {
                    // a resolver does not throw
                    let _ = resolve.call0(&JsValue::NULL);
                }
            }
        };
        let on_message = {
            let (inbox, wake) = (inbox.clone(), wake.clone());
            Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
                if let Some(text) = event.unchecked_into::<MessageEvent>().data().as_string() {
                    inbox.borrow_mut().push_back(text);
                    wake();
                }
            })
        };
        let on_close = {
            let closed = closed.clone();
            Closure::<dyn FnMut(JsValue)>::new(move |_| {
                closed.set(true);
                wake();
            })
        };
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        let opened = Promise::new(&mut |resolve, reject| {
            socket.set_onopen(Some(&resolve));
            socket.set_onerror(Some(&reject));
        });
        let opened = within(&opened, OPENING).await;
        // from here on the connection is closed when this is dropped
        let bridge = Rc::new(Bridge {
            app,
            socket,
            inbox,
            waiting,
            closed,
            readers: RefCell::default(),
            fault: Cell::default(),
            next_id: Cell::new(1),
            _listening: [on_message, on_close],
        });
        match opened {
            Ok(Some(_)) => {}
            Ok(None) => return Err(absent("it does not answer")),
            Err(_) => return Err(absent("nothing listens there")),
        }
        bridge.begin(code, show).await?;
        match bridge.ask(Ask::List, ANSWERING).await? {
            Answer::Readers(readers) => *bridge.readers.borrow_mut() = readers,
            _ => return Err(Trouble::new("confused", "another answer")),
        }
        Ok(bridge)
    }

    async fn begin(&self, code: Option<PairingCode>, show: impl Fn(&str)) -> Result<(), Trouble> {
        let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
        // with an app, it is paired anew each time
        let kept = storage.as_ref().filter(|_| !self.app).and_then(|storage| storage.get_item(STORED).ok().flatten());
        let token = kept.and_then(|text| Token::try_from(text).ok());
        self.send(&FromPage::Hello { version: relay::VERSION, token, code })?;
        let until = now() + f64::from(PAIRING);
        loop {
            match self.next(until).await? {
                FromRelay::Pairing(code) => show(code.digits()),
                FromRelay::Paired(token) => {
                    if let Some(storage) = &storage {
                        // where nothing may be kept, it is paired anew each time
                        let _ = storage.set_item(STORED, &String::from(token));
                    }
                }
                FromRelay::Ready { .. } => return Ok(()),
                FromRelay::Refused(reason) => {
                    let say = match reason {
                        Refusal::No => "bridge-no",
                        Refusal::Code => "app-code",
                        Refusal::Expired => "bridge-expired",
                        Refusal::Busy | Refusal::TooMany => "bridge-busy",
                        Refusal::Version => "bridge-version",
                        Refusal::Malformed | Refusal::Failed => "confused",
                    };
                    return Err(Trouble::new(said_of(self.app, say), "the relay refuses"));
                }
                FromRelay::Answer(..) | FromRelay::Event(_) => {}
            }
        }
    }

    fn send(&self, message: &FromPage) -> Result<(), Trouble> {
        if self.closed.get() {
            return Err(Trouble::new(said_of(self.app, "bridge-gone"), "the connection is closed"));
        }
        self.socket
            .send_with_str(&message.text())
            .map_err(|error| Trouble::rejected(&error, said_of(self.app, "bridge-gone")))
    }

    /// The next message; events are taken note of on the way.
    async fn next(&self, until: f64) -> Result<FromRelay, Trouble> {
        loop {
            let text = self.inbox.borrow_mut().pop_front();
            if let Some(text) = text {
                let message =
                    FromRelay::parse(&text).map_err(|_| Trouble::new("confused", "no message of a bridge"))?;
                if let FromRelay::Event(event) = message {
                    self.happened(event);
                    continue;
                }
                return Ok(message);
            }
            self.wait(until).await?;
        }
    }

    /// Until something comes, but no longer than to that moment of the page's clock.
    async fn wait(&self, until: f64) -> Result<(), Trouble> {
        if self.closed.get() {
            return Err(Trouble::new(said_of(self.app, "bridge-gone"), "the connection is closed"));
        }
        let message = Promise::new(&mut |resolve, _| {
            self.waiting.borrow_mut().replace(resolve);
        });
        match within(&message, (until - now()).max(0.0) as u32).await {
            Ok(Some(_)) => Ok(()),
            _ => Err(Trouble::new("timeout", "the bridge does not answer")),
        }
    }

    fn ask(&self, ask: Ask, wait: u32) -> Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + '_>> {
        Box::pin(self.asked(ask, wait))
    }

    async fn asked(&self, ask: Ask, wait: u32) -> Result<Answer, Trouble> {
        let id = self.next_id.replace(self.next_id.get().wrapping_add(1));
        self.send(&FromPage::Request { id, ask })?;
        // what else comes meanwhile does not make the wait longer
        let until = now() + f64::from(wait);
        loop {
            match self.next(until).await? {
                FromRelay::Answer(number, answer) if number == id => {
                    return answer.map_err(|fault| Trouble::new(said(fault), said(fault)));
                }
                // of a request that was given up
                _ => {}
            }
        }
    }

    /// The readers that it has.
    pub fn readers(&self) -> Vec<Reader> {
        self.readers.borrow().clone()
    }

    /// What lies on a reader, as far as the relay has told.
    pub fn look(&self, name: &str) -> Result<&'static str, Trouble> {
        self.drain();
        if self.closed.get() {
            return Err(Trouble::new(said_of(self.app, "bridge-gone"), "the connection is closed"));
        }
        if let Some(fault) = self.fault.get() {
            return Err(Trouble::new(said(fault), "the relay sees no readers"));
        }
        let state = self.readers.borrow().iter().find(|reader| reader.name == name).map(|found| found.card);
        match state {
            None => Err(Trouble::new("unplugged", "the reader is not listed any more")),
            Some(CardState::Absent) => Ok("absent"),
            Some(CardState::InUse) => Ok("in-use"),
            Some(CardState::Present | CardState::Mute) => Ok("present"),
        }
    }

    pub async fn connect(&self, reader: String) -> Result<Vec<u8>, Trouble> {
        match self.ask(Ask::Connect { reader }, ANSWERING).await? {
            Answer::Connected(Bytes(atr)) => Ok(atr),
            _ => Err(Trouble::new("confused", "another answer")),
        }
    }

    pub async fn exchange(&self, apdu: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        match self.ask(Ask::Transmit { apdu: Bytes(apdu) }, EXCHANGING).await? {
            Answer::Data(Bytes(data)) => Ok(data),
            _ => Err(Trouble::new("confused", "another answer")),
        }
    }

    pub async fn notice(&self, wait: u32) {
        if self.inbox.borrow().is_empty() {
            // the next look tells why
            let _ = self.wait(now() + f64::from(wait)).await;
        }
    }

    pub async fn disconnect(&self) {
        // the relay resets the card and frees the reader when the connection ends, too
        let _ = self.ask(Ask::Disconnect { card: Leaving::Reset }, ANSWERING).await;
    }

    fn happened(&self, event: Result<Vec<Reader>, Fault>) {
        self.fault.set(event.as_ref().err().copied());
        if let Ok(readers) = event {
            *self.readers.borrow_mut() = readers;
        }
    }

    fn drain(&self) {
        let messages: Vec<String> = self.inbox.borrow_mut().drain(..).collect();
        for message in messages {
            if let Ok(FromRelay::Event(event)) = FromRelay::parse(&message) {
                self.happened(event);
            }
        }
    }
}

/// The sentence about an app that stands for the one about a bridge.
fn said_of(app: bool, bridge: &'static str) -> &'static str {
    match bridge {
        "no-bridge" if app => "no-app",
        "bridge-no" if app => "app-no",
        "bridge-expired" if app => "app-expired",
        "bridge-busy" if app => "app-busy",
        "bridge-gone" if app => "app-gone",
        "bridge-version" if app => "confused",
        other => other,
    }
}

/// The portal's own end for pages.
fn own_relay() -> String {
    let location = web_sys::window().map(|window| window.location());
    let part = |of: fn(&web_sys::Location) -> Result<String, JsValue>| {
        location.as_ref().and_then(|location| of(location).ok()).unwrap_or_default()
    };
    let scheme = if part(web_sys::Location::protocol) == "https:" { "wss" } else { "ws" };
    format!("{scheme}://{}{}", part(web_sys::Location::host), relay::PAGE_END)
}

fn said(fault: Fault) -> &'static str {
    match fault {
        Fault::NoCard => "no-card",
        Fault::CardGone => "card-gone",
        Fault::Mute => "mute",
        Fault::InUse | Fault::Busy => "in-use",
        Fault::NoReader => "unplugged",
        Fault::NoService => "no-service",
        Fault::Timeout => "timeout",
        Fault::NotConnected | Fault::Malformed | Fault::Failed => "confused",
        Fault::TooLong => "too-long",
        Fault::Unsupported => "unsupported",
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onerror(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // it may be closed already
        let _ = self.socket.close();
    }
}
