//! Who gets in: the door, and pairing.
use crate::page::{ORIGIN, Page};
use crate::{limits, start, start_with};
use bridge::limits::Limits;
use relay::{FromRelay, Refusal, Token};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// The answer's first line and headers to a request without a body.
async fn http(port: u16, line: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("{line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.to_lowercase()
}

async fn upgrade(port: u16, host: &str, origins: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!(
        "GET /relay HTTP/1.1\r\nHost: {host}\r\n{origins}Connection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    String::from_utf8(answer.to_vec()).unwrap()
}

#[tokio::test]
async fn only_allowed_pages_that_call_this_machine_by_its_name_come_in() {
    let bridge = start().await;
    let (port, host) = (bridge.port, format!("127.0.0.1:{}", bridge.port));
    let allowed = "Origin: https://the.example\r\n";
    assert_eq!(upgrade(port, &host, allowed).await, "HTTP/1.1 101");
    assert_eq!(upgrade(port, &format!("localhost:{port}"), "Origin: http://localhost:8080\r\n").await, "HTTP/1.1 101");
    for origins in [
        "",
        "Origin: null\r\n",
        "Origin: https://evil.example\r\n",
        "Origin: http://the.example\r\n",
        "Origin: https://the.example:444\r\n",
        "Origin: https://the.example.evil.example\r\n",
        "Origin: https://the.example\r\nOrigin: https://evil.example\r\n",
    ] {
        assert_eq!(upgrade(port, &host, origins).await, "HTTP/1.1 403", "{origins}");
    }
    for host in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1", "localhost:1"] {
        assert_eq!(upgrade(port, host, allowed).await, "HTTP/1.1 403", "{host}");
    }
    assert!(bridge.person.asked().questions.is_empty());
}

#[tokio::test]
async fn there_is_nothing_else() {
    let bridge = start().await;
    let headers = format!("Host: 127.0.0.1:{}\r\nOrigin: {ORIGIN}\r\n", bridge.port);
    for (line, status) in [
        ("GET /", "404"),
        ("GET /relay/", "404"),
        ("GET /relay/../etc/passwd", "404"),
        ("POST /relay", "405"),
        ("OPTIONS /relay", "405"),
        ("DELETE /relay", "405"),
        ("GET /relay", "400"),
    ] {
        let answer = http(bridge.port, line, &headers).await;
        assert!(answer.starts_with(&format!("http/1.1 {status}")), "{line}: {answer}");
        assert!(!answer.contains("access-control"), "{answer}");
    }
}

#[tokio::test]
async fn whoever_does_not_finish_a_request_is_let_go() {
    let bridge = start_with(Limits { hello: Duration::from_millis(200), ..limits() }).await;
    for begun in ["", "GET /relay HTTP/1.1\r\nHost: 127", &format!("GET /{}", "a".repeat(100_000))] {
        let mut stream = TcpStream::connect(("127.0.0.1", bridge.port)).await.unwrap();
        _ = stream.write_all(begun.as_bytes()).await;
        // answered with an error or not at all, but over
        _ = timeout(Duration::from_secs(3), stream.read_to_end(&mut Vec::new())).await.expect("it is let go");
    }
    Page::paired(bridge.port).await;
}

#[tokio::test]
async fn a_page_is_paired_once() {
    let bridge = start().await;
    let mut page = Page::open(bridge.port, ORIGIN).await.unwrap();
    page.hello(None).await;
    let FromRelay::Pairing(code) = page.hear().await else { panic!("no code") };
    let FromRelay::Paired(token) = page.hear().await else { panic!("no token") };
    page.ready().await;
    assert_eq!(bridge.person.asked().questions, [(ORIGIN.to_owned(), code.digits().to_owned())]);

    Page::known(bridge.port, &token).await;
    assert_eq!(bridge.person.asked().questions.len(), 1);

    // of another origin the token is worth nothing
    bridge.person.says(Some(false));
    let mut other = Page::open(bridge.port, "http://localhost:8080").await.unwrap();
    other.hello(Some(&token)).await;
    assert!(matches!(other.hear().await, FromRelay::Pairing(_)));
    assert_eq!(other.hear().await, FromRelay::Refused(Refusal::No));
    assert_eq!(other.closed().await, 1008);

    // nor when pairings are forgotten while the bridge runs
    bridge.tokens.forget().unwrap();
    let mut page = Page::open(bridge.port, ORIGIN).await.unwrap();
    page.hello(Some(&token)).await;
    assert!(matches!(page.hear().await, FromRelay::Pairing(_)));
}

#[tokio::test]
async fn one_question_at_a_time_and_not_for_ever() {
    let bridge = start_with(Limits { question: Duration::from_millis(300), ..limits() }).await;
    bridge.person.says(None);
    let mut first = Page::open(bridge.port, ORIGIN).await.unwrap();
    first.hello(None).await;
    assert!(matches!(first.hear().await, FromRelay::Pairing(_)));
    let mut second = Page::open(bridge.port, ORIGIN).await.unwrap();
    second.hello(Some(&Token([9; 32]))).await;
    assert_eq!(second.hear().await, FromRelay::Refused(Refusal::Busy));
    assert_eq!(second.closed().await, 1008);
    assert_eq!(first.hear().await, FromRelay::Refused(Refusal::Expired));
    assert_eq!(bridge.person.asked().withdrawn, 1);
    Page::paired(bridge.port).await;
}

#[tokio::test]
async fn a_page_that_goes_withdraws_its_question() {
    let bridge = start().await;
    bridge.person.says(None);
    let mut page = Page::open(bridge.port, ORIGIN).await.unwrap();
    page.hello(None).await;
    assert!(matches!(page.hear().await, FromRelay::Pairing(_)));
    drop(page);
    while bridge.person.asked().withdrawn == 0 {
        sleep(Duration::from_millis(10)).await;
    }
    Page::paired(bridge.port).await;
}

#[tokio::test]
async fn whoever_asks_in_vain_waits_longer_and_longer() {
    let bridge = start_with(Limits { between_questions: Duration::from_millis(300), ..limits() }).await;
    let attempt = async || {
        let mut page = Page::open(bridge.port, ORIGIN).await.unwrap();
        page.hello(None).await;
        match page.hear().await {
            FromRelay::Pairing(_) => page.hear().await,
            other => other,
        }
    };
    bridge.person.says(Some(false));
    bridge.person.says(Some(false));
    assert_eq!(attempt().await, FromRelay::Refused(Refusal::No));
    assert_eq!(attempt().await, FromRelay::Refused(Refusal::TooMany));
    sleep(Duration::from_millis(350)).await;
    assert_eq!(attempt().await, FromRelay::Refused(Refusal::No));
    sleep(Duration::from_millis(350)).await;
    assert_eq!(attempt().await, FromRelay::Refused(Refusal::TooMany));
    sleep(Duration::from_millis(300)).await;
    assert!(matches!(attempt().await, FromRelay::Paired(_)));
    assert_eq!(bridge.person.asked().questions.len(), 3);
}

#[tokio::test]
async fn whoever_does_not_begin_with_hello_is_refused() {
    let bridge = start_with(Limits { hello: Duration::from_millis(200), ..limits() }).await;
    for (text, reason) in [
        (r#"{"hello":{"version":2,"token":null}}"#, Refusal::Version),
        (r#"{"id":1,"list":{}}"#, Refusal::Malformed),
        ("hello", Refusal::Malformed),
    ] {
        let mut page = Page::open(bridge.port, ORIGIN).await.unwrap();
        page.say(text).await;
        assert_eq!(page.hear().await, FromRelay::Refused(reason));
        assert_eq!(page.closed().await, 1008);
    }
    let mut silent = Page::open(bridge.port, ORIGIN).await.unwrap();
    assert_eq!(silent.hear().await, FromRelay::Refused(Refusal::Expired));
    assert!(bridge.person.asked().questions.is_empty());
}
