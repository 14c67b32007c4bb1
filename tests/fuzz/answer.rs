//! What has to be so of every answer.

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use scraper::Html;

use crate::support::http::decoded;
use crate::support::page::css;

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn is(&self, kind: &str) -> bool {
        self.header("content-type").is_some_and(|given| given.starts_with(kind))
    }

    fn text(&self) -> String {
        String::from_utf8(decoded(self.header("content-encoding"), &self.body)).expect("UTF-8")
    }

    /// Checks it. Returns the page or the part of one as a browser reads it, if it is to be read: that takes as long as all the rest.
    pub fn check(&self, read: bool) -> Option<Html> {
        let status = self.status.as_u16();
        assert!(status < 500, "{status} {}", String::from_utf8_lossy(&self.body));
        for name in ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy", "x-request-id"] {
            assert!(self.header(name).is_some_and(|value| !value.is_empty()), "{status} without {name}");
        }
        // The server leaves out the body of HEAD; here it is seen.
        assert!(![204, 304].contains(&status) || self.body.is_empty(), "{status} with a body");
        if [301, 302, 303, 307, 308].contains(&status) {
            let location = self.header("location").expect("a redirect leads somewhere");
            assert!(location.starts_with('/') && !location.starts_with("//") && !location.starts_with("/\\"), "leads to {location}");
        }
        if status == 405 {
            assert!(self.header("allow").is_some_and(|allow| allow.contains("OPTIONS")), "405 without Allow");
        }
        for (name, value) in &self.headers {
            assert!(!name.as_str().eq_ignore_ascii_case("zq") && !value.as_bytes().contains(&b'\n'), "a header of somebody's: {name}");
        }
        if self.body.is_empty() {
            return None;
        }
        if self.is("text/html") {
            let text = self.text();
            assert!(!text.to_ascii_lowercase().contains("<zq"), "markup of somebody's: {text}");
            return read.then(|| check_html(&text));
        }
        let packed = ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"];
        if packed.iter().any(|kind| self.is(kind)) {
            assert!(self.body.starts_with(b"PK"), "no archive");
            return None;
        }
        let kinds = ["text/csv", "text/plain", "text/css", "text/javascript", "image/svg+xml", "application/json"];
        assert!(kinds.iter().any(|kind| self.is(kind)), "a body of the type {:?}", self.header("content-type"));
        None
    }
}

fn check_html(text: &str) -> Html {
    let is_whole = text.contains("<!doctype html>");
    let html = if is_whole { Html::parse_document(text) } else { Html::parse_fragment(text) };
    if is_whole {
        assert!(html.errors.is_empty(), "{:?} in {text}", html.errors);
        assert!(html.select(&css("main")).count() == 1 && html.select(&css("h1")).count() >= 1, "no page: {text}");
    }
    for element in html.select(&css("*")) {
        for (name, value) in element.value().attrs() {
            assert!(!name.starts_with("zq") && !name.starts_with("on"), "an attribute of somebody's: {name}={value}");
            if ["href", "src", "action", "formaction", "hx-get", "hx-post"].contains(&name) {
                let is_here = value.starts_with('/') && !value.starts_with("//") && !value.starts_with("/\\");
                let is_fine = is_here || ["#", "mailto:", "tel:", "?"].iter().any(|start| value.starts_with(start));
                assert!(is_fine, "{name} leads to {value}");
            }
        }
    }
    html
}
