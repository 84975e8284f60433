//! The bridge from its start to its end.
use crate::asks::Asks;
use crate::chance::Chance;
use crate::desk::Desk;
use crate::door::{self, Bridge, MOST_PAGES};
use crate::limits::Limits;
use crate::origin::Origin;
use crate::pairing::Pairing;
use crate::readers::Readers;
use crate::tokens::Tokens;
use crate::watch;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io::{self, ErrorKind};
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// Connections that are not WebSockets yet; a browser opens few.
const MOST_CONNECTIONS: usize = 64;
/// Request line and headers, in bytes.
const LONGEST_HEAD: usize = 32 * 1024;

/// What a bridge is made of.
pub struct Parts {
    /// Whose pages may come in.
    pub allowed: Vec<Origin>,
    /// The system's readers.
    pub readers: Arc<dyn Readers>,
    /// The person at the desk.
    pub asks: Arc<dyn Asks>,
    /// Who was let in before.
    pub tokens: Tokens,
    /// Codes and tokens come from here.
    pub chance: Chance,
    /// How long anything may take.
    pub limits: Limits,
}

/// Why the bridge does not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody listens there already.
    #[error("port {0} of this machine is taken: a bridge is running already, perhaps of another user")]
    Taken(u16),
    /// The system refuses.
    #[error("nothing can listen on port {0} of this machine")]
    Port(u16, #[source] io::Error),
    /// The system refuses.
    #[error("the bridge cannot run")]
    Run(#[source] io::Error),
}

/// Listens on this machine only; port 0 is one that nobody uses.
pub async fn listen(port: u16) -> Result<TcpListener, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Error::Taken(port),
        _ => Error::Port(port, error),
    })
}

/// Lets pages in until `stop`; then every card is reset, as far as its reader still answers.
pub async fn serve(listener: TcpListener, parts: Parts, stop: impl Future<Output = ()>) -> Result<(), Error> {
    let limits = parts.limits;
    let (stopping, is_stopping) = tokio::sync::watch::channel(false);
    let desk = Desk::new(Arc::clone(&parts.readers), limits);
    let places = Arc::new(Semaphore::new(MOST_PAGES as usize));
    let mut readers = watch::start(parts.readers, limits.look).map_err(Error::Run)?;
    // so that the first page hears what there is; a service that is slow to answer is not waited for
    _ = timeout(limits.stop, readers.changed()).await;
    let bridge = Arc::new(Bridge {
        allowed: parts.allowed,
        port: listener.local_addr().map_err(Error::Run)?.port(),
        pairing: Pairing::new(parts.asks, parts.tokens, parts.chance, limits),
        desk: desk.clone(),
        readers,
        limits,
        stopping: is_stopping,
        places: Arc::clone(&places),
    });
    let router = door::router(bridge);
    tokio::select! {
        () = accept(listener, &router, limits) => {}
        () = stop => {}
    }
    _ = stopping.send(true);
    let all_gone = async {
        _ = places.acquire_many(MOST_PAGES).await;
        while !desk.is_empty() {
            sleep(limits.look / 10).await;
        }
    };
    if timeout(limits.stop, all_gone).await.is_err() {
        tracing::warn!("a reader does not answer; the bridge ends without it");
    }
    Ok(())
}

/// Each connection has a limited time to become a WebSocket, which then goes on by itself.
async fn accept(listener: TcpListener, router: &Router, limits: Limits) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.hello).max_buf_size(LONGEST_HEAD);
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!("no connection can be taken: {error}");
                sleep(limits.look).await; // such as too many open files
                continue;
            }
        };
        let Ok(place) = Arc::clone(&connections).try_acquire_owned() else { continue };
        _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        tokio::spawn(async move {
            _ = timeout(2 * limits.hello, connection).await;
            drop(place);
        });
    }
}
