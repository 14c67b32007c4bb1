//! Requests: an ordinary client that follows nothing by itself, and bytes on the wire for what no client would send.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use ureq::http::Request;
use ureq::{Agent, Body};

use super::page::Page;

/// Longer than any answer may take, so that a test that hangs fails.
const TIMEOUT: Duration = Duration::from_secs(45);

/// An HTTP client of one server. Clones share their connections; each thread takes one of its own.
#[derive(Clone, Debug)]
pub struct Client {
    /// `127.0.0.1:40123`
    pub host: String,
    agent: Agent,
    /// Sent along with each request.
    cookie: Option<String>,
}

impl Client {
    pub fn new(host: &str) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .user_agent("")
            .timeout_global(Some(TIMEOUT))
            .build();
        Client { host: host.to_owned(), agent: config.into(), cookie: None }
    }

    /// The same client with a cookie: `name=value`.
    pub fn with_cookie(&self, cookie: &str) -> Client {
        Client { cookie: Some(cookie.to_owned()), ..self.clone() }
    }

    pub fn get(&self, path: impl AsRef<str>) -> Page {
        self.send("GET", path, &[], &[])
    }

    /// Sends a form.
    pub fn post(&self, path: impl AsRef<str>, form: &[(&str, &str)]) -> Page {
        self.send("POST", path, &[FORM], encode(form).as_bytes())
    }

    pub fn post_with(&self, path: impl AsRef<str>, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Page {
        self.send("POST", path, &[&[FORM], headers].concat(), encode(form).as_bytes())
    }

    pub fn get_with(&self, path: impl AsRef<str>, headers: &[(&str, &str)]) -> Page {
        self.send("GET", path, headers, &[])
    }

    /// Asks as htmx does for a part that goes into `target` (`main#detail`).
    pub fn htmx(&self, path: impl AsRef<str>, target: &str) -> Page {
        self.get_with(path, &partial(target))
    }

    /// Sends a form as htmx does, for an answer that goes into `target`.
    pub fn htmx_post(&self, path: impl AsRef<str>, target: &str, form: &[(&str, &str)]) -> Page {
        self.post_with(path, &partial(target), form)
    }

    pub fn send(&self, method: &str, path: impl AsRef<str>, headers: &[(&str, &str)], body: &[u8]) -> Page {
        let path = path.as_ref();
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// As [`Client::send`], for a server that may be gone.
    pub fn try_send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Page, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.host));
        for (name, value) in headers.iter().copied().chain(self.cookie.as_deref().map(|cookie| ("Cookie", cookie))) {
            request = request.header(name, value);
        }
        let answer =
            if body.is_empty() && method != "POST" { self.agent.run(request.body(())?)? } else { self.agent.run(request.body(body)?)? };
        let (head, mut body): (_, Body) = answer.into_parts();
        let mut bytes = Vec::new();
        body.as_reader().read_to_end(&mut bytes)?;
        Ok(Page::new(self.clone(), method, path, head.status.as_u16(), head.headers, bytes))
    }

    /// Puts bytes on the wire as they are and reads until the server closes the connection (or says no more for `quiet`).
    pub fn raw(&self, request: &[u8], quiet: Duration) -> String {
        let mut line = TcpStream::connect(&self.host).expect("the server's port");
        line.set_read_timeout(Some(quiet)).expect("a read timeout");
        // A server that refuses early may close while we still write.
        let _ = line.write_all(request);
        let mut answer = Vec::new();
        let mut chunk = [0; 8192];
        while let Ok(count @ 1..) = line.read(&mut chunk) {
            answer.extend_from_slice(&chunk[..count]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The status of a request whose target is sent as it is: `GET {target} HTTP/1.1`.
    pub fn raw_get(&self, target: &[u8]) -> u16 {
        self.raw_status(&[b"GET ", target, b" HTTP/1.1\r\nHost: ", self.host.as_bytes(), b"\r\nConnection: close\r\n\r\n"].concat())
    }

    /// The status that answers these bytes; panics where none does.
    pub fn raw_status(&self, request: &[u8]) -> u16 {
        let answer = self.raw(request, TIMEOUT);
        let status = answer.strip_prefix("HTTP/1.1 ").or(answer.strip_prefix("HTTP/1.0 ")).and_then(|rest| rest.get(..3)?.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no HTTP answer to {:?}: {answer:?}", String::from_utf8_lossy(request)));
        assert_ne!(status, 500, "{:?}: {answer}", String::from_utf8_lossy(request));
        status
    }
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// The headers of htmx for an answer that goes into `target`.
pub fn partial(target: &str) -> [(&str, &str); 3] {
    [("HX-Request", "true"), ("HX-Request-Type", "partial"), ("HX-Target", target)]
}

/// A form's (or a query's) text.
pub fn encode<K: AsRef<str>, V: AsRef<str>>(form: &[(K, V)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// The value of a parameter of an address.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A body without its compression.
pub fn decoded(encoding: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        None | Some("identity") => plain.extend(bytes),
        Some("br") => _ = brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain).expect("brotli"),
        Some("gzip") => _ = flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).expect("gzip"),
        Some("zstd") => plain = zstd::stream::decode_all(bytes).expect("zstd"),
        Some(other) => panic!("encoded as {other}"),
    }
    plain
}
