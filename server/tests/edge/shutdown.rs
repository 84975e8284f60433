use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use server::serve::{Ended, listen, run};
use tokio::sync::oneshot;

async fn stopped_while_at_work(work: Duration, deadline: Duration) -> (Ended, String) {
    let (begun, has_begun) = oneshot::channel();
    let begun = Arc::new(Mutex::new(Some(begun)));
    let routes = Router::new().route(
        "/",
        on_get(move || async move {
            if let Some(begun) = begun.lock().unwrap().take() {
                begun.send(()).unwrap();
            }
            tokio::time::sleep(work).await;
            "finished"
        }),
    );
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = oneshot::channel::<()>();
    let serving = tokio::spawn(run(listener, routes, async move { stopping.await.unwrap() }, deadline));
    let mut socket = TcpStream::connect(address).unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    has_begun.await.unwrap();
    stop.send(()).unwrap();
    let ended = serving.await.unwrap().unwrap();
    let mut answer = String::new();
    if ended == Ended::Clean {
        socket.read_to_string(&mut answer).unwrap();
    }
    (ended, answer)
}

#[tokio::test]
async fn a_request_at_work_is_answered() {
    let (ended, answer) = stopped_while_at_work(Duration::from_millis(100), Duration::from_secs(20)).await;
    assert_eq!(ended, Ended::Clean);
    assert!(answer.ends_with("finished"), "{answer}");
}

#[tokio::test]
async fn the_deadline_cuts_off() {
    let (ended, _) = stopped_while_at_work(Duration::from_secs(60), Duration::from_millis(100)).await;
    assert_eq!(ended, Ended::CutOff);
}
