//! What happens to every request: it gets an id, foreign hosts and sites are refused, its body may not stall, and the answer carries the
//! headers that tell browsers what a page may do.

use std::sync::atomic::Ordering;

use actix_web::body::MessageBody;
use actix_web::dev::{RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use super::app::App;
use super::connection::Connection;
use super::origin;
use super::public_url::{self, PublicUrl};
use super::rejection::Rejection;
use super::request::RequestId;
use super::{address, body};

/// The longest address that is read, in bytes. A search of the greatest length has 12,000, with each byte written as `%XX`; its place in the
/// list may add as many.
pub const ADDRESS_LIMIT: usize = 32 << 10;

/// No inline script or style, no eval, nothing from elsewhere, no framing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// A browser that came through TLS once comes through TLS for a year.
const ONLY_TLS: &str = "max-age=31536000";

/// Addresses for those who look after the program.
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

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
    let app = request.app_data::<Data<App>>().cloned();
    let public = app.as_ref().and_then(|app| app.public.as_ref());
    let refusal = refuse(request.head(), public).or_else(|| crowded(&request));
    let (is_secure, path) = (public.is_some_and(|public| public.secure), request.path().to_owned());
    let mut response = match (refusal, app) {
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
        tracing::info!(request = id, method = %response.request().method(), path = address::without_secret(&path), status = response.status().as_u16(), "refused");
    }
    let signs_in = response.request().app_data::<Data<App>>().is_some_and(|app| app.has_users.load(Ordering::Relaxed));
    let headers = response.headers_mut();
    // After signing out nobody sees by going back what was seen before. Assets hold nothing of anybody.
    if signs_in && headers.get(header::CACHE_CONTROL).is_none_or(|value| !value.as_bytes().starts_with(b"public")) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    for (name, value) in HEADERS {
        // A picture that somebody uploaded comes with a stricter policy of its own.
        if !headers.contains_key(name) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    if is_secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_TLS));
    }
    if address::holds_secret(&path) {
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
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
    (!HEALTH.contains(&request.path())).then_some(Rejection::Crowded)
}

/// Why a request is refused whatever it asks for.
fn refuse(head: &RequestHead, public: Option<&PublicUrl>) -> Option<Rejection> {
    if head.uri.path_and_query().is_some_and(|address| address.as_str().len() > ADDRESS_LIMIT) {
        return Some(Rejection::LongAddress);
    }
    // Those who look after the program ask by whatever address it has; nothing of a customer is in the answer.
    let is_health = HEALTH.contains(&head.uri.path());
    if let Some(rejection) =
        origin::refuse_host(public_url::host(head), public).filter(|rejection| !(is_health && is_misdirected(*rejection)))
    {
        return Some(rejection);
    }
    if head.headers.get(header::EXPECT).is_some_and(|expected| !expected.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        return Some(Rejection::Expectation);
    }
    origin::refuse_site(head, public)
}

fn is_misdirected(rejection: Rejection) -> bool {
    matches!(rejection, Rejection::Misdirected)
}
