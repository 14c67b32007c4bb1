//! Runs tests in a browser.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;

use super::driver::Driver;
use super::session::Browser;
use crate::support::{Engine, TestApp};

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
