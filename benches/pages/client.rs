//! A small HTTP client: requests that are made once and sent often, over connections that stay open.

use std::borrow::Cow;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than any answer may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The headers of htmx for an answer that goes into the right pane.
pub const DETAIL: &[(&str, &str)] = &[("HX-Request", "true"), ("HX-Request-Type", "partial"), ("HX-Target", "main#detail")];
/// The same for all below the search box, as while somebody types.
pub const RESULTS: &[(&str, &str)] = &[("HX-Request", "true"), ("HX-Request-Type", "partial"), ("HX-Target", "div#results")];

/// What is sent, and the status that a good answer has.
#[derive(Clone)]
pub struct Request {
    /// Path and query, for messages.
    pub target: String,
    headers: Vec<(&'static str, Cow<'static, str>)>,
    form: Option<String>,
    good: u16,
}

pub struct Answer {
    pub status: u16,
    /// What it sets, as a browser sends it back; empty for nothing.
    pub cookie: String,
    pub body: Vec<u8>,
}

impl Request {
    pub fn get(target: impl Into<String>) -> Self {
        Self { target: target.into(), headers: Vec::new(), form: None, good: 200 }
    }

    /// A form that is taken, and leads elsewhere then.
    pub fn post(target: impl Into<String>, form: String) -> Self {
        let post = Self { target: target.into(), headers: Vec::new(), form: Some(form), good: 303 };
        post.with(&[("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "same-origin")])
    }

    pub fn with(mut self, headers: &[(&'static str, &'static str)]) -> Self {
        self.headers.extend(headers.iter().map(|(name, value)| (*name, Cow::Borrowed(*value))));
        self
    }

    /// The same request by whoever has this cookie.
    pub fn signed_in(mut self, cookie: &str) -> Self {
        self.headers.push(("Cookie", Cow::Owned(cookie.to_owned())));
        self
    }

    fn bytes(&self, host: &str) -> String {
        let headers = self.headers.iter().fold(String::new(), |all, (name, value)| all + name + ": " + value + "\r\n");
        match &self.form {
            None => format!("GET {} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n", self.target),
            Some(form) => {
                format!("POST {} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {}\r\n\r\n{form}", self.target, form.len())
            }
        }
    }
}

pub struct Connection {
    host: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub fn open(host: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { host: host.to_owned(), stream: BufReader::with_capacity(1 << 16, stream) })
    }

    /// Sends a request and reads the answer whole.
    pub fn send(&mut self, request: &Request) -> io::Result<Answer> {
        self.stream.get_mut().write_all(request.bytes(&self.host).as_bytes())?;
        let (mut status, mut length, mut cookies, mut line) = (0, 0, Vec::new(), String::new());
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().unwrap_or(0),
                Some((name, value)) if name.eq_ignore_ascii_case("set-cookie") => {
                    cookies.extend(value.trim().split(';').next().map(str::to_owned));
                }
                Some(_) => {}
                None if line.trim().is_empty() => break,
                None => status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0),
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, cookie: cookies.join("; "), body })
    }

    /// Sends a request; false for any answer but a good one. A connection that is no use any more is replaced.
    pub fn succeeds(&mut self, request: &Request) -> bool {
        if let Ok(answer) = self.send(request) {
            return answer.status == request.good;
        }
        if let Ok(fresh) = Self::open(&self.host) {
            *self = fresh;
        }
        false
    }

    /// The page at an address that has to be there.
    pub fn page(&mut self, target: &str) -> String {
        let answer = self.send(&Request::get(target)).expect("an answer");
        assert_eq!(answer.status, 200, "{target}");
        String::from_utf8(answer.body).expect("UTF-8")
    }

    /// How many bytes an answer has, compressed in this way (`zstd`, `br`) where it is worth it.
    pub fn length(&mut self, request: &Request, encoding: &'static str) -> usize {
        self.send(&request.clone().with(&[("Accept-Encoding", encoding)])).map_or(0, |answer| answer.body.len())
    }
}
