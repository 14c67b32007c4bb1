//! Clients that begin and do not go on: they are let go of, and keep nobody out meanwhile.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use macro_rules_attribute::apply;

use crate::support::app::Process;
use crate::support::database::Database;
use crate::support::{Client, Engine, TestApp, engines, eventually};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

/// A connection on which something was sent.
fn begin(client: &Client, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&client.host).expect("the server's port");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a read timeout");
    stream.write_all(bytes.as_bytes()).expect("to write");
    stream
}

/// What comes until the server closes the connection.
fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes);
    assert!(end.is_ok(), "the server does not close: {end:?}, {}", String::from_utf8_lossy(&bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn assert_too_slow(answer: &str) {
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("Nothing more came for a while"), "{answer}");
    let head = answer.to_lowercase();
    assert!(head.contains("connection: close") && head.contains("content-security-policy: default-src 'none'"), "{answer}");
}

fn form(client: &Client, headers: &str, body: &str) -> String {
    format!("POST /customers HTTP/1.1\r\nHost: {}\r\n{headers}\r\n\r\n{body}", client.host)
}

fn upload(client: &Client, length: usize) -> String {
    let head = format!("Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}");
    let part = "--x\r\nContent-Disposition: form-data; name=\"customers\"; filename=\"c.csv\"\r\n\r\n";
    format!("POST /customers/import HTTP/1.1\r\nHost: {}\r\n{head}\r\n\r\n{part}number,type,name\r\n", client.host)
}

#[apply(engines)]
fn a_body_that_stops_arriving_is_408(app: TestApp) {
    app.restart(&["--body-timeout", "0.5"]);
    let stalled = [
        begin(&app, &form(&app, &format!("{FORM}\r\nContent-Length: 100"), "type=company&name=")),
        begin(&app, &form(&app, &format!("{FORM}\r\nContent-Length: 100"), "")),
        begin(&app, &form(&app, &format!("{FORM}\r\nTransfer-Encoding: chunked"), "5\r\ntype=\r\n")),
        begin(&app, &form(&app, &format!("{FORM}\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue"), "")),
        begin(&app, &upload(&app, 100_000)),
    ];
    for stream in stalled {
        let answer = rest(stream);
        assert_too_slow(answer.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n").unwrap_or(&answer));
    }
    assert_eq!(app.sql().count("customers"), 0);
    eventually("what came of the upload is removed", || app.sql().count("import_parts") + app.sql().count("imports") == 0);
}

/// A byte now and then is not enough either.
#[apply(engines)]
fn a_trickle_is_408(app: TestApp) {
    app.restart(&["--body-timeout", "1"]);
    let mut stream = begin(&app, &form(&app, &format!("{FORM}\r\nContent-Length: 1000"), ""));
    let mut sent = 0;
    while sent < 200 && stream.write_all(b"a").is_ok() {
        sent += 1;
        thread::sleep(Duration::from_millis(100));
    }
    assert!(sent < 200, "it is still listened to");
}

#[apply(engines)]
fn a_slow_upload_goes_on(app: TestApp) {
    app.restart(&["--body-timeout", "2"]);
    let line = format!("C-{}\r\n", "x".repeat(1_000));
    let head = upload(&app, 0);
    let (_, part) = head.split_once("\r\n\r\n").expect("a body");
    let length = part.len() + 40 * line.len() + "\r\n--x--\r\n".len();
    let mut stream = begin(&app, &upload(&app, length));
    let start = Instant::now();
    for _ in 0..40 {
        thread::sleep(Duration::from_millis(100));
        stream.write_all(line.as_bytes()).expect("to write");
    }
    stream.write_all(b"\r\n--x--\r\n").expect("to write");
    assert!(start.elapsed() > Duration::from_secs(3));
    let mut status = [0; 12];
    stream.read_exact(&mut status).expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 303");
}

#[test]
fn a_head_that_stops_arriving_ends_the_connection() {
    let app = TestApp::with(Database::new(Engine::Sqlite), &["--head-timeout", "2", "--idle-timeout", "3"]);
    for bytes in ["", "GET", "GET / HTTP/1.1\r\nHost: local"] {
        assert_too_slow(&rest(begin(&app, bytes)));
    }
    // A later one.
    let answers = rest(begin(&app, &format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\nGET /healthz HTTP", app.host)));
    assert!(answers.starts_with("HTTP/1.1 200") && answers.ends_with("ok\n"), "{answers}");
}

/// Nobody keeps an answer in the server's memory by not reading it.
#[test]
fn an_answer_that_is_not_read_ends_the_connection() {
    let mut app = TestApp::start(Engine::Sqlite);
    app.post("/sample", &[]).expect(303);
    app.restart(&["--idle-timeout", "1"]);
    app.sql().run(&format!("UPDATE customers SET description = '{}'", "x".repeat(40_000))).unwrap();
    let mut reader = begin(&app, &format!("GET /customers.csv HTTP/1.1\r\nHost: {}\r\n\r\n", app.host));
    thread::sleep(Duration::from_secs(4));
    let mut bytes = Vec::new();
    // Closed or reset: either way before the end of the file.
    let _ = reader.read_to_end(&mut bytes);
    assert!(!bytes.is_empty() && !bytes.ends_with(b"0\r\n\r\n"), "{} bytes", bytes.len());
}

/// Hundreds that stall, where few files may be open: whoever comes then is told so at once, the program can be looked after, and soon all is
/// well again.
#[test]
fn stalled_connections_lock_nobody_out() {
    let database = Database::new(Engine::Sqlite);
    // 172 connections are served, and 64 beyond.
    let server = Process::limited(200, 300, &database.url, &["--body-timeout", "10"]);
    let client = &server.client;
    let stall = |count: usize| -> Vec<TcpStream> {
        (0..count).map(|_| begin(client, &form(client, &format!("{FORM}\r\nContent-Length: 100"), "type="))).collect()
    };
    let start = Instant::now();
    let few = stall(150);
    client.get("/customers").expect(200);

    let many = stall(300);
    let busy = Client::new(&client.host).get("/customers");
    if busy.status == 503 {
        busy.assert_says("Clientele is busy");
        assert!(busy.header("Retry-After").is_some(), "{busy}");
    }
    for _ in 0..5 {
        Client::new(&client.host).get("/healthz").expect(200);
        Client::new(&client.host).get("/readyz").expect(200);
    }
    assert!(busy.status == 503 || start.elapsed() > Duration::from_secs(10), "more than are served: {busy}");
    eventually("pages are served again", || Client::new(&client.host).get("/customers").status == 200);
    drop((few, many));
    assert!(!server.log().contains("Error accepting"), "{}", server.log());
    assert!(server.log().contains("fewer connections are served than set"), "{}", server.log());
}
