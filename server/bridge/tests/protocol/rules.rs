//! Whoever breaks the rules of the messages is answered or closed, and takes nobody with them.
use crate::page::Page;
use crate::start;
use relay::{Answer, Ask, Fault, FromRelay, LONGEST_MESSAGE, Refusal};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

#[tokio::test]
async fn what_is_no_request_is_answered_where_it_has_an_id() {
    let bridge = start().await;
    let (mut page, _) = Page::paired(bridge.port).await;
    for (text, fault) in [
        (r#"{"id":900,"explode":{}}"#.to_owned(), Fault::Malformed),
        (r#"{"id":900,"transmit":{"apdu":"9"}}"#.to_owned(), Fault::Malformed),
        (r#"{"id":900,"transmit":{"apdu":""}}"#.to_owned(), Fault::Malformed),
        (format!(r#"{{"id":900,"transmit":{{"apdu":"{}"}}}}"#, "00".repeat(65_545)), Fault::TooLong),
    ] {
        page.say(&text).await;
        assert_eq!(page.answer(900).await, Err(fault));
    }
    assert_eq!(page.request(Ask::List).await, Ok(Answer::Readers(vec![])));
}

#[tokio::test]
async fn what_is_no_message_ends_the_talk() {
    let bridge = start().await;
    let (_, token) = Page::paired(bridge.port).await;
    for text in ["", "{", "{}", r#"{"hello":{"version":1,"token":null}}"#, &"[".repeat(100_000)] {
        let mut page = Page::known(bridge.port, &token).await;
        page.say(text).await;
        page.event_or_refusal().await;
        assert_eq!(page.closed().await, 1008);
    }
    let not_utf8 = Message::Frame(Frame::message(vec![0xC3, 0x28], OpCode::Data(Data::Text), true));
    for (message, code) in [
        (Message::binary(vec![0; 8]), 1003),
        (not_utf8, 1007),
        (Message::text("0".repeat(LONGEST_MESSAGE + 1)), 1009),
        (Message::text("0".repeat(2 * LONGEST_MESSAGE + 1)), 1009),
    ] {
        let mut page = Page::known(bridge.port, &token).await;
        page.send(message).await;
        assert_eq!(page.closed().await, code);
    }
    Page::known(bridge.port, &token).await;
}

impl Page {
    async fn event_or_refusal(&mut self) {
        loop {
            match self.hear().await {
                FromRelay::Event(_) => {}
                heard => return assert_eq!(heard, FromRelay::Refused(Refusal::Malformed)),
            }
        }
    }
}
