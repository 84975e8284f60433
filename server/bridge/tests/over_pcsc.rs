//! The program itself over the system's PC/SC with a virtual reader, a page that the test plays, and a person who types.
//! `cargo xtask test` runs it; it says where the reader waits for a card and which program is one.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails, and takes the time"
)]

mod page;

use page::{ORIGIN, Page};
use pcsc::{Context, Protocols, Scope, ShareMode};
use relay::{Answer, Ask, CardState, Fault, FromRelay, Leaving, Reader, Token};
use std::env;
use std::ffi::CString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::time::sleep;

const PROGRAM: &str = env!("CARGO_BIN_EXE_congthe-bridge");
const READER: &str = "Virtual PCD 00 00";

/// A program beside the test; it ends with it.
struct Beside(Child);

impl Drop for Beside {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// A card on the reader until it is dropped.
fn card() -> Beside {
    let mut card = Command::new(env::var("CONGTHE_TEST_XTASK").unwrap());
    card.args(["virtual-card", "--model", "ev2", "--vpcd", &env::var("CONGTHE_TEST_VPCD").unwrap()]);
    Beside(card.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

struct Desk {
    program: Beside,
    shown: BufReader<ChildStdout>,
    port: u16,
}

impl Desk {
    fn open(state: &Path) -> Self {
        let mut program = Command::new(PROGRAM);
        program.args(["--allow", ORIGIN, "--port", "0", "--state"]).arg(state);
        let mut program = Beside(program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap());
        let shown = BufReader::new(program.0.stdout.take().unwrap());
        let mut desk = Desk { program, shown, port: 0 };
        let line = desk.line(|line| line.contains("127.0.0.1:"));
        desk.port = line.split("127.0.0.1:").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        desk
    }

    /// The next line on the terminal in which this holds.
    fn line(&mut self, holds: impl Fn(&str) -> bool) -> String {
        loop {
            let mut line = String::new();
            assert!(self.shown.read_line(&mut line).unwrap() > 0, "the program ended");
            if holds(line.trim()) {
                return line.trim().to_owned();
            }
        }
    }

    async fn pair(&mut self) -> (Page, Token) {
        let mut page = Page::open(self.port, ORIGIN).await.unwrap();
        page.hello(None).await;
        let FromRelay::Pairing(code) = page.hear().await else { panic!("no code") };
        self.line(|line| line == code.digits());
        writeln!(self.program.0.stdin.as_mut().unwrap(), "y").unwrap();
        let FromRelay::Paired(token) = page.hear().await else { panic!("no token") };
        page.ready().await;
        (page, token)
    }
}

fn ours(readers: &[Reader]) -> &Reader {
    readers.iter().find(|reader| reader.name == READER).unwrap()
}

async fn lies(page: &mut Page, state: CardState) {
    let there = |event: &FromRelay| matches!(event, FromRelay::Event(Ok(readers)) if ours(readers).card == state);
    page.event(there).await;
}

/// MIFARE DESFire's GetVersion: hardware and software of 7 bytes each, then 14 bytes with the identifier.
async fn get_version(page: &mut Page) {
    let first = page.transmit(&[0x90, 0x60, 0, 0, 0]).await.unwrap();
    let second = page.transmit(&[0x90, 0xAF, 0, 0, 0]).await.unwrap();
    let third = page.transmit(&[0x90, 0xAF, 0, 0, 0]).await.unwrap();
    assert_eq!((first.len(), &first[7..]), (9, &[0x91, 0xAF][..]));
    assert_eq!((second.len(), &second[7..]), (9, &[0x91, 0xAF][..]));
    assert_eq!((third.len(), &third[14..]), (16, &[0x91, 0x00][..]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_uses_a_card_over_pcsc() {
    if env::var_os("CONGTHE_TEST_VPCD").is_none() {
        return println!("left out: `cargo xtask test --only card` starts a virtual reader for this");
    }
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(&folder.path().join("pairings.json"));
    let (mut page, token) = desk.pair().await;

    // a second bridge says that there is one
    let second = Command::new(PROGRAM).args(["--allow", ORIGIN, "--port", &desk.port.to_string()]).output().unwrap();
    assert!(!second.status.success() && String::from_utf8(second.stderr).unwrap().contains("running already"));

    // the reader is there, and nothing lies on it
    sleep(Duration::from_millis(500)).await;
    let Ok(Answer::Readers(readers)) = page.request(Ask::List).await else { panic!("no list") };
    assert_eq!((ours(&readers).card, ours(&readers).atr.0.len()), (CardState::Absent, 0));
    assert_eq!(page.connect(READER).await, Err(Fault::NoCard));
    assert_eq!(page.connect("Another").await, Err(Fault::NoReader));

    let on_reader = card();
    lies(&mut page, CardState::Present).await;
    assert_eq!(page.connect(READER).await, Ok(vec![0x3B, 0x81, 0x80, 0x01, 0x80, 0x80]));
    get_version(&mut page).await;
    assert_eq!(page.request(Ask::Control { data: vec![0xFF, 0, 0x48, 0, 0].into() }).await, Err(Fault::Unsupported));

    // a second page, and a second program
    let mut other = Page::known(desk.port, &token).await;
    assert_eq!(other.connect(READER).await, Err(Fault::InUse));
    assert_eq!(page.request(Ask::Disconnect { card: Leaving::Reset }).await, Ok(Answer::Done));
    let program = Context::establish(Scope::User).unwrap();
    let name = CString::new(READER).unwrap();
    let program = program.connect(&name, ShareMode::Shared, Protocols::ANY).unwrap();
    assert_eq!(page.connect(READER).await, Err(Fault::InUse));
    drop(program);
    assert!(other.connect(READER).await.is_ok());
    drop(other);
    while page.connect(READER).await == Err(Fault::InUse) {
        sleep(Duration::from_millis(20)).await;
    }
    get_version(&mut page).await;

    // taken away between two frames, and asked for more before the reader has noticed
    assert_eq!(page.transmit(&[0x90, 0x60, 0, 0, 0]).await.map(|answer| answer.len()), Ok(9));
    drop(on_reader);
    let taken = Instant::now();
    assert_eq!(page.transmit(&[0x90, 0xAF, 0, 0, 0]).await, Err(Fault::CardGone));
    lies(&mut page, CardState::Absent).await;
    println!("the page knew after {:?}", taken.elapsed());
    assert_eq!(page.transmit(&[0x90, 0xAF, 0, 0, 0]).await, Err(Fault::NotConnected));

    let _on_reader = card();
    lies(&mut page, CardState::Present).await;
    page.connect(READER).await.unwrap();
    get_version(&mut page).await;
}
