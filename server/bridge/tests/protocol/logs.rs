//! What is written down: who uses which reader, and nothing of what passes.
use crate::page::{ORIGIN, Page};
use crate::start;
use relay::{Ask, FromRelay};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Everything that the bridge itself says at any level, on this thread: the test's runtime has no other.
#[tokio::test]
async fn no_bytes_codes_or_tokens_are_written_down() {
    let written = Written::default();
    let all = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(written.clone()).finish();
    let _all = tracing::subscriber::set_default(all);
    let bridge = start().await;
    bridge.desk.lay_card("A\x1b[2J");
    // another test may have met a line of the program at the moment when nobody listened to it
    tracing::callsite::rebuild_interest_cache();
    let mut page = Page::open(bridge.port, ORIGIN).await.unwrap();
    page.hello(None).await;
    let FromRelay::Pairing(code) = page.hear().await else { panic!("no code") };
    let FromRelay::Paired(token) = page.hear().await else { panic!("no token") };
    page.ready().await;
    page.connect("A\x1b[2J").await.unwrap();
    page.transmit(&[0xA7, 0xB7, 0xC7, 0xD7]).await.unwrap();
    page.request(Ask::Control { data: vec![0xA7, 0xB7, 0xC7, 0xD7].into() }).await.unwrap();
    page.say(r#"{"id":77,"transmit":{"apdu":"A7B7C7D"}}"#).await;
    page.answer(77).await.unwrap_err();
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap().to_lowercase();
    // hyper and tungstenite tell more at their lowest levels; the program shows the lines of `bridge` alone
    let own: Vec<_> = text.lines().filter(|line| line.contains("bridge")).collect();
    let own = own.join("\n");
    assert!(own.contains("the.example connected") && own.contains("uses a\\u{1b}[2j"), "{own}");
    for secret in [code.digits(), &String::from(token), "a7b7", "167, 183", "3b81", "\u{1b}[2j"] {
        assert!(!own.contains(secret), "{secret}: {own}");
    }
}
