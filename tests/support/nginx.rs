//! A real nginx that speaks TLS, in front of the program, and a client that trusts its certificate.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::eventually;

/// The name that the certificate is for.
pub const NAME: &str = "clientele.example";

/// A running nginx.
pub struct Nginx {
    folder: TempDir,
    port: u16,
    child: Child,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Nginx {
    /// A port that is free now.
    pub fn free_port() -> u16 {
        TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port()
    }

    /// Starts it on a port, in front of a Clientele at `host`.
    pub fn start(port: u16, host: &str) -> Nginx {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        certificate(at);
        let temporary = ["client_body", "proxy", "fastcgi", "scgi", "uwsgi"];
        let temporary: String = temporary.map(|kind| format!("{kind}_temp_path {};\n", at.join(kind).display())).concat();
        let configuration = format!(
            "pid {0}/pid;\nerror_log {0}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}server {{\nlisten 127.0.0.1:{port} ssl;\n\
             server_name {NAME};\nssl_certificate {0}/cert.pem;\nssl_certificate_key {0}/key.pem;\nlocation / {{\nproxy_pass http://{host};\n\
             proxy_set_header Host $http_host;\nproxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
             proxy_set_header X-Forwarded-Proto $scheme;\n}}\n}}\n}}\n",
            at.display()
        );
        fs::write(at.join("nginx.conf"), configuration).expect("its configuration");
        let program = ["/usr/sbin/nginx", "nginx"].into_iter().find(|path| Path::new(path).exists()).unwrap_or("nginx");
        let mut command = Command::new(program);
        command
            .arg("-p")
            .arg(at)
            .arg("-c")
            .arg(at.join("nginx.conf"))
            .args(["-g", "daemon off;"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().expect("nginx; where it is missing, tests/run installs it");
        eventually("nginx listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Nginx { folder, port, child }
    }

    /// How the world calls what stands behind it.
    pub fn url(port: u16) -> String {
        format!("https://{NAME}:{port}")
    }

    /// Asks as a browser on the machine `from` (an address of the loopback); `more` are arguments of curl.
    pub fn ask(&self, from: &str, path: &str, more: &[&str]) -> Answer {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--include", "--interface", from, "--cacert"]).arg(self.folder.path().join("cert.pem"));
        curl.args(["--resolve", &format!("{NAME}:{}:127.0.0.1", self.port)]).args(more).arg(format!("{}{path}", Nginx::url(self.port)));
        let output = curl.output().expect("curl");
        assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(':'));
        fields.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It ends its worker by itself, unless it is killed.
        let _ = Command::new("kill").arg("-QUIT").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// A certificate that signs itself.
fn certificate(folder: &Path) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", &format!("/CN={NAME}"), "-addext", &format!("subjectAltName=DNS:{NAME}")])
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("cert.pem"))
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
