//! Which pages may come in, and by which name they may call this machine.
use axum::http::{HeaderMap, HeaderName, header};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Scheme, host and port of a page, as browsers write it in the header `Origin`. RFC 6454 §6.2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// Why a text names no origin that may be allowed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOrigin {
    /// Neither `https://` nor `http://` in front.
    #[error("an origin begins with https://, such as https://the.example")]
    Scheme,
    /// Unencrypted, and not this machine.
    #[error("http is only for pages of this machine (localhost, 127.0.0.1, [::1])")]
    NotSecret,
    /// Not a host's name or address.
    #[error(
        "after https:// comes a host's name in ASCII, and perhaps a port: no path, no slash at the end, no * and no user"
    )]
    Host,
    /// Not 1 to 65535.
    #[error("the port is a number from 1 to 65535")]
    Port,
}

impl Origin {
    /// Whether these are the headers of a page of this origin.
    pub fn is_of(&self, headers: &HeaderMap) -> bool {
        only(headers, &header::ORIGIN) == Some(self.0.as_str())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let text = text.to_ascii_lowercase();
        let (scheme, rest) = text.split_once("://").ok_or(NotAnOrigin::Scheme)?;
        let usual_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(NotAnOrigin::Scheme),
        };
        let (host, port) = host_and_port(rest)?;
        if scheme == "http" && !is_loopback(host) {
            return Err(NotAnOrigin::NotSecret);
        }
        Ok(Origin(match port {
            Some(port) if port != usual_port => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        }))
    }
}

/// Whether the page called this machine by a name that only this machine has: another name that leads here was made to get
/// around the browser's borders (DNS rebinding).
pub fn names_this_machine(headers: &HeaderMap, port: u16) -> bool {
    let named = only(headers, &header::HOST).and_then(|host| host_and_port(host).ok());
    named.is_some_and(|(host, named)| is_loopback(host) && named == Some(port))
}

/// The header's one value; nothing when there are several.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

fn host_and_port(text: &str) -> Result<(&str, Option<u16>), NotAnOrigin> {
    let colon = match text.rfind(']') {
        Some(end) => text[end..].find(':').map(|place| end + place),
        None => text.find(':'),
    };
    let (host, port) = match colon {
        Some(colon) => (&text[..colon], Some(&text[colon + 1..])),
        None => (text, None),
    };
    if !is_host(host) {
        return Err(NotAnOrigin::Host);
    }
    let number = |port: &str| {
        let plain = !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit());
        port.parse().ok().filter(|_| plain).ok_or(NotAnOrigin::Port)
    };
    Ok((host, port.map(number).transpose()?))
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        return address.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        plain && !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(label)
}

fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address == Ipv4Addr::LOCALHOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn origins_are_read_strictly() {
        for (text, origin) in [
            ("https://the.example", "https://the.example"),
            ("HTTPS://The.Example:443", "https://the.example"),
            ("https://the.example:8443", "https://the.example:8443"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://10.1.2.3", "https://10.1.2.3"),
        ] {
            assert_eq!(text.parse::<Origin>().map(|origin| origin.to_string()).as_deref(), Ok(origin));
        }
        for (text, error) in [
            ("the.example", NotAnOrigin::Scheme),
            ("null", NotAnOrigin::Scheme),
            ("*", NotAnOrigin::Scheme),
            ("file:///etc", NotAnOrigin::Scheme),
            ("http://the.example", NotAnOrigin::NotSecret),
            ("http://127.0.0.2", NotAnOrigin::NotSecret),
            ("http://localhost.the.example", NotAnOrigin::NotSecret),
            ("https://", NotAnOrigin::Host),
            ("https://*.the.example", NotAnOrigin::Host),
            ("https://the.example/", NotAnOrigin::Host),
            ("https://the.example/reader", NotAnOrigin::Host),
            ("https://somebody@the.example", NotAnOrigin::Host),
            ("https://the example", NotAnOrigin::Host),
            ("https://thẻ.example", NotAnOrigin::Host),
            ("https://the..example", NotAnOrigin::Host),
            ("https://[::1", NotAnOrigin::Host),
            ("https://the.example:", NotAnOrigin::Port),
            ("https://the.example:0", NotAnOrigin::Port),
            ("https://the.example:65536", NotAnOrigin::Port),
            ("https://the.example:+1", NotAnOrigin::Port),
            ("https://the.example:80:80", NotAnOrigin::Port),
        ] {
            assert_eq!(text.parse::<Origin>(), Err(error), "{text}");
        }
    }

    fn headers(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn only_the_exact_origin_is_meant() {
        let origin: Origin = "https://the.example".parse().unwrap();
        assert!(origin.is_of(&headers(&header::ORIGIN, &["https://the.example"])));
        for values in [
            &[][..],
            &["null"],
            &["http://the.example"],
            &["https://the.example.evil"],
            &["https://the.example:444"],
            &["https://the.example", "https://the.example"],
        ] {
            assert!(!origin.is_of(&headers(&header::ORIGIN, values)), "{values:?}");
        }
    }

    #[test]
    fn this_machine_has_few_names() {
        for host in ["127.0.0.1:28384", "localhost:28384", "LOCALHOST:28384", "[::1]:28384"] {
            assert!(names_this_machine(&headers(&header::HOST, &[host]), 28384), "{host}");
        }
        for hosts in [
            &[][..],
            &["evil.example:28384"],
            &["127.0.0.1"],
            &["127.0.0.1:80"],
            &["localhost.evil.example:28384"],
            &["127.0.0.1:28384", "127.0.0.1:28384"],
            &["0.0.0.0:28384"],
        ] {
            assert!(!names_this_machine(&headers(&header::HOST, hosts), 28384), "{hosts:?}");
        }
    }
}
