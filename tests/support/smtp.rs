//! A real mail server (aiosmtpd), which a test tells what to answer, and the mails that it was sent.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use tempfile::TempDir;

use super::app::{Process, TestApp};
use super::database::{Database, Engine};
use super::nginx::Nginx;
use super::program::{checkout, command};
use super::{Clock, eventually};

/// How people reach the program, as far as its mails know.
pub const PUBLIC: &str = "http://localhost";

/// How the server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Clear,
    StartTls,
    Tls,
}

/// A mail server, running or not.
pub struct Smtp {
    folder: TempDir,
    port: u16,
    mode: Mode,
    child: Option<Child>,
}

/// A mail as the server got it.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// What followed the sender's address.
    pub options: Vec<String>,
    pub encrypted: bool,
    /// Who had signed in.
    pub user: Option<String>,
    /// What the server said of it.
    pub answer: String,
    /// All of it, byte by byte.
    pub raw: String,
    headers: Vec<(String, String)>,
    pub text: String,
    pub html: String,
}

impl Smtp {
    pub fn start(mode: Mode) -> Smtp {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if mode != Mode::Clear {
            certificates(folder.path());
        }
        let mut smtp = Smtp { folder, port: Nginx::free_port(), mode, child: None };
        smtp.start_again();
        smtp
    }

    pub fn start_again(&mut self) {
        let mode = match self.mode {
            Mode::Clear => "clear",
            Mode::StartTls => "starttls",
            Mode::Tls => "tls",
        };
        // Debian's own: another Python that comes first may not have the package.
        let mut command = Command::new("/usr/bin/python3");
        command.arg(checkout().join("tests/support/smtp.py")).arg(self.folder.path()).args([&self.port.to_string(), mode]);
        command.args([self.path("mail.pem"), self.path("mail.key")]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("python3; where it is missing, tests/run installs it"));
        let port = self.port;
        eventually("the mail server listens (Debian: python3-aiosmtpd)", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    }

    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What is said at a step (`mail`, `rcpt`, `data`, `auth`) from now on: an answer, `cut` or `hang`.
    pub fn says(&self, step: &str, answer: &str) {
        fs::write(self.path(step), answer).expect("a file");
    }

    /// A step is answered as usual again.
    pub fn says_the_usual(&self, step: &str) {
        let _ = fs::remove_file(self.path(step));
    }

    /// It knows only addresses in plain letters.
    pub fn is_plain(&self) {
        fs::write(self.path("plain"), "").expect("a file");
    }

    /// Arguments for a Clientele that sends by it, and is known as [`PUBLIC`].
    pub fn arguments(&self) -> Vec<String> {
        let (host, user) = (format!("127.0.0.1:{}", self.port), "post%40x.example:p%3Aw%2Fd@");
        let url = match self.mode {
            Mode::Clear => format!("smtp://{host}?tls=none"),
            Mode::StartTls => format!("smtp://{user}{host}"),
            Mode::Tls => format!("smtps://{user}{host}"),
        };
        let mut arguments = vec!["--smtp-url".to_owned(), url];
        arguments.extend(["--smtp-from", "portal@vendor.example", "--public-url", PUBLIC].map(str::to_owned));
        arguments.extend(["--job-poll", "0.1"].map(str::to_owned));
        if self.mode != Mode::Clear {
            arguments.extend(["--smtp-ca".to_owned(), self.path("ca.pem")]);
        }
        arguments
    }

    /// A Clientele that sends by it.
    pub fn app(&self, engine: Engine) -> TestApp {
        let arguments = self.arguments();
        TestApp::with(Database::new(engine), &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// One whose clock the test moves.
    pub fn app_on(&self, clock: &Clock, engine: Engine) -> TestApp {
        let arguments = self.arguments();
        TestApp::on(clock, engine, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Another process on the same database.
    pub fn process_on(&self, clock: &Clock, database: &str) -> Process {
        let arguments = self.arguments();
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database", database];
        let mut command = command(&serve.into_iter().chain(arguments.iter().map(String::as_str)).collect::<Vec<_>>());
        clock.set_for(&mut command);
        Process::of(command).unwrap_or_else(|output| panic!("clientele did not start: {output:?}"))
    }

    /// All mails that it was sent so far, whatever it said of them.
    pub fn mails(&self) -> Vec<Mail> {
        let Ok(files) = fs::read_dir(self.folder.path().join("mails")) else { return Vec::new() };
        let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).filter(|path| path.extension().is_none()).collect();
        paths.sort();
        paths.iter().map(|path| serde_json::from_str(&fs::read_to_string(path).expect("a mail")).expect("a mail")).collect()
    }

    /// Waits for as many mails.
    pub fn wait_for(&self, number: usize) -> Vec<Mail> {
        eventually(&format!("{number} mails"), || self.mails().len() >= number);
        self.mails()
    }

    /// With which user and password somebody tried to sign in, each on a line.
    pub fn logins(&self) -> String {
        fs::read_to_string(self.path("logins")).unwrap_or_default()
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Mail {
    /// A header, decoded.
    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = found.next().map_or("", |(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} twice: {}", self.raw);
        value
    }

    /// The path of the link that it brings, which stands on a line of its own.
    pub fn link(&self) -> String {
        let line = self.text.lines().find(|line| line.starts_with("http")).unwrap_or_else(|| panic!("no link: {}", self.text));
        let path = line.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("another host: {line}"));
        assert!(path.len() < 78, "a line that programs do not break: {path}");
        assert!(self.html.contains(line), "{}", self.html);
        path.to_owned()
    }
}

/// An authority of its own (`ca.pem`), and a certificate of this machine's loopback that it signed (`mail.pem`, `mail.key`).
fn certificates(folder: &Path) {
    let openssl = |arguments: &[&str]| {
        let made = Command::new("openssl").current_dir(folder).args(arguments).output().expect("openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(&[&["req", "-x509", "-days", "2", "-subj", "/CN=Tests", "-keyout", "ca.key", "-out", "ca.pem"], &key[..]].concat());
    openssl(&[&["req", "-subj", "/CN=127.0.0.1", "-keyout", "mail.key", "-out", "mail.csr"], &key[..]].concat());
    fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").expect("a file");
    let signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "mail.pem"];
    openssl(&[&["x509", "-req", "-in", "mail.csr"], &signed[..]].concat());
}
