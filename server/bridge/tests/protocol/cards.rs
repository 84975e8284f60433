//! Readers and cards: one page each, and nothing that hangs takes anything else with it.
use crate::fake::{ATR, HANG};
use crate::page::Page;
use crate::{limits, start, start_with};
use bridge::limits::Limits;
use relay::{Answer, Ask, CardState, Fault, FromRelay, Leaving};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Whether the event tells that this lies on the one reader.
fn tells(event: &FromRelay, state: CardState) -> bool {
    matches!(event, FromRelay::Event(Ok(readers)) if readers.len() == 1 && readers[0].card == state)
}

async fn until(mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("it does not come to pass");
}

#[tokio::test]
async fn bytes_go_to_the_card_and_back() {
    let bridge = start().await;
    bridge.desk.lay_card("A");
    let (mut page, _) = Page::paired(bridge.port).await;
    let readers = loop {
        match page.request(Ask::List).await {
            Ok(Answer::Readers(readers)) if !readers.is_empty() => break readers,
            _ => sleep(Duration::from_millis(10)).await, // not looked yet
        }
    };
    assert_eq!((readers[0].name.as_str(), readers[0].card, &readers[0].atr.0[..]), ("A", CardState::Present, &ATR[..]));

    assert_eq!(page.transmit(&[0x60]).await, Err(Fault::NotConnected));
    assert_eq!(page.connect("A").await, Ok(ATR.to_vec()));
    assert_eq!(page.transmit(&[0x90, 0x60, 0]).await, Ok(vec![0, 0x60, 0x90]));
    let long: Vec<u8> = (0..65_544_u32).map(|place| place.to_le_bytes()[0]).collect();
    assert_eq!(page.transmit(&long).await.map(|answer| answer.len()), Ok(65_544));
    let control = page.request(Ask::Control { data: vec![0xFF, 0].into() }).await;
    assert_eq!(control, Ok(Answer::Data(vec![0xFF, 0].into())));
    assert_eq!(page.request(Ask::Control { data: vec![].into() }).await, Err(Fault::Unsupported));
    assert_eq!(page.transmit(&[1]).await, Ok(vec![1]), "a fault that does not end the connection");
    assert_eq!(page.request(Ask::Disconnect { card: Leaving::Unpower }).await, Ok(Answer::Done));
    assert_eq!(bridge.desk.left("A"), [Leaving::Unpower]);
    assert_eq!(page.request(Ask::Disconnect { card: Leaving::Leave }).await, Err(Fault::NotConnected));
    assert_eq!(page.connect("B").await, Err(Fault::NoReader));
    assert_eq!(page.connect("A\0").await, Err(Fault::NoReader));
}

#[tokio::test]
async fn a_reader_is_one_pages_at_a_time() {
    let bridge = start().await;
    bridge.desk.lay_card("A");
    let (mut first, token) = Page::paired(bridge.port).await;
    let mut second = Page::known(bridge.port, &token).await;
    assert_eq!(first.connect("A").await, Ok(ATR.to_vec()));
    assert_eq!(second.connect("A").await, Err(Fault::InUse));
    second.event(|event| tells(event, CardState::InUse)).await;
    assert_eq!(first.connect("A").await, Ok(ATR.to_vec()), "one's own reader is taken anew");
    assert_eq!(bridge.desk.left("A"), [Leaving::Reset]);
    drop(first);
    until(|| bridge.desk.left("A") == [Leaving::Reset, Leaving::Reset]).await;
    second.event(|event| tells(event, CardState::Present)).await;
    assert_eq!(second.connect("A").await, Ok(ATR.to_vec()));
}

#[tokio::test]
async fn another_program_may_have_the_reader() {
    let bridge = start().await;
    bridge.desk.lay_card("A");
    bridge.desk.state().readers.get_mut("A").unwrap().in_use = true;
    let (mut page, _) = Page::paired(bridge.port).await;
    assert_eq!(page.connect("A").await, Err(Fault::InUse));
    bridge.desk.state().readers.get_mut("A").unwrap().in_use = false;
    assert_eq!(page.connect("A").await, Ok(ATR.to_vec()));
}

#[tokio::test]
async fn a_card_that_is_taken_away_is_gone_and_comes_back() {
    let bridge = start().await;
    bridge.desk.lay_card("A");
    let (mut page, _) = Page::paired(bridge.port).await;
    page.connect("A").await.unwrap();
    bridge.desk.take_card("A");
    let taken = Instant::now();
    page.event(|event| tells(event, CardState::Absent)).await;
    assert!(taken.elapsed() < Duration::from_millis(300), "{:?}", taken.elapsed());
    assert_eq!(page.transmit(&[0x60]).await, Err(Fault::CardGone));
    assert_eq!(page.transmit(&[0x60]).await, Err(Fault::NotConnected));
    assert_eq!(page.connect("A").await, Err(Fault::NoCard));
    bridge.desk.lay_card("A");
    page.event(|event| tells(event, CardState::Present)).await;
    page.connect("A").await.unwrap();
    // away and back between two commands
    bridge.desk.lay_card("A");
    assert_eq!(page.transmit(&[0x60]).await, Err(Fault::CardGone));
    page.connect("A").await.unwrap();
}

#[tokio::test]
async fn a_call_that_does_not_come_back_keeps_its_own_reader_only() {
    let bridge = start().await;
    for reader in ["A", "B"] {
        bridge.desk.lay_card(reader);
    }
    let (mut page, token) = Page::paired(bridge.port).await;
    page.connect("A").await.unwrap();
    bridge.desk.hang(true);
    let call = page.ask(Ask::Transmit { apdu: HANG.to_vec().into() }).await;
    assert_eq!(page.transmit(&[1]).await, Err(Fault::Busy));
    assert!(matches!(page.request(Ask::List).await, Ok(Answer::Readers(_))));
    let mut other = Page::known(bridge.port, &token).await;
    assert_eq!(other.connect("B").await, Ok(ATR.to_vec()));
    assert_eq!(other.transmit(&[1, 2]).await, Ok(vec![2, 1]));
    assert_eq!(page.answer(call).await, Err(Fault::Timeout));
    assert_eq!(page.connect("A").await, Err(Fault::InUse));
    bridge.desk.hang(false);
    until(|| bridge.desk.left("A") == [Leaving::Reset]).await;
    assert_eq!(page.connect("A").await, Ok(ATR.to_vec()));
}

#[tokio::test]
async fn a_connect_that_comes_too_late_is_taken_back() {
    let bridge = start().await;
    bridge.desk.lay_card("A");
    bridge.desk.state().readers.get_mut("A").unwrap().stuck = true;
    bridge.desk.hang(true);
    let (mut page, _) = Page::paired(bridge.port).await;
    assert_eq!(page.connect("A").await, Err(Fault::Timeout));
    assert_eq!(page.connect("A").await, Err(Fault::InUse));
    bridge.desk.hang(false);
    until(|| bridge.desk.left("A") == [Leaving::Reset]).await;
    assert_eq!(page.connect("A").await, Ok(ATR.to_vec()));
}

#[tokio::test]
async fn a_page_may_go_while_its_call_is_under_way() {
    let bridge = start().await;
    bridge.desk.lay_card("A");
    let (mut page, token) = Page::paired(bridge.port).await;
    page.connect("A").await.unwrap();
    bridge.desk.hang(true);
    page.ask(Ask::Transmit { apdu: HANG.to_vec().into() }).await;
    assert!(matches!(page.request(Ask::List).await, Ok(Answer::Readers(_))));
    drop(page);
    let mut other = Page::known(bridge.port, &token).await;
    assert_eq!(other.connect("A").await, Err(Fault::InUse));
    bridge.desk.hang(false);
    until(|| bridge.desk.left("A") == [Leaving::Reset]).await;
    assert_eq!(other.connect("A").await, Ok(ATR.to_vec()));
}

#[tokio::test]
async fn the_service_may_stop_and_start_again() {
    let bridge = start().await;
    bridge.desk.state().no_service = true;
    let (mut page, _) = Page::paired(bridge.port).await;
    until(|| bridge.desk.state().no_service).await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(page.request(Ask::List).await, Err(Fault::NoService));
    assert_eq!(page.connect("A").await, Err(Fault::NoService));
    bridge.desk.lay_card("A");
    bridge.desk.state().no_service = false;
    page.event(|event| tells(event, CardState::Present)).await;
    bridge.desk.state().no_service = true;
    page.event(|event| *event == FromRelay::Event(Err(Fault::NoService))).await;
}

#[tokio::test]
async fn the_end_waits_for_nobody() {
    let mut bridge = start_with(Limits { transmit: Duration::from_secs(60), ..limits() }).await;
    bridge.desk.lay_card("A");
    let (mut page, token) = Page::paired(bridge.port).await;
    let mut idle = Page::known(bridge.port, &token).await;
    page.connect("A").await.unwrap();
    bridge.desk.hang(true);
    page.ask(Ask::Transmit { apdu: HANG.to_vec().into() }).await;
    let begun = Instant::now();
    _ = bridge.stop.take().unwrap().send(());
    assert_eq!(idle.closed().await, 1001);
    assert_eq!(page.closed().await, 1001);
    bridge.served.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    bridge.desk.hang(false);
}
