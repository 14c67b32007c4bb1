//! A real Chromium, driven as a person would: by what stands on the screen, by keys, and by nothing else.

mod driver;
mod eyes;
mod hands;
mod judge;
mod stage;

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::error::CmdError;
use futures_util::FutureExt;
use serde_json::{Value, json};

use self::driver::{Cdp, Driver};
use crate::support::{Engine, TestApp};

pub use hands::key;
pub use stage::{ALT, CTRL, Key, META, SHIFT};

/// Until something is on the screen; never an assertion about speed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with a Clientele of its own.
pub struct Browser {
    pub app: TestApp,
    /// Does the page's own script run?
    pub scripts: bool,
    client: Client,
    driver: Driver,
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

    /// A command of the Chrome `DevTools` protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Value {
        let body = Cdp(json!({ "cmd": command, "params": parameters }));
        self.issue_cmd(body).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Runs a script (`WebDriver`'s, not the page's own: it works without scripts, too) and gives what it returns.
    pub async fn script(&self, script: &str, arguments: &[Value]) -> Value {
        self.try_script(script, arguments).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    async fn try_script(&self, script: &str, arguments: &[Value]) -> Result<Value, CmdError> {
        self.execute(&format!("{}\n{script}", eyes::WORDS), arguments.to_vec()).await
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
