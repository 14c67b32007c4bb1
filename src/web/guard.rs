//! What happens to every request: it gets an id, foreign hosts and sites are refused, its body may not stall, and the answer carries the
//! headers that tell browsers what a page may do.

use std::net::IpAddr;
use std::sync::atomic::Ordering;

use actix_web::body::MessageBody;
use actix_web::dev::{RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::uri::Authority;
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use super::body;
use super::connection::Connection;
use super::request::{App, Rejection, RequestId};

/// The longest address that is read, in bytes. A search of the greatest length has 12,000, with each byte written as `%XX`; its place in the
/// list may add as many.
pub const ADDRESS_LIMIT: usize = 32 << 10;

/// No inline script or style, no eval, nothing from elsewhere, no framing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// What every answer carries.
pub const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Middleware around the whole application.
pub async fn guard(mut request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    let id: String = crate::store::random_token().chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    request.extensions_mut().insert(RequestId(id.clone()));
    let stalled = body::watch(&mut request);
    let refusal = refuse(request.head()).or_else(|| crowded(&request));
    let mut response = match (refusal, request.app_data::<Data<App>>().cloned()) {
        (Some(rejection), Some(app)) => {
            let answer = (app.refuse)(request.request(), rejection);
            request.into_response(answer)
        }
        _ => next.call(request).await?.map_into_boxed_body(),
    };
    if stalled.get() {
        response = stop_waiting(response);
    }
    if Connection::of(response.request()).is_some_and(Connection::closes) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    if response.status().is_client_error() {
        // The path alone: what was typed is in the query and the body. Server errors are logged where they occur.
        tracing::info!(request = id, method = %response.request().method(), path = response.request().path(), status = response.status().as_u16(), "refused");
    }
    let signs_in = response.request().app_data::<Data<App>>().is_some_and(|app| app.has_users.load(Ordering::Relaxed));
    let headers = response.headers_mut();
    // After signing out nobody sees by going back what was seen before. Assets hold nothing of anybody.
    if signs_in && headers.get(header::CACHE_CONTROL).is_none_or(|value| !value.as_bytes().starts_with(b"public")) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

/// Answers a request whose body has stopped arriving, where the handler could say no more than that it could not read it. There may
/// be no end of that body, so the connection is of no further use.
fn stop_waiting(response: ServiceResponse) -> ServiceResponse {
    if let Some(connection) = Connection::of(response.request()) {
        connection.close();
    }
    let app = response.request().app_data::<Data<App>>().filter(|_| response.status() == StatusCode::BAD_REQUEST);
    match app.map(|app| (app.refuse)(response.request(), Rejection::Slow)) {
        Some(answer) => response.into_response(answer),
        None => response,
    }
}

/// Where more connections are open than are served, only those who look after the program are answered.
fn crowded(request: &ServiceRequest) -> Option<Rejection> {
    let connection = Connection::of(request.request()).filter(|connection| connection.crowded)?;
    connection.close();
    (!["/healthz", "/readyz"].contains(&request.path())).then_some(Rejection::Crowded)
}

/// Why a request is refused whatever it asks for.
fn refuse(head: &RequestHead) -> Option<Rejection> {
    let text = |name: HeaderName| head.headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if head.uri.path_and_query().is_some_and(|address| address.as_str().len() > ADDRESS_LIMIT) {
        return Some(Rejection::LongAddress);
    }
    let host = head.uri.authority().map(Authority::as_str).or_else(|| text(header::HOST)).unwrap_or_default();
    if !host.is_empty() && !host.parse().is_ok_and(|authority: Authority| is_host(&authority)) {
        return Some(Rejection::Malformed("It does not name a host."));
    }
    // Without sign-in, whoever reaches this server may do everything: a foreign name made to point at this machine (DNS rebinding)
    // must not reach it.
    if !is_loopback(host) {
        return Some(Rejection::Misdirected);
    }
    if text(header::EXPECT).is_some_and(|expected| !expected.eq_ignore_ascii_case("100-continue")) {
        return Some(Rejection::Expectation);
    }
    if head.method.is_safe() {
        return None;
    }
    let own = match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => matches!(site, "same-origin" | "none"),
        // An older browser. A proxy may change the scheme, so hosts are compared; programs other than browsers send neither header.
        None => text(header::ORIGIN).is_none_or(|origin| origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))),
    };
    (!own).then_some(Rejection::ForeignSite)
}

/// A host and perhaps a port, without the name of a user.
fn is_host(authority: &Authority) -> bool {
    let port = authority.as_str().strip_prefix(authority.host()).and_then(|port| port.strip_prefix(':'));
    authority.as_str() == authority.host() || port.is_some_and(|port| port.is_empty() || port.parse::<u16>().is_ok())
}

/// A host (with or without port) that always means this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::Method;
    use actix_web::test::TestRequest;

    fn refused(method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        let mut request = TestRequest::default().method(method.clone());
        for header in headers {
            request = request.insert_header(*header);
        }
        refuse(request.to_srv_request().head()).is_some()
    }

    #[test]
    fn only_loopback_names_are_served() {
        for host in ["localhost:8080", "127.0.0.1", "127.9.9.9:1", "[::1]:8080", "x.localhost", "LOCALHOST."] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "[::2]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn posts_of_other_sites_are_refused() {
        let host = ("host", "localhost:8080");
        let post = &Method::POST;
        assert!(!refused(post, &[host, ("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!refused(post, &[host, ("origin", "https://localhost:8080")]), "a proxy changed the scheme");
        assert!(!refused(post, &[host]), "no browser");
        assert!(refused(post, &[host, ("sec-fetch-site", "cross-site")]));
        assert!(refused(post, &[host, ("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")]));
        assert!(refused(post, &[host, ("origin", "http://localhost:9090")]));
        assert!(refused(post, &[host, ("origin", "null")]));
        assert!(!refused(&Method::GET, &[host, ("sec-fetch-site", "cross-site")]), "a link from elsewhere");
    }

    #[test]
    fn a_host_is_a_name_and_a_port() {
        let get = &Method::GET;
        for host in ["localhost", "localhost:", "127.0.0.1:80", "[::1]", "[::1]:8080"] {
            assert!(!refused(get, &[("host", host)]), "{host}");
        }
        for host in ["localhost:http", "localhost:99999", "me@localhost", "local host", "localhost/x", "localhost,localhost", "[::1", ""] {
            assert!(refused(get, &[("host", host)]), "{host}");
        }
    }
}
