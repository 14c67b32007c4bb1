//! The pages for what actix refuses before there is a request. It answers by a status and nothing else.

use std::fmt::Write as _;

use actix_web::http::StatusCode;
use actix_web::web::Data;

use crate::pages;
use crate::web::app::App;
use crate::web::guard::{self, ADDRESS_LIMIT};
use crate::web::rejection::Rejection;

/// An answer of actix is shorter.
const SHORT: usize = 512;

/// The pages, each drawn once: nothing in them depends on who asks.
pub struct Pages([(u16, Vec<u8>); 4]);

impl Pages {
    pub fn new(app: &Data<App>) -> Self {
        let rejections =
            [Rejection::Malformed("It does not follow the rules of HTTP."), Rejection::Slow, Rejection::LongAddress, Rejection::LongHeader];
        Self(rejections.map(|rejection| {
            let reply = pages::unreadable(app, rejection);
            (reply.status.as_u16(), answer(reply.status, &reply.body))
        }))
    }

    /// The page for a status of actix, where the first line of what came has so many bytes. `answer` is the one of actix, which knows the time.
    pub fn of(&self, status: u16, first_line: usize, answer: &[u8]) -> Vec<u8> {
        // To actix, an address that is too long is one that cannot be read, or a head that is too large.
        let status = if [400, 431].contains(&status) && first_line > ADDRESS_LIMIT { 414 } else { status };
        let (_, page) = self.0.iter().find(|(of, _)| *of == status).unwrap_or(&self.0[0]);
        let lines = answer.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let date = lines.into_iter().find(|line| line.len() > 5 && line[..5].eq_ignore_ascii_case(b"date:")).unwrap_or_default();
        let end = page.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if date.is_empty() { page.clone() } else { [&page[..end], date, b"\r\n", &page[end..]].concat() }
    }
}

fn answer(status: StatusCode, body: &str) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let own = [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"), ("connection", "close")];
    for (name, value) in own.into_iter().chain(guard::HEADERS) {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The status of what is written, where it is an answer of actix itself: alone, without a body, and without the id of a request, which all
/// answers of the application have.
pub fn refused_by_actix(written: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(written).ok().filter(|text| text.len() < SHORT)?;
    let (status, head) = text.strip_prefix("HTTP/1.1 ")?.strip_suffix("\r\n\r\n")?.split_once(' ')?;
    let head = head.to_ascii_lowercase();
    let is_alone = !head.contains("\r\n\r\n") && head.contains("\r\ncontent-length: 0") && !head.contains("\r\nx-request-id:");
    status.parse().ok().filter(|status| is_alone && [400, 408, 431].contains(status))
}
