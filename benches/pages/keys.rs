//! From a key to what it brings, painted in Chromium.
//!
//! The time of the key event, as the browser has it, to the end of the frame that shows the answer: the entries of Event Timing
//! (<https://www.w3.org/TR/event-timing/>) end with the first frame, which only shows the letter.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::data::Data;

/// So many customers are looked for.
const NAMES: usize = 40;
/// So many letters of each are typed.
const LETTERS: usize = 4;
/// So many rows are stepped through.
const STEPS: usize = 40;
/// What is put off for so long is not seen any more.
const PATIENCE: Duration = Duration::from_secs(5);
/// A person rests so long between two keys.
const REST: Duration = Duration::from_millis(150);

/// Notes how long each key takes until an element is put into the page and painted.
const WATCH: &str = "
    window.taken = [];
    let begun = 0;
    addEventListener('keydown', event => { begun = event.timeStamp; }, true);
    const painted = () => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.taken.push(performance.now() - begun);
        port2.postMessage(0);
    });
    const brings = record => record.target.id === 'detail' || [...record.addedNodes].some(node => node.id === 'results');
    new MutationObserver(records => { if (records.some(brings)) painted(); }).observe(document.body, { childList: true, subtree: true });";

/// What typing a letter and stepping to the next row took, the shortest first; `None` where there is no Chromium.
pub fn painted(host: &str, data: &Data) -> Option<(Vec<Duration>, Vec<Duration>)> {
    let driver = Driver::start()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = driver.session().await;
        client.goto(&format!("http://{host}/customers")).await.expect("the list");
        run(&client, WATCH).await;
        let mut letters = Vec::new();
        for record in data.sample.iter().step_by((data.sample.len() / NAMES).max(1)).take(NAMES) {
            run(&client, "document.querySelector('#q').select()").await;
            for letter in record.name.chars().take(LETTERS) {
                letters.push(press(&client, letter).await);
            }
        }
        client.goto(&format!("http://{host}/customers")).await.expect("the list");
        run(&client, WATCH).await;
        let mut steps = Vec::new();
        for _ in 0..STEPS {
            steps.push(press(&client, 'j').await);
        }
        let _ = client.close().await;
        letters.sort_unstable();
        steps.sort_unstable();
        Some((letters, steps))
    })
}

/// Presses a key and waits for what it brings.
async fn press(client: &Client, key: char) -> Duration {
    run(client, "window.taken.length = 0").await;
    let keys = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
    client.perform_actions(keys).await.expect("a key");
    let start = Instant::now();
    loop {
        tokio::time::sleep(REST).await;
        if let Some(taken) = run(client, "return window.taken.at(-1)").await.as_f64() {
            return Duration::from_secs_f64(taken / 1_000.0);
        }
        assert!(start.elapsed() < PATIENCE, "{key} brings nothing");
    }
}

async fn run(client: &Client, script: &str) -> Value {
    client.execute(script, Vec::new()).await.expect("a script")
}

struct Driver {
    child: Child,
    address: String,
    profile: TempDir,
}

impl Driver {
    fn start() -> Option<Self> {
        let mut driver = Command::new("chromedriver");
        let mut child = driver.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let mut lines = BufReader::new(child.stdout.take()?).lines().map_while(Result::ok);
        let port = lines.find_map(|line| Some(line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned()))?;
        // A pipe that nobody reads would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { child, address: format!("http://127.0.0.1:{port}"), profile: tempfile::tempdir().expect("a temporary folder") })
    }

    async fn session(&self) -> Client {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let options = json!({ "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1440,900", profile] });
        let Value::Object(capabilities) = json!({ "goog:chromeOptions": options }) else { unreachable!() };
        ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&self.address).await.expect("Chromium starts")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
