//! Chromedriver with its Chromium, and the commands that fantoccini does not know.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::folder;

/// How many browsers run at once: each is several processes.
const AT_ONCE: usize = 2;

/// What is ended when the test is over, however.
pub(super) struct Driver {
    child: Child,
    address: String,
    profile: TempDir,
    _slot: File,
}

impl Driver {
    pub(super) fn start() -> Driver {
        let slot = wait_for_slot();
        let mut child =
            Command::new("chromedriver").arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect(
                "chromedriver is missing: install it (Debian: apt-get install chromium chromium-driver), or run tests/run, which does",
            );
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let port = lines.find_map(|line| Some(line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned()));
        // Goes on reading: a full pipe would stop the driver.
        std::thread::spawn(move || lines.for_each(drop));
        let address = format!("http://127.0.0.1:{}", port.expect("chromedriver's port"));
        let profile = tempfile::tempdir_in(folder::quick()).expect("a temporary folder");
        Driver { child, address, profile, _slot: slot }
    }

    pub(super) async fn session(&self, scripts: bool, more: &[&str]) -> Client {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--lang=en-US",
            &profile,
        ];
        // Small containers have too little shared memory for a browser.
        let small = ["--disable-dev-shm-usage"].into_iter().filter(|_| !folder::is_in_memory()).collect::<Vec<_>>();
        let options = json!({
            "args": ([&arguments, more, &small].concat()),
            "prefs": { "profile.managed_default_content_settings.javascript": if scripts { 1 } else { 2 } },
        });
        let capabilities =
            json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" }, "timeouts": { "script": 30_000 } });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start (Debian: apt-get install chromium chromium-driver): {error}"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked politely, it takes its browsers along.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}

/// Holds one of a few lock files, so that no more browsers run than the machine can take, in however many test processes.
fn wait_for_slot() -> File {
    let slots: Vec<_> = (0..AT_ONCE)
        .map(|number| File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{number}.lock"))).expect("a lock file"))
        .collect();
    loop {
        if let Some(free) = slots.iter().find(|slot| slot.try_lock().is_ok()) {
            let held = free.try_clone().expect("its handle");
            return held;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// `goog/cdp/execute`
#[derive(Debug)]
pub(super) struct Cdp(pub(super) Value);

impl WebDriverCompatibleCommand for Cdp {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}

/// The console.
#[derive(Debug)]
pub(super) struct Log;

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}
