//! The reader of this desk: watched for cards, and asked by one page at a time. One task goes on at a time; what comes before it is done
//! is `busy`.
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ::usb::device::UsbReader;
use ::usb::later::within;
use ::usb::trace;
use ::usb::trouble::Trouble;
use desfire::command::{Command as _, GetVersion};
use desfire::{Channel, Framing};
use reader::{Outcome, Presence, Task};
use relay::{Answer, Ask, Bytes, CardState, Fault, Id, LONGEST_APDU, Reader};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::js_sys::{Function, Promise};

/// Milliseconds between two looks at a reader that nobody asks.
const BETWEEN_LOOKS: u32 = 250;
/// The smallest frames of all generations.
const FRAME: usize = 64;

/// What the desk tells.
pub enum News {
    /// What lies on the reader is another than before.
    Changed,
    /// The answer to a page's request.
    Answer(Id, Result<Answer, Fault>),
    /// What the card on the reader is, for the person who asked here.
    Checked(Result<String, Trouble>),
    /// The reader is gone, or was closed.
    Over(Option<Trouble>),
}

enum Wish {
    Ask(Id, Ask),
    /// The page is gone: what it had is free.
    Left,
    Check,
}

/// One reader.
pub struct Desk {
    name: String,
    card: Cell<CardState>,
    atr: RefCell<Vec<u8>>,
    /// At most one, and one more for a page that left.
    wish: Cell<Option<Wish>>,
    left: Cell<bool>,
    busy: Cell<bool>,
    closing: Cell<bool>,
    waiting: RefCell<Option<Function>>,
}

impl Desk {
    pub fn new(name: String) -> Rc<Self> {
        Rc::new(Desk {
            name,
            card: Cell::new(CardState::Absent),
            atr: RefCell::default(),
            wish: Cell::default(),
            left: Cell::default(),
            busy: Cell::default(),
            closing: Cell::default(),
            waiting: RefCell::default(),
        })
    }

    /// As a page sees it.
    pub fn readers(&self) -> Vec<Reader> {
        vec![Reader { name: self.name.clone(), card: self.card.get(), atr: Bytes(self.atr.borrow().clone()) }]
    }

    pub fn card(&self) -> CardState {
        self.card.get()
    }

    /// Takes a page's request; its answer comes as news.
    pub fn ask(&self, id: Id, ask: Ask) -> Result<(), Fault> {
        self.take(Wish::Ask(id, ask))
    }

    /// Asks the card for its version.
    pub fn check(&self) -> Result<(), Fault> {
        self.take(Wish::Check)
    }

    /// The page is gone.
    pub fn left(&self) {
        self.left.set(true);
        self.wake();
    }

    /// Gives the reader back.
    pub fn close(&self) {
        self.closing.set(true);
        self.wake();
    }

    fn take(&self, wish: Wish) -> Result<(), Fault> {
        if self.busy.replace(true) {
            return Err(Fault::Busy);
        }
        self.wish.set(Some(wish));
        self.wake();
        Ok(())
    }

    fn wake(&self) {
        if let Some(resolve) = self.waiting.borrow_mut().take() {
            // a resolver does not throw
            let _ = resolve.call0(&JsValue::NULL);
        }
    }

    async fn wait(&self, milliseconds: u32) {
        let woken = Promise::new(&mut |resolve, _| {
            self.waiting.borrow_mut().replace(resolve);
        });
        // it is not rejected
        let _ = within(&woken, milliseconds).await;
    }

    fn next(&self) -> Option<Wish> {
        if self.left.replace(false) { Some(Wish::Left) } else { self.wish.take() }
    }

    fn seen(&self, card: CardState, atr: &[u8]) -> bool {
        let before = self.card.replace(card);
        let same = before == card && *self.atr.borrow() == atr;
        self.atr.replace(atr.to_vec());
        !same
    }
}

/// Watches the reader, and does what is wished, until it is closed or gone.
pub async fn serve(mut reader: UsbReader, desk: Rc<Desk>, tell: impl Fn(News)) {
    let mut held = false;
    let mut trouble = reader.run(Task::Open).await.err();
    while trouble.is_none() && !desk.closing.get() {
        let Some(wish) = desk.next() else {
            trouble = look(&mut reader, &desk, &mut held, &tell).await.err();
            if desk.wish_is_there() {
                continue;
            }
            desk.wait(BETWEEN_LOOKS).await;
            continue;
        };
        match wish {
            Wish::Left => {
                if held {
                    // a card that is gone is free, too
                    let _ = reader.run(Task::Release).await;
                    held = false;
                }
            }
            Wish::Ask(id, ask) => {
                let answer = carry_out(&mut reader, &desk, &mut held, ask).await;
                desk.busy.set(false);
                tell(News::Answer(id, answer));
            }
            Wish::Check => {
                let checked = version(&mut reader).await;
                // so that the next one begins with a fresh card
                let _ = reader.run(Task::Release).await;
                desk.busy.set(false);
                tell(News::Checked(checked));
            }
        }
    }
    if let Some(Wish::Ask(id, _)) = desk.wish.take() {
        tell(News::Answer(id, Err(Fault::NoReader)));
    }
    // a reader that does not answer any more is given back all the same
    let _ = reader.run(Task::Release).await;
    reader.close().await;
    tell(News::Over(trouble));
}

impl Desk {
    fn wish_is_there(&self) -> bool {
        let wish = self.wish.take();
        let there = wish.is_some() || self.left.get() || self.closing.get();
        self.wish.set(wish);
        there
    }
}

/// What lies on the reader now. Troubles of a card leave the reader as it is; a reader that is confused is opened anew, once.
async fn look(reader: &mut UsbReader, desk: &Desk, held: &mut bool, tell: &impl Fn(News)) -> Result<(), Trouble> {
    let seen = match reader.run(Task::Look).await {
        Ok(Outcome::Presence(Presence::Absent)) => CardState::Absent,
        Ok(Outcome::Presence(Presence::Connected)) if *held => CardState::InUse,
        Ok(_) => CardState::Present,
        Err(trouble) => match fault(&trouble) {
            Fault::NoCard | Fault::CardGone => CardState::Absent,
            Fault::Mute => CardState::Mute,
            Fault::NoReader | Fault::InUse => return Err(trouble),
            _ => {
                trace::note(&format!("opened anew: {}", trouble.detail));
                reader.run(Task::Open).await?;
                CardState::Absent
            }
        },
    };
    if seen != CardState::InUse {
        *held = false;
    }
    let atr = if seen == CardState::InUse { desk.atr.borrow().clone() } else { Vec::new() };
    if desk.seen(seen, &atr) {
        tell(News::Changed);
    }
    Ok(())
}

async fn carry_out(reader: &mut UsbReader, desk: &Desk, held: &mut bool, ask: Ask) -> Result<Answer, Fault> {
    let task = match ask {
        // answered where it comes in
        Ask::List => return Ok(Answer::Readers(desk.readers())),
        Ask::Connect { reader: name } if name != desk.name => return Err(Fault::NoReader),
        Ask::Connect { .. } => {
            if std::mem::take(held) {
                // what it had is given back first
                let _ = reader.run(Task::Release).await;
            }
            // a core wants to have looked since the card came
            reader.run(Task::Look).await.map_err(|trouble| fault(&trouble))?;
            Task::Connect
        }
        _ if !*held => return Err(Fault::NotConnected),
        Ask::Transmit { apdu: Bytes(apdu) } => Task::Exchange(apdu),
        Ask::Control { .. } => return Err(Fault::Unsupported),
        Ask::Disconnect { .. } => Task::Release,
    };
    let outcome = reader.run(task).await.map_err(|trouble| fault(&trouble));
    match outcome {
        Ok(Outcome::Connected(card)) => {
            *held = true;
            desk.seen(CardState::InUse, &card.atr);
            Ok(Answer::Connected(Bytes(card.atr)))
        }
        Ok(Outcome::Answer(answer)) if answer.len() <= LONGEST_APDU => Ok(Answer::Data(Bytes(answer))),
        Ok(Outcome::Released) => {
            *held = false;
            Ok(Answer::Done)
        }
        Ok(_) => Err(Fault::Failed),
        Err(fault) => {
            // the card is to be connected anew
            *held = false;
            Err(if fault == Fault::NoCard { Fault::CardGone } else { fault })
        }
    }
}

/// GetVersion, the first thing that anybody asks a card.
async fn version(reader: &mut UsbReader) -> Result<String, Trouble> {
    reader.run(Task::Look).await?;
    reader.run(Task::Connect).await?;
    let unread = |error: desfire::Error| Trouble::new("not-desfire", error.to_string());
    let mut channel = Channel::new(Framing::Wrapped, FRAME);
    let mut frame = channel.begin(GetVersion.request()).map_err(unread)?;
    loop {
        let answer = match reader.run(Task::Exchange(frame)).await? {
            Outcome::Answer(answer) => answer,
            other => return Err(Trouble::new("confused", format!("{other:?}"))),
        };
        match channel.answer(&answer).map_err(unread)? {
            desfire::Step::Send(next) => frame = next,
            desfire::Step::Done(answer) => {
                let version = GetVersion.reply(&answer).map_err(unread)?;
                return Ok(format!("DESFire {:?}", version.model()).replace("Ev", "EV"));
            }
        }
    }
}

fn fault(trouble: &Trouble) -> Fault {
    match trouble.say {
        "no-card" => Fault::NoCard,
        "card-gone" => Fault::CardGone,
        "mute" | "wrong-card" => Fault::Mute,
        "in-use" => Fault::InUse,
        "unplugged" | "blocked" => Fault::NoReader,
        "timeout" => Fault::Timeout,
        "too-long" => Fault::TooLong,
        "unsupported" => Fault::Unsupported,
        _ => Fault::Failed,
    }
}
