//! How an answer is sent: **the one place that decides between the full page and a part of it**, and the one that compresses.
//!
//! Page and part share an address, so every answer says by `Vary` which headers decided, and is never taken from a cache unasked.
//! htmx asks for the whole page when it restores history; a part is sent only for a target that has one.

use std::io::Write as _;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole page.
    Full,
    /// All below the search box.
    Results,
    /// Rows that are added to the list, in place of the element that asked.
    Rows,
    /// The right pane.
    Detail,
    /// The contacts pane.
    Contacts,
    /// The entitlements pane.
    Entitlements,
    /// An import, which asks again and again how far it is.
    Import,
    /// The inside of the dialog.
    Dialog,
}

impl Part {
    /// Reads htmx's headers. `HX-Target` is `tag#id` of the element that the answer goes into.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let partial =
            header("hx-request") == "true" && header("hx-request-type") == "partial" && header("hx-history-restore-request") != "true";
        if !partial {
            return Self::Full;
        }
        match header("hx-target").rsplit('#').next().unwrap_or_default() {
            "results" => Self::Results,
            "next" | "prev" => Self::Rows,
            "detail" => Self::Detail,
            "contacts" => Self::Contacts,
            "entitlements" => Self::Entitlements,
            "import" => Self::Import,
            "dialog" => Self::Dialog,
            _ => Self::Full,
        }
    }
}

/// An answer before it is sent.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// HTML.
    pub body: String,
    /// Headers for htmx, or a redirect's `Location`.
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A page or a part.
    #[must_use]
    pub fn html(status: StatusCode, body: String) -> Self {
        Self { status, body, headers: Vec::new() }
    }

    /// Leads to another address of this site after a form was taken.
    #[must_use]
    pub fn see_other(location: String) -> Self {
        Self { status: StatusCode::SEE_OTHER, body: String::new(), headers: vec![("Location", location)] }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Compresses the body; to be called off the async threads.
    #[must_use]
    pub fn pack(self, encoding: Encoding) -> Packed {
        let (bytes, encoding) = encoding.compress(self.body.into_bytes());
        Packed { status: self.status, bytes, encoding, headers: self.headers }
    }
}

/// An answer that is ready to be sent.
#[derive(Debug)]
pub struct Packed {
    status: StatusCode,
    bytes: Vec<u8>,
    encoding: Encoding,
    headers: Vec<(&'static str, String)>,
}

impl Packed {
    /// The answer as the server sends it.
    #[must_use]
    pub fn send(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"));
        response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
        let vary =
            super::request::DECIDING.iter().map(header::HeaderName::as_str).chain(["accept-encoding"]).collect::<Vec<_>>().join(", ");
        response.insert_header((header::VARY, vary));
        if let Some(token) = self.encoding.token() {
            response.insert_header((header::CONTENT_ENCODING, token));
        }
        for (name, value) in self.headers {
            // An address that came from outside may hold what a header cannot: then it is left out.
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.insert_header((name, value));
            }
        }
        response.body(self.bytes)
    }
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all.
    Identity,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Brotli (RFC 7932).
    Brotli,
    /// gzip (RFC 1952).
    Gzip,
}

/// Shorter bodies are sent as they are: they fit into one packet either way.
const WORTH_IT: usize = 1_024;
/// Zstandard's level: by far the quickest of what browsers take, at the same size.
const ZSTD_LEVEL: i32 = 3;
/// Brotli's quality: from 2 on the time grows faster than the page shrinks.
const BROTLI_QUALITY: u32 = 1;
/// Brotli's window, 2^16 bytes: a page is not much larger.
const BROTLI_WINDOW: u32 = 16;

thread_local! {
    /// A compressor a thread: making one costs more than using it.
    static ZSTD: std::cell::RefCell<Option<zstd::bulk::Compressor<'static>>> =
        std::cell::RefCell::new(zstd::bulk::Compressor::new(ZSTD_LEVEL).ok());
}

impl Encoding {
    /// The best of what a browser accepts (RFC 9110, 12.5.3); an encoding with `q=0` is refused.
    #[must_use]
    pub fn of(accept: Option<&HeaderValue>) -> Self {
        let accept = accept.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let accepts = |token: &str| {
            accept.split(',').any(|item| {
                let mut parts = item.split(';').map(str::trim);
                let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(token));
                let weight =
                    parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q="))).map_or(1.0, |q| q.parse().unwrap_or(0.0));
                named && weight > 0.0
            })
        };
        [Self::Zstd, Self::Brotli, Self::Gzip].into_iter().find(|e| e.token().is_some_and(accepts)).unwrap_or(Self::Identity)
    }

    /// The same without Zstandard: what assets are stored in.
    #[must_use]
    pub fn of_asset(accept: Option<&HeaderValue>) -> Self {
        let accept = accept.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let without =
            accept.split(',').filter(|item| !item.trim_start().to_ascii_lowercase().starts_with("zstd")).collect::<Vec<_>>().join(",");
        Self::of(HeaderValue::from_str(&without).ok().as_ref())
    }

    /// Its name in HTTP.
    #[must_use]
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Zstd => Some("zstd"),
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }

    /// The compressed bytes, and how they are compressed: not at all where it is not worth it or fails.
    fn compress(self, bytes: Vec<u8>) -> (Vec<u8>, Self) {
        if bytes.len() < WORTH_IT {
            return (bytes, Self::Identity);
        }
        let packed = match self {
            Self::Identity => None,
            Self::Zstd => ZSTD.with_borrow_mut(|zstd| zstd.as_mut().and_then(|zstd| zstd.compress(&bytes).ok())),
            Self::Brotli => {
                let mut out = Vec::with_capacity(bytes.len() / 4);
                let mut writer = brotli::CompressorWriter::new(&mut out, 4_096, BROTLI_QUALITY, BROTLI_WINDOW);
                let done = writer.write_all(&bytes).and_then(|()| writer.flush());
                drop(writer);
                done.ok().map(|()| out)
            }
            Self::Gzip => {
                let mut writer = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 4), flate2::Compression::fast());
                writer.write_all(&bytes).and_then(|()| writer.finish()).ok()
            }
        };
        packed.map_or((bytes, Self::Identity), |packed| (packed, self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_encoding_is_taken() {
        for (accept, expected) in [
            ("gzip, deflate, br, zstd", Encoding::Zstd),
            ("gzip, br;q=0.5", Encoding::Brotli),
            ("br;q=0, gzip", Encoding::Gzip),
            ("identity", Encoding::Identity),
            ("", Encoding::Identity),
            ("GZIP;q=1.0", Encoding::Gzip),
        ] {
            assert_eq!(Encoding::of(HeaderValue::from_str(accept).ok().as_ref()), expected, "{accept}");
        }
    }

    #[test]
    fn what_is_short_stays_as_it_is() {
        assert_eq!(Encoding::Zstd.compress(vec![b'a'; 100]).1, Encoding::Identity);
        assert_eq!(Encoding::Zstd.compress(vec![b'a'; 5_000]).1, Encoding::Zstd);
    }
}
