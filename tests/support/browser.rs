//! A real Chromium, driven as a person would: by what stands on the screen, by keys, and by nothing else.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use futures_util::FutureExt;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::checkout;
use crate::support::{Engine, TestApp};

/// So many browsers at once: each is several processes.
const AT_ONCE: usize = 2;
/// Until something is on the screen; never an assertion about speed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Of axe-core, from npm.
const AXE: &str = "4.14.1";

/// By this name WebDriver hands over an element (W3C WebDriver, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The special keys, by the code points that WebDriver gives them.
pub mod key {
    pub const ENTER: char = '\u{e007}';
    pub const ESCAPE: char = '\u{e00c}';
    pub const TAB: char = '\u{e004}';
    pub const DOWN: char = '\u{e015}';
    pub const UP: char = '\u{e013}';
    pub const SPACE: char = ' ';
    pub const SHIFT: char = '\u{e008}';
    pub const CONTROL: char = '\u{e009}';
    pub const BACKSPACE: char = '\u{e003}';
    pub const END: char = '\u{e010}';
}

/// A browser with a Clientele of its own.
pub struct Browser {
    pub app: TestApp,
    /// Does the page's own script run?
    pub scripts: bool,
    client: Client,
    driver: Driver,
}

/// What is ended when the test is over, however.
struct Driver {
    child: Child,
    address: String,
    profile: TempDir,
    _turn: File,
}

/// Makes a test of `async fn name(browser: Browser)`, on SQLite, with scripts.
macro_rules! in_browser {
    ($(#[$meta:meta])* async fn $name:ident($browser:ident: Browser) $body:block) => {
        $(#[$meta])*
        #[test]
        fn $name() {
            $crate::browser::browse(stringify!($name), $crate::support::Engine::Sqlite, true, async |$browser: &Browser| $body);
        }
    };
}

/// Makes three tests of `async fn name(browser: Browser)`: `name::sqlite` and `name::postgres` with scripts, `name::no_script` without.
macro_rules! with_and_without_scripts {
    ($(#[$meta:meta])* async fn $name:ident($browser:ident: Browser) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::{browser::browse, support::Engine};

            async fn on($browser: &Browser) $body

            #[test]
            fn sqlite() {
                browse(concat!(stringify!($name), "-sqlite"), Engine::Sqlite, true, on);
            }

            #[test]
            fn postgres() {
                browse(concat!(stringify!($name), "-postgres"), Engine::Postgres, true, on);
            }

            #[test]
            fn no_script() {
                browse(concat!(stringify!($name), "-no-script"), Engine::Sqlite, false, on);
            }
        }
    };
}
pub(crate) use {in_browser, with_and_without_scripts};

/// Runs a test in a browser of its own; where it fails, leaves a picture of the screen.
pub fn browse(name: &str, engine: Engine, scripts: bool, test: impl AsyncFnOnce(&Browser)) {
    browse_and_restart(name, engine, scripts, async |browser| test(browser).await);
}

/// The same for a test that ends its browser and starts it again.
pub fn browse_and_restart(name: &str, engine: Engine, scripts: bool, test: impl AsyncFnOnce(&mut Browser)) {
    let driver = Driver::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let outcome = runtime.block_on(async {
        let client = driver.session(scripts, &[]).await;
        let mut browser = Browser { client, app: TestApp::start(engine), scripts, driver };
        browser.size(1440, 900).await;
        browser.open("/customers").await;
        let outcome = AssertUnwindSafe(test(&mut browser)).catch_unwind().await;
        if outcome.is_err() {
            browser.leave_evidence(name).await;
        }
        let _ = browser.client.clone().close().await;
        outcome
    });
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

impl Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

// ---------------------------------------------------------------------------------------------- going about

impl Browser {
    /// Ends the browser and starts it again, with the tabs it had.
    pub async fn restart(&mut self) {
        self.client.clone().close().await.expect("to end the browser");
        self.client = self.driver.session(self.scripts, &["--restore-last-session"]).await;
        self.size(1440, 900).await;
    }

    pub async fn open(&self, path: impl AsRef<str>) {
        self.goto(&format!("http://{}{}", self.app.host, path.as_ref())).await.expect("the page");
    }

    /// Path and query of the address bar.
    pub async fn path(&self) -> String {
        let url = self.current_url().await.expect("an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Sets the size of what the page is drawn on.
    pub async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// `light` or `dark`, as the system would say it.
    pub async fn scheme(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" }] });
        self.cdp("Emulation.setEmulatedMedia", features).await;
    }

    /// A command of the Chrome DevTools protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Value {
        let body = Cdp(json!({ "cmd": command, "params": parameters }));
        self.issue_cmd(body).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Runs a script (WebDriver's, not the page's own: it works without scripts, too) and gives what it returns.
    pub async fn script(&self, script: &str, arguments: &[Value]) -> Value {
        self.try_script(script, arguments).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    async fn try_script(&self, script: &str, arguments: &[Value]) -> Result<Value, CmdError> {
        self.execute(&format!("{WORDS}\n{script}"), arguments.to_vec()).await
    }

    /// Waits until a script's answer is true. The page may be replaced meanwhile.
    pub async fn until(&self, what: &str, script: &str, arguments: &[Value]) {
        let start = Instant::now();
        loop {
            if self.try_script(script, arguments).await.is_ok_and(|answer| answer == json!(true)) {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "never on the screen: {what}\nthe focus is on {}\n{}",
                self.focus().await,
                self.screen().await
            );
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Waits until what was asked for has arrived and is in its place.
    pub async fn settled(&self) {
        let script = "return document.readyState === 'complete' && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, [data-loading]')";
        self.until("a page at rest", script, &[]).await;
    }
}

// ---------------------------------------------------------------------------------------------- reading

impl Browser {
    /// All that is visible, in one line.
    pub async fn screen(&self) -> String {
        // Without what a selection would offer.
        let script = "let text = document.body.innerText; document.querySelectorAll('select').forEach(s => { text = text.replace(s.innerText, '') }); return squeeze(text)";
        self.try_script(script, &[]).await.ok().as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Waits until the page shows this text, without regard to case.
    pub async fn sees(&self, text: &str) {
        let script = "return words(document.body).toLowerCase().includes(arguments[0].toLowerCase())";
        self.until(text, script, &[json!(text)]).await;
    }

    pub async fn sees_no(&self, text: &str) {
        let script = "return !words(document.body).toLowerCase().includes(arguments[0].toLowerCase())";
        self.until(&format!("a page without {text}"), script, &[json!(text)]).await;
    }

    pub async fn sees_heading(&self, text: &str) {
        let script = "return [...document.querySelectorAll('main h1')].some(h => words(h) === arguments[0])";
        self.until(&format!("the heading {text}"), script, &[json!(text)]).await;
    }

    /// The names in the list.
    pub async fn rows(&self) -> Vec<String> {
        let names = self.script("return [...document.querySelectorAll('li[id^=row-] .name')].map(words)", &[]).await;
        serde_json::from_value(names).expect("names")
    }

    /// The name of the row marked current.
    pub async fn current(&self) -> Option<String> {
        let name =
            self.script("const row = document.querySelector('li[id^=row-] a[aria-current] .name'); return row && words(row)", &[]).await;
        name.as_str().map(str::to_owned)
    }

    /// The name of what has the focus: its label, else its tag and id.
    pub async fn focus(&self) -> String {
        self.text(FOCUS, &[]).await
    }

    pub async fn value(&self, name: &str) -> String {
        let script = "const f = document.querySelector(`[name='${arguments[0]}']:not([type=hidden])`); return f.type === 'checkbox' ? (f.checked ? f.value : '') : f.value";
        self.script(script, &[json!(name)]).await.as_str().unwrap_or_default().to_owned()
    }

    /// The `name` of the field that has the focus.
    pub async fn focused_field(&self) -> String {
        self.text("return document.activeElement.name ?? ''", &[]).await
    }

    /// What a selection shows as chosen.
    pub async fn chosen(&self, name: &str) -> String {
        self.text("return words(document.querySelector(`select[name='${arguments[0]}']`).selectedOptions[0])", &[json!(name)]).await
    }

    /// The row of the list with this name, and what its signs stand for.
    pub async fn row(&self, name: &str) -> String {
        let script = "const n = [...document.querySelectorAll('li[id^=row-] .name')].find(n => words(n) === arguments[0]); return n ? squeeze(n.closest('a').textContent) : ''";
        self.text(script, &[json!(name)]).await
    }

    /// The row of a pane with this text in it.
    pub async fn contacts(&self, text: &str) -> String {
        self.text("const row = paneRow(arguments[0]); return row ? words(row) : ''", &[json!(text)]).await
    }

    async fn text(&self, script: &str, arguments: &[Value]) -> String {
        self.script(script, arguments).await.as_str().unwrap_or_default().to_owned()
    }

    /// The name in the row of the list that has the focus.
    pub async fn focused_row(&self) -> String {
        self.text("const n = document.activeElement.closest('li[id^=row-]')?.querySelector('.name'); return n ? words(n) : ''", &[]).await
    }

    /// Waits until this has the focus: the label of a control, else tag and id.
    pub async fn has_focus(&self, name: &str) {
        let script = format!("{FOCUS} === arguments[0]");
        self.until(&format!("the focus on {name}"), &script, &[json!(name)]).await;
    }

    /// Waits until this row of the list has the focus.
    pub async fn has_focus_on_row(&self, name: &str) {
        let script =
            "const n = document.activeElement.closest('li[id^=row-]')?.querySelector('.name'); return !!n && words(n) === arguments[0]";
        self.until(&format!("the focus on the row {name}"), script, &[json!(name)]).await;
    }

    /// Is it to be seen?
    pub async fn is_shown(&self, selector: &str) -> bool {
        self.script("return !!document.querySelector(arguments[0])?.checkVisibility()", &[json!(selector)]).await == json!(true)
    }

    /// Is a dialog open?
    pub async fn is_asking(&self) -> bool {
        self.script("return !!dialog()", &[]).await == json!(true)
    }

    pub async fn offers(&self, text: &str) -> bool {
        self.script("return !!control(arguments[0], document)", &[json!(text)]).await == json!(true)
    }

    pub async fn offers_in(&self, row: &str, text: &str) -> bool {
        self.script("return !!control(arguments[1], paneRow(arguments[0]))", &[json!(row), json!(text)]).await == json!(true)
    }
}

// ---------------------------------------------------------------------------------------------- doing

impl Browser {
    /// Clicks the visible link or button of this name, outside of the panes' rows.
    pub async fn click(&self, text: &str) {
        self.click_at("return control(arguments[0], document)", &[json!(text)]).await;
    }

    /// Clicks the choice with this heading.
    pub async fn click_choice(&self, heading: &str) {
        let script = "return [...document.querySelectorAll('.choice')].find(c => words(c.querySelector('b')) === arguments[0])";
        self.click_at(script, &[json!(heading)]).await;
    }

    /// Clicks in the row (of the list or a pane) that shows `row`.
    pub async fn click_in(&self, row: &str, text: &str) {
        self.click_at("const row = paneRow(arguments[0]); return row && control(arguments[1], row)", &[json!(row), json!(text)]).await;
    }

    /// Opens a customer of the list.
    pub async fn choose(&self, name: &str) {
        let script = "const n = [...document.querySelectorAll('li[id^=row-] .name')].find(n => words(n) === arguments[0]); return n && n.closest('a')";
        self.click_at(script, &[json!(name)]).await;
    }

    /// Waits for an element and clicks where it is on the screen; a click that meets a swap is tried again.
    async fn click_at(&self, script: &str, arguments: &[Value]) {
        let start = Instant::now();
        loop {
            let found = self.try_script(script, arguments).await;
            let clicked = match found {
                Ok(element) => match element[ELEMENT].as_str() {
                    Some(id) => self.element(id).click().await.map_err(|error| error.to_string()),
                    None => Err("it is not there".to_owned()),
                },
                Err(error) => Err(error.to_string()),
            };
            let Err(error) = clicked else { return };
            assert!(start.elapsed() < PATIENCE, "cannot click {arguments:?}: {error}\n{}", self.screen().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn element(&self, id: &str) -> Element {
        Element::from_element_id(self.client.clone(), id.to_owned().into())
    }

    /// Types into a field, instead of what it holds.
    pub async fn fill(&self, name: &str, text: &str) {
        let selector = format!("[name='{name}']:not([type=hidden])");
        let field = self
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(&selector))
            .await
            .unwrap_or_else(|error| panic!("no field {name}: {error}"));
        if field.tag_name().await.expect("its kind") == "select" {
            return field.select_by_value(text).await.unwrap_or_else(|error| panic!("{name} has no {text}: {error}"));
        }
        if field.attr("type").await.expect("its kind").as_deref() == Some("date") {
            // How a date is typed depends on the browser's language; what it holds does not.
            self.script("document.querySelector(arguments[0]).value = arguments[1]", &[json!(selector), json!(text)]).await;
            return;
        }
        field.clear().await.expect("to empty the field");
        field.send_keys(text).await.expect("to type");
    }

    /// Presses and releases keys, one after the other, wherever the focus is.
    pub async fn press(&self, keys: impl IntoIterator<Item = char>) {
        for key in keys {
            self.chord(&[key]).await;
        }
    }

    /// Presses keys together: modifiers first.
    pub async fn chord(&self, keys: &[char]) {
        let down = keys.iter().map(|key| KeyAction::Down { value: *key });
        let up = keys.iter().rev().map(|key| KeyAction::Up { value: *key });
        let actions = down.chain(up).fold(KeyActions::new("keyboard".to_owned()), KeyActions::then);
        self.perform_actions(actions).await.expect("keys");
    }

    /// Types text key by key.
    pub async fn types(&self, text: &str) {
        self.press(text.chars()).await;
    }

    /// Goes on with the tabulator until what has this name has the focus, as somebody without a mouse does.
    pub async fn tab_to(&self, name: &str) {
        for _ in 0..150 {
            if self.focus().await == name {
                return;
            }
            self.press([key::TAB]).await;
        }
        panic!("the tabulator does not come to {name}\n{}", self.screen().await);
    }
}

// ---------------------------------------------------------------------------------------------- judging

impl Browser {
    /// What axe-core finds on the page as it is now.
    pub async fn violations(&self) -> Vec<String> {
        if self.script("return typeof axe", &[]).await == "undefined" {
            let axe = fs::read_to_string(axe()).expect("axe-core");
            self.client.execute(&axe, vec![]).await.expect("axe-core on the page");
        }
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                .then(r => done(r.violations.map(v => v.id + ': ' + v.help + '\\n' + v.nodes.map(n => '    ' + n.html + '\\n    ' + n.failureSummary).join('\\n'))),
                      e => done([String(e)]))";
        let found = self.client.execute_async(run, vec![]).await.expect("axe-core's answer");
        serde_json::from_value(found).expect("a list")
    }

    /// What the page's console holds against it; that a form or a task was refused is the server's answer and no fault.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.issue_cmd(Log).await.expect("the console");
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .filter(|message| !message.contains("the server responded with a status of 4"))
            .collect()
    }

    /// Leaves a picture in `target/tmp`.
    pub async fn picture(&self, name: &str) -> PathBuf {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        fs::write(&path, self.screenshot().await.expect("a picture")).expect("a file");
        path
    }

    async fn leave_evidence(&self, name: &str) {
        let address = self.path().await;
        eprintln!("at {address}: {}\nits console: {:?}", self.screen().await, self.complaints().await);
        eprintln!("a picture: {}", self.picture(name).await.display());
    }
}

/// The name of what has the focus.
const FOCUS: &str = "const a = document.activeElement; return ((a.matches('a, button, summary') ? label(a) : '') || a.tagName.toLowerCase() + (a.id ? '#' + a.id : ''))";

/// What scripts of the tests read the page by: the same words as `page.rs`.
const WORDS: &str = r"
    const squeeze = text => text.replaceAll('’', String.fromCharCode(39)).split(/\s+/).filter(Boolean).join(' ');
    const words = element => squeeze(element.innerText ?? element.textContent);
    const label = element => {
        const own = element.getAttribute('aria-label');
        if (own) return squeeze(own);
        const copy = element.cloneNode(true);
        copy.querySelectorAll('kbd, svg, [aria-hidden=true]').forEach(part => part.remove());
        return squeeze(copy.textContent);
    };
    const ROWS = '#contacts tbody tr, #entitlements tbody tr, li[id^=row-]';
    const dialog = () => document.querySelector('dialog[open]');
    const control = (name, scope) => [...(scope === document && dialog() || scope).querySelectorAll('a[href], button:enabled, summary')]
        .filter(e => e.checkVisibility({ visibilityProperty: true }) && (scope !== document || !e.closest(ROWS)))
        .find(e => { const l = label(e), own = squeeze(e.innerText.replace(/\s+(Ctrl ⏎|Esc|\S)$/, '')); return l === name || (scope !== document && l.startsWith(name + ' ')) || own === name; });
    const inView = selector => { const e = document.querySelector(selector), b = e?.getBoundingClientRect(); return !!b && b.top >= 0 && b.bottom <= innerHeight; };
    const paneRow = text => [...document.querySelectorAll(ROWS)].find(row => words(row).includes(text));
";

/// `goog/cdp/execute`
#[derive(Debug)]
struct Cdp(Value);

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
struct Log;

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

impl Driver {
    fn start() -> Driver {
        let turn = wait_for_turn();
        let mut child =
            Command::new("chromedriver").arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect(
                "chromedriver is missing: install it (Debian: apt-get install chromium chromium-driver), or run tests/run, which does",
            );
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let port = lines.find_map(|line| Some(line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned()));
        // Goes on reading: a full pipe would stop the driver.
        std::thread::spawn(move || lines.for_each(drop));
        let address = format!("http://127.0.0.1:{}", port.expect("chromedriver's port"));
        Driver { child, address, profile: tempfile::tempdir().expect("a temporary folder"), _turn: turn }
    }

    async fn session(&self, scripts: bool, more: &[&str]) -> Client {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--lang=en-US",
            &profile,
        ];
        let options = json!({
            "args": ([&arguments, more].concat()),
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

/// Holds one of a few lock files, so that no more browsers run than the machine bears, in however many test processes.
fn wait_for_turn() -> File {
    let turns: Vec<_> = (0..AT_ONCE)
        .map(|number| File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{number}.lock"))).expect("a lock file"))
        .collect();
    loop {
        if let Some(free) = turns.iter().find(|turn| turn.try_lock().is_ok()) {
            let held = free.try_clone().expect("its handle");
            return held;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// axe-core, installed by npm once.
fn axe() -> PathBuf {
    let folder = checkout().join("target").join(format!("axe-core-{AXE}"));
    let axe = folder.join("node_modules/axe-core/axe.min.js");
    let lock = File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe.lock")).expect("a lock file");
    lock.lock().expect("the lock");
    if !axe.exists() {
        let install = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix"])
            .arg(&folder)
            .arg(format!("axe-core@{AXE}"))
            .output()
            .expect("npm is missing: install it (Debian: apt-get install npm), or run tests/run, which does");
        assert!(install.status.success() && axe.exists(), "axe-core could not be installed: {install:?}");
    }
    axe
}
