//! What passes between a page and its app, and when it ends.

use std::sync::atomic::Ordering;

use model::role::Role;
use registry::work::resume_session::IDLE_MS;
use relay::{Answer, Ask, Bytes, CardState, Fault, FromPage, FromRelay, LONGEST_APDU, LONGEST_MESSAGE, Reader};

use crate::{NOW_MS, start};

#[tokio::test]
async fn requests_go_over_and_answers_and_events_come_back() {
    let running = start().await;
    let (cookie, ..) = running.cookie("kiemtra", Role::Checker).await;
    let (other_cookie, ..) = running.cookie("phathanh", Role::IssuingOperator).await;
    let (mut page, mut app) = running.joined(&cookie).await;
    let (mut other_page, mut other_app) = running.joined(&other_cookie).await;

    let apdu = Ask::Transmit { apdu: Bytes(vec![0x90, 0x60, 0, 0, 0]) };
    page.ask(7, apdu.clone()).await;
    other_page.ask(8, Ask::List).await;
    assert_eq!(app.request().await, FromPage::Request { id: 7, ask: apdu });
    assert_eq!(other_app.request().await, FromPage::Request { id: 8, ask: Ask::List });
    let answer = FromRelay::Answer(7, Ok(Answer::Data(Bytes(vec![0x91, 0xAF]))));
    let readers = vec![Reader { name: "R".to_owned(), card: CardState::Present, atr: Bytes::default() }];
    let event = FromRelay::Event(Ok(readers));
    app.say(answer.text()).await;
    app.say(event.text()).await;
    assert_eq!(page.relay().await, answer);
    assert_eq!(page.relay().await, event);

    // the longest command there is
    let longest = Ask::Transmit { apdu: Bytes(vec![0; LONGEST_APDU]) };
    page.ask(9, longest.clone()).await;
    assert_eq!(app.request().await, FromPage::Request { id: 9, ask: longest });
}

#[tokio::test]
async fn what_is_no_message_does_not_pass() {
    let running = start().await;
    let (cookie, ..) = running.cookie("kiemtra", Role::Checker).await;
    let (mut page, mut app) = running.joined(&cookie).await;
    page.say(r#"{"id":5,"explode":{}}"#).await;
    assert_eq!(page.relay().await, FromRelay::Answer(5, Err(Fault::Malformed)));
    page.ask(6, Ask::Transmit { apdu: Bytes::default() }).await;
    assert_eq!(page.relay().await, FromRelay::Answer(6, Err(Fault::Malformed)));
    page.ask(7, Ask::List).await;
    assert_eq!(app.request().await, FromPage::Request { id: 7, ask: Ask::List }, "nothing came before it");

    // an app may not play the server
    for text in [r#"{"ready":{"version":1,"relay":"x"}}"#, r#"{"id":7,"list":{}}"#, "x"] {
        let (mut page, mut app) = running.joined(&cookie).await;
        app.say(text).await;
        assert_eq!(app.text().await, Err(1008), "{text}");
        assert_eq!(page.text().await, Err(1001), "{text}");
    }
    let (mut page, mut app) = running.joined(&cookie).await;
    page.say("x").await;
    assert!(matches!(page.relay().await, FromRelay::Refused(_)));
    assert_eq!(app.text().await, Err(1001));
    let (mut page, _app) = running.joined(&cookie).await;
    page.say(" ".repeat(LONGEST_MESSAGE + 1)).await;
    assert_eq!(page.text().await, Err(1009));
}

#[tokio::test]
async fn when_one_goes_so_does_the_other() {
    let running = start().await;
    let (cookie, ..) = running.cookie("kiemtra", Role::Checker).await;
    let (page, mut app) = running.joined(&cookie).await;
    page.leave().await;
    assert_eq!(app.text().await, Err(1001));
    let (mut page, app) = running.joined(&cookie).await;
    app.leave().await;
    assert_eq!(page.text().await, Err(1001));
}

#[tokio::test]
async fn the_end_of_the_session_ends_both() {
    let running = start().await;
    let (cookie, id, hash) = running.cookie("kiemtra", Role::Checker).await;
    let (mut page, mut app) = running.joined(&cookie).await;
    running.end_session(id, hash).await;
    assert_eq!(page.text().await, Err(1008));
    assert_eq!(app.text().await, Err(1001));

    // being connected is no use of a session
    let (cookie, ..) = running.cookie("phathanh", Role::IssuingOperator).await;
    let (mut page, mut app) = running.joined(&cookie).await;
    running.now.store(NOW_MS + IDLE_MS + 1, Ordering::SeqCst);
    assert_eq!(page.text().await, Err(1008));
    assert_eq!(app.text().await, Err(1001));
}
