//! What a page costs, on the real program over a real connection: processor time of the server, latency and bytes.
//!
//! `cargo bench` measures on 10,000 sample customers in a fresh SQLite file; `CUSTOMERS=1000` takes another number. Processor time is
//! the server's own, from `/proc` (Linux), and is what to compare: latency belongs to the machine as well.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Requests that are measured for each page.
const REQUESTS: usize = 3_000;
/// Requests before those, so that caches and connections are warm.
const WARM_UP: usize = 300;
/// The kernel counts processor time in hundredths of a second (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

fn main() {
    let customers: u64 = std::env::var("CUSTOMERS").ok().and_then(|number| number.parse().ok()).unwrap_or(10_000);
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("bench.db");
    let start = Instant::now();
    let filled = clientele(&database).args(["demo", "--customers", &customers.to_string()]).stdout(Stdio::null()).status();
    assert!(filled.expect("the program starts").success());
    println!("{customers} customers made in {:.1} s\n", start.elapsed().as_secs_f64());

    let mut server = Server::start(&database);
    println!("{:<34} {:>9} {:>9} {:>9} {:>9}", "page", "cpu us", "p50 us", "p99 us", "bytes");
    for (name, path) in [
        ("list", "/customers".to_owned()),
        ("list, last changed", "/customers?sort=changed".to_owned()),
        ("list around a row in its midst", format!("/customers?around={}", customers / 2)),
        ("list, disabled companies", "/customers?status=disabled&type=company".to_owned()),
        ("search, common", "/customers?q=an".to_owned()),
        ("search, none", "/customers?q=zzzzzzzz".to_owned()),
        ("list and detail", "/customers/42".to_owned()),
        ("edit form", "/customers/42/edit".to_owned()),
    ] {
        server.measure(name, &path, "");
    }
    server.measure("detail alone", "/customers/42", "HX-Request: true\r\nHX-Request-Type: partial\r\nHX-Target: main#detail\r\n");
    server.measure("list, zstd", "/customers", "Accept-Encoding: zstd\r\n");
    server.measure("list, brotli", "/customers", "Accept-Encoding: br\r\n");
}

fn clientele(database: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clientele"));
    command.env("DATABASE_URL", database).env_remove("CLIENTELE_LISTEN");
    command
}

struct Server {
    child: Child,
    stream: BufReader<TcpStream>,
    host: String,
}

impl Server {
    fn start(database: &std::path::Path) -> Self {
        let mut child =
            clientele(database).args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let host = line.trim().trim_start_matches("Clientele is at http://").trim_end_matches('/').to_owned();
        let stream = TcpStream::connect(&host).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { child, stream: BufReader::new(stream), host }
    }

    fn measure(&mut self, name: &str, path: &str, headers: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.host);
        // A page that costs much is asked for less often.
        let first = Instant::now();
        let bytes = self.ask(&request);
        let requests = if first.elapsed() > Duration::from_millis(5) { REQUESTS / 10 } else { REQUESTS };
        for _ in 0..requests.min(WARM_UP) {
            self.ask(&request);
        }
        let before = self.processor_time();
        let mut times: Vec<Duration> = (0..requests)
            .map(|_| {
                let start = Instant::now();
                self.ask(&request);
                start.elapsed()
            })
            .collect();
        let processor = self.processor_time().saturating_sub(before);
        times.sort_unstable();
        let cpu = processor.as_micros() / requests as u128;
        let at = |share: usize| times[times.len() * share / 100].as_micros();
        println!("{name:<34} {cpu:>9} {:>9} {:>9} {bytes:>9}", at(50), at(99));
    }

    /// Sends a request and reads the answer whole; gives the body's length.
    fn ask(&mut self, request: &str) -> usize {
        self.stream.get_mut().write_all(request.as_bytes()).expect("the request is sent");
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("a header");
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body");
        length
    }

    fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("Linux's /proc");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        // The 14th and 15th field of proc(5), user and system; two stand before the closing parenthesis.
        let ticks: u32 = fields[11..13].iter().map(|field| field.parse::<u32>().expect("ticks")).sum();
        TICK * ticks
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
