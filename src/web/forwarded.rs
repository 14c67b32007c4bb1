//! Where a request comes from, behind proxies. What a proxy says of it counts only where the proxy is one that was named: anybody can send
//! such headers.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};

/// Addresses that begin with the same bits: `10.0.0.0/8`, or one alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads an address, with or without a number of bits.
    ///
    /// # Errors
    /// What is wrong, and how it is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is not an address or a network: write it as 10.0.0.7 or 10.0.0.0/8");
        let (address, bits) = text.trim().split_once('/').map_or((text.trim(), None), |(address, bits)| (address, Some(bits)));
        let address = address.parse::<IpAddr>().map_err(|_| wrong())?.to_canonical();
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }

    fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (own.to_bits() ^ other.to_bits()).leading_zeros() >= self.bits,
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits() ^ other.to_bits()).leading_zeros() >= self.bits,
            _ => false,
        }
    }
}

/// The proxies whose word counts.
#[derive(Debug, Clone, Default)]
pub struct Proxies(pub Vec<Network>);

impl Proxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    /// The address that a request comes from: the rightmost hop that is no trusted proxy. Each proxy adds the address that it was asked from
    /// at the end, so that what stands further left is what that address said of itself. IPv4 within IPv6 is IPv4.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let hops = hops(headers);
        for hop in hops.iter().rev() {
            // What is no address (`unknown`, a made-up name) is as far as anybody knows.
            let (true, Some(hop)) = (self.trusts(client), address(hop)) else { break };
            client = hop;
        }
        client
    }
}

/// Whether a proxy says that it asks for somebody else.
#[must_use]
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    let names = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"].map(HeaderName::from_static);
    headers.contains_key(FORWARDED) || names.iter().any(|name| headers.contains_key(name))
}

/// The hops that proxies have noted, the nearest last. `X-Forwarded-For` is what proxies keep in use; `Forwarded` (RFC 7239) counts where
/// there is none, so that a proxy which keeps the one and lets the other through cannot be lied past.
fn hops(headers: &HeaderMap) -> Vec<&str> {
    let list = |name: &HeaderName| {
        let lines = headers.get_all(name).map(|line| line.to_str().unwrap_or("?"));
        lines.flat_map(|line| line.split(',')).map(str::trim).collect::<Vec<_>>()
    };
    let hops = list(&HeaderName::from_static("x-forwarded-for"));
    if !hops.is_empty() {
        return hops;
    }
    list(&FORWARDED).into_iter().map(|element| parameter(element, "for").unwrap_or_default()).collect()
}

/// The value of a parameter: `for=192.0.2.60;proto=http`.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().trim_matches('"')).next()
}

/// An address as proxies write it: with or without a port, IPv6 in brackets or bare.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn client(trusted: &[&str], peer: &str, headers: &[(&'static str, &'static str)]) -> String {
        let proxies = Proxies(trusted.iter().map(|text| Network::parse(text).unwrap()).collect());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        proxies.client(peer.parse().unwrap(), &map).to_string()
    }

    #[test]
    fn the_rightmost_hop_that_is_not_trusted_is_the_client() {
        let proxy = &["10.0.0.0/8"][..];
        let said = ("x-forwarded-for", "203.0.113.9, 192.0.2.1");
        assert_eq!(client(&[], "10.0.0.1", &[said]), "10.0.0.1", "nobody is trusted");
        assert_eq!(client(proxy, "192.0.2.77", &[said]), "192.0.2.77", "no proxy of ours");
        assert_eq!(client(proxy, "10.0.0.1", &[said]), "192.0.2.1");
        assert_eq!(client(proxy, "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client(proxy, "10.0.0.1", &[("x-forwarded-for", "203.0.113.9, 192.0.2.1, 10.2.3.4")]), "192.0.2.1");
        assert_eq!(client(proxy, "10.0.0.1", &[("x-forwarded-for", "203.0.113.9"), said]), "192.0.2.1", "two lines are one list");
        assert_eq!(client(proxy, "10.0.0.1", &[said, ("x-forwarded-for", "198.51.100.3")]), "198.51.100.3");
        assert_eq!(client(proxy, "10.0.0.1", &[("x-forwarded-for", "10.9.9.9")]), "10.9.9.9", "all are trusted");
        for broken in ["evil", "", "192.0.2.1:x", "192.0.2.999", "unknown", "1.2.3.4;x"] {
            assert_eq!(client(proxy, "10.0.0.1", &[("x-forwarded-for", broken)]), "10.0.0.1", "{broken}");
        }
    }

    #[test]
    fn forwarded_counts_where_there_is_nothing_else() {
        let proxy = &["10.0.0.1", "2001:db8::/32"][..];
        for (said, expected) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("For=\"[2a00:1450::17]:4711\"", "2a00:1450::17"),
            ("for=203.0.113.9, for=192.0.2.60:81", "192.0.2.60"),
            ("for=192.0.2.60, for=\"[2001:db8::7]\"", "192.0.2.60"),
            ("for=unknown", "10.0.0.1"),
            ("for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(client(proxy, "10.0.0.1", &[("forwarded", said)]), expected, "{said}");
        }
        let both = [("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "192.0.2.1")];
        assert_eq!(client(proxy, "10.0.0.1", &both), "192.0.2.1");
    }

    #[test]
    fn ipv4_within_ipv6_is_ipv4() {
        assert_eq!(client(&[], "::ffff:192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(client(&["::ffff:10.0.0.1"], "10.0.0.1", &[("x-forwarded-for", "::ffff:192.0.2.1")]), "192.0.2.1");
        assert_eq!(client(&["10.0.0.1"], "::ffff:10.0.0.1", &[("x-forwarded-for", "[::ffff:192.0.2.1]:80")]), "192.0.2.1");
    }

    #[test]
    fn networks_are_addresses_with_bits() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("192.0.2.128/25", "192.0.2.200", "192.0.2.1"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
        ] {
            let network = Network::parse(network).unwrap();
            assert!(network.holds(inside.parse().unwrap()) && !network.holds(outside.parse().unwrap()), "{network:?}");
        }
        for text in ["10.0.0.0/33", "10.0.0", "host", "::/129", "10.0.0.0/", "10.0.0.0/-1", ""] {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }
}
