//! What happens to every request: it gets an id, foreign hosts and sites are refused, and the answer carries the headers that tell
//! browsers what a page may do.

use std::net::IpAddr;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use super::request::{App, Rejection, RequestId};

/// No inline script or style, no eval, nothing from elsewhere, no framing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Middleware around the whole application.
pub async fn guard(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    let id: String = crate::store::random_token().chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    request.extensions_mut().insert(RequestId(id.clone()));
    let refusal = refuse(request.method(), request.headers(), request.uri().host());
    let mut response = match (refusal, request.app_data::<Data<App>>().cloned()) {
        (Some(rejection), Some(app)) => {
            let answer = (app.refuse)(request.request(), rejection);
            request.into_response(answer)
        }
        _ => next.call(request).await?.map_into_boxed_body(),
    };
    if response.status().is_client_error() {
        // The path alone: what was typed is in the query and the body. Server errors are logged where they occur.
        tracing::info!(request = id, method = %response.request().method(), path = response.request().path(), status = response.status().as_u16(), "refused");
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

/// Why a request is refused whatever it asks for.
fn refuse(method: &Method, headers: &HeaderMap, absolute: Option<&str>) -> Option<Rejection> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = absolute.or_else(|| text(header::HOST)).unwrap_or_default();
    // Without sign-in, whoever reaches this server may do everything: a foreign name made to point at this machine (DNS rebinding)
    // must not reach it.
    if !is_loopback(host) {
        return Some(Rejection::Misdirected);
    }
    if method.is_safe() {
        return None;
    }
    let own = match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => matches!(site, "same-origin" | "none"),
        // An older browser. A proxy may change the scheme, so hosts are compared; programs other than browsers send neither header.
        None => text(header::ORIGIN).is_none_or(|origin| origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))),
    };
    (!own).then_some(Rejection::ForeignSite)
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

    fn refused(method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        refuse(method, &map, None).is_some()
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
}
