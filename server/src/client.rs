//! Whose request it is. `X-Forwarded-For` is believed from the proxies that the configuration names, and from nobody else.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

/// Where a request comes from; a request carries it in its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The client's address; `0.0.0.0` when the connection tells none.
    pub address: IpAddr,
    /// False when a machine that is no trusted proxy claims to forward the request, so that `address` is that machine's.
    pub certain: bool,
}

impl Client {
    /// Whether the request was made on this machine.
    pub fn is_local(&self) -> bool {
        self.certain && self.address.is_loopback()
    }
}

/// Middleware: puts [`Client`] into the request's extensions.
pub async fn identify(State(trusted): State<Arc<[IpAddr]>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let client = resolve(peer, request.headers(), &trusted);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// Works the address out: from the right of `X-Forwarded-For`, the first that is no trusted proxy.
pub fn resolve(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Client {
    let Some(peer) = peer.map(|peer| peer.to_canonical()) else {
        return Client { address: Ipv4Addr::UNSPECIFIED.into(), certain: false };
    };
    if !trusted.contains(&peer) {
        let claimed = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
        return Client { address: peer, certain: !claimed };
    }
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|line| line.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .collect();
    let mut address = peer;
    for hop in hops.into_iter().rev() {
        let Some(parsed) = parse_hop(hop) else { return Client { address, certain: false } };
        address = parsed;
        if !trusted.contains(&address) {
            break;
        }
    }
    Client { address, certain: true }
}

/// An address with or without a port, as proxies write it.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    hop.parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()))
        .or_else(|_| hop.trim_start_matches('[').trim_end_matches(']').parse())
        .ok()
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(peer: &str, lines: &[&str], trusted: &[&str]) -> (String, bool) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpAddr> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let client = resolve(Some(peer.parse().unwrap()), &headers, &trusted);
        (client.address.to_string(), client.certain)
    }

    #[test]
    fn a_stranger_forwards_nothing() {
        assert_eq!(resolved("203.0.113.9", &["127.0.0.1"], &["10.0.0.1"]), ("203.0.113.9".into(), false));
        assert_eq!(resolved("127.0.0.1", &["203.0.113.9"], &[]), ("127.0.0.1".into(), false));
        assert_eq!(resolved("127.0.0.1", &[], &[]), ("127.0.0.1".into(), true));
    }

    #[test]
    fn the_first_stranger_from_the_right_is_the_client() {
        let trusted = ["10.0.0.1", "10.0.0.2"];
        assert_eq!(resolved("10.0.0.1", &["6.6.6.6, 203.0.113.9"], &trusted).0, "203.0.113.9");
        assert_eq!(resolved("10.0.0.1", &["203.0.113.9, 10.0.0.2"], &trusted).0, "203.0.113.9");
        assert_eq!(resolved("10.0.0.1", &["6.6.6.6", "203.0.113.9"], &trusted).0, "203.0.113.9");
        assert_eq!(resolved("::ffff:10.0.0.1", &["[2001:db8::7]:4711"], &trusted).0, "2001:db8::7");
    }

    #[test]
    fn a_malformed_hop_ends_the_chain() {
        let trusted = ["10.0.0.1"];
        assert_eq!(resolved("10.0.0.1", &["203.0.113.9, unknown"], &trusted), ("10.0.0.1".into(), false));
    }

    #[test]
    fn no_connection_is_nobody() {
        assert!(!resolve(None, &HeaderMap::new(), &[]).is_local());
    }
}
