//! The cookie that names a session: a random token, of which the database knows the hash alone.
//!
//! Its name follows from how the world sees this program, not from how a request arrived: behind a proxy that speaks TLS it is `__Host-…`,
//! which no other host and no plain connection can set (draft-ietf-httpbis-rfc6265bis, 4.1.3.2). Programs on other ports of a host share its
//! cookies, and a parent domain may set one of the same name: each that could be ours is tried, and whatever else is in the header is skipped.

use actix_web::HttpRequest;
use actix_web::http::header::COOKIE;

use crate::store::is_random_secret;

/// How many cookies of our name are tried.
const TRIED: usize = 4;
/// How long a browser keeps the cookie, in seconds: no session lives as long (RFC 6265bis allows 400 days at most).
const KEPT: u32 = 400 * 24 * 60 * 60;

/// The cookies of one side. Neither side looks at the other's.
#[derive(Debug, Clone, Copy)]
pub struct Cookies(&'static str);

/// The cookies of users.
pub const ADMINISTRATION: Cookies = Cookies("clientele");
/// The cookies of contacts.
pub const PORTAL: Cookies = Cookies("clientele-portal");

impl Cookies {
    /// The tokens of sessions that a request brings, in its order.
    #[must_use]
    pub fn tokens(self, request: &HttpRequest, secure: bool) -> Vec<String> {
        named(request, &self.session(secure))
    }

    /// The tokens of a browser that may be known.
    #[must_use]
    pub fn known_tokens(self, request: &HttpRequest, secure: bool) -> Vec<String> {
        named(request, &self.browser(secure))
    }

    /// The header that gives a browser a session.
    #[must_use]
    pub fn set(self, token: &str, secure: bool) -> String {
        cookie(&self.session(secure), token, KEPT, secure)
    }

    /// The header that makes a browser known.
    #[must_use]
    pub fn set_known(self, token: &str, secure: bool) -> String {
        cookie(&self.browser(secure), token, KEPT, secure)
    }

    /// The header that takes the session away.
    #[must_use]
    pub fn clear(self, secure: bool) -> String {
        cookie(&self.session(secure), "", 0, secure)
    }

    /// The name of the cookie of a session.
    fn session(self, secure: bool) -> String {
        format!("{}{}", if secure { "__Host-" } else { "" }, self.0)
    }

    /// The name of the cookie by which a browser is known from which somebody has signed in before. It outlives sessions.
    fn browser(self, secure: bool) -> String {
        format!("{}-browser", self.session(secure))
    }
}

fn named(request: &HttpRequest, name: &str) -> Vec<String> {
    let headers = request.headers().get_all(COOKIE).filter_map(|header| std::str::from_utf8(header.as_bytes()).ok());
    let pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let ours = pairs.filter(|(key, value)| *key == name && is_random_secret(value));
    ours.map(|(_, value)| value.to_owned()).take(TRIED).collect()
}

fn cookie(name: &str, value: &str, kept: u32, secure: bool) -> String {
    format!("{name}={value}; Path=/; Max-Age={kept}; HttpOnly; SameSite=Lax{}", if secure { "; Secure" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn only_what_can_be_ours_is_tried() {
        let (a, b) = ("a".repeat(43), "b".repeat(43));
        let request = TestRequest::default()
            .append_header(("cookie", format!("{{\"json\": [1;2]}}; clientele={a}; clientele=short; other={b}")))
            .append_header(("cookie", [b"x=\xff".as_slice()].concat().as_slice()))
            .append_header(("cookie", format!("=;;clientele={b}; __Host-clientele={b}")))
            .to_http_request();
        assert_eq!(ADMINISTRATION.tokens(&request, false), [a, b.clone()]);
        assert_eq!(ADMINISTRATION.tokens(&request, true), [b]);
        assert!(ADMINISTRATION.tokens(&TestRequest::default().to_http_request(), true).is_empty());
    }
}
