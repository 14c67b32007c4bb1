//! Requests of every kind.

use std::fmt;
use std::sync::OnceLock;

use actix_http::Request;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use clientele::routes;
use fastrand::Rng;
use futures_util::stream;

use crate::corpus::{Corpus, Form};
use crate::support::encode;
use crate::text::{any, choose, damaged};

const METHODS: [&str; 10] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"];

/// Headers that decide something, each with what may stand in it.
const HEADERS: [(&str, &[&str]); 24] = [
    ("HX-Request", &["true", "true", "false", "é"]),
    ("HX-Request-Type", &["partial", "partial", "partial", "full", ""]),
    (
        "HX-Target",
        &[
            "main#detail",
            "div#results",
            "dialog#dialog",
            "section#contacts",
            "section#entitlements",
            "li#next",
            "li#prev",
            "div#import",
            "#",
            "<zq>",
        ],
    ),
    ("HX-Source", &["form#find", "a#x", "<zq>"]),
    ("HX-Boosted", &["true"]),
    ("HX-History-Restore-Request", &["true", "false"]),
    ("HX-Current-URL", &["http://localhost/customers?q=%3Czq%3E", "\" zq=\"1", "%"]),
    ("Accept", &["text/html", "application/json", "*/*;q=0", "é"]),
    ("Accept-Encoding", &["br", "gzip", "zstd", "gzip;q=x, br;q=0, *", "identity;q=0", ",,;;"]),
    ("Accept-Language", &["de", "*", "x-zq"]),
    ("Origin", &["http://localhost", "https://localhost", "null", "https://evil.example", "é"]),
    ("Sec-Fetch-Site", &["same-origin", "same-origin", "none", "cross-site", "zq"]),
    ("Sec-Fetch-Mode", &["navigate", "cors"]),
    ("If-None-Match", &["*", "\"x\"", "W/\"x\", \"y\"", "\"", "é"]),
    ("If-Match", &["*", "\"x\""]),
    ("If-Modified-Since", &["Thu, 26 Nov 2026 10:00:00 GMT", "never"]),
    ("Range", &["bytes=0-10", "bytes=-1", "lines=1"]),
    ("Cookie", &["a=b; a=c", "=;;;", "__Host-x=%00", "é=é"]),
    ("Expect", &["100-continue", "200-ok"]),
    ("Content-Encoding", &["gzip", "br", "zq"]),
    ("Content-Length", &["0", "5", "99999999999", "-1", "x"]),
    ("X-Forwarded-For", &["127.0.0.1", "<zq>"]),
    ("X-Http-Method-Override", &["DELETE"]),
    ("User-Agent", &["", "<zq>"]),
];

const HOSTS: [&str; 8] = ["127.0.0.1:8080", "[::1]", "LOCALHOST.", "evil.example", "localhost:x", "me@localhost", "é", ""];

/// A request that can be said again.
#[derive(Debug)]
pub struct Asked {
    pub method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    /// The line breaks off before the end of the body.
    cut: bool,
}

impl Asked {
    pub fn any(random: &mut Rng, corpus: &Corpus) -> Self {
        static TABLE: OnceLock<Vec<(&str, Vec<routes::Allowed>)>> = OnceLock::new();
        let (path, methods) = choose(random, TABLE.get_or_init(routes::addresses));
        let method = if random.u8(..12) == 0 { *choose(random, &METHODS) } else { choose(random, methods).0 };
        let mut asked =
            Self { method: method.to_owned(), target: target(random, corpus, path), headers: Vec::new(), body: Vec::new(), cut: false };
        if method == "POST" || random.u8(..30) == 0 {
            asked.fill(random, corpus);
        } else if random.u8(..3) == 0 {
            asked.target.clone_from(choose(random, &corpus.addresses));
            if random.u8(..6) == 0 {
                asked.target = String::from_utf8_lossy(&damaged(random, asked.target.into_bytes())).into_owned();
            }
        }
        asked.add_headers(random, corpus);
        asked
    }

    /// Gives it a body: most often that of a form.
    fn fill(&mut self, random: &mut Rng, corpus: &Corpus) {
        let mut fields = Vec::new();
        if let Some(form) = (random.u8(..3) > 0 && !corpus.forms.is_empty()).then(|| choose(random, &corpus.forms)) {
            fields = filled(random, form);
            if random.u8(..5) > 0 {
                self.target.clone_from(&form.action);
            }
        }
        for _ in 0..random.usize(..6) {
            fields.push((choose(random, &corpus.names).clone(), any(random)));
        }
        let is_upload = self.target.starts_with("/customers/import") && !self.target.starts_with("/customers/import/");
        let (kind, body) = if is_upload == (random.u8(..15) == 0) {
            ("application/x-www-form-urlencoded".to_owned(), encode(&fields).into_bytes())
        } else {
            ("multipart/form-data; boundary=zq".to_owned(), multipart(random, corpus, &fields))
        };
        self.body = match random.u8(..20) {
            0 => damaged(random, body),
            1 => any(random).into_bytes(),
            2 if random.u8(..10) == 0 => body.repeat(2_000_000 / body.len().max(1)),
            _ => body,
        };
        self.cut = random.u8(..40) == 0;
        let other = ["text/plain", "application/json", "multipart/form-data", "application/x-www-form-urlencoded; charset=utf-16", "é"];
        let kind = if random.u8(..25) == 0 { (*choose(random, &other)).to_owned() } else { kind };
        self.headers.push(("Content-Type".to_owned(), kind.into_bytes()));
    }

    fn add_headers(&mut self, random: &mut Rng, corpus: &Corpus) {
        let host = if random.u8(..30) == 0 { *choose(random, &HOSTS) } else { "localhost" };
        self.headers.push(("Host".to_owned(), host.into()));
        if random.u8(..3) == 0 {
            // As htmx asks.
            for (name, values) in &HEADERS[..3] {
                self.headers.push(((*name).to_owned(), (*choose(random, values)).into()));
            }
        }
        for _ in 0..random.usize(..12).saturating_sub(8) {
            let (name, values) = choose(random, &HEADERS);
            let value = if random.u8(..12) == 0 { any(random) } else { (*choose(random, values)).to_owned() };
            self.headers.push(((*name).to_owned(), value.into_bytes()));
        }
        if let Some(tag) = (random.u8(..20) == 0 && !corpus.tags.is_empty()).then(|| choose(random, &corpus.tags)) {
            self.headers.push(("If-None-Match".to_owned(), format!("{}{tag}", choose(random, &["", "W/"])).into_bytes()));
        }
    }

    /// As the application gets it; `None` where it is no HTTP.
    pub fn build(&self) -> Option<Request> {
        let uri: Uri = self.target.parse().ok()?;
        let mut request = TestRequest::default().method(Method::from_bytes(self.method.as_bytes()).ok()?).uri(&uri.to_string());
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value)) {
                request = request.insert_header((name, value));
            }
        }
        let request = request.to_request();
        if self.body.is_empty() {
            return Some(request);
        }
        let body = Bytes::from(self.body.clone());
        let parts = if self.cut {
            vec![Ok(body.slice(..body.len() / 2)), Err(PayloadError::Incomplete(None))]
        } else {
            vec![Ok(body.slice(..body.len() / 3)), Ok(body.slice(body.len() / 3..))]
        };
        Some(request.replace_payload(Payload::Stream { payload: Box::pin(stream::iter(parts)) as _ }).0)
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)?;
        for (name, value) in &self.headers {
            write!(f, "\n  {name}: {}", String::from_utf8_lossy(value).escape_debug())?;
        }
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "\n  {}{}", body.chars().take(3_000).collect::<String>().escape_debug(), if self.cut { " and no more" } else { "" })
    }
}

/// An address of the table, with ids and a query.
fn target(random: &mut Rng, corpus: &Corpus, path: &str) -> String {
    const IDS: [&str; 10] = ["0", "-1", "01", "9223372036854775808", "new", "%00", "%FF", "..", "1;2", "%3Czq%3E"];
    let id = if random.u8(..10) == 0 { (*choose(random, &IDS)).to_owned() } else { random.u64(1..400).to_string() };
    let few = random.u64(1..12).to_string();
    let mut target =
        path.replace("import/{id}", &format!("import/{few}")).replace("{id}", &id).replace("{name}", &encode(&[(any(random), "")]));
    if random.u8(..40) == 0 {
        target = match random.u8(..6) {
            0 => format!("/{target}"),
            1 => format!("{target}/"),
            2 => target.to_uppercase(),
            3 => "*".to_owned(),
            4 => format!("http://localhost{target}"),
            _ => target.replace('/', "/%2e%2e/"),
        };
    }
    let query: Vec<(String, String)> =
        (0..random.usize(..8).saturating_sub(3)).map(|_| (choose(random, &corpus.names).clone(), any(random))).collect();
    match query.len() {
        0 => target,
        _ if random.u8(..100) == 0 => format!("{target}?q={}", "x".repeat(random.usize(..50_000))),
        _ if random.u8(..15) == 0 => format!(
            "{target}?{}",
            choose(random, &["%", "%zz=%1", "q=%FF", "q=%ED%A0%80", "&&=&", "q=a&q=b", "flash=AAAAAAAAAAAAAAAAAAAAAA"])
        ),
        _ => format!("{target}?{}", encode(&query)),
    }
}

/// A form as somebody sends it: mostly as the page has it.
fn filled(random: &mut Rng, form: &Form) -> Vec<(String, String)> {
    let (odd, mut fields) = (random.u8(1..8), Vec::new());
    for (name, offered) in &form.fields {
        // A few fields that nobody filled make most forms be refused, so they are filled with what is right.
        let value = match (random.u8(..16), name.as_str()) {
            (0, _) => continue,
            (chance, _) if chance < odd => any(random),
            (_, name) if name.contains("email") => format!("p{}@x.example", random.u16(..500)),
            (_, "name" | "last_name" | "product") if offered.iter().all(String::is_empty) => format!("N{}", random.u16(..)),
            _ => offered.get(random.usize(..offered.len().max(1))).cloned().unwrap_or_default(),
        };
        fields.push((name.clone(), value));
    }
    fields
}

fn multipart(random: &mut Rng, corpus: &Corpus, fields: &[(String, String)]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        body.extend(format!("--zq\r\nContent-Disposition: form-data; {head}\r\n\r\n").bytes());
        body.extend([content, b"\r\n"].concat());
    };
    for (name, value) in fields.iter().filter(|(name, _)| ["token", "mode"].contains(&name.as_str()) || name.len() > 20) {
        part(format!("name=\"{name}\""), value.as_bytes());
    }
    for subject in ["customers", "contacts", "entitlements"] {
        if random.u8(..3) == 0 {
            let head = format!("name=\"{subject}\"; filename=\"{}\"", any(random).replace(['"', '\r', '\n'], ""));
            part(format!("{head}\r\nContent-Type: text/csv"), &file(random, corpus, subject));
        }
    }
    body.extend(b"--zq--\r\n");
    body
}

/// A file to import: an export, changed or not, or made up.
fn file(random: &mut Rng, corpus: &Corpus, subject: &str) -> Vec<u8> {
    if subject == "customers" && random.bool() && !corpus.files.is_empty() {
        let file = choose(random, &corpus.files).clone();
        return if random.bool() { file } else { damaged(random, file) };
    }
    let columns = match subject {
        "customers" => "number,type,name,last_name,email,status,crm_id,ref_id,billing_country",
        "contacts" => "customer_number,last_name,email,status,default",
        _ => "customer_number,product,quantity,starts_on,ends_on,contact_email",
    };
    let mut text = format!("{columns}\r\n");
    for _ in 0..random.usize(..30) {
        let cells: Vec<String> = columns
            .split(',')
            .map(|column| match column {
                "number" | "customer_number" => format!("C-{:06}", random.u16(1..400)),
                "type" => (*choose(random, &["company", "individual", "company", "x"])).to_owned(),
                _ => format!("\"{}\"", any(random).replace('"', "\"\"")),
            })
            .collect();
        text += &(cells.join(",") + "\r\n");
    }
    text.into_bytes()
}
