//! A browser with a Clientele of its own, and what everything else builds on: addresses, scripts, waiting.

use std::ops::Deref;
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::error::CmdError;
use serde_json::{Value, json};

use super::driver::{Cdp, Driver};
use super::words::WORDS;
use crate::support::TestApp;

/// How long to wait until something is on the screen; never an assertion about speed.
pub(super) const TIMEOUT: Duration = Duration::from_secs(20);

/// A browser with a Clientele of its own.
pub struct Browser {
    pub app: TestApp,
    /// Does the page's own script run?
    pub scripts: bool,
    pub(super) client: Client,
    pub(super) driver: Driver,
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

    pub(super) async fn try_script(&self, script: &str, arguments: &[Value]) -> Result<Value, CmdError> {
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
                start.elapsed() < TIMEOUT,
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
