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

/// The name of the cookie.
fn name(secure: bool) -> &'static str {
    if secure { "__Host-clientele" } else { "clientele" }
}

/// The name of the cookie by which a browser is known from which somebody has signed in before. It outlives sessions.
fn known_name(secure: bool) -> &'static str {
    if secure { "__Host-clientele-browser" } else { "clientele-browser" }
}

/// The name of the portal's cookie.
fn portal_name(secure: bool) -> &'static str {
    if secure { "__Host-clientele-portal" } else { "clientele-portal" }
}

/// The tokens of the portal that a request brings, in its order.
#[must_use]
pub fn portal_tokens(request: &HttpRequest, secure: bool) -> Vec<String> {
    named(request, portal_name(secure))
}

/// The name of the cookie by which the portal knows a browser.
fn portal_known_name(secure: bool) -> &'static str {
    if secure { "__Host-clientele-portal-browser" } else { "clientele-portal-browser" }
}

/// The tokens of a browser that the portal may know.
#[must_use]
pub fn portal_known_tokens(request: &HttpRequest, secure: bool) -> Vec<String> {
    named(request, portal_known_name(secure))
}

/// The header that makes a browser known to the portal.
#[must_use]
pub fn set_portal_known(token: &str, secure: bool) -> String {
    cookie(portal_known_name(secure), token, KEPT, secure)
}

/// The header that gives a browser a session of the portal.
#[must_use]
pub fn set_portal(token: &str, secure: bool) -> String {
    cookie(portal_name(secure), token, KEPT, secure)
}

/// The header that takes it away.
#[must_use]
pub fn clear_portal(secure: bool) -> String {
    cookie(portal_name(secure), "", 0, secure)
}

/// The tokens that a request brings, in its order.
#[must_use]
pub fn tokens(request: &HttpRequest, secure: bool) -> Vec<String> {
    named(request, name(secure))
}

/// The tokens of a browser that may be known.
#[must_use]
pub fn known_tokens(request: &HttpRequest, secure: bool) -> Vec<String> {
    named(request, known_name(secure))
}

fn named(request: &HttpRequest, name: &str) -> Vec<String> {
    let headers = request.headers().get_all(COOKIE).filter_map(|header| std::str::from_utf8(header.as_bytes()).ok());
    let pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let ours = pairs.filter(|(key, value)| *key == name && is_random_secret(value));
    ours.map(|(_, value)| value.to_owned()).take(TRIED).collect()
}

/// The header that gives a browser a session.
#[must_use]
pub fn set(token: &str, secure: bool) -> String {
    cookie(name(secure), token, KEPT, secure)
}

/// The header that makes a browser known.
#[must_use]
pub fn set_known(token: &str, secure: bool) -> String {
    cookie(known_name(secure), token, KEPT, secure)
}

/// The header that takes it away.
#[must_use]
pub fn clear(secure: bool) -> String {
    cookie(name(secure), "", 0, secure)
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
        assert_eq!(tokens(&request, false), [a, b.clone()]);
        assert_eq!(tokens(&request, true), [b]);
        assert!(tokens(&TestRequest::default().to_http_request(), true).is_empty());
    }
}
