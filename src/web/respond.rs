//! How an answer is sent: **the one place that decides between the full page and a part of it**, and the one that compresses.
//!
//! Page and part share an address, so every answer names the deciding headers in `Vary`, and caches have to ask before they use it.
//! htmx asks for the whole page when it restores history; a part is sent only for a target that has one.

use std::io::Write as _;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header as _, HeaderName, HeaderValue, Preference, Quality};
use actix_web::{HttpRequest, HttpResponse};

/// The headers that decide which part of a page is sent: caches have to know them all.
const DECIDING: [HeaderName; 4] = [
    HeaderName::from_static("hx-request"),
    HeaderName::from_static("hx-request-type"),
    HeaderName::from_static("hx-target"),
    HeaderName::from_static("hx-history-restore-request"),
];

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
    /// The rows of the contacts pane, with each letter of its filter.
    ContactRows,
    /// The entitlements pane.
    Entitlements,
    /// An import, whose page polls for progress.
    Import,
    /// The inside of the dialog.
    Dialog,
}

impl Part {
    /// Reads htmx's headers. `HX-Target` is `tag#id` of the element that the answer goes into.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        if !is_swap(request) {
            return Self::Full;
        }
        match text_of(request, "hx-target").rsplit('#').next().unwrap_or_default() {
            "results" => Self::Results,
            "next" | "prev" => Self::Rows,
            "detail" => Self::Detail,
            "contacts" => Self::Contacts,
            "contact-rows" => Self::ContactRows,
            "entitlements" => Self::Entitlements,
            "import" => Self::Import,
            "dialog" => Self::Dialog,
            _ => Self::Full,
        }
    }
}

/// Whether a script puts the answer into the page that is open.
#[must_use]
pub fn is_swap(request: &HttpRequest) -> bool {
    text_of(request, "hx-request") == "true"
        && text_of(request, "hx-request-type") == "partial"
        && text_of(request, "hx-history-restore-request") != "true"
}

fn text_of<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
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

    /// Redirects to another address of this site after a form was accepted.
    #[must_use]
    pub fn see_other(location: String) -> Self {
        Self { status: StatusCode::SEE_OTHER, body: String::new(), headers: vec![("Location", location)] }
    }

    /// Whether a script is led to another page.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.headers.iter().any(|(name, _)| *name == "HX-Redirect")
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Compresses the body; to be called off the async threads.
    #[must_use]
    pub fn pack(self, encoding: ContentEncoding) -> Packed {
        // HTML has no NUL: browsers show what stands for it.
        let body = if self.body.contains('\0') { self.body.replace('\0', "\u{fffd}") } else { self.body };
        let (bytes, encoding) = compress(body.into_bytes(), encoding);
        Packed { status: self.status, bytes, encoding, headers: self.headers }
    }
}

/// An answer that is ready to be sent.
#[derive(Debug)]
pub struct Packed {
    status: StatusCode,
    bytes: Vec<u8>,
    encoding: ContentEncoding,
    headers: Vec<(&'static str, String)>,
}

impl Packed {
    /// The answer as the server sends it.
    #[must_use]
    pub fn send(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"));
        response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
        let vary = DECIDING.iter().map(HeaderName::as_str).chain(["accept-encoding"]).collect::<Vec<_>>().join(", ");
        response.insert_header((header::VARY, vary));
        if self.encoding != ContentEncoding::Identity {
            response.insert_header(self.encoding);
        }
        for (name, value) in self.headers {
            // An address from outside may hold characters that a header cannot: then it is left out.
            if let Ok(value) = HeaderValue::from_str(&value) {
                match name {
                    "Set-Cookie" => response.append_header((name, value)),
                    name => response.insert_header((name, value)),
                };
            }
        }
        response.body(self.bytes)
    }
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

/// The encodings of pages, best first.
pub const PAGE_ENCODINGS: [ContentEncoding; 3] = [ContentEncoding::Zstd, ContentEncoding::Brotli, ContentEncoding::Gzip];
/// The encodings that assets are stored in, best first.
pub const ASSET_ENCODINGS: [ContentEncoding; 2] = [ContentEncoding::Brotli, ContentEncoding::Gzip];

/// Returns the encoding in `offered` (best first) to which the browser gives the greatest weight (RFC 9110, 12.5.3); the identity where
/// it accepts none of them, prefers the identity, or sends a header that cannot be read.
#[must_use]
pub fn negotiate(request: &HttpRequest, offered: &[ContentEncoding]) -> ContentEncoding {
    let accepted = AcceptEncoding::parse(request).map(|accepted| accepted.0).unwrap_or_default();
    let weight = |encoding: ContentEncoding| {
        let named = accepted.iter().find(|accepted| accepted.item == Preference::Specific(Encoding::Known(encoding)));
        named.map_or(Quality::ZERO, |accepted| accepted.quality)
    };
    let least = weight(ContentEncoding::Identity).max(Quality::MIN);
    let acceptable = offered.iter().copied().rev().filter(|encoding| weight(*encoding) >= least);
    // Of equals, `max_by_key` returns the last.
    acceptable.max_by_key(|encoding| weight(*encoding)).unwrap_or(ContentEncoding::Identity)
}

/// The compressed bytes, and how they are compressed: not at all where it is not worth it or fails.
fn compress(bytes: Vec<u8>, encoding: ContentEncoding) -> (Vec<u8>, ContentEncoding) {
    if bytes.len() < WORTH_IT {
        return (bytes, ContentEncoding::Identity);
    }
    let packed = match encoding {
        ContentEncoding::Zstd => ZSTD.with_borrow_mut(|zstd| zstd.as_mut().and_then(|zstd| zstd.compress(&bytes).ok())),
        ContentEncoding::Brotli => {
            let mut out = Vec::with_capacity(bytes.len() / 4);
            let mut writer = brotli::CompressorWriter::new(&mut out, 4_096, BROTLI_QUALITY, BROTLI_WINDOW);
            let done = writer.write_all(&bytes).and_then(|()| writer.flush());
            drop(writer);
            done.ok().map(|()| out)
        }
        ContentEncoding::Gzip => {
            let mut writer = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 4), flate2::Compression::fast());
            writer.write_all(&bytes).and_then(|()| writer.finish()).ok()
        }
        _ => None,
    };
    packed.map_or((bytes, ContentEncoding::Identity), |packed| (packed, encoding))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(accept: &[u8], offered: &[ContentEncoding]) -> ContentEncoding {
        let accept = HeaderValue::from_bytes(accept).unwrap();
        negotiate(&actix_web::test::TestRequest::default().insert_header((header::ACCEPT_ENCODING, accept)).to_http_request(), offered)
    }

    #[test]
    fn the_best_accepted_encoding_is_taken() {
        use ContentEncoding::{Brotli, Gzip, Identity, Zstd};
        for (accept, page, asset) in [
            ("gzip, deflate, br, zstd", Zstd, Brotli),
            ("zstd;q=0.5, br;q=0.5, gzip;q=0.5", Zstd, Brotli),
            ("zstd;q=0.3, br;q=0.5, gzip;q=0.4", Brotli, Brotli),
            ("gzip, br;q=0.5", Gzip, Gzip),
            ("br;q=0, gzip", Gzip, Gzip),
            ("zstd", Zstd, Identity),
            ("GZIP;q=1.0", Gzip, Gzip),
            ("identity", Identity, Identity),
            ("identity, br;q=0.5", Identity, Identity),
            ("identity, br", Brotli, Brotli),
            ("identity;q=0.5, br;q=0.5", Brotli, Brotli),
            ("br;q=0.0, gzip;q=0", Identity, Identity),
            ("compress, x-gzip, *", Identity, Identity),
            ("gzip;q=much, ;;, br;q=0.5", Brotli, Brotli),
            ("br;q=2", Identity, Identity),
            ("", Identity, Identity),
        ] {
            assert_eq!(negotiated(accept.as_bytes(), &PAGE_ENCODINGS), page, "{accept}");
            assert_eq!(negotiated(accept.as_bytes(), &ASSET_ENCODINGS), asset, "{accept}");
        }
        assert_eq!(negotiated(b"gzip, \xff", &PAGE_ENCODINGS), Identity, "not text");
        assert_eq!(negotiate(&actix_web::test::TestRequest::default().to_http_request(), &PAGE_ENCODINGS), Identity, "no header");
    }

    #[test]
    fn what_is_short_stays_as_it_is() {
        assert_eq!(compress(vec![b'a'; 100], ContentEncoding::Zstd).1, ContentEncoding::Identity);
        assert_eq!(compress(vec![b'a'; 5_000], ContentEncoding::Zstd).1, ContentEncoding::Zstd);
    }
}
