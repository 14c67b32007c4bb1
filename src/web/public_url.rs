//! How the world sees this program: the host that a request asks for, and the one by which people reach it from other machines.

use std::net::IpAddr;

use actix_web::dev::RequestHead;
use actix_web::http::header::HOST;
use actix_web::http::uri::Authority;

/// The address by which people reach this program, where it is not only this machine's own: `https://clientele.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// It is reached through TLS.
    pub secure: bool,
    /// The host, and the port where it is not the scheme's own, in lower case.
    authority: String,
}

impl PublicUrl {
    /// Reads scheme and host. There is no path: addresses begin at the root.
    ///
    /// # Errors
    /// What is wrong, and how it is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is not the address of a site: write it as https://clientele.example");
        let (scheme, rest) = text.trim().split_once("://").ok_or_else(wrong)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(wrong()),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest).trim_end_matches(':').to_ascii_lowercase();
        if name(&authority).is_empty() || !is_host(&authority) {
            return Err(wrong());
        }
        let own = if secure { ":443" } else { ":80" };
        Ok(Self { secure, authority: authority.strip_suffix(own).map_or(authority.clone(), str::to_owned) })
    }

    /// Whether it leads to this machine alone.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.authority)
    }

    /// Whether a host has its name.
    #[must_use]
    pub fn names(&self, host: &str) -> bool {
        name(host) == name(&self.authority)
    }
}

impl std::fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http{}://{}", if self.secure { "s" } else { "" }, self.authority)
    }
}

/// The host that a request asks for, as it was sent; empty where it names none.
#[must_use]
pub fn host(head: &RequestHead) -> &str {
    head.uri
        .authority()
        .map(Authority::as_str)
        .or_else(|| head.headers.get(HOST).map(|value| value.to_str().unwrap_or("?")))
        .unwrap_or_default()
}

/// Whether it is a host and perhaps a port, without the name of a user.
#[must_use]
pub fn is_host(text: &str) -> bool {
    text.parse().is_ok_and(|authority: Authority| {
        let port = authority.as_str().strip_prefix(authority.host()).and_then(|port| port.strip_prefix(':'));
        authority.as_str() == authority.host() || port.is_some_and(|port| port.is_empty() || port.parse::<u16>().is_ok())
    })
}

/// The name in a host, without its port.
fn name(host: &str) -> String {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a host (with or without port) always means this machine.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let name = name(host);
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_scheme_and_host() {
        let shown = |text: &str| PublicUrl::parse(text).map(|public| public.to_string());
        assert_eq!(shown("https://Clientele.Example/").unwrap(), "https://clientele.example");
        assert_eq!(shown("https://clientele.example:443").unwrap(), "https://clientele.example");
        assert_eq!(shown("http://192.0.2.7:8080").unwrap(), "http://192.0.2.7:8080");
        assert!(PublicUrl::parse("http://[::1]:80").unwrap().is_loopback());
        assert!(!PublicUrl::parse("https://clientele.example").unwrap().is_loopback());
        for text in ["clientele.example", "ftp://x", "https://", "https://x/y", "https://me@x", "https://x?y", "https://x:99999", ""] {
            assert!(shown(text).is_err(), "{text}");
        }
    }
}
