//! From a router to a running portal.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::ServiceBuilder;

use crate::config::Config;
use crate::entropy::Draw;
use crate::headers::{self, Policy};
use crate::origin::{self, AppOrigin, Origin, Ours};
use crate::{client, limits, metrics, observe, refusal};

/// What stands between the socket and the routes.
#[derive(Clone)]
pub struct Edge {
    /// The portal's origin, as browsers see it.
    pub public_origin: Origin,
    /// Isolated Web Apps that may offer a reader.
    pub reader_apps: Arc<[AppOrigin]>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Arc<[IpAddr]>,
    /// The largest body a request may have, in bytes; [`app::body_limit`] names what may be larger.
    pub body_limit: usize,
    /// The longest a request may take until its answer begins.
    pub request_timeout: Duration,
    /// Where nonces and reference numbers are drawn from.
    pub draw: Draw,
}

impl Edge {
    /// The edge that the configuration asks for.
    pub fn new(config: &Config, draw: Draw) -> Self {
        Self {
            public_origin: config.public_origin.clone(),
            reader_apps: config.reader_apps.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            body_limit: config.body_limit,
            request_timeout: config.request_timeout,
            draw,
        }
    }
}

/// Puts the edge around the routes: from the outside in, reference number and access log, metrics, security headers,
/// words, panics, client address, origin, time, size. The router's fallback is inside as well.
pub fn wrap(router: Router, edge: &Edge) -> Router {
    let ours = Ours { portal: edge.public_origin.clone(), apps: edge.reader_apps.clone() };
    let policy = Policy { https: edge.public_origin.is_https(), draw: edge.draw.clone() };
    // in one piece: each call of `Router::layer` boxes all that is inside once more, and a request clones every box that it passes
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(edge.draw.clone(), observe::observe))
        .layer(from_fn(metrics::measure))
        .layer(from_fn_with_state(policy, headers::secure))
        .layer(from_fn(refusal::reword))
        .layer(from_fn(limits::contain))
        .layer(from_fn_with_state(edge.trusted_proxies.clone(), client::identify))
        .layer(from_fn_with_state(ours, origin::guard))
        .layer(from_fn_with_state(edge.request_timeout, limits::hurry))
        .layer(from_fn_with_state(edge.body_limit, limits::bound))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(hand_over));
    router.layer(layers)
}

/// Tells the screens, in their own terms, what the layers around them found out about the request.
async fn hand_over(mut request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let nonce = extensions.get::<headers::Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
    let reference = extensions.get::<observe::Reference>().map(|number| number.to_string()).unwrap_or_default();
    let address = extensions.get::<client::Client>().map(|client| client.address.to_string()).unwrap_or_default();
    let extensions = request.extensions_mut();
    extensions.insert(app::Nonce(nonce));
    extensions.insert(app::Reference(reference));
    extensions.insert(app::ClientAddress(address));
    next.run(request).await
}

/// How serving came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every request that had begun was answered.
    Clean,
    /// The deadline passed with requests unanswered; they were cut off.
    CutOff,
}

/// The portal could not be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// The socket broke.
    #[error("the listening socket failed")]
    Socket(#[source] io::Error),
    /// No handler for the end signal.
    #[error("the signal to end cannot be awaited")]
    Signal(#[source] io::Error),
}

/// Opens the socket.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Serves until `stop` completes, then takes no new connection and waits at most `deadline` for those at work.
pub async fn run(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
    deadline: Duration,
) -> Result<Ended, ServeError> {
    let (stopped, stopping) = oneshot::channel();
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
    });
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            stop.await;
            tracing::info!(seconds = deadline.as_secs(), "stopping: no new connections, waiting for those at work");
            // The receiver is gone only when serving is over anyway.
            let _ = stopped.send(());
        });
    let cut_off = async move {
        match stopping.await {
            Ok(()) => tokio::time::sleep(deadline).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        outcome = serving.into_future() => outcome.map(|()| Ended::Clean).map_err(ServeError::Socket),
        () = cut_off => Ok(Ended::CutOff),
    }
}

/// Registers for Ctrl-C and SIGTERM; the future completes at the first of them.
pub fn end_signal() -> Result<impl Future<Output = ()> + Send + 'static, ServeError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServeError::Signal)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(ServeError::Signal)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
