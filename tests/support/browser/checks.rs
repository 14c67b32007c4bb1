//! What is wrong with a page: found by axe-core, by the console, by whoever looks at the picture.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::driver::Log;
use super::session::Browser;

/// Of axe-core, from npm.
const AXE: &str = "4.14.1";

/// Which of axe-core's rules.
#[derive(Clone, Copy)]
pub enum Rules {
    All,
    /// Those whose outcome a colour scheme can change.
    Colors,
}

impl Browser {
    /// What axe-core finds on the page as it is now.
    pub async fn violations(&self, rules: Rules) -> Vec<String> {
        if self.script("return typeof axe", &[]).await == "undefined" {
            let axe = fs::read_to_string(axe()).expect("axe-core");
            self.client.execute(&axe, vec![]).await.expect("axe-core on the page");
        }
        let rules = match rules {
            Rules::All => ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"].as_slice(),
            Rules::Colors => &["color-contrast", "link-in-text-block"],
        };
        // What happens to lie half under a head that stays is a matter of scrolling.
        let run = "const done = arguments[arguments.length - 1];
            for (const scrolled of document.querySelectorAll('*')) if (scrolled.scrollTop) scrolled.scrollTop = 0;
            axe.run(document, { resultTypes: ['violations'], runOnly: arguments[0], preload: false })
                .then(r => done(r.violations.map(v => v.id + ': ' + v.help + '\\n' + v.nodes.map(n => '    ' + n.html + '\\n    ' + n.failureSummary).join('\\n'))),
                      e => done([String(e)]))";
        let found = self.client.execute_async(run, vec![json!(rules)]).await.expect("axe-core's answer");
        serde_json::from_value(found).expect("a list")
    }

    /// The errors in the page's console; that a form or a task was refused is the server's answer and no fault.
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

    pub(super) async fn leave_evidence(&self, name: &str) {
        let address = self.path().await;
        eprintln!("at {address}: {}\nits console: {:?}", self.screen().await, self.complaints().await);
        eprintln!("a picture: {}", self.picture(name).await.display());
    }
}

/// axe-core, installed by npm once.
fn axe() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("axe-core-{AXE}"));
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
